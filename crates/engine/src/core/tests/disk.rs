//! A full disk: nothing is lost, and it goes on when there is room.

use super::relay_model::Kind;
use super::world::{World, guide_box, sotto_box};
use crate::api::{
    DeleteContact, ErrorCode, Event, MessageState, Reach, RelayProblem, RelayState, SendText,
};
use crate::core::{ConnectionEvent, Effect};
use sotto_store::{Growth, StoreError, plain_outbox};

/// Fills the pages that are there already, so that the next text needs a new one.
fn fill(world: &mut World, who: usize, other: usize) {
    world.store(who).cap_growth(Growth::Stopped).unwrap();
    let large = "x".repeat(30_000);
    for _ in 0..1_000 {
        match world.try_send(who, other, &large) {
            Ok(_) => world.settle(),
            Err(error) => {
                assert_eq!(error.code(), ErrorCode::DiskFull);
                return;
            }
        }
    }
    panic!("the disk never fills");
}

#[test]
fn a_text_that_came_is_given_again_until_there_is_room() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    fill(&mut world, alice, bob);
    let long = "long ".repeat(5_000);
    world.send(bob, alice, &long);
    world.settle();
    assert!(world.received(alice, bob).is_empty());
    let conn = world.conn(alice);
    world.people[alice].events.clear();
    for _ in 0..5 {
        assert!(!world.client_reads(conn));
    }
    assert_eq!(
        world.people[alice].events,
        [],
        "nothing is told that is not so"
    );
    world.store(alice).cap_growth(Growth::Free).unwrap();
    world.send(bob, alice, "and on");
    world.settle();
    assert_eq!(world.received(alice, bob), [long.as_str(), "and on"]);
}

#[test]
fn a_text_refused_for_the_disk_is_not_half_there() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    fill(&mut world, alice, bob);
    let before = world.sent(alice, bob).len();
    let large = "y".repeat(50_000);
    let error = world.try_send(alice, bob, &large).unwrap_err();
    assert_eq!(error.code(), ErrorCode::DiskFull);
    assert_eq!(world.sent(alice, bob).len(), before);
    assert_eq!(plain_outbox::len(world.store(alice).reader()).unwrap(), 0);
    world.store(alice).cap_growth(Growth::Free).unwrap();
    world.send(alice, bob, &large);
    world.settle();
    assert_eq!(world.received(bob, alice).last().unwrap(), &large);
    assert!(
        world
            .sent(alice, bob)
            .iter()
            .all(|(_, state)| *state == MessageState::Handed)
    );
}

#[test]
fn a_text_that_could_not_be_stored_is_taken_even_after_its_connection_ended() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    fill(&mut world, alice, bob);
    let long = "z".repeat(40_000);
    let sealed = sotto_box(2, world.key(alice), 1, &long);
    let event = ConnectionEvent::Frame(super::world::message("bob", &sealed, 0));
    assert_eq!(world.inject(alice, &event), Err(StoreError::DiskFull));
    let relay = world.snapshot(alice).relays[0].id;
    let now = world.now;
    world.lose(world.conn(alice));
    world.store(alice).cap_growth(Growth::Free).unwrap();
    // The surroundings still have it in hand, with the number of the ended connection.
    world
        .engine(alice)
        .connection_event(now, relay, 1, &event)
        .unwrap();
    assert_eq!(world.received(alice, bob), [long]);
}

#[test]
fn nobody_is_shown_as_online_over_a_connection_that_ends_for_the_disk() {
    let (mut world, alice, _) = World::two_friends(Kind::Ours);
    let shown = |world: &mut World| {
        let snapshot = world.snapshot(alice);
        (
            snapshot.chats[0].contact().unwrap().reach,
            snapshot.people.len(),
        )
    };
    assert_eq!(shown(&mut world), (Reach::Online, 1));
    let relay = world.snapshot(alice).relays[0].id;
    let now = world.now;
    let engine = world.engine(alice);
    engine.pause(now, relay, 1);
    let told = engine.take_effects();
    let told = |fits: fn(&Event) -> bool| {
        told.iter()
            .any(|effect| matches!(effect, Effect::Emit(event) if fits(event)))
    };
    assert!(told(|event| matches!(
        event,
        Event::ChatChanged { chat } if chat.contact().unwrap().reach == Reach::Offline
    )));
    // While the disk is full nothing becomes due, so it is told at once.
    assert!(told(|event| matches!(
        event,
        Event::PeopleChanged { people } if people.is_empty()
    )));
    assert_eq!(shown(&mut world), (Reach::Offline, 0));
}

