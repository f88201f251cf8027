//! Who one is: three key pairs, each for one protocol, each from random bytes of its own.
//!
//! The Ed25519 key signs, the box key opens plain boxes and is what relays show, the agreement key
//! belongs to the handshake of secure sessions and to nothing else. Names, relays and everything
//! that may change are not part of an identity.

use crate::box_key::{BoxPublicKey, BoxSecretKey};
use crate::fingerprint::{AccountId, Fingerprint};
use crate::label;
use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use std::fmt;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

/// The private keys of the person at this computer, wiped when dropped.
pub struct Identity {
    signing_seed: Zeroizing<[u8; 32]>,
    box_key: BoxSecretKey,
    agreement: Zeroizing<[u8; 32]>,
    public: PublicIdentity,
}

impl Identity {
    /// Draws three keys of 32 random bytes each.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut draw = || {
            let mut seed = Zeroizing::new([0; 32]);
            rng.fill_bytes(seed.as_mut_slice());
            seed
        };
        let (signing, box_key, agreement) = (draw(), draw(), draw());
        Self::from_seeds(&signing, &box_key, &agreement)
    }

    /// Takes up the three private keys, 32 bytes each: Ed25519 (RFC 8032 seed), box, agreement.
    pub fn from_seeds(signing: &[u8; 32], box_key: &[u8; 32], agreement: &[u8; 32]) -> Self {
        let box_key = BoxSecretKey::from_bytes(box_key);
        let public = PublicIdentity {
            ed25519: SigningKey::from_bytes(signing).verifying_key().to_bytes(),
            box_key: box_key.public_key(),
            agreement: PublicKey::from(&StaticSecret::from(*agreement)).to_bytes(),
        };
        Self {
            signing_seed: Zeroizing::new(*signing),
            box_key,
            agreement: Zeroizing::new(*agreement),
            public,
        }
    }

    /// The public halves.
    pub const fn public(&self) -> &PublicIdentity {
        &self.public
    }

    /// The private key of plain boxes.
    pub const fn box_key(&self) -> &BoxSecretKey {
        &self.box_key
    }

    /// The three private keys in the order of [`Identity::from_seeds`]: for the secret item, for
    /// signatures, for the handshake.
    pub(crate) fn seeds(&self) -> [&[u8; 32]; 3] {
        [&self.signing_seed, self.box_key.as_bytes(), &self.agreement]
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// The public keys of an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PublicIdentity {
    /// Ed25519 (RFC 8032), 32 bytes.
    pub ed25519: [u8; 32],
    /// X25519 for NaCl's box: the `publicKey` that relays show.
    pub box_key: BoxPublicKey,
    /// X25519 for the handshake, 32 bytes.
    pub agreement: [u8; 32],
}

impl PublicIdentity {
    /// The hash over all three keys (P-11).
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::from_bytes(label::ACCOUNT.sha256(&[
            &self.ed25519,
            self.box_key.as_bytes(),
            &self.agreement,
        ]))
    }

    /// The first half of the fingerprint (P-11).
    pub fn account_id(&self) -> AccountId {
        self.fingerprint().account_id()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_rng::CountingRng;

    #[test]
    fn each_key_is_made_of_random_bytes_of_its_own() {
        let identity = Identity::generate(&mut CountingRng(0));
        let [signing, box_key, agreement] = identity.seeds();
        let all: Vec<u8> = [signing, box_key, agreement]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        assert_eq!(all, (1..=96).collect::<Vec<u8>>());
    }

    /// P-11: changing any of the keys changes the name.
    #[test]
    fn fingerprint_depends_on_every_key() {
        let base = *Identity::from_seeds(&[1; 32], &[2; 32], &[3; 32]).public();
        let others = [
            *Identity::from_seeds(&[9; 32], &[2; 32], &[3; 32]).public(),
            *Identity::from_seeds(&[1; 32], &[9; 32], &[3; 32]).public(),
            *Identity::from_seeds(&[1; 32], &[2; 32], &[9; 32]).public(),
        ];
        for other in others {
            assert_ne!(base.fingerprint(), other.fingerprint());
            assert_ne!(base.account_id(), other.account_id());
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_private_keys() {
        let identity = Identity::from_seeds(&[0x42; 32], &[0x43; 32], &[0x44; 32]);
        assert_eq!(format!("{identity:?}"), "Identity { .. }");
    }
}
