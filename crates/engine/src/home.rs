//! The folder of a profile: which key item belongs to it, who uses it now, whether it is whole.
//!
//! ```text
//! <home>/profile.json    which key item, and whether the profile was finished; nothing secret
//! <home>/keys.sealed     the secret item, if the person chose a passphrase
//! <home>/keys.counter    then also how far the history has come at least (P-25)
//! <home>/history.db      the history (SQLCipher), with history.check beside it
//! <home>/lock            held by the process that has the profile open
//! ```
//!
//! Making a profile survives a kill at every step: `profile.json` is written first as unfinished,
//! then the key item, then the history, then `profile.json` as finished. An unfinished profile
//! starts as a first start again and takes up the keys that are there already; keys are never
//! replaced.

use crate::address::RelayAddress;
use crate::api::RelayChoice;
use crate::api::{ErrorCode, KeyStorage, StartProblem, StartStep};
use crate::core::{THIS_COMPUTER, profile_name};
use crate::counter::Counter;
use data_encoding::HEXLOWER;
use getrandom::SysRng;
use rand_core::UnwrapErr;
use serde::{Deserialize, Serialize};
use sotto_keychain::{KeyVault, OsKeychain, PassphraseFile, VaultError};
use sotto_protocol::SecretItem;
use sotto_store::relays::{self, Place};
use sotto_store::{OpenError, OpenOptions, Store, StoreError, profile};
use sotto_wire::UserId;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use thiserror::Error;
use zeroize::Zeroizing;

/// The folder of a profile.
#[derive(Clone, Debug)]
pub struct Home {
    dir: PathBuf,
}

/// What lies in a profile's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeState {
    /// Nothing, or a profile that was never finished: a first start.
    New,
    /// A profile whose keys are in the given place.
    Profile(KeyStorage),
    /// A history without the file that says where its keys are.
    Orphan,
}

/// Why a profile cannot be opened or made.
#[derive(Debug, Error)]
pub enum HomeError {
    /// Another process has it open.
    #[error("another process has this profile open")]
    InUse,
    /// There is no profile in this folder.
    #[error("there is no profile in this folder")]
    NotInitialised,
    /// There is a profile in this folder already.
    #[error("there is a profile in this folder already")]
    AlreadyInitialised,
    /// The passphrase is wrong.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// Something is in the way; nothing was changed.
    #[error("cannot start: {0:?}")]
    Problem(StartProblem),
}

impl From<StartProblem> for HomeError {
    fn from(problem: StartProblem) -> Self {
        Self::Problem(problem)
    }
}

impl From<io::Error> for HomeError {
    fn from(error: io::Error) -> Self {
        Self::Problem(folder_problem(&error))
    }
}

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
}

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
    pub lock: HomeLock,
}

impl OpenProfile {
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

/// Held by the process that has a profile open; released when dropped or when the process ends.
#[derive(Debug)]
pub struct HomeLock {
    _file: File,
}

/// The file that says which keys belong to a folder.
#[derive(Serialize, Deserialize)]
struct ProfileFile {
    version: u32,
    id: String,
    keys: KeyStorage,
    finished: bool,
}

/// The version of `profile.json` that this program writes.
const PROFILE_VERSION: u32 = 1;

impl Home {
    /// A profile's folder, which need not exist.
    #[must_use]
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What lies in the folder.
    ///
    /// # Errors
    /// `FolderUnusable` if it cannot be read.
    pub fn state(&self) -> Result<HomeState, HomeError> {
        match self.read_profile()? {
            Some(profile) if profile.finished => Ok(HomeState::Profile(profile.keys)),
            None if Store::exists(&self.dir) => Ok(HomeState::Orphan),
            // Never finished, whatever is there already: a first start again.
            Some(_) | None => Ok(HomeState::New),
        }
    }

    /// The random id of the profile, if there is one.
    #[must_use]
    pub fn profile_id(&self) -> Option<String> {
        self.read_profile().ok().flatten().map(|file| file.id)
    }

