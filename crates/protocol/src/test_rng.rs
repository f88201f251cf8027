//! Generators for tests: predictable, and never the same bytes twice.

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};
use std::convert::Infallible;

/// Yields the bytes 1, 2, 3, ... so that a test sees who read what.
pub(crate) struct CountingRng(pub(crate) u8);

impl TryRng for CountingRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for byte in dst {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
        Ok(())
    }
}

impl TryCryptoRng for CountingRng {}

/// Yields SHA-256 of a seed and a counter: for more than the 255 bytes of [`CountingRng`].
pub(crate) struct HashRng {
    seed: u64,
    block: u64,
    /// The last comes first.
    ready: Vec<u8>,
}

impl HashRng {
    pub(crate) const fn new(seed: u64) -> Self {
        Self {
            seed,
            block: 0,
            ready: Vec::new(),
        }
    }
}

impl TryRng for HashRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for byte in dst {
            if self.ready.is_empty() {
                let input = [self.seed.to_be_bytes(), self.block.to_be_bytes()].concat();
                self.ready = Sha256::digest(input).into_iter().rev().collect();
                self.block += 1;
            }
            *byte = self.ready.pop().unwrap_or_default();
        }
        Ok(())
    }
}

impl TryCryptoRng for HashRng {}
