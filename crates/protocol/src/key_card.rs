//! The key card: what an identity says about itself, signed (P-51).
//!
//! It carries the three public keys, where the person can be reached, and from when to when it
//! holds. No name: what somebody is called is decided by whoever knows them. Bundles and sealed
//! envelopes carry it; the engine stores the last one of each contact.

use crate::box_key::{BoxPublicKey, KeyError};
use crate::cbor::{self, DecodeError, Kind, MapWriter};
use crate::dh::DhPublicKey;
use crate::fingerprint::Fingerprint;
use crate::identity::{Identity, PublicIdentity};
use crate::label;
use crate::relay_hint::RelayHint;
use crate::signed::{self, SignatureError};
use crate::unix_time::{UnixTime, Validity, ValidityError};
use thiserror::Error;

/// Longest encoded key card, bytes.
pub const MAX_LEN: usize = 1_024;
/// Most relays that a card names.
pub const MAX_RELAYS: usize = 4;
/// Longest validity, days.
pub const MAX_DAYS: u64 = 400;

/// The first 16 bytes of a hash over a whole key card, its signature included (P-52).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardHash([u8; 16]);

impl CardHash {
    /// Takes a hash that was made or stored before.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// A key card whose signature was checked (P-51).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCard {
    identity: PublicIdentity,
    relays: Vec<RelayHint>,
    validity: Validity,
    incarnation: u64,
    encoded: Vec<u8>,
}

