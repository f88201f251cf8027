//! An older copy of somebody's identity that still runs: nothing of it is taken, and it is told that there
//! is a newer one, by the newer one's key card (P-54).
//!
//! What it says in sessions is met in `inbound`; here is what both ways have in common, and the bundle
//! of an older copy.

use super::Sessions;
use super::exchange_box::Letter;
use super::record::{Readers, SessionRecord};
use crate::core::time::RateLimit;
use crate::core::turn::Turn;
use sotto_protocol::{
    Body, Bundle, Encrypted, Features, Fingerprint, KeyCard, Session, body, handshake,
};
use sotto_store::StoreError;
use sotto_store::peers::{self, Peer};
use sotto_wire::ClientFrame;

/// How often the older copies of one identity are told.
pub(super) const TOLD: RateLimit = RateLimit {
    burst: 3,
    every_ms: 20 * 60 * 1_000,
};
/// Identities that are counted.
pub(super) const MAX_TOLD: usize = 1_000;

impl Sessions {
    /// What is known of the identity of a card, if the card is of an older copy of it.
    pub(crate) fn newer_copy(
        &self,
        turn: &Turn<'_>,
        card: &KeyCard,
    ) -> Result<Option<Peer>, StoreError> {
        let known = peers::by_fingerprint(turn.tx, &card.identity().fingerprint())?;
        Ok(known.filter(|known| {
            let newer = self.identity.statements.card(known);
            newer.is_some_and(|newer| newer.outranks(card))
        }))
    }

    /// Whether an older copy of an identity may be told now. It does not count.
    pub(crate) fn may_tell_older(&self, identity: &Fingerprint, turn: &Turn<'_>) -> bool {
        self.told_older.allows(identity, turn.now)
    }

    /// Says in a session with an older copy that there is a newer one; the session may have to be
    /// written back. `None` if it cannot be said now.
    pub(crate) fn tell_older(
        &mut self,
        turn: &mut Turn<'_>,
        record: &mut SessionRecord,
        newer: &Peer,
    ) -> Result<Option<Encrypted>, StoreError> {
        let has_key = self.identity.statements.mailbox(&record.peer, turn.now);
        if has_key.is_none() || !self.told_older.take(newer.fingerprint, turn.now) {
            return Ok(None);
        }
        let control = body::Control {
            code: body::ControlCode::Moved,
            data: newer.card.clone(),
        };
        self.answer_in(turn, record, None, Body::Control(control))
    }

    /// A bundle of an older copy begins no session: one is made of it only to say so, and is not kept.
    pub(super) fn refuse_bundle(
        &mut self,
        turn: &mut Turn<'_>,
        letter: &Letter<'_>,
        bundle: &Bundle,
        newer: &Peer,
    ) -> Result<(), StoreError> {
        tracing::debug!("a bundle of an older copy was refused");
        let own = &self.identity.item.identity;
        let generation = newer.generation.saturating_add(1);
        let Ok(session) = handshake::initiate(own, bundle, generation, &mut turn.rng()) else {
            return Ok(());
        };
        let mailbox = Some(bundle.mailbox().encoded().to_vec());
        let mut record = with_older(session, bundle.card(), mailbox, turn);
        let Some(encrypted) = self.tell_older(turn, &mut record, newer)? else {
            return Ok(());
        };
        let envelope = self.envelope(turn, &record, encrypted, Readers::Any);
        // What waits for the counter is not kept either: the bundle is asked for again.
        if let Some(encrypted) = envelope.filter(|_| self.identity.guard.is_counted()) {
            let to = letter.from.clone();
            let frame = ClientFrame::Message { to, encrypted };
            self.relays.write(turn, letter.relay, &frame);
        }
        Ok(())
    }
}

/// A session with an older copy, which knows nothing that was said to the newer one.
pub(crate) fn with_older(
    session: Session,
    card: &KeyCard,
    mailbox: Option<Vec<u8>>,
    turn: &Turn<'_>,
) -> SessionRecord {
    let peer = Peer {
        fingerprint: card.identity().fingerprint(),
        card: card.encoded().to_vec(),
        card_hash: card.hash(),
        mailbox,
        knows_card: None,
        knows_mailbox: None,
        generation: 0,
        features: Features::NONE,
    };
    SessionRecord::new(session, peer, turn.now)
}
