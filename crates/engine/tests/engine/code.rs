//! Codes read from pictures: what people send, and what nobody should be able to do with one.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pictures are computed"
)]

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, Frame, GrayImage, ImageFormat, Luma, Rgba, RgbaImage, load_from_memory};
use proptest::prelude::*;
use qrcode::QrCode;
use sotto_engine::qr::{QrError, picture_file, png, read_luma, read_picture};
use std::io::Cursor;
use std::sync::LazyLock;

/// As long as an invite with a usual relay.
static LINK: LazyLock<String> = LazyLock::new(|| {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let payload = (0..203).map(|n| char::from(alphabet[n * 37 % 64]));
    format!("sotto:add#{}", payload.collect::<String>())
});

/// The link's code as it is saved.
static CODE: LazyLock<GrayImage> =
    LazyLock::new(|| load_from_memory(&png(&LINK).unwrap()).unwrap().to_luma8());

/// The code in colour, as small as it can still be read.
static SMALL: LazyLock<DynamicImage> = LazyLock::new(|| {
    let small = imageops::resize(&*CODE, 195, 195, FilterType::Triangle);
    DynamicImage::from(DynamicImage::from(small).to_rgb8())
});

/// How a code lies in a picture.
#[derive(Clone, Copy)]
struct View {
    /// Side of the code with its white frame, pixels.
    side: f32,
    /// Turned by so many degrees.
    turned: f32,
    /// How much smaller the far side is drawn: 0 for a view from straight in front.
    tilt: f32,
}

const STRAIGHT: View = View {
    side: 400.0,
    turned: 0.0,
    tilt: 0.0,
};

/// A picture of 800 by 600 with the code in its middle, on grey.
fn photograph(code: &GrayImage, view: View) -> GrayImage {
    let (sin, cos) = view.turned.to_radians().sin_cos();
    let scale = code.width() as f32 / view.side;
    GrayImage::from_fn(800, 600, |x, y| {
        let (x, y) = (x as f32 - 399.5, y as f32 - 299.5);
        let depth = 1.0 + view.tilt * x / 400.0;
        let (x, y) = (x / depth, y / depth);
        let (x, y) = (x * cos + y * sin, y * cos - x * sin);
        let middle = code.width() as f32 / 2.0;
        sample(code, x * scale + middle, y * scale + middle)
    })
}

/// The mean of the four pixels around a point; grey outside of the picture.
fn sample(picture: &GrayImage, x: f32, y: f32) -> Luma<u8> {
    let (x, y) = (x - 0.5, y - 0.5);
    if x < 0.0 || y < 0.0 {
        return Luma([180]);
    }
    let (left, top) = (x as u32, y as u32);
    let (dx, dy) = (x.fract(), y.fract());
    let at = |x: u32, y: u32| {
        picture
            .get_pixel_checked(x, y)
            .map_or(180.0, |p| f32::from(p[0]))
    };
    let upper = at(left, top) * (1.0 - dx) + at(left + 1, top) * dx;
    let lower = at(left, top + 1) * (1.0 - dx) + at(left + 1, top + 1) * dx;
    Luma([(upper * (1.0 - dy) + lower * dy) as u8])
}

/// Each pixel through a function of its place and value.
fn changed(picture: &GrayImage, change: impl Fn(u32, u32, f32) -> f32) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let value = change(x, y, f32::from(picture.get_pixel(x, y)[0]));
        Luma([value.clamp(0.0, 255.0) as u8])
    })
}

/// Every pixel off by up to so much, the same in each run.
fn noisy(picture: &GrayImage, by: f32) -> GrayImage {
    changed(picture, |x, y, value| {
        let mixed =
            (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77)).wrapping_mul(0xc2b2_ae3d);
        let unit = (mixed >> 16) as f32 / 65_535.0;
        value + by * (2.0 * unit - 1.0)
    })
}

fn filled(width: u32, height: u32, value: u8) -> GrayImage {
    let pixels = usize::try_from(width * height).unwrap();
    GrayImage::from_raw(width, height, vec![value; pixels]).unwrap()
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn png_of(picture: &GrayImage) -> Vec<u8> {
    file(&DynamicImage::from(picture.clone()), ImageFormat::Png)
}

fn jpeg_of(picture: &GrayImage, quality: u8) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode_image(picture)
        .unwrap();
    file
}

