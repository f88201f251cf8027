//! How much others may cause before they are contacts, and how often a contact may ask: counted for
//! each key that asks, then for each way by which strangers come, and only then in all, so that
//! nobody uses up what somebody else needs (P-111). It answers nothing itself.

use crate::api::ContactId;
use crate::core::time::{Now, RateLimit, RateLimits};
use sotto_protocol::{Audience, BoxPublicKey, Fingerprint};

/// Requests of one key are answered, and handshakes of one stranger taken.
const ASKER: RateLimit = RateLimit {
    burst: 3,
    every_ms: 20 * 60 * 1_000,
};
/// Requests of all who have the contact card are answered.
const CARD: RateLimit = RateLimit {
    burst: 20,
    every_ms: 30_000,
};
/// Requests of all who have one invite, or who say that they are one person who was added by a link.
const ONE_PERSON: RateLimit = RateLimit {
    burst: 10,
    every_ms: 2 * 60 * 1_000,
};
/// Requests of all strangers together are answered: far more than a card and a few invites allow, for
/// those who hold many.
const ALL: RateLimit = RateLimit {
    burst: 100,
    every_ms: 5_000,
};
/// Keys, and ways, that are counted.
const MAX_COUNTED: usize = 1_000;

/// A way by which strangers come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Door {
    /// An invite, by its id.
    Invite([u8; 8]),
    /// A contact card, by its id.
    Card([u8; 8]),
    /// The identity of somebody who was added by a link and has not answered yet.
    Awaited(ContactId),
}

impl Door {
    /// Whom a bundle that is given away there is for.
    pub(crate) const fn audience(self) -> Audience {
        match self {
            Self::Card(_) => Audience::Card,
            Self::Invite(_) | Self::Awaited(_) => Audience::Invite,
        }
    }
}

/// What is left to everybody.
#[derive(Debug)]
pub(crate) struct Budget {
    contacts: RateLimits<BoxPublicKey>,
    strangers: RateLimits<BoxPublicKey>,
    cards: RateLimits<Door>,
    persons: RateLimits<Door>,
    all: RateLimits<()>,
    handshakes: RateLimits<Fingerprint>,
}

impl Budget {
    /// Nobody has asked yet.
    pub(crate) const fn new() -> Self {
        Self {
            contacts: RateLimits::new(ASKER, MAX_COUNTED),
            strangers: RateLimits::new(ASKER, MAX_COUNTED),
            cards: RateLimits::new(CARD, MAX_COUNTED),
            persons: RateLimits::new(ONE_PERSON, MAX_COUNTED),
            all: RateLimits::new(ALL, 1),
            handshakes: RateLimits::new(ASKER, MAX_COUNTED),
        }
    }

    /// Whether a contact's request is answered; if so, it counts.
    pub(crate) fn contact_asks(&mut self, key: BoxPublicKey, now: Now) -> bool {
        self.contacts.take(key, now)
    }

    /// Whether a stranger's request is answered; if so, it counts for its key, its way and in all,
    /// and otherwise for none of them.
    pub(crate) fn stranger_asks(&mut self, key: BoxPublicKey, door: Door, now: Now) -> bool {
        let way = match door {
            Door::Card(_) => &mut self.cards,
            Door::Invite(_) | Door::Awaited(_) => &mut self.persons,
        };
        let allowed =
            self.strangers.allows(&key, now) && way.allows(&door, now) && self.all.allows(&(), now);
        allowed && self.strangers.take(key, now) && way.take(door, now) && self.all.take((), now)
    }

    /// Whether a stranger may begin one more session; if so, it counts.
    pub(crate) fn stranger_begins(&mut self, identity: Fingerprint, now: Now) -> bool {
        self.handshakes.take(identity, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sotto_protocol::BoxSecretKey;

    fn key(n: u32) -> BoxPublicKey {
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&n.to_be_bytes());
        BoxSecretKey::from_bytes(&seed).public_key()
    }

    const NOW: Now = Now { wall: 0, mono: 0 };

    #[test]
    fn a_card_that_is_used_up_leaves_invites_and_contacts_theirs() {
        let mut budget = Budget::new();
        let card = Door::Card([1; 8]);
        let fresh = |budget: &mut Budget, door, from: u32| {
            let keys = from..from + 200;
            keys.filter(|n| budget.stranger_asks(key(*n), door, NOW))
                .count()
        };
        assert_eq!(fresh(&mut budget, card, 0), 20);
        assert_eq!(fresh(&mut budget, Door::Invite([1; 8]), 1_000), 10);
        assert_eq!(fresh(&mut budget, Door::Invite([2; 8]), 2_000), 10);
        assert_eq!(fresh(&mut budget, Door::Awaited(ContactId(1)), 3_000), 10);
        assert!(budget.contact_asks(key(0), NOW));
    }

    #[test]
    fn who_is_refused_uses_nothing_up() {
        let mut budget = Budget::new();
        let card = Door::Card([1; 8]);
        let one: u32 = (0..1_000)
            .map(|_| u32::from(budget.stranger_asks(key(1), card, NOW)))
            .sum();
        assert_eq!(one, 3);
        let others = (2..100).filter(|n| budget.stranger_asks(key(*n), card, NOW));
        assert_eq!(others.count(), 17);
    }
}
