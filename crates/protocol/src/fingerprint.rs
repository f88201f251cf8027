//! The short names of keys: a fingerprint to compare, an account id to write down.
//!
//! Both are of one hash: the account id is its first half. A contact of whom only the box key is
//! known has a fingerprint of its own kind, under another label.

use crate::box_key::BoxPublicKey;
use crate::label;
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A SHA-256 over somebody's public keys, shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a contact known by the box key alone (P-12).
    pub fn of_box_key(key: &BoxPublicKey) -> Self {
        Self(label::BOX_KEY.sha256(&[key.as_bytes()]))
    }

    /// Takes a hash that was made or stored before.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(self) -> String {
        HEXLOWER.encode(&self.0)
    }

    /// The first half of the hash.
    pub fn account_id(self) -> AccountId {
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(self.0) {
            *to = from;
        }
        AccountId(id)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({})", self.to_hex())
    }
}

/// 16 bytes that name an identity, shown as 26 lower-case characters of base32 (P-11).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId([u8; 16]);

/// Why a text is no account id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an account id is 26 lower-case letters and digits of base32")]
pub struct ParseAccountIdError;

impl AccountId {
    /// Takes an id that was made or stored before.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.0).to_ascii_lowercase())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountId({self})")
    }
}

impl FromStr for AccountId {
    type Err = ParseAccountIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 26 || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(ParseAccountIdError);
        }
        let bytes = BASE32_NOPAD
            .decode(text.to_ascii_uppercase().as_bytes())
            .map_err(|_| ParseAccountIdError)?;
        Ok(Self(bytes.try_into().map_err(|_| ParseAccountIdError)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn account_id_is_the_first_half_of_the_fingerprint() {
        let bytes: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
        let fingerprint = Fingerprint::from_bytes(bytes);
        assert_eq!(fingerprint.account_id().as_bytes(), &bytes[..16]);
    }

    #[test]
    fn account_ids_in_another_spelling_are_refused() {
        let good = AccountId::from_bytes([0xab; 16]).to_string();
        let short: String = good.chars().take(25).collect();
        assert!(good.parse::<AccountId>().is_ok());
        for bad in [
            good.to_ascii_uppercase(),
            format!("{good}="),
            short.clone(),
            format!("{short}1"),
            // The last character carries only three bits; the others must be zero.
            format!("{short}z"),
            String::new(),
        ] {
            assert_eq!(bad.parse::<AccountId>(), Err(ParseAccountIdError), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn account_id_text_reads_back(bytes: [u8; 16]) {
            let id = AccountId::from_bytes(bytes);
            let text = id.to_string();
            prop_assert_eq!(text.len(), 26);
            prop_assert_eq!(text.parse::<AccountId>(), Ok(id));
        }
    }
}
