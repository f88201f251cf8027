//! What the window's program does besides carrying requests: following the engine's events, links
//! and pictures that come from outside, the zoom of the window, and bringing it to the front.

use crate::looked_at::LookedAt;
use crate::notifications::Seen;
use sotto_engine::api::{ChatId, ErrorCode, Event, ProxyView, SettingsView, Update};
use sotto_engine::driver::{Launcher, PictureReader};
use std::collections::VecDeque;
use std::env;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tauri::{AppHandle, Emitter as _, Manager as _};
use tauri_plugin_notification::{ActiveNotification, NotificationExt as _};

/// The label of the one window.
pub(crate) const WINDOW: &str = "main";

/// More links than anybody opens by hand before the window takes them; a page could go on for ever.
const MOST_OPENED: usize = 20;

/// The state of the program that commands see.
pub(crate) struct Shell {
    /// The way to the engine.
    pub(crate) launcher: Arc<Launcher>,
    /// What reads pictures of codes.
    pub(crate) pictures: PictureReader,
    /// Whether the engine was told that somebody sees the window.
    pub(crate) looked_at: LookedAt,
    seen: Arc<Mutex<Seen>>,
    /// What was opened and the window has not taken yet, oldest first.
    opened: Mutex<VecDeque<Opened>>,
}

/// A link of ours that the system handed over or that stood in a picture dropped onto the window,
/// or why there was none in the picture.
pub(crate) type Opened = Result<String, ErrorCode>;

impl Shell {
    /// The state of a program that was started with a link, or without.
    pub(crate) fn new(launcher: Arc<Launcher>, link: Option<String>) -> Self {
        Self {
            launcher,
            pictures: PictureReader::new(
                // Without a path to itself the program cannot read pictures, and says so then.
                env::current_exe().unwrap_or_default(),
                &["--read-picture"],
            ),
            looked_at: LookedAt::default(),
            seen: Arc::default(),
            opened: Mutex::new(link.map(Ok).into_iter().collect()),
        }
    }

    /// Gives the oldest of what was opened, once.
    pub(crate) fn take_opened(&self) -> Option<Opened> {
        lock(&self.opened).pop_front()
    }

    /// Which chat is before the person's eyes: it needs no notification.
    pub(crate) fn set_active_chat(&self, chat: Option<ChatId>) {
        lock(&self.seen).active = chat;
    }

    /// `host:port` of the SOCKS5 proxy in the settings.
    pub(crate) fn proxy(&self) -> Option<String> {
        match &lock(&self.seen).settings.as_ref()?.proxy {
            ProxyView::None => None,
            ProxyView::Socks5 { address } => Some(address.clone()),
        }
    }

    /// Shows a notification as the settings say it.
    pub(crate) fn test_notification(&self, app: &AppHandle) {
        lock(&self.seen).notify_as_a_test(app);
    }

    /// Follows the engine's events and notifies of what the person does not see.
    pub(crate) async fn follow(&self, app: AppHandle) {
        open_clicked_chats(&app);
        let seen = Arc::clone(&self.seen);
        let subscriber = move |update: Update| {
            match &update.event {
                Event::Snapshot { snapshot } => {
                    LookedAt::tell_anew(&app);
                    zoom(&app, &snapshot.settings);
                }
                Event::SettingsChanged { settings } => zoom(&app, settings),
                _ => {}
            }
            let mut seen = lock(&seen);
            seen.learn(&update.event);
            if let Event::MessageAdded { message } = &update.event {
                seen.notify(&app, message);
            }
            true
        };
        self.launcher.subscribe(subscriber).await;
    }
}

/// Opens the chat of a notification that is clicked.
fn open_clicked_chats(app: &AppHandle) {
    let clicked = app.clone();
    let registered = app.notification().on_action(move |action| {
        focus(&clicked);
        let id = action.notification().map(ActiveNotification::id);
        if let Some(id) = id.filter(|id| *id > 0) {
            // A window that is gone needs no chat.
            let _ = clicked.emit("open-chat", ChatId(i64::from(id)));
        }
    });
    if let Err(error) = registered {
        tracing::warn!(%error, "clicks on notifications will not be seen");
    }
}

/// Gives everything in the window the size of the settings.
fn zoom(app: &AppHandle, settings: &SettingsView) {
    if let Some(window) = app.get_webview_window(WINDOW)
        && let Err(error) = window.set_zoom(f64::from(settings.zoom) / 100.0)
    {
        tracing::warn!(%error, "the window keeps its size of text");
    }
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
        focus(app);
    }
    // A window that does not listen yet asks when it does.
    let _ = app.emit("link-opened", ());
}

/// Brings the window to the front.
pub(crate) fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(WINDOW) {
        // Each may be refused by the window manager; there is nothing else to try.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
