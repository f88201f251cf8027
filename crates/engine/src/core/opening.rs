//! The way in of a sealed envelope: opened, its sender found by the card inside, decrypted in the
//! session that it names, stored, and confirmed.
//!
//! What a person is told, the changed session and the receipt are one transaction; the receipt is
//! written after it. Whatever an envelope says on the outside, and whoever the relay says that it
//! is from, counts for nothing.

use super::exchange::Pace;
use super::keyring::time;
use super::rng::Rng;
use super::sealed::{line_once, switch};
use super::talk::{Talk, receipt};
use super::{Engine, Now};
use crate::api::{ChatId, RelayId, RequestId, SystemLine};
use crate::text::clean_name;
use sotto_protocol::body::{self, ControlCode};
use sotto_protocol::envelope::OpenError;
use sotto_protocol::handshake::Header;
use sotto_protocol::{
    Body, Content, DecodeError, Encrypted, HandshakeError, Inside, KeyCard, KeyCardError,
    PrekeyPool, RatchetMessage, Responder, SenderCard, SessionError, envelope,
};
use sotto_store::contacts::{Contact, Trust};
use sotto_store::outgoing::{self, Entry, Own};
use sotto_store::own_keys::{self, What};
use sotto_store::peers::{self, Peer};
use sotto_store::{
    StoreError, Tx, blocked_keys, contacts, invites, messages, nonces, received, requests,
};
use sotto_wire::UserId;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A repetition of the same content is answered again at most so often, ms.
const REPEATED_EVERY_MS: u64 = 2_000;
/// How many answered repetitions are remembered.
const MAX_REPEATED: usize = 1_000;
/// The longest name that another person's program may tell, in characters.
const MAX_TOLD_NAME: usize = 40;

/// A message that was decrypted, with all that its transaction needs.
pub(super) struct Decrypted {
    pub(super) relay: RelayId,
    pub(super) relay_at: i64,
    pub(super) card: KeyCard,
    pub(super) account: [u8; 32],
    pub(super) talk: Talk,
    /// The prekeys without those that a handshake used.
    pub(super) prekeys: Option<PrekeyPool>,
    /// Whether this was the first that was ever decrypted in the session.
    pub(super) first: bool,
    pub(super) digest: [u8; 16],
    pub(super) content: Content,
}

/// What happened in a transaction and is told after it.
#[derive(Default)]
struct Done {
    added: Vec<i64>,
    changed: Vec<i64>,
    confirmed: Vec<Entry>,
}

impl Engine {
    /// Takes an envelope from a relay.
    pub(super) fn receive_envelope(
        &mut self,
        now: Now,
        relay: RelayId,
        from: Option<&UserId>,
        text: &str,
        relay_at: i64,
    ) -> Result<(), StoreError> {
        let own = self.fingerprint();
        let inside = match envelope::open(text, &own, self.keyring.mailbox()) {
            Ok(inside) => inside,
            Err(OpenError::UnknownVersion | OpenError::Inside(DecodeError::Newer { .. })) => {
                return self.newer_from(now, from);
            }
            Err(OpenError::UnknownMailboxKey) => {
                self.lost_track(now, from);
                return Ok(());
            }
            Err(error) => {
                tracing::debug!(%error, "an envelope was dropped");
                return Ok(());
            }
        };
        let card = match self.card_of(now, &inside.sender)? {
            Sender::Known(card) => card,
            Sender::Newer => return self.newer_from(now, from),
            Sender::Unknown => {
                self.lost_track(now, from);
                return Ok(());
            }
        };
        let account = *card.identity().fingerprint().as_bytes();
        let contact = self.contact_of(now, &card)?;
        let blocked = contact.as_ref().is_some_and(|contact| contact.blocked);
        if blocked || account == *own.as_bytes() {
            return Ok(());
        }
        let digest = inside.digest();
        // What did not authenticate says nothing of a contact, unless the relay says so too: else
        // any stranger could put lines into a chat.
        let blamed = contact.as_ref().filter(|contact| {
            let listed = from.and_then(|from| self.presence.key_of(relay, from));
            from.is_some_and(|from| from.as_str() == contact.user_id)
                || listed.is_some_and(|key| contact.box_key == Some(key.0))
        });
        let Some(decrypted) = self.decrypt(now, contact.as_ref(), blamed, &card, inside)? else {
            return Ok(());
        };
        let (talk, prekeys, first, plaintext) = decrypted;
        let content = match Content::decode(&plaintext) {
            Ok(content) => content,
            Err(error) => return self.unreadable(now, contact.as_ref(), &talk, prekeys, error),
        };
        let decrypted = Decrypted {
            relay,
            relay_at,
            card,
            account,
            talk,
            prekeys,
            first,
            digest,
            content,
        };
        match contact {
            // The card alone proves nothing about the box key: a box of that key has to name it.
            Some(contact) if contact.box_key.is_none() && !self.is_proved(&decrypted) => {
                tracing::debug!("a handshake was dropped: nothing ties its card to its box key");
                Ok(())
            }
            Some(contact) => {
                self.use_invite(now, &contact, &decrypted)?;
                self.take_content(now, &contact, decrypted)
            }
            None => self.take_from_stranger(now, from, decrypted),
        }
    }

