//! The door of an opened profile: a local socket by which later processes of the same person
//! reach the one that has the profile open. What is said through it is up to the programs.
//!
//! On Unix it is a socket file with mode 0600 in a folder with mode 0700, on Windows a named
//! pipe. Its name follows from the folder of the profile. Where the path would be too long for a
//! socket, or the runtime folder cannot be used, it is in a temporary folder; where it is, the
//! owner notes in the lock file of the profile, for processes with another runtime folder.

use crate::folders::Folders;
use crate::profile::ProfileFolder;
use data_encoding::HEXLOWER;
use interprocess::local_socket::tokio::prelude::*;
use interprocess::local_socket::tokio::{Listener, Stream};
use interprocess::local_socket::{ListenerOptions, Name};
use sotto_private_files::make_folder;
use sotto_protocol::label;
#[cfg(unix)]
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The longest path of a socket, bytes: `sun_path` has 104 on macOS and the BSDs and 108 on Linux,
/// with the zero at its end.
#[cfg(unix)]
const MAX_PATH_BYTES: usize = 103;
/// The name of a door in a folder that was made for it alone.
#[cfg(unix)]
const TEMPORARY_NAME: &str = "door.sock";

/// A connection through the door; carries bytes both ways.
pub type ProfileStream = Stream;

/// The listening side, held by the process that holds the profile's lock.
pub struct ProfileSocket {
    listener: Listener,
    #[cfg(unix)]
    path: PathBuf,
}

impl ProfileSocket {
    /// Opens the door. Only the holder of the profile's lock may: it takes the place of whatever
    /// a killed process left.
    ///
    /// # Errors
    /// If the socket cannot be made.
    #[cfg(unix)]
    pub fn bind(home: &ProfileFolder, folders: &Folders) -> io::Result<Self> {
        let usual = path_of(home, folders)?;
        if let Some(left) = home.noted_door() {
            // Nobody else holds the lock, so nobody is behind it.
            remove_door(&left);
        }
        let socket = Self::at(usual).or_else(|error| {
            tracing::info!(%error, "the door is in a temporary folder");
            Self::in_temporary_folder()
        })?;
        // Whoever comes later may have another runtime folder. Without the note they look into
        // their own.
        if let Err(error) = home.note_door(&socket.path) {
            tracing::debug!(%error, "the way to the door could not be noted");
        }
        Ok(socket)
    }

    /// Opens the door. Only the holder of the profile's lock may.
    ///
    /// # Errors
    /// If the pipe cannot be made.
    #[cfg(not(unix))]
    pub fn bind(home: &ProfileFolder, folders: &Folders) -> io::Result<Self> {
        let listener = ListenerOptions::new()
            .name(name_of(home, folders)?)
            .create_tokio()?;
        Ok(Self { listener })
    }

    #[cfg(unix)]
    fn at(path: PathBuf) -> io::Result<Self> {
        use std::os::unix::fs::PermissionsExt as _;
        if path.as_os_str().len() > MAX_PATH_BYTES {
            return Err(io::ErrorKind::InvalidFilename.into());
        }
        if let Some(folder) = path.parent() {
            make_folder(folder)?;
        }
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = ListenerOptions::new()
            .name(fs_name(&path)?)
            .create_tokio()?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        Ok(Self { listener, path })
    }

    /// Opens the door where the path is short: in a new folder that nobody else can enter.
    #[cfg(unix)]
    fn in_temporary_folder() -> io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt as _;
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|_| io::ErrorKind::Other)?;
        let name = format!("sotto-{}", HEXLOWER.encode(&random));
        let within = |place: PathBuf| {
            let folder = place.join(&name);
            // Fails where somebody else has the name.
            fs::DirBuilder::new().mode(0o700).create(&folder)?;
            let door = folder.join(TEMPORARY_NAME);
            Self::at(door.clone()).inspect_err(|_| remove_door(&door))
        };
        // What the environment names may be too long as well.
        within(std::env::temp_dir()).or_else(|_| within(PathBuf::from("/tmp")))
    }

    /// Waits for the next process at the door.
    ///
    /// # Errors
    /// If the socket failed.
    pub async fn accept(&self) -> io::Result<ProfileStream> {
        self.listener.accept().await
    }
}

#[cfg(unix)]
impl Drop for ProfileSocket {
    fn drop(&mut self) {
        remove_door(&self.path);
    }
}

/// Removes a socket, and its folder if that was made for it alone. What stays is removed by the next
/// owner.
#[cfg(unix)]
fn remove_door(path: &Path) {
    let _ = fs::remove_file(path);
    if path.ends_with(TEMPORARY_NAME)
        && let Some(folder) = path.parent()
    {
        let _ = fs::remove_dir(folder);
    }
}

/// Knocks at the door of whoever has the profile open: where it says that its door is, else where
/// it usually is.
///
/// # Errors
/// If nobody has it open, or the door is not there yet.
pub async fn connect(home: &ProfileFolder, folders: &Folders) -> io::Result<ProfileStream> {
    #[cfg(unix)]
    if let Some(noted) = home.noted_door()
        && let Ok(name) = fs_name(&noted)
        && let Ok(stream) = Stream::connect(name).await
    {
        return Ok(stream);
    }
    Stream::connect(name_of(home, folders)?).await
}

/// A short name for a profile's folder.
fn short_name(home: &ProfileFolder) -> io::Result<String> {
    let path = std::path::absolute(home.dir())?;
    let path = path.canonicalize().unwrap_or(path);
    Ok(name_of_path(&path))
}

/// 16 hexadecimal digits of a hash of a path (P-23).
fn name_of_path(path: &Path) -> String {
    let hash = label::HOME_SOCKET.sha256(&[path.as_os_str().as_encoded_bytes()]);
    HEXLOWER.encode(hash.get(..8).unwrap_or_default())
}

#[cfg(unix)]
fn path_of(home: &ProfileFolder, folders: &Folders) -> io::Result<PathBuf> {
    Ok(folders.runtime.join(format!("{}.sock", short_name(home)?)))
}

#[cfg(unix)]
fn name_of(home: &ProfileFolder, folders: &Folders) -> io::Result<Name<'static>> {
    fs_name(&path_of(home, folders)?)
}

#[cfg(unix)]
fn fs_name(path: &Path) -> io::Result<Name<'static>> {
    use interprocess::local_socket::{GenericFilePath, ToFsName as _};
    path.to_owned().to_fs_name::<GenericFilePath>()
}

#[cfg(not(unix))]
fn name_of(home: &ProfileFolder, _folders: &Folders) -> io::Result<Name<'static>> {
    use interprocess::local_socket::{GenericNamespaced, ToNsName as _};
    let name = format!("{}-{}", crate::folders::APP_ID, short_name(home)?);
    name.to_ns_name::<GenericNamespaced>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P-23; computed with Python's `hashlib`.
    #[test]
    fn a_path_has_its_name() {
        let path = "/home/ada/.local/share/chat.sotto.desktop/profiles/default";
        assert_eq!(name_of_path(Path::new(path)), "f4786c180391b468");
    }
}
