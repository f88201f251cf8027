//! One's own prekeys: what others start sessions with while one is away (P-60 to P-62).
//!
//! A pool holds the private halves: the signed prekey and the last-resort key, replaced weekly,
//! and a hundred one-time keys of each kind. It hands out bundles, gives a handshake the secrets
//! that its header names, forgets one-time secrets once a first message has authenticated, and
//! remembers the handshakes that were accepted and who has how many of the one-time keys. It is
//! serialised as one value for the encrypted database; it knows neither the database nor the relay.

use crate::accepted_handshakes::AcceptedHandshakes;
use crate::cbor::{self, DecodeError, Kind, MapWriter};
use crate::dh::DhSecret;
use crate::handed_prekeys::{Asker, HandedPrekeys, MAX_OF_ASKER};
use crate::identity::Identity;
use crate::prekey_secret::PrekeySecret;
use crate::session_id::SessionId;
use crate::signed_key::{KeyPurpose, SignedKey};
use crate::unix_time::{CLOCK_SKEW_SECS, UnixTime, Validity};
use ml_kem::ml_kem_768::DecapsulationKey;
use rand_core::CryptoRng;
use std::collections::BTreeMap;
use std::fmt;
use thiserror::Error;
use zeroize::Zeroizing;

/// How many one-time keys of each kind are kept ready (P-60).
pub const ONE_TIME_READY: usize = 100;
/// How many one-time secrets of each kind are kept that were handed out and not yet used (P-61).
pub const MAX_HANDED: usize = 500;
/// After how many days the signed prekey and the last-resort key are replaced (P-62).
pub const ROTATION_DAYS: u64 = 7;
/// How long a replaced or handed-out secret lives, days: 30 of message ttl and one rotation.
pub const RETENTION_DAYS: u64 = 37;
/// Longest serialised pool, bytes.
pub const MAX_LEN: usize = 400_000;
/// How long a one-time key waits to be handed out, days; its statement then holds 9 days more.
const READY_DAYS: u64 = 28;

/// All private prekeys of an identity; wiped when dropped.
pub struct PrekeyPool {
    secrets: BTreeMap<u32, PrekeySecret>,
    next_number: u32,
    accepted: AcceptedHandshakes,
    handed: HandedPrekeys,
}

/// The secrets that one handshake needs.
pub(crate) struct HandshakeSecrets {
    pub(crate) signed: DhSecret,
    pub(crate) one_time: Option<DhSecret>,
    pub(crate) kem: DecapsulationKey,
    pub(crate) kem_purpose: KeyPurpose,
}

/// The public halves that a bundle is made of.
pub(crate) struct BundleKeys {
    pub(crate) signed: SignedKey,
    pub(crate) one_time: Option<SignedKey>,
    pub(crate) kem: SignedKey,
}

/// A secret that a handshake names is not in the pool: used, expired, or never of this identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no prekey with this number and purpose")]
pub struct UnknownPrekey {
    /// Which of them.
    pub purpose: KeyPurpose,
}

impl PrekeyPool {
    /// Makes a full pool.
    pub fn generate(rng: &mut impl CryptoRng, now: UnixTime) -> Self {
        // A random beginning: numbers of a pool that was lost mean nothing in the next one.
        let mut pool = Self {
            secrets: BTreeMap::new(),
            next_number: rng.next_u32() & (u32::MAX >> 1),
            accepted: AcceptedHandshakes::default(),
            handed: HandedPrekeys::default(),
        };
        pool.maintain(rng, now);
        pool
    }

    /// Replaces, refills and erases what is due (P-60 to P-62). Gives whether anything changed.
    ///
    /// Called at the start and daily; what it erased must be gone from the database too.
    pub fn maintain(&mut self, rng: &mut impl CryptoRng, now: UnixTime) -> bool {
        let mut changed = self.retire_future(now);
        changed |= self.erase(now);
        for purpose in [KeyPurpose::SignedPrekey, KeyPurpose::LastResortPrekey] {
            changed |= self.rotate(purpose, rng, now);
        }
        for purpose in [KeyPurpose::OneTimePrekey, KeyPurpose::KemPrekey] {
            changed |= self.refill(purpose, rng, now);
        }
        changed
    }

