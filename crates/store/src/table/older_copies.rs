//! Of an identity of which a newer copy came (P-54): the copy that it outranked last, so that one that
//! still runs can be told, in the session that it uses. Nothing else is said or taken in that session.
//!
//! At most one copy of each identity is here, and it goes with what is known of the identity.

use super::peers;
use crate::blob::{blob, opt_blob};
use crate::{Reader, Result, Tx};
use rusqlite::Row;
use sotto_protocol::{CardHash, Fingerprint, SessionId};
use zeroize::Zeroizing;

pub(crate) const CREATE_V8: &str = "
CREATE TABLE older_copies (
    fingerprint BLOB NOT NULL PRIMARY KEY CHECK (length(fingerprint) = 32)
        REFERENCES peers (fingerprint) ON DELETE CASCADE,
    card BLOB NOT NULL,
    card_hash BLOB NOT NULL UNIQUE CHECK (length(card_hash) = 16),
    mailbox BLOB,
    session BLOB CHECK (length(session) = 16),
    state BLOB,
    outranked_at INTEGER NOT NULL,
    CHECK ((session IS NULL) = (state IS NULL))
) STRICT, WITHOUT ROWID;
";

/// A copy of an identity that another one outranks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OlderCopy {
    /// The identity.
    pub fingerprint: Fingerprint,
    /// The newest key card of this copy.
    pub card: Vec<u8>,
    /// The card's hash.
    pub card_hash: CardHash,
    /// The newest mailbox key of this copy, signed.
    pub mailbox: Option<Vec<u8>>,
    /// The session with it that was written to, and its state.
    pub session: Option<(SessionId, Zeroizing<Vec<u8>>)>,
    /// When a newer copy came, ms since 1970.
    pub outranked_at: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT fingerprint, card, card_hash, mailbox, session, state, outranked_at
             FROM older_copies ",
            $rest
        )
    };
}

/// The copy of an identity that was outranked last.
pub fn by_fingerprint(reader: &Reader, fingerprint: &Fingerprint) -> Result<Option<OlderCopy>> {
    reader.first(
        select!("WHERE fingerprint = ?1"),
        [fingerprint.as_bytes()],
        older_copy,
    )
}

/// Finds it by the hash of its card.
pub fn by_card_hash(reader: &Reader, hash: &CardHash) -> Result<Option<OlderCopy>> {
    reader.first(
        select!("WHERE card_hash = ?1"),
        [hash.as_bytes()],
        older_copy,
    )
}

/// A newer copy of an identity came, in the session `of_the_newer`: what was known until then, and
/// the best session, is that of an older copy from now on. All others are given up. Whoever is known by
/// now has to be written after it.
pub fn outrank(tx: &Tx<'_>, known: &peers::Peer, of_the_newer: &SessionId, at: i64) -> Result<()> {
    let best = peers::best_session_but(tx, &known.fingerprint, of_the_newer)?;
    tx.change(
        "INSERT INTO older_copies (fingerprint, card, card_hash, mailbox, session, state,
                                   outranked_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (fingerprint) DO UPDATE SET
             card = excluded.card, card_hash = excluded.card_hash, mailbox = excluded.mailbox,
             session = excluded.session, state = excluded.state,
             outranked_at = excluded.outranked_at",
        (
            known.fingerprint.as_bytes(),
            &known.card,
            known.card_hash.as_bytes(),
            &known.mailbox,
            best.as_ref().map(|best| best.session.as_bytes()),
            best.as_ref().map(|best| best.state.as_slice()),
            at,
        ),
    )?;
    peers::forget_sessions_but(tx, &known.fingerprint, of_the_newer)
}

/// Writes the state of the session with an older copy after it was used.
pub fn save_state(
    tx: &Tx<'_>,
    fingerprint: &Fingerprint,
    session: &SessionId,
    state: &[u8],
) -> Result<()> {
    tx.change(
        "UPDATE older_copies SET state = ?3 WHERE fingerprint = ?1 AND session = ?2",
        (fingerprint.as_bytes(), session.as_bytes(), state),
    )?;
    Ok(())
}

/// Forgets the copies that were outranked before `before`, ms since 1970; gives how many.
pub fn forget_old(tx: &Tx<'_>, before: i64) -> Result<usize> {
    tx.change("DELETE FROM older_copies WHERE outranked_at < ?1", [before])
}

/// Forgets all of them: after a restore no session may be used again.
pub fn give_up_all(tx: &Tx<'_>) -> Result<()> {
    tx.change("DELETE FROM older_copies", [])?;
    Ok(())
}

