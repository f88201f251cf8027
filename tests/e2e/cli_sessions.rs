//! Two people with `sotto-cli`: invites, contact cards, and sessions that begin by themselves.

use serde_json::Value;
use sotto_tests::cli::Person;
use sotto_tests::foreign::text;
use sotto_tests::relay::SottoRelay;
use sotto_tests::tap::Tap;
use sotto_tests::wait;
use std::fs;
use std::path::Path;

fn deliver(person: &Person, to: &str, words: &str) -> Value {
    let limit = ["--wait", "delivered", "--timeout", "60"];
    let send = ["send", "--to", to, words];
    person.run(send.iter().chain(&limit)).one()
}

/// The only contact, once it is as wanted.
fn contact(person: &Person, wanted: impl Fn(&Value) -> bool) -> Value {
    wait::until("the contact is as wanted", || {
        let rows = person.run(["contacts"]).rows();
        rows.into_iter().find(|row| wanted(row))
    })
}

fn is_ready(row: &Value) -> bool {
    row["protection"] == "pq" && row["session"] == "ready"
}

#[test]
fn an_invite_makes_contacts_of_both_and_no_text_goes_plain() {
    let relay = SottoRelay::start();
    let tap = Tap::before(relay.address());
    let (ada, bo) = (Person::at("ada", &tap.url()), Person::at("bo", &tap.url()));
    let invite = ada.run(["invite", "--ttl", "3600"]).one();
    let link = text(&invite, "link");
    assert!(link.starts_with("sotto:add#"), "{link}");
    let added = bo.run(["add", &link, "--name", "Ada"]).one();
    let id = text(&ada.run(["id"]).one(), "accountId");
    assert_eq!(added["id"], id.as_str());
    assert_eq!(added["protection"], "pq");
    assert_eq!(added["session"], "waiting");
    assert_eq!(added["publicKey"], Value::Null);
    bo.send(&id, "written before anybody was there");

    let (mut of_ada, mut of_bo) = (ada.listen(), bo.listen());
    let event = of_ada.next_message();
    assert_eq!(event["text"], "written before anybody was there");
    // What bo wants to be called comes once the session works.
    let found = contact(&ada, |row| is_ready(row) && row["name"] == "bo");
    // A printed link may have been read by anybody.
    assert_eq!(found["verified"], false);
    assert_eq!(found["trust"], "by_link");
    let sent = deliver(&ada, &text(&found, "id"), "and the answer");
    assert_eq!(sent["state"], "delivered");
    assert_eq!(of_bo.next_message()["text"], "and the answer");
    let known = ada.run(["invites"]).rows();
    assert_eq!(known[0]["state"], "used");
    let spent = text(&known[0], "id");
    assert_eq!(
        ada.run(["revoke", "--invite", &spent]).error(),
        "unknown_invite"
    );
    for name in ["ada", "bo"] {
        for frame in tap.messages_from(name) {
            let encrypted = text(&frame, "encrypted");
            // A bundle or the request for one; a text's box would be shorter.
            assert!(encrypted.starts_with("sotto1.") || encrypted.len() > 300);
        }
    }
}

#[test]
fn a_contact_card_is_for_everybody_and_its_user_waits_for_an_answer() {
    let relay = SottoRelay::start();
    let (ada, bo) = (
        Person::at("ada", &relay.url()),
        Person::at("bo", &relay.url()),
    );
    let link = text(&ada.run(["card"]).one(), "link");
    assert_eq!(text(&ada.run(["card"]).one(), "link"), link);
    let id = text(&bo.run(["add", &link]).one(), "id");
    bo.send(&id, "by card");
    let (mut of_ada, _of_bo) = (ada.listen(), bo.listen());
    let request = of_ada.next("a request", |event| event["event"] == "request");
    assert!(ada.run(["contacts"]).rows().is_empty());
    ada.run(["accept", "--request", &text(&request, "request")])
        .one();
    assert_eq!(of_ada.next_message()["text"], "by card");
    let accepted = contact(&ada, is_ready);
    assert_eq!(accepted["trust"], "unverified");
    assert_eq!(
        deliver(&ada, &text(&accepted, "id"), "welcome")["state"],
        "delivered"
    );
}

#[test]
fn links_that_cannot_be_used_say_why() {
    let relay = SottoRelay::start();
    let (ada, bo) = (
        Person::at("ada", &relay.url()),
        Person::at("bo", &relay.url()),
    );
    let link = text(&ada.run(["invite"]).one(), "link");
    assert_eq!(ada.run(["add", &link]).error(), "own_key");
    assert_eq!(bo.run(["add", "sotto:add#AAAA"]).error(), "not_a_link");
    assert_eq!(bo.run(["add", "https://x.example"]).error(), "not_a_link");
    bo.run(["add", &link]).one();
    assert_eq!(bo.run(["add", &link]).error(), "already_added");
    assert_eq!(bo.run(["add"]).error(), "usage");
    let revoked = ada.run(["invite"]).one();
    let id = text(&revoked, "id");
    let row = ada.run(["revoke", "--invite", &id]).one();
    assert_eq!(row["state"], "revoked");
}

