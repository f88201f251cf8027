//! A message as it is read, with what its recipients' rows say of it.

use super::author::{self, Author, PeerKey, Protection};
use super::direction::Direction;
use crate::blob::blob;
use crate::table::recipients::{self, Delivery};
use crate::{ChatId, ContentId, MessageId, RelayId};
use rusqlite::Row;

/// A message or line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The row.
    pub id: MessageId,
    /// The chat.
    pub chat: ChatId,
    /// Its content's id, which no other of its author has in the chat; also its name on the command
    /// line.
    pub content: ContentId,
    /// Who wrote it.
    pub author: Author,
    /// Which way it went.
    pub direction: Direction,
    /// The text; of a line of the program's own, empty.
    pub text: String,
    /// Of a line of the program's own, the engine's code of it.
    pub system_line: Option<String>,
    /// When it was typed or received here, ms since 1970.
    pub created_at: i64,
    /// When the relay says that it was sent, ms since 1970; received messages only.
    pub relay_at: Option<i64>,
    /// Of an outgoing message, how far it came.
    pub delivery: Option<Delivery>,
    /// Of a received message, the relay that it came through; it may have been removed since.
    pub relay: Option<RelayId>,
    /// Whose key it is bound to.
    pub key: PeerKey,
    /// The nonce of the plain box in which it went, or first went; of the person's own only.
    pub plain_nonce: Option<[u8; 24]>,
    /// Whether the person has still to see it.
    pub unread: bool,
    /// Whether the command line has printed it; only received ones wait for that.
    pub printed: bool,
}

impl Message {
    /// What protects it.
    pub const fn protection(&self) -> Protection {
        self.key.protection()
    }
}

/// The columns of a message but the text, in the order of [`message`]; of the table aliased `m`
/// with what [`recipients::least_far`] found.
macro_rules! columns {
    ($text:literal) => {
        concat!(
            "m.id, m.chat, m.public_id, m.author, m.direction, ",
            $text,
            ", m.system_line, m.created_at, m.relay_at, m.relay, m.key, m.protection, \
             m.plain_nonce, m.unread, m.printed, ",
            $crate::table::recipients::columns!()
        )
    };
}
pub(crate) use columns;

/// A query for whole messages, for [`message`] at column 0.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            $crate::table::messages::columns!("m.text"),
            " FROM messages m ",
            $crate::table::recipients::least_far!(),
            " ",
            $rest
        )
    };
}
pub(super) use select;

/// A row of [`columns`] that begin at column `at`.
pub(crate) fn message(row: &Row<'_>, at: usize) -> rusqlite::Result<Message> {
    let direction = row.get(at + 4)?;
    let protection = row.get(at + 11)?;
    let author = author::author(row, at + 3, direction, protection)?;
    let (key, delivery) = match direction {
        Direction::In => (author.into(), None),
        Direction::Out => (
            author::key(row, at + 10, protection)?,
            Some(recipients::delivery(row, at + 15)?),
        ),
        Direction::System => (author::key(row, at + 10, protection)?, None),
    };
    Ok(Message {
        id: row.get(at)?,
        chat: row.get(at + 1)?,
        content: blob(row, at + 2)?,
        author,
        direction,
        text: row.get(at + 5)?,
        system_line: row.get(at + 6)?,
        created_at: row.get(at + 7)?,
        relay_at: row.get(at + 8)?,
        delivery,
        relay: row.get(at + 9)?,
        key,
        plain_nonce: row.get(at + 12)?,
        unread: row.get(at + 13)?,
        printed: row.get(at + 14)?,
    })
}
