//! The dialogs of the system, which are no part of the page.

use sotto_tests::desktop::Display;
use sotto_tests::wait;
use std::path::Path;
use std::time::{Duration, Instant};

/// The title of the dialog in which a picture is chosen.
pub(crate) const DIALOG: &str = "^Choose a picture";

/// How long a dialog has for what was typed before it is typed again.
const AGAIN: Duration = Duration::from_secs(10);

/// Types the path of a file into the system's dialog until it was taken.
pub(crate) fn name_file<T>(
    display: &Display,
    dialog: &str,
    file: &Path,
    taken: impl Fn() -> Option<T>,
) -> T {
    // The first slash makes the field appear, and what comes right after it may be lost: more
    // slashes mean the same path.
    let path = format!("/////{}", file.to_str().unwrap());
    // The dialog takes keys only some time after it has appeared, and does not say when: what it
    // has swallowed is typed again.
    let mut typed: Option<Instant> = None;
    wait::until("the dialog takes the path", || {
        let again = typed.is_none_or(|at| at.elapsed() > AGAIN);
        // Once it is gone it has taken the path, whatever comes of it.
        if again && !display.windows_titled(DIALOG).is_empty() {
            display.xdotool(&["windowfocus", "--sync", dialog]);
            display.xdotool(&["key", "ctrl+l", "ctrl+a"]);
            display.xdotool(&["type", "--delay", "20", &path]);
            display.xdotool(&["key", "Return"]);
            typed = Some(Instant::now());
        }
        taken()
    })
}
