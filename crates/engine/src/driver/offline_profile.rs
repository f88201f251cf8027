//! An open profile without connections: the core alone, on the thread of whoever asks.
//!
//! What needs no relay is done without any: reading the contacts should not show the person online
//! for a moment.

use super::clock::Clock;
use super::engine_start::{ClientError, StartedEngine, start_engine};
use crate::core::{Engine, Request};
use crate::error::EngineError;
use crate::home::{HomeLock, OpenProfile};
use std::sync::{Mutex, PoisonError};

/// A profile that is open and not connected. The lock on its folder is given back last.
pub struct OfflineProfile {
    engine: Mutex<Engine>,
    clock: Clock,
    _lock: HomeLock,
}

impl OfflineProfile {
    /// Takes up an opened profile of the given name, empty for the usual one.
    ///
    /// # Errors
    /// If the history cannot be read, or the operating system gives no randomness.
    pub fn start(
        opened: OpenProfile,
        profile: String,
        version: String,
    ) -> Result<Self, ClientError> {
        let clock = Clock::start();
        let StartedEngine { engine, lock, .. } = start_engine(opened, profile, version, clock)?;
        Ok(Self {
            engine: Mutex::new(engine),
            clock,
            _lock: lock,
        })
    }

    /// Carries out a request.
    ///
    /// # Errors
    /// Nothing of the request has happened then.
    pub fn request<R: Request>(&self, request: R) -> Result<R::Answer, EngineError> {
        // A request that panicked has not been committed.
        let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = engine.request(self.clock.now(), request)?;
        // Nobody is told and nothing is connected. Nothing is encrypted either, so the counter
        // beside the keys may stay behind that of the history.
        drop(engine.take_effects());
        Ok(answer)
    }
}
