//! The row of a chat, which messages and drafts refer to: of one contact, or of a group.
//!
//! It is all that the other tables need to know of a chat. What the list shows of one is
//! [`super::chats`].

use crate::{ChatId, ContactId, Reader, Result, Tx};

/// The chats that there are have the numbers of their contacts; new ones go on after the greatest
/// number that a contact ever had.
pub(crate) const CREATE_V3: &str = "
CREATE TABLE chats (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('contact', 'group')),
    contact INTEGER UNIQUE REFERENCES contacts (id) ON DELETE CASCADE,
    activity_at INTEGER NOT NULL,
    CHECK ((kind = 'contact') = (contact IS NOT NULL))
) STRICT;
INSERT INTO chats (id, kind, contact, activity_at)
SELECT id, 'contact', id, activity_at FROM contacts;
DELETE FROM sqlite_sequence WHERE name = 'chats';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'chats', seq FROM sqlite_sequence WHERE name = 'contacts';
";

/// Finds the chat of a contact alone.
pub fn of_contact(reader: &Reader, contact: ContactId) -> Result<Option<ChatId>> {
    reader.first(
        "SELECT id FROM chats WHERE contact = ?1",
        [contact],
        |row| row.get(0),
    )
}

/// Makes the chat of a group.
pub fn create_group(tx: &Tx<'_>, at: i64) -> Result<ChatId> {
    tx.insert(
        "INSERT INTO chats (kind, activity_at) VALUES ('group', ?1)",
        [at],
    )
    .map(ChatId)
}

/// Makes the chat of a new contact.
pub(crate) fn create_of_contact(tx: &Tx<'_>, contact: ContactId, at: i64) -> Result<ChatId> {
    tx.insert(
        "INSERT INTO chats (kind, contact, activity_at) VALUES ('contact', ?1, ?2)",
        (contact, at),
    )
    .map(ChatId)
}

/// Raises the time of a chat's last activity.
pub(crate) fn touch(tx: &Tx<'_>, id: ChatId, at: i64) -> Result<()> {
    tx.change(
        "UPDATE chats SET activity_at = max(activity_at, ?2) WHERE id = ?1",
        (id, at),
    )?;
    Ok(())
}

/// Whether a chat is a group's.
pub(crate) fn is_group(reader: &Reader, id: ChatId) -> Result<bool> {
    reader.one(
        "SELECT EXISTS (SELECT 1 FROM chats WHERE id = ?1 AND kind = 'group')",
        [id],
    )
}
