//! The handshake: how two identities agree on the root key of a session (P-70 to P-75).
//!
//! It has the shape of PQXDH: four X25519 agreements and one ML-KEM-768 encapsulation, so that the
//! session stays secret unless both are broken. Nothing else is in this module. It ends where the
//! double ratchet, vodozemac's, begins.
//!
//! ```text
//! Alice begins                               Bob, from his bundle
//!   IK_A agreement key                         IK_B agreement key
//!   EK_A drawn for this handshake              SPK_B signed prekey
//!   T_A  drawn, her first ratchet key          OPK_B one-time prekey, if there was one
//!                                              KEM_B ML-KEM-768 key
//!
//!   DH1 = X25519(IK_A, SPK_B)    DH3 = X25519(EK_A, SPK_B)
//!   DH2 = X25519(EK_A, IK_B)     DH4 = X25519(EK_A, OPK_B)
//!   (ct, ss) = Encapsulate(KEM_B)
//!
//!   SK = HKDF-SHA256(salt: 32 zeros, input: 0xFF * 32 | DH1 | DH2 | DH3 | [DH4] | ss,
//!                    info: the transcript, P-72)
//!   RK, CK = HKDF-SHA256(salt: SK, input: X25519(T_A, SPK_B), info: "OLM_RATCHET"), 32 + 32
//! ```
//!
//! Bob cannot encrypt before he has decrypted Alice's first message: a [`Responder`] has no
//! function for it, and becomes a [`Session`] only by [`Responder::accept`].

use crate::box_key::KeyError;
use crate::bundle::Bundle;
use crate::cbor::DecodeError;
use crate::dh::{DhPublicKey, DhSecret, NonContributory};
use crate::handshake_header::{Header, HeaderError};
use crate::identity::{Identity, PublicIdentity};
use crate::key_card::KeyCard;
use crate::label;
use crate::prekey::{PrekeyPool, UnknownPrekey};
use crate::session::{Parties, RatchetMessage, Session, SessionError};
use crate::session_id::SessionId;
use crate::signed_key::{KeyPurpose, SignedKeyError};
use hkdf::Hkdf;
use ml_kem::ml_kem_768::Ciphertext;
use ml_kem::{Decapsulate, Encapsulate, KeyExport};
use rand_core::CryptoRng;
use sha2::Sha256;
use std::fmt;
use thiserror::Error;
use vodozemac::Curve25519PublicKey;
use vodozemac::olm::{Session as Ratchet, SessionConfig, SessionKeys};
use zeroize::Zeroizing;

/// Label, two identities, header and prekeys with everything there.
const TRANSCRIPT_CAPACITY: usize = 2_640;

