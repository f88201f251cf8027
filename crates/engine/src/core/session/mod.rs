//! Secure sessions: where things stand with each contact's program, how a session comes about, and
//! how it is used. The cryptography is `sotto_protocol`'s; who a contact is, and what is said, is
//! decided elsewhere.
//!
//! - [`peer_state`]: the states, and what follows from each event
//! - [`asking`], [`answering`]: the exchange of bundles in plain boxes (P-104, P-107)
//! - [`budget`]: how much of that others may cause
//! - [`exchange_box`]: the plain boxes that carry it
//! - [`older_copy`]: an older copy of somebody's identity that still runs
//! - [`record`]: a session at work
//! - [`upgrade`]: what changes its way when a session begins

mod answering;
mod asking;
mod budget;
pub(crate) mod exchange_box;
pub(crate) mod older_copy;
pub(crate) mod peer_state;
pub(crate) mod record;
pub(crate) mod upgrade;

use crate::api::{ContactId, SystemLine};
use crate::core::identity::Identity;
use crate::core::relay::Relays;
use crate::core::staged::StagedMap;
use crate::core::time::{Now, RateLimit, RateLimits};
use crate::core::turn::{Turn, Whole};
use budget::Budget;
use peer_state::{Asked, PeerEvent, PeerState};
use sotto_protocol::{BoxPublicKey, Fingerprint, invite};
use sotto_store::contacts::{Client, Contact};
use sotto_store::messages::PeerKey;
use sotto_store::{Reader, StoreError, older_copies, peers};
use std::collections::{BTreeSet, VecDeque};

/// A contact's lost session is asked for anew at most this often, ms.
const RENEW_EVERY_MS: u64 = 3_600_000;
/// A line that others can cause is added to a chat.
const NOTES: RateLimit = RateLimit {
    burst: 1,
    every_ms: 3_600_000,
};
/// A session that another one outranks is kept so long for what may still be on its way, ms: as long
/// as the keys that it was made with.
const OUTRANKED_MS: i64 = 37 * 24 * 3_600_000;
/// Lines that are counted.
const MAX_NOTES: usize = 20_000;

/// The sessions, with what they stand on.
pub(crate) struct Sessions {
    pub(crate) identity: Identity,
    pub(crate) relays: Relays,
    /// Contacts that were looked at, but those with whom there are only plain boxes.
    peers: StagedMap<ContactId, PeerState>,
    /// Those of them that were asked for a bundle.
    asked: BTreeSet<ContactId>,
    /// Contacts with whom a session of the next generation is begun, until it is.
    replaced: BTreeSet<ContactId>,
    /// When a new session was last wanted with a contact.
    renewed: StagedMap<ContactId, u64>,
    /// Identities that were named in a box that was answered, with the key of the box, until a card
    /// shows whether it is theirs, the newest last. What is forgotten asks again.
    proved: VecDeque<(Fingerprint, BoxPublicKey)>,
    /// Contacts that were given a bundle, with none of their mailbox keys learned since: in the
    /// handshake that follows, their numbers begin where they say.
    asked_us: BTreeSet<Fingerprint>,
    budget: Budget,
    /// Identities of which an older copy was told lately.
    told_older: RateLimits<Fingerprint>,
    notes: RateLimits<(ContactId, SystemLine)>,
}

impl Sessions {
    /// Nothing was said yet.
    pub(crate) fn new(identity: Identity, relays: Relays) -> Self {
        Self {
            identity,
            relays,
            peers: StagedMap::default(),
            asked: BTreeSet::new(),
            replaced: BTreeSet::new(),
            renewed: StagedMap::default(),
            proved: VecDeque::new(),
            asked_us: BTreeSet::new(),
            budget: Budget::new(),
            told_older: RateLimits::new(older_copy::TOLD, older_copy::MAX_TOLD),
            notes: RateLimits::new(NOTES, MAX_NOTES),
        }
    }

    /// Where things stand with a contact's program.
    pub(crate) fn state(
        &mut self,
        reader: &Reader,
        contact: &Contact,
    ) -> Result<PeerState, StoreError> {
        if let Some(state) = self.peers.get(&contact.id) {
            return Ok(*state);
        }
        let state = state_in_history(reader, contact)?;
        self.set_state(contact.id, state);
        Ok(state)
    }

    /// What is known in memory of where things stand with a contact's program.
    pub(crate) fn known_state(&self, contact: ContactId) -> Option<PeerState> {
        self.peers.get(&contact).copied()
    }

    /// Something happened with a contact's program; gives where things stand then.
    pub(crate) fn take_event(
        &mut self,
        turn: &Turn<'_>,
        contact: &Contact,
        event: PeerEvent,
    ) -> Result<PeerState, StoreError> {
        let state = self.state(turn.tx, contact)?.after(event);
        self.set_state(contact.id, state);
        Ok(state)
    }

    /// Keeps a state. One of plain boxes is looked up anew each time: what is known of the contact
    /// may change it.
    fn set_state(&mut self, contact: ContactId, state: PeerState) {
        if state.asked().is_some() {
            self.asked.insert(contact);
        } else {
            self.asked.remove(&contact);
        }
        let kept = (state != PeerState::Plain).then_some(state);
        self.peers.set(contact, kept);
    }

    /// The requests that are not answered.
    fn requests(&self) -> impl Iterator<Item = (ContactId, Asked)> {
        let asked = self.asked.iter();
        asked.filter_map(|contact| Some((*contact, self.peers.get(contact)?.asked()?)))
    }

