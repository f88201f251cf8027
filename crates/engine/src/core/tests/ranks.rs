//! Which of several sessions counts, whatever a relay holds back, and what is never given up.

use super::relay_model::Kind;
use super::world::{Who, World};
use crate::api::{Event, MessageState, ProfilePatch, SystemLine, UpdateProfile};
use crate::core::ConnectionEvent;
use crate::core::session::record::SessionRecord;
use crate::core::session::upgrade::push_control;
use crate::error::EngineError;
use sotto_protocol::handshake;
use sotto_store::contacts::{self, Contact};
use sotto_store::peers::{self, Peer};
use sotto_store::session_outbox::{self, Control};

const DAY_MS: u64 = 24 * 3_600_000;

fn contact(world: &mut World, who: Who, other: Who) -> Contact {
    let identity = world.fingerprint(other);
    world
        .contacts(who)
        .by_fingerprint(&identity)
        .unwrap()
        .clone()
}

fn peer(world: &mut World, who: Who, other: Who) -> Peer {
    let identity = world.fingerprint(other);
    let found = peers::by_fingerprint(world.store(who).reader(), &identity);
    found.unwrap().unwrap()
}

/// The generation of the session that somebody writes in.
fn generation(world: &mut World, who: Who, other: Who) -> u64 {
    let identity = world.fingerprint(other);
    let best = peers::best_session(world.store(who).reader(), &identity);
    best.unwrap().unwrap().generation
}

fn say(world: &mut World, who: Who, other: Who, control: Control) {
    let contact = contact(world, who, other);
    let identity = world.fingerprint(other);
    let now = world.now;
    let said = world.engine(who).turn(now, |_, turn| {
        push_control(turn, contact.id, &identity, control, &[])
    });
    said.unwrap();
    world.tick(who);
}

/// Somebody asks for a new session.
fn renew(world: &mut World, who: Who, other: Who) {
    let contact = contact(world, who, other);
    let now = world.now;
    let renewed = world.engine(who).turn(now, |rooms, turn| {
        rooms.outbound.sessions.reset_session(turn, &contact)
    });
    assert!(renewed.unwrap());
    world.tick(who);
}

fn renewed_lines(world: &mut World, who: Who, other: Who) -> usize {
    let chat = world.chat(who, other);
    let lines = world.system_lines(who, chat).into_iter();
    lines
        .filter(|line| *line == SystemLine::SessionRenewed)
        .count()
}

#[test]
fn lost_said_in_an_old_session_leaves_the_newer_one() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.relays[0].holds_back = Some("alice".to_owned());
    say(&mut world, alice, bob, Control::SessionLost);
    world.settle();
    let old = world.relays[0].held_back.remove(0);
    world.relays[0].holds_back = None;
    // Else Alice says it again by herself, and the old box is one that was taken already.
    let contact = contact(&mut world, alice, bob);
    let now = world.now;
    let forgotten = world.engine(alice).turn(now, |_, turn| {
        session_outbox::remove_controls(turn.tx, contact.id)?;
        Ok::<(), EngineError>(())
    });
    forgotten.unwrap();
    renew(&mut world, bob, alice);
    world.pass(60_000);
    let newer = generation(&mut world, bob, alice);
    assert!(newer > 1);
    let lines = renewed_lines(&mut world, bob, alice);
    world.inject_box(bob, "alice", &old);
    assert_eq!(generation(&mut world, bob, alice), newer);
    assert_eq!(renewed_lines(&mut world, bob, alice), lines);
    // What answers it may lead to a further session, never back to an older one.
    world.settle();
    assert!(generation(&mut world, bob, alice) >= newer);
    let id = world.send(bob, alice, "still here");
    world.settle();
    assert_eq!(world.state(bob, id), MessageState::Delivered);
}

/// P-113: Alice has given up the session in which her text went, and reads the receipt all the same.
#[test]
fn what_comes_in_an_outranked_session_is_confirmed_in_the_one_that_counts() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    world.relays[0].holds_back = Some("alice".to_owned());
    let id = world.send(alice, bob, "held back");
    world.settle();
    let old = world.relays[0].held_back.remove(0);
    renew(&mut world, bob, alice);
    world.settle();
    // Nothing of Alice's in the new session has come yet.
    assert_eq!(generation(&mut world, alice, bob), 2);
    world.relays[0].holds_back = None;
    let asked = world.relays[0].frames.len();
    world.inject_box(bob, "alice", &old);
    world.settle();
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    world.pass(7_200_000);
    assert_eq!(world.received(bob, alice), ["hello", "held back"]);
    for (who, other) in [(alice, bob), (bob, alice)] {
        assert_eq!(generation(&mut world, who, other), 2);
    }
    // Nobody asked for a bundle: every message was an envelope.
    let boxes = world.relays[0].frames[asked..].iter();
    let boxes = boxes.filter(|frame| frame.contains("\"encrypted\""));
    assert!(boxes.clone().count() > 0);
    assert!(boxes.into_iter().all(|frame| frame.contains("sotto1.")));
}

