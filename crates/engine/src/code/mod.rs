//! Codes to be scanned: drawn for the screen and for a file, and read from pictures.
//!
//! A code is a QR code (ISO/IEC 18004) whose text is a link of ours. Pictures come from anybody:
//! a file that was sent, a screenshot, a camera. So their size is limited before anything is
//! decoded, only a text that begins like our links comes out, and a fault in what reads them is
//! "no code". What a link means is not known here.
//!
//! Reading mostly takes some hundred milliseconds, but a picture can be made for which the readers
//! need hours, and nothing stops them. So fronts have it done in a process of its own:
//! [`crate::driver::PictureReader`].

mod matrix;
mod picture;
mod reader;

pub use matrix::{QrMatrix, png, qr};
pub use picture::MAX_BYTES as MAX_PICTURE_BYTES;

use crate::api::ErrorCode;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use thiserror::Error;

/// What every text of ours begins with.
const PREFIX: &str = "sotto:";
/// The longest text, bytes: what a code of version 10 with error correction L holds.
const MAX_TEXT_BYTES: usize = 271;

/// Why there is no code, or no text in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeError {
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

impl From<CodeError> for ErrorCode {
    fn from(error: CodeError) -> Self {
        match error {
            // Links are made no longer than a code holds (P-120).
            CodeError::TextTooLong => Self::Internal,
            CodeError::PictureTooLarge => Self::PictureTooLarge,
            CodeError::PictureUnreadable => Self::BadPicture,
            CodeError::NoCode => Self::NoCode,
            CodeError::ForeignCode => Self::ForeignCode,
        }
    }
}

/// The text as a link of ours, from wherever it came: by its beginning, its length and its
/// characters. What it says is looked at later.
#[must_use]
pub fn link(text: &str) -> Option<&str> {
    let text = text.trim();
    let fits = text.len() <= MAX_TEXT_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic());
    (fits && text.starts_with(PREFIX)).then_some(text)
}

/// The bytes of a picture file that the person named.
///
/// # Errors
/// `PictureTooLarge`; `PictureUnreadable` also for what is no file.
pub fn picture_file(path: &Path) -> Result<Vec<u8>, CodeError> {
    let unreadable = |_| CodeError::PictureUnreadable;
    // A pipe or a device might never end, or wait for ever.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(CodeError::PictureUnreadable);
    }
    let limit = u64::try_from(MAX_PICTURE_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() > MAX_PICTURE_BYTES {
        return Err(CodeError::PictureTooLarge);
    }
    Ok(bytes)
}

/// Reads the text of the code in a picture: PNG, JPEG, WebP, GIF or BMP, of several frames
/// the first.
///
/// # Errors
/// `PictureTooLarge`, `PictureUnreadable`, `NoCode` or `ForeignCode`.
pub fn read_picture(bytes: &[u8]) -> Result<String, CodeError> {
    let picture = walled(|| picture::decode(bytes)).unwrap_or(Err(CodeError::PictureUnreadable))?;
    reader::read(&picture)
}

/// Reads the text of the code in a picture of one byte a pixel, row by row, 0 for black.
///
/// # Errors
/// `PictureTooLarge`, `NoCode` or `ForeignCode`; `PictureUnreadable` if there are not
/// `width * height` bytes.
pub fn read_luma(width: u32, height: u32, pixels: &[u8]) -> Result<String, CodeError> {
    reader::read(&picture::from_luma(width, height, pixels)?)
}

/// Runs code of others on what a stranger made; `None` if it panicked.
fn walled<T>(work: impl FnOnce() -> T) -> Option<T> {
    // What the work has touched is its own and is dropped.
    catch_unwind(AssertUnwindSafe(work)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_is_known_by_its_beginning_length_and_characters() {
        let longest = format!("sotto:{}", "a".repeat(265));
        for text in [
            "sotto:add#abc",
            "sotto:later?",
            " sotto:add#abc\n",
            &longest,
        ] {
            assert_eq!(link(text), Some(text.trim()));
        }
        let too_long = format!("{longest}a");
        for text in [
            "",
            "sotto",
            "Sotto:add#abc",
            "https://example.org/#sotto:add#abc",
            "--profile=x",
            "sotto:add#a b",
            "sotto:add#a\nb",
            "sotto:add#\u{202e}cba",
            &too_long,
        ] {
            assert_eq!(link(text), None, "{text:?}");
        }
    }
}
