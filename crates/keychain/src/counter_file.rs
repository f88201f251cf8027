//! The counter item in a file of its own beside the passphrase file (P-25).

use crate::CounterVault;
use crate::error::VaultError;
use sotto_protocol::counter_item;
use std::io;
use std::path::{Path, PathBuf};

/// One profile's counter file.
pub(crate) struct CounterFile {
    path: PathBuf,
}

impl CounterFile {
    /// Names the file that belongs to a passphrase file: the same with the ending `.counter`.
    pub(crate) fn beside(keys: &Path) -> Self {
        Self {
            path: keys.with_extension("counter"),
        }
    }

    /// The file's content; `None` if there is no file.
    fn content(&self) -> Result<Option<Vec<u8>>, VaultError> {
        let limit = u64::try_from(counter_item::MAX_LEN).unwrap_or(u64::MAX);
        match sotto_private_files::read(&self.path, limit) {
            Ok(Some(content)) => Ok(Some(content)),
            Ok(None) => Err(VaultError::Damaged),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl CounterVault for CounterFile {
    fn read(&self, database_key: &[u8; 32]) -> Result<Option<u64>, VaultError> {
        match self.content()? {
            Some(item) => Ok(Some(counter_item::decode(&item, database_key)?)),
            None => Ok(None),
        }
    }

    fn write(&self, counter: u64, database_key: &[u8; 32]) -> Result<(), VaultError> {
        let item = counter_item::encode(counter, database_key);
        sotto_private_files::replace(&self.path, &item)?;
        if self.content()? == Some(item) {
            Ok(())
        } else {
            Err(VaultError::NotKept)
        }
    }
}
