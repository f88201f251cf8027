//! Statements of others that were checked: each is checked once, not with each message. Two
//! signatures and a KEM key cost about as much as the message itself.

use crate::core::time::Now;
use sotto_protocol::{Fingerprint, KeyCard, PeerMailbox};
use sotto_store::peers::Peer;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Of how many identities they are kept.
const MAX_IDENTITIES: usize = 256;

/// What was checked of each identity, in memory.
#[derive(Debug, Default)]
pub(crate) struct Statements(RefCell<BTreeMap<Fingerprint, Checked>>);

#[derive(Clone, Debug)]
struct Checked {
    card: Arc<KeyCard>,
    mailbox: Option<Arc<PeerMailbox>>,
}

impl Statements {
    /// The key card of an identity as it is stored, if it can be read.
    pub(crate) fn card(&self, peer: &Peer) -> Option<Arc<KeyCard>> {
        Some(self.of(peer)?.card)
    }

    /// Its newest mailbox key as it is stored, if it can be read.
    pub(crate) fn mailbox(&self, peer: &Peer, now: Now) -> Option<Arc<PeerMailbox>> {
        let stored = peer.mailbox.as_ref()?;
        let known = self.of(peer)?;
        if let Some(mailbox) = known.mailbox
            && mailbox.encoded() == stored
        {
            return mailbox.check(now.unix()).is_ok().then_some(mailbox);
        }
        let signer = known.card.identity().ed25519;
        let mailbox = Arc::new(PeerMailbox::open(stored, &signer, now.unix()).ok()?);
        self.keep(
            peer,
            Checked {
                card: known.card,
                mailbox: Some(Arc::clone(&mailbox)),
            },
        );
        Some(mailbox)
    }

    fn of(&self, peer: &Peer) -> Option<Checked> {
        if let Some(known) = self.0.borrow().get(&peer.fingerprint)
            && known.card.encoded() == peer.card
        {
            return Some(known.clone());
        }
        let checked = Checked {
            card: Arc::new(KeyCard::decode(&peer.card).ok()?),
            mailbox: None,
        };
        self.keep(peer, checked.clone());
        Some(checked)
    }

    fn keep(&self, peer: &Peer, checked: Checked) {
        let mut all = self.0.borrow_mut();
        if all.len() >= MAX_IDENTITIES && !all.contains_key(&peer.fingerprint) {
            all.clear();
        }
        all.insert(peer.fingerprint, checked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::effect::Randomness;
    use crate::core::turn::Rng;
    use sotto_protocol::{Features, Identity, MailboxPool, UnixTime, Validity};

    const NOW: Now = Now {
        wall: 1_800_000_000_000,
        mono: 0,
    };

    fn peer(seed: u8, card_days: u64) -> Peer {
        let identity = Identity::from_seeds(&[seed; 32], &[seed + 64; 32], &[seed + 128; 32]);
        let start = UnixTime::from_secs(1_800_000_000);
        let card = KeyCard::sign(&identity, &[], Validity::days(start, card_days)).unwrap();
        let mut random: Randomness = Box::new(move |out| out.fill(seed));
        let pool = MailboxPool::generate(&mut Rng(&mut random), start);
        Peer {
            fingerprint: identity.public().fingerprint(),
            card: card.encoded().to_vec(),
            card_hash: card.hash(),
            mailbox: Some(pool.current(&identity).unwrap().encoded().to_vec()),
            knows_card: None,
            knows_mailbox: None,
            generation: 0,
            features: Features::NONE,
        }
    }

    #[test]
    fn the_same_bytes_are_checked_once_and_other_bytes_anew() {
        let statements = Statements::default();
        let one = peer(1, 30);
        let card = statements.card(&one).unwrap();
        let mailbox = statements.mailbox(&one, NOW).unwrap();
        assert!(Arc::ptr_eq(&card, &statements.card(&one).unwrap()));
        assert!(Arc::ptr_eq(
            &mailbox,
            &statements.mailbox(&one, NOW).unwrap()
        ));
        let renewed = peer(1, 31);
        assert_eq!(
            statements.card(&renewed).unwrap().encoded(),
            renewed.card.as_slice()
        );
    }

    #[test]
    fn a_key_from_the_future_is_refused_whether_it_was_checked_before_or_not() {
        let (statements, one) = (Statements::default(), peer(1, 30));
        let before = Now {
            wall: NOW.wall - 3 * 24 * 3_600 * 1_000,
            ..NOW
        };
        assert!(statements.mailbox(&one, before).is_none());
        assert!(statements.mailbox(&one, NOW).is_some());
        assert!(statements.mailbox(&one, before).is_none());
        assert!(statements.mailbox(&one, NOW).is_some());
    }

    #[test]
    fn what_does_not_verify_is_not_taken_for_what_did() {
        let statements = Statements::default();
        let (one, two) = (peer(1, 30), peer(2, 30));
        assert!(statements.mailbox(&one, NOW).is_some());
        // Signed by somebody else.
        let swapped = Peer {
            mailbox: two.mailbox.clone(),
            ..one.clone()
        };
        assert!(statements.mailbox(&swapped, NOW).is_none());
        let mut spoiled = one.clone();
        spoiled.card[40] ^= 1;
        assert!(statements.card(&spoiled).is_none());
        assert!(statements.mailbox(&spoiled, NOW).is_none());
        let none = Peer {
            mailbox: None,
            ..one.clone()
        };
        assert!(statements.mailbox(&none, NOW).is_none());
        assert!(statements.mailbox(&one, NOW).is_some());
    }

    #[test]
    fn only_so_many_are_kept() {
        let statements = Statements::default();
        let one = peer(1, 30);
        for n in 0..=u16::try_from(MAX_IDENTITIES).unwrap() {
            let mut fingerprint = [0; 32];
            fingerprint[..2].copy_from_slice(&n.to_be_bytes());
            let other = Peer {
                fingerprint: Fingerprint::from_bytes(fingerprint),
                ..one.clone()
            };
            assert!(statements.card(&other).is_some());
            assert!(statements.0.borrow().len() <= MAX_IDENTITIES);
        }
    }
}
