//! What waits for the confirmation of the other side's program, in a secure session: texts of the
//! person and the few control messages. First in first out for each contact, control messages before
//! texts.
//!
//! A row is here until the receipt has come. What a session made of it is kept and written again
//! as it is; once the ratchet has turned, and for another session, it is encrypted anew, under the
//! same content id.

use super::recipients;
use crate::blob::{blob, opt_blob};
use crate::code::stored_as;
use crate::{ContactId, ContentId, MessageId, Reader, RelayId, Result, SessionEntryId, Tx};
use rusqlite::Row;
use rusqlite::types::FromSqlError;
use sotto_protocol::{Fingerprint, SessionId};
use zeroize::Zeroizing;

pub(crate) const CREATE_V2: &str = "
CREATE TABLE outgoing (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    message INTEGER UNIQUE REFERENCES messages (id) ON DELETE CASCADE,
    own TEXT CHECK (own IN ('established', 'session_lost', 'profile', 'invite_used_twice')),
    data BLOB,
    content BLOB NOT NULL UNIQUE CHECK (length(content) = 16),
    account BLOB NOT NULL CHECK (length(account) = 32),
    session BLOB CHECK (length(session) = 16),
    sealed BLOB,
    CHECK ((message IS NULL) = (own IS NOT NULL)),
    CHECK ((session IS NULL) = (sealed IS NULL))
) STRICT;
CREATE INDEX outgoing_by_chat ON outgoing (chat, own IS NULL, id);
";

/// A message may be for several contacts; what waits for an identity that is not known yet had 32 zero
/// bytes in its place.
pub(crate) const TO_V3: &str = "
CREATE TABLE session_outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    message INTEGER REFERENCES messages (id) ON DELETE CASCADE,
    control TEXT
        CHECK (control IN ('established', 'session_lost', 'profile', 'invite_used_twice')),
    data BLOB,
    content BLOB NOT NULL CHECK (length(content) = 16),
    fingerprint BLOB CHECK (length(fingerprint) = 32),
    session BLOB CHECK (length(session) = 16),
    sealed BLOB,
    UNIQUE (message, contact),
    UNIQUE (contact, content),
    CHECK ((message IS NULL) = (control IS NOT NULL)),
    CHECK ((session IS NULL) = (sealed IS NULL))
) STRICT;
INSERT INTO session_outbox (id, contact, message, control, data, content, fingerprint, session,
                            sealed)
SELECT id, chat, message, own, data, content, nullif(account, zeroblob(32)), session, sealed
FROM outgoing;
DELETE FROM sqlite_sequence WHERE name = 'session_outbox';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'session_outbox', seq FROM sqlite_sequence WHERE name = 'outgoing';
DROP TABLE outgoing;
CREATE INDEX session_outbox_by_contact ON session_outbox (contact, control IS NULL, id);
";

/// What is said to verify somebody is a control message too.
pub(crate) const TO_V9: &str = "
CREATE TABLE session_outbox_9 (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    message INTEGER REFERENCES messages (id) ON DELETE CASCADE,
    control TEXT
        CHECK (control IN ('established', 'session_lost', 'profile', 'invite_used_twice',
                           'verification')),
    data BLOB,
    content BLOB NOT NULL CHECK (length(content) = 16),
    fingerprint BLOB CHECK (length(fingerprint) = 32),
    session BLOB CHECK (length(session) = 16),
    sealed BLOB,
    UNIQUE (message, contact),
    UNIQUE (contact, content),
    CHECK ((message IS NULL) = (control IS NOT NULL)),
    CHECK ((session IS NULL) = (sealed IS NULL))
) STRICT;
INSERT INTO session_outbox_9 (id, contact, message, control, data, content, fingerprint, session,
                              sealed)
SELECT id, contact, message, control, data, content, fingerprint, session, sealed
FROM session_outbox;
DELETE FROM sqlite_sequence WHERE name = 'session_outbox_9';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'session_outbox_9', seq FROM sqlite_sequence WHERE name = 'session_outbox';
DROP TABLE session_outbox;
ALTER TABLE session_outbox_9 RENAME TO session_outbox;
CREATE INDEX session_outbox_by_contact ON session_outbox (contact, control IS NULL, id);
";

/// A control message: one that the program says on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// The session works.
    Established,
    /// The old sessions are lost.
    SessionLost,
    /// What the person wants to be called.
    Profile,
    /// An invite was used by two identities.
    InviteUsedTwice,
    /// Something that verifies one of the two; what it says is in memory only.
    Verification,
}

