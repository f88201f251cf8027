//! The relay: hands sealed messages from one connection to another and knows who is connected.
//!
//! It speaks level 0, the WebSocket protocol of the guide (section 4), and keeps nothing: what cannot be handed
//! over at once is gone. It proves no identity, for level 0 cannot; clients treat names as hints and keys as
//! identities. It runs inside the app, and as the program `sotto-relay`, whose flags, log and signals are the package
//! `sotto-relay-server`: nothing that only an operator needs is here.
//!
//! Who calls what:
//! - [`Relay::bind`] takes the address and the data folder, [`Relay::run`] or [`Relay::spawn`] serve;
//! - one task a connection has its HTTP request answered (`http`, `handshake`), which usually is an upgrade;
//! - then the same task (`connection`) reads frames, acts on the `registry`, and writes its own `outbox`;
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
mod error;
mod frame_watch;
mod handshake;
mod http;
mod liveness;
mod metered;
mod outbox;
mod presence;
mod registry;
mod seat;
mod server;
mod session;
mod source;
mod timer;
mod user_list;
mod writing;

pub use bucket::Rate;
pub use config::{Config, Limits, OriginPolicy};
pub use error::RelayError;
pub use server::{Relay, RunningRelay};