    /// How many one-time keys of a kind are ready to be handed out.
    pub fn ready(&self, purpose: KeyPurpose) -> usize {
        self.current(purpose).count()
    }

    /// Signs and hands out the keys of one bundle (P-61).
    ///
    /// `None` if the pool lacks its signed or last-resort key, which [`PrekeyPool::maintain`]
    /// makes.
    pub(crate) fn hand_out(
        &mut self,
        identity: &Identity,
        asker: &Asker,
        now: UnixTime,
    ) -> Option<BundleKeys> {
        let signed = self.newest(KeyPurpose::SignedPrekey)?;
        let one_time = self.take(KeyPurpose::OneTimePrekey, asker, now);
        let kem = self
            .take(KeyPurpose::KemPrekey, asker, now)
            .or_else(|| self.newest(KeyPurpose::LastResortPrekey))?;
        Some(BundleKeys {
            signed: self.sign(identity, signed)?,
            one_time: one_time.and_then(|number| self.sign(identity, number)),
            kem: self.sign(identity, kem)?,
        })
    }

    /// The secrets that a handshake's header names.
    pub(crate) fn secrets(
        &self,
        signed: u32,
        one_time: Option<u32>,
        kem: u32,
    ) -> Result<HandshakeSecrets, UnknownPrekey> {
        let kem_purpose = match self.secrets.get(&kem) {
            Some(secret) if secret.purpose == KeyPurpose::LastResortPrekey => secret.purpose,
            _ => KeyPurpose::KemPrekey,
        };
        Ok(HandshakeSecrets {
            signed: self.dh(signed, KeyPurpose::SignedPrekey)?,
            one_time: one_time
                .map(|number| self.dh(number, KeyPurpose::OneTimePrekey))
                .transpose()?,
            kem: self.kem(kem, kem_purpose)?,
            kem_purpose,
        })
    }

    /// Whether a handshake was accepted before (P-74).
    pub fn was_accepted(&self, session: &SessionId) -> bool {
        self.accepted.contains(session)
    }

    /// Erases the one-time secrets of a handshake whose first message has authenticated, and
    /// remembers it (P-73, P-74).
    pub(crate) fn accept(
        &mut self,
        session: SessionId,
        signed: u32,
        one_time: Option<u32>,
        kem: u32,
    ) {
        for number in one_time.into_iter().chain([kem]) {
            if self
                .secrets
                .get(&number)
                .is_some_and(PrekeySecret::is_one_time)
            {
                self.secrets.remove(&number);
            }
        }
        self.accepted.remember(session, signed);
        self.forget_handed();
    }

    fn forget_handed(&mut self) {
        let secrets = &self.secrets;
        self.handed
            .forget_unless(|number| secrets.contains_key(&number));
    }

    fn current(&self, purpose: KeyPurpose) -> impl Iterator<Item = (&u32, &PrekeySecret)> {
        self.secrets
            .iter()
            .filter(move |(_, secret)| secret.purpose == purpose && secret.retired.is_none())
    }

    fn newest(&self, purpose: KeyPurpose) -> Option<u32> {
        self.current(purpose)
            .max_by_key(|(_, secret)| secret.created)
            .map(|(number, _)| *number)
    }

    /// Takes a one-time key that nobody has yet, unless too many are out already, with all or with
    /// those like the asker. Who has its share is given one for its oldest, which is erased.
    fn take(&mut self, purpose: KeyPurpose, asker: &Asker, now: UnixTime) -> Option<u32> {
        if self.ready(purpose) <= asker.audience.leaves_ready() {
            return None;
        }
        let number = self.newest(purpose)?;
        let own = self.of_purpose(purpose, self.handed.of_asker(asker));
        if own.len() >= MAX_OF_ASKER {
            self.secrets.remove(own.first()?);
            self.forget_handed();
        } else if !self.is_room(purpose, asker) {
            return None;
        }
        self.secrets.get_mut(&number)?.retired = Some(now);
        self.handed.push(asker, number);
        Some(number)
    }

