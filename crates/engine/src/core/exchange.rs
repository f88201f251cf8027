//! How two programs find to a session at a relay that stores nothing: one asks for a bundle, the
//! other answers, both inside plain boxes (P-104, P-107). And when: a contact whose program is
//! Sotto is there, and there is no session with it.
//!
//! What binds an identity to a box key is both together: the box, because somebody could name
//! another person's box key in a card of their own, and the card, because anybody can name another
//! person's identity in a box of their own. So a contact of whom only the box key is known is bound
//! to the identity whose card came in an answer inside a box of that key, or in a handshake after
//! such a box had named it.

use super::keyring::time;
use super::rng::Rng;
use super::sealed::{line_once, switch};
use super::talk::Talk;
use super::{Engine, Now};
use crate::api::{ChatId, RelayId, SystemLine};
use sotto_protocol::body::{BundleAnswer, BundleReason, BundleRequest};
use sotto_protocol::{
    AddLink, Body, BoxPublicKey, Bundle, BundleError, Content, DecodeError, KeyCardError,
    MessageId, SharedBox, handshake, signed_key::SignedKeyError, tag,
};
use sotto_store::contacts::{Client, Contact};
use sotto_store::outgoing::{self, Own};
use sotto_store::own_keys::{self, What};
use sotto_store::peers::{self, Peer};
use sotto_store::{StoreError, Tx, blocked_keys, contacts, invites, nonces};
use sotto_wire::{ClientFrame, UserId};
use std::collections::BTreeMap;

/// How long an answer is waited for before it is asked again, ms; each time twice as long.
const FIRST_ASK_MS: u64 = 5_000;
/// The longest wait before asking again, ms.
const LONGEST_ASK_MS: u64 = 600_000;
/// So many times texts wait for the answer of a contact with whom there was never a session.
const TRIES_WAITED_FOR: u32 = 2;
/// A contact's lost session is asked for anew at most this often, ms.
const RENEW_EVERY_MS: u64 = 3_600_000;
/// Requests of one key are answered so many at once, and then one in every so many ms.
const ANSWERS_AT_ONCE: u32 = 3;
const ANSWER_EVERY_MS: u64 = 20 * 60 * 1_000;
/// The same, for all strangers together.
const STRANGERS_AT_ONCE: u32 = 20;
const STRANGER_EVERY_MS: u64 = 30_000;
/// A line that others can cause is added to a chat at most this often, ms.
const NOTE_EVERY_MS: u64 = 3_600_000;
/// Keys whose requests are counted; when there are more, all are counted anew.
const MAX_PACES: usize = 1_000;

/// A request that was not answered yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    request: [u8; 16],
    next: u64,
    tries: u32,
}

/// Allows something so many times at once, and then once in a while.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    left: u32,
    since: u64,
}

impl Pace {
    pub(super) const fn full(most: u32, now: Now) -> Self {
        Self {
            left: most,
            since: now.mono,
        }
    }

    /// Whether it is allowed now; if so, it counts.
    pub(super) fn take(&mut self, most: u32, every_ms: u64, now: Now) -> bool {
        let grown = now.mono.saturating_sub(self.since) / every_ms.max(1);
        if grown > 0 {
            let grown = u32::try_from(grown).unwrap_or(u32::MAX);
            self.left = self.left.saturating_add(grown).min(most);
            self.since = now.mono;
        }
        if self.left == 0 {
            return false;
        }
        self.left = self.left.saturating_sub(1);
        true
    }
}

/// The exchanges that are under way, in memory: what is forgotten is asked for again.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    asked: BTreeMap<ChatId, Asked>,
    /// Contacts with whom a session is to be made although there is one.
    renewing: BTreeMap<ChatId, u64>,
    answers: BTreeMap<[u8; 32], Pace>,
    strangers: Option<Pace>,
    /// Identities that were named in a box that was answered, with the key of the box, until a card
    /// shows whether it is theirs. What is forgotten asks again.
    proved: BTreeMap<[u8; 32], [u8; 32]>,
    /// Handshakes of each stranger.
    handshakes: BTreeMap<[u8; 32], Pace>,
    /// When a line that others can cause was last added to a chat.
    noted: BTreeMap<(ChatId, SystemLine), u64>,
}

