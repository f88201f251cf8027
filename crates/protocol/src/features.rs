//! What a program reads beyond what every program reads, as it tells in its profile (P-108).
//!
//! Bit n is feature n. From 16 on, n is the kind of content that is read; below, what stands here.
//! Bits that this version does not know are kept: a later one may know them.

/// Sealed envelopes whose recipient tag depends on the mailbox key (P-96).
pub const MAILBOX_TAG: u32 = 1;

/// Proofs that a code was scanned: contents of that kind (P-132).
pub const SCANNED: u32 = 24;

/// A set of features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features(u64);

impl Features {
    /// What is known of a program that said nothing.
    pub const NONE: Self = Self(0);
    /// What this version reads.
    pub const OWN: Self = Self(1 << MAILBOX_TAG | 1 << SCANNED);

    /// Takes a set as it was told or stored.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The set as a number.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Whether a feature is in it; none from 64 on is.
    pub const fn has(self, feature: u32) -> bool {
        match self.0.checked_shr(feature) {
            Some(bits) => bits & 1 == 1,
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_is_its_bit_and_there_are_64() {
        let set = Features::from_bits((1 << 63) | (1 << 16));
        let all: Vec<u32> = (0..200).filter(|n| set.has(*n)).collect();
        assert_eq!(all, [16, 63]);
        assert_eq!(Features::OWN.bits(), 0x0100_0002);
    }
}
