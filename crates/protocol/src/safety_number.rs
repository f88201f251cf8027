//! The safety number of two people: sixty digits that both see alike if, and only if, each has the
//! true keys of the other (P-130).
//!
//! The algorithm is the one that Signal publishes for its numeric fingerprints, with public keys and
//! ids of our own. It is slow on purpose: each guess at a key that would give the same digits costs
//! thousands of hashes.

use crate::box_key::BoxPublicKey;
use crate::fingerprint::Fingerprint;
use crate::identity::PublicIdentity;
use sha2::{Digest, Sha512};
use std::fmt;

/// How many hashes make one half.
const ROUNDS: usize = 5_200;
/// In front of the first of them.
const VERSION: [u8; 2] = [0, 0];
/// Digits of a group, and groups of a half.
const GROUP: usize = 5;
const GROUPS: usize = 6;

/// Which keys of the two a number is of. Numbers of different kinds cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// The box keys alone: all that is known of a guide client, and of anybody before something of
    /// a session was decrypted.
    BoxKeys,
    /// All three keys of either identity.
    Identities,
}

impl NumberKind {
    /// The first byte of the public key, and of a code of the verification screen.
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::BoxKeys => 0,
            Self::Identities => 1,
        }
    }
}

/// The safety number of two people, the same whichever of them makes it.
#[derive(Clone, PartialEq, Eq)]
pub struct SafetyNumber {
    kind: NumberKind,
    digits: String,
}

impl SafetyNumber {
    /// Of two identities.
    pub fn of_identities(one: &PublicIdentity, other: &PublicIdentity) -> Self {
        let half = |identity: &PublicIdentity| {
            let keys = [
                identity.ed25519.as_slice(),
                identity.box_key.as_bytes(),
                &identity.agreement,
            ];
            own_half(NumberKind::Identities, &keys, identity.fingerprint())
        };
        Self {
            kind: NumberKind::Identities,
            digits: joined(half(one), half(other)),
        }
    }

    /// Of two box keys.
    pub fn of_box_keys(one: &BoxPublicKey, other: &BoxPublicKey) -> Self {
        let half = |key: &BoxPublicKey| {
            let keys = [key.as_bytes().as_slice()];
            own_half(NumberKind::BoxKeys, &keys, Fingerprint::of_box_key(key))
        };
        Self {
            kind: NumberKind::BoxKeys,
            digits: joined(half(one), half(other)),
        }
    }

    /// Which keys it is of.
    pub const fn kind(&self) -> NumberKind {
        self.kind
    }

    /// Sixty digits without spaces.
    pub fn digits(&self) -> &str {
        &self.digits
    }
}

/// Whoever sees the number of a person's chats learns whom that person talks to.
impl fmt::Debug for SafetyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SafetyNumber")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

fn own_half(kind: NumberKind, keys: &[&[u8]], fingerprint: Fingerprint) -> String {
    let public_key = [&[kind.byte()], keys.concat().as_slice()].concat();
    half(&public_key, fingerprint.account_id().to_string().as_bytes())
}

/// One person's thirty digits, of a public key and an id that does not change.
fn half(public_key: &[u8], id: &[u8]) -> String {
    let first = Sha512::new()
        .chain_update(VERSION)
        .chain_update(public_key)
        .chain_update(id)
        .chain_update(public_key)
        .finalize();
    let hash = (1..ROUNDS).fold(first, |hash, _| {
        let next = Sha512::new().chain_update(hash);
        next.chain_update(public_key).finalize()
    });
    let groups = hash.chunks_exact(GROUP).take(GROUPS);
    let numbers = groups.map(|group| {
        let number = group
            .iter()
            .fold(0u64, |n, byte| (n << 8) | u64::from(*byte));
        format!("{:05}", number % 100_000)
    });
    numbers.collect()
}

/// Both halves, the smaller first.
fn joined(one: String, other: String) -> String {
    if one <= other {
        one + &other
    } else {
        other + &one
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    fn identity(seed: u8) -> PublicIdentity {
        *crate::Identity::from_seeds(&[seed; 32], &[seed + 1; 32], &[seed + 2; 32]).public()
    }

    /// The values of libsignal's own tests, with its type byte and telephone numbers as ids.
    #[test]
    fn digits_are_those_of_libsignal() {
        let key = |hex: &str| HEXLOWER.decode(hex.as_bytes()).unwrap();
        let alice = half(
            &key("0506863bc66d02b40d27b8d49ca7c09e9239236f9d7d25d6fcca5ce13c7064d868"),
            b"+14152222222",
        );
        let bob = half(
            &key("05f781b6fb32fed9ba1cf2de978d4d5da28dc34046ae814402b5c0dbd96fda907b"),
            b"+14153333333",
        );
        let expected = "300354477692869396892869876765458257569162576843440918079131";
        assert_eq!(joined(alice.clone(), bob.clone()), expected);
        assert_eq!(joined(bob, alice), expected);
    }

    /// P-130: a number is of all keys of both, and of their kind.
    #[test]
    fn another_key_or_another_kind_gives_another_number() {
        let (ada, bo) = (identity(1), identity(11));
        let number = SafetyNumber::of_identities(&ada, &bo);
        assert_eq!(number.kind(), NumberKind::Identities);
        let mut others = vec![SafetyNumber::of_box_keys(&ada.box_key, &bo.box_key)];
        let other = identity(21);
        for changed in [
            PublicIdentity {
                ed25519: other.ed25519,
                ..bo
            },
            PublicIdentity {
                box_key: other.box_key,
                ..bo
            },
            PublicIdentity {
                agreement: other.agreement,
                ..bo
            },
        ] {
            others.push(SafetyNumber::of_identities(&ada, &changed));
        }
        for other in others {
            assert_ne!(other.digits(), number.digits());
            assert_ne!(other, number);
        }
    }

    #[test]
    fn debug_shows_no_digits() {
        let number = SafetyNumber::of_identities(&identity(1), &identity(11));
        assert_eq!(
            format!("{number:?}"),
            "SafetyNumber { kind: Identities, .. }"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn both_sides_see_sixty_equal_digits(one in 1u8..80, other in 100u8..200) {
            let (one, other) = (identity(one), identity(other));
            for (here, there) in [
                (SafetyNumber::of_identities(&one, &other), SafetyNumber::of_identities(&other, &one)),
                (
                    SafetyNumber::of_box_keys(&one.box_key, &other.box_key),
                    SafetyNumber::of_box_keys(&other.box_key, &one.box_key),
                ),
            ] {
                prop_assert_eq!(here.digits(), there.digits());
                prop_assert_eq!(here.digits().len(), 60);
                prop_assert!(here.digits().bytes().all(|byte| byte.is_ascii_digit()));
            }
        }
    }
}
