//! Another key under a contact's name.

use super::relay_model::{Kind, joined, user};
use super::world::{World, guide_box, shown_key, sotto_box};
use crate::api::{
    ChatId, ClientKind, Direction, ErrorCode, KeyChangeView, MessageState, ReconnectNow, SystemLine,
};
use crate::error::EngineError;
use sotto_wire::RelayFrame;

/// The seed of somebody who takes a contact's name.
const OTHER: u8 = 77;

fn key_change(world: &mut World, who: usize, chat: ChatId) -> Option<KeyChangeView> {
    let chats = world.snapshot(who).chats.into_iter();
    let mut of = chats.filter(|view| view.id == chat);
    of.next().unwrap().contact().unwrap().key_change.clone()
}

fn lines_of(world: &mut World, who: usize, chat: ChatId, line: SystemLine) -> usize {
    let lines = world.system_lines(who, chat).into_iter();
    lines.filter(|found| *found == line).count()
}

/// Alice knows Bob; then somebody else has Bob's name at the relay.
fn name_taken() -> (World, usize, usize, ChatId) {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    world.kill(bob);
    let out = world.relays[0].list("bob", shown_key(OTHER));
    world.push(out);
    world.settle();
    let chat = world.chat(alice, bob);
    (world, alice, bob, chat)
}

fn decide(world: &mut World, who: usize, chat: ChatId, accept: bool) -> Result<(), EngineError> {
    let decide = world.decision(who, chat, accept);
    world.request(who, decide).map(drop)
}

#[test]
fn another_key_under_a_name_is_one_line_and_gets_nothing() {
    let (mut world, alice, bob, chat) = name_taken();
    for _ in 0..3 {
        world.inject_frame(alice, joined("bob", shown_key(OTHER)));
        world.pass(60_000);
    }
    world.inject_frame(alice, joined("bob", shown_key(OTHER + 1)));
    assert_eq!(
        lines_of(&mut world, alice, chat, SystemLine::OtherKeySeen),
        1
    );
    let id = world.send(alice, bob, "for bob alone");
    world.settle();
    assert_eq!(world.state(alice, id), MessageState::Queued);
    assert!(world.relays[0].read.is_empty());
}

#[test]
fn a_list_with_a_name_many_times_is_one_line_too() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let chat = world.chat(alice, bob);
    let users = (100..200).map(|n| user("bob", shown_key(n))).collect();
    world.inject_frame(
        alice,
        RelayFrame::UserList {
            users,
            skipped: 0,
            truncated: false,
        },
    );
    assert_eq!(
        lines_of(&mut world, alice, chat, SystemLine::OtherKeySeen),
        1
    );
}

#[test]
fn texts_of_the_other_key_wait_as_a_request_that_claims_the_contact() {
    let (mut world, alice, _, chat) = name_taken();
    let sealed = guide_box(OTHER, world.key(alice), 1, b"new browser");
    world.inject_box(alice, "bob", &sealed);
    let snapshot = world.snapshot(alice);
    assert_eq!(snapshot.requests.len(), 1);
    assert_eq!(snapshot.requests[0].claims, Some(chat));
    assert_eq!(snapshot.requests[0].user_id, "bob");
    let change = key_change(&mut world, alice, chat).unwrap();
    assert_eq!(change.held, 1);
    assert_eq!(change.public_key, shown_key(OTHER).to_base64());
    let lines = world.lines(alice, chat);
    assert!(lines.iter().all(|line| line.direction != Direction::In));
}

