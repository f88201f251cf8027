//! The codes under which it stands in the history why a message could not be sent.

use crate::api::SendFailure;

/// The code of a failure in the history. It never changes.
pub(crate) const fn code(failure: SendFailure) -> &'static str {
    match failure {
        SendFailure::TooLarge => "too_large",
        SendFailure::NotEncrypted => "not_encrypted",
        SendFailure::Unknown => "unknown",
    }
}

/// The failure of a code.
pub(crate) fn of_code(text: &str) -> SendFailure {
    let known = [SendFailure::TooLarge, SendFailure::NotEncrypted];
    let found = known.into_iter().find(|failure| code(*failure) == text);
    found.unwrap_or(SendFailure::Unknown)
}
