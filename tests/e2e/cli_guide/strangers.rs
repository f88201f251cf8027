//! Keys that were not added, and names that come with another key.

use super::texts::{contact, split_tag};
use serde_json::json;
use sotto_tests::cli::{Listener, Person};
use sotto_tests::foreign::{GuideClient, Library, text};
use sotto_tests::frames::{Bare, BoxKeys, message_to, numbered_nonce, register};
use sotto_tests::relay::SottoRelay;
use sotto_tests::tap::Tap;
use sotto_tests::wait;

#[test]
fn a_stranger_waits_in_the_requests_unanswered_until_accepted() {
    let relay = SottoRelay::start();
    let tap = Tap::before(relay.address());
    let ada = Person::at("ada", &tap.url());
    let mut listen = ada.listen();
    let mut guide = GuideClient::start(Library::PyNacl, &relay.url(), "guide");
    guide.wait_to_see("ada");
    guide.send("ada", "you do not know me");
    guide.send("ada", "but I know you");

    let request = listen.next("a request", |event| event["event"] == "request");
    assert_eq!(request["from"], "guide");
    let waiting = wait::until("both texts wait", || {
        let rows = ada.run(["requests"]).rows();
        let texts = rows.first()?["texts"].as_array()?.len();
        (texts == 2).then(|| rows.into_iter().next()).flatten()
    });
    assert_eq!(waiting["publicKey"], guide.public_key());
    assert!(ada.run(["contacts"]).rows().is_empty());
    assert!(
        listen.texts().is_empty(),
        "a stranger's text is no message yet"
    );
    assert!(
        tap.messages_from("ada").is_empty(),
        "nothing is answered before Accept"
    );

    let id = text(&waiting, "id");
    ada.run(["accept", "--request", &id]).one();
    assert_eq!(
        ada.texts("guide", "in"),
        ["you do not know me", "but I know you"]
    );
    assert!(ada.run(["requests"]).rows().is_empty());
    ada.send_and_wait("guide", "now I do");
    let (received, _) = split_tag(&text(&guide.next_message(), "text"));
    assert_eq!(received, "now I do");
}

/// A stranger writes texts through a relay that hands them on in order.
fn write_as_stranger(relay: &SottoRelay, name: &str, seed: u8, texts: &[String], ada_key: &str) {
    let keys = BoxKeys::from_bytes([seed; 32]);
    let mut stranger = Bare::connect(&relay.url());
    stranger.send(&register(name, &keys.public_key()));
    for (number, text) in (0..).zip(texts) {
        let sealed = keys.seal(numbered_nonce(number), ada_key, text.as_bytes());
        stranger.send(&message_to("ada", &sealed));
    }
    // The answer comes behind: the relay has read the texts.
    stranger.send(&json!({ "type": "get_users" }));
    stranger.wait_for("the list that was asked for", |frame| {
        frame["type"] == "user_list"
    });
}

/// Ada connected, and a person whom she knows and whose text shows that all before it has come.
fn ada_and_friend(relay: &SottoRelay) -> (Person, Listener, String, GuideClient) {
    let ada = Person::at("ada", &relay.url());
    let mut friend = GuideClient::start(Library::PyNacl, &relay.url(), "friend");
    ada.add("friend", friend.public_key());
    let listen = ada.listen();
    friend.wait_to_see("ada");
    let key = ada.public_key();
    (ada, listen, key, friend)
}

#[test]
fn at_most_twenty_texts_of_a_stranger_are_kept() {
    let relay = SottoRelay::start();
    let (ada, mut listen, ada_key, mut friend) = ada_and_friend(&relay);
    let texts: Vec<String> = (0..25).map(|number| format!("text {number}")).collect();
    write_as_stranger(&relay, "stranger", 1, &texts, &ada_key);
    friend.send("ada", "that was all");
    assert_eq!(text(&listen.next_message(), "text"), "that was all");
    let rows = ada.run(["requests"]).rows();
    assert_eq!(rows.len(), 1);
    let kept = rows[0]["texts"].as_array().unwrap();
    let kept: Vec<&str> = kept.iter().map(|kept| kept.as_str().unwrap()).collect();
    assert_eq!(kept, texts[..20]);
}

#[test]
fn at_most_fifty_strangers_are_kept() {
    let relay = SottoRelay::start();
    let (ada, mut listen, ada_key, mut friend) = ada_and_friend(&relay);
    let names: Vec<String> = (1..=51)
        .map(|number| format!("stranger-{number}"))
        .collect();
    for (seed, name) in (1..).zip(&names) {
        let texts = [format!("I am {name}")];
        write_as_stranger(&relay, name, seed, &texts, &ada_key);
    }
    friend.send("ada", "that was all");
    assert_eq!(text(&listen.next_message(), "text"), "that was all");
    let rows = ada.run(["requests"]).rows();
    let kept: Vec<String> = rows.iter().map(|row| text(row, "from")).collect();
    assert_eq!(kept, names[1..], "whoever came first gave its place");
}

#[test]
fn an_unknown_request_is_said_to_be_unknown() {
    let relay = SottoRelay::start();
    let ada = Person::at("ada", &relay.url());
    assert_eq!(
        ada.run(["accept", "--request", "4711"]).error(),
        "unknown_request"
    );
}

#[test]
fn another_key_under_a_contacts_name_gets_nothing_until_it_is_accepted() {
    let relay = SottoRelay::start();
    let tap = Tap::before(relay.address());
    let ada = Person::at("ada", &tap.url());
    let mut guide = GuideClient::start(Library::PyNacl, &relay.url(), "guide");
    ada.add("guide", guide.public_key());
    let mut listen = ada.listen();
    guide.wait_to_see("ada");
    ada.send_and_wait("guide", "to the first key");
    guide.next_message();
    let first_key = guide.public_key().to_owned();
    guide.leave();

    // The guide's browser client makes new keys at every load.
    let mut guide = GuideClient::start(Library::PyNacl, &relay.url(), "guide");
    let changed = listen.next("that the key changed", |event| {
        event["event"] == "key_changed"
    });
    assert_eq!(changed["publicKey"], guide.public_key());
    assert_eq!(contact(&ada, "guide")["publicKey"], first_key.as_str());
    let before = tap.messages_from("ada").len();
    ada.send("guide", "for whom?");
    guide.wait_to_see("ada");
    guide.send("ada", "it is me, believe me");
    wait::until("the text of the other key is held", || {
        (contact(&ada, "guide")["keyChange"]["held"] == 1).then_some(())
    });
    assert!(
        listen.texts().is_empty(),
        "a text of another key is no message of the contact"
    );
    assert_eq!(
        tap.messages_from("ada").len(),
        before,
        "nothing goes to the other key"
    );

    ada.run(["accept-key", "--with", "guide"]).one();
    let (received, _) = split_tag(&text(&guide.next_message(), "text"));
    assert_eq!(received, "for whom?", "what was queued follows the choice");
    assert_eq!(contact(&ada, "guide")["publicKey"], guide.public_key());
    assert_eq!(ada.texts("guide", "in"), ["it is me, believe me"]);
    let again = ada.run(["accept-key", "--with", "guide"]);
    assert_eq!(again.error(), "no_key_change");
}
