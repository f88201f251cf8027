//! One input's turn: everything that it reads and changes goes through here.
//!
//! Rooms change the history through [`Turn::tx`], mark what they touched and whom there is something
//! to send to. They tell nobody, write to no connection before the commit and read nothing again:
//! the dispatcher does that once at the end, for everything that was marked. A turn whose
//! transaction fails has not happened: what it made is dropped, except the orders that keep
//! connections going, which no history depends on.

use super::contact_cache::ContactCache;
use super::effect::{Effect, Randomness};
use super::system_line;
use super::time::Now;
use crate::api::{ChatId, ContactId, Event, MessageId, RelayId, RequestId, SystemLine};
use rand_core::{TryCryptoRng, TryRng};
use sotto_protocol::{BoxPublicKey, ContentId};
use sotto_store::contacts::Contact;
use sotto_store::messages::{self, PeerKey};
use sotto_store::{StoreError, Tx, contacts};
use std::collections::BTreeSet;
use std::convert::Infallible;

/// One input's turn.
pub(crate) struct Turn<'a> {
    /// When the input came.
    pub(crate) now: Now,
    /// The transaction; it begins with the first change.
    pub(crate) tx: &'a Tx<'a>,
    /// The contacts as this turn has them.
    pub(crate) contacts: &'a mut ContactCache,
    /// What the subscribers have to be told.
    pub(crate) touched: Touched,
    /// Whom there is something for.
    pub(crate) wake: Wake,
    /// Whether what was deleted has to be gone from the files too.
    pub(crate) erase: bool,
    random: &'a mut Randomness,
    effects: Vec<(Holds, Effect)>,
}

/// What a turn leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) touched: Touched,
    pub(crate) wake: Wake,
    pub(crate) erase: bool,
    /// What is to be done, in its order.
    pub(crate) effects: Vec<(Holds, Effect)>,
}

impl Outcome {
    /// The transaction failed: what is left is what stands in no history.
    pub(crate) fn fail(&mut self) {
        self.effects.retain(|(holds, _)| *holds == Holds::Always);
        self.erase = false;
        let touched = std::mem::take(&mut self.touched);
        self.touched = Touched {
            chats: touched.chats,
            relays: touched.relays,
            reach: touched.reach,
            people: touched.people,
            ..Touched::default()
        };
    }
}

/// When an effect is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Only once the turn's transaction stands.
    Committed,
    /// In any case: it keeps a connection going.
    Always,
}

/// What changed and is to be told once, as it is at the end.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    pub(crate) chats: BTreeSet<ChatId>,
    /// Messages and lines that joined their chats, in their order.
    pub(crate) added: Vec<MessageId>,
    pub(crate) changed: Vec<MessageId>,
    /// What is gone: told as it was marked.
    pub(crate) gone: Vec<Event>,
    pub(crate) requests: BTreeSet<RequestId>,
    /// Names at relays whose contact changed: the requests that claim them are told.
    pub(crate) names: BTreeSet<String>,
    /// Keys of which the texts held changed: the chats that await a decision about them are told.
    pub(crate) held_keys: BTreeSet<BoxPublicKey>,
    pub(crate) relays: BTreeSet<RelayId>,
    /// Contacts that may have come or gone at a relay.
    pub(crate) reach: Reached,
    pub(crate) people: People,
    pub(crate) wholes: BTreeSet<Whole>,
}

/// What is told as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whole {
    Invites,
    Profile,
    Settings,
    /// All there is.
    Everything,
}

/// Whose reach may have changed.
#[derive(Debug, Default)]
pub(crate) enum Reached {
    #[default]
    Nobody,
    These(BTreeSet<ContactId>),
    Everybody,
}

/// When the list of people is to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum People {
    #[default]
    Unchanged,
    /// In a moment, with whatever else changes until then.
    Soon,
    /// With the next tick.
    Due,
    /// With this turn.
    Now,
}

/// Whom there is something for: looked after at the end of the turn.
#[derive(Debug, Default)]
pub(crate) struct Wake {
    /// Contacts with whom a session may be wanted.
    pub(crate) sessions: BTreeSet<ContactId>,
    /// Contacts whose identity became known: what they wrote as strangers is theirs.
    pub(crate) bound: BTreeSet<ContactId>,
    /// Contacts to whom something waits.
    pub(crate) peers: BTreeSet<ContactId>,
    /// Everybody to whom something waits.
    pub(crate) everybody: bool,
}

impl Wake {
    /// Something may go to a contact.
    pub(crate) fn peer(&mut self, contact: ContactId) {
        self.peers.insert(contact);
    }

    /// A session with a contact may be wanted.
    pub(crate) fn session(&mut self, contact: ContactId) {
        self.sessions.insert(contact);
    }

    /// Wakes those too.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.sessions.extend(other.sessions.iter().copied());
        self.bound.extend(other.bound.iter().copied());
        self.peers.extend(other.peers.iter().copied());
        self.everybody |= other.everybody;
    }

    /// Whether there is nobody.
    pub(crate) fn is_empty(&self) -> bool {
        self.sessions.is_empty()
            && self.bound.is_empty()
            && self.peers.is_empty()
            && !self.everybody
    }
}

impl Touched {
    /// A chat changed.
    pub(crate) fn chat(&mut self, chat: ChatId) {
        self.chats.insert(chat);
    }

    /// A message or line joined a chat.
    pub(crate) fn added(&mut self, chat: ChatId, message: MessageId) {
        self.added.push(message);
        self.chats.insert(chat);
    }

    /// A message changed, and with it its chat.
    pub(crate) fn message(&mut self, message: MessageId) {
        if !self.changed.contains(&message) {
            self.changed.push(message);
        }
    }

