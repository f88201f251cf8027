//! What waits to be sent: the ciphertext of each queued message, first in first out in each chat.
//!
//! A message is in here exactly as long as its state is queued; both change in one step.

use rusqlite::Row;

use crate::{Reader, Result, Tx};

pub(crate) const CREATE_V1: &str = "
CREATE TABLE outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL UNIQUE REFERENCES messages (id) ON DELETE CASCADE,
    chat INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    key BLOB NOT NULL CHECK (length(key) = 32),
    nonce BLOB NOT NULL CHECK (length(nonce) = 24),
    ciphertext TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_by_chat ON outbox (chat, id);
";

/// A ciphertext that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row; a later one of a chat has a greater one.
    pub id: i64,
    /// The message that it belongs to.
    pub message: i64,
    /// The chat.
    pub chat: i64,
    /// The key that it is encrypted to.
    pub key: [u8; 32],
    /// The nonce of its box.
    pub nonce: [u8; 24],
    /// The ciphertext as it goes into the frame.
    pub ciphertext: String,
}

/// A ciphertext to put in.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// The message that it belongs to.
    pub message: i64,
    /// The chat.
    pub chat: i64,
    /// The key that it is encrypted to.
    pub key: [u8; 32],
    /// The nonce of its box.
    pub nonce: [u8; 24],
    /// The ciphertext as it goes into the frame.
    pub ciphertext: &'a str,
}

/// Puts the ciphertext of a queued message at the end of its chat.
///
/// # Errors
/// [`crate::StoreError::Conflict`] if the message has one already, or is not there.
pub fn push(tx: &Tx<'_>, new: &NewEntry<'_>) -> Result<i64> {
    tx.insert(
        "INSERT INTO outbox (message, chat, key, nonce, ciphertext) VALUES (?1, ?2, ?3, ?4, ?5)",
        (new.message, new.chat, new.key, new.nonce, new.ciphertext),
    )
}

/// Puts a failed message at the end of its chat again; it is queued from `at` on.
pub fn requeue(tx: &Tx<'_>, new: &NewEntry<'_>, at: i64) -> Result<i64> {
    let id = push(tx, new)?;
    tx.change(
        "UPDATE messages SET state = 'queued', state_at = ?2, failure = NULL, key = ?3,
                             plain_nonce = ?4
         WHERE id = ?1",
        (new.message, at, new.key, new.nonce),
    )?;
    Ok(id)
}

/// Reads at most `limit` entries of a chat after a row (0 for the first), in the order to send.
pub fn list(reader: &Reader, chat: i64, after: i64, limit: u32) -> Result<Vec<Entry>> {
    reader.rows(
        "SELECT id, message, chat, key, nonce, ciphertext FROM outbox
         WHERE chat = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
        (chat, after, limit),
        entry,
    )
}

/// Reads the entry of a message.
pub fn by_message(reader: &Reader, message: i64) -> Result<Option<Entry>> {
    reader.first(
        "SELECT id, message, chat, key, nonce, ciphertext FROM outbox WHERE message = ?1",
        [message],
        entry,
    )
}

/// Reads the chats that have something waiting, in ascending order.
pub fn chats(reader: &Reader) -> Result<Vec<i64>> {
    reader.rows(
        "SELECT DISTINCT chat FROM outbox ORDER BY chat",
        [],
        |row| row.get(0),
    )
}

/// Counts what waits in all chats.
pub fn len(reader: &Reader) -> Result<u32> {
    reader.one("SELECT count(*) FROM outbox", [])
}

/// Replaces the ciphertext of a message, which keeps its place; tells whether it had one.
pub fn reseal(
    tx: &Tx<'_>,
    message: i64,
    key: &[u8; 32],
    nonce: &[u8; 24],
    ciphertext: &str,
) -> Result<bool> {
    let changed = tx.change(
        "UPDATE outbox SET key = ?2, nonce = ?3, ciphertext = ?4 WHERE message = ?1",
        (message, key, nonce, ciphertext),
    )?;
    if changed > 0 {
        tx.change(
            "UPDATE messages SET key = ?2, plain_nonce = ?3 WHERE id = ?1",
            (message, key, nonce),
        )?;
    }
    Ok(changed > 0)
}

/// A relay took the message: it leaves the outbox. Tells whether it was in there.
pub fn handed(tx: &Tx<'_>, message: i64, at: i64, relay: i64) -> Result<bool> {
    let was_queued = remove(tx, message)?;
    if was_queued {
        tx.change(
            "UPDATE messages SET state = 'handed', state_at = ?2, relay = ?3 WHERE id = ?1",
            [message, at, relay],
        )?;
    }
    Ok(was_queued)
}

/// The message cannot be sent: it leaves the outbox. Tells whether it was in there.
pub fn failed(tx: &Tx<'_>, message: i64, at: i64, failure: &str) -> Result<bool> {
    let was_queued = remove(tx, message)?;
    if was_queued {
        tx.change(
            "UPDATE messages SET state = 'failed', state_at = ?2, failure = ?3 WHERE id = ?1",
            (message, at, failure),
        )?;
    }
    Ok(was_queued)
}

/// Takes everything of a chat out, for another way to send it; tells which messages, in their
/// order. They stay queued.
pub fn take_chat(tx: &Tx<'_>, chat: i64) -> Result<Vec<i64>> {
    let messages = tx.rows(
        "SELECT message FROM outbox WHERE chat = ?1 ORDER BY id",
        [chat],
        |row| row.get(0),
    )?;
    tx.change("DELETE FROM outbox WHERE chat = ?1", [chat])?;
    Ok(messages)
}

fn remove(tx: &Tx<'_>, message: i64) -> Result<bool> {
    Ok(tx.change("DELETE FROM outbox WHERE message = ?1", [message])? > 0)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: row.get(0)?,
        message: row.get(1)?,
        chat: row.get(2)?,
        key: row.get(3)?,
        nonce: row.get(4)?,
        ciphertext: row.get(5)?,
    })
}
