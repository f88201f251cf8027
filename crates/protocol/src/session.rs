//! A session between two identities: vodozemac's double ratchet in its version 2 (P-80 to P-84).
//!
//! What the wrapper adds: version 1 with its short authenticator is refused; every plaintext
//! begins with a hash over session, sender and recipient, so that a message counts only from that
//! one to that other; a message that does not open leaves the state as it was; the handshake's
//! header goes along until the first answer. Sorting, transactions and what is shown are the
//! engine's.
//!
//! What the ratchet can take: the last [`MAX_SKIPPED`] messages of a chain in any order, a gap of
//! [`MAX_GAP`], the last [`MAX_CHAINS`] chains. So the engine decrypts what it has in the order of
//! [`RatchetMessage::order`].
//!
//! The ratchet draws its own new keys from the system's generator; there is no way to hand it one.

use crate::cbor::{self, DecodeError, Kind, MapWriter};
use crate::dh::DhPublicKey;
use crate::fingerprint::Fingerprint;
use crate::handshake_header::{Header, MAX_HEADER_LEN};
use crate::identity::PublicIdentity;
use crate::label;
use crate::session_id::SessionId;
use std::cmp::Reverse;
use std::fmt;
use subtle::ConstantTimeEq;
use thiserror::Error;
use vodozemac::olm::{
    DecryptionError, Message, OlmMessage, Session as Ratchet, SessionConfig, SessionPickle,
};
use zeroize::Zeroizing;

/// How many skipped messages of one chain can still be decrypted; older ones are given up.
pub const MAX_SKIPPED: usize = 40;
/// How many messages of one chain may be missing in front of one that is decrypted.
pub const MAX_GAP: u64 = 2_000;
/// How many of the other side's chains are kept; one ends with each change of direction.
pub const MAX_CHAINS: usize = 5;
/// Longest ratchet message, bytes.
pub const MAX_MESSAGE_LEN: usize = 64_000;
/// Longest serialised session, bytes.
pub const MAX_STATE_LEN: usize = 65_536;
const ASSOCIATION_LEN: usize = 32;
/// AES-256-CBC pads to whole blocks of so many bytes, at least one.
const CIPHER_BLOCK_LEN: usize = 16;
/// Most bytes that the ratchet adds: version, fields and their lengths, block padding, MAC.
const MAX_OVERHEAD: usize = 128;
/// The first byte of vodozemac's messages: 4 with the whole MAC of 32 bytes, 3 with 8 bytes of it.
const RATCHET_VERSION: u8 = 4;
const OLD_RATCHET_VERSION: u8 = 3;

/// Who the two ends of a session are, seen from one of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parties {
    own: Fingerprint,
    peer: Fingerprint,
}

impl Parties {
    pub(crate) fn new(own: &PublicIdentity, peer: &PublicIdentity) -> Self {
        Self {
            own: own.fingerprint(),
            peer: peer.fingerprint(),
        }
    }

    pub(crate) fn is_self(&self) -> bool {
        self.own == self.peer
    }
}

/// One end of a session.
pub struct Session {
    id: SessionId,
    parties: Parties,
    generation: u64,
    /// Of the initiator, until the first answer.
    header: Option<Header>,
    ratchet: Ratchet,
}

/// What goes to the other side for one content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encrypted {
    /// The ratchet's message.
    pub message: Vec<u8>,
    /// The handshake's header, while no answer has come (P-71).
    pub header: Option<Vec<u8>>,
}

/// Which of several sessions with one identity is written to: the greatest (P-75).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionRank {
    generation: u64,
    id: Reverse<SessionId>,
}

/// Why a message was not encrypted or decrypted. The session is as it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SessionError {
    /// It is not a message of the ratchet, or is written in another way than the one there is.
    #[error("the message is malformed")]
    Malformed,
    /// It is of version 1, whose authenticator is too short.
    #[error("the message is of an old version that is not safe")]
    OldVersion,
    /// It is of a version that this program does not know.
    #[error("the message is of an unknown version")]
    UnknownVersion,
    /// The envelope names another sender than the one of this session.
    #[error("the message names another sender than its session")]
    AnotherSender,
    /// Its key was used before, or was given up after too many others.
    #[error("the message was received before or came too late")]
    AlreadyReceived,
    /// More than [`MAX_GAP`] messages in front of it are missing.
    #[error("too many messages in front of this one are missing")]
    TooManyMissing,
    /// It was not made in this session in this direction, or was changed.
    #[error("the message does not open")]
    Rejected,
    /// The content is longer than a message can be.
    #[error("the message is too long")]
    TooLong,
}

