//! A public key as it travels: 32 bytes in base64, with no statement about what it is worth.

use crate::limits::{PUBLIC_KEY_BASE64_CHARS, PUBLIC_KEY_BYTES};
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

/// A box public key (X25519, RFC 7748), 32 bytes. Low-order points are refused by `sotto-protocol`, not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(pub [u8; PUBLIC_KEY_BYTES]);

/// The text is not standard base64 (RFC 4648 section 4, padded, canonical) of exactly 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a public key: expected base64 of {PUBLIC_KEY_BYTES} bytes")]
pub struct PublicKeyError;

impl PublicKey {
    /// Encodes the key: 44 characters, as PyNaCl and tweetnacl-util write it.
    pub fn to_base64(&self) -> String {
        BASE64.encode(&self.0)
    }

    /// Decodes 44 characters of padded base64.
    ///
    /// # Errors
    /// [`PublicKeyError`] for every other text, also for spaces, missing padding and unused bits that are set.
    pub fn from_base64(text: &str) -> Result<Self, PublicKeyError> {
        if text.len() != PUBLIC_KEY_BASE64_CHARS {
            return Err(PublicKeyError);
        }
        let bytes = BASE64.decode(text.as_bytes()).map_err(|_| PublicKeyError)?;
        bytes.try_into().map(Self).map_err(|_| PublicKeyError)
    }
}

impl TryFrom<String> for PublicKey {
    type Error = PublicKeyError;

    fn try_from(text: String) -> Result<Self, PublicKeyError> {
        Self::from_base64(&text)
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_base64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_32_bytes_goes_both_ways() {
        let key = PublicKey([0xfb; 32]);
        assert_eq!(
            key.to_base64(),
            "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s="
        );
        assert_eq!(PublicKey::from_base64(&key.to_base64()), Ok(key));
    }

    #[test]
    fn only_canonical_padded_base64_of_32_bytes_is_a_key() {
        let good = PublicKey([0; 32]).to_base64();
        let unpadded = good.trim_end_matches('=').to_owned();
        let unused_bits = good.replace("A=", "B=");
        let url_alphabet = PublicKey([0xfb; 32])
            .to_base64()
            .replace('+', "-")
            .replace('/', "_");
        let short = BASE64.encode(&[0; 31]);
        let long = BASE64.encode(&[0; 33]);
        let spaced = format!(" {good}");
        for bad in [
            "",
            "not base64",
            &unpadded,
            &unused_bits,
            &url_alphabet,
            &short,
            &long,
            &spaced,
        ] {
            assert_eq!(PublicKey::from_base64(bad), Err(PublicKeyError), "{bad}");
        }
    }
}
