//! What a camera and the light do to a view: light, blur, a screen's raster, noise, loss.

use crate::chance::Chance;
use crate::plane::Plane;
use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, load_from_memory};

/// A picture that was taken.
pub(crate) struct Shot {
    /// What the camera saw.
    pub(crate) picture: GrayImage,
    /// The quality of the JPEG that it was written to, if it was.
    pub(crate) quality: Option<u8>,
}

impl Shot {
    /// What is read from the file.
    pub(crate) fn as_read(&self) -> GrayImage {
        let Some(quality) = self.quality else {
            return self.picture.clone();
        };
        let mut file = Vec::new();
        JpegEncoder::new_with_quality(&mut file, quality)
            .encode_image(&self.picture)
            .expect("memory takes it");
        load_from_memory(&file)
            .expect("it was just written")
            .to_luma8()
    }
}

/// What happens to the light before the picture is one of bytes.
pub(crate) struct Camera {
    pub(crate) plane: Plane,
    pub(crate) chance: Chance,
}

impl Camera {
    /// Brightness and contrast.
    pub(crate) fn exposed(mut self, black: f32, white: f32) -> Self {
        self.plane
            .change(|_, _, value| black + (white - black) * value);
        self
    }

    /// Light that comes from one side: at the dark side only so much of it.
    pub(crate) fn lit_from_one_side(mut self, least: f32) -> Self {
        let (dx, dy) = (
            self.chance.between(-1.0, 1.0),
            self.chance.between(-1.0, 1.0),
        );
        let sum = dx.abs() + dy.abs() + 0.01;
        let (dx, dy) = (dx / sum, dy / sum);
        self.plane.change(|x, y, value| {
            let along = (x - 0.5) * dx + (y - 0.5) * dy + 0.5;
            value * (least + (1.0 - least) * along)
        });
        self
    }

    /// The edge of a shadow right through the picture.
    pub(crate) fn shaded(mut self, left: f32) -> Self {
        let place = self.chance.between(0.35, 0.65);
        let slope = self.chance.between(-0.6, 0.6);
        let soft = self.chance.between(0.01, 0.08);
        self.plane.change(|x, y, value| {
            let beyond = ((x + slope * (y - 0.5) - place) / soft).clamp(0.0, 1.0);
            value * (left + (1.0 - left) * beyond)
        });
        self
    }

    /// A lamp that mirrors itself: a bright spot somewhere.
    pub(crate) fn with_spot(mut self, strength: f32) -> Self {
        let (x0, y0) = (self.chance.between(0.1, 0.9), self.chance.between(0.1, 0.9));
        let size = self.chance.between(0.15, 0.4);
        self.plane.change(|x, y, value| {
            let (dx, dy) = ((x - x0) / size, (y - y0) / size);
            let near = (1.0 - dx * dx - dy * dy).max(0.0);
            value + strength * near * near
        });
        self
    }

    /// Out of focus by so many pixels.
    pub(crate) fn blurred(mut self, deviation: f32) -> Self {
        self.plane.blur(deviation);
        self
    }

    /// Moved while it was taken, by so many pixels.
    pub(crate) fn moved(mut self, pixels: f32) -> Self {
        let part = self.chance.between(-1.0, 1.0);
        let rest = self.chance.either(1.0 - part.abs());
        self.plane.smear(part * pixels, rest * pixels);
        self
    }

    /// What is bright shines over its edge.
    pub(crate) fn blooming(mut self, strength: f32, reach: f32) -> Self {
        let mut glow = self.plane.clone();
        glow.blur(reach);
        for (value, glow) in self.plane.values.iter_mut().zip(glow.values) {
            *value += strength * glow;
        }
        self
    }

    /// The raster of a screen, of so many pixels of the camera, laid over what is seen, and its
    /// lines that light up one after another.
    pub(crate) fn of_a_screen(mut self, pitch: f32, depth: f32, bands: f32) -> Self {
        let half = self.chance.between(-0.06, 0.06);
        let phase = self.chance.unit();
        let beat = self.chance.between(0.08, 0.25);
        let (width, height) = (self.plane.width as f32, self.plane.height as f32);
        self.plane.change(|x, y, value| {
            let (x, y) = (x * width, y * height);
            let (u, v) = ((x + half * y) / pitch, (y - half * x) / pitch);
            let raster = hump(u + phase) * hump(v);
            let band = hump(y / (beat * height) + phase);
            value * (1.0 - depth + depth * raster) * (1.0 - bands + bands * band)
        });
        self
    }

    /// Each pixel off by chance, deviation in parts of white.
    pub(crate) fn noisy(mut self, deviation: f32) -> Self {
        for value in &mut self.plane.values {
            *value += deviation * self.chance.normal();
        }
        self
    }

    /// Into bytes.
    pub(crate) fn shot(self) -> Shot {
        Shot {
            picture: self.plane.quantised(),
            quality: None,
        }
    }

    /// Into bytes, and from there into a JPEG of this quality.
    pub(crate) fn jpeg(self, quality: u8) -> Shot {
        Shot {
            quality: Some(quality),
            ..self.shot()
        }
    }
}

/// A wave of parabolas with period 1, from 0 to 1, its mean at two thirds.
fn hump(at: f32) -> f32 {
    let part = 2.0 * (at - at.floor()) - 1.0;
    1.0 - part * part
}
