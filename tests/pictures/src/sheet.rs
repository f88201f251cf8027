//! What is to be photographed: a code on its plate, in a window or on a page, before a background.
//! Places are in modules from the upper left corner of the code's white frame.

use crate::chance::{Chance, at};
use crate::code::Code;

/// What lies around a code, and how bright each of it is.
#[derive(Clone)]
pub(crate) struct Sheet {
    code: Code,
    /// Brightness of dark and of light modules.
    dark: f32,
    light: f32,
    /// Brightness of the page or window around the plate, and of what is written on it.
    page: f32,
    written: f32,
    /// How far the page reaches beyond the plate, modules.
    margin: f32,
    /// The plate is so much wider than the code's own frame, modules.
    plate: f32,
    background: f32,
    seed: u64,
}

impl Sheet {
    /// Black on white paper, on a table.
    pub(crate) fn paper(code: &Code, chance: &mut Chance) -> Self {
        Self {
            code: code.clone(),
            dark: chance.between(0.04, 0.12),
            light: chance.between(0.86, 0.96),
            page: chance.between(0.84, 0.95),
            written: 0.2,
            margin: chance.between(6.0, 20.0),
            plate: 0.0,
            background: chance.between(0.2, 0.7),
            seed: chance.next(),
        }
    }

    /// The same on the white plate of a dark window.
    pub(crate) fn dark_window(code: &Code, chance: &mut Chance) -> Self {
        Self {
            page: chance.between(0.06, 0.16),
            written: 0.6,
            margin: chance.between(14.0, 40.0),
            plate: chance.between(0.0, 2.0),
            background: chance.between(0.03, 0.2),
            ..Self::paper(code, chance)
        }
    }

    /// A light code on a dark ground.
    pub(crate) fn inverted(code: &Code, chance: &mut Chance) -> Self {
        Self {
            dark: chance.between(0.8, 0.95),
            light: chance.between(0.04, 0.14),
            page: chance.between(0.05, 0.16),
            written: 0.7,
            ..Self::paper(code, chance)
        }
    }

    /// Nothing around it: the page goes on for ever.
    pub(crate) fn wide(self) -> Self {
        Self {
            margin: 1_000.0,
            ..self
        }
    }

    /// How bright it is at a place.
    pub(crate) fn brightness(&self, x: f32, y: f32) -> f32 {
        let side = self.code.side as f32;
        let within = |edge: f32| {
            let inside = |at: f32| at >= -edge && at < side + edge;
            inside(x) && inside(y)
        };
        if within(self.plate) {
            return if self.code.is_dark(x, y) {
                self.dark
            } else {
                self.light
            };
        }
        if within(self.plate + self.margin) {
            return if self.is_written(x, y) {
                self.written
            } else {
                self.page
            };
        }
        let rough = self.grain(x / 9.0, y / 9.0) + 0.5 * self.grain(x / 3.0, y / 3.0);
        (self.background + 0.35 * (rough - 0.75)).clamp(0.02, 0.95)
    }

    /// Lines of something like words, where nothing of the code is.
    fn is_written(&self, x: f32, y: f32) -> bool {
        let side = self.code.side as f32;
        let free = y < -3.0 || y > side + 3.0;
        let line = (y / 2.5).floor();
        let in_line = y / 2.5 - line < 0.5;
        let letter = at(self.seed, (x / 0.7).floor() as i64, line as i64);
        let word = at(self.seed ^ 1, (x / 5.0).floor() as i64, line as i64);
        free && in_line && letter > 0.35 && word > 0.2
    }

    /// Smooth chance between whole places.
    fn grain(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let smooth = |part: f32| part * part * (3.0 - 2.0 * part);
        let (dx, dy) = (smooth(x - left), smooth(y - top));
        let (left, top) = (left as i64, top as i64);
        let value = |dx: i64, dy: i64| at(self.seed ^ 2, left + dx, top + dy);
        let upper = value(0, 0) * (1.0 - dx) + value(1, 0) * dx;
        let lower = value(0, 1) * (1.0 - dx) + value(1, 1) * dx;
        upper * (1.0 - dy) + lower * dy
    }
}
