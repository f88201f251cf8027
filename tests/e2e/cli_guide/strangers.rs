//! Keys that were not added, and names that come with another key.

use sotto_tests::cli::Person;
use sotto_tests::foreign::{GuideClient, Library, text};
use sotto_tests::relay::SottoRelay;
use sotto_tests::tap::Tap;
use sotto_tests::wait;

use crate::texts::{contact, split_tag};

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

#[test]
fn at_most_twenty_texts_of_a_stranger_and_fifty_strangers_are_kept() {
    let relay = SottoRelay::start();
    let ada = Person::at("ada", &relay.url());
    let _listen = ada.listen();
    let mut guide = GuideClient::start(Library::PyNacl, &relay.url(), "guide");
    guide.wait_to_see("ada");
    for number in 0..25 {
        guide.send("ada", &format!("text {number}"));
    }
    let texts = wait::until("twenty texts wait", || {
        let rows = ada.run(["requests"]).rows();
        let texts = rows.first()?["texts"].as_array()?.clone();
        (texts.len() >= 20).then_some(texts)
    });
    assert_eq!(texts.len(), 20);
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
