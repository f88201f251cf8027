//! The sealed envelope: what a relay is given, without the sender's name (P-95 to P-98).
//!
//! ```text
//! "sotto1." base64url( version 1 | recipient tag 8 | mailbox-key id 8 | X-Wing ciphertext 1,120 |
//!                      ChaCha20-Poly1305 of the padded inside, authenticator last )
//! ```
//!
//! HPKE (RFC 9180) in base mode to the recipient's mailbox key: anybody can make one, so that it
//! opens says nothing about who made it. Who did is inside and is proven by the session. '.' is in
//! no alphabet of base64: an envelope is never taken for a plain box.

use crate::cbor::{self, DecodeError, Kind, MapWriter};
use crate::dh::DhPublicKey;
use crate::fingerprint::Fingerprint;
use crate::handshake_header::MAX_HEADER_LEN;
use crate::key_card::{self, CardHash};
use crate::label;
use crate::mailbox::{MailboxKeyId, MailboxPool, PeerMailbox};
use crate::padding::{self, MAX_BUCKET, PaddingError};
use crate::session::{Encrypted, MAX_MESSAGE_LEN};
use crate::session_id::SessionId;
use data_encoding::BASE64URL_NOPAD;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;
use std::fmt;
use thiserror::Error;
use zeroize::Zeroizing;

/// What every envelope of this version begins with.
pub const PREFIX: &str = "sotto1.";
/// Longest envelope, characters.
pub const MAX_CHARS: usize = PREFIX.len() + (MAX_FRAME_LEN * 4).div_ceil(3);
const VERSION: u8 = 1;
const HEAD_LEN: usize = 1 + 8 + 8;
const ENCAPPED_LEN: usize = 1_120;
const TAG_LEN: usize = 16;
const MAX_FRAME_LEN: usize = HEAD_LEN + ENCAPPED_LEN + MAX_BUCKET + TAG_LEN;

/// What is inside an envelope (P-97).
#[derive(Clone, PartialEq, Eq)]
pub struct Inside {
    /// Who says to have sent it.
    pub sender: SenderCard,
    /// The session that the message belongs to.
    pub session: SessionId,
    /// The handshake's header, encoded, until the sender has an answer.
    pub header: Option<Vec<u8>>,
    /// The ratchet's message.
    pub message: Vec<u8>,
}

/// How an envelope names its sender.
#[derive(Clone, PartialEq, Eq)]
pub enum SenderCard {
    /// By the whole key card, until the recipient has acknowledged it.
    Whole(Vec<u8>),
    /// By the card's hash, afterwards.
    Known(CardHash),
}

/// What a relay can read of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// 8 bytes that name the recipient (P-96).
    pub recipient: [u8; 8],
    /// The mailbox key that it is sealed to.
    pub mailbox_key: MailboxKeyId,
}

impl Address {
    /// Whether somebody with this fingerprint is the recipient, by either tag.
    pub fn is_for(&self, recipient: &Fingerprint) -> bool {
        self.recipient == recipient_tag(recipient)
            || self.recipient == mailbox_tag(recipient, &self.mailbox_key)
    }
}

/// Why an envelope cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    /// The inside is longer than the largest bucket.
    #[error("{0}")]
    TooLong(#[from] PaddingError),
    /// The mailbox key is unusable, although it passed the check.
    #[error("nothing can be sealed to this mailbox key")]
    MailboxKey,
}

/// Why a text is no envelope for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// It does not begin like an envelope: it may be a plain box.
    #[error("the message is not a sealed envelope")]
    NotAnEnvelope,
    /// It is an envelope of another version.
    #[error("the envelope is of a version that this program does not know")]
    UnknownVersion,
    /// It is not base64url, or has a length that no envelope has.
    #[error("the envelope is malformed")]
    Malformed,
    /// It is for somebody else: misdirected, or handed back to its sender.
    #[error("the envelope is for another recipient")]
    AnotherRecipient,
    /// It is sealed to a mailbox key that was erased or never was ours.
    #[error("the envelope is sealed to an unknown mailbox key")]
    UnknownMailboxKey,
    /// It does not open: it was changed, or sealed to another key than it says.
    #[error("the envelope does not open")]
    Rejected,
    /// What is inside is malformed.
    #[error("what is inside the envelope is malformed: {0}")]
    Inside(#[from] DecodeError),
}

