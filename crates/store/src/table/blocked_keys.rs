//! Keys of strangers whose texts are dropped. (A blocked contact is blocked in its own row.)

use crate::blob::blob;
use crate::{Reader, Result, Tx};
use sotto_protocol::BoxPublicKey;

pub(crate) const CREATE_V1: &str = "
CREATE TABLE blocked_keys (
    key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    blocked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Whether texts of a key are dropped.
pub fn contains(reader: &Reader, key: &BoxPublicKey) -> Result<bool> {
    reader.one(
        "SELECT EXISTS (SELECT 1 FROM blocked_keys WHERE key = ?1)",
        [key.as_bytes()],
    )
}

/// Drops the texts of a key from now on.
pub fn add(tx: &Tx<'_>, key: &BoxPublicKey, at: i64) -> Result<()> {
    tx.change(
        "INSERT INTO blocked_keys (key, blocked_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        (key.as_bytes(), at),
    )?;
    Ok(())
}

/// Lets a key write again, as when it is added as a contact; tells whether it was blocked.
pub fn remove(tx: &Tx<'_>, key: &BoxPublicKey) -> Result<bool> {
    Ok(tx.change("DELETE FROM blocked_keys WHERE key = ?1", [key.as_bytes()])? > 0)
}

/// Reads all blocked keys, the one blocked first at the beginning.
pub fn list(reader: &Reader) -> Result<Vec<BoxPublicKey>> {
    reader.rows(
        "SELECT key FROM blocked_keys ORDER BY blocked_at, key",
        [],
        |row| blob(row, 0),
    )
}
