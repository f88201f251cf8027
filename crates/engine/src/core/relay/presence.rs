//! Who is listed at the relays, and under which key.
//!
//! Names at a relay of level 0 are hints that anybody can take; keys are identities. So this
//! answers by key: at which relays is this key, and under which name there. It holds no contacts
//! and does no I/O.

use crate::api::RelayId;
use sotto_protocol::BoxPublicKey;
use sotto_wire::{ListedUser, PublicKey, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// The most names kept for one relay. A relay that lists more shows only these.
pub(crate) const MAX_LISTED: usize = sotto_wire::limits::MAX_LISTED_USERS;

/// The people listed at all connected relays.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    relays: BTreeMap<RelayId, Listing>,
}

/// The people listed at one relay.
#[derive(Debug, Default)]
struct Listing {
    /// Whether the whole list has come since the connection began.
    complete: bool,
    by_name: BTreeMap<UserId, PublicKey>,
    by_key: BTreeMap<PublicKey, BTreeSet<UserId>>,
}

impl Listing {
    fn insert(&mut self, user: ListedUser) {
        if self.by_name.len() >= MAX_LISTED && !self.by_name.contains_key(&user.user_id) {
            return;
        }
        self.remove(&user.user_id);
        self.by_key
            .entry(user.public_key)
            .or_default()
            .insert(user.user_id.clone());
        self.by_name.insert(user.user_id, user.public_key);
    }

    fn remove(&mut self, name: &UserId) {
        if let Some(key) = self.by_name.remove(name)
            && let Some(names) = self.by_key.get_mut(&key)
        {
            names.remove(name);
            if names.is_empty() {
                self.by_key.remove(&key);
            }
        }
    }
}

impl Presence {
    /// Forgets a relay: its connection ended or it was removed.
    pub(crate) fn forget(&mut self, relay: RelayId) {
        self.relays.remove(&relay);
    }

    /// Takes the whole list of a relay.
    pub(crate) fn replace(&mut self, relay: RelayId, users: Vec<ListedUser>) {
        let mut listing = Listing {
            complete: true,
            ..Listing::default()
        };
        for user in users {
            listing.insert(user);
        }
        self.relays.insert(relay, listing);
    }

    /// Takes one joining person.
    pub(crate) fn joined(&mut self, relay: RelayId, user: ListedUser) {
        self.relays.entry(relay).or_default().insert(user);
    }

    /// Takes one leaving person.
    pub(crate) fn left(&mut self, relay: RelayId, name: &UserId) {
        if let Some(listing) = self.relays.get_mut(&relay) {
            listing.remove(name);
        }
    }

    /// Whether the whole list of a relay has come.
    pub(crate) fn is_complete(&self, relay: RelayId) -> bool {
        self.relays.get(&relay).is_some_and(|l| l.complete)
    }

    /// The key listed for a name at a relay.
    pub(crate) fn key_of(&self, relay: RelayId, name: &UserId) -> Option<PublicKey> {
        self.relays.get(&relay)?.by_name.get(name).copied()
    }

    /// The names under which a key is listed at a relay, in their order.
    pub(crate) fn names_of(
        &self,
        relay: RelayId,
        key: &BoxPublicKey,
    ) -> impl Iterator<Item = &UserId> {
        let listing = self.relays.get(&relay);
        let names = listing.and_then(|listing| listing.by_key.get(&shown(key)));
        names.into_iter().flatten()
    }

    /// Under how many names a key is listed at a relay.
    pub(crate) fn count_names(&self, relay: RelayId, key: &BoxPublicKey) -> usize {
        let listing = self.relays.get(&relay);
        let names = listing.and_then(|listing| listing.by_key.get(&shown(key)));
        names.map_or(0, BTreeSet::len)
    }

    /// A name, if a relay lists a key under it.
    pub(crate) fn lists_as(
        &self,
        relay: RelayId,
        key: &BoxPublicKey,
        name: &str,
    ) -> Option<&UserId> {
        let (name, listed) = self.relays.get(&relay)?.by_name.get_key_value(name)?;
        (*listed == shown(key)).then_some(name)
    }

    /// Whether a key is listed at a relay.
    pub(crate) fn lists(&self, relay: RelayId, key: &BoxPublicKey) -> bool {
        let listing = self.relays.get(&relay);
        listing.is_some_and(|listing| listing.by_key.contains_key(&shown(key)))
    }

    /// How many names a relay lists, without those of the given key.
    pub(crate) fn count(&self, relay: RelayId, own: &BoxPublicKey) -> usize {
        self.relays.get(&relay).map_or(0, |listing| {
            let own = listing.by_key.get(&shown(own)).map_or(0, BTreeSet::len);
            listing.by_name.len().saturating_sub(own)
        })
    }

    /// Everybody, each pair of name and key once with the relays where it is listed, by name.
    pub(crate) fn everybody(&self) -> BTreeMap<(&UserId, PublicKey), Vec<RelayId>> {
        let mut all: BTreeMap<(&UserId, PublicKey), Vec<RelayId>> = BTreeMap::new();
        for (relay, listing) in &self.relays {
            for (name, key) in &listing.by_name {
                all.entry((name, *key)).or_default().push(*relay);
            }
        }
        all
    }
}

/// A box key as relays show it.
pub(crate) const fn shown(key: &BoxPublicKey) -> PublicKey {
    PublicKey(key.to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const R: RelayId = RelayId(1);

    fn key(byte: u8) -> BoxPublicKey {
        BoxPublicKey::from_bytes([byte; 32]).unwrap()
    }

    fn user(name: &str, key: u8) -> ListedUser {
        ListedUser {
            user_id: UserId::new(name).unwrap(),
            public_key: PublicKey([key; 32]),
        }
    }

    #[test]
    fn a_key_is_found_under_whatever_name_it_is_listed() {
        let mut presence = Presence::default();
        presence.replace(R, vec![user("a", 1), user("b", 1), user("c", 2)]);
        let names: Vec<_> = presence.names_of(R, &key(1)).map(UserId::as_str).collect();
        assert_eq!(names, ["a", "b"]);
        assert!(presence.lists_as(R, &key(1), "b").is_some());
        assert!(presence.lists_as(R, &key(1), "c").is_none());
        assert!(presence.lists_as(R, &key(1), "elsewhere").is_none());
        assert!(!presence.lists(R, &key(9)));
    }

    #[test]
    fn a_name_taken_over_by_another_key_leaves_the_first_unlisted() {
        let mut presence = Presence::default();
        presence.joined(R, user("a", 1));
        presence.joined(R, user("a", 2));
        assert!(!presence.lists(R, &key(1)));
        assert!(presence.lists(R, &key(2)));
        assert_eq!(presence.count(R, &key(2)), 0);
    }

    proptest! {
        #[test]
        fn both_indexes_always_agree(steps in proptest::collection::vec((0u8..3, 0u8..6, 0u8..4), 0..80)) {
            let mut presence = Presence::default();
            for (what, name, key) in steps {
                let entry = user(&format!("n{name}"), key);
                match what {
                    0 => presence.joined(R, entry),
                    1 => presence.left(R, &entry.user_id),
                    _ => presence.replace(R, vec![entry]),
                }
                for ((name, key), _) in presence.everybody() {
                    prop_assert!(presence.relays[&R].by_key.contains_key(&key));
                    prop_assert_eq!(presence.key_of(R, name), Some(key));
                }
                let listing = presence.relays.get(&R);
                let names: usize = listing.map_or(0, |l| l.by_key.values().map(BTreeSet::len).sum());
                prop_assert_eq!(names, listing.map_or(0, |l| l.by_name.len()));
            }
        }
    }
}
