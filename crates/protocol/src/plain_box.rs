//! The box of the guide's clients: `base64(nonce 24 || box)` (P-30).
//!
//! NaCl's `crypto_box` (X25519, XSalsa20-Poly1305), byte for byte what PyNaCl's `Box` and
//! TweetNaCl.js' `nacl.box` make. It has no forward secrecy, and one key serves both directions:
//! a relay can hand a box back to its sender. Telling that by the nonce is the engine's duty, for
//! which [`peek_nonce`] and [`Opened::nonce`] are there.

use crate::box_key::{BoxPublicKey, BoxSecretKey};
use crypto_box::SalsaBox;
use crypto_box::aead::Aead;
use data_encoding::BASE64;
use std::fmt;
use thiserror::Error;
use zeroize::Zeroizing;

/// Length of a nonce, bytes.
pub const NONCE_LEN: usize = 24;
/// Length of the authenticator in front of the ciphertext, bytes.
pub const TAG_LEN: usize = 16;

/// Why a text is no box for us from that key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PlainBoxError {
    /// It is not standard base64 with padding (RFC 4648, section 4).
    #[error("the message is not valid base64")]
    Base64,
    /// It is too short to hold a nonce and an authenticator.
    #[error("the message is too short to be a box")]
    TooShort,
    /// It was not made with these two keys, or was changed on the way.
    #[error("the message does not open with this key")]
    Rejected,
}

/// An opened box.
pub struct Opened {
    /// The nonce that the sender chose.
    pub nonce: [u8; NONCE_LEN],
    /// The content; wiped when dropped.
    pub plaintext: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").finish_non_exhaustive()
    }
}

/// The shared key of two key pairs, computed once for many messages.
pub struct SharedBox(SalsaBox);

impl SharedBox {
    /// Agrees on the key: one X25519 (RFC 7748) and one HSalsa20.
    pub fn new(own: &BoxSecretKey, peer: &BoxPublicKey) -> Self {
        Self(own.with_crypto_box(|own| SalsaBox::new(&peer.to_bytes().into(), own)))
    }

    /// Seals a content and encodes it for a relay.
    ///
    /// A nonce must never be used twice between the same two keys, in either direction: the
    /// caller draws 24 random bytes for each box.
    ///
    /// # Panics
    /// Never: the cipher refuses nothing but associated data.
    #[expect(
        clippy::expect_used,
        reason = "fails only for associated data, and there is none"
    )]
    pub fn seal(&self, nonce: [u8; NONCE_LEN], plaintext: &[u8]) -> String {
        let sealed = self
            .0
            .encrypt(&nonce.into(), plaintext)
            .expect("XSalsa20-Poly1305 seals everything that fits in memory");
        BASE64.encode(&[nonce.as_slice(), &sealed].concat())
    }

    /// Opens a box that was made with the same two keys.
    ///
    /// # Errors
    /// Every [`PlainBoxError`].
    pub fn open(&self, encoded: &str) -> Result<Opened, PlainBoxError> {
        let frame = BASE64
            .decode(encoded.as_bytes())
            .map_err(|_| PlainBoxError::Base64)?;
        let (nonce, sealed) = frame
            .split_first_chunk::<NONCE_LEN>()
            .filter(|(_, sealed)| sealed.len() >= TAG_LEN)
            .ok_or(PlainBoxError::TooShort)?;
        let plaintext = self
            .0
            .decrypt(nonce.into(), sealed)
            .map_err(|_| PlainBoxError::Rejected)?;
        Ok(Opened {
            nonce: *nonce,
            plaintext: Zeroizing::new(plaintext),
        })
    }
}

impl fmt::Debug for SharedBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedBox").finish_non_exhaustive()
    }
}

/// Seals one content; see [`SharedBox::seal`].
pub fn seal(
    own: &BoxSecretKey,
    peer: &BoxPublicKey,
    nonce: [u8; NONCE_LEN],
    plaintext: &[u8],
) -> String {
    SharedBox::new(own, peer).seal(nonce, plaintext)
}

/// Opens one box.
///
/// # Errors
/// Every [`PlainBoxError`].
pub fn open(
    own: &BoxSecretKey,
    peer: &BoxPublicKey,
    encoded: &str,
) -> Result<Opened, PlainBoxError> {
    SharedBox::new(own, peer).open(encoded)
}

