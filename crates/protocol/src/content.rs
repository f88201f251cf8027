//! What one side says to the other inside a session, before any encryption (P-100).
//!
//! A [`Content`] is a [`Body`] with a random id, and with what the two programs tell each other on
//! the side: which mailbox key to seal to, which of the other's statements have arrived, which
//! plain boxes may still be under way after the switch, the proof that an invite was held. It
//! knows nothing of keys; the session encrypts its bytes.

use crate::body::{Body, ContentId};
use crate::cbor::{self, DecodeError, Kind, MapWriter};
use crate::invite::InviteUse;
use crate::key_card::CardHash;
use crate::mailbox::{self, MailboxKeyId};
use crate::plain_box::NONCE_LEN;
use data_encoding::BASE64URL_NOPAD;
use std::fmt;
use thiserror::Error;
use zeroize::Zeroizing;

/// Longest encoded content, bytes: with all that is put around it, it fits the largest bucket.
pub const MAX_LEN: usize = 63_000;
/// Most bytes without a meaning.
pub const MAX_FILLER_LEN: usize = 256;
/// Most nonces in one list of the switch.
pub const MAX_PLAIN_NONCES: usize = 512;
/// What a bundle exchange in a plain box begins with (P-107).
pub const EXCHANGE_PREFIX: &str = "sotto-exchange1.";

/// One message inside a session (P-100).
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    /// Its name, the same at each repetition.
    pub id: ContentId,
    /// When it was written, milliseconds since 1970 by the sender's clock.
    pub sent_at_ms: u64,
    /// What it is.
    pub body: Body,
    /// Where the sender reads its mail.
    pub mailbox: Option<MailboxNotice>,
    /// The newest mailbox key of the recipient that the sender knows.
    pub known_mailbox: Option<MailboxKeyId>,
    /// The newest key card of the recipient that the sender holds.
    pub known_card: Option<CardHash>,
    /// In the first message after the switch: plain boxes from the sender that may still arrive.
    pub plain_nonces: Vec<[u8; NONCE_LEN]>,
    /// In the first message to an inviter: the proof that the invite was held.
    pub invite_use: Option<InviteUse>,
    /// So many bytes without a meaning, so that the shortest message is as long as a receipt.
    pub filler_len: usize,
}

/// How a message names the sender's current mailbox key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailboxNotice {
    /// The whole signed key, until the recipient has acknowledged it.
    Announced(Vec<u8>),
    /// Its id, afterwards.
    Known(MailboxKeyId),
}

/// Why a content cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the message is too long; it has to travel as a file")]
pub struct ContentTooLong;

impl Content {
    /// A message that says nothing on the side.
    pub const fn new(id: ContentId, sent_at_ms: u64, body: Body) -> Self {
        Self {
            id,
            sent_at_ms,
            body,
            mailbox: None,
            known_mailbox: None,
            known_card: None,
            plain_nonces: Vec::new(),
            invite_use: None,
            filler_len: 0,
        }
    }

