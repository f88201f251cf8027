//! Waiting for conditions.

use crate::sizes::env_number;
use std::thread;
use std::time::{Duration, Instant};

/// How long a test waits for something that usually takes far less than a second.
///
/// Debug builds on two busy cores are what it is measured for; `SOTTO_PATIENCE` in seconds
/// replaces it.
pub fn patience() -> Duration {
    let seconds = env_number("SOTTO_PATIENCE", 60);
    Duration::from_secs(seconds)
}

/// How often a condition that nothing announces is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Waits until the condition gives something.
///
/// # Panics
/// After [`patience`], with `what` as the reason.
pub fn until<T>(what: &str, condition: impl FnMut() -> Option<T>) -> T {
    until_within(patience(), what, condition)
}

/// Waits until the condition gives something, at most so long.
///
/// # Panics
/// After that, with `what` as the reason.
pub fn until_within<T>(
    patience: Duration,
    what: &str,
    mut condition: impl FnMut() -> Option<T>,
) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(
            Instant::now() < deadline,
            "waited {patience:?} in vain: {what}"
        );
        thread::park_timeout(LOOK_EVERY);
    }
}
