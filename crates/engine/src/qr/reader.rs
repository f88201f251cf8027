//! Finding a code in a grey picture: several attempts, the one that mostly succeeds first.
//!
//! 1. rxing on the picture,
//! 2. rxing on two thirds of its size: noise and the raster of screens become less,
//! 3. rxing on a sharpened picture: what was out of focus or moved,
//! 4. rxing on a slightly blurred picture: noise and rasters in what is too small to shrink,
//! 5. rxing on a sharpened picture of two thirds: what was moved, with noise,
//! 6. rxing on a half of its size, if it is small on one and a half of it, and on a third: modules that
//!    are drawn as dots run together, and small ones are found by more of their edges,
//! 7. rqrr on the picture and on the negative: it finds some codes that rxing does not, and several in
//!    one picture.
//!
//! Each of rxing's attempts looks for a light code on a dark ground, too: once it has told black from
//! white, looking again costs little.
//!
//! A large picture is first shrunk for all of them, which is enough for a photograph of a code; before
//! rqrr's turn rxing reads it as it is, which is enough for a small code in a large screenshot, and a
//! long one piece by piece: shrunk as a whole it would be nothing but a line. (rqrr needs minutes for
//! a large picture of nothing but noise.)
//!
//! `cargo xtask bench scan` says what an attempt is worth.

use super::error::QrError;
use super::link::link;
use super::picture;
use super::walled::walled;
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage};
use rqrr::PreparedImage;
use rxing::common::HybridBinarizer;
use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, MultiFormatReader, Reader as _,
};
use std::cell::LazyCell;
use std::collections::HashSet;

/// The longest side of a picture that is not shrunk, pixels.
const USUAL_SIDE: u32 = 2_000;
/// How much the blurred attempt is blurred: the standard deviation in pixels.
const BLUR: f32 = 1.2;
/// What the sharpened attempts take for the blur that they take away, likewise.
const WIDE: f32 = 4.0;
const NARROW: f32 = 2.0;
/// How often they take it away.
const SHARPEN: f32 = 2.0;
/// The longest side of a picture of which a larger one is looked at, pixels: frames of cameras.
const SMALL_SIDE: u32 = 1_000;
/// A picture that is so many times as long as it is wide is read in pieces.
const LONG: u32 = 3;
/// Of so many pixels the darkest and the lightest say nothing about the range of a picture.
const OUTLIERS: usize = 200;

/// Reads the text of the code in a picture: PNG, JPEG, WebP, GIF or BMP, of several frames
/// the first.
///
/// # Errors
/// `PictureTooLarge`, `PictureUnreadable`, `NoCode` or `ForeignCode`.
pub fn read_picture(bytes: &[u8]) -> Result<String, QrError> {
    let picture = walled(|| picture::decode(bytes)).unwrap_or(Err(QrError::PictureUnreadable))?;
    read(picture.views())
}

/// Reads the text of the code in a picture of one byte a pixel, row by row, 0 for black.
///
/// # Errors
/// `PictureTooLarge`, `NoCode` or `ForeignCode`; `PictureUnreadable` if there are not
/// `width * height` bytes.
pub fn read_luma(width: u32, height: u32, pixels: &[u8]) -> Result<String, QrError> {
    read([picture::from_luma(width, height, pixels)?])
}

/// Reads the text of a code of ours in one of the ways in which a picture can look.
fn read(views: impl IntoIterator<Item = GrayImage>) -> Result<String, QrError> {
    let mut search = Search::default();
    for picture in views {
        search.whole(&full_contrast(picture));
    }
    match search {
        Search {
            ours: Some(text), ..
        } => Ok(text),
        Search { foreign: true, .. } => Err(QrError::ForeignCode),
        Search { foreign: false, .. } => Err(QrError::NoCode),
    }
}

/// What the attempts have found so far.
#[derive(Default)]
struct Search {
    ours: Option<String>,
    foreign: bool,
}

impl Search {
    fn whole(&mut self, picture: &GrayImage) {
        if self.ours.is_some() || is_plain(picture) {
            return;
        }
        let longest = picture.width().max(picture.height());
        let small = (longest > USUAL_SIDE).then(|| resized(picture, USUAL_SIDE, longest));
        let usual = small.as_ref().unwrap_or(picture);
        self.quick(usual);
        if small.is_some() {
            self.attempt(|| by_rxing(picture));
        }
        self.pieces(picture);
        self.attempt(|| by_rqrr(usual));
        self.attempt(|| by_rqrr(&negative(usual)));
    }

    /// The attempts that take a moment each.
    fn quick(&mut self, picture: &GrayImage) {
        let smaller = LazyCell::new(|| resized(picture, 2, 3));
        self.attempt(|| by_rxing(picture));
        self.attempt(|| by_rxing(&smaller));
        self.attempt(|| by_rxing(&sharpened(picture, WIDE)));
        self.attempt(|| by_rxing(&blurred(picture)));
        self.attempt(|| by_rxing(&sharpened(&smaller, NARROW)));
        self.attempt(|| by_rxing(&resized(picture, 1, 2)));
        if picture.width().max(picture.height()) <= SMALL_SIDE {
            self.attempt(|| by_rxing(&resized(picture, 3, 2)));
        }
        self.attempt(|| by_rxing(&resized(picture, 1, 3)));
    }

