//! What every command prints and refuses, without anybody else.

use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER};
use sotto_tests::cli::Person;
use sotto_tests::foreign::text;
use sotto_tests::frames::BoxKeys;
use std::net::TcpListener;

/// An address at which nobody listens: the port was free a moment ago.
fn nobody() -> String {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    format!("ws://127.0.0.1:{port}")
}

fn someone() -> String {
    BoxKeys::from_bytes([0x33; 32]).public_key()
}

#[test]
fn an_id_has_the_documented_form() {
    let ada = Person::new("ada");
    ada.run(["init", "--name", "Ada", "--relay", &nobody()])
        .one();
    let id = ada.run(["id"]).one();
    let account = text(&id, "accountId");
    assert_eq!(account.len(), 26);
    assert!(
        account
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')),
        "{account}"
    );
    assert_eq!(
        id["userId"], account,
        "the account id is the name at relays unless one is given"
    );
    let key = BASE64.decode(text(&id, "publicKey").as_bytes()).unwrap();
    assert_eq!(key.len(), 32);
    let fingerprint = HEXLOWER
        .decode(text(&id, "fingerprint").as_bytes())
        .unwrap();
    assert_eq!(fingerprint.len(), 32);
    let half = BASE32_NOPAD
        .decode(account.to_uppercase().as_bytes())
        .unwrap();
    assert_eq!(
        half,
        fingerprint[..16],
        "the account id is the first half of the hash"
    );
}

#[test]
fn keys_stay_the_same_from_process_to_process() {
    let ada = Person::at("ada", &nobody());
    assert_eq!(ada.run(["id"]).one(), ada.run(["id"]).one());
    let public = ada.run(["export-public"]).one();
    assert_eq!(public["publicKey"], ada.public_key());
}

#[test]
fn a_second_init_is_refused_and_changes_nothing() {
    let ada = Person::at("ada", &nobody());
    let before = ada.run(["id"]).one();
    let again = ada.run(["init", "--name", "Eve", "--relay", &nobody()]);
    assert_eq!(again.error(), "already_initialised");
    assert_eq!(ada.run(["id"]).one(), before);
}

#[test]
fn init_connects_to_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let ada = Person::new("ada");
    ada.init(&format!("ws://{}", listener.local_addr().unwrap()));
    let knocked = listener.accept();
    assert!(knocked.is_err(), "nobody knocked at the relay: {knocked:?}");
}

#[test]
fn without_a_profile_every_command_says_so() {
    let ada = Person::new("ada");
    let key = someone();
    let commands: [&[&str]; 10] = [
        &["id"],
        &["contacts"],
        &["people"],
        &["requests"],
        &["listen", "--seconds", "1"],
        &["export-public"],
        &["history", "--with", "bo"],
        &["send", "--to", "bo", "hello"],
        &["add", "--user-id", "bo", "--public-key", &key],
        &["accept-key", "--with", "bo"],
    ];
    for command in commands {
        assert_eq!(ada.run(command).error(), "not_initialised", "{command:?}");
    }
}

#[test]
fn a_wrong_passphrase_is_refused() {
    let mut ada = Person::at("ada", &nobody());
    let before = ada.run(["id"]).one();
    ada.set("SOTTO_PASSPHRASE", "not the one of before");
    assert_eq!(ada.run(["id"]).error(), "wrong_passphrase");
    ada.set("SOTTO_PASSPHRASE", sotto_tests::cli::PASSPHRASE);
    assert_eq!(ada.run(["id"]).one(), before);
}

#[test]
fn contacts_are_listed_as_they_were_added() {
    let ada = Person::at("ada", &nobody());
    let key = someone();
    ada.run([
        "add",
        "--user-id",
        "bo",
        "--public-key",
        &key,
        "--name",
        "Bo Berg",
    ])
    .one();
    let contacts = ada.run(["contacts"]).rows();
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0]["userId"], "bo");
    assert_eq!(contacts[0]["name"], "Bo Berg");
    assert_eq!(contacts[0]["publicKey"], key.as_str());
}

