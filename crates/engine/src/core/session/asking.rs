//! How a session is begun: a contact whose program is Sotto, and with whom there is no session, is
//! asked for its bundle, and what it answers begins one (P-104, P-107).
//!
//! What binds an identity to a box key is both together: the box, because somebody could name
//! another person's box key in a card of their own, and the card, because anybody can name another
//! person's identity in a box of their own. So a contact of whom only the box key is known is bound
//! to the identity whose card came in an answer inside a box of that key, or in a handshake after
//! such a box had named it.

use super::Sessions;
use super::exchange_box::{Letter, Target};
use super::peer_state::{Asked, PeerEvent, PeerState};
use super::record::SessionRecord;
use super::upgrade::{push_control, upgrade_to_session};
use crate::api::{ContactId, SystemLine};
use crate::core::turn::Turn;
use sotto_protocol::body::{BundleAnswer, BundleReason, BundleRequest};
use sotto_protocol::signed_key::SignedKeyError;
use sotto_protocol::{
    AddLink, Body, BoxPublicKey, Bundle, BundleError, DecodeError, Features, KeyCardError,
    handshake,
};
use sotto_store::contacts::{self, Client, Contact};
use sotto_store::messages::PeerKey;
use sotto_store::peers::{self, Peer};
use sotto_store::session_outbox::{self, Control};
use sotto_store::{StoreError, joins};
use sotto_wire::UserId;

impl Sessions {
    /// Asks a contact for its bundle, if a session with it is wanted and it is there.
    pub(crate) fn ensure_session(
        &mut self,
        turn: &mut Turn<'_>,
        contact: ContactId,
    ) -> Result<(), StoreError> {
        let Some(contact) = turn.contacts.get(contact).cloned() else {
            return Ok(());
        };
        if contact.blocked || self.stays_plain(&contact) {
            return Ok(());
        }
        if self.state(turn.tx, &contact)?.wants_bundle() {
            self.ask(turn, &contact, 0)?;
        }
        Ok(())
    }

    /// Asks again where no answer came. What waited for an answer that does not come goes its way.
    pub(crate) fn ask_again(&mut self, turn: &mut Turn<'_>) -> Result<(), StoreError> {
        let asked = self.requests();
        let due: Vec<(ContactId, Asked)> = asked
            .filter(|(_, asked)| asked.again_at <= turn.now.mono)
            .collect();
        for (id, asked) in due {
            let Some(contact) = turn.contacts.get(id).cloned() else {
                self.forget(id);
                continue;
            };
            self.take_event(turn, &contact, PeerEvent::NotThere)?;
            if !contact.blocked && !self.stays_plain(&contact) {
                self.ask(turn, &contact, asked.tries.saturating_add(1))?;
            }
            turn.wake.peer(id);
        }
        Ok(())
    }

    /// Whether no session is wanted with a contact, whatever was thought of it before.
    fn stays_plain(&mut self, contact: &Contact) -> bool {
        let plain = !contact.sealed && contact.client != Client::Sotto;
        if plain
            && self
                .known_state(contact.id)
                .is_some_and(PeerState::wants_bundle)
        {
            self.set_state(contact.id, PeerState::Plain);
        }
        plain
    }

    fn ask(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        tries: u32,
    ) -> Result<(), StoreError> {
        let targets = self.targets(contact, tries);
        if targets.is_empty() {
            return Ok(());
        }
        let request = turn.random();
        let body = Body::BundleRequest(BundleRequest {
            request,
            reason: match generation_with(turn, contact)? {
                0 => BundleReason::First,
                _ => BundleReason::StateLost,
            },
            asker: Some(*self.identity.fingerprint().as_bytes()),
            link: link_of(turn, contact.id)?,
        });
        for target in targets {
            self.write_exchange(turn, target, body.clone())?;
        }
        let asked = Asked::new(request, tries, turn.now);
        self.take_event(turn, contact, PeerEvent::Asked(asked))?;
        Ok(())
    }

    /// Where a contact may be: under its key, first where it was last, then at each relay, with
    /// each try under the next name there. While only its identity is known, whoever uses its name
    /// at a relay: the answer shows whether it is the right one.
    fn targets(&self, contact: &Contact, tries: u32) -> Vec<Target> {
        if let Some(key) = contact.box_key {
            let ways = match usize::try_from(tries).ok().and_then(|t| t.checked_sub(1)) {
                None => self.relays.first_way(contact).into_iter().collect(),
                Some(round) => self.relays.ways_of_round(contact, round),
            };
            let ways = ways.into_iter();
            return ways
                .map(|(relay, name)| Target { relay, name, key })
                .collect();
        }
        let Ok(name) = UserId::new(&contact.user_id) else {
            return Vec::new();
        };
        let connected = self.relays.all().filter(|(_, c)| c.is_connected());
        connected
            .filter_map(|(relay, _)| {
                let key = self.relays.presence().key_of(relay, &name)?;
                let key = BoxPublicKey::from_bytes(key.0).ok()?;
                let name = name.clone();
                (key != self.identity.box_key()).then_some(Target { relay, name, key })
            })
            .collect()
    }

