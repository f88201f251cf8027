//! Who has a profile open: one process at a time.

use super::error::ProfileError;
use std::fs::{File, TryLockError};
use std::path::Path;

/// The file that is locked.
pub(super) const LOCK_FILE: &str = "lock";

/// Held by the process that has a profile open; released when dropped or when the process ends.
#[derive(Debug)]
pub struct ProfileLock {
    _file: File,
}

impl ProfileLock {
    /// Takes the lock file in a folder, which is made if it is not there.
    pub(super) fn take(folder: &Path) -> Result<Self, ProfileError> {
        sotto_private_files::make_folder(folder)?;
        let file = sotto_private_files::open(&folder.join(LOCK_FILE))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(ProfileError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}
