//! Notifications of what the person does not see: one for each chat and one for all requests,
//! replaced by the newest and withdrawn when it was read.
//!
//! The engine's thread only enters into a book what is to be shown ([`desk::Desk`]). A task of its
//! own carries that to the system, which may take its time or never answer: nothing else waits for
//! it. What it answers is what the settings say of it.

mod desk;
mod seen;
#[cfg(target_os = "linux")]
mod server;
#[cfg(not(target_os = "linux"))]
#[path = "server_elsewhere.rs"]
mod server;

use chrono::{Local, Timelike as _};
use desk::{Desk, Errand, Next};
use seen::Seen;
use server::{Happened, Server};
use sotto_engine::api::{ChatId, ErrorCode, Event, HistoryTrouble, SettingsView};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tauri::AppHandle;
use tokio::sync::{Notify, oneshot};
use tokio::time::{sleep, timeout};

/// How soon the system has to answer so that it counts as answering.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long an answer is waited for at all: until then nothing else is asked about its subject.
const LONGEST: Duration = Duration::from_mins(1);
/// How long the end of the program may wait for notifications to leave the screen.
const GOODBYE: Duration = Duration::from_secs(1);

/// What a notification is about. There is at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// Texts of a chat.
    Chat(ChatId),
    /// Texts of people who are no contacts.
    Requests,
    /// Nothing: the person tries out how it looks.
    Trial,
    /// That nothing can be received.
    Paused,
}

/// The clock of the computer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// ms since 1970.
    pub(crate) now_ms: i64,
    /// By the local clock, 0 to 1439.
    pub(crate) minute_of_day: u16,
}

impl Time {
    /// What it shows now.
    pub(crate) fn now() -> Self {
        let now = Local::now();
        let minute = now.hour().saturating_mul(60).saturating_add(now.minute());
        Self {
            now_ms: now.timestamp_millis(),
            minute_of_day: u16::try_from(minute).unwrap_or_default(),
        }
    }
}

/// Why the system showed no notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing on this system shows notifications.
    Missing,
    /// It refused.
    Refused,
    /// It does not answer.
    Silent,
}

impl From<Fault> for ErrorCode {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Missing => Self::NotificationsMissing,
            Fault::Refused => Self::NotificationsRefused,
            Fault::Silent => Self::NotificationsSilent,
        }
    }
}

/// Hears what the notification was about that the person clicked.
type Clicked = Arc<dyn Fn(Subject) + Send + Sync>;

/// The notifications of the program.
#[derive(Clone, Default)]
pub(crate) struct Notifications(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// The book has changed.
    changed: Notify,
}

#[derive(Default)]
struct State {
    seen: Seen,
    desk: Desk,
    /// What went wrong with the newest that the system was asked for.
    fault: Option<Fault>,
    /// A click on one that the server has not named yet.
    early_click: Option<u32>,
    /// Who waits for what becomes of the trial.
    trials: Vec<oneshot::Sender<Result<(), Fault>>>,
}

impl Notifications {
    /// Takes in an event of the engine; never waits.
    pub(crate) fn learn(&self, event: &Event) {
        let mut state = self.state();
        let State { seen, desk, .. } = &mut *state;
        seen.learn(event, Time::now(), desk);
        drop(state);
        self.0.changed.notify_one();
    }

    /// Which chat is before the person's eyes: what was to lead there has done so.
    pub(crate) fn set_active_chat(&self, chat: Option<ChatId>) {
        {
            let mut state = self.state();
            state.seen.active = chat;
            if let Some(chat) = chat {
                state.desk.withdraw(Subject::Chat(chat));
            }
        }
        self.0.changed.notify_one();
    }

    /// Whether the window is in sight: what it says itself needs no notification.
    pub(crate) fn set_in_sight(&self, in_sight: bool) {
        let mut state = self.state();
        let State { seen, desk, .. } = &mut *state;
        seen.set_in_sight(in_sight, Time::now(), desk);
        drop(state);
        self.0.changed.notify_one();
    }

    /// Why receiving is paused, if it is.
    pub(crate) fn trouble(&self) -> Option<HistoryTrouble> {
        self.state().seen.trouble()
    }

    /// How many received messages are unread.
    pub(crate) fn unread(&self) -> u32 {
        self.state().seen.unread()
    }

