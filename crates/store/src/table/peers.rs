//! What is known of other identities, and the sessions with them. An identity is named by its
//! fingerprint; it need not be a contact: somebody who wrote by a contact card waits as a request.

use crate::blob::{blob, opt_blob};
use crate::{Reader, Result, Tx};
use rusqlite::Row;
use sotto_protocol::{CardHash, Features, Fingerprint, MailboxKeyId, SessionId};
use zeroize::Zeroizing;

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

pub(crate) const TO_V3: &str = "
ALTER TABLE peers RENAME COLUMN account TO fingerprint;
ALTER TABLE sessions RENAME COLUMN account TO fingerprint;
ALTER TABLE sessions RENAME COLUMN told TO confirmed_by_peer;
DROP INDEX sessions_by_account;
CREATE INDEX sessions_by_fingerprint ON sessions (fingerprint, generation DESC, session);
";

/// Generations had only 63 bits there.
pub(crate) const TO_V4: &str = "
UPDATE peers SET generation = generation + (-9223372036854775807 - 1);
UPDATE sessions SET generation = generation + (-9223372036854775807 - 1);
";

/// What the other side's program reads; 0 until it says so.
pub(crate) const TO_V6: &str = "
ALTER TABLE peers ADD COLUMN features INTEGER NOT NULL DEFAULT 0;
";

/// What a generation of 64 bits is moved by to stand in a signed column.
const SIGN: u64 = 1 << 63;

/// What is known of another identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Its newest key card.
    pub card: Vec<u8>,
    /// The card's hash.
    pub card_hash: CardHash,
    /// Its newest mailbox key, signed.
    pub mailbox: Option<Vec<u8>>,
    /// The hash of the newest card of ours that it has named.
    pub knows_card: Option<CardHash>,
    /// The id of the newest mailbox key of ours that it has named.
    pub knows_mailbox: Option<MailboxKeyId>,
    /// The highest generation of a session with it so far; 0 if there was none.
    pub generation: u64,
    /// What its program said that it reads, since the last session began.
    pub features: Features,
}

/// A session at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub session: SessionId,
    /// With whom.
    pub fingerprint: Fingerprint,
    /// The number of its handshake.
    pub generation: u64,
    /// Whether the other side has confirmed something that was encrypted in it.
    pub confirmed_by_peer: bool,
    /// When it was made here, ms since 1970.
    pub made_at: i64,
    /// The state, in the form of the protocol crate.
    pub state: Zeroizing<Vec<u8>>,
}

/// Finds an identity by its fingerprint.
pub fn by_fingerprint(reader: &Reader, fingerprint: &Fingerprint) -> Result<Option<Peer>> {
    reader.first(
        "SELECT fingerprint, card, card_hash, mailbox, knows_card, knows_mailbox, generation,
                features
         FROM peers WHERE fingerprint = ?1",
        [fingerprint.as_bytes()],
        peer,
    )
}

/// Finds an identity by the hash of its newest card.
pub fn by_card_hash(reader: &Reader, hash: &CardHash) -> Result<Option<Peer>> {
    reader.first(
        "SELECT fingerprint, card, card_hash, mailbox, knows_card, knows_mailbox, generation,
                features
         FROM peers WHERE card_hash = ?1",
        [hash.as_bytes()],
        peer,
    )
}

/// Writes what is known of an identity, in place of what was known. What is as it was is not
/// written again: that goes along with each message.
pub fn save(tx: &Tx<'_>, peer: &Peer) -> Result<()> {
    tx.change(
        "INSERT INTO peers (fingerprint, card, card_hash, mailbox, knows_card, knows_mailbox,
                            generation, features)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (fingerprint) DO UPDATE SET
             card = excluded.card, card_hash = excluded.card_hash, mailbox = excluded.mailbox,
             knows_card = excluded.knows_card, knows_mailbox = excluded.knows_mailbox,
             generation = excluded.generation, features = excluded.features
         WHERE card <> excluded.card OR card_hash <> excluded.card_hash
            OR mailbox IS NOT excluded.mailbox OR knows_card IS NOT excluded.knows_card
            OR knows_mailbox IS NOT excluded.knows_mailbox OR generation <> excluded.generation
            OR features <> excluded.features",
        (
            peer.fingerprint.as_bytes(),
            &peer.card,
            peer.card_hash.as_bytes(),
            &peer.mailbox,
            peer.knows_card.as_ref().map(CardHash::as_bytes),
            peer.knows_mailbox.as_ref().map(MailboxKeyId::as_bytes),
            stored(peer.generation),
            peer.features.bits().cast_signed(),
        ),
    )?;
    Ok(())
}

