//! The process that reads, for the tests: what the program itself does when it is started to read.

use sotto_engine::driver::{read_frames, read_one_picture};
use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    match env::args().nth(1).as_deref() {
        Some("--read-picture") => read_one_picture(),
        Some("--read-frames") => read_frames(),
        _ => ExitCode::FAILURE,
    }
}
