//! Which contents came in sessions, against repetitions: by the content's id and by the ratchet
//! message that brought it. And the plain boxes that the other side said may still be under way.
//!
//! Rows stay when messages and chats are deleted: a repetition is one, whatever was deleted. Only those
//! of a stranger whose request was pushed out go, with its sessions.

use crate::blob::blob;
use crate::{ContentId, Reader, Result, Tx};
use core::fmt;
use sotto_protocol::{BoxPublicKey, Fingerprint};

/// The most boxes of one key that may be announced.
pub const MAX_ANNOUNCED: u32 = 2_048;

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

/// The senders are called what they are: fingerprints.
pub(crate) const TO_V3: &str = "
ALTER TABLE received RENAME COLUMN account TO fingerprint;
";

/// What tells a ratchet message that came from every other: 16 bytes of a hash over it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 16]);

impl Digest {
    /// Takes a digest that was made or stored before.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}

/// Remembers a content; tells whether it is the first time.
pub fn remember(
    tx: &Tx<'_>,
    from: &Fingerprint,
    content: &ContentId,
    digest: &Digest,
) -> Result<bool> {
    let added = tx.change(
        "INSERT INTO received (fingerprint, content, digest) VALUES (?1, ?2, ?3)
         ON CONFLICT DO NOTHING",
        (from.as_bytes(), content.as_bytes(), digest.as_bytes()),
    )?;
    if added == 0 {
        // The same content in another ratchet message: that one may be repeated next.
        tx.change(
            "UPDATE received SET digest = ?3 WHERE fingerprint = ?1 AND content = ?2",
            (from.as_bytes(), content.as_bytes(), digest.as_bytes()),
        )?;
    }
    Ok(added > 0)
}

/// Forgets what a stranger wrote.
pub fn forget(tx: &Tx<'_>, from: &Fingerprint) -> Result<()> {
    tx.change(
        "DELETE FROM received WHERE fingerprint = ?1",
        [from.as_bytes()],
    )?;
    Ok(())
}

/// The content that a ratchet message brought, if it was remembered.
pub fn by_digest(
    reader: &Reader,
    from: &Fingerprint,
    digest: &Digest,
) -> Result<Option<ContentId>> {
    reader.first(
        "SELECT content FROM received WHERE fingerprint = ?1 AND digest = ?2",
        (from.as_bytes(), digest.as_bytes()),
        |row| blob(row, 0),
    )
}

/// Remembers a plain box that may still come; more than [`MAX_ANNOUNCED`] of a key are not.
pub fn announce(tx: &Tx<'_>, key: &BoxPublicKey, nonce: &[u8; 24]) -> Result<()> {
    tx.change(
        "INSERT INTO announced_boxes (key, nonce)
         SELECT ?1, ?2 WHERE (SELECT count(*) FROM announced_boxes WHERE key = ?1) < ?3
         ON CONFLICT DO NOTHING",
        (key.as_bytes(), nonce, MAX_ANNOUNCED),
    )?;
    Ok(())
}

/// Whether a plain box was announced.
pub fn is_announced(reader: &Reader, key: &BoxPublicKey, nonce: &[u8; 24]) -> Result<bool> {
    reader.one(
        "SELECT EXISTS (SELECT 1 FROM announced_boxes WHERE key = ?1 AND nonce = ?2)",
        (key.as_bytes(), nonce),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{box_key, content, fingerprint};
    use crate::{Store, StoreError};

    #[test]
    fn a_content_comes_once_from_each_identity() {
        let mut store = Store::open_in_memory().unwrap();
        store
            .transaction(|tx| {
                assert!(remember(
                    tx,
                    &fingerprint(1),
                    &content(2),
                    &Digest([3; 16])
                )?);
                assert!(!remember(
                    tx,
                    &fingerprint(1),
                    &content(2),
                    &Digest([4; 16])
                )?);
                assert!(remember(
                    tx,
                    &fingerprint(9),
                    &content(2),
                    &Digest([3; 16])
                )?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let reader = store.reader();
        assert_eq!(
            by_digest(reader, &fingerprint(1), &Digest([3; 16])).unwrap(),
            None
        );
        let again = by_digest(reader, &fingerprint(1), &Digest([4; 16])).unwrap();
        assert_eq!(again, Some(content(2)));
        store.transaction(|tx| forget(tx, &fingerprint(1))).unwrap();
        let reader = store.reader();
        let gone = by_digest(reader, &fingerprint(1), &Digest([4; 16])).unwrap();
        let other = by_digest(reader, &fingerprint(9), &Digest([3; 16])).unwrap();
        assert_eq!((gone, other), (None, Some(content(2))));
    }

    #[test]
    fn only_so_many_boxes_of_a_key_are_announced() {
        let mut store = Store::open_in_memory().unwrap();
        store
            .transaction(|tx| {
                for n in 0..MAX_ANNOUNCED + 10 {
                    let mut nonce = [0; 24];
                    nonce[..4].copy_from_slice(&n.to_be_bytes());
                    announce(tx, &box_key(1), &nonce)?;
                }
                announce(tx, &box_key(2), &[7; 24])
            })
            .unwrap();
        let reader = store.reader();
        let count: u32 = reader
            .one(
                "SELECT count(*) FROM announced_boxes WHERE key = ?1",
                [box_key(1).as_bytes()],
            )
            .unwrap();
        assert_eq!(count, MAX_ANNOUNCED);
        assert!(is_announced(reader, &box_key(2), &[7; 24]).unwrap());
        assert!(!is_announced(reader, &box_key(2), &[8; 24]).unwrap());
    }
}