    /// The contact with a card's identity. A contact that named this identity in a box of its own
    /// key, which the card says is another one's, lied and is told apart again.
    fn contact_of(&mut self, now: Now, card: &KeyCard) -> Result<Option<Contact>, StoreError> {
        let account = *card.identity().fingerprint().as_bytes();
        let box_key = card.identity().box_key.to_bytes();
        let Some(contact) = self.directory.by_account(&account).cloned() else {
            // Of the contact with the card's box key only that is known, and a box of it named this
            // identity: it is this one.
            let by_key = self.directory.by_key(&box_key);
            let unbound = by_key.filter(|contact| contact.account.is_none());
            let proved = unbound.filter(|_| self.exchanges.is_proved(&account, &box_key));
            return Ok(proved.cloned());
        };
        if contact.box_key.is_none_or(|key| key == box_key) {
            return Ok(Some(contact));
        }
        let chat = ChatId(contact.id);
        self.store
            .transaction(|tx| contacts::unbind(tx, contact.id))?;
        self.reread(chat)?;
        self.note(now, chat, SystemLine::IdentityRefused, account)?;
        Ok(None)
    }

    /// A contact used an invite of the person's: it is used up, and says as much of a contact that
    /// was not verified as of somebody new.
    fn use_invite(
        &mut self,
        now: Now,
        contact: &Contact,
        it: &Decrypted,
    ) -> Result<(), StoreError> {
        let (invite, shared) = match self.invite_used(now, it)? {
            Used::Now { invite, shared } => (invite, shared),
            Used::ByAnother { first } => return self.alarm(now, &first, Some(contact), it),
            Used::No => return Ok(()),
        };
        let chat = ChatId(contact.id);
        let line_id = self.random();
        let line = self.store.transaction(|tx| {
            invites::set_used(tx, invite, &it.account, now.wall)?;
            if contact.trust != Trust::Unverified {
                return Ok(None);
            }
            if shared {
                contacts::set_trust(tx, contact.id, Trust::ByMyInvite, None)?;
                return Ok(None);
            }
            contacts::set_trust(tx, contact.id, Trust::Code, Some(now.wall))?;
            let what = SystemLine::VerifiedByCode;
            line_once(tx, now, chat, what, line_id, it.account)
        })?;
        self.reread(chat)?;
        if let Some(line) = line {
            self.message_added(line);
        }
        self.invites_changed();
        Ok(())
    }

    /// The card of whoever an envelope names, if it can be known.
    fn card_of(&self, now: Now, sender: &SenderCard) -> Result<Sender, StoreError> {
        let card = match sender {
            SenderCard::Whole(card) => match KeyCard::open(card, time(now)) {
                Err(KeyCardError::Decode(DecodeError::Newer { .. })) => return Ok(Sender::Newer),
                opened => opened
                    .inspect_err(|error| tracing::debug!(%error, "a key card was refused"))
                    .ok(),
            },
            SenderCard::Known(hash) => {
                let peer = peers::by_card_hash(self.store.reader(), hash.as_bytes())?;
                let card = peer.and_then(|peer| self.verified.card(&peer));
                card.map(Arc::unwrap_or_clone)
            }
        };
        Ok(card.map_or(Sender::Unknown, Sender::Known))
    }