fn reads(picture: &[u8]) {
    assert_eq!(read_picture(picture).as_ref(), Ok(&*LINK));
}

/// A code of a text that is not ours.
fn foreign() -> GrayImage {
    let code = QrCode::new("https://example.org/").unwrap();
    let side = code.width();
    let colors = code.into_colors();
    let place = |at: u32| (at as usize / 8).checked_sub(4).filter(|at| *at < side);
    GrayImage::from_fn((side as u32 + 8) * 8, (side as u32 + 8) * 8, |x, y| match (
        place(x),
        place(y),
    ) {
        (Some(x), Some(y)) => Luma([colors[y * side + x].select(0, 255)]),
        _ => Luma([255]),
    })
}

#[test]
fn saved_code_reads_back_at_every_length() {
    for len in [1, 50, 119, 120, 151, 152, 213, 214, 265] {
        let text = format!("sotto:{}", "x".repeat(len));
        let picture = png(&text).unwrap();
        assert_eq!(read_picture(&picture), Ok(text));
    }
}

#[test]
fn saved_code_is_large_enough_and_framed_in_white() {
    assert!(CODE.width() == CODE.height() && CODE.width() >= 10 * (57 + 8));
    let frame = 4 * (CODE.width() / (57 + 8));
    let inside = frame..CODE.width() - frame;
    for (x, y, pixel) in CODE.enumerate_pixels() {
        assert!(pixel[0] == 255 || (inside.contains(&x) && inside.contains(&y)));
    }
}

#[test]
fn every_format_is_read() {
    let picture = DynamicImage::from(photograph(&CODE, STRAIGHT));
    let coloured = DynamicImage::from(picture.to_rgb8());
    for (picture, format) in [
        (&picture, ImageFormat::Png),
        (&coloured, ImageFormat::Png),
        (&coloured, ImageFormat::Jpeg),
        (&coloured, ImageFormat::WebP),
        (&coloured, ImageFormat::Gif),
        (&coloured, ImageFormat::Bmp),
    ] {
        reads(&file(picture, format));
    }
}

#[test]
fn turned_code_is_read() {
    for turned in [7.0, 30.0, 45.0, 90.0, 180.0, 200.0, 275.0] {
        let picture = photograph(&CODE, View { turned, ..STRAIGHT });
        reads(&png_of(&picture));
    }
}

#[test]
fn code_seen_from_the_side_is_read() {
    for (tilt, turned) in [(0.15, 0.0), (-0.25, 10.0), (0.2, 75.0)] {
        let view = View {
            turned,
            tilt,
            ..STRAIGHT
        };
        reads(&jpeg_of(&photograph(&CODE, view), 80));
    }
}

#[test]
fn bad_photographs_are_read() {
    let view = View {
        side: 430.0,
        turned: 12.0,
        tilt: 0.1,
    };
    let picture = photograph(&CODE, view);
    let blurred = imageops::blur(&picture, 1.8);
    let pale = changed(&picture, |_, _, value| 110.0 + value * 0.18);
    let dark = changed(&picture, |_, _, value| 5.0 + value * 0.15);
    let shaded = changed(&picture, |x, _, value| {
        value * (0.3 + 0.7 * x as f32 / 800.0)
    });
    for (name, picture) in [
        ("blurred", &blurred),
        ("noisy", &noisy(&picture, 70.0)),
        ("pale", &pale),
        ("pale and noisy", &noisy(&pale, 8.0)),
        ("dark", &dark),
        ("shaded", &shaded),
        (
            "blurred and noisy",
            &noisy(&imageops::blur(&picture, 1.2), 40.0),
        ),
    ] {
        for quality in [30, 90] {
            let read = read_picture(&jpeg_of(picture, quality));
            assert_eq!(read.as_ref(), Ok(&*LINK), "{name}, quality {quality}");
        }
    }
}

