//! A wall around code of others that may panic at what a stranger made.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs code of others on what a stranger made; `None` if it panicked.
pub(super) fn walled<T>(work: impl FnOnce() -> T) -> Option<T> {
    // What the work has touched is its own and is dropped.
    catch_unwind(AssertUnwindSafe(work)).ok()
}
