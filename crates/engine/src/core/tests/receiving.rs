//! The way of a text in.

use super::relay_model::{Kind, joined, left};
use super::world::{World, guide_box, message, public_key, shown_key, sotto_box};
use crate::api::{
    BlockContact, BlockRequest, ClearChat, ClientKind, DeleteContact, DeleteMessage, Event,
    ProfilePatch, UpdateProfile,
};
use crate::core::ConnectionEvent;
use sotto_store::requests;
use sotto_wire::{PublicKey, RelayFrame};

fn client(world: &mut World, who: usize, other: usize) -> ClientKind {
    let chat = world.chat(who, other);
    let chats = world.snapshot(who).chats.into_iter();
    let mut of = chats.filter(|view| view.id == chat);
    of.next().unwrap().contact().unwrap().client
}

/// P-31.
#[test]
fn our_own_box_handed_back_is_no_text_of_the_contact() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let id = world.send(alice, bob, "mine");
    world.settle();
    let sealed = world.people[alice].sealed[&id].clone();
    world.inject_box(alice, "bob", &sealed);
    assert!(world.received(alice, bob).is_empty());
}

/// P-31.
#[test]
fn a_repeat_is_dropped_also_after_its_message_its_chat_and_its_contact_were_deleted() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let first = sotto_box(2, world.key(alice), 1, "first");
    let second = sotto_box(2, world.key(alice), 2, "second");
    world.inject_box(alice, "bob", &first);
    world.inject_box(alice, "bob", &second);
    world.inject_box(alice, "bob", &first);
    assert_eq!(world.received(alice, bob), ["first", "second"]);

    let chat = world.chat(alice, bob);
    let line = world.lines(alice, chat)[1].message;
    world.request(alice, DeleteMessage(line)).unwrap();
    world.inject_box(alice, "bob", &first);
    assert_eq!(world.received(alice, bob), ["second"]);

    world.request(alice, ClearChat(chat)).unwrap();
    world.inject_box(alice, "bob", &second);
    assert!(world.received(alice, bob).is_empty());

    let contact = world.contact_of(alice, chat);
    world.request(alice, DeleteContact(contact)).unwrap();
    world.befriend(alice, bob);
    world.inject_box(alice, "bob", &first);
    assert!(world.received(alice, bob).is_empty());
}

#[test]
fn a_relay_that_doubles_everything_doubles_no_text() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    world.relays[0].doubles = true;
    for text in ["one", "two", "three"] {
        world.send(alice, bob, text);
    }
    world.settle();
    assert_eq!(world.received(bob, alice), ["one", "two", "three"]);
}

/// P-42, P-43.
#[test]
fn the_tag_tells_sotto_from_a_guide_client() {
    let (mut world, alice, bob) = World::two_unknowns(Kind::Guide);
    assert_eq!(client(&mut world, alice, bob), ClientKind::Unknown);
    world.inject_box(alice, "bob", &guide_box(2, world.key(alice), 1, b"hi"));
    assert_eq!(client(&mut world, alice, bob), ClientKind::Guide);
    world.inject_box(alice, "bob", &sotto_box(2, world.key(alice), 2, "hi"));
    assert_eq!(client(&mut world, alice, bob), ClientKind::Sotto);
    assert_eq!(world.received(alice, bob), ["hi", "hi"]);
}

/// P-107.
#[test]
fn a_text_that_only_begins_like_an_exchange_is_a_text() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let texts = [
        "sotto-exchange1.",
        "sotto-exchange1. What is this?",
        "sotto-exchange1.AAAA",
    ];
    for (number, text) in (1..).zip(texts) {
        let sealed = guide_box(2, world.key(alice), number, text.as_bytes());
        world.inject_box(alice, "bob", &sealed);
    }
    assert_eq!(world.received(alice, bob), texts);
}

#[test]
fn a_guide_client_gets_no_tag() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    world.inject_box(alice, "bob", &guide_box(2, world.key(alice), 1, b"hi"));
    let tagged_len = |len: usize| data_encoding::BASE64.encode_len(24 + 16 + len);
    let id = world.send(alice, bob, "plain");
    assert_eq!(world.people[alice].sealed[&id].len(), tagged_len(5));
    world.inject_box(alice, "bob", &sotto_box(2, world.key(alice), 2, "hi"));
    let id = world.send(alice, bob, "plain");
    assert_eq!(world.people[alice].sealed[&id].len(), tagged_len(5 + 120));
}