impl Inside {
    /// Puts a sender's card around what a session encrypted.
    pub fn new(sender: SenderCard, session: SessionId, encrypted: Encrypted) -> Self {
        Self {
            sender,
            session,
            header: encrypted.header,
            message: encrypted.message,
        }
    }

    /// The short name of the ratchet message inside: 16 bytes of a hash (P-85).
    ///
    /// One that comes again, however it is sealed, has the same.
    pub fn digest(&self) -> [u8; 16] {
        digest(&self.session, &self.message)
    }

    fn encode(&self) -> Zeroizing<Vec<u8>> {
        let (card, hash) = match &self.sender {
            SenderCard::Whole(card) => (Some(card.as_slice()), None),
            SenderCard::Known(hash) => (None, Some(hash.as_bytes().as_slice())),
        };
        MapWriter::new(Kind::Inside, self.message.len().saturating_add(2_400))
            .opt_bytes(2, card)
            .opt_bytes(3, hash)
            .bytes(4, self.session.as_bytes())
            .opt_bytes(5, self.header.as_deref())
            .bytes(6, &self.message)
            .finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let fields = cbor::read(bytes, Kind::Inside, padding::MAX_DATA)?;
        let card = fields.opt_bytes(2, key_card::MAX_LEN)?;
        let sender = match (card, fields.opt_array(3)?) {
            (Some(card), None) => SenderCard::Whole(card.to_vec()),
            (None, Some(hash)) => SenderCard::Known(CardHash::from_bytes(hash)),
            (None, None) | (Some(_), Some(_)) => return Err(DecodeError::Malformed),
        };
        Ok(Self {
            sender,
            session: SessionId::from_bytes(fields.array(4)?),
            header: fields.opt_bytes(5, MAX_HEADER_LEN)?.map(<[u8]>::to_vec),
            message: fields.bytes(6, MAX_MESSAGE_LEN)?.to_vec(),
        })
    }
}

impl fmt::Debug for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inside").finish_non_exhaustive()
    }
}

/// The 8 bytes that name a recipient on the outside for every program (P-96).
pub fn recipient_tag(recipient: &Fingerprint) -> [u8; 8] {
    first_8(label::RECIPIENT_TAG.sha256(&[recipient.as_bytes()]))
}

/// The 8 bytes that name a recipient on the outside while it has this mailbox key, for a program
/// that reads them (P-96).
pub fn mailbox_tag(recipient: &Fingerprint, mailbox_key: &MailboxKeyId) -> [u8; 8] {
    let parts: [&[u8]; 2] = [recipient.as_bytes(), mailbox_key.as_bytes()];
    first_8(label::MAILBOX_TAG.sha256(&parts))
}

fn first_8(hash: [u8; 32]) -> [u8; 8] {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(hash) {
        *to = from;
    }
    first
}

/// Whether a text begins like an envelope, of this version or another (P-95).
pub fn is_envelope(text: &str) -> bool {
    !matches!(strip_prefix(text), Err(OpenError::NotAnEnvelope))
}

/// Seals to the newest mailbox key that is known of somebody (P-98), under the tag that every
/// program reads.
///
/// Each call makes another envelope, also of the same inside.
///
/// # Errors
/// Every [`SealError`].
pub fn seal(
    inside: &Inside,
    recipient: &Fingerprint,
    mailbox: &PeerMailbox,
    rng: &mut impl CryptoRng,
) -> Result<String, SealError> {
    seal_tagged(inside, recipient_tag(recipient), mailbox, rng)
}

/// The same under the tag of the mailbox key, for a program that reads it
/// ([`crate::features::MAILBOX_TAG`]).
///
/// # Errors
/// Every [`SealError`].
pub fn seal_with_mailbox_tag(
    inside: &Inside,
    recipient: &Fingerprint,
    mailbox: &PeerMailbox,
    rng: &mut impl CryptoRng,
) -> Result<String, SealError> {
    seal_tagged(inside, mailbox_tag(recipient, &mailbox.id()), mailbox, rng)
}

