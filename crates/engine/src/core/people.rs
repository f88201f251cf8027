//! What relays say about who is there, and what follows: contacts become reachable, a name shows
//! another key, our own name was dropped.

use super::{Engine, Now};
use crate::api::{ChatId, Event, Reach, RelayId, SystemLine};
use sotto_protocol::BoxPublicKey;
use sotto_store::contacts::{self, Contact};
use sotto_store::{StoreError, Tx};
use sotto_wire::{ListedUser, PublicKey, RelayFrame, UserId};
use std::collections::BTreeMap;

/// The list of people is told at most this often, ms.
const PEOPLE_EVERY_MS: u64 = 250;

/// When more contacts than this change at once, a front gets everything anew.
const MANY: usize = 50;

impl Engine {
    /// Takes a frame of a relay.
    pub(super) fn frame(
        &mut self,
        now: Now,
        relay: RelayId,
        frame: &RelayFrame,
    ) -> Result<(), StoreError> {
        if let Some(link) = self.links.get_mut(&relay) {
            link.heard(now);
        }
        match frame {
            RelayFrame::UserJoined { user } => self.joined(now, relay, user),
            RelayFrame::UserLeft { user_id } => {
                self.left(now, relay, user_id);
                Ok(())
            }
            RelayFrame::UserList { users, .. } => self.listed(now, relay, users),
            RelayFrame::Message {
                from,
                encrypted,
                timestamp_ms,
            } => {
                self.link_stamp(now, relay, *timestamp_ms);
                self.receive(now, relay, from.as_ref(), encrypted, *timestamp_ms)
            }
            RelayFrame::Unknown => Ok(()),
        }
    }

    fn joined(&mut self, now: Now, relay: RelayId, user: &ListedUser) -> Result<(), StoreError> {
        self.note_other_keys(now, std::slice::from_ref(user))?;
        let name = &user.user_id;
        let former = self.presence.key_of(relay, name);
        self.presence.joined(relay, user.clone());
        self.own_listing(now, relay);
        self.recall_unlisted(relay);
        let named = self.directory.by_name(name.as_str());
        let keyed = self.directory.by_key(&user.public_key.0);
        let there = named
            .chain(keyed)
            .filter(|contact| self.wants_session(contact));
        let there = there.map(|contact| ChatId(contact.id)).collect();
        self.greet(now, there);
        self.keys_moved(now, former.into_iter().chain([user.public_key]));
        self.retry_unknown(now, relay, Some(name))
    }

    fn left(&mut self, now: Now, relay: RelayId, name: &UserId) {
        let former = self.presence.key_of(relay, name);
        self.presence.left(relay, name);
        if name.as_str() == self.profile.user_id {
            // A relay of level 0 unlists a name when an older socket of the same name closes.
            self.register(now, relay);
        }
        self.recall_unlisted(relay);
        self.keys_moved(now, former.into_iter());
    }

    fn listed(&mut self, now: Now, relay: RelayId, users: &[ListedUser]) -> Result<(), StoreError> {
        self.note_other_keys(now, users)?;
        let first = !self.presence.is_complete(relay);
        self.presence.replace(relay, users.to_vec());
        self.own_listing(now, relay);
        if first {
            self.tell_relay(relay);
        }
        self.recall_unlisted(relay);
        let there = self
            .directory
            .all()
            .filter(|contact| self.wants_session(contact));
        let there = there.map(|contact| ChatId(contact.id)).collect();
        self.greet(now, there);
        self.reach_changed(now);
        self.people_soon(now);
        self.retry_unknown(now, relay, None)
    }

    /// Looks after our own name in the list of a relay.
    fn own_listing(&mut self, now: Now, relay: RelayId) {
        let own = self.own_key.to_bytes();
        let Ok(name) = UserId::new(&self.profile.user_id) else {
            return;
        };
        if self
            .presence
            .key_of(relay, &name)
            .is_some_and(|key| key.0 == own)
        {
            let fresh = self.links.get_mut(&relay).is_some_and(|l| l.listed(now));
            if fresh {
                self.tell_relay(relay);
                self.reach_changed(now);
            }
        } else if self.presence.is_complete(relay) {
            self.register(now, relay);
        }
    }

