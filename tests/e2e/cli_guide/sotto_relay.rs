//! Guide clients on our relay, among themselves and with Sotto.

use super::texts::{send_to_guide, texts};
use sotto_tests::cli::Person;
use sotto_tests::foreign::{GuideClient, Library, text};
use sotto_tests::relay::SottoRelay;

#[test]
fn guide_clients_talk_to_each_other_over_our_relay() {
    let relay = SottoRelay::start();
    let mut python = GuideClient::start(Library::PyNacl, &relay.url(), "python");
    let mut node = GuideClient::start(Library::TweetNacl, &relay.url(), "node");
    python.wait_to_see("node");
    node.wait_to_see("python");
    for content in texts() {
        python.send("node", &content);
        assert_eq!(text(&node.next_message(), "text"), content);
        node.send("python", &content);
        assert_eq!(text(&python.next_message(), "text"), content);
    }
}

#[test]
fn guide_clients_see_others_come_and_go_at_our_relay() {
    let relay = SottoRelay::start();
    let mut stays = GuideClient::start(Library::PyNacl, &relay.url(), "stays");
    // The guide's relay tells everybody of everybody, a newcomer of itself as well.
    stays.next("its own echo", |event| {
        event["event"] == "joined" && event["userId"] == "stays"
    });
    let comes = GuideClient::start(Library::TweetNacl, &relay.url(), "comes");
    let joined = stays.next("that the other came", |event| event["event"] == "joined");
    assert_eq!(joined["userId"], "comes");
    assert_eq!(joined["publicKey"], comes.public_key());
    comes.leave();
    let left = stays.next("that the other left", |event| event["event"] == "left");
    assert_eq!(left["userId"], "comes");
}

fn sotto_talks_to_a_guide_client(library: Library) {
    let relay = SottoRelay::start();
    let ada = Person::at("ada", &relay.url());
    let mut guide = GuideClient::start(library, &relay.url(), "guide");
    ada.add("guide", guide.public_key());
    let mut listen = ada.listen();
    guide.wait_to_see("ada");
    for content in texts() {
        send_to_guide(&ada, &mut guide, &content);
        guide.send("ada", &content);
        assert_eq!(text(&listen.next_message(), "text"), content);
    }
}

#[test]
fn sotto_and_a_pynacl_client_talk_over_our_relay() {
    sotto_talks_to_a_guide_client(Library::PyNacl);
}

#[test]
fn sotto_and_a_tweetnacl_client_talk_over_our_relay() {
    sotto_talks_to_a_guide_client(Library::TweetNacl);
}

#[test]
fn people_lists_who_is_there() {
    let relay = SottoRelay::start();
    let ada = Person::at("ada", &relay.url());
    let guide = GuideClient::start(Library::PyNacl, &relay.url(), "guide");
    let people = ada.run(["people"]).rows();
    let found = people.iter().find(|person| person["userId"] == "guide");
    assert_eq!(
        found.expect("the guide client is listed")["publicKey"],
        guide.public_key()
    );
    assert!(
        people.iter().all(|person| person["userId"] != "ada"),
        "{people:?}"
    );
}