fn seal_tagged(
    inside: &Inside,
    tag: [u8; 8],
    mailbox: &PeerMailbox,
    rng: &mut impl CryptoRng,
) -> Result<String, SealError> {
    let padded = padding::pad(&inside.encode())?;
    let public = mailbox.public_key().ok_or(SealError::MailboxKey)?;
    let mut frame = Vec::with_capacity(HEAD_LEN + ENCAPPED_LEN + padded.len() + TAG_LEN);
    frame.push(VERSION);
    frame.extend_from_slice(&tag);
    frame.extend_from_slice(mailbox.id().as_bytes());
    let (encapped, ciphertext) =
        hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeS::Base,
            public,
            label::ENVELOPE.as_bytes(),
            &padded,
            &frame,
            rng,
        )
        .map_err(|_| SealError::MailboxKey)?;
    frame.extend_from_slice(&encapped.to_bytes());
    frame.extend_from_slice(&ciphertext);
    let mut text = PREFIX.to_owned();
    BASE64URL_NOPAD.encode_append(&frame, &mut text);
    Ok(text)
}

/// The short name of a ratchet message of a session: 16 bytes of a hash (P-85).
pub fn digest(session: &SessionId, message: &[u8]) -> [u8; 16] {
    let [digest @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
        label::MESSAGE_DIGEST.sha256(&[session.as_bytes(), message]);
    digest
}

/// Reads what is outside on an envelope.
///
/// # Errors
/// `NotAnEnvelope`, `UnknownVersion` and `Malformed`.
pub fn address(text: &str) -> Result<Address, OpenError> {
    Frame::decode(text).map(|frame| frame.address)
}

/// Opens an envelope with one's own mailbox keys (P-98).
///
/// # Errors
/// Every [`OpenError`].
pub fn open(
    text: &str,
    recipient: &Fingerprint,
    mailbox: &MailboxPool,
) -> Result<Inside, OpenError> {
    let frame = Frame::decode(text)?;
    if !frame.address.is_for(recipient) {
        return Err(OpenError::AnotherRecipient);
    }
    let secret = mailbox
        .secret(frame.address.mailbox_key)
        .ok_or(OpenError::UnknownMailboxKey)?;
    let encapped = <XWing as Kem>::EncappedKey::from_bytes(&frame.encapped)
        .map_err(|_| OpenError::Malformed)?;
    let padded = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        secret,
        &encapped,
        label::ENVELOPE.as_bytes(),
        &frame.ciphertext,
        &frame.head,
    )
    .map(Zeroizing::new)
    .map_err(|_| OpenError::Rejected)?;
    let inside = padding::unpad(&padded).map_err(|_| DecodeError::Malformed)?;
    Ok(Inside::decode(inside)?)
}

