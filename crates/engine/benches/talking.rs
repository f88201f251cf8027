//! What one text costs in processor time along the way that is run: send at most 0.5 ms, receive at
//! most 0.7 ms. Two engines with histories on a disk and a session between them; a relay without
//! sockets hands on what they write.
//!
//! - send: from the intent of the window to the frame for the connection.
//! - receive: from the frame to the event for the window. The receipt is made in it.
//! - confirm: what the receipt costs the sender.
//! - hand over: what the pong costs the sender.
//!
//! Processor time is that of this thread. What the disk takes is only in the time of the clock, and
//! the checkpoints of the history are in the mean, not in the median.
//!
//! `cargo bench -p sotto-engine --bench talking [-- MESSAGES]`

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark"
)]

use rustix::time::{ClockId, clock_gettime};
use sotto_engine::api::{AddContact, ChatId, Event, KeyStorage, NewContact, RelayId, SendText};
use sotto_engine::core::{About, ConnectionEvent, ConnectionOrder, Effect, Engine, Now};
use sotto_engine::rollback_guard::CounterState;
use sotto_protocol::{Identity, SecretItem};
use sotto_store::profile::{self, Profile};
use sotto_store::relays::{self, Place};
use sotto_store::{Store, StoreError};
use sotto_wire::{ClientFrame, ClientFrameRef, ListedUser, PublicKey, RelayFrame, UserId};
use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How many texts are measured unless the command line says otherwise.
const MESSAGES: usize = 2_000;
/// The same when `cargo test` only sees whether the two still understand each other.
const MESSAGES_IN_A_TEST: usize = 20;
/// Texts before those, for caches and the first turns of the ratchet.
const BEFORE: usize = 100;
/// Texts one way before the other side writes: a turn of the ratchet costs more.
const TURN: usize = 4;
/// Bytes of each text.
const TEXT: usize = 100;
/// Wall clock at the start, ms.
const START: i64 = 1_800_000_000_000;

struct Person {
    name: UserId,
    key: PublicKey,
    engine: Engine,
    /// The connection, once it is open.
    link: Option<(RelayId, u64)>,
    /// What is on its way to this one.
    inbox: VecDeque<ConnectionEvent>,
}

impl Person {
    fn new(dir: &Path, name: &str, seed: u8) -> Self {
        let key = Zeroizing::new([seed; 32]);
        let dir = dir.join(name);
        std::fs::create_dir(&dir).unwrap();
        let mut store = Store::create(&dir, &key).unwrap();
        let filled = store.transaction(|tx| {
            let profile = Profile {
                name: name.to_owned(),
                user_id: name.to_owned(),
                created_at: START,
            };
            profile::create(tx, &profile)?;
            relays::add(tx, Place::Custom, "ws://relay.lan/", START)?;
            Ok::<_, StoreError>(())
        });
        filled.unwrap();
        let identity = Identity::from_seeds(&[seed; 32], &[seed + 64; 32], &[seed + 128; 32]);
        let public_key = PublicKey(identity.box_key().public_key().to_bytes());
        let item = SecretItem {
            identity,
            database_key: key,
        };
        let about = About {
            profile: String::new(),
            storage: KeyStorage::Passphrase,
            version: String::new(),
        };
        let random = Box::new(|out: &mut [u8]| getrandom::fill(out).unwrap());
        let counter = CounterState::Missing;
        let engine = Engine::new(store, item, about, counter, now(0), random).unwrap();
        Self {
            name: UserId::new(name).unwrap(),
            key: public_key,
            engine,
            link: None,
            inbox: VecDeque::new(),
        }
    }

    fn add(&mut self, name: &UserId, key: PublicKey) -> ChatId {
        let contact = NewContact {
            user_id: name.to_string(),
            public_key: key.to_base64(),
            name: String::new(),
        };
        self.engine.request(now(0), AddContact(contact)).unwrap()
    }