#[test]
fn accepting_moves_the_texts_and_sends_what_waited_in_order_to_the_new_key() {
    let (mut world, alice, bob, chat) = name_taken();
    let to_alice = world.key(alice);
    for (n, text) in (1..).zip(["first", "second"]) {
        world.inject_box(
            alice,
            "bob",
            &guide_box(OTHER, to_alice, n, text.as_bytes()),
        );
    }
    let queued: Vec<_> = ["one", "two", "three"]
        .map(|text| world.send(alice, bob, text))
        .into();
    let before: Vec<String> = queued
        .iter()
        .map(|id| world.people[alice].sealed[id].clone())
        .collect();
    // What is sealed anew is not known to the test: only what the relay reads counts here.
    let now = world.now;
    let accept = world.decision(alice, chat, true);
    world.engine(alice).request(now, accept).unwrap();
    for id in &queued {
        let entry = sotto_store::outbox::by_message(world.store(alice).reader(), id.0);
        let entry = entry.unwrap().unwrap();
        assert_eq!(entry.key, shown_key(OTHER).0);
        world.people[alice].sealed.insert(*id, entry.ciphertext);
    }
    world.request(alice, ReconnectNow).unwrap();
    world.settle();
    let received = world.lines(alice, chat).into_iter();
    let received: Vec<_> = received
        .filter(|line| line.direction == Direction::In)
        .map(|line| line.text)
        .collect();
    assert_eq!(received, ["first", "second"]);
    assert!(world.snapshot(alice).requests.is_empty());
    assert_eq!(key_change(&mut world, alice, chat), None);
    let view = world.snapshot(alice).chats[0].contact().unwrap().clone();
    assert_eq!(view.client, ClientKind::Guide, "as its texts say");
    let other = shown_key(OTHER).to_base64();
    assert_eq!(view.public_key, Some(other));

    let after: Vec<String> = queued
        .iter()
        .map(|id| world.people[alice].sealed[id].clone())
        .collect();
    assert!(before.iter().all(|old| !after.contains(old)));
    let forwarded: Vec<String> = world.relays[0]
        .forwarded
        .iter()
        .map(|(sealed, _)| sealed.clone())
        .collect();
    assert_eq!(forwarded, after);
    assert_eq!(
        lines_of(&mut world, alice, chat, SystemLine::OtherKeyAccepted),
        1
    );
}

#[test]
fn a_repeat_of_what_was_held_is_dropped_after_accepting() {
    let (mut world, alice, _, chat) = name_taken();
    let sealed = sotto_box(OTHER, world.key(alice), 1, "once");
    world.inject_box(alice, "bob", &sealed);
    decide(&mut world, alice, chat, true).unwrap();
    world.inject_box(alice, "bob", &sealed);
    let lines = world.lines(alice, chat);
    let came = lines.iter().filter(|line| line.direction == Direction::In);
    assert_eq!(came.count(), 1);
}

#[test]
fn an_ignored_key_is_remembered_over_a_restart() {
    let (mut world, alice, bob, chat) = name_taken();
    decide(&mut world, alice, chat, false).unwrap();
    assert_eq!(key_change(&mut world, alice, chat), None);
    world.restart(alice);
    world.pass(130_000);
    world.inject_frame(alice, joined("bob", shown_key(OTHER)));
    assert_eq!(key_change(&mut world, alice, chat), None);
    assert_eq!(
        lines_of(&mut world, alice, chat, SystemLine::OtherKeySeen),
        1
    );
    assert_eq!(
        lines_of(&mut world, alice, chat, SystemLine::OtherKeyIgnored),
        1
    );
    let id = world.send(alice, bob, "still for bob");
    world.settle();
    assert_eq!(world.state(alice, id), MessageState::Queued);
    // A third key is news again.
    world.inject_frame(alice, joined("bob", shown_key(OTHER + 1)));
    assert!(key_change(&mut world, alice, chat).is_some());
}

#[test]
fn a_name_that_already_has_another_key_is_noted_when_the_contact_is_added() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.relays[0].list("bob", shown_key(OTHER));
    world.settle();
    let chat = world.add(alice, "bob", shown_key(9));
    assert!(key_change(&mut world, alice, chat).is_some());
}

#[test]
fn nothing_to_decide_and_a_key_of_somebody_else_are_refused() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let chat = world.chat(alice, bob);
    let code = |result: Result<(), EngineError>| result.unwrap_err().code();
    assert_eq!(
        code(decide(&mut world, alice, chat, true)),
        ErrorCode::NoKeyChange
    );
    assert_eq!(
        code(decide(&mut world, alice, ChatId(99), true)),
        ErrorCode::UnknownContact
    );
    world.add(alice, "carol", shown_key(OTHER));
    world.inject_frame(alice, joined("bob", shown_key(OTHER)));
    assert_eq!(
        code(decide(&mut world, alice, chat, true)),
        ErrorCode::AlreadyAdded
    );
}

#[test]
fn our_own_name_with_another_key_is_registered_again_at_a_measured_pace() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.pass(10_000);
    world.relays[0].frames.clear();
    // Somebody fights for the name, ten times a second.
    for _ in 0..100 {
        let out = world.relays[0].list("alice", shown_key(OTHER));
        world.push(out);
        world.inject_frame(alice, joined("alice", shown_key(OTHER)));
        world.pass(100);
    }
    let registered = world.relays[0].frames.iter();
    let registered = registered.filter(|f| f.contains("register")).count();
    assert!((2..=3).contains(&registered), "{registered}");
    let chats = world.snapshot(alice).chats;
    assert!(chats.is_empty(), "nothing of it is a contact's trouble");
}
