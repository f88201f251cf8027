//! What waits for the confirmation of the other side's program, in a secure session: texts of the
//! person and the few messages of the program's own. First in first out in each chat, the
//! program's own before texts.
//!
//! A row is here until the receipt has come. What a session made of it is kept and written again
//! as it is; once the ratchet has turned, and for another session, it is encrypted anew, under the
//! same content id.

use rusqlite::Row;
use zeroize::Zeroizing;

use crate::code::stored_as;
use crate::{Reader, Result, Tx};

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

/// A message of the program's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// The session works.
    Established,
    /// The old sessions are lost.
    SessionLost,
    /// What the person wants to be called.
    Profile,
    /// An invite was used by two identities.
    InviteUsedTwice,
}

stored_as!(Own {
    Established = "established",
    SessionLost = "session_lost",
    Profile = "profile",
    InviteUsedTwice = "invite_used_twice",
});

/// What is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A text of the person: this message.
    Message(i64),
    /// A message of the program's own.
    Own(Own),
}

/// Something that waits for its receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row.
    pub id: i64,
    /// The chat.
    pub chat: i64,
    /// What is to be said.
    pub what: What,
    /// What belongs to a message of the program's own.
    pub data: Vec<u8>,
    /// The content's id, the same at each repetition.
    pub content: [u8; 16],
    /// The identity that it is for; to another one it does not go.
    pub account: [u8; 32],
    /// The session that it was encrypted in.
    pub session: Option<[u8; 16]>,
    /// What that session made of it.
    pub sealed: Option<Zeroizing<Vec<u8>>>,
}

/// Something to put in.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// The chat.
    pub chat: i64,
    /// What is to be said.
    pub what: What,
    /// What belongs to a message of the program's own.
    pub data: &'a [u8],
    /// The content's id.
    pub content: [u8; 16],
    /// The identity that it is for.
    pub account: [u8; 32],
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, chat, message, own, data, content, account, session, sealed FROM outgoing ",
            $rest
        )
    };
}

/// Puts something at the end of its chat.
///
/// # Errors
/// [`crate::StoreError::Conflict`] if the message is in here, or the content id.
pub fn push(tx: &Tx<'_>, new: &New<'_>) -> Result<i64> {
    let (message, own) = match new.what {
        What::Message(message) => (Some(message), None),
        What::Own(own) => (None, Some(own)),
    };
    tx.insert(
        "INSERT INTO outgoing (chat, message, own, data, content, account)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (new.chat, message, own, new.data, new.content, new.account),
    )
}

/// Reads what is next in a chat.
pub fn first(reader: &Reader, chat: i64) -> Result<Option<Entry>> {
    reader.first(
        select!("WHERE chat = ?1 ORDER BY own IS NULL, id LIMIT 1"),
        [chat],
        entry,
    )
}

/// Reads one row.
pub fn by_id(reader: &Reader, id: i64) -> Result<Option<Entry>> {
    reader.first(select!("WHERE id = ?1"), [id], entry)
}

/// Finds what waits in a chat under a content id.
pub fn by_content(reader: &Reader, chat: i64, content: &[u8; 16]) -> Result<Option<Entry>> {
    reader.first(
        select!("WHERE content = ?2 AND chat = ?1"),
        (chat, content),
        entry,
    )
}

/// Whether a message of the program's own waits in a chat.
pub fn has_own(reader: &Reader, chat: i64, own: Own) -> Result<bool> {
    reader.one(
        "SELECT EXISTS (SELECT 1 FROM outgoing WHERE chat = ?1 AND own = ?2)",
        (chat, own),
    )
}

/// The chats in which something waits, in ascending order.
pub fn chats(reader: &Reader) -> Result<Vec<i64>> {
    reader.rows(
        "SELECT DISTINCT chat FROM outgoing ORDER BY chat",
        [],
        |row| row.get(0),
    )
}

/// The nonces of the plain boxes in which texts went that wait in a chat, newest first.
pub fn plain_nonces(reader: &Reader, chat: i64, limit: u32) -> Result<Vec<[u8; 24]>> {
    reader.rows(
        "SELECT m.plain_nonce FROM outgoing o JOIN messages m ON m.id = o.message
         WHERE o.chat = ?1 AND m.plain_nonce IS NOT NULL ORDER BY o.id DESC LIMIT ?2",
        (chat, limit),
        |row| row.get(0),
    )
}

