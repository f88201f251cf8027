//! The tables, one module each: how it is created, its rows, its queries.

pub mod blocked_keys;
pub mod chats;
pub mod contacts;
pub mod drafts;
pub mod invites;
pub mod messages;
pub mod nonces;
pub mod outbox;
pub mod outgoing;
pub mod own_keys;
pub mod peers;
pub mod profile;
pub mod received;
pub mod relays;
pub mod requests;
pub mod search;
pub mod settings;
