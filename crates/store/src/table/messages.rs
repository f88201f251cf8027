//! The messages and lines of all chats. A later one has a greater row id.
//!
//! The relay that a message went through is a row id without a foreign key: relay ids are never
//! used again, so one that is not found says that the relay was removed, and removing one need
//! not search all messages.

use rusqlite::Row;

use super::{contacts, search};
use crate::code::stored_as;
use crate::{Reader, Result, StoreError, Tx};

pub(crate) const CREATE_V1: &str = "
CREATE TABLE messages (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'system')),
    text TEXT NOT NULL,
    system_line TEXT CHECK ((system_line IS NOT NULL) = (direction = 'system')),
    created_at INTEGER NOT NULL,
    relay_at INTEGER,
    state TEXT CHECK (state IN ('queued', 'handed', 'failed')),
    state_at INTEGER,
    failure TEXT CHECK (failure IS NULL OR state = 'failed'),
    relay INTEGER,
    key BLOB NOT NULL CHECK (length(key) = 32),
    unread INTEGER NOT NULL CHECK (unread IN (0, 1)),
    printed INTEGER NOT NULL CHECK (printed IN (0, 1)),
    CHECK ((state IS NOT NULL) = (direction = 'out')),
    CHECK ((state_at IS NULL) = (state IS NULL))
) STRICT;
CREATE INDEX messages_by_chat ON messages (chat, id);
CREATE INDEX messages_unread ON messages (chat, id) WHERE unread = 1;
CREATE INDEX messages_unprinted ON messages (id) WHERE printed = 0;
";

pub(crate) const TO_V2: &str = "
CREATE TABLE messages_2 (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'system')),
    text TEXT NOT NULL,
    system_line TEXT CHECK ((system_line IS NOT NULL) = (direction = 'system')),
    created_at INTEGER NOT NULL,
    relay_at INTEGER,
    state TEXT CHECK (state IN ('queued', 'handed', 'delivered', 'failed')),
    state_at INTEGER,
    failure TEXT CHECK (failure IS NULL OR state = 'failed'),
    relay INTEGER,
    key BLOB NOT NULL CHECK (length(key) = 32),
    protection TEXT NOT NULL CHECK (protection IN ('plain', 'pq')),
    plain_nonce BLOB CHECK (length(plain_nonce) = 24),
    unread INTEGER NOT NULL CHECK (unread IN (0, 1)),
    printed INTEGER NOT NULL CHECK (printed IN (0, 1)),
    CHECK ((state IS NOT NULL) = (direction = 'out')),
    CHECK ((state_at IS NULL) = (state IS NULL))
) STRICT;
INSERT INTO messages_2 (id, chat, public_id, direction, text, system_line, created_at, relay_at,
                        state, state_at, failure, relay, key, protection, plain_nonce, unread,
                        printed)
SELECT m.id, m.chat, m.public_id, m.direction, m.text, m.system_line, m.created_at, m.relay_at,
       m.state, m.state_at, m.failure, m.relay, m.key, 'plain',
       (SELECT o.nonce FROM outbox o WHERE o.message = m.id), m.unread, m.printed
FROM messages m;
DELETE FROM sqlite_sequence WHERE name = 'messages_2';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'messages_2', seq FROM sqlite_sequence WHERE name = 'messages';
DROP TABLE messages;
ALTER TABLE messages_2 RENAME TO messages;
CREATE INDEX messages_by_chat ON messages (chat, id);
CREATE INDEX messages_unread ON messages (chat, id) WHERE unread = 1;
CREATE INDEX messages_unprinted ON messages (id) WHERE printed = 0;
CREATE INDEX messages_unconfirmed ON messages (chat, id)
    WHERE state = 'handed' AND protection = 'plain';
";

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Received.
    In,
    /// Sent by the person.
    Out,
    /// A line of the program's own.
    System,
}

stored_as!(Direction { In = "in", Out = "out", System = "system" });

/// How far an outgoing message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// In the outbox.
    Queued,
    /// A relay of level 0 took it.
    Handed,
    /// The other side's program confirmed it in the secure session.
    Delivered,
    /// It cannot be sent and is not tried again by itself.
    Failed,
}

stored_as!(State {
    Queued = "queued",
    Handed = "handed",
    Delivered = "delivered",
    Failed = "failed",
});

/// What protected a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// A plain box.
    Plain,
    /// A secure session.
    Pq,
}

stored_as!(Protection { Plain = "plain", Pq = "pq" });

/// Whether the person has seen a received message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Not yet: it counts as unread.
    Unread,
    /// Yes.
    Read,
}