    /// A long picture piece by piece; each begins in the middle of the one before, so that one of
    /// them has the whole code.
    fn pieces(&mut self, picture: &GrayImage) {
        let (width, height) = picture.dimensions();
        let (narrow, long) = (width.min(height), width.max(height));
        if long <= USUAL_SIDE || long / narrow.max(1) < LONG {
            return;
        }
        let step = narrow.max(USUAL_SIDE / 2);
        let mut start = 0;
        // The last one ends with the picture.
        while self.ours.is_none() && start + step < long {
            let length = step.saturating_mul(2).min(long - start);
            let piece = if height > width {
                imageops::crop_imm(picture, 0, start, width, length)
            } else {
                imageops::crop_imm(picture, start, 0, length, height)
            };
            let piece = piece.to_image();
            let longest = piece.width().max(piece.height());
            if longest > USUAL_SIDE {
                self.quick(&resized(&piece, USUAL_SIDE, longest));
            } else {
                self.quick(&piece);
            }
            start += step;
        }
    }

    /// Looks once more, unless it was found.
    fn attempt(&mut self, look: impl FnOnce() -> Vec<String>) {
        if self.ours.is_some() {
            return;
        }
        for text in walled(look).unwrap_or_default() {
            if let Some(text) = link(&text) {
                self.ours = Some(text.to_owned());
                return;
            }
            self.foreign = true;
        }
    }
}

/// Whether all of a picture is of one value, as when a camera is covered.
fn is_plain(picture: &GrayImage) -> bool {
    let mut values = picture.as_raw().iter();
    let first = values.next();
    values.all(|value| Some(value) == first)
}

/// The picture with its grey range spread over all values: rxing takes small differences for none.
fn full_contrast(mut picture: GrayImage) -> GrayImage {
    let mut counts = [0_u64; 256];
    for value in picture.as_raw() {
        if let Some(count) = counts.get_mut(usize::from(*value)) {
            *count = count.saturating_add(1);
        }
    }
    let spare = picture.as_raw().len() / OUTLIERS;
    let darkest = nth(counts.iter(), spare);
    let lightest = 255 - nth(counts.iter().rev(), spare);
    if lightest > darkest {
        for value in picture.iter_mut() {
            let above = value.saturating_sub(darkest);
            let spread = u16::from(above) * 255 / u16::from(lightest - darkest);
            *value = u8::try_from(spread).unwrap_or(u8::MAX);
        }
    }
    picture
}

/// The first value with more than so many pixels up to it.
fn nth<'a>(counts: impl Iterator<Item = &'a u64>, pixels: usize) -> u8 {
    let pixels = u64::try_from(pixels).unwrap_or(u64::MAX);
    let mut sum = 0_u64;
    let below = counts.take_while(|count| {
        sum = sum.saturating_add(**count);
        sum <= pixels
    });
    u8::try_from(below.count()).unwrap_or(u8::MAX)
}

/// The picture at so many parts of its size.
fn resized(picture: &GrayImage, to: u32, of: u32) -> GrayImage {
    let side = |length: u32| {
        let length = u64::from(length) * u64::from(to) / u64::from(of.max(1));
        u32::try_from(length).unwrap_or(u32::MAX).max(1)
    };
    let (width, height) = (side(picture.width()), side(picture.height()));
    // By the methods of `DynamicImage`, which are compiled with it and quick in a debug build too.
    let picture = DynamicImage::from(picture.clone());
    let resized = picture.resize_exact(width, height, FilterType::Triangle);
    resized.into_luma8()
}

fn negative(picture: &GrayImage) -> GrayImage {
    let mut picture = picture.clone();
    for value in picture.iter_mut() {
        *value = u8::MAX - *value;
    }
    picture
}

fn blurred(picture: &GrayImage) -> GrayImage {
    DynamicImage::from(picture.clone()).blur(BLUR).into_luma8()
}

/// The picture with what a blur would add to it taken away.
fn sharpened(picture: &GrayImage, deviation: f32) -> GrayImage {
    let blurred = DynamicImage::from(picture.clone()).fast_blur(deviation);
    let mut sharp = picture.clone();
    for (value, blurred) in sharp.iter_mut().zip(blurred.into_luma8().iter()) {
        let away = f32::from(*value) - f32::from(*blurred);
        *value = byte(f32::from(*value) + SHARPEN * away);
    }
    sharp
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between the bounds of a byte"
)]
fn byte(value: f32) -> u8 {
    value.clamp(0.0, 255.0) as u8
}

/// Looks for a dark code and then for a light one.
fn by_rxing(picture: &GrayImage) -> Vec<String> {
    let (pixels, width, height) = (picture.as_raw(), picture.width(), picture.height());
    let Ok(source) = Luma8Source::new_with_slice(pixels, width, height) else {
        return Vec::new();
    };
    let hints = DecodeHints {
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        TryHarder: Some(true),
        AlsoInverted: Some(true),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let found = MultiFormatReader::default().decode_with_hints(&mut bitmap, &hints);
    let text = found.map(|code| code.getText().to_owned());
    text.into_iter().collect()
}

fn by_rqrr(picture: &GrayImage) -> Vec<String> {
    let (Ok(width), Ok(height)) = (
        usize::try_from(picture.width()),
        usize::try_from(picture.height()),
    ) else {
        return Vec::new();
    };
    let pixels = picture.as_raw();
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        pixels.get(y * width + x).copied().unwrap_or(u8::MAX)
    });
    let grids = prepared.detect_grids();
    grids
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect()
}
