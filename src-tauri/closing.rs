//! What becomes of the program when its window is closed: it asks, goes on without a window, or
//! ends.
//!
//! The page is told first, so that it can keep what was typed and ask what has to be asked; a page
//! that does not hear is not waited for.

use crate::shell::Shell;
use crate::window;
use serde::Serialize;
use sotto_engine::api::{Closing as Choice, Phase};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tauri::{AppHandle, Emitter as _, Manager as _};
use tokio::time::sleep;

/// How long the page may take to keep what was typed, and to say that it heard at all.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the page is told: what will happen, or that it is to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Leads {
    /// The page asks the person.
    Ask,
    /// The window goes, the program stays.
    Background,
    /// The program ends.
    Quit,
}

/// What is told to the page with it.
#[derive(Clone, Copy, Serialize)]
struct Asked {
    leads: Leads,
    /// Whether the program can be seen without its window.
    tray: bool,
}

/// How the window is about to close.
#[derive(Default)]
pub(crate) struct Closing {
    /// Counts what was asked, and what was heard of it.
    asked: AtomicU32,
    heard: AtomicU32,
    /// The program goes on without a window.
    stays: AtomicBool,
}

impl Closing {
    /// The window is to be closed; gives whether it stays for the moment.
    pub(crate) fn asked(&self, app: &AppHandle) -> bool {
        let shell = app.state::<Shell>();
        let leads = decide(
            &shell.launcher.phase(),
            shell
                .notifications
                .settings()
                .map(|settings| settings.closing),
        );
        // Nothing goes on where nothing is open, and nothing was typed that is kept.
        let Some(leads) = leads else {
            return false;
        };
        self.tell(app, leads);
        true
    }

    /// The window is to go while the program stays.
    pub(crate) fn hide(&self, app: &AppHandle) {
        self.tell(app, Leads::Background);
    }

    /// The program is to end: at once, or when the page has kept what was typed.
    pub(crate) fn quit(&self, app: &AppHandle) {
        if window::current(app).is_some() {
            self.tell(app, Leads::Quit);
        } else {
            app.exit(0);
        }
    }

    /// The page has heard what it was told.
    pub(crate) fn heard(&self) {
        self.heard
            .store(self.asked.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// Takes the window away and goes on without one.
    pub(crate) fn leave(&self, app: &AppHandle) {
        self.stays.store(true, Ordering::SeqCst);
        if let Some(window) = window::current(app)
            && let Err(error) = window.destroy()
        {
            tracing::warn!(%error, "the window cannot be closed");
        }
    }

    /// Whether the program goes on without a window.
    pub(crate) fn stays(&self) -> bool {
        self.stays.load(Ordering::SeqCst)
    }

    /// The program has a window.
    pub(crate) fn window_came(&self) {
        self.stays.store(false, Ordering::SeqCst);
    }

    fn tell(&self, app: &AppHandle, leads: Leads) {
        let number = self.asked.fetch_add(1, Ordering::SeqCst).wrapping_add(1);
        let tray = app.state::<Shell>().has_tray();
        // Whether it arrives is seen by the answer.
        let _ = app.emit("close-asked", Asked { leads, tray });
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            sleep(PATIENCE).await;
            let closing = &app.state::<Shell>().closing;
            let last = closing.asked.load(Ordering::SeqCst) == number;
            let heard = closing.heard.load(Ordering::SeqCst) >= number;
            if last && !heard && window::current(&app).is_some() {
                tracing::warn!("the page does not answer; its window is closed");
                match leads {
                    Leads::Quit => app.exit(0),
                    Leads::Ask if !tray => app.exit(0),
                    Leads::Ask | Leads::Background => closing.leave(&app),
                }
            }
        });
    }
}

/// What closing the window leads to; none where the program just ends.
fn decide(phase: &Phase, choice: Option<Choice>) -> Option<Leads> {
    match (phase, choice?) {
        (Phase::Ready, Choice::Ask) => Some(Leads::Ask),
        (Phase::Ready, Choice::Background) => Some(Leads::Background),
        (Phase::Ready, Choice::Quit) => Some(Leads::Quit),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sotto_engine::api::StartProblem;

    #[test]
    fn open_profile_is_closed_as_the_person_chose() {
        let ready = |choice| decide(&Phase::Ready, choice);
        assert_eq!(ready(Some(Choice::Ask)), Some(Leads::Ask));
        assert_eq!(ready(Some(Choice::Background)), Some(Leads::Background));
        assert_eq!(ready(Some(Choice::Quit)), Some(Leads::Quit));
        assert_eq!(ready(None), None);
    }

    #[test]
    fn program_without_an_open_profile_just_ends() {
        let problem = StartProblem::HistoryDamaged;
        let phase = Phase::Problem { problem };
        assert_eq!(decide(&phase, Some(Choice::Background)), None);
        assert_eq!(decide(&phase, None), None);
    }
}