impl Exchanges {
    /// Forgets a contact.
    pub(super) fn forget(&mut self, chat: ChatId) {
        self.asked.remove(&chat);
        self.renewing.remove(&chat);
        self.noted.retain(|(noted, _), _| *noted != chat);
    }

    /// When something is to be asked again, ms of the steady clock.
    pub(super) fn deadline(&self) -> Option<u64> {
        self.asked.values().map(|asked| asked.next).min()
    }

    fn may_answer(&mut self, key: [u8; 32], now: Now) -> bool {
        if self.answers.len() >= MAX_PACES {
            self.answers.clear();
        }
        let pace = self.answers.entry(key);
        let pace = pace.or_insert(Pace::full(ANSWERS_AT_ONCE, now));
        pace.take(ANSWERS_AT_ONCE, ANSWER_EVERY_MS, now)
    }

    /// Whether a stranger may begin one more session.
    pub(super) fn may_begin(&mut self, account: [u8; 32], now: Now) -> bool {
        if self.handshakes.len() >= MAX_PACES {
            self.handshakes.clear();
        }
        let pace = self.handshakes.entry(account);
        let pace = pace.or_insert(Pace::full(ANSWERS_AT_ONCE, now));
        pace.take(ANSWERS_AT_ONCE, ANSWER_EVERY_MS, now)
    }

    /// Whether a line of this kind may be added to a chat now; if so, it counts as added.
    fn may_note(&mut self, chat: ChatId, what: SystemLine, now: Now) -> bool {
        let last = self.noted.get(&(chat, what));
        let may = last.is_none_or(|last| now.mono >= last.saturating_add(NOTE_EVERY_MS));
        if may {
            self.noted.insert((chat, what), now.mono);
        }
        may
    }

    /// Whether an identity asked inside a box of this key.
    pub(super) fn is_proved(&self, account: &[u8; 32], key: &[u8; 32]) -> bool {
        self.proved.get(account) == Some(key)
    }

    fn named(&mut self, account: [u8; 32], key: [u8; 32]) {
        if self.proved.len() >= MAX_PACES {
            self.proved.clear();
        }
        self.proved.insert(account, key);
    }

    fn may_answer_stranger(&mut self, now: Now) -> bool {
        let pace = Pace::full(STRANGERS_AT_ONCE, now);
        let pace = self.strangers.get_or_insert(pace);
        pace.take(STRANGERS_AT_ONCE, STRANGER_EVERY_MS, now)
    }
}

/// A box that brought a request or an answer.
pub(super) struct Letter<'a> {
    pub(super) relay: RelayId,
    pub(super) from: &'a UserId,
    pub(super) key: BoxPublicKey,
    pub(super) nonce: [u8; 24],
}

impl Engine {
    /// Asks a contact for its bundle, if a session with it is wanted and it is there.
    pub(super) fn consider(&mut self, now: Now, chat: ChatId) {
        if self.exchanges.asked.contains_key(&chat) || self.settled.contains(&chat) {
            return;
        }
        if let Err(error) = self.ask(now, chat, 0) {
            tracing::warn!(%error, "a session could not be asked for");
        }
    }

    /// Makes a new session with a contact although there is one, at most once an hour; gives
    /// whether that is asked for now.
    pub(super) fn renew(&mut self, now: Now, chat: ChatId) -> bool {
        let last = self.exchanges.renewing.get(&chat);
        if last.is_some_and(|last| now.mono < last.saturating_add(RENEW_EVERY_MS)) {
            return false;
        }
        self.exchanges.renewing.insert(chat, now.mono);
        self.settled.remove(&chat);
        self.consider(now, chat);
        true
    }

    /// Whether a text for a contact should wait for the session that is being asked for.
    pub(super) fn waits_for_session(&self, chat: ChatId) -> bool {
        let asked = self.exchanges.asked.get(&chat);
        asked.is_some_and(|asked| asked.tries < TRIES_WAITED_FOR)
    }

