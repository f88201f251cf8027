//! The engine's source of randomness in the form that the cryptography takes.

use super::Randomness;
use rand_core::{TryCryptoRng, TryRng};
use std::convert::Infallible;

/// Draws from the engine's source.
pub(super) struct Rng<'a>(pub(super) &'a mut Randomness);

impl Rng<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }
}

impl TryRng for Rng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        (self.0)(dst);
        Ok(())
    }
}

impl TryCryptoRng for Rng<'_> {}
