//! `kill -9` at random moments while two people write to each other and their relay is killed, too.
//!
//! What must hold on a relay that keeps nothing: nothing is lost from a sender's history or
//! outbox, nothing is twice at a receiver, each sender's order is kept, a text is always written
//! with the same box, and no state claims more than happened. That a text reaches the other side
//! is not promised there; how many did is printed.
//!
//! `SOTTO_KILLS` (5), `SOTTO_MESSAGES` each way (500), `SOTTO_SEED`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use serde_json::Value;
use sotto_tests::cli::{Listener, Person};
use sotto_tests::foreign::text;
use sotto_tests::relay::SottoRelay;
use sotto_tests::seed::{Chance, env_number};
use sotto_tests::tap::Tap;
use sotto_tests::wait;

/// Bytes of a tag: 40 characters of 3 bytes.
const TAG_BYTES: usize = 120;
/// Bytes around a boxed text: nonce and authenticator.
const BOX_BYTES: usize = 40;
/// Bytes of the shortest text of this test.
const SHORTEST: usize = 24;
/// How long everything may take to be handed over after the last kill.
const CALM: Duration = Duration::from_mins(3);

/// The text of this number. Its length alone tells the number, with a tag or without: lengths of
/// untagged texts lie in `[0, 120)` modulo 240 above the shortest, those of tagged ones in the
/// rest.
fn letter(sender: &str, number: usize) -> String {
    let length = SHORTEST + number / TAG_BYTES * 2 * TAG_BYTES + number % TAG_BYTES;
    let mut letter = format!("{sender} {number} ");
    letter.extend(std::iter::repeat_n('.', length - letter.len()));
    letter
}

fn number_of(letter: &str) -> usize {
    letter
        .split(' ')
        .nth(1)
        .and_then(|number| number.parse().ok())
        .expect("a letter")
}

/// Which letter a box holds, by its length.
fn number_in(encrypted: &str) -> usize {
    let bytes = BASE64
        .decode(encrypted.as_bytes())
        .expect("a box is base64")
        .len();
    let above = bytes - BOX_BYTES - SHORTEST;
    let (lap, rest) = (above / (2 * TAG_BYTES), above % (2 * TAG_BYTES));
    lap * TAG_BYTES + rest % TAG_BYTES
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

    /// Nothing counts as handed over that the relay was never sent.
    fn claims_no_more_than_happened(&self, tap: &Tap) {
        let rows = history(self.person, self.peer.name());
        let written = written(tap, self.person.name());
        for row in rows.iter().filter(|row| row["direction"] == "out") {
            let number = number_of(&text(row, "text"));
            match row["state"].as_str() {
                Some("queued") => {}
                Some("sent") => assert!(
                    written.contains_key(&number),
                    "letter {number} counts as handed over, but was never written"
                ),
                other => panic!("a state of no relay that keeps nothing: {other:?}"),
            }
        }
    }
}

/// The boxes that were written to the relay for each letter of this sender.
fn written(tap: &Tap, sender: &str) -> BTreeMap<usize, BTreeSet<String>> {
    let mut boxes: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for frame in tap.messages_from(sender) {
        let encrypted = text(&frame, "encrypted");
        boxes
            .entry(number_in(&encrypted))
            .or_default()
            .insert(encrypted);
    }
    boxes
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
fn nothing_is_lost_doubled_or_claimed_whoever_is_killed_whenever() {
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
        wait::until_within(CALM, "everything is handed over", || {
            let rows = history(side.person, side.peer.name());
            let mut out = rows.iter().filter(|row| row["direction"] == "out");
            out.all(|row| row["state"] == "sent").then_some(())
        });
        side.claims_no_more_than_happened(&tap);
    }
    println!(
        "{kills} kills, {count} texts each way, {:?}",
        started.elapsed()
    );
    for side in &mut sides {
        check_sender(side, count, &tap);
        check_receiver(side, count);
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

/// The sender still has every text once and in order, and wrote each in one box only.
fn check_sender(side: &Side<'_>, count: usize, tap: &Tap) {
    let name = side.person.name();
    let expected: Vec<String> = (0..count).map(|number| letter(name, number)).collect();
    let kept = side.person.texts(side.peer.name(), "out");
    assert!(
        kept == expected,
        "{name} has {} of {count} texts: {:?}",
        kept.len(),
        numbers(&kept)
    );
    for (number, boxes) in written(tap, name) {
        assert_eq!(boxes.len(), 1, "letter {number} of {name} was sealed twice");
    }
}

/// The receiver has no text twice, none in another order than it was typed, and every one that
/// it has was printed.
fn check_receiver(side: &mut Side<'_>, count: usize) {
    let name = side.person.name();
    let received = side.person.texts(side.peer.name(), "in");
    let numbers = numbers(&received);
    assert!(
        numbers.is_sorted_by(|one, next| one < next),
        "{name} received {numbers:?}"
    );
    for letter_in in &received {
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

fn numbers(letters: &[String]) -> Vec<usize> {
    letters.iter().map(|letter| number_of(letter)).collect()
}

#[test]
fn the_length_of_a_box_tells_its_letter() {
    for number in 0..2_000 {
        let letter = letter("ada", number).len();
        for length in [letter, letter + TAG_BYTES] {
            let encrypted = BASE64.encode(&vec![0; length + BOX_BYTES]);
            assert_eq!(number_in(&encrypted), number);
        }
    }
}