stored_as!(Control {
    Established = "established",
    SessionLost = "session_lost",
    Profile = "profile",
    InviteUsedTwice = "invite_used_twice",
    Verification = "verification",
});

/// What is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A text of the person: this message.
    Message(MessageId),
    /// A control message.
    Control(Control),
}

/// Something that waits for its receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row.
    pub id: SessionEntryId,
    /// Whom it is for.
    pub contact: ContactId,
    /// What is to be said.
    pub what: What,
    /// What belongs to a control message.
    pub data: Vec<u8>,
    /// The content's id, the same at each repetition.
    pub content: ContentId,
    /// The identity that it is for; to another one it does not go. `None` is whoever answers under
    /// the key that the person accepted.
    pub fingerprint: Option<Fingerprint>,
    /// The session that it was encrypted in.
    pub session: Option<SessionId>,
    /// What that session made of it.
    pub sealed: Option<Zeroizing<Vec<u8>>>,
}

/// Something to put in.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// Whom it is for.
    pub contact: ContactId,
    /// What is to be said.
    pub what: What,
    /// What belongs to a control message.
    pub data: &'a [u8],
    /// The content's id.
    pub content: ContentId,
    /// The identity that it is for, as in [`Entry::fingerprint`].
    pub fingerprint: Option<Fingerprint>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, contact, message, control, data, content, fingerprint, session, sealed
             FROM session_outbox ",
            $rest
        )
    };
}

/// Puts something at the end for its contact.
///
/// # Errors
/// [`crate::StoreError::Conflict`] if the message is in here for it, or the content id.
pub fn push(tx: &Tx<'_>, new: &New<'_>) -> Result<SessionEntryId> {
    let (message, control) = match new.what {
        What::Message(message) => (Some(message), None),
        What::Control(control) => (None, Some(control)),
    };
    tx.insert(
        "INSERT INTO session_outbox (contact, message, control, data, content, fingerprint)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            new.contact,
            message,
            control,
            new.data,
            new.content.as_bytes(),
            new.fingerprint.as_ref().map(Fingerprint::as_bytes),
        ),
    )
    .map(SessionEntryId)
}

/// Reads what is next for a contact.
pub fn first(reader: &Reader, contact: ContactId) -> Result<Option<Entry>> {
    reader.first(
        select!("WHERE contact = ?1 ORDER BY control IS NULL, id LIMIT 1"),
        [contact],
        entry,
    )
}

/// Reads one row.
pub fn by_id(reader: &Reader, id: SessionEntryId) -> Result<Option<Entry>> {
    reader.first(select!("WHERE id = ?1"), [id], entry)
}

/// Finds what waits for a contact under a content id.
pub fn by_content(
    reader: &Reader,
    contact: ContactId,
    content: &ContentId,
) -> Result<Option<Entry>> {
    reader.first(
        select!("WHERE contact = ?1 AND content = ?2"),
        (contact, content.as_bytes()),
        entry,
    )
}

/// Whether a control message waits for a contact.
pub fn has_control(reader: &Reader, contact: ContactId, control: Control) -> Result<bool> {
    reader.one(
        "SELECT EXISTS (SELECT 1 FROM session_outbox
                        WHERE contact = ?1 AND (control IS NULL) = 0 AND control = ?2)",
        (contact, control),
    )
}

/// Reads the contacts whom something waits for, in ascending order.
pub fn contacts(reader: &Reader) -> Result<Vec<ContactId>> {
    reader.rows(
        "SELECT DISTINCT contact FROM session_outbox ORDER BY contact",
        [],
        |row| row.get(0),
    )
}

/// The nonces of the plain boxes in which texts went that wait for a contact, newest first.
pub fn plain_nonces(reader: &Reader, contact: ContactId, limit: u32) -> Result<Vec<[u8; 24]>> {
    reader.rows(
        "SELECT m.plain_nonce FROM session_outbox o JOIN messages m ON m.id = o.message
         WHERE o.contact = ?1 AND (o.control IS NULL) = 1 AND m.plain_nonce IS NOT NULL
         ORDER BY o.id DESC LIMIT ?2",
        (contact, limit),
        |row| row.get(0),
    )
}

/// Keeps what a session made of a row.
pub fn keep_sealed(
    tx: &Tx<'_>,
    id: SessionEntryId,
    session: &SessionId,
    sealed: &[u8],
) -> Result<()> {
    tx.change(
        "UPDATE session_outbox SET session = ?2, sealed = ?3 WHERE id = ?1",
        (id, session.as_bytes(), sealed),
    )?;
    Ok(())
}

