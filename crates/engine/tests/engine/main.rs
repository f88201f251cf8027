//! The engine with everything around it: real files, sockets and relays, and pictures.
//!
//! What starts processes is in a program of its own, `reading`; so is what needs the feature
//! `typegen`, `bindings`, because the engine is built once more for it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod code;
mod common;
mod driver;
mod kept_pictures;
