//! `kill -9` at random moments while two people write to each other and their relay is killed, too.
//!
//! The two programs are ours, so after the first words everything goes through a secure session.
//! What must hold then, although the relay keeps nothing: every text is in both histories exactly
//! once and in its order, none is lost, and no state claims more than happened. After the switch
//! nothing but sealed envelopes and the exchange of bundles crosses the relay.
//!
//! `SOTTO_KILLS` (5), `SOTTO_MESSAGES` each way (500), `SOTTO_SEED`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use sotto_tests::cli::{Listener, Person};
use sotto_tests::foreign::text;
use sotto_tests::relay::SottoRelay;
use sotto_tests::seed::{Chance, env_number};
use sotto_tests::tap::Tap;
use sotto_tests::wait;

/// How long everything may take to be confirmed after the last kill.
const CALM: Duration = Duration::from_mins(3);

/// The text of this number; some are longer than others.
fn letter(sender: &str, number: usize) -> String {
    let mut letter = format!("{sender} {number} ");
    letter.extend(std::iter::repeat_n('.', number * 7 % 300));
    letter
}

fn number_of(letter: &str) -> usize {
    letter
        .split(' ')
        .nth(1)
        .and_then(|number| number.parse().ok())
        .expect("a letter")
}

/// One side: the person, and the running `listen` that owns the home.
struct Side<'a> {
    person: &'a Person,
    peer: &'a Person,
    listen: Listener,
    printed: BTreeSet<String>,
}

impl<'a> Side<'a> {
    fn new(person: &'a Person, peer: &'a Person) -> Self {
        Self {
            person,
            peer,
            listen: person.listen(),
            printed: BTreeSet::new(),
        }
    }

    /// Ends the owner at once, keeps what it had printed, and starts the next one.
    fn kill(&mut self) {
        self.listen.process().kill();
        self.printed.extend(self.listen.texts());
        self.listen = self.person.listen();
    }

    /// Nothing counts as confirmed that the other side does not have, and no more counts as handed
    /// over than was ever written.
    fn claims_no_more_than_happened(&self, tap: &Tap) {
        let (name, peer) = (self.person.name(), self.peer.name());
        let rows = history(self.person, peer);
        let out = rows.iter().filter(|row| row["direction"] == "out");
        let (mut confirmed, mut gone) = (BTreeSet::new(), 0);
        for row in out {
            match row["state"].as_str() {
                Some("queued") => {}
                Some("sent") => gone += 1,
                Some("delivered") => {
                    gone += 1;
                    confirmed.insert(text(row, "text"));
                }
                other => panic!("a state that no text has here: {other:?}"),
            }
        }
        let written = tap.messages_from(name).len();
        assert!(
            gone <= written,
            "{gone} of {name} left, {written} were written"
        );
        // Read after what is claimed: what was there then is there now.
        let has: BTreeSet<String> = history(self.peer, name)
            .iter()
            .filter(|row| row["direction"] == "in")
            .map(|row| text(row, "text"))
            .collect();
        let missing: Vec<&String> = confirmed.difference(&has).collect();
        assert!(
            missing.is_empty(),
            "{peer} has not what {name} says: {missing:?}"
        );
    }
}

/// `history`, asked again while the owner of the home is being replaced.
fn history(person: &Person, with: &str) -> Vec<Value> {
    wait::until("the history can be read", || {
        let outcome = person.run(["history", "--with", with]);
        outcome.is_ok().then(|| outcome.rows())
    })
}

