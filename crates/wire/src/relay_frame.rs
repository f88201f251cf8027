//! What a relay sends to a client.

use crate::client_frame::json_string;
use crate::error::FrameError;
use crate::fields::Fields;
use crate::limits::{MAX_RELAY_TO_CLIENT_FRAME, MAX_USER_LIST_FRAME};
use crate::user_id::UserId;
use crate::user_list::{ListedUser, ParsedUsers};
use serde_json::value::RawValue;

/// A frame from a relay (guide section 4). Everything in it is what the relay claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayFrame {
    /// Somebody came, or came again, or it is the echo of one's own registration.
    UserJoined {
        /// Who, with the key.
        user: ListedUser,
    },
    /// Somebody left.
    UserLeft {
        /// Name that is free now.
        user_id: UserId,
    },
    /// Answer to `get_users`.
    UserList {
        /// Valid entries in the relay's order, at most [`MAX_LISTED_USERS`](crate::limits::MAX_LISTED_USERS);
        /// a name may occur twice.
        users: Vec<ListedUser>,
        /// Entries left out because their name or key is not valid.
        skipped: usize,
        /// Whether entries after the last kept one were not looked at.
        truncated: bool,
    },
    /// A message from somebody.
    Message {
        /// Sender as the relay names it; `None` where it is missing, null or no valid name.
        from: Option<UserId>,
        /// base64(nonce 24 || box), not yet checked.
        encrypted: String,
        /// Time at the relay in ms since 1970, in `0..=MAX_TIMESTAMP_MS`; 0 where there was none.
        timestamp_ms: i64,
    },
    /// An object whose `type` level 0 does not know; to be ignored.
    Unknown,
}

impl RelayFrame {
    /// Reads a relay's frame, whatever a hostile relay puts into it.
    ///
    /// # Errors
    /// [`FrameError`] where the text is larger than 16 MiB, or 512 KiB for a message, is not a JSON object, has no
    /// `type`, or a known type lacks a valid field. Bad entries of a list are counted instead.
    pub fn decode(text: &str) -> Result<Self, FrameError> {
        if text.len() > MAX_USER_LIST_FRAME {
            return Err(FrameError::TooLarge);
        }
        let fields = Fields::of_frame(text)?;
        let kind = fields.kind()?;
        if text.len() > MAX_RELAY_TO_CLIENT_FRAME && kind == "message" {
            return Err(FrameError::TooLarge);
        }
        Ok(match kind.as_str() {
            "user_joined" => Self::UserJoined {
                user: ListedUser::of_fields(&fields)?,
            },
            "user_left" => Self::UserLeft {
                user_id: fields.user_id()?,
            },
            "user_list" => {
                let ParsedUsers {
                    users,
                    skipped,
                    truncated,
                } = ParsedUsers::of_array(fields.users()?)?;
                Self::UserList {
                    users,
                    skipped,
                    truncated,
                }
            }
            "message" => Self::Message {
                from: fields.from(),
                encrypted: fields.encrypted()?,
                timestamp_ms: fields.timestamp_ms(),
            },
            _ => Self::Unknown,
        })
    }

    /// Writes the frame as JSON text; `None` for [`RelayFrame::Unknown`], which nobody sends.
    /// The counters of a list are not on the wire.
    pub fn encode(&self) -> Option<String> {
        Some(match self {
            Self::UserJoined { user } => format!(
                r#"{{"type":"user_joined","userId":{},"publicKey":"{}"}}"#,
                json_string(user.user_id.as_str()),
                user.public_key.to_base64()
            ),
            Self::UserLeft { user_id } => {
                format!(
                    r#"{{"type":"user_left","userId":{}}}"#,
                    json_string(user_id.as_str())
                )
            }
            Self::UserList { users, .. } => {
                let entries: Vec<String> = users.iter().map(entry).collect();
                format!(r#"{{"type":"user_list","users":[{}]}}"#, entries.join(","))
            }
            Self::Message {
                from,
                encrypted,
                timestamp_ms,
            } => {
                let from = from
                    .as_ref()
                    .map_or_else(|| "null".to_owned(), |id| json_string(id.as_str()));
                format!(
                    r#"{{"type":"message","from":{from},"encrypted":{},"timestamp":{timestamp_ms}}}"#,
                    json_string(encrypted)
                )
            }
            Self::Unknown => return None,
        })
    }
}

fn entry(user: &ListedUser) -> String {
    format!(
        r#"{{"userId":{},"publicKey":"{}"}}"#,
        json_string(user.user_id.as_str()),
        user.public_key.to_base64()
    )
}

/// The beginning of every message frame from one sender, written once for each connection of the relay.
#[derive(Debug, Clone)]
pub struct ForwardHead(String);

impl ForwardHead {
    /// Prepares the frames of a sender.
    pub fn new(from: &UserId) -> Self {
        Self(format!(
            r#"{{"type":"message","from":{},"encrypted":"#,
            json_string(from.as_str())
        ))
    }

    /// Writes one message frame around the sender's own span of ciphertext, without decoding it.
    pub fn frame(&self, encrypted: &RawValue, timestamp_ms: i64) -> String {
        const TAIL: &str = r#","timestamp":"#;
        const INTEGER_CHARS: usize = 20;
        let span = encrypted.get();
        let timestamp = timestamp_ms.to_string();
        let mut frame =
            String::with_capacity(self.0.len() + span.len() + TAIL.len() + INTEGER_CHARS + 1);
        frame.push_str(&self.0);
        frame.push_str(span);
        frame.push_str(TAIL);
        frame.push_str(&timestamp);
        frame.push('}');
        frame
    }
}