/// Keeps what a session made of a row.
pub fn keep_sealed(tx: &Tx<'_>, id: i64, session: &[u8; 16], sealed: &[u8]) -> Result<()> {
    tx.change(
        "UPDATE outgoing SET session = ?2, sealed = ?3 WHERE id = ?1",
        (id, session, sealed),
    )?;
    Ok(())
}

/// Gives up what sessions made of a chat's rows: they are encrypted anew.
pub fn unseal(tx: &Tx<'_>, chat: i64) -> Result<()> {
    tx.change(
        "UPDATE outgoing SET session = NULL, sealed = NULL WHERE chat = ?1 AND sealed IS NOT NULL",
        [chat],
    )?;
    Ok(())
}

/// Gives up what sessions made, of everything: it is encrypted anew.
pub fn unseal_all(tx: &Tx<'_>) -> Result<()> {
    tx.change("UPDATE outgoing SET session = NULL, sealed = NULL", [])?;
    Ok(())
}

/// A relay was handed a row; its message is told so, if it was queued.
pub fn handed(tx: &Tx<'_>, id: i64, at: i64, relay: i64) -> Result<()> {
    tx.change(
        "UPDATE messages SET state = 'handed', state_at = ?2, relay = ?3
         WHERE id = (SELECT message FROM outgoing WHERE id = ?1) AND state = 'queued'",
        (id, at, relay),
    )?;
    Ok(())
}

/// The receipt of a row has come: it is done, and its message is delivered.
pub fn delivered(tx: &Tx<'_>, entry: &Entry, at: i64) -> Result<()> {
    tx.change("DELETE FROM outgoing WHERE id = ?1", [entry.id])?;
    if let What::Message(message) = entry.what {
        tx.change(
            "UPDATE messages SET state = 'delivered', state_at = ?2 WHERE id = ?1",
            (message, at),
        )?;
    }
    Ok(())
}

/// A row cannot be sent; its message is told so.
pub fn failed(tx: &Tx<'_>, entry: &Entry, at: i64, failure: &str) -> Result<()> {
    tx.change("DELETE FROM outgoing WHERE id = ?1", [entry.id])?;
    if let What::Message(message) = entry.what {
        tx.change(
            "UPDATE messages SET state = 'failed', state_at = ?2, failure = ?3 WHERE id = ?1",
            (message, at, failure),
        )?;
    }
    Ok(())
}

/// Everything of a chat is for another identity from now on and is encrypted anew.
pub fn rebind(tx: &Tx<'_>, chat: i64, account: &[u8; 32]) -> Result<()> {
    tx.change(
        "UPDATE outgoing SET account = ?2, session = NULL, sealed = NULL
         WHERE chat = ?1 AND account <> ?2",
        (chat, account),
    )?;
    tx.change(
        "UPDATE messages SET key = ?2 WHERE id IN (SELECT message FROM outgoing WHERE chat = ?1)",
        (chat, account),
    )?;
    Ok(())
}

/// Removes one message of the program's own from a chat.
pub fn remove_one(tx: &Tx<'_>, chat: i64, own: Own) -> Result<()> {
    tx.change(
        "DELETE FROM outgoing WHERE chat = ?1 AND own = ?2",
        (chat, own),
    )?;
    Ok(())
}

/// Removes the messages of the program's own from a chat.
pub fn remove_own(tx: &Tx<'_>, chat: i64) -> Result<()> {
    tx.change(
        "DELETE FROM outgoing WHERE chat = ?1 AND own IS NOT NULL",
        [chat],
    )?;
    Ok(())
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let what = match (row.get(2)?, row.get(3)?) {
        (_, Some(own)) => What::Own(own),
        (Some(message), None) => What::Message(message),
        (None, None) => return Err(rusqlite::Error::InvalidQuery),
    };
    Ok(Entry {
        id: row.get(0)?,
        chat: row.get(1)?,
        what,
        data: row.get::<_, Option<Vec<u8>>>(4)?.unwrap_or_default(),
        content: row.get(5)?,
        account: row.get(6)?,
        session: row.get(7)?,
        sealed: row.get::<_, Option<Vec<u8>>>(8)?.map(Zeroizing::new),
    })
}
