//! Opening a history: what is in the way is told apart, and no file changes.

use crate::common::{
    WORD, add_contact, chat, copy_files, create, exchange, files, filled, filled_and_killed, key,
    open,
};
use sotto_store::messages::Anchor;
use sotto_store::{OpenError, OpenOptions, Store, StoreError, messages};
use std::fs;
use std::path::Path;

fn refused(dir: &Path, byte: u8) -> OpenError {
    let before = files(dir);
    let error = Store::open(dir, &key(byte), OpenOptions::default()).unwrap_err();
    let after = files(dir);
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    assert!(before == after, "{error} changed a file");
    error
}

fn damage(dir: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let path = dir.join("history.db");
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

fn count(dir: &Path) -> usize {
    messages::page(open(dir).reader(), chat(1), Anchor::Newest, 1000)
        .unwrap()
        .messages
        .len()
}

#[test]
fn a_closed_history_is_one_file_and_its_check() {
    let dir = tempfile::tempdir().unwrap();
    assert!(!Store::exists(dir.path()));
    filled(dir.path());
    assert!(Store::exists(dir.path()));
    assert_eq!(
        files(dir.path()).into_keys().collect::<Vec<_>>(),
        ["history.check", "history.db"]
    );
    assert_eq!(files(dir.path())["history.check"].len(), 16);
    assert_eq!(count(dir.path()), 100);
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let mut store = open(dir.path());
    exchange(&mut store, 1, 99).unwrap();
    let names: Vec<_> = files(dir.path()).into_keys().collect();
    assert_eq!(names, ["history.check", "history.db", "history.db-wal"]);
    for name in names {
        let mode = fs::metadata(dir.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_history_is_not_created_over_another_one() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let before = files(dir.path());
    assert_eq!(
        Store::create(dir.path(), &key(2)).unwrap_err(),
        OpenError::Exists
    );
    assert!(before == files(dir.path()));
}

#[test]
fn what_an_interrupted_creation_left_is_no_history() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("history.db.new"), b"half of it").unwrap();
    fs::write(dir.path().join("history.db.new-wal"), b"and a log").unwrap();
    assert!(!Store::exists(dir.path()));
    drop(Store::create(dir.path(), &key(1)).unwrap());
    assert_eq!(
        files(dir.path()).into_keys().collect::<Vec<_>>(),
        ["history.check", "history.db"]
    );
}

#[test]
fn the_log_of_a_lost_history_does_not_get_into_a_new_one() {
    let dir = tempfile::tempdir().unwrap();
    filled_and_killed(dir.path());
    fs::remove_file(dir.path().join("history.db")).unwrap();
    assert_eq!(refused(dir.path(), 1), OpenError::Missing);
    drop(Store::create(dir.path(), &key(1)).unwrap());
    assert_eq!(count(dir.path()), 0);
}

#[test]
fn a_missing_history_is_told_and_not_created() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(refused(dir.path(), 1), OpenError::Missing);
    assert_eq!(refused(&dir.path().join(""), 1), OpenError::Missing);
}

#[test]
fn a_wrong_key_is_told_from_damage() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    assert_eq!(refused(dir.path(), 2), OpenError::WrongKey);
    assert_eq!(count(dir.path()), 100);
}

#[test]
fn a_wrong_key_leaves_the_log_of_a_killed_process() {
    let dir = tempfile::tempdir().unwrap();
    filled_and_killed(dir.path());
    assert_eq!(refused(dir.path(), 2), OpenError::WrongKey);
    assert_eq!(count(dir.path()), 120);
}

#[test]
fn damage_of_every_kind_is_told_and_left_alone() {
    type Change = fn(&mut Vec<u8>);
    let kinds: [(&str, Change); 8] = [
        ("empty", Vec::clear),
        ("first bytes only", |bytes| bytes.truncate(100)),
        ("first page only", |bytes| bytes.truncate(4096)),
        ("half", |bytes| bytes.truncate(bytes.len() / 2)),
        ("salt changed", |bytes| bytes[3] ^= 1),
        ("first page changed", |bytes| bytes[700] ^= 1),
        ("all zero", |bytes| bytes.fill(0)),
        ("another file", |bytes| {
            *bytes = b"SQLite format 3\0 or not".repeat(900);
        }),
    ];
    for (kind, change) in kinds {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path());
        damage(dir.path(), change);
        assert_eq!(refused(dir.path(), 1), OpenError::Damaged, "{kind}");
    }
}

