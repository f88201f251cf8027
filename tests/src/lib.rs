//! The testkit: real programs of ours and of others as values that end with the test.
//!
//! Each type here is one running thing (a relay, a client, a keyring, a display, a window) or a
//! listener that behaves badly on purpose. All of them choose their ports through the system, keep
//! their files in folders of their own, wait for conditions instead of times, and are ended and
//! reaped when they are dropped, also by a panic. What it isn't: a way into the programs. Tests
//! see what a person, a peer or a relay sees.
//!
//! The tests in `e2e/` and `vectors/` call it; nothing of the product does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a testkit fails by panicking, with the words that explain the failed test"
)]

pub mod canary;
pub mod cli;
pub mod foreign;
pub mod frames;
pub mod history;
pub mod home;
pub mod hostile;
pub mod places;
pub mod process;
pub mod proxy;
pub mod relay;
pub mod seed;
pub mod tap;
pub mod wait;

#[cfg(target_os = "linux")]
pub mod desktop;
