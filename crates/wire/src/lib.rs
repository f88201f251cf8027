//! Frames between a client and a relay at level 0: encoding, decoding and the limits both sides hold to.
//!
//! Level 0 is the protocol of the guide (section 4): JSON objects in WebSocket text frames. This crate
//! does no input or output, keeps no state and checks no cryptography: a [`PublicKey`] is 32 bytes here,
//! whether they are a usable key is decided in `sotto-protocol`. The engine uses [`ClientFrame::encode`] and
//! [`RelayFrame::decode`], the relay [`ClientFrame::decode`], [`RelayFrame::encode`] and [`ForwardHead`].
//!
//! Rules of reading that hold for every frame:
//! - unknown fields are ignored, and of a field given twice the last one counts (as `JSON.parse` has it);
//! - an unknown `type` is a frame to ignore, not an error, for later levels speak over the same socket;
//! - no input panics, recurses with the depth of the input, or keeps more than its own size in memory.
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

mod client_frame;
mod error;
mod fields;
pub mod limits;
mod public_key;
mod relay_frame;
mod user_id;
mod user_list;

pub use client_frame::{ClientFrame, ClientFrameRef};
pub use error::FrameError;
pub use public_key::{PublicKey, PublicKeyError};
pub use relay_frame::{ForwardHead, RelayFrame};
pub use user_id::{UserId, UserIdError};
pub use user_list::ListedUser;

/// A borrowed span of JSON text that is handed on exactly as it came.
pub use serde_json::value::RawValue;
