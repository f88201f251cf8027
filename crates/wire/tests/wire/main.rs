//! Frames between a client and a relay, as the users of the crate see them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "tests"
)]

pub mod fuzz_corpus;
mod malformed;
mod roundtrip;
