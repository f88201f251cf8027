//! Mailbox keys: the X-Wing keys that envelopes are sealed to, a new one each day (P-90 to P-92).
//!
//! Somebody who steals a mailbox secret opens the envelopes of about a day, and a fresh key gives
//! sessions fresh post-quantum protection. [`MailboxPool`] is one's own side; [`PeerMailbox`] is
//! what one knows of another person's.

use crate::cbor::{self, DecodeError, Kind, MapWriter};
use crate::identity::Identity;
use crate::label;
use crate::signed_key::{self, KeyPurpose, SignedKey, SignedKeyError};
use crate::unix_time::{CLOCK_SKEW_SECS, UnixTime, Validity, ValidityError};
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, Serializable};
use rand_core::CryptoRng;
use std::fmt;
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// Longest announcement of a mailbox key, bytes.
pub const MAX_ANNOUNCEMENT_LEN: usize = signed_key::MAX_LEN;
/// After how many days a mailbox key is replaced (P-91).
pub const ROTATION_DAYS: u64 = 1;
/// How long a replaced secret is kept for late mail, days (P-91).
pub const RETENTION_DAYS: u64 = 30;
/// Longest serialised pool, bytes.
pub const MAX_LEN: usize = 16_384;

/// The short name of a mailbox key: the first 8 bytes of a hash over it (P-90).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailboxKeyId([u8; 8]);

impl MailboxKeyId {
    /// The id of a public key.
    pub(crate) fn of(public: &[u8]) -> Self {
        let mut id = [0; 8];
        let hash = label::MAILBOX_KEY_ID.sha256(&[public]);
        for (to, from) in id.iter_mut().zip(hash) {
            *to = from;
        }
        Self(id)
    }

    /// Takes an id that was computed or stored before.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The 8 bytes.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

/// An X-Wing private key of one's own: 32 bytes, from which everything else is computed.
struct MailboxSecret {
    id: MailboxKeyId,
    number: u32,
    seed: Zeroizing<[u8; 32]>,
    /// What the seed expands to, once it was needed: that costs as much as opening an envelope.
    expanded: OnceLock<Option<PrivateKey>>,
    created: UnixTime,
    retired: Option<UnixTime>,
}

type PrivateKey = <XWing as Kem>::PrivateKey;
type PublicKey = <XWing as Kem>::PublicKey;

impl MailboxSecret {
    /// The private key; wiped when dropped.
    fn private(&self) -> Option<&PrivateKey> {
        self.expanded
            .get_or_init(|| private_key(&self.seed))
            .as_ref()
    }
}

/// One's own mailbox keys; wiped when dropped. The newest comes last.
pub struct MailboxPool(Vec<MailboxSecret>);

impl MailboxPool {
    /// Makes a pool with one key.
    pub fn generate(rng: &mut impl CryptoRng, now: UnixTime) -> Self {
        let mut pool = Self(Vec::new());
        pool.maintain(rng, now);
        pool
    }

    /// Makes the key of the day and erases the secrets of a month ago (P-91). Gives whether
    /// anything changed.
    ///
    /// Called at the start and every hour.
    pub fn maintain(&mut self, rng: &mut impl CryptoRng, now: UnixTime) -> bool {
        let before = self.0.len();
        // Made or retired while the clock was ahead: nobody takes it yet (P-46), and it would live
        // until the clock is there again.
        for key in &mut self.0 {
            if key.retired.unwrap_or(key.created) > now.plus_secs(CLOCK_SKEW_SECS) {
                key.retired = Some(now);
            }
        }
        self.0.retain(|key| {
            key.retired
                .is_none_or(|retired| now < retired.plus_days(RETENTION_DAYS))
        });
        let is_fresh = self
            .0
            .last()
            .is_some_and(|key| key.retired.is_none() && now < key.created.plus_days(ROTATION_DAYS));
        if is_fresh {
            return before != self.0.len();
        }
        let number = self.next_number(now);
        for key in &mut self.0 {
            key.retired.get_or_insert(now);
        }
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut_slice());
        let expanded = private_key(&seed);
        let public = expanded.as_ref().map(public_key).unwrap_or_default();
        self.0.push(MailboxSecret {
            id: MailboxKeyId::of(&public),
            number,
            seed,
            expanded: expanded.into(),
            created: now,
            retired: None,
        });
        true
    }

