//! By which relay a contact is reached, and what becomes of that when relays say something else.

use super::Relays;
use crate::api::{ContactId, Reach, RelayId};
use crate::core::contact_cache::ContactCache;
use sotto_protocol::BoxPublicKey;
use sotto_store::SessionEntryId;
use sotto_store::contacts::Contact;
use sotto_wire::UserId;
use std::collections::BTreeSet;

impl Relays {
    /// Chooses the relay for a contact and its name there: the relay already in use while it lasts,
    /// so that the order stays, else the first in the person's order that lists the contact's key.
    pub(crate) fn route(&self, contact: &Contact) -> Option<(RelayId, UserId)> {
        let key = contact.box_key.as_ref()?;
        let usable = |relay: RelayId| {
            let connection = self.connection(relay)?;
            let name = self.presence.name_of(relay, key, &contact.user_id)?;
            connection.is_connected().then(|| (relay, name.clone()))
        };
        let in_use = self.routes.get(&contact.id).copied();
        in_use
            .and_then(usable)
            .or_else(|| self.order.iter().copied().find_map(usable))
    }

    /// Takes back the texts for contacts that a relay no longer lists: it may have dropped them.
    pub(crate) fn recall_unlisted(&mut self, contacts: &ContactCache, relay: RelayId) {
        let over = self.routes.iter().filter(|(_, route)| **route == relay);
        let is_unlisted = |id: &ContactId| {
            contacts.get(*id).is_none_or(|contact| {
                let key = contact.box_key.as_ref();
                !key.is_some_and(|key| self.presence.lists(relay, key))
            })
        };
        let gone: Vec<ContactId> = over.map(|(id, _)| *id).filter(is_unlisted).collect();
        for contact in gone {
            self.lose_way(contact);
        }
    }

    /// Takes back the texts for a contact that are under way: they may have been dropped.
    pub(crate) fn lose_way(&mut self, contact: ContactId) {
        self.lost_ways.insert(contact);
        self.recall(contact);
    }

    /// Takes back the texts for a contact that are under way.
    pub(crate) fn recall(&mut self, contact: ContactId) {
        if let Some(relay) = self.routes.remove(&contact)
            && let Some(connection) = self.connection_mut(relay)
        {
            connection.recall(contact);
        }
    }

    /// A receipt came for something that may still be under way.
    pub(crate) fn confirmed(&mut self, entry: SessionEntryId) {
        for relay in self.known.values_mut() {
            relay.connection.confirmed(entry);
        }
    }

    /// What went through a relay is unconfirmed: it goes again where its recipient is found.
    pub(super) fn forget_routes(&mut self, relay: RelayId) {
        let routes = std::mem::take(&mut self.routes);
        for (contact, route) in routes {
            if route == relay {
                self.lost_ways.insert(contact);
            } else {
                self.routes.insert(contact, route);
            }
        }
    }

    /// The contacts to whom what was under way became uncertain since this was last asked.
    pub(crate) fn take_lost_ways(&mut self) -> BTreeSet<ContactId> {
        let lost = std::mem::take(&mut self.lost_ways);
        self.taken_ways.extend(lost.iter().copied());
        lost
    }

    /// Whether a key is at any relay now. What a connection knows that is being ended is kept, but
    /// does not count.
    pub(crate) fn is_there(&self, key: &BoxPublicKey) -> bool {
        let mut told = self.all().filter(|(_, connection)| !connection.is_paused());
        told.any(|(relay, _)| self.presence.lists(relay, key))
    }

    /// Whether somebody with a key can be reached now.
    pub(crate) fn reach(&self, key: Option<&BoxPublicKey>) -> Reach {
        if key.is_some_and(|key| self.is_there(key)) {
            Reach::Online
        } else if (self.all()).any(|(_, c)| c.is_connected() && !c.is_paused()) {
            Reach::Away
        } else {
            Reach::Offline
        }
    }
}
