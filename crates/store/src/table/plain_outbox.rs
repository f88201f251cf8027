//! The boxes that wait to be sent: the ciphertext of each message queued for somebody whom plain boxes
//! go to, first in first out for each contact.
//!
//! A message is in here exactly as long as it is queued for that contact; both change in one step.

use super::{messages, recipients};
use crate::blob::blob;
use crate::{ContactId, MessageId, PlainEntryId, Reader, RelayId, Result, Tx};
use rusqlite::Row;
use sotto_protocol::BoxPublicKey;

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

/// A message may be for several contacts, a box is for one.
pub(crate) const TO_V3: &str = "
CREATE TABLE plain_outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    key BLOB NOT NULL CHECK (length(key) = 32),
    nonce BLOB NOT NULL CHECK (length(nonce) = 24),
    ciphertext TEXT NOT NULL,
    UNIQUE (message, contact)
) STRICT;
INSERT INTO plain_outbox (id, message, contact, key, nonce, ciphertext)
SELECT id, message, chat, key, nonce, ciphertext FROM outbox;
DELETE FROM sqlite_sequence WHERE name = 'plain_outbox';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'plain_outbox', seq FROM sqlite_sequence WHERE name = 'outbox';
DROP TABLE outbox;
CREATE INDEX plain_outbox_by_contact ON plain_outbox (contact, id);
";

/// A ciphertext that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row; a later one for a contact has a greater one.
    pub id: PlainEntryId,
    /// The message that it belongs to.
    pub message: MessageId,
    /// Whom it is for.
    pub contact: ContactId,
    /// The key that it is encrypted to.
    pub key: BoxPublicKey,
    /// The nonce of its box.
    pub nonce: [u8; 24],
    /// The ciphertext as it goes into the frame.
    pub ciphertext: String,
}

/// A ciphertext to put in.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// The message that it belongs to.
    pub message: MessageId,
    /// Whom it is for.
    pub contact: ContactId,
    /// The key that it is encrypted to.
    pub key: BoxPublicKey,
    /// The nonce of its box.
    pub nonce: [u8; 24],
    /// The ciphertext as it goes into the frame.
    pub ciphertext: &'a str,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, message, contact, key, nonce, ciphertext FROM plain_outbox ",
            $rest
        )
    };
}

/// Puts the ciphertext of a queued message at the end for its contact.
///
/// # Errors
/// [`crate::StoreError::Conflict`] if the message has one for it already, or one of the two is not
/// there.
pub fn push(tx: &Tx<'_>, new: &NewEntry<'_>) -> Result<PlainEntryId> {
    tx.insert(
        "INSERT INTO plain_outbox (message, contact, key, nonce, ciphertext)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        (
            new.message,
            new.contact,
            new.key.as_bytes(),
            new.nonce,
            new.ciphertext,
        ),
    )
    .map(PlainEntryId)
}

/// Puts a failed message at the end for its contact again; it is queued from `at` on.
pub fn requeue(tx: &Tx<'_>, new: &NewEntry<'_>, at: i64) -> Result<PlainEntryId> {
    let id = push(tx, new)?;
    recipients::requeue(tx, new.message, new.contact, at)?;
    messages::rebox(tx, new.message, &new.key, &new.nonce)?;
    Ok(id)
}

/// Reads at most `limit` entries for a contact after a row (0 for the first), in the order to send.
pub fn list(
    reader: &Reader,
    contact: ContactId,
    after: PlainEntryId,
    limit: u32,
) -> Result<Vec<Entry>> {
    reader.rows(
        select!("WHERE contact = ?1 AND id > ?2 ORDER BY id LIMIT ?3"),
        (contact, after, limit),
        entry,
    )
}

/// Reads the entry of a message for a contact.
pub fn by_message(
    reader: &Reader,
    message: MessageId,
    contact: ContactId,
) -> Result<Option<Entry>> {
    reader.first(
        select!("WHERE message = ?1 AND contact = ?2"),
        (message, contact),
        entry,
    )
}

/// Reads the contacts whom something waits for, in ascending order.
pub fn contacts(reader: &Reader) -> Result<Vec<ContactId>> {
    reader.rows(
        "SELECT DISTINCT contact FROM plain_outbox ORDER BY contact",
        [],
        |row| row.get(0),
    )
}

/// Counts what waits for all contacts.
pub fn len(reader: &Reader) -> Result<u32> {
    reader.one("SELECT count(*) FROM plain_outbox", [])
}

/// Replaces the ciphertext of a message for a contact, which keeps its place; tells whether it had
/// one.
pub fn reseal(
    tx: &Tx<'_>,
    message: MessageId,
    contact: ContactId,
    key: &BoxPublicKey,
    nonce: &[u8; 24],
    ciphertext: &str,
) -> Result<bool> {
    let changed = tx.change(
        "UPDATE plain_outbox SET key = ?3, nonce = ?4, ciphertext = ?5
         WHERE message = ?1 AND contact = ?2",
        (message, contact, key.as_bytes(), nonce, ciphertext),
    )?;
    if changed > 0 {
        messages::rebox(tx, message, key, nonce)?;
    }
    Ok(changed > 0)
}

/// A relay took the message for a contact: it leaves the outbox. Tells whether it was in there.
pub fn handed(
    tx: &Tx<'_>,
    message: MessageId,
    contact: ContactId,
    at: i64,
    relay: RelayId,
) -> Result<bool> {
    let was_queued = remove(tx, message, contact)?;
    if was_queued {
        recipients::handed(tx, message, contact, at, relay)?;
    }
    Ok(was_queued)
}

/// The message cannot be sent to a contact: it leaves the outbox. Tells whether it was in there.
pub fn failed(
    tx: &Tx<'_>,
    message: MessageId,
    contact: ContactId,
    at: i64,
    failure: &str,
) -> Result<bool> {
    let was_queued = remove(tx, message, contact)?;
    if was_queued {
        recipients::failed(tx, message, contact, at, failure)?;
    }
    Ok(was_queued)
}

/// Takes everything for a contact out, for another way to send it; tells which messages, in their
/// order. They stay queued.
pub fn take_contact(tx: &Tx<'_>, contact: ContactId) -> Result<Vec<MessageId>> {
    let messages = tx.rows(
        "SELECT message FROM plain_outbox WHERE contact = ?1 ORDER BY id",
        [contact],
        |row| row.get(0),
    )?;
    tx.change("DELETE FROM plain_outbox WHERE contact = ?1", [contact])?;
    Ok(messages)
}

fn remove(tx: &Tx<'_>, message: MessageId, contact: ContactId) -> Result<bool> {
    let removed = tx.change(
        "DELETE FROM plain_outbox WHERE message = ?1 AND contact = ?2",
        (message, contact),
    )?;
    Ok(removed > 0)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: row.get(0)?,
        message: row.get(1)?,
        contact: row.get(2)?,
        key: blob(row, 3)?,
        nonce: row.get(4)?,
        ciphertext: row.get(5)?,
    })
}