    /// Whether a contact may be there and a session with it is wanted and perhaps missing.
    fn wants_session(&self, contact: &Contact) -> bool {
        let key = contact.box_key;
        (contact.sealed || contact.client == contacts::Client::Sotto)
            && !self.settled.contains(&ChatId(contact.id))
            && key.is_none_or(|key| self.is_there(&key))
    }

    /// Asks those who are there for a session.
    fn greet(&mut self, now: Now, there: Vec<ChatId>) {
        for chat in there {
            self.consider(now, chat);
        }
    }

    /// Keys came or went at a relay: contacts are told of, texts go out.
    fn keys_moved(&mut self, now: Now, keys: impl Iterator<Item = PublicKey>) {
        let moved: Vec<ChatId> = keys
            .filter_map(|key| self.directory.by_key(&key.0))
            .map(|contact| ChatId(contact.id))
            .collect();
        self.tell_reach(&moved);
        self.people_soon(now);
        self.pump(now);
    }

    /// The list of people changed: it is told in a moment, with whatever else changes until then.
    fn people_soon(&mut self, now: Now) {
        self.people_due
            .get_or_insert(now.mono.saturating_add(PEOPLE_EVERY_MS));
    }

    /// Notes in the chats where a listed name has another key than the contact's.
    fn note_other_keys(&mut self, now: Now, users: &[ListedUser]) -> Result<(), StoreError> {
        // Of a name that is listed more than once, the last counts, as for everything else.
        let mut seen: BTreeMap<ChatId, [u8; 32]> = BTreeMap::new();
        for user in users {
            let key = user.public_key.0;
            for contact in self.directory.by_name(user.user_id.as_str()) {
                let chat = ChatId(contact.id);
                if contact.box_key == Some(key) {
                    seen.remove(&chat);
                } else if self.is_news(contact, key) {
                    seen.insert(chat, key);
                }
            }
        }
        if seen.is_empty() {
            return Ok(());
        }
        let seen: Vec<SeenKey> = seen
            .into_iter()
            .map(|(chat, key)| self.seen_key(chat, key))
            .collect();
        let noted = self.store.transaction(|tx| {
            let noted = seen.iter().map(|seen| seen.note(tx, now));
            noted.collect::<Result<Vec<_>, StoreError>>()
        })?;
        for (seen, (contact, line)) in seen.iter().zip(noted) {
            self.directory.put(contact);
            if let Some(line) = line {
                self.message_added(line);
            }
            self.chat_changed(seen.chat);
        }
        Ok(())
    }

    /// Whether a key under a contact's name is one that the person has to be told of.
    fn is_news(&self, contact: &Contact, key: [u8; 32]) -> bool {
        let known = contact.ignored_key == Some(key)
            || contact.other_key.as_ref().is_some_and(|o| o.key == key);
        !known
            && contact.box_key.is_some()
            && !contact.blocked
            && key != self.own_key.to_bytes()
            && BoxPublicKey::from_bytes(key).is_ok()
    }

    /// A key that was seen under a contact's name.
    fn seen_key(&mut self, chat: ChatId, key: [u8; 32]) -> SeenKey {
        let undecided = self
            .directory
            .get(chat)
            .is_some_and(|c| c.other_key.is_some());
        SeenKey {
            chat,
            key,
            // One line until the person decides, however many keys come by.
            line: (!undecided).then(|| self.random()),
        }
    }

