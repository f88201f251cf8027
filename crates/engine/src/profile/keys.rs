//! Where the keys of a profile lie, and the counter beside them.

use super::error::ProfileError;
use crate::api::KeyStorage;
use crate::rollback_guard::Counter;
use sotto_keychain::{KeyVault, OsKeychain, PassphraseFile};
use sotto_protocol::SecretItem;
use std::path::Path;
use zeroize::Zeroizing;

/// Where the keys of a profile lie, with what is needed to get them.
pub enum Keys {
    /// In the keychain of the operating system.
    OsKeychain,
    /// In a file under a passphrase.
    Passphrase(Zeroizing<String>),
}

impl Keys {
    /// The kind of place.
    #[must_use]
    pub fn storage(&self) -> KeyStorage {
        match self {
            Self::OsKeychain => KeyStorage::OsKeychain,
            Self::Passphrase(_) => KeyStorage::Passphrase,
        }
    }

    /// The place, for the profile with this id in this folder.
    pub(super) fn vault(&self, id: &str, folder: &Path) -> Box<dyn KeyVault> {
        match self {
            Self::OsKeychain => Box::new(OsKeychain::open(id)),
            Self::Passphrase(passphrase) => Box::new(PassphraseFile::new(
                folder.join("keys.sealed"),
                passphrase.clone(),
            )),
        }
    }
}

/// The keys of a profile, and the place that they came from.
pub(super) struct LoadedKeys {
    /// The random id of the profile.
    pub(super) profile_id: String,
    /// The kind of place.
    pub(super) storage: KeyStorage,
    /// The place.
    pub(super) vault: Box<dyn KeyVault>,
    /// The keys.
    pub(super) item: SecretItem,
}

impl LoadedKeys {
    /// Reads the counter beside them.
    pub(super) fn counter(&self) -> Result<Counter, ProfileError> {
        let counter = self.vault.counter();
        Ok(Counter::open(counter, &self.item.database_key)?)
    }
}
