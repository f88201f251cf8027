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
    scan: Mutex<Open>,
}

/// The scan that is open, and how many there were: its number.
#[derive(Default)]
struct Open {
    number: u64,
    scan: Option<Arc<Scan>>,
}

impl Scanning {
    /// Names the program that reads frames when it is started with `--read-frames`.
    pub(crate) fn by(program: PathBuf) -> Self {
        Self {
            reader: FrameReader::new(program, &["--read-frames"]),
            scan: Mutex::default(),
        }
    }

    /// Opens a scan; one that is open ends. Gives the number by which it is closed. To be called where
    /// tokio runs.
    pub(crate) fn open(&self) -> u64 {
        let mut open = self.lock();
        if let Some(before) = open.scan.replace(Arc::new(self.reader.open())) {
            before.close();
        }
        open.number = open.number.wrapping_add(1);
        open.number
    }

    /// Has a frame looked at. One that comes when no scan is open is passed over: it was on its way.
    ///
    /// # Errors
    /// `BadPicture` if the bytes are no frame; those of a scan.
    pub(crate) async fn look(&self, bytes: &[u8]) -> Result<FrameView, ErrorCode> {
        let frame = Frame::parse(bytes).map_err(|_| ErrorCode::BadPicture)?;
        let scan = self.lock().scan.clone();
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
        self.lock().scan.is_some()
    }

    /// Ends the scan with this number; another one that was opened meanwhile stays.
    pub(crate) fn close(&self, number: u64) {
        let mut open = self.lock();
        if open.number == number
            && let Some(scan) = open.scan.take()
        {
            scan.close();
        }
    }

    /// Ends whichever scan is open: its page is gone.
    pub(crate) fn close_any(&self) {
        let number = self.lock().number;
        self.close(number);
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
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
        let number = scanning.open();
        assert_eq!(scanning.look(&late).await, Err(ErrorCode::Internal));
        scanning.close(number);
        assert_eq!(scanning.look(&late).await, Ok(FrameView::Passed));
    }

    #[tokio::test]
    async fn a_scan_that_ends_late_leaves_the_next_one_open() {
        let scanning = Scanning::by("/nonexistent".into());
        let first = scanning.open();
        let second = scanning.open();
        scanning.close(first);
        assert!(scanning.is_open());
        scanning.close(second);
        assert!(!scanning.is_open());
        scanning.open();
        scanning.close_any();
        assert!(!scanning.is_open());
    }
}
