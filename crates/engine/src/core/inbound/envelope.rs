//! A sealed envelope: opened, its sender found by the card inside, decrypted in the session that it
//! names, up to the content. What does not lead there says what went wrong, where that is news.

use super::Inbound;
use super::content::Decrypted;
use crate::api::{RelayId, SystemLine};
use crate::core::people;
use crate::core::session::record::SessionRecord;
use crate::core::turn::Turn;
use sotto_protocol::body::ControlCode;
use sotto_protocol::envelope::{self, OpenError};
use sotto_protocol::{
    Body, Content, DecodeError, Encrypted, Features, Fingerprint, HandshakeError, Header, Inside,
    KeyCard, KeyCardError, PrekeyPool, RatchetMessage, Responder, SenderCard, Session,
    SessionError, SessionId,
};
use sotto_store::contacts::{self, Client, Contact};
use sotto_store::messages::PeerKey;
use sotto_store::peers::{self, Peer};
use sotto_store::received::{self, Digest};
use sotto_store::{ContentId, StoreError, older_copies, session_outbox};
use sotto_wire::UserId;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Stands for the content of a message that cannot be read. No content has this id: they are drawn.
const UNREADABLE: ContentId = ContentId::from_bytes([0; 16]);

/// Who an envelope names as its sender.
enum Sender {
    /// The card of an identity.
    Known(KeyCard),
    /// The card of an older copy of an identity of which this is known.
    Older(KeyCard, Peer),
    /// A card that cannot be read, or that is not known here.
    Unknown,
    /// A card of a newer version.
    Newer,
}

/// What was decrypted, with the session as it is then. Nothing of it is stored.
struct Plaintext {
    record: SessionRecord,
    /// The prekeys without those that a handshake used.
    prekeys: Option<PrekeyPool>,
    /// Whether this was the first that was ever decrypted in the session.
    first: bool,
    bytes: Zeroizing<Vec<u8>>,
}

/// Whom an envelope is from, as far as that is known.
pub(super) struct From<'a> {
    pub(super) card: &'a KeyCard,
    pub(super) contact: Option<&'a Contact>,
    /// The contact, if the relay says the same of who sent it. What did not authenticate says
    /// nothing of a contact otherwise: any stranger could put lines into a chat.
    blamed: Option<&'a Contact>,
    pub(super) relay: RelayId,
    /// The name there, if the relay says one.
    pub(super) name: Option<&'a UserId>,
}

impl Inbound {
    /// Takes an envelope from a relay.
    pub(super) fn take_envelope(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
        from: Option<&UserId>,
        text: &str,
        relay_at: i64,
    ) -> Result<(), StoreError> {
        let identity = &self.outbound.sessions.identity;
        let own = identity.fingerprint();
        let inside = match envelope::open(text, &own, identity.keys.mailbox()) {
            Ok(inside) => inside,
            Err(OpenError::UnknownVersion | OpenError::Inside(DecodeError::Newer { .. })) => {
                return self.newer_from(turn, from);
            }
            Err(OpenError::UnknownMailboxKey) => return self.lost_track(turn, from),
            Err(error) => {
                tracing::debug!(%error, "an envelope was dropped");
                return Ok(());
            }
        };
        let (card, newer) = match self.card_of(turn, &inside.sender)? {
            Sender::Known(card) => (card, None),
            Sender::Older(card, newer) => (card, Some(newer)),
            Sender::Newer => return self.newer_from(turn, from),
            Sender::Unknown => return self.lost_track(turn, from),
        };
        let sender = card.identity().fingerprint();
        let contact = self.contact_of(turn, &card)?;
        if sender == own || contact.as_ref().is_some_and(|contact| contact.blocked) {
            return Ok(());
        }
        let digest = Digest::from_bytes(inside.digest());
        let is_named = |contact: &&Contact| self.is_named(relay, from, contact);
        let whom = From {
            card: &card,
            contact: contact.as_ref(),
            blamed: contact.as_ref().filter(is_named),
            relay,
            name: from,
        };
        if let Some(newer) = newer {
            return self.refuse_older(turn, &whom, &newer, inside);
        }
        let Some(plaintext) = self.decrypt(turn, &whom, inside)? else {
            return Ok(());
        };
        let content = match Content::decode(&plaintext.bytes) {
            Ok(content) => content,
            Err(error) => return self.unreadable(turn, &whom, plaintext, &digest, &error),
        };
        let decrypted = Decrypted {
            relay,
            from: from.cloned(),
            relay_at,
            sender,
            card,
            record: plaintext.record,
            prekeys: plaintext.prekeys,
            first: plaintext.first,
            digest,
            content,
            bytes: plaintext.bytes,
        };
        match contact {
            Some(contact) => self.take_from_contact(turn, contact, decrypted),
            None => self.take_from_stranger(turn, from, decrypted),
        }
    }

