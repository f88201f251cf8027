//! What is known of other identities, and the sessions with them. An identity is named by its
//! fingerprint, 32 bytes; it need not be a contact: somebody who wrote by a contact card waits as
//! a request.

use rusqlite::Row;
use zeroize::Zeroizing;

use crate::{Reader, Result, Tx};

pub(crate) const CREATE_V2: &str = "
CREATE TABLE peers (
    account BLOB NOT NULL PRIMARY KEY CHECK (length(account) = 32),
    card BLOB NOT NULL,
    card_hash BLOB NOT NULL UNIQUE CHECK (length(card_hash) = 16),
    mailbox BLOB,
    knows_card BLOB CHECK (length(knows_card) = 16),
    knows_mailbox BLOB CHECK (length(knows_mailbox) = 8),
    generation INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
    session BLOB NOT NULL PRIMARY KEY CHECK (length(session) = 16),
    account BLOB NOT NULL REFERENCES peers (account) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    told INTEGER NOT NULL CHECK (told IN (0, 1)),
    made_at INTEGER NOT NULL,
    state BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions (account, generation DESC, session);
";

/// What is known of another identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its fingerprint.
    pub account: [u8; 32],
    /// Its newest key card.
    pub card: Vec<u8>,
    /// The card's hash.
    pub card_hash: [u8; 16],
    /// Its newest mailbox key, signed.
    pub mailbox: Option<Vec<u8>>,
    /// The hash of the newest card of ours that it has named.
    pub knows_card: Option<[u8; 16]>,
    /// The id of the newest mailbox key of ours that it has named.
    pub knows_mailbox: Option<[u8; 8]>,
    /// The highest generation of a session with it so far; 0 if there was none.
    pub generation: u64,
}

/// A session at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub session: [u8; 16],
    /// With whom.
    pub account: [u8; 32],
    /// The number of its handshake.
    pub generation: u64,
    /// Whether the other side has confirmed something that was encrypted in it.
    pub told: bool,
    /// When it was made here, ms since 1970.
    pub made_at: i64,
    /// The state, in the form of the protocol crate.
    pub state: Zeroizing<Vec<u8>>,
}

/// Finds an identity by its fingerprint.
pub fn by_account(reader: &Reader, account: &[u8; 32]) -> Result<Option<Peer>> {
    reader.first(
        "SELECT account, card, card_hash, mailbox, knows_card, knows_mailbox, generation
         FROM peers WHERE account = ?1",
        [account],
        peer,
    )
}

/// Finds an identity by the hash of its newest card.
pub fn by_card_hash(reader: &Reader, hash: &[u8; 16]) -> Result<Option<Peer>> {
    reader.first(
        "SELECT account, card, card_hash, mailbox, knows_card, knows_mailbox, generation
         FROM peers WHERE card_hash = ?1",
        [hash],
        peer,
    )
}

/// Writes what is known of an identity, in place of what was known. What is as it was is not
/// written again: that goes along with each message.
pub fn save(tx: &Tx<'_>, peer: &Peer) -> Result<()> {
    tx.change(
        "INSERT INTO peers (account, card, card_hash, mailbox, knows_card, knows_mailbox, generation)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (account) DO UPDATE SET
             card = excluded.card, card_hash = excluded.card_hash, mailbox = excluded.mailbox,
             knows_card = excluded.knows_card, knows_mailbox = excluded.knows_mailbox,
             generation = excluded.generation
         WHERE card <> excluded.card OR card_hash <> excluded.card_hash
            OR mailbox IS NOT excluded.mailbox OR knows_card IS NOT excluded.knows_card
            OR knows_mailbox IS NOT excluded.knows_mailbox OR generation <> excluded.generation",
        (
            peer.account,
            &peer.card,
            peer.card_hash,
            &peer.mailbox,
            peer.knows_card,
            peer.knows_mailbox,
            i64::try_from(peer.generation).unwrap_or(i64::MAX),
        ),
    )?;
    Ok(())
}

/// Forgets an identity with all its sessions.
pub fn forget(tx: &Tx<'_>, account: &[u8; 32]) -> Result<()> {
    tx.change("DELETE FROM peers WHERE account = ?1", [account])?;
    Ok(())
}

/// Forgets the identities that are neither a contact's nor of somebody who waits as a request.
pub fn forget_strangers(tx: &Tx<'_>) -> Result<()> {
    tx.change(
        "DELETE FROM peers
         WHERE account NOT IN (SELECT account FROM contacts WHERE account IS NOT NULL)
           AND account NOT IN (SELECT account FROM requests WHERE account IS NOT NULL)",
        [],
    )?;
    Ok(())
}

/// What nobody may use again after a restore: all sessions, and what the others know of our keys.
pub fn give_up_all(tx: &Tx<'_>) -> Result<()> {
    tx.change("DELETE FROM sessions", [])?;
    tx.change(
        "UPDATE peers SET knows_card = NULL, knows_mailbox = NULL",
        [],
    )?;
    Ok(())
}

/// Reads a session.
pub fn session(reader: &Reader, session: &[u8; 16]) -> Result<Option<Session>> {
    reader.first(
        "SELECT session, account, generation, told, made_at, state FROM sessions
         WHERE session = ?1",
        [session],
        read_session,
    )
}

/// Reads the session with an identity that is written to: the highest generation, among equals
/// the lowest id.
pub fn best_session(reader: &Reader, account: &[u8; 32]) -> Result<Option<Session>> {
    reader.first(
        "SELECT session, account, generation, told, made_at, state FROM sessions
         WHERE account = ?1 ORDER BY generation DESC, session LIMIT 1",
        [account],
        read_session,
    )
}

