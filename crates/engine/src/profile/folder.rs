//! The folder of a profile as a place: what lies in it, and moving it out of the way.

use super::error::ProfileError;
#[cfg(unix)]
use super::lock::LOCK_FILE;
use super::lock::ProfileLock;
use super::profile_file::ProfileFile;
use crate::api::{KeyStorage, StartProblem};
use sotto_store::Store;
#[cfg(unix)]
use std::ffi::OsString;
use std::fs;
#[cfg(unix)]
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The longest note of where a door is, bytes.
#[cfg(unix)]
const MAX_NOTE_BYTES: u64 = 4096;

/// The folder of a profile.
#[derive(Clone, Debug)]
pub struct ProfileFolder {
    dir: PathBuf,
}

/// What lies in a profile's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderState {
    /// Nothing, or a profile that was never finished: a first start.
    New,
    /// A profile whose keys are in the given place.
    Profile(KeyStorage),
    /// A history without the file that says where its keys are.
    Orphan,
}

impl ProfileFolder {
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
    pub fn state(&self) -> Result<FolderState, ProfileError> {
        match ProfileFile::read(&self.dir)? {
            Some(profile) if profile.finished => Ok(FolderState::Profile(profile.keys)),
            None if Store::exists(&self.dir) => Ok(FolderState::Orphan),
            // Never finished, whatever is there already: a first start again.
            Some(_) | None => Ok(FolderState::New),
        }
    }

    /// The random id of the profile, if there is one.
    #[must_use]
    pub fn profile_id(&self) -> Option<String> {
        ProfileFile::read(&self.dir)
            .ok()
            .flatten()
            .map(|file| file.id)
    }

    /// Takes the folder for this process.
    ///
    /// # Errors
    /// `InUse` if another process has it, `FolderUnusable` or `DiskFull` if it cannot be made.
    pub fn lock(&self) -> Result<ProfileLock, ProfileError> {
        ProfileLock::take(&self.dir)
    }

    /// Notes in the lock file where the door of the process that holds it is. The lock stays: the
    /// file is written over, not replaced.
    #[cfg(unix)]
    pub(crate) fn note_door(&self, path: &Path) -> io::Result<()> {
        use std::os::unix::ffi::OsStrExt as _;
        let path = std::path::absolute(path)?;
        let mut file = fs::OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(self.dir.join(LOCK_FILE))?;
        file.write_all(path.as_os_str().as_bytes())
    }

    /// Where the door is by that note, if a socket of the same person is there: temporary folders
    /// belong to everybody, and what is noted may be left from a process that was killed.
    #[cfg(unix)]
    pub(crate) fn noted_door(&self) -> Option<PathBuf> {
        use std::os::unix::ffi::OsStringExt as _;
        use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
        let lock = self.dir.join(LOCK_FILE);
        let noted = sotto_private_files::read(&lock, MAX_NOTE_BYTES).ok()??;
        let door = PathBuf::from(OsString::from_vec(noted));
        let socket = fs::symlink_metadata(&door).ok()?;
        let is_ours = socket.uid() == fs::metadata(&lock).ok()?.uid();
        (socket.file_type().is_socket() && is_ours).then_some(door)
    }

    /// Moves the whole folder aside, so that a new profile can be made in its place. Nothing is
    /// deleted. Gives where it lies now.
    ///
    /// # Errors
    /// `FolderUnusable` if it cannot be moved.
    pub fn move_aside(&self, lock: ProfileLock, now_ms: i64) -> Result<PathBuf, ProfileError> {
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
}
