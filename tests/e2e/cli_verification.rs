//! Two people with `sotto-cli` who verify each other: by a code, by the digits, and not by anything
//! else.

use serde_json::Value;
use sotto_tests::cli::{Listener, Person};
use sotto_tests::foreign::text;
use sotto_tests::places;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;
use std::path::PathBuf;

/// Two people at a relay who have added each other by key.
fn two_friends() -> (SottoRelay, Person, Person) {
    let relay = SottoRelay::start();
    let (ada, bo) = (
        Person::at("ada", &relay.url()),
        Person::at("bo", &relay.url()),
    );
    ada.add("bo", &bo.public_key());
    bo.add("ada", &ada.public_key());
    (relay, ada, bo)
}

/// The same who listen and know all keys of each other, and what the other's program reads: in a
/// session that goes before a text.
fn two_in_a_session() -> (SottoRelay, Person, Person, Listener, Listener) {
    let (relay, ada, bo) = two_friends();
    let (of_ada, of_bo) = (ada.listen(), bo.listen());
    ada.send("bo", "hello");
    wait::until("both have a session", || {
        let ready = |person, id| contact(person, id)["session"] == "ready";
        (ready(&ada, "bo") && ready(&bo, "ada")).then_some(())
    });
    for words in ["in a session", "again"] {
        for (from, to) in [(&ada, "bo"), (&bo, "ada")] {
            let wait = ["--wait", "delivered", "--timeout", "60"];
            let send = ["send", "--to", to, words];
            from.run(send.iter().chain(&wait)).one();
        }
    }
    (relay, ada, bo, of_ada, of_bo)
}

fn contact(person: &Person, id: &str) -> Value {
    let rows = person.run(["contacts"]).rows();
    let found = rows.into_iter().find(|row| row["id"] == id);
    found.unwrap()
}

fn number(person: &Person, with: &str) -> String {
    let printed = person.run(["safety-number", "--with", with]).one();
    text(&printed, "digits")
}

/// Draws the code of one person for another.
fn code(person: &Person, with: &str, name: &str) -> PathBuf {
    let file = person.home().path().join(name);
    let out = file.to_str().unwrap();
    let drawn = person.run(["qr", "--with", with, "--out", out]).one();
    assert_eq!(drawn["file"], out);
    file
}

fn next_about(listener: &mut Listener, event: &str, with: &str) -> Value {
    listener.next(event, |found| {
        found["event"] == event && found["with"] == with
    })
}

#[test]
fn one_scan_verifies_both_after_a_look_at_the_other_s_screen() {
    let (_relay, ada, bo, mut of_ada, mut of_bo) = two_in_a_session();
    let unverified = contact(&ada, "bo");
    for key in ["verifiedAt", "verifiedBy"] {
        assert_eq!(unverified[key], Value::Null);
    }
    let early = ada.run(["verify", "--with", "bo", "--seen"]);
    assert_eq!(early.error(), "nothing_to_verify");
    let file = code(&ada, "bo", "code.png");
    let scan = ["verify", "--with", "ada", "--scan", file.to_str().unwrap()];
    let row = bo.run(scan).one();
    assert_eq!(
        (&row["id"], &row["trust"]),
        (&"ada".into(), &"verified".into())
    );
    assert_eq!(
        (&row["verified"], &row["verifiedBy"]),
        (&true.into(), &"picture".into())
    );
    assert!(row["verifiedAt"].is_i64());
    assert_eq!(next_about(&mut of_bo, "verified", "ada")["by"], "picture");
    next_about(&mut of_ada, "verify_asked", "bo");
    assert_eq!(contact(&ada, "bo")["trust"], "unverified");
    let row = ada.run(["verify", "--with", "bo", "--seen"]).one();
    assert_eq!(
        (&row["trust"], &row["verifiedBy"]),
        (&"verified".into(), &"scan".into())
    );
    assert_eq!(next_about(&mut of_ada, "verified", "bo")["by"], "scan");
    assert_eq!(bo.run(scan).error(), "code_used");
    let row = ada.run(["unverify", "--with", "bo"]).one();
    assert_eq!(
        (&row["trust"], &row["verifiedBy"]),
        (&"unverified".into(), &Value::Null)
    );
    let again = ada.run(["unverify", "--with", "bo"]);
    assert_eq!(again.error(), "nothing_to_verify");
}