/// Forgets an identity with all its sessions.
pub fn forget(tx: &Tx<'_>, fingerprint: &Fingerprint) -> Result<()> {
    tx.change(
        "DELETE FROM peers WHERE fingerprint = ?1",
        [fingerprint.as_bytes()],
    )?;
    Ok(())
}

/// Forgets an identity with all its sessions, unless it is a contact's or waits as a request.
pub fn forget_stranger(tx: &Tx<'_>, fingerprint: &Fingerprint) -> Result<()> {
    tx.change(
        "DELETE FROM peers WHERE fingerprint = ?1
           AND NOT EXISTS (SELECT 1 FROM contacts WHERE fingerprint = ?1)
           AND NOT EXISTS (SELECT 1 FROM requests WHERE fingerprint = ?1)",
        [fingerprint.as_bytes()],
    )?;
    Ok(())
}

/// Forgets the identities that are neither a contact's nor of somebody who waits as a request.
pub fn forget_strangers(tx: &Tx<'_>) -> Result<()> {
    tx.change(
        "DELETE FROM peers
         WHERE fingerprint NOT IN (SELECT fingerprint FROM contacts WHERE fingerprint IS NOT NULL)
           AND fingerprint NOT IN (SELECT fingerprint FROM requests WHERE fingerprint IS NOT NULL)",
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
pub fn session(reader: &Reader, session: &SessionId) -> Result<Option<Session>> {
    reader.first(
        "SELECT session, fingerprint, generation, confirmed_by_peer, made_at, state FROM sessions
         WHERE session = ?1",
        [session.as_bytes()],
        read_session,
    )
}

/// Reads the session with an identity that is written to: the highest generation, among equals
/// the lowest id.
pub fn best_session(reader: &Reader, fingerprint: &Fingerprint) -> Result<Option<Session>> {
    reader.first(
        "SELECT session, fingerprint, generation, confirmed_by_peer, made_at, state FROM sessions
         WHERE fingerprint = ?1 ORDER BY generation DESC, session LIMIT 1",
        [fingerprint.as_bytes()],
        read_session,
    )
}

/// Reads the best session with an identity but this one.
pub(crate) fn best_session_but(
    reader: &Reader,
    fingerprint: &Fingerprint,
    but: &SessionId,
) -> Result<Option<Session>> {
    reader.first(
        "SELECT session, fingerprint, generation, confirmed_by_peer, made_at, state FROM sessions
         WHERE fingerprint = ?1 AND session <> ?2 ORDER BY generation DESC, session LIMIT 1",
        (fingerprint.as_bytes(), but.as_bytes()),
        read_session,
    )
}

/// Whether a session with an identity is the one that is written to.
pub fn is_best(reader: &Reader, fingerprint: &Fingerprint, session: &SessionId) -> Result<bool> {
    let best = reader.first(
        "SELECT session FROM sessions
         WHERE fingerprint = ?1 ORDER BY generation DESC, session LIMIT 1",
        [fingerprint.as_bytes()],
        |row| blob::<SessionId>(row, 0),
    )?;
    Ok(best.as_ref() == Some(session))
}

/// Whether there is a session with an identity.
pub fn has_session(reader: &Reader, fingerprint: &Fingerprint) -> Result<bool> {
    reader.one(
        "SELECT EXISTS (SELECT 1 FROM sessions WHERE fingerprint = ?1)",
        [fingerprint.as_bytes()],
    )
}

/// Writes a session, new or changed; of a new one's identity only it and the best `keep` stay.
pub fn save_session(tx: &Tx<'_>, session: &Session, keep: u32) -> Result<()> {
    let changed = tx.change(
        "UPDATE sessions SET confirmed_by_peer = ?2, state = ?3 WHERE session = ?1",
        (
            session.session.as_bytes(),
            session.confirmed_by_peer,
            session.state.as_slice(),
        ),
    )?;
    if changed > 0 {
        return Ok(());
    }
    tx.change(
        "INSERT INTO sessions (session, fingerprint, generation, confirmed_by_peer, made_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            session.session.as_bytes(),
            session.fingerprint.as_bytes(),
            stored(session.generation),
            session.confirmed_by_peer,
            session.made_at,
            session.state.as_slice(),
        ),
    )?;
    tx.change(
        "DELETE FROM sessions WHERE fingerprint = ?1 AND session <> ?3 AND session NOT IN (
             SELECT session FROM sessions WHERE fingerprint = ?1
             ORDER BY generation DESC, session LIMIT ?2)",
        (
            session.fingerprint.as_bytes(),
            keep,
            session.session.as_bytes(),
        ),
    )?;
    Ok(())
}

