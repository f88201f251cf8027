//! Values that the unit tests of the tables share.

use crate::ContentId;
use sotto_protocol::{BoxPublicKey, Fingerprint, SessionId};

/// A valid box key that differs by this byte.
pub(crate) fn box_key(byte: u8) -> BoxPublicKey {
    let mut bytes = [1; 32];
    bytes[0] = byte;
    BoxPublicKey::from_bytes(bytes).unwrap()
}

pub(crate) const fn fingerprint(byte: u8) -> Fingerprint {
    Fingerprint::from_bytes([byte; 32])
}

pub(crate) const fn session_id(byte: u8) -> SessionId {
    SessionId::from_bytes([byte; 16])
}

pub(crate) const fn content(byte: u8) -> ContentId {
    ContentId::from_bytes([byte; 16])
}