    /// Signs the current key (P-90). `None` only of an empty pool.
    pub fn current(&self, identity: &Identity) -> Option<SignedKey> {
        let key = self.0.last()?;
        Some(SignedKey::sign(
            identity,
            KeyPurpose::Mailbox,
            key.number,
            &public_key(key.private()?),
            Validity::days(key.created, KeyPurpose::Mailbox.max_days()),
        ))
    }

    /// The id of the current key.
    pub fn current_id(&self) -> Option<MailboxKeyId> {
        self.0.last().map(|key| key.id)
    }

    /// The private key with an id, if it still exists.
    pub(crate) fn secret(&self, id: MailboxKeyId) -> Option<&PrivateKey> {
        self.0.iter().find(|key| key.id == id)?.private()
    }

    /// Higher than every number before, also than those of a pool that was lost (P-90).
    fn next_number(&self, now: UnixTime) -> u32 {
        let highest = self.0.iter().map(|key| key.number).max();
        let after = highest.map_or(0, |number| number.saturating_add(1));
        after.max(u32::try_from(now.as_secs()).unwrap_or(u32::MAX))
    }

    /// Serialises the pool for the encrypted database; wiped when dropped.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let keys = self.0.iter().map(|key| {
            MapWriter::nested(96)
                .bytes(1, key.id.as_bytes())
                .uint(2, u64::from(key.number))
                .bytes(3, key.seed.as_slice())
                .uint(4, key.created.as_secs())
                .opt_uint(5, key.retired.map(UnixTime::as_secs))
        });
        MapWriter::new(Kind::MailboxPool, MAX_LEN)
            .maps(2, keys)
            .finish()
    }

    /// Reads a pool from the database.
    ///
    /// # Errors
    /// Every [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let keys = cbor::read(bytes, Kind::MailboxPool, MAX_LEN)?.maps(2, 128, |fields| {
            Ok(MailboxSecret {
                id: MailboxKeyId(fields.array(1)?),
                number: fields.u32(2)?,
                seed: Zeroizing::new(fields.array(3)?),
                expanded: OnceLock::new(),
                created: UnixTime::from_secs(fields.uint(4)?),
                retired: fields.opt_uint(5)?.map(UnixTime::from_secs),
            })
        })?;
        Ok(Self(keys))
    }
}

impl fmt::Debug for MailboxPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailboxPool")
            .field("keys", &self.0.len())
            .finish()
    }
}

/// Whether a mailbox key of somebody is up to date (P-92).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It holds.
    Fresh,
    /// It has expired: it is used all the same, and what was sealed to it is sealed again when a
    /// newer one is known.
    Stale,
}

/// The newest mailbox key that is known of somebody.
#[derive(Clone)]
pub struct PeerMailbox {
    key: SignedKey,
    /// The KEM key in it, once it was needed: reading it costs a good part of sealing.
    public: OnceLock<Option<PublicKey>>,
}

/// Why a mailbox key from somebody is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnnouncementError {
    /// The statement is refused.
    #[error("{0}")]
    Key(#[from] SignedKeyError),
    /// A newer key is known already: it came late or was repeated.
    #[error("a newer mailbox key is known already")]
    Older,
}

impl PeerMailbox {
    /// Takes the key of a bundle.
    pub const fn new(key: SignedKey) -> Self {
        Self {
            key,
            public: OnceLock::new(),
        }
    }

    /// Reads a key that was stored or announced, signed by the person's Ed25519 key. One that has
    /// expired is taken too: it may be the newest there is (P-92).
    ///
    /// # Errors
    /// [`AnnouncementError::Key`].
    pub fn open(
        announcement: &[u8],
        signer: &[u8; 32],
        now: UnixTime,
    ) -> Result<Self, AnnouncementError> {
        let key = SignedKey::decode(announcement, KeyPurpose::Mailbox, signer)?;
        let opened = Self::new(key);
        opened.check(now)?;
        Ok(opened)
    }

