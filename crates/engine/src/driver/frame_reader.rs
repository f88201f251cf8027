//! Reading the frames of a camera in a process of its own, which stays for as long as a scan is open.
//!
//! It is the same kind of process as for pictures ([`super::picture_reader`]): the program itself,
//! started once more, without rights. Frames go in one after another, each is answered (the format is
//! in [`crate::qr::Frame`]). A frame for which it takes too long, or which ends it, is lost, and the
//! process is started again, so many times. What a frame means is for whoever asks.

use super::reading_process::{ReadingProcess, give_up_rights};
use crate::api::ErrorCode;
use crate::qr::{Frame, FrameView, Seen};
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long a frame may take. One with a code mostly takes some ten milliseconds, one without 150.
const LIMIT: Duration = Duration::from_secs(3);
/// How many frames of a scan may be lost before it is given up.
const MAX_LOST: u32 = 20;
/// Processor time of one process: that of hours, and an end if nobody is left to end it.
const MAX_TIME: Duration = Duration::from_hours(1);
/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// Opens scans.
pub struct FrameReader {
    process: Arc<ReadingProcess>,
    limit: Duration,
}

/// What became of a frame: `Internal` if there is no process to look at any.
type Answer = Result<FrameView, ErrorCode>;

/// A frame that waits for its turn, and who waits for the answer.
struct Waiting {
    frame: Frame,
    tell: oneshot::Sender<Answer>,
}

/// Where the next frame waits.
enum Place {
    Free,
    Taken(Waiting),
    /// The scan has ended: by itself, or because it was closed.
    Gone(Answer),
}

/// What a scan and its task share.
struct Desk {
    place: Mutex<Place>,
    taken: Notify,
}

/// A scan that is open: frames of one camera, one after another. Closing or dropping it ends its
/// process at once.
pub struct Scan {
    desk: Arc<Desk>,
    task: JoinHandle<()>,
}

impl FrameReader {
    /// Names the program and the arguments with which it does [`read_frames`].
    #[must_use]
    pub fn new(program: impl Into<PathBuf>, arguments: &[&str]) -> Self {
        Self {
            process: Arc::new(ReadingProcess::new(program, arguments)),
            limit: LIMIT,
        }
    }

    /// Sets how long a frame may take, in place of the usual limit.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Opens a scan and starts its process, so that the first frame need not wait for it. To be
    /// called where tokio runs.
    #[must_use]
    pub fn open(&self) -> Scan {
        let desk = Arc::new(Desk {
            place: Mutex::new(Place::Free),
            taken: Notify::new(),
        });
        let work = work(Arc::clone(&self.process), self.limit, Arc::clone(&desk));
        Scan {
            desk,
            task: tokio::spawn(work),
        }
    }
}

impl Scan {
    /// Has a frame looked at. At most one waits: it is passed over for a newer one.
    ///
    /// # Errors
    /// `Internal` if no process can be started, or too many frames were lost.
    pub async fn look(&self, frame: Frame) -> Result<FrameView, ErrorCode> {
        let (tell, told) = oneshot::channel();
        self.desk.put(Waiting { frame, tell })?;
        told.await.unwrap_or(Ok(FrameView::Passed))
    }

    /// Ends the scan and its process at once; what waits for an answer is passed over.
    pub fn close(&self) {
        self.desk.end(Ok(FrameView::Passed));
        self.task.abort();
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        self.close();
    }
}

impl Desk {
    /// Puts a frame where it waits; the one that waited there is passed over.
    fn put(&self, waiting: Waiting) -> Result<(), ErrorCode> {
        let mut place = self.lock();
        match &*place {
            Place::Gone(Err(error)) => return Err(*error),
            // Nobody is left to look at it: who waits is told by its end.
            Place::Gone(Ok(_)) => return Ok(()),
            Place::Free | Place::Taken(_) => {}
        }
        // The one that waited is told by its end, too.
        *place = Place::Taken(waiting);
        self.taken.notify_one();
        Ok(())
    }