    fn take_from_contact(
        &mut self,
        turn: &mut Turn<'_>,
        contact: Contact,
        decrypted: Decrypted,
    ) -> Result<(), StoreError> {
        if let Body::Control(control) = &decrypted.content.body
            && control.code == ControlCode::Moved
            && self.outbound.sessions.take_own_card(turn, &control.data)?
        {
            // Nothing is confirmed or taken any more, and no code can be answered.
            self.people.end_all_codes(turn);
            return Ok(());
        }
        // The card alone proves nothing about the box key: a box of that key has to name it.
        if contact.box_key.is_none() && !self.is_proved(&decrypted) {
            tracing::debug!("a handshake was dropped: nothing ties its card to its box key");
            return Ok(());
        }
        let claim = decrypted.invite_claim();
        people::trust::take_invite_of_contact(turn, &contact, &claim)?;
        let contact = turn.contacts.get(contact.id).cloned().unwrap_or(contact);
        self.take_content(turn, &contact, decrypted)
    }

    /// Whether a relay says that something is from a contact.
    fn is_named(&self, relay: RelayId, from: Option<&UserId>, contact: &Contact) -> bool {
        let presence = self.outbound.sessions.relays.presence();
        from.is_some_and(|from| {
            let listed = presence.key_of(relay, from);
            from.as_str() == contact.user_id
                || listed
                    .is_some_and(|key| contact.box_key.is_some_and(|own| own.to_bytes() == key.0))
        })
    }

    /// The contact with a card's identity. A contact that named this identity in a box of its own
    /// key, which the card says is another one's, lied and is told apart again.
    fn contact_of(
        &mut self,
        turn: &mut Turn<'_>,
        card: &KeyCard,
    ) -> Result<Option<Contact>, StoreError> {
        let (sender, box_key) = (card.identity().fingerprint(), card.identity().box_key);
        let sessions = &mut self.outbound.sessions;
        let Some(contact) = turn.contacts.by_fingerprint(&sender).cloned() else {
            // Of the contact with the card's box key only that is known, and a box of it named this
            // identity: it is this one.
            let by_key = turn.contacts.by_key(&box_key);
            let unbound = by_key.filter(|contact| contact.fingerprint.is_none());
            let proved = unbound.filter(|_| sessions.is_proved(&sender, &box_key));
            return Ok(proved.cloned());
        };
        if contact.box_key.is_none_or(|key| key == box_key) {
            return Ok(Some(contact));
        }
        contacts::unbind(turn.tx, contact.id)?;
        turn.reread(contact.id)?;
        let key = PeerKey::Identity(sender);
        sessions.note(turn, &contact, SystemLine::IdentityRefused, key)?;
        Ok(None)
    }

