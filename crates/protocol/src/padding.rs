//! Padding to a few sizes, so that a length says little about what is inside (P-48).
//!
//! ```text
//! length 4 bytes, big-endian | data | zeros to 256 * 2^k bytes, k = 0..=8
//! ```
//!
//! It is done inside the sealed envelope, around the ratchet's message: padding before the ratchet
//! would leave handshake headers and message numbers to be seen in the length.

use thiserror::Error;
use zeroize::Zeroizing;

/// Smallest padded size, bytes.
pub const MIN_BUCKET: usize = 256;
/// Largest padded size, bytes; larger things travel as files.
pub const MAX_BUCKET: usize = 65_536;
/// Most bytes that can be padded.
pub const MAX_DATA: usize = MAX_BUCKET - LENGTH_LEN;
const LENGTH_LEN: usize = 4;

/// Why padding cannot be put on or taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PaddingError {
    /// The data is longer than [`MAX_DATA`].
    #[error("the message is too long; it has to travel as a file")]
    TooLong,
    /// The length is no bucket's, not the smallest that fits, or something but zeros follows.
    #[error("the padding is malformed")]
    Malformed,
}

/// The size that data of a length is padded to, bytes.
///
/// # Errors
/// [`PaddingError::TooLong`].
pub fn bucket(data_len: usize) -> Result<usize, PaddingError> {
    if data_len > MAX_DATA {
        return Err(PaddingError::TooLong);
    }
    let needed = data_len.saturating_add(LENGTH_LEN);
    Ok(needed.next_power_of_two().max(MIN_BUCKET))
}

/// Pads data to its bucket (P-48).
///
/// # Errors
/// [`PaddingError::TooLong`].
pub fn pad(data: &[u8]) -> Result<Zeroizing<Vec<u8>>, PaddingError> {
    let size = bucket(data.len())?;
    let length = u32::try_from(data.len()).map_err(|_| PaddingError::TooLong)?;
    let mut out = Zeroizing::new(Vec::with_capacity(size));
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(data);
    out.resize(size, 0);
    Ok(out)
}

/// Takes the padding off; there is one way to pad and nothing else is taken (P-48).
///
/// # Errors
/// [`PaddingError::Malformed`].
pub fn unpad(padded: &[u8]) -> Result<&[u8], PaddingError> {
    let (length, rest) = padded
        .split_first_chunk::<LENGTH_LEN>()
        .ok_or(PaddingError::Malformed)?;
    let (data, zeros) = usize::try_from(u32::from_be_bytes(*length))
        .ok()
        .and_then(|length| rest.split_at_checked(length))
        .ok_or(PaddingError::Malformed)?;
    let canonical = bucket(data.len()) == Ok(padded.len()) && zeros.iter().all(|byte| *byte == 0);
    canonical.then_some(data).ok_or(PaddingError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// P-48.
    #[test]
    fn sizes_are_nine_powers_of_two() {
        let sizes: std::collections::BTreeSet<usize> =
            (0..=MAX_DATA).map(|len| bucket(len).unwrap()).collect();
        let expected = (0..=8).map(|k| 256 << k).collect();
        assert_eq!(sizes, expected);
        assert_eq!(bucket(252), Ok(256));
        assert_eq!(bucket(253), Ok(512));
        assert_eq!(bucket(MAX_DATA + 1), Err(PaddingError::TooLong));
        assert_eq!(pad(&vec![0; MAX_DATA + 1]), Err(PaddingError::TooLong));
    }

    /// P-48.
    #[test]
    fn padding_in_another_way_is_refused() {
        let good = pad(b"hello").unwrap();
        assert_eq!(unpad(&good), Ok(b"hello".as_slice()));
        let mut dirty = good.to_vec();
        *dirty.last_mut().unwrap() = 1;
        let mut larger = good.to_vec();
        larger.resize(512, 0);
        let mut longer = good.to_vec();
        longer[..4].copy_from_slice(&253_u32.to_be_bytes());
        let mut most = good.to_vec();
        most[..4].copy_from_slice(&u32::MAX.to_be_bytes());
        for bad in [
            vec![],
            vec![0; 3],
            vec![0; 255],
            dirty,
            larger,
            longer,
            most,
        ] {
            assert_eq!(unpad(&bad), Err(PaddingError::Malformed));
        }
    }

    proptest! {
        #[test]
        fn what_is_padded_comes_back(data in proptest::collection::vec(any::<u8>(), 0..3_000)) {
            let padded = pad(&data).unwrap();
            prop_assert_eq!(padded.len(), bucket(data.len()).unwrap());
            prop_assert_eq!(unpad(&padded).unwrap(), &data);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = unpad(&bytes);
        }
    }
}
