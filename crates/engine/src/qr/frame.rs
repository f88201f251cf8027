//! Frames of a camera and what was seen in them, as bytes: how the window hands a frame over, and
//! how frames go to the process that reads them and answers come back
//! ([`crate::driver::FrameReader`]). No input or output here.
//!
//! ```text
//! frame:   width 2 | height 2 | a byte of grey a pixel, row by row, 0 for black
//! answer:  kind 1  | length 2 | text        kind 0 nothing, 1 a link of ours, 2 another code
//! ```
//!
//! Numbers are big-endian. Each is taken from the front of what has come so far: a part of one is no
//! error, what can never become one is.

use super::error::QrError;
use super::link::{MAX_TEXT_BYTES, link};
use super::reader::read_luma;
use serde::Serialize;
use std::fmt;
use thiserror::Error;
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// The longest side of a frame, pixels.
pub const MAX_FRAME_SIDE: u16 = 640;
/// Bytes before the pixels.
const HEADER: usize = 4;
/// Bytes before the text of an answer.
const ANSWER_HEADER: usize = 3;

/// A grey picture of a camera, at most [`MAX_FRAME_SIDE`] pixels wide and high.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    width: u16,
    height: u16,
    pixels: Vec<u8>,
}

/// Why bytes are no frame or no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FrameError {
    /// A side is 0 or too long.
    #[error("a frame has sides of 1 to {MAX_FRAME_SIDE} pixels")]
    Size,
    /// There are not as many pixels as width and height say.
    #[error("a frame has a byte for each of its pixels")]
    Length,
    /// No answer is like this.
    #[error("this is no answer")]
    Answer,
}

impl Frame {
    /// Takes the pixels of a frame, row by row.
    ///
    /// # Errors
    /// `Size` and `Length`.
    pub fn new(width: u16, height: u16, pixels: Vec<u8>) -> Result<Self, FrameError> {
        if pixels.len() != pixels_of(width, height)? {
            return Err(FrameError::Length);
        }
        Ok(Self {
            width,
            height,
            pixels,
        })
    }

    /// Reads bytes that are one frame and nothing else.
    ///
    /// # Errors
    /// `Size` and `Length`.
    pub fn parse(bytes: &[u8]) -> Result<Self, FrameError> {
        let (header, pixels) = bytes.split_first_chunk().ok_or(FrameError::Length)?;
        let (width, height) = size(*header);
        // Before anything is copied.
        if pixels.len() != pixels_of(width, height)? {
            return Err(FrameError::Length);
        }
        Self::new(width, height, pixels.to_vec())
    }

    /// Takes a frame from the front of what has come; none if it is not whole.
    ///
    /// # Errors
    /// `Size`: what comes can be no frame.
    pub fn take(bytes: &mut Vec<u8>) -> Result<Option<Self>, FrameError> {
        let Some(header) = bytes.first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let (width, height) = size(*header);
        let end = pixels_of(width, height)?.saturating_add(HEADER);
        if bytes.len() < end {
            return Ok(None);
        }
        let rest = bytes.split_off(end);
        let mut pixels = std::mem::replace(bytes, rest);
        pixels.drain(..HEADER);
        Self::new(width, height, pixels).map(Some)
    }

    /// What goes before the pixels.
    pub fn header(&self) -> [u8; HEADER] {
        let ([w0, w1], [h0, h1]) = (self.width.to_be_bytes(), self.height.to_be_bytes());
        [w0, w1, h0, h1]
    }

    /// The pixels, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Looks for a code.
    pub fn look(&self) -> Seen {
        match read_luma(self.width.into(), self.height.into(), &self.pixels) {
            Ok(text) => Seen::Link(text),
            Err(QrError::ForeignCode) => Seen::Foreign,
            Err(_) => Seen::Nothing,
        }
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What a camera sees belongs into no log.
        write!(f, "Frame({} x {})", self.width, self.height)
    }
}

fn size([w0, w1, h0, h1]: [u8; HEADER]) -> (u16, u16) {
    (u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1]))
}

fn pixels_of(width: u16, height: u16) -> Result<usize, FrameError> {
    let sides = 1..=MAX_FRAME_SIDE;
    if !sides.contains(&width) || !sides.contains(&height) {
        return Err(FrameError::Size);
    }
    Ok(usize::from(width).saturating_mul(usize::from(height)))
}

/// What is in a frame.
#[derive(Clone, PartialEq, Eq)]
pub enum Seen {
    /// No code.
    Nothing,
    /// A link of ours.
    Link(String),
    /// A code of something else.
    Foreign,
}

