//! The process that owns the home: it carries out its own command and, while it is connected,
//! those of processes that come later.

use crate::command::{self, Context, Stop};
use crate::control_socket::Asker;
use crate::failure::Failure;
use crate::output::Output;
use crate::printed::Printed;
use crate::request::Request;
use crate::session::Session;
use crate::shutdown::{Shutdown, shutdown};
use sotto_engine::driver::{HomeSocket, HomeStream};
use sotto_engine::folders::Folders;
use sotto_engine::home::{Home, HomeLock, Keys, OpenProfile};
use std::future::{self, Future};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{sleep, timeout};

/// Processes that may be served at once.
const MOST_GUESTS: usize = 64;
/// How long nobody is let in after that failed.
const AFTER_ERROR: Duration = Duration::from_millis(100);
/// How long those who asked have for their last lines when this process leaves.
const FAREWELL_LIMIT: Duration = Duration::from_secs(10);

/// Opens the home and carries out a command.
pub(crate) async fn own(
    home: Home,
    lock: HomeLock,
    folders: &Folders,
    keys: Keys,
    request: Request,
) -> Result<(), Failure> {
    let place = home.clone();
    let opened = blocking(move || Ok(home.open(lock, &keys)?)).await?;
    if request.needs_relays() {
        run_online(&place, folders, opened, request).await
    } else {
        run_offline(opened, request).await
    }
}

/// Carries out a command that needs no relay, without any connection.
pub(crate) async fn run_offline(opened: OpenProfile, request: Request) -> Result<(), Failure> {
    let session = Session::offline(opened)?;
    let (_never, shutdown) = shutdown();
    let context = Context {
        session: &session,
        printing: &Mutex::new(Printed::nowhere()),
        shutdown,
    };
    outcome(command::carry_out(&context, request, &mut Output::Stdout).await)
}

/// Carries out a command with connections to the relays, and those of later processes.
async fn run_online(
    home: &Home,
    folders: &Folders,
    opened: OpenProfile,
    request: Request,
) -> Result<(), Failure> {
    let session = Arc::new(Session::online(opened, folders).await?);
    let printing = Arc::new(Mutex::new(Printed::open(home)?));
    let (leave, leaving) = shutdown();
    let guests = match HomeSocket::bind(home, folders) {
        Ok(socket) => Some(tokio::spawn(receive(
            socket,
            Arc::clone(&session),
            Arc::clone(&printing),
            leaving,
        ))),
        Err(error) => {
            tracing::warn!(%error, "other processes cannot reach this one");
            None
        }
    };
    let context = Context {
        session: &session,
        printing: &printing,
        shutdown: asked_to_end(),
    };
    let done = command::carry_out(&context, request, &mut Output::Stdout).await;
    leave.trigger();
    if let Some(guests) = guests {
        // A guest that panicked has taken its own task with it; the rest has ended.
        let _ = guests.await;
    }
    if let Some(session) = Arc::into_inner(session) {
        session.end().await;
    }
    outcome(done)
}

/// Lets processes in until this one leaves, then waits for what they asked for.
async fn receive(
    socket: HomeSocket,
    session: Arc<Session>,
    printing: Arc<Mutex<Printed>>,
    leaving: Shutdown,
) {
    let mut guests = JoinSet::new();
    loop {
        let full = guests.len() >= MOST_GUESTS;
        tokio::select! {
            biased;
            () = leaving.wished() => break,
            _ = guests.join_next(), if !guests.is_empty() => {}
            guest = socket.accept(), if !full => match guest {
                Ok(stream) => {
                    let guest = serve(
                        stream,
                        Arc::clone(&session),
                        Arc::clone(&printing),
                        leaving.clone(),
                    );
                    guests.spawn(guest);
                }
                Err(error) => {
                    tracing::warn!(%error, "a process could not be let in");
                    sleep(AFTER_ERROR).await;
                }
            },
        }
    }
    // Nobody else comes in; those who are in get an answer.
    drop(socket);
    let all = async { while guests.join_next().await.is_some() {} };
    if timeout(FAREWELL_LIMIT, all).await.is_err() {
        tracing::warn!("a process that asked for something is left without an answer");
    }
    guests.shutdown().await;
}

async fn serve(
    stream: HomeStream,
    session: Arc<Session>,
    printing: Arc<Mutex<Printed>>,
    shutdown: Shutdown,
) {
    let Some((asker, request)) = Asker::greet(stream).await else {
        return;
    };
    let context = Context {
        session: &session,
        printing: &printing,
        shutdown,
    };
    let mut output = Output::Asker(asker);
    let done = command::carry_out(&context, request, &mut output).await;
    let Output::Asker(asker) = output else {
        return;
    };
    match done {
        Ok(()) => asker.done().await,
        Err(Stop::Failed(failure)) => asker.failed(failure).await,
        Err(Stop::HandOver(rest)) => asker.hand_over(rest).await,
    }
}

fn outcome(done: Result<(), Stop>) -> Result<(), Failure> {
    match done {
        Err(Stop::Failed(failure)) => Err(failure),
        // The person ended it; for listening that is the usual end.
        Ok(()) | Err(Stop::HandOver(Request::Listen { .. })) => Ok(()),
        Err(Stop::HandOver(_)) => Err(Failure::new(
            "interrupted",
            "ended before it was done; what is in the outbox stays there",
        )),
    }
}

/// Hears when the person or the system wants this process to end.
fn asked_to_end() -> Shutdown {
    let (end, asked) = shutdown();
    tokio::spawn(async move {
        signalled().await;
        end.trigger();
    });
    asked
}

#[cfg(unix)]
async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signalled() {
    if tokio::signal::ctrl_c().await.is_err() {
        future::pending::<()>().await;
    }
}

/// Runs what may take long or ask the person something beside the connections.
pub(crate) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> impl Future<Output = Result<T, Failure>> {
    let task = spawn_blocking(work);
    async move { task.await.unwrap_or_else(|_| Err(Failure::internal())) }
}