/// A message or line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The row.
    pub id: i64,
    /// The chat.
    pub chat: i64,
    /// Its id on the command line.
    pub public_id: [u8; 16],
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
    pub state: Option<State>,
    /// Since when, ms since 1970.
    pub state_at: Option<i64>,
    /// Of a failed message, the engine's code of why.
    pub failure: Option<String>,
    /// The relay that it went through; it may have been removed since.
    pub relay: Option<i64>,
    /// Whom it was encrypted to or came from: the contact's box key of a plain box, the
    /// fingerprint of its identity in a secure session.
    pub key: [u8; 32],
    /// What protects it.
    pub protection: Protection,
    /// The nonce of the plain box in which it went, or first went.
    pub plain_nonce: Option<[u8; 24]>,
    /// Whether the person has still to see it.
    pub unread: bool,
    /// Whether the command line has printed it; only received ones wait for that.
    pub printed: bool,
}

/// A received message.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// The chat.
    pub chat: i64,
    /// A new id.
    pub public_id: [u8; 16],
    /// The text.
    pub text: &'a str,
    /// When it came, ms since 1970.
    pub created_at: i64,
    /// When the relay says that it was sent, ms since 1970.
    pub relay_at: Option<i64>,
    /// The relay that it came through.
    pub relay: Option<i64>,
    /// Whom it came from, as in [`Message::key`].
    pub key: [u8; 32],
    /// What protected it.
    pub protection: Protection,
    /// Whether the person sees it at once.
    pub seen: Seen,
}

/// A message of the person, to be put into the outbox in the same transaction.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The chat.
    pub chat: i64,
    /// A new id.
    pub public_id: [u8; 16],
    /// The text.
    pub text: &'a str,
    /// When it was typed, ms since 1970.
    pub created_at: i64,
    /// Whom it is for, as in [`Message::key`].
    pub key: [u8; 32],
    /// What protects it.
    pub protection: Protection,
    /// The nonce of its plain box.
    pub plain_nonce: Option<[u8; 24]>,
}

/// A line of the program's own.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The chat.
    pub chat: i64,
    /// A new id.
    pub public_id: [u8; 16],
    /// The engine's code of what happened.
    pub system_line: &'a str,
    /// When, ms since 1970.
    pub created_at: i64,
    /// The contact's key at that time, or the key that the line is about.
    pub key: [u8; 32],
}

/// Which messages of a chat to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The newest.
    Newest,
    /// Those right before a row, not itself included.
    Before(i64),
    /// Those right after a row, not itself included.
    After(i64),
    /// Those around a row: itself if it still is there, about as many before as after.
    Around(i64),
}

/// Some messages of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Whether there are older ones.
    pub has_older: bool,
    /// Whether there are newer ones.
    pub has_newer: bool,
}

/// The columns of a message but the text, in the order of [`message`]; of the table aliased `m`.
macro_rules! columns {
    ($text:literal) => {
        concat!(
            "m.id, m.chat, m.public_id, m.direction, ",
            $text,
            ", m.system_line, m.created_at, m.relay_at, m.state, m.state_at, m.failure, m.relay, \
             m.key, m.unread, m.printed, m.protection, m.plain_nonce"
        )
    };
    () => {
        $crate::table::messages::columns!("m.text")
    };
}
pub(crate) use columns;

/// Adds a received message and gives its row.
///
/// # Errors
/// [`StoreError::Conflict`] if there is no such chat or the public id is in use; likewise for the
/// next two.
pub fn receive(tx: &Tx<'_>, new: &Received<'_>) -> Result<i64> {
    contacts::touch(tx, new.chat, new.created_at)?;
    tx.insert(
        "INSERT INTO messages (chat, public_id, direction, text, created_at, relay_at, relay, key,
                               unread, printed, protection)
         VALUES (?1, ?2, 'in', ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9)",
        (
            new.chat,
            new.public_id,
            new.text,
            new.created_at,
            new.relay_at,
            new.relay,
            new.key,
            new.seen == Seen::Unread,
            new.protection,
        ),
    )
}

/// Adds a message of the person, queued, and gives its row. Its ciphertext joins the outbox in
/// the same transaction.
pub fn send(tx: &Tx<'_>, new: &Sent<'_>) -> Result<i64> {
    contacts::touch(tx, new.chat, new.created_at)?;
    tx.insert(
        "INSERT INTO messages (chat, public_id, direction, text, created_at, state, state_at, key,
                               unread, printed, protection, plain_nonce)
         VALUES (?1, ?2, 'out', ?3, ?4, 'queued', ?4, ?5, 0, 1, ?6, ?7)",
        (
            new.chat,
            new.public_id,
            new.text,
            new.created_at,
            new.key,
            new.protection,
            new.plain_nonce,
        ),
    )
}

