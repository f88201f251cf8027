//! What a stranger needs to start a session with somebody who may be away (P-65).
//!
//! A key card, a signed prekey, an ML-KEM key, if possible one one-time X25519 key, and a mailbox
//! key. A bundle without an ML-KEM key is refused: leaving it out is how one would take the
//! post-quantum part away. On a relay of the guide it travels in a plain box, later from a relay.

use crate::box_key::BoxPublicKey;
use crate::cbor::{self, DecodeError, Kind, MapWriter};
use crate::fingerprint::Fingerprint;
use crate::handed_prekeys::Asker;
use crate::identity::Identity;
use crate::key_card::{self, KeyCard, KeyCardError};
use crate::mailbox::MailboxPool;
use crate::prekey::PrekeyPool;
use crate::signed_key::{self, KeyPurpose, SignedKey, SignedKeyError};
use crate::unix_time::UnixTime;
use thiserror::Error;

/// Longest encoded bundle, bytes.
pub const MAX_LEN: usize = 8_192;

/// A bundle whose every statement was checked (P-65).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    pub(crate) card: KeyCard,
    pub(crate) signed: SignedKey,
    pub(crate) one_time: Option<SignedKey>,
    pub(crate) kem: SignedKey,
    pub(crate) mailbox: SignedKey,
    encoded: Vec<u8>,
}

/// Why a bundle is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BundleError {
    /// It does not have the form of one.
    #[error("the bundle is malformed: {0}")]
    Decode(#[from] DecodeError),
    /// Its key card is refused.
    #[error("{0}")]
    Card(#[from] KeyCardError),
    /// It has no ML-KEM key: somebody took the post-quantum part away.
    #[error("the bundle has no post-quantum key")]
    NoPostQuantumKey,
    /// One of its keys is refused.
    #[error("{error} ({purpose:?})")]
    Key {
        /// Which key.
        purpose: KeyPurpose,
        /// Why.
        error: SignedKeyError,
    },
}

impl Bundle {
    /// Makes a bundle of one's own for one person; its one-time keys go to nobody else (P-61).
    ///
    /// The changed pool is committed before the bundle leaves. Without a one-time key, or with the
    /// last-resort key, where the asker or its like have theirs already. `None` if a pool was not
    /// maintained.
    pub fn hand_out(
        card: &KeyCard,
        identity: &Identity,
        asker: &Asker,
        prekeys: &mut PrekeyPool,
        mailbox: &MailboxPool,
        now: UnixTime,
    ) -> Option<Self> {
        let mailbox = mailbox.current(identity)?;
        let keys = prekeys.hand_out(identity, asker, now)?;
        let encoded = MapWriter::new(Kind::Bundle, MAX_LEN)
            .bytes(2, card.encoded())
            .bytes(3, keys.signed.encoded())
            .opt_bytes(4, keys.one_time.as_ref().map(SignedKey::encoded))
            .bytes(5, keys.kem.encoded())
            .uint(6, keys.kem.purpose().number())
            .bytes(7, mailbox.encoded())
            .finish_public();
        Some(Self {
            card: card.clone(),
            signed: keys.signed,
            one_time: keys.one_time,
            kem: keys.kem,
            mailbox,
            encoded,
        })
    }

    /// Whether it has a one-time key of each kind.
    pub fn is_one_time(&self) -> bool {
        self.one_time.is_some() && self.kem.purpose() == KeyPurpose::KemPrekey
    }

    /// Reads a bundle from outside and checks every statement in it.
    ///
    /// `expected` is the identity that is to be written to; a bundle of another one is refused, so
    /// that a relay cannot hand out its own.
    ///
    /// # Errors
    /// Every [`BundleError`].
    pub fn open(bytes: &[u8], expected: &Fingerprint, now: UnixTime) -> Result<Self, BundleError> {
        Self::open_if(bytes, now, |card| card.expect(expected))
    }

    /// Reads the bundle of somebody of whom only the box key is known: it came in a box from that
    /// key, and a card that names another one is refused.
    ///
    /// # Errors
    /// Every [`BundleError`].
    pub fn open_of_box_key(
        bytes: &[u8],
        expected: &BoxPublicKey,
        now: UnixTime,
    ) -> Result<Self, BundleError> {
        Self::open_if(bytes, now, |card| {
            if card.identity().box_key == *expected {
                Ok(())
            } else {
                Err(KeyCardError::AnotherIdentity)
            }
        })
    }

    fn open_if(
        bytes: &[u8],
        now: UnixTime,
        is_expected: impl FnOnce(&KeyCard) -> Result<(), KeyCardError>,
    ) -> Result<Self, BundleError> {
        let fields = cbor::read(bytes, Kind::Bundle, MAX_LEN)?;
        let card = KeyCard::open(fields.bytes(2, key_card::MAX_LEN)?, now)?;
        is_expected(&card)?;
        let signer = card.identity().ed25519;
        let open = |purpose, bytes: &[u8]| open_key(purpose, bytes, &signer, now);
        let field = |key| fields.opt_bytes(key, signed_key::MAX_LEN);

        let kem = field(5)?.ok_or(BundleError::NoPostQuantumKey)?;
        let kem_purpose = KeyPurpose::from_number(fields.uint(6)?)?;
        if !matches!(
            kem_purpose,
            KeyPurpose::KemPrekey | KeyPurpose::LastResortPrekey
        ) {
            return Err(BundleError::NoPostQuantumKey);
        }
        let signed = field(3)?.ok_or(DecodeError::Malformed)?;
        let mailbox = field(7)?.ok_or(DecodeError::Malformed)?;
        Ok(Self {
            signed: open(KeyPurpose::SignedPrekey, signed)?,
            one_time: field(4)?
                .map(|bytes| open(KeyPurpose::OneTimePrekey, bytes))
                .transpose()?,
            kem: open(kem_purpose, kem)?,
            mailbox: open(KeyPurpose::Mailbox, mailbox)?,
            card,
            encoded: bytes.to_vec(),
        })
    }

    /// Whose bundle it is.
    pub const fn card(&self) -> &KeyCard {
        &self.card
    }

    /// Where the first message is sealed to.
    pub const fn mailbox(&self) -> &SignedKey {
        &self.mailbox
    }

    /// The bytes.
    pub fn encoded(&self) -> &[u8] {
        &self.encoded
    }
}

fn open_key(
    purpose: KeyPurpose,
    bytes: &[u8],
    signer: &[u8; 32],
    now: UnixTime,
) -> Result<SignedKey, BundleError> {
    SignedKey::decode(bytes, purpose, signer)
        .and_then(|key| key.check(now).map(|()| key))
        .map_err(|error| BundleError::Key { purpose, error })
}