#[test]
fn small_code_in_a_large_screenshot_is_read() {
    let code = imageops::resize(&*CODE, 260, 260, FilterType::Triangle);
    let mut screen = filled(3_840, 2_160, 236);
    imageops::replace(&mut screen, &code, 3_100, 1_500);
    reads(&png_of(&screen));
}

#[test]
fn photograph_of_many_pixels_is_read() {
    let view = View {
        turned: 5.0,
        ..STRAIGHT
    };
    let picture = noisy(&photograph(&CODE, view), 30.0);
    let large = DynamicImage::from(picture).resize_exact(4_000, 3_000, FilterType::Triangle);
    reads(&jpeg_of(&large.into_luma8(), 60));
}

#[test]
fn transparent_background_is_white_paper() {
    let code = RgbaImage::from_fn(CODE.width(), CODE.height(), |x, y| {
        // Black ink; what would be white is black too, but cannot be seen.
        Rgba([0, 0, 0, 255 - CODE.get_pixel(x, y)[0]])
    });
    reads(&file(&DynamicImage::from(code), ImageFormat::Png));
}

/// Light ink of which only the light can be seen: on paper there is nothing.
#[test]
fn transparent_background_may_be_a_dark_screen() {
    let code = RgbaImage::from_fn(CODE.width(), CODE.height(), |x, y| {
        Rgba([255, 255, 255, 255 - CODE.get_pixel(x, y)[0]])
    });
    reads(&file(&DynamicImage::from(code), ImageFormat::Png));
}

#[test]
fn light_code_on_dark_ground_is_read() {
    let negative = |picture: &GrayImage| changed(picture, |_, _, value| 255.0 - value);
    reads(&png_of(&negative(&CODE)));
    let view = View {
        turned: 12.0,
        tilt: 0.1,
        ..STRAIGHT
    };
    let picture = negative(&photograph(&CODE, view));
    reads(&jpeg_of(&picture, 60));
    reads(&jpeg_of(&noisy(&picture, 50.0), 80));
    let mut screen = filled(3_840, 2_160, 20);
    let small = imageops::resize(&negative(&CODE), 260, 260, FilterType::Triangle);
    imageops::replace(&mut screen, &small, 3_100, 1_500);
    reads(&png_of(&screen));
}

/// A code as another program saved it, and a photograph of a screen.
#[test]
fn light_codes_of_other_programs_are_read() {
    for picture in [
        include_bytes!("../pictures/inverted.png").as_slice(),
        include_bytes!("../pictures/photo-inverted.jpg"),
    ] {
        let read = read_picture(picture);
        assert!(
            read.as_ref().is_ok_and(|text| text.starts_with("sotto:")),
            "{read:?}"
        );
    }
}

/// The code with its modules drawn as dots of so much of their side.
fn dotted(part: f32) -> GrayImage {
    let module = CODE.width() / (57 + 8);
    let middle = (module as f32 - 1.0) / 2.0;
    changed(&CODE, |x, y, value| {
        let (x, y) = ((x % module) as f32 - middle, (y % module) as f32 - middle);
        let inside = (x * x + y * y).sqrt() <= part * module as f32 / 2.0;
        if inside { value } else { 255.0 }
    })
}

#[test]
fn code_with_round_modules_is_read() {
    for part in [1.0, 0.85] {
        let code = dotted(part);
        let negative = changed(&code, |_, _, value| 255.0 - value);
        for code in [&code, &negative] {
            reads(&png_of(code));
            let view = View {
                turned: 8.0,
                ..STRAIGHT
            };
            reads(&jpeg_of(&photograph(code, view), 85));
        }
    }
}

#[test]
fn photograph_of_fifty_megapixels_is_read() {
    let picture = DynamicImage::from(photograph(&CODE, STRAIGHT));
    let large = picture.resize_exact(8_160, 6_120, FilterType::Triangle);
    reads(&jpeg_of(&large.into_luma8(), 60));
}

#[test]
fn code_in_a_page_that_was_photographed_whole_is_read() {
    let code = imageops::resize(&*CODE, 300, 300, FilterType::Triangle);
    for (width, height, x, y) in [
        (1_280, 17_000, 900, 9_100),
        (1_280, 17_000, 20, 16_650),
        (17_000, 1_280, 12_700, 500),
    ] {
        let mut page = filled(width, height, 240);
        imageops::replace(&mut page, &code, x, y);
        reads(&png_of(&page));
    }
}

