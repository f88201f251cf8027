//! What can be wrong with a code or with a picture of one.

use crate::api::ErrorCode;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why there is no code, or no text in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QrError {
    /// The text is longer than a code that can be scanned from a screen holds.
    #[error("the text is too long for a code")]
    TextTooLong,
    /// The picture has more bytes or pixels than are read.
    #[error("the picture is too large")]
    PictureTooLarge,
    /// Not a picture of a kind that is read, or a damaged one.
    #[error("the picture cannot be read")]
    PictureUnreadable,
    /// No code was found.
    #[error("there is no code in the picture")]
    NoCode,
    /// A code was found, but it is not one of ours.
    #[error("the code is not one of Sotto's")]
    ForeignCode,
}

impl From<QrError> for ErrorCode {
    fn from(error: QrError) -> Self {
        match error {
            // Links are made no longer than a code holds (P-120).
            QrError::TextTooLong => Self::Internal,
            QrError::PictureTooLarge => Self::PictureTooLarge,
            QrError::PictureUnreadable => Self::BadPicture,
            QrError::NoCode => Self::NoCode,
            QrError::ForeignCode => Self::ForeignCode,
        }
    }
}
