//! A command as it goes to the process that owns the home.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// What a process can ask the owner of its home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub(crate) enum Request {
    /// Who the person is.
    Id,
    /// What the person gives to others.
    ExportPublic,
    /// The contacts.
    Contacts,
    /// Who is online.
    People,
    /// A new contact.
    Add {
        user_id: String,
        public_key: String,
        name: String,
    },
    /// A new contact by a link.
    AddLink {
        link: String,
        name: String,
        #[serde(default)]
        allow_private: bool,
    },
    /// A new invite.
    Invite { ttl_secs: Option<u64> },
    /// The newest invites.
    Invites,
    /// An invite taken back.
    Revoke { invite: i64 },
    /// The contact card.
    Card,
    /// A text into the outbox.
    Send {
        to: String,
        text: String,
        wait: Option<Wait>,
        limit: Duration,
    },
    /// The rest of a `send --wait` whose text is in the outbox already.
    AwaitSent {
        /// The message in the history.
        message: i64,
        wait: Wait,
        limit: Duration,
    },
    /// What happens.
    Listen { limit: Option<Duration> },
    /// All messages with a contact.
    History { with: String },
    /// The new key of a contact.
    AcceptKey { with: String },
    /// The other name of a contact.
    UseName { with: String },
    /// The safety number with a contact.
    SafetyNumber { with: String },
    /// The own code for a contact, into a file.
    Qr { with: String, out: PathBuf },
    /// A contact verified by its code, which was read from a picture.
    VerifyCode { with: String, code: String },
    /// A contact verified by the safety number.
    VerifyDigits { with: String, digits: String },
    /// A contact verified because its screen says so.
    VerifySeen { with: String },
    /// A mark taken back.
    Unverify { with: String },
    /// Keys that wrote without having been added.
    Requests,
    /// A contact out of a request.
    Accept { request: i64 },
}

/// How far a text must come before `send` returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wait {
    /// A relay has taken it.
    Sent,
    /// The recipient's program has said that it has it.
    Delivered,
}

impl Request {
    /// Whether it can only be done with connections to the relays.
    pub(crate) fn needs_relays(&self) -> bool {
        match self {
            Self::People
            | Self::AwaitSent { .. }
            | Self::Listen { .. }
            | Self::UseName { .. }
            | Self::VerifyCode { .. } => true,
            Self::Send { wait, .. } => wait.is_some(),
            Self::Id
            | Self::ExportPublic
            | Self::Contacts
            | Self::Add { .. }
            | Self::AddLink { .. }
            | Self::Invite { .. }
            | Self::Invites
            | Self::Revoke { .. }
            | Self::Card
            | Self::History { .. }
            | Self::AcceptKey { .. }
            | Self::SafetyNumber { .. }
            | Self::Qr { .. }
            | Self::VerifyDigits { .. }
            | Self::VerifySeen { .. }
            | Self::Unverify { .. }
            | Self::Requests
            | Self::Accept { .. } => false,
        }
    }

    /// Whether doing it twice is the same as doing it once.
    pub(crate) fn is_repeatable(&self) -> bool {
        !matches!(
            self,
            Self::Add { .. }
                | Self::AddLink { .. }
                | Self::Invite { .. }
                | Self::Revoke { .. }
                | Self::Send { .. }
                | Self::AcceptKey { .. }
                | Self::UseName { .. }
                | Self::Qr { .. }
                | Self::VerifyCode { .. }
                | Self::VerifySeen { .. }
                | Self::Unverify { .. }
                | Self::Accept { .. }
        )
    }

    /// The same request after some time has passed.
    pub(crate) fn later(self, passed: Duration) -> Self {
        match self {
            Self::Listen { limit: Some(limit) } => Self::Listen {
                limit: Some(limit.saturating_sub(passed)),
            },
            Self::AwaitSent {
                message,
                wait,
                limit,
            } => Self::AwaitSent {
                message,
                wait,
                limit: limit.saturating_sub(passed),
            },
            other => other,
        }
    }
}
