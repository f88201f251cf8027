//! Contents of contacts whose kind this version does not know, whole: one that knows it reads them.

use crate::blob::blob;
use crate::{ContactId, ContentId, Reader, RelayId, Result, Tx};
use rusqlite::Row;
use sotto_protocol::{Fingerprint, SessionId};
use zeroize::Zeroizing;

/// The most contents that are kept of one contact; the oldest make room.
pub const MAX_KEPT: u32 = 1_000;

pub(crate) const CREATE_V6: &str = "
CREATE TABLE kept_contents (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    session BLOB NOT NULL CHECK (length(session) = 16),
    content BLOB NOT NULL CHECK (length(content) = 16),
    kind INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    relay INTEGER NOT NULL,
    relay_at INTEGER NOT NULL,
    came_at INTEGER NOT NULL,
    UNIQUE (contact, fingerprint, content)
) STRICT;
CREATE INDEX kept_contents_by_contact ON kept_contents (contact, id);
";

/// A content that was decrypted and that this version cannot show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Whose.
    pub contact: ContactId,
    /// The identity that wrote it.
    pub fingerprint: Fingerprint,
    /// The session in which it came.
    pub session: SessionId,
    /// Its id.
    pub content: ContentId,
    /// The number of its kind.
    pub kind: u64,
    /// The content as it was decrypted.
    pub bytes: Zeroizing<Vec<u8>>,
    /// By which relay it came.
    pub relay: RelayId,
    /// When the relay says that it was sent, ms since 1970; 0 if it says nothing.
    pub relay_at: i64,
    /// When it came, ms since 1970.
    pub came_at: i64,
}

/// Keeps a content, in place of the contact's oldest if there is no room. One that is kept already
/// stays as it is.
pub fn keep(tx: &Tx<'_>, kept: &Kept) -> Result<()> {
    tx.change(
        "INSERT INTO kept_contents (contact, fingerprint, session, content, kind, bytes, relay,
                                    relay_at, came_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT DO NOTHING",
        (
            kept.contact,
            kept.fingerprint.as_bytes(),
            kept.session.as_bytes(),
            kept.content.as_bytes(),
            kept.kind.cast_signed(),
            kept.bytes.as_slice(),
            kept.relay,
            kept.relay_at,
            kept.came_at,
        ),
    )?;
    tx.change(
        "DELETE FROM kept_contents WHERE contact = ?1 AND id NOT IN (
             SELECT id FROM kept_contents WHERE contact = ?1 ORDER BY id DESC LIMIT ?2)",
        (kept.contact, MAX_KEPT),
    )?;
    Ok(())
}

/// The numbers of all rows, oldest first, each with the kind of what is in it.
pub fn list(reader: &Reader) -> Result<Vec<(i64, u64)>> {
    reader.rows(
        "SELECT id, kind FROM kept_contents ORDER BY id",
        [],
        |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())),
    )
}

/// Takes one row out.
pub fn take(tx: &Tx<'_>, id: i64) -> Result<Option<Kept>> {
    let found = tx.first(
        "SELECT contact, fingerprint, session, content, kind, bytes, relay, relay_at, came_at
         FROM kept_contents WHERE id = ?1",
        [id],
        kept,
    )?;
    tx.change("DELETE FROM kept_contents WHERE id = ?1", [id])?;
    Ok(found)
}

/// Forgets what is kept of a contact; tells how many there were.
pub fn forget(tx: &Tx<'_>, contact: ContactId) -> Result<usize> {
    tx.change("DELETE FROM kept_contents WHERE contact = ?1", [contact])
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        contact: row.get(0)?,
        fingerprint: blob(row, 1)?,
        session: blob(row, 2)?,
        content: blob(row, 3)?,
        kind: row.get::<_, i64>(4)?.cast_unsigned(),
        bytes: Zeroizing::new(row.get(5)?),
        relay: row.get(6)?,
        relay_at: row.get(7)?,
        came_at: row.get(8)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::{self, Added};
    use crate::testing::{box_key, content, fingerprint, session_id};
    use crate::{Store, StoreError};

    fn a_kept(contact: ContactId, id: ContentId, kind: u64) -> Kept {
        Kept {
            contact,
            fingerprint: fingerprint(1),
            session: session_id(2),
            content: id,
            kind,
            bytes: Zeroizing::new(vec![3; 40]),
            relay: RelayId(4),
            relay_at: 5,
            came_at: 6,
        }
    }

    fn numbered(n: u32) -> ContentId {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        ContentId::from_bytes(bytes)
    }

    fn contact(store: &mut Store, n: u8) -> ContactId {
        let added = store.transaction(|tx| {
            let new = contacts::NewContact {
                public_id: &n.to_string(),
                user_id: "mara",
                name: "",
                box_key: Some(box_key(n)),
                fingerprint: None,
                added_at: 0,
                origin: contacts::Origin::Added,
            };
            contacts::add(tx, &new)
        });
        let Added::New { contact, .. } = added.unwrap() else {
            panic!("there is one already")
        };
        contact
    }

    #[test]
    fn what_is_kept_comes_back_once_and_in_its_order() {
        let mut store = Store::open_in_memory().unwrap();
        let mara = contact(&mut store, 1);
        let (one, other) = (
            a_kept(mara, content(1), u64::MAX),
            a_kept(mara, content(2), 7),
        );
        store
            .transaction(|tx| {
                keep(tx, &one)?;
                keep(tx, &other)?;
                // Again, as another kind: the first stays.
                keep(tx, &a_kept(mara, content(1), 9))
            })
            .unwrap();
        let all = list(store.reader()).unwrap();
        let kinds: Vec<u64> = all.iter().map(|(_, kind)| *kind).collect();
        assert_eq!(kinds, [u64::MAX, 7]);
        let taken = store.transaction(|tx| take(tx, all[0].0)).unwrap();
        assert_eq!(taken, Some(one));
        let again = store.transaction(|tx| take(tx, all[0].0)).unwrap();
        assert_eq!(again, None);
        assert_eq!(list(store.reader()).unwrap().len(), 1);
    }

    #[test]
    fn only_so_many_of_one_contact_are_kept_and_the_oldest_go() {
        let mut store = Store::open_in_memory().unwrap();
        let (mara, jonas) = (contact(&mut store, 1), contact(&mut store, 2));
        store
            .transaction(|tx| {
                keep(tx, &a_kept(jonas, content(1), 1))?;
                for n in 0..=MAX_KEPT {
                    keep(tx, &a_kept(mara, numbered(n), u64::from(n)))?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let all = list(store.reader()).unwrap();
        assert_eq!(all.len(), MAX_KEPT as usize + 1);
        // Jonas's one and Mara's second are the oldest.
        assert_eq!((all[0].1, all[1].1), (1, 1));
        let gone = store.transaction(|tx| forget(tx, mara)).unwrap();
        assert_eq!(gone, MAX_KEPT as usize);
        store.transaction(|tx| contacts::delete(tx, jonas)).unwrap();
        assert_eq!(list(store.reader()).unwrap(), []);
    }
}
