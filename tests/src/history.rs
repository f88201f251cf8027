//! A long past for a profile, made through the engine and the store as the product makes it.
//!
//! Called by programs of this package, which run where the keyring of the profile is.

use crate::frames::{BoxKeys, numbered_nonce};
use crate::odd;
use crate::seed::Chance;
use sotto_engine::api::RelayChoice;
use sotto_engine::profile::{Keys, NewProfile, ProfileFolder};
use sotto_store::contacts::{Client, NewContact, Origin};
use sotto_store::messages::{Author, PeerKey};
use sotto_store::{
    BoxPublicKey, ChatId, ContactId, ContentId, RelayId, Store, StoreError, contacts, drafts,
    messages, nonces, plain_outbox, relays,
};
use std::env;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// How much past.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    /// Conversations.
    pub chats: u64,
    /// Messages in all of them.
    pub messages: u64,
    /// Whether there are people besides who are hard to draw.
    pub odd: bool,
}

/// What stands in the oldest message alone.
pub const OLDEST: &str = "the wren sings at four";
/// Time between two messages, ms.
const STEP_MS: i64 = 61_000;
/// Messages in one transaction.
const BATCH: u64 = 2_000;

/// Makes a profile from the words of a command line: folder, relay, chats, messages, and `odd` if
/// there are to be people who are hard to draw ([`odd`]). Its keys go into the keychain of the session, or under `SOTTO_PASSPHRASE` if that is set.
///
/// # Panics
/// Where the words are others, or the profile cannot be made.
pub fn make_profile_as_told(words: &[String]) {
    let [folder, relay, chats, messages, people @ ..] = words else {
        panic!("FOLDER RELAY CHATS MESSAGES [odd]");
    };
    let keys = match env::var("SOTTO_PASSPHRASE") {
        Ok(passphrase) => Keys::Passphrase(passphrase.into()),
        Err(_) => Keys::OsKeychain,
    };
    let amount = Amount {
        chats: chats.parse().expect("CHATS is a number"),
        messages: messages.parse().expect("MESSAGES is a number"),
        odd: people == ["odd"],
    };
    make_profile(Path::new(folder), &keys, relay, amount);
}

/// Makes a profile in this folder that talks through a relay at this address, with a past.
///
/// # Panics
/// Where the profile cannot be made.
pub fn make_profile(folder: &Path, keys: &Keys, relay: &str, amount: Amount) {
    let home = ProfileFolder::at(folder);
    let relay = RelayChoice::Custom {
        url: relay.to_owned(),
    };
    let new = NewProfile::new("Ada", Some("ada"), &relay).expect("a good name");
    let lock = home.lock().expect("nobody uses the folder");
    let now = now_ms();
    let profile = home
        .create(lock, keys, &new, now)
        .expect("a profile can be made");
    let mut store = profile.store;
    let relay = relays::list(store.reader()).expect("the history can be read")[0].id;
    let chats = add_contacts(&mut store, amount.chats, now);
    let first = now - STEP_MS * i64::try_from(amount.messages).expect("not that many");
    let mut chance = Chance::from_seed(4_711);
    for batch in 0..amount.messages.div_ceil(BATCH) {
        let numbers = batch * BATCH..amount.messages.min((batch + 1) * BATCH);
        let written = store.transaction(|tx| {
            for number in numbers {
                let at = first + STEP_MS * i64::try_from(number).expect("not that many");
                write(tx, &chats, relay, number, at, &mut chance)?;
            }
            Ok::<(), StoreError>(())
        });
        written.expect("messages can be written");
    }
    write_draft(&mut store, chats[0].chat, now);
    if amount.odd {
        odd::add(&mut store, now);
    }
    store.close().expect("the history can be closed");
}

/// A new contact, with its chat and its key.
#[derive(Clone, Copy)]
struct Added {
    contact: ContactId,
    chat: ChatId,
    key: BoxPublicKey,
}

