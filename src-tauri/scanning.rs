//! The scan that is open: frames of the page's camera on their way to the process that reads them. At
//! most one at a time, and none without a page.

use sotto_engine::api::ErrorCode;
use sotto_engine::driver::{FrameReader, Scan};
use sotto_engine::qr::{Frame, FrameView};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The scan of the window.
pub(crate) struct Scanning {
    reader: FrameReader,
    scan: Mutex<Option<Arc<Scan>>>,
}

impl Scanning {
    /// Names the program that reads frames when it is started with `--read-frames`.
    pub(crate) fn by(program: PathBuf) -> Self {
        Self {
            reader: FrameReader::new(program, &["--read-frames"]),
            scan: Mutex::default(),
        }
    }

    /// Opens a scan; one that is open ends. To be called where tokio runs.
    pub(crate) fn open(&self) {
        if let Some(before) = self.lock().replace(Arc::new(self.reader.open())) {
            before.close();
        }
    }

    /// Has a frame looked at. One that comes when no scan is open is passed over: it was on its way.
    ///
    /// # Errors
    /// `BadPicture` if the bytes are no frame; those of a scan.
    pub(crate) async fn look(&self, bytes: &[u8]) -> Result<FrameView, ErrorCode> {
        let frame = Frame::parse(bytes).map_err(|_| ErrorCode::BadPicture)?;
        let scan = self.lock().clone();
        match scan {
            Some(scan) => {
                let seen = scan.look(frame).await;
                tracing::trace!(?seen, "a frame of the camera was looked at");
                seen
            }
            None => Ok(FrameView::Passed),
        }
    }

    /// Whether one is open: only then the page may have a camera.
    pub(crate) fn is_open(&self) -> bool {
        self.lock().is_some()
    }

    /// Ends the scan, if one is open.
    pub(crate) fn close(&self) {
        if let Some(scan) = self.lock().take() {
            scan.close();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Scan>>> {
        self.scan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(width: u16, height: u16, pixels: usize) -> Vec<u8> {
        let mut bytes = [width.to_be_bytes(), height.to_be_bytes()].concat();
        bytes.resize(4 + pixels, 0);
        bytes
    }

    #[tokio::test]
    async fn only_whole_frames_of_the_right_size_pass_the_border() {
        let scanning = Scanning::by("/nonexistent".into());
        for bytes in [
            frame(641, 480, 641 * 480),
            frame(640, 641, 640 * 641),
            frame(0, 480, 0),
            frame(640, 480, 640 * 480 - 1),
            frame(640, 480, 640 * 480 + 1),
            Vec::new(),
            vec![0; 3],
        ] {
            let answer = scanning.look(&bytes).await;
            assert_eq!(answer, Err(ErrorCode::BadPicture));
        }
    }

    #[tokio::test]
    async fn a_frame_without_a_scan_is_passed_over() {
        let scanning = Scanning::by("/nonexistent".into());
        let late = frame(640, 480, 640 * 480);
        assert_eq!(scanning.look(&late).await, Ok(FrameView::Passed));
        scanning.open();
        assert_eq!(scanning.look(&late).await, Err(ErrorCode::Internal));
        scanning.close();
        assert_eq!(scanning.look(&late).await, Ok(FrameView::Passed));
    }
}
