//! From where a sheet is seen: how large, turned and tilted it lies in the picture.

use crate::chance::Chance;
use crate::plane::Plane;
use crate::sheet::Sheet;

/// Looks at so many places a pixel, in each direction.
const SAMPLES: usize = 3;

/// A view of a sheet.
#[derive(Clone, Copy)]
pub(crate) struct View {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Side of the code with its white frame where it is neither near nor far, pixels.
    pub(crate) side: f32,
    /// Where the middle of the code is in the picture, pixels.
    pub(crate) middle: (f32, f32),
    /// Cosine and sine of the turn.
    pub(crate) turn: (f32, f32),
    /// How much smaller things become over one side of the code, to the right and downward.
    pub(crate) tilt: (f32, f32),
}

impl View {
    /// From straight in front, in the middle; the side as a part of the height.
    pub(crate) fn straight(width: usize, height: usize, part: f32) -> Self {
        Self {
            width,
            height,
            side: part * height as f32,
            middle: (width as f32 / 2.0, height as f32 / 2.0),
            turn: (1.0, 0.0),
            tilt: (0.0, 0.0),
        }
    }

    /// Turned by up to so many degrees, roughly, either way.
    pub(crate) fn turned(self, most: f32, chance: &mut Chance) -> Self {
        // The tangent of half the angle; for small ones the angle itself.
        let half = chance.between(-most, most) / 114.6;
        let whole = 1.0 + half * half;
        Self {
            turn: ((1.0 - half * half) / whole, 2.0 * half / whole),
            ..self
        }
    }

    /// Turned by any angle.
    pub(crate) fn any_turn(self, chance: &mut Chance) -> Self {
        let half = chance.between(-0.4143, 0.4143);
        let whole = 1.0 + half * half;
        let (cos, sin) = ((1.0 - half * half) / whole, 2.0 * half / whole);
        let turn = match chance.below(4) {
            0 => (cos, sin),
            1 => (-sin, cos),
            2 => (-cos, -sin),
            _ => (sin, -cos),
        };
        Self { turn, ..self }
    }

    /// Tilted by up to so much in each direction.
    pub(crate) fn tilted(self, most: f32, chance: &mut Chance) -> Self {
        Self {
            tilt: (chance.between(-most, most), chance.between(-most, most)),
            ..self
        }
    }

    /// Anywhere in the picture where the whole code is in it.
    pub(crate) fn anywhere(self, chance: &mut Chance) -> Self {
        let (cos, sin) = self.turn;
        let half = self.side * (cos.abs() + sin.abs()) / 2.0;
        let near = 1.0 + self.tilt.0.abs().max(self.tilt.1.abs());
        let place = |length: usize, chance: &mut Chance| {
            let free = (length as f32 / 2.0 - half * near).max(0.0);
            length as f32 / 2.0 + chance.between(-free, free)
        };
        let x = place(self.width, chance);
        let y = place(self.height, chance);
        Self {
            middle: (x, y),
            ..self
        }
    }

    /// What is seen of a sheet whose code has so many modules a side.
    pub(crate) fn of(&self, sheet: &Sheet, modules: usize) -> Plane {
        let parts = SAMPLES * SAMPLES;
        Plane::from_fn(self.width, self.height, |x, y| {
            let mut sum = 0.0;
            for part in 0..parts {
                let offset = |n: usize| (n as f32 + 0.5) / SAMPLES as f32;
                let x = x as f32 + offset(part % SAMPLES);
                let y = y as f32 + offset(part / SAMPLES);
                let (u, v) = self.on_sheet(x, y, modules as f32);
                sum += sheet.brightness(u, v);
            }
            sum / parts as f32
        })
    }

    /// The place on the sheet that is seen at a place of the picture.
    pub(crate) fn on_sheet(&self, x: f32, y: f32, modules: f32) -> (f32, f32) {
        let (x, y) = (
            (x - self.middle.0) / self.side,
            (y - self.middle.1) / self.side,
        );
        // Never behind the eye.
        let depth = (1.0 + self.tilt.0 * x + self.tilt.1 * y).max(0.1);
        let (x, y) = (x / depth, y / depth);
        let (cos, sin) = self.turn;
        let (x, y) = (x * cos + y * sin, y * cos - x * sin);
        ((x + 0.5) * modules, (y + 0.5) * modules)
    }
}
