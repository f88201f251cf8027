//! Which way a message went.

use crate::code::stored_as;

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Received.
    In,
    /// Sent by the person.
    Out,
    /// A line of the program's own.
    System,
}

stored_as!(Direction { In = "in", Out = "out", System = "system" });
