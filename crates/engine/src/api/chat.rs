//! Chats as the list, the header and the page show them, and the questions for pages of messages
//! and for words in them.
//!
//! What a message says is in `message`, whom a chat is with in `contact`.

use super::contact::ContactView;
use super::id::{ChatId, MessageId};
use super::message::{Direction, MessageState, MessageView, SystemLine};
use serde::{Deserialize, Serialize};
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// A chat, as the list and the header show it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct ChatView {
    /// The chat.
    pub id: ChatId,
    /// What it is, and whom it is with.
    pub kind: ChatKind,
    /// The newest line.
    pub last: Option<LastLine>,
    /// How many received messages are unread.
    pub unread: u32,
    /// How many messages wait to be sent.
    pub waiting: u32,
    /// What the person typed and did not send.
    pub draft: String,
    /// When something last happened, ms since 1970.
    pub activity_at: i64,
}

impl ChatView {
    /// The contact that the chat is with; none of a chat of several people.
    #[must_use]
    pub fn contact(&self) -> Option<&ContactView> {
        match &self.kind {
            ChatKind::Contact { contact } => Some(contact),
        }
    }
}

/// What a chat is, and whom it is with.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChatKind {
    /// A conversation of two.
    Contact {
        /// With whom.
        contact: ContactView,
    },
}

/// The newest line of a chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct LastLine {
    /// Who wrote it.
    pub direction: Direction,
    /// At most 200 characters, on one line.
    pub snippet: String,
    /// What the line is.
    pub body: LastBody,
    /// Of an outgoing message, how far it came.
    pub state: Option<MessageState>,
    /// When, ms since 1970.
    pub at: i64,
}

/// What the newest line of a chat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LastBody {
    /// A text; the snippet is its beginning.
    Text,
    /// A line of the program's own; there is no snippet.
    System {
        /// What happened.
        line: SystemLine,
    },
}

/// Some messages of a chat, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct MessagePage {
    /// The chat.
    pub chat: ChatId,
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// Whether there are older ones.
    pub has_older: bool,
    /// Whether there are newer ones.
    pub has_newer: bool,
    /// The first unread message of the chat, wherever it lies.
    pub first_unread: Option<MessageId>,
    /// How many messages of the chat are unread.
    pub unread: u32,
}

/// Which messages of a chat to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PageAnchor {
    /// The newest.
    Newest,
    /// Those right before a message.
    Before {
        /// The message, not itself included.
        message: MessageId,
    },
    /// Those right after a message.
    After {
        /// The message, not itself included.
        message: MessageId,
    },
    /// Those around a message.
    Around {
        /// The message, in the middle.
        message: MessageId,
    },
}

/// Which messages of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct PageQuery {
    /// The chat.
    pub chat: ChatId,
    /// Which part of it.
    pub anchor: PageAnchor,
    /// How many, at most 400.
    pub limit: u32,
}

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchQuery {
    /// Words; each must be there, the last may be a beginning.
    pub text: String,
    /// Only messages before this one.
    pub before: Option<MessageId>,
    /// How many, at most 100.
    pub limit: u32,
}

/// Which messages of one chat to find, without their texts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct PlacesQuery {
    /// Words; each must be there, the last may be a beginning.
    pub text: String,
    /// Where.
    pub chat: ChatId,
    /// Only messages before this one.
    pub before: Option<MessageId>,
    /// How many, at most 1,000.
    pub limit: u32,
}

/// Where in a chat something stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct PlacesPage {
    /// Newest first.
    pub messages: Vec<MessageId>,
    /// Whether there are older ones.
    pub has_more: bool,
}

/// A found message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    /// The chat.
    pub chat: ChatId,
    /// The message.
    pub message: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// A part of the text, on one line, in pieces; every second one, beginning with the second,
    /// is what was looked for.
    pub snippet: Vec<String>,
    /// When, ms since 1970.
    pub at: i64,
}

/// The result of a search, newest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchPage {
    /// Newest first.
    pub hits: Vec<SearchHit>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// How many there are in all, counted up to 1,000.
    pub total: u32,
}
