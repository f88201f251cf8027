//! The client without a window: one owner of history and sessions.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests"
    )
)]

pub mod address;
pub mod api;
pub mod code;
pub mod core;
pub mod counter;
pub mod driver;
mod error;
pub mod folders;
pub mod home;
pub mod log;
pub mod text;

pub use error::EngineError;
/// For the secrets that fronts hand in.
pub use zeroize;