#[test]
fn an_id_belongs_to_one_key_for_good() {
    let ada = Person::at("ada", &nobody());
    ada.add("bo", &someone());
    let other = BoxKeys::from_bytes([0x34; 32]).public_key();
    let taken = ada.run(["add", "--user-id", "bo", "--public-key", &other]);
    assert_eq!(taken.error(), "id_taken");
    let own = ada.public_key();
    let myself = ada.run(["add", "--user-id", "me", "--public-key", &own]);
    assert_eq!(myself.error(), "own_key");
    assert_eq!(ada.run(["contacts"]).rows().len(), 1);
}

#[test]
fn keys_that_protect_nothing_are_refused() {
    let ada = Person::at("ada", &nobody());
    // A point of order 8 (RFC 7748, section 6.1: the shared secret is zero for any private key).
    let small_order = "4Ot6fDtBuK4WVuP68Z/EatoJjeucMrH9hmIFFl9JuAA=";
    let bad = [
        BASE64.encode(&[0; 32]),
        BASE64.encode(&[0xff; 32]),
        small_order.to_owned(),
        BASE64.encode(&[7; 31]),
        BASE64.encode(&[7; 33]),
        "not base64 at all, though 44 characters long".to_owned(),
        String::new(),
    ];
    for key in bad {
        let refused = ada.run(["add", "--user-id", "bo", "--public-key", &key]);
        assert_eq!(refused.error(), "bad_key", "{key}");
    }
}

#[test]
fn a_text_is_neither_empty_nor_longer_than_60_kib() {
    let ada = Person::at("ada", &nobody());
    ada.add("bo", &someone());
    let longest = "x".repeat(60 * 1024);
    ada.send("bo", &longest);
    let too_long = ada.run_with_input(["send", "--to", "bo", "-"], &format!("{longest}x"));
    assert_eq!(too_long.error(), "text_too_long");
    let nothing = ada.run_with_input(["send", "--to", "bo", "-"], "");
    assert_eq!(nothing.error(), "empty_text");
    assert_eq!(ada.texts("bo", "out"), [longest]);
}

#[test]
fn who_is_no_contact_cannot_be_written_to() {
    let ada = Person::at("ada", &nobody());
    assert_eq!(
        ada.run(["send", "--to", "bo", "hello"]).error(),
        "unknown_contact"
    );
    assert_eq!(
        ada.run(["history", "--with", "bo"]).error(),
        "unknown_contact"
    );
    assert_eq!(
        ada.run(["accept-key", "--with", "bo"]).error(),
        "unknown_contact"
    );
}

#[test]
fn what_cannot_go_out_is_kept_and_a_wait_for_it_ends_in_time() {
    let ada = Person::at("ada", &nobody());
    ada.add("bo", &someone());
    let queued = ada.send("bo", "to be kept");
    assert_eq!(queued["state"], "queued");
    let impatient = [
        "send",
        "--to",
        "bo",
        "also kept",
        "--wait",
        "sent",
        "--timeout",
        "1",
    ];
    assert_eq!(ada.run(impatient).error(), "timed_out");
    let rows = ada.history("bo");
    let kept: Vec<_> = rows
        .iter()
        .map(|row| (text(row, "text"), text(row, "state")))
        .collect();
    let expected = ["to be kept", "also kept"].map(|kept| (kept.to_owned(), "queued".to_owned()));
    assert_eq!(kept, expected);
    assert_eq!(rows[0]["id"], queued["id"]);
    assert_eq!(rows[0]["direction"], "out");
}

#[test]
fn a_relay_address_that_leaves_the_local_network_in_clear_is_refused() {
    for bad in [
        "http://127.0.0.1:1",
        "ws://relay.example.org",
        "no address",
        "wss://",
    ] {
        let ada = Person::new("ada");
        let refused = ada.run(["init", "--name", "Ada", "--relay", bad]);
        assert_eq!(refused.error(), "bad_address", "{bad}");
        assert_eq!(ada.run(["id"]).error(), "not_initialised", "{bad}");
    }
}
