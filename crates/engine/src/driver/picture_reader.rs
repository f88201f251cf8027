//! Reading pictures of codes in a process of its own.
//!
//! Pictures come from anybody, and one can be made for which the readers need hours or all memory.
//! They cannot be stopped, but a process can. So the program starts itself once more for each
//! picture: the picture goes in, one line comes out, and then or after a while the process ends.
//! What it says is checked like everything from outside.

use super::reading_process::{ReadingProcess, give_up_rights};
use crate::api::ErrorCode;
use crate::qr::{self, MAX_PICTURE_BYTES, QrError};
use serde::{Deserialize, Serialize};
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Child;
use tokio::sync::Mutex;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

/// How long a picture may take. What a code of ours is in takes less than two seconds.
const LIMIT: Duration = Duration::from_secs(20);
/// The longest answer that is listened to, bytes.
const MAX_ANSWER: u64 = 4 * 1024;

/// What the reading process says.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Text(String),
    Refused(QrError),
}

/// Starts the processes that read pictures, one at a time.
pub struct PictureReader {
    process: ReadingProcess,
    limit: Duration,
    turn: Mutex<()>,
}

impl PictureReader {
    /// Names the program and the arguments with which it does [`read_one_picture`].
    #[must_use]
    pub fn new(program: impl Into<PathBuf>, arguments: &[&str]) -> Self {
        Self {
            process: ReadingProcess::new(program, arguments),
            limit: LIMIT,
            turn: Mutex::new(()),
        }
    }

    /// Sets how long a picture may take, in place of the usual limit.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Reads the text of the code in a picture.
    ///
    /// # Errors
    /// As [`qr::read_picture`] in codes; `NoCode` also after the limit, `Internal` if the process
    /// cannot be started.
    pub async fn read(&self, picture: &[u8]) -> Result<String, ErrorCode> {
        if picture.len() > MAX_PICTURE_BYTES {
            return Err(ErrorCode::PictureTooLarge);
        }
        let _turn = self.turn.lock().await;
        match self.ask(picture).await {
            Ok(Ok(Some(Answer::Text(text)))) => match qr::link(&text) {
                Some(link) => Ok(link.to_owned()),
                None => Err(ErrorCode::ForeignCode),
            },
            Ok(Ok(Some(Answer::Refused(error)))) => Err(error.into()),
            Ok(Ok(None)) => {
                tracing::warn!("a picture ended the process that read it");
                Err(ErrorCode::BadPicture)
            }
            Ok(Err(_)) => {
                tracing::warn!("a picture was given up");
                Err(ErrorCode::NoCode)
            }
            Err(error) => {
                tracing::error!(%error, "no process to read a picture");
                Err(ErrorCode::Internal)
            }
        }
    }

    /// Asks a new process; no answer if it ends without a whole one.
    async fn ask(&self, picture: &[u8]) -> io::Result<Result<Option<Answer>, Elapsed>> {
        let mut child = self.process.command().spawn()?;
        let answer = timeout(self.limit, converse(&mut child, picture)).await;
        // It has ended or is to end now; either way nothing of it stays.
        let _ = child.kill().await;
        Ok(answer)
    }
}

/// Hands a process the picture and listens to its answer.
async fn converse(child: &mut Child, picture: &[u8]) -> Option<Answer> {
    let (mut input, output) = (child.stdin.take()?, child.stdout.take()?);
    // It reads everything before it says anything. If it has ended, its answer says so.
    let _ = input.write_all(picture).await;
    drop(input);
    let mut answer = Vec::new();
    output
        .take(MAX_ANSWER)
        .read_to_end(&mut answer)
        .await
        .ok()?;
    serde_json::from_slice(&answer).ok()
}

/// Reads one picture from the standard input to its end and says on the standard output what is
/// in it: the whole work of the process that a [`PictureReader`] starts.
#[must_use]
pub fn read_one_picture() -> ExitCode {
    give_up_rights(LIMIT);
    match answer_one() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer_one() -> io::Result<()> {
    let limit = u64::try_from(MAX_PICTURE_BYTES).unwrap_or(u64::MAX);
    let mut picture = Vec::new();
    io::stdin()
        .lock()
        .take(limit.saturating_add(1))
        .read_to_end(&mut picture)?;
    let answer = match qr::read_picture(&picture) {
        Ok(text) => Answer::Text(text),
        Err(error) => Answer::Refused(error),
    };
    let mut output = io::stdout().lock();
    output.write_all(&serde_json::to_vec(&answer)?)?;
    output.flush()
}
