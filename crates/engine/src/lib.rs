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
#![cfg_attr(not(test), warn(clippy::too_many_lines))]

pub mod address;
pub mod api;
pub mod core;
pub mod driver;
mod error;
pub mod folders;
pub mod log;
pub mod profile;
pub mod qr;
pub mod rollback_guard;
pub mod text;

pub use error::EngineError;
/// For the secrets that fronts hand in.
pub use zeroize;