#[test]
fn two_who_added_each_other_by_key_come_to_a_session_by_themselves() {
    let relay = SottoRelay::start();
    let (ada, bo) = (
        Person::at("ada", &relay.url()),
        Person::at("bo", &relay.url()),
    );
    ada.add("bo", &bo.public_key());
    bo.add("ada", &ada.public_key());
    let (_of_ada, mut of_bo) = (ada.listen(), bo.listen());
    let number = |person: &Person, with: &str| {
        text(
            &person.run(["safety-number", "--with", with]).one(),
            "digits",
        )
    };
    let of_box_keys = number(&ada, "bo");
    assert_eq!(of_box_keys.len(), 60);
    assert_eq!(number(&bo, "ada"), of_box_keys);
    ada.send("bo", "hello");
    assert_eq!(of_bo.next_message()["text"], "hello");
    let (at_ada, at_bo) = (contact(&ada, is_ready), contact(&bo, is_ready));
    for (person, row) in [(&bo, &at_ada), (&ada, &at_bo)] {
        let id = person.run(["id"]).one();
        assert_eq!(row["accountId"], id["accountId"]);
        assert_eq!(row["fingerprint"], id["fingerprint"]);
    }
    assert_eq!(deliver(&ada, "bo", "in a session")["state"], "delivered");
    assert_eq!(of_bo.next_message()["text"], "in a session");
    assert_eq!(bo.texts("ada", "in"), ["hello", "in a session"]);
    // Both have said something in it: all keys of both count.
    let whole = number(&ada, "bo");
    assert_eq!(number(&bo, "ada"), whole);
    assert_ne!(whole, of_box_keys);
    let nobody = ada.run(["safety-number", "--with", "nobody"]);
    assert_eq!(nobody.error(), "unknown_contact");
}

/// Makes another home of the same identity, as from a backup of the old one's files: the counter beside
/// the keys is not in it.
fn put_back(old: &Person) -> Person {
    let new = Person::new(old.name());
    copy_folder(&old.data(), &new.data());
    let counters = fs::read_dir(new.data()).unwrap().flatten();
    let counters = counters.map(|entry| entry.path());
    let counters: Vec<_> = counters
        .filter(|path| path.extension().is_some_and(|kind| kind == "counter"))
        .collect();
    assert_eq!(counters.len(), 1);
    fs::remove_file(&counters[0]).unwrap();
    new
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else if from.is_file() {
            fs::copy(from, to).unwrap();
        }
    }
}

/// P-54, P-55.
#[test]
fn of_two_computers_with_one_identity_the_older_one_stops() {
    let relay = SottoRelay::start();
    let (old, bo) = (
        Person::at("ada", &relay.url()),
        Person::at("bo", &relay.url()),
    );
    old.add("bo", &bo.public_key());
    bo.add("ada", &old.public_key());
    let (of_old, mut of_bo) = (old.listen(), bo.listen());
    old.send("bo", "hello");
    assert_eq!(of_bo.next_message()["text"], "hello");
    contact(&bo, is_ready);
    assert_eq!(deliver(&bo, "ada", "hello, too")["state"], "delivered");
    of_old.end();
    let new = put_back(&old);

    let _of_new = new.listen();
    assert_eq!(
        deliver(&new, "bo", "from the new one")["state"],
        "delivered"
    );
    assert_eq!(of_bo.next_message()["text"], "from the new one");
    assert_eq!(new.run(["id"]).one()["movedAt"], Value::Null);

    // The old one takes the name at the relay, where the new one is closed with 4001.
    let mut of_old = old.listen();
    old.send("bo", "from the old one");
    of_old.next("that it moved", |event| event["event"] == "moved");
    assert!(old.run(["id"]).one()["movedAt"].is_i64());
    let again = old.run(["send", "--to", "bo", "and more"]);
    assert_eq!(again.error(), "moved");
    assert_eq!(old.run(["people"]).error(), "moved");
    of_old.end();
    let mut of_old = old.listen();
    of_old.next("that it moved", |event| event["event"] == "moved");
    assert_eq!(old.texts("bo", "in"), ["hello, too"]);

    // It does not come back, so the new one does.
    let send = ["send", "--to", "bo", "and again", "--wait", "delivered"];
    let sent = new.run(send.iter().chain(&["--timeout", "120"])).one();
    assert_eq!(sent["state"], "delivered");
    assert_eq!(of_bo.next_message()["text"], "and again");
    assert_eq!(deliver(&bo, "ada", "welcome back")["state"], "delivered");
    assert_eq!(new.texts("bo", "in"), ["hello, too", "welcome back"]);
    let came = ["hello", "from the new one", "and again"];
    assert_eq!(bo.texts("ada", "in"), came);
}
