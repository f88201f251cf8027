//! A process that ends at any of its writes: what was committed is taken up, nothing is lost, nothing
//! comes twice, and no key of the ratchet is used for two messages.

use super::relay_model::Kind;
use super::world::{Who, World};
use crate::intent::{Intent, ProfilePatch};
use crate::view::MessageState;
use sotto_protocol::{RatchetMessage, envelope};
use std::collections::BTreeMap;

/// Of how many points one is tried (`SOTTO_EVERY`; 1 tries all).
fn every() -> usize {
    let asked = std::env::var("SOTTO_EVERY").ok();
    asked.and_then(|every| every.parse().ok()).unwrap_or(5)
}

/// Writes a text until it is in the history, as a person does whose program has just ended.
fn write(world: &mut World, who: Who, other: Who, text: &str) {
    while world.try_send(who, other, text).is_err() {
        if world.sent(who, other).iter().any(|(sent, _)| sent == text) {
            return;
        }
    }
}

/// Ratchet messages by the place of their key.
pub(super) type Used = BTreeMap<([u8; 32], u64), Vec<u8>>;

/// Adds every ratchet message that the relay was given from its `from`-th frame on, as far as it is
/// for people who are there.
pub(super) fn note_keys(world: &mut World, people: &[Who], from: usize, used: &mut Used) {
    let frames = world.relays[0].frames[from..].to_vec();
    for frame in frames {
        let value: serde_json::Value = serde_json::from_str(&frame).unwrap();
        let Some(text) = value.get("encrypted").and_then(|text| text.as_str()) else {
            continue;
        };
        for who in people {
            let engine = world.engine(*who);
            let own = engine.fingerprint();
            let Ok(inside) = envelope::open(text, &own, engine.keyring.mailbox()) else {
                continue;
            };
            let order = RatchetMessage::decode(&inside.message).unwrap().order();
            let first = used.entry(order).or_insert_with(|| inside.message.clone());
            assert!(*first == inside.message, "one key made two messages");
        }
    }
}

/// Two people meet, switch to a session, write both ways, and one takes another name. The process
/// of `who` ends at its `at`-th write. Gives whether there were so many.
fn story(at: u32, victim: usize) -> bool {
    let (mut world, alice, bob) = World::two_unknowns(Kind::Guide);
    let people = [alice, bob];
    world.store(people[victim]).end_after(Some(at));
    write(&mut world, alice, bob, "one");
    world.settle();
    write(&mut world, bob, alice, "two");
    write(&mut world, alice, bob, "three");
    world.pass(5_000);
    let patch = ProfilePatch {
        name: Some("Another".to_owned()),
        user_id: None,
    };
    let who = people[victim];
    let _ = world.intent(who, Intent::UpdateProfile(patch));
    world.settle();
    write(&mut world, bob, alice, "four");
    write(&mut world, alice, bob, "five");
    world.pass(1_300_000);
    let ended = world.ended > 0;
    for who in people {
        world.store(who).end_after(None);
    }
    assert_eq!(
        world.received(bob, alice),
        ["one", "three", "five"],
        "at {at}"
    );
    assert_eq!(world.received(alice, bob), ["two", "four"], "at {at}");
    for (who, other) in [(alice, bob), (bob, alice)] {
        for (text, state) in world.sent(who, other) {
            assert_eq!(state, MessageState::Delivered, "{text}, at {at}");
        }
    }
    let mut used = Used::new();
    note_keys(&mut world, &people, 0, &mut used);
    assert!(!used.is_empty());
    ended
}

fn ends_everywhere(victim: usize) {
    let mut at = 0;
    let mut points = 0;
    while story(at, victim) {
        points += 1;
        at += u32::try_from(every()).unwrap();
    }
    // The last story came to its end without one.
    assert!(points * every() > 60, "only {points} points");
    println!("ended at {points} points, every {}", every());
}

#[test]
fn the_one_who_writes_first_may_end_at_any_write() {
    ends_everywhere(0);
}

#[test]
fn the_one_who_is_written_to_may_end_at_any_write() {
    ends_everywhere(1);
}
