//! Both ends of the home's local socket.
//!
//! ```text
//! asker: Hello    -> owner: Ready            before this nothing has happened
//! asker: Run      -> owner: Lines*           the asker answers each Lines with Written
//!                    owner: Done | Failed | HandOver
//! ```
//!
//! `Written` says that the lines are flushed to the asker's stdout: only then may the owner note
//! that a message was printed. `HandOver` comes from an owner that leaves: the asker carries the
//! rest out itself or gives it to the next owner. The app's window listens on the same socket but takes
//! no commands; whatever it answers is none of these.

use crate::failure::Failure;
use crate::frames::Frames;
use crate::request::Request;
use crate::stdout;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sotto_engine::driver::{HomeStream, home_socket};
use sotto_engine::folders::Folders;
use sotto_engine::home::Home;
use std::io;
use std::time::Duration;
use tokio::time::timeout;

/// How long the other process may take for a word of the greeting.
const GREETING_LIMIT: Duration = Duration::from_secs(5);
/// How long the asking process may take to print lines. One that is stopped must not keep
/// messages from the others for ever.
const PRINT_LIMIT: Duration = Duration::from_secs(30);

/// What an asking process says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FromAsker {
    Hello {},
    Run(Request),
    Written {},
}

/// What the owner of the home says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FromOwner {
    Ready {},
    Lines(Vec<Value>),
    Done {},
    Failed(Failure),
    HandOver(Request),
}

/// How a command ended that another process was asked for.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Well.
    Done,
    /// The owner leaves; this is still to be done.
    HandedOver(Request),
    /// The owner is gone; what it had done is not known.
    Cut,
    /// Nobody opened; nothing has happened.
    NotReached,
}

/// Asks the owner of a home to carry out a command, and prints its lines.
pub(crate) async fn ask(
    home: &Home,
    folders: &Folders,
    request: &Request,
) -> Result<Answer, Failure> {
    let Ok(stream) = home_socket::connect(home, folders).await else {
        return Ok(Answer::NotReached);
    };
    let mut owner = Frames::new(stream);
    let greeting = async {
        owner.write(&FromAsker::Hello {}).await?;
        owner.read::<Value>().await
    };
    match timeout(GREETING_LIMIT, greeting).await {
        Ok(Ok(Some(value))) => match serde_json::from_value(value) {
            Ok(FromOwner::Ready {}) => {}
            _ => return Err(Failure::in_use()),
        },
        _ => return Ok(Answer::NotReached),
    }
    if owner.write(&FromAsker::Run(request.clone())).await.is_err() {
        return Ok(Answer::Cut);
    }
    print_answer(&mut owner).await
}

async fn print_answer(owner: &mut Frames<HomeStream>) -> Result<Answer, Failure> {
    loop {
        match owner.read().await {
            Ok(Some(FromOwner::Lines(lines))) => {
                lines.iter().try_for_each(stdout::write_line)?;
                if owner.write(&FromAsker::Written {}).await.is_err() {
                    return Ok(Answer::Cut);
                }
            }
            Ok(Some(FromOwner::Done {})) => return Ok(Answer::Done),
            Ok(Some(FromOwner::Failed(failure))) => return Err(failure),
            Ok(Some(FromOwner::HandOver(rest))) => return Ok(Answer::HandedOver(rest)),
            Ok(Some(FromOwner::Ready {}) | None) | Err(_) => return Ok(Answer::Cut),
        }
    }
}

/// The process that asked, as the owner sees it.
pub(crate) struct Asker(Frames<HomeStream>);

impl Asker {
    /// Greets a process that connected and takes its request; `None` if it has none.
    pub(crate) async fn greet(stream: HomeStream) -> Option<(Self, Request)> {
        let mut frames = Frames::new(stream);
        let request = timeout(GREETING_LIMIT, async {
            let Ok(Some(FromAsker::Hello {})) = frames.read().await else {
                return None;
            };
            frames.write(&FromOwner::Ready {}).await.ok()?;
            match frames.read().await {
                Ok(Some(FromAsker::Run(request))) => Some(request),
                _ => None,
            }
        });
        let request = request.await.ok()??;
        Some((Self(frames), request))
    }

    /// Has lines printed by the asking process.
    pub(crate) async fn print(&mut self, lines: &[Value]) -> io::Result<()> {
        let printed = timeout(PRINT_LIMIT, async {
            self.0.write(&FromOwner::Lines(lines.to_vec())).await?;
            self.0.read().await
        });
        match printed.await {
            Ok(Ok(Some(FromAsker::Written {}))) => Ok(()),
            Ok(Err(error)) => Err(error),
            Ok(Ok(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    /// Returns when the asking process is gone.
    pub(crate) async fn gone(&mut self) {
        self.0.ended().await;
    }

    /// Says that the command is done.
    pub(crate) async fn done(self) {
        self.say(FromOwner::Done {}).await;
    }

    /// Says why the command failed.
    pub(crate) async fn failed(self, failure: Failure) {
        self.say(FromOwner::Failed(failure)).await;
    }

    /// Gives the rest of the command back.
    pub(crate) async fn hand_over(self, rest: Request) {
        self.say(FromOwner::HandOver(rest)).await;
    }

    async fn say(mut self, last: FromOwner) {
        // An asker that is gone needs no answer.
        let _ = timeout(GREETING_LIMIT, self.0.write(&last)).await;
    }
}
