//! The index of the full-text search (FTS5), and how it forgets.
//!
//! It holds no texts of its own: it is over `messages.text` and kept in step by triggers. From version
//! 5 on the words in it are folded ([`crate::fold`]).

use crate::{Reader, Result, Tx};
use rusqlite::Connection;

/// From how many messages on the index is merged: that takes half a second with 100,000 messages.
const MANY: u32 = 200;

pub(crate) const CREATE_V1: &str = "
CREATE VIRTUAL TABLE messages_fts USING fts5 (
    text,
    content = 'messages',
    content_rowid = 'id',
    columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '1 2 3'
);
INSERT INTO messages_fts (messages_fts, rank) VALUES ('secure-delete', 1);
";

/// The triggers go with the table that they are on, so they are made again when it is. Up to version 4.
pub(crate) const TRIGGERS: &str = "
CREATE TRIGGER messages_fts_insert AFTER INSERT ON messages WHEN new.text <> '' BEGIN
    INSERT INTO messages_fts (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER messages_fts_delete AFTER DELETE ON messages WHEN old.text <> '' BEGIN
    INSERT INTO messages_fts (messages_fts, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER messages_fts_update AFTER UPDATE OF text ON messages BEGIN
    INSERT INTO messages_fts (messages_fts, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO messages_fts (rowid, text) VALUES (new.id, new.text);
END;
";

/// Words are folded, and marks of scripts that need them are parts of words.
pub(crate) const TO_V5: &str = "
DROP TRIGGER messages_fts_insert;
DROP TRIGGER messages_fts_delete;
DROP TRIGGER messages_fts_update;
DROP TABLE messages_fts;
CREATE VIRTUAL TABLE messages_fts USING fts5 (
    text,
    content = '',
    columnsize = 0,
    tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* M*'\",
    prefix = '1 2 3'
);
INSERT INTO messages_fts (messages_fts, rank) VALUES ('secure-delete', 1);
INSERT INTO messages_fts (rowid, text)
SELECT id, folded(text) FROM messages WHERE text <> '' ORDER BY id;
";

/// As [`TRIGGERS`], from version 5 on.
pub(crate) const TRIGGERS_V5: &str = "
CREATE TRIGGER messages_fts_insert AFTER INSERT ON messages WHEN new.text <> '' BEGIN
    INSERT INTO messages_fts (rowid, text) VALUES (new.id, folded(new.text));
END;
CREATE TRIGGER messages_fts_delete AFTER DELETE ON messages WHEN old.text <> '' BEGIN
    INSERT INTO messages_fts (messages_fts, rowid, text)
    VALUES ('delete', old.id, folded(old.text));
END;
CREATE TRIGGER messages_fts_update AFTER UPDATE OF text ON messages BEGIN
    INSERT INTO messages_fts (messages_fts, rowid, text)
    VALUES ('delete', old.id, folded(old.text));
    INSERT INTO messages_fts (rowid, text) VALUES (new.id, folded(new.text));
END;
";

/// Lets a connection read the words of the index. It keeps nothing.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE VIRTUAL TABLE temp.indexed_words
         USING fts5vocab (main, messages_fts, instance)",
    )
}

/// The words in the index that begin with this one, itself among them; `None` if they are more than
/// `most`. A word that is in no message any more may be named, too.
pub(crate) fn words_with(
    reader: &Reader,
    beginning: &str,
    most: usize,
) -> Result<Option<Vec<String>>> {
    let mut words = Vec::new();
    let mut from = beginning.to_owned();
    loop {
        let next: Option<String> = reader.first(
            "SELECT term FROM temp.indexed_words WHERE term >= ?1 LIMIT 1",
            [&from],
            |row| row.get(0),
        )?;
        let Some(word) = next.filter(|word| word.starts_with(beginning)) else {
            return Ok(Some(words));
        };
        if words.len() == most {
            return Ok(None);
        }
        from.clone_from(&word);
        // The least that is greater: no word has this character in it.
        from.push('\u{1}');
        words.push(word);
    }
}

/// Runs a deletion of so many messages, of whose words nothing stays in the index.
///
/// A word that is deleted securely costs about a millisecond, because its page is written anew.
/// Of many, it is quicker to note the deletions and then to merge the whole index, which drops
/// them.
pub(crate) fn forget<T>(
    tx: &Tx<'_>,
    messages: u32,
    delete: impl FnOnce() -> Result<T>,
) -> Result<T> {
    if messages < MANY {
        return delete();
    }
    tx.change(
        "INSERT INTO messages_fts (messages_fts, rank) VALUES ('secure-delete', 0)",
        [],
    )?;
    let done = delete()?;
    tx.change(
        "INSERT INTO messages_fts (messages_fts) VALUES ('optimize')",
        [],
    )?;
    tx.change(
        "INSERT INTO messages_fts (messages_fts, rank) VALUES ('secure-delete', 1)",
        [],
    )?;
    Ok(done)
}
