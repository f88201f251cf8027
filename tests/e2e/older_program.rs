//! Today's programs with those of an earlier commit, in both directions: nothing that one says is
//! refused by the other, and a home of the older one goes on with today's.
//!
//! They run where `cargo xtask older-program` has built the older programs; everywhere, what those
//! said is replayed from `tests/vectors/older-program` by the tests of the engine.

use serde_json::Value;
use sotto_tests::cli::Person;
use sotto_tests::foreign::text;
use sotto_tests::places;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;
use std::path::PathBuf;

/// The older programs, and a relay of each version.
fn older() -> Option<(PathBuf, [SottoRelay; 2])> {
    let Some(folder) = places::older() else {
        println!("left out: `cargo xtask older-program` builds the older program");
        return None;
    };
    let relays = [
        SottoRelay::start(),
        SottoRelay::start_program(&folder.join("sotto-relay"), |_| {}),
    ];
    Some((folder.join("sotto-cli"), relays))
}

fn contact(person: &Person) -> Value {
    wait::until("there is a session", || {
        let rows = person.run(["contacts"]).rows();
        rows.into_iter()
            .find(|row| row["protection"] == "pq" && row["session"] == "ready")
    })
}

/// Both write, and each text is delivered and shown.
fn talk(one: &Person, other: &Person, round: u32) {
    let (mut of_one, mut of_other) = (one.listen(), other.listen());
    for (from, to) in [(one, other), (other, one)] {
        let id = text(&contact(from), "id");
        for n in 0..3 {
            let words = format!("from {}, {round}.{n}", from.name());
            let limit = ["--wait", "delivered", "--timeout", "60"];
            let send = ["send", "--to", &id, &words];
            let sent = from.run(send.iter().chain(&limit)).one();
            assert_eq!(sent["state"], "delivered", "{words}");
            let reader = if to.name() == one.name() {
                &mut of_one
            } else {
                &mut of_other
            };
            assert_eq!(reader.next_message()["text"], words.as_str());
        }
    }
}

/// What each shows of the other is what was written, once and in its order.
fn have_all(one: &Person, other: &Person, first: &[&str], rounds: u32) {
    for (who, from) in [(one, other), (other, one)] {
        let id = text(&contact(who), "id");
        let by_invite = first.iter().filter(|words| words.ends_with(from.name()));
        let mut wanted: Vec<String> = by_invite.map(ToString::to_string).collect();
        for round in 0..rounds {
            wanted.extend((0..3).map(|n| format!("from {}, {round}.{n}", from.name())));
        }
        assert_eq!(who.texts(&id, "in"), wanted, "{} has", who.name());
    }
}

#[test]
fn the_older_program_is_invited_and_goes_on_as_todays() {
    let Some((program, relays)) = older() else {
        return;
    };
    for relay in &relays {
        let today = Person::at("today", &relay.url());
        let mut older = Person::at_with(&program, "older", &relay.url());
        let link = text(&today.run(["invite"]).one(), "link");
        let id = text(&older.run(["add", &link]).one(), "id");
        older.send(&id, "by your invite, older");
        {
            let (mut of_today, _of_older) = (today.listen(), older.listen());
            assert_eq!(of_today.next_message()["text"], "by your invite, older");
            contact(&today);
            contact(&older);
        }
        talk(&today, &older, 0);
        // Later, with new processes.
        talk(&older, &today, 1);
        // It is updated: the same home, the same session.
        older.use_program(&places::cli());
        talk(&older, &today, 2);
        talk(&today, &older, 3);
        have_all(&today, &older, &["by your invite, older"], 4);
    }
}

#[test]
fn the_older_program_invites() {
    let Some((program, relays)) = older() else {
        return;
    };
    for relay in &relays {
        let today = Person::at("today", &relay.url());
        let older = Person::at_with(&program, "older", &relay.url());
        let link = text(&older.run(["invite"]).one(), "link");
        let id = text(&today.run(["add", &link]).one(), "id");
        today.send(&id, "by your invite, today");
        {
            let (_of_today, mut of_older) = (today.listen(), older.listen());
            assert_eq!(of_older.next_message()["text"], "by your invite, today");
            contact(&today);
            contact(&older);
        }
        talk(&older, &today, 0);
        talk(&today, &older, 1);
        have_all(&today, &older, &["by your invite, today"], 2);
    }
}

#[test]
fn both_who_added_each_other_by_key_come_to_a_session() {
    let Some((program, relays)) = older() else {
        return;
    };
    for relay in &relays {
        let today = Person::at("today", &relay.url());
        let older = Person::at_with(&program, "older", &relay.url());
        today.add("older", &older.public_key());
        older.add("today", &today.public_key());
        {
            let (_of_today, mut of_older) = (today.listen(), older.listen());
            today.send("older", "hello, today");
            assert_eq!(of_older.next_message()["text"], "hello, today");
            contact(&today);
            contact(&older);
        }
        talk(&older, &today, 0);
        have_all(&today, &older, &["hello, today"], 1);
    }
}