    /// Asks again where no answer came.
    pub(super) fn tick_exchanges(&mut self, now: Now) {
        let asked = self.exchanges.asked.iter();
        let due: Vec<(ChatId, u32)> = asked
            .filter(|(_, asked)| asked.next <= now.mono)
            .map(|(chat, asked)| (*chat, asked.tries))
            .collect();
        for (chat, tries) in due {
            self.exchanges.asked.remove(&chat);
            if let Err(error) = self.ask(now, chat, tries.saturating_add(1)) {
                tracing::warn!(%error, "a session could not be asked for");
            }
            // What waited for an answer that does not come goes its way.
            if let Err(error) = self.pump_chat(now, chat) {
                tracing::warn!(%error, "the outbox could not be read");
            }
        }
    }

    fn ask(&mut self, now: Now, chat: ChatId, tries: u32) -> Result<(), StoreError> {
        let Some(contact) = self.directory.get(chat).cloned() else {
            return Ok(());
        };
        let wanted = contact.sealed || contact.client == Client::Sotto;
        if contact.blocked || !wanted {
            return Ok(());
        }
        let generation = self.generation_with(&contact)?;
        if !self.lacks_session(chat, &contact)? {
            self.settled.insert(chat);
            return Ok(());
        }
        let targets = self.targets(chat, &contact);
        if targets.is_empty() {
            return Ok(());
        }
        let request = self.random();
        let body = Body::BundleRequest(BundleRequest {
            request,
            reason: match generation {
                0 => BundleReason::First,
                _ => BundleReason::StateLost,
            },
            asker: Some(*self.fingerprint().as_bytes()),
            link: self.link_of(now, chat)?,
        });
        for (relay, to, key) in targets {
            self.write_exchange(now, relay, to, &key, body.clone(), |_| Ok(()))?;
        }
        let wait = FIRST_ASK_MS.saturating_mul(1 << tries.min(16));
        let asked = Asked {
            request,
            next: now.mono.saturating_add(wait.min(LONGEST_ASK_MS)),
            tries,
        };
        self.exchanges.asked.insert(chat, asked);
        Ok(())
    }

    /// The highest generation of a session with a contact so far.
    fn generation_with(&self, contact: &Contact) -> Result<u64, StoreError> {
        let Some(account) = &contact.account else {
            return Ok(0);
        };
        let peer = peers::by_account(self.store.reader(), account)?;
        Ok(peer.map_or(0, |peer| peer.generation))
    }

    fn lacks_session(&self, chat: ChatId, contact: &Contact) -> Result<bool, StoreError> {
        if self.exchanges.renewing.contains_key(&chat) && !self.settled.contains(&chat) {
            return Ok(true);
        }
        match &contact.account {
            Some(account) => Ok(!peers::has_session(self.store.reader(), account)?),
            None => Ok(true),
        }
    }

    /// Where a contact may be: under its key, or, while only its identity is known, whoever uses
    /// its name at a relay: the answer shows whether it is the right one.
    fn targets(&self, chat: ChatId, contact: &Contact) -> Vec<(RelayId, UserId, BoxPublicKey)> {
        if let Some(key) = contact.box_key {
            let Ok(key) = BoxPublicKey::from_bytes(key) else {
                return Vec::new();
            };
            let route = self.route(chat, contact);
            return route
                .map(|(relay, to)| (relay, to, key))
                .into_iter()
                .collect();
        }
        let Ok(name) = UserId::new(&contact.user_id) else {
            return Vec::new();
        };
        let connected = self.links.iter().filter(|(_, link)| link.is_connected());
        connected
            .filter_map(|(relay, _)| {
                let key = self.presence.key_of(*relay, &name)?;
                let key = BoxPublicKey::from_bytes(key.0).ok()?;
                (key != self.own_key).then(|| (*relay, name.clone(), key))
            })
            .collect()
    }

    /// The id of the link by which a contact was added, while it is needed.
    fn link_of(&self, now: Now, chat: ChatId) -> Result<Option<[u8; 8]>, StoreError> {
        let link = invites::joined_by(self.store.reader(), chat.0)?;
        let link = link.and_then(|link| AddLink::parse(&link, time(now)).ok());
        Ok(match link {
            Some(AddLink::Invite(invite)) => Some(invite.id()),
            Some(AddLink::Card(card)) => card.id(),
            None => None,
        })
    }