#[test]
fn the_invisible_characters_of_a_text_itself_stay() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let texts = [
        "می\u{200c}خواهم\u{200c}",
        "👩\u{200d}👩\u{200d}👧",
        "\u{200b}\u{2063}",
    ];
    for (n, text) in (1..).zip(texts) {
        world.inject_box(alice, "bob", &sotto_box(2, world.key(alice), n, text));
        world.inject_box(
            alice,
            "bob",
            &guide_box(2, world.key(alice), n + 100, text.as_bytes()),
        );
    }
    let received = world.received(alice, bob);
    for (n, text) in texts.iter().enumerate() {
        assert_eq!(received[2 * n..2 * n + 2], [*text, *text]);
    }
}

#[test]
fn a_box_of_an_unknown_sender_waits_for_the_list() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    let conn = world.conn(alice);
    world.client_reads(conn);
    world.inject_box(alice, "carol", &guide_box(7, world.key(alice), 1, b"hi"));
    assert!(
        requests::list(world.store(alice).reader())
            .unwrap()
            .is_empty()
    );
    world.relays[0].list("carol", shown_key(7));
    world.settle();
    let held = requests::list(world.store(alice).reader()).unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].texts[0].text, "hi");
}

#[test]
fn a_box_of_an_unknown_sender_survives_the_end_of_its_connection() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    let conn = world.conn(alice);
    world.client_reads(conn);
    world.inject_box(alice, "carol", &guide_box(7, world.key(alice), 1, b"hi"));
    world.lose(conn);
    world.relays[0].list("carol", shown_key(7));
    world.pass(2_000);
    assert_eq!(
        requests::list(world.store(alice).reader()).unwrap().len(),
        1
    );
}

#[test]
fn an_unlisted_sender_is_asked_for_soon_and_not_without_end() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.pass(1_000);
    world.relays[0].frames.clear();
    for nonce in 0..100 {
        let sealed = guide_box(7, world.key(alice), nonce, b"hi");
        world.inject_box(alice, "carol", &sealed);
    }
    world.pass(6_000);
    let asked = world.relays[0].frames.iter();
    let asked = asked.filter(|frame| frame.contains("get_users")).count();
    assert!((1..=2).contains(&asked), "{asked}");
}

#[test]
fn the_key_decides_whose_text_it_is_and_not_the_name() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    // Under a name that nobody has: kept, and nowhere shown.
    let sealed = sotto_box(2, world.key(alice), 1, "hi");
    world.inject_box(alice, "mallory", &sealed);
    assert!(world.received(alice, bob).is_empty());
    // Under a name listed with the contact's key: the contact's.
    world.inject_frame(alice, joined("mallory", world.key(bob)));
    assert_eq!(world.received(alice, bob), ["hi"]);
    // Somebody else under the contact's name: not the contact's.
    world.inject_frame(alice, joined("bob", shown_key(7)));
    world.inject_box(
        alice,
        "bob",
        &guide_box(7, world.key(alice), 2, b"trust me"),
    );
    assert_eq!(world.received(alice, bob), ["hi"]);
    // The contact still writes under its name.
    world.inject_box(alice, "bob", &sotto_box(2, world.key(alice), 3, "still me"));
    assert_eq!(world.received(alice, bob), ["hi", "still me"]);
}

#[test]
fn a_blocked_contact_and_a_blocked_key_leave_no_trace() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let chat = world.chat(alice, bob);
    let block = BlockContact {
        contact: world.contact_of(alice, chat),
        blocked: true,
    };
    world.request(alice, block).unwrap();
    world.inject_frame(alice, joined("carol", shown_key(7)));
    world.inject_box(alice, "carol", &guide_box(7, world.key(alice), 1, b"hi"));
    let request = world.snapshot(alice).requests[0].id;
    world.request(alice, BlockRequest(request)).unwrap();
    world.pass(1_000);
    let before = client(&mut world, alice, bob);
    world.people[alice].events.clear();
    world.relays[0].frames.clear();
    world.inject_box(alice, "bob", &guide_box(2, world.key(alice), 1, b"hi"));
    world.inject_box(alice, "carol", &guide_box(7, world.key(alice), 2, b"hi"));
    world.settle();
    assert!(world.received(alice, bob).is_empty());
    assert!(world.snapshot(alice).requests.is_empty());
    assert_eq!(client(&mut world, alice, bob), before);
    assert_eq!(world.people[alice].events, []);
    assert_eq!(world.relays[0].frames, Vec::<String>::new());
}

