//! Chance that a seed makes repeatable.

use sotto_desktop::sizes::env_number;
use std::time::{SystemTime, UNIX_EPOCH};

/// A stream of numbers that only the seed decides (SplitMix64). Not for keys.
#[derive(Clone, Debug)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// The stream of `SOTTO_SEED`, or of the clock; the seed is printed, so that a failure can be
    /// run again.
    pub fn from_env() -> Self {
        let clock = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(1, |since| since.as_secs() ^ u64::from(since.subsec_nanos()));
        let seed = env_number("SOTTO_SEED", clock);
        println!("seed: SOTTO_SEED={seed}");
        Self::from_seed(seed)
    }

    /// The stream of this seed.
    pub fn from_seed(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A number below `bound`, which is at least 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// One of the values.
    pub fn pick<'a, T>(&mut self, values: &'a [T]) -> &'a T {
        let index = self.below(values.len() as u64);
        &values[usize::try_from(index).expect("an index of a slice")]
    }
}