#[test]
fn a_handshake_that_was_held_back_takes_no_mailbox_key_back() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.relays[0].holds_back = Some("bob".to_owned());
    // Bob has another mailbox key by then, which the handshake announces.
    world.pass(DAY_MS + 3_600_000);
    renew(&mut world, bob, alice);
    world.send(bob, alice, "held back");
    world.settle();
    let old = world.relays[0].held_back.pop().unwrap();
    // Bob's program gives it up for another one.
    world.pass(7_200_000);
    world.relays[0].holds_back = None;
    world.pass(600_000);
    let first = peer(&mut world, alice, bob).mailbox;
    world.pass(DAY_MS);
    let id = world.send(bob, alice, "a day later");
    world.pass(600_000);
    assert_eq!(world.state(bob, id), MessageState::Delivered);
    let before = peer(&mut world, alice, bob);
    assert!(before.generation > 2, "{}", before.generation);
    assert!(before.mailbox != first);
    world.inject_box(alice, "bob", &old);
    // What follows from it would learn the newest one again.
    assert!(peer(&mut world, alice, bob).mailbox == before.mailbox);
    world.settle();
    // What follows from it is a session of a higher generation, if any.
    assert!(generation(&mut world, alice, bob) >= before.generation);
}

#[test]
fn what_the_program_itself_says_is_given_up_for_no_relay() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let named = UpdateProfile(ProfilePatch {
        name: Some("Alice Liddell".to_owned()),
        ..ProfilePatch::default()
    });
    world.request(alice, named).unwrap();
    for _ in 0..6 {
        assert!(world.boxes_written(alice) > 0);
        world.inject(alice, &ConnectionEvent::TooLarge).unwrap();
        world.lose(world.conn(alice));
        world.pass(90_000);
        if contact(&mut world, bob, alice).told_name == "Alice Liddell" {
            return;
        }
    }
    panic!("the name never came");
}

#[test]
fn somebody_who_lost_count_of_the_sessions_is_heard_at_once() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    for _ in 0..3 {
        world.pass(3_600_000);
        renew(&mut world, bob, alice);
        world.settle();
    }
    assert!(generation(&mut world, alice, bob) > 2);
    world.begin_anew(bob, &[0]);
    world.befriend(bob, alice);
    world.pass(1_000);
    let id = world.send(bob, alice, "all is gone");
    let back = world.send(alice, bob, "I am still here");
    world.pass(120_000);
    assert_eq!(world.state(bob, id), MessageState::Delivered);
    assert_eq!(world.state(alice, back), MessageState::Delivered);
}

#[test]
fn who_takes_the_name_of_a_verified_contact_is_told_from_it() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let mallory = world.person("mallory", &[0]);
    world.befriend(alice, mallory);
    world.befriend(mallory, alice);
    world.settle();
    world.send(alice, mallory, "hello");
    world.settle();
    let of_bob = contact(&mut world, alice, bob);
    let now = world.now;
    let verified = world.engine(alice).turn(now, |_, turn| {
        contacts::set_told_name(turn.tx, of_bob.id, "Bob Braun")?;
        contacts::set_trust(turn.tx, of_bob.id, contacts::Trust::Code, Some(now.wall))?;
        turn.reread(of_bob.id)
    });
    verified.unwrap();
    world.tick(alice);
    let doubled = |world: &mut World| -> Vec<bool> {
        let chats = world.snapshot(alice).chats.into_iter();
        chats.map(|chat| chat.contact().unwrap().doubled).collect()
    };
    assert_eq!(doubled(&mut world), [false, false]);
    // With Cyrillic letters among the others, and in capitals.
    for (name, is_like) in [
        ("B\u{43e}b Br\u{430}un", true),
        ("Mal", false),
        ("BOB  BRAUN", true),
    ] {
        let named = UpdateProfile(ProfilePatch {
            name: Some(name.to_owned()),
            ..ProfilePatch::default()
        });
        let chat = world.chat(alice, mallory);
        let before = world.system_lines(alice, chat).len();
        world.request(mallory, named).unwrap();
        world.settle();
        assert_eq!(doubled(&mut world), [is_like, is_like], "{name}");
        let lines = world.system_lines(alice, chat).split_off(before);
        let expected: &[SystemLine] = if is_like {
            &[SystemLine::NamedLikeVerified]
        } else {
            &[]
        };
        assert_eq!(lines, expected, "{name}");
        let told = world.people[alice]
            .events
            .iter()
            .rev()
            .find_map(|event| match event {
                Event::ChatChanged { chat } => {
                    let contact = chat.contact()?;
                    (contact.id == of_bob.id).then_some(contact.doubled)
                }
                _ => None,
            });
        assert_eq!(told, Some(is_like));
    }
}

#[test]
fn outranked_sessions_expire() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let identity = world.fingerprint(bob);
    let first = peers::best_session(world.store(alice).reader(), &identity);
    let first = first.unwrap().unwrap().session;
    let is_kept = |world: &World| {
        let found = peers::session(world.store(alice).reader(), &first);
        found.unwrap().is_some()
    };
    // Alice's own is outranked by one that says nothing of a loss.
    let bundle = world.bundle(bob);
    let known = peer(&mut world, alice, bob);
    let now = world.now;
    let made = world.engine(alice).turn(now, |rooms, turn| {
        let own = &rooms.outbound.sessions.identity.item.identity;
        let session = handshake::initiate(own, &bundle, 2, &mut turn.rng()).unwrap();
        SessionRecord::new(session, known, now).save(turn.tx)
    });
    made.unwrap();
    world.tick(alice);
    world.pass(36 * DAY_MS);
    assert!(is_kept(&world));
    world.pass(3 * DAY_MS);
    assert!(!is_kept(&world));
}
