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

/// Counts the messages of the chat `h` that wait in a row of an outbox, aliased `o`.
macro_rules! queued {
    ($count:literal, $rows:literal) => {
        concat!(
            "(SELECT ",
            $count,
            " FROM
                  (SELECT o.message, o.contact FROM plain_outbox o WHERE ",
            $rows,
            " UNION ALL SELECT o.message, o.contact FROM session_outbox o WHERE ",
            $rows,
            ") o
              CROSS JOIN messages q ON q.id = o.message AND q.chat = h.id
              CROSS JOIN recipients w
                  ON w.message = o.message AND w.contact = o.contact AND w.state = 'queued')"
        )
    };
}

/// What waits for somebody stands in an outbox: what is queued is looked for from there, never among
/// all messages of a chat. This is read for whatever changes in it.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT h.activity_at
             , (SELECT count(*) FROM messages u WHERE u.chat = h.id AND u.unread = 1)
             , CASE WHEN h.contact IS NOT NULL THEN ",
            queued!("count(*)", "o.contact = h.contact"),
            " ELSE ",
            queued!("count(DISTINCT o.message)", "true"),
            " END
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

#[cfg(test)]
mod tests {
    use crate::file;
    use crate::migration::MIGRATIONS;
    use crate::table::{contacts, messages, recipients};
    use rusqlite::{Connection, StatementStatus};

    /// Two chats, one with a contact and a group, with so many messages each that are done with,
    /// and three that wait.
    fn history(messages: u32) -> Connection {
        let connection = file::in_memory(MIGRATIONS).unwrap();
        let sql = format!(
            "INSERT INTO contacts (id, public_id, user_id, name, told_name, fingerprint, client,
                                   sealed, refuses_plain, trust, blocked, added_at, origin)
             VALUES (1, 'c', 'mara', 'Mara', '', randomblob(32), 'sotto',
                     1, 1, 'unverified', 0, 1, 'link');
             INSERT INTO chats (id, kind, contact, activity_at)
             VALUES (7, 'contact', 1, 1), (8, 'group', NULL, 1);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {messages})
             INSERT INTO messages (chat, public_id, author, direction, text, created_at,
                                   protection, unread, printed)
             SELECT 7 + (i % 2), randomblob(16), x'', 'out', 'words', i, 'pq', 0, 1 FROM n;
             INSERT INTO recipients (message, contact, state, state_at)
             SELECT id, 1, iif(id > {messages} - 6, 'queued', 'delivered'), id FROM messages;
             INSERT INTO session_outbox (contact, message, content)
             SELECT 1, message, randomblob(16) FROM recipients WHERE state = 'queued';"
        );
        connection.execute_batch(&sql).unwrap();
        connection
    }

    /// How many messages wait in a chat, and what it took SQLite to read the chat, in steps.
    fn steps(connection: &Connection, chat: i64) -> (u32, i32) {
        let mut statement = connection.prepare(select!("WHERE h.id = ?1")).unwrap();
        let queued = statement.query_row([chat], |row| row.get(2)).unwrap();
        (queued, statement.get_status(StatementStatus::VmStep))
    }

    #[test]
    fn a_chat_is_read_as_fast_with_many_messages_as_with_few() {
        let (few, many) = (history(20), history(2_000));
        for chat in [7, 8] {
            let few = steps(&few, chat);
            assert_eq!(few.0, 3);
            assert_eq!(steps(&many, chat), few);
        }
    }
}