#[test]
fn digits_verify_if_they_are_those_of_both() {
    let (_relay, ada, bo) = two_friends();
    let digits = number(&bo, "ada");
    let groups: Vec<&str> = (0..12).map(|n| &digits[n * 5..n * 5 + 5]).collect();
    let other = digits.chars().rev().collect::<String>();
    for wrong in [other.as_str(), "12345", "twelve"] {
        let refused = ada.run(["verify", "--with", "bo", "--digits", wrong]);
        assert_eq!(refused.error(), "does_not_match");
        assert_eq!(contact(&ada, "bo")["trust"], "unverified");
    }
    let spaced = groups.join(" ");
    let row = ada
        .run(["verify", "--with", "bo", "--digits", &spaced])
        .one();
    assert_eq!(
        (&row["trust"], &row["verifiedBy"]),
        (&"verified".into(), &"digits".into())
    );
    // It stays when another process opens the home.
    assert_eq!(contact(&ada, "bo")["verifiedBy"], "digits");
    let nobody = ada.run(["verify", "--with", "nobody", "--digits", &digits]);
    assert_eq!(nobody.error(), "unknown_contact");
}

#[test]
fn codes_of_others_and_pictures_without_one_verify_nobody() {
    let (relay, ada, bo) = two_friends();
    let cy = Person::at("cy", &relay.url());
    for (person, other) in [(&bo, &cy), (&cy, &bo)] {
        person.add(other.name(), &other.public_key());
    }
    let _owners = [ada.listen(), bo.listen(), cy.listen()];
    let of_cy = code(&cy, "bo", "code.png");
    let scan = |file: &PathBuf| {
        let file = file.to_str().unwrap();
        bo.run(["verify", "--with", "ada", "--scan", file]).error()
    };
    assert_eq!(scan(&of_cy), "other_contact");
    let own = code(&bo, "ada", "own.png");
    assert_eq!(scan(&own), "own_code");
    let drawn = code(&ada, "bo", "code.svg");
    assert!(std::fs::read_to_string(&drawn).unwrap().starts_with("<svg"));
    assert_eq!(scan(&drawn), "bad_picture");
    assert_eq!(scan(&PathBuf::from("/nonexistent.png")), "bad_picture");
    let without = places::root().join("icons/128x128.png");
    assert_eq!(scan(&without), "not_a_link");
    let nowhere = ["qr", "--with", "ada", "--out", "/nonexistent/code.png"];
    assert_eq!(bo.run(nowhere).error(), "not_saved");
    assert_eq!(contact(&bo, "ada")["trust"], "unverified");
}

#[test]
fn who_was_only_added_by_a_link_is_not_comparable_yet() {
    let relay = SottoRelay::start();
    let (ada, bo) = (
        Person::at("ada", &relay.url()),
        Person::at("bo", &relay.url()),
    );
    let invite = ada.run(["invite"]).one();
    let row = bo
        .run(["add", &text(&invite, "link"), "--allow-private"])
        .one();
    let id = text(&row, "id");
    let (digits, out) = ("1".repeat(60), bo.home().path().join("code.png"));
    let out = out.to_str().unwrap();
    for asked in [
        vec!["safety-number", "--with", &id],
        vec!["qr", "--with", &id, "--out", out],
        vec!["verify", "--with", &id, "--digits", &digits],
    ] {
        assert_eq!(bo.run(&asked).error(), "not_comparable", "{asked:?}");
    }
    assert_eq!(contact(&bo, &id)["verifiedBy"], Value::Null);
}
