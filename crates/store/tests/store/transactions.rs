//! When a transaction begins, and which ones are counted.

use sotto_store::{StoreError, messages, settings};

use crate::common::{chat, create, in_memory, open, receive};

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