impl Seen {
    /// The answer as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (kind, text) = match self {
            Self::Nothing => (0, ""),
            Self::Link(text) => (1, text.as_str()),
            Self::Foreign => (2, ""),
        };
        // No link is longer than its length says (`link`).
        let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
        let mut bytes = vec![kind];
        bytes.extend(length.to_be_bytes());
        bytes.extend(text.as_bytes());
        bytes
    }

    /// Takes an answer from the front of what has come; none if it is not whole. Whoever answers may
    /// say anything: a text that is no link of ours is another code.
    ///
    /// # Errors
    /// `Answer`.
    pub fn take(bytes: &mut Vec<u8>) -> Result<Option<Self>, FrameError> {
        let Some([kind, l0, l1]) = bytes.first_chunk::<ANSWER_HEADER>() else {
            return Ok(None);
        };
        let kind = *kind;
        let length = usize::from(u16::from_be_bytes([*l0, *l1]));
        if kind > 2 || length > MAX_TEXT_BYTES || (kind != 1 && length > 0) {
            return Err(FrameError::Answer);
        }
        let end = length.saturating_add(ANSWER_HEADER);
        if bytes.len() < end {
            return Ok(None);
        }
        let text: Vec<u8> = bytes.drain(..end).skip(ANSWER_HEADER).collect();
        let link = str::from_utf8(&text).ok().and_then(link);
        Ok(Some(match (kind, link) {
            (0, _) => Self::Nothing,
            (1, Some(link)) => Self::Link(link.to_owned()),
            _ => Self::Foreign,
        }))
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A link may hold a secret.
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Link(_) => "Link(..)",
            Self::Foreign => "Foreign",
        })
    }
}

/// What became of a frame, for the window.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FrameView {
    /// There is no code in it.
    Nothing,
    /// A code, but not one of ours.
    Foreign,
    /// A link of ours.
    Found {
        /// The link.
        link: String,
    },
    /// It was not looked at: a newer one took its place, it took too long, or the scan has ended.
    Passed,
}

impl From<Seen> for FrameView {
    fn from(seen: Seen) -> Self {
        match seen {
            Seen::Nothing => Self::Nothing,
            Seen::Foreign => Self::Foreign,
            Seen::Link(link) => Self::Found { link },
        }
    }
}

