//! Every key that a contact ever had: box keys, and identities by their fingerprints. The row of the
//! contact says which it has now.

use crate::code::stored_as;
use crate::{ContactId, Reader, Result, Tx};
use rusqlite::Row;
use sotto_protocol::{BoxPublicKey, Fingerprint};

/// What is known of older contacts is what they have, and what their texts came under.
pub(crate) const CREATE_V9: &str = "
CREATE TABLE contact_keys (
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('box', 'identity')),
    key BLOB NOT NULL CHECK (length(key) = 32),
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (contact, kind, key)
) STRICT, WITHOUT ROWID;
INSERT INTO contact_keys (contact, kind, key, first_seen, last_seen)
SELECT h.contact, CASE m.protection WHEN 'pq' THEN 'identity' ELSE 'box' END, m.author,
       min(m.created_at), max(m.created_at)
FROM messages m JOIN chats h ON h.id = m.chat
WHERE m.direction = 'in' AND h.contact IS NOT NULL
GROUP BY 1, 2, 3;
INSERT INTO contact_keys (contact, kind, key, first_seen, last_seen)
SELECT id, 'box', box_key, added_at, added_at FROM contacts WHERE box_key IS NOT NULL
ON CONFLICT DO NOTHING;
INSERT INTO contact_keys (contact, kind, key, first_seen, last_seen)
SELECT id, 'identity', fingerprint, added_at, added_at FROM contacts WHERE fingerprint IS NOT NULL
ON CONFLICT DO NOTHING;
";

/// That a key is in use is noted at most this often, ms.
const NOTE_EVERY_MS: i64 = 60 * 60 * 1_000;

/// What a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A box key: its 32 bytes.
    Box,
    /// A whole identity: its fingerprint.
    Identity,
}

stored_as!(KeyKind { Box = "box", Identity = "identity" });

/// A key that a contact had or has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactKey {
    /// What it is.
    pub kind: KeyKind,
    /// The key or the fingerprint.
    pub key: [u8; 32],
    /// When it became the contact's, ms since 1970; of older histories, when something first came
    /// under it.
    pub first_seen: i64,
    /// When something last came under it, to the hour, or when it was given up, ms since 1970.
    pub last_seen: i64,
}

/// Notes that something came under a contact's key or identity.
pub fn note(
    tx: &Tx<'_>,
    contact: ContactId,
    key: Option<&BoxPublicKey>,
    identity: Option<&Fingerprint>,
    at: i64,
) -> Result<()> {
    note_after(tx, contact, key, identity, at, NOTE_EVERY_MS)
}

/// Notes when a contact's key or identity became its own, or was given up.
pub(crate) fn note_now(
    tx: &Tx<'_>,
    contact: ContactId,
    key: Option<&BoxPublicKey>,
    identity: Option<&Fingerprint>,
    at: i64,
) -> Result<()> {
    note_after(tx, contact, key, identity, at, 0)
}

fn note_after(
    tx: &Tx<'_>,
    contact: ContactId,
    key: Option<&BoxPublicKey>,
    identity: Option<&Fingerprint>,
    at: i64,
    after_ms: i64,
) -> Result<()> {
    let key = key.map(|key| (KeyKind::Box, key.as_bytes()));
    let identity = identity.map(|identity| (KeyKind::Identity, identity.as_bytes()));
    for (kind, key) in [key, identity].into_iter().flatten() {
        tx.change(
            "INSERT INTO contact_keys (contact, kind, key, first_seen, last_seen)
             VALUES (?1, ?2, ?3, ?4, ?4)
             ON CONFLICT DO UPDATE SET last_seen = ?4 WHERE last_seen + ?5 <= ?4",
            (contact, kind, key, at, after_ms),
        )?;
    }
    Ok(())
}

/// Reads the keys of a contact, the one that came first at the beginning.
pub fn list(reader: &Reader, contact: ContactId) -> Result<Vec<ContactKey>> {
    reader.rows(
        "SELECT kind, key, first_seen, last_seen FROM contact_keys
         WHERE contact = ?1 ORDER BY first_seen, kind, key",
        [contact],
        contact_key,
    )
}

fn contact_key(row: &Row<'_>) -> rusqlite::Result<ContactKey> {
    Ok(ContactKey {
        kind: row.get(0)?,
        key: row.get(1)?,
        first_seen: row.get(2)?,
        last_seen: row.get(3)?,
    })
}