/// Adds a line of the program's own and gives its row.
pub fn line(tx: &Tx<'_>, new: &Line<'_>) -> Result<i64> {
    contacts::touch(tx, new.chat, new.created_at)?;
    tx.insert(
        "INSERT INTO messages (chat, public_id, direction, text, system_line, created_at, key,
                               unread, printed, protection)
         VALUES (?1, ?2, 'system', '', ?3, ?4, ?5, 0, 1, 'plain')",
        (
            new.chat,
            new.public_id,
            new.system_line,
            new.created_at,
            new.key,
        ),
    )
}

/// The newest code of a line in a chat, if its newest row is a line.
pub fn newest_line(reader: &Reader, chat: i64) -> Result<Option<String>> {
    let newest = reader.first(
        "SELECT system_line FROM messages WHERE chat = ?1 ORDER BY id DESC LIMIT 1",
        [chat],
        |row| row.get(0),
    )?;
    Ok(newest.flatten())
}

/// The newest texts of a chat, at most `limit`, that a relay was handed in plain boxes and that
/// nobody has confirmed; oldest first.
pub fn unconfirmed(reader: &Reader, chat: i64, limit: u32) -> Result<Vec<i64>> {
    let mut found: Vec<i64> = reader.rows(
        "SELECT id FROM messages
         WHERE chat = ?1 AND state = 'handed' AND protection = 'plain' AND plain_nonce IS NOT NULL
           AND key = (SELECT box_key FROM contacts WHERE id = ?1)
         ORDER BY id DESC LIMIT ?2",
        (chat, limit),
        |row| row.get(0),
    )?;
    found.reverse();
    Ok(found)
}

/// Binds a message to whom it goes to from now on, in a secure session.
pub fn protect(tx: &Tx<'_>, id: i64, account: &[u8; 32]) -> Result<()> {
    tx.change(
        "UPDATE messages SET key = ?2, protection = 'pq' WHERE id = ?1",
        (id, account),
    )?;
    Ok(())
}

/// A failed message is queued again.
pub fn requeue(tx: &Tx<'_>, id: i64, at: i64) -> Result<()> {
    tx.change(
        "UPDATE messages SET state = 'queued', state_at = ?2, failure = NULL
         WHERE id = ?1 AND state = 'failed'",
        [id, at],
    )?;
    Ok(())
}

/// Reads one message.
pub fn by_id(reader: &Reader, id: i64) -> Result<Option<Message>> {
    reader.first(
        concat!("SELECT ", columns!(), " FROM messages m WHERE m.id = ?1"),
        [id],
        |row| message(row, 0),
    )
}

/// Finds a message by its id on the command line.
pub fn by_public_id(reader: &Reader, public_id: &[u8; 16]) -> Result<Option<Message>> {
    reader.first(
        concat!(
            "SELECT ",
            columns!(),
            " FROM messages m WHERE m.public_id = ?1"
        ),
        [public_id],
        |row| message(row, 0),
    )
}

/// Reads at most `limit` messages of a chat.
pub fn page(reader: &Reader, chat: i64, anchor: Anchor, limit: u32) -> Result<Page> {
    let limit = limit.clamp(1, MAX_PAGE);
    match anchor {
        Anchor::Newest => both_sides(reader, chat, i64::MAX, limit, 0),
        Anchor::Before(id) => both_sides(reader, chat, id, limit, 0),
        Anchor::After(id) => both_sides(reader, chat, id.saturating_add(1), 0, limit),
        Anchor::Around(id) => {
            let before = room_before(reader, chat, id, limit)?;
            both_sides(reader, chat, id, before, limit - before)
        }
    }
}

/// How many of `limit` go before a row: half, and what the other side has no use for.
fn room_before(reader: &Reader, chat: i64, id: i64, limit: u32) -> Result<u32> {
    let before: u32 = reader.one(
        "SELECT count(*) FROM (SELECT 1 FROM messages WHERE chat = ?1 AND id < ?2 LIMIT ?3)",
        (chat, id, limit),
    )?;
    let from: u32 = reader.one(
        "SELECT count(*) FROM (SELECT 1 FROM messages WHERE chat = ?1 AND id >= ?2 LIMIT ?3)",
        (chat, id, limit),
    )?;
    Ok(before.min((limit / 2).max(limit.saturating_sub(from))))
}

/// Reads the last `older` before a row and the first `newer` from it on.
fn both_sides(reader: &Reader, chat: i64, id: i64, older: u32, newer: u32) -> Result<Page> {
    // One more than asked tells whether there are more.
    let mut messages = reader.rows(
        concat!(
            "SELECT ",
            columns!(),
            " FROM messages m
             WHERE m.chat = ?1 AND m.id < ?2 ORDER BY m.id DESC LIMIT ?3"
        ),
        (chat, id, older + 1),
        |row| message(row, 0),
    )?;
    let has_older = messages.len() > older as usize;
    messages.truncate(older as usize);
    messages.reverse();
    let mut rest = reader.rows(
        concat!(
            "SELECT ",
            columns!(),
            " FROM messages m
             WHERE m.chat = ?1 AND m.id >= ?2 ORDER BY m.id LIMIT ?3"
        ),
        (chat, id, newer + 1),
        |row| message(row, 0),
    )?;
    let has_newer = rest.len() > newer as usize;
    rest.truncate(newer as usize);
    messages.append(&mut rest);
    Ok(Page {
        messages,
        has_older,
        has_newer,
    })
}