/// A message of the ratchet that was read and not yet decrypted.
pub struct RatchetMessage(Message);

impl RatchetMessage {
    /// Reads a message (P-80).
    ///
    /// # Errors
    /// `Malformed`, `OldVersion`, `UnknownVersion` and `TooLong`.
    pub fn decode(bytes: &[u8]) -> Result<Self, SessionError> {
        if bytes.len() > MAX_MESSAGE_LEN {
            return Err(SessionError::TooLong);
        }
        match bytes.first() {
            Some(&RATCHET_VERSION) => {}
            Some(&OLD_RATCHET_VERSION) => return Err(SessionError::OldVersion),
            Some(_) => return Err(SessionError::UnknownVersion),
            None => return Err(SessionError::Malformed),
        }
        let message = Message::from_bytes(bytes).map_err(|_| SessionError::Malformed)?;
        // Its authenticator covers the fields, not these bytes: one message would have many forms.
        let is_canonical = message.to_bytes() == bytes;
        // P-49.
        let has_good_key = DhPublicKey::from_bytes(message.ratchet_key().to_bytes()).is_ok();
        let has_blocks = !message.ciphertext().is_empty()
            && message.ciphertext().len().is_multiple_of(CIPHER_BLOCK_LEN);
        if is_canonical && has_good_key && has_blocks {
            Ok(Self(message))
        } else {
            Err(SessionError::Malformed)
        }
    }

    /// What messages of one session are sorted by before they are decrypted: chain and number in
    /// it (P-83).
    pub fn order(&self) -> ([u8; 32], u64) {
        (self.0.ratchet_key().to_bytes(), self.0.chain_index())
    }
}

impl fmt::Debug for RatchetMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RatchetMessage").finish_non_exhaustive()
    }
}

impl Session {
    pub(crate) const fn new(
        id: SessionId,
        parties: Parties,
        generation: u64,
        header: Option<Header>,
        ratchet: Ratchet,
    ) -> Self {
        Self {
            id,
            parties,
            generation,
            header,
            ratchet,
        }
    }

    /// Its name, the same at both ends.
    pub const fn id(&self) -> &SessionId {
        &self.id
    }

    /// The identity at the other end.
    pub const fn peer(&self) -> &Fingerprint {
        &self.parties.peer
    }

    /// The number of its handshake between these two (P-75).
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether the other side has answered, or began itself.
    pub const fn is_established(&self) -> bool {
        self.header.is_none()
    }

    /// Which session is preferred over another one (P-75).
    pub const fn rank(&self) -> SessionRank {
        SessionRank {
            generation: self.generation,
            id: Reverse(self.id),
        }
    }

    /// Encrypts a content (P-81).
    ///
    /// The changed state must be stored together with the result before the result leaves: a
    /// state that is used twice uses a key twice.
    ///
    /// # Errors
    /// `TooLong`; `Rejected` if the other side's ratchet key is weak.
    pub fn encrypt(&mut self, content: &[u8]) -> Result<Encrypted, SessionError> {
        let mut plaintext = Zeroizing::new(Vec::with_capacity(
            content.len().saturating_add(ASSOCIATION_LEN),
        ));
        let direction = (&self.parties.own, &self.parties.peer);
        plaintext.extend_from_slice(&association(&self.id, direction));
        plaintext.extend_from_slice(content);
        if plaintext.len() > MAX_MESSAGE_LEN - MAX_OVERHEAD {
            return Err(SessionError::TooLong);
        }
        let message = match self.ratchet.encrypt(&*plaintext) {
            Ok(OlmMessage::Normal(message)) => message.to_bytes(),
            // Olm's wrapper for its own handshake: ours is in the header.
            Ok(OlmMessage::PreKey(wrapped)) => wrapped.message().to_bytes(),
            Err(_) => return Err(SessionError::Rejected),
        };
        Ok(Encrypted {
            message,
            header: self.header.as_ref().map(Header::encode),
        })
    }