fn older_copy(row: &Row<'_>) -> rusqlite::Result<OlderCopy> {
    let session = opt_blob(row, 4)?;
    let state: Option<Vec<u8>> = row.get(5)?;
    Ok(OlderCopy {
        fingerprint: blob(row, 0)?,
        card: row.get(1)?,
        card_hash: blob(row, 2)?,
        mailbox: row.get(3)?,
        session: session.zip(state.map(Zeroizing::new)),
        outranked_at: row.get(6)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{fingerprint, session_id};
    use crate::{Store, StoreError};
    use sotto_protocol::Features;

    fn a_peer(n: u8) -> peers::Peer {
        peers::Peer {
            fingerprint: fingerprint(1),
            card: vec![n],
            card_hash: CardHash::from_bytes([n; 16]),
            mailbox: Some(vec![n; 3]),
            knows_card: None,
            knows_mailbox: None,
            generation: 3,
            features: Features::NONE,
        }
    }

    fn a_session(id: u8, generation: u64) -> peers::Session {
        peers::Session {
            session: session_id(id),
            fingerprint: fingerprint(1),
            generation,
            confirmed_by_peer: false,
            made_at: 0,
            state: Zeroizing::new(vec![id]),
        }
    }

    /// Three sessions with what is known of the first card; a newer copy comes in a fourth one.
    fn outranked() -> Store {
        let mut store = Store::open_in_memory().unwrap();
        store
            .transaction(|tx| {
                peers::save(tx, &a_peer(1))?;
                for (id, generation) in [(9, 1), (7, 2), (5, 1)] {
                    peers::save_session(tx, &a_session(id, generation), 9)?;
                }
                outrank(tx, &a_peer(1), &session_id(6), 70)?;
                peers::save(tx, &a_peer(2))?;
                peers::save_session(tx, &a_session(6, 1), 9)
            })
            .unwrap();
        store
    }

    #[test]
    fn of_the_outranked_copy_its_card_and_the_session_that_it_uses_are_known() {
        let store = outranked();
        let reader = store.reader();
        let found = by_card_hash(reader, &CardHash::from_bytes([1; 16]));
        let found = found.unwrap().unwrap();
        assert_eq!(found.card, [1]);
        assert_eq!(found.mailbox, Some(vec![1; 3]));
        assert_eq!(
            found.session,
            Some((session_id(7), Zeroizing::new(vec![7])))
        );
        let same = by_fingerprint(reader, &fingerprint(1)).unwrap();
        assert_eq!(same, Some(found));
        assert_eq!(
            by_card_hash(reader, &CardHash::from_bytes([2; 16])).unwrap(),
            None
        );
        // Nothing but the newer one's session is written to.
        let best = peers::best_session(reader, &fingerprint(1)).unwrap();
        assert_eq!(best.unwrap().session, session_id(6));
        for id in [9, 7, 5] {
            assert_eq!(peers::session(reader, &session_id(id)).unwrap(), None);
        }
    }

    #[test]
    fn only_the_copy_that_was_outranked_last_is_kept() {
        let mut store = outranked();
        store
            .transaction(|tx| {
                save_state(tx, &fingerprint(1), &session_id(7), &[8])?;
                save_state(tx, &fingerprint(1), &session_id(9), &[9])
            })
            .unwrap();
        let state = |store: &Store| {
            let found = by_fingerprint(store.reader(), &fingerprint(1)).unwrap();
            found.and_then(|copy| copy.session).map(|(_, state)| state)
        };
        assert_eq!(state(&store), Some(Zeroizing::new(vec![8])));
        store
            .transaction(|tx| outrank(tx, &a_peer(2), &session_id(4), 80))
            .unwrap();
        assert_eq!(state(&store), Some(Zeroizing::new(vec![6])));
        let first = by_card_hash(store.reader(), &CardHash::from_bytes([1; 16]));
        assert_eq!(first.unwrap(), None);
    }

    #[test]
    fn it_is_forgotten_in_time_and_with_the_identity() {
        let mut store = outranked();
        let forgotten: Result<_, StoreError> = store.transaction(|tx| {
            assert_eq!(forget_old(tx, 70)?, 0);
            peers::forget(tx, &fingerprint(1))?;
            by_fingerprint(tx, &fingerprint(1))
        });
        assert_eq!(forgotten.unwrap(), None);
        let mut store = outranked();
        assert_eq!(store.transaction(|tx| forget_old(tx, 71)).unwrap(), 1);
        let mut store = outranked();
        store.transaction(give_up_all).unwrap();
        let none = by_fingerprint(store.reader(), &fingerprint(1)).unwrap();
        assert_eq!(none, None);
    }
}
