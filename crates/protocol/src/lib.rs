//! The cryptography of Sotto as pure functions and values.
//!
//! Everything here is a function of its arguments: no clock, no file, no socket, and randomness
//! only where the caller hands in a generator or the random bytes themselves. What it composes are
//! standard parts (NaCl's box, SHA-256, HMAC, Ed25519, X25519); formats and rules of our own are
//! numbered in `docs/protocol.md` and cited here as `P-n`.
//!
//! The store, the keychain and the engine call it. It knows none of them.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests"
    )
)]

pub mod box_key;
pub mod db_check;
pub mod fingerprint;
pub mod identity;
pub mod label;
pub mod plain_box;
pub mod secret_item;
pub mod tag;

pub use box_key::{BoxPublicKey, BoxSecretKey, KeyError};
pub use db_check::{DbCheck, db_check};
pub use fingerprint::{AccountId, Fingerprint};
pub use identity::{Identity, PublicIdentity};
pub use plain_box::{Opened, PlainBoxError, SharedBox};
pub use secret_item::{SecretItem, SecretItemError};

#[cfg(test)]
mod test_rng;
