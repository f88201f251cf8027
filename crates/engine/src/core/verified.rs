//! Statements of others that were checked: each is checked once, not with each message. Two
//! signatures and a KEM key cost about as much as the message itself.

use super::Now;
use super::keyring::time;
use sotto_protocol::{KeyCard, PeerMailbox};
use sotto_store::peers::Peer;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Of how many identities they are kept.
const MAX_IDENTITIES: usize = 256;

/// What was checked of each identity, in memory.
#[derive(Debug, Default)]
pub(super) struct Verified(RefCell<BTreeMap<[u8; 32], Statements>>);

#[derive(Clone, Debug)]
struct Statements {
    card: Arc<KeyCard>,
    mailbox: Option<Arc<PeerMailbox>>,
}

impl Verified {
    /// The key card of an identity as it is stored, if it can be read.
    pub(super) fn card(&self, peer: &Peer) -> Option<Arc<KeyCard>> {
        Some(self.of(peer)?.card)
    }

    /// Its newest mailbox key as it is stored, if it can be read.
    pub(super) fn mailbox(&self, peer: &Peer, now: Now) -> Option<Arc<PeerMailbox>> {
        let stored = peer.mailbox.as_ref()?;
        let known = self.of(peer)?;
        if let Some(mailbox) = known.mailbox
            && mailbox.encoded() == stored
        {
            return mailbox.check(time(now)).is_ok().then_some(mailbox);
        }
        let signer = known.card.identity().ed25519;
        let mailbox = Arc::new(PeerMailbox::open(stored, &signer, time(now)).ok()?);
        self.keep(
            peer,
            Statements {
                card: known.card,
                mailbox: Some(Arc::clone(&mailbox)),
            },
        );
        Some(mailbox)
    }

    fn of(&self, peer: &Peer) -> Option<Statements> {
        if let Some(known) = self.0.borrow().get(&peer.account)
            && known.card.encoded() == peer.card
        {
            return Some(known.clone());
        }
        let checked = Statements {
            card: Arc::new(KeyCard::decode(&peer.card).ok()?),
            mailbox: None,
        };
        self.keep(peer, checked.clone());
        Some(checked)
    }

    fn keep(&self, peer: &Peer, statements: Statements) {
        let mut all = self.0.borrow_mut();
        if all.len() >= MAX_IDENTITIES && !all.contains_key(&peer.account) {
            all.clear();
        }
        all.insert(peer.account, statements);
    }
}

#[cfg(test)]
mod tests {
    use super::super::rng::Rng;
    use super::*;
    use sotto_protocol::{Identity, MailboxPool, UnixTime, Validity};

    const NOW: Now = Now {
        wall: 1_800_000_000_000,
        mono: 0,
    };

    fn peer(seed: u8, card_days: u64) -> Peer {
        let identity = Identity::from_seeds(&[seed; 32], &[seed + 64; 32], &[seed + 128; 32]);
        let start = UnixTime::from_secs(1_800_000_000);
        let card = KeyCard::sign(&identity, &[], Validity::days(start, card_days)).unwrap();
        let mut random: super::super::Randomness = Box::new(move |out| out.fill(seed));
        let pool = MailboxPool::generate(&mut Rng(&mut random), start);
        Peer {
            account: *identity.public().fingerprint().as_bytes(),
            card: card.encoded().to_vec(),
            card_hash: *card.hash().as_bytes(),
            mailbox: Some(pool.current(&identity).unwrap().encoded().to_vec()),
            knows_card: None,
            knows_mailbox: None,
            generation: 0,
        }
    }

    #[test]
    fn the_same_bytes_are_checked_once_and_other_bytes_anew() {
        let verified = Verified::default();
        let one = peer(1, 30);
        let card = verified.card(&one).unwrap();
        let mailbox = verified.mailbox(&one, NOW).unwrap();
        assert!(Arc::ptr_eq(&card, &verified.card(&one).unwrap()));
        assert!(Arc::ptr_eq(&mailbox, &verified.mailbox(&one, NOW).unwrap()));
        let renewed = peer(1, 31);
        assert_eq!(
            verified.card(&renewed).unwrap().encoded(),
            renewed.card.as_slice()
        );
    }

    #[test]
    fn a_key_from_the_future_is_refused_whether_it_was_checked_before_or_not() {
        let (verified, one) = (Verified::default(), peer(1, 30));
        let before = Now {
            wall: NOW.wall - 3 * 24 * 3_600 * 1_000,
            ..NOW
        };
        assert!(verified.mailbox(&one, before).is_none());
        assert!(verified.mailbox(&one, NOW).is_some());
        assert!(verified.mailbox(&one, before).is_none());
        assert!(verified.mailbox(&one, NOW).is_some());
    }

    #[test]
    fn what_does_not_verify_is_not_taken_for_what_did() {
        let verified = Verified::default();
        let (one, two) = (peer(1, 30), peer(2, 30));
        assert!(verified.mailbox(&one, NOW).is_some());
        // Signed by somebody else.
        let swapped = Peer {
            mailbox: two.mailbox.clone(),
            ..one.clone()
        };
        assert!(verified.mailbox(&swapped, NOW).is_none());
        let mut spoiled = one.clone();
        spoiled.card[40] ^= 1;
        assert!(verified.card(&spoiled).is_none());
        assert!(verified.mailbox(&spoiled, NOW).is_none());
        let none = Peer {
            mailbox: None,
            ..one.clone()
        };
        assert!(verified.mailbox(&none, NOW).is_none());
        assert!(verified.mailbox(&one, NOW).is_some());
    }

    #[test]
    fn only_so_many_are_kept() {
        let verified = Verified::default();
        let one = peer(1, 30);
        for n in 0..=u16::try_from(MAX_IDENTITIES).unwrap() {
            let mut account = [0; 32];
            account[..2].copy_from_slice(&n.to_be_bytes());
            let other = Peer {
                account,
                ..one.clone()
            };
            assert!(verified.card(&other).is_some());
            assert!(verified.0.borrow().len() <= MAX_IDENTITIES);
        }
    }
}
