//! Picture files that no usual program writes: of kinds that the picture library reads but does not
//! write, and made to do harm.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pictures are computed"
)]

use image::{DynamicImage, GrayImage, ImageFormat};
use std::io::Cursor;

pub(crate) fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// CRC-32 of a PNG's chunk (RFC 2083, section 3.4).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}

/// A chunk of a PNG.
pub(crate) fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind[..], data].concat();
    let length = (data.len() as u32).to_be_bytes();
    [&length[..], &body, &crc(&body).to_be_bytes()].concat()
}

/// A PNG with these chunks, each before the one that is named.
pub(crate) fn png_with(file: &[u8], before: [u8; 4], chunks: &[u8]) -> Vec<u8> {
    let at = file.windows(4).position(|kind| kind == before).unwrap() - 4;
    [&file[..at], chunks, &file[at..]].concat()
}

/// A PNG that says that it is so large, and is not.
pub(crate) fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut file = file(GrayImage::new(8, 8), ImageFormat::Png);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&file[12..29]);
    file[29..33].copy_from_slice(&sum.to_be_bytes());
    file
}

/// A PNG of two frames (APNG), the first of them the picture that programs show which know no frames.
pub(crate) fn animated_png(first: &GrayImage) -> Vec<u8> {
    let file = file(first.clone(), ImageFormat::Png);
    let (width, height) = first.dimensions();
    let frame = |number: u32| {
        let mut control = Vec::new();
        for part in [number, width, height, 0, 0] {
            control.extend(part.to_be_bytes());
        }
        control.extend([0, 1, 0, 10, 0, 0]);
        chunk(*b"fcTL", &control)
    };
    let begin = [chunk(*b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]), frame(0)].concat();
    let white = zlib(|bits| {
        // Each row begins with its filter.
        for _ in 0..height {
            bits.literal(0);
            bits.repeated(255, width as usize);
        }
    });
    let second = [&2_u32.to_be_bytes()[..], &white].concat();
    let end = [frame(1), chunk(*b"fdAT", &second)].concat();
    png_with(&png_with(&file, *b"IDAT", &begin), *b"IEND", &end)
}

/// What zlib makes `bytes` zero bytes of: a part in a hundred and sixty.
pub(crate) fn zlib_bomb(bytes: usize) -> Vec<u8> {
    zlib(|bits| bits.repeated(0, bytes))
}

/// A stream of zlib's with one block of fixed codes. Its checksum is none: whoever looks at it has
/// unpacked all of it by then.
fn zlib(fill: impl FnOnce(&mut Bits)) -> Vec<u8> {
    let mut bits = Bits(vec![0x78, 0x01], 0, 0);
    // The last block, with fixed codes.
    bits.put(0b011, 3);
    fill(&mut bits);
    // Its end.
    bits.put(0, 7);
    while bits.2 > 0 {
        bits.put(0, 1);
    }
    [&bits.0[..], &[0; 4]].concat()
}

/// Bits from the lowest up (RFC 1951, section 3.1.1): what is whole, what is not, how many bits that
/// has.
pub(crate) struct Bits(Vec<u8>, u32, u32);

impl Bits {
    fn put(&mut self, bits: u32, count: u32) {
        self.1 |= bits << self.2;
        self.2 += count;
        while self.2 >= 8 {
            self.0.push(self.1 as u8);
            self.1 >>= 8;
            self.2 -= 8;
        }
    }

    /// A code, whose highest bit comes first.
    fn code(&mut self, code: u32, count: u32) {
        self.put(code.reverse_bits() >> (32 - count), count);
    }

    fn literal(&mut self, byte: u8) {
        match byte {
            0..144 => self.code(0x30 + u32::from(byte), 8),
            _ => self.code(0x190 + u32::from(byte - 144), 9),
        }
    }

    /// A byte so many times.
    fn repeated(&mut self, byte: u8, times: usize) {
        self.literal(byte);
        let again = times - 1;
        for _ in 0..again / 258 {
            // 258 bytes from one byte back.
            self.code(0b1100_0101, 8);
            self.code(0, 5);
        }
        for _ in 0..again % 258 {
            self.literal(byte);
        }
    }
}

/// A WebP of two frames.
pub(crate) fn animated_webp(first: &GrayImage) -> Vec<u8> {
    let (width, height) = first.dimensions();
    let minus_one = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    let size = [minus_one(width), minus_one(height)].concat();
    let frame = |picture: &GrayImage| {
        let still = file(
            DynamicImage::from(picture.clone()).to_rgb8(),
            ImageFormat::WebP,
        );
        // Behind "RIFF", the length and "WEBP" comes the one chunk of a still picture.
        let data = [&[0; 6][..], &size, &[100, 0, 0, 0], &still[12..]].concat();
        riff(*b"ANMF", &data)
    };
    let white = GrayImage::from_pixel(width, height, image::Luma([255]));
    let header = [&[0b10, 0, 0, 0][..], &size].concat();
    let body = [
        b"WEBP".to_vec(),
        riff(*b"VP8X", &header),
        riff(*b"ANIM", &[255, 255, 255, 255, 0, 0]),
        frame(first),
        frame(&white),
    ];
    riff(*b"RIFF", &body.concat())
}

/// A lossless WebP that says that it is so large, and has no pixel.
pub(crate) fn webp_claiming(side: u32) -> Vec<u8> {
    // 14 bits a side, then whether there is transparency, and the version.
    let size = ((side - 1) | ((side - 1) << 14)).to_le_bytes();
    let picture = [&[0x2f][..], &size, &[0; 32]].concat();
    riff(
        *b"RIFF",
        &[b"WEBP".to_vec(), riff(*b"VP8L", &picture)].concat(),
    )
}

