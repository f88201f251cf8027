//! The counter item of a profile: what lies beside the secret item (P-25).
//!
//! ```text
//! "SOTC" | version 1 byte | counter 8 bytes | check 16 bytes
//! ```
//!
//! It says how far the history had come, so that one that was put back from a copy is found. The
//! check is made with the database key: it finds damage, and an item of another profile. It does
//! not find an older item of the same profile in the place of this one. When the counter is raised
//! and what a difference means is the engine's to know.

use crate::label;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

/// Largest counter item of any version, bytes.
pub const MAX_LEN: usize = 64;
const MAGIC: &[u8] = b"SOTC";
const VERSION: u8 = 1;
const CHECK_LEN: usize = 16;
const ITEM_LEN: usize = MAGIC.len() + 1 + 8 + CHECK_LEN;

/// Why a stored counter item cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CounterItemError {
    /// It is whole, but a newer program wrote it.
    #[error("the counter was written by a newer version of the program")]
    Newer {
        /// The version that it names.
        version: u8,
    },
    /// It is not a counter item of this profile, or not the one that was written.
    #[error("the counter is damaged")]
    Damaged,
}

/// Writes a counter item; 29 bytes.
pub fn encode(counter: u64, database_key: &[u8; 32]) -> Vec<u8> {
    let mut item = Vec::with_capacity(ITEM_LEN);
    item.extend_from_slice(MAGIC);
    item.push(VERSION);
    item.extend_from_slice(&counter.to_be_bytes());
    let check = check(&item, database_key);
    item.extend_from_slice(&check);
    item
}

/// Reads a counter item.
///
/// # Errors
/// [`CounterItemError::Newer`] for a whole item of a version this program does not know,
/// [`CounterItemError::Damaged`] for everything else.
pub fn decode(item: &[u8], database_key: &[u8; 32]) -> Result<u64, CounterItemError> {
    let (version, body) = unframe(item, database_key).ok_or(CounterItemError::Damaged)?;
    match version {
        0 => Err(CounterItemError::Damaged),
        VERSION => body
            .try_into()
            .map(u64::from_be_bytes)
            .map_err(|_| CounterItemError::Damaged),
        version => Err(CounterItemError::Newer { version }),
    }
}

/// Checks what all versions share; gives the version and what is behind it.
fn unframe<'a>(item: &'a [u8], database_key: &[u8; 32]) -> Option<(u8, &'a [u8])> {
    if item.len() > MAX_LEN {
        return None;
    }
    let (framed, stored) = item.split_last_chunk::<CHECK_LEN>()?;
    if !bool::from(check(framed, database_key).ct_eq(stored)) {
        return None;
    }
    let (version, body) = framed.strip_prefix(MAGIC)?.split_first()?;
    Some((*version, body))
}

/// HMAC-SHA256 (RFC 2104) over label and item under the database key, first 16 bytes.
fn check(framed: &[u8], database_key: &[u8; 32]) -> [u8; CHECK_LEN] {
    // HMAC pads a key of 32 bytes with zeros to the block of 64; done here, no length can be wrong.
    let mut padded = Zeroizing::new([0; 64]);
    for (to, from) in padded.iter_mut().zip(database_key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&*padded).into());
    mac.update(label::COUNTER.as_bytes());
    mac.update(framed);
    let full: [u8; 32] = mac.finalize().into_bytes().into();
    let mut short = [0; CHECK_LEN];
    for (to, from) in short.iter_mut().zip(full) {
        *to = from;
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    const KEY: [u8; 32] = [5; 32];

    fn framed(version: u8, body: &[u8]) -> Vec<u8> {
        let mut item = [MAGIC, &[version], body].concat();
        let check = check(&item, &KEY);
        item.extend_from_slice(&check);
        item
    }

    /// P-25; the expected bytes were computed with Python's `hmac`.
    #[test]
    fn item_has_the_bytes_of_the_rule() {
        assert_eq!(
            HEXLOWER.encode(&encode(0x0102_0304_0506_0708, &KEY)),
            "534f5443010102030405060708b20d45245404722711e1505ec1c300a1"
        );
    }

    #[test]
    fn item_of_another_profile_is_damaged() {
        let item = encode(7, &KEY);
        assert_eq!(decode(&item, &KEY), Ok(7));
        assert_eq!(decode(&item, &[6; 32]), Err(CounterItemError::Damaged));
    }

    #[test]
    fn newer_item_is_told_from_a_damaged_one() {
        for body in [b"".as_slice(), &[7; 8], &[7; 43]] {
            assert_eq!(
                decode(&framed(2, body), &KEY),
                Err(CounterItemError::Newer { version: 2 })
            );
            assert_eq!(
                decode(&framed(0, body), &KEY),
                Err(CounterItemError::Damaged)
            );
        }
    }

    #[test]
    fn whole_frames_with_a_wrong_inside_are_damaged() {
        for item in [
            framed(1, &[7; 7]),
            framed(1, &[7; 9]),
            framed(2, &[7; 44]),
            Vec::new(),
        ] {
            assert_eq!(decode(&item, &KEY), Err(CounterItemError::Damaged));
        }
    }

    proptest! {
        #[test]
        fn every_counter_is_read_back(counter: u64, key: [u8; 32]) {
            let item = encode(counter, &key);
            prop_assert_eq!(item.len(), ITEM_LEN);
            prop_assert_eq!(decode(&item, &key), Ok(counter));
        }

        #[test]
        fn any_changed_byte_is_found(at in 0..ITEM_LEN, with in 1..=255_u8) {
            let mut item = encode(1_000, &KEY);
            item[at] ^= with;
            prop_assert_eq!(decode(&item, &KEY), Err(CounterItemError::Damaged));
        }

        #[test]
        fn any_truncation_is_found(len in 0..ITEM_LEN) {
            let item = encode(1_000, &KEY);
            prop_assert_eq!(decode(&item[..len], &KEY), Err(CounterItemError::Damaged));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            prop_assert!(decode(&bytes, &KEY).is_err());
        }
    }
}