    /// Takes a bundle that was asked for.
    pub(super) fn take_answer(
        &mut self,
        turn: &mut Turn<'_>,
        letter: &Letter<'_>,
        answer: &BundleAnswer,
    ) -> Result<(), StoreError> {
        let asked = self
            .requests()
            .find(|(_, asked)| asked.request == answer.request)
            .map(|(contact, _)| contact);
        let Some(contact) = asked.and_then(|id| turn.contacts.get(id).cloned()) else {
            tracing::debug!("an answer to no request of ours was dropped");
            return Ok(());
        };
        let key = letter.key;
        if contact.blocked || contact.box_key.is_some_and(|known| known != key) {
            return Ok(());
        }
        let opened = match &contact.fingerprint {
            Some(expected) => Bundle::open(&answer.bundle, expected, turn.now.unix()),
            None => Bundle::open_of_box_key(&answer.bundle, &key, turn.now.unix()),
        };
        let refused = match opened {
            Ok(bundle) if bundle.card().identity().box_key == key => {
                if let Some(newer) = self.newer_copy(turn, bundle.card())? {
                    return self.refuse_bundle(turn, letter, &bundle, &newer);
                }
                self.relays
                    .came_by(turn, contact.id, letter.relay, letter.from)?;
                self.relays.first_again(contact.id);
                return self.begin(turn, &contact, &bundle);
            }
            Ok(_) => Some(SystemLine::IdentityRefused),
            Err(error) => line_of(error),
        };
        match refused {
            Some(line) => self.note(turn, &contact, line, PeerKey::Box(key)),
            None => Ok(()),
        }
    }

    /// Begins a session with a contact's bundle.
    fn begin(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        bundle: &Bundle,
    ) -> Result<(), StoreError> {
        let card = bundle.card();
        let (identity, box_key) = (card.identity().fingerprint(), card.identity().box_key);
        let same = |other: Option<&Contact>| other.is_none_or(|other| other.id == contact.id);
        if !same(turn.contacts.by_fingerprint(&identity)) || !same(turn.contacts.by_key(&box_key)) {
            // The same person is a contact already, by key: one of the two has to go.
            let key = PeerKey::Identity(identity);
            return self.note(turn, contact, SystemLine::AlreadyAContact, key);
        }
        let known = peers::by_fingerprint(turn.tx, &identity)?;
        let before = known.as_ref().map_or(0, |peer| peer.generation);
        let generation = before.saturating_add(1);
        let own = &self.identity.item.identity;
        let session = match handshake::initiate(own, bundle, generation, &mut turn.rng()) {
            Ok(session) => session,
            Err(error) => {
                tracing::debug!(%error, "a handshake could not begin");
                return Ok(());
            }
        };
        let peer = Peer {
            fingerprint: identity,
            card: card.encoded().to_vec(),
            card_hash: card.hash(),
            mailbox: Some(bundle.mailbox().encoded().to_vec()),
            knows_card: None,
            knows_mailbox: None,
            generation,
            features: Features::NONE,
        };
        contacts::bind(turn.tx, contact.id, &identity, &box_key, turn.now.wall)?;
        session_outbox::rebind(turn.tx, contact.id, &identity)?;
        SessionRecord::begun(session, peer, known, turn.now).save(turn.tx)?;
        if !contact.sealed {
            upgrade_to_session(turn, contact.id, &identity)?;
        }
        // The other side learns of the session by the first thing that is said in it. Who was added
        // by a link and never answered has no session that could be lost.
        if before > 0 && joins::link_of(turn.tx, contact.id)?.is_none() {
            push_control(turn, contact.id, &identity, Control::SessionLost, &[])?;
        } else if session_outbox::first(turn.tx, contact.id)?.is_none() {
            push_control(turn, contact.id, &identity, Control::Established, &[])?;
        }
        if !contact.sealed || contact.box_key.is_none() {
            let key = PeerKey::Identity(identity);
            turn.line_once(contact.chat, SystemLine::SessionStarted, key)?;
        }
        turn.reread(contact.id)?;
        self.take_event(turn, contact, PeerEvent::Began)?;
        self.replaced.remove(&contact.id);
        self.relays.lose_way(contact.id);
        turn.wake.bound.insert(contact.id);
        turn.wake.peer(contact.id);
        Ok(())
    }
}

/// What a refused bundle says of who answers, if anything.
fn line_of(error: BundleError) -> Option<SystemLine> {
    match error {
        BundleError::Decode(DecodeError::Newer { .. })
        | BundleError::Card(KeyCardError::Decode(DecodeError::Newer { .. }))
        | BundleError::Key {
            error: SignedKeyError::Decode(DecodeError::Newer { .. }),
            ..
        } => Some(SystemLine::NewerVersion),
        BundleError::Card(KeyCardError::Validity(_))
        | BundleError::Key {
            error: SignedKeyError::Validity(_),
            ..
        } => {
            // One of the two clocks is wrong: that says nothing of who answers.
            tracing::debug!(%error, "a bundle does not hold now");
            None
        }
        error => {
            tracing::debug!(%error, "a bundle was refused");
            Some(SystemLine::IdentityRefused)
        }
    }
}

/// The highest generation of a session with a contact so far.
fn generation_with(turn: &Turn<'_>, contact: &Contact) -> Result<u64, StoreError> {
    let Some(identity) = &contact.fingerprint else {
        return Ok(0);
    };
    let peer = peers::by_fingerprint(turn.tx, identity)?;
    Ok(peer.map_or(0, |peer| peer.generation))
}

/// The id of the link by which a contact was added, while it is needed.
fn link_of(turn: &Turn<'_>, contact: ContactId) -> Result<Option<[u8; 8]>, StoreError> {
    let link = joins::link_of(turn.tx, contact)?;
    let link = link.and_then(|link| AddLink::parse(&link, turn.now.unix()).ok());
    Ok(match link {
        Some(AddLink::Invite(invite)) => Some(invite.id()),
        Some(AddLink::Card(card)) => card.id(),
        None => None,
    })
}