/// Whether there is a session with an identity.
pub fn has_session(reader: &Reader, account: &[u8; 32]) -> Result<bool> {
    reader.one(
        "SELECT EXISTS (SELECT 1 FROM sessions WHERE account = ?1)",
        [account],
    )
}

/// Writes a session, new or changed; of a new one's identity only it and the best `keep` stay.
pub fn save_session(tx: &Tx<'_>, session: &Session, keep: u32) -> Result<()> {
    let changed = tx.change(
        "UPDATE sessions SET told = ?2, state = ?3 WHERE session = ?1",
        (session.session, session.told, session.state.as_slice()),
    )?;
    if changed > 0 {
        return Ok(());
    }
    tx.change(
        "INSERT INTO sessions (session, account, generation, told, made_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            session.session,
            session.account,
            i64::try_from(session.generation).unwrap_or(i64::MAX),
            session.told,
            session.made_at,
            session.state.as_slice(),
        ),
    )?;
    tx.change(
        "DELETE FROM sessions WHERE account = ?1 AND session <> ?3 AND session NOT IN (
             SELECT session FROM sessions WHERE account = ?1
             ORDER BY generation DESC, session LIMIT ?2)",
        (session.account, keep, session.session),
    )?;
    Ok(())
}

/// The other side has confirmed something of a session.
pub fn set_told(tx: &Tx<'_>, session: &[u8; 16]) -> Result<()> {
    tx.change(
        "UPDATE sessions SET told = 1 WHERE session = ?1 AND told = 0",
        [session],
    )?;
    Ok(())
}

/// Deletes one session.
pub fn forget_session(tx: &Tx<'_>, session: &[u8; 16]) -> Result<()> {
    tx.change("DELETE FROM sessions WHERE session = ?1", [session])?;
    Ok(())
}

/// Deletes all sessions with an identity but one.
pub fn keep_only(tx: &Tx<'_>, account: &[u8; 32], session: &[u8; 16]) -> Result<()> {
    tx.change(
        "DELETE FROM sessions WHERE account = ?1 AND session <> ?2",
        (account, session),
    )?;
    Ok(())
}

fn peer(row: &Row<'_>) -> rusqlite::Result<Peer> {
    Ok(Peer {
        account: row.get(0)?,
        card: row.get(1)?,
        card_hash: row.get(2)?,
        mailbox: row.get(3)?,
        knows_card: row.get(4)?,
        knows_mailbox: row.get(5)?,
        generation: row.get::<_, i64>(6)?.unsigned_abs(),
    })
}

fn read_session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        session: row.get(0)?,
        account: row.get(1)?,
        generation: row.get::<_, i64>(2)?.unsigned_abs(),
        told: row.get(3)?,
        made_at: row.get(4)?,
        state: Zeroizing::new(row.get(5)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, StoreError};

    fn a_peer(n: u8) -> Peer {
        Peer {
            account: [n; 32],
            card: vec![n],
            card_hash: [n; 16],
            mailbox: None,
            knows_card: None,
            knows_mailbox: Some([n; 8]),
            generation: 3,
        }
    }

    fn a_session(id: u8, account: u8, generation: u64) -> Session {
        Session {
            session: [id; 16],
            account: [account; 32],
            generation,
            told: false,
            made_at: 0,
            state: Zeroizing::new(vec![id]),
        }
    }

    #[test]
    fn the_best_session_has_the_highest_generation_and_then_the_lowest_id() {
        let mut store = Store::open_in_memory().unwrap();
        store
            .transaction(|tx| {
                save(tx, &a_peer(1))?;
                for (id, generation) in [(9, 1), (7, 2), (5, 2), (6, 2), (4, 1)] {
                    save_session(tx, &a_session(id, 1, generation), 4)?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let reader = store.reader();
        let best = best_session(reader, &[1; 32]).unwrap().unwrap();
        assert_eq!(best, a_session(5, 1, 2));
        // Of five, the lowest in rank was not kept; but never is the one lost that was just saved.
        assert_eq!(session(reader, &[9; 16]).unwrap(), None);
        assert!(session(reader, &[4; 16]).unwrap().is_some());
        store
            .transaction(|tx| save_session(tx, &a_session(8, 1, 1), 4))
            .unwrap();
        let reader = store.reader();
        assert!(session(reader, &[8; 16]).unwrap().is_some());
        assert!(session(reader, &[4; 16]).unwrap().is_some());
        assert_eq!(best_session(reader, &[2; 32]).unwrap(), None);
    }

    #[test]
    fn an_identity_is_found_by_its_newest_card_and_forgotten_with_its_sessions() {
        let mut store = Store::open_in_memory().unwrap();
        let newer = Peer {
            card: vec![8],
            card_hash: [8; 16],
            ..a_peer(1)
        };
        store
            .transaction(|tx| {
                save(tx, &a_peer(1))?;
                save(tx, &newer)?;
                save_session(tx, &a_session(1, 1, 1), 4)
            })
            .unwrap();
        assert_eq!(by_card_hash(store.reader(), &[1; 16]).unwrap(), None);
        let found = by_card_hash(store.reader(), &[8; 16]).unwrap();
        assert_eq!(found, Some(newer));
        store.transaction(|tx| forget(tx, &[1; 32])).unwrap();
        assert_eq!(session(store.reader(), &[1; 16]).unwrap(), None);
        assert_eq!(by_account(store.reader(), &[1; 32]).unwrap(), None);
    }
}
