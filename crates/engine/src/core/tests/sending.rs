//! The way of a text out.

use super::relay_model::{FromClient, Kind};
use super::world::World;
use crate::api::{
    DeleteMessage, ErrorCode, Event, InspectMessage, MessageState, ReconnectNow, RemoveRelay,
    RetryMessage, SendFailure, UseName,
};
use crate::core::ConnectionEvent;
use crate::core::relay::connection::WINDOW_TEXTS;
use crate::error::EngineError;
use sotto_store::{nonces, plain_outbox};

const HANDED: MessageState = MessageState::Handed;
const QUEUED: MessageState = MessageState::Queued;

#[test]
fn a_text_goes_to_a_friend_and_shows_as_handed() {
    for kind in [Kind::Guide, Kind::Ours] {
        let (mut world, alice, bob) = World::two_friends(kind);
        world.send(alice, bob, "hello 👋");
        world.settle();
        assert_eq!(world.received(bob, alice), ["hello 👋"]);
        assert_eq!(world.sent(alice, bob), [("hello 👋".to_owned(), HANDED)]);
    }
}

#[test]
fn a_text_waits_until_its_recipient_is_listed() {
    let mut world = World::new(&[Kind::Ours]);
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[]);
    world.befriend(alice, bob);
    world.settle();
    let id = world.send(alice, bob, "later");
    world.pass(200_000);
    assert_eq!(world.state(alice, id), QUEUED);
    assert!(world.relays[0].read.is_empty());
    let key = world.key(bob);
    let out = world.relays[0].list("bob", key);
    world.push(out);
    world.settle();
    assert_eq!(world.relays[0].read.len(), 1);
    assert_eq!(world.state(alice, id), HANDED);
}

#[test]
fn a_text_is_handed_only_when_the_pong_after_it_has_come() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    let id = world.send(alice, bob, "one");
    let conn = world.conn(alice);
    while world.relay_reads(conn) {}
    assert_eq!(world.relays[0].read.len(), 1);
    assert_eq!(world.state(alice, id), QUEUED);
    while world.client_reads(conn) {}
    assert_eq!(world.state(alice, id), HANDED);
}

#[test]
fn a_pong_to_an_earlier_ping_hands_nothing() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    let id = world.send(alice, bob, "one");
    world.inject(alice, &ConnectionEvent::Pong(1)).unwrap();
    world
        .inject(alice, &ConnectionEvent::Pong(u64::MAX))
        .unwrap();
    assert_eq!(world.state(alice, id), QUEUED);
}

#[test]
fn a_text_is_written_once_a_connection() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    world.send(alice, bob, "one");
    let conn = world.conn(alice);
    // News of others in the meantime must not write it again.
    for name in ["carol", "dave", "erin"] {
        let out = world.relays[0].list(name, super::world::shown_key(9));
        world.push(out);
    }
    while world.client_reads(conn) {}
    assert_eq!(world.boxes_written(alice), 1);
    world.settle();
    assert_eq!(world.received(bob, alice), ["one"]);
}

#[test]
fn after_a_reconnect_the_same_ciphertext_is_written() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    let id = world.send(alice, bob, "one");
    let conn = world.conn(alice);
    world.relay_reads(conn);
    world.lose(conn);
    assert_eq!(world.state(alice, id), QUEUED);
    world.pass(3_000);
    assert_eq!(world.state(alice, id), HANDED);
    let sealed = world.people[alice].sealed[&id].clone();
    let forwarded = &world.relays[0].forwarded;
    assert_eq!(forwarded.len(), 2);
    assert!(forwarded.iter().all(|(box_, _)| *box_ == sealed));
    assert_eq!(world.received(bob, alice), ["one"], "a repeat is dropped");
}

#[test]
fn texts_written_while_away_go_out_in_their_order() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    world.lose(world.conn(bob));
    let texts: Vec<String> = (0..200).map(|n| format!("text {n}")).collect();
    for text in &texts {
        world.send(alice, bob, text);
    }
    world.pass(5_000);
    assert_eq!(world.received(bob, alice), texts);
    assert!(world.sent(alice, bob).iter().all(|(_, s)| *s == HANDED));
}

