//! By which relay and under which name a contact is reached, and what becomes of that when relays
//! say something else. What a relay lists is a claim: whoever holds a key shows it only by what
//! comes from there.

use super::Relays;
use super::connection::Connection;
use crate::api::{ContactId, Reach, RelayId};
use crate::core::contact_cache::ContactCache;
use crate::core::staged::StagedMap;
use crate::core::turn::Turn;
use sotto_protocol::BoxPublicKey;
use sotto_store::contacts::Contact;
use sotto_store::{Reader, SessionEntryId, StoreError, ways};
use sotto_wire::UserId;
use std::collections::{BTreeMap, BTreeSet};

/// A wait between tries grows with each round through the ways, but not before so many tries.
const LONGEST_ROUND: usize = 64;

/// Reads the ways by which contacts have proved to be there.
pub(super) fn load(
    reader: &Reader,
) -> Result<StagedMap<ContactId, Vec<(RelayId, UserId)>>, StoreError> {
    let mut all: BTreeMap<ContactId, Vec<(RelayId, UserId)>> = BTreeMap::new();
    for way in ways::list(reader)? {
        if let Ok(name) = UserId::new(&way.name) {
            all.entry(way.contact).or_default().push((way.relay, name));
        }
    }
    let mut learned = StagedMap::default();
    for (contact, ways) in all {
        learned.set(contact, Some(ways));
    }
    learned.commit();
    Ok(learned)
}

impl Relays {
    /// The way that is next for something that the other side's program confirms: a relay, and the
    /// contact's name there.
    ///
    /// A listing proves nothing, so whatever lists the contact's key is only tried: first the ways
    /// by which something authenticated came, the last one first, then by the relays in the
    /// person's order, at each under the contact's own name before others. What was tried without
    /// a receipt ([`Self::tried`]) gives its place to the next, so each has its turn, however
    /// many names a relay makes up: one name of each relay, then the next name of each.
    pub(crate) fn way(&self, contact: &Contact) -> Option<(RelayId, UserId)> {
        let turn = self.turns.get(&contact.id).copied().unwrap_or(0);
        self.way_at(contact, turn)
    }

    /// The way that is first for something that nobody confirms.
    pub(crate) fn first_way(&self, contact: &Contact) -> Option<(RelayId, UserId)> {
        self.way_at(contact, 0)
    }

    /// The way by which something of a contact came now, if the relay lists its key there.
    pub(crate) fn way_back(
        &self,
        contact: &Contact,
        relay: RelayId,
        name: &UserId,
    ) -> Option<(RelayId, UserId)> {
        let key = contact.box_key.as_ref()?;
        let listed = self.presence.lists_as(relay, key, name.as_str())?;
        let connection = self.connection(relay)?;
        connection.is_connected().then(|| (relay, listed.clone()))
    }

    /// One way by each relay that lists a contact, other names with each round.
    pub(crate) fn ways_of_round(&self, contact: &Contact, round: usize) -> Vec<(RelayId, UserId)> {
        let Some(key) = &contact.box_key else {
            return Vec::new();
        };
        let relays = self.listing(contact, key).into_iter();
        relays
            .filter_map(|relay| Some((relay, self.name_at(contact, key, relay, round)?)))
            .collect()
    }

    /// How many tries make a round through the ways to a contact, as far as waits grow by it.
    pub(crate) fn ways(&self, contact: &Contact) -> u32 {
        let Some(key) = &contact.box_key else {
            return 1;
        };
        let relays = self.listing(contact, key);
        let names = relays
            .iter()
            .map(|relay| self.presence.count_names(*relay, key));
        let round = relays.len().saturating_mul(names.max().unwrap_or(0));
        u32::try_from(round.clamp(1, LONGEST_ROUND)).unwrap_or(1)
    }

    fn way_at(&self, contact: &Contact, turn: usize) -> Option<(RelayId, UserId)> {
        let key = contact.box_key.as_ref()?;
        let relays = self.listing(contact, key);
        let relay = *relays.get(turn.checked_rem(relays.len())?)?;
        let name = self.name_at(contact, key, relay, turn.checked_div(relays.len())?)?;
        Some((relay, name))
    }

    /// The connected relays that list a contact's key, in the order in which they are tried.
    fn listing(&self, contact: &Contact, key: &BoxPublicKey) -> Vec<RelayId> {
        let lists = |relay: &RelayId| {
            self.connection(*relay)
                .is_some_and(Connection::is_connected)
                && self.presence.lists(*relay, key)
        };
        let mut relays: Vec<RelayId> = Vec::new();
        let learned = self.learned(contact.id).map(|(relay, _)| *relay);
        for relay in learned.chain(self.order.iter().copied()).filter(lists) {
            if !relays.contains(&relay) {
                relays.push(relay);
            }
        }
        relays
    }