    /// The card of whoever an envelope names, if it can be known.
    fn card_of(&self, turn: &Turn<'_>, sender: &SenderCard) -> Result<Sender, StoreError> {
        let sessions = &self.outbound.sessions;
        let card = match sender {
            SenderCard::Whole(card) => match KeyCard::open(card, turn.now.unix()) {
                Err(KeyCardError::Decode(DecodeError::Newer { .. })) => return Ok(Sender::Newer),
                opened => opened
                    .inspect_err(|error| tracing::debug!(%error, "a key card was refused"))
                    .ok(),
            },
            SenderCard::Known(hash) => {
                if let Some(peer) = peers::by_card_hash(turn.tx, hash)? {
                    let card = sessions.identity.statements.card(&peer);
                    let card = card.map(Arc::unwrap_or_clone);
                    return Ok(card.map_or(Sender::Unknown, Sender::Known));
                }
                let older = older_copies::by_card_hash(turn.tx, hash)?;
                older.and_then(|older| KeyCard::decode(&older.card).ok())
            }
        };
        let Some(card) = card else {
            return Ok(Sender::Unknown);
        };
        Ok(match sessions.newer_copy(turn, &card)? {
            Some(newer) => Sender::Older(card, newer),
            None => Sender::Known(card),
        })
    }

    /// Decrypts in the session that an envelope names, or in the new one of its handshake. `None` if
    /// that was not possible, and what follows from it was done.
    fn decrypt(
        &mut self,
        turn: &mut Turn<'_>,
        whom: &From<'_>,
        inside: Inside,
    ) -> Result<Option<Plaintext>, StoreError> {
        let sender = whom.card.identity().fingerprint();
        let digest = Digest::from_bytes(inside.digest());
        let message = match RatchetMessage::decode(&inside.message) {
            Ok(message) => message,
            Err(error) => {
                tracing::debug!(%error, "a message was dropped");
                if let (Some(contact), SessionError::UnknownVersion) = (whom.blamed, error) {
                    self.note_newer(turn, contact, &sender)?;
                }
                return Ok(None);
            }
        };
        // A repetition is known by what it is, however long ago that was: neither the ratchet nor a
        // session that is gone could tell it from what somebody made up.
        let repeated = received::by_digest(turn.tx, &sender, &digest)?;
        if let Some(content) = repeated {
            self.answer_again(turn, whom, content, &digest)?;
            return Ok(None);
        }
        if let Some(row) = peers::session(turn.tx, &inside.session)? {
            return self.decrypt_in(turn, whom, &row, &message);
        }
        let Some(header) = inside.header else {
            // The other side has a session that we lost.
            self.failed_to_decrypt(turn, whom.blamed)?;
            return Ok(None);
        };
        self.decrypt_first(turn, whom, &header, inside.session, &message)
    }

    /// Decrypts in a session that is known.
    fn decrypt_in(
        &mut self,
        turn: &mut Turn<'_>,
        whom: &From<'_>,
        row: &peers::Session,
        message: &RatchetMessage,
    ) -> Result<Option<Plaintext>, StoreError> {
        let Some(mut record) = SessionRecord::of(turn.tx, row)? else {
            // As if it were lost, so that a new one is made.
            peers::forget_session(turn.tx, &row.session)?;
            self.failed_to_decrypt(turn, whom.blamed)?;
            return Ok(None);
        };
        let was_established = record.session.is_established();
        let sender = whom.card.identity().fingerprint();
        match record.session.decrypt(&sender, message) {
            Ok(bytes) => {
                record.keep_card(whom.card, turn.now);
                Ok(Some(Plaintext {
                    record,
                    prekeys: None,
                    first: !was_established,
                    bytes,
                }))
            }
            // Repeated, but not what was remembered last of its content: that one is answered.
            Err(SessionError::AlreadyReceived) => {
                tracing::debug!("a repeated message was dropped");
                Ok(None)
            }
            Err(error) => {
                tracing::debug!(%error, "a message did not decrypt");
                self.failed_to_decrypt(turn, whom.blamed)?;
                Ok(None)
            }
        }
    }

