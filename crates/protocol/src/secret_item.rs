//! The one secret item of a profile: what lies in the OS keychain (P-20).
//!
//! ```text
//! "SOTI" | version 1 byte | body length 2 bytes | body | checksum 16 bytes
//! body of version 1: Ed25519 seed 32 | box key 32 | agreement key 32 | database key 32
//! ```
//!
//! The frame around the body is the same for every version, so that an item written by a newer
//! program is told from a damaged one. The checksum finds damage; whoever can write to the
//! keychain can also make a checksum.

use crate::identity::Identity;
use crate::label;
use rand_core::CryptoRng;
use std::fmt;
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

/// Largest secret item of any version, bytes: Windows takes 2,560.
pub const MAX_LEN: usize = 2_000;
const MAGIC: &[u8] = b"SOTI";
const VERSION: u8 = 1;
const BODY_LEN: u16 = 4 * 32;
const CHECKSUM_LEN: usize = 16;
const ITEM_LEN: usize = MAGIC.len() + 1 + 2 + BODY_LEN as usize + CHECKSUM_LEN;

/// Everything that a profile has to keep secret outside its database.
pub struct SecretItem {
    /// The three private keys.
    pub identity: Identity,
    /// The raw key of the history: 32 random bytes.
    pub database_key: Zeroizing<[u8; 32]>,
}

/// Why a stored secret item cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SecretItemError {
    /// It is whole, but a newer program wrote it.
    #[error("the secret item was written by a newer version of the program")]
    Newer {
        /// The version that it names.
        version: u8,
    },
    /// It is not a secret item, or not the one that was written.
    #[error("the secret item is damaged")]
    Damaged,
}

impl SecretItem {
    /// Draws a new identity and a new database key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let identity = Identity::generate(rng);
        let mut database_key = Zeroizing::new([0; 32]);
        rng.fill_bytes(database_key.as_mut_slice());
        Self {
            identity,
            database_key,
        }
    }

    /// Writes the item; at most [`MAX_LEN`] bytes.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        // Full capacity at once: a vector that grows leaves copies behind.
        let mut out = Zeroizing::new(Vec::with_capacity(ITEM_LEN));
        out.extend_from_slice(MAGIC);
        out.push(VERSION);
        out.extend_from_slice(&BODY_LEN.to_be_bytes());
        for seed in self.identity.seeds() {
            out.extend_from_slice(seed);
        }
        out.extend_from_slice(self.database_key.as_slice());
        let checksum = checksum(&out);
        out.extend_from_slice(&checksum);
        out
    }

    /// Reads an item.
    ///
    /// # Errors
    /// [`SecretItemError::Newer`] for a whole item of a version this program does not know,
    /// [`SecretItemError::Damaged`] for everything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, SecretItemError> {
        let (version, body) = unframe(bytes).ok_or(SecretItemError::Damaged)?;
        match version {
            0 => Err(SecretItemError::Damaged),
            VERSION => Self::read_body(body).ok_or(SecretItemError::Damaged),
            version => Err(SecretItemError::Newer { version }),
        }
    }

    fn read_body(body: &[u8]) -> Option<Self> {
        let (signing, rest) = body.split_first_chunk()?;
        let (box_key, rest) = rest.split_first_chunk()?;
        let (agreement, rest) = rest.split_first_chunk()?;
        let database_key: &[u8; 32] = rest.try_into().ok()?;
        Some(Self {
            identity: Identity::from_seeds(signing, box_key, agreement),
            database_key: Zeroizing::new(*database_key),
        })
    }
}

impl fmt::Debug for SecretItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretItem").finish_non_exhaustive()
    }
}

/// Checks the frame that all versions share; gives the version and the body.
fn unframe(bytes: &[u8]) -> Option<(u8, &[u8])> {
    if bytes.len() > MAX_LEN {
        return None;
    }
    let (framed, stored) = bytes.split_last_chunk::<CHECKSUM_LEN>()?;
    if !bool::from(checksum(framed).ct_eq(stored)) {
        return None;
    }
    let (version, rest) = framed.strip_prefix(MAGIC)?.split_first()?;
    let (length, body) = rest.split_first_chunk()?;
    (usize::from(u16::from_be_bytes(*length)) == body.len()).then_some((*version, body))
}

fn checksum(framed: &[u8]) -> [u8; CHECKSUM_LEN] {
    let mut short = [0; CHECKSUM_LEN];
    let hash = Zeroizing::new(label::SECRET_ITEM.sha256(&[framed]));
    for (to, from) in short.iter_mut().zip(hash.iter()) {
        *to = *from;
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_rng::CountingRng;
    use proptest::prelude::*;

    fn reframed(mut framed: Vec<u8>) -> Vec<u8> {
        let sum = checksum(&framed);
        framed.extend_from_slice(&sum);
        framed
    }

    /// P-20.
    #[test]
    fn item_reads_back_and_fits_every_keychain() {
        let item = SecretItem::generate(&mut CountingRng(0));
        let bytes = item.encode();
        assert_eq!(bytes.len(), ITEM_LEN);
        assert!(bytes.len() <= MAX_LEN);
        let read = SecretItem::decode(&bytes).unwrap();
        assert_eq!(read.identity.public(), item.identity.public());
        assert_eq!(read.identity.seeds(), item.identity.seeds());
        assert_eq!(read.database_key, item.database_key);
    }

    #[test]
    fn database_key_is_drawn_apart_from_the_identity() {
        let item = SecretItem::generate(&mut CountingRng(0));
        assert_eq!(item.database_key.to_vec(), (97..=128).collect::<Vec<u8>>());
    }

    /// P-20: a whole item of another version, whatever its body, is not called damaged.
    #[test]
    fn newer_item_is_told_from_a_damaged_one() {
        for version in [2, 255] {
            let bytes = reframed([b"SOTI".as_slice(), &[version, 0, 3], b"abc"].concat());
            assert_eq!(
                SecretItem::decode(&bytes).unwrap_err(),
                SecretItemError::Newer { version }
            );
        }
    }

    #[test]
    fn whole_frames_with_a_wrong_inside_are_damaged() {
        let cases = [
            reframed([b"SOTI".as_slice(), &[1, 0, 3], b"abc"].concat()),
            reframed([b"SOTI".as_slice(), &[2, 0, 4], b"abc"].concat()),
            reframed([b"SOTI".as_slice(), &[0, 0, 0]].concat()),
            reframed([b"SOTO".as_slice(), &[1, 0, 128], &[7; 128]].concat()),
            reframed([b"SOTI".as_slice(), &[2, 0x1f, 0x40], &[0; 8_000]].concat()),
            reframed(Vec::new()),
            Vec::new(),
        ];
        for bytes in cases {
            assert_eq!(
                SecretItem::decode(&bytes).unwrap_err(),
                SecretItemError::Damaged
            );
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let item = SecretItem::generate(&mut CountingRng(0));
        assert_eq!(format!("{item:?}"), "SecretItem { .. }");
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_found(at in 0..ITEM_LEN, with in 1..=255_u8) {
            let mut bytes = SecretItem::generate(&mut CountingRng(0)).encode().to_vec();
            bytes[at] ^= with;
            prop_assert_eq!(SecretItem::decode(&bytes).unwrap_err(), SecretItemError::Damaged);
        }

        #[test]
        fn any_truncation_is_found(len in 0..ITEM_LEN) {
            let bytes = SecretItem::generate(&mut CountingRng(0)).encode();
            prop_assert_eq!(SecretItem::decode(&bytes[..len]).unwrap_err(), SecretItemError::Damaged);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            prop_assert!(SecretItem::decode(&bytes).is_err());
        }
    }
}
