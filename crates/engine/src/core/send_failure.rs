//! The codes under which it stands in the history why a message could not be sent.

use crate::api::SendFailure;

/// The code of a failure in the history. It never changes.
pub(crate) const fn code(failure: SendFailure) -> &'static str {
    match failure {
        SendFailure::TooLarge => "too_large",
        SendFailure::NotEncrypted => "not_encrypted",
        SendFailure::Unreadable => "unreadable",
        SendFailure::Unknown => "unknown",
    }
}

const KNOWN: [SendFailure; 3] = [
    SendFailure::TooLarge,
    SendFailure::NotEncrypted,
    SendFailure::Unreadable,
];

/// The failure of a code.
pub(crate) fn of_code(text: &str) -> SendFailure {
    let found = KNOWN.into_iter().find(|failure| code(*failure) == text);
    found.unwrap_or(SendFailure::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_a_code_that_leads_back_to_it() {
        for failure in KNOWN {
            assert_eq!(of_code(code(failure)), failure);
            let same = KNOWN
                .into_iter()
                .filter(|other| code(*other) == code(failure));
            assert_eq!(same.count(), 1);
        }
        assert_eq!(of_code("of a newer program"), SendFailure::Unknown);
    }
}