/// Why bytes are not a key card that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyCardError {
    /// It does not have the form of one.
    #[error("the key card is malformed: {0}")]
    Decode(#[from] DecodeError),
    /// One of its X25519 keys is weak or ambiguous (P-10).
    #[error("the key card has a weak key: {0}")]
    Key(#[from] KeyError),
    /// Its account id is not that of its keys.
    #[error("the key card's account id is not that of its keys")]
    AccountId,
    /// It is not signed by the key that it names.
    #[error("the key card is not signed by its own key")]
    Signature(#[from] SignatureError),
    /// It does not hold at this moment.
    #[error("the key card does not hold now: {0}")]
    Validity(#[from] ValidityError),
    /// It is another identity's than the one that was expected.
    #[error("the key card is another identity's")]
    AnotherIdentity,
}

impl KeyCard {
    /// Makes one's own card, of incarnation 0.
    ///
    /// # Errors
    /// [`KeyCardError::Decode`] if a relay is not well-formed or they are too many or too long
    /// together, [`KeyCardError::Validity`] for dates that no reader would take.
    pub fn sign(
        identity: &Identity,
        relays: &[RelayHint],
        validity: Validity,
    ) -> Result<Self, KeyCardError> {
        Self::sign_as(identity, relays, validity, 0)
    }

    /// Makes one's own card, of this incarnation.
    ///
    /// # Errors
    /// As [`Self::sign`].
    pub fn sign_as(
        identity: &Identity,
        relays: &[RelayHint],
        validity: Validity,
        incarnation: u64,
    ) -> Result<Self, KeyCardError> {
        let public = identity.public();
        let payload = MapWriter::new(Kind::KeyCard, MAX_LEN)
            .bytes(2, public.account_id().as_bytes())
            .bytes(3, &public.ed25519)
            .bytes(4, public.box_key.as_bytes())
            .bytes(5, &public.agreement)
            .maps(6, relays.iter().map(RelayHint::write))
            .uint(7, validity.created.as_secs())
            .uint(8, validity.expires.as_secs())
            .opt_uint(9, Some(incarnation).filter(|n| *n > 0))
            .finish_public();
        let card = Self::decode(&signed::sign(identity, label::KEY_CARD, &payload))?;
        card.check(validity.created)?;
        Ok(card)
    }

    /// Reads a card and checks everything but its dates, as for one that was stored.
    ///
    /// # Errors
    /// Every [`KeyCardError`] but `Validity` and `AnotherIdentity`.
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyCardError> {
        if bytes.len() > MAX_LEN {
            return Err(DecodeError::TooLong.into());
        }
        let (signature, payload) = signed::split(bytes).ok_or(DecodeError::Malformed)?;
        let fields = cbor::read(payload, Kind::KeyCard, MAX_LEN)?;
        let identity = PublicIdentity {
            ed25519: fields.array(3)?,
            box_key: BoxPublicKey::from_bytes(fields.array(4)?)?,
            agreement: *DhPublicKey::from_bytes(fields.array(5)?)?.as_bytes(),
        };
        if *identity.account_id().as_bytes() != fields.array::<16>(2)? {
            return Err(KeyCardError::AccountId);
        }
        let card = Self {
            identity,
            relays: fields.maps(6, MAX_RELAYS, RelayHint::read)?,
            validity: Validity {
                created: UnixTime::from_secs(fields.uint(7)?),
                expires: UnixTime::from_secs(fields.uint(8)?),
            },
            incarnation: fields.opt_uint(9)?.unwrap_or_default(),
            encoded: bytes.to_vec(),
        };
        signed::verify(&identity.ed25519, label::KEY_CARD, signature, payload)?;
        Ok(card)
    }

    /// Checks the dates (P-46).
    ///
    /// # Errors
    /// [`KeyCardError::Validity`].
    pub fn check(&self, now: UnixTime) -> Result<(), KeyCardError> {
        Ok(self.validity.check(now, MAX_DAYS)?)
    }

    /// Reads a card that came from outside: form, signature and dates.
    ///
    /// # Errors
    /// Every [`KeyCardError`] but `AnotherIdentity`.
    pub fn open(bytes: &[u8], now: UnixTime) -> Result<Self, KeyCardError> {
        let card = Self::decode(bytes)?;
        card.check(now)?;
        Ok(card)
    }

    /// Whether this is the card of an identity that is already known.
    ///
    /// # Errors
    /// [`KeyCardError::AnotherIdentity`].
    pub fn expect(&self, fingerprint: &Fingerprint) -> Result<(), KeyCardError> {
        if self.identity.fingerprint() == *fingerprint {
            Ok(())
        } else {
            Err(KeyCardError::AnotherIdentity)
        }
    }

    /// The three public keys.
    pub const fn identity(&self) -> &PublicIdentity {
        &self.identity
    }

    /// The agreement key, which was checked when the card was read.
    pub(crate) fn agreement(&self) -> Result<DhPublicKey, KeyError> {
        DhPublicKey::from_bytes(self.identity.agreement)
    }

    /// Where the person can be reached, the preferred relay first.
    pub fn relays(&self) -> &[RelayHint] {
        &self.relays
    }

    /// From when to when it holds.
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// Which history of the identity made it: a later one has a higher number.
    pub const fn incarnation(&self) -> u64 {
        self.incarnation
    }

    /// Whether this card counts and not one of the same identity that came before it: that of a
    /// higher incarnation, among equals the one created later, and of one second the last (P-51).
    pub fn counts_before(&self, known: &Self) -> bool {
        let rank = |card: &Self| (card.incarnation, card.validity.created);
        rank(known) <= rank(self) && known != self
    }

    /// Whether this card is of the same identity as another one and of a newer copy of it (P-54).
    pub fn outranks(&self, other: &Self) -> bool {
        self.identity == other.identity && self.incarnation > other.incarnation
    }

    /// The bytes, as signed.
    pub fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// The short name of exactly these bytes (P-52).
    pub fn hash(&self) -> CardHash {
        let [hash @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
            label::CARD_HASH.sha256(&[&self.encoded]);
        CardHash(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn alice() -> Identity {
        Identity::from_seeds(&[1; 32], &[2; 32], &[3; 32])
    }

    fn relay() -> RelayHint {
        RelayHint {
            address: "wss://relay.example.org".to_owned(),
            level: 0,
            user_id: Some("alice".to_owned()),
        }
    }

    fn card() -> KeyCard {
        KeyCard::sign(&alice(), &[relay()], Validity::days(NOW, 365)).unwrap()
    }

    /// A card with keys of the test's choice, signed by Alice.
    fn forged(account: [u8; 16], box_key: [u8; 32], agreement: [u8; 32]) -> Vec<u8> {
        let payload = MapWriter::new(Kind::KeyCard, 512)
            .bytes(2, &account)
            .bytes(3, &alice().public().ed25519)
            .bytes(4, &box_key)
            .bytes(5, &agreement)
            .uint(7, NOW.as_secs())
            .uint(8, NOW.plus_days(1).as_secs())
            .finish_public();
        signed::sign(&alice(), label::KEY_CARD, &payload)
    }

    /// P-51.
    #[test]
    fn card_comes_back_with_everything_in_it() {
        let card = card();
        let read = KeyCard::open(card.encoded(), NOW).unwrap();
        assert_eq!(read, card);
        assert_eq!(read.identity(), alice().public());
        assert_eq!(read.relays(), [relay()]);
        assert_eq!(read.hash(), card.hash());
        assert_eq!(read.expect(&alice().public().fingerprint()), Ok(()));
    }

    #[test]
    fn largest_card_fits() {
        let relay = RelayHint {
            address: "w".repeat(128),
            level: 1,
            user_id: Some("x".repeat(64)),
        };
        let four = vec![relay.clone(); 3];
        assert!(KeyCard::sign(&alice(), &four, Validity::days(NOW, 1)).is_ok());
        let five = vec![relay; 5];
        let error = KeyCard::sign(&alice(), &five, Validity::days(NOW, 1)).unwrap_err();
        assert!(matches!(error, KeyCardError::Decode(_)));
    }

    #[test]
    fn card_of_another_identity_is_refused() {
        let mallory = Identity::from_seeds(&[7; 32], &[8; 32], &[9; 32]);
        let error = card().expect(&mallory.public().fingerprint()).unwrap_err();
        assert_eq!(error, KeyCardError::AnotherIdentity);
    }

    /// P-51: the account id and every key are refused if they do not belong together.
    #[test]
    fn cards_with_keys_that_do_not_fit_are_refused() {
        let public = *alice().public();
        let (id, box_key) = (*public.account_id().as_bytes(), public.box_key.to_bytes());
        let good = forged(id, box_key, public.agreement);
        assert!(KeyCard::open(&good, NOW).is_ok());
        let cases = [
            (
                forged([0; 16], box_key, public.agreement),
                KeyCardError::AccountId,
            ),
            (
                forged(id, [9; 32], public.agreement),
                KeyCardError::AccountId,
            ),
            (
                forged(id, [0; 32], public.agreement),
                KeyCardError::Key(KeyError::SmallOrder),
            ),
            (
                forged(id, box_key, [0xff; 32]),
                KeyCardError::Key(KeyError::NonCanonical),
            ),
        ];
        for (bytes, error) in cases {
            assert_eq!(KeyCard::open(&bytes, NOW).unwrap_err(), error);
        }
    }

    /// P-54.
    #[test]
    fn only_a_higher_incarnation_of_the_same_identity_outranks() {
        let of = |identity: &Identity, days, incarnation| {
            KeyCard::sign_as(identity, &[], Validity::days(NOW, days), incarnation).unwrap()
        };
        let mallory = Identity::from_seeds(&[7; 32], &[8; 32], &[9; 32]);
        let card = of(&alice(), 365, 5);
        assert!(of(&alice(), 30, 6).outranks(&card));
        assert!(of(&alice(), 365, u64::MAX).outranks(&card));
        assert!(!of(&alice(), 30, 5).outranks(&card));
        assert!(!card.outranks(&card));
        assert!(!of(&alice(), 30, 4).outranks(&card));
        assert!(!of(&mallory, 365, 6).outranks(&card));
    }

    /// P-46.
    #[test]
    fn card_holds_between_its_dates_only() {
        let bytes = card().encoded().to_vec();
        let late = KeyCard::open(&bytes, NOW.plus_days(365)).unwrap_err();
        assert_eq!(late, KeyCardError::Validity(ValidityError::Expired));
        let early = KeyCard::open(&bytes, UnixTime::from_secs(1)).unwrap_err();
        assert_eq!(early, KeyCardError::Validity(ValidityError::NotYet));
        let endless = KeyCard::sign(&alice(), &[], Validity::days(NOW, MAX_DAYS + 1));
        let error = KeyCardError::Validity(ValidityError::Contradictory);
        assert_eq!(endless.unwrap_err(), error);
    }

    proptest! {
        /// P-50: no byte of a card can be changed.
        #[test]
        fn changed_card_is_refused(at: usize, with in 1..=255_u8) {
            let mut bytes = card().encoded().to_vec();
            let at = at % bytes.len();
            bytes[at] ^= with;
            prop_assert!(KeyCard::open(&bytes, NOW).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            prop_assert!(KeyCard::open(&bytes, NOW).is_err());
        }
    }
}
