//! Drawing a code: with the strongest error correction that fits version 6, or else 8 or 10, and the
//! smallest version that holds the text with it.
//!
//! 57 modules a side are what cameras and screenshots still read well; a larger version would hold
//! more and be read less often. An invite with one relay is to be of 49 modules at most, the code of
//! the verification screen (P-131) of 41: to a camera larger modules are worth more than more error
//! correction.

use super::error::QrError;
use super::link::MAX_TEXT_BYTES;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use qrcode::bits::Bits;
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode, Version};
use serde::Serialize;
use std::fmt::Write as _;
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// The largest versions: 41 modules a side, what does not fit there 49, and what not there 57.
const LARGEST: [i16; 3] = [6, 8, 10];
/// The strongest error correction first.
const LEVELS: [EcLevel; 4] = [EcLevel::H, EcLevel::Q, EcLevel::M, EcLevel::L];
/// White modules around the code (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;
/// Pixels of a module in a picture that is saved.
const MODULE_PIXELS: usize = 12;

/// A code to be drawn black on white.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct QrMatrix {
    /// Modules a side, with the white ones around the code: the side of an SVG's `viewBox`.
    pub side: u32,
    /// The black modules as the `d` of an SVG path.
    pub path: String,
}

/// Makes the code of a text.
///
/// # Errors
/// `TextTooLong`.
pub fn matrix(text: &str) -> Result<QrMatrix, QrError> {
    let grid = Grid::of(text)?;
    let mut path = String::new();
    for (y, row) in grid.rows().enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                // Writing into a text does not fail.
                let (x, y, len) = (x + QUIET, y + QUIET, run.len());
                let _ = write!(path, "M{x} {y}h{len}v1h-{len}z");
            }
            x += run.len();
        }
    }
    let side = u32::try_from(grid.side + 2 * QUIET).map_err(|_| QrError::TextTooLong)?;
    Ok(QrMatrix { side, path })
}

/// Makes the picture of a text's code, to be saved: SVG.
///
/// # Errors
/// `TextTooLong`.
pub fn svg(text: &str) -> Result<String, QrError> {
    let QrMatrix { side, path } = matrix(text)?;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path d=\"{path}\"/></svg>\n"
    ))
}

/// Makes the picture of a text's code, to be saved: PNG, 8 bits of grey.
///
/// # Errors
/// `TextTooLong`.
pub fn png(text: &str) -> Result<Vec<u8>, QrError> {
    let grid = Grid::of(text)?;
    let side = (grid.side + 2 * QUIET) * MODULE_PIXELS;
    let mut pixels = vec![u8::MAX; side * side];
    let rows = pixels.chunks_exact_mut(side * MODULE_PIXELS);
    for (lines, row) in rows.skip(QUIET).zip(grid.rows()) {
        for line in lines.chunks_exact_mut(side) {
            let modules = line.chunks_exact_mut(MODULE_PIXELS).skip(QUIET);
            for (module, color) in modules.zip(row) {
                module.fill(color.select(0, u8::MAX));
            }
        }
    }
    let side = u32::try_from(side).map_err(|_| QrError::TextTooLong)?;
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(&pixels, side, side, ExtendedColorType::L8)
        // Memory takes whatever is written, and the size fits by construction.
        .map_err(|_| QrError::TextTooLong)?;
    Ok(file)
}

/// The modules of a code without what is around it.
struct Grid {
    side: usize,
    colors: Vec<Color>,
}

impl Grid {
    fn of(text: &str) -> Result<Self, QrError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(QrError::TextTooLong);
        }
        LARGEST
            .into_iter()
            .flat_map(|largest| LEVELS.map(|level| (largest, level)))
            .find_map(|(largest, level)| code(text, level, largest))
            .map(|code| Self {
                side: code.width(),
                colors: code.into_colors(),
            })
            .ok_or(QrError::TextTooLong)
    }

    fn rows(&self) -> impl Iterator<Item = &[Color]> {
        self.colors.chunks_exact(self.side)
    }
}

