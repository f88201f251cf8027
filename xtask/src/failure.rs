//! The one error of xtask: a sentence for the person in front of the terminal.

use std::fmt;

/// What a command ends with.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Says what went wrong and, where it can, what to do.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// Wraps a sentence.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// Turns an I/O error into a sentence that names what was tried.
    pub(crate) fn io(tried: impl fmt::Display) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self(format!("{tried}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
