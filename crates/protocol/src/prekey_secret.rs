//! The private half of one prekey, and its form in the serialised pool.
//!
//! When it is drawn, handed out, replaced and erased is for [`crate::prekey`], its only caller.

use crate::dh::DhSecret;
use crate::signed_key::KeyPurpose;
use crate::unix_time::UnixTime;
use ml_kem::ml_kem_768::DecapsulationKey;
use ml_kem::{KeyExport, Seed};
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

/// The private half of a prekey.
pub(crate) struct PrekeySecret {
    pub(crate) purpose: KeyPurpose,
    secret: Zeroizing<Vec<u8>>,
    pub(crate) created: UnixTime,
    /// When it was replaced or handed out; it lives [`RETENTION_DAYS`](crate::prekey::RETENTION_DAYS) from then.
    pub(crate) retired: Option<UnixTime>,
}

impl PrekeySecret {
    /// Draws a secret. `purpose` is that of a prekey; another one gives an empty secret, which no
    /// reader of the pool gives out.
    pub(crate) fn draw(purpose: KeyPurpose, rng: &mut impl CryptoRng, now: UnixTime) -> Self {
        let mut secret = Zeroizing::new(vec![0; secret_len(purpose).unwrap_or_default()]);
        rng.fill_bytes(&mut secret);
        Self {
            purpose,
            secret,
            created: now,
            retired: None,
        }
    }

    /// Whether it serves one handshake only.
    pub(crate) const fn is_one_time(&self) -> bool {
        matches!(
            self.purpose,
            KeyPurpose::OneTimePrekey | KeyPurpose::KemPrekey
        )
    }

    /// The secret of a Diffie-Hellman key; `None` for the other kinds.
    pub(crate) fn dh(&self) -> Option<DhSecret> {
        let bytes: &[u8; 32] = self.secret.as_slice().try_into().ok()?;
        Some(DhSecret::from_bytes(bytes))
    }

    /// The secret of a KEM key; `None` for the other kinds.
    pub(crate) fn kem(&self) -> Option<DecapsulationKey> {
        let mut seed = Seed::try_from(self.secret.as_slice()).ok()?;
        let key = DecapsulationKey::from_seed(seed);
        seed.zeroize();
        Some(key)
    }

    /// The public half as it is signed; `None` for a purpose that no prekey has.
    pub(crate) fn public(&self) -> Option<Vec<u8>> {
        match self.purpose {
            KeyPurpose::SignedPrekey | KeyPurpose::OneTimePrekey => {
                self.dh().map(|key| key.public_key().as_bytes().to_vec())
            }
            KeyPurpose::KemPrekey | KeyPurpose::LastResortPrekey => self
                .kem()
                .map(|key| key.encapsulation_key().to_bytes().to_vec()),
            KeyPurpose::Mailbox => None,
        }
    }

    /// Appends purpose 1, created 8, retired 8 (0 if not), secret 32 or 64 bytes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let purpose = u8::try_from(self.purpose.number()).unwrap_or_default();
        let retired = self.retired.map_or(0, UnixTime::as_secs);
        out.push(purpose);
        out.extend_from_slice(&self.created.as_secs().to_be_bytes());
        out.extend_from_slice(&retired.to_be_bytes());
        out.extend_from_slice(&self.secret);
    }

    /// Reads what [`Self::write`] has written; gives what stands behind it.
    pub(crate) fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (&[purpose], rest) = bytes.split_first_chunk()?;
        let (created, rest) = rest.split_first_chunk()?;
        let (retired, rest) = rest.split_first_chunk()?;
        let purpose = KeyPurpose::from_number(u64::from(purpose)).ok()?;
        let (secret, rest) = rest.split_at_checked(secret_len(purpose)?)?;
        let retired = u64::from_be_bytes(*retired);
        let read = Self {
            purpose,
            secret: Zeroizing::new(secret.to_vec()),
            created: UnixTime::from_secs(u64::from_be_bytes(*created)),
            retired: (retired != 0).then_some(UnixTime::from_secs(retired)),
        };
        Some((read, rest))
    }
}

const fn secret_len(purpose: KeyPurpose) -> Option<usize> {
    match purpose {
        KeyPurpose::SignedPrekey | KeyPurpose::OneTimePrekey => Some(32),
        // The seed of FIPS 203: d and z.
        KeyPurpose::KemPrekey | KeyPurpose::LastResortPrekey => Some(64),
        KeyPurpose::Mailbox => None,
    }
}
