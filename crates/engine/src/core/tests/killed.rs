//! A process that ends at any of its writes: what was committed is taken up, nothing is lost, nothing
//! comes twice, and no key of the ratchet is used for two messages.

use super::copies::Copies;
use super::growing::{kept as kept_kinds, say_instead, with_a_later_content};
use super::relay_model::Kind;
use super::world::{Who, World};
use crate::api::{
    AddByLink, ChatId, CreateInvite, InspectMessage, LinkCameBy, MessageState, PrivateRelays,
    ProfilePatch, SendFailure, SessionState, ShowInvite, SystemLine, UpdateProfile, UseName,
};
use crate::core::Request;
use sotto_protocol::{RatchetMessage, envelope};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// Of how many points one is tried (`SOTTO_EVERY`; 1 tries all).
fn every() -> u32 {
    let asked = std::env::var("SOTTO_EVERY").ok();
    let asked = asked.map(|every| every.parse().expect("SOTTO_EVERY is a number above 0"));
    asked.unwrap_or(5).max(1)
}

/// The first of them (`SOTTO_SEED`, or by the clock): in time, every point has its turn.
fn first() -> u32 {
    let by_the_clock = || {
        let clock = SystemTime::now().duration_since(UNIX_EPOCH);
        clock.map_or(0, |since| u64::from(since.subsec_micros()))
    };
    let asked = std::env::var("SOTTO_SEED").ok();
    let asked = asked.map(|seed| seed.parse().expect("SOTTO_SEED is a number"));
    let seed: u64 = asked.unwrap_or_else(by_the_clock);
    println!("seed: SOTTO_SEED={seed}");
    u32::try_from(seed % u64::from(every())).unwrap()
}

/// Writes a text until it is in the history, as a person does whose program has just ended.
fn write(world: &mut World, who: Who, other: Who, text: &str) {
    let chat = world.chat(who, other);
    write_in(world, who, chat, text);
}

