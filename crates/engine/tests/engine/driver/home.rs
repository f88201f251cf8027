//! The folder of a profile: made, cut off, damaged, taken up.

use crate::common::{begun, files, item, keys, new_profile, profile, write_keys, write_profile};
use sotto_engine::api::{KeyStorage, StartProblem};
use sotto_engine::profile::{FolderState, Keys, OpenProfile, ProfileError, ProfileFolder};
use sotto_store::relays::Place;
use sotto_store::{Store, profile as row, relays};
use std::fs;
use std::path::Path;
use zeroize::Zeroizing;

const NOW: i64 = 1_700_000_000_000;

fn create(home: &ProfileFolder) -> Result<OpenProfile, ProfileError> {
    let new = new_profile("alice", Some("wss://relay.example.org"));
    home.create(home.lock().unwrap(), &keys(), &new, NOW)
}

fn is_whole(opened: &OpenProfile, seed: u8) {
    assert_eq!(
        opened.item.identity.public(),
        item(seed).identity.public(),
        "the keys that were there"
    );
    let saved = row::load(opened.store.reader()).unwrap().unwrap();
    assert_eq!(
        (saved.name.as_str(), saved.user_id.as_str()),
        ("alice", "alice")
    );
    let relays = relays::list(opened.store.reader()).unwrap();
    assert_eq!(relays.len(), 1);
    assert_eq!(relays[0].url, "wss://relay.example.org/");
    assert_eq!(relays[0].place, Place::Custom);
}

/// A finished profile, closed again.
fn finished(dir: &Path, seed: u8) -> ProfileFolder {
    drop(profile(dir, seed, "alice", Some("wss://relay.example.org")));
    let home = ProfileFolder::at(dir.join("home"));
    assert_eq!(
        home.state().unwrap(),
        FolderState::Profile(KeyStorage::Passphrase)
    );
    home
}

/// Opening fails with this and leaves every file as it was.
fn refuses(home: &ProfileFolder, keys: &Keys) -> ProfileError {
    let before = files(home.dir());
    let error = home.open(home.lock().unwrap(), keys).err().unwrap();
    assert!(before == files(home.dir()), "{error:?} changed a file");
    error
}

fn refuses_with(home: &ProfileFolder, problem: StartProblem) {
    let error = refuses(home, &keys());
    assert!(
        matches!(error, ProfileError::Problem(found) if found == problem),
        "{error:?} instead of {problem:?}"
    );
}

#[test]
fn a_first_start_makes_everything_and_the_next_opens_it() {
    let dir = tempfile::tempdir().unwrap();
    let home = ProfileFolder::at(dir.path().join("new"));
    assert_eq!(home.state().unwrap(), FolderState::New);
    let made = create(&home).unwrap();
    let key = made.item.identity.public().box_key;
    let id = made.profile_id.clone();
    assert_eq!(id.len(), 32);
    assert!(matches!(create_again(&home), ProfileError::InUse));
    drop(made);
    let opened = home.open(home.lock().unwrap(), &keys()).unwrap();
    assert_eq!(opened.item.identity.public().box_key, key);
    assert_eq!(opened.profile_id, id);
    drop(opened);
    assert!(matches!(
        create(&home).err().unwrap(),
        ProfileError::AlreadyInitialised
    ));
}

fn create_again(home: &ProfileFolder) -> ProfileError {
    home.lock().unwrap_err()
}

#[cfg(unix)]
#[test]
fn only_the_person_can_look_into_the_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let home = ProfileFolder::at(dir.path().join("a/b/new"));
    drop(create(&home).unwrap());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(home.dir()), 0o700);
    for path in files(home.dir()).into_keys() {
        assert_eq!(mode(&path), 0o600, "{path:?}");
    }
    assert_eq!(mode(&home.dir().join("lock")), 0o600);
}

