//! The engine with everything around it: real files, sockets and relays.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod common;
mod counter;
mod dialling;
mod home;
#[cfg(unix)]
mod home_socket;
mod launcher;
mod local_relay;
mod talking;
mod trouble;
