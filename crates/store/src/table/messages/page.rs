//! Reading a chat in pages: the newest messages, those on one side of a row, or around it.

use super::row::{Message, message, select};
use crate::{ChatId, MessageId, Reader, Result, StoreError};

/// The most messages that one page has.
const MAX_PAGE: u32 = 1000;

/// Which messages of a chat to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The newest.
    Newest,
    /// Those right before a row, not itself included.
    Before(MessageId),
    /// Those right after a row, not itself included.
    After(MessageId),
    /// Those around a row: itself if it still is there, about as many before as after.
    Around(MessageId),
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

/// Reads at most `limit` messages of a chat.
pub fn page(reader: &Reader, chat: ChatId, anchor: Anchor, limit: u32) -> Result<Page> {
    let limit = limit.clamp(1, MAX_PAGE);
    match anchor {
        Anchor::Newest => both_sides(reader, chat, MessageId(i64::MAX), limit, 0),
        Anchor::Before(id) => both_sides(reader, chat, id, limit, 0),
        Anchor::After(MessageId(id)) => {
            let next = MessageId(id.saturating_add(1));
            both_sides(reader, chat, next, 0, limit)
        }
        Anchor::Around(id) => {
            let before = room_before(reader, chat, id, limit)?;
            both_sides(reader, chat, id, before, limit - before)
        }
    }
}

/// How many of `limit` go before a row: half, and what the other side has no use for.
fn room_before(reader: &Reader, chat: ChatId, id: MessageId, limit: u32) -> Result<u32> {
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
fn both_sides(
    reader: &Reader,
    chat: ChatId,
    id: MessageId,
    older: u32,
    newer: u32,
) -> Result<Page> {
    // One more than asked tells whether there are more.
    let mut messages = reader.rows(
        select!("WHERE m.chat = ?1 AND m.id < ?2 ORDER BY m.id DESC LIMIT ?3"),
        (chat, id, older + 1),
        |row| message(row, 0),
    )?;
    let has_older = messages.len() > older as usize;
    messages.truncate(older as usize);
    messages.reverse();
    let mut rest = reader.rows(
        select!("WHERE m.chat = ?1 AND m.id >= ?2 ORDER BY m.id LIMIT ?3"),
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

/// Hands all messages of a chat to `visit`, oldest first, without holding them all.
///
/// # Errors
/// What `visit` returns, after which no more follow, or what reading failed with.
pub fn each<E: From<StoreError>>(
    reader: &Reader,
    chat: ChatId,
    mut visit: impl FnMut(Message) -> Result<(), E>,
) -> Result<(), E> {
    let mut last = MessageId(0);
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