#[test]
fn a_first_start_that_was_cut_off_is_taken_up_at_every_step() {
    // What each step leaves behind, from the first file on.
    let steps: [fn(&Path); 6] = [
        |home| {
            fs::remove_file(home.join("keys.sealed")).unwrap();
            write_keys(home, &item(1));
            fs::write(home.join("profile.new"), b"{\"vers").unwrap();
        },
        |_| {},
        |home| fs::write(home.join("history.db.new"), b"half a file").unwrap(),
        |home| fs::write(home.join("history.check"), [7; 16]).unwrap(),
        |home| drop(Store::create(home, &item(1).database_key).unwrap()),
        |home| {
            let mut store = Store::create(home, &item(1).database_key).unwrap();
            let other = row::Profile {
                name: "typed before".to_owned(),
                user_id: "before".to_owned(),
                created_at: 1,
            };
            store
                .transaction(|tx| {
                    row::create(tx, &other)?;
                    relays::add(tx, Place::ThisComputer, "sotto:this-computer", 1)
                })
                .unwrap();
        },
    ];
    for (n, step) in steps.iter().enumerate() {
        let dir = tempfile::tempdir().unwrap();
        let home = begun(dir.path(), 1);
        step(home.dir());
        assert_eq!(home.state().unwrap(), FolderState::New, "step {n}");
        let made = create(&home).unwrap_or_else(|error| panic!("step {n}: {error:?}"));
        is_whole(&made, 1);
        drop(made);
        is_whole(&home.open(home.lock().unwrap(), &keys()).unwrap(), 1);
    }
}

#[test]
fn a_first_start_that_has_no_keys_yet_makes_them() {
    let dir = tempfile::tempdir().unwrap();
    let home = begun(dir.path(), 1);
    fs::remove_file(home.dir().join("keys.sealed")).unwrap();
    // And a history that belongs to keys which are not there: out of the way, not deleted.
    drop(Store::create(home.dir(), &item(9).database_key).unwrap());
    let made = create(&home).unwrap();
    assert_ne!(made.item.identity.public(), item(9).identity.public());
    drop(made);
    assert!(home.dir().join("history.db.unfinished").exists());
    assert!(home.open(home.lock().unwrap(), &keys()).is_ok());
}

#[test]
fn two_processes_do_not_have_one_profile() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path(), 1);
    let first = home.lock().unwrap();
    assert!(matches!(home.lock().unwrap_err(), ProfileError::InUse));
    drop(first);
    assert!(home.lock().is_ok());
}

#[test]
fn a_wrong_passphrase_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path(), 1);
    let wrong = Keys::Passphrase(Zeroizing::new("battery staple".to_owned()));
    assert!(matches!(
        refuses(&home, &wrong),
        ProfileError::WrongPassphrase
    ));
}

#[test]
fn a_key_of_another_history_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path(), 1);
    fs::remove_file(home.dir().join("keys.sealed")).unwrap();
    write_keys(home.dir(), &item(2));
    refuses_with(&home, StartProblem::WrongKey);
}

/// P-21.
#[test]
fn a_missing_key_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path(), 1);
    fs::remove_file(home.dir().join("keys.sealed")).unwrap();
    refuses_with(&home, StartProblem::KeyGone);
}

#[test]
fn a_history_without_its_profile_changes_nothing_and_is_no_first_start() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path(), 1);
    fs::remove_file(home.dir().join("profile.json")).unwrap();
    assert_eq!(home.state().unwrap(), FolderState::Orphan);
    refuses_with(&home, StartProblem::KeyGone);
    assert!(matches!(
        create(&home).err().unwrap(),
        ProfileError::AlreadyInitialised
    ));
}

#[test]
fn a_missing_history_changes_nothing_until_the_person_decides() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path(), 1);
    for name in ["history.db", "history.check"] {
        fs::remove_file(home.dir().join(name)).unwrap();
    }
    refuses_with(&home, StartProblem::HistoryGone);
    // Even if the new one was cut off after the file and before its first rows.
    drop(Store::create(home.dir(), &item(1).database_key).unwrap());
    refuses_with(&home, StartProblem::HistoryGone);
    let new = new_profile("alice", Some("wss://relay.example.org"));
    let lock = home.lock().unwrap();
    is_whole(&home.recreate_history(lock, &keys(), &new, NOW).unwrap(), 1);
    is_whole(&home.open(home.lock().unwrap(), &keys()).unwrap(), 1);
    let again = home.recreate_history(home.lock().unwrap(), &keys(), &new, NOW);
    assert!(matches!(
        again.err().unwrap(),
        ProfileError::AlreadyInitialised
    ));
}

