//! The engine with everything around it: real files, sockets and relays, pictures, and the types of
//! the window.
//!
//! What starts processes is in a program of its own, `picture_reader`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[cfg(feature = "typegen")]
mod bindings;
mod code;
mod common;
mod driver;
