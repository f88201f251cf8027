//! Which contents came in sessions, against repetitions: by the content's id and by the ratchet
//! message that brought it. And the plain boxes that the other side said may still be under way.
//!
//! Rows stay when messages and chats are deleted: a repetition is one, whatever was deleted.

use crate::{Reader, Result, Tx};

pub(crate) const CREATE_V2: &str = "
CREATE TABLE received (
    account BLOB NOT NULL CHECK (length(account) = 32),
    content BLOB NOT NULL CHECK (length(content) = 16),
    digest BLOB NOT NULL CHECK (length(digest) = 16),
    PRIMARY KEY (account, content)
) STRICT, WITHOUT ROWID;
CREATE INDEX received_by_digest ON received (account, digest);
CREATE TABLE announced_boxes (
    key BLOB NOT NULL CHECK (length(key) = 32),
    nonce BLOB NOT NULL CHECK (length(nonce) = 24),
    PRIMARY KEY (key, nonce)
) STRICT, WITHOUT ROWID;
";

/// The most boxes of one key that may be announced.
pub const MAX_ANNOUNCED: u32 = 2_048;

/// Remembers a content; tells whether it is the first time.
pub fn remember(
    tx: &Tx<'_>,
    account: &[u8; 32],
    content: &[u8; 16],
    digest: &[u8; 16],
) -> Result<bool> {
    let added = tx.change(
        "INSERT INTO received (account, content, digest) VALUES (?1, ?2, ?3)
         ON CONFLICT DO NOTHING",
        (account, content, digest),
    )?;
    if added == 0 {
        // The same content in another ratchet message: that one may be repeated next.
        tx.change(
            "UPDATE received SET digest = ?3 WHERE account = ?1 AND content = ?2",
            (account, content, digest),
        )?;
    }
    Ok(added > 0)
}

/// The content that a ratchet message brought, if it was remembered.
pub fn by_digest(
    reader: &Reader,
    account: &[u8; 32],
    digest: &[u8; 16],
) -> Result<Option<[u8; 16]>> {
    reader.first(
        "SELECT content FROM received WHERE account = ?1 AND digest = ?2",
        (account, digest),
        |row| row.get(0),
    )
}

/// Remembers a plain box that may still come; more than [`MAX_ANNOUNCED`] of a key are not.
pub fn announce(tx: &Tx<'_>, key: &[u8; 32], nonce: &[u8; 24]) -> Result<()> {
    tx.change(
        "INSERT INTO announced_boxes (key, nonce)
         SELECT ?1, ?2 WHERE (SELECT count(*) FROM announced_boxes WHERE key = ?1) < ?3
         ON CONFLICT DO NOTHING",
        (key, nonce, MAX_ANNOUNCED),
    )?;
    Ok(())
}

/// Whether a plain box was announced.
pub fn is_announced(reader: &Reader, key: &[u8; 32], nonce: &[u8; 24]) -> Result<bool> {
    reader.one(
        "SELECT EXISTS (SELECT 1 FROM announced_boxes WHERE key = ?1 AND nonce = ?2)",
        (key, nonce),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, StoreError};

    #[test]
    fn a_content_comes_once_from_each_identity() {
        let mut store = Store::open_in_memory().unwrap();
        store
            .transaction(|tx| {
                assert!(remember(tx, &[1; 32], &[2; 16], &[3; 16])?);
                assert!(!remember(tx, &[1; 32], &[2; 16], &[4; 16])?);
                assert!(remember(tx, &[9; 32], &[2; 16], &[3; 16])?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let reader = store.reader();
        assert_eq!(by_digest(reader, &[1; 32], &[3; 16]).unwrap(), None);
        let again = by_digest(reader, &[1; 32], &[4; 16]).unwrap();
        assert_eq!(again, Some([2; 16]));
    }

    #[test]
    fn only_so_many_boxes_of_a_key_are_announced() {
        let mut store = Store::open_in_memory().unwrap();
        store
            .transaction(|tx| {
                for n in 0..MAX_ANNOUNCED + 10 {
                    let mut nonce = [0; 24];
                    nonce[..4].copy_from_slice(&n.to_be_bytes());
                    announce(tx, &[1; 32], &nonce)?;
                }
                announce(tx, &[2; 32], &[7; 24])
            })
            .unwrap();
        let reader = store.reader();
        let count: u32 = reader
            .one(
                "SELECT count(*) FROM announced_boxes WHERE key = ?1",
                [[1u8; 32]],
            )
            .unwrap();
        assert_eq!(count, MAX_ANNOUNCED);
        assert!(is_announced(reader, &[2; 32], &[7; 24]).unwrap());
        assert!(!is_announced(reader, &[2; 32], &[8; 24]).unwrap());
    }
}
