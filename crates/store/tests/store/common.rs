//! What the tests of the store share: a folder with a filled history, and its files as bytes.

use sotto_protocol::{BoxPublicKey, Fingerprint};
use sotto_store::contacts::{Added, NewContact, Origin};
use sotto_store::messages::{Author, PeerKey, Received, Seen, Sent};
use sotto_store::plain_outbox::NewEntry;
use sotto_store::{
    ChatId, ContactId, ContentId, MessageId, OpenOptions, Store, StoreError, Tx, chats, contacts,
    messages, nonces, plain_outbox,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use zeroize::Zeroizing;

/// How much greater the number of a chat is than that of its contact.
const APART: i64 = 40;

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

/// The contact that was added as the first, the second ...
pub(crate) const fn contact(number: i64) -> ContactId {
    ContactId(number)
}

/// Its chat.
pub(crate) const fn chat(number: i64) -> ChatId {
    ChatId(number + APART)
}

pub(crate) fn content(number: u64) -> ContentId {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    ContentId::from_bytes(id)
}

/// A valid box key that differs by this byte.
pub(crate) fn box_key(byte: u8) -> BoxPublicKey {
    let mut bytes = [1; 32];
    bytes[0] = byte;
    BoxPublicKey::from_bytes(bytes).unwrap()
}

pub(crate) const fn fingerprint(byte: u8) -> Fingerprint {
    Fingerprint::from_bytes([byte; 32])
}

/// Who writes what [`receive`] receives.
pub(crate) fn writer() -> Author {
    Author::Box(box_key(9))
}

pub(crate) fn new_contact(id: &str, key: u8) -> NewContact<'_> {
    NewContact {
        public_id: id,
        user_id: id,
        name: "",
        box_key: Some(box_key(key)),
        fingerprint: None,
        added_at: 1,
        origin: Origin::Added,
    }
}

/// Adds the next contact, with this byte in its key.
pub(crate) fn add_contact(store: &mut Store, number: u8) -> (ContactId, ChatId) {
    let name = format!("contact {number}");
    match change(store, |tx| contacts::add(tx, &new_contact(&name, number))) {
        Added::New { contact, chat } => (contact, chat),
        other => panic!("{other:?}"),
    }
}

/// Lets the numbers of chats begin elsewhere than those of contacts, as after groups that are gone.
fn set_apart(mut store: Store) -> Store {
    change(&mut store, |tx| {
        for _ in 0..APART {
            let group = chats::create_group(tx, 0)?;
            assert!(chats::delete(tx, group)?);
        }
        Ok(())
    });
    store
}

/// An empty history in this folder.
pub(crate) fn create(dir: &Path) -> Store {
    set_apart(Store::create(dir, &key(1)).unwrap())
}

/// A history in memory with so many contacts: [`contact`] and [`chat`] 1, 2, 3 ...
pub(crate) fn in_memory(contacts: u8) -> Store {
    let mut store = set_apart(Store::open_in_memory().unwrap());
    for number in 1..=contacts {
        let numbers = (contact(number.into()), chat(number.into()));
        assert_eq!(add_contact(&mut store, number), numbers);
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

/// A received text in the chat of a contact at `number` ms, unread.
pub(crate) fn receive(
    tx: &Tx<'_>,
    from: i64,
    number: u64,
    text: &str,
) -> Result<MessageId, StoreError> {
    messages::receive(tx, &received(chat(from), number, text))
}

pub(crate) fn received(chat: ChatId, number: u64, text: &str) -> Received<'_> {
    Received {
        chat,
        content: content(number),
        author: writer(),
        text,
        created_at: i64::try_from(number).unwrap(),
        relay_at: None,
        relay: None,
        seen: Seen::Unread,
    }
}

/// A text of the person to a contact at `number` ms, in the plain outbox.
pub(crate) fn send(tx: &Tx<'_>, to: i64, number: u64, text: &str) -> Result<MessageId, StoreError> {
    let message = messages::send(
        tx,
        &Sent {
            chat: chat(to),
            content: content(number),
            text,
            created_at: i64::try_from(number).unwrap(),
            key: PeerKey::Box(box_key(9)),
            plain_nonce: None,
            recipients: &[contact(to)],
        },
    )?;
    plain_outbox::push(tx, &entry(to, message, "AAAA"))?;
    Ok(message)
}

pub(crate) fn entry(to: i64, message: MessageId, ciphertext: &str) -> NewEntry<'_> {
    NewEntry {
        message,
        contact: contact(to),
        key: box_key(9),
        nonce: [7; 24],
        ciphertext,
    }
}

/// The nonce that an exchange leaves behind.
pub(crate) fn nonce(number: u64) -> [u8; 24] {
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&number.to_be_bytes());
    nonce
}

/// One received and one queued message with a contact, in a transaction of their own.
pub(crate) fn exchange(
    store: &mut Store,
    with: i64,
    number: u64,
) -> Result<(MessageId, MessageId), StoreError> {
    store.transaction(|tx| {
        let received = receive(tx, with, number * 2, &format!("{WORD} received {number}"))?;
        let sent = send(tx, with, number * 2 + 1, &format!("{WORD} sent {number}"))?;
        nonces::remember(tx, &box_key(9), &nonce(number))?;
        Ok((received, sent))
    })
}

/// A closed history with one chat of 2 × 50 messages.
pub(crate) fn filled(dir: &Path) {
    let mut store = create(dir);
    add_contact(&mut store, 9);
    for number in 0..50 {
        exchange(&mut store, 1, number).unwrap();
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
