//! What a message is for: its kind and what that kind carries (P-101 to P-106).
//!
//! Numbers, not names, are in the bytes. Kinds 16 to 63 are set aside for reactions, verification,
//! files and groups; a kind that this program does not know stays visible as [`Body::Unknown`], because
//! something that changes what a message means is always a kind of its own and never a field that
//! an older program would ignore.

use crate::bundle;
use crate::cbor::{DecodeError, Fields, MapWriter};
use crate::features::Features;
use crate::plain_box::NONCE_LEN;
use rand_core::CryptoRng;
use std::fmt;

/// Most bytes of UTF-8 in a text: 60 KiB.
pub const MAX_TEXT_LEN: usize = 60 * 1_024;
/// Most messages that one receipt names.
pub const MAX_RECEIPT_IDS: usize = 256;
/// Most bytes of UTF-8 in a name: 40 characters.
pub const MAX_NAME_LEN: usize = 160;
/// Most bytes that a control message carries.
pub const MAX_CONTROL_LEN: usize = 1_024;

/// The name of a content, chosen by its author: 16 random bytes, the same in each copy and at each
/// repetition.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId([u8; 16]);

impl ContentId {
    /// Draws a new id.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Takes an id that was drawn or stored before.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContentId(..)")
    }
}

/// A kind of message with what belongs to it.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// Words of the sender (P-102).
    Text(Text),
    /// What happened to messages of the other side (P-103).
    Receipt(Receipt),
    /// "Send me your bundle" (P-104).
    BundleRequest(BundleRequest),
    /// A bundle, as an answer (P-104).
    BundleAnswer(BundleAnswer),
    /// A sign between the two programs (P-105).
    Control(Control),
    /// What the sender wants to be called, and what its program reads (P-108).
    Profile(Profile),
    /// The sender's program scanned the code that this one shows (P-132).
    Scanned(Scanned),
    /// A kind of a later version; the person should be told that one came (P-106).
    Unknown {
        /// Its number.
        kind: u64,
    },
}

/// A text (P-102).
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// At most [`MAX_TEXT_LEN`] bytes of UTF-8.
    pub text: String,
    /// The nonce of the plain box in which it was sent before the switch, if it was.
    pub plain_nonce: Option<[u8; NONCE_LEN]>,
    /// The message that it answers.
    pub in_reply_to: Option<ContentId>,
}

/// News of messages of the other side (P-103).
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What happened.
    pub state: ReceiptState,
    /// To which messages: 1 to [`MAX_RECEIPT_IDS`].
    pub messages: Vec<ContentId>,
}

/// How far a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptState {
    /// It is stored at the other side.
    Delivered,
    /// It was on the screen.
    Read,
}

/// The request for a bundle (P-104).
#[derive(Clone, PartialEq, Eq)]
pub struct BundleRequest {
    /// The answer names it: 16 random bytes.
    pub request: [u8; 16],
    /// Why it is asked for.
    pub reason: BundleReason,
    /// The fingerprint of who asks: the box that the request travels in proves that this identity
    /// goes with the box key, which a handshake alone would not.
    pub asker: Option<[u8; 32]>,
    /// The id of the invite, or of the contact card, by which the asker knows the recipient.
    pub link: Option<[u8; 8]>,
}

/// What the sender wants to be called, and what its program reads (P-108).
#[derive(Clone, PartialEq, Eq)]
pub struct Profile {
    /// At most [`MAX_NAME_LEN`] bytes of UTF-8. A claim like any text: it is shown only where the
    /// person gave no name.
    pub name: String,
    /// What the sender's program reads.
    pub features: Features,
}

/// Why somebody asks for a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundleReason {
    /// The two have no session yet.
    First,
    /// The asking side has lost its session.
    StateLost,
}

/// The answer to a [`BundleRequest`] (P-104).
#[derive(Clone, PartialEq, Eq)]
pub struct BundleAnswer {
    /// The request that it answers.
    pub request: [u8; 16],
    /// A [`crate::Bundle`], encoded.
    pub bundle: Vec<u8>,
}

/// A sign between the two programs (P-105).
#[derive(Clone, PartialEq, Eq)]
pub struct Control {
    /// What it says.
    pub code: ControlCode,
    /// What belongs to it: at most [`MAX_CONTROL_LEN`] bytes.
    pub data: Vec<u8>,
}

/// The proof that a code of the verification screen was scanned (P-132).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Scanned {
    /// Made with the secret of the code, for the session in which it is said.
    pub proof: [u8; 32],
}

/// What a control message says; codes of later versions are kept and have no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlCode {
    /// Nothing but that the session works: it answers a handshake when there is no text to answer.
    Established,
    /// The sender has lost its session and asks for a new one.
    SessionLost,
    /// The invite was used by two identities; its mark no longer counts (data: invite id 8).
    InviteUsedTwice,
    /// A message was decrypted and its content cannot be read (data: its digest 16, P-85).
    Unreadable,
    /// The recipient is an older copy of its identity (P-54; data: the key card of the newer one).
    Moved,
    /// A code of a later version.
    Unknown(u32),
}

impl Body {
    /// The number of the kind (P-101).
    pub const fn kind(&self) -> u64 {
        match self {
            Self::Text(_) => 1,
            Self::Receipt(_) => 2,
            Self::BundleRequest(_) => 3,
            Self::BundleAnswer(_) => 4,
            Self::Control(_) => 5,
            Self::Profile(_) => 6,
            Self::Scanned(_) => 24,
            Self::Unknown { kind } => *kind,
        }
    }

