//! Replacing a small file so that after a crash or a power cut the old content or the new one is
//! there, never half of one.
//!
//! 1. The new content goes into a file beside it, for the owner alone, and from there to the disk.
//! 2. That file takes the name of the old one.
//! 3. The folder goes to the disk, so that the name lasts too.

use crate::private::create_new;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Replaces a file, or makes it, readable for the owner alone.
///
/// # Errors
/// What the disk has against it. The old content or the new one is there then.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    // What a run before this one left when it was ended in the middle.
    if let Err(error) = fs::remove_file(&beside)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let written = write_new(&beside, content).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error is the one that says something.
        let _ = fs::remove_file(&beside);
    }
    written?;
    sync_folder(folder_of(path))
}

/// Reads a file of at most `limit` bytes; `None` if it is longer.
///
/// # Errors
/// If it is not there or cannot be read.
pub fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut content = Vec::new();
    File::open(path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut content)?;
    let fits = u64::try_from(content.len()).is_ok_and(|len| len <= limit);
    Ok(fits.then_some(content))
}

/// Removes a file for good.
///
/// # Errors
/// If it is not there or cannot be removed.
pub fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    sync_folder(folder_of(path))
}

/// Makes the names in a folder as durable as the content of its files.
///
/// # Errors
/// If the folder cannot be opened, or the disk failed. A file system that does not sync folders is
/// none: the file itself is on the disk then.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    tolerate(File::open(folder)?.sync_all())
}

/// Does nothing: Windows has no handle of a folder that could be synced; its journal orders the
/// rename.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// EINVAL is what network shares say that cannot sync a folder (fsync(2)), others that they do not
/// know the call: there is nothing more to be done there.
#[cfg(unix)]
fn tolerate(synced: io::Result<()>) -> io::Result<()> {
    match synced {
        Err(error) if is_unknown(error.kind()) => Ok(()),
        other => other,
    }
}

#[cfg(unix)]
const fn is_unknown(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    )
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = create_new(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of errno that Linux, macOS and the BSDs share.
    #[cfg(unix)]
    const EINVAL: i32 = 22;
    #[cfg(unix)]
    const EIO: i32 = 5;

    #[test]
    fn content_is_replaced_and_nothing_is_left_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        for content in [b"one".as_slice(), b"the second"] {
            replace(&path, content).unwrap();
            assert_eq!(read(&path, 100).unwrap().unwrap(), content);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_run_left_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        fs::write(beside(&path), b"half").unwrap();
        replace(&path, b"whole").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert!(!beside(&path).exists());
    }

    #[test]
    fn longer_file_than_allowed_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        fs::write(&path, [0; 11]).unwrap();
        assert_eq!(read(&path, 10).unwrap(), None);
        assert_eq!(read(&path, 11).unwrap().unwrap().len(), 11);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        replace(&path, b"secret").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn failed_write_leaves_the_old_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        replace(&path, b"old").unwrap();
        // A folder in the place of the new file makes the write fail.
        fs::create_dir(beside(&path)).unwrap();
        assert!(replace(&path, b"new").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[test]
    fn removed_file_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        replace(&path, b"old").unwrap();
        remove(&path).unwrap();
        assert_eq!(remove(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn file_without_a_folder_in_its_path_lies_in_this_one() {
        assert_eq!(folder_of(Path::new("keys")), Path::new("."));
        assert_eq!(folder_of(Path::new("a/keys")), Path::new("a"));
    }

    #[cfg(unix)]
    #[test]
    fn folder_that_cannot_be_synced_is_no_error() {
        let answer = |error: io::ErrorKind| tolerate(Err(error.into()));
        assert!(answer(io::ErrorKind::InvalidInput).is_ok());
        assert!(answer(io::ErrorKind::Unsupported).is_ok());
        assert!(answer(io::ErrorKind::StorageFull).is_err());
        assert!(tolerate(Err(io::Error::from_raw_os_error(EINVAL))).is_ok());
        assert!(tolerate(Err(io::Error::from_raw_os_error(EIO))).is_err());
    }

    #[test]
    fn folder_that_is_not_there_cannot_be_synced() {
        let folder = tempfile::tempdir().unwrap();
        sync_folder(folder.path()).unwrap();
        let gone = sync_folder(&folder.path().join("gone"));
        assert_eq!(gone.is_err(), cfg!(unix));
    }
}
