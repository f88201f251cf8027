//! `kill -9` at random moments while two people write to each other and their relay is killed, too.
//!
//! The two programs are ours, so after the first words everything goes through a secure session.
//! What must hold then, although the relay keeps nothing: every text is in both histories exactly
//! once and in its order, none is lost, and no state claims more than happened. After the switch
//! nothing but sealed envelopes and the exchange of bundles crosses the relay.
//!
//! To a guide client each frame is one text, and the test can open it: there, what is claimed of
//! each text is compared with what the relay had read of it.
//!
//! `SOTTO_KILLS` (5), `SOTTO_MESSAGES` each way (500), `SOTTO_SEED`.

use data_encoding::BASE64;
use serde_json::Value;
use sotto_tests::cli::{Listener, Person};
use sotto_tests::env_number;
use sotto_tests::foreign::{GuideClient, Library, text};
use sotto_tests::frames::BoxKeys;
use sotto_tests::relay::SottoRelay;
use sotto_tests::seed::Chance;
use sotto_tests::tap::Tap;
use sotto_tests::wait;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

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

    /// Nothing counts as confirmed that the other side does not have. Only the oldest that is not
    /// confirmed may count as handed over, because the next is written when it is; and there was
    /// an envelope for each that left, and one for each confirmation of the other's.
    fn claims_no_more_than_happened(&self, tap: &Tap) {
        let (name, peer) = (self.person.name(), self.peer.name());
        let receipts = Claims::of(&history(self.peer, name)).confirmed.len();
        let claims = Claims::of(&history(self.person, peer));
        // Read after what is claimed: what was there then is there now.
        let written = tap.messages_from(name);
        let envelopes = written
            .iter()
            .filter(|frame| text(frame, "encrypted").starts_with("sotto1."))
            .count();
        assert!(
            claims.sent <= 1,
            "{} of {name} count as handed over at once",
            claims.sent
        );
        let gone = claims.sent + claims.confirmed.len();
        assert!(
            gone + receipts <= envelopes,
            "{name} says that {gone} left, {peer} has {receipts} receipts, {envelopes} were written"
        );
        let has: BTreeSet<String> = history(self.peer, name)
            .iter()
            .filter(|row| row["direction"] == "in")
            .map(|row| text(row, "text"))
            .collect();
        let missing: Vec<&String> = claims.confirmed.difference(&has).collect();
        assert!(
            missing.is_empty(),
            "{peer} has not what {name} says: {missing:?}"
        );
    }
}

/// What a sender's history says of the letters, which are in the order in which they were typed.
#[derive(Default)]
struct Claims {
    confirmed: BTreeSet<String>,
    sent: usize,
}

impl Claims {
    fn of(rows: &[Value]) -> Self {
        let mut claims = Self::default();
        let mut waits = false;
        for row in letters(rows) {
            let letter = text(row, "text");
            let state = text(row, "state");
            match state.as_str() {
                "queued" => waits = true,
                "sent" => claims.sent += 1,
                "delivered" => {
                    claims.confirmed.insert(letter.clone());
                }
                other => panic!("a state that no text has here: {other}"),
            }
            assert!(
                state == "queued" || !waits,
                "{letter:?} went before an older one"
            );
        }
        claims
    }
}

/// The rows of letters that were typed here, without the first words.
fn letters(rows: &[Value]) -> impl Iterator<Item = &Value> {
    let typed = rows.iter().filter(|row| row["direction"] == "out");
    typed.filter(|row| row["text"] != "hello")
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

#[test]
fn a_text_counts_as_sent_only_when_the_relay_has_read_it_whoever_is_killed_whenever() {
    let kills = env_number("SOTTO_KILLS", 5);
    let count = usize::try_from(env_number("SOTTO_MESSAGES", 500)).unwrap() / 5;
    let mut chance = Chance::from_env();
    let mut relay = SottoRelay::start();
    let tap = Tap::before(relay.address());
    let secret = [0x2a; 32];
    let ada = Person::at("ada", &tap.url());
    let wire = Opened {
        tap: &tap,
        keys: BoxKeys::from_bytes(secret),
        from: ada.public_key(),
    };
    let secret = BASE64.encode(&secret);
    let join =
        |url: &str| GuideClient::start_with(Library::PyNacl, url, "guide", Some(secret.as_str()));
    ada.add("guide", &wire.keys.public_key());
    let mut guide = join(&relay.url());
    let mut listen = ada.listen();
    let typed = AtomicUsize::new(0);

    thread::scope(|scope| {
        let typist = scope.spawn(|| type_letters(&ada, "guide", count, &typed));
        for kill in 0..kills {
            wait_for_a_moment(&mut chance, &tap, &typed, count, kills - kill);
            if kill % 3 == 1 {
                relay.restart();
                guide = join(&relay.url());
            }
            // Texts are on their way now that the relay has no chance to answer.
            tap.hold();
            tap.wait_for_count(tap.count() + 3, Duration::from_secs(1));
            wire.has_all_that_counts_as_sent(&ada);
            listen.process().kill();
            tap.release();
            wire.has_all_that_counts_as_sent(&ada);
            listen = ada.listen();
        }
        typist.join().expect("every text was taken");
    });
    wait::until_within(CALM, "everything is handed over", || {
        let rows = history(&ada, "guide");
        letters(&rows)
            .all(|row| row["state"] == "sent")
            .then_some(())
    });
    assert_eq!(wire.has_all_that_counts_as_sent(&ada), count);
    // A text whose pong never came was written again, but none before an older one.
    let mut first: Vec<usize> = Vec::new();
    for number in wire.numbers() {
        if !first.contains(&number) {
            first.push(number);
        }
    }
    assert!(first.iter().copied().eq(0..count), "{first:?}");
    drop(guide);
}

/// What the relay has read of one sender, opened with the keys of the recipient.
struct Opened<'a> {
    tap: &'a Tap,
    keys: BoxKeys,
    from: String,
}

impl Opened<'_> {
    /// The numbers of the letters that it has read, in order.
    fn numbers(&self) -> Vec<usize> {
        let frames = self.tap.answered_messages_from("ada");
        let contents = frames.iter().map(|frame| {
            let opened = self.keys.open(&self.from, &text(frame, "encrypted"));
            String::from_utf8(opened.expect("it is for the guide client")).unwrap()
        });
        contents.map(|content| number_of(&content)).collect()
    }

    /// Compares text by text, and gives how many count as sent.
    fn has_all_that_counts_as_sent(&self, ada: &Person) -> usize {
        let rows = history(ada, "guide");
        let sent = letters(&rows).filter(|row| row["state"] != "queued");
        let sent: BTreeSet<usize> = sent.map(|row| number_of(&text(row, "text"))).collect();
        // Read after what is claimed.
        let read = BTreeSet::from_iter(self.numbers());
        let missing: Vec<&usize> = sent.difference(&read).collect();
        assert!(missing.is_empty(), "sent, but never read: {missing:?}");
        sent.len()
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