    /// Whether this version reads contents of a kind.
    pub const fn is_known(kind: u64) -> bool {
        matches!(kind, 1..=6 | 24)
    }

    pub(crate) fn write(&self) -> MapWriter {
        match self {
            Self::Text(text) => MapWriter::nested(text.text.len().saturating_add(64))
                .text(1, &text.text)
                .opt_bytes(2, text.plain_nonce.as_ref().map(<[u8; 24]>::as_slice))
                .opt_bytes(3, text.in_reply_to.as_ref().map(|id| id.0.as_slice())),
            Self::Receipt(receipt) => MapWriter::nested(64)
                .uint(1, receipt.state.number())
                .byte_strings(2, receipt.messages.iter().map(|id| id.0.as_slice())),
            Self::BundleRequest(request) => MapWriter::nested(32)
                .bytes(1, &request.request)
                .uint(2, request.reason.number())
                .opt_bytes(3, request.asker.as_ref().map(<[u8; 32]>::as_slice))
                .opt_bytes(4, request.link.as_ref().map(<[u8; 8]>::as_slice)),
            Self::BundleAnswer(answer) => MapWriter::nested(answer.bundle.len().saturating_add(64))
                .bytes(1, &answer.request)
                .bytes(2, &answer.bundle),
            Self::Control(control) => MapWriter::nested(32)
                .uint(1, u64::from(control.code.number()))
                .bytes(2, &control.data),
            Self::Profile(profile) => MapWriter::nested(profile.name.len().saturating_add(16))
                .text(1, &profile.name)
                .opt_uint(2, Some(profile.features.bits()).filter(|bits| *bits > 0)),
            Self::Scanned(scanned) => MapWriter::nested(40).bytes(1, &scanned.proof),
            Self::Unknown { .. } => MapWriter::nested(0),
        }
    }

    pub(crate) fn read(kind: u64, fields: &Fields<'_>) -> Result<Self, DecodeError> {
        match kind {
            0 => Err(DecodeError::Malformed),
            1 => Text::read(fields).map(Self::Text),
            2 => Receipt::read(fields).map(Self::Receipt),
            3 => BundleRequest::read(fields).map(Self::BundleRequest),
            4 => BundleAnswer::read(fields).map(Self::BundleAnswer),
            5 => Control::read(fields).map(Self::Control),
            6 => Profile::read(fields).map(Self::Profile),
            24 => Scanned::read(fields).map(Self::Scanned),
            kind => Ok(Self::Unknown { kind }),
        }
    }
}

impl Text {
    /// A text that is neither a repetition nor an answer.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            plain_nonce: None,
            in_reply_to: None,
        }
    }

    fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            text: fields.text(1, MAX_TEXT_LEN)?.to_owned(),
            plain_nonce: fields.opt_array(2)?,
            in_reply_to: fields.opt_array(3)?.map(ContentId),
        })
    }
}

impl Receipt {
    fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        let state = match fields.uint(1)? {
            1 => ReceiptState::Delivered,
            2 => ReceiptState::Read,
            _ => return Err(DecodeError::Malformed),
        };
        let messages = fields.arrays(2, MAX_RECEIPT_IDS)?;
        if messages.is_empty() {
            return Err(DecodeError::Malformed);
        }
        Ok(Self {
            state,
            messages: messages.into_iter().map(ContentId).collect(),
        })
    }
}

impl ReceiptState {
    const fn number(self) -> u64 {
        match self {
            Self::Delivered => 1,
            Self::Read => 2,
        }
    }
}

impl BundleRequest {
    fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        let reason = match fields.uint(2)? {
            0 => BundleReason::First,
            1 => BundleReason::StateLost,
            _ => return Err(DecodeError::Malformed),
        };
        Ok(Self {
            request: fields.array(1)?,
            reason,
            asker: fields.opt_array(3)?,
            link: fields.opt_array(4)?,
        })
    }
}

impl Profile {
    fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: fields.text(1, MAX_NAME_LEN)?.to_owned(),
            features: Features::from_bits(fields.opt_uint(2)?.unwrap_or_default()),
        })
    }
}

impl BundleReason {
    const fn number(self) -> u64 {
        match self {
            Self::First => 0,
            Self::StateLost => 1,
        }
    }
}

impl BundleAnswer {
    fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            request: fields.array(1)?,
            bundle: fields.bytes(2, bundle::MAX_LEN)?.to_vec(),
        })
    }
}

impl Control {
    fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            code: ControlCode::from_number(fields.u32(1)?),
            data: fields.bytes(2, MAX_CONTROL_LEN)?.to_vec(),
        })
    }
}

impl Scanned {
    fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            proof: fields.array(1)?,
        })
    }
}

impl ControlCode {
    const fn number(self) -> u32 {
        match self {
            Self::Established => 1,
            Self::SessionLost => 2,
            Self::InviteUsedTwice => 3,
            Self::Unreadable => 4,
            Self::Moved => 5,
            Self::Unknown(code) => code,
        }
    }

    const fn from_number(code: u32) -> Self {
        match code {
            1 => Self::Established,
            2 => Self::SessionLost,
            3 => Self::InviteUsedTwice,
            4 => Self::Unreadable,
            5 => Self::Moved,
            code => Self::Unknown(code),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The number only: what people write belongs in no log.
        write!(f, "Body({})", self.kind())
    }
}
