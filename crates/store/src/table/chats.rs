//! The chat list: contacts with the newest line, the counts and the draft of their chats.
//!
//! Not a table of its own: every part is found through an index, so nothing has to be kept in
//! step.

use rusqlite::Row;

use super::contacts::{self, Contact};
use super::messages::{self, Message};
use crate::{Reader, Result};

/// A chat as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Whom it is with.
    pub contact: Contact,
    /// The newest message or line; its text is cut to 400 characters.
    pub last: Option<Message>,
    /// How many received messages are unread.
    pub unread: u32,
    /// How many messages are queued.
    pub queued: u32,
    /// What the person typed and did not send.
    pub draft: String,
    /// How many texts of the undecided other key are held.
    pub held: u32,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            contacts::columns!(),
            ", (SELECT count(*) FROM messages u WHERE u.chat = c.id AND u.unread = 1)
             , (SELECT count(*) FROM outbox o WHERE o.chat = c.id)
               + (SELECT count(*) FROM outgoing o JOIN messages w ON w.id = o.message
                  WHERE o.chat = c.id AND w.state = 'queued')
             , coalesce((SELECT d.text FROM drafts d WHERE d.chat = c.id), '')
             , (SELECT count(*) FROM requests r JOIN request_texts t ON t.request = r.id
                WHERE r.key = c.other_key)
             , ",
            messages::columns!("substr(m.text, 1, 400)"),
            " FROM contacts c
              LEFT JOIN messages m ON m.id = (SELECT max(n.id) FROM messages n WHERE n.chat = c.id) ",
            $rest
        )
    };
}

/// Reads all chats, the one with the newest activity first.
pub fn list(reader: &Reader) -> Result<Vec<Chat>> {
    reader.rows(select!("ORDER BY c.activity_at DESC, c.id DESC"), [], chat)
}

/// Reads one chat.
pub fn by_id(reader: &Reader, id: i64) -> Result<Option<Chat>> {
    reader.first(select!("WHERE c.id = ?1"), [id], chat)
}

fn chat(row: &Row<'_>) -> rusqlite::Result<Chat> {
    const COUNTS: usize = contacts::COLUMNS;
    const LAST: usize = COUNTS + 4;
    let last = match row.get::<_, Option<i64>>(LAST)? {
        Some(_) => Some(messages::message(row, LAST)?),
        None => None,
    };
    Ok(Chat {
        contact: contacts::contact(row)?,
        unread: row.get(COUNTS)?,
        queued: row.get(COUNTS + 1)?,
        draft: row.get(COUNTS + 2)?,
        held: row.get(COUNTS + 3)?,
        last,
    })
}