    /// Whether [`Self::open`] would still take it at this time: its signature is not looked at
    /// again, its dates are (P-46).
    ///
    /// # Errors
    /// As [`Self::open`] for the dates.
    pub fn check(&self, now: UnixTime) -> Result<(), AnnouncementError> {
        match self.key.check(now) {
            Ok(()) | Err(SignedKeyError::Validity(ValidityError::Expired)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes an announced key unless its number is below that of the known one (P-92).
    ///
    /// # Errors
    /// Every [`AnnouncementError`].
    pub fn update(
        &mut self,
        announcement: &[u8],
        signer: &[u8; 32],
        now: UnixTime,
    ) -> Result<(), AnnouncementError> {
        let announced = Self::open(announcement, signer, now)?;
        if announced.key.number() < self.key.number() {
            return Err(AnnouncementError::Older);
        }
        *self = announced;
        Ok(())
    }

    /// Whether the key still holds.
    pub fn freshness(&self, now: UnixTime) -> Freshness {
        match self.key.check(now) {
            Ok(()) => Freshness::Fresh,
            Err(_) => Freshness::Stale,
        }
    }

    /// Its id.
    pub fn id(&self) -> MailboxKeyId {
        MailboxKeyId::of(self.key.public())
    }

    /// The statement, for the database.
    pub fn encoded(&self) -> &[u8] {
        self.key.encoded()
    }

    pub(crate) fn public_key(&self) -> Option<&PublicKey> {
        let read = || PublicKey::from_bytes(self.key.public()).ok();
        self.public.get_or_init(read).as_ref()
    }
}

/// Two are the same if their statements are.
impl PartialEq for PeerMailbox {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for PeerMailbox {}

impl fmt::Debug for PeerMailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PeerMailbox").field(&self.key).finish()
    }
}

fn private_key(seed: &[u8; 32]) -> Option<PrivateKey> {
    PrivateKey::from_bytes(seed).ok()
}

fn public_key(private: &PrivateKey) -> Vec<u8> {
    XWing::sk_to_pk(private).to_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_rng::HashRng;
    use crate::unix_time::DAY_SECS;

    const START: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn identity() -> Identity {
        Identity::from_seeds(&[1; 32], &[2; 32], &[3; 32])
    }

    fn signer() -> [u8; 32] {
        identity().public().ed25519
    }

    /// P-91.
    #[test]
    fn key_is_replaced_daily_and_its_secret_kept_for_thirty_days() {
        let rng = &mut HashRng::new(0);
        let mut pool = MailboxPool::generate(rng, START);
        let first = pool.current_id().unwrap();
        assert!(!pool.maintain(rng, START.plus_secs(DAY_SECS - 1)));
        assert!(pool.maintain(rng, START.plus_days(1)));
        assert_ne!(pool.current_id(), Some(first));
        for day in 2..31 {
            pool.maintain(rng, START.plus_days(day));
            assert!(pool.secret(first).is_some(), "day {day}");
        }
        pool.maintain(rng, START.plus_days(31));
        assert!(pool.secret(first).is_none());
        assert_eq!(pool.0.len(), 31);
    }

    /// P-91: a clock that was years ahead for a while.
    #[test]
    fn clock_that_was_ahead_leaves_nothing_behind() {
        let rng = &mut HashRng::new(0);
        let mut pool = MailboxPool::generate(rng, START.plus_days(3_650));
        let (old, old_id) = (
            pool.current(&identity()).unwrap(),
            pool.current_id().unwrap(),
        );
        assert!(pool.maintain(rng, START));
        assert!(!pool.maintain(rng, START));
        let new = pool.current(&identity()).unwrap();
        assert_eq!(new.check(START), Ok(()));
        assert!(new.number() > old.number());
        assert!(pool.secret(old_id).is_some());
        pool.maintain(rng, START.plus_days(RETENTION_DAYS));
        assert!(pool.secret(old_id).is_none());
    }

    /// P-92.
    #[test]
    fn newer_key_replaces_and_older_one_does_not() {
        let rng = &mut HashRng::new(0);
        let mut pool = MailboxPool::generate(rng, START);
        let old = pool.current(&identity()).unwrap();
        let tomorrow = START.plus_days(1);
        pool.maintain(rng, tomorrow);
        let new = pool.current(&identity()).unwrap();
        let mut peer = PeerMailbox::new(old.clone());
        peer.update(new.encoded(), &signer(), tomorrow).unwrap();
        assert_eq!(Some(peer.id()), pool.current_id());
        let late = peer.update(old.encoded(), &signer(), tomorrow);
        assert_eq!(late, Err(AnnouncementError::Older));
        assert_eq!(peer.encoded(), new.encoded());
    }

    /// P-92: two keys under one number, as after a history that was put back.
    #[test]
    fn of_two_keys_with_one_number_the_last_counts() {
        let mut keys = [0, 1].map(|seed| {
            let pool = MailboxPool::generate(&mut HashRng::new(seed), START);
            pool.current(&identity()).unwrap()
        });
        for _ in 0..2 {
            let [first, last] = &keys;
            assert_eq!(first.number(), last.number());
            let mut peer = PeerMailbox::new(first.clone());
            peer.update(last.encoded(), &signer(), START).unwrap();
            assert_eq!(peer.encoded(), last.encoded());
            keys.reverse();
        }
    }

    /// P-91: at the second, not before.
    #[test]
    fn secret_is_erased_thirty_days_after_its_key_was_replaced() {
        let rng = &mut HashRng::new(0);
        let mut pool = MailboxPool::generate(rng, START);
        let first = pool.current_id().unwrap();
        // The program did not run for a while: the key counts as replaced when it was.
        let replaced = START.plus_days(9);
        pool.maintain(rng, replaced);
        let last = replaced.plus_secs(RETENTION_DAYS * DAY_SECS - 1);
        pool.maintain(rng, last);
        assert!(pool.secret(first).is_some());
        pool.maintain(rng, last.plus_secs(1));
        assert!(pool.secret(first).is_none());
    }

    /// P-90: a pool made anew after a loss counts on, as long as the clock does.
    #[test]
    fn numbers_rise_even_when_the_pool_was_lost() {
        let rng = &mut HashRng::new(0);
        let before = MailboxPool::generate(rng, START);
        let after = MailboxPool::generate(rng, START.plus_secs(1));
        let number = |pool: &MailboxPool| pool.current(&identity()).unwrap().number();
        assert!(number(&before) < number(&after));
    }

    /// P-92.
    #[test]
    fn expired_key_is_stale_and_still_known() {
        let rng = &mut HashRng::new(0);
        let key = MailboxPool::generate(rng, START)
            .current(&identity())
            .unwrap();
        let late = START.plus_days(8);
        let peer = PeerMailbox::open(key.encoded(), &signer(), late).unwrap();
        assert_eq!(peer.freshness(START), Freshness::Fresh);
        assert_eq!(peer.freshness(late), Freshness::Stale);
        let future = PeerMailbox::open(key.encoded(), &signer(), UnixTime::from_secs(0));
        assert!(future.is_err());
    }

    #[test]
    fn pool_comes_back_from_the_database() {
        let rng = &mut HashRng::new(0);
        let mut pool = MailboxPool::generate(rng, START);
        for day in 1..40 {
            pool.maintain(rng, START.plus_days(day));
        }
        let bytes = pool.encode();
        assert!(bytes.len() < MAX_LEN);
        let read = MailboxPool::decode(&bytes).unwrap();
        assert_eq!(read.encode(), bytes);
        assert_eq!(read.current(&identity()), pool.current(&identity()));
        assert!(MailboxPool::decode(&bytes[1..]).is_err());
    }
}