/// The code of the smallest version up to `largest` that holds the text. Always bytes: what a library
/// finds out about parts that are digits or capital letters can end up longer, and then the longest
/// links have no code.
fn code(text: &str, level: EcLevel, largest: i16) -> Option<QrCode> {
    (1..=largest).map(Version::Normal).find_map(|version| {
        let mut bits = Bits::new(version);
        bits.push_byte_data(text.as_bytes()).ok()?;
        bits.push_terminator(level).ok()?;
        QrCode::with_bits(bits, level).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The level of the code that a text of this length gets, by the area that it covers.
    fn level(len: usize) -> EcLevel {
        let text = "a".repeat(len);
        let colors = Grid::of(&text).unwrap().colors;
        [EcLevel::H, EcLevel::Q, EcLevel::M, EcLevel::L]
            .into_iter()
            .find(|level| {
                let code = QrCode::with_error_correction_level(&text, *level).unwrap();
                code.into_colors() == colors
            })
            .unwrap()
    }

    /// ISO/IEC 18004, table 7: what versions 6, 8 and 10 hold in byte mode.
    #[test]
    fn error_correction_is_the_strongest_that_fits_version_6_or_else_8_or_else_10() {
        for (len, expected) in [
            (1, EcLevel::H),
            (58, EcLevel::H),
            (59, EcLevel::Q),
            (74, EcLevel::Q),
            (75, EcLevel::M),
            (106, EcLevel::M),
            (107, EcLevel::L),
            (134, EcLevel::L),
            (135, EcLevel::M),
            (152, EcLevel::M),
            (153, EcLevel::L),
            (192, EcLevel::L),
            (193, EcLevel::M),
            (213, EcLevel::M),
            (214, EcLevel::L),
            (271, EcLevel::L),
        ] {
            assert_eq!(level(len), expected, "{len} bytes");
        }
    }

    proptest! {
        /// Whatever letters it has: digits and capitals in a row are no reason to find no room.
        #[test]
        fn every_link_has_a_code_whose_size_is_known_by_its_length(
            link in "sotto:add#([A-Za-z0-9_-]{0,261}|[0-9]{1,9}[A-Z]{1,9}([0-9]{9}[a-z][A-Z]{9}){8,12})",
        ) {
            let side = matrix(&link).unwrap().side;
            let version = (side - 8 - 17) / 4;
            let largest = match link.len() {
                ..=134 => 6,
                135..=192 => 8,
                _ => 10,
            };
            prop_assert!(version <= largest, "{version}");
        }
    }

    #[test]
    fn text_longer_than_version_10_holds_is_refused() {
        for text in ["a".repeat(272), "a".repeat(3_000), "\u{e4}".repeat(136)] {
            assert_eq!(matrix(&text).unwrap_err(), QrError::TextTooLong);
            assert_eq!(png(&text).unwrap_err(), QrError::TextTooLong);
        }
        // Digits would fit a smaller code, but no text of ours is made of them.
        assert_eq!(matrix(&"1".repeat(272)).unwrap_err(), QrError::TextTooLong);
    }

    /// The path, drawn again, gives the modules.
    #[test]
    fn path_covers_exactly_the_black_modules() {
        let text = "sotto:add#abcdef";
        let code = matrix(text).unwrap();
        let grid = Grid::of(text).unwrap();
        let side = usize::try_from(code.side).unwrap();
        assert_eq!(side, grid.side + 8);
        let mut drawn = vec![vec![Color::Light; side]; side];
        for run in code.path.split_terminator('z') {
            let run = run.strip_prefix('M').unwrap();
            let (at, run) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let (len, rest) = run.split_once('v').unwrap();
            assert_eq!(rest, format!("1h-{len}"));
            for module in &mut drawn[y][x..x + len.parse::<usize>().unwrap()] {
                assert_eq!(*module, Color::Light, "drawn twice");
                *module = Color::Dark;
            }
        }
        for (y, row) in drawn.iter().enumerate() {
            for (x, color) in row.iter().enumerate() {
                let inside = (4..side - 4).contains(&x) && (4..side - 4).contains(&y);
                let expected = if inside {
                    grid.colors[(y - 4) * grid.side + x - 4]
                } else {
                    Color::Light
                };
                assert_eq!(*color, expected, "{x} {y}");
            }
        }
    }
}
