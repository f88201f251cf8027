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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_a_code_that_leads_back_to_it() {
        for failure in [SendFailure::TooLarge, SendFailure::NotEncrypted] {
            assert_eq!(of_code(code(failure)), failure);
        }
        assert_ne!(code(SendFailure::TooLarge), code(SendFailure::NotEncrypted));
        assert_eq!(of_code("of a newer program"), SendFailure::Unknown);
    }
}
