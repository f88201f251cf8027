//! The chat list: chats with whom they are with, the newest line, the counts and the draft.
//!
//! The rows themselves are [`super::chat_row`]; everything else of a chat is found through an index,
//! so nothing has to be kept in step.

use super::contacts::{self, Contact};
use super::messages::{self, Message};
use super::{chat_row, recipients};
use crate::{ChatId, ContactId, MessageId, Reader, Result, Tx};
use rusqlite::Row;

pub use super::chat_row::{create_group, of_contact};

/// A chat as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// The row.
    pub id: ChatId,
    /// Whom it is with.
    pub kind: Kind,
    /// When something last happened in it, ms since 1970; never goes back.
    pub activity_at: i64,
    /// The newest message or line; its text is cut to 400 characters.
    pub last: Option<Message>,
    /// How many received messages are unread.
    pub unread: u32,
    /// How many messages of the person are queued for somebody.
    pub queued: u32,
    /// What the person typed and did not send.
    pub draft: String,
    /// How many texts of a contact's undecided other key are held.
    pub held: u32,
}

/// Whom a chat is with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// This contact alone.
    Contact(Box<Contact>),
    /// A group.
    Group,
}

/// What waits for somebody stands in an outbox, so the messages of a group are looked for there.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT h.activity_at
             , (SELECT count(*) FROM messages u WHERE u.chat = h.id AND u.unread = 1)
             , CASE WHEN h.contact IS NOT NULL THEN
                   (SELECT count(*) FROM recipients w JOIN messages q ON q.id = w.message
                    WHERE w.contact = h.contact AND w.state = 'queued' AND q.chat = h.id)
               ELSE
                   (SELECT count(*) FROM messages q WHERE q.chat = h.id
                    AND q.id IN (SELECT message FROM plain_outbox
                                 UNION SELECT message FROM session_outbox)
                    AND EXISTS (SELECT 1 FROM recipients w
                                WHERE w.message = q.id AND w.state = 'queued'))
               END
             , coalesce((SELECT d.text FROM drafts d WHERE d.chat = h.id), '')
             , (SELECT count(*) FROM requests k JOIN request_texts t ON t.request = k.id
                WHERE k.key = c.other_key)
             , ",
            contacts::columns!(),
            ", ",
            messages::columns!("substr(m.text, 1, 400)"),
            " FROM chats h
              LEFT JOIN contacts c ON c.id = h.contact
              LEFT JOIN messages m ON m.id = (SELECT max(n.id) FROM messages n WHERE n.chat = h.id) ",
            recipients::least_far!(),
            " ",
            $rest
        )
    };
}

/// Reads all chats, the one with the newest activity first.
pub fn list(reader: &Reader) -> Result<Vec<Chat>> {
    reader.rows(select!("ORDER BY h.activity_at DESC, h.id DESC"), [], chat)
}

/// Reads one chat.
pub fn by_id(reader: &Reader, id: ChatId) -> Result<Option<Chat>> {
    reader.first(select!("WHERE h.id = ?1"), [id], chat)
}

/// Deletes a group with its messages and its draft; tells whether there was one. The chat with a
/// contact goes with the contact ([`contacts::delete`]).
pub fn delete(tx: &Tx<'_>, id: ChatId) -> Result<bool> {
    if !chat_row::is_group(tx, id)? {
        return Ok(false);
    }
    messages::clear_chat(tx, id)?;
    Ok(tx.change("DELETE FROM chats WHERE id = ?1", [id])? > 0)
}

fn chat(row: &Row<'_>) -> rusqlite::Result<Chat> {
    const CONTACT: usize = 5;
    const LAST: usize = CONTACT + contacts::COLUMNS;
    let kind = match row.get::<_, Option<ContactId>>(CONTACT)? {
        Some(_) => Kind::Contact(Box::new(contacts::contact(row, CONTACT)?)),
        None => Kind::Group,
    };
    let last = match row.get::<_, Option<MessageId>>(LAST)? {
        Some(_) => Some(messages::message(row, LAST)?),
        None => None,
    };
    Ok(Chat {
        // The chat's row is among the columns of a contact.
        id: row.get(CONTACT + 1)?,
        kind,
        activity_at: row.get(0)?,
        last,
        unread: row.get(1)?,
        queued: row.get(2)?,
        draft: row.get(3)?,
        held: row.get(4)?,
    })
}