impl fmt::Debug for FrameView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Foreign => "Foreign",
            Self::Found { .. } => "Found(..)",
            Self::Passed => "Passed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame() -> impl Strategy<Value = Frame> {
        (1..24_u16, 1..24_u16, any::<u8>()).prop_map(|(width, height, first)| {
            let pixels = (0..width * height).map(|n| (n % 251) as u8 ^ first);
            Frame::new(width, height, pixels.collect()).unwrap()
        })
    }

    fn bytes(frame: &Frame) -> Vec<u8> {
        [&frame.header(), frame.pixels()].concat()
    }

    fn seen() -> impl Strategy<Value = Seen> {
        prop_oneof![
            Just(Seen::Nothing),
            Just(Seen::Foreign),
            "sotto:[!-~]{0,265}".prop_map(Seen::Link),
        ]
    }

    /// All that comes out of bytes that arrive in pieces, and whether it ends in an error.
    fn all<T>(
        bytes: &[u8],
        piece: usize,
        take: impl Fn(&mut Vec<u8>) -> Result<Option<T>, FrameError>,
    ) -> (Vec<T>, Vec<u8>, Option<FrameError>) {
        let (mut out, mut waiting) = (Vec::new(), Vec::new());
        for piece in bytes.chunks(piece) {
            waiting.extend(piece);
            loop {
                match take(&mut waiting) {
                    Ok(Some(one)) => out.push(one),
                    Ok(None) => break,
                    Err(error) => return (out, waiting, Some(error)),
                }
            }
        }
        (out, waiting, None)
    }

    proptest! {
        #[test]
        fn frames_come_out_as_they_went_in(
            frames in proptest::collection::vec(frame(), 1..4),
            piece in 1..700_usize,
        ) {
            let stream: Vec<u8> = frames.iter().flat_map(bytes).collect();
            let (out, rest, error) = all(&stream, piece, Frame::take);
            prop_assert_eq!(out, frames);
            prop_assert_eq!((rest, error), (Vec::new(), None));
        }

        #[test]
        fn truncated_frame_is_not_whole_and_no_frame_by_itself(
            frame in frame(),
            cut: prop::sample::Index,
        ) {
            let whole = bytes(&frame);
            let part = &whole[..cut.index(whole.len())];
            let (out, rest, error) = all(part, 7, Frame::take);
            prop_assert!(out.is_empty() && error.is_none());
            prop_assert_eq!(&rest, part);
            prop_assert_eq!(Frame::parse(part), Err(FrameError::Length));
            prop_assert_eq!(Frame::parse(&[&whole, &b"x"[..]].concat()), Err(FrameError::Length));
            prop_assert_eq!(Frame::parse(&whole), Ok(frame));
        }

        /// Before the pixels are waited for, or room is made for them.
        #[test]
        fn oversized_frame_is_refused_by_its_first_bytes(
            long in 641..=u16::MAX,
            other: u16,
            turned: bool,
        ) {
            let (width, height) = if turned { (other, long) } else { (long, other) };
            let header = [width.to_be_bytes(), height.to_be_bytes()].concat();
            prop_assert_eq!(Frame::take(&mut header.clone()), Err(FrameError::Size));
            prop_assert_eq!(Frame::parse(&header), Err(FrameError::Size));
            prop_assert_eq!(Frame::new(width, height, Vec::new()), Err(FrameError::Size));
        }

        #[test]
        fn garbage_is_no_fault_and_keeps_no_more_than_a_frame(
            garbage: Vec<u8>,
            piece in 1..50_usize,
        ) {
            let (_, rest, _) = all(&garbage, piece, Frame::take);
            prop_assert!(rest.len() <= garbage.len());
            let (_, rest, error) = all(&garbage, piece, Seen::take);
            prop_assert!(error.is_some() || rest.len() < 3 + MAX_TEXT_BYTES);
        }

        #[test]
        fn answers_come_out_as_they_went_in(
            answers in proptest::collection::vec(seen(), 1..5),
            piece in 1..400_usize,
        ) {
            let stream: Vec<u8> = answers.iter().flat_map(Seen::to_bytes).collect();
            let (out, rest, error) = all(&stream, piece, Seen::take);
            prop_assert_eq!(out, answers);
            prop_assert_eq!((rest, error), (Vec::new(), None));
        }

        #[test]
        fn truncated_answer_is_not_whole(answer in seen(), cut: prop::sample::Index) {
            let whole = answer.to_bytes();
            let mut part = whole[..cut.index(whole.len())].to_vec();
            prop_assert_eq!(Seen::take(&mut part), Ok(None));
        }

        /// Also where it says that it is a link.
        #[test]
        fn no_text_but_a_link_comes_out(text in "(sotto:)?[ -~]{0,40}") {
            let mut bytes = Seen::Link(text.clone()).to_bytes();
            let expected = link(&text).map_or(Seen::Foreign, |link| Seen::Link(link.to_owned()));
            prop_assert_eq!(Seen::take(&mut bytes), Ok(Some(expected)));
        }
    }

    #[test]
    fn sides_are_from_one_pixel_to_the_largest() {
        let longest = MAX_FRAME_SIDE;
        for (width, height) in [(1, 1), (longest, 1), (1, longest), (longest, longest)] {
            let pixels = vec![0; usize::from(width) * usize::from(height)];
            assert!(Frame::new(width, height, pixels).is_ok());
        }
        for (width, height) in [(0, 0), (0, 5), (5, 0), (longest + 1, 1), (1, longest + 1)] {
            let pixels = vec![0; usize::from(width) * usize::from(height)];
            assert_eq!(Frame::new(width, height, pixels), Err(FrameError::Size));
        }
    }

    #[test]
    fn answers_of_no_kind_and_too_long_ones_are_refused() {
        for bytes in [
            &[3, 0, 0][..],
            &[255, 0, 0],
            &[0, 0, 1],
            &[2, 0, 5],
            &[1, 1, 16],
            &[1, 255, 255],
        ] {
            assert_eq!(Seen::take(&mut bytes.to_vec()), Err(FrameError::Answer));
        }
        let mut not_text = vec![1, 0, 2, 0xff, 0xfe];
        assert_eq!(Seen::take(&mut not_text), Ok(Some(Seen::Foreign)));
    }

    #[test]
    fn nothing_of_a_frame_or_link_is_in_a_log() {
        let frame = Frame::new(2, 1, vec![7, 9]).unwrap();
        let link = Seen::Link("sotto:add#secret".to_owned());
        let view = FrameView::from(link.clone());
        assert_eq!(
            format!("{frame:?} {link:?} {view:?}"),
            "Frame(2 x 1) Link(..) Found(..)"
        );
    }
}
