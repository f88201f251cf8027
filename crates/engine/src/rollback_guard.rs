//! The rollback guard's memory: the counter beside the keys of an opened profile (P-25), by which an
//! older copy of the history is told from the newest one.
//!
//! It only keeps the value: when it is raised, and what it means that the history is behind it,
//! the core says. The history stores a value first, then it is raised here, so that after a crash
//! between the two the history is ahead and never behind.

use sotto_keychain::{CounterVault, VaultError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use thiserror::Error;
use zeroize::Zeroizing;

/// What lies beside the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterState {
    /// Nothing: a new profile, or the history of a program that kept no counter.
    Missing,
    /// How far the history has come at least.
    At(u64),
    /// Something that nobody wrote for this profile: how far the history had come is not known.
    Damaged,
}

/// The counter of an opened profile. Clones share it.
#[derive(Clone)]
pub struct Counter(Arc<Kept>);

/// Why the counter could not be raised. The old value or the new one is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the counter beside the keys could not be raised: {0}")]
pub struct RaiseError(VaultError);

impl RaiseError {
    /// The thread that was to do it did not come to its end.
    pub(crate) const FAULT: Self = Self(VaultError::Failed);
}

struct Kept {
    /// Locked as long as the keychain takes.
    vault: Mutex<Box<dyn CounterVault>>,
    database_key: Zeroizing<[u8; 32]>,
    state: Mutex<CounterState>,
}

impl Counter {
    /// Reads what lies beside the keys. It takes as long as the keychain does.
    ///
    /// # Errors
    /// If the place cannot be read now, or a newer program wrote what is there. Damage is none.
    pub fn open(
        vault: Box<dyn CounterVault>,
        database_key: &Zeroizing<[u8; 32]>,
    ) -> Result<Self, VaultError> {
        let state = match vault.read(database_key) {
            Ok(Some(value)) => CounterState::At(value),
            Ok(None) => CounterState::Missing,
            Err(VaultError::Damaged) => CounterState::Damaged,
            Err(error) => return Err(error),
        };
        Ok(Self(Arc::new(Kept {
            vault: Mutex::new(vault),
            database_key: database_key.clone(),
            state: Mutex::new(state),
        })))
    }

    /// What was found when the profile was opened, or raised to since. Asks nobody.
    #[must_use]
    pub fn read(&self) -> CounterState {
        *lock(&self.0.state)
    }

    /// Raises the counter; nothing happens if it is as high already. It takes as long as the
    /// keychain does, which may be minutes: never call it on the engine's thread.
    ///
    /// # Errors
    /// What the keychain or the disk has against it.
    pub fn raise(&self, to: u64) -> Result<(), RaiseError> {
        let vault = lock(&self.0.vault);
        if matches!(self.read(), CounterState::At(value) if value >= to) {
            return Ok(());
        }
        vault.write(to, &self.0.database_key).map_err(RaiseError)?;
        *lock(&self.0.state) = CounterState::At(to);
        Ok(())
    }
}

/// A lock whose holder can only have panicked between two whole states.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