/// Why there is no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HandshakeError {
    /// The header does not have the form of one, or is of a later version.
    #[error("the handshake is malformed: {0}")]
    Decode(#[from] DecodeError),
    /// The header has no ML-KEM ciphertext: somebody took the post-quantum part away.
    #[error("the handshake has no post-quantum part")]
    NoPostQuantumPart,
    /// A public key is weak or ambiguous (P-10).
    #[error("the handshake has a weak key: {0}")]
    Key(#[from] KeyError),
    /// A key of the bundle is not what its purpose needs.
    #[error("a key of the bundle is unusable: {0}")]
    BundleKey(#[from] SignedKeyError),
    /// An agreement gave a constant (P-49).
    #[error("{0}")]
    NonContributory(#[from] NonContributory),
    /// The header names a prekey that is used, expired, or was never there.
    #[error("{0}")]
    Prekey(#[from] UnknownPrekey),
    /// The other side is oneself: the message was reflected.
    #[error("the handshake comes from ourselves")]
    Reflected,
    /// The same handshake was accepted before (P-74).
    #[error("the handshake was accepted before")]
    Replayed,
    /// Header, identities and prekeys do not give the session that the message names: one of them
    /// was exchanged on the way.
    #[error("the handshake was changed on the way")]
    Transcript,
    /// The first message does not open: it was changed, or the two have different keys.
    #[error("the first message does not open: {0}")]
    FirstMessage(#[source] SessionError),
}

impl From<HeaderError> for HandshakeError {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::Decode(error) => Self::Decode(error),
            HeaderError::NoPostQuantumPart => Self::NoPostQuantumPart,
            HeaderError::Key(error) => Self::Key(error),
        }
    }
}

/// Begins a session with somebody's bundle.
///
/// `generation` is one more than that of every session with this identity before. The session may
/// encrypt at once; each message carries the header until an answer was decrypted.
///
/// # Errors
/// `Key`, `BundleKey`, `NonContributory`, `Reflected`.
pub fn initiate(
    identity: &Identity,
    bundle: &Bundle,
    generation: u64,
    rng: &mut impl CryptoRng,
) -> Result<Session, HandshakeError> {
    let parties = Parties::new(identity.public(), bundle.card.identity());
    if parties.is_self() {
        return Err(HandshakeError::Reflected);
    }
    let ephemeral = DhSecret::generate(rng);
    let first_ratchet = DhSecret::generate(rng);
    let kem_key = bundle.kem.kem()?;
    let (ciphertext, kem_secret) = kem_key.encapsulate_with_rng(rng);
    let kem_secret = Zeroizing::new(<[u8; 32]>::from(kem_secret));

    let [_, _, own_agreement] = identity.seeds();
    let own_agreement = DhSecret::from_bytes(own_agreement);
    let peer_agreement = bundle.card.agreement()?;
    let signed = bundle.signed.dh()?;
    let one_time = bundle.one_time.as_ref();
    let one_time_public = one_time.map(crate::SignedKey::dh).transpose()?;

    let header = Header {
        generation,
        ephemeral: ephemeral.public_key(),
        signed_prekey: bundle.signed.number(),
        one_time_prekey: one_time.map(crate::SignedKey::number),
        kem_prekey: bundle.kem.number(),
        kem_ciphertext: Box::new(ciphertext.into()),
    };
    let transcript = Transcript {
        initiator: identity.public(),
        responder: bundle.card.identity(),
        header: &header,
        signed_prekey: &signed,
        one_time_prekey: one_time_public.as_ref(),
        kem_purpose: bundle.kem.purpose(),
        kem_prekey: bundle.kem.public(),
    }
    .to_bytes();
    let shared = Shared {
        dh1: own_agreement.agree(&signed)?,
        dh2: ephemeral.agree(&peer_agreement)?,
        dh3: ephemeral.agree(&signed)?,
        dh4: one_time_public
            .map(|key| ephemeral.agree(&key))
            .transpose()?,
        kem: kem_secret,
    };
    let secret = shared.secret_key(&transcript);
    let (root, chain) = first_chain(&secret, &*first_ratchet.agree(&signed)?);
    let ratchet = Ratchet::from_root_key_material(
        SessionConfig::version_2(),
        unused_session_keys(),
        *root,
        *chain,
        *first_ratchet.as_bytes(),
    );
    let id = session_id(&transcript);
    Ok(Session::new(id, parties, generation, Some(header), ratchet))
}

/// One who has read a header and computed the keys, and has not yet decrypted anything.
pub struct Responder {
    session: Session,
    header: Header,
}

impl Responder {
    /// Computes the session that a first message belongs to (P-73). Changes nothing.
    ///
    /// `peer` is the key card inside the same envelope, `claimed` the session that the message
    /// names. The random bytes fill a chain that is never used.
    ///
    /// # Errors
    /// Every [`HandshakeError`] but `Decode`, `NoPostQuantumPart`, `BundleKey`, `FirstMessage`.
    pub fn new(
        identity: &Identity,
        peer: &KeyCard,
        header: Header,
        claimed: SessionId,
        prekeys: &PrekeyPool,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, HandshakeError> {
        let parties = Parties::new(identity.public(), peer.identity());
        if parties.is_self() {
            return Err(HandshakeError::Reflected);
        }
        if prekeys.was_accepted(&claimed) {
            return Err(HandshakeError::Replayed);
        }
        let secrets = prekeys.secrets(
            header.signed_prekey,
            header.one_time_prekey,
            header.kem_prekey,
        )?;
        let signed_public = secrets.signed.public_key();
        let one_time_public = secrets.one_time.as_ref().map(DhSecret::public_key);
        let transcript = Transcript {
            initiator: peer.identity(),
            responder: identity.public(),
            header: &header,
            signed_prekey: &signed_public,
            one_time_prekey: one_time_public.as_ref(),
            kem_purpose: secrets.kem_purpose,
            kem_prekey: &secrets.kem.encapsulation_key().to_bytes(),
        }
        .to_bytes();
        let id = session_id(&transcript);
        if id != claimed {
            return Err(HandshakeError::Transcript);
        }
        let [_, _, own_agreement] = identity.seeds();
        let ciphertext = Ciphertext::from(*header.kem_ciphertext);
        let shared = Shared {
            dh1: secrets.signed.agree(&peer.agreement()?)?,
            dh2: DhSecret::from_bytes(own_agreement).agree(&header.ephemeral)?,
            dh3: secrets.signed.agree(&header.ephemeral)?,
            dh4: secrets
                .one_time
                .as_ref()
                .map(|key| key.agree(&header.ephemeral))
                .transpose()?,
            kem: Zeroizing::new(secrets.kem.decapsulate(&ciphertext).into()),
        };
        let secret = shared.secret_key(&transcript);
        // The ratchet takes a sending chain although there is none yet: a random one.
        let unused_chain = DhSecret::generate(rng);
        let ratchet = Ratchet::from_root_key_material(
            SessionConfig::version_2(),
            unused_session_keys(),
            *secret,
            *unused_chain.as_bytes(),
            *secrets.signed.as_bytes(),
        );
        Ok(Self {
            session: Session::new(id, parties, header.generation, None, ratchet),
            header,
        })
    }

    /// Decrypts the first message; only then there is a session, the one-time secrets are erased
    /// and the handshake is remembered (P-73, P-74).
    ///
    /// The pool, the session and the plaintext belong in one transaction.
    ///
    /// # Errors
    /// [`HandshakeError::FirstMessage`]; the pool is unchanged then.
    pub fn accept(
        mut self,
        message: &RatchetMessage,
        prekeys: &mut PrekeyPool,
    ) -> Result<(Session, Zeroizing<Vec<u8>>), HandshakeError> {
        let peer = *self.session.peer();
        let plaintext = self
            .session
            .decrypt(&peer, message)
            .map_err(HandshakeError::FirstMessage)?;
        prekeys.accept(
            *self.session.id(),
            self.header.signed_prekey,
            self.header.one_time_prekey,
            self.header.kem_prekey,
        );
        Ok((self.session, plaintext))
    }
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responder").finish_non_exhaustive()
    }
}

/// Everything public that both sides must agree on (P-72).
struct Transcript<'a> {
    initiator: &'a PublicIdentity,
    responder: &'a PublicIdentity,
    header: &'a Header,
    signed_prekey: &'a DhPublicKey,
    one_time_prekey: Option<&'a DhPublicKey>,
    kem_purpose: KeyPurpose,
    kem_prekey: &'a [u8],
}

impl Transcript<'_> {
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(TRANSCRIPT_CAPACITY);
        out.extend_from_slice(label::HANDSHAKE.as_bytes());
        for identity in [self.initiator, self.responder] {
            out.extend_from_slice(&identity.ed25519);
            out.extend_from_slice(identity.box_key.as_bytes());
            out.extend_from_slice(&identity.agreement);
        }
        out.extend_from_slice(&self.header.generation.to_be_bytes());
        out.extend_from_slice(self.header.ephemeral.as_bytes());
        out.extend_from_slice(&self.header.signed_prekey.to_be_bytes());
        out.extend_from_slice(self.signed_prekey.as_bytes());
        match (self.header.one_time_prekey, self.one_time_prekey) {
            (Some(number), Some(key)) => {
                out.push(1);
                out.extend_from_slice(&number.to_be_bytes());
                out.extend_from_slice(key.as_bytes());
            }
            _ => out.push(0),
        }
        out.push(match self.kem_purpose {
            KeyPurpose::LastResortPrekey => 1,
            _ => 0,
        });
        out.extend_from_slice(&self.header.kem_prekey.to_be_bytes());
        out.extend_from_slice(self.kem_prekey);
        out.extend_from_slice(self.header.kem_ciphertext.as_slice());
        out
    }
}

