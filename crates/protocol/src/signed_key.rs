//! A public key that an identity has signed for one purpose (P-53).
//!
//! Prekeys and mailbox keys are the same statement under different labels: "this key is mine, for
//! this, from then to then". A statement made for one purpose is never valid for another, because
//! its label is part of what was signed.

use crate::box_key::KeyError;
use crate::cbor::{self, DecodeError, Kind, MapWriter};
use crate::dh::DhPublicKey;
use crate::identity::Identity;
use crate::label::{self, Label};
use crate::signed::{self, SignatureError};
use crate::unix_time::{UnixTime, Validity, ValidityError};
use ml_kem::ml_kem_768::EncapsulationKey;
use ml_kem::{Key, TryKeyInit};
use thiserror::Error;

/// Length of an ML-KEM-768 encapsulation key (FIPS 203), bytes.
pub const KEM_PUBLIC_LEN: usize = 1_184;
/// Length of an X-Wing encapsulation key: ML-KEM-768 and then X25519, bytes.
pub const MAILBOX_PUBLIC_LEN: usize = KEM_PUBLIC_LEN + 32;
/// Longest encoded statement, bytes.
pub const MAX_LEN: usize = 1_400;

/// What a signed key is for (P-53). Each purpose has its own label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPurpose {
    /// X25519, used by many handshakes, replaced weekly.
    SignedPrekey,
    /// X25519, used by one handshake.
    OneTimePrekey,
    /// ML-KEM-768, used by one handshake.
    KemPrekey,
    /// ML-KEM-768, used when no [`KeyPurpose::KemPrekey`] is left, replaced weekly.
    LastResortPrekey,
    /// X-Wing, sealed envelopes are made for it, replaced daily.
    Mailbox,
}

impl KeyPurpose {
    /// All purposes.
    pub const ALL: [Self; 5] = [
        Self::SignedPrekey,
        Self::OneTimePrekey,
        Self::KemPrekey,
        Self::LastResortPrekey,
        Self::Mailbox,
    ];

    pub(crate) const fn number(self) -> u64 {
        match self {
            Self::SignedPrekey => 1,
            Self::OneTimePrekey => 2,
            Self::KemPrekey => 3,
            Self::LastResortPrekey => 4,
            Self::Mailbox => 5,
        }
    }

    pub(crate) fn from_number(number: u64) -> Result<Self, DecodeError> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.number() == number)
            .ok_or(DecodeError::Malformed)
    }

    const fn label(self) -> Label {
        match self {
            Self::SignedPrekey => label::SIGNED_PREKEY,
            Self::OneTimePrekey => label::ONE_TIME_PREKEY,
            Self::KemPrekey => label::KEM_PREKEY,
            Self::LastResortPrekey => label::LAST_RESORT_PREKEY,
            Self::Mailbox => label::MAILBOX_KEY,
        }
    }

    /// Longest validity of a statement, days.
    pub const fn max_days(self) -> u64 {
        match self {
            Self::SignedPrekey | Self::OneTimePrekey | Self::KemPrekey | Self::LastResortPrekey => {
                37
            }
            Self::Mailbox => 7,
        }
    }
}

/// A key whose signature was checked (P-53).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedKey {
    purpose: KeyPurpose,
    number: u32,
    public: Vec<u8>,
    validity: Validity,
    encoded: Vec<u8>,
}

