//! The secret item in a file sealed under a passphrase, for systems without a keychain.
//!
//! Used only when the person chose so. Losing the passphrase loses the item: there is no other key.

use crate::counter_file::CounterFile;
use crate::error::VaultError;
use crate::sealed_item::{self, Argon2Cost};
use crate::{CounterVault, KeyVault};
use sotto_protocol::SecretItem;
use std::fmt;
use std::io;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// One profile's passphrase file with the passphrase that opens it.
pub struct PassphraseFile {
    path: PathBuf,
    passphrase: Zeroizing<String>,
    cost: Argon2Cost,
}

impl PassphraseFile {
    /// Names the file and the passphrase, UTF-8 exactly as typed; touches nothing.
    pub fn new(path: impl Into<PathBuf>, passphrase: Zeroizing<String>) -> Self {
        Self {
            path: path.into(),
            passphrase,
            cost: Argon2Cost::RECOMMENDED,
        }
    }

    /// Sets the cost of files to be written, in place of [`Argon2Cost::RECOMMENDED`].
    #[must_use]
    pub fn with_cost(self, cost: Argon2Cost) -> Self {
        Self { cost, ..self }
    }

    /// Whether there is a file, with whatever in it.
    ///
    /// # Errors
    /// [`VaultError::Io`] if that cannot be told.
    pub fn exists(&self) -> Result<bool, VaultError> {
        Ok(self.path.try_exists()?)
    }

    /// Opens what such a file holds.
    ///
    /// # Errors
    /// [`VaultError::Damaged`], [`VaultError::Newer`], [`VaultError::WrongPassphrase`], also for a
    /// content that somebody changed, and [`VaultError::OutOfMemory`].
    pub fn open(content: &[u8], passphrase: &str) -> Result<SecretItem, VaultError> {
        let item = sealed_item::open(content, passphrase)?;
        Ok(SecretItem::decode(&item)?)
    }

    fn content(&self) -> Result<Vec<u8>, VaultError> {
        let limit = u64::try_from(sealed_item::MAX_LEN).unwrap_or(u64::MAX);
        match sotto_private_files::read(&self.path, limit) {
            Ok(Some(content)) => Ok(content),
            Ok(None) => Err(VaultError::Damaged),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(VaultError::Missing),
            Err(error) => Err(error.into()),
        }
    }
}

impl KeyVault for PassphraseFile {
    fn load(&self) -> Result<SecretItem, VaultError> {
        Self::open(&self.content()?, &self.passphrase)
    }

    fn store(&self, item: &SecretItem) -> Result<(), VaultError> {
        let mut random = [0; sealed_item::RANDOM_LEN];
        getrandom::fill(&mut random).map_err(|_| VaultError::NoRandomness)?;
        let content = sealed_item::seal(&item.encode(), &self.passphrase, self.cost, &random)?;
        sotto_private_files::replace(&self.path, &content)?;
        if self.content()? == content {
            Ok(())
        } else {
            Err(VaultError::NotKept)
        }
    }

    fn delete(&self) -> Result<(), VaultError> {
        match sotto_private_files::remove(&self.path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(VaultError::Missing),
            Err(error) => Err(error.into()),
        }
    }

    fn counter(&self) -> Box<dyn CounterVault> {
        Box::new(CounterFile::beside(&self.path))
    }
}

impl fmt::Debug for PassphraseFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassphraseFile").finish_non_exhaustive()
    }
}