    fn listed(&self) -> ListedUser {
        ListedUser {
            user_id: self.name.clone(),
            public_key: self.key,
        }
    }
}

fn now(ms: u64) -> Now {
    Now {
        wall: START + i64::try_from(ms).unwrap(),
        mono: 1_000 + ms,
    }
}

/// What each station took, processor and clock.
#[derive(Default)]
struct Times(Vec<(Duration, Duration)>);

impl Times {
    fn measure<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (began, clock) = (processor(), Instant::now());
        let done = work();
        self.0
            .push((processor().saturating_sub(began), clock.elapsed()));
        done
    }

    fn tell(&self, station: &str, goal: Option<u64>) {
        let median = |pick: fn(&(Duration, Duration)) -> Duration| {
            let mut all: Vec<Duration> = self.0.iter().map(pick).collect();
            all.sort();
            ms(all[all.len() / 2])
        };
        let (processor, clock) = (median(|time| time.0), median(|time| time.1));
        let sum: Duration = self.0.iter().map(|time| time.0).sum();
        let mean = ms(sum) / f64::from(u32::try_from(self.0.len()).unwrap());
        let goal = goal.map_or_else(String::new, |us| {
            let goal = ms(Duration::from_micros(us));
            let word = if processor <= goal { "met" } else { "missed" };
            format!(", goal {goal:.1} ms: {word}")
        });
        println!(
            "{station:10} processor: median {processor:.3} ms, mean {mean:.3} ms{goal}; clock: median {clock:.3} ms"
        );
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The processor time of this thread.
fn processor() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}

/// Both people, and what each station took.
struct Bench {
    people: [Person; 2],
    chats: [ChatId; 2],
    at: u64,
    confirm: Times,
    hand_over: Times,
    receive: Times,
    send: Times,
}

impl Bench {
    fn new(dir: &Path) -> Self {
        let mut people = [Person::new(dir, "ada", 1), Person::new(dir, "bo", 2)];
        let named = people.each_ref().map(|one| (one.name.clone(), one.key));
        let chats = [
            people[0].add(&named[1].0, named[1].1),
            people[1].add(&named[0].0, named[0].1),
        ];
        for person in &mut people {
            person.engine.tick(now(0));
        }
        Self {
            people,
            chats,
            at: 0,
            confirm: Times::default(),
            hand_over: Times::default(),
            receive: Times::default(),
            send: Times::default(),
        }
    }

    /// Does what one of them wants done; gives whether the window learned of a new message.
    fn carry_out(&mut self, who: usize, effects: Vec<Effect>) -> bool {
        let mut is_new = false;
        for effect in effects {
            match effect {
                Effect::Open { relay, epoch, .. } => {
                    self.people[who].link = Some((relay, epoch));
                    self.people[who].inbox.push_back(ConnectionEvent::Up);
                }
                Effect::Order { order, .. } => self.relay_reads(who, order),
                Effect::Emit(event) if matches!(*event, Event::MessageAdded { .. }) => {
                    is_new = true;
                }
                // A keychain that takes everything: what leaves after it is not what is measured.
                Effect::RaiseCounter(to) => {
                    self.people[who].engine.counter_raised(now(self.at), to);
                }
                Effect::Emit(_) => {}
            }
        }
        is_new
    }

    fn relay_reads(&mut self, who: usize, order: ConnectionOrder) {
        let text = match order {
            ConnectionOrder::Ping(token) => {
                return self.people[who]
                    .inbox
                    .push_back(ConnectionEvent::Pong(token));
            }
            ConnectionOrder::Close => panic!("a connection ends"),
            ConnectionOrder::Text(text) => text,
        };
        match ClientFrame::decode(&text).unwrap() {
            ClientFrameRef::Register { .. } => self.tell_list(&[0, 1]),
            ClientFrameRef::GetUsers => self.tell_list(&[who]),
            ClientFrameRef::Message { encrypted, .. } => {
                let frame = RelayFrame::Message {
                    from: Some(self.people[who].name.clone()),
                    encrypted: serde_json::from_str(encrypted.get()).unwrap(),
                    timestamp_ms: now(self.at).wall,
                };
                self.people[1 - who]
                    .inbox
                    .push_back(ConnectionEvent::Frame(frame));
            }
            ClientFrameRef::Unknown => panic!("no frame of ours"),
        }
    }