    /// The name of a contact at a relay that is tried in a round.
    fn name_at(
        &self,
        contact: &Contact,
        key: &BoxPublicKey,
        relay: RelayId,
        round: usize,
    ) -> Option<UserId> {
        let own: Vec<&UserId> = self.own_names(contact, key, relay).collect();
        let at = round.checked_rem(self.presence.count_names(relay, key))?;
        let mut others = self
            .presence
            .names_of(relay, key)
            .filter(|name| !own.contains(name));
        match own.get(at) {
            Some(name) => Some((*name).clone()),
            None => others.nth(at.saturating_sub(own.len())).cloned(),
        }
    }

    /// The names under which a relay lists a contact's key and that are the contact's for all that
    /// is known: the one from which something came, and the one by which it was added.
    fn own_names<'a>(
        &'a self,
        contact: &'a Contact,
        key: &'a BoxPublicKey,
        relay: RelayId,
    ) -> impl Iterator<Item = &'a UserId> {
        let learned = self.learned(contact.id).find(|(by, _)| *by == relay);
        let learned = learned.map(|(_, name)| name.as_str());
        let given = Some(contact.user_id.as_str()).filter(|given| learned != Some(*given));
        let own = learned.into_iter().chain(given);
        own.filter_map(move |own| self.presence.lists_as(relay, key, own))
    }

    /// The way for a text in a plain box, which nobody confirms: only under a name that is the
    /// contact's for all that is known. While one is under way, the next goes the same way.
    pub(crate) fn plain_way(&self, contact: &Contact) -> Option<(RelayId, UserId)> {
        let key = contact.box_key.as_ref()?;
        let relays = self.listing(contact, key);
        let carries = |relay: &&RelayId| {
            let connection = self.connection(**relay);
            connection.is_some_and(|connection| connection.carries_for(contact.id))
        };
        let carrying = relays.iter().find(carries);
        let mut relays = carrying.into_iter().chain(&relays);
        relays.find_map(|relay| {
            let mut own = self.own_names(contact, key, *relay);
            Some((*relay, own.next()?.clone()))
        })
    }

    /// The name under which a contact's key is listed, where it is listed under none that is the
    /// contact's for all that is known.
    pub(crate) fn other_name(&self, contact: &Contact) -> Option<UserId> {
        if self.plain_way(contact).is_some() {
            return None;
        }
        self.first_way(contact).map(|(_, name)| name)
    }

    /// Something went by the next way to a contact: without a receipt, the one after is next.
    pub(crate) fn tried(&mut self, contact: ContactId) {
        let turn = self.turns.entry(contact).or_default();
        *turn = turn.saturating_add(1);
    }

    /// The way that was tried last was right, or all are to be tried anew.
    pub(crate) fn first_again(&mut self, contact: ContactId) {
        self.turns.remove(&contact);
    }

    /// Something that only a contact could have made came by a relay from this name.
    pub(crate) fn came_by(
        &mut self,
        turn: &mut Turn<'_>,
        contact: ContactId,
        relay: RelayId,
        name: &UserId,
    ) -> Result<(), StoreError> {
        let way = (relay, name.clone());
        let mut ways: Vec<_> = self.learned(contact).cloned().collect();
        if ways.first() == Some(&way) || !self.known.contains_key(&relay) {
            return Ok(());
        }
        turn.wake.peer(contact);
        turn.touched.reach(contact);
        ways.retain(|(by, _)| *by != relay);
        ways.insert(0, way);
        self.learned.set(contact, Some(ways));
        let name = name.as_str().to_owned();
        let row = ways::Way {
            contact,
            relay,
            name,
        };
        ways::save(turn.tx, &row, turn.now.wall)
    }

    /// The ways by which something of a contact came, the last one first.
    fn learned(&self, contact: ContactId) -> impl Iterator<Item = &(RelayId, UserId)> {
        self.learned.get(&contact).into_iter().flatten()
    }

    /// Forgets a contact that was deleted.
    pub(crate) fn forget_contact(&mut self, contact: ContactId) {
        self.recall(contact);
        self.turns.remove(&contact);
        self.learned.set(contact, None);
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

    /// Takes back the texts for a contact that are under way, by whichever way.
    pub(crate) fn recall(&mut self, contact: ContactId) {
        self.routes.remove(&contact);
        for relay in self.known.values_mut() {
            relay.connection.recall(contact);
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
