//! The places of a profile's secret item, as their users see them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "tests"
)]

pub mod fuzz_corpus;
mod passphrase_file;
#[cfg(target_os = "linux")]
mod secret_service;
