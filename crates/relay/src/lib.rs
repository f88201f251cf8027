//! The relay: hands sealed messages from one connection to another and knows who is connected.
//!
//! It speaks level 0, the WebSocket protocol of the guide (section 4), and keeps nothing: what cannot be handed
//! over at once is gone. It proves no identity, for level 0 cannot; clients treat names as hints and keys as
//! identities. It runs as the program `sotto-relay` and inside the app.
//!
//! Who calls what:
//! - [`Relay::bind`] takes the address and the data folder, [`Relay::run`] or [`Relay::spawn`] serve;
//! - one task a connection (`connection`) reads frames, acts on the `directory`, and writes its own `outbox`;
//! - a sender puts frames into the recipient's outbox and never waits for a recipient.
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

mod bucket;
mod close;
mod config;
mod connection;
mod data_folder;
mod directory;
mod error;
mod frame_watch;
mod handshake;
mod liveness;
mod metered;
mod outbox;
mod presence;
mod server;
mod source;
mod user_list;

pub use bucket::Rate;
pub use config::{Config, Limits, OriginPolicy};
pub use error::RelayError;
pub use server::{Relay, RunningRelay};
