//! The testkit: real programs of ours and of others as values that end with the test.
//!
//! Each type here is one running thing (a relay, a client) or a listener that behaves badly on
//! purpose; the desktop that they run on is `sotto-desktop`. All of them choose their ports through
//! the system, keep their files in folders of their own, wait for conditions instead of times, and
//! are ended and reaped when they are dropped, also by a panic. What it isn't: a way into the
//! programs. Tests see what a person, a peer or a relay sees.
//!
//! The tests in `e2e/` call it; nothing of the product does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a testkit fails by panicking, with the words that explain the failed test"
)]

#[cfg(target_os = "linux")]
pub mod bench;
pub mod canary;
pub mod cli;
pub mod foreign;
pub mod frames;
pub mod history;
pub mod hostile;
pub mod odd;
pub mod proxy;
pub mod relay;
pub mod seed;
pub mod tap;

pub use sotto_desktop as desktop;
pub use sotto_desktop::sizes::env_number;
pub use sotto_desktop::{home, places, process, wait};
