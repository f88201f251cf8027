//! A public check value of the database key (P-22).
//!
//! It lies beside the database and tells "this is the key of another database" from "this database
//! is damaged", which look the same from inside an encrypted file. It says nothing about the key
//! to whoever does not have it: the key is 32 random bytes.

use crate::label;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The check value of a database key: 16 bytes.
#[derive(Clone, Copy, Debug)]
pub struct DbCheck([u8; 16]);

/// Computes the check value: HMAC-SHA256 (RFC 2104) of the label under the key, first 16 bytes.
pub fn db_check(database_key: &[u8; 32]) -> DbCheck {
    // HMAC pads a key of 32 bytes with zeros to the block of 64; done here, no length can be wrong.
    let mut padded = Zeroizing::new([0; 64]);
    for (to, from) in padded.iter_mut().zip(database_key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&*padded).into());
    mac.update(label::DB_CHECK.as_bytes());
    let full: [u8; 32] = mac.finalize().into_bytes().into();
    let mut check = [0; 16];
    for (to, from) in check.iter_mut().zip(full) {
        *to = from;
    }
    DbCheck(check)
}

impl DbCheck {
    /// Takes a value that was stored before.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes, for storing.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// Whether this is the check value of the key; compared in constant time.
    pub fn matches(self, database_key: &[u8; 32]) -> bool {
        self == db_check(database_key)
    }
}

impl PartialEq for DbCheck {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for DbCheck {}

#[cfg(test)]
mod tests {
    use super::*;

    /// P-22.
    #[test]
    fn only_the_same_key_matches() {
        let check = DbCheck::from_bytes(db_check(&[5; 32]).to_bytes());
        assert!(check.matches(&[5; 32]));
        for at in 0..32 {
            let mut other = [5; 32];
            other[at] ^= 1;
            assert!(!check.matches(&other));
        }
    }
}