#[test]
fn of_several_frames_the_first_is_read() {
    let empty = RgbaImage::from_pixel(CODE.width(), CODE.height(), Rgba([255; 4]));
    let code = DynamicImage::from(CODE.clone()).to_rgba8();
    let animation = |frames: [&RgbaImage; 2]| {
        let mut file = Vec::new();
        let mut encoder = GifEncoder::new(&mut file);
        for frame in frames {
            encoder.encode_frame(Frame::new(frame.clone())).unwrap();
        }
        drop(encoder);
        file
    };
    reads(&animation([&code, &empty]));
    assert_eq!(
        read_picture(&animation([&empty, &code])),
        Err(QrError::NoCode)
    );
}

#[test]
fn code_of_others_is_told_from_no_code() {
    let picture = png_of(&foreign());
    assert_eq!(read_picture(&picture), Err(QrError::ForeignCode));
    // Our words somewhere in the text are not enough.
    let other = QrCode::new("https://example.org/#sotto:add#abc").unwrap();
    let side = other.width();
    let colors = other.into_colors();
    let small = GrayImage::from_fn(side as u32, side as u32, |x, y| {
        Luma([colors[y as usize * side + x as usize].select(0, 255)])
    });
    let mut page = GrayImage::from_pixel(600, 600, Luma([255]));
    let large = imageops::resize(&small, 500, 500, FilterType::Nearest);
    imageops::replace(&mut page, &large, 50, 50);
    assert_eq!(read_picture(&png_of(&page)), Err(QrError::ForeignCode));
}

#[test]
fn our_code_is_found_beside_one_of_others() {
    let foreign = foreign();
    for (ours_at, foreign_at) in [(20, 900), (400, 20)] {
        let mut page = GrayImage::from_pixel(1_250, 820, Luma([255]));
        imageops::replace(&mut page, &*CODE, ours_at, 20);
        imageops::replace(&mut page, &foreign, foreign_at, 300);
        reads(&png_of(&page));
    }
}

#[test]
fn pictures_without_a_code_have_none() {
    let white = GrayImage::from_pixel(640, 480, Luma([255]));
    let one_pixel = GrayImage::from_pixel(1, 1, Luma([0]));
    let line = GrayImage::from_pixel(3_000, 1, Luma([0]));
    for picture in [&white, &one_pixel, &line, &noisy(&white, 255.0)] {
        assert_eq!(read_picture(&png_of(picture)), Err(QrError::NoCode));
    }
}

#[test]
fn half_a_code_is_none() {
    let half = imageops::crop_imm(&*CODE, 0, 0, CODE.width() / 2, CODE.height()).to_image();
    assert_eq!(read_picture(&png_of(&half)), Err(QrError::NoCode));
}

#[test]
fn grey_pixels_of_a_camera_are_read() {
    let picture = photograph(&CODE, STRAIGHT);
    assert_eq!(read_luma(800, 600, picture.as_raw()).as_ref(), Ok(&*LINK));
    for (width, height) in [(799, 600), (600, 801), (0, 0), (0, 600), (1, 479_999)] {
        assert_eq!(
            read_luma(width, height, picture.as_raw()),
            Err(if height > 65_535 {
                QrError::PictureTooLarge
            } else {
                QrError::PictureUnreadable
            }),
            "{width} x {height}"
        );
    }
    assert_eq!(
        read_luma(u32::MAX, u32::MAX, picture.as_raw()),
        Err(QrError::PictureTooLarge)
    );
}

#[test]
fn what_is_no_picture_is_unreadable() {
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    for bytes in [
        b"".as_slice(),
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"BM",
        svg,
        &[0; 5_000],
    ] {
        assert_eq!(read_picture(bytes), Err(QrError::PictureUnreadable));
    }
}

