//! Messages and lines of a chat: what they say, how far they came, and to whom.

use super::contact::Protection;
use super::id::{ChatId, ContactId, MessageId};
use serde::{Deserialize, Serialize};
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// A message or a line of a chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// The message.
    pub id: MessageId,
    /// The chat.
    pub chat: ChatId,
    /// Which way it went.
    pub direction: Direction,
    /// What it says.
    pub body: Body,
    /// When it was written, ms since 1970: by this computer's clock, for received messages the
    /// relay's where that is plausible.
    pub at: i64,
    /// Of an outgoing message, how far it came.
    pub state: Option<MessageState>,
    /// Since when it is in that state, ms since 1970.
    pub state_at: Option<i64>,
    /// How many of the recipients have confirmed an outgoing message.
    pub delivered_to: u32,
    /// To how many an outgoing message goes: 1 in a chat with a contact, 0 for what is not outgoing.
    pub recipients: u32,
    /// Of a failed message, why.
    pub failure: Option<SendFailure>,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Received.
    In,
    /// Sent by the person.
    Out,
    /// A line of the program's own.
    System,
}

/// How far an outgoing message came. It never claims more than is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// In the outbox. Why it waits follows from the contact's [`Reach`].
    Queued,
    /// A relay of level 0 took it; that relay keeps nothing. In a secure session it is sent again
    /// until the contact's program confirms it.
    Handed,
    /// The contact's program has stored it, and said so inside the secure session.
    Delivered,
    /// It cannot be sent and will not be tried again by itself.
    Failed,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// A text.
    Text {
        /// The whole text, for copying.
        text: String,
        /// The same text in pieces, for drawing.
        spans: Vec<Span>,
    },
    /// A line of the program's own.
    System {
        /// What happened.
        line: SystemLine,
    },
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Span {
    /// Text as it is.
    Text {
        /// The text.
        text: String,
    },
    /// Something that can be opened after a question.
    Link {
        /// The text.
        text: String,
        /// The address: http, https or mailto, in its canonical (punycode) form.
        url: String,
    },
}

/// A line of the program's own in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum SystemLine {
    /// The contact was added by id and key.
    ContactAdded,
    /// The contact came from a request that the person accepted.
    RequestAccepted,
    /// Somebody using this name has another key.
    OtherKeySeen,
    /// The person chose to use the other key.
    OtherKeyAccepted,
    /// The person chose to ignore the other key.
    OtherKeyIgnored,
    /// The contact was added by an invite or a contact card.
    AddedByLink,
    /// The contact used an invite of the person's.
    JoinedByInvite,
    /// From here on messages go through a secure session.
    SessionStarted,
    /// The contact's program lost its session and made a new one.
    SessionRenewed,
    /// This copy of the history was restored: old sessions were given up, new ones are made.
    HistoryRestored,
    /// A message without forward secrecy came under the contact's key and was refused.
    DowngradeRefused,
    /// Somebody answered for the contact with other keys and was refused.
    IdentityRefused,
    /// Who answers for this contact is a contact already, under another name.
    AlreadyAContact,
    /// A message could not be decrypted; the contact's program was asked for a new session.
    Undecryptable,
    /// A message came that only a newer version can read.
    NewerVersion,
    /// Something came that this version cannot show. It is kept for one that can.
    CannotBeShown,
    /// The invite was used by somebody else as well: its mark no longer counts.
    InviteUsedTwice,
    /// The contact is verified, because the code was only ever shown on this screen.
    VerifiedByCode,
    /// The person said that the invite went a safe way.
    VerifiedByPerson,
    /// The camera of this computer saw the contact's code: it is verified.
    VerifiedByScan,
    /// The contact scanned the person's code, and the person saw its screen say so.
    VerifiedByTheirScan,
    /// The contact's code came as a picture or a text, and the person said from where.
    VerifiedByPicture,
    /// The digits were the same on both sides.
    VerifiedByDigits,
    /// The person took the mark back.
    MarkRemoved,
    /// A code or digits were not the contact's.
    KeysDiffer,
    /// The contact calls itself like one that is verified.
    NamedLikeVerified,
}

/// Why a message cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum SendFailure {
    /// Every relay refused it for its size.
    TooLarge,
    /// The secure session could not encrypt it.
    NotEncrypted,
    /// The other side's program cannot read what it is.
    Unreadable,
    /// A reason that only a newer version knows.
    Unknown,
}

/// All that is known of one message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct MessageInfo {
    /// The message.
    pub message: MessageView,
    /// 32 hexadecimal digits: its id on the command line.
    pub public_id: String,
    /// When it was typed or received here, ms since 1970.
    pub created_at: i64,
    /// When the relay says that it was sent, ms since 1970; received messages only.
    pub relay_at: Option<i64>,
    /// To whom it goes and how far it came with each; empty for what is not outgoing.
    pub recipients: Vec<RecipientView>,
    /// The relay that it went through, as the person knows it, if it still is in the settings; empty
    /// for this computer.
    pub relay: Option<String>,
    /// What protected it.
    pub protection: Protection,
    /// 64 hexadecimal digits over the contact's key that it was encrypted to or came from: of a
    /// secure session the whole identity. None while it waits for whoever is behind a new key.
    pub fingerprint: Option<String>,
    /// Length of the text in bytes of UTF-8.
    pub size_bytes: u32,
}

/// How far an outgoing message came with one of its recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct RecipientView {
    /// The recipient.
    pub contact: ContactId,
    /// How far the message came; never more than is known.
    pub state: MessageState,
    /// Since when it is in that state, ms since 1970.
    pub state_at: Option<i64>,
}

/// A message for the command line: the text as it came, the ids that stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineView {
    /// The message in this history.
    pub message: MessageId,
    /// The chat in this history.
    pub chat: ChatId,
    /// The id under which the contact was added.
    pub contact: String,
    /// 32 hexadecimal digits.
    pub id: String,
    /// Which way it went.
    pub direction: Direction,
    /// The text as it came; empty for a line of the program's own.
    pub text: String,
    /// The line of the program's own, if it is one.
    pub line: Option<SystemLine>,
    /// Ms since 1970: the relay's for received messages.
    pub timestamp: i64,
    /// Of an outgoing message, how far it came.
    pub state: Option<MessageState>,
}
