//! What a client sends to a relay.

use crate::error::FrameError;
use crate::fields::Fields;
use crate::public_key::PublicKey;
use crate::user_id::UserId;
use serde_json::value::RawValue;

/// A frame from a client, as the client writes it (guide section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientFrame {
    /// Takes a name at the relay.
    Register {
        /// Name to be reachable under.
        user_id: UserId,
        /// Key to be listed with.
        public_key: PublicKey,
    },
    /// Asks for the list of those present.
    GetUsers,
    /// Sends a sealed message to a name.
    Message {
        /// Name of the recipient.
        to: UserId,
        /// base64(nonce 24 || box).
        encrypted: String,
    },
}

/// A frame from a client, as the relay reads it: the ciphertext stays a span of the frame's own text.
#[derive(Debug, Clone)]
pub enum ClientFrameRef<'a> {
    /// See [`ClientFrame::Register`].
    Register {
        /// Name to be reachable under.
        user_id: UserId,
        /// Key to be listed with.
        public_key: PublicKey,
    },
    /// See [`ClientFrame::GetUsers`].
    GetUsers,
    /// See [`ClientFrame::Message`].
    Message {
        /// Name of the recipient.
        to: UserId,
        /// A JSON string with its quotes and escapes, to be forwarded as it is. Not checked to be base64.
        encrypted: &'a RawValue,
    },
    /// An object whose `type` level 0 does not know; to be ignored.
    Unknown,
}

impl ClientFrame {
    /// Writes the frame as JSON text.
    pub fn encode(&self) -> String {
        match self {
            Self::Register {
                user_id,
                public_key,
            } => format!(
                r#"{{"type":"register","userId":{},"publicKey":"{}"}}"#,
                json_string(user_id.as_str()),
                public_key.to_base64()
            ),
            Self::GetUsers => r#"{"type":"get_users"}"#.to_owned(),
            Self::Message { to, encrypted } => format!(
                r#"{{"type":"message","to":{},"encrypted":{}}}"#,
                json_string(to.as_str()),
                json_string(encrypted)
            ),
        }
    }

    /// Reads a client's frame; its size is for the caller to bound.
    ///
    /// # Errors
    /// [`FrameError`] where the text is not a JSON object, has no `type`, or a known type lacks a valid field.
    pub fn decode(text: &str) -> Result<ClientFrameRef<'_>, FrameError> {
        let fields = Fields::of_frame(text)?;
        Ok(match fields.kind()?.as_str() {
            "register" => ClientFrameRef::Register {
                user_id: fields.user_id()?,
                public_key: fields.public_key()?,
            },
            "get_users" => ClientFrameRef::GetUsers,
            "message" => ClientFrameRef::Message {
                to: fields.to()?,
                encrypted: fields.encrypted_span()?,
            },
            _ => ClientFrameRef::Unknown,
        })
    }
}

/// A text as JSON string, with quotes.
pub(crate) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
