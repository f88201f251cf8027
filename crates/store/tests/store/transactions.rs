//! When a transaction begins, and which ones are counted.

use crate::common::{chat, create, in_memory, open, receive};
use sotto_store::{Growth, StoreError, messages, settings};

#[test]
fn a_transaction_that_wrote_nothing_is_none() {
    let mut store = in_memory(1);
    let before = store.commits();
    store.end_after(Some(0));
    let read = store.transaction(|tx| messages::unread_count(tx, chat(1)));
    assert_eq!(read, Ok(0));
    assert_eq!(store.commits(), before);
    assert!(!store.has_ended());
}

#[test]
fn however_much_it_writes_a_transaction_is_one() {
    let mut store = in_memory(1);
    let before = store.commits();
    let written = store.transaction(|tx| {
        assert_eq!(messages::unread_count(tx, chat(1))?, 0);
        receive(tx, 1, 1, "one")?;
        assert_eq!(messages::unread_count(tx, chat(1))?, 1);
        receive(tx, 1, 2, "two")?;
        messages::unread_count(tx, chat(1))
    });
    assert_eq!(written, Ok(2));
    assert_eq!(store.commits(), before + 1);
}

#[test]
fn what_was_undone_is_not_counted() {
    let mut store = in_memory(1);
    let before = store.commits();
    let undone: Result<(), StoreError> = store.transaction(|tx| {
        receive(tx, 1, 1, "one")?;
        Err(StoreError::Io)
    });
    assert_eq!(undone, Err(StoreError::Io));
    // Two writes and no commit: it is undone as well.
    store.end_after(Some(2));
    let ended = store.transaction(|tx| receive(tx, 1, 1, "one"));
    assert_eq!(ended, Err(StoreError::Io));
    assert!(store.has_ended());
    store.end_after(None);
    assert_eq!(store.commits(), before);
    assert_eq!(messages::unread_count(store.reader(), chat(1)), Ok(0));
    store.transaction(|tx| receive(tx, 1, 1, "one")).unwrap();
    assert_eq!(store.commits(), before + 1);
}

#[test]
fn what_is_only_read_leaves_the_files_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = create(dir.path());
    store
        .transaction(|tx| settings::set(tx, "theme", "dark"))
        .unwrap();
    store.checkpoint().unwrap();
    store
        .transaction(|tx| settings::value(tx, "theme"))
        .unwrap();
    let log = std::fs::metadata(dir.path().join("history.db-wal")).unwrap();
    assert_eq!(log.len(), 0);
    drop(store);
    assert_eq!(open(dir.path()).commits(), 0);
}

/// SQLite ends a transaction by itself over a full disk: what is written after it, by somebody who
/// did not mind, must not stand alone.
#[test]
fn nothing_of_a_transaction_stands_that_a_full_disk_has_ended() {
    let mut store = in_memory(1);
    let large = "x".repeat(4_000_000);
    store.cap_growth(Growth::Stopped).unwrap();
    for in_a_part in [false, true] {
        let ended = store.transaction(|tx| {
            settings::set(tx, "first", "1")?;
            let fill = || settings::set(tx, "large", &large);
            let filled = if in_a_part { tx.part(fill) } else { fill() };
            assert!(filled.is_err());
            settings::set(tx, "second", "2")
        });
        if ended.is_err() {
            assert_eq!(settings::value(store.reader(), "first"), Ok(None));
            assert_eq!(settings::value(store.reader(), "second"), Ok(None));
        } else {
            // It was undone alone, and the rest is whole.
            let first = settings::value(store.reader(), "first").unwrap();
            let second = settings::value(store.reader(), "second").unwrap();
            assert_eq!(
                (first.as_deref(), second.as_deref()),
                (Some("1"), Some("2"))
            );
        }
        assert_eq!(settings::value(store.reader(), "large"), Ok(None));
    }
    store.cap_growth(Growth::Free).unwrap();
    store
        .transaction(|tx| settings::set(tx, "large", &large))
        .unwrap();
}

#[test]
fn a_part_that_fails_is_undone_alone() {
    let mut store = in_memory(1);
    let before = store.commits();
    store
        .transaction(|tx| {
            settings::set(tx, "one", "1")?;
            let failed: Result<(), StoreError> = tx.part(|| {
                settings::set(tx, "two", "2")?;
                Err(StoreError::Conflict)
            });
            assert_eq!(failed, Err(StoreError::Conflict));
            tx.part(|| settings::set(tx, "three", "3"))
        })
        .unwrap();
    let values = settings::all(store.reader()).unwrap();
    assert!(!values.contains_key("two"));
    assert_eq!(values.len(), 2);
    assert_eq!(store.commits(), before + 1);
    // A part in which nothing is written is no transaction.
    store
        .transaction(|tx| tx.part(|| Ok::<_, StoreError>(())))
        .unwrap();
    assert_eq!(store.commits(), before + 1);
}
