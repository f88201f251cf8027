//! The header of a handshake: what the initiator's messages carry until the first answer (P-71).
//!
//! Only its form: which session it leads to, if to any, is for [`crate::handshake`] to find out.

use crate::box_key::KeyError;
use crate::cbor::{self, DecodeError, Kind, MapWriter};
use crate::dh::DhPublicKey;
use std::fmt;
use thiserror::Error;

/// Length of an ML-KEM-768 ciphertext (FIPS 203), bytes.
pub const KEM_CIPHERTEXT_LEN: usize = 1_088;
/// Longest encoded header, bytes.
pub const MAX_HEADER_LEN: usize = 1_200;

/// What the initiator tells the responder with every message until the first answer (P-71).
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// How many handshakes these two have done: the higher one wins (P-75).
    pub generation: u64,
    pub(crate) ephemeral: DhPublicKey,
    pub(crate) signed_prekey: u32,
    pub(crate) one_time_prekey: Option<u32>,
    pub(crate) kem_prekey: u32,
    pub(crate) kem_ciphertext: Box<[u8; KEM_CIPHERTEXT_LEN]>,
}

/// Why bytes are no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// They do not have the form of one, or are of a later version.
    #[error("the handshake is malformed: {0}")]
    Decode(#[from] DecodeError),
    /// They have no ML-KEM ciphertext: somebody took the post-quantum part away.
    #[error("the handshake has no post-quantum part")]
    NoPostQuantumPart,
    /// A public key is weak or ambiguous (P-10).
    #[error("the handshake has a weak key: {0}")]
    Key(#[from] KeyError),
}

impl Header {
    /// Writes the header; at most [`MAX_HEADER_LEN`] bytes.
    pub fn encode(&self) -> Vec<u8> {
        MapWriter::new(Kind::Handshake, MAX_HEADER_LEN)
            .uint(2, self.generation)
            .bytes(3, self.ephemeral.as_bytes())
            .uint(4, u64::from(self.signed_prekey))
            .opt_uint(5, self.one_time_prekey.map(u64::from))
            .uint(6, u64::from(self.kem_prekey))
            .bytes(7, self.kem_ciphertext.as_slice())
            .finish_public()
    }

    /// Reads a header.
    ///
    /// # Errors
    /// Every [`HeaderError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, HeaderError> {
        let fields = cbor::read(bytes, Kind::Handshake, MAX_HEADER_LEN)?;
        if !fields.has(6) || !fields.has(7) {
            return Err(HeaderError::NoPostQuantumPart);
        }
        Ok(Self {
            generation: fields.uint(2)?,
            ephemeral: DhPublicKey::from_bytes(fields.array(3)?)?,
            signed_prekey: fields.u32(4)?,
            one_time_prekey: fields.opt_u32(5)?,
            kem_prekey: fields.u32(6)?,
            kem_ciphertext: Box::new(fields.array(7)?),
        })
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header").finish_non_exhaustive()
    }
}
