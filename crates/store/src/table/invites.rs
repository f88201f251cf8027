//! The person's invites.
//!
//! A link holds the invite's secret, so it is only in here, in the encrypted file.

use crate::blob::opt_blob;
use crate::{InviteId, Reader, Result, Tx};
use rusqlite::Row;
use sotto_protocol::Fingerprint;
use zeroize::Zeroizing;

pub(crate) const CREATE_V2: &str = "
CREATE TABLE invites (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    invite BLOB NOT NULL UNIQUE CHECK (length(invite) = 8),
    link TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    revoked_at INTEGER,
    used_by BLOB CHECK (length(used_by) = 32),
    used_at INTEGER,
    CHECK ((used_by IS NULL) = (used_at IS NULL))
) STRICT;
CREATE TABLE joins (
    chat INTEGER NOT NULL PRIMARY KEY REFERENCES contacts (id) ON DELETE CASCADE,
    link TEXT NOT NULL
) STRICT;
";

/// An invite of the person.
#[derive(Clone, PartialEq, Eq)]
pub struct Invite {
    /// The row.
    pub id: InviteId,
    /// The invite's id, which is computed from its secret.
    pub invite: [u8; 8],
    /// The link.
    pub link: Zeroizing<String>,
    /// When it was made, ms since 1970.
    pub created_at: i64,
    /// From when on it no longer holds, ms since 1970.
    pub expires_at: i64,
    /// Whether it left the program other than as a code on the screen.
    pub shared: bool,
    /// When the person took it back, ms since 1970.
    pub revoked_at: Option<i64>,
    /// The identity that used it.
    pub used_by: Option<Fingerprint>,
}

/// Adds an invite and gives its row.
pub fn add(
    tx: &Tx<'_>,
    invite: &[u8; 8],
    link: &str,
    created_at: i64,
    expires_at: i64,
) -> Result<InviteId> {
    tx.insert(
        "INSERT INTO invites (invite, link, created_at, expires_at, shared)
         VALUES (?1, ?2, ?3, ?4, 0)",
        (invite, link, created_at, expires_at),
    )
    .map(InviteId)
}

/// Reads the newest `limit` invites, and all older ones that can still be used, newest first.
pub fn list(reader: &Reader, limit: u32, now: i64) -> Result<Vec<Invite>> {
    reader.rows(
        "SELECT id, invite, link, created_at, expires_at, shared, revoked_at, used_by
         FROM invites
         WHERE (used_by IS NULL AND revoked_at IS NULL AND expires_at > ?2)
            OR id IN (SELECT id FROM invites ORDER BY id DESC LIMIT ?1)
         ORDER BY id DESC",
        (limit, now),
        invite,
    )
}

/// Reads one invite.
pub fn by_id(reader: &Reader, id: InviteId) -> Result<Option<Invite>> {
    reader.first(
        "SELECT id, invite, link, created_at, expires_at, shared, revoked_at, used_by
         FROM invites WHERE id = ?1",
        [id],
        invite,
    )
}

/// Finds an invite by the id that its users name.
pub fn by_invite(reader: &Reader, id: &[u8; 8]) -> Result<Option<Invite>> {
    reader.first(
        "SELECT id, invite, link, created_at, expires_at, shared, revoked_at, used_by
         FROM invites WHERE invite = ?1",
        [id],
        invite,
    )
}

/// Notes that the link left the program; tells whether there is such an invite.
pub fn set_shared(tx: &Tx<'_>, id: InviteId) -> Result<bool> {
    Ok(tx.change("UPDATE invites SET shared = 1 WHERE id = ?1", [id])? > 0)
}

/// Takes an invite back that was not used; tells whether it was one.
pub fn revoke(tx: &Tx<'_>, id: InviteId, at: i64) -> Result<bool> {
    let changed = tx.change(
        "UPDATE invites SET revoked_at = ?2
         WHERE id = ?1 AND revoked_at IS NULL AND used_by IS NULL",
        (id, at),
    )?;
    Ok(changed > 0)
}

/// Takes all invites back that were not used.
pub fn revoke_all(tx: &Tx<'_>, at: i64) -> Result<()> {
    tx.change(
        "UPDATE invites SET revoked_at = ?1 WHERE revoked_at IS NULL AND used_by IS NULL",
        [at],
    )?;
    Ok(())
}

/// Notes who used an invite; tells whether it was free.
pub fn set_used(tx: &Tx<'_>, id: InviteId, by: &Fingerprint, at: i64) -> Result<bool> {
    let changed = tx.change(
        "UPDATE invites SET used_by = ?2, used_at = ?3 WHERE id = ?1 AND used_by IS NULL",
        (id, by.as_bytes(), at),
    )?;
    Ok(changed > 0)
}

fn invite(row: &Row<'_>) -> rusqlite::Result<Invite> {
    Ok(Invite {
        id: row.get(0)?,
        invite: row.get(1)?,
        link: Zeroizing::new(row.get(2)?),
        created_at: row.get(3)?,
        expires_at: row.get(4)?,
        shared: row.get(5)?,
        revoked_at: row.get(6)?,
        used_by: opt_blob(row, 7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fingerprint;
    use crate::{Store, StoreError};

    #[test]
    fn an_invite_is_used_once_and_not_revoked_afterwards() {
        let mut store = Store::open_in_memory().unwrap();
        store
            .transaction(|tx| {
                let id = add(tx, &[1; 8], "sotto:add#x", 5, 9)?;
                assert!(set_shared(tx, id)?);
                assert!(set_used(tx, id, &fingerprint(2), 6)?);
                assert!(!set_used(tx, id, &fingerprint(3), 7)?);
                assert!(!revoke(tx, id, 8)?);
                let other = add(tx, &[4; 8], "sotto:add#y", 5, 9)?;
                assert!(revoke(tx, other, 8)?);
                assert!(!revoke(tx, other, 9)?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let used = by_invite(store.reader(), &[1; 8]).unwrap().unwrap();
        assert_eq!(
            (used.used_by, used.shared, used.revoked_at),
            (Some(fingerprint(2)), true, None)
        );
        let listed = |limit, now| -> Vec<i64> {
            let invites = list(store.reader(), limit, now).unwrap();
            invites.iter().map(|invite| invite.id.0).collect()
        };
        assert_eq!(listed(5, 8), [2, 1]);
    }

    #[test]
    fn what_somebody_could_still_use_is_listed_however_old_it_is() {
        let mut store = Store::open_in_memory().unwrap();
        store
            .transaction(|tx| {
                for n in 1..=6 {
                    add(tx, &[n; 8], "sotto:add#x", 5, 9 + i64::from(n))?;
                }
                assert!(revoke(tx, InviteId(3), 8)?);
                assert!(set_used(tx, InviteId(2), &fingerprint(2), 8)?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let listed = |now| -> Vec<i64> {
            let invites = list(store.reader(), 1, now).unwrap();
            invites.iter().map(|invite| invite.id.0).collect()
        };
        assert_eq!(listed(9), [6, 5, 4, 1]);
        assert_eq!(listed(13), [6, 5]);
    }
}
