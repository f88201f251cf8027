//! Why the relay ends a connection, and the close frame that says so.

use crate::frame_watch::WatchError;
use tokio_tungstenite::tungstenite::Error as WsError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Reasons of the relay; each has one close code (RFC 6455 section 7.4, and 4000-4999 of our own).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CloseReason {
    /// The peer broke the WebSocket protocol.
    Protocol,
    /// A text message was not UTF-8.
    NotUtf8,
    /// Too many frames that could not be read, in a minute.
    BadFrames,
    /// No `register` in time.
    NotRegistered,
    /// The name is held by somebody with another key.
    NameTaken,
    /// A message took too long to arrive.
    SlowMessage,
    /// A message is too large.
    TooLarge,
    /// A message has too many fragments.
    TooManyFragments,
    /// The source has too many unfinished messages.
    Busy,
    /// The relay stops or restarts.
    Restart,
    /// The same name with the same key registered on a newer connection.
    Replaced,
    /// The client does not take what waits for it.
    TooSlow,
    /// Nothing came for a long time, not even the answer to a ping.
    Dead,
}

impl CloseReason {
    /// The close frame; its text is a fixed word.
    pub(crate) fn frame(self) -> CloseFrame {
        let (code, reason) = match self {
            Self::Protocol => (CloseCode::Protocol, "protocol"),
            Self::NotUtf8 => (CloseCode::Invalid, "not_utf8"),
            Self::BadFrames => (CloseCode::Policy, "bad_frames"),
            Self::NotRegistered => (CloseCode::Policy, "not_registered"),
            Self::NameTaken => (CloseCode::Policy, "name_taken"),
            Self::SlowMessage => (CloseCode::Policy, "slow_message"),
            Self::TooLarge => (CloseCode::Size, "too_large"),
            Self::TooManyFragments => (CloseCode::Size, "too_many_fragments"),
            Self::Busy => (CloseCode::Again, "busy"),
            Self::Restart => (CloseCode::Restart, "restart"),
            Self::Replaced => (CloseCode::Library(4001), "replaced"),
            Self::TooSlow => (CloseCode::Library(4008), "too_slow"),
            Self::Dead => (CloseCode::Away, "no_answer"),
        };
        CloseFrame {
            code,
            reason: reason.into(),
        }
    }

    /// Reason for an error of the WebSocket; `None` where the connection itself is gone.
    pub(crate) fn of_error(error: &WsError) -> Option<Self> {
        match error {
            WsError::Protocol(
                tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
            )
            | WsError::ConnectionClosed
            | WsError::AlreadyClosed => None,
            WsError::Io(error) => WatchError::inside(error).map(|broken| match broken {
                WatchError::Fragments => Self::TooManyFragments,
                WatchError::Unfinished => Self::Busy,
            }),
            WsError::Capacity(_) => Some(Self::TooLarge),
            WsError::Utf8(_) => Some(Self::NotUtf8),
            _ => Some(Self::Protocol),
        }
    }
}