    /// Something that is told as a whole changed.
    pub(crate) fn whole(&mut self, whole: Whole) {
        self.wholes.insert(whole);
    }

    /// A relay changed.
    pub(crate) fn relay(&mut self, relay: RelayId) {
        self.relays.insert(relay);
    }

    /// A contact may have come or gone.
    pub(crate) fn reach(&mut self, contact: ContactId) {
        match &mut self.reach {
            Reached::Nobody => self.reach = Reached::These(BTreeSet::from([contact])),
            Reached::These(contacts) => {
                contacts.insert(contact);
            }
            Reached::Everybody => {}
        }
    }

    /// Anybody may have come or gone.
    pub(crate) fn all_reach(&mut self) {
        self.reach = Reached::Everybody;
    }

    /// The list of people changed.
    pub(crate) fn people(&mut self, when: People) {
        self.people = self.people.max(when);
    }

    /// Takes what another turn touched, which came before.
    pub(crate) fn after(&mut self, mut earlier: Self) {
        earlier.chats.append(&mut self.chats);
        earlier.added.append(&mut self.added);
        for message in std::mem::take(&mut self.changed) {
            if !earlier.changed.contains(&message) {
                earlier.changed.push(message);
            }
        }
        earlier.gone.append(&mut self.gone);
        earlier.requests.append(&mut self.requests);
        earlier.names.append(&mut self.names);
        earlier.held_keys.append(&mut self.held_keys);
        earlier.relays.append(&mut self.relays);
        match std::mem::take(&mut self.reach) {
            Reached::Nobody => {}
            Reached::Everybody => earlier.all_reach(),
            Reached::These(contacts) => contacts.into_iter().for_each(|c| earlier.reach(c)),
        }
        earlier.people(self.people);
        earlier.wholes.append(&mut self.wholes);
        *self = earlier;
    }
}

impl<'a> Turn<'a> {
    /// Begins a turn.
    pub(crate) fn new(
        now: Now,
        tx: &'a Tx<'a>,
        contacts: &'a mut ContactCache,
        random: &'a mut Randomness,
    ) -> Self {
        Self {
            now,
            tx,
            contacts,
            touched: Touched::default(),
            wake: Wake::default(),
            erase: false,
            random,
            effects: Vec::new(),
        }
    }

    /// Ends it: what it leaves behind.
    pub(crate) fn end(self) -> Outcome {
        Outcome {
            touched: self.touched,
            wake: self.wake,
            erase: self.erase,
            effects: self.effects,
        }
    }

    /// Something to do once the transaction stands.
    pub(crate) fn effect(&mut self, effect: Effect) {
        self.effects.push((Holds::Committed, effect));
    }

    /// Something that keeps a connection going, whatever becomes of the transaction.
    pub(crate) fn always(&mut self, effect: Effect) {
        self.effects.push((Holds::Always, effect));
    }

    /// Runs a part of the turn that is undone alone if it fails.
    pub(crate) fn part<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (effects, gone) = (self.effects.len(), self.touched.gone.len());
        let tx = self.tx;
        let result = tx.part(|| work(self));
        if result.is_err() {
            self.effects.truncate(effects);
            self.touched.gone.truncate(gone);
        }
        result
    }

    /// Random bytes.
    pub(crate) fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    /// A new content id.
    pub(crate) fn content_id(&mut self) -> ContentId {
        ContentId::from_bytes(self.random())
    }

    /// The source of randomness in the form that the cryptography takes.
    pub(crate) fn rng(&mut self) -> Rng<'_> {
        Rng(self.random)
    }

    /// Reads a contact anew after a change; its chat is told.
    pub(crate) fn reread(&mut self, contact: ContactId) -> Result<Option<Contact>, StoreError> {
        let read = contacts::by_id(self.tx, contact)?;
        if let Some(contact) = &read {
            self.touch_alike(contact.id);
            self.contacts.put(contact.clone());
            self.touch_alike(contact.id);
            self.touched.chat(contact.chat);
        }
        Ok(read)
    }

    /// Marks the chats with those whose names look like a contact's: they say so.
    fn touch_alike(&mut self, contact: ContactId) {
        let contact = self.contacts.get(contact);
        let alike = contact
            .into_iter()
            .flat_map(|contact| self.contacts.alike(contact));
        self.touched.chats.extend(alike.map(|contact| contact.chat));
    }

    /// Adds a line of the program's own to a chat.
    pub(crate) fn line(
        &mut self,
        chat: ChatId,
        what: SystemLine,
        key: PeerKey,
    ) -> Result<(), StoreError> {
        let line = messages::Line {
            chat,
            content: self.content_id(),
            system_line: system_line::code(what),
            created_at: self.now.wall,
            key,
        };
        let line = messages::line(self.tx, &line)?;
        self.touched.added(chat, line);
        Ok(())
    }

    /// Adds a line unless the chat's newest row is the same line already: what somebody else can
    /// cause again and again is said once.
    pub(crate) fn line_once(
        &mut self,
        chat: ChatId,
        what: SystemLine,
        key: PeerKey,
    ) -> Result<(), StoreError> {
        let newest = messages::newest_line(self.tx, chat)?;
        if newest.as_deref() == Some(system_line::code(what)) {
            return Ok(());
        }
        self.line(chat, what, key)
    }
}

/// The source of randomness in the form that the cryptography takes.
pub(crate) struct Rng<'a>(pub(crate) &'a mut Randomness);

impl Rng<'_> {
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }
}

impl TryRng for Rng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        (self.0)(dst);
        Ok(())
    }
}

impl TryCryptoRng for Rng<'_> {}
