//! What is done with each fuzzed input, apart from libFuzzer: a function of bytes for each target.
//!
//! The programs in `fuzz_targets` hand it what libFuzzer makes up. `cargo test` includes the same
//! modules and hands them the files of `corpus` (`fuzz_corpus.rs` in the tests of their crates), so
//! what was found once is tried on each run of the CI.
//!
//! Under `--cfg fuzzing`, which cargo-fuzz sets, the ratchet takes messages whose authenticator is
//! wrong. So no target here says that something must be refused because nobody vouches for it.

pub mod keychain;
pub mod protocol;
#[path = "../../crates/protocol/tests/protocol/support/mod.rs"]
mod support;
pub mod wire;