#[test]
fn at_most_one_text_of_a_chat_and_64_in_all_are_under_way() {
    let mut world = World::new(&[Kind::Ours]);
    let alice = world.person("alice", &[0]);
    let friends: Vec<_> = (0..100)
        .map(|n| world.person(&format!("friend{n:03}"), &[0]))
        .collect();
    for friend in &friends {
        world.befriend(alice, *friend);
    }
    world.pass(1_000);
    for friend in &friends {
        world.send(alice, *friend, "one");
        world.send(alice, *friend, "two");
    }
    assert_eq!(world.boxes_written(alice), WINDOW_TEXTS);
    let mut to: Vec<String> = world.people[alice].sealed.values().cloned().collect();
    to.truncate(2 * WINDOW_TEXTS);
    let first_of_each: Vec<&String> = to.iter().step_by(2).collect();
    for what in world.unread_by_relay(alice) {
        if let FromClient::Text(text) = what {
            assert!(first_of_each.iter().any(|sealed| text.contains(*sealed)));
        }
    }
    world.settle();
    assert_eq!(world.relays[0].read.len(), 200);
}

#[test]
fn a_text_whose_recipient_left_before_the_pong_is_written_again() {
    for kind in [Kind::Guide, Kind::Ours] {
        let (mut world, alice, bob) = World::two_friends(kind);
        let id = world.send(alice, bob, "one");
        world.lose(world.conn(bob));
        // The relay reads the text when nobody has the name, and says so before the pong.
        world.settle();
        assert_eq!(world.state(alice, id), QUEUED, "{kind:?}");
        world.pass(5_000);
        assert_eq!(world.state(alice, id), HANDED, "{kind:?}");
        assert_eq!(world.received(bob, alice), ["one"], "{kind:?}");
    }
}

#[test]
fn order_is_kept_when_the_recipient_leaves_and_comes_back_between_two_texts() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    let bob_conn = world.conn(bob);
    for text in ["one", "two", "three"] {
        world.send(alice, bob, text);
    }
    let conn = world.conn(alice);
    world.relay_reads(conn);
    // "one" was forwarded, and is lost with the connection of its recipient.
    world.lose(bob_conn);
    world.pass(0);
    world.clock_to(world.now.mono + 5_000);
    world.tick(bob);
    let back = world.conn(bob);
    while world.client_reads(back) || world.relay_reads(back) {}
    world.settle();
    assert_eq!(world.received(bob, alice), ["one", "two", "three"]);
}

#[test]
fn too_large_fails_only_the_largest_and_a_retry_takes_it_up() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    world.relays[0].max_frame = 10_000;
    let small = world.send(alice, bob, "small");
    let large = world.send(alice, bob, &"x".repeat(20_000));
    let after = world.send(alice, bob, "after");
    world.pass(10_000);
    assert_eq!(world.state(alice, small), HANDED);
    assert_eq!(world.state(alice, large), MessageState::Failed);
    assert_eq!(world.state(alice, after), HANDED);
    assert_eq!(world.received(bob, alice), ["small", "after"]);
    assert!(world.people[alice].events.iter().any(|event| matches!(
        event,
        Event::MessageChanged { message }
            if message.id == large && message.failure == Some(SendFailure::TooLarge)
    )));
    world.relays[0].max_frame = usize::MAX;
    let failed = world.people[alice].sealed[&large].clone();
    let now = world.now;
    world
        .engine(alice)
        .request(now, RetryMessage(large))
        .unwrap();
    let entry = world.entry(alice, large).unwrap();
    let entry = entry.unwrap();
    assert_ne!(entry.ciphertext, failed, "sealed anew");
    assert!(nonces::contains(world.store(alice).reader(), &entry.key, &entry.nonce).unwrap());
    world.people[alice].sealed.insert(large, entry.ciphertext);
    world.request(alice, ReconnectNow).unwrap();
    world.pass(1_000);
    assert_eq!(world.state(alice, large), HANDED);
    assert_eq!(world.received(bob, alice).len(), 3);
}