fn add_contacts(store: &mut Store, count: u64, now: i64) -> Vec<Added> {
    let added = store.transaction(|tx| {
        let mut chats = Vec::new();
        for number in 0..count {
            let (id, key) = (format!("contact-{number}"), key_of(number));
            let name = format!(
                "{} {}",
                FIRST[pick(number, FIRST.len())],
                LAST[pick(number / 7, LAST.len())]
            );
            let contact = NewContact {
                public_id: &id,
                user_id: &id,
                name: &name,
                box_key: Some(key),
                fingerprint: None,
                added_at: now,
                origin: Origin::Added,
            };
            let contacts::Added::New { contact, chat } = contacts::add(tx, &contact)? else {
                panic!("every contact is new");
            };
            contacts::set_client(
                tx,
                contact,
                if number % 3 == 0 {
                    Client::Guide
                } else {
                    Client::Sotto
                },
            )?;
            chats.push(Added { contact, chat, key });
        }
        Ok::<_, StoreError>(chats)
    });
    added.expect("contacts can be written")
}

/// One message, received or handed over, with everything that such a message leaves behind.
fn write(
    tx: &sotto_store::Tx<'_>,
    chats: &[Added],
    relay: RelayId,
    number: u64,
    at: i64,
    chance: &mut Chance,
) -> Result<(), StoreError> {
    let Added { contact, chat, key } = *chance.pick(chats);
    let mut text = words(chance);
    if number == 0 {
        text.push(' ');
        text.push_str(OLDEST);
    }
    let mut public_id = [0; 16];
    public_id[..8].copy_from_slice(&number.to_be_bytes());
    let content = ContentId::from_bytes(public_id);
    let nonce = numbered_nonce(number);
    nonces::remember(tx, &key, &nonce)?;
    if chance.below(2) == 0 {
        let seen = if chance.below(400) == 0 {
            messages::Seen::Unread
        } else {
            messages::Seen::Read
        };
        messages::receive(
            tx,
            &messages::Received {
                chat,
                content,
                author: Author::Box(key),
                text: &text,
                created_at: at,
                relay_at: Some(at),
                relay: Some(relay),
                seen,
            },
        )?;
    } else {
        let sent = messages::Sent {
            chat,
            content,
            text: &text,
            created_at: at,
            key: PeerKey::Box(key),
            plain_nonce: Some(nonce),
            recipients: &[contact],
        };
        let message = messages::send(tx, &sent)?;
        let entry = plain_outbox::NewEntry {
            message,
            contact,
            key,
            nonce,
            ciphertext: "AAAA",
        };
        plain_outbox::push(tx, &entry)?;
        plain_outbox::handed(tx, message, contact, at, relay)?;
    }
    Ok(())
}

fn write_draft(store: &mut Store, chat: ChatId, now: i64) {
    let saved =
        store.transaction(|tx| drafts::save(tx, chat, "a thought that was not finished", now));
    saved.expect("a draft can be written");
}

/// One to sixty words.
fn words(chance: &mut Chance) -> String {
    let longest = if chance.below(5) == 0 { 60 } else { 12 };
    let count = 1 + chance.below(longest);
    let words: Vec<&str> = (0..count).map(|_| *chance.pick(&WORDS)).collect();
    words.join(" ")
}

fn key_of(number: u64) -> BoxPublicKey {
    let mut secret = [0x3c; 32];
    secret[..8].copy_from_slice(&number.to_be_bytes());
    let public = BoxKeys::from_bytes(secret).public_key();
    BoxPublicKey::from_base64(&public).expect("a key of ours is one")
}

fn pick(number: u64, length: usize) -> usize {
    usize::try_from(number).expect("a small number") % length
}

fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    i64::try_from(since.as_millis()).expect("before the year 9999")
}

const FIRST: [&str; 8] = [
    "Mara",
    "Jonas",
    "Leyla",
    "Anton",
    "Ngozi",
    "Sofía",
    "زهرا",
    "Владимир",
];
const LAST: [&str; 6] = [
    "Lindqvist",
    "Okafor",
    "Reyes",
    "Bergmann",
    "محمدی",
    "Иванова",
];
const WORDS: [&str; 24] = [
    "survey",
    "harbour",
    "the",
    "a",
    "is",
    "we",
    "station",
    "tomorrow",
    "ground",
    "points",
    "🙂",
    "line",
    "north",
    "send",
    "again",
    "later",
    "https://example.org/map",
    "of",
    "boat",
    "weather",
    "سلام",
    "gut",
    "read",
    "photos",
];
