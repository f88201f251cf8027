//! Somebody who holds a code up to a webcam: pictures, and a video in the form that browsers take for
//! a camera.

use crate::camera::Camera;
use crate::chance::Chance;
use crate::code::Code;
use crate::sheet::Sheet;
use crate::view::View;
use image::GrayImage;
use std::io::{self, Write};

/// Takes frame `number` of a code that is held up by a hand which is never quite still: 640 by 480.
#[must_use]
pub fn held_up(code: &Code, number: u32) -> GrayImage {
    // The sheet is the same in all frames.
    let sheet = Sheet::paper(code, &mut Chance::new(1));
    let mut chance = Chance::new(u64::from(number) + 2);
    let view = View::straight(640, 480, 0.62);
    let view = view.turned(5.0, &mut chance).tilted(0.06, &mut chance);
    let (dx, dy) = (chance.between(-12.0, 12.0), chance.between(-12.0, 12.0));
    let middle = (view.middle.0 + dx, view.middle.1 + dy);
    let view = View { middle, ..view };
    let camera = Camera {
        plane: view.of(&sheet, code.side),
        chance,
    };
    let camera = camera.lit_from_one_side(0.7).blurred(0.7);
    camera.exposed(0.06, 0.9).noisy(0.02).jpeg(60).as_read()
}

/// Takes a code that is a third as high as the picture of a webcam, its white frame included.
#[must_use]
pub fn a_third_high(code: &Code, number: u32) -> GrayImage {
    let mut chance = Chance::new(u64::from(number) + 0x7000);
    let sheet = Sheet::paper(code, &mut chance);
    let view = View::straight(640, 480, 1.0 / 3.0);
    let view = view.turned(8.0, &mut chance).anywhere(&mut chance);
    let camera = Camera {
        plane: view.of(&sheet, code.side),
        chance,
    };
    let camera = camera.blurred(0.5).exposed(0.08, 0.9);
    camera.noisy(0.015).shot().as_read()
}

/// Writes frames as YUV4MPEG2, which Chromium takes for a camera.
pub struct Y4m<W> {
    to: W,
    size: (u32, u32),
}

impl<W: Write> Y4m<W> {
    /// Begins a video of so many frames a second.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn begin(mut to: W, width: u32, height: u32, frames_a_second: u32) -> io::Result<Self> {
        writeln!(
            to,
            "YUV4MPEG2 W{width} H{height} F{frames_a_second}:1 Ip A1:1 C420jpeg"
        )?;
        Ok(Self {
            to,
            size: (width, height),
        })
    }

    /// Adds a frame.
    ///
    /// # Errors
    /// Those of the writer; `InvalidInput` if the frame is of another size.
    pub fn frame(&mut self, frame: &GrayImage) -> io::Result<()> {
        if frame.dimensions() != self.size {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.to.write_all(b"FRAME\n")?;
        self.to.write_all(frame.as_raw())?;
        // No colour, in two planes of a quarter of the pixels each.
        let (width, height) = self.size;
        let grey = vec![128; (2 * width.div_ceil(2) * height.div_ceil(2)) as usize];
        self.to.write_all(&grey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn video_has_a_header_and_whole_frames() {
        let mut bytes = Vec::new();
        let mut video = Y4m::begin(&mut bytes, 4, 2, 8).expect("memory");
        video.frame(&GrayImage::new(4, 2)).expect("memory");
        assert!(video.frame(&GrayImage::new(2, 4)).is_err());
        let header = b"YUV4MPEG2 W4 H2 F8:1 Ip A1:1 C420jpeg\nFRAME\n";
        assert_eq!(bytes[..header.len()], *header);
        assert_eq!(bytes.len(), header.len() + 8 + 4);
    }
}
