//! Why a frame could not be read; nothing of the frame itself is kept in the error.

/// A frame that breaks the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The frame is longer than the reader allows.
    #[error("the frame is too large")]
    TooLarge,
    /// The text is not one JSON object (not JSON, another JSON value, or something after it).
    #[error("the frame is not a JSON object")]
    NotAnObject,
    /// A field that this type of frame needs is missing, or has the wrong type or shape.
    #[error("the frame's field {name} is missing or wrong")]
    Field {
        /// Name of the field on the wire.
        name: &'static str,
    },
}

impl FrameError {
    pub(crate) const fn field(name: &'static str) -> Self {
        Self::Field { name }
    }
}