    /// Writes the content: at most [`MAX_LEN`] bytes, wiped when dropped.
    ///
    /// # Errors
    /// [`ContentTooLong`], also if a list or a text is longer than a reader takes.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, ContentTooLong> {
        let (announced, known) = match &self.mailbox {
            None => (None, None),
            Some(MailboxNotice::Announced(key)) => (Some(key.as_slice()), None),
            Some(MailboxNotice::Known(id)) => (None, Some(id.as_bytes().as_slice())),
        };
        let filler = vec![0; self.filler_len.min(MAX_FILLER_LEN)];
        let bytes = MapWriter::new(Kind::Content, 512)
            .bytes(2, self.id.as_bytes())
            .uint(3, self.sent_at_ms)
            .uint(4, self.body.kind())
            .map(5, self.body.write())
            .opt_bytes(6, announced)
            .opt_bytes(7, known)
            .opt_bytes(
                8,
                self.known_mailbox
                    .as_ref()
                    .map(|id| id.as_bytes().as_slice()),
            )
            .opt_bytes(
                9,
                self.known_card
                    .as_ref()
                    .map(|hash| hash.as_bytes().as_slice()),
            )
            .byte_strings(
                10,
                self.plain_nonces.iter().map(<[u8; NONCE_LEN]>::as_slice),
            )
            .opt_map(11, self.invite_use.as_ref().map(InviteUse::write))
            .opt_bytes(12, (!filler.is_empty()).then_some(filler.as_slice()))
            .finish();
        // What a reader would refuse is not written either.
        match Self::decode(&bytes) {
            Ok(_) => Ok(bytes),
            Err(_) => Err(ContentTooLong),
        }
    }

    /// Reads a content.
    ///
    /// # Errors
    /// Every [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let fields = cbor::read(bytes, Kind::Content, MAX_LEN)?;
        let announced = fields.opt_bytes(6, mailbox::MAX_ANNOUNCEMENT_LEN)?;
        let known = fields.opt_array(7)?;
        let mailbox = match (announced, known) {
            (None, None) => None,
            (Some(key), None) => Some(MailboxNotice::Announced(key.to_vec())),
            (None, Some(id)) => Some(MailboxNotice::Known(MailboxKeyId::from_bytes(id))),
            (Some(_), Some(_)) => return Err(DecodeError::Malformed),
        };
        Ok(Self {
            id: ContentId::from_bytes(fields.array(2)?),
            sent_at_ms: fields.uint(3)?,
            body: Body::read(fields.uint(4)?, fields.map(5)?)?,
            mailbox,
            known_mailbox: fields.opt_array(8)?.map(MailboxKeyId::from_bytes),
            known_card: fields.opt_array(9)?.map(CardHash::from_bytes),
            plain_nonces: fields.arrays(10, MAX_PLAIN_NONCES)?,
            invite_use: fields.opt_map(11)?.map(InviteUse::read).transpose()?,
            filler_len: fields.opt_bytes(12, MAX_FILLER_LEN)?.map_or(0, <[u8]>::len),
        })
    }

    /// Writes a bundle request or answer as the text of a plain box (P-107).
    ///
    /// # Errors
    /// [`ContentTooLong`].
    pub fn to_exchange_text(&self) -> Result<String, ContentTooLong> {
        let bytes = self.encode()?;
        Ok(format!(
            "{EXCHANGE_PREFIX}{}",
            BASE64URL_NOPAD.encode(&bytes)
        ))
    }

    /// Reads the text of a plain box, if it is a bundle request or answer (P-107).
    ///
    /// `None` is a text of the person; other kinds of content are never taken from a plain box.
    ///
    /// # Errors
    /// A text that begins like an exchange and is none: every [`DecodeError`].
    pub fn from_exchange_text(text: &str) -> Option<Result<Self, DecodeError>> {
        let encoded = text.strip_prefix(EXCHANGE_PREFIX)?;
        Some(Self::decode_exchange(encoded))
    }

    fn decode_exchange(encoded: &str) -> Result<Self, DecodeError> {
        if encoded.len() > BASE64URL_NOPAD.encode_len(MAX_LEN) {
            return Err(DecodeError::TooLong);
        }
        let bytes = BASE64URL_NOPAD
            .decode(encoded.as_bytes())
            .map_err(|_| DecodeError::Malformed)?;
        let content = Self::decode(&bytes)?;
        match content.body {
            Body::BundleRequest(_) | Body::BundleAnswer(_) => Ok(content),
            Body::Text(_)
            | Body::Receipt(_)
            | Body::Control(_)
            | Body::Profile(_)
            | Body::Scanned(_)
            | Body::Unknown { .. } => Err(DecodeError::AnotherKind),
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{
        BundleAnswer, BundleReason, BundleRequest, Control, ControlCode, MAX_TEXT_LEN, Profile,
        Receipt, ReceiptState, Scanned, Text,
    };
    use crate::features::Features;
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    const ID: ContentId = ContentId::from_bytes([7; 16]);

    fn text(text: &str) -> Content {
        Content::new(ID, 1_800_000_000_000, Body::Text(Text::new(text)))
    }

    fn any_body() -> impl Strategy<Value = Body> {
        let id = any::<[u8; 16]>().prop_map(ContentId::from_bytes);
        prop_oneof![
            (
                ".{0,50}",
                option::of(any::<[u8; 24]>()),
                option::of(id.clone())
            )
                .prop_map(|(text, plain_nonce, in_reply_to)| Body::Text(Text {
                    text,
                    plain_nonce,
                    in_reply_to
                })),
            (vec(id, 1..5), any::<bool>()).prop_map(|(messages, read)| Body::Receipt(Receipt {
                state: if read {
                    ReceiptState::Read
                } else {
                    ReceiptState::Delivered
                },
                messages,
            })),
            any::<[u8; 16]>().prop_map(|request| Body::BundleRequest(BundleRequest {
                request,
                reason: BundleReason::StateLost,
                asker: None,
                link: None,
            })),
            (any::<[u8; 16]>(), any::<Vec<u8>>())
                .prop_map(|(request, bundle)| Body::BundleAnswer(BundleAnswer { request, bundle })),
            (any::<u32>(), any::<Vec<u8>>()).prop_map(|(code, data)| Body::Control(Control {
                code: match code {
                    1 => ControlCode::Established,
                    2 => ControlCode::SessionLost,
                    3 => ControlCode::InviteUsedTwice,
                    4 => ControlCode::Unreadable,
                    5 => ControlCode::Moved,
                    code => ControlCode::Unknown(code),
                },
                data,
            })),
            (".{0,20}", any::<u64>()).prop_map(|(name, bits)| Body::Profile(Profile {
                name,
                features: Features::from_bits(bits),
            })),
            any::<[u8; 32]>().prop_map(|proof| Body::Scanned(Scanned { proof })),
            (7_u64..)
                .prop_filter("known", |kind| !Body::is_known(*kind))
                .prop_map(|kind| Body::Unknown { kind }),
        ]
    }

    fn any_notice() -> impl Strategy<Value = MailboxNotice> {
        prop_oneof![
            vec(any::<u8>(), 0..1_400).prop_map(MailboxNotice::Announced),
            any::<[u8; 8]>().prop_map(|id| MailboxNotice::Known(MailboxKeyId::from_bytes(id))),
        ]
    }

    fn any_content() -> impl Strategy<Value = Content> {
        let side = (
            option::of(any_notice()),
            option::of(any::<[u8; 8]>()),
            option::of(any::<[u8; 16]>()),
            vec(any::<[u8; 24]>(), 0..4),
            option::of((any::<[u8; 8]>(), any::<[u8; 32]>())),
        );
        (any::<[u8; 16]>(), any::<u64>(), any_body(), side).prop_map(
            |(id, sent_at_ms, body, (mailbox, known_mailbox, known_card, plain_nonces, used))| {
                Content {
                    id: ContentId::from_bytes(id),
                    sent_at_ms,
                    body,
                    mailbox,
                    known_mailbox: known_mailbox.map(MailboxKeyId::from_bytes),
                    known_card: known_card.map(CardHash::from_bytes),
                    plain_nonces,
                    invite_use: used.map(|(invite, proof)| InviteUse { invite, proof }),
                    filler_len: usize::from(sent_at_ms.to_be_bytes()[7]),
                }
            },
        )
    }

    /// P-106: an older program says that something came, instead of showing something else.
    #[test]
    fn kind_of_a_later_version_is_seen_and_kind_zero_is_refused() {
        let later = Content::new(ID, 0, Body::Unknown { kind: 48 });
        let bytes = later.encode().unwrap();
        assert_eq!(Content::decode(&bytes).unwrap().body.kind(), 48);
        let zero = Content::new(ID, 0, Body::Unknown { kind: 0 });
        assert!(zero.encode().is_err());
    }

    /// P-106: what was kept as unknown is read once its kind is known, and nothing else is.
    #[test]
    fn a_kind_is_known_exactly_if_it_is_read() {
        for kind in 1..100 {
            let bytes = Content::new(ID, 0, Body::Unknown { kind }).encode();
            let unknown = bytes.is_ok_and(|bytes| {
                let read = Content::decode(&bytes).unwrap();
                matches!(read.body, Body::Unknown { .. })
            });
            assert_eq!(Body::is_known(kind), !unknown, "{kind}");
        }
    }

    /// P-102.
    #[test]
    fn longest_text_fits_and_a_longer_one_does_not() {
        let longest = text(&"x".repeat(MAX_TEXT_LEN)).encode().unwrap();
        assert!(longest.len() < MAX_LEN);
        assert_eq!(
            text(&"x".repeat(MAX_TEXT_LEN + 1)).encode(),
            Err(ContentTooLong)
        );
        let mut nonces = text("x");
        nonces.plain_nonces = vec![[0; 24]; MAX_PLAIN_NONCES + 1];
        assert_eq!(nonces.encode(), Err(ContentTooLong));
    }

    /// P-107.
    #[test]
    fn only_bundle_exchanges_are_taken_from_a_plain_box() {
        let request = Body::BundleRequest(BundleRequest {
            request: [3; 16],
            reason: BundleReason::First,
            asker: None,
            link: None,
        });
        let request = Content::new(ID, 1, request);
        let encoded = request.to_exchange_text().unwrap();
        assert_eq!(Content::from_exchange_text(&encoded), Some(Ok(request)));
        assert_eq!(Content::from_exchange_text("hello"), None);
        let disguised = text("hello").to_exchange_text().unwrap();
        let found = Content::from_exchange_text(&disguised);
        assert_eq!(found, Some(Err(DecodeError::AnotherKind)));
        let broken = Content::from_exchange_text("sotto-exchange1.%%");
        assert_eq!(broken, Some(Err(DecodeError::Malformed)));
        let long = format!("{EXCHANGE_PREFIX}{}", "A".repeat(90_000));
        let found = Content::from_exchange_text(&long);
        assert_eq!(found, Some(Err(DecodeError::TooLong)));
    }

    #[test]
    fn debug_shows_nothing_of_a_text() {
        let shown = format!("{:?}", text("attack at dawn"));
        assert_eq!(shown, "Content { body: Body(1), .. }");
    }

    proptest! {
        /// P-100.
        #[test]
        fn contents_come_back(content in any_content()) {
            let bytes = content.encode().unwrap();
            prop_assert_eq!(Content::decode(&bytes), Ok(content));
        }

        #[test]
        fn changed_bytes_never_panic(content in any_content(), at: usize, with: u8) {
            let mut bytes = content.encode().unwrap().to_vec();
            let at = at % bytes.len();
            bytes[at] = with;
            let _ = Content::decode(&bytes);
        }
    }
}
