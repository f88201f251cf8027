//! The door of an opened profile.

use crate::common::{PATIENCE, folders};
use sotto_engine::driver::ProfileSocket;
use sotto_engine::driver::profile_socket::connect;
use sotto_engine::profile::ProfileFolder;
use std::fs;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

fn sockets(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = fs::read_dir(folders(dir).runtime) else {
        return Vec::new();
    };
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn a_later_process_reaches_the_owner_and_nobody_else_can() {
    let dir = tempfile::tempdir().unwrap();
    let home = ProfileFolder::at(dir.path().join("home"));
    let folders = folders(dir.path());
    assert!(connect(&home, &folders).await.is_err(), "nobody is there");

    let socket = ProfileSocket::bind(&home, &folders).unwrap();
    let found = sockets(dir.path());
    assert_eq!(found.len(), 1);
    let file = fs::metadata(&found[0]).unwrap();
    assert!(file.file_type().is_socket());
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    let folder = fs::metadata(&folders.runtime).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);

    let (ours, theirs) = tokio::join!(socket.accept(), connect(&home, &folders));
    let (mut ours, mut theirs) = (ours.unwrap(), theirs.unwrap());
    theirs.write_all(b"knock").await.unwrap();
    let mut heard = [0; 5];
    timeout(PATIENCE, ours.read_exact(&mut heard))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&heard, b"knock");

    drop(socket);
    assert!(sockets(dir.path()).is_empty());
    assert!(connect(&home, &folders).await.is_err());
}

#[tokio::test]
async fn the_door_of_a_killed_process_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let home = ProfileFolder::at(dir.path().join("home"));
    let folders = folders(dir.path());
    // A killed process does not clean up.
    std::mem::forget(ProfileSocket::bind(&home, &folders).unwrap());
    assert_eq!(sockets(dir.path()).len(), 1);
    let socket = ProfileSocket::bind(&home, &folders).unwrap();
    let (ours, theirs) = tokio::join!(timeout(PATIENCE, socket.accept()), connect(&home, &folders));
    assert!(ours.unwrap().is_ok() && theirs.is_ok());
}

#[tokio::test]
async fn two_profiles_have_two_doors() {
    let dir = tempfile::tempdir().unwrap();
    let folders = folders(dir.path());
    let alice =
        ProfileSocket::bind(&ProfileFolder::at(dir.path().join("alice")), &folders).unwrap();
    let bob = ProfileSocket::bind(&ProfileFolder::at(dir.path().join("bob")), &folders).unwrap();
    assert_eq!(sockets(dir.path()).len(), 2);
    drop((alice, bob));
}
