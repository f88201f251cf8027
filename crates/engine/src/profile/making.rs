//! Making a profile, so that a kill at any step leaves something that can be taken up again.
//!
//! `profile.json` is written first as unfinished, then the key item, then the history, then
//! `profile.json` as finished. An unfinished profile starts as a first start again and takes up the
//! keys that are there already; keys are never replaced.

use super::error::ProfileError;
use super::folder::{FolderState, ProfileFolder};
use super::keys::{Keys, LoadedKeys};
use super::lock::ProfileLock;
use super::opening::{OpenProfile, is_empty};
use super::profile_file::ProfileFile;
use crate::address::RelayAddress;
use crate::api::ErrorCode;
use crate::api::RelayChoice;
use crate::core::{THIS_COMPUTER, profile_name};
use getrandom::SysRng;
use rand_core::UnwrapErr;
use sotto_keychain::{KeyVault, VaultError};
use sotto_protocol::SecretItem;
use sotto_store::relays::{self, Place};
use sotto_store::{OpenOptions, Store, StoreError, profile};
use sotto_wire::UserId;
use std::fs;
use std::io;

/// What a new profile begins with; checked by [`NewProfile::new`].
#[derive(Clone, Debug)]
pub struct NewProfile {
    name: String,
    user_id: Option<UserId>,
    relay: Option<RelayAddress>,
}

impl NewProfile {
    /// Checks the person's name (1 to 40 characters), the name for level-0 relays (by default the
    /// account id) and the choice of the first relay.
    ///
    /// # Errors
    /// `BadName`, `BadUserId` or `BadAddress`.
    pub fn new(name: &str, user_id: Option<&str>, relay: &RelayChoice) -> Result<Self, ErrorCode> {
        Ok(Self {
            name: profile_name(name)?,
            user_id: match user_id {
                Some(id) => Some(UserId::new(id.trim()).map_err(|_| ErrorCode::BadUserId)?),
                None => None,
            },
            relay: match relay {
                RelayChoice::ThisComputer => None,
                RelayChoice::Custom { url } => {
                    Some(RelayAddress::parse(url).map_err(|_| ErrorCode::BadAddress)?)
                }
            },
        })
    }
}

impl ProfileFolder {
    /// Makes a new profile: keys, history, then the mark that it is finished. What a first start
    /// that was cut off has left is taken up.
    ///
    /// # Errors
    /// `AlreadyInitialised`, or what the keychain or the disk has against it.
    pub fn create(
        &self,
        lock: ProfileLock,
        keys: &Keys,
        new: &NewProfile,
        now_ms: i64,
    ) -> Result<OpenProfile, ProfileError> {
        if self.state()? != FolderState::New {
            return Err(ProfileError::AlreadyInitialised);
        }
        let cut_off = ProfileFile::read(self.dir())?.map(|file| file.id);
        let mut file = ProfileFile::unfinished(cut_off, keys.storage())?;
        file.write(self.dir())?;
        let vault = keys.vault(&file.id, self.dir());
        let loaded = LoadedKeys {
            item: self.load_or_make(&*vault)?,
            profile_id: file.id.clone(),
            storage: keys.storage(),
            vault,
        };
        let store = self.open_or_create(&loaded.item)?;
        let mut profile = OpenProfile::new(loaded, store, lock)?;
        write_first_rows(&mut profile, new, now_ms)?;
        file.finished = true;
        file.write(self.dir())?;
        Ok(profile)
    }

    /// Makes an empty history for keys whose history is gone.
    ///
    /// # Errors
    /// As [`Self::open`]; `AlreadyInitialised` if there is a history.
    pub fn recreate_history(
        &self,
        lock: ProfileLock,
        keys: &Keys,
        new: &NewProfile,
        now_ms: i64,
    ) -> Result<OpenProfile, ProfileError> {
        let loaded = self.load_keys(keys)?;
        let store = self.open_or_create(&loaded.item)?;
        if !is_empty(&store)? {
            return Err(ProfileError::AlreadyInitialised);
        }
        let mut profile = OpenProfile::new(loaded, store, lock)?;
        write_first_rows(&mut profile, new, now_ms)?;
        Ok(profile)
    }

    /// The keys of a first start that was cut off, never others; new ones if there are none.
    fn load_or_make(&self, vault: &dyn KeyVault) -> Result<SecretItem, ProfileError> {
        match vault.load() {
            Err(VaultError::Missing) => {}
            loaded => return Ok(loaded?),
        }
        // A history that is there already belongs to keys in another place.
        self.set_history_aside()?;
        let item = SecretItem::generate(&mut UnwrapErr(SysRng));
        vault.store(&item)?;
        Ok(item)
    }

    fn open_or_create(&self, item: &SecretItem) -> Result<Store, ProfileError> {
        let store = if Store::exists(self.dir()) {
            Store::open(self.dir(), &item.database_key, OpenOptions::default())
        } else {
            Store::create(self.dir(), &item.database_key)
        };
        Ok(store?)
    }

    /// Moves the history of a first start that was cut off out of the way. Nothing is deleted.
    fn set_history_aside(&self) -> Result<(), ProfileError> {
        for name in ["history.db", "history.db-wal", "history.check"] {
            let aside = self.dir().join(format!("{name}.unfinished"));
            match fs::rename(self.dir().join(name), aside) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Writes the profile and its first relay into a new history, in place of what a first start that
/// was cut off has written.
fn write_first_rows(
    made: &mut OpenProfile,
    new: &NewProfile,
    now_ms: i64,
) -> Result<(), ProfileError> {
    let account_id = made.item.identity.public().account_id().to_string();
    let user_id = new.user_id.as_ref().map(UserId::as_str);
    let row = profile::Profile {
        name: new.name.clone(),
        user_id: user_id.unwrap_or(&account_id).to_owned(),
        created_at: now_ms,
    };
    made.store.transaction(|tx| {
        if profile::load(tx)?.is_some() {
            // Of a first start that was cut off; the person has chosen anew since.
            profile::set_name(tx, &row.name)?;
            profile::set_user_id(tx, &row.user_id)?;
            for relay in relays::list(tx)? {
                relays::remove(tx, relay.id)?;
            }
        } else {
            profile::create(tx, &row)?;
        }
        match &new.relay {
            Some(address) => relays::add(tx, Place::Custom, address.as_str(), now_ms)?,
            None => relays::add(tx, Place::ThisComputer, THIS_COMPUTER, now_ms)?,
        };
        Ok::<(), StoreError>(())
    })?;
    Ok(())
}