#[test]
fn damage_with_a_log_beside_leaves_both_alone() {
    let dir = tempfile::tempdir().unwrap();
    filled_and_killed(dir.path());
    // The log holds a newer first page, so the damage has to be in it, too.
    damage(dir.path(), |bytes| bytes[700] ^= 1);
    let log = dir.path().join("history.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    bytes.truncate(40);
    fs::write(&log, bytes).unwrap();
    assert_eq!(refused(dir.path(), 1), OpenError::Damaged);
}

#[test]
fn damage_deep_in_the_file_is_told_when_it_is_met() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = create(dir.path());
    add_contact(&mut store, 9);
    for number in 0..400 {
        exchange(&mut store, 1, number).unwrap();
    }
    drop(store);
    // All but the first pages, which hold the schema.
    damage(dir.path(), |bytes| {
        for page in bytes.chunks_mut(4096).skip(70) {
            page[1000] ^= 1;
        }
    });
    let mut store = open(dir.path());
    let read = messages::each(store.reader(), chat(1), |_| Ok::<_, StoreError>(()));
    assert_eq!(read, Err(StoreError::Damaged));
    assert_eq!(exchange(&mut store, 1, 1000), Err(StoreError::Damaged));
}

#[test]
fn a_lost_check_is_written_again_only_for_the_right_key() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let check = dir.path().join("history.check");
    let written = fs::read(&check).unwrap();
    fs::remove_file(&check).unwrap();
    // Without the check nobody can tell which of the two is wrong.
    assert_eq!(refused(dir.path(), 2), OpenError::Damaged);
    assert_eq!(count(dir.path()), 100);
    assert_eq!(fs::read(&check).unwrap(), written);
}

#[test]
fn a_damaged_check_does_not_lock_out_the_right_key() {
    for wrong in [&b"another key's 16"[..], b"short", b""] {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path());
        let check = dir.path().join("history.check");
        let written = fs::read(&check).unwrap();
        fs::write(&check, wrong).unwrap();
        assert_eq!(count(dir.path()), 100);
        assert_eq!(fs::read(&check).unwrap(), written);
    }
}

#[test]
fn a_second_opening_is_refused_while_the_first_lasts() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let first = open(dir.path());
    assert_eq!(
        Store::open(dir.path(), &key(1), OpenOptions::default()).unwrap_err(),
        OpenError::InUse
    );
    drop(first);
    assert_eq!(count(dir.path()), 100);
}

#[test]
fn a_killed_process_loses_nothing_that_was_committed() {
    let dir = tempfile::tempdir().unwrap();
    filled_and_killed(dir.path());
    assert_eq!(count(dir.path()), 120);
}

#[test]
fn a_log_that_was_cut_off_ends_at_the_last_whole_transaction() {
    let whole = tempfile::tempdir().unwrap();
    filled_and_killed(whole.path());
    let log = fs::read(whole.path().join("history.db-wal")).unwrap();
    let mut counts = Vec::new();
    for tenths in 0..=10 {
        let dir = tempfile::tempdir().unwrap();
        copy_files(whole.path(), dir.path());
        fs::write(
            dir.path().join("history.db-wal"),
            &log[..log.len() * tenths / 10],
        )
        .unwrap();
        counts.push(count(dir.path()));
    }
    assert!(counts.is_sorted());
    assert!(counts.iter().all(|count| count % 2 == 0), "{counts:?}");
    assert_eq!((counts[0], counts[10]), (100, 120));
}

#[test]
fn no_text_id_or_key_stands_in_the_files() {
    let dir = tempfile::tempdir().unwrap();
    filled_and_killed(dir.path());
    let secrets: [&[u8]; 6] = [
        WORD.as_bytes(),
        b"zaunkoenigin",
        b"contact 9",
        &[9; 32],
        &[1; 32],
        b"0101010101010101",
    ];
    let utf16: Vec<u8> = WORD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in files(dir.path()) {
        for secret in secrets.iter().chain([&&utf16[..]]) {
            assert!(
                !bytes.windows(secret.len()).any(|part| part == *secret),
                "{name}"
            );
        }
    }
}
