//! A limit for calls that have none of their own.
//!
//! Keychains are other programs: they may ask the person something, or hang. The call runs on a
//! thread that is left alone when the limit is over; it ends when the other program answers or
//! closes the connection.

use crate::error::VaultError;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Runs a call for at most `limit`.
pub(crate) fn within<T: Send + 'static>(
    limit: Duration,
    call: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    let (answer, answered) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("keychain".to_owned())
        .spawn(move || {
            // Nobody listens any more once the limit is over.
            let _ = answer.send(call());
        })?;
    match answered.recv_timeout(limit) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => Err(VaultError::TimedOut),
        Err(RecvTimeoutError::Disconnected) => Err(VaultError::Failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_time_is_passed_on() {
        assert_eq!(within(Duration::from_secs(10), || Ok(5)), Ok(5));
        let error = within::<()>(Duration::from_secs(10), || Err(VaultError::Locked));
        assert_eq!(error, Err(VaultError::Locked));
    }

    #[test]
    fn a_call_that_never_ends_is_given_up() {
        let (_keep, never) = mpsc::channel::<()>();
        let result = within(Duration::from_millis(20), move || {
            never.recv().map_err(|_| VaultError::Failed)
        });
        assert_eq!(result, Err(VaultError::TimedOut));
    }

    #[test]
    fn a_call_that_panics_is_a_failure_and_no_hang() {
        let result = within::<()>(Duration::from_secs(10), || panic!("on purpose"));
        assert_eq!(result, Err(VaultError::Failed));
    }
}
