//! Pictures of codes as cameras take them, made from numbers: the same on every computer.
//!
//! A [`Code`] lies on a sheet, a view shows the sheet from somewhere ([`view`](crate::view)), and a
//! camera takes that ([`camera`](crate::camera)): light, blur, raster, noise, loss. Which of it a
//! picture has is decided by its [`Class`] and its number; [`KEPT`] says which pictures are kept.
//! Nothing here reads a code, and nothing of the product depends on it.
//!
//! Whatever is computed is made of additions, multiplications, divisions and comparisons only: these
//! give the same bits everywhere, which sines and powers do not.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::cast_lossless,
    reason = "pictures are computed"
)]
#![allow(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "no product: what is wrong here is to end the test"
)]

mod camera;
mod chance;
mod class;
mod code;
mod kept;
mod plane;
mod sheet;
mod video;
mod view;

pub use class::Class;
pub use code::{Code, link};
pub use kept::{EACH, KEPT, Kept};
pub use video::{Y4m, a_third_high, held_up};

use camera::Shot;
use image::GrayImage;
use sha2::{Digest as _, Sha256};

/// A picture that was made, and what says that it is the one that was kept.
pub struct Picture {
    /// What a reader gets: one byte a pixel.
    pub pixels: GrayImage,
    /// The first half of the SHA-256 of what the camera saw, before anything was lost in a file.
    pub digest: String,
}

impl Picture {
    /// Takes picture `number` of a class. The code is asked for by the text that it is to have.
    pub fn take(class: Class, number: u32, draw: impl FnOnce(&str) -> Code) -> (Self, String) {
        let text = link(class, number);
        let shot = class.shoot(number, &draw(&text));
        (Self::of(&shot), text)
    }

    fn of(shot: &Shot) -> Self {
        let mut hash = Sha256::new();
        hash.update(shot.picture.width().to_be_bytes());
        hash.update(shot.picture.height().to_be_bytes());
        hash.update([shot.quality.unwrap_or_default()]);
        hash.update(shot.picture.as_raw());
        let hash = hash.finalize();
        Self {
            pixels: shot.as_read(),
            digest: data_encoding::HEXLOWER.encode(&hash[..16]),
        }
    }
}