    /// Decrypts in the session that an envelope names, or in the new one of its handshake. Nothing
    /// is changed yet. `None` if that was not possible, and what follows from it was done.
    #[expect(
        clippy::type_complexity,
        reason = "taken apart at once by its one caller"
    )]
    fn decrypt(
        &mut self,
        now: Now,
        contact: Option<&Contact>,
        blamed: Option<&Contact>,
        card: &KeyCard,
        inside: Inside,
    ) -> Result<Option<(Talk, Option<PrekeyPool>, bool, Zeroizing<Vec<u8>>)>, StoreError> {
        let sender = card.identity().fingerprint();
        let digest = inside.digest();
        let message = match RatchetMessage::decode(&inside.message) {
            Ok(message) => message,
            Err(error) => {
                tracing::debug!(%error, "a message was dropped");
                if let (Some(contact), SessionError::UnknownVersion) = (blamed, error) {
                    let (chat, key) = (ChatId(contact.id), *sender.as_bytes());
                    self.note(now, chat, SystemLine::NewerVersion, key)?;
                }
                return Ok(None);
            }
        };
        let account = *sender.as_bytes();
        // A repetition is known by what it is, however long ago that was: neither the ratchet nor a
        // session that is gone could tell it from what somebody made up.
        let repeated = received::by_digest(self.store.reader(), &account, &digest)?;
        if let Some(content) = repeated {
            self.answer_again(now, contact, &account, content, &digest)?;
            return Ok(None);
        }
        let row = peers::session(self.store.reader(), inside.session.as_bytes())?;
        if let Some(row) = row {
            let Some(mut talk) = Talk::of(self.store.reader(), &row)? else {
                // As if it were lost, so that a new one is made.
                self.store
                    .transaction(|tx| peers::forget_session(tx, &row.session))?;
                self.failed_to_decrypt(now, blamed)?;
                return Ok(None);
            };
            let was_established = talk.session.is_established();
            return match talk.session.decrypt(&sender, &message) {
                Ok(plaintext) => {
                    Self::keep_card(&mut talk.peer, card);
                    Ok(Some((talk, None, !was_established, plaintext)))
                }
                // Repeated, but not what was remembered last of its content: that one is answered.
                Err(SessionError::AlreadyReceived) => {
                    tracing::debug!("a repeated message was dropped");
                    Ok(None)
                }
                Err(error) => {
                    tracing::debug!(%error, "a message did not decrypt");
                    self.failed_to_decrypt(now, blamed)?;
                    Ok(None)
                }
            };
        }
        let Some(header) = inside.header else {
            // The other side has a session that we lost.
            self.failed_to_decrypt(now, blamed)?;
            return Ok(None);
        };
        let accepted = match self.accept(card, &header, inside.session, &message) {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::debug!(%error, "a handshake was refused");
                let newer = matches!(error, HandshakeError::Decode(DecodeError::Newer { .. }));
                match blamed {
                    Some(contact) if newer => {
                        let (chat, key) = (ChatId(contact.id), *sender.as_bytes());
                        self.note(now, chat, SystemLine::NewerVersion, key)?;
                    }
                    // A repetition says nothing.
                    _ if matches!(error, HandshakeError::Replayed) => {}
                    blamed => self.failed_to_decrypt(now, blamed)?,
                }
                return Ok(None);
            }
        };
        let Some((session, prekeys, plaintext)) = accepted else {
            return Ok(None);
        };
        let known = peers::by_account(self.store.reader(), &account)?;
        let mut peer = known.unwrap_or(Peer {
            account,
            card: Vec::new(),
            card_hash: [0; 16],
            mailbox: None,
            knows_card: None,
            knows_mailbox: None,
            generation: 0,
        });
        Self::keep_card(&mut peer, card);
        let talk = Talk::new(session, peer, now);
        Ok(Some((talk, Some(prekeys), true, plaintext)))
    }

    /// Computes the session of a first message and decrypts it (P-73). `None` if the prekeys
    /// cannot be changed.
    fn accept(
        &mut self,
        card: &KeyCard,
        header: &[u8],
        session: sotto_protocol::SessionId,
        message: &RatchetMessage,
    ) -> Result<Option<Accepted>, HandshakeError> {
        let header = Header::decode(header)?;
        let identity = &self.item.identity;
        let prekeys = self.keyring.prekeys();
        let rng = &mut Rng(&mut self.random);
        let responder = Responder::new(identity, card, header, session, prekeys, rng)?;
        let Some(mut prekeys) = self.keyring.prekeys_copy() else {
            return Ok(None);
        };
        let (session, plaintext) = responder.accept(message, &mut prekeys)?;
        Ok(Some((session, prekeys, plaintext)))
    }

    /// Of two cards of an identity the one created later counts.
    fn keep_card(peer: &mut Peer, card: &KeyCard) {
        if peer.card == card.encoded() {
            return;
        }
        let known = KeyCard::decode(&peer.card).ok();
        let newer = known.is_none_or(|known| {
            known.validity().created <= card.validity().created && known != *card
        });
        if newer {
            peer.card = card.encoded().to_vec();
            peer.card_hash = *card.hash().as_bytes();
        }
    }

    /// A message that was received comes again: its receipt was lost on the way.
    fn answer_again(
        &mut self,
        now: Now,
        contact: Option<&Contact>,
        account: &[u8; 32],
        content: [u8; 16],
        digest: &[u8; 16],
    ) -> Result<(), StoreError> {
        let Some(contact) = contact else {
            return Ok(());
        };
        // A receipt is remembered under its digest, and never answered.
        if content == *digest || !self.may_answer_again(now, content) {
            return Ok(());
        }
        let Some(mut talk) = Talk::best(self.store.reader(), account)? else {
            return Ok(());
        };
        let chat = ChatId(contact.id);
        if let Some(encrypted) = self.receipt_for(now, &mut talk, Some(contact.id), content)? {
            self.store.transaction(|tx| talk.save(tx))?;
            self.write_loose(now, chat, &talk, encrypted);
        }
        Ok(())
    }

    fn may_answer_again(&mut self, now: Now, content: [u8; 16]) -> bool {
        if self.answered_again.len() >= MAX_REPEATED {
            self.answered_again.clear();
        }
        let pace = self.answered_again.entry(content);
        let pace = pace.or_insert(Pace::full(1, now));
        pace.take(1, REPEATED_EVERY_MS, now)
    }

    pub(super) fn receipt_for(
        &mut self,
        now: Now,
        talk: &mut Talk,
        chat: Option<i64>,
        content: [u8; 16],
    ) -> Result<Option<Encrypted>, StoreError> {
        self.before_sending(now)?;
        let id = self.random();
        self.encrypt(now, talk, chat, id, now.wall, receipt(content))
    }

    /// Something for us cannot be opened, and the relay says from whom it is: that contact is
    /// asked for a new session. What it sent comes again in that one.
    fn lost_track(&mut self, now: Now, from: Option<&UserId>) {
        let named = from.into_iter();
        let named = named.flat_map(|name| self.directory.by_name(name.as_str()));
        let named: Vec<Contact> = named.filter(|contact| !contact.blocked).cloned().collect();
        for contact in named {
            let chat = ChatId(contact.id);
            if contact.sealed {
                self.renew(now, chat);
            } else if contact.client == contacts::Client::Unknown {
                let set = |tx: &Tx<'_>| contacts::set_client(tx, chat.0, contacts::Client::Sotto);
                if self.store.transaction(set).is_ok() && self.reread(chat).is_ok() {
                    self.consider(now, chat);
                }
            }
        }
    }

    fn failed_to_decrypt(&mut self, now: Now, contact: Option<&Contact>) -> Result<(), StoreError> {
        let Some(contact) = contact else {
            return Ok(());
        };
        let chat = ChatId(contact.id);
        if self.renew(now, chat) || !self.settled.contains(&chat) {
            return Ok(());
        }
        // A new session was made within the hour and it happens still: the person should know.
        let key = contact.account.unwrap_or_default();
        self.note(now, chat, SystemLine::Undecryptable, key)
    }

    fn newer_from(&mut self, now: Now, from: Option<&UserId>) -> Result<(), StoreError> {
        let named = from.into_iter();
        let named = named.flat_map(|name| self.directory.by_name(name.as_str()));
        let sealed: Vec<(ChatId, Option<[u8; 32]>)> = named
            .filter(|contact| contact.sealed && !contact.blocked)
            .map(|contact| (ChatId(contact.id), contact.account))
            .collect();
        for (chat, account) in sealed {
            let key = account.unwrap_or_default();
            self.note(now, chat, SystemLine::NewerVersion, key)?;
        }
        Ok(())
    }

    /// A content that cannot be read was decrypted: the session has moved on all the same.
    fn unreadable(
        &mut self,
        now: Now,
        contact: Option<&Contact>,
        talk: &Talk,
        prekeys: Option<PrekeyPool>,
        error: DecodeError,
    ) -> Result<(), StoreError> {
        tracing::debug!(%error, "a content was dropped");
        let Some(contact) = contact else {
            return Ok(());
        };
        let line_id = self.random();
        let chat = ChatId(contact.id);
        let line = self.store.transaction(|tx| {
            save_keys(tx, prekeys.as_ref())?;
            talk.save(tx)?;
            if matches!(error, DecodeError::Newer { .. }) {
                let key = talk.peer.account;
                return line_once(tx, now, chat, SystemLine::NewerVersion, line_id, key);
            }
            Ok(None)
        })?;
        self.take_keys(prekeys);
        if let Some(line) = line {
            self.message_added(line);
            self.chat_changed(chat);
        }
        Ok(())
    }

    fn take_keys(&mut self, prekeys: Option<PrekeyPool>) {
        if let Some(prekeys) = prekeys {
            self.keyring.set_prekeys(prekeys);
        }
    }

    /// Takes a content of a contact.
    pub(super) fn take_content(
        &mut self,
        now: Now,
        contact: &Contact,
        mut it: Decrypted,
    ) -> Result<(), StoreError> {
        let chat = ChatId(contact.id);
        let was_generation = it.talk.peer.generation;
        let is_new = it.prekeys.is_some();
        it.talk.learn(&it.content, &it.card, is_new, now);
        let id = *it.content.id.as_bytes();
        let answered = !matches!(it.content.body, Body::Receipt(_));
        // A receipt says that something of this session arrived.
        it.talk.told |= !answered;
        let encrypted = if answered {
            self.receipt_for(now, &mut it.talk, Some(contact.id), id)?
        } else {
            None
        };
        let ids = Ids {
            message: self.random(),
            line: self.random(),
            started: self.random(),
            profile: self.random(),
        };
        let done = self.store.transaction(|tx| {
            let mut done = Done::default();
            save_keys(tx, it.prekeys.as_ref())?;
            it.talk.save(tx)?;
            // The ratchet turns: after some turns more the other side could no longer read what
            // was made before, if that was lost on the way (P-113).
            outgoing::unseal(tx, contact.id)?;
            begin_session(tx, now, contact, &it, was_generation, &ids, &mut done)?;
            announce(tx, contact, &it.content)?;
            let remembered = if answered { &id } else { &it.digest };
            if received::remember(tx, &it.account, remembered, &it.digest)? || !answered {
                take_body(tx, now, contact, &it, &ids, &mut done)?;
            }
            Ok::<_, StoreError>(done)
        });
        let done = match done {
            // The box key of its card is another contact's: one of the two has to go.
            Err(StoreError::Conflict) => {
                return self.note(now, chat, SystemLine::AlreadyAContact, it.account);
            }
            done => done?,
        };
        self.take_keys(it.prekeys.take());
        self.settled.insert(chat);
        self.waiting.insert(chat);
        self.reread(chat)?;
        for message in done.changed {
            self.message_changed(message);
        }
        for message in done.added {
            self.message_added(message);
        }
        for entry in done.confirmed {
            self.confirmed(chat, &entry);
        }
        self.chat_changed(chat);
        if let Some(encrypted) = encrypted {
            self.write_loose(now, chat, &it.talk, encrypted);
        }
        if is_new {
            self.take_request_in(now, chat);
        }
        self.pump(now);
        Ok(())
    }

    /// Whether a box of the key that a card names has named the card's identity.
    fn is_proved(&self, it: &Decrypted) -> bool {
        let box_key = it.card.identity().box_key.to_bytes();
        self.exchanges.is_proved(&it.account, &box_key)
    }

    /// Takes a content of somebody who is no contact: with a valid invite it becomes one, otherwise
    /// it waits as a request, unanswered.
    fn take_from_stranger(
        &mut self,
        now: Now,
        from: Option<&UserId>,
        it: Decrypted,
    ) -> Result<(), StoreError> {
        let box_key = it.card.identity().box_key.to_bytes();
        if blocked_keys::contains(self.store.reader(), &box_key)? {
            return Ok(());
        }
        // The card alone proves nothing about the box key: the request in its box did.
        if it.prekeys.is_some()
            && !(self.is_proved(&it) && self.exchanges.may_begin(it.account, now))
        {
            tracing::debug!("a stranger's handshake was dropped");
            return Ok(());
        }
        match self.invite_used(now, &it)? {
            Used::Now { invite, shared } => self.join(now, from, it, invite, shared),
            Used::ByAnother { first } => {
                self.alarm(now, &first, None, &it)?;
                self.hold(now, from, it, true)?;
                self.pump(now);
                Ok(())
            }
            Used::No => self.hold(now, from, it, false),
        }
    }

    /// Holds what a stranger says in a session as a request.
    fn hold(
        &mut self,
        now: Now,
        from: Option<&UserId>,
        mut it: Decrypted,
        alarmed: bool,
    ) -> Result<(), StoreError> {
        let text = match &it.content.body {
            Body::Text(text) if text.text.len() <= body::MAX_TEXT_LEN => Some(text.text.as_str()),
            Body::Control(control)
                if matches!(
                    control.code,
                    ControlCode::Established | ControlCode::SessionLost
                ) =>
            {
                None
            }
            _ => return Ok(()),
        };
        let box_key = it.card.identity().box_key.to_bytes();
        let account_id = it.card.identity().account_id().to_string();
        let name = from.map_or(account_id.as_str(), UserId::as_str);
        it.talk
            .learn(&it.content, &it.card, it.prekeys.is_some(), now);
        let id = *it.content.id.as_bytes();
        let warning = if alarmed {
            self.before_sending(now)?;
            let own_id = self.random();
            let data = it.content.invite_use.map(|used| used.invite.to_vec());
            let said = Body::Control(body::Control {
                code: ControlCode::InviteUsedTwice,
                data: data.unwrap_or_default(),
            });
            self.before_sending(now)?;
            self.encrypt(now, &mut it.talk, None, own_id, now.wall, said)?
        } else {
            None
        };
        let held = self.store.transaction(|tx| {
            let incoming = requests::Incoming {
                key: box_key,
                account: Some(it.account),
                user_id: name,
                text,
                via: requests::Via::Session(id),
                relay_at: (it.relay_at > 0).then_some(it.relay_at),
                received_at: now.wall,
            };
            if received_before(tx, &it.account, &it.digest)? {
                return Ok(requests::Held::Full);
            }
            let held = requests::hold(tx, &incoming)?;
            if matches!(held, requests::Held::Stored { .. }) {
                save_keys(tx, it.prekeys.as_ref())?;
                it.talk.save(tx)?;
                received::remember(tx, &it.account, &id, &it.digest)?;
            }
            Ok::<_, StoreError>(held)
        })?;
        let requests::Held::Stored { request, .. } = held else {
            tracing::debug!("something of a stranger was dropped: there is no room for more");
            return Ok(());
        };
        self.take_keys(it.prekeys.take());
        self.request_changed(RequestId(request));
        if let (Some(warning), Some(from)) = (warning, from) {
            let (relay, to) = (it.relay, from.clone());
            self.write_loose_to(now, relay, ChatId(0), to, &it.talk, warning);
        }
        Ok(())
    }

    /// Makes a contact of somebody who used an invite.
    fn join(
        &mut self,
        now: Now,
        from: Option<&UserId>,
        it: Decrypted,
        invite: i64,
        shared: bool,
    ) -> Result<(), StoreError> {
        let identity = *it.card.identity();
        let account_id = identity.account_id().to_string();
        let user_id = from.map_or(account_id.as_str(), UserId::as_str);
        let ids: [[u8; 16]; 2] = [self.random(), self.random()];
        let account = it.account;
        let made = self.store.transaction(|tx| {
            let added = contacts::add(
                tx,
                &contacts::NewContact {
                    public_id: &account_id,
                    user_id,
                    name: "",
                    box_key: Some(identity.box_key.to_bytes()),
                    account: Some(account),
                    added_at: now.wall,
                    origin: contacts::Origin::Invite,
                },
            )?;
            let contacts::Added::New(id) = added else {
                return Ok(None);
            };
            invites::set_used(tx, invite, &account, now.wall)?;
            let chat = ChatId(id);
            let [joined, verified] = ids;
            let what = SystemLine::JoinedByInvite;
            let mut lines = vec![super::contacts::line(tx, now, chat, what, joined, account)?];
            if shared {
                contacts::set_trust(tx, id, Trust::ByMyInvite, None)?;
            } else {
                contacts::set_trust(tx, id, Trust::Code, Some(now.wall))?;
                let what = SystemLine::VerifiedByCode;
                lines.push(super::contacts::line(
                    tx, now, chat, what, verified, account,
                )?);
            }
            Ok::<_, StoreError>(Some((contacts::by_id(tx, id)?, lines)))
        })?;
        let Some((Some(contact), lines)) = made else {
            tracing::debug!("who used an invite has the id or the key of a contact");
            return Ok(());
        };
        let chat = ChatId(contact.id);
        self.directory.put(Some(contact.clone()));
        self.chat_changed(chat);
        for line in lines {
            self.message_added(line);
        }
        self.invites_changed();
        self.take_content(now, &contact, it)
    }

    /// An invite was used by a second identity: the mark of the first no longer counts, and both
    /// are told (P-124): the second here if it is a contact, else in the session that is held.
    ///
    /// What is queued here goes out after what brought the alarm was stored: until then the session
    /// that the history holds is behind.
    fn alarm(
        &mut self,
        now: Now,
        first: &[u8; 32],
        second: Option<&Contact>,
        it: &Decrypted,
    ) -> Result<(), StoreError> {
        let data = it.content.invite_use.map(|used| used.invite.to_vec());
        let data = data.unwrap_or_default();
        if let Some(second) = second {
            let own_id = self.random();
            self.store.transaction(|tx| {
                let own = Own::InviteUsedTwice;
                Self::push_own(tx, second.id, &it.account, own, &data, own_id)
            })?;
            self.waiting.insert(ChatId(second.id));
        }
        let Some(contact) = self.directory.by_account(first).cloned() else {
            return Ok(());
        };
        let chat = ChatId(contact.id);
        let (line_id, own_id) = (self.random(), self.random());
        let line = self.store.transaction(|tx| {
            if contact.trust != Trust::Unverified {
                contacts::set_trust(tx, contact.id, Trust::Unverified, None)?;
                Self::push_own(tx, contact.id, first, Own::InviteUsedTwice, &data, own_id)?;
            }
            line_once(tx, now, chat, SystemLine::InviteUsedTwice, line_id, *first)
        })?;
        self.waiting.insert(chat);
        self.reread(chat)?;
        if let Some(line) = line {
            self.message_added(line);
        }
        Ok(())
    }
}

