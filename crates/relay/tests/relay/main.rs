//! The relay inside this process, under clients of every kind.
//!
//! Programs are started by the tests of `sotto-relay-server` only: a process that is being started holds for a moment
//! what this one has open, and the lock of a data folder must be free the moment it is dropped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod client;
mod handshake;
mod hostile;
mod level0;
mod load;
mod slow_reader;
