//! What relays list is a claim: somebody else under a contact's key keeps nothing from arriving
//! (P-117).

use super::relay_model::{Kind, user};
use super::schedules::config;
use super::world::{Who, World, guide_box, message};
use crate::api::{MessageState, ProfilePatch, UpdateProfile};
use crate::core::ConnectionEvent;
use proptest::prelude::*;
use sotto_wire::RelayFrame;

/// Two people with a session, each at so many relays.
fn friends_at(relays: usize) -> (World, Who, Who) {
    let mut world = World::new(&vec![Kind::Guide; relays]);
    world.guides = false;
    let at: Vec<usize> = (0..relays).collect();
    let alice = world.person("alice", &at);
    let bob = world.person("bob", &at);
    world.befriend(alice, bob);
    world.befriend(bob, alice);
    world.settle();
    world.send(alice, bob, "hello");
    world.settle();
    world.send(bob, alice, "hello, too");
    world.settle();
    (world, alice, bob)
}

/// Somebody registers a person's key at a relay.
fn claim(world: &mut World, at: usize, name: &str, whose: Who) {
    let key = world.key(whose);
    let out = world.relays[at].list(name, key);
    world.push(out);
    world.settle();
}

#[test]
fn a_stranger_under_a_contacts_key_at_another_relay_swallows_nothing() {
    let (mut world, alice, bob) = friends_at(2);
    // The first in the order of both, so the one in use.
    world.relays[0].swallows = true;
    for (n, name) in ["bob", "mallory", "bob2"].into_iter().enumerate() {
        claim(&mut world, 0, name, bob);
        let text = format!("text {n}");
        let id = world.send(alice, bob, &text);
        world.pass(30_000);
        assert_eq!(world.state(alice, id), MessageState::Delivered, "{name}");
        assert!(world.received(bob, alice).contains(&text), "{name}");
    }
}

#[test]
fn a_stranger_under_a_contacts_key_at_the_same_relay_swallows_nothing() {
    let (mut world, alice, bob) = friends_at(1);
    // Before and after the contact's name in every order.
    for n in 0..20 {
        claim(&mut world, 0, &format!("a{n}"), bob);
        claim(&mut world, 0, &format!("z{n}"), bob);
    }
    let id = world.send(alice, bob, "to bob");
    world.settle();
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    // Bob comes back under a name that nobody knows, among those who claim to be Bob.
    let out = world.relays[0].unlist("bob");
    world.push(out);
    let rename = UpdateProfile(ProfilePatch {
        user_id: Some("bobby".to_owned()),
        ..ProfilePatch::default()
    });
    world.request(bob, rename).unwrap();
    world.pass(5_000);
    let id = world.send(alice, bob, "to bobby");
    world.pass(600_000);
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    // The receipt has shown the name: the next goes there first.
    let id = world.send(alice, bob, "to bobby again");
    world.settle();
    assert_eq!(world.state(alice, id), MessageState::Delivered);
}

#[test]
fn the_way_that_was_right_is_known_after_a_restart() {
    let (mut world, alice, bob) = friends_at(2);
    world.relays[0].swallows = true;
    claim(&mut world, 0, "bob", bob);
    world.send(alice, bob, "one");
    world.pass(30_000);
    world.restart(alice);
    world.settle();
    let id = world.send(alice, bob, "two");
    world.settle();
    assert_eq!(world.state(alice, id), MessageState::Delivered);
}

#[test]
fn a_receipt_goes_back_by_the_way_of_what_it_confirms() {
    let (mut world, alice, bob) = friends_at(2);
    // The first relay forwards what Alice writes and keeps what Bob answers.
    world.relays[0].swallows_from = Some("bob".to_owned());
    let id = world.send(alice, bob, "one");
    world.pass(30_000);
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    assert_eq!(world.received(bob, alice), ["hello", "one"]);
}