/// Gives up what sessions made of a contact's rows: they are encrypted anew.
pub fn unseal(tx: &Tx<'_>, contact: ContactId) -> Result<()> {
    tx.change(
        "UPDATE session_outbox SET session = NULL, sealed = NULL
         WHERE contact = ?1 AND sealed IS NOT NULL",
        [contact],
    )?;
    Ok(())
}

/// Gives up what sessions made, of everything: it is encrypted anew.
pub fn unseal_all(tx: &Tx<'_>) -> Result<()> {
    tx.change(
        "UPDATE session_outbox SET session = NULL, sealed = NULL",
        [],
    )?;
    Ok(())
}

/// A relay was handed a row; if it was queued for its contact, it is told so.
pub fn handed(tx: &Tx<'_>, id: SessionEntryId, at: i64, relay: RelayId) -> Result<()> {
    tx.change(
        "UPDATE recipients SET state = 'handed', state_at = ?2, relay = ?3
         WHERE (message, contact) =
                   (SELECT o.message, o.contact FROM session_outbox o WHERE o.id = ?1)
           AND state = 'queued'",
        (id, at, relay),
    )?;
    Ok(())
}

/// The receipt of a row has come: it is done, and its message is delivered to its contact.
pub fn delivered(tx: &Tx<'_>, entry: &Entry, at: i64) -> Result<()> {
    remove(tx, entry.id)?;
    match entry.what {
        What::Message(message) => recipients::delivered(tx, message, entry.contact, at),
        What::Control(_) => Ok(()),
    }
}

/// A row cannot be sent: its message failed for its contact.
pub fn failed(tx: &Tx<'_>, entry: &Entry, at: i64, failure: &str) -> Result<()> {
    remove(tx, entry.id)?;
    match entry.what {
        What::Message(message) => recipients::failed(tx, message, entry.contact, at, failure),
        What::Control(_) => Ok(()),
    }
}

/// Everything for a contact is for another identity from now on and is encrypted anew.
pub fn rebind(tx: &Tx<'_>, contact: ContactId, fingerprint: &Fingerprint) -> Result<()> {
    tx.change(
        "UPDATE session_outbox SET fingerprint = ?2, session = NULL, sealed = NULL
         WHERE contact = ?1 AND fingerprint IS NOT ?2",
        (contact, fingerprint.as_bytes()),
    )?;
    tx.change(
        "UPDATE messages SET key = ?2, protection = 'pq'
         WHERE id IN (SELECT message FROM session_outbox WHERE contact = ?1)",
        (contact, fingerprint.as_bytes()),
    )?;
    Ok(())
}

/// Whether a control message waits for a contact.
pub fn holds(reader: &Reader, contact: ContactId, control: Control) -> Result<bool> {
    reader.one(
        "SELECT EXISTS (SELECT 1 FROM session_outbox
             WHERE contact = ?1 AND (control IS NULL) = 0 AND control = ?2)",
        (contact, control),
    )
}

/// Removes one control message for a contact.
pub fn remove_one(tx: &Tx<'_>, contact: ContactId, control: Control) -> Result<()> {
    tx.change(
        "DELETE FROM session_outbox WHERE contact = ?1 AND (control IS NULL) = 0 AND control = ?2",
        (contact, control),
    )?;
    Ok(())
}

/// Removes the control messages for a contact.
pub fn remove_controls(tx: &Tx<'_>, contact: ContactId) -> Result<()> {
    tx.change(
        "DELETE FROM session_outbox WHERE contact = ?1 AND (control IS NULL) = 0",
        [contact],
    )?;
    Ok(())
}

/// Removes a row.
pub fn remove(tx: &Tx<'_>, id: SessionEntryId) -> Result<()> {
    tx.change("DELETE FROM session_outbox WHERE id = ?1", [id])?;
    Ok(())
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let what = match (row.get(2)?, row.get(3)?) {
        (_, Some(control)) => What::Control(control),
        (Some(message), None) => What::Message(message),
        (None, None) => return Err(FromSqlError::InvalidType.into()),
    };
    Ok(Entry {
        id: row.get(0)?,
        contact: row.get(1)?,
        what,
        data: row.get::<_, Option<Vec<u8>>>(4)?.unwrap_or_default(),
        content: blob(row, 5)?,
        fingerprint: opt_blob(row, 6)?,
        session: opt_blob(row, 7)?,
        sealed: row.get::<_, Option<Vec<u8>>>(8)?.map(Zeroizing::new),
    })
}
