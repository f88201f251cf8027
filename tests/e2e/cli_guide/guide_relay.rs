//! Sotto on the guide's relay in Node, with all its faults, among guide clients.

use super::texts::{contact, send_to_guide, split_tag, texts};
use serde_json::json;
use sotto_tests::cli::Person;
use sotto_tests::foreign::{GuideClient, GuideRelay, Library, text};
use sotto_tests::frames::{Bare, BoxKeys, register};
use sotto_tests::wait;
use std::time::Duration;

/// Ada with Sotto and a guide client, who know each other's keys; Ada listens.
fn acquainted(library: Library, relay: &GuideRelay) -> (Person, GuideClient) {
    let ada = Person::at("ada", &relay.url());
    let guide = GuideClient::start(library, &relay.url(), "guide");
    ada.add("guide", guide.public_key());
    (ada, guide)
}

fn texts_go_both_ways(library: Library) {
    let relay = GuideRelay::start();
    let (ada, mut guide) = acquainted(library, &relay);
    let mut listen = ada.listen();
    guide.wait_to_see("ada");
    for content in texts() {
        send_to_guide(&ada, &mut guide, &content);
        guide.send("ada", &content);
        let event = listen.next_message();
        assert_eq!(event["from"], "guide");
        assert_eq!(text(&event, "text"), content);
        assert!(
            event["timestamp"]
                .as_i64()
                .is_some_and(|ms| ms > 1_600_000_000_000),
            "{event}"
        );
        assert!(event["id"].is_string(), "{event}");
    }
    assert_eq!(ada.texts("guide", "in"), texts());
    assert_eq!(ada.texts("guide", "out"), texts());
}

#[test]
fn texts_go_both_ways_with_a_pynacl_client() {
    texts_go_both_ways(Library::PyNacl);
}

#[test]
fn texts_go_both_ways_with_a_tweetnacl_client() {
    texts_go_both_ways(Library::TweetNacl);
}

#[test]
fn the_tag_goes_to_unknown_contacts_only_and_nobody_sees_it() {
    let relay = GuideRelay::start();
    let (ada, mut guide) = acquainted(Library::PyNacl, &relay);
    let mut listen = ada.listen();
    guide.wait_to_see("ada");
    assert_eq!(contact(&ada, "guide")["client"], "unknown");

    let tag = send_to_guide(&ada, &mut guide, "who are you?");
    assert_eq!(
        tag.chars().count(),
        40,
        "an unknown contact is told what Sotto is"
    );

    guide.send("ada", "a guide client");
    listen.next_message();
    assert_eq!(contact(&ada, "guide")["client"], "guide");
    let tag = send_to_guide(&ada, &mut guide, "then no tag for you");
    assert_eq!(tag, "");
}

#[test]
fn two_sotto_users_know_each_other_by_the_tag() {
    let relay = GuideRelay::start();
    let (ada, bo) = (
        Person::at("ada", &relay.url()),
        Person::at("bo", &relay.url()),
    );
    ada.add("bo", &bo.public_key());
    bo.add("ada", &ada.public_key());
    let (mut ada_listens, mut bo_listens) = (ada.listen(), bo.listen());
    for content in texts() {
        ada.send_and_wait("bo", &content);
        assert_eq!(text(&bo_listens.next_message(), "text"), content);
        bo.send_and_wait("ada", &content);
        assert_eq!(text(&ada_listens.next_message(), "text"), content);
    }
    assert_eq!(contact(&ada, "bo")["client"], "sotto");
    assert_eq!(contact(&bo, "ada")["client"], "sotto");
}

#[test]
fn two_sotto_users_end_in_a_session_and_have_receipts() {
    let relay = GuideRelay::start();
    let (ada, bo) = (
        Person::at("ada", &relay.url()),
        Person::at("bo", &relay.url()),
    );
    ada.add("bo", &bo.public_key());
    bo.add("ada", &ada.public_key());
    let (_ada_listens, mut bo_listens) = (ada.listen(), bo.listen());
    ada.send_and_wait("bo", "the first words");
    for (person, other) in [(&ada, "bo"), (&bo, "ada")] {
        wait::until("there is a session", || {
            let contact = contact(person, other);
            (contact["protection"] == "pq" && contact["session"] == "ready").then_some(())
        });
    }
    let words = ["send", "--to", "bo", "in the session"];
    let wait = ["--wait", "delivered", "--timeout", "60"];
    let sent = ada.run(words.iter().chain(&wait)).one();
    assert_eq!(sent["state"], "delivered");
    bo_listens.next("the text", |event| event["text"] == "in the session");
    assert_eq!(bo.texts("ada", "in"), ["the first words", "in the session"]);
}

#[test]
fn a_guide_client_gives_no_receipts_and_a_wait_for_one_says_so_at_once() {
    let relay = GuideRelay::start();
    let (ada, _guide) = acquainted(Library::PyNacl, &relay);
    let wait = [
        "send",
        "--to",
        "guide",
        "hello",
        "--wait",
        "delivered",
        "--timeout",
        "600",
    ];
    assert_eq!(ada.run(wait).error(), "no_receipts");
}