#[test]
fn a_plain_text_goes_to_no_name_that_the_contact_never_used() {
    let mut world = World::new(&[Kind::Guide, Kind::Guide]);
    let alice = world.person("alice", &[0, 1]);
    let bob = world.person("bob", &[1]);
    world.befriend(alice, bob);
    world.befriend(bob, alice);
    world.settle();
    claim(&mut world, 0, "mallory", bob);
    let id = world.send(alice, bob, "for bob");
    world.settle();
    assert_eq!(world.state(alice, id), MessageState::Handed);
    assert_eq!(world.received(bob, alice), ["for bob"]);
    // Bob is away, and nobody else gets it.
    drop(world.kill(bob));
    world.settle();
    let id = world.send(alice, bob, "for bob later");
    world.pass(600_000);
    assert_eq!(world.state(alice, id), MessageState::Queued);
    // A name from which something came in the contact's own box is the contact's.
    claim(&mut world, 1, "robert", bob);
    assert_eq!(world.state(alice, id), MessageState::Queued);
    let text = guide_box(2, world.key(alice), 77, b"from another name");
    let now = world.now.wall;
    world.inject_frame(alice, message("robert", &text, now));
    world.settle();
    assert_eq!(world.state(alice, id), MessageState::Handed);
}

#[derive(Clone, Debug)]
struct Lie {
    at: usize,
    name: u8,
    about_alice: bool,
}

fn lie() -> impl Strategy<Value = Lie> {
    (0usize..4, 0u8..12, any::<bool>()).prop_map(|(at, name, about_alice)| Lie {
        at,
        name,
        about_alice,
    })
}

fn name(n: u8) -> String {
    match n {
        0 => "alice".to_owned(),
        1 => "bob".to_owned(),
        n => format!("{}{n}", char::from(b'a' + n)),
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn with_one_honest_relay_every_sealed_text_is_delivered(
        relays in 1usize..5,
        honest in 0usize..5,
        lies in prop::collection::vec(lie(), 0..30),
        texts in prop::collection::vec(any::<bool>(), 1..5),
    ) {
        let (mut world, alice, bob) = friends_at(relays);
        let honest = honest % relays;
        for at in 0..relays {
            world.relays[at].swallows = at != honest;
        }
        let mut lies = lies.into_iter();
        let mut sent = Vec::new();
        for (n, by_alice) in texts.into_iter().enumerate() {
            for lie in lies.by_ref().take(8) {
                let name = name(lie.name);
                // At the honest relay only names that nobody holds can be had.
                if lie.at % relays != honest || lie.name > 1 {
                    let whose = if lie.about_alice { alice } else { bob };
                    claim(&mut world, lie.at % relays, &name, whose);
                }
            }
            let (from, to) = if by_alice { (alice, bob) } else { (bob, alice) };
            let text = format!("text {n}");
            sent.push((from, to, world.send(from, to, &text), text));
        }
        world.pass(3_600_000);
        for (from, to, id, text) in sent {
            prop_assert_eq!(world.state(from, id), MessageState::Delivered);
            let times = world.received(to, from).iter().filter(|got| **got == text).count();
            prop_assert_eq!(times, 1);
        }
    }
}

/// Six hours of a relay that lists a contact's key under hundreds of names, others each minute.
#[test]
fn six_hours_of_a_relay_that_lists_everything_keep_nothing_from_arriving() {
    const HOURS: u64 = 6;
    let (mut world, alice, bob) = friends_at(2);
    world.relays[0].swallows = true;
    let (hers, his) = (world.key(alice), world.key(bob));
    let epoch = |world: &mut World| {
        let relay = world.snapshot(alice).relays[0].id;
        let connection = world.relays_of(alice).connection(relay);
        (relay, connection.map(|connection| connection.epoch))
    };
    let mut last = None;
    for minute in 0..HOURS * 60 {
        let mut users = vec![user("alice", hers)];
        users.extend((0..300).map(|n| user(&format!("m{minute} {n}"), his)));
        let list = ConnectionEvent::Frame(RelayFrame::UserList {
            users,
            skipped: 0,
            truncated: false,
        });
        let now = world.now;
        if let (relay, Some(epoch)) = epoch(&mut world) {
            let taken = world
                .engine(alice)
                .connection_event(now, relay, epoch, &list);
            taken.unwrap();
        }
        if minute % 10 == 0 {
            let id = world.send(alice, bob, &format!("minute {minute}"));
            last = Some(id);
        }
        world.pass(60_000);
    }
    let texts = world.received(bob, alice);
    assert_eq!(texts.len(), 1 + usize::try_from(HOURS * 6).unwrap());
    assert_eq!(world.state(alice, last.unwrap()), MessageState::Delivered);
}
