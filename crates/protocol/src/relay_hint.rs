//! Where somebody can be reached: a relay, its level, and the name used there (P-47).
//!
//! A hint is a claim of whoever wrote it. It is checked for its form only; whether the address may
//! be connected to is the engine's decision.

use crate::cbor::{DecodeError, Fields, MapWriter};

/// Most bytes of a relay's address.
pub const MAX_ADDRESS_LEN: usize = 128;
/// Most bytes of a name at a relay.
pub const MAX_USER_ID_LEN: usize = 64;

/// One relay of a person (P-47).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayHint {
    /// The address, such as `wss://relay.example.org`: 1 to [`MAX_ADDRESS_LEN`] of `!` to `~`.
    pub address: String,
    /// 0 is a relay of the guide, 1 one that stores; a relay never falls below its level.
    pub level: u8,
    /// The name that the person has there, at most [`MAX_USER_ID_LEN`] bytes; without it, the
    /// account id.
    pub user_id: Option<String>,
}

impl RelayHint {
    pub(crate) fn write(&self) -> MapWriter {
        MapWriter::nested(self.address.len().saturating_add(80))
            .text(1, &self.address)
            .uint(2, u64::from(self.level))
            .opt_text(3, self.user_id.as_deref())
    }

    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        let hint = Self {
            address: fields.text(1, MAX_ADDRESS_LEN)?.to_owned(),
            level: u8::try_from(fields.uint(2)?).map_err(|_| DecodeError::Malformed)?,
            user_id: fields.opt_text(3, MAX_USER_ID_LEN)?.map(str::to_owned),
        };
        if hint.is_well_formed() {
            Ok(hint)
        } else {
            Err(DecodeError::Malformed)
        }
    }

    /// Whether a reader would take it.
    pub(crate) fn is_well_formed(&self) -> bool {
        let address = self.address.as_bytes();
        let address_ok = (1..=MAX_ADDRESS_LEN).contains(&address.len())
            && address.iter().all(u8::is_ascii_graphic);
        let user_id_ok = |id: &String| {
            (1..=MAX_USER_ID_LEN).contains(&id.len()) && !id.chars().any(char::is_control)
        };
        address_ok && self.user_id.as_ref().is_none_or(user_id_ok)
    }
}
