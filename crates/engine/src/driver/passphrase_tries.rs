//! The growing wait after wrong passphrases, and what a new passphrase must be.

use crate::api::ErrorCode;
use std::time::{Duration, Instant};

/// The longest wait after a wrong passphrase.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// The shortest passphrase for new keys, characters.
const SHORTEST_PASSPHRASE: usize = 8;

/// How often the passphrase was wrong, and when the next try may be.
#[derive(Default)]
pub(super) struct PassphraseTries {
    wrong: u32,
    next_at: Option<Instant>,
}

impl PassphraseTries {
    /// Whether the wait after the last wrong one lasts still.
    pub(super) fn must_wait(&self) -> bool {
        self.next_at.is_some_and(|at| at > Instant::now())
    }

    /// It was wrong: each time doubles the wait, from one second. Gives the wait.
    pub(super) fn failed(&mut self) -> Duration {
        let wait = Duration::from_secs(1 << self.wrong.min(6)).min(LONGEST_WAIT);
        self.wrong = self.wrong.saturating_add(1);
        self.next_at = Some(Instant::now() + wait);
        wait
    }

    /// The profile was opened: wrong ones before it do not count.
    pub(super) fn succeeded(&mut self) {
        self.wrong = 0;
    }
}

/// Checks a passphrase that is to seal new keys.
///
/// # Errors
/// `WeakPassphrase` if it has fewer than 8 characters.
pub fn check_new_passphrase(passphrase: &str) -> Result<(), ErrorCode> {
    if passphrase.chars().count() < SHORTEST_PASSPHRASE {
        return Err(ErrorCode::WeakPassphrase);
    }
    Ok(())
}