#[test]
fn a_text_that_is_no_utf8_is_shown_as_far_as_it_can_be() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    world.inject_box(alice, "bob", &guide_box(2, world.key(alice), 1, b"a\xffb"));
    assert_eq!(world.received(alice, bob), ["a\u{fffd}b"]);
}

#[test]
fn a_box_without_a_text_tells_only_what_the_sender_is() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    world.inject_box(alice, "bob", &sotto_box(2, world.key(alice), 1, ""));
    assert!(world.received(alice, bob).is_empty());
    assert_eq!(client(&mut world, alice, bob), ClientKind::Sotto);
}

#[test]
fn what_is_no_box_for_us_changes_nothing() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let for_bob = guide_box(7, world.key(bob), 1, b"not for alice");
    let mut damaged = guide_box(2, world.key(alice), 1, b"hi");
    let other = if damaged.as_bytes()[50] == b'A' {
        "B"
    } else {
        "A"
    };
    damaged.replace_range(50..51, other);
    for bad in ["", "A", "not base64!", "AAAA", &for_bob, &damaged] {
        world.inject_box(alice, "bob", bad);
    }
    let no_sender = RelayFrame::Message {
        from: None,
        encrypted: guide_box(2, world.key(alice), 2, b"hi"),
        timestamp_ms: 0,
    };
    world.inject_frame(alice, no_sender);
    world.inject(alice, &ConnectionEvent::Garbage).unwrap();
    assert!(world.received(alice, bob).is_empty());
    assert!(world.snapshot(alice).requests.is_empty());
}

#[test]
fn a_relay_cannot_date_a_text_absurdly() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let wall = world.now.wall;
    for (n, at) in (1..).zip([i64::MIN, -1, 0, i64::MAX, wall - 1_000]) {
        let sealed = sotto_box(2, world.key(alice), n, "hi");
        world.inject_frame(alice, message("bob", &sealed, at));
    }
    assert_eq!(world.received(alice, bob).len(), 5);
    let shown = world.people[alice].events.iter().filter_map(|e| match e {
        Event::MessageAdded { message } => message.state.is_none().then_some(message.at),
        _ => None,
    });
    let shown: Vec<i64> = shown.collect();
    assert_eq!(
        shown[shown.len() - 5..],
        [wall, wall, wall, wall, wall - 1_000]
    );
    // A relay that tells no time (0) does not put a text into 1970 on the command line.
    let chat = world.chat(alice, bob);
    let lines = world.lines(alice, chat);
    assert_eq!(lines[3].timestamp, wall);
}

#[test]
fn texts_on_their_way_from_an_ended_connection_still_count() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    world.send(bob, alice, "just in time");
    let bobs = world.conn(bob);
    while world.relay_reads(bobs) {}
    // Waiting in front of the engine when the person changes her name.
    let rename = UpdateProfile(ProfilePatch {
        user_id: Some("alice2".to_owned()),
        ..Default::default()
    });
    world.request(alice, rename).unwrap();
    world.settle();
    assert_eq!(world.received(alice, bob), ["just in time"]);
}

#[test]
fn a_key_that_protects_nothing_opens_nothing() {
    let (mut world, alice, _) = World::two_friends(Kind::Guide);
    for bytes in [[0; 32], [0xff; 32], world.key(alice).0] {
        world.inject_frame(alice, joined("carol", PublicKey(bytes)));
        let sealed = guide_box(7, world.key(alice), 1, b"hi");
        world.inject_box(alice, "carol", &sealed);
        world.inject_frame(alice, left("carol"));
    }
    assert!(world.snapshot(alice).requests.is_empty());
    assert_ne!(public_key(7), public_key(8));
}
