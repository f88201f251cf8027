//! The encrypted history: the only place with SQL.
//!
//! One [`Store`] owns one SQLCipher file, `history.db`, in the data folder of a profile, and
//! beside it `history.check`, which tells a wrong key from a damaged file. The engine is its only
//! caller: it reads through a [`Reader`] and changes everything through a [`Tx`], one transaction
//! an action. Each table has a module with its rows and queries.
//!
//! It deliberately knows nothing of protocols: keys and ids have the types of the protocol crate so
//! that none is taken for another, but are only compared here; ciphertexts are bytes, the codes of
//! system lines and failures are the engine's. It makes no keys, reads no clock and writes nothing
//! outside of its folder.
//!
//! Row ids ([`id`]) are never used again, also after a deletion (`AUTOINCREMENT`), and are greater
//! than 0. Times are milliseconds since 1970.

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

mod blob;
mod code;
mod error;
mod file;
mod fold;
pub mod id;
mod key_check;
mod migration;
mod reader;
mod store;
mod table;
#[cfg(test)]
mod testing;
mod tx;
#[cfg(test)]
mod upgrades;

pub use error::{OpenError, StoreError};
pub use id::{
    ChatId, ContactId, InviteId, MessageId, PlainEntryId, RelayId, RequestId, SessionEntryId,
};
pub use migration::MigrationProgress;
pub use reader::Reader;
pub use store::{Growth, OpenOptions, Store};
pub use table::{
    blocked_keys, chats, contact_keys, contacts, drafts, invites, joins, kept_contents, messages,
    nonces, older_copies, own_keys, peers, plain_outbox, profile, received, relays, requests,
    search, session_outbox, settings, ways,
};
pub use tx::Tx;

/// The id of a content, under which both sides know it.
pub use sotto_protocol::{BoxPublicKey, ContentId};

/// What most functions of this crate return.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
