//! What the tests of the store share: a folder with a filled history, and its files as bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sotto_store::contacts::{Added, NewContact, Origin};
use sotto_store::messages::{Protection, Received, Seen, Sent};
use sotto_store::outbox::NewEntry;
use sotto_store::{OpenOptions, Store, StoreError, Tx, contacts, messages, nonces, outbox};
use zeroize::Zeroizing;

pub(crate) const WORD: &str = "Zaunkoenigin";

pub(crate) fn key(byte: u8) -> Zeroizing<[u8; 32]> {
    Zeroizing::new([byte; 32])
}

pub(crate) fn open(dir: &Path) -> Store {
    Store::open(dir, &key(1), OpenOptions::default()).unwrap()
}

/// All files of a folder.
pub(crate) fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// Copies a history that is open: what a process that is killed now leaves behind.
pub(crate) fn copy_files(from: &Path, to: &Path) {
    for (name, bytes) in files(from) {
        fs::write(to.join(name), bytes).unwrap();
    }
}

pub(crate) fn public_id(number: u64) -> [u8; 16] {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    id
}

pub(crate) fn add_contact(store: &mut Store, number: u8) -> i64 {
    let name = format!("contact {number}");
    let added = store
        .transaction(|tx| {
            contacts::add(
                tx,
                &NewContact {
                    public_id: &name,
                    user_id: &name,
                    name: "",
                    box_key: Some([number; 32]),
                    account: None,
                    added_at: 1,
                    origin: Origin::Added,
                },
            )
        })
        .unwrap();
    match added {
        Added::New(id) => id,
        other => panic!("{other:?}"),
    }
}

/// A history in memory with so many contacts; their rows are 1, 2, 3 ...
pub(crate) fn in_memory(contacts: u8) -> Store {
    let mut store = Store::open_in_memory().unwrap();
    for number in 1..=contacts {
        assert_eq!(add_contact(&mut store, number), i64::from(number));
    }
    store
}

/// Runs a transaction that must succeed.
pub(crate) fn change<T>(
    store: &mut Store,
    work: impl FnOnce(&Tx<'_>) -> Result<T, StoreError>,
) -> T {
    store.transaction(work).unwrap()
}

/// A received text at `number` ms, unread.
pub(crate) fn receive(tx: &Tx<'_>, chat: i64, number: u64, text: &str) -> Result<i64, StoreError> {
    messages::receive(
        tx,
        &Received {
            chat,
            public_id: public_id(number),
            text,
            created_at: i64::try_from(number).unwrap(),
            relay_at: None,
            relay: None,
            key: [9; 32],
            protection: Protection::Plain,
            seen: Seen::Unread,
        },
    )
}

/// A text of the person at `number` ms, in the outbox.
pub(crate) fn send(tx: &Tx<'_>, chat: i64, number: u64, text: &str) -> Result<i64, StoreError> {
    let message = messages::send(
        tx,
        &Sent {
            chat,
            public_id: public_id(number),
            text,
            created_at: i64::try_from(number).unwrap(),
            key: [9; 32],
            protection: Protection::Plain,
            plain_nonce: None,
        },
    )?;
    outbox::push(tx, &entry(chat, message, "AAAA"))?;
    Ok(message)
}

pub(crate) fn entry(chat: i64, message: i64, ciphertext: &str) -> NewEntry<'_> {
    NewEntry {
        message,
        chat,
        key: [9; 32],
        nonce: [7; 24],
        ciphertext,
    }
}

/// One received and one queued message in a transaction of their own.
pub(crate) fn exchange(
    store: &mut Store,
    chat: i64,
    number: u64,
) -> Result<(i64, i64), StoreError> {
    store.transaction(|tx| {
        let received = receive(tx, chat, number * 2, &format!("{WORD} received {number}"))?;
        let sent = send(tx, chat, number * 2 + 1, &format!("{WORD} sent {number}"))?;
        let mut nonce = [0; 24];
        nonce[..8].copy_from_slice(&number.to_be_bytes());
        nonces::remember(tx, &[9; 32], &nonce)?;
        Ok((received, sent))
    })
}

/// A closed history with one chat of 2 × 50 messages.
pub(crate) fn filled(dir: &Path) {
    let mut store = Store::create(dir, &key(1)).unwrap();
    let chat = add_contact(&mut store, 9);
    for number in 0..50 {
        exchange(&mut store, chat, number).unwrap();
    }
    store.close().unwrap();
}

/// What a killed process leaves of such a history: part of it still in the log.
pub(crate) fn filled_and_killed(dir: &Path) {
    let elsewhere = tempfile::tempdir().unwrap();
    filled(elsewhere.path());
    let mut store = open(elsewhere.path());
    for number in 50..60 {
        exchange(&mut store, 1, number).unwrap();
    }
    copy_files(elsewhere.path(), dir);
    assert!(fs::metadata(dir.join("history.db-wal")).unwrap().len() > 4096);
}
