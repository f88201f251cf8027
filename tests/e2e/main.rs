//! The running product: real processes, sockets, windows and keyrings, and clients written from the
//! guide. One program, so that the testkit is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "tests"
)]

mod bad_input;
mod box_interop;
#[cfg(target_os = "linux")]
mod canaries;
mod cli_guide;
mod cli_sessions;
mod cli_verification;
mod kill;
#[cfg(target_os = "linux")]
mod networks;
mod older_program;
mod protocol_check;
mod transcript;
#[cfg(target_os = "linux")]
mod windows;
