//! Texts of keys that nobody added.

use super::relay_model::{Kind, joined};
use super::world::{World, any_request, guide_box, shown_key, sotto_box};
use crate::api::{
    AcceptRequest, BlockRequest, DeleteRequest, Direction, ErrorCode, Event, MessageState,
    RequestId, SystemLine,
};
use sotto_store::requests;

/// Strangers have the seeds from here on.
const FIRST: u8 = 100;

fn stranger(world: &mut World, who: usize, n: u8) -> String {
    let name = format!("stranger{n}");
    world.inject_frame(who, joined(&name, shown_key(FIRST + n)));
    name
}

fn only_request(world: &mut World, who: usize) -> RequestId {
    let requests = world.snapshot(who).requests;
    assert_eq!(requests.len(), 1);
    requests[0].id
}

#[test]
fn at_most_50_keys_with_20_texts_each_wait() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.settle();
    for n in 0..60 {
        let name = stranger(&mut world, alice, n);
        for nonce in 0..25 {
            let sealed = guide_box(FIRST + n, world.key(alice), nonce, b"hi");
            world.inject_box(alice, &name, &sealed);
        }
    }
    let held = requests::list(world.store(alice).reader()).unwrap();
    assert_eq!(held.len(), 50);
    assert_eq!(held[0].user_id, "stranger10", "the oldest went");
    assert!(held.iter().all(|request| request.texts.len() == 20));
}

#[test]
fn nothing_is_answered_before_the_person_accepts() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.pass(1_000);
    let name = stranger(&mut world, alice, 1);
    world.relays[0].frames.clear();
    for nonce in 0..5 {
        let sealed = sotto_box(FIRST + 1, world.key(alice), nonce, "hi");
        world.inject_box(alice, &name, &sealed);
    }
    world.settle();
    assert_eq!(world.relays[0].frames, Vec::<String>::new());
    assert!(world.relays[0].read.is_empty());
}

#[test]
fn an_accepted_request_becomes_a_chat_with_its_texts() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.settle();
    let name = stranger(&mut world, alice, 1);
    let to = world.key(alice);
    world.inject_box(alice, &name, &guide_box(FIRST + 1, to, 1, b"hi"));
    world.inject_box(alice, &name, &sotto_box(FIRST + 1, to, 2, "it's me"));
    let request = only_request(&mut world, alice);
    world.people[alice].events.clear();
    let accept = AcceptRequest {
        request,
        name: "Stranger".to_owned(),
    };
    world.request(alice, accept).unwrap();
    let snapshot = world.snapshot(alice);
    assert!(snapshot.requests.is_empty());
    let chat = &snapshot.chats[0];
    assert_eq!(chat.contact().unwrap().name, "Stranger");
    assert_eq!(chat.unread, 2);
    let id = chat.id;
    let lines = world.lines(alice, id);
    let texts: Vec<_> = lines
        .iter()
        .filter(|line| line.direction == Direction::In)
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(texts, ["hi", "it's me"], "without tags, in order");
    assert_eq!(world.system_lines(alice, id), [SystemLine::RequestAccepted]);
    let removed = Event::RequestRemoved { request };
    assert!(world.people[alice].events.contains(&removed));
    // A repeat of what waited is still a repeat.
    world.inject_box(alice, &name, &guide_box(FIRST + 1, to, 1, b"hi"));
    assert_eq!(world.lines(alice, id).len(), lines.len());
}

#[test]
fn adding_the_key_of_a_request_takes_its_texts_along() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.settle();
    let name = stranger(&mut world, alice, 1);
    let sealed = guide_box(FIRST + 1, world.key(alice), 1, b"hi");
    world.inject_box(alice, &name, &sealed);
    let chat = world.add(alice, "my friend", shown_key(FIRST + 1));
    assert!(world.snapshot(alice).requests.is_empty());
    assert_eq!(world.snapshot(alice).chats[0].unread, 1);
    assert_eq!(world.system_lines(alice, chat), [SystemLine::ContactAdded]);
}