/// A session that a handshake made, the prekeys without those that it used, and what came in it.
type Accepted = (sotto_protocol::Session, PrekeyPool, Zeroizing<Vec<u8>>);

/// Who an envelope names as its sender.
enum Sender {
    /// The card of an identity.
    Known(KeyCard),
    /// A card that cannot be read, or that is not known here.
    Unknown,
    /// A card of a newer version.
    Newer,
}

/// What became of the invite that a first message names.
pub(super) enum Used {
    /// It names none, or none that counts.
    No,
    /// It was free and is used now.
    Now {
        /// The invite.
        invite: i64,
        /// Whether it left the program other than as a code on the screen.
        shared: bool,
    },
    /// Another identity used it before.
    ByAnother {
        /// That identity.
        first: [u8; 32],
    },
}

/// Random ids for rows that a transaction may add.
struct Ids {
    message: [u8; 16],
    line: [u8; 16],
    started: [u8; 16],
    profile: [u8; 16],
}

fn save_keys(tx: &Tx<'_>, prekeys: Option<&PrekeyPool>) -> Result<(), StoreError> {
    match prekeys {
        Some(prekeys) => own_keys::save(tx, What::Prekeys, &prekeys.encode()),
        None => Ok(()),
    }
}

fn received_before(tx: &Tx<'_>, account: &[u8; 32], digest: &[u8; 16]) -> Result<bool, StoreError> {
    Ok(received::by_digest(tx, account, digest)?.is_some())
}