    /// Writes a request or an answer in a plain box, after its nonce and what else belongs to it
    /// was committed.
    fn write_exchange(
        &mut self,
        now: Now,
        relay: RelayId,
        to: UserId,
        key: &BoxPublicKey,
        body: Body,
        with: impl FnOnce(&Tx<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let id = MessageId::from_bytes(self.random());
        let sent_at_ms = u64::try_from(now.wall).unwrap_or(0);
        let Ok(text) = Content::new(id, sent_at_ms, body).to_exchange_text() else {
            tracing::error!("a bundle is too long");
            return Ok(());
        };
        let nonce = self.random();
        let shared = SharedBox::new(self.item.identity.box_key(), key);
        let tagged = tag::append(&text, &self.own_key, key, &nonce);
        let encrypted = shared.seal(nonce, tagged.as_bytes());
        self.store.transaction(|tx| {
            nonces::remember(tx, &key.to_bytes(), &nonce)?;
            with(tx)
        })?;
        self.write(relay, &ClientFrame::Message { to, encrypted });
        Ok(())
    }

    /// Takes a request or an answer out of an opened box.
    pub(super) fn take_exchange(
        &mut self,
        now: Now,
        letter: &Letter<'_>,
        content: Result<Content, DecodeError>,
    ) -> Result<(), StoreError> {
        let key = letter.key.to_bytes();
        // Of strangers nothing is kept before there is a reason to answer: they could fill a disk.
        if self.directory.by_key(&key).is_some() {
            self.store
                .transaction(|tx| nonces::remember(tx, &key, &letter.nonce))?;
        }
        match content.map(|content| content.body) {
            Ok(Body::BundleRequest(request)) => self.answer_request(now, letter, &request),
            Ok(Body::BundleAnswer(answer)) => self.take_answer(now, letter, &answer),
            Ok(_) => Ok(()),
            Err(DecodeError::Newer { .. }) => match self.directory.by_key(&key) {
                Some(contact) => {
                    let chat = ChatId(contact.id);
                    self.note(now, chat, SystemLine::NewerVersion, key)
                }
                None => Ok(()),
            },
            Err(error) => {
                tracing::debug!(%error, "an exchange was dropped");
                Ok(())
            }
        }
    }

    fn answer_request(
        &mut self,
        now: Now,
        letter: &Letter<'_>,
        request: &BundleRequest,
    ) -> Result<(), StoreError> {
        let key = letter.key.to_bytes();
        let Some(asker) = request.asker else {
            return Ok(());
        };
        let contact = self.directory.by_key(&key).cloned();
        let is_bound = contact.as_ref().is_some_and(|c| c.account.is_some());
        let now_sotto = match &contact {
            Some(contact) if contact.blocked => return Ok(()),
            Some(contact) => {
                let chat = ChatId(contact.id);
                if contact.account.is_some_and(|account| account != asker) {
                    return self.note(now, chat, SystemLine::IdentityRefused, asker);
                }
                if !self.exchanges.may_answer(key, now) {
                    return Ok(());
                }
                let other = self.directory.by_account(&asker);
                if other.is_some_and(|other| other.id != contact.id) {
                    tracing::debug!("an identity is a contact already, under another key");
                    return Ok(());
                }
                (contact.client != Client::Sotto).then_some(chat)
            }
            None => {
                if !self.stranger_may_ask(now, &key, &asker, request)? {
                    return Ok(());
                }
                None
            }
        };
        let Some((bundle, prekeys)) = self.keyring.bundle(&self.item.identity, now) else {
            tracing::error!("there are no prekeys");
            return Ok(());
        };
        let body = Body::BundleAnswer(BundleAnswer {
            request: request.request,
            bundle: bundle.encoded().to_vec(),
        });
        let pool = prekeys.encode();
        let (relay, to) = (letter.relay, letter.from.clone());
        self.write_exchange(now, relay, to, &letter.key, body, |tx| {
            own_keys::save(tx, What::Prekeys, &pool)?;
            if let Some(chat) = now_sotto {
                contacts::set_client(tx, chat.0, Client::Sotto)?;
            }
            Ok(())
        })?;
        self.keyring.set_prekeys(prekeys);
        if !is_bound {
            self.exchanges.named(asker, key);
        }
        if let Some(chat) = now_sotto {
            self.reread(chat)?;
        }
        Ok(())
    }

    /// Whether a key that is no contact's may have a bundle: it names an invite that is open or
    /// the contact card in use, or it is somebody who was added by a link and is not known by key
    /// yet.
    fn stranger_may_ask(
        &mut self,
        now: Now,
        key: &[u8; 32],
        asker: &[u8; 32],
        request: &BundleRequest,
    ) -> Result<bool, StoreError> {
        let reader = self.store.reader();
        if blocked_keys::contains(reader, key)? {
            return Ok(false);
        }
        let by_link = match &request.link {
            Some(link) => {
                let invite = invites::by_invite(reader, link)?;
                invite.is_some_and(|invite| {
                    invite.revoked_at.is_none() && now.wall < invite.expires_at
                }) || self.card_id() == Some(*link)
            }
            None => false,
        };
        let awaited = self.directory.by_account(asker);
        let awaited = awaited.is_some_and(|contact| contact.box_key.is_none() && !contact.blocked);
        // One key can use up only its own share of what strangers may have.
        Ok((by_link || awaited)
            && self.exchanges.may_answer(*key, now)
            && self.exchanges.may_answer_stranger(now))
    }

    fn take_answer(
        &mut self,
        now: Now,
        letter: &Letter<'_>,
        answer: &BundleAnswer,
    ) -> Result<(), StoreError> {
        let asked = self.exchanges.asked.iter();
        let mut asked = asked.filter(|(_, asked)| asked.request == answer.request);
        let Some(chat) = asked.next().map(|(chat, _)| *chat) else {
            tracing::debug!("an answer to no request of ours was dropped");
            return Ok(());
        };
        let Some(contact) = self.directory.get(chat).cloned() else {
            return Ok(());
        };
        let key = letter.key.to_bytes();
        if contact.blocked || contact.box_key.is_some_and(|known| known != key) {
            return Ok(());
        }
        let at = time(now);
        let opened = match contact.account {
            Some(account) => {
                let expected = sotto_protocol::Fingerprint::from_bytes(account);
                Bundle::open(&answer.bundle, &expected, at)
            }
            None => Bundle::open_of_box_key(&answer.bundle, &letter.key, at),
        };
        let bundle = match opened {
            Ok(bundle) if bundle.card().identity().box_key == letter.key => bundle,
            Ok(_) | Err(BundleError::Card(KeyCardError::AnotherIdentity)) => {
                return self.note(now, chat, SystemLine::IdentityRefused, key);
            }
            Err(
                BundleError::Decode(DecodeError::Newer { .. })
                | BundleError::Card(KeyCardError::Decode(DecodeError::Newer { .. }))
                | BundleError::Key {
                    error: SignedKeyError::Decode(DecodeError::Newer { .. }),
                    ..
                },
            ) => return self.note(now, chat, SystemLine::NewerVersion, key),
            Err(
                error @ (BundleError::Card(KeyCardError::Validity(_))
                | BundleError::Key {
                    error: SignedKeyError::Validity(_),
                    ..
                }),
            ) => {
                // One of the two clocks is wrong: that says nothing of who answers.
                tracing::debug!(%error, "a bundle does not hold now");
                return Ok(());
            }
            Err(error) => {
                tracing::debug!(%error, "a bundle was refused");
                return self.note(now, chat, SystemLine::IdentityRefused, key);
            }
        };
        if self.lacks_session(chat, &contact)? {
            self.begin(now, chat, &contact, &bundle)?;
        }
        self.exchanges.asked.remove(&chat);
        self.pump(now);
        Ok(())
    }

    /// Begins a session with a contact's bundle.
    fn begin(
        &mut self,
        now: Now,
        chat: ChatId,
        contact: &Contact,
        bundle: &Bundle,
    ) -> Result<(), StoreError> {
        let card = bundle.card();
        let account = *card.identity().fingerprint().as_bytes();
        let box_key = card.identity().box_key.to_bytes();
        let known = peers::by_account(self.store.reader(), &account)?;
        let before = known.as_ref().map_or(0, |peer| peer.generation);
        let generation = before.saturating_add(1);
        let rng = &mut Rng(&mut self.random);
        let session = match handshake::initiate(&self.item.identity, bundle, generation, rng) {
            Ok(session) => session,
            Err(error) => {
                tracing::debug!(%error, "a handshake could not begin");
                return Ok(());
            }
        };
        let peer = Peer {
            account,
            card: card.encoded().to_vec(),
            card_hash: *card.hash().as_bytes(),
            mailbox: Some(bundle.mailbox().encoded().to_vec()),
            knows_card: None,
            knows_mailbox: None,
            generation,
        };
        let talk = Talk::new(session, peer, now);
        let (line_id, own_id) = (self.random(), self.random());
        let is_first = !contact.sealed || contact.box_key.is_none();
        let done = self.store.transaction(|tx| {
            contacts::bind(tx, chat.0, &account, &box_key)?;
            outgoing::rebind(tx, chat.0, &account)?;
            talk.save(tx)?;
            let switched = if contact.sealed {
                Vec::new()
            } else {
                switch(tx, chat.0, &account)?
            };
            // The other side learns of the session by the first thing that is said in it.
            // Who was added by a link and never answered has no session that could be lost.
            if before > 0 && invites::joined_by(tx, chat.0)?.is_none() {
                Self::push_own(tx, chat.0, &account, Own::SessionLost, &[], own_id)?;
            } else if outgoing::first(tx, chat.0)?.is_none() {
                Self::push_own(tx, chat.0, &account, Own::Established, &[], own_id)?;
            }
            let what = SystemLine::SessionStarted;
            let line = if is_first {
                line_once(tx, now, chat, what, line_id, account)?
            } else {
                None
            };
            Ok::<_, StoreError>((switched, line))
        });
        let (switched, line) = match done {
            Err(StoreError::Conflict) => {
                // The same person is a contact already, by key: one of the two has to go.
                return self.note(now, chat, SystemLine::AlreadyAContact, account);
            }
            done => done?,
        };
        self.settled.insert(chat);
        self.recall(chat);
        self.waiting.insert(chat);
        self.reread(chat)?;
        for message in switched {
            self.message_changed(message);
        }
        if let Some(line) = line {
            self.message_added(line);
        }
        self.chat_changed(chat);
        self.take_request_in(now, chat);
        Ok(())
    }

    /// Reads a contact anew after a change.
    pub(super) fn reread(&mut self, chat: ChatId) -> Result<(), StoreError> {
        let contact = contacts::by_id(self.store.reader(), chat.0)?;
        self.directory.put(contact);
        self.chat_changed(chat);
        Ok(())
    }

    /// Adds a line of the program's own to a chat that others can cause: once, and at most once an
    /// hour.
    pub(super) fn note(
        &mut self,
        now: Now,
        chat: ChatId,
        what: SystemLine,
        key: [u8; 32],
    ) -> Result<(), StoreError> {
        if !self.exchanges.may_note(chat, what, now) {
            return Ok(());
        }
        let id = self.random();
        let line = self
            .store
            .transaction(|tx| line_once(tx, now, chat, what, id, key))?;
        if let Some(line) = line {
            self.message_added(line);
            self.chat_changed(chat);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(mono: u64) -> Now {
        Now { wall: 0, mono }
    }

    #[test]
    fn a_pace_allows_so_many_at_once_and_then_one_in_a_while() {
        let mut pace = Pace::full(3, at(0));
        let mut taken = 0;
        while pace.take(3, 1_000, at(0)) {
            taken += 1;
        }
        assert_eq!(taken, 3);
        assert!(!pace.take(3, 1_000, at(999)));
        assert!(pace.take(3, 1_000, at(1_000)));
        assert!(!pace.take(3, 1_000, at(1_500)));
        // However long nothing came, no more than at first.
        let mut later = 0;
        while pace.take(3, 1_000, at(1_000_000)) {
            later += 1;
        }
        assert_eq!(later, 3);
    }
}
