//! Raising the counter without holding up the engine's thread.

use crate::rollback_guard::{Counter, RaiseError};
use tokio::runtime::Handle;

/// Raises the counter on a thread that may block, and waits until it is raised.
///
/// # Errors
/// What the keychain or the disk has against it.
pub async fn raise_counter(counter: &Counter, to: u64, runtime: &Handle) -> Result<(), RaiseError> {
    let counter = counter.clone();
    let raised = runtime.spawn_blocking(move || counter.raise(to)).await;
    raised.unwrap_or(Err(RaiseError::FAULT))
}
