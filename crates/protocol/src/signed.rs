//! Signed statements: `signature 64 || payload`, Ed25519 (RFC 8032) over `label || payload` (P-50).
//!
//! Verification is strict: no small-order keys, no malleable signatures, so that two programs
//! never disagree about one statement. Texts are not signed, only what says which keys are whose.

use crate::identity::Identity;
use crate::label::Label;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use thiserror::Error;

/// Length of a signature, bytes.
pub(crate) const SIGNATURE_LEN: usize = 64;

/// The signature is not one of that key over these bytes under that label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the signature is not valid")]
pub struct SignatureError;

/// Signs a payload and puts the signature in front of it.
pub(crate) fn sign(identity: &Identity, label: Label, payload: &[u8]) -> Vec<u8> {
    let [seed, _, _] = identity.seeds();
    let signature = SigningKey::from_bytes(seed).sign(&signed_bytes(label, payload));
    [signature.to_bytes().as_slice(), payload].concat()
}

/// Cuts a statement into signature and payload, which nothing vouches for yet.
pub(crate) fn split(statement: &[u8]) -> Option<(&[u8; SIGNATURE_LEN], &[u8])> {
    statement.split_first_chunk()
}

/// Checks the signature of a payload.
pub(crate) fn verify(
    signer: &[u8; 32],
    label: Label,
    signature: &[u8; SIGNATURE_LEN],
    payload: &[u8],
) -> Result<(), SignatureError> {
    VerifyingKey::from_bytes(signer)
        .and_then(|key| {
            key.verify_strict(
                &signed_bytes(label, payload),
                &Signature::from_bytes(signature),
            )
        })
        .map_err(|_| SignatureError)
}

fn signed_bytes(label: Label, payload: &[u8]) -> Vec<u8> {
    [label.as_bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label;

    fn identity() -> Identity {
        Identity::from_seeds(&[1; 32], &[2; 32], &[3; 32])
    }

    /// P-50.
    #[test]
    fn signature_holds_for_its_key_label_and_payload_only() {
        let identity = identity();
        let signer = identity.public().ed25519;
        let statement = sign(&identity, label::KEY_CARD, b"payload");
        let (signature, payload) = split(&statement).unwrap();
        assert_eq!(payload, b"payload");
        assert_eq!(verify(&signer, label::KEY_CARD, signature, payload), Ok(()));
        let stranger = Identity::from_seeds(&[9; 32], &[2; 32], &[3; 32]);
        let refused = [
            verify(
                &stranger.public().ed25519,
                label::KEY_CARD,
                signature,
                payload,
            ),
            verify(&signer, label::MAILBOX_KEY, signature, payload),
            verify(&signer, label::KEY_CARD, signature, b"Payload"),
            verify(&[0xff; 32], label::KEY_CARD, signature, payload),
        ];
        assert_eq!(refused, [Err(SignatureError); 4]);
    }

    /// P-50: with the neutral point as key, a signature of zeros is valid for everything unless
    /// the check is strict.
    #[test]
    fn weak_keys_sign_nothing() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        let found = verify(&neutral, label::KEY_CARD, &signature, b"anything");
        assert_eq!(found, Err(SignatureError));
    }

    #[test]
    fn short_statements_cannot_be_split() {
        assert!(split(&[0; 63]).is_none());
        assert!(split(&[0; 64]).is_some_and(|(_, payload)| payload.is_empty()));
    }
}
