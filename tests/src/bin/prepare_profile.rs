//! Makes a profile with a long past: `prepare_profile FOLDER RELAY CHATS MESSAGES`.
//!
//! Keys go into the keychain of the session it runs in, or under `SOTTO_PASSPHRASE` if that is
//! set. Called by the benchmark of the start and by the test of scrolling.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a program for tests fails by panicking"
)]

use std::env;
use std::path::Path;

use sotto_engine::home::Keys;
use sotto_tests::history::{Amount, make_profile};

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let [folder, relay, chats, messages] = words.as_slice() else {
        panic!("prepare_profile FOLDER RELAY CHATS MESSAGES");
    };
    let keys = match env::var("SOTTO_PASSPHRASE") {
        Ok(passphrase) => Keys::Passphrase(passphrase.into()),
        Err(_) => Keys::OsKeychain,
    };
    let amount = Amount {
        chats: chats.parse().expect("CHATS is a number"),
        messages: messages.parse().expect("MESSAGES is a number"),
    };
    make_profile(Path::new(folder), &keys, relay, amount);
}
