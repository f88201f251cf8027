//! The messages and lines of all chats. A later one has a greater row id.
//!
//! A message is known by its author and its content id within its chat: content ids are chosen by
//! whoever writes, so one that is taken says nothing of another author or another chat.
//!
//! The relay that a message went through is a row id without a foreign key: relay ids are never
//! used again, so one that is not found says that the relay was removed, and removing one need
//! not search all messages.

mod author;
mod direction;
mod page;
mod row;
mod schema;

pub use author::{Author, PeerKey, Protection};
pub use direction::Direction;
pub use page::{Anchor, Page, each, page};
pub use row::Message;

pub use super::recipients::{Delivery, Recipient, State, recipients, requeue, unconfirmed};
pub(crate) use row::{columns, message};
pub(crate) use schema::{CREATE_V1, TO_V2, TO_V3, TO_V4};

use self::row::select;
use super::{chat_row, recipients, search_index};
use crate::{ChatId, ContactId, ContentId, MessageId, Reader, RelayId, Result, Tx};
use sotto_protocol::{BoxPublicKey, Fingerprint};

/// Whether the person has seen a received message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Not yet: it counts as unread.
    Unread,
    /// Yes.
    Read,
}

/// A received message.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// The chat.
    pub chat: ChatId,
    /// Its content's id: the author's, or a new one for what came without.
    pub content: ContentId,
    /// Who wrote it; not the person.
    pub author: Author,
    /// The text.
    pub text: &'a str,
    /// When it came, ms since 1970.
    pub created_at: i64,
    /// When the relay says that it was sent, ms since 1970.
    pub relay_at: Option<i64>,
    /// The relay that it came through.
    pub relay: Option<RelayId>,
    /// Whether the person sees it at once.
    pub seen: Seen,
}

/// A message of the person, to be put into an outbox for each recipient in the same transaction.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The chat.
    pub chat: ChatId,
    /// A new id.
    pub content: ContentId,
    /// The text.
    pub text: &'a str,
    /// When it was typed, ms since 1970.
    pub created_at: i64,
    /// Whose key it is for, as in [`Message::key`].
    pub key: PeerKey,
    /// The nonce of its plain box.
    pub plain_nonce: Option<[u8; 24]>,
    /// Whom it is for, each once.
    pub recipients: &'a [ContactId],
}

/// A line of the program's own.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The chat.
    pub chat: ChatId,
    /// A new id.
    pub content: ContentId,
    /// The engine's code of what happened.
    pub system_line: &'a str,
    /// When, ms since 1970.
    pub created_at: i64,
    /// The contact's key at that time, or the key that the line is about.
    pub key: PeerKey,
}

/// Adds a received message and gives its row.
///
/// # Errors
/// [`crate::StoreError::Conflict`] if there is no such chat, or its author has a message with this
/// content id in it; likewise for the next two.
pub fn receive(tx: &Tx<'_>, new: &Received<'_>) -> Result<MessageId> {
    chat_row::touch(tx, new.chat, new.created_at)?;
    tx.insert(
        "INSERT INTO messages (chat, public_id, author, direction, text, created_at, relay_at,
                               relay, protection, unread, printed)
         VALUES (?1, ?2, ?3, 'in', ?4, ?5, ?6, ?7, ?8, ?9, 0)",
        (
            new.chat,
            new.content.as_bytes(),
            new.author.bytes(),
            new.text,
            new.created_at,
            new.relay_at,
            new.relay,
            PeerKey::from(new.author).protection(),
            new.seen == Seen::Unread,
        ),
    )
    .map(MessageId)
}

/// Adds a message of the person, queued for each recipient, and gives its row. It joins an outbox
/// for each in the same transaction.
///
/// # Errors
/// [`crate::StoreError::Conflict`] also if a recipient is no contact.
pub fn send(tx: &Tx<'_>, new: &Sent<'_>) -> Result<MessageId> {
    chat_row::touch(tx, new.chat, new.created_at)?;
    let id = tx.insert(
        "INSERT INTO messages (chat, public_id, author, direction, text, created_at, key,
                               protection, plain_nonce, unread, printed)
         VALUES (?1, ?2, x'', 'out', ?3, ?4, ?5, ?6, ?7, 0, 1)",
        (
            new.chat,
            new.content.as_bytes(),
            new.text,
            new.created_at,
            new.key.bytes(),
            new.key.protection(),
            new.plain_nonce,
        ),
    )?;
    let id = MessageId(id);
    for contact in new.recipients {
        recipients::add(tx, id, *contact, new.created_at)?;
    }
    Ok(id)
}

/// Adds a line of the program's own and gives its row.
pub fn line(tx: &Tx<'_>, new: &Line<'_>) -> Result<MessageId> {
    chat_row::touch(tx, new.chat, new.created_at)?;
    tx.insert(
        "INSERT INTO messages (chat, public_id, author, direction, text, system_line, created_at,
                               key, protection, unread, printed)
         VALUES (?1, ?2, x'', 'system', '', ?3, ?4, ?5, ?6, 0, 1)",
        (
            new.chat,
            new.content.as_bytes(),
            new.system_line,
            new.created_at,
            new.key.bytes(),
            new.key.protection(),
        ),
    )
    .map(MessageId)
}