    /// The newest settings; none before the history is open.
    pub(crate) fn settings(&self) -> Option<SettingsView> {
        self.state().seen.settings.clone()
    }

    /// What went wrong with the newest notification.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.state().fault
    }

    /// Shows a notification as the settings say it, and gives what became of it.
    pub(crate) async fn try_out(&self) -> Result<(), Fault> {
        let (tell, told) = oneshot::channel();
        {
            let mut state = self.state();
            let Some(notice) = state.seen.trial() else {
                return Ok(());
            };
            state.trials.push(tell);
            state.desk.show(Subject::Trial, notice);
        }
        self.0.changed.notify_one();
        match timeout(PATIENCE, told).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Err(Fault::Silent),
        }
    }

    /// Carries out what the book says, until the program ends. `clicked` hears what the notification
    /// was about that the person clicked.
    pub(crate) async fn carry(
        self,
        app: AppHandle,
        clicked: impl Fn(Subject) + Send + Sync + 'static,
    ) {
        let notifications = self.clone();
        let clicked: Clicked = Arc::new(clicked);
        let hears = Arc::clone(&clicked);
        let server = Server::new(app, move |happened| {
            let mut state = notifications.state();
            match happened {
                Happened::Closed { id } => state.desk.closed(id),
                Happened::AnotherServer => state.desk.forget_screen(),
                Happened::Clicked { id } => {
                    let Some(subject) = state.desk.subject(id) else {
                        // It can be faster than what the server calls it.
                        state.early_click = Some(id);
                        return;
                    };
                    // Its lock is not held while others work.
                    drop(state);
                    hears(subject);
                }
            }
        });
        let server = Arc::new(server);
        loop {
            let next = self.state().desk.next(Instant::now());
            match next {
                Next::Now(errand) => {
                    let (server, clicked) = (Arc::clone(&server), Arc::clone(&clicked));
                    tauri::async_runtime::spawn(self.clone().run(server, clicked, errand));
                }
                Next::Later(time) => {
                    let pause = time.saturating_duration_since(Instant::now());
                    // A change before its time is looked at before its time.
                    let _ = timeout(pause, self.0.changed.notified()).await;
                }
                Next::Nothing => self.0.changed.notified().await,
            }
        }
    }

    /// Takes all notifications off the screen, at the end of the program: nobody would answer a
    /// click.
    pub(crate) async fn clear(&self) {
        self.state().desk.withdraw_all();
        self.0.changed.notify_one();
        let cleared = async {
            while !self.state().desk.is_clear() {
                sleep(Duration::from_millis(10)).await;
            }
        };
        let _ = timeout(GOODBYE, cleared).await;
    }

    /// One errand, for as long as it takes.
    async fn run(self, server: Arc<Server>, clicked: Clicked, errand: Errand) {
        let (subject, notice, replaces) = match errand {
            Errand::Withdraw { id } => {
                // One that stays is closed by the person.
                let _ = timeout(LONGEST, server.withdraw(id)).await;
                return;
            }
            Errand::Show {
                subject,
                notice,
                replaces,
            } => (subject, notice, replaces),
        };
        let mut answer = Box::pin(server.show(subject, &notice, replaces));
        let answered = if let Ok(answered) = timeout(PATIENCE, &mut answer).await {
            answered
        } else {
            self.found(subject, Err(Fault::Silent));
            let late = timeout(LONGEST.saturating_sub(PATIENCE), &mut answer).await;
            late.unwrap_or(Err(Fault::Silent))
        };
        self.found(subject, answered.map(|_| ()));
        let early = {
            let mut state = self.state();
            state.desk.answered(subject, answered.ok());
            state.early_click.take_if(|id| answered == Ok(*id))
        };
        if early.is_some() {
            clicked(subject);
        }
        self.0.changed.notify_one();
    }

    /// Keeps what became of a notification, and tells who waits for it.
    fn found(&self, subject: Subject, outcome: Result<(), Fault>) {
        let mut state = self.state();
        if let Err(fault) = outcome {
            tracing::debug!(?fault, "a notification was not shown");
        }
        state.fault = outcome.err();
        if subject == Subject::Trial {
            for trial in mem::take(&mut state.trials) {
                // Whoever asked may be gone.
                let _ = trial.send(outcome);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}
