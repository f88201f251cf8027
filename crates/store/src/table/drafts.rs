//! What the person typed and did not send, one text a chat.

use crate::{ChatId, Reader, Result, Tx};

pub(crate) const CREATE_V1: &str = "
CREATE TABLE drafts (
    chat INTEGER NOT NULL PRIMARY KEY REFERENCES contacts (id) ON DELETE CASCADE,
    text TEXT NOT NULL CHECK (text <> ''),
    updated_at INTEGER NOT NULL
) STRICT;
";

pub(crate) const TO_V3: &str = "
CREATE TABLE drafts_3 (
    chat INTEGER NOT NULL PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    text TEXT NOT NULL CHECK (text <> ''),
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO drafts_3 (chat, text, updated_at) SELECT chat, text, updated_at FROM drafts;
DROP TABLE drafts;
ALTER TABLE drafts_3 RENAME TO drafts;
";

/// Keeps a draft in place of an older one; an empty one removes it.
///
/// # Errors
/// [`crate::StoreError::Conflict`] if there is no such chat.
pub fn save(tx: &Tx<'_>, chat: ChatId, text: &str, at: i64) -> Result<()> {
    if text.is_empty() {
        tx.change("DELETE FROM drafts WHERE chat = ?1", [chat])?;
    } else {
        tx.change(
            "INSERT INTO drafts (chat, text, updated_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (chat) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at",
            (chat, text, at),
        )?;
    }
    Ok(())
}

/// Reads a draft; empty if there is none.
pub fn load(reader: &Reader, chat: ChatId) -> Result<String> {
    let text = reader.first("SELECT text FROM drafts WHERE chat = ?1", [chat], |row| {
        row.get(0)
    })?;
    Ok(text.unwrap_or_default())
}