/// Reads the nonce of a box without opening it.
///
/// Only the beginning is decoded: what follows may still be no box.
///
/// # Errors
/// [`PlainBoxError::Base64`] and [`PlainBoxError::TooShort`].
pub fn peek_nonce(encoded: &str) -> Result<[u8; NONCE_LEN], PlainBoxError> {
    let head = encoded
        .as_bytes()
        .first_chunk::<NONCE_BASE64_LEN>()
        .ok_or(PlainBoxError::TooShort)?;
    let nonce = BASE64.decode(head).map_err(|_| PlainBoxError::Base64)?;
    nonce.try_into().map_err(|_| PlainBoxError::Base64)
}

/// 24 bytes are exactly 32 characters of base64.
const NONCE_BASE64_LEN: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pair() -> (BoxSecretKey, BoxSecretKey) {
        (
            BoxSecretKey::from_bytes(&[1; 32]),
            BoxSecretKey::from_bytes(&[2; 32]),
        )
    }

    fn shared() -> (SharedBox, SharedBox) {
        let (alice, bob) = pair();
        (
            SharedBox::new(&alice, &bob.public_key()),
            SharedBox::new(&bob, &alice.public_key()),
        )
    }

    #[test]
    fn box_of_another_key_is_rejected() {
        let (alice, bob) = pair();
        let eve = BoxSecretKey::from_bytes(&[3; 32]);
        let encoded = seal(&eve, &bob.public_key(), [4; 24], b"hello");
        let error = open(&bob, &alice.public_key(), &encoded).unwrap_err();
        assert_eq!(error, PlainBoxError::Rejected);
    }

    /// P-31: why the engine must keep nonces.
    #[test]
    fn reflected_box_opens_and_shows_its_own_nonce() {
        let (alice, _) = shared();
        let encoded = alice.seal([4; 24], b"hello");
        assert_eq!(alice.open(&encoded).unwrap().nonce, [4; 24]);
        assert_eq!(peek_nonce(&encoded), Ok([4; 24]));
    }

    #[test]
    fn texts_that_are_no_box_are_refused() {
        let (_, bob) = shared();
        let cases = [
            (String::new(), PlainBoxError::TooShort),
            (BASE64.encode(&[0; 39]), PlainBoxError::TooShort),
            (BASE64.encode(&[0; 40]), PlainBoxError::Rejected),
            ("====".to_owned(), PlainBoxError::Base64),
            ("sotto1.AAAA".to_owned(), PlainBoxError::Base64),
            ("\u{0}\u{1F600}".to_owned(), PlainBoxError::Base64),
        ];
        for (text, error) in cases {
            assert_eq!(bob.open(&text).unwrap_err(), error, "{text:?}");
        }
    }

    #[test]
    fn peek_refuses_what_cannot_begin_with_a_nonce() {
        assert_eq!(peek_nonce(""), Err(PlainBoxError::TooShort));
        assert_eq!(peek_nonce(&"A".repeat(31)), Err(PlainBoxError::TooShort));
        assert_eq!(peek_nonce(&".".repeat(32)), Err(PlainBoxError::Base64));
        let padded = format!("{}==", "A".repeat(30));
        assert_eq!(peek_nonce(&padded), Err(PlainBoxError::Base64));
    }

    proptest! {
        /// P-30.
        #[test]
        fn what_is_sealed_opens(nonce: [u8; 24], content: Vec<u8>) {
            let (alice, bob) = shared();
            let encoded = alice.seal(nonce, &content);
            prop_assert_eq!(peek_nonce(&encoded), Ok(nonce));
            let opened = bob.open(&encoded).unwrap();
            prop_assert_eq!(opened.nonce, nonce);
            prop_assert_eq!(&*opened.plaintext, &content);
        }

        #[test]
        fn any_changed_byte_is_rejected(at in 0..56_usize, with in 1..=255_u8) {
            let (alice, bob) = shared();
            let mut frame = BASE64.decode(alice.seal([4; 24], &[5; 16]).as_bytes()).unwrap();
            frame[at] ^= with;
            let error = bob.open(&BASE64.encode(&frame)).unwrap_err();
            prop_assert_eq!(error, PlainBoxError::Rejected);
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let (_, bob) = shared();
            prop_assert!(bob.open(&text).is_err());
        }
    }
}