/// The first message of a session from the other side: nothing plain is taken from it any more,
/// and everything goes to it in sessions.
fn begin_session(
    tx: &Tx<'_>,
    now: Now,
    contact: &Contact,
    it: &Decrypted,
    was_generation: u64,
    ids: &Ids,
    done: &mut Done,
) -> Result<(), StoreError> {
    let chat = ChatId(contact.id);
    if !contact.refuses_plain {
        contacts::refuse_plain(tx, contact.id)?;
    }
    if !contact.sealed {
        done.changed.extend(switch(tx, contact.id, &it.account)?);
    }
    if contact.box_key.is_none() || contact.account.is_none() {
        let box_key = it.card.identity().box_key.to_bytes();
        contacts::bind(tx, contact.id, &it.account, &box_key)?;
        outgoing::rebind(tx, contact.id, &it.account)?;
    }
    if it.first {
        // An answer in our own session: what began it arrived, and with it the proof.
        if it.prekeys.is_none() {
            invites::joined(tx, contact.id)?;
        }
        let profile = Own::Profile;
        Engine::push_own(tx, contact.id, &it.account, profile, &[], ids.profile)?;
    }
    let is_new = it.prekeys.is_some() && was_generation == 0;
    if is_new && (!contact.sealed || contact.box_key.is_none()) {
        let what = SystemLine::SessionStarted;
        let line = line_once(tx, now, chat, what, ids.started, it.account)?;
        done.added.extend(line);
    }
    Ok(())
}

