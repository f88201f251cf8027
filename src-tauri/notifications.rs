//! Notifications of received messages: when there is one, and how much it shows. What is looked at
//! and what the settings say is told by `shell.rs`, which calls this.

use crate::words::{isolated, words};
use sotto_engine::api::{
    Body, ChatId, ChatKind, ChatView, Direction, Event, MessageView, NotificationContent,
    SettingsView,
};
use std::collections::BTreeMap;
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt as _;

/// How much of a text a notification shows, in characters.
const NOTIFIED_CHARS: usize = 140;

/// Who a message is from where its name must not be shown.
const PROGRAM: &str = "Sotto";

/// What notifications need to know.
#[derive(Default)]
pub(crate) struct Seen {
    /// The chat that is before the person's eyes: it needs no notification.
    pub(crate) active: Option<ChatId>,
    /// The newest settings; none before the history is open.
    pub(crate) settings: Option<SettingsView>,
    names: BTreeMap<ChatId, String>,
}

impl Seen {
    /// Takes in what an event tells.
    pub(crate) fn learn(&mut self, event: &Event) {
        match event {
            Event::Snapshot { snapshot } => {
                self.settings = Some(snapshot.settings.clone());
                self.names = snapshot.chats.iter().map(named).collect();
            }
            Event::SettingsChanged { settings } => self.settings = Some(settings.clone()),
            Event::ChatChanged { chat } => {
                let (id, name) = named(chat);
                self.names.insert(id, name);
            }
            Event::ChatRemoved { chat } => {
                self.names.remove(chat);
            }
            _ => {}
        }
    }

    /// Notifies of a received text, unless its chat is before the person's eyes.
    pub(crate) fn notify(&self, app: &AppHandle, message: &MessageView) {
        let Body::Text { text, .. } = &message.body else {
            return;
        };
        if message.direction != Direction::In || self.active == Some(message.chat) {
            return;
        }
        let name = self
            .names
            .get(&message.chat)
            .map_or(PROGRAM, String::as_str);
        let words: Vec<&str> = text.split_whitespace().collect();
        let line: String = words.join(" ").chars().take(NOTIFIED_CHARS).collect();
        self.show(app, Some(message.chat), name, &line);
    }

    /// Shows a notification as the settings say it.
    pub(crate) fn notify_as_a_test(&self, app: &AppHandle) {
        self.show(app, None, PROGRAM, words().test_message.as_str());
    }

    fn content(&self) -> NotificationContent {
        let settings = self.settings.as_ref();
        settings.map_or(NotificationContent::Nothing, |s| s.notifications)
    }

    fn show(&self, app: &AppHandle, chat: Option<ChatId>, name: &str, text: &str) {
        // Some notification servers read markup in the body.
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let name = isolated(name);
        let new = words().new_message.as_str();
        let (title, body) = match self.content() {
            NotificationContent::Off => return,
            NotificationContent::NameAndText => (name.as_str(), text.as_str()),
            NotificationContent::Name => (name.as_str(), new),
            NotificationContent::Nothing => (PROGRAM, new),
        };
        let mut builder = app.notification().builder().title(title).body(body);
        if let Some(id) = chat.and_then(|chat| i32::try_from(chat.0).ok()) {
            builder = builder.id(id);
        }
        if let Err(error) = builder.show() {
            tracing::debug!(%error, "a notification could not be shown");
        }
    }
}

fn named(chat: &ChatView) -> (ChatId, String) {
    let name = match &chat.kind {
        ChatKind::Contact { contact } => &contact.name,
    };
    (chat.id, name.clone())
}
