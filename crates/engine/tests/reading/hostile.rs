//! Pictures that nobody means well with, or that few programs write, through the real process with
//! half of the memory that it usually has: each ends soon, with a code or with a sentence.

use crate::files::{
    Inks, animated_png, animated_webp, bmp_claiming, chunk, file, gif_claiming, jpeg_claiming,
    jpeg_held, jpeg_of_blocks, png_claiming, png_with, webp_claiming, zlib_bomb,
};
use crate::{LINK, PATIENCE, PROCESS};
use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, GrayImage, ImageFormat, Luma, imageops, load_from_memory};
use sotto_engine::api::ErrorCode;
use sotto_engine::driver::PictureReader;
use sotto_engine::qr;

/// Half of what the process allows itself, KiB.
const MEMORY: u32 = 1024 * 1024;
/// How many million pixels the largest pictures have that are read (`SOTTO_MEGAPIXELS`). From 65 on
/// there are too many.
const USUALLY: u32 = 6;

const FORMATS: [ImageFormat; 5] = [
    ImageFormat::Png,
    ImageFormat::Jpeg,
    ImageFormat::WebP,
    ImageFormat::Gif,
    ImageFormat::Bmp,
];

fn pixels() -> u32 {
    let wanted = std::env::var("SOTTO_MEGAPIXELS").ok();
    let wanted = wanted.map(|pixels| pixels.parse().expect("SOTTO_MEGAPIXELS is a number"));
    wanted.unwrap_or(USUALLY) * 1_000_000
}

/// What the real process says. One that it needs more time for than a person would wait, or more
/// memory, is no code or a bad picture.
async fn read(picture: &[u8]) -> Result<String, ErrorCode> {
    read_within(MEMORY, picture).await
}

async fn read_within(memory: u32, picture: &[u8]) -> Result<String, ErrorCode> {
    let script = format!("ulimit -v {memory}; exec '{PROCESS}' --read-picture");
    let reader = PictureReader::new("/bin/sh", &["-c", &script]).with_limit(PATIENCE);
    reader.read(picture).await
}

async fn is_read(picture: &[u8], what: &str) {
    assert_eq!(read(picture).await.as_deref(), Ok(LINK), "{what}");
}

async fn is_refused(picture: &[u8], with: ErrorCode, what: &str) {
    assert_eq!(read(picture).await, Err(with), "{what}");
}

/// The code, a pixel a module.
fn small() -> GrayImage {
    let code = load_from_memory(&qr::png(LINK).unwrap())
        .unwrap()
        .to_luma8();
    let side = code.width() / 12;
    GrayImage::from_fn(side, side, |x, y| *code.get_pixel(x * 12 + 6, y * 12 + 6))
}

/// The code, so many pixels a module.
fn code(module: u32) -> GrayImage {
    let small = small();
    let side = small.width() * module;
    imageops::resize(&small, side, side, imageops::FilterType::Nearest)
}

fn coloured(picture: &GrayImage) -> DynamicImage {
    DynamicImage::from(DynamicImage::from(picture.clone()).to_rgb8())
}

#[tokio::test]
async fn pictures_that_claim_to_be_huge_are_too_large() {
    for (what, picture) in [
        ("png", png_claiming(60_000, 60_000)),
        ("png of 20,000 pixels a side", png_claiming(20_000, 20_000)),
        ("jpeg", jpeg_claiming(65_500, 65_500)),
        ("webp", webp_claiming(16_383)),
        ("gif", gif_claiming(65_535)),
        ("bmp", bmp_claiming(60_000)),
    ] {
        is_refused(&picture, ErrorCode::PictureTooLarge, what).await;
    }
}

/// Many pixels, and hardly any byte for them.
#[tokio::test]
async fn small_files_of_many_pixels_end() {
    let side = pixels().isqrt();
    let (short, signed) = (side.try_into().unwrap(), side.try_into().unwrap());
    let rows = (pixels() / 65_000).try_into().unwrap();
    for (what, picture) in [
        ("jpeg", jpeg_claiming(65_000, rows)),
        ("gif", gif_claiming(short)),
        ("png", png_claiming(side, side)),
        ("bmp", bmp_claiming(signed)),
        ("webp", webp_claiming(side)),
    ] {
        let said = read(&picture).await;
        assert!(
            matches!(said, Err(ErrorCode::BadPicture | ErrorCode::NoCode)),
            "{what}: {said:?}"
        );
    }
}