    fn tell_list(&mut self, to: &[usize]) {
        let users: Vec<ListedUser> = self.people.iter().map(Person::listed).collect();
        for who in to {
            let list = RelayFrame::UserList {
                users: users.clone(),
                skipped: 0,
                truncated: false,
            };
            self.people[*who]
                .inbox
                .push_back(ConnectionEvent::Frame(list));
        }
    }

    /// Lets both read until nothing is under way. `writer` has just written a text.
    fn settle(&mut self, writer: usize) {
        loop {
            let mut moved = false;
            for who in [writer, 1 - writer] {
                let effects = self.people[who].engine.take_effects();
                moved |= !effects.is_empty();
                self.carry_out(who, effects);
                let Some(event) = self.people[who].inbox.pop_front() else {
                    continue;
                };
                moved = true;
                let times = match &event {
                    ConnectionEvent::Pong(_) if who == writer => Some(&mut self.hand_over),
                    ConnectionEvent::Frame(RelayFrame::Message { .. }) if who == writer => {
                        Some(&mut self.confirm)
                    }
                    ConnectionEvent::Frame(RelayFrame::Message { .. }) => Some(&mut self.receive),
                    _ => None,
                };
                let person = &mut self.people[who];
                let (relay, epoch) = person.link.unwrap();
                let at = now(self.at);
                let mut read = || {
                    person
                        .engine
                        .connection_event(at, relay, epoch, &event)
                        .unwrap();
                    person.engine.take_effects()
                };
                let effects = match times {
                    Some(times) => times.measure(read),
                    None => read(),
                };
                self.carry_out(who, effects);
            }
            if !moved {
                return;
            }
        }
    }

    fn say(&mut self, who: usize, number: usize) {
        self.at += 40;
        let text = format!("{number:0TEXT$}");
        let (at, chat) = (now(self.at), self.chats[who]);
        let engine = &mut self.people[who].engine;
        let effects = self.send.measure(|| {
            engine.request(at, SendText { chat, text }).unwrap();
            engine.take_effects()
        });
        self.carry_out(who, effects);
        self.settle(who);
    }

    fn forget(&mut self) {
        for times in [
            &mut self.confirm,
            &mut self.hand_over,
            &mut self.receive,
            &mut self.send,
        ] {
            times.0.clear();
        }
    }
}

fn main() {
    let asked = std::env::args().skip(1).find_map(|word| word.parse().ok());
    // Cargo says so when it is a bench.
    let measured = std::env::args().any(|word| word == "--bench");
    let usual = if measured {
        MESSAGES
    } else {
        MESSAGES_IN_A_TEST
    };
    let messages: usize = asked.unwrap_or(usual);
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(dir.path());
    bench.settle(0);
    // The first words tell each that the other is Sotto; the rest goes through the session.
    for number in 0..BEFORE {
        bench.say(number / TURN % 2, number);
    }
    bench.forget();
    for number in 0..messages {
        bench.say(number / TURN % 2, number);
    }
    let counts = [&bench.send, &bench.receive, &bench.confirm].map(|times| times.0.len());
    assert_eq!(counts, [messages; 3], "each text and each receipt once");
    if !measured {
        return;
    }
    println!("{messages} texts of {TEXT} bytes, {TURN} each way in turn");
    bench.send.tell("send", Some(500));
    bench.receive.tell("receive", Some(700));
    bench.confirm.tell("confirm", None);
    bench.hand_over.tell("hand over", None);
}