#[test]
fn a_connection_that_had_ended_when_the_disk_filled_is_whole_again_afterwards() {
    let (mut world, alice, _) = World::two_friends(Kind::Ours);
    let relay = world.snapshot(alice).relays[0].id;
    world.lose(world.conn(alice));
    let now = world.now;
    let engine = world.engine(alice);
    // The surroundings only know the number of the one that ended.
    engine.pause(now, relay, 1);
    let problem = RelayProblem::NoRoom;
    engine
        .connection_event(now, relay, 1, &ConnectionEvent::Down { problem })
        .unwrap();
    world.pass(60_000);
    let snapshot = world.snapshot(alice);
    assert!(matches!(
        snapshot.relays[0].state,
        RelayState::Connected { .. }
    ));
    assert_eq!(snapshot.chats[0].contact().unwrap().reach, Reach::Online);
    assert_eq!(snapshot.people.len(), 1);
}

#[test]
fn giving_any_input_twice_is_as_giving_it_once() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let to = world.key(alice);
    let frames = [
        super::world::message("bob", &guide_box(2, to, 1, b"one"), 0),
        super::relay_model::joined("bob", super::world::shown_key(77)),
        super::world::message("bob", &guide_box(77, to, 2, b"stranger"), 0),
        super::relay_model::left("bob"),
        super::relay_model::joined("bob", world.key(bob)),
    ];
    let id = world.send(alice, bob, "mine");
    for frame in frames {
        for _ in 0..2 {
            world.inject_frame(alice, frame.clone());
        }
    }
    let chat = world.chat(alice, bob);
    assert_eq!(world.received(alice, bob), ["one"]);
    assert_eq!(world.system_lines(alice, chat).len(), 2);
    let requests = world.snapshot(alice).requests;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].texts.len(), 1);
    assert_eq!(world.state(alice, id), MessageState::Queued);
    world.settle();
    for _ in 0..2 {
        world.inject(alice, &ConnectionEvent::Pong(3)).unwrap();
    }
    assert_eq!(world.state(alice, id), MessageState::Handed);
}

/// A request that the history refused has not happened, in memory neither: whatever waited waits.
#[test]
fn a_contact_that_could_not_be_deleted_still_gets_its_texts() {
    let mut world = World::new(&[Kind::Ours]);
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[]);
    let chat = world.befriend(alice, bob);
    world.settle();
    world.send(alice, bob, "waiting for you");
    let contact = world.contact_of(alice, chat);
    for writes in 0..3 {
        let now = world.now;
        world.store(alice).end_after(Some(writes));
        let refused = world.engine(alice).request(now, DeleteContact(contact));
        assert!(refused.is_err());
        world.store(alice).end_after(None);
    }
    let key = world.key(bob);
    let out = world.relays[0].list("bob", key);
    world.push(out);
    world.settle();
    assert_eq!(world.sent(alice, bob).len(), 1);
    assert_eq!(world.relays[0].read.len(), 1, "it went to the relay");
}

/// What never left does not count as tried: it goes out as soon as it is stored.
#[test]
fn a_text_in_a_session_that_was_refused_goes_at_once_when_there_is_room() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.settle();
    let chat = world.chat(alice, bob);
    let mut refused = 0;
    let id = loop {
        let (now, text) = (world.now, "hello".to_owned());
        world.store(alice).end_after(Some(refused));
        let sent = world.engine(alice).request(now, SendText { chat, text });
        world.store(alice).end_after(None);
        match sent {
            Ok(id) => break id,
            Err(_) => refused += 1,
        }
    };
    assert!(
        refused > 4,
        "a message, its queue, its session and a commit"
    );
    world.tick(alice);
    world.settle();
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    assert_eq!(world.received(bob, alice).last().unwrap(), "hello");
}
