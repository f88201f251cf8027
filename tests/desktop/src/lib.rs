//! A Linux desktop of a test's own: screen, session bus and keyring, a person's folders, programs
//! and their windows, notifications, a small disk.
//!
//! Each type here is one running thing. All of them choose their ports through the system, keep
//! their files in folders of their own, wait for conditions instead of times, and are ended and
//! reaped when they are dropped, also by a panic. What it isn't: a way into the programs, and
//! nothing here knows what they do.
//!
//! The testkit in `tests/src` builds on it. Its own program, `window`, shows that any program brings
//! up a window; `cargo xtask window` calls that.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a testkit fails by panicking, with the words that explain the failed test"
)]

pub mod home;
pub mod places;
pub mod process;
pub mod sizes;
pub mod wait;

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub use linux::*;