    fn is_room(&self, purpose: KeyPurpose, asker: &Asker) -> bool {
        let out = self
            .secrets
            .values()
            .filter(|secret| secret.purpose == purpose && secret.retired.is_some());
        let alike = self.of_purpose(purpose, self.handed.of_audience(asker.audience));
        out.count() < MAX_HANDED && alike.len() < asker.audience.max_handed()
    }

    /// Those of some keys that have a purpose.
    fn of_purpose(&self, purpose: KeyPurpose, numbers: impl Iterator<Item = u32>) -> Vec<u32> {
        let is_of = |number: &u32| {
            let secret = self.secrets.get(number);
            secret.is_some_and(|secret| secret.purpose == purpose)
        };
        numbers.filter(is_of).collect()
    }

    fn sign(&self, identity: &Identity, number: u32) -> Option<SignedKey> {
        let secret = self.secrets.get(&number)?;
        let validity = Validity::days(secret.created, secret.purpose.max_days());
        Some(SignedKey::sign(
            identity,
            secret.purpose,
            number,
            &secret.public()?,
            validity,
        ))
    }

    fn find(&self, number: u32, purpose: KeyPurpose) -> Result<&PrekeySecret, UnknownPrekey> {
        self.secrets
            .get(&number)
            .filter(|secret| secret.purpose == purpose)
            .ok_or(UnknownPrekey { purpose })
    }

    fn dh(&self, number: u32, purpose: KeyPurpose) -> Result<DhSecret, UnknownPrekey> {
        self.find(number, purpose)?
            .dh()
            .ok_or(UnknownPrekey { purpose })
    }

    fn kem(&self, number: u32, purpose: KeyPurpose) -> Result<DecapsulationKey, UnknownPrekey> {
        self.find(number, purpose)?
            .kem()
            .ok_or(UnknownPrekey { purpose })
    }

    /// P-62.
    fn rotate(&mut self, purpose: KeyPurpose, rng: &mut impl CryptoRng, now: UnixTime) -> bool {
        let is_fresh = self
            .current(purpose)
            .any(|(_, secret)| now < secret.created.plus_days(ROTATION_DAYS));
        if is_fresh {
            return false;
        }
        for secret in self.secrets.values_mut() {
            if secret.purpose == purpose && secret.retired.is_none() {
                secret.retired = Some(now);
            }
        }
        self.draw(purpose, rng, now);
        true
    }

    /// P-60.
    fn refill(&mut self, purpose: KeyPurpose, rng: &mut impl CryptoRng, now: UnixTime) -> bool {
        let missing = ONE_TIME_READY.saturating_sub(self.ready(purpose));
        for _ in 0..missing {
            self.draw(purpose, rng, now);
        }
        missing > 0
    }

    fn draw(&mut self, purpose: KeyPurpose, rng: &mut impl CryptoRng, now: UnixTime) {
        while self.secrets.contains_key(&self.next_number) {
            self.next_number = self.next_number.wrapping_add(1);
        }
        let drawn = PrekeySecret::draw(purpose, rng, now);
        self.secrets.insert(self.next_number, drawn);
        self.next_number = self.next_number.wrapping_add(1);
    }

    /// Keys that were made or retired while the clock was ahead count as retired at `now`: nobody
    /// takes them yet (P-46), and they would live until the clock is there again.
    fn retire_future(&mut self, now: UnixTime) -> bool {
        let is_ahead = |moment: UnixTime| moment > now.plus_secs(CLOCK_SKEW_SECS);
        let mut changed = false;
        for secret in self.secrets.values_mut() {
            if is_ahead(secret.retired.unwrap_or(secret.created)) {
                secret.retired = Some(now);
                changed = true;
            }
        }
        changed
    }

    /// Forgets secrets past their retention, unused ones too old to be handed out, and handshakes
    /// whose signed prekey is gone (P-62, P-74).
    fn erase(&mut self, now: UnixTime) -> bool {
        let before = self.secrets.len();
        self.secrets.retain(|_, secret| match secret.retired {
            Some(retired) => now < retired.plus_days(RETENTION_DAYS),
            None => !secret.is_one_time() || now < secret.created.plus_days(READY_DAYS),
        });
        let secrets = &self.secrets;
        let forgotten = self
            .accepted
            .forget_unless(|signed| secrets.contains_key(&signed));
        self.forget_handed();
        forgotten || before != self.secrets.len()
    }