fn write_in(world: &mut World, who: Who, chat: ChatId, text: &str) {
    while world.say(who, chat, text).is_err() {
        if world.lines(who, chat).iter().any(|line| line.text == text) {
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
            let own = world.fingerprint(*who);
            let mailbox = world.identity(*who).keys.mailbox();
            let Ok(inside) = envelope::open(text, &own, mailbox) else {
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
    let _ = world.request(who, UpdateProfile(patch));
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

/// Does something until it is done, as a person does whose program has just ended.
fn insist<R: Request + Clone>(world: &mut World, who: Who, request: &R) -> R::Answer {
    loop {
        if let Ok(answer) = world.request(who, request.clone()) {
            return answer;
        }
    }
}

/// Alice invites Bob, who takes the invite, and both write. The process of `who` ends at its
/// `at`-th write. Gives whether there were so many.
fn invited(at: u32, victim: usize) -> bool {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let people = [world.person("alice", &[0]), world.person("bob", &[0])];
    let [alice, bob] = people;
    world.settle();
    world.store(people[victim]).end_after(Some(at));
    let create = CreateInvite { ttl_secs: None };
    let invite = insist(&mut world, alice, &create);
    let link = insist(&mut world, alice, &ShowInvite(invite.id));
    let to_alice = loop {
        if let Some(chat) = world.snapshot(bob).chats.first() {
            break chat.id;
        }
        let add = AddByLink {
            link: link.to_string(),
            name: String::new(),
            private_relays: PrivateRelays::Refused,
            came_by: LinkCameBy::Text,
        };
        let _ended = world.request(bob, add);
    };
    // Her name at the relay is not known yet.
    write_in(&mut world, bob, to_alice, "one");
    world.pass(1_300_000);
    let to_bob = only_chat(&mut world, alice);
    write_in(&mut world, alice, to_bob, "two");
    write_in(&mut world, bob, to_alice, "three");
    world.pass(1_300_000);
    let ended = world.ended > 0;
    for who in people {
        world.store(who).end_after(None);
    }
    let wanted = ["one", "two", "three"];
    for (who, chat) in [(alice, to_bob), (bob, to_alice)] {
        assert_eq!(only_chat(&mut world, who), chat, "at {at}");
        let lines = world.lines(who, chat);
        let texts = lines.iter().filter(|line| line.line.is_none());
        let mut texts: Vec<&str> = texts.map(|line| line.text.as_str()).collect();
        // Two that are written at once may meet on their way.
        texts.sort_by_key(|text| wanted.iter().position(|known| known == text));
        assert_eq!(texts, wanted, "at {at}");
        for state in lines.iter().filter_map(|line| line.state) {
            assert_eq!(state, MessageState::Delivered, "at {at}");
        }
    }
    let mut used = Used::new();
    note_keys(&mut world, &people, 0, &mut used);
    assert!(!used.is_empty());
    ended
}

/// Alice's text for Bob waits, because his key is listed under another name only, and she lets it go
/// there. Her process ends at its `at`-th write. Gives whether there were so many.
fn renamed(at: u32) -> bool {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    let bob = world.person("robert", &[0]);
    world.add(alice, "bob", world.key(bob));
    world.settle();
    let chat = world.snapshot(alice).chats[0].id;
    let contact = world.contact_of(alice, chat);
    world.store(alice).end_after(Some(at));
    write_in(&mut world, alice, chat, "whatever your name");
    let use_name = UseName {
        contact,
        name: "robert".to_owned(),
    };
    // The question is there again after a start, until it was answered.
    for _ in 0..20 {
        world.pass(5_000);
        let chats = world.snapshot(alice).chats;
        let other = chats[0].contact().unwrap().other_name.clone();
        if other.as_deref() == Some("robert") {
            let _ended = world.request(alice, use_name.clone());
        }
    }
    world.pass(600_000);
    let ended = world.ended > 0;
    world.store(alice).end_after(None);
    let lines = world.lines(alice, chat);
    let sent = lines.iter().filter_map(|line| line.state);
    assert_eq!(sent.collect::<Vec<_>>(), [MessageState::Handed], "at {at}");
    let requests = world.snapshot(bob).requests;
    assert_eq!(requests.len(), 1, "at {at}");
    let texts: Vec<&str> = requests[0].texts.iter().map(|t| t.text.as_str()).collect();
    // A frame that was on its way when the process ended is written again; its box is the same.
    assert_eq!(texts, ["whatever your name"], "at {at}");
    ended
}

/// Bob cannot read what Alice's program made of her text and says so, and the next one goes. The
/// process of `who` ends at its `at`-th write. Gives whether there were so many.
fn unreadable(at: u32, victim: usize) -> bool {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let people = [alice, bob];
    world.pass(60_000);
    world.lose(world.conn(bob));
    world.settle();
    let id = world.send(alice, bob, "of a later version");
    let after = world.send(alice, bob, "as usual");
    say_instead(&mut world, alice, bob, &[0xff; 200]);
    world.store(people[victim]).end_after(Some(at));
    world.pass(1_300_000);
    write(&mut world, bob, alice, "and back");
    world.pass(1_300_000);
    let ended = world.ended > 0;
    for who in people {
        world.store(who).end_after(None);
    }
    let info = world.request(alice, InspectMessage(id)).unwrap().message;
    let failed = (info.state, info.failure);
    let unreadable = (Some(MessageState::Failed), Some(SendFailure::Unreadable));
    assert_eq!(failed, unreadable, "at {at}");
    assert_eq!(
        world.state(alice, after),
        MessageState::Delivered,
        "at {at}"
    );
    assert_eq!(world.received(bob, alice), ["hello", "as usual"], "at {at}");
    assert_eq!(world.received(alice, bob), ["and back"], "at {at}");
    let mut used = Used::new();
    note_keys(&mut world, &people, 0, &mut used);
    ended
}

/// Bob keeps what he cannot show. His process ends at its `at`-th write. Gives whether there were so
/// many.
fn kept(at: u32) -> bool {
    let (mut world, alice, bob, id) = with_a_later_content();
    world.store(bob).end_after(Some(at));
    world.pass(1_300_000);
    let ended = world.ended > 0;
    world.store(bob).end_after(None);
    world.restart(bob);
    world.pass(1_300_000);
    assert_eq!(world.state(alice, id), MessageState::Delivered, "at {at}");
    assert_eq!(kept_kinds(&world, bob).len(), 1, "at {at}");
    let chat = world.chat(bob, alice);
    let told = world.system_lines(bob, chat).into_iter();
    let told = told.filter(|line| *line == SystemLine::CannotBeShown);
    assert_eq!(told.count(), 1, "at {at}");
    ended
}

/// An older copy of Alice's writes to Bob, who knows the newer one, is told and stops. The process of
/// the older copy, or Bob's, ends at its `at`-th write. Gives whether there were so many.
fn moved(at: u32, of_bob: bool) -> bool {
    let mut it = Copies::new(Kind::Guide);
    let newer = it.begin_newer();
    let (older, bob) = (it.older, it.bob);
    let victim = if of_bob { bob } else { older };
    it.world.pass(1_000);
    it.world.store(victim).end_after(Some(at));
    write(&mut it.world, newer, bob, "from the newer one");
    it.world.pass(60_000);
    let chat = it.world.chat(older, bob);
    // It may have stopped before.
    if !it.is_stopped(older) {
        write_in(&mut it.world, older, chat, "from the older one");
    }
    for _ in 0..6 {
        for conn in it.world.conns_of(older) {
            it.world.lose(conn);
        }
        it.world.pass(1_300_000);
    }
    let ended = it.world.ended > 0;
    for who in [victim, older] {
        it.world.store(who).end_after(None);
    }
    assert!(it.is_stopped(older), "at {at}");
    let written = it.world.people[older].written;
    it.world.restart(older);
    it.world.pass(7_200_000);
    assert!(it.is_stopped(older), "at {at}");
    assert_eq!(it.world.people[older].written, written, "at {at}");
    let received = it.world.received(bob, newer);
    assert_eq!(received, ["hello", "from the newer one"], "at {at}");
    for (text, state) in it.world.sent(newer, bob) {
        assert_eq!(state, MessageState::Delivered, "{text}, at {at}");
    }
    let mut used = Used::new();
    note_keys(&mut it.world, &[older, newer, bob], 0, &mut used);
    assert!(!used.is_empty());
    ended
}

/// The chat of somebody who has one contact, with whom there is a session.
fn only_chat(world: &mut World, who: Who) -> ChatId {
    let chats = world.snapshot(who).chats;
    let [chat] = &chats[..] else {
        panic!("{} contacts", chats.len())
    };
    assert_eq!(chat.contact().unwrap().session, SessionState::Ready);
    chat.id
}

fn ends_everywhere(story: impl Fn(u32) -> bool, writes: u32) {
    let mut at = first();
    let mut points = 0;
    while story(at) {
        points += 1;
        at += every();
    }
    // The last story came to its end without one.
    assert!(at > writes, "only {at} writes");
    println!("ended at {points} points, every {}", every());
}

#[test]
fn the_one_who_writes_first_may_end_at_any_write() {
    ends_everywhere(|at| story(at, 0), 60);
}

#[test]
fn the_one_who_is_written_to_may_end_at_any_write() {
    ends_everywhere(|at| story(at, 1), 60);
}

#[test]
fn the_one_who_invites_may_end_at_any_write() {
    ends_everywhere(|at| invited(at, 0), 20);
}

#[test]
fn the_one_who_is_invited_may_end_at_any_write() {
    ends_everywhere(|at| invited(at, 1), 20);
}

#[test]
fn who_lets_a_text_go_under_another_name_may_end_at_any_write() {
    ends_everywhere(renamed, 5);
}

#[test]
fn who_is_told_that_a_text_cannot_be_read_may_end_at_any_write() {
    ends_everywhere(|at| unreadable(at, 0), 10);
}

#[test]
fn who_says_that_a_text_cannot_be_read_may_end_at_any_write() {
    ends_everywhere(|at| unreadable(at, 1), 10);
}

#[test]
fn who_keeps_what_cannot_be_shown_may_end_at_any_write() {
    ends_everywhere(kept, 5);
}

#[test]
fn an_older_copy_that_is_told_may_end_at_any_write() {
    ends_everywhere(|at| moved(at, false), 5);
}

#[test]
fn who_tells_an_older_copy_may_end_at_any_write() {
    ends_everywhere(|at| moved(at, true), 10);
}