    /// Decrypts the first message of a session that its handshake makes.
    fn decrypt_first(
        &mut self,
        turn: &mut Turn<'_>,
        whom: &From<'_>,
        header: &[u8],
        session: SessionId,
        message: &RatchetMessage,
    ) -> Result<Option<Plaintext>, StoreError> {
        let sender = whom.card.identity().fingerprint();
        let accepted = match self.accept(turn, whom.card, header, session, message) {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::debug!(%error, "a handshake was refused");
                let newer = matches!(error, HandshakeError::Decode(DecodeError::Newer { .. }));
                match whom.blamed {
                    Some(contact) if newer => self.note_newer(turn, contact, &sender)?,
                    // A repetition says nothing.
                    _ if matches!(error, HandshakeError::Replayed) => {}
                    blamed => self.failed_to_decrypt(turn, blamed)?,
                }
                return Ok(None);
            }
        };
        let Some((session, prekeys, bytes)) = accepted else {
            return Ok(None);
        };
        let known = peers::by_fingerprint(turn.tx, &sender)?;
        let mut peer = known.unwrap_or(Peer {
            fingerprint: sender,
            card: whom.card.encoded().to_vec(),
            card_hash: whom.card.hash(),
            mailbox: None,
            knows_card: None,
            knows_mailbox: None,
            generation: 0,
            features: Features::NONE,
        });
        // Who begins anew may have put back an older program: it says again what it reads.
        peer.features = Features::NONE;
        let mut record = SessionRecord::new(session, peer, turn.now);
        record.keep_card(whom.card, turn.now);
        Ok(Some(Plaintext {
            record,
            prekeys: Some(prekeys),
            first: true,
            bytes,
        }))
    }

    /// Computes the session of a first message and decrypts it (P-73). `None` if the prekeys
    /// cannot be changed.
    pub(super) fn accept(
        &self,
        turn: &mut Turn<'_>,
        card: &KeyCard,
        header: &[u8],
        session: SessionId,
        message: &RatchetMessage,
    ) -> Result<Option<Accepted>, HandshakeError> {
        let header = Header::decode(header)?;
        let identity = &self.outbound.sessions.identity;
        let (own, prekeys) = (&identity.item.identity, identity.keys.prekeys());
        let responder = Responder::new(own, card, header, session, prekeys, &mut turn.rng())?;
        let Some(mut prekeys) = identity.keys.prekeys_copy() else {
            return Ok(None);
        };
        let (session, plaintext) = responder.accept(message, &mut prekeys)?;
        Ok(Some((session, prekeys, plaintext)))
    }

    /// A message that was received comes again: its receipt was lost on the way. It is answered by
    /// the way that it came now: by the other one a relay may keep what goes back.
    fn answer_again(
        &mut self,
        turn: &mut Turn<'_>,
        whom: &From<'_>,
        content: ContentId,
        digest: &Digest,
    ) -> Result<(), StoreError> {
        let Some((contact, identity)) = whom.contact.and_then(|c| Some((c, c.fingerprint?))) else {
            return Ok(());
        };
        // A receipt is remembered under its digest, and never answered.
        if content.as_bytes() == digest.as_bytes()
            || !self.repetitions.take((content, whom.relay), turn.now)
        {
            return Ok(());
        }
        let Some(mut record) = SessionRecord::best(turn.tx, &identity)? else {
            return Ok(());
        };
        let sessions = &mut self.outbound.sessions;
        let answer = if content == UNREADABLE {
            sessions.unreadable(turn, &mut record, contact.id, digest.as_bytes())?
        } else {
            sessions.receipt(turn, &mut record, contact.id, content)?
        };
        if let Some(encrypted) = answer {
            record.save(turn.tx)?;
            self.write_back(turn, whom, contact, &record, encrypted);
        }
        Ok(())
    }

    /// Something for us cannot be opened, and the relay says from whom it is: that contact is
    /// asked for a new session. What it sent comes again in that one.
    fn lost_track(&mut self, turn: &mut Turn<'_>, from: Option<&UserId>) -> Result<(), StoreError> {
        for contact in named(turn, from) {
            if contact.sealed {
                self.outbound.sessions.reset_session(turn, &contact)?;
            } else if contact.client == Client::Unknown {
                contacts::set_client(turn.tx, contact.id, Client::Sotto)?;
                turn.reread(contact.id)?;
                turn.wake.session(contact.id);
            }
        }
        Ok(())
    }

    fn failed_to_decrypt(
        &mut self,
        turn: &mut Turn<'_>,
        contact: Option<&Contact>,
    ) -> Result<(), StoreError> {
        let Some(contact) = contact else {
            return Ok(());
        };
        let sessions = &mut self.outbound.sessions;
        if sessions.reset_session(turn, contact)?
            || !sessions.state(turn.tx, contact)?.has_session()
        {
            return Ok(());
        }
        // A new session was made within the hour and it happens still: the person should know.
        let key = contact
            .fingerprint
            .map_or(PeerKey::Unknown, PeerKey::Identity);
        sessions.note(turn, contact, SystemLine::Undecryptable, key)
    }

    fn newer_from(&mut self, turn: &mut Turn<'_>, from: Option<&UserId>) -> Result<(), StoreError> {
        for contact in named(turn, from) {
            if contact.sealed {
                let key = contact
                    .fingerprint
                    .map_or(PeerKey::Unknown, PeerKey::Identity);
                let sessions = &mut self.outbound.sessions;
                sessions.note(turn, &contact, SystemLine::NewerVersion, key)?;
            }
        }
        Ok(())
    }

    fn note_newer(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        sender: &Fingerprint,
    ) -> Result<(), StoreError> {
        let key = PeerKey::Identity(*sender);
        let sessions = &mut self.outbound.sessions;
        sessions.note(turn, contact, SystemLine::NewerVersion, key)
    }

    /// A content that cannot be read was decrypted: the session has moved on all the same. The
    /// other side is told, or it would write it for ever, and nothing behind it.
    fn unreadable(
        &mut self,
        turn: &mut Turn<'_>,
        whom: &From<'_>,
        mut plaintext: Plaintext,
        digest: &Digest,
        error: &DecodeError,
    ) -> Result<(), StoreError> {
        tracing::debug!(%error, "a content cannot be read");
        let Some(contact) = whom.contact else {
            return Ok(());
        };
        let sessions = &mut self.outbound.sessions;
        if let Some(prekeys) = plaintext.prekeys.take() {
            sessions.identity.keys.save_prekeys(turn, prekeys)?;
        }
        let record = &mut plaintext.record;
        let answer = sessions.unreadable(turn, record, contact.id, digest.as_bytes())?;
        record.save(turn.tx)?;
        session_outbox::unseal(turn.tx, contact.id)?;
        let sender = record.peer.fingerprint;
        received::remember(turn.tx, &sender, &UNREADABLE, digest)?;
        if matches!(error, DecodeError::Newer { .. }) {
            let key = PeerKey::Identity(sender);
            turn.line_once(contact.chat, SystemLine::NewerVersion, key)?;
        }
        if let Some(encrypted) = answer {
            self.write_back(turn, whom, contact, &plaintext.record, encrypted);
        }
        turn.wake.peer(contact.id);
        Ok(())
    }

    /// Writes something that nobody confirms by the way of what it answers, if there is one.
    fn write_back(
        &mut self,
        turn: &mut Turn<'_>,
        whom: &From<'_>,
        contact: &Contact,
        record: &SessionRecord,
        encrypted: Encrypted,
    ) {
        let relays = &self.outbound.sessions.relays;
        let way = whom
            .name
            .and_then(|name| relays.way_back(contact, whom.relay, name));
        self.outbound
            .write_loose(turn, contact, way, record, encrypted);
    }
}

/// A session that a handshake made, the prekeys without those that it used, and what came in it.
type Accepted = (Session, PrekeyPool, Zeroizing<Vec<u8>>);

/// The contacts that use a name, but those that are blocked.
fn named(turn: &Turn<'_>, name: Option<&UserId>) -> Vec<Contact> {
    let named = name.into_iter();
    let named = named.flat_map(|name| turn.contacts.by_name(name.as_str()));
    named.filter(|contact| !contact.blocked).cloned().collect()
}