    /// Serialises the pool for the encrypted database; wiped when dropped.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut secrets = Zeroizing::new(Vec::with_capacity(MAX_LEN));
        for (number, secret) in &self.secrets {
            secrets.extend_from_slice(&number.to_be_bytes());
            secret.write(&mut secrets);
        }
        MapWriter::new(Kind::PrekeyPool, MAX_LEN)
            .uint(2, u64::from(self.next_number))
            .bytes(3, &secrets)
            .bytes(4, &self.accepted.encode())
            .opt_bytes(5, self.handed.encode().as_deref())
            .finish()
    }

    /// Reads a pool from the database.
    ///
    /// # Errors
    /// Every [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let fields = cbor::read(bytes, Kind::PrekeyPool, MAX_LEN)?;
        let mut secrets = BTreeMap::new();
        let mut rest = fields.bytes(3, MAX_LEN)?;
        while let Some((number, behind)) = rest.split_first_chunk() {
            let (secret, behind) = PrekeySecret::read(behind).ok_or(DecodeError::Malformed)?;
            secrets.insert(u32::from_be_bytes(*number), secret);
            rest = behind;
        }
        if !rest.is_empty() {
            return Err(DecodeError::Malformed);
        }
        let accepted = AcceptedHandshakes::decode(fields.bytes(4, MAX_LEN)?);
        let handed = match fields.opt_bytes(5, MAX_LEN)? {
            Some(handed) => HandedPrekeys::decode(handed).ok_or(DecodeError::Malformed)?,
            // A pool of a version that did not ask who they were.
            None => HandedPrekeys::default(),
        };
        Ok(Self {
            secrets,
            next_number: fields.u32(2)?,
            accepted: accepted.ok_or(DecodeError::Malformed)?,
            handed,
        })
    }
}

