//! Where the secret item of a profile lives, and beside it the counter item.
//!
//! Two places: the keychain of the operating system ([`OsKeychain`]) and, where there is none and
//! the person chose so, a file sealed under a passphrase ([`PassphraseFile`]). Nothing here falls
//! back from one to the other, makes keys, or decides what a missing item means: the engine does.
//! The kernel's keyutils are never used, because they are empty after a restart.
//!
//! No call waits for ever: each has a limit, after which it answers [`VaultError::TimedOut`].

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests"
    )
)]

mod bounded;
mod counter_file;
mod error;
mod item_kind;
mod os_keychain;
mod passphrase_file;
#[cfg(any(windows, target_os = "macos"))]
#[path = "native.rs"]
mod platform;
#[cfg(all(unix, not(target_os = "macos")))]
#[path = "secret_service.rs"]
mod platform;
mod sealed_item;

pub use error::VaultError;
pub use os_keychain::{
    KeychainState, OsKeychain, keychain_name, probe, request_unlock, wait_for_unlock,
};
pub use passphrase_file::PassphraseFile;
pub use sealed_item::Argon2Cost;

use sotto_protocol::SecretItem;

/// A place for one profile's secret item.
pub trait KeyVault: Send {
    /// Reads the item.
    ///
    /// # Errors
    /// [`VaultError::Missing`] only if the place is open and surely has no such item.
    fn load(&self) -> Result<SecretItem, VaultError>;

    /// Writes the item, replacing the one before, and reads it back: `Ok` means that it is there.
    ///
    /// # Errors
    /// Every [`VaultError`]; after one of them the old item or the new one is there.
    fn store(&self, item: &SecretItem) -> Result<(), VaultError>;

    /// Removes the item for good.
    ///
    /// # Errors
    /// [`VaultError::Missing`] if there was none.
    fn delete(&self) -> Result<(), VaultError>;

    /// Names the place of the counter item beside this one; touches nothing.
    fn counter(&self) -> Box<dyn CounterVault>;
}

/// A place for one profile's counter item (P-25).
///
/// To be asked only once the secret item was read: it lies in the same place, so that nothing
/// more has to be unlocked for it.
pub trait CounterVault: Send {
    /// Reads the counter; `None` if the place is open and has none.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] also for the counter of a profile with another database key.
    fn read(&self, database_key: &[u8; 32]) -> Result<Option<u64>, VaultError>;

    /// Writes the counter, whatever is there, and reads it back: `Ok` means that it is there.
    ///
    /// # Errors
    /// Every [`VaultError`]; after one of them the old item or the new one is there.
    fn write(&self, counter: u64, database_key: &[u8; 32]) -> Result<(), VaultError>;
}