/// Types all letters, one after the other. Whether a command that was cut off had put its text
/// into the outbox, only the history tells.
fn type_letters(person: &Person, to: &str, count: usize, typed: &AtomicUsize) {
    for number in 0..count {
        let letter = letter(person.name(), number);
        let is_there = |rows: &[Value]| {
            rows.iter()
                .any(|row| row["direction"] == "out" && row["text"] == letter.as_str())
        };
        wait::until("a text is taken", || {
            let outcome = person.run_with_input(["send", "--to", to, "-"], &letter);
            (outcome.is_ok() || is_there(&history(person, to))).then_some(())
        });
        typed.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn every_text_arrives_once_and_in_order_whoever_is_killed_whenever() {
    let kills = env_number("SOTTO_KILLS", 5);
    let count = usize::try_from(env_number("SOTTO_MESSAGES", 500)).unwrap();
    let mut chance = Chance::from_env();
    let mut relay = SottoRelay::start();
    let tap = Tap::before(relay.address());
    let (ada, bo) = (Person::at("ada", &tap.url()), Person::at("bo", &tap.url()));
    ada.add("bo", &bo.public_key());
    bo.add("ada", &ada.public_key());
    let typed = AtomicUsize::new(0);
    let mut sides = [Side::new(&ada, &bo), Side::new(&bo, &ada)];
    // Words before the session can be lost and come late: it begins with the first.
    ada.run(["send", "--to", "bo", "hello"]);
    for side in &sides {
        let contacts = || side.person.run(["contacts"]);
        wait::until("there is a session", || {
            let outcome = contacts();
            let is_pq = |row: &Value| row["protection"] == "pq" && row["session"] == "ready";
            (outcome.is_ok() && outcome.rows().iter().all(is_pq)).then_some(())
        });
    }
    let started = Instant::now();

    thread::scope(|scope| {
        let typists = [
            scope.spawn(|| type_letters(&ada, "bo", count, &typed)),
            scope.spawn(|| type_letters(&bo, "ada", count, &typed)),
        ];
        for kill in 0..kills {
            wait_for_a_moment(&mut chance, &tap, &typed, 2 * count, kills - kill);
            let side = usize::try_from(chance.below(2)).unwrap();
            sides[side].kill();
            // Often enough that reconnecting and restarting meet.
            if kill % 3 == 1 {
                relay.restart();
            }
            sides[side].claims_no_more_than_happened(&tap);
        }
        for typist in typists {
            typist.join().expect("every text was taken");
        }
    });

    for side in &mut sides {
        wait::until_within(CALM, "everything is confirmed", || {
            let rows = history(side.person, side.peer.name());
            let mut out = rows.iter().filter(|row| row["direction"] == "out");
            out.all(|row| row["state"] == "delivered").then_some(())
        });
        side.claims_no_more_than_happened(&tap);
    }
    println!(
        "{kills} kills, {count} texts each way, {:?}",
        started.elapsed()
    );
    for side in &mut sides {
        check_sender(side, count);
        check_receiver(side, count);
        check_wire(side, &tap);
    }
}

/// Waits for a moment of no particular kind: after so many further frames, and a little.
fn wait_for_a_moment(
    chance: &mut Chance,
    tap: &Tap,
    typed: &AtomicUsize,
    total: usize,
    kills_left: u64,
) {
    let left = total.saturating_sub(typed.load(Ordering::Relaxed)) as u64;
    let stride = (2 * left / (kills_left + 1)).max(2);
    let next = tap.count() + usize::try_from(1 + chance.below(stride)).unwrap();
    tap.wait_for_count(next, Duration::from_secs(10));
    tap.wait_for_count(usize::MAX, Duration::from_micros(chance.below(40_000)));
}

/// The sender still has every text once and in order.
fn check_sender(side: &Side<'_>, count: usize) {
    let name = side.person.name();
    let kept = side.person.texts(side.peer.name(), "out");
    let kept = numbers(&kept);
    assert!(kept.iter().copied().eq(0..count), "{name} has {kept:?}");
}

/// The receiver has every text once, in the order in which it was typed, and every one was printed.
fn check_receiver(side: &mut Side<'_>, count: usize) {
    let name = side.person.name();
    let received = side.person.texts(side.peer.name(), "in");
    let numbers = numbers(&received);
    assert!(
        numbers.iter().copied().eq(0..count),
        "{name} received {numbers:?}"
    );
    for letter_in in received.iter().filter(|letter| *letter != "hello") {
        assert_eq!(*letter_in, letter(side.peer.name(), number_of(letter_in)));
    }
    wait::until(&format!("{name}'s listen prints what was received"), || {
        side.printed.extend(side.listen.texts());
        received
            .iter()
            .all(|letter| side.printed.contains(letter))
            .then_some(())
    });
    println!("{name} received {} of {count}", received.len());
}

/// Behind the first envelope of a sender there is no text in a plain box: only envelopes, and
/// bundles, which are longer than any text of this test.
fn check_wire(side: &Side<'_>, tap: &Tap) {
    let frames = tap.messages_from(side.person.name());
    let all: Vec<String> = frames
        .iter()
        .map(|frame| text(frame, "encrypted"))
        .collect();
    let first = all.iter().position(|text| text.starts_with("sotto1."));
    let first = first.expect("there is a session");
    let (mut sealed, mut boxes) = (0, 0);
    for encrypted in &all[first..] {
        if encrypted.starts_with("sotto1.") {
            sealed += 1;
        } else {
            boxes += 1;
        }
    }
    println!(
        "{} wrote {first} boxes before the session, then {sealed} envelopes and {boxes} boxes",
        side.person.name()
    );
    assert!(
        boxes * 20 <= sealed,
        "{boxes} boxes among {sealed} envelopes"
    );
}

fn numbers(letters: &[String]) -> Vec<usize> {
    let typed = letters.iter().filter(|letter| *letter != "hello");
    typed.map(|letter| number_of(letter)).collect()
}
