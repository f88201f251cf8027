//! Opening a profile that was finished. Nothing is changed if it cannot be opened.

use super::error::ProfileError;
use super::folder::ProfileFolder;
use super::keys::{Keys, LoadedKeys};
use super::lock::ProfileLock;
use super::profile_file::ProfileFile;
use crate::api::{KeyStorage, StartProblem, StartStep};
use crate::rollback_guard::Counter;
use sotto_protocol::SecretItem;
use sotto_store::relays::{self, Place};
use sotto_store::{OpenOptions, Store, StoreError, profile};

/// An opened profile: its keys, its history and the lock on its folder.
pub struct OpenProfile {
    /// The keys.
    pub item: SecretItem,
    /// Where they lie.
    pub storage: KeyStorage,
    /// The counter beside them, as it was found.
    pub counter: Counter,
    /// The history.
    pub store: Store,
    /// The random id of the profile, 32 hexadecimal digits.
    pub profile_id: String,
    /// Held as long as the profile is open.
    pub lock: ProfileLock,
}

impl OpenProfile {
    /// Puts together what was opened; the counter is read from beside the keys.
    pub(super) fn new(
        keys: LoadedKeys,
        store: Store,
        lock: ProfileLock,
    ) -> Result<Self, ProfileError> {
        Ok(Self {
            counter: keys.counter()?,
            item: keys.item,
            storage: keys.storage,
            store,
            profile_id: keys.profile_id,
            lock,
        })
    }

    /// Whether the profile uses the relay of this computer, so that this process should take part
    /// in running it.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub fn uses_local_relay(&self) -> Result<bool, StoreError> {
        let relays = relays::list(self.store.reader())?;
        Ok(relays
            .iter()
            .any(|relay| relay.place == Place::ThisComputer))
    }
}

impl ProfileFolder {
    /// Opens the profile.
    ///
    /// # Errors
    /// `NotInitialised`, `WrongPassphrase`, or the problem that the person must see. Nothing is
    /// changed then.
    pub fn open(&self, lock: ProfileLock, keys: &Keys) -> Result<OpenProfile, ProfileError> {
        self.open_telling(lock, keys, &mut |_| {})
    }

    /// The same; each step after the keys is told before it begins, because it can take long.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_telling(
        &self,
        lock: ProfileLock,
        keys: &Keys,
        tell: &mut dyn FnMut(StartStep),
    ) -> Result<OpenProfile, ProfileError> {
        let loaded = self.load_keys(keys)?;
        if !Store::exists(self.dir()) {
            return Err(StartProblem::HistoryGone.into());
        }
        tell(StartStep::History);
        let options = OpenOptions {
            on_migration: Some(&mut |_| tell(StartStep::Migration)),
        };
        let store = Store::open(self.dir(), &loaded.item.database_key, options)?;
        if is_empty(&store)? {
            return Err(StartProblem::HistoryGone.into());
        }
        OpenProfile::new(loaded, store, lock)
    }

    /// Loads the keys of a finished profile.
    pub(super) fn load_keys(&self, keys: &Keys) -> Result<LoadedKeys, ProfileError> {
        let file = match ProfileFile::read(self.dir())? {
            Some(file) if file.finished => file,
            _ if Store::exists(self.dir()) => return Err(StartProblem::KeyGone.into()),
            _ => return Err(ProfileError::NotInitialised),
        };
        let vault = keys.vault(&file.id, self.dir());
        Ok(LoadedKeys {
            item: vault.load()?,
            profile_id: file.id,
            storage: keys.storage(),
            vault,
        })
    }
}

/// Whether a history was made and never begun.
pub(super) fn is_empty(store: &Store) -> Result<bool, ProfileError> {
    Ok(profile::load(store.reader())?.is_none())
}
