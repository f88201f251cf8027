//! The keychain of the operating system (P-21).
//!
//! Service `chat.sotto.desktop`, account the random id of the profile, with `-counter` behind it
//! for the counter item (P-25). What differs between
//! systems is in `secret_service.rs` (Linux) and `native.rs` (macOS, Windows); what they have in
//! common is here: limits, reading back, and the item's form.

use crate::bounded::within;
use crate::error::VaultError;
use crate::item_kind::ItemKind;
use crate::{CounterVault, KeyVault, platform};
use sotto_protocol::{SecretItem, counter_item};
use std::time::Duration;
use zeroize::Zeroizing;

/// A name is not worth a longer wait.
const NAME_LIMIT: Duration = Duration::from_secs(2);

/// Whether the keychain can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeychainState {
    /// It is open.
    Available,
    /// It is there, but locked; [`request_unlock`] makes the system ask the person.
    Locked,
    /// It is there and has nowhere to keep anything yet; [`request_unlock`] makes the system ask
    /// the person to make a place.
    Empty,
    /// There is none, or it does not answer.
    Missing,
}

/// The secret item of one profile in the keychain of the operating system.
#[derive(Clone, Debug)]
pub struct OsKeychain {
    profile_id: String,
    limit: Duration,
}

impl OsKeychain {
    /// Names the item of a profile; touches nothing.
    pub fn open(profile_id: &str) -> Self {
        Self {
            profile_id: profile_id.to_owned(),
            limit: platform::CALL_LIMIT,
        }
    }

    /// Sets how long one call may take, in place of the system's usual limit.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Whether the place where this item lies, or may lie, is open.
    pub fn state(&self) -> KeychainState {
        state_of(Some(self.profile_id.clone()), self.limit)
    }

    /// Makes the system ask the person to unlock the place of this item.
    ///
    /// # Errors
    /// [`VaultError::Refused`] if the person said no, [`VaultError::TimedOut`] if nobody answered
    /// within the limit, [`VaultError::NoKeychain`].
    pub fn request_unlock(&self, limit: Duration) -> Result<(), VaultError> {
        let profile_id = self.profile_id.clone();
        within(limit, move || platform::unlock(Some(&profile_id)))
    }

    /// Waits until the place of this item is open, at most `limit`; gives its state then.
    ///
    /// It returns at once where the system cannot tell of a change.
    pub fn wait_for_unlock(&self, limit: Duration) -> KeychainState {
        platform::wait_until(limit, || self.state() == KeychainState::Available);
        self.state()
    }

    fn bytes(&self, kind: ItemKind) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let profile_id = self.profile_id.clone();
        within(self.limit, move || platform::load(&profile_id, kind))
    }

    /// Writes an item and reads it back (P-21).
    fn keep(&self, kind: ItemKind, bytes: &Zeroizing<Vec<u8>>) -> Result<(), VaultError> {
        let (profile_id, sent) = (self.profile_id.clone(), bytes.clone());
        within(self.limit, move || {
            platform::store(&profile_id, kind, &sent)
        })?;
        match self.bytes(kind) {
            Ok(kept) if kept == *bytes => Ok(()),
            Ok(_) | Err(VaultError::Missing) => Err(VaultError::NotKept),
            Err(error) => Err(error),
        }
    }
}

impl KeyVault for OsKeychain {
    fn load(&self) -> Result<SecretItem, VaultError> {
        Ok(SecretItem::decode(&self.bytes(ItemKind::Secret)?)?)
    }

    fn store(&self, item: &SecretItem) -> Result<(), VaultError> {
        self.keep(ItemKind::Secret, &item.encode())
    }

    fn delete(&self) -> Result<(), VaultError> {
        let profile_id = self.profile_id.clone();
        within(self.limit, move || platform::delete(&profile_id))
    }

    fn counter(&self) -> Box<dyn CounterVault> {
        Box::new(OsCounter(self.clone()))
    }
}

/// The counter item beside the secret item of a profile.
struct OsCounter(OsKeychain);

impl CounterVault for OsCounter {
    fn read(&self, database_key: &[u8; 32]) -> Result<Option<u64>, VaultError> {
        match self.0.bytes(ItemKind::Counter) {
            Ok(item) => Ok(Some(counter_item::decode(&item, database_key)?)),
            Err(VaultError::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, counter: u64, database_key: &[u8; 32]) -> Result<(), VaultError> {
        let item = Zeroizing::new(counter_item::encode(counter, database_key));
        self.0.keep(ItemKind::Counter, &item)
    }
}

/// Whether a new item could be kept.
pub fn probe() -> KeychainState {
    state_of(None, platform::CALL_LIMIT)
}

/// Makes the system ask the person to unlock the place for new items, or to make one.
///
/// # Errors
/// As [`OsKeychain::request_unlock`].
pub fn request_unlock(limit: Duration) -> Result<(), VaultError> {
    within(limit, || platform::unlock(None))
}

/// Waits until a new item could be kept, at most `limit`; gives the state then.
pub fn wait_for_unlock(limit: Duration) -> KeychainState {
    platform::wait_until(limit, || probe() == KeychainState::Available);
    probe()
}

/// What the person knows the keychain as.
pub fn keychain_name() -> &'static str {
    within(NAME_LIMIT, || Ok(platform::name())).unwrap_or(platform::NAME)
}

fn state_of(profile_id: Option<String>, limit: Duration) -> KeychainState {
    match within(limit, move || platform::check(profile_id.as_deref())) {
        Ok(()) => KeychainState::Available,
        Err(VaultError::Locked | VaultError::Refused) => KeychainState::Locked,
        Err(VaultError::NoCollection) => KeychainState::Empty,
        Err(_) => KeychainState::Missing,
    }
}
