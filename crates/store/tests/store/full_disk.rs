//! A full disk: what does not fit is refused whole, what was there stays, and it goes on later.

use crate::common::{add_contact, chat, create, exchange, filled, open};
use sotto_store::messages::Anchor;
use sotto_store::{Growth, Store, StoreError, messages, plain_outbox};

fn counts(store: &Store) -> (usize, u32) {
    let page = messages::page(store.reader(), chat(1), Anchor::Newest, 1000).unwrap();
    (
        page.messages.len(),
        plain_outbox::len(store.reader()).unwrap(),
    )
}

/// Exchanges until the disk is full and tells how many fitted.
fn fill_up(store: &mut Store, from: u64) -> u64 {
    for number in from..from + 10_000 {
        if let Err(error) = exchange(store, 1, number) {
            assert_eq!(error, StoreError::DiskFull);
            return number - from;
        }
    }
    panic!("the disk was never full");
}

#[test]
fn a_transaction_that_does_not_fit_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let mut store = open(dir.path());
    store.cap_growth(Growth::Stopped).unwrap();
    let fitted = fill_up(&mut store, 100);
    let whole = 50 + usize::try_from(fitted).unwrap();
    assert_eq!(counts(&store), (2 * whole, u32::try_from(whole).unwrap()));
    // Trying again changes nothing either.
    assert_eq!(exchange(&mut store, 1, 20_000), Err(StoreError::DiskFull));
    assert_eq!(counts(&store).0, 2 * whole);
    drop(store);
    assert_eq!(counts(&open(dir.path())).0, 2 * whole);
}

#[test]
fn it_goes_on_when_there_is_room_again() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let mut store = open(dir.path());
    store.cap_growth(Growth::Stopped).unwrap();
    let fitted = fill_up(&mut store, 100);
    store.cap_growth(Growth::Free).unwrap();
    exchange(&mut store, 1, 20_000).unwrap();
    assert_eq!(
        counts(&store).0,
        2 * (51 + usize::try_from(fitted).unwrap())
    );
}

/// The same on a disk that is really full, where the system lets a test have one.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_may_not_grow_is_a_full_disk() {
    use std::process::Command;

    const DIR: &str = "SOTTO_STORE_LIMITED_DIR";
    if let Some(dir) = std::env::var_os(DIR) {
        let mut store = open(dir.as_ref());
        let fitted = fill_up(&mut store, 100);
        assert!(fitted > 0);
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut store = create(dir.path());
    add_contact(&mut store, 9);
    drop(store);
    // The child ignores SIGXFSZ, so that a write past the limit fails instead of killing it.
    let status = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1000; exec \"$@\"", "sh"])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "full_disk::a_file_that_may_not_grow_is_a_full_disk",
        ])
        .env(DIR, dir.path())
        .status()
        .unwrap();
    assert!(status.success());
    let store = open(dir.path());
    let (lines, queued) = counts(&store);
    assert!(lines > 0 && lines == 2 * queued as usize);
}
