//! The tables, one module each: how it is created, its rows, its queries.

pub mod blocked_keys;
pub(crate) mod chat_row;
pub mod chats;
pub mod contacts;
pub mod drafts;
pub mod invites;
pub mod joins;
pub mod kept_contents;
pub mod messages;
pub(crate) mod never_plain;
pub mod nonces;
pub mod older_copies;
pub mod own_keys;
pub mod peers;
pub mod plain_outbox;
pub mod profile;
pub mod received;
pub(crate) mod recipients;
pub mod relays;
pub mod requests;
pub mod search;
pub(crate) mod search_index;
mod search_snippet;
pub mod session_outbox;
pub mod settings;
pub mod ways;
