//! The cryptography of Sotto as pure functions and values.
//!
//! Everything here is a function of its arguments: no clock, no file, no socket, and randomness
//! only where the caller hands in a generator or the random bytes themselves. (One exception: the
//! ratchet draws its own keys from the system, because vodozemac takes no generator.) What it
//! composes are standard parts (NaCl's box, SHA-256, HMAC, Ed25519, X25519, ML-KEM, HPKE, the
//! double ratchet); formats and rules of our own are numbered in `docs/protocol.md` and cited here
//! as `P-n`.
//!
//! From an identity to an envelope: [`key_card`], [`prekey`] and [`mailbox`] say which keys are
//! whose, [`bundle`] carries them, [`handshake`] makes a [`session`] of them, [`content`] is what is
//! said in it, [`envelope`] hides who says it, and [`invite`] is how two people find each other. With
//! [`safety_number`] and [`verify_code`] they see whether nobody is between them.
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

// cargo-fuzz sets `fuzzing`, and vodozemac then takes messages with a wrong authenticator. Its builds
// have debug assertions; what we ship has none.
#[cfg(all(fuzzing, not(debug_assertions)))]
compile_error!("a program built with `--cfg fuzzing` accepts forged messages");

mod accepted_handshakes;
pub mod body;
pub mod box_key;
pub mod bundle;
mod cbor;
pub mod content;
pub mod counter_item;
pub mod db_check;
pub mod dh;
pub mod envelope;
pub mod features;
pub mod fingerprint;
pub mod handed_prekeys;
pub mod handshake;
pub mod handshake_header;
pub mod identity;
pub mod invite;
pub mod key_card;
pub mod label;
pub mod mailbox;
pub mod padding;
pub mod plain_box;
pub mod prekey;
mod prekey_secret;
pub mod relay_hint;
pub mod safety_number;
pub mod secret_item;
pub mod session;
pub mod session_id;
pub mod signed;
pub mod signed_key;
pub mod tag;
pub mod unix_time;
pub mod verify_code;

pub use body::{Body, ContentId};
pub use box_key::{BoxPublicKey, BoxSecretKey, KeyError};
pub use bundle::{Bundle, BundleError};
pub use cbor::DecodeError;
pub use content::{Content, MailboxNotice};
pub use counter_item::CounterItemError;
pub use db_check::{DbCheck, db_check};
pub use envelope::{Inside, SenderCard};
pub use features::Features;
pub use fingerprint::{AccountId, Fingerprint};
pub use handed_prekeys::{Asker, Audience};
pub use handshake::{HandshakeError, Responder};
pub use handshake_header::{Header, HeaderError};
pub use identity::{Identity, PublicIdentity};
pub use invite::{AddLink, Contact, Invite, InviteUse};
pub use key_card::{CardHash, KeyCard, KeyCardError};
pub use mailbox::{MailboxKeyId, MailboxPool, PeerMailbox};
pub use plain_box::{Opened, PlainBoxError, SharedBox};
pub use prekey::PrekeyPool;
pub use relay_hint::RelayHint;
pub use safety_number::{NumberKind, SafetyNumber};
pub use secret_item::{SecretItem, SecretItemError};
pub use session::{Encrypted, RatchetMessage, Session, SessionError};
pub use session_id::SessionId;
pub use signed_key::{KeyPurpose, SignedKey};
pub use unix_time::{UnixTime, Validity};
pub use verify_code::{ShownCode, VerifyCode};

#[cfg(test)]
mod test_rng;