/// Why bytes are not a signed key for a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignedKeyError {
    /// It does not have the form of one.
    #[error("the signed key is malformed: {0}")]
    Decode(#[from] DecodeError),
    /// It was signed for another purpose.
    #[error("the key was signed for another purpose")]
    AnotherPurpose,
    /// It is not signed by the identity that it was looked for.
    #[error("the key is not signed by this identity")]
    Signature(#[from] SignatureError),
    /// Its X25519 part is weak or ambiguous (P-10).
    #[error("the signed key is weak: {0}")]
    Weak(#[from] KeyError),
    /// Its ML-KEM part is not an encapsulation key (FIPS 203, section 7.2).
    #[error("the signed key is not an encapsulation key")]
    Kem,
    /// It does not hold at this moment.
    #[error("the signed key does not hold now: {0}")]
    Validity(#[from] ValidityError),
}

impl SignedKey {
    pub(crate) fn sign(
        identity: &Identity,
        purpose: KeyPurpose,
        number: u32,
        public: &[u8],
        validity: Validity,
    ) -> Self {
        let payload = MapWriter::new(Kind::SignedKey, MAX_LEN)
            .uint(2, purpose.number())
            .uint(3, u64::from(number))
            .bytes(4, public)
            .uint(5, validity.created.as_secs())
            .uint(6, validity.expires.as_secs())
            .finish_public();
        Self {
            purpose,
            number,
            public: public.to_vec(),
            validity,
            encoded: signed::sign(identity, purpose.label(), &payload),
        }
    }

    /// Reads a key and checks everything but its dates.
    ///
    /// # Errors
    /// Every [`SignedKeyError`] but `Validity`.
    pub fn decode(
        bytes: &[u8],
        purpose: KeyPurpose,
        signer: &[u8; 32],
    ) -> Result<Self, SignedKeyError> {
        if bytes.len() > MAX_LEN {
            return Err(DecodeError::TooLong.into());
        }
        let (signature, payload) = signed::split(bytes).ok_or(DecodeError::Malformed)?;
        let fields = cbor::read(payload, Kind::SignedKey, MAX_LEN)?;
        if KeyPurpose::from_number(fields.uint(2)?)? != purpose {
            return Err(SignedKeyError::AnotherPurpose);
        }
        let public = fields.bytes(4, MAILBOX_PUBLIC_LEN)?;
        let key = Self {
            purpose,
            number: fields.u32(3)?,
            public: public.to_vec(),
            validity: Validity {
                created: UnixTime::from_secs(fields.uint(5)?),
                expires: UnixTime::from_secs(fields.uint(6)?),
            },
            encoded: bytes.to_vec(),
        };
        signed::verify(signer, purpose.label(), signature, payload)?;
        check_public(purpose, public)?;
        Ok(key)
    }

    /// Checks the dates (P-46).
    ///
    /// # Errors
    /// [`SignedKeyError::Validity`].
    pub fn check(&self, now: UnixTime) -> Result<(), SignedKeyError> {
        Ok(self.validity.check(now, self.purpose.max_days())?)
    }

    /// What it was signed for.
    pub const fn purpose(&self) -> KeyPurpose {
        self.purpose
    }

    /// Its number: of a prekey the one that a handshake names, of mailbox keys the highest counts.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The public key: 32, 1,184 or 1,216 bytes, as the purpose says.
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// From when to when it holds.
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// The bytes, as signed.
    pub fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// The key as one of X25519; an error for the others.
    pub(crate) fn dh(&self) -> Result<DhPublicKey, SignedKeyError> {
        dh(&self.public)
    }

    /// The key as one of ML-KEM-768; an error for the others.
    pub(crate) fn kem(&self) -> Result<EncapsulationKey, SignedKeyError> {
        kem(&self.public)
    }
}

fn check_public(purpose: KeyPurpose, public: &[u8]) -> Result<(), SignedKeyError> {
    match purpose {
        KeyPurpose::SignedPrekey | KeyPurpose::OneTimePrekey => dh(public).map(drop),
        KeyPurpose::KemPrekey | KeyPurpose::LastResortPrekey => kem(public).map(drop),
        KeyPurpose::Mailbox => {
            let (kem_part, dh_part) = public
                .split_at_checked(KEM_PUBLIC_LEN)
                .ok_or(SignedKeyError::Kem)?;
            kem(kem_part)?;
            dh(dh_part).map(drop)
        }
    }
}

fn dh(public: &[u8]) -> Result<DhPublicKey, SignedKeyError> {
    let bytes = public.try_into().map_err(|_| DecodeError::Malformed)?;
    Ok(DhPublicKey::from_bytes(bytes)?)
}

fn kem(public: &[u8]) -> Result<EncapsulationKey, SignedKeyError> {
    let bytes = <&Key<EncapsulationKey>>::try_from(public).map_err(|_| SignedKeyError::Kem)?;
    <EncapsulationKey as TryKeyInit>::new(bytes).map_err(|_| SignedKeyError::Kem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn alice() -> Identity {
        Identity::from_seeds(&[1; 32], &[2; 32], &[3; 32])
    }

    fn sign(purpose: KeyPurpose, public: &[u8]) -> Vec<u8> {
        let validity = Validity::days(NOW, purpose.max_days());
        SignedKey::sign(&alice(), purpose, 7, public, validity)
            .encoded()
            .to_vec()
    }

    fn open(purpose: KeyPurpose, bytes: &[u8]) -> Result<SignedKey, SignedKeyError> {
        let key = SignedKey::decode(bytes, purpose, &alice().public().ed25519)?;
        key.check(NOW)?;
        Ok(key)
    }

    /// P-53: one purpose's key is refused for every other, even with the number changed.
    #[test]
    fn key_signed_for_one_purpose_is_none_for_another() {
        for made_for in KeyPurpose::ALL {
            for used_for in KeyPurpose::ALL {
                if made_for == used_for {
                    continue;
                }
                let bytes = sign(made_for, &[9; 32]);
                let found = open(used_for, &bytes).unwrap_err();
                assert_eq!(found, SignedKeyError::AnotherPurpose);
                // The number of the purpose is the byte behind signature, map head and two keys.
                let mut renamed = bytes;
                let at = signed::SIGNATURE_LEN + 6;
                assert_eq!(u64::from(renamed[at]), made_for.number());
                renamed[at] = u8::try_from(used_for.number()).unwrap();
                let found = open(used_for, &renamed).unwrap_err();
                assert_eq!(found, SignedKeyError::Signature(SignatureError));
            }
        }
    }

    /// P-10, P-53.
    #[test]
    fn weak_and_malformed_keys_are_refused_although_signed() {
        use KeyPurpose::{KemPrekey, Mailbox, SignedPrekey};
        let weak = SignedKeyError::Weak(KeyError::SmallOrder);
        let mut mailbox = vec![0; MAILBOX_PUBLIC_LEN];
        let cases = [
            (SignedPrekey, vec![0; 32], weak),
            (SignedPrekey, vec![9; 31], DecodeError::Malformed.into()),
            (KemPrekey, vec![0; 1_183], SignedKeyError::Kem),
            // Coefficients above the modulus.
            (KemPrekey, vec![0xff; 1_184], SignedKeyError::Kem),
            (Mailbox, mailbox.clone(), weak),
            (Mailbox, vec![0; 1_184], DecodeError::Malformed.into()),
            (Mailbox, vec![0; 32], SignedKeyError::Kem),
        ];
        for (purpose, public, error) in cases {
            assert_eq!(open(purpose, &sign(purpose, &public)).unwrap_err(), error);
        }
        mailbox[MAILBOX_PUBLIC_LEN - 1] = 9;
        assert!(open(Mailbox, &sign(Mailbox, &mailbox)).is_ok());
    }

    #[test]
    fn key_signed_by_somebody_else_is_refused() {
        let bytes = sign(KeyPurpose::SignedPrekey, &[9; 32]);
        let mallory = Identity::from_seeds(&[7; 32], &[8; 32], &[9; 32]);
        let found = SignedKey::decode(&bytes, KeyPurpose::SignedPrekey, &mallory.public().ed25519);
        assert_eq!(found, Err(SignedKeyError::Signature(SignatureError)));
    }

    proptest! {
        #[test]
        fn changed_statement_is_refused(at: usize, with in 1..=255_u8) {
            let mut bytes = sign(KeyPurpose::OneTimePrekey, &[9; 32]);
            let at = at % bytes.len();
            bytes[at] ^= with;
            prop_assert!(open(KeyPurpose::OneTimePrekey, &bytes).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            prop_assert!(open(KeyPurpose::Mailbox, &bytes).is_err());
        }
    }
}