    /// The key that a name has at a relay now, if it is another than a new contact's.
    pub(super) fn other_key_of(&mut self, name: &UserId, own: &[u8; 32]) -> Option<SeenKey> {
        let relays = self.links.keys();
        let listed = relays.filter_map(|relay| self.presence.key_of(*relay, name));
        let keys: Vec<[u8; 32]> = listed.map(|key| key.0).collect();
        let other = keys.into_iter().find(|key| {
            key != own && *key != self.own_key.to_bytes() && BoxPublicKey::from_bytes(*key).is_ok()
        });
        // The chat is not there yet: it gets its number in the transaction.
        other.map(|key| self.seen_key(ChatId(0), key))
    }

    /// Whether a key is at any relay now. What a connection knows that is being ended is kept, but
    /// does not count.
    fn is_there(&self, key: &[u8; 32]) -> bool {
        let mut links = self.links.iter().filter(|(_, link)| !link.is_paused());
        links.any(|(relay, _)| self.presence.lists(*relay, key))
    }

    /// Whether a contact can be reached now.
    pub(super) fn reach(&self, key: Option<&[u8; 32]>) -> Reach {
        if key.is_some_and(|key| self.is_there(key)) {
            Reach::Online
        } else if (self.links.values()).any(|link| link.is_connected() && !link.is_paused()) {
            Reach::Away
        } else {
            Reach::Offline
        }
    }

    /// Tells the fronts whose reach changed, and lets texts go out.
    pub(super) fn reach_changed(&mut self, now: Now) {
        self.tell_all_reach();
        self.pump(now);
    }

    /// Tells the fronts whose reach changed.
    pub(super) fn tell_all_reach(&mut self) {
        let all: Vec<ChatId> = self.directory.all().map(|c| ChatId(c.id)).collect();
        self.tell_reach(&all);
    }

    /// Tells the fronts whose reach changed among these.
    fn tell_reach(&mut self, chats: &[ChatId]) {
        let mut changed = Vec::new();
        for chat in chats {
            let Some(contact) = self.directory.get(*chat) else {
                continue;
            };
            let reach = self.reach(contact.box_key.as_ref());
            if self.told_reach.insert(*chat, reach) != Some(reach) {
                changed.push(*chat);
            }
        }
        if changed.len() <= MANY {
            for chat in changed {
                self.chat_changed(chat);
            }
            return;
        }
        match self.snapshot() {
            Ok(snapshot) => {
                let snapshot = Box::new(snapshot);
                self.emit(Event::Snapshot { snapshot });
            }
            Err(error) => tracing::warn!(%error, "the chats could not be told"),
        }
    }

    pub(super) fn tick_people(&mut self, now: Now) {
        if self.people_due.is_some_and(|due| due <= now.mono) {
            self.people_due = None;
            let people = self.people();
            self.emit(Event::PeopleChanged { people });
            let relays: Vec<RelayId> = self.links.keys().copied().collect();
            for relay in relays {
                self.tell_relay(relay);
            }
        }
    }
}

/// A key that was seen under a contact's name.
pub(super) struct SeenKey {
    /// The contact.
    chat: ChatId,
    key: [u8; 32],
    /// The id of the line to add about it, if there is none yet.
    line: Option<[u8; 16]>,
}

impl SeenKey {
    /// The same, of a contact that now has a chat.
    pub(super) fn in_chat(self, chat: ChatId) -> Self {
        Self { chat, ..self }
    }

    /// Notes it; gives the contact as it is then, and the line.
    pub(super) fn note(
        &self,
        tx: &Tx<'_>,
        now: Now,
    ) -> Result<(Option<Contact>, Option<i64>), StoreError> {
        let news = contacts::see_other_key(tx, self.chat.0, &self.key, now.wall)?;
        let line = match self.line {
            Some(public_id) if news => Some(super::contacts::line(
                tx,
                now,
                self.chat,
                SystemLine::OtherKeySeen,
                public_id,
                self.key,
            )?),
            _ => None,
        };
        Ok((contacts::by_id(tx, self.chat.0)?, line))
    }
}