#[test]
fn each_failure_shows_its_reason_and_one_of_a_newer_program_that_it_is_unknown() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    world.kill_relay(0);
    for (code, shown) in [
        ("too_large", SendFailure::TooLarge),
        ("not_encrypted", SendFailure::NotEncrypted),
        ("written_in_a_year", SendFailure::Unknown),
    ] {
        let id = world.send(alice, bob, code);
        let chat = world.chat(alice, bob);
        let to = world.contact_of(alice, chat);
        let store = &mut world.engine(alice).store;
        let failed = store.transaction(|tx| plain_outbox::failed(tx, id, to, 1, code));
        assert!(failed.unwrap());
        let info = world.request(alice, InspectMessage(id)).unwrap();
        assert_eq!(info.message.failure, Some(shown));
    }
}

#[test]
fn what_cannot_be_a_text_is_refused_before_anything_happens() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    let mut refused = |text: &str| match world.try_send(alice, bob, text) {
        Err(EngineError::Refused(code)) => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(" \n\t "), ErrorCode::EmptyText);
    assert_eq!(refused(&"x".repeat(60 * 1024 + 1)), ErrorCode::TextTooLong);
    assert!(world.sent(alice, bob).is_empty());
    world.send(alice, bob, &"é".repeat(30 * 1024));
    world.settle();
    assert_eq!(world.received(bob, alice)[0].len(), 60 * 1024);
}

#[test]
fn a_restart_takes_up_what_was_queued_with_the_same_ciphertext() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    world.kill_relay(0);
    let id = world.send(alice, bob, "one");
    let sealed = world.people[alice].sealed[&id].clone();
    world.restart(alice);
    world.relays[0].alive = true;
    world.pass(70_000);
    assert_eq!(world.relays[0].forwarded.len(), 1);
    assert_eq!(world.relays[0].forwarded[0].0, sealed);
    assert_eq!(world.received(bob, alice), ["one"]);
}

#[test]
fn a_deleted_text_that_waits_is_not_sent() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    world.lose(world.conn(bob));
    let id = world.send(alice, bob, "oops");
    world.send(alice, bob, "kept");
    world.request(alice, DeleteMessage(id)).unwrap();
    world.pass(5_000);
    assert_eq!(world.received(bob, alice), ["kept"]);
}

#[test]
fn a_text_goes_under_another_name_of_the_key_once_the_person_lets_it() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    let bob = world.person("robert", &[0]);
    world.add(alice, "bob", world.key(bob));
    world.settle();
    let chat = world.snapshot(alice).chats[0].id;
    let id = world.say(alice, chat, "whatever your name").unwrap();
    world.settle();
    // Anybody can list a key under any name.
    assert_eq!(world.state(alice, id), QUEUED);
    let contact = world.contact_of(alice, chat);
    let other = |world: &mut World| {
        let chats = world.snapshot(alice).chats;
        chats[0].contact().unwrap().other_name.clone()
    };
    assert_eq!(other(&mut world).as_deref(), Some("robert"));
    let name = |name: &str| UseName {
        contact,
        name: name.to_owned(),
    };
    let refused = world.request(alice, name("rupert")).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NoOtherName);
    world.request(alice, name("robert")).unwrap();
    world.settle();
    assert_eq!(other(&mut world), None);
    assert_eq!(world.state(alice, id), HANDED);
    assert_eq!(world.relays[0].forwarded.len(), 1);
    assert_eq!(world.snapshot(bob).requests[0].user_id, "alice");
}

#[test]
fn nothing_is_written_after_the_close() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    let relay = world.snapshot(alice).relays[0].id;
    world.request(alice, RemoveRelay(relay)).unwrap();
    world.send(alice, bob, "one");
    let last = world.unread_by_relay(alice);
    assert!(matches!(last.last(), Some(FromClient::Close)), "{last:?}");
}