fn riff(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u32).to_le_bytes();
    let mut chunk = [&kind[..], &length, data].concat();
    if chunk.len() % 2 == 1 {
        chunk.push(0);
    }
    chunk
}

/// A GIF that says that its screen and its one frame are so large, and has no pixel.
pub(crate) fn gif_claiming(side: u16) -> Vec<u8> {
    let [low, high] = side.to_le_bytes();
    let size = [low, high, low, high];
    let screen = [
        &b"GIF89a"[..],
        &size,
        &[0x80, 0, 0],
        &[0, 0, 0, 255, 255, 255],
    ]
    .concat();
    let frame = [&[0x2c, 0, 0, 0, 0][..], &size, &[0, 2, 1, 0x44, 0, 0x3b]].concat();
    [screen, frame].concat()
}

/// A BMP that says that it is so large, and has no pixel.
pub(crate) fn bmp_claiming(side: i32) -> Vec<u8> {
    let mut file = file(
        DynamicImage::from(GrayImage::new(8, 8)).to_rgb8(),
        ImageFormat::Bmp,
    );
    file[18..22].copy_from_slice(&side.to_le_bytes());
    file[22..26].copy_from_slice(&side.to_le_bytes());
    file
}

/// A JPEG that says that it is so large, and has one row of blocks at most.
pub(crate) fn jpeg_claiming(width: u16, height: u16) -> Vec<u8> {
    let mut file = jpeg_of_blocks(&GrayImage::new(2, 2), Inks::Grey);
    let at = file
        .windows(2)
        .position(|mark| mark == [0xff, 0xc0])
        .unwrap();
    file[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    file[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    file
}

/// The components of a JPEG.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inks {
    Grey,
    /// Four, of which the last has the picture: as programs for printing write it.
    Cmyk,
}

/// A JPEG in which each pixel of the picture is a block of 8 by 8 of one value.
pub(crate) fn jpeg_of_blocks(picture: &GrayImage, inks: Inks) -> Vec<u8> {
    let count: u8 = if inks == Inks::Cmyk { 4 } else { 1 };
    let mut file = vec![0xff, 0xd8];
    let mut segment = |kind: u8, data: &[u8]| {
        let length = (data.len() as u16 + 2).to_be_bytes();
        file.extend([0xff, kind]);
        file.extend(length);
        file.extend(data);
    };
    if inks == Inks::Cmyk {
        // Adobe's: no transformation, and 255 is no ink.
        segment(0xee, b"Adobe\0\x64\0\0\0\0\0");
    }
    segment(0xdb, &[&[0][..], &[8; 64]].concat());
    let side = |side: u32| (side as u16 * 8).to_be_bytes();
    let mut frame = vec![8];
    frame.extend(side(picture.height()));
    frame.extend(side(picture.width()));
    frame.push(count);
    (1..=count).for_each(|component| frame.extend([component, 0x11, 0]));
    segment(0xc0, &frame);
    // How long a difference is, 0 to 9 bits, in four bits; that a block has nothing else, in one.
    let lengths = |of: usize, number: u8| {
        let mut lengths = [0; 16];
        lengths[of - 1] = number;
        lengths
    };
    segment(
        0xc4,
        &[
            &[0x00][..],
            &lengths(4, 10),
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        ]
        .concat(),
    );
    segment(0xc4, &[&[0x10][..], &lengths(1, 1), &[0]].concat());
    let mut scan = vec![count];
    (1..=count).for_each(|component| scan.extend([component, 0x00]));
    scan.extend([0, 63, 0]);
    segment(0xda, &scan);
    file.extend(blocks(picture, inks));
    file.extend([0xff, 0xd9]);
    file
}

/// The scan of such a JPEG: each block's difference to the one before, of each component by turns.
fn blocks(picture: &GrayImage, inks: Inks) -> Vec<u8> {
    let mut bits = String::new();
    let mut put = |value: u32, count: u32| {
        (0..count)
            .rev()
            .for_each(|bit| bits.push(if (value >> bit) & 1 == 1 { '1' } else { '0' }));
    };
    let mut before = [0; 4];
    for pixel in picture.pixels() {
        let grey = i32::from(pixel[0]) - 128;
        let components: &[i32] = match inks {
            Inks::Grey => &[grey],
            Inks::Cmyk => &[127, 127, 127, grey],
        };
        for (value, before) in components.iter().zip(&mut before) {
            let difference = value - *before;
            *before = *value;
            let count = 32 - difference.unsigned_abs().leading_zeros();
            put(count, 4);
            let lowest = if difference < 0 { (1 << count) - 1 } else { 0 };
            put((difference + lowest) as u32, count);
            put(0, 1);
        }
    }
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    let bytes = bits.as_bytes().chunks_exact(8);
    let bytes = bytes.map(|byte| u8::from_str_radix(str::from_utf8(byte).unwrap(), 2).unwrap());
    // A byte of ones is followed by one of zeros.
    bytes
        .flat_map(|byte| [byte, 0].into_iter().take(1 + usize::from(byte == 0xff)))
        .collect()
}

/// A JPEG with the way in which the camera was held (Exif, 4.6.4, tag 274).
pub(crate) fn jpeg_held(file: &[u8], orientation: u8) -> Vec<u8> {
    let tag = [&[1, 0x12, 0, 3, 0, 0, 0, 1, 0][..], &[orientation, 0, 0]].concat();
    let tiff = [&b"Exif\0\0MM\0\x2a\0\0\0\x08\0"[..], &tag, &[0; 4]].concat();
    let length = (tiff.len() as u16 + 2).to_be_bytes();
    [&file[..2], &[0xff, 0xe1], &length, &tiff, &file[2..]].concat()
}
