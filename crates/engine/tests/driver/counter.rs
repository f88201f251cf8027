//! The counter beside the keys of a profile.

use crate::common::{item, keys, profile};
use sotto_engine::api::StartProblem;
use sotto_engine::counter::{Counter, CounterState};
use sotto_engine::driver::raise_counter;
use sotto_engine::home::{Home, HomeError};
use sotto_keychain::{KeyVault as _, PassphraseFile};
use std::fs;
use std::path::{Path, PathBuf};
use tokio::runtime::Handle;
use zeroize::Zeroizing;

fn made(dir: &Path) -> Counter {
    profile(dir, 1, "alice", Some("wss://relay.example.org")).counter
}

fn opened(dir: &Path) -> Result<Counter, HomeError> {
    let home = Home::at(dir.join("home"));
    let opened = home.open(home.lock().unwrap(), &keys());
    opened.map(|opened| opened.counter)
}

fn file(dir: &Path) -> PathBuf {
    dir.join("home/keys.counter")
}

#[tokio::test]
async fn a_raised_counter_is_found_when_the_profile_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let counter = made(dir.path());
    assert_eq!(counter.read(), CounterState::Missing);
    for to in [1, 7] {
        raise_counter(&counter, to, &Handle::current())
            .await
            .unwrap();
        assert_eq!(counter.read(), CounterState::At(to));
        let found = opened(dir.path()).unwrap();
        assert_eq!(found.read(), CounterState::At(to));
    }
}

/// P-25: also if two ask for it in the wrong order.
#[test]
fn a_counter_is_never_lowered() {
    let dir = tempfile::tempdir().unwrap();
    let counter = made(dir.path());
    counter.raise(7).unwrap();
    let before = fs::read(file(dir.path())).unwrap();
    for to in [0, 6, 7] {
        counter.clone().raise(to).unwrap();
        assert_eq!(counter.read(), CounterState::At(7));
        assert_eq!(fs::read(file(dir.path())).unwrap(), before);
    }
}

/// P-25: the history of an older program, or of a copy without the file.
#[test]
fn a_profile_without_a_counter_opens() {
    let dir = tempfile::tempdir().unwrap();
    drop(made(dir.path()));
    assert!(!file(dir.path()).exists());
    assert_eq!(opened(dir.path()).unwrap().read(), CounterState::Missing);
    assert!(!file(dir.path()).exists(), "opening writes nothing");
}

/// P-25.
#[test]
fn a_damaged_counter_is_told_and_does_not_lock_the_person_out() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path()).raise(7).unwrap();
    fs::write(file(dir.path()), b"something else").unwrap();
    let counter = opened(dir.path()).unwrap();
    assert_eq!(counter.read(), CounterState::Damaged);
    counter.raise(8).unwrap();
    assert_eq!(opened(dir.path()).unwrap().read(), CounterState::At(8));
}

/// P-25: the counter of another profile in the place of ours.
#[test]
fn a_counter_of_other_keys_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    drop(made(dir.path()));
    let keys = dir.path().join("home/keys.sealed");
    let vault = PassphraseFile::new(keys, Zeroizing::new(String::new()));
    vault.counter().write(7, &item(2).database_key).unwrap();
    assert_eq!(opened(dir.path()).unwrap().read(), CounterState::Damaged);
}

/// P-25.
#[test]
fn a_counter_of_a_newer_program_is_not_opened_over() {
    let dir = tempfile::tempdir().unwrap();
    drop(made(dir.path()));
    // Version 2 with an empty body, under the key 01 * 32; computed with Python's `hmac`.
    let newer = [b"SOTC\x02".as_slice(), &NEWER_CHECK].concat();
    fs::write(file(dir.path()), &newer).unwrap();
    let error = opened(dir.path()).err().unwrap();
    assert!(
        matches!(error, HomeError::Problem(StartProblem::HistoryNewer)),
        "{error:?}"
    );
    assert_eq!(fs::read(file(dir.path())).unwrap(), newer);
}

#[test]
fn a_counter_that_cannot_be_raised_keeps_its_value() {
    let dir = tempfile::tempdir().unwrap();
    let counter = made(dir.path());
    counter.raise(7).unwrap();
    // A folder in the place of the new file makes the write fail.
    let obstacle = dir.path().join("home/keys.counter.new");
    fs::create_dir(&obstacle).unwrap();
    assert!(counter.raise(8).is_err());
    assert_eq!(counter.read(), CounterState::At(7));
    fs::remove_dir(&obstacle).unwrap();
    counter.raise(8).unwrap();
    assert_eq!(opened(dir.path()).unwrap().read(), CounterState::At(8));
}

const NEWER_CHECK: [u8; 16] = [
    0xbd, 0xb0, 0xc1, 0xf8, 0x37, 0xa2, 0xa6, 0xa6, 0xd9, 0xe1, 0x41, 0x1f, 0xa3, 0xf3, 0x0a, 0x5f,
];
