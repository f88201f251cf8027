//! The relay's folder on disk. Level 0 stores nothing in it: it holds a lock, so that two relays never share it.

use crate::error::RelayError;
use sotto_private_files::{make_folder, open};
use std::fs::{File, TryLockError};
use std::path::Path;

const LOCK_FILE: &str = "relay.lock";

/// A data folder that this process owns until the value is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub(crate) struct DataFolder {
    _lock: File,
}

impl DataFolder {
    /// Makes the folder with mode 0700 where it is missing, and locks it.
    ///
    /// # Errors
    /// [`RelayError::DataFolderInUse`] or [`RelayError::DataFolder`].
    pub(crate) fn open(folder: &Path) -> Result<Self, RelayError> {
        let failed = |source| RelayError::DataFolder {
            folder: folder.to_owned(),
            source,
        };
        make_folder(folder).map_err(failed)?;
        let lock = open(&folder.join(LOCK_FILE)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(RelayError::DataFolderInUse {
                folder: folder.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_belongs_to_one_relay_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a").join("relay");
        let first = DataFolder::open(&folder).unwrap();
        assert!(matches!(
            DataFolder::open(&folder),
            Err(RelayError::DataFolderInUse { .. })
        ));
        drop(first);
        assert!(DataFolder::open(&folder).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_folder_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("relay");
        let _open = DataFolder::open(&folder).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join(LOCK_FILE)), 0o600);
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_an_error() {
        let parent = tempfile::tempdir().unwrap();
        let file = parent.path().join("relay");
        fs::write(&file, b"").unwrap();
        assert!(matches!(
            DataFolder::open(&file),
            Err(RelayError::DataFolder { .. })
        ));
    }
}