    /// The next frame, once there is one.
    async fn next(&self) -> Waiting {
        loop {
            if let Some(waiting) = self.take() {
                return waiting;
            }
            self.taken.notified().await;
        }
    }

    fn take(&self) -> Option<Waiting> {
        let mut place = self.lock();
        match std::mem::replace(&mut *place, Place::Free) {
            Place::Free => None,
            Place::Taken(waiting) => Some(waiting),
            Place::Gone(answer) => {
                *place = Place::Gone(answer);
                None
            }
        }
    }

    /// Nothing is looked at any more; the first end counts.
    fn end(&self, answer: Answer) {
        let mut place = self.lock();
        match std::mem::replace(&mut *place, Place::Free) {
            Place::Gone(first) => *place = Place::Gone(first),
            Place::Taken(waiting) => {
                let _ = waiting.tell.send(answer.clone());
                *place = Place::Gone(answer);
            }
            Place::Free => *place = Place::Gone(answer),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has frames looked at until too many were lost.
async fn work(process: Arc<ReadingProcess>, limit: Duration, desk: Arc<Desk>) {
    for _ in 0..=MAX_LOST {
        let mut talk = match Talk::start(&process) {
            Ok(talk) => talk,
            Err(error) => {
                tracing::error!(%error, "no process to read frames");
                desk.end(Err(ErrorCode::Internal));
                return;
            }
        };
        loop {
            let waiting = desk.next().await;
            let Some(seen) = talk.ask(&waiting.frame, limit).await else {
                let _ = waiting.tell.send(Ok(FrameView::Passed));
                break;
            };
            let _ = waiting.tell.send(Ok(seen.into()));
        }
        tracing::warn!("a frame was given up, and the process that read it");
    }
    desk.end(Err(ErrorCode::Internal));
}

/// A process that reads frames.
struct Talk {
    /// Ends with this.
    _child: Child,
    to: ChildStdin,
    from: ChildStdout,
    /// What has come of an answer.
    come: Vec<u8>,
}

impl Talk {
    fn start(process: &ReadingProcess) -> io::Result<Self> {
        let mut child = process.command().spawn()?;
        let no_pipe = || io::Error::from(io::ErrorKind::BrokenPipe);
        let to = child.stdin.take().ok_or_else(no_pipe)?;
        let from = child.stdout.take().ok_or_else(no_pipe)?;
        Ok(Self {
            _child: child,
            to,
            from,
            come: Vec::new(),
        })
    }

    /// What it sees in a frame; nothing is said in time, or nothing that is an answer, if it is of no
    /// use any more.
    async fn ask(&mut self, frame: &Frame, limit: Duration) -> Option<Seen> {
        timeout(limit, self.converse(frame)).await.ok()?
    }

    async fn converse(&mut self, frame: &Frame) -> Option<Seen> {
        self.to.write_all(&frame.header()).await.ok()?;
        self.to.write_all(frame.pixels()).await.ok()?;
        self.to.flush().await.ok()?;
        let mut chunk = [0; 512];
        loop {
            if let Some(seen) = Seen::take(&mut self.come).ok()? {
                // Nothing was asked beyond this frame.
                return self.come.is_empty().then_some(seen);
            }
            let length = self.from.read(&mut chunk).await.ok()?;
            match chunk.get(..length) {
                Some([]) | None => return None,
                Some(more) => self.come.extend(more),
            }
        }
    }
}

/// Reads frames from the standard input until it ends and says on the standard output what is in
/// each: the whole work of the process that a [`FrameReader`] starts.
#[must_use]
pub fn read_frames() -> ExitCode {
    give_up_rights(MAX_TIME);
    match answer_all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer_all() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut come = Vec::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        let frame = Frame::take(&mut come).map_err(io::Error::other)?;
        if let Some(frame) = frame {
            output.write_all(&frame.look().to_bytes())?;
            output.flush()?;
            continue;
        }
        let length = input.read(&mut chunk)?;
        match chunk.get(..length) {
            Some([]) | None if come.is_empty() => return Ok(()),
            Some([]) | None => return Err(io::ErrorKind::UnexpectedEof.into()),
            Some(more) => come.extend(more),
        }
    }
}
