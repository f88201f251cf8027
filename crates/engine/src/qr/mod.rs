//! Codes to be scanned: drawn for the screen and for a file, and read from pictures.
//!
//! A code is a QR code (ISO/IEC 18004) whose text is a link of ours. Pictures come from anybody:
//! a file that was sent, a screenshot, a camera. So their size is limited before anything is
//! decoded, only a text that begins like our links comes out, and a fault in what reads them is
//! "no code". What a link means is not known here.
//!
//! Reading mostly takes some hundred milliseconds, but a picture can be made for which the readers
//! need hours, and nothing stops them. So fronts have it done in a process of its own:
//! [`crate::driver::PictureReader`], and for the frames of a camera [`crate::driver::FrameReader`].

mod error;
mod frame;
mod link;
mod matrix;
mod picture;
mod reader;
mod walled;

pub use error::QrError;
pub use frame::{Frame, FrameError, FrameView, MAX_FRAME_SIDE, Seen};
pub use link::link;
pub use matrix::{QrMatrix, matrix, png, svg};
pub use picture::{MAX_BYTES as MAX_PICTURE_BYTES, picture_file};
pub use reader::{read_luma, read_picture};
