//! A picture while it is taken: brightness in real numbers, 0 for black and 1 for white.

use image::{GrayImage, Luma};

/// Rows of brightness.
#[derive(Clone)]
pub(crate) struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: Vec<f32>,
}

impl Plane {
    /// Each pixel by a function of its place.
    pub(crate) fn from_fn(
        width: usize,
        height: usize,
        mut value: impl FnMut(usize, usize) -> f32,
    ) -> Self {
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                values.push(value(x, y));
            }
        }
        Self {
            width,
            height,
            values,
        }
    }

    /// Each pixel through a function of its place, from 0 to 1 in both directions, and value.
    pub(crate) fn change(&mut self, change: impl Fn(f32, f32, f32) -> f32) {
        let (width, height) = (self.width as f32, self.height as f32);
        for (y, row) in self.values.chunks_exact_mut(self.width).enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                *value = change(x as f32 / width, y as f32 / height, *value);
            }
        }
    }

    /// Blurred by a kernel of so many pixels deviation. The kernel is a triweight, which is nearly a
    /// Gaussian and needs no exponential.
    pub(crate) fn blur(&mut self, deviation: f32) {
        if deviation < 0.15 {
            return;
        }
        let reach = 3.0 * deviation;
        let steps = reach as isize;
        let mut kernel: Vec<f32> = (-steps..=steps)
            .map(|step| {
                let part = step as f32 / reach;
                let inside = 1.0 - part * part;
                inside * inside * inside
            })
            .collect();
        let sum: f32 = kernel.iter().sum();
        for weight in &mut kernel {
            *weight /= sum;
        }
        self.convolve(&kernel, 1, 0);
        self.convolve(&kernel, 0, 1);
    }

    /// Smeared along a line of so many pixels in a direction.
    pub(crate) fn smear(&mut self, dx: f32, dy: f32) {
        let longest = dx.abs().max(dy.abs());
        let steps = (2.0 * longest) as usize + 1;
        let (width, height) = (self.width as f32, self.height as f32);
        let (last_x, last_y) = (width - 1.0, height - 1.0);
        let from = self.clone();
        *self = Self::from_fn(self.width, self.height, |x, y| {
            let mut sum = 0.0;
            for step in 0..=steps {
                let part = step as f32 / steps as f32 - 0.5;
                let (x, y) = (x as f32 + dx * part, y as f32 + dy * part);
                sum += from.sample(x.clamp(0.0, last_x), y.clamp(0.0, last_y));
            }
            sum / (steps + 1) as f32
        });
    }

    /// The value between pixels.
    pub(crate) fn sample(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = (
            (left + 1).min(self.width - 1),
            (top + 1).min(self.height - 1),
        );
        let (dx, dy) = (x - left as f32, y - top as f32);
        let at = |x: usize, y: usize| self.values[y * self.width + x];
        let upper = at(left, top) * (1.0 - dx) + at(right, top) * dx;
        let lower = at(left, bottom) * (1.0 - dx) + at(right, bottom) * dx;
        upper * (1.0 - dy) + lower * dy
    }

    fn convolve(&mut self, kernel: &[f32], dx: isize, dy: isize) {
        let reach = (kernel.len() / 2) as isize;
        let (width, height) = (self.width as isize, self.height as isize);
        let from = self.values.clone();
        for y in 0..height {
            for x in 0..width {
                let mut sum = 0.0;
                for (weight, step) in kernel.iter().zip(-reach..) {
                    let x = (x + step * dx).clamp(0, width - 1);
                    let y = (y + step * dy).clamp(0, height - 1);
                    sum += weight * from[(y * width + x) as usize];
                }
                self.values[(y * width + x) as usize] = sum;
            }
        }
    }

    /// In bytes; what is beyond black and white is cut off.
    pub(crate) fn quantised(&self) -> GrayImage {
        GrayImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            let value = self.values[y as usize * self.width + x as usize];
            Luma([(value * 255.0 + 0.5).clamp(0.0, 255.0) as u8])
        })
    }
}
