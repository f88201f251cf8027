//! What an input costs with many contacts and many people: the time is printed, and bounded
//! generously, so that only a mistake in kind fails.

use super::relay_model::{Kind, joined, left, user};
use super::world::{START, World, item, public_key, shown_key, sotto_box};
use crate::core::Engine;
use crate::rollback_guard::CounterState;
use sotto_store::contacts::{self, NewContact, Origin};
use sotto_store::{Store, StoreError};
use sotto_wire::{PublicKey, RelayFrame};
use std::time::{Duration, Instant};

const CONTACTS: u32 = 10_000;

fn key(n: u32) -> PublicKey {
    let mut key = [7; 32];
    key[..4].copy_from_slice(&n.to_be_bytes());
    PublicKey(key)
}

fn popular() -> (World, usize) {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    let keys: Vec<[u8; 32]> = (0..CONTACTS).map(|n| key(n).0).collect();
    let mut store: Store = world.kill(alice);
    store
        .transaction(|tx| {
            for (n, box_key) in keys.iter().enumerate() {
                let name = format!("friend {n}");
                contacts::add(
                    tx,
                    &NewContact {
                        public_id: &name,
                        user_id: &name,
                        name: "",
                        box_key: sotto_protocol::BoxPublicKey::from_bytes(*box_key).ok(),
                        fingerprint: None,
                        added_at: START,
                        origin: Origin::Added,
                    },
                )?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    world.begin(alice, store);
    world.settle();
    (world, alice)
}

fn took(what: &str, times: u32, mut work: impl FnMut(u32)) -> Duration {
    let start = Instant::now();
    (0..times).for_each(&mut work);
    let each = start.elapsed() / times;
    println!("{what}: {each:?}");
    each
}

#[test]
fn ten_thousand_contacts_do_not_slow_the_relays_frames_down() {
    let (mut world, alice) = popular();
    let join = took("a stranger joins", 200, |n| {
        world.inject_frame(alice, joined(&format!("s{n}"), shown_key(9)));
    });
    let friend = took("a friend joins and leaves", 200, |n| {
        let name = format!("friend {n}");
        world.inject_frame(alice, joined(&name, key(n)));
        world.inject_frame(alice, left(&name));
    });
    let keys: Vec<PublicKey> = (0..CONTACTS).map(key).collect();
    let list = took("a list of 10,000 friends", 3, |_| {
        let users = keys.iter().enumerate();
        let users = users.map(|(n, key)| user(&format!("friend {n}"), *key));
        world.inject_frame(
            alice,
            RelayFrame::UserList {
                users: users.collect(),
                skipped: 0,
                truncated: false,
            },
        );
    });
    let tick = took("the list of people", 5, |n| {
        world.inject_frame(alice, joined(&format!("t{n}"), shown_key(9)));
        world.clock_to(world.now.mono + 250);
        world.tick(alice);
    });
    let to = world.key(alice);
    let chat = world.add(alice, "carol", shown_key(3));
    let received = took("a text comes", 200, |n| {
        let n = u8::try_from(n).unwrap();
        world.inject_box(alice, "carol", &sotto_box(3, to, n, "hi"));
    });
    assert_eq!(world.lines(alice, chat).len(), 201);
    assert_eq!(public_key(3).to_bytes(), shown_key(3).0);
    let start = took("a snapshot", 3, |_| drop(world.snapshot(alice)));
    let store = world.kill(alice);
    let mut store = Some(store);
    let begin = took("taking up the history", 1, |_| {
        let about = crate::core::About {
            profile: String::new(),
            storage: crate::api::KeyStorage::Passphrase,
            version: String::new(),
        };
        let store = store.take().unwrap();
        let engine = Engine::new(
            store,
            item(1),
            about,
            CounterState::Missing,
            world.now,
            Box::new(|_| {}),
        );
        assert!(engine.is_ok());
    });
    let ms = Duration::from_millis;
    assert!(join < ms(5) && friend < ms(10), "{join:?} {friend:?}");
    assert!(list < ms(3_000) && tick < ms(500), "{list:?} {tick:?}");
    assert!(
        received < ms(20) && start < ms(3_000),
        "{received:?} {start:?}"
    );
    assert!(begin < ms(3_000), "{begin:?}");
}

/// How often an engine may wake in an hour in which nothing happens: nothing of it is in a hurry
/// then, neither a list that is asked for each minute nor a ping.
const MOST_WAKES: u32 = 600;

#[test]
fn nothing_that_waits_wakes_an_engine_more_often_than_every_few_seconds() {
    const HOUR: u64 = 3_600_000;
    for kind in [Kind::Guide, Kind::Ours] {
        for is_dead in [false, true] {
            let (mut world, alice, bob) = World::two_friends(kind);
            let absent = world.add(alice, "absent", shown_key(9));
            world.say(alice, absent, "for whoever is away").unwrap();
            world.send(alice, bob, "hello");
            world.pass(60_000);
            if is_dead {
                world.kill_relay(0);
                world.pass(60_000);
            }
            let (start, mut wakes) = (world.now.mono, 0);
            while world.now.mono < start + HOUR && wakes <= MOST_WAKES {
                let next = world.engine(alice).next_deadline();
                let next = next.map_or(start + HOUR, |next| next.min(start + HOUR));
                world.pass(next.saturating_sub(world.now.mono));
                wakes += 1;
            }
            println!("{kind:?}, relay dead: {is_dead}: {wakes} times in an hour");
            assert!(wakes <= MOST_WAKES);
        }
    }
}