/// As many zeros as the process has memory, in a hundredth of it, everywhere in a PNG where something
/// is packed.
#[tokio::test]
async fn what_unpacks_to_all_memory_is_not_unpacked() {
    const KIB: u32 = 256 * 1024;
    let bomb = zlib_bomb(1024 * usize::try_from(KIB).unwrap());
    let whole = file(code(4), ImageFormat::Png);
    let named = [b"x\0\0".as_slice(), &bomb].concat();
    let international = [b"x\0\x01\0\0\0".as_slice(), &bomb].concat();
    for (kind, data) in [
        (*b"iCCP", &named),
        (*b"zTXt", &named),
        (*b"iTXt", &international),
    ] {
        let picture = png_with(&whole, *b"IDAT", &chunk(kind, data));
        assert!(picture.len() < qr::MAX_PICTURE_BYTES);
        let said = read_within(KIB, &picture).await;
        // A picture with a bad part beside it may be read all the same.
        assert!(
            matches!(
                said.as_deref(),
                Ok(LINK) | Err(ErrorCode::BadPicture | ErrorCode::PictureTooLarge)
            ),
            "{kind:?}: {said:?}"
        );
    }
    // More rows than the picture has.
    let tiny = file(GrayImage::new(8, 8), ImageFormat::Png);
    let picture = png_with(&tiny, *b"IDAT", &chunk(*b"IDAT", &bomb));
    let said = read_within(KIB, &picture).await;
    assert!(
        matches!(said, Err(ErrorCode::BadPicture | ErrorCode::NoCode)),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_code_in_a_picture_of_20_000_pixels_is_found() {
    let code = code(5);
    let narrow = pixels() / 20_000;
    for (width, height) in [(20_000, narrow), (narrow, 20_000)] {
        let mut page = GrayImage::from_pixel(width, height, Luma([235]));
        let (x, y) = (width - code.width() - 5, height - code.height() - 5);
        imageops::replace(&mut page, &code, x.into(), y.into());
        is_read(&file(page, ImageFormat::Png), "a long page").await;
    }
}

#[tokio::test]
async fn truncated_pictures_of_every_format_end_with_a_sentence() {
    let picture = coloured(&code(6));
    for format in FORMATS {
        let whole = file(picture.clone(), format);
        is_read(&whole, "whole").await;
        for part in [0, 1, 8, 30, whole.len() / 3, whole.len() / 2] {
            let said = read(&whole[..part]).await;
            assert!(
                matches!(said, Err(ErrorCode::BadPicture | ErrorCode::NoCode)),
                "{format:?} to {part}: {said:?}"
            );
        }
    }
}

/// Every length, count and size in the first bytes, as large and as small as it can be.
#[tokio::test]
async fn malformed_pictures_of_every_format_end_with_a_sentence() {
    let picture = coloured(&code(3));
    for format in FORMATS {
        let whole = file(picture.clone(), format);
        for at in (4..44).step_by(4) {
            for value in [0xff, 0x7f, 0x00] {
                let mut bytes = whole.clone();
                bytes[at..at + 4].fill(value);
                let said = read(&bytes).await;
                assert!(
                    matches!(
                        said.as_deref(),
                        Ok(LINK)
                            | Err(ErrorCode::BadPicture
                                | ErrorCode::NoCode
                                | ErrorCode::PictureTooLarge)
                    ),
                    "{format:?} at {at}: {said:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn of_an_animated_picture_the_first_frame_is_read() {
    let code = code(4);
    let white = GrayImage::from_pixel(code.width(), code.height(), Luma([255]));
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    for frame in [&code, &white] {
        let frame = DynamicImage::from(frame.clone()).to_rgba8();
        encoder.encode_frame(Frame::new(frame)).unwrap();
    }
    drop(encoder);
    is_read(&gif, "gif").await;
    is_read(&animated_png(&code), "png").await;
    is_read(&animated_webp(&code), "webp").await;
    is_refused(&animated_png(&white), ErrorCode::NoCode, "png").await;
    is_refused(&animated_webp(&white), ErrorCode::NoCode, "webp").await;
}

/// The eight ways in which a camera can be held, four of them as in a mirror.
#[tokio::test]
async fn pictures_that_say_how_the_camera_was_held_are_read() {
    let mut picture = GrayImage::from_pixel(700, 500, Luma([190]));
    imageops::replace(&mut picture, &code(6), 250, 60);
    for orientation in 1..=8 {
        let mut stored = picture.clone();
        if matches!(orientation, 2 | 4 | 5 | 7) {
            stored = imageops::flip_horizontal(&stored);
        }
        stored = match orientation {
            3 | 4 => imageops::rotate180(&stored),
            5 | 8 => imageops::rotate90(&stored),
            6 | 7 => imageops::rotate270(&stored),
            _ => stored,
        };
        let file = jpeg_held(&file(stored, ImageFormat::Jpeg), orientation);
        is_read(&file, &format!("orientation {orientation}")).await;
    }
    let nonsense = jpeg_held(&file(picture, ImageFormat::Jpeg), 200);
    is_read(&nonsense, "an orientation that does not exist").await;
}

#[tokio::test]
async fn pictures_for_printing_are_read() {
    is_read(&jpeg_of_blocks(&small(), Inks::Grey), "grey").await;
    is_read(&jpeg_of_blocks(&small(), Inks::Cmyk), "cmyk").await;
}

#[tokio::test]
async fn pictures_of_sixteen_bits_are_read() {
    let code = DynamicImage::from(code(4));
    for (what, picture) in [
        ("grey", DynamicImage::from(code.to_luma16())),
        ("grey and alpha", DynamicImage::from(code.to_luma_alpha16())),
        ("colour", DynamicImage::from(code.to_rgb16())),
        ("colour and alpha", DynamicImage::from(code.to_rgba16())),
    ] {
        is_read(&file(picture, ImageFormat::Png), what).await;
    }
}