/// An envelope's parts.
struct Frame {
    /// Version, recipient tag and mailbox-key id: the associated data.
    head: [u8; HEAD_LEN],
    address: Address,
    encapped: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl Frame {
    fn decode(text: &str) -> Result<Self, OpenError> {
        let encoded = strip_prefix(text)?;
        if text.len() > MAX_CHARS {
            return Err(OpenError::Malformed);
        }
        let bytes = BASE64URL_NOPAD
            .decode(encoded.as_bytes())
            .map_err(|_| OpenError::Malformed)?;
        match bytes.first() {
            Some(&VERSION) => Self::split(&bytes).ok_or(OpenError::Malformed),
            Some(_) => Err(OpenError::UnknownVersion),
            None => Err(OpenError::Malformed),
        }
    }

    fn split(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<HEAD_LEN>()?;
        let (encapped, ciphertext) = rest.split_at_checked(ENCAPPED_LEN)?;
        // P-49: X-Wing itself takes every X25519 key.
        DhPublicKey::from_bytes(*encapped.last_chunk()?).ok()?;
        let padded_len = ciphertext.len().checked_sub(TAG_LEN)?;
        let is_bucket = padded_len.is_power_of_two()
            && (padding::MIN_BUCKET..=MAX_BUCKET).contains(&padded_len);
        if !is_bucket {
            return None;
        }
        let (_, names) = head.split_first()?;
        let (recipient, names) = names.split_first_chunk()?;
        let (mailbox_key, _) = names.split_first_chunk()?;
        Some(Self {
            head: *head,
            address: Address {
                recipient: *recipient,
                mailbox_key: MailboxKeyId::from_bytes(*mailbox_key),
            },
            encapped: encapped.to_vec(),
            ciphertext: ciphertext.to_vec(),
        })
    }
}

/// Takes `sotto1.` off; `sotto` with another number is an envelope of another version.
fn strip_prefix(text: &str) -> Result<&str, OpenError> {
    if let Some(encoded) = text.strip_prefix(PREFIX) {
        return Ok(encoded);
    }
    let version = text
        .strip_prefix("sotto")
        .and_then(|rest| rest.split_once('.'))
        .map(|(version, _)| version)
        .filter(|version| (1..=9).contains(&version.len()));
    match version {
        Some(version) if version.bytes().all(|b| b.is_ascii_digit()) => {
            Err(OpenError::UnknownVersion)
        }
        _ => Err(OpenError::NotAnEnvelope),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;
    use crate::test_rng::HashRng;
    use crate::unix_time::UnixTime;
    use proptest::prelude::*;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn bob() -> Identity {
        Identity::from_seeds(&[4; 32], &[5; 32], &[6; 32])
    }

    fn mailbox() -> (MailboxPool, PeerMailbox) {
        let pool = MailboxPool::generate(&mut HashRng::new(0), NOW);
        let key = pool.current(&bob()).unwrap();
        (pool, PeerMailbox::new(key))
    }

    fn inside(len: usize) -> Inside {
        Inside {
            sender: SenderCard::Known(CardHash::from_bytes([3; 16])),
            session: SessionId::from_bytes([4; 16]),
            header: None,
            message: vec![5; len],
        }
    }

    fn seal_to_bob(len: usize) -> (String, MailboxPool) {
        let (pool, peer) = mailbox();
        let to = bob().public().fingerprint();
        let text = seal(&inside(len), &to, &peer, &mut HashRng::new(9)).unwrap();
        (text, pool)
    }

    fn open_as_bob(text: &str, pool: &MailboxPool) -> Result<Inside, OpenError> {
        open(text, &bob().public().fingerprint(), pool)
    }

    fn bytes(text: &str) -> Vec<u8> {
        let encoded = text.strip_prefix(PREFIX).unwrap();
        BASE64URL_NOPAD.decode(encoded.as_bytes()).unwrap()
    }

    fn text(bytes: &[u8]) -> String {
        format!("{PREFIX}{}", BASE64URL_NOPAD.encode(bytes))
    }

    /// P-95, P-97.
    #[test]
    fn envelope_opens_for_its_recipient_and_comes_in_few_lengths() {
        for (len, chars) in [(100, 1_886), (300, 2_227), (MAX_MESSAGE_LEN, MAX_CHARS)] {
            let (text, pool) = seal_to_bob(len);
            assert_eq!(text.len(), chars);
            assert_eq!(open_as_bob(&text, &pool), Ok(inside(len)));
        }
    }

    #[test]
    fn card_and_header_come_back() {
        let (pool, peer) = mailbox();
        let sealed = Inside {
            sender: SenderCard::Whole(vec![1; 500]),
            header: Some(vec![2; 1_150]),
            ..inside(200)
        };
        let to = bob().public().fingerprint();
        let text = seal(&sealed, &to, &peer, &mut HashRng::new(9)).unwrap();
        assert_eq!(open_as_bob(&text, &pool), Ok(sealed));
    }

    /// P-95: a relay that hands an envelope back to its sender, or to anybody else.
    #[test]
    fn envelope_for_somebody_else_is_told_from_one_that_does_not_open() {
        let (text, pool) = seal_to_bob(10);
        let alice = Identity::from_seeds(&[1; 32], &[2; 32], &[3; 32]);
        let found = open(&text, &alice.public().fingerprint(), &pool);
        assert_eq!(found, Err(OpenError::AnotherRecipient));
        let other_keys = MailboxPool::generate(&mut HashRng::new(77), NOW);
        let found = open_as_bob(&text, &other_keys);
        assert_eq!(found, Err(OpenError::UnknownMailboxKey));
    }

    #[test]
    fn texts_that_are_no_envelope_are_told_apart() {
        let (good, pool) = seal_to_bob(10);
        let mut later = bytes(&good);
        later[0] = 2;
        let mut no_bucket = bytes(&good);
        no_bucket.push(0);
        let cases = [
            (String::new(), OpenError::NotAnEnvelope),
            ("hello".to_owned(), OpenError::NotAnEnvelope),
            ("sotto.".to_owned(), OpenError::NotAnEnvelope),
            ("sottoX.AAAA".to_owned(), OpenError::NotAnEnvelope),
            ("sotto2.AAAA".to_owned(), OpenError::UnknownVersion),
            (text(&later), OpenError::UnknownVersion),
            (PREFIX.to_owned(), OpenError::Malformed),
            (format!("{PREFIX}+/+/"), OpenError::Malformed),
            (format!("{good}="), OpenError::Malformed),
            (format!(" {good}"), OpenError::NotAnEnvelope),
            (text(&no_bucket), OpenError::Malformed),
            (text(&bytes(&good)[..1_153]), OpenError::Malformed),
            (
                format!("{PREFIX}{}", "A".repeat(MAX_CHARS)),
                OpenError::Malformed,
            ),
        ];
        for (text, error) in cases {
            let found = open_as_bob(&text, &pool);
            assert_eq!(found, Err(error), "{} characters", text.len());
            assert_eq!(is_envelope(&text), error != OpenError::NotAnEnvelope);
        }
        assert!(data_encoding::BASE64.decode(good.as_bytes()).is_err());
    }

    /// P-49: the X25519 half of the seal, which is not authenticated by anybody.
    #[test]
    fn weak_and_ambiguous_keys_in_the_seal_are_refused() {
        let (good, pool) = seal_to_bob(10);
        let x25519_at = HEAD_LEN + ENCAPPED_LEN - 32;
        for byte in [0, 0xff] {
            let mut bytes = bytes(&good);
            bytes[x25519_at..x25519_at + 32].fill(byte);
            let found = open_as_bob(&text(&bytes), &pool);
            assert_eq!(found, Err(OpenError::Malformed));
        }
    }

    /// P-96.
    #[test]
    fn address_is_what_a_relay_can_read() {
        let (text, pool) = seal_to_bob(10);
        let address = address(&text).unwrap();
        assert_eq!(Some(address.mailbox_key), pool.current_id());
        let tag = recipient_tag(&bob().public().fingerprint());
        assert_eq!(address.recipient, tag);
    }

    /// P-96: the tag of the mailbox key opens as well, is another one for each key, and is nobody
    /// else's.
    #[test]
    fn the_tag_of_a_mailbox_key_is_read_and_changes_with_the_key() {
        let to = bob().public().fingerprint();
        let sealed = |seed| {
            let pool = MailboxPool::generate(&mut HashRng::new(seed), NOW);
            let key = pool.current(&bob()).unwrap();
            let signer = bob().public().ed25519;
            let peer = PeerMailbox::open(key.encoded(), &signer, NOW).unwrap();
            let rng = &mut HashRng::new(9);
            let text = seal_with_mailbox_tag(&inside(10), &to, &peer, rng).unwrap();
            assert_eq!(open_as_bob(&text, &pool), Ok(inside(10)));
            let alice = Identity::from_seeds(&[1; 32], &[2; 32], &[3; 32]);
            let found = open(&text, &alice.public().fingerprint(), &pool);
            assert_eq!(found, Err(OpenError::AnotherRecipient));
            let seen = address(&text).unwrap();
            assert_eq!(seen.recipient, mailbox_tag(&to, &seen.mailbox_key));
            seen.recipient
        };
        let seen = [sealed(1), sealed(2), recipient_tag(&to)];
        assert!(seen[0] != seen[1] && seen[0] != seen[2] && seen[1] != seen[2]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn any_changed_byte_is_refused(at: usize, with in 1..=255_u8) {
            let (good, pool) = seal_to_bob(10);
            let mut bytes = bytes(&good);
            let at = at % bytes.len();
            bytes[at] ^= with;
            prop_assert!(open_as_bob(&text(&bytes), &pool).is_err());
        }

        #[test]
        fn no_text_makes_it_panic(end: String, bytes: Vec<u8>) {
            let (pool, _) = mailbox();
            let garbage = [PREFIX, end.as_str()].concat();
            prop_assert!(open_as_bob(&garbage, &pool).is_err());
            prop_assert!(open_as_bob(&text(&bytes), &pool).is_err());
        }
    }
}