    /// Whether somebody asked for a bundle after their newest mailbox key was learned: a handshake
    /// that was held back since before that says nothing of newer ones.
    pub(crate) fn asked_us(&self, identity: &Fingerprint) -> bool {
        self.asked_us.contains(identity)
    }

    /// A mailbox key of somebody was learned.
    pub(crate) fn said_mailbox(&mut self, identity: &Fingerprint) {
        self.asked_us.remove(identity);
    }

    /// Forgets a contact.
    pub(crate) fn forget(&mut self, contact: ContactId) {
        self.set_state(contact, PeerState::Plain);
        self.replaced.remove(&contact);
        self.renewed.set(contact, None);
        self.notes.retain(|(noted, _)| *noted != contact);
    }

    /// When something is to be asked again, ms of the steady clock.
    pub(crate) fn deadline(&self) -> Option<u64> {
        self.requests().map(|(_, asked)| asked.again_at).min()
    }

    /// Whether a stranger may begin one more session.
    pub(crate) fn may_begin(&mut self, stranger: Fingerprint, now: Now) -> bool {
        self.budget.stranger_begins(stranger, now)
    }

    /// Whether an identity asked inside a box of this key.
    pub(crate) fn is_proved(&self, identity: &Fingerprint, key: &BoxPublicKey) -> bool {
        self.proved.contains(&(*identity, *key))
    }

    /// Something of a contact was decrypted: there is a session that works. If the other side has lost
    /// count of those there were, this one may not be written to by both: one of the next generation
    /// is begun from here, whatever else is decrypted meanwhile.
    pub(crate) fn decrypted(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        lost_count: bool,
    ) -> Result<(), StoreError> {
        if lost_count && self.reset_session(turn, contact)? {
            self.replaced.insert(contact.id);
        }
        if !self.replaced.contains(&contact.id) {
            self.take_event(turn, contact, PeerEvent::Decrypted)?;
        }
        Ok(())
    }

    /// Makes a new session with a contact although there is one, at most once an hour; gives
    /// whether that is so now.
    pub(crate) fn reset_session(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
    ) -> Result<bool, StoreError> {
        let last = self.renewed.get(&contact.id);
        if last.is_some_and(|last| turn.now.mono < last.saturating_add(RENEW_EVERY_MS)) {
            return Ok(false);
        }
        self.renewed.set(contact.id, Some(turn.now.mono));
        self.take_event(turn, contact, PeerEvent::LooksLost)?;
        turn.wake.session(contact.id);
        Ok(true)
    }

    /// Adds a line to a contact's chat that others can cause: once, and at most once an hour.
    pub(crate) fn note(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        what: SystemLine,
        key: PeerKey,
    ) -> Result<(), StoreError> {
        if !self.notes.take((contact.id, what), turn.now) {
            return Ok(());
        }
        turn.line_once(contact.chat, what, key)
    }

    /// Takes the key card of a newer copy of one's own identity; gives whether it is one. Then nothing
    /// is connected or written from here on (P-55).
    pub(crate) fn take_own_card(
        &mut self,
        turn: &mut Turn<'_>,
        card: &[u8],
    ) -> Result<bool, StoreError> {
        if !self.identity.shown_card(turn, card)? {
            return Ok(false);
        }
        tracing::info!("the identity moved to another computer");
        self.relays.stop(turn);
        turn.touched.whole(Whole::Profile);
        Ok(true)
    }

    /// What stands in the person's links, with the token of the contact card if it is one.
    pub(crate) fn own_link(&self, delivery_token: Option<[u8; 16]>) -> invite::Contact {
        let account_id = self.identity.account_id().to_string();
        let mut relays = self.relays.own_hints(&account_id);
        relays.truncate(invite::MAX_RELAYS);
        invite::Contact {
            fingerprint: self.identity.fingerprint(),
            relays,
            delivery_token,
        }
    }

    /// Makes the key card anew before it expires. It goes to everybody who asks, so it names no
    /// relay: whoever asks at one of level 0 is there already, and the others, some of them in the
    /// person's own network, are nobody's business.
    pub(crate) fn renew_card(&mut self, turn: &Turn<'_>) -> Result<(), StoreError> {
        let identity = &self.identity.item.identity;
        self.identity.keys.renew_card(turn, identity, &[])
    }

    /// Does what is due with one's own keys.
    pub(crate) fn look_after_keys(&mut self, turn: &mut Turn<'_>) -> Result<(), StoreError> {
        self.identity.keys.look(turn)?;
        let long_ago = turn.now.wall.saturating_sub(OUTRANKED_MS);
        turn.erase |= peers::forget_outranked(turn.tx, long_ago)? > 0;
        turn.erase |= older_copies::forget_old(turn.tx, long_ago)? > 0;
        self.renew_card(turn)
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.identity.commit();
        self.relays.commit();
        self.peers.commit();
        self.renewed.commit();
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        self.identity.rollback();
        self.relays.rollback();
        self.peers.rollback();
        self.renewed.rollback();
        let asked = self
            .peers
            .iter()
            .filter(|(_, state)| state.asked().is_some());
        self.asked = asked.map(|(contact, _)| *contact).collect();
    }
}

/// Where things stand with a contact's program by what the history holds.
fn state_in_history(reader: &Reader, contact: &Contact) -> Result<PeerState, StoreError> {
    if !contact.sealed && contact.client != Client::Sotto {
        return Ok(PeerState::Plain);
    }
    let Some(identity) = &contact.fingerprint else {
        return Ok(PeerState::Wanted);
    };
    if !peers::has_session(reader, identity)? {
        return Ok(PeerState::Wanted);
    }
    // One that nobody answered, or that cannot be read, is found to be so when it is used.
    Ok(PeerState::Established)
}
