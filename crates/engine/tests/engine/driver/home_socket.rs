//! The door of an opened profile.

use crate::common::{PATIENCE, folders};
use sotto_engine::driver::ProfileSocket;
use sotto_engine::driver::profile_socket::connect;
use sotto_engine::folders::Folders;
use sotto_engine::profile::ProfileFolder;
use std::fs;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::PathBuf;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

fn sockets(dir: &std::path::Path) -> Vec<PathBuf> {
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

/// Whether a word gets through the door.
async fn is_reached(socket: &ProfileSocket, home: &ProfileFolder, folders: &Folders) -> bool {
    let (ours, theirs) = tokio::join!(
        timeout(PATIENCE, socket.accept()),
        timeout(PATIENCE, connect(home, folders))
    );
    let (mut ours, mut theirs) = (ours.unwrap().unwrap(), theirs.unwrap().unwrap());
    theirs.write_all(b"knock").await.unwrap();
    let mut heard = [0; 5];
    timeout(PATIENCE, ours.read_exact(&mut heard))
        .await
        .unwrap()
        .unwrap();
    &heard == b"knock"
}

#[tokio::test]
async fn a_path_that_is_too_long_for_a_socket_is_no_obstacle() {
    let dir = tempfile::tempdir().unwrap();
    for length in [60, 100, 120, 200] {
        let home = ProfileFolder::at(dir.path().join(format!("home{length}")));
        let _lock = home.lock().unwrap();
        let mut folders = folders(dir.path());
        folders.runtime = dir.path().join("r".repeat(length));
        let socket = ProfileSocket::bind(&home, &folders).unwrap();
        let path = PathBuf::from(fs::read_to_string(home.dir().join("lock")).unwrap());
        let folder = path.parent().unwrap();
        let mode = fs::metadata(folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{length}");
        assert!(is_reached(&socket, &home, &folders).await, "{length}");
        drop(socket);
        assert!(!path.exists(), "{length}");
        assert_eq!(folder.exists(), folder == folders.runtime, "{length}");
        assert!(connect(&home, &folders).await.is_err(), "{length}");
    }
}

#[tokio::test]
async fn a_temporary_door_of_a_killed_process_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let home = ProfileFolder::at(dir.path().join("home"));
    let _lock = home.lock().unwrap();
    let mut folders = folders(dir.path());
    folders.runtime = dir.path().join("r".repeat(120));
    std::mem::forget(ProfileSocket::bind(&home, &folders).unwrap());
    let left = PathBuf::from(fs::read_to_string(home.dir().join("lock")).unwrap());
    assert!(left.exists());
    let socket = ProfileSocket::bind(&home, &folders).unwrap();
    assert!(!left.parent().unwrap().exists());
    assert!(is_reached(&socket, &home, &folders).await);
}

#[tokio::test]
async fn a_process_with_another_runtime_folder_finds_the_owner() {
    let dir = tempfile::tempdir().unwrap();
    let home = ProfileFolder::at(dir.path().join("home"));
    let lock = home.lock().unwrap();
    let (mine, mut theirs) = (folders(dir.path()), folders(dir.path()));
    theirs.runtime = dir.path().join("another");
    let socket = ProfileSocket::bind(&home, &mine).unwrap();
    assert!(is_reached(&socket, &home, &theirs).await);
    // The note has not cost the lock.
    assert!(home.lock().is_err());
    drop((socket, lock));
    assert!(connect(&home, &theirs).await.is_err());
    // What a former owner noted is not in the way of the next.
    let _lock = home.lock().unwrap();
    let socket = ProfileSocket::bind(&home, &theirs).unwrap();
    assert!(is_reached(&socket, &home, &mine).await);
}

#[tokio::test]
async fn a_runtime_folder_that_cannot_be_used_is_no_obstacle() {
    let dir = tempfile::tempdir().unwrap();
    let home = ProfileFolder::at(dir.path().join("home"));
    let _lock = home.lock().unwrap();
    let mut folders = folders(dir.path());
    folders.runtime = dir.path().join("file").join("run");
    fs::write(dir.path().join("file"), "").unwrap();
    let socket = ProfileSocket::bind(&home, &folders).unwrap();
    assert!(is_reached(&socket, &home, &folders).await);
}

#[tokio::test]
async fn a_note_of_no_door_is_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let home = ProfileFolder::at(dir.path().join("home"));
    let _lock = home.lock().unwrap();
    let folders = folders(dir.path());
    let socket = ProfileSocket::bind(&home, &folders).unwrap();
    for note in [
        &b""[..],
        b"/nowhere",
        b"/etc/passwd",
        b"\xff\0",
        &[b'x'; 9_000],
    ] {
        fs::write(home.dir().join("lock"), note).unwrap();
        assert!(is_reached(&socket, &home, &folders).await);
    }
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