#[test]
fn what_was_written_while_the_other_was_away_goes_out_in_order_when_they_come() {
    let relay = GuideRelay::start();
    let secret = [0x21; 32];
    let key = BoxKeys::from_bytes(secret).public_key();
    let ada = Person::at("ada", &relay.url());
    ada.add("guide", &key);
    let _listen = ada.listen();
    let written: Vec<String> = (0..20).map(|number| format!("letter {number}")).collect();
    for content in &written {
        assert_eq!(ada.send("guide", content)["state"], "queued");
    }
    let secret = data_encoding::BASE64.encode(&secret);
    let mut guide = GuideClient::start_with(Library::PyNacl, &relay.url(), "guide", Some(&secret));
    for content in &written {
        let (received, _) = split_tag(&text(&guide.next_message(), "text"));
        assert_eq!(&received, content);
    }
    wait::until("all are handed over", || {
        let rows = ada.history("guide");
        rows.iter().all(|row| row["state"] == "sent").then_some(())
    });
}

#[test]
fn a_relay_that_starts_anew_is_joined_again_and_nothing_queued_is_lost() {
    let mut relay = GuideRelay::start();
    let (ada, guide) = acquainted(Library::PyNacl, &relay);
    let _listen = ada.listen();
    ada.send_and_wait("guide", "before");
    drop(guide);
    // The guide's own fault: one frame that is not JSON ends it for everybody.
    relay.process().kill();
    ada.send("guide", "while it was away");
    relay.restart();
    let guide = GuideClient::start(Library::PyNacl, &relay.url(), "guide");
    // A new guide client has a new key, as the guide's browser client at every load.
    assert_ne!(contact(&ada, "guide")["publicKey"], guide.public_key());
    wait::until("the other key is seen", || {
        contact(&ada, "guide")["keyChange"]["publicKey"]
            .as_str()
            .map(|key| assert_eq!(key, guide.public_key()))
    });
    let queued =
        |row: &serde_json::Value| row["text"] == "while it was away" && row["state"] == "queued";
    assert!(ada.history("guide").iter().any(queued));
}

#[test]
fn whoever_is_struck_off_the_list_by_an_old_socket_registers_again() {
    let relay = GuideRelay::start();
    let (ada, mut guide) = acquainted(Library::PyNacl, &relay);
    let _listen = ada.listen();
    guide.wait_to_see("ada");
    // An older socket of the same name closes: the guide's relay forgets the newer one.
    let mut old = Bare::connect(&relay.url());
    old.send(&register("ada", &ada.public_key()));
    old.wait_for("its own echo", |frame| frame["type"] == "user_joined");
    drop(old);
    guide.next("that Ada left", |event| {
        event["event"] == "left" && event["userId"] == "ada"
    });
    // She is not told, as she is not on the list: she finds out when she asks for it, which she
    // does every 60 s.
    let back = |event: &serde_json::Value| {
        event["event"] == "joined"
            && event["userId"] == "ada"
            && event["publicKey"] == json!(ada.public_key())
    };
    let already = guide.events().len();
    wait::until_within(Duration::from_secs(100), "Ada is back by herself", || {
        guide.events()[already..].iter().any(back).then_some(())
    });
    guide.send("ada", "still there?");
    wait::until("the text arrives", || {
        (ada.texts("guide", "in") == ["still there?"]).then_some(())
    });
}

#[test]
fn a_box_of_ones_own_that_comes_back_is_dropped() {
    let relay = GuideRelay::start();
    let (ada, mut guide) = acquainted(Library::PyNacl, &relay);
    let mut listen = ada.listen();
    guide.wait_to_see("ada");
    send_to_guide(&ada, &mut guide, "mine");
    let events = guide.events();
    let own_box = events
        .iter()
        .rev()
        .find_map(|event| event["encrypted"].as_str())
        .unwrap();
    // The same key both ways: the relay, or whoever holds the name, can send it back.
    guide.send_frame(&json!({ "type": "message", "to": "ada", "encrypted": own_box }));
    guide.send("ada", "an honest one");
    assert_eq!(text(&listen.next_message(), "text"), "an honest one");
    assert_eq!(ada.texts("guide", "in"), ["an honest one"]);
}

#[test]
fn a_box_that_comes_twice_is_one_message() {
    let relay = GuideRelay::start();
    let keys = BoxKeys::from_bytes([0x42; 32]);
    let ada = Person::at("ada", &relay.url());
    ada.add("guide", &keys.public_key());
    let mut listen = ada.listen();
    let mut bare = Bare::connect(&relay.url());
    bare.send(&register("guide", &keys.public_key()));
    bare.wait_for("Ada", |frame| {
        frame["type"] == "user_joined" && frame["userId"] == "guide"
    });
    bare.wait_until_listed("ada");
    let sealed = keys.seal([9; 24], &ada.public_key(), b"once");
    for _ in 0..3 {
        bare.send(&sotto_tests::frames::message_to("ada", &sealed));
    }
    let last = keys.seal([10; 24], &ada.public_key(), b"the last");
    bare.send(&sotto_tests::frames::message_to("ada", &last));
    listen.next("the last", |event| event["text"] == "the last");
    assert_eq!(listen.texts(), ["once", "the last"]);
}