/// The newest code of a line in a chat, if its newest row is a line.
pub fn newest_line(reader: &Reader, chat: ChatId) -> Result<Option<String>> {
    let newest = reader.first(
        "SELECT system_line FROM messages WHERE chat = ?1 ORDER BY id DESC LIMIT 1",
        [chat],
        |row| row.get(0),
    )?;
    Ok(newest.flatten())
}

/// Binds a message to whom it goes to from now on, in a secure session; `None` is whoever answers
/// under the key that the person accepted.
pub fn protect(tx: &Tx<'_>, id: MessageId, fingerprint: Option<&Fingerprint>) -> Result<()> {
    let key = fingerprint.copied();
    let key = key.map_or(PeerKey::Unknown, PeerKey::Identity);
    tx.change(
        "UPDATE messages SET key = ?2, protection = ?3 WHERE id = ?1",
        (id, key.bytes(), key.protection()),
    )?;
    Ok(())
}

/// Binds a message to another box key: its box was made anew.
pub(crate) fn rebox(
    tx: &Tx<'_>,
    id: MessageId,
    key: &BoxPublicKey,
    nonce: &[u8; 24],
) -> Result<()> {
    tx.change(
        "UPDATE messages SET key = ?2, protection = 'plain', plain_nonce = ?3 WHERE id = ?1",
        (id, key.as_bytes(), nonce),
    )?;
    Ok(())
}

/// Reads one message.
pub fn by_id(reader: &Reader, id: MessageId) -> Result<Option<Message>> {
    reader.first(select!("WHERE m.id = ?1"), [id], |row| message(row, 0))
}

/// Finds what an author wrote in a chat under a content id.
pub fn by_content(
    reader: &Reader,
    chat: ChatId,
    author: &Author,
    content: &ContentId,
) -> Result<Option<Message>> {
    reader.first(
        select!("WHERE m.chat = ?1 AND m.author = ?2 AND m.public_id = ?3"),
        (chat, author.bytes(), content.as_bytes()),
        |row| message(row, 0),
    )
}

/// Finds the first unread message of a chat.
pub fn first_unread(reader: &Reader, chat: ChatId) -> Result<Option<MessageId>> {
    reader.one(
        "SELECT min(id) FROM messages WHERE chat = ?1 AND unread = 1",
        [chat],
    )
}

/// Counts the unread messages of a chat.
pub fn unread_count(reader: &Reader, chat: ChatId) -> Result<u32> {
    reader.one(
        "SELECT count(*) FROM messages WHERE chat = ?1 AND unread = 1",
        [chat],
    )
}

/// The person has seen a chat up to a row, itself included; tells how many became read.
pub fn mark_read(tx: &Tx<'_>, chat: ChatId, up_to: MessageId) -> Result<u32> {
    let changed = tx.change(
        "UPDATE messages SET unread = 0 WHERE chat = ?1 AND unread = 1 AND id <= ?2",
        (chat, up_to),
    )?;
    Ok(u32::try_from(changed).unwrap_or(u32::MAX))
}

/// Reads received messages that the command line has not printed, of all chats, oldest first.
pub fn unprinted(reader: &Reader, limit: u32) -> Result<Vec<Message>> {
    reader.rows(
        select!("WHERE m.printed = 0 ORDER BY m.id LIMIT ?1"),
        [limit],
        |row| message(row, 0),
    )
}

/// Notes that the command line has printed these.
pub fn mark_printed(tx: &Tx<'_>, ids: &[MessageId]) -> Result<()> {
    for id in ids {
        tx.change("UPDATE messages SET printed = 1 WHERE id = ?1", [id])?;
    }
    Ok(())
}

/// Deletes a message here, also from the outboxes and the search; gives its chat.
pub fn delete(tx: &Tx<'_>, id: MessageId) -> Result<Option<ChatId>> {
    let chat = tx.first("SELECT chat FROM messages WHERE id = ?1", [id], |row| {
        row.get(0)
    })?;
    // Recipients and outboxes follow by their foreign keys, the search by its trigger.
    tx.change("DELETE FROM messages WHERE id = ?1", [id])?;
    Ok(chat)
}

/// Deletes all messages of a chat here, also from the outboxes and the search; tells how many.
/// The draft and the nonces of its boxes stay.
pub fn clear_chat(tx: &Tx<'_>, chat: ChatId) -> Result<u32> {
    let all: u32 = tx.one("SELECT count(*) FROM messages WHERE chat = ?1", [chat])?;
    search_index::forget(tx, all, || {
        tx.change("DELETE FROM messages WHERE chat = ?1", [chat])
    })?;
    Ok(all)
}
