//! What the window's program does besides carrying requests: following the engine's events, links
//! and pictures that come from outside, and what of it is seen without looking into the window.

use crate::closing::Closing;
use crate::looked_at::LookedAt;
use crate::notifications::{Notifications, Subject, Time};
use crate::scanning::Scanning;
use crate::tray::{Sight, Tray};
use crate::window::{self, Frame};
use crate::{pictures, tray_host};
use serde::Serialize;
use sotto_engine::api::{
    ChatId, ErrorCode, Event, Phase, ProxyView, SettingsPatch, Update, UpdateSettings,
};
use sotto_engine::driver::{Launcher, PictureReader};
use std::collections::VecDeque;
use std::env;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Emitter as _, Manager as _};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

/// More links than anybody opens by hand before the window takes them; a page could go on for ever.
const MOST_OPENED: usize = 20;

/// How soon after one change of what is seen from outside the next is shown.
const PACE: Duration = Duration::from_millis(250);

/// Longer than any muting lasts unlooked at: clocks can be set.
const MUTE_GLANCE: Duration = Duration::from_mins(1);

/// How long there has been no window before the memory that it used is given back.
const REST_AFTER: Duration = Duration::from_secs(3);

/// The state of the program that commands see.
pub(crate) struct Shell {
    /// The way to the engine.
    pub(crate) launcher: Arc<Launcher>,
    /// What reads pictures of codes.
    pub(crate) pictures: PictureReader,
    /// What reads the frames of a camera.
    pub(crate) scanning: Scanning,
    /// Whether the engine was told that somebody sees the window.
    pub(crate) looked_at: LookedAt,
    /// What the person is notified of.
    pub(crate) notifications: Notifications,
    /// What becomes of the program when its window is closed.
    pub(crate) closing: Closing,
    /// What every window is made with.
    pub(crate) frame: Frame,
    /// What was opened and the window has not taken yet, oldest first.
    opened: Mutex<VecDeque<Opened>>,
    /// Where the window is to go.
    place: Mutex<Option<Place>>,
    /// Counts the pages that have gone: what was for them is for nobody.
    pages: Arc<AtomicU32>,
    tray: Mutex<Option<Arc<Tray>>>,
    tray_host: AtomicBool,
    /// What is seen from outside may have changed.
    changed: Arc<Notify>,
}

/// A link of ours that the system handed over or that stood in a picture dropped onto the window,
/// or why there was none in the picture.
pub(crate) type Opened = Result<String, ErrorCode>;

/// A place in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Place {
    /// A chat.
    Chat {
        /// Which one.
        chat: ChatId,
    },
    /// The requests.
    Requests,
}

impl Shell {
    /// The state of a program that was started with a link, or without.
    pub(crate) fn new(launcher: Arc<Launcher>, frame: Frame, link: Option<String>) -> Self {
        // Without a path to itself the program cannot read pictures, and says so then.
        let program = env::current_exe().unwrap_or_default();
        Self {
            launcher,
            pictures: PictureReader::new(&program, &["--read-picture"]),
            scanning: Scanning::by(program),
            looked_at: LookedAt::default(),
            notifications: Notifications::default(),
            closing: Closing::default(),
            frame,
            opened: Mutex::new(link.map(Ok).into_iter().collect()),
            place: Mutex::default(),
            pages: Arc::default(),
            tray: Mutex::default(),
            tray_host: AtomicBool::default(),
            changed: Arc::default(),
        }
    }

    /// Gives the oldest of what was opened, once.
    pub(crate) fn take_opened(&self) -> Option<Opened> {
        lock(&self.opened).pop_front()
    }

    /// Gives where the window is to go, once.
    pub(crate) fn take_place(&self) -> Option<Place> {
        lock(&self.place).take()
    }

    /// `host:port` of the SOCKS5 proxy in the settings.
    pub(crate) fn proxy(&self) -> Option<String> {
        match self.notifications.settings()?.proxy {
            ProxyView::None => None,
            ProxyView::Socks5 { address } => Some(address),
        }
    }

    /// Tells `page` what happens, for as long as the window is there that it is in now.
    pub(crate) async fn subscribe(&self, page: impl Fn(Update) -> bool + Send + 'static) {
        let pages = Arc::clone(&self.pages);
        let this = pages.load(Ordering::SeqCst);
        let subscriber = move |update: Update| pages.load(Ordering::SeqCst) == this && page(update);
        self.launcher.subscribe(subscriber).await;
    }

    /// The window has gone, and with it the page.
    pub(crate) fn window_went(&self) {
        self.pages.fetch_add(1, Ordering::SeqCst);
        self.scanning.close_any();
        self.notifications.set_active_chat(None);
        self.refresh();
    }

