//! What the tests of the store share: a folder with a filled history, and its files as bytes.

#![allow(dead_code, reason = "each test program uses a part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sotto_store::contacts::{Added, NewContact, Origin};
use sotto_store::messages::{Received, Seen, Sent};
use sotto_store::outbox::NewEntry;
use sotto_store::{OpenOptions, Store, StoreError, contacts, messages, nonces, outbox};
use zeroize::Zeroizing;

pub const WORD: &str = "Zaunkoenigin";

pub fn key(byte: u8) -> Zeroizing<[u8; 32]> {
    Zeroizing::new([byte; 32])
}

pub fn open(dir: &Path) -> Store {
    Store::open(dir, &key(1), OpenOptions::default()).unwrap()
}

/// All files of a folder.
pub fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
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
pub fn copy_files(from: &Path, to: &Path) {
    for (name, bytes) in files(from) {
        fs::write(to.join(name), bytes).unwrap();
    }
}

pub fn public_id(number: u64) -> [u8; 16] {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    id
}

pub fn add_contact(store: &mut Store, number: u8) -> i64 {
    let name = format!("contact {number}");
    let added = store
        .transaction(|tx| {
            contacts::add(
                tx,
                &NewContact {
                    public_id: &name,
                    user_id: &name,
                    name: "",
                    box_key: [number; 32],
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

/// One received and one queued message in a transaction of their own.
pub fn exchange(store: &mut Store, chat: i64, number: u64) -> Result<(i64, i64), StoreError> {
    store.transaction(|tx| {
        let received = messages::receive(
            tx,
            &Received {
                chat,
                public_id: public_id(number * 2),
                text: &format!("{WORD} received {number}"),
                created_at: i64::try_from(number).unwrap(),
                relay_at: Some(3),
                relay: Some(1),
                key: [9; 32],
                seen: Seen::Unread,
            },
        )?;
        let sent = messages::send(
            tx,
            &Sent {
                chat,
                public_id: public_id(number * 2 + 1),
                text: &format!("{WORD} sent {number}"),
                created_at: i64::try_from(number).unwrap(),
                key: [9; 32],
            },
        )?;
        let mut nonce = [0; 24];
        nonce[..8].copy_from_slice(&number.to_be_bytes());
        outbox::push(
            tx,
            &NewEntry {
                message: sent,
                chat,
                key: [9; 32],
                nonce,
                ciphertext: "AAAA",
            },
        )?;
        nonces::remember(tx, &[9; 32], &nonce)?;
        Ok((received, sent))
    })
}

/// A closed history with one chat of 2 × 50 messages.
pub fn filled(dir: &Path) {
    let mut store = Store::create(dir, &key(1)).unwrap();
    let chat = add_contact(&mut store, 9);
    for number in 0..50 {
        exchange(&mut store, chat, number).unwrap();
    }
    store.close().unwrap();
}

/// What a killed process leaves of such a history: part of it still in the log.
pub fn filled_and_killed(dir: &Path) {
    let elsewhere = tempfile::tempdir().unwrap();
    filled(elsewhere.path());
    let mut store = open(elsewhere.path());
    for number in 50..60 {
        exchange(&mut store, 1, number).unwrap();
    }
    copy_files(elsewhere.path(), dir);
    assert!(fs::metadata(dir.join("history.db-wal")).unwrap().len() > 4096);
}