#[test]
fn truncated_pictures_are_no_fault_of_ours() {
    let picture = DynamicImage::from(photograph(&CODE, STRAIGHT)).to_rgb8();
    let picture = DynamicImage::from(picture);
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Gif,
        ImageFormat::Bmp,
    ] {
        let whole = file(&picture, format);
        for part in 1..4 {
            let read = read_picture(&whole[..whole.len() * part / 4]);
            // A decoder may give the upper part of the picture: there is no whole code in it.
            assert!(
                matches!(read, Err(QrError::PictureUnreadable | QrError::NoCode)),
                "{format:?}: {read:?}"
            );
        }
    }
}

/// CRC-32 of a PNG's chunk (RFC 2083, section 3.4).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}

/// A PNG that says that it is so large, and is not.
fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut file = png_of(&GrayImage::from_pixel(8, 8, Luma([0])));
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&file[12..29]);
    file[29..33].copy_from_slice(&sum.to_be_bytes());
    file
}

#[test]
fn pictures_that_would_take_all_memory_are_too_large() {
    for (width, height) in [
        (60_000, 60_000),
        (16_384, 16_384),
        (65_536, 1),
        (1, 65_536),
        (i32::MAX as u32, 1),
        (8_126, 8_000),
    ] {
        assert_eq!(
            read_picture(&png_claiming(width, height)),
            Err(QrError::PictureTooLarge),
            "{width} x {height}"
        );
    }
    let mut bmp = file(&DynamicImage::from(GrayImage::new(8, 8)), ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&60_000_i32.to_le_bytes());
    bmp[22..26].copy_from_slice(&60_000_i32.to_le_bytes());
    assert_eq!(read_picture(&bmp), Err(QrError::PictureTooLarge));
}

#[test]
fn small_file_of_many_real_pixels_is_too_large() {
    let huge = filled(9_000, 7_300, 255);
    let file = png_of(&huge);
    assert!(file.len() < 2_000_000);
    assert_eq!(read_picture(&file), Err(QrError::PictureTooLarge));
}

#[test]
fn file_of_too_many_bytes_is_not_opened() {
    let mut file = png_of(&CODE);
    file.resize(24 * 1024 * 1024, 0);
    reads(&file);
    file.push(0);
    assert_eq!(read_picture(&file), Err(QrError::PictureTooLarge));
}

#[test]
fn file_that_the_person_named_is_read_if_it_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("code.png");
    let mut bytes = png_of(&CODE);
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(picture_file(&path).as_ref(), Ok(&bytes));
    bytes.resize(24 * 1024 * 1024 + 1, 0);
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(picture_file(&path), Err(QrError::PictureTooLarge));
    for not_a_file in [folder.path(), &folder.path().join("missing.png")] {
        assert_eq!(picture_file(not_a_file), Err(QrError::PictureUnreadable));
    }
}

/// Nobody ever writes into it: opening it would wait for ever.
#[cfg(target_os = "linux")]
#[test]
fn pipe_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("code.png");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    assert_eq!(picture_file(&path), Err(QrError::PictureUnreadable));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_bytes_make_it_panic(mut bytes: Vec<u8>, format in 0..5_usize) {
        let magic: [&[u8]; 5] = [
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"RIFF\x40\0\0\0WEBPVP8L",
            b"GIF89a",
            b"BM",
        ];
        bytes.splice(..0, magic[format].iter().copied());
        prop_assert!(read_picture(&bytes).is_err());
    }

    #[test]
    fn changed_bytes_give_the_text_or_an_error(
        format in 0..5_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let formats = [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::WebP,
            ImageFormat::Gif,
            ImageFormat::Bmp,
        ];
        let mut bytes = file(&SMALL, formats[format]);
        for (at, with) in changes {
            *at.get_mut(&mut bytes) = with;
        }
        match read_picture(&bytes) {
            Ok(text) => prop_assert_eq!(&text, &*LINK),
            Err(error) => prop_assert_ne!(error, QrError::TextTooLong),
        }
    }

    #[test]
    fn any_grey_pixels_are_looked_at_without_a_fault(
        width in 1..60_u32,
        height in 1..60_u32,
        seed: u8,
    ) {
        let pixels: Vec<u8> = (0..width * height)
            .map(|n| if n.wrapping_mul(2_654_435_761) >> 24 > u32::from(seed) { 255 } else { 0 })
            .collect();
        prop_assert!(read_luma(width, height, &pixels).is_err());
    }
}