#[test]
fn a_deleted_key_may_write_again_and_a_blocked_one_may_not() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.settle();
    let name = stranger(&mut world, alice, 1);
    let to = world.key(alice);
    world.inject_box(alice, &name, &guide_box(FIRST + 1, to, 1, b"one"));
    let request = only_request(&mut world, alice);
    world.request(alice, DeleteRequest(request)).unwrap();
    assert!(world.snapshot(alice).requests.is_empty());
    world.inject_box(alice, &name, &guide_box(FIRST + 1, to, 2, b"two"));
    let request = only_request(&mut world, alice);
    world.request(alice, BlockRequest(request)).unwrap();
    world.inject_box(alice, &name, &guide_box(FIRST + 1, to, 3, b"three"));
    assert!(world.snapshot(alice).requests.is_empty());
    // Adding it by hand lets it write again.
    world.add(alice, &name, shown_key(FIRST + 1));
    world.inject_box(alice, &name, &guide_box(FIRST + 1, to, 4, b"four"));
    assert_eq!(world.snapshot(alice).chats[0].unread, 1);
}

#[test]
fn a_request_that_is_gone_cannot_be_decided() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    let request = RequestId(7);
    for decision in [
        any_request(DeleteRequest(request)),
        any_request(BlockRequest(request)),
        any_request(AcceptRequest {
            request,
            name: String::new(),
        }),
    ] {
        let error = world.carry_out(alice, decision).unwrap_err();
        assert_eq!(error.code(), ErrorCode::UnknownRequest);
    }
}

#[test]
fn an_id_of_another_contact_keeps_the_request_waiting() {
    let (mut world, alice, _) = World::two_friends(Kind::Guide);
    world.inject_frame(alice, joined("bob", shown_key(FIRST)));
    let sealed = guide_box(FIRST, world.key(alice), 1, b"hi");
    world.inject_box(alice, "bob", &sealed);
    let request = only_request(&mut world, alice);
    let accept = AcceptRequest {
        request,
        name: String::new(),
    };
    let error = world.request(alice, accept).unwrap_err();
    assert_eq!(error.code(), ErrorCode::IdTaken);
    assert_eq!(only_request(&mut world, alice), request);
}

#[test]
fn two_strangers_who_wrote_first_can_talk_after_accepting() {
    let mut world = World::new(&[Kind::Ours]);
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.befriend(alice, bob);
    world.settle();
    world.send(alice, bob, "hi bob");
    world.settle();
    let request = only_request(&mut world, bob);
    let accept = AcceptRequest {
        request,
        name: String::new(),
    };
    world.request(bob, accept).unwrap();
    world.send(bob, alice, "hi alice");
    world.settle();
    assert_eq!(world.received(alice, bob), ["hi alice"]);
    let sent = world.sent(bob, alice);
    assert_eq!(sent, [("hi alice".to_owned(), MessageState::Handed)]);
}

#[test]
fn strangers_cannot_fill_the_memory_of_a_front() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.settle();
    let name = stranger(&mut world, alice, 1);
    let long = "é".repeat(30 * 1024);
    let too_long = "x".repeat(200 * 1024);
    let to = world.key(alice);
    world.inject_box(alice, &name, &sotto_box(FIRST + 1, to, 1, &long));
    world.inject_box(
        alice,
        &name,
        &guide_box(FIRST + 1, to, 2, too_long.as_bytes()),
    );
    let request = world.snapshot(alice).requests[0].clone();
    assert_eq!(request.texts.len(), 1, "what is no text of ours is dropped");
    assert!(request.texts[0].text.chars().count() <= 2_001);
    let accept = AcceptRequest {
        request: request.id,
        name: String::new(),
    };
    world.request(alice, accept).unwrap();
    let chat = world.snapshot(alice).chats[0].id;
    let lines = world.lines(alice, chat);
    assert!(lines.iter().any(|line| line.text == long), "all of it");
}