/// The other side has confirmed something of a session.
pub fn set_confirmed_by_peer(tx: &Tx<'_>, session: &SessionId) -> Result<()> {
    tx.change(
        "UPDATE sessions SET confirmed_by_peer = 1 WHERE session = ?1 AND confirmed_by_peer = 0",
        [session.as_bytes()],
    )?;
    Ok(())
}

/// Deletes one session.
pub fn forget_session(tx: &Tx<'_>, session: &SessionId) -> Result<()> {
    tx.change(
        "DELETE FROM sessions WHERE session = ?1",
        [session.as_bytes()],
    )?;
    Ok(())
}

/// Deletes the sessions with an identity but one.
pub(crate) fn forget_sessions_but(
    tx: &Tx<'_>,
    fingerprint: &Fingerprint,
    but: &SessionId,
) -> Result<()> {
    tx.change(
        "DELETE FROM sessions WHERE fingerprint = ?1 AND session <> ?2",
        (fingerprint.as_bytes(), but.as_bytes()),
    )?;
    Ok(())
}

/// Deletes the sessions with an identity that rank below one of them: a lower generation, or the
/// same with a higher id (P-75). Gives whether that one is written to now.
pub fn forget_lower(tx: &Tx<'_>, fingerprint: &Fingerprint, session: &SessionId) -> Result<bool> {
    tx.change(
        "DELETE FROM sessions WHERE fingerprint = ?1 AND session IN (
             SELECT l.session FROM sessions l JOIN sessions s ON s.session = ?2
             WHERE l.fingerprint = ?1
               AND (l.generation < s.generation
                    OR (l.generation = s.generation AND l.session > s.session)))",
        (fingerprint.as_bytes(), session.as_bytes()),
    )?;
    let best = best_session(tx, fingerprint)?;
    Ok(best.is_some_and(|best| best.session == *session))
}

/// Deletes the sessions that have been outranked by one that was made before `made_before`, ms
/// since 1970; gives how many.
pub fn forget_outranked(tx: &Tx<'_>, made_before: i64) -> Result<usize> {
    tx.change(
        "DELETE FROM sessions WHERE session IN (
             SELECT l.session FROM sessions l
             JOIN sessions b ON b.fingerprint = l.fingerprint AND b.made_at < ?1
             WHERE b.generation > l.generation
                OR (b.generation = l.generation AND b.session < l.session))",
        [made_before],
    )
}

/// A generation as it stands in a column: numbers of 64 bits in their order, where SQLite knows only
/// signed ones.
const fn stored(generation: u64) -> i64 {
    (generation ^ SIGN).cast_signed()
}

const fn generation(stored: i64) -> u64 {
    stored.cast_unsigned() ^ SIGN
}

fn peer(row: &Row<'_>) -> rusqlite::Result<Peer> {
    Ok(Peer {
        fingerprint: blob(row, 0)?,
        card: row.get(1)?,
        card_hash: blob(row, 2)?,
        mailbox: row.get(3)?,
        knows_card: opt_blob(row, 4)?,
        knows_mailbox: opt_blob(row, 5)?,
        generation: generation(row.get(6)?),
        features: Features::from_bits(row.get::<_, i64>(7)?.cast_unsigned()),
    })
}

