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
/// Session, sender and recipient in front of every ratchet plaintext (P-81).
pub const ASSOCIATION: Label = Label("sotto/v1/association");
/// Fingerprint of a contact of whom only the box key is known (P-12).
pub const BOX_KEY: Label = Label("sotto/v1/box-key");
/// Short name of a whole key card (P-52).
pub const CARD_HASH: Label = Label("sotto/v1/card-hash");
/// Check of the counter item (P-25).
pub const COUNTER: Label = Label("sotto/v1/counter");
/// Check value of the database key, kept beside the database (P-22).
pub const DB_CHECK: Label = Label("sotto/v1/db-check");
/// HPKE info of the sealed envelope (P-98).
pub const ENVELOPE: Label = Label("sotto/v1/envelope");
/// Transcript of the handshake (P-72).
pub const HANDSHAKE: Label = Label("sotto/v1/handshake");
/// Short name of a profile's folder in the name of its local socket (P-23).
pub const HOME_SOCKET: Label = Label("sotto/v1/home-socket");
/// Name of an invite (P-123).
pub const INVITE_ID: Label = Label("sotto/v1/invite-id");
/// Proof that an invite was held (P-123).
pub const INVITE_PROOF: Label = Label("sotto/v1/invite-proof");
/// Signature of a one-time ML-KEM prekey (P-53).
pub const KEM_PREKEY: Label = Label("sotto/v1/kem-prekey");
/// Signature of a key card (P-51).
pub const KEY_CARD: Label = Label("sotto/v1/key-card");
/// Signature of the last-resort ML-KEM prekey (P-53).
pub const LAST_RESORT_PREKEY: Label = Label("sotto/v1/last-resort-prekey");
/// Signature of a mailbox key (P-53).
pub const MAILBOX_KEY: Label = Label("sotto/v1/mailbox-key-signature");
/// Short name of a mailbox key (P-90).
pub const MAILBOX_KEY_ID: Label = Label("sotto/v1/mailbox-key-id");
/// Name of the recipient outside on an envelope, for one mailbox key (P-96).
pub const MAILBOX_TAG: Label = Label("sotto/v1/mailbox-tag");
/// Short name of a ratchet message, by which its repetition is recognised (P-85).
pub const MESSAGE_DIGEST: Label = Label("sotto/v1/message-digest");
/// Signature of a one-time X25519 prekey (P-53).
pub const ONE_TIME_PREKEY: Label = Label("sotto/v1/one-time-prekey");
/// Passphrase file: first part of what its seal authenticates (P-24).
pub const PASSPHRASE_FILE: Label = Label("sotto/v1/passphrase-file");
/// Invisible tag at the end of a plain text (P-40).
pub const PLAIN_TAG: Label = Label("sotto/v1/plain-tag");
/// Name of the recipient outside on an envelope (P-96).
pub const RECIPIENT_TAG: Label = Label("sotto/v1/recipient-tag");
/// Checksum of the secret item (P-20).
pub const SECRET_ITEM: Label = Label("sotto/v1/secret-item");
/// Name of a session (P-72).
pub const SESSION_ID: Label = Label("sotto/v1/session-id");
/// Signature of the signed prekey (P-53).
pub const SIGNED_PREKEY: Label = Label("sotto/v1/signed-prekey");

/// Name of a code of the verification screen, for its scanner (P-132).
pub const VERIFY_ID: Label = Label("sotto/v1/verify-id");
/// Proof that a code of the verification screen was scanned (P-132).
pub const VERIFY_PROOF: Label = Label("sotto/v1/verify-proof");

/// All labels; the test below compares each with each.
pub const ALL: &[Label] = &[
    ACCOUNT,
    ASSOCIATION,
    BOX_KEY,
    CARD_HASH,
    COUNTER,
    DB_CHECK,
    ENVELOPE,
    HANDSHAKE,
    HOME_SOCKET,
    INVITE_ID,
    INVITE_PROOF,
    KEM_PREKEY,
    KEY_CARD,
    LAST_RESORT_PREKEY,
    MAILBOX_KEY,
    MAILBOX_KEY_ID,
    MAILBOX_TAG,
    MESSAGE_DIGEST,
    ONE_TIME_PREKEY,
    PASSPHRASE_FILE,
    PLAIN_TAG,
    RECIPIENT_TAG,
    SECRET_ITEM,
    SESSION_ID,
    SIGNED_PREKEY,
    VERIFY_ID,
    VERIFY_PROOF,
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
    use std::path::Path;

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

    /// What is in the table and used nowhere has been forgotten where it belongs.
    #[test]
    fn every_label_is_used() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut sources = String::new();
        for of in ["protocol", "keychain", "store", "engine"] {
            read_sources(&crates.join(of).join("src"), &mut sources);
        }
        let names = include_str!("label.rs").lines();
        let names =
            names.filter_map(|line| line.strip_prefix("pub const ")?.split_once(": Label ="));
        for (name, _) in names {
            let used = sources.split("label::").skip(1).any(|rest| {
                let end = |c: char| !c.is_ascii_uppercase() && c != '_';
                rest.split(end).next() == Some(name)
            });
            assert!(used, "{name}");
        }
    }

    fn read_sources(dir: &Path, into: &mut String) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read_sources(&path, into);
            } else if !path.ends_with("label.rs") {
                into.push_str(&std::fs::read_to_string(path).unwrap());
            }
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
