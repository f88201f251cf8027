//! Files and folders that only their owner can enter, and small files that are replaced whole.
//!
//! No format, no name and no place of its own: keychain, history, profile and relay bring theirs.
//! On Windows the folders of a person are the person's already, so nothing is set there.

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

mod durable;
mod private;

pub use durable::{read, remove, replace, sync_folder};
pub use private::{make_folder, open};
