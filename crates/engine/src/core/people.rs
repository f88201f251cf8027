//! What relays say about who is there, and what follows: contacts become reachable, a name shows
//! another key, our own name was dropped.

use super::{Engine, Now};
use crate::view::{ChatId, Event, Reach, RelayId, SystemLine};
use sotto_store::{StoreError, contacts, messages};
use sotto_wire::{ListedUser, RelayFrame, UserId};
use std::collections::BTreeSet;

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
            RelayFrame::UserLeft { user_id } => self.left(now, relay, user_id),
            RelayFrame::UserList { users, .. } => self.listed(now, relay, users),
            RelayFrame::Message {
                from,
                encrypted,
                timestamp_ms,
            } => self.receive(now, relay, from.as_ref(), encrypted, *timestamp_ms),
            RelayFrame::Unknown => Ok(()),
        }
    }

    fn joined(&mut self, now: Now, relay: RelayId, user: &ListedUser) -> Result<(), StoreError> {
        self.note_other_keys(now, std::slice::from_ref(user))?;
        self.presence.joined(relay, user.clone());
        self.own_listing(now, relay);
        self.somebody_changed(now, relay)
    }

    fn left(&mut self, now: Now, relay: RelayId, name: &UserId) -> Result<(), StoreError> {
        self.presence.left(relay, name);
        if name.as_str() == self.profile.user_id {
            // A relay of level 0 unlists a name when an older socket of the same name closes.
            self.register(now, relay);
        }
        self.somebody_changed(now, relay)
    }

    fn listed(&mut self, now: Now, relay: RelayId, users: &[ListedUser]) -> Result<(), StoreError> {
        self.note_other_keys(now, users)?;
        let first = !self.presence.is_complete(relay);
        self.presence.replace(relay, users.to_vec());
        self.own_listing(now, relay);
        if first {
            self.tell_relay(relay);
        }
        self.somebody_changed(now, relay)
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

    /// Somebody came or went at a relay: texts are taken back or go out.
    fn somebody_changed(&mut self, now: Now, relay: RelayId) -> Result<(), StoreError> {
        self.recall_unlisted(relay);
        self.reach_changed(now);
        self.people_due
            .get_or_insert(now.mono.saturating_add(PEOPLE_EVERY_MS));
        self.retry_unknown(now, relay)
    }

    /// Notes in the chats where a listed name has another key than the contact's.
    fn note_other_keys(&mut self, now: Now, users: &[ListedUser]) -> Result<(), StoreError> {
        let own = self.own_key.to_bytes();
        let mut seen = Vec::new();
        for user in users {
            let key = user.public_key.0;
            if key == own || sotto_protocol::BoxPublicKey::from_bytes(key).is_err() {
                continue;
            }
            for contact in self.directory.by_name(user.user_id.as_str()) {
                let known = contact.box_key == key
                    || contact.ignored_key == Some(key)
                    || contact.other_key.as_ref().is_some_and(|o| o.key == key);
                if !known && !contact.blocked {
                    seen.push((ChatId(contact.id), key, contact.other_key.is_none()));
                }
            }
        }
        if seen.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        for _ in &seen {
            lines.push(self.random::<16>());
        }
        let added = self.store.transaction(|tx| {
            let mut added = Vec::new();
            for ((chat, key, first), public_id) in seen.iter().zip(&lines) {
                // One line until the person decides, however many keys come by.
                if contacts::see_other_key(tx, chat.0, key, now.wall)? && *first {
                    added.push(messages::line(
                        tx,
                        &messages::Line {
                            chat: chat.0,
                            public_id: *public_id,
                            system_line: super::views::line_code(SystemLine::OtherKeySeen),
                            created_at: now.wall,
                            key: *key,
                        },
                    )?);
                }
            }
            Ok::<_, StoreError>(added)
        })?;
        let chats: BTreeSet<ChatId> = seen.iter().map(|(chat, ..)| *chat).collect();
        for chat in &chats {
            self.directory.refresh(self.store.reader(), *chat)?;
        }
        for message in added {
            self.message_added(message)?;
        }
        for chat in chats {
            self.chat_changed(chat)?;
        }
        Ok(())
    }

    /// Whether a contact can be reached now.
    pub(super) fn reach(&self, key: &[u8; 32]) -> Reach {
        if self.presence.is_listed(key) {
            Reach::Online
        } else if self.links.values().any(super::link::Link::is_connected) {
            Reach::Away
        } else {
            Reach::Offline
        }
    }

    /// Tells the fronts whose reach changed, and lets texts go out.
    pub(super) fn reach_changed(&mut self, now: Now) {
        let mut changed = Vec::new();
        let now_reached: Vec<(ChatId, Reach)> = self
            .directory
            .all()
            .map(|contact| (ChatId(contact.id), self.reach(&contact.box_key)))
            .collect();
        for (chat, reach) in now_reached {
            if self.told_reach.insert(chat, reach) != Some(reach) {
                changed.push(chat);
            }
        }
        if changed.len() > MANY {
            match self.snapshot() {
                Ok(snapshot) => {
                    let snapshot = Box::new(snapshot);
                    self.emit(Event::Snapshot { snapshot });
                }
                Err(error) => tracing::warn!(%error, "the chats could not be told"),
            }
        } else {
            for chat in changed {
                if let Err(error) = self.chat_changed(chat) {
                    tracing::warn!(%error, "a chat could not be told");
                }
            }
        }
        self.pump(now);
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
