//! The processes that read pictures and the frames of a camera: the real ones, and some played by a
//! shell. With the window they are tried in tests/e2e/windows/links.rs. A program of its own: a file
//! that another test has locked would stay so for the moment in which a process is started.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod files;
mod frame_reader;
mod hostile;
mod picture_reader;

use std::path::Path;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Longer than anything that should happen on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the program does when it is started to read, and nothing else (`process.rs`).
const PROCESS: &str = env!("CARGO_BIN_EXE_sotto-reading-process");

/// As long as an invite with a usual relay.
const LINK: &str = "sotto:add#pQABAQcCWCAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTADgaIBd3dzczovL3Jl\
                    bGF5LmV4YW1wbGUub3JnAgAEUDEyMzQ1Njc4OTAxMjM0NTYFUDEyMzQ1Njc4OTAxMjM0NTYG";

/// Looks at a condition that nothing announces.
async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the process has gone whose number stands in a file.
async fn ended(note: &Path) {
    let id = std::fs::read_to_string(note).unwrap();
    let process = Path::new("/proc").join(id.trim());
    timeout(PATIENCE, until(|| !process.exists()))
        .await
        .expect("the process is ended");
}
