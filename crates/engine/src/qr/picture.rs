//! Opening picture files of strangers: limits first, then one frame as grey. What can be seen through
//! is looked at twice: on white paper and on a dark screen.

use super::error::QrError;
use image::{
    DynamicImage, GrayAlphaImage, GrayImage, ImageDecoder as _, ImageError, ImageFormat,
    ImageReader, Limits, LumaA,
};
use std::fs::File;
use std::io::{Cursor, Read as _};
use std::path::Path;

/// Largest file, bytes.
pub const MAX_BYTES: usize = 24 * 1024 * 1024;
/// Most pixels: what the camera of a phone takes at its full size.
const MAX_PIXELS: u64 = 65_000_000;
/// Longest side, pixels: the longest of a JPEG. Pages that were photographed whole are high.
const MAX_SIDE: u32 = 65_535;
/// Most memory that opening a picture may take, bytes: four for each pixel, and what the decoder
/// needs beside them.
const MAX_MEMORY: u64 = 4 * MAX_PIXELS + 32 * 1024 * 1024;

/// The bytes of a picture file that the person named.
///
/// # Errors
/// `PictureTooLarge`; `PictureUnreadable` also for what is no file.
pub fn picture_file(path: &Path) -> Result<Vec<u8>, QrError> {
    let unreadable = |_| QrError::PictureUnreadable;
    // A pipe or a device might never end, or wait for ever.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(QrError::PictureUnreadable);
    }
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() > MAX_BYTES {
        return Err(QrError::PictureTooLarge);
    }
    Ok(bytes)
}

/// Opens a picture file.
pub(super) fn decode(bytes: &[u8]) -> Result<Picture, QrError> {
    if bytes.len() > MAX_BYTES {
        return Err(QrError::PictureTooLarge);
    }
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| QrError::PictureUnreadable)?;
    if !reader.format().is_some_and(is_read) {
        return Err(QrError::PictureUnreadable);
    }
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let (width, height) = decoder.dimensions();
    check_pixels(width, height)?;
    // The decoder does not count the pixels that it gives.
    limits
        .reserve(decoder.total_bytes())
        .map_err(|error| refusal(&error))?;
    decoder
        .set_limits(limits)
        .map_err(|error| refusal(&error))?;
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    Ok(Picture::of(picture))
}

/// Takes a picture that is grey already.
pub(super) fn from_luma(width: u32, height: u32, pixels: &[u8]) -> Result<GrayImage, QrError> {
    check_pixels(width, height)?;
    let pixels_there = u64::try_from(pixels.len()).ok();
    if pixels_there != Some(u64::from(width) * u64::from(height)) {
        return Err(QrError::PictureUnreadable);
    }
    GrayImage::from_raw(width, height, pixels.to_vec()).ok_or(QrError::PictureUnreadable)
}

fn check_pixels(width: u32, height: u32) -> Result<(), QrError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS || width > MAX_SIDE || height > MAX_SIDE {
        return Err(QrError::PictureTooLarge);
    }
    if pixels == 0 {
        return Err(QrError::PictureUnreadable);
    }
    Ok(())
}

/// The formats that phones, cameras and programs for screenshots write.
fn is_read(format: ImageFormat) -> bool {
    matches!(
        format,
        ImageFormat::Png
            | ImageFormat::Jpeg
            | ImageFormat::WebP
            | ImageFormat::Gif
            | ImageFormat::Bmp
    )
}

/// A picture as grey.
pub(super) enum Picture {
    Opaque(GrayImage),
    /// Parts of it can be seen through.
    Transparent(GrayAlphaImage),
}

impl Picture {
    fn of(picture: DynamicImage) -> Self {
        if !picture.color().has_alpha() {
            return Self::Opaque(picture.into_luma8());
        }
        let picture = picture.into_luma_alpha8();
        if picture.pixels().all(|LumaA([_, alpha])| *alpha == u8::MAX) {
            return Self::Opaque(on(u8::MAX, &picture));
        }
        Self::Transparent(picture)
    }

    /// How it can look, the usual first; each is made when it is asked for.
    pub(super) fn views(self) -> impl Iterator<Item = GrayImage> {
        let (opaque, transparent) = match self {
            Self::Opaque(picture) => (Some(picture), None),
            Self::Transparent(picture) => (None, Some(picture)),
        };
        let grounds = transparent.into_iter().flat_map(|picture| {
            let grounds = [u8::MAX, 0].into_iter();
            grounds.map(move |ground| on(ground, &picture))
        });
        opaque.into_iter().chain(grounds)
    }
}

/// The picture before a ground of one grey.
fn on(ground: u8, picture: &GrayAlphaImage) -> GrayImage {
    let ground = u16::from(ground);
    let mut grey = GrayImage::new(picture.width(), picture.height());
    for (to, LumaA([luma, alpha])) in grey.pixels_mut().zip(picture.pixels()) {
        let (luma, alpha) = (u16::from(*luma), u16::from(*alpha));
        // The two shares are 255 together, so it fits.
        let mixed = (luma * alpha + ground * (255 - alpha)) / 255;
        to.0 = [u8::try_from(mixed).unwrap_or(u8::MAX)];
    }
    grey
}

fn refusal(error: &ImageError) -> QrError {
    match error {
        ImageError::Limits(_) => QrError::PictureTooLarge,
        _ => QrError::PictureUnreadable,
    }
}
