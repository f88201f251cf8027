//! The store as the engine uses it: through its public functions, on real files where it matters.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod common;

mod contacts;
mod full_disk;
mod killed;
mod messages;
mod model;
mod opening;
mod plain_outbox;
mod recipients;
mod requests;
mod search;
mod session_outbox;
mod speed;
mod transactions;
