//! The nonces of all boxes sent to and stored from a key, against reflection and repeats.
//!
//! A box has the same key in both directions, so one table holds both. Nonces stay when messages,
//! chats and contacts are deleted; only those of a stranger whose request was pushed out go, because
//! any number of keys could leave theirs.

use crate::{Reader, Result, Tx};
use sotto_protocol::BoxPublicKey;

pub(crate) const CREATE_V1: &str = "
CREATE TABLE box_nonces (
    key BLOB NOT NULL CHECK (length(key) = 32),
    nonce BLOB NOT NULL CHECK (length(nonce) = 24),
    PRIMARY KEY (key, nonce)
) STRICT, WITHOUT ROWID;
";

/// Whether a nonce was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remembered {
    /// It was not, and is from now on.
    New,
    /// It was.
    Known,
}

/// Remembers the nonce of a box sent to or stored from a key.
pub fn remember(tx: &Tx<'_>, key: &BoxPublicKey, nonce: &[u8; 24]) -> Result<Remembered> {
    let added = tx.change(
        "INSERT INTO box_nonces (key, nonce) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        (key.as_bytes(), nonce),
    )?;
    Ok(if added > 0 {
        Remembered::New
    } else {
        Remembered::Known
    })
}

/// Forgets the nonces of a stranger's key.
pub fn forget(tx: &Tx<'_>, key: &BoxPublicKey) -> Result<()> {
    tx.change("DELETE FROM box_nonces WHERE key = ?1", [key.as_bytes()])?;
    Ok(())
}

/// Whether a box with this nonce was sent to or stored from a key.
pub fn contains(reader: &Reader, key: &BoxPublicKey, nonce: &[u8; 24]) -> Result<bool> {
    reader.one(
        "SELECT EXISTS (SELECT 1 FROM box_nonces WHERE key = ?1 AND nonce = ?2)",
        (key.as_bytes(), nonce),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::box_key;
    use crate::{Store, StoreError};

    #[test]
    fn a_nonce_belongs_to_its_key() {
        let mut store = Store::open_in_memory().unwrap();
        store
            .transaction(|tx| {
                assert_eq!(remember(tx, &box_key(1), &[7; 24])?, Remembered::New);
                assert_eq!(remember(tx, &box_key(1), &[7; 24])?, Remembered::Known);
                assert_eq!(remember(tx, &box_key(2), &[7; 24])?, Remembered::New);
                assert_eq!(remember(tx, &box_key(4), &[7; 24])?, Remembered::New);
                forget(tx, &box_key(4))?;
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert!(contains(store.reader(), &box_key(2), &[7; 24]).unwrap());
        for other in [3, 4] {
            assert!(!contains(store.reader(), &box_key(other), &[7; 24]).unwrap());
        }
    }
}
