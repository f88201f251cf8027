//! What the window's program does besides carrying requests: notifications, links and pictures that
//! come from outside, the zoom of the window, and bringing it to the front.

use sotto_engine::api::{
    Body, ChatId, ChatKind, ChatView, Direction, ErrorCode, Event, MessageView,
    NotificationContent, ProxyView, SettingsView, Update,
};
use sotto_engine::driver::{Launcher, PictureReader};
use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tauri::{AppHandle, Emitter as _, Manager as _};
use tauri_plugin_notification::{ActiveNotification, NotificationExt as _};

/// The label of the one window.
pub(crate) const WINDOW: &str = "main";

/// How much of a text a notification shows, in characters.
const NOTIFIED_CHARS: usize = 140;

/// More links than anybody opens by hand before the window takes them; a page could go on for ever.
const MOST_OPENED: usize = 20;

/// The state of the program that commands see.
pub(crate) struct Shell {
    /// The way to the engine.
    pub(crate) launcher: Arc<Launcher>,
    /// What reads pictures of codes.
    pub(crate) pictures: PictureReader,
    seen: Arc<Mutex<Seen>>,
    /// What was opened and the window has not taken yet, oldest first.
    opened: Mutex<VecDeque<Opened>>,
}

/// A link of ours that the system handed over or that stood in a picture dropped onto the window,
/// or why there was none in the picture.
pub(crate) type Opened = Result<String, ErrorCode>;

/// What notifications need to know.
#[derive(Default)]
struct Seen {
    active: Option<ChatId>,
    settings: Option<SettingsView>,
    names: BTreeMap<ChatId, String>,
}

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
        let content = content(&lock(&self.seen));
        show(app, None, content, "Sotto", "This is how a message looks.");
    }

    /// Follows the engine's events and notifies of what the person does not see.
    pub(crate) async fn follow(&self, app: AppHandle) {
        let seen = Arc::clone(&self.seen);
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
        let subscriber = move |update: Update| {
            match update.event {
                Event::Snapshot { snapshot } => {
                    zoom(&app, &snapshot.settings);
                    let mut seen = lock(&seen);
                    seen.settings = Some(snapshot.settings.clone());
                    seen.names = snapshot.chats.iter().map(named).collect();
                }
                Event::SettingsChanged { settings } => {
                    zoom(&app, &settings);
                    lock(&seen).settings = Some(settings);
                }
                Event::ChatChanged { chat } => {
                    let (id, name) = named(&chat);
                    lock(&seen).names.insert(id, name);
                }
                Event::ChatRemoved { chat } => {
                    lock(&seen).names.remove(&chat);
                }
                Event::MessageAdded { message } => notify(&app, &lock(&seen), &message),
                _ => {}
            }
            true
        };
        self.launcher.subscribe(subscriber).await;
    }
}

fn named(chat: &ChatView) -> (ChatId, String) {
    let name = match &chat.kind {
        ChatKind::Contact { contact } => &contact.name,
    };
    (chat.id, name.clone())
}

fn content(seen: &Seen) -> NotificationContent {
    seen.settings
        .as_ref()
        .map_or(NotificationContent::Nothing, |s| s.notifications)
}

/// Notifies of a received text, unless its chat is before the person's eyes.
fn notify(app: &AppHandle, seen: &Seen, message: &MessageView) {
    let Body::Text { text, .. } = &message.body else {
        return;
    };
    if message.direction != Direction::In || seen.active == Some(message.chat) {
        return;
    }
    let name = seen
        .names
        .get(&message.chat)
        .map_or("Sotto", String::as_str);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().take(NOTIFIED_CHARS).collect();
    show(app, Some(message.chat), content(seen), name, &line);
}

fn show(
    app: &AppHandle,
    chat: Option<ChatId>,
    content: NotificationContent,
    name: &str,
    text: &str,
) {
    // Some notification servers read markup in the body.
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let (title, body) = match content {
        NotificationContent::Off => return,
        NotificationContent::NameAndText => (name, text.as_str()),
        NotificationContent::Name => (name, "New message"),
        NotificationContent::Nothing => ("Sotto", "New message"),
    };
    let mut builder = app.notification().builder().title(title).body(body);
    if let Some(id) = chat.and_then(|chat| i32::try_from(chat.0).ok()) {
        builder = builder.id(id);
    }
    if let Err(error) = builder.show() {
        tracing::debug!(%error, "a notification could not be shown");
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