fn read_session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        session: blob(row, 0)?,
        fingerprint: blob(row, 1)?,
        generation: generation(row.get(2)?),
        confirmed_by_peer: row.get(3)?,
        made_at: row.get(4)?,
        state: Zeroizing::new(row.get(5)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{fingerprint, session_id};
    use crate::{Store, StoreError};

    fn a_peer(n: u8) -> Peer {
        Peer {
            fingerprint: fingerprint(n),
            card: vec![n],
            card_hash: CardHash::from_bytes([n; 16]),
            mailbox: None,
            knows_card: None,
            knows_mailbox: Some(MailboxKeyId::from_bytes([n; 8])),
            generation: 3,
            features: Features::from_bits(1 << 63),
        }
    }

    fn a_session(id: u8, with: u8, generation: u64) -> Session {
        Session {
            session: session_id(id),
            fingerprint: fingerprint(with),
            generation,
            confirmed_by_peer: false,
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
        let best = best_session(reader, &fingerprint(1)).unwrap().unwrap();
        assert_eq!(best, a_session(5, 1, 2));
        // Of five, the lowest in rank was not kept; but never is the one lost that was just saved.
        assert_eq!(session(reader, &session_id(9)).unwrap(), None);
        assert!(session(reader, &session_id(4)).unwrap().is_some());
        store
            .transaction(|tx| save_session(tx, &a_session(8, 1, 1), 4))
            .unwrap();
        let reader = store.reader();
        assert!(session(reader, &session_id(8)).unwrap().is_some());
        assert!(session(reader, &session_id(4)).unwrap().is_some());
        assert_eq!(best_session(reader, &fingerprint(2)).unwrap(), None);
    }

    #[test]
    fn generations_of_64_bits_keep_their_order() {
        let mut store = Store::open_in_memory().unwrap();
        let generations = [
            0,
            1,
            i64::MAX.unsigned_abs(),
            1 << 63,
            u64::MAX - 1,
            u64::MAX,
        ];
        store
            .transaction(|tx| {
                save(tx, &a_peer(1))?;
                for (id, generation) in (1..).zip(generations) {
                    save_session(tx, &a_session(id, 1, generation), 9)?;
                    let best = best_session(tx, &fingerprint(1))?.unwrap();
                    assert_eq!(best.generation, generation);
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }

    #[test]
    fn only_sessions_of_a_lower_rank_are_forgotten() {
        let mut store = Store::open_in_memory().unwrap();
        let left = |store: &Store| -> Vec<u8> {
            let all =
                (0..9).filter(|id| session(store.reader(), &session_id(*id)).unwrap().is_some());
            all.collect()
        };
        let ranks = [(1, 1), (2, 2), (3, 2), (4, 2), (5, 3)];
        store
            .transaction(|tx| {
                save(tx, &a_peer(1))?;
                for (id, generation) in ranks {
                    save_session(tx, &a_session(id, 1, generation), 9)?;
                }
                assert!(!forget_lower(tx, &fingerprint(1), &session_id(3))?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!(left(&store), [2, 3, 5]);
        let best = Session {
            made_at: 100,
            ..a_session(6, 1, 4)
        };
        store.transaction(|tx| save_session(tx, &best, 9)).unwrap();
        // The fifth was made at 0, the sixth at 100.
        store.transaction(|tx| forget_outranked(tx, 0)).unwrap();
        assert_eq!(left(&store), [2, 3, 5, 6]);
        store.transaction(|tx| forget_outranked(tx, 100)).unwrap();
        assert_eq!(left(&store), [5, 6]);
        store.transaction(|tx| forget_outranked(tx, 101)).unwrap();
        assert_eq!(left(&store), [6]);
    }

    #[test]
    fn an_identity_is_found_by_its_newest_card_and_forgotten_with_its_sessions() {
        let mut store = Store::open_in_memory().unwrap();
        let newer = Peer {
            card: vec![8],
            card_hash: CardHash::from_bytes([8; 16]),
            ..a_peer(1)
        };
        store
            .transaction(|tx| {
                save(tx, &a_peer(1))?;
                save(tx, &newer)?;
                save_session(tx, &a_session(1, 1, 1), 4)
            })
            .unwrap();
        assert_eq!(
            by_card_hash(store.reader(), &CardHash::from_bytes([1; 16])).unwrap(),
            None
        );
        let found = by_card_hash(store.reader(), &CardHash::from_bytes([8; 16])).unwrap();
        assert_eq!(found, Some(newer));
        store.transaction(|tx| forget(tx, &fingerprint(1))).unwrap();
        assert_eq!(session(store.reader(), &session_id(1)).unwrap(), None);
        assert_eq!(
            by_fingerprint(store.reader(), &fingerprint(1)).unwrap(),
            None
        );
    }
}
