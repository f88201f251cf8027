//! Every domain-separation label of the product, in one place (P-1).
//!
//! A label stands in front of whatever is hashed, keyed or signed, so that a value made for one
//! purpose is never valid for another. They are of different lengths and nothing separates them
//! from what follows, therefore none may be the beginning of another.

use sha2::{Digest, Sha256};

/// A domain-separation label: ASCII, `sotto/v1/<purpose>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(&'static str);

/// Account id and fingerprint of a Sotto identity (P-11).
pub const ACCOUNT: Label = Label("sotto/v1/account");
/// Fingerprint of a contact of whom only the box key is known (P-12).
pub const BOX_KEY: Label = Label("sotto/v1/box-key");
/// Check value of the database key, kept beside the database (P-22).
pub const DB_CHECK: Label = Label("sotto/v1/db-check");
/// Short name of a profile's folder in the name of its local socket (P-23).
pub const HOME_SOCKET: Label = Label("sotto/v1/home-socket");
/// Passphrase file: first part of what its seal authenticates (P-24).
pub const PASSPHRASE_FILE: Label = Label("sotto/v1/passphrase-file");
/// Invisible tag at the end of a plain text (P-40).
pub const PLAIN_TAG: Label = Label("sotto/v1/plain-tag");
/// Checksum of the secret item (P-20).
pub const SECRET_ITEM: Label = Label("sotto/v1/secret-item");

/// All labels; the test below compares each with each.
pub const ALL: &[Label] = &[
    ACCOUNT,
    BOX_KEY,
    DB_CHECK,
    HOME_SOCKET,
    PASSPHRASE_FILE,
    PLAIN_TAG,
    SECRET_ITEM,
];

impl Label {
    /// The label's bytes, as they enter a hash.
    pub const fn as_bytes(self) -> &'static [u8] {
        self.0.as_bytes()
    }

    /// SHA-256 (FIPS 180-4) over the label and then the parts, with nothing between them.
    ///
    /// The parts of one label must have the same fixed lengths at every call: only then do
    /// different parts always give different input.
    pub fn sha256(self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.as_bytes());
        for part in parts {
            hash.update(part);
        }
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P-1.
    #[test]
    fn no_label_is_equal_to_or_the_beginning_of_another() {
        for (i, a) in ALL.iter().enumerate() {
            for (j, b) in ALL.iter().enumerate() {
                assert!(i == j || !b.0.starts_with(a.0), "{} and {}", a.0, b.0);
            }
        }
    }

    #[test]
    fn every_label_names_product_version_and_purpose() {
        for label in ALL {
            let purpose = label.0.strip_prefix("sotto/v1/").unwrap();
            assert!(!purpose.is_empty());
            assert!(purpose.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
        }
    }

    #[test]
    fn every_label_of_this_file_is_compared() {
        let defined = include_str!("label.rs")
            .lines()
            .filter(|line| line.starts_with("pub const") && line.contains(": Label ="))
            .count();
        assert_eq!(defined, ALL.len());
    }
}
