//! Writes a video of somebody who holds a code up to a webcam, in the form that Chromium plays as a
//! camera, and prints the code's text: `cargo xtask bench camera`.
//!
//! `held_up_video FILE.y4m`

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a program for tests fails by panicking"
)]

use sotto_engine::qr;
use sotto_pictures::{Class, Code, Y4m, held_up, link};
use std::env;
use std::fs::File;
use std::io::BufWriter;

/// Frames a second, and for how long before the video begins anew.
const RATE: u32 = 15;
const SECONDS: u32 = 4;

fn main() {
    let file = env::args_os().nth(1).expect("the name of a file");
    let text = link(Class::Webcam, 0);
    let matrix = qr::matrix(&text).unwrap();
    let code = Code::drawn(matrix.side, &matrix.path);
    let to = BufWriter::new(File::create(file).unwrap());
    let mut video = Y4m::begin(to, 640, 480, RATE).unwrap();
    for number in 0..RATE * SECONDS {
        video.frame(&held_up(&code, number)).unwrap();
    }
    println!("{text}");
}