impl fmt::Debug for PrekeyPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrekeyPool")
            .field("secrets", &self.secrets.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accepted_handshakes::{ACCEPTED_LEN, MAX_ACCEPTED};
    use crate::handed_prekeys::{Audience, RECORD_LEN};
    use crate::test_rng::HashRng;
    use KeyPurpose::{KemPrekey, LastResortPrekey, OneTimePrekey, SignedPrekey};

    const START: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn pool() -> PrekeyPool {
        PrekeyPool::generate(&mut HashRng::new(0), START)
    }

    fn identity() -> Identity {
        Identity::from_seeds(&[1; 32], &[2; 32], &[3; 32])
    }

    fn contact(n: u8) -> Asker {
        asker(n, Audience::Contact)
    }

    fn asker(n: u8, audience: Audience) -> Asker {
        let key = crate::BoxSecretKey::from_bytes(&[n; 32]).public_key();
        Asker { key, audience }
    }

    fn numbers(keys: &BundleKeys) -> (u32, Option<u32>, u32) {
        (
            keys.signed.number(),
            keys.one_time.as_ref().map(SignedKey::number),
            keys.kem.number(),
        )
    }

    /// P-60.
    #[test]
    fn a_hundred_one_time_keys_of_each_kind_are_ready() {
        let mut pool = pool();
        for purpose in [OneTimePrekey, KemPrekey] {
            assert_eq!(pool.ready(purpose), ONE_TIME_READY);
        }
        pool.hand_out(&identity(), &contact(1), START).unwrap();
        assert_eq!(pool.ready(OneTimePrekey), ONE_TIME_READY - 1);
        assert!(pool.maintain(&mut HashRng::new(0), START));
        assert_eq!(pool.ready(OneTimePrekey), ONE_TIME_READY);
        assert!(!pool.maintain(&mut HashRng::new(0), START));
    }

    /// P-61.
    #[test]
    fn one_time_keys_go_to_one_person_each() {
        let mut pool = pool();
        let first = numbers(&pool.hand_out(&identity(), &contact(1), START).unwrap());
        let second = numbers(&pool.hand_out(&identity(), &contact(1), START).unwrap());
        assert_eq!(first.0, second.0);
        assert_ne!(first.1, second.1);
        assert_ne!(first.2, second.2);
    }

    /// P-61: whoever asks for bundles all day gets the last-resort key, and still post-quantum.
    #[test]
    fn without_one_time_keys_the_last_resort_serves() {
        let mut pool = pool();
        for n in 0..100 {
            pool.hand_out(&identity(), &contact(n), START).unwrap();
        }
        let keys = pool.hand_out(&identity(), &contact(100), START).unwrap();
        assert!(keys.one_time.is_none());
        assert_eq!(keys.kem.purpose(), LastResortPrekey);
        let (signed, one_time, kem) = numbers(&keys);
        let secrets = pool.secrets(signed, one_time, kem).unwrap();
        assert_eq!(secrets.kem_purpose, LastResortPrekey);
    }

    /// P-61: one asker has the newest four, whatever it asks for and as whom.
    #[test]
    fn the_fifth_key_of_an_asker_takes_the_place_of_its_oldest() {
        let mut pool = pool();
        let rng = &mut HashRng::new(0);
        let other = numbers(&pool.hand_out(&identity(), &contact(2), START).unwrap());
        let mut handed = Vec::new();
        for n in 0..600u64 {
            let at = START.plus_secs(n * 1_200);
            let audience = if n % 2 == 0 {
                Audience::Contact
            } else {
                Audience::Invite
            };
            let keys = pool.hand_out(&identity(), &asker(1, audience), at).unwrap();
            handed.push(numbers(&keys));
            pool.maintain(rng, at);
            assert!(pool.secrets.len() < 2 * (ONE_TIME_READY + MAX_OF_ASKER + 1) + 10);
        }
        let usable = |(_, one_time, kem): &(u32, Option<u32>, u32)| {
            pool.dh(one_time.unwrap(), OneTimePrekey).is_ok() && pool.kem(*kem, KemPrekey).is_ok()
        };
        assert_eq!(handed.iter().filter(|keys| usable(keys)).count(), 4);
        assert!(handed.iter().rev().take(4).all(usable) && usable(&other));
    }

    /// P-61: however many strangers ask, those who were invited and contacts find theirs.
    #[test]
    fn strangers_leave_one_time_keys_to_contacts() {
        let mut pool = pool();
        let rng = &mut HashRng::new(0);
        let is_one_time = |keys: BundleKeys| keys.one_time.is_some();
        for (audience, at_once) in [(Audience::Card, 20), (Audience::Invite, 40)] {
            let given = (0..200).filter(|n| {
                is_one_time(
                    pool.hand_out(&identity(), &asker(*n, audience), START)
                        .unwrap(),
                )
            });
            assert_eq!(given.count(), at_once, "{audience:?}");
        }
        assert!(is_one_time(
            pool.hand_out(&identity(), &contact(201), START).unwrap()
        ));
        for _ in 0..20 {
            pool.maintain(rng, START);
            for n in 0..200 {
                pool.hand_out(&identity(), &asker(n, Audience::Card), START)
                    .unwrap();
                pool.hand_out(&identity(), &asker(n, Audience::Invite), START)
                    .unwrap();
            }
        }
        pool.maintain(rng, START);
        let given = (202..=255)
            .filter(|n| is_one_time(pool.hand_out(&identity(), &contact(*n), START).unwrap()));
        assert_eq!(given.count(), 54);
    }

    /// P-62.
    #[test]
    fn replaced_secrets_live_thirty_seven_days_more() {
        let mut pool = pool();
        let rng = &mut HashRng::new(0);
        let (signed, one_time, kem) =
            numbers(&pool.hand_out(&identity(), &contact(1), START).unwrap());
        let week = START.plus_days(ROTATION_DAYS);
        pool.maintain(rng, week);
        let next = pool.hand_out(&identity(), &contact(1), week).unwrap();
        assert_ne!(next.signed.number(), signed);
        let last = week.plus_days(RETENTION_DAYS);
        pool.maintain(rng, UnixTime::from_secs(last.as_secs() - 1));
        assert!(pool.secrets(signed, None, next.kem.number()).is_ok());
        pool.maintain(rng, last);
        let gone = pool.secrets(signed, one_time, kem).err();
        assert_eq!(
            gone,
            Some(UnknownPrekey {
                purpose: SignedPrekey
            })
        );
    }

    /// P-62: a handed-out key is kept for 37 days, one nobody took is replaced after 28.
    #[test]
    fn one_time_secrets_do_not_pile_up() {
        let mut pool = pool();
        let rng = &mut HashRng::new(0);
        let keys = pool.hand_out(&identity(), &contact(1), START).unwrap();
        let one_time = keys.one_time.unwrap().number();
        pool.maintain(rng, START.plus_days(READY_DAYS));
        assert_eq!(pool.ready(OneTimePrekey), ONE_TIME_READY);
        assert!(pool.dh(one_time, OneTimePrekey).is_ok());
        pool.maintain(rng, START.plus_days(RETENTION_DAYS));
        assert!(pool.dh(one_time, OneTimePrekey).is_err());
        assert!(pool.secrets.len() < 2 * ONE_TIME_READY + 10);
    }

    /// P-62: a clock that was years ahead for a while; nobody would take those keys (P-46), and
    /// their secrets would stay for years.
    #[test]
    fn clock_that_was_ahead_leaves_nothing_behind() {
        let rng = &mut HashRng::new(0);
        let ahead = START.plus_days(3_650);
        let mut pool = PrekeyPool::generate(rng, ahead);
        let old = numbers(&pool.hand_out(&identity(), &contact(1), ahead).unwrap());
        assert!(pool.maintain(rng, START));
        assert!(!pool.maintain(rng, START));
        let new = pool.hand_out(&identity(), &contact(1), START).unwrap();
        for key in [Some(&new.signed), new.one_time.as_ref(), Some(&new.kem)] {
            assert_eq!(key.unwrap().check(START), Ok(()));
        }
        assert!(pool.secrets(old.0, old.1, old.2).is_ok());
        pool.maintain(rng, START.plus_days(RETENTION_DAYS));
        assert!(pool.secrets(old.0, old.1, old.2).is_err());
        assert!(pool.secrets.len() < 2 * ONE_TIME_READY + 10);
    }

    /// P-73, P-74.
    #[test]
    fn accepted_handshake_is_remembered_while_its_prekey_lives() {
        let mut pool = pool();
        let rng = &mut HashRng::new(0);
        let (signed, one_time, kem) =
            numbers(&pool.hand_out(&identity(), &contact(1), START).unwrap());
        let session = SessionId::from_bytes([5; 16]);
        pool.accept(session, signed, one_time, kem);
        assert!(pool.was_accepted(&session));
        let gone = pool.secrets(signed, one_time, kem).err();
        assert_eq!(
            gone,
            Some(UnknownPrekey {
                purpose: OneTimePrekey
            })
        );
        // Nobody maintained the pool for months: prekey and memory are still there together.
        let late = START.plus_days(100);
        pool.maintain(rng, late);
        assert!(pool.was_accepted(&session));
        pool.maintain(rng, late.plus_days(RETENTION_DAYS));
        assert!(!pool.was_accepted(&session));
        assert!(pool.dh(signed, SignedPrekey).is_err());
    }

    #[test]
    fn pool_comes_back_from_the_database() {
        let mut pool = pool();
        let handed = numbers(&pool.hand_out(&identity(), &contact(1), START).unwrap());
        let session = SessionId::from_bytes([5; 16]);
        pool.accept(session, handed.0, None, 0);
        let bytes = pool.encode();
        let read = PrekeyPool::decode(&bytes).unwrap();
        assert_eq!(read.encode(), bytes);
        assert!(read.was_accepted(&session));
        assert!(read.secrets(handed.0, handed.1, handed.2).is_ok());
        assert_eq!(read.ready(KemPrekey), ONE_TIME_READY - 1);
        for cut in [1, 100, bytes.len() - 1] {
            assert!(PrekeyPool::decode(&bytes[..cut]).is_err());
        }
    }

    #[test]
    fn fullest_pool_fits_its_limit() {
        let per_pair = (4 + 17 + 32) + (4 + 17 + 64);
        let secrets = (MAX_HANDED + ONE_TIME_READY) * per_pair + 20 * (4 + 17 + 64);
        let handed = 2 * MAX_HANDED * RECORD_LEN;
        assert!(secrets + MAX_ACCEPTED * ACCEPTED_LEN + handed < MAX_LEN);
    }
}