/// The first 16 bytes of a hash over the transcript (P-72).
fn session_id(transcript: &[u8]) -> SessionId {
    let [id @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
        label::SESSION_ID.sha256(&[transcript]);
    SessionId::from_bytes(id)
}

/// What the two sides share and nobody else.
struct Shared {
    dh1: Zeroizing<[u8; 32]>,
    dh2: Zeroizing<[u8; 32]>,
    dh3: Zeroizing<[u8; 32]>,
    dh4: Option<Zeroizing<[u8; 32]>>,
    kem: Zeroizing<[u8; 32]>,
}

impl Shared {
    /// SK: 32 bytes (P-72).
    fn secret_key(&self, transcript: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut input = Zeroizing::new(Vec::with_capacity(6 * 32));
        // As in X3DH: no encoding of a curve point begins like this.
        input.extend_from_slice(&[0xff; 32]);
        for part in [&self.dh1, &self.dh2, &self.dh3]
            .into_iter()
            .chain(&self.dh4)
            .chain([&self.kem])
        {
            input.extend_from_slice(part.as_slice());
        }
        let mut secret = Zeroizing::new([0; 32]);
        expand(&[0; 32], &input, transcript, secret.as_mut_slice());
        secret
    }
}

/// Root key and chain key of the initiator's first chain, 32 bytes each: one step of the ratchet.
fn first_chain(secret: &[u8; 32], agreed: &[u8; 32]) -> (Zeroizing<[u8; 32]>, Zeroizing<[u8; 32]>) {
    let mut both = Zeroizing::new([0; 64]);
    expand(secret, agreed, b"OLM_RATCHET", both.as_mut_slice());
    let (mut root, mut chain) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
    let targets = root.iter_mut().chain(chain.iter_mut());
    for (to, from) in targets.zip(both.iter()) {
        *to = *from;
    }
    (root, chain)
}

#[expect(clippy::expect_used, reason = "32 and 64 bytes are in HKDF's range")]
fn expand(salt: &[u8; 32], input: &[u8], info: &[u8], out: &mut [u8]) {
    Hkdf::<Sha256>::new(Some(salt), input)
        .expand(info, out)
        .expect("HKDF-SHA256 gives up to 8,160 bytes");
}

/// The ratchet wants the keys of Olm's own handshake for its wrapper around first messages, which
/// is taken off again (P-80): nothing depends on them.
fn unused_session_keys() -> SessionKeys {
    let none = Curve25519PublicKey::from_bytes([0; 32]);
    SessionKeys {
        identity_key: none,
        base_key: none,
        one_time_key: none,
    }
}
