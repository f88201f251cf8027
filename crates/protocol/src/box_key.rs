//! The X25519 key pair of NaCl's box: checked public half, wiped private half.
//!
//! A key that came from outside is a [`BoxPublicKey`] only after it passed [P-10](BoxPublicKey):
//! `crypto_box` itself would take a key that makes the shared secret a constant.

use crypto_box::SecretKey;
use data_encoding::BASE64;
use rand_core::CryptoRng;
use std::fmt;
use std::hint::black_box;
use thiserror::Error;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{Zeroize, Zeroizing};

/// The canonical u-coordinates whose points, on the curve or its twist, have order 1, 2, 4 or 8.
const SMALL_ORDER: [[u8; 32]; 5] = [
    // 0
    [0; 32],
    // 1
    [
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ],
    // The two of order 8.
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
        0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
        0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
        0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f,
        0x11, 0x57,
    ],
    // p - 1
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0x7f,
    ],
];

/// Why 32 bytes are not somebody's box key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// It is not standard base64 with padding (RFC 4648, section 4).
    #[error("the key is not valid base64")]
    Base64,
    /// It is not 32 bytes long.
    #[error("the key is not 32 bytes long")]
    Length,
    /// It is not the one encoding of its point: 2^255 - 19 or more.
    #[error("the key is not in its canonical form")]
    NonCanonical,
    /// Its point has a small order, as the all-zero key: nothing sealed with it is secret.
    #[error("the key is one of the weak keys that make every shared secret the same")]
    SmallOrder,
}

/// Somebody's X25519 public key for NaCl's box: 32 bytes, canonical, not of small order (P-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoxPublicKey([u8; 32]);

impl BoxPublicKey {
    /// Checks 32 bytes from outside (P-10).
    ///
    /// # Errors
    /// [`KeyError::NonCanonical`] and [`KeyError::SmallOrder`].
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, KeyError> {
        if !is_canonical(&bytes) {
            return Err(KeyError::NonCanonical);
        }
        if SMALL_ORDER.contains(&bytes) {
            return Err(KeyError::SmallOrder);
        }
        Ok(Self(bytes))
    }

    /// Reads standard base64 with padding, 44 characters, and checks the key.
    ///
    /// # Errors
    /// Every [`KeyError`].
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        // Longer text is no key; it is not decoded only to find that out.
        if text.len() > BASE64_LEN {
            return Err(KeyError::Length);
        }
        let bytes = BASE64
            .decode(text.as_bytes())
            .map_err(|_| KeyError::Base64)?;
        Self::from_bytes(bytes.try_into().map_err(|_| KeyError::Length)?)
    }

    /// Writes standard base64 with padding, 44 characters.
    pub fn to_base64(self) -> String {
        BASE64.encode(&self.0)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 32 bytes.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

/// One's own X25519 private key for NaCl's box; wiped when dropped.
#[derive(Clone)]
pub struct BoxSecretKey(Zeroizing<[u8; 32]>);

impl BoxSecretKey {
    /// Takes 32 random bytes; X25519 clamps them itself (RFC 7748, section 5).
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// Draws a new key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(bytes.as_mut_slice());
        Self(bytes)
    }

    /// The public half.
    pub fn public_key(&self) -> BoxPublicKey {
        // A clamped scalar times the base point is never of small order, and the result is
        // reduced: P-10 holds by construction.
        BoxPublicKey(PublicKey::from(&StaticSecret::from(*self.0)).to_bytes())
    }

    /// The private bytes, for the secret item only.
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Lends the key in the form of `crypto_box`, which wipes only one of its two copies itself.
    pub(crate) fn with_crypto_box<T>(&self, use_it: impl FnOnce(&SecretKey) -> T) -> T {
        let mut key = SecretKey::from_bytes(*self.0);
        let result = use_it(&key);
        key = SecretKey::from_bytes([0; 32]);
        black_box(&key);
        result
    }
}

impl Zeroize for BoxSecretKey {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for BoxSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxSecretKey").finish_non_exhaustive()
    }
}

/// Whether a little-endian number is less than p = 2^255 - 19.
fn is_canonical(bytes: &[u8; 32]) -> bool {
    let [lowest, middle @ .., highest] = bytes;
    *highest < 0x7f
        || (*highest == 0x7f && (*lowest < 0xed || middle.iter().any(|byte| *byte != 0xff)))
}

/// Length of a key in base64, characters.
const BASE64_LEN: usize = 44;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dh_is_constant(bytes: [u8; 32]) -> bool {
        [[1; 32], [7; 32], [0xa5; 32]]
            .into_iter()
            .all(|secret| x25519_dalek::x25519(secret, bytes) == [0; 32])
    }

    /// P-10.
    #[test]
    fn every_small_order_key_is_refused_and_is_really_weak() {
        for bytes in SMALL_ORDER {
            assert!(dh_is_constant(bytes));
            assert_eq!(BoxPublicKey::from_bytes(bytes), Err(KeyError::SmallOrder));
        }
    }

    /// P-10: p, p + 1 and everything with the highest bit set stand for another encoding.
    #[test]
    fn non_canonical_keys_are_refused() {
        let mut p = [0xff; 32];
        p[0] = 0xed;
        p[31] = 0x7f;
        let mut p_plus_one = p;
        p_plus_one[0] = 0xee;
        let mut high_bit = [9; 32];
        high_bit[31] |= 0x80;
        for bytes in [p, p_plus_one, high_bit, [0xff; 32]] {
            assert_eq!(BoxPublicKey::from_bytes(bytes), Err(KeyError::NonCanonical));
        }
        let mut p_minus_two = p;
        p_minus_two[0] = 0xeb;
        assert!(BoxPublicKey::from_bytes(p_minus_two).is_ok());
    }

    #[test]
    fn base64_of_another_length_or_alphabet_is_refused() {
        let key = BoxPublicKey::from_bytes([9; 32]).unwrap();
        assert_eq!(BoxPublicKey::from_base64(&key.to_base64()), Ok(key));
        let cases = [
            ("", KeyError::Length),
            ("CQkJ", KeyError::Length),
            (
                "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk",
                KeyError::Base64,
            ),
            (
                "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQl=",
                KeyError::Base64,
            ),
            (
                "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ_-k=",
                KeyError::Base64,
            ),
            (
                " CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=",
                KeyError::Length,
            ),
            (
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                KeyError::SmallOrder,
            ),
        ];
        for (text, error) in cases {
            assert_eq!(BoxPublicKey::from_base64(text), Err(error), "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_a_private_key() {
        let shown = format!("{:?}", BoxSecretKey::from_bytes(&[0x42; 32]));
        assert_eq!(shown, "BoxSecretKey { .. }");
    }

    proptest! {
        #[test]
        fn own_public_keys_pass_the_check(secret: [u8; 32]) {
            let public = BoxSecretKey::from_bytes(&secret).public_key();
            prop_assert_eq!(BoxPublicKey::from_bytes(public.to_bytes()), Ok(public));
        }

        #[test]
        fn a_key_that_passes_is_not_weak(bytes: [u8; 32]) {
            if BoxPublicKey::from_bytes(bytes).is_ok() {
                prop_assert!(!dh_is_constant(bytes));
            }
        }

        #[test]
        fn any_text_is_refused_or_read_back(text in ".{0,60}") {
            if let Ok(key) = BoxPublicKey::from_base64(&text) {
                prop_assert_eq!(key.to_base64(), text);
            }
        }
    }
}
