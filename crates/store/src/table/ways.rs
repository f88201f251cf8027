//! By which relays, and under which names there, contacts have proved to be there: something that
//! only they could have made came from there. What a relay lists is no more than a claim.

use crate::{ContactId, Reader, RelayId, Result, Tx};

pub(crate) const CREATE_V4: &str = "
CREATE TABLE ways (
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    relay INTEGER NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (contact, relay)
) STRICT, WITHOUT ROWID;
";

/// A way by which something of a contact came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Whose.
    pub contact: ContactId,
    /// By which relay.
    pub relay: RelayId,
    /// From which name there.
    pub name: String,
}

/// Reads all ways, the one that was used last first.
pub fn list(reader: &Reader) -> Result<Vec<Way>> {
    reader.rows(
        "SELECT contact, relay, name FROM ways ORDER BY at DESC, contact, relay",
        [],
        |row| {
            Ok(Way {
                contact: row.get(0)?,
                relay: row.get(1)?,
                name: row.get(2)?,
            })
        },
    )
}

/// Keeps by which way something of a contact came last, at `at` ms since 1970; of each relay the
/// last name.
pub fn save(tx: &Tx<'_>, way: &Way, at: i64) -> Result<()> {
    tx.change(
        "INSERT INTO ways (contact, relay, name, at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (contact, relay) DO UPDATE SET name = excluded.name, at = excluded.at",
        (way.contact, way.relay, &way.name, at),
    )?;
    Ok(())
}

/// Forgets the ways by a relay that was removed.
pub(crate) fn forget_relay(tx: &Tx<'_>, relay: RelayId) -> Result<()> {
    tx.change("DELETE FROM ways WHERE relay = ?1", [relay])?;
    Ok(())
}
