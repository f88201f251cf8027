//! Keys and identities with whom there was a secure session, of contacts that are gone: added anew,
//! they are what they were. Deleting a contact is no way back to plain boxes, for nobody.

use crate::{Reader, Result, Tx};
use sotto_protocol::{BoxPublicKey, Fingerprint};

/// Box keys and fingerprints stand in one column: no two of them are equal but by a broken hash.
pub(crate) const CREATE_V4: &str = "
CREATE TABLE never_plain (
    who BLOB NOT NULL PRIMARY KEY CHECK (length(who) = 32)
) STRICT, WITHOUT ROWID;
";

/// Remembers somebody by key and identity, as far as they are known.
pub(crate) fn remember(
    tx: &Tx<'_>,
    key: Option<&BoxPublicKey>,
    identity: Option<&Fingerprint>,
) -> Result<()> {
    let key = key.map(BoxPublicKey::as_bytes);
    let identity = identity.map(Fingerprint::as_bytes);
    for who in [key, identity].into_iter().flatten() {
        tx.change(
            "INSERT INTO never_plain (who) VALUES (?1) ON CONFLICT DO NOTHING",
            [who],
        )?;
    }
    Ok(())
}

/// Whether somebody who has this key or this identity is remembered.
pub(crate) fn contains(
    reader: &Reader,
    key: Option<&BoxPublicKey>,
    identity: Option<&Fingerprint>,
) -> Result<bool> {
    reader.one(
        "SELECT EXISTS (SELECT 1 FROM never_plain WHERE who IN (?1, ?2))",
        (
            key.map(BoxPublicKey::as_bytes),
            identity.map(Fingerprint::as_bytes),
        ),
    )
}