/// Finds the first unread message of a chat.
pub fn first_unread(reader: &Reader, chat: i64) -> Result<Option<i64>> {
    reader.one(
        "SELECT min(id) FROM messages WHERE chat = ?1 AND unread = 1",
        [chat],
    )
}

/// Counts the unread messages of a chat.
pub fn unread_count(reader: &Reader, chat: i64) -> Result<u32> {
    reader.one(
        "SELECT count(*) FROM messages WHERE chat = ?1 AND unread = 1",
        [chat],
    )
}

/// The person has seen a chat up to a row, itself included; tells how many became read.
pub fn mark_read(tx: &Tx<'_>, chat: i64, up_to: i64) -> Result<u32> {
    let changed = tx.change(
        "UPDATE messages SET unread = 0 WHERE chat = ?1 AND unread = 1 AND id <= ?2",
        [chat, up_to],
    )?;
    Ok(u32::try_from(changed).unwrap_or(u32::MAX))
}

/// Reads received messages that the command line has not printed, of all chats, oldest first.
pub fn unprinted(reader: &Reader, limit: u32) -> Result<Vec<Message>> {
    reader.rows(
        concat!(
            "SELECT ",
            columns!(),
            " FROM messages m WHERE m.printed = 0 ORDER BY m.id LIMIT ?1"
        ),
        [limit],
        |row| message(row, 0),
    )
}

/// Notes that the command line has printed these.
pub fn mark_printed(tx: &Tx<'_>, ids: &[i64]) -> Result<()> {
    for id in ids {
        tx.change("UPDATE messages SET printed = 1 WHERE id = ?1", [id])?;
    }
    Ok(())
}

/// Hands all messages of a chat to `visit`, oldest first, without holding them all.
///
/// # Errors
/// What `visit` returns, after which no more follow, or what reading failed with.
pub fn each<E: From<StoreError>>(
    reader: &Reader,
    chat: i64,
    mut visit: impl FnMut(Message) -> Result<(), E>,
) -> Result<(), E> {
    let mut last = 0;
    loop {
        let page = page(reader, chat, Anchor::After(last), MAX_PAGE)?;
        for message in page.messages {
            last = message.id;
            visit(message)?;
        }
        if !page.has_newer {
            return Ok(());
        }
    }
}

/// Deletes a message here, also from the outbox and the search; gives its chat.
pub fn delete(tx: &Tx<'_>, id: i64) -> Result<Option<i64>> {
    let chat = tx.first("SELECT chat FROM messages WHERE id = ?1", [id], |row| {
        row.get(0)
    })?;
    // The outbox follows by its foreign key, the search by its trigger.
    tx.change("DELETE FROM messages WHERE id = ?1", [id])?;
    Ok(chat)
}

/// Deletes all messages of a chat here, also from the outbox and the search; tells how many.
/// The draft and the nonces of its boxes stay.
pub fn clear_chat(tx: &Tx<'_>, chat: i64) -> Result<u32> {
    let all: u32 = tx.one("SELECT count(*) FROM messages WHERE chat = ?1", [chat])?;
    search::forget(tx, all, || {
        tx.change("DELETE FROM messages WHERE chat = ?1", [chat])
    })?;
    Ok(all)
}

/// A row of [`columns`] that begin at column `at`.
pub(crate) fn message(row: &Row<'_>, at: usize) -> rusqlite::Result<Message> {
    Ok(Message {
        id: row.get(at)?,
        chat: row.get(at + 1)?,
        public_id: row.get(at + 2)?,
        direction: row.get(at + 3)?,
        text: row.get(at + 4)?,
        system_line: row.get(at + 5)?,
        created_at: row.get(at + 6)?,
        relay_at: row.get(at + 7)?,
        state: row.get(at + 8)?,
        state_at: row.get(at + 9)?,
        failure: row.get(at + 10)?,
        relay: row.get(at + 11)?,
        key: row.get(at + 12)?,
        unread: row.get(at + 13)?,
        printed: row.get(at + 14)?,
        protection: row.get(at + 15)?,
        plain_nonce: row.get(at + 16)?,
    })
}

/// The most messages that one page has.
const MAX_PAGE: u32 = 1000;