/// Plain boxes that the other side says may still come are no downgrade.
fn announce(tx: &Tx<'_>, contact: &Contact, content: &Content) -> Result<(), StoreError> {
    if let Some(key) = &contact.box_key {
        for nonce in &content.plain_nonces {
            received::announce(tx, key, nonce)?;
        }
    }
    Ok(())
}

fn take_body(
    tx: &Tx<'_>,
    now: Now,
    contact: &Contact,
    it: &Decrypted,
    ids: &Ids,
    done: &mut Done,
) -> Result<(), StoreError> {
    let chat = ChatId(contact.id);
    let mut line = |what| {
        let line = line_once(tx, now, chat, what, ids.line, it.account)?;
        done.added.extend(line);
        Ok(())
    };
    match &it.content.body {
        Body::Text(text) => {
            let came_plain = match (&contact.box_key, &text.plain_nonce) {
                (Some(key), Some(nonce)) => {
                    nonces::remember(tx, key, nonce)? == nonces::Remembered::Known
                }
                _ => false,
            };
            // Nothing to show: a text without a word, or one that came in its plain box.
            if came_plain || text.text.is_empty() {
                return Ok(());
            }
            let content = *it.content.id.as_bytes();
            let free = messages::by_public_id(tx, &content)?.is_none();
            let message = messages::receive(
                tx,
                &messages::Received {
                    chat: contact.id,
                    public_id: if free { content } else { ids.message },
                    text: &text.text,
                    created_at: now.wall,
                    relay_at: (it.relay_at > 0).then_some(it.relay_at),
                    relay: Some(it.relay.0),
                    key: it.account,
                    protection: messages::Protection::Pq,
                    seen: messages::Seen::Unread,
                },
            )?;
            done.added.push(message);
            Ok(())
        }
        Body::Receipt(receipt) => {
            for id in &receipt.messages {
                let entry = outgoing::by_content(tx, contact.id, id.as_bytes())?;
                if let Some(entry) = entry.filter(|entry| entry.account == it.account) {
                    // Everything that went to somebody added by an invite carried the proof.
                    invites::joined(tx, contact.id)?;
                    outgoing::delivered(tx, &entry, now.wall)?;
                    done.confirmed.push(entry);
                }
            }
            Ok(())
        }
        Body::Control(control) => match control.code {
            ControlCode::SessionLost => {
                peers::keep_only(tx, &it.account, &it.talk.id())?;
                line(SystemLine::SessionRenewed)
            }
            ControlCode::InviteUsedTwice => {
                if contact.trust != Trust::Unverified {
                    contacts::set_trust(tx, contact.id, Trust::Unverified, None)?;
                    line(SystemLine::InviteUsedTwice)?;
                }
                Ok(())
            }
            ControlCode::Established | ControlCode::Unknown(_) => Ok(()),
        },
        Body::Profile(profile) => {
            let name = clean_name(&profile.name, MAX_TOLD_NAME);
            contacts::set_told_name(tx, contact.id, &name)?;
            Ok(())
        }
        Body::Unknown { .. } => line(SystemLine::NewerVersion),
        // Only ever in plain boxes.
        Body::BundleRequest(_) | Body::BundleAnswer(_) => Ok(()),
    }
}
