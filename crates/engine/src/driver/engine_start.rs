//! Makes the core of an opened profile, with the randomness of the operating system.

use super::clock::Clock;
use crate::core::{About, Engine};
use crate::counter::Counter;
use crate::error::EngineError;
use crate::home::{HomeLock, OpenProfile};
use thiserror::Error;

/// Why the client could not be started.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The history could not be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The operating system gave no thread or no randomness.
    #[error("the operating system gave no thread")]
    System,
}

/// The core of an opened profile, and what belongs to it.
pub(super) struct StartedEngine {
    /// The core with the history inside.
    pub(super) engine: Engine,
    /// The counter beside the keys.
    pub(super) counter: Counter,
    /// The lock on the profile's folder, to be given back last.
    pub(super) lock: HomeLock,
}

/// Takes up an opened profile of the given name, empty for the usual one.
///
/// # Errors
/// If the history cannot be read or there is no randomness.
pub(super) fn start_engine(
    opened: OpenProfile,
    profile: String,
    version: String,
    clock: Clock,
) -> Result<StartedEngine, ClientError> {
    let about = About {
        profile,
        storage: opened.storage,
        version,
    };
    let mut check = [0u8; 1];
    getrandom::fill(&mut check).map_err(|_| ClientError::System)?;
    let engine = Engine::new(
        opened.store,
        opened.item,
        about,
        opened.counter.read(),
        clock.now(),
        Box::new(fill_random),
    )?;
    Ok(StartedEngine {
        engine,
        counter: opened.counter,
        lock: opened.lock,
    })
}

/// Random bytes of the operating system.
#[expect(
    clippy::expect_used,
    reason = "tried at the start; without randomness nothing may be sent"
)]
fn fill_random(out: &mut [u8]) {
    getrandom::fill(out).expect("the operating system gives random bytes");
}
