//! The control socket of an opened profile: a local socket by which later processes of the same person
//! reach the one that has the profile open. What is said through it is up to the programs.
//!
//! On Unix it is a socket file with mode 0600 in a folder with mode 0700, on Windows a named
//! pipe. Its name follows from the folder of the profile.

use crate::folders::Folders;
use crate::home::{Home, make_private_dir};
use data_encoding::HEXLOWER;
use interprocess::local_socket::tokio::prelude::*;
use interprocess::local_socket::tokio::{Listener, Stream};
use interprocess::local_socket::{ListenerOptions, Name};
use sotto_protocol::label;
use std::io;
use std::path::{Path, PathBuf};

/// A connection through the socket; carries bytes both ways.
pub type HomeStream = Stream;

/// The listening side, held by the process that holds the profile's lock.
pub struct HomeSocket {
    listener: Listener,
    #[cfg(unix)]
    path: PathBuf,
}

impl HomeSocket {
    /// Opens the socket. Only the holder of the profile's lock may: it takes the place of whatever
    /// a killed process left.
    ///
    /// # Errors
    /// If the socket cannot be made.
    pub fn bind(home: &Home, folders: &Folders) -> io::Result<Self> {
        make_private_dir(&folders.runtime)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let path = path_of(home, folders)?;
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = ListenerOptions::new()
                .name(name_of(home, folders)?)
                .create_tokio()?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
            Ok(Self { listener, path })
        }
        #[cfg(not(unix))]
        {
            let listener = ListenerOptions::new()
                .name(name_of(home, folders)?)
                .create_tokio()?;
            Ok(Self { listener })
        }
    }

    /// Waits for the next process that connects.
    ///
    /// # Errors
    /// If the socket failed.
    pub async fn accept(&self) -> io::Result<HomeStream> {
        self.listener.accept().await
    }
}

#[cfg(unix)]
impl Drop for HomeSocket {
    fn drop(&mut self) {
        // A file that stays is removed by the next owner.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Connects to whoever has the profile open.
///
/// # Errors
/// If nobody has it open, or the socket is not there yet.
pub async fn connect(home: &Home, folders: &Folders) -> io::Result<HomeStream> {
    Stream::connect(name_of(home, folders)?).await
}

/// A short name for a profile's folder.
fn short_name(home: &Home) -> io::Result<String> {
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
fn path_of(home: &Home, folders: &Folders) -> io::Result<PathBuf> {
    Ok(folders.runtime.join(format!("{}.sock", short_name(home)?)))
}

#[cfg(unix)]
fn name_of(home: &Home, folders: &Folders) -> io::Result<Name<'static>> {
    use interprocess::local_socket::{GenericFilePath, ToFsName as _};
    path_of(home, folders)?.to_fs_name::<GenericFilePath>()
}

#[cfg(not(unix))]
fn name_of(home: &Home, _folders: &Folders) -> io::Result<Name<'static>> {
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
