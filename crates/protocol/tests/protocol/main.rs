//! The cryptography as its users see it: against values that were made elsewhere, under bad networks,
//! and against everybody in between.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "tests"
)]

pub mod fuzz_corpus;
mod handshake;
mod hostile;
mod kem_vectors;
mod ratchet_vectors;
mod refused;
mod schedules;
mod session;
mod session_vectors;
mod sizes;
mod stored_sessions;
mod support;
mod vector_file;
mod vectors;