    /// Takes the folder for this process.
    ///
    /// # Errors
    /// `InUse` if another process has it, `FolderUnusable` or `DiskFull` if it cannot be made.
    pub fn lock(&self) -> Result<HomeLock, HomeError> {
        make_private_dir(&self.dir)?;
        let file = private_file(&self.dir.join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(HomeLock { _file: file }),
            Err(fs::TryLockError::WouldBlock) => Err(HomeError::InUse),
            Err(fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Makes a new profile: keys, history, then the mark that it is finished. What a first start
    /// that was cut off has left is taken up.
    ///
    /// # Errors
    /// `AlreadyInitialised`, or what the keychain or the disk has against it.
    pub fn create(
        &self,
        lock: HomeLock,
        keys: &Keys,
        new: &NewProfile,
        now_ms: i64,
    ) -> Result<OpenProfile, HomeError> {
        if self.state()? != HomeState::New {
            return Err(HomeError::AlreadyInitialised);
        }
        let id = match self.read_profile()? {
            Some(unfinished) => unfinished.id,
            None => new_profile_id()?,
        };
        self.write_profile(&id, keys.storage(), false)?;
        let vault = self.vault(&id, keys);
        let item = match vault.load() {
            // The keys of a first start that was cut off: these, never others.
            Ok(item) => item,
            Err(VaultError::Missing) => {
                // A history that is there already belongs to keys in another place.
                self.set_history_aside()?;
                let item = SecretItem::generate(&mut UnwrapErr(SysRng));
                vault.store(&item).map_err(vault_error)?;
                item
            }
            Err(error) => return Err(vault_error(error)),
        };
        let mut store = self.open_or_create(&item)?;
        let counter = read_counter(&*vault, &item)?;
        write_first_rows(&mut store, &item, new, now_ms)?;
        self.write_profile(&id, keys.storage(), true)?;
        Ok(OpenProfile {
            item,
            storage: keys.storage(),
            counter,
            store,
            profile_id: id,
            lock,
        })
    }

    /// Opens the profile.
    ///
    /// # Errors
    /// `NotInitialised`, `WrongPassphrase`, or the problem that the person must see. Nothing is
    /// changed then.
    pub fn open(&self, lock: HomeLock, keys: &Keys) -> Result<OpenProfile, HomeError> {
        self.open_telling(lock, keys, &mut |_| {})
    }

    /// The same; each step after the keys is told before it begins, because it can take long.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_telling(
        &self,
        lock: HomeLock,
        keys: &Keys,
        tell: &mut dyn FnMut(StartStep),
    ) -> Result<OpenProfile, HomeError> {
        let (id, vault, item) = self.load_keys(keys)?;
        if !Store::exists(&self.dir) {
            return Err(StartProblem::HistoryGone.into());
        }
        tell(StartStep::History);
        let options = OpenOptions {
            on_migration: Some(&mut |_| tell(StartStep::Migration)),
        };
        let store = Store::open(&self.dir, &item.database_key, options).map_err(open_error)?;
        if is_empty(&store)? {
            return Err(StartProblem::HistoryGone.into());
        }
        let counter = read_counter(&*vault, &item)?;
        Ok(OpenProfile {
            item,
            storage: keys.storage(),
            counter,
            store,
            profile_id: id,
            lock,
        })
    }

    /// Makes an empty history for keys whose history is gone.
    ///
    /// # Errors
    /// As [`Self::open`]; `AlreadyInitialised` if there is a history.
    pub fn recreate_history(
        &self,
        lock: HomeLock,
        keys: &Keys,
        new: &NewProfile,
        now_ms: i64,
    ) -> Result<OpenProfile, HomeError> {
        let (id, vault, item) = self.load_keys(keys)?;
        let mut store = self.open_or_create(&item)?;
        if !is_empty(&store)? {
            return Err(HomeError::AlreadyInitialised);
        }
        let counter = read_counter(&*vault, &item)?;
        write_first_rows(&mut store, &item, new, now_ms)?;
        Ok(OpenProfile {
            item,
            storage: keys.storage(),
            counter,
            store,
            profile_id: id,
            lock,
        })
    }

    /// Moves the whole folder aside, so that a new profile can be made in its place. Nothing is
    /// deleted. Gives where it lies now.
    ///
    /// # Errors
    /// `FolderUnusable` if it cannot be moved.
    pub fn move_aside(&self, lock: HomeLock, now_ms: i64) -> Result<PathBuf, HomeError> {
        // Windows does not move a folder with an open file in it.
        drop(lock);
        let name = self.dir.file_name().unwrap_or_default().to_os_string();
        for attempt in 0..1_000 {
            let mut aside = name.clone();
            aside.push(format!(".old-{now_ms}-{attempt}"));
            let target = self.dir.with_file_name(aside);
            if !target.exists() {
                fs::rename(&self.dir, &target)?;
                return Ok(target);
            }
        }
        Err(StartProblem::FolderUnusable.into())
    }

    fn open_or_create(&self, item: &SecretItem) -> Result<Store, HomeError> {
        let store = if Store::exists(&self.dir) {
            Store::open(&self.dir, &item.database_key, OpenOptions::default())
        } else {
            Store::create(&self.dir, &item.database_key)
        };
        store.map_err(open_error)
    }

    /// Moves the history of a first start that was cut off out of the way. Nothing is deleted.
    fn set_history_aside(&self) -> Result<(), HomeError> {
        for name in ["history.db", "history.db-wal", "history.check"] {
            let aside = self.dir.join(format!("{name}.unfinished"));
            match fs::rename(self.dir.join(name), aside) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Loads the keys of a finished profile.
    fn load_keys(&self, keys: &Keys) -> Result<(String, Box<dyn KeyVault>, SecretItem), HomeError> {
        let profile = match self.read_profile()? {
            Some(profile) if profile.finished => profile,
            _ if Store::exists(&self.dir) => return Err(StartProblem::KeyGone.into()),
            _ => return Err(HomeError::NotInitialised),
        };
        let vault = self.vault(&profile.id, keys);
        let item = vault.load().map_err(vault_error)?;
        Ok((profile.id, vault, item))
    }

    /// The place of the keys.
    fn vault(&self, id: &str, keys: &Keys) -> Box<dyn KeyVault> {
        match keys {
            Keys::OsKeychain => Box::new(OsKeychain::open(id)),
            Keys::Passphrase(passphrase) => Box::new(PassphraseFile::new(
                self.dir.join("keys.sealed"),
                passphrase.clone(),
            )),
        }
    }

    fn read_profile(&self) -> Result<Option<ProfileFile>, HomeError> {
        match fs::read(self.dir.join("profile.json")) {
            Ok(bytes) => {
                let file: ProfileFile =
                    serde_json::from_slice(&bytes).map_err(|_| StartProblem::FolderUnusable)?;
                if file.version > PROFILE_VERSION {
                    return Err(StartProblem::HistoryNewer.into());
                }
                Ok(Some(file))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn write_profile(&self, id: &str, keys: KeyStorage, finished: bool) -> Result<(), HomeError> {
        let file = ProfileFile {
            version: PROFILE_VERSION,
            id: id.to_owned(),
            keys,
            finished,
        };
        let bytes = serde_json::to_vec(&file).map_err(|_| StartProblem::FolderUnusable)?;
        write_durably(&self.dir.join("profile.json"), &bytes)?;
        Ok(())
    }
}

/// Writes the profile and its first relay into a new history, in place of what a first start that
/// was cut off has written.
fn write_first_rows(
    store: &mut Store,
    item: &SecretItem,
    new: &NewProfile,
    now_ms: i64,
) -> Result<(), HomeError> {
    let account_id = item.identity.public().account_id().to_string();
    let user_id = new.user_id.as_ref().map(UserId::as_str);
    let row = profile::Profile {
        name: new.name.clone(),
        user_id: user_id.unwrap_or(&account_id).to_owned(),
        created_at: now_ms,
    };
    let written = store.transaction(|tx| {
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
    });
    written.map_err(store_error)
}

/// Reads the counter beside keys that were loaded.
fn read_counter(vault: &dyn KeyVault, item: &SecretItem) -> Result<Counter, HomeError> {
    Counter::open(vault.counter(), &item.database_key).map_err(vault_error)
}

/// Whether a history was made and never begun.
fn is_empty(store: &Store) -> Result<bool, HomeError> {
    let found = profile::load(store.reader()).map_err(store_error)?;
    Ok(found.is_none())
}

fn store_error(error: StoreError) -> HomeError {
    match error {
        StoreError::DiskFull => StartProblem::DiskFull,
        StoreError::Damaged => StartProblem::HistoryDamaged,
        _ => StartProblem::FolderUnusable,
    }
    .into()
}

/// Writes a small file so that a crash leaves the old or the new one, never half of one.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = private_file(&temporary)?;
    file.set_len(0)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)?;
    if let Some(dir) = path.parent()
        && cfg!(unix)
    {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

/// Makes a folder that only its owner can enter.
pub(crate) fn make_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Opens or makes a file that only its owner can read.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn new_profile_id() -> Result<String, HomeError> {
    let mut id = [0u8; 16];
    getrandom::fill(&mut id).map_err(|_| StartProblem::FolderUnusable)?;
    Ok(HEXLOWER.encode(&id))
}

fn folder_problem(error: &io::Error) -> StartProblem {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StartProblem::DiskFull,
        _ => StartProblem::FolderUnusable,
    }
}

fn vault_error(error: VaultError) -> HomeError {
    match error {
        VaultError::Missing => StartProblem::KeyGone.into(),
        VaultError::Locked => StartProblem::KeychainLocked.into(),
        VaultError::NoKeychain => StartProblem::KeychainMissing.into(),
        VaultError::WrongPassphrase => HomeError::WrongPassphrase,
        VaultError::Newer => StartProblem::HistoryNewer.into(),
        VaultError::Damaged | VaultError::Ambiguous => StartProblem::KeyDamaged.into(),
        VaultError::Io(kind) => io::Error::from(kind).into(),
        VaultError::Refused
        | VaultError::NotKept
        | VaultError::TimedOut
        | VaultError::Failed
        | VaultError::OutOfMemory
        | VaultError::NoRandomness => StartProblem::KeychainRefused.into(),
    }
}

fn open_error(error: OpenError) -> HomeError {
    match error {
        OpenError::WrongKey => StartProblem::WrongKey,
        OpenError::Missing => StartProblem::HistoryGone,
        OpenError::Damaged => StartProblem::HistoryDamaged,
        OpenError::Newer { .. } => StartProblem::HistoryNewer,
        OpenError::DiskFull => StartProblem::DiskFull,
        OpenError::InUse => return HomeError::InUse,
        _ => StartProblem::FolderUnusable,
    }
    .into()
}
