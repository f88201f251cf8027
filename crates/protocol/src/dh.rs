//! X25519 (RFC 7748) between keys of the handshake: agreement keys, prekeys, ephemerals.
//!
//! The type is another one than [`crate::BoxPublicKey`], so that a key of one protocol is never
//! used in the other, but the check at the door is the same (P-10). Every agreement is checked for
//! contribution besides (P-49), so that a mistake in the first check would not be silent.

use crate::box_key::{BoxPublicKey, KeyError};
use rand_core::CryptoRng;
use std::fmt;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

/// Somebody's X25519 public key for the handshake: 32 bytes, canonical, not of small order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DhPublicKey([u8; 32]);

impl DhPublicKey {
    /// Checks 32 bytes from outside (P-10, P-49).
    ///
    /// # Errors
    /// [`KeyError::NonCanonical`] and [`KeyError::SmallOrder`].
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, KeyError> {
        BoxPublicKey::from_bytes(bytes).map(|key| Self(key.to_bytes()))
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// One's own X25519 private key for the handshake; wiped when dropped.
pub struct DhSecret(Zeroizing<[u8; 32]>);

/// What one agreement gives: it had no contribution from the other key if it would be all zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key agreement gave a constant")]
pub struct NonContributory;

impl DhSecret {
    /// Draws a new key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(bytes.as_mut_slice());
        Self(bytes)
    }

    /// Takes 32 bytes that were drawn before; X25519 clamps them itself.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The public half.
    pub fn public_key(&self) -> DhPublicKey {
        // Clamped scalar times base point: never of small order, always reduced.
        DhPublicKey(PublicKey::from(&StaticSecret::from(*self.0)).to_bytes())
    }

    /// The private bytes, for the database and the ratchet.
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The shared secret with a key: 32 bytes.
    ///
    /// # Errors
    /// [`NonContributory`] (P-49).
    pub(crate) fn agree(&self, peer: &DhPublicKey) -> Result<Zeroizing<[u8; 32]>, NonContributory> {
        let shared = StaticSecret::from(*self.0).diffie_hellman(&PublicKey::from(peer.0));
        if shared.was_contributory() {
            Ok(Zeroizing::new(shared.to_bytes()))
        } else {
            Err(NonContributory)
        }
    }
}

impl fmt::Debug for DhSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DhSecret").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_agree() {
        let (a, b) = (
            DhSecret::from_bytes(&[1; 32]),
            DhSecret::from_bytes(&[2; 32]),
        );
        let ab = a.agree(&b.public_key()).unwrap();
        assert_eq!(*ab, *b.agree(&a.public_key()).unwrap());
    }

    /// P-49: the second check holds even if the first were forgotten.
    #[test]
    fn small_order_keys_are_refused_twice() {
        assert_eq!(DhPublicKey::from_bytes([0; 32]), Err(KeyError::SmallOrder));
        let smuggled = DhPublicKey([0; 32]);
        let secret = DhSecret::from_bytes(&[1; 32]);
        assert_eq!(secret.agree(&smuggled).unwrap_err(), NonContributory);
    }

    #[test]
    fn debug_shows_nothing_of_a_private_key() {
        let shown = format!("{:?}", DhSecret::from_bytes(&[0x42; 32]));
        assert_eq!(shown, "DhSecret { .. }");
    }
}