    /// Decrypts a message from the identity that its envelope names (P-82).
    ///
    /// The changed state must be stored together with what becomes of the plaintext. After an
    /// error the state is what it was.
    ///
    /// # Errors
    /// `AnotherSender`, `AlreadyReceived`, `TooManyMissing` and `Rejected`.
    pub fn decrypt(
        &mut self,
        sender: &Fingerprint,
        message: &RatchetMessage,
    ) -> Result<Zeroizing<Vec<u8>>, SessionError> {
        if *sender != self.parties.peer {
            return Err(SessionError::AnotherSender);
        }
        let before = self.ratchet.pickle();
        match self.try_decrypt(message) {
            Ok(plaintext) => {
                self.header = None;
                Ok(plaintext)
            }
            Err(error) => {
                self.ratchet = Ratchet::from_pickle(before);
                Err(error)
            }
        }
    }

    fn try_decrypt(
        &mut self,
        message: &RatchetMessage,
    ) -> Result<Zeroizing<Vec<u8>>, SessionError> {
        let wrapped = OlmMessage::Normal(message.0.clone());
        let plaintext = self.ratchet.decrypt(&wrapped).map(Zeroizing::new);
        let plaintext = plaintext.map_err(|error| match error {
            DecryptionError::MissingMessageKey(_) => SessionError::AlreadyReceived,
            DecryptionError::TooBigMessageGap(..) => SessionError::TooManyMissing,
            DecryptionError::InvalidMAC(_)
            | DecryptionError::InvalidMACLength(..)
            | DecryptionError::InvalidPadding(_)
            | DecryptionError::NonContributoryKey => SessionError::Rejected,
        })?;
        let (found, content) = plaintext
            .split_first_chunk::<ASSOCIATION_LEN>()
            .ok_or(SessionError::Rejected)?;
        let direction = (&self.parties.peer, &self.parties.own);
        if bool::from(association(&self.id, direction).ct_eq(found)) {
            Ok(Zeroizing::new(content.to_vec()))
        } else {
            Err(SessionError::Rejected)
        }
    }

    /// Serialises the session for the encrypted database; wiped when dropped.
    ///
    /// # Errors
    /// [`SessionError::TooLong`]; never for the states there are.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, SessionError> {
        // Not the ratchet's own encrypted form: it is made with a fixed IV, and the database
        // encrypts already.
        let mut pickle = Zeroizing::new(Vec::with_capacity(MAX_STATE_LEN));
        serde_json::to_writer(&mut *pickle, &self.ratchet.pickle())
            .map_err(|_| SessionError::TooLong)?;
        let header = self.header.as_ref().map(Header::encode);
        let capacity = pickle.len().saturating_add(2 * MAX_HEADER_LEN);
        let state = MapWriter::new(Kind::Session, capacity)
            .bytes(2, self.id.as_bytes())
            .bytes(3, self.parties.own.as_bytes())
            .bytes(4, self.parties.peer.as_bytes())
            .uint(5, self.generation)
            .opt_bytes(6, header.as_deref())
            .bytes(7, &pickle)
            .finish();
        if state.len() <= MAX_STATE_LEN {
            Ok(state)
        } else {
            Err(SessionError::TooLong)
        }
    }

    /// Reads a session from the database.
    ///
    /// # Errors
    /// Every [`DecodeError`]; a ratchet of version 1 is `Malformed`.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let fields = cbor::read(bytes, Kind::Session, MAX_STATE_LEN)?;
        let header = fields
            .opt_bytes(6, MAX_HEADER_LEN)?
            .map(|bytes| Header::decode(bytes).map_err(|_| DecodeError::Malformed))
            .transpose()?;
        let pickle: SessionPickle = serde_json::from_slice(fields.bytes(7, MAX_STATE_LEN)?)
            .map_err(|_| DecodeError::Malformed)?;
        let ratchet = Ratchet::from_pickle(pickle);
        if ratchet.session_config() != SessionConfig::version_2() {
            return Err(DecodeError::Malformed);
        }
        Ok(Self {
            id: SessionId::from_bytes(fields.array(2)?),
            parties: Parties {
                own: Fingerprint::from_bytes(fields.array(3)?),
                peer: Fingerprint::from_bytes(fields.array(4)?),
            },
            generation: fields.uint(5)?,
            header,
            ratchet,
        })
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

/// The associated data of every message: it stands in front of the plaintext (P-81).
fn association(
    id: &SessionId,
    (sender, recipient): (&Fingerprint, &Fingerprint),
) -> [u8; ASSOCIATION_LEN] {
    label::ASSOCIATION.sha256(&[id.as_bytes(), sender.as_bytes(), recipient.as_bytes()])
}