#[test]
fn a_damaged_history_changes_nothing() {
    let damages: [fn(&mut Vec<u8>); 3] = [
        |bytes| bytes.iter_mut().take(4_096).for_each(|byte| *byte ^= 0x5a),
        |bytes| bytes.truncate(100),
        Vec::clear,
    ];
    for damage in damages {
        let dir = tempfile::tempdir().unwrap();
        let home = finished(dir.path(), 1);
        let path = home.dir().join("history.db");
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        fs::write(&path, bytes).unwrap();
        refuses_with(&home, StartProblem::HistoryDamaged);
    }
}

#[test]
fn a_profile_of_a_newer_program_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path(), 1);
    let path = home.dir().join("profile.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"version\":1", "\"version\":2")).unwrap();
    refuses_with(&home, StartProblem::HistoryNewer);
    assert!(create(&home).is_err());
}

#[test]
fn a_profile_file_that_cannot_be_read_changes_nothing() {
    for text in ["", "{", "[]", "{\"version\":\"1\"}", "\u{0}\u{0}\u{0}"] {
        let dir = tempfile::tempdir().unwrap();
        let home = finished(dir.path(), 1);
        fs::write(home.dir().join("profile.json"), text).unwrap();
        refuses_with(&home, StartProblem::ProfileDamaged);
        assert!(create(&home).is_err());
    }
}

#[test]
fn a_damaged_key_file_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path(), 1);
    for damaged in [b"SOTP\x01 short".as_slice(), b"", b"something else"] {
        fs::write(home.dir().join("keys.sealed"), damaged).unwrap();
        refuses_with(&home, StartProblem::KeyDamaged);
    }
}

/// P-24: a greater version is newer and not damaged.
#[test]
fn a_key_file_of_a_newer_program_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path(), 1);
    let path = home.dir().join("keys.sealed");
    let mut file = fs::read(&path).unwrap();
    file[4] = 2;
    fs::write(&path, file).unwrap();
    refuses_with(&home, StartProblem::HistoryNewer);
}

#[test]
fn a_file_where_the_folder_should_be_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("home");
    fs::write(&path, b"a file").unwrap();
    let error = ProfileFolder::at(&path).lock().unwrap_err();
    assert!(matches!(
        error,
        ProfileError::Problem(StartProblem::FolderUnusable)
    ));
    assert_eq!(fs::read(&path).unwrap(), b"a file");
}

#[test]
fn an_empty_folder_is_not_initialised() {
    let dir = tempfile::tempdir().unwrap();
    let home = ProfileFolder::at(dir.path());
    let opened = home.open(home.lock().unwrap(), &keys());
    assert!(matches!(
        opened.err().unwrap(),
        ProfileError::NotInitialised
    ));
    write_profile(dir.path(), false);
    let opened = home.open(home.lock().unwrap(), &keys());
    assert!(matches!(
        opened.err().unwrap(),
        ProfileError::NotInitialised
    ));
}

#[test]
fn a_folder_moved_aside_keeps_every_file() {
    let dir = tempfile::tempdir().unwrap();
    let home = finished(dir.path(), 1);
    let before: Vec<Vec<u8>> = files(home.dir()).into_values().collect();
    let aside = home.move_aside(home.lock().unwrap(), NOW).unwrap();
    let after: Vec<Vec<u8>> = files(&aside).into_values().collect();
    assert!(before == after);
    assert_eq!(home.state().unwrap(), FolderState::New);
    // A second time within the same moment takes another name.
    drop(create(&home).unwrap());
    let second = home.move_aside(home.lock().unwrap(), NOW).unwrap();
    assert_ne!(aside, second);
}