    /// Gives back the memory that only a window uses, if there is still none in a moment: what draws
    /// it takes as long to end, and who comes back at once wants it soon.
    pub(crate) fn rest(app: &AppHandle) {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            sleep(REST_AFTER).await;
            if window::current(&app).is_none() {
                let bytes = sotto_idle_memory::give_back();
                tracing::debug!(bytes, "without a window");
            }
        });
    }

    /// The title of the window.
    pub(crate) fn title(&self) -> String {
        let title = &self.frame.title;
        match self.notifications.unread() {
            0 => title.clone(),
            unread => format!("({unread}) {title}"),
        }
    }

    /// Mutes notifications until then, ms since 1970.
    pub(crate) fn mute(&self, muted_until: i64) {
        let launcher = Arc::clone(&self.launcher);
        tauri::async_runtime::spawn(async move {
            let patch = SettingsPatch {
                muted_until: Some(muted_until),
                ..SettingsPatch::default()
            };
            if let Err(error) = launcher.request(UpdateSettings(patch)).await {
                tracing::warn!(%error, "notifications stay as they are");
            }
        });
    }

    /// Whether the program can be seen without its window.
    pub(crate) fn has_tray(&self) -> bool {
        self.tray_host.load(Ordering::SeqCst) && self.has_icon()
    }

    /// Whether the icon for the tray is made.
    pub(crate) fn has_icon(&self) -> bool {
        lock(&self.tray).is_some()
    }

    /// Keeps the icon.
    pub(crate) fn set_tray(&self, tray: Tray) {
        *lock(&self.tray) = Some(Arc::new(tray));
    }

    /// There is something that shows the icon, or nothing any more.
    pub(crate) fn set_tray_host(&self, there: bool) {
        self.tray_host.store(there, Ordering::SeqCst);
    }

    /// Has shown anew what is seen from outside.
    pub(crate) fn refresh(&self) {
        self.changed.notify_one();
    }

    /// Follows the engine's events: notifies of what the person does not see, and opens a window
    /// where somebody has to decide.
    pub(crate) async fn follow(&self, app: AppHandle) {
        let clicked = app.clone();
        let carry = self
            .notifications
            .clone()
            .carry(app.clone(), move |subject| {
                go_to(&clicked, subject);
            });
        tauri::async_runtime::spawn(carry);
        tauri::async_runtime::spawn(tray_host::follow(app.clone()));
        tauri::async_runtime::spawn(show(app.clone()));
        let notifications = self.notifications.clone();
        let changed = Arc::clone(&self.changed);
        let subscriber = move |update: Update| {
            match &update.event {
                Event::Snapshot { snapshot } => {
                    LookedAt::tell_anew(&app);
                    window::zoom(&app, &snapshot.settings);
                }
                Event::SettingsChanged { settings } => window::zoom(&app, settings),
                Event::Phase { phase }
                    if needs_a_person(phase) && window::current(&app).is_none() =>
                {
                    window::focus(&app);
                }
                _ => {}
            }
            notifications.learn(&update.event);
            changed.notify_one();
            true
        };
        self.launcher.subscribe(subscriber).await;
    }
}

/// Whether the program waits for somebody in this phase.
fn needs_a_person(phase: &Phase) -> bool {
    match phase {
        Phase::Starting { .. } | Phase::Ready => false,
        Phase::Onboarding { .. } | Phase::Passphrase { .. } | Phase::Problem { .. } => true,
    }
}

/// Shows what is seen from outside of the window, whenever it has changed.
async fn show(app: AppHandle) {
    let shell = app.state::<Shell>();
    let mut shown: Option<Sight> = None;
    loop {
        let settings = shell.notifications.settings();
        let muted_until = settings.map_or(0, |settings| settings.muted_until);
        let now = Time::now().now_ms;
        let sight = Sight {
            unread: shell.notifications.unread(),
            trouble: shell.notifications.trouble(),
            window: window::current(&app).is_some(),
            muted: muted_until > now,
        };
        let tray = lock(&shell.tray).clone();
        if shown != Some(sight) {
            if let Some(window) = window::current(&app) {
                // The title stays as it was.
                let _ = window.set_title(&shell.title());
            }
            if let Some(Err(error)) = tray.as_ref().map(|tray| tray.show(shown, sight)) {
                tracing::debug!(%error, "the tray stays as it was");
            }
        }
        // An icon that is made later has seen nothing yet.
        shown = tray.map(|_| sight);
        sleep(PACE).await;
        let changed = shell.changed.notified();
        if sight.muted {
            let left = u64::try_from(muted_until.saturating_sub(now)).unwrap_or_default();
            // Something else may change before.
            let _ = timeout(Duration::from_millis(left).min(MUTE_GLANCE), changed).await;
        } else {
            changed.await;
        }
    }
}

/// Goes to what a clicked notification was about.
fn go_to(app: &AppHandle, subject: Subject) {
    let place = match subject {
        Subject::Chat(chat) => Some(Place::Chat { chat }),
        Subject::Requests => Some(Place::Requests),
        Subject::Trial | Subject::Paused => None,
    };
    if place.is_some() {
        *lock(&app.state::<Shell>().place) = place;
    }
    window::focus(app);
    // A page that does not listen yet asks when it does.
    let _ = app.emit("place-wanted", ());
}

/// Keeps what was opened until the window takes it, and says so to the window. Nothing else is
/// done with it: the person decides there.
pub(crate) fn hand_over(app: &AppHandle, opened: Opened) {
    // A refusal is no reason to push other windows aside.
    let is_link = opened.is_ok();
    {
        let shell = app.state::<Shell>();
        let mut waiting = lock(&shell.opened);
        if waiting.len() < MOST_OPENED && !waiting.contains(&opened) {
            waiting.push_back(opened);
        }
    }
    if is_link {
        window::focus(app);
    }
    // A window that does not listen yet asks when it does.
    let _ = app.emit("link-opened", ());
}

/// Reads the code in the first of the files that were dropped onto the window.
pub(crate) fn dropped(app: &AppHandle, paths: &[PathBuf]) {
    let (app, path) = (app.clone(), paths.first().cloned());
    tauri::async_runtime::spawn(async move {
        if let Some(path) = path {
            // The page may say that it is being read: that can take a while.
            let _ = app.emit("picture-dropped", ());
            let read = pictures::read_file(&app.state::<Shell>(), path).await;
            hand_over(&app, read);
        }
    });
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
