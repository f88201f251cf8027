//! Versions that know more and versions that know less: what this one cannot show is kept, what
//! others read is known, and nothing is written to them that they would not read.

use super::relay_model::Kind;
use super::world::{START, Who, World};
use crate::api::{ClearChat, DeleteContact, MessageId, MessageState, SystemLine};
use crate::core::session::record::{SessionRecord, pack};
use crate::rollback_guard::CounterState;
use sotto_protocol::{
    Body, CardHash, Content, ContentId, Features, Inside, KeyCard, PeerMailbox, SenderCard,
    UnixTime, Validity, body, envelope,
};
use sotto_store::kept_contents::{self, Kept};
use sotto_store::{RelayId, StoreError, peers, session_outbox, settings};
use zeroize::Zeroizing;

/// A kind that no version knows yet.
const LATER: u64 = 200;

/// What somebody's program has next for another is made by a later version: these bytes instead of a
/// content of today.
pub(super) fn say_instead(world: &mut World, from: Who, to: Who, bytes: &[u8]) {
    let identity = world.fingerprint(to);
    let now = world.now;
    let made = world.engine(from).turn(now, |_, turn| {
        let contact = turn.contacts.by_fingerprint(&identity).unwrap().id;
        let entry = session_outbox::first(turn.tx, contact)?.unwrap();
        let mut record = SessionRecord::best(turn.tx, &identity)?.unwrap();
        let encrypted = record.session.encrypt(bytes).unwrap();
        record.save(turn.tx)?;
        session_outbox::keep_sealed(turn.tx, entry.id, &record.id(), &pack(&encrypted))
    });
    made.unwrap();
}

/// Bob is away, and what waits for him first is a content of a later version.
pub(super) fn with_a_later_content() -> (World, Who, Who, MessageId) {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.settle();
    world.lose(world.conn(bob));
    world.settle();
    let id = world.send(alice, bob, "a poll");
    let identity = world.fingerprint(bob);
    let reader = world.store(alice).reader();
    let contact = sotto_store::contacts::by_fingerprint(reader, &identity);
    let entry = session_outbox::first(reader, contact.unwrap().unwrap().id).unwrap();
    let body = Body::Unknown { kind: LATER };
    let content = Content::new(entry.unwrap().content, 1, body);
    say_instead(&mut world, alice, bob, &content.encode().unwrap());
    (world, alice, bob, id)
}

/// The kinds of what somebody keeps.
pub(super) fn kept(world: &World, who: Who) -> Vec<u64> {
    let all = kept_contents::list(world.store(who).reader()).unwrap();
    all.into_iter().map(|(_, kind)| kind).collect()
}

fn features(world: &mut World, who: Who, of: Who) -> Features {
    let identity = world.fingerprint(of);
    let peer = peers::by_fingerprint(world.store(who).reader(), &identity);
    peer.unwrap().unwrap().features
}

/// Whether each envelope for somebody that the relay read from a frame on has the tag of a mailbox
/// key.
fn tags(world: &mut World, to: Who, from_frame: usize) -> Vec<bool> {
    let own = world.fingerprint(to);
    let frames = world.relays[0].frames.iter().skip(from_frame);
    let sealed = frames.filter_map(|frame| {
        let value: serde_json::Value = serde_json::from_str(frame).unwrap();
        let address = envelope::address(value.get("encrypted")?.as_str()?).ok()?;
        let by_key = envelope::mailbox_tag(&own, &address.mailbox_key);
        address.is_for(&own).then_some(address.recipient == by_key)
    });
    sealed.collect()
}

/// P-106: a content of a kind that comes later is confirmed, kept, and told once.
#[test]
fn what_this_version_cannot_show_is_kept_and_told() {
    let (mut world, alice, bob, id) = with_a_later_content();
    world.pass(10_000);
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    assert_eq!(kept(&world, bob), [LATER]);
    let chat = world.chat(bob, alice);
    let told = world.system_lines(bob, chat);
    assert_eq!(told.last(), Some(&SystemLine::CannotBeShown));
    // It stays for as long as nobody can read it.
    world.restart(bob);
    world.settle();
    assert_eq!(kept(&world, bob), [LATER]);
    world.request(bob, ClearChat(chat)).unwrap();
    assert!(kept(&world, bob).is_empty());
}

#[test]
fn what_is_kept_of_a_contact_goes_with_it() {
    let (mut world, alice, bob, _) = with_a_later_content();
    world.pass(10_000);
    let chat = world.chat(bob, alice);
    let contact = world.contact_of(bob, chat);
    world.request(bob, DeleteContact(contact)).unwrap();
    assert!(kept(&world, bob).is_empty());
}

/// P-106: what an earlier version kept is read by the first one that knows its kind, once, in its
/// order, and what is not known still stays.
#[test]
fn what_an_earlier_version_kept_is_read_after_the_update() {
    let (mut world, alice, bob, _) = with_a_later_content();
    world.pass(10_000);
    let chat = world.chat(bob, alice);
    let contact = world.contact_of(bob, chat);
    let sender = world.fingerprint(alice);
    let session = peers::best_session(world.store(bob).reader(), &sender);
    let session = session.unwrap().unwrap().session;
    // As a version would have kept them that knew no texts.
    let mut store = world.kill(bob);
    let filled = store.transaction(|tx| {
        for (n, text) in [(1, "first"), (2, "second")] {
            let id = ContentId::from_bytes([n; 16]);
            let content = Content::new(id, 5, Body::Text(body::Text::new(text)));
            let kept = Kept {
                contact,
                fingerprint: sender,
                session,
                content: id,
                kind: 1,
                bytes: content.encode().unwrap(),
                relay: RelayId(1),
                relay_at: START - 1_000,
                came_at: START - 900,
            };
            kept_contents::keep(tx, &kept)?;
        }
        let spoiled = Kept {
            contact,
            fingerprint: sender,
            session,
            content: ContentId::from_bytes([3; 16]),
            kind: 2,
            bytes: Zeroizing::new(vec![0xff; 9]),
            relay: RelayId(1),
            relay_at: 0,
            came_at: START,
        };
        kept_contents::keep(tx, &spoiled)
    });
    filled.unwrap();
    world.begin(bob, store);
    world.settle();
    assert_eq!(world.received(bob, alice), ["hello", "first", "second"]);
    assert_eq!(kept(&world, bob), [LATER]);
    let lines = world.lines(bob, chat);
    let first = lines.iter().find(|line| line.text == "first").unwrap();
    assert_eq!(first.timestamp, START - 1_000);
    world.restart(bob);
    world.settle();
    assert_eq!(world.received(bob, alice), ["hello", "first", "second"]);
}

/// P-108, P-96: both say what they read, and from then on no envelope has a name that stays.
#[test]
fn what_both_read_is_told_in_the_session_and_then_used() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    for (who, of) in [(alice, bob), (bob, alice)] {
        assert_eq!(features(&mut world, who, of), Features::OWN);
        // The first went before anything was known.
        assert!(!tags(&mut world, of, 0)[0]);
    }
    let before = world.relays[0].frames.len();
    world.send(alice, bob, "one");
    world.settle();
    assert_eq!(world.received(bob, alice).last().unwrap(), "one");
    for of in [alice, bob] {
        let tags = tags(&mut world, of, before);
        assert!(!tags.is_empty() && tags.iter().all(|by_key| *by_key));
    }
}

/// P-96, P-108: whoever begins anew may have put back an older program, which reads only the other tag.
#[test]
fn who_begins_anew_is_written_what_every_version_reads() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    world.begin_anew(bob, &[0]);
    world.guides = false;
    world.befriend(bob, alice);
    world.settle();
    let before = world.relays[0].frames.len();
    world.send(alice, bob, "are you there?");
    world.pass(600_000);
    // In the session that is lost, in the new one before and after Bob said what he reads.
    let mut seen = tags(&mut world, bob, before);
    seen.dedup();
    assert_eq!(seen[..2], [true, false]);
    assert_eq!(world.received(bob, alice), ["are you there?"]);
    assert_eq!(features(&mut world, alice, bob), Features::OWN);
}

/// P-96: an older program that was put back does not see the other tag as its own, and so could not
/// say that it has lost its session.
#[test]
fn what_nobody_confirms_has_the_tag_that_every_version_reads() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let before = world.relays[0].frames.len();
    world.relays[0].swallows = true;
    world.send(alice, bob, "one");
    world.pass(3_600_000);
    let seen = tags(&mut world, bob, before);
    assert_eq!(seen[..6], [true, true, true, true, false, false]);
}

/// P-108: a version that reads more than the one before it tells everybody.
#[test]
fn an_update_tells_what_it_reads() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let identity = world.fingerprint(alice);
    let mut of_bob = world.kill(bob);
    let forgotten = of_bob.transaction(|tx| {
        let peer = peers::by_fingerprint(tx, &identity)?.unwrap();
        let features = Features::NONE;
        peers::save(tx, &peers::Peer { features, ..peer })
    });
    forgotten.unwrap();
    let mut of_alice = world.kill(alice);
    let before = of_alice.transaction(|tx| settings::set(tx, "told_features", "0"));
    before.unwrap();
    world.begin(bob, of_bob);
    world.begin(alice, of_alice);
    world.pass(60_000);
    assert_eq!(features(&mut world, bob, alice), Features::OWN);
    // It is told once.
    let frames = world.relays[0].frames.len();
    world.restart(alice);
    world.pass(60_000);
    let later = &world.relays[0].frames[frames..];
    assert!(!later.iter().any(|frame| frame.contains("sotto1.")));
}

fn incarnation(world: &mut World, who: Who) -> u64 {
    world.identity(who).keys.card().incarnation()
}

/// The incarnation in the card that somebody has of another.
fn known_incarnation(world: &mut World, who: Who, of: Who) -> u64 {
    let identity = world.fingerprint(of);
    let peer = peers::by_fingerprint(world.store(who).reader(), &identity);
    KeyCard::decode(&peer.unwrap().unwrap().card)
        .unwrap()
        .incarnation()
}

/// P-51: a history that was put back, and one that was begun anew with the same keys, has a card
/// that counts before those of the histories before it, whatever their clocks said.
#[test]
fn a_history_that_was_put_back_has_a_card_that_counts() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let first = incarnation(&mut world, alice);
    assert_eq!(known_incarnation(&mut world, bob, alice), first);
    // The clock is set back an hour, and the history comes from a copy.
    let store = world.kill(alice);
    world.people[alice].keychain = CounterState::At(u64::from(u32::MAX));
    world.now.wall -= 3_600_000;
    world.begin(alice, store);
    world.settle();
    let second = incarnation(&mut world, alice);
    assert_eq!(second, first + 1);
    world.send(alice, bob, "back again");
    world.pass(60_000);
    assert_eq!(world.received(bob, alice).last().unwrap(), "back again");
    assert_eq!(known_incarnation(&mut world, bob, alice), second);
    // A start as usual changes nothing.
    world.restart(alice);
    assert_eq!(incarnation(&mut world, alice), second);
    world.pass(7_200_000);
    world.begin_anew(alice, &[0]);
    let now = world.now.unix().as_secs();
    assert_eq!(incarnation(&mut world, alice), now);
    assert!(now > second);
}

/// A text of somebody in the session that they write in, with this on its outside.
fn sealed_as(world: &mut World, from: Who, to: Who, sender: SenderCard, text: &str) -> String {
    let (identity, now) = (world.fingerprint(to), world.now);
    let signer = world.identity(to).item.identity.public().ed25519;
    let made = world.engine(from).turn(now, |_, turn| {
        let mut record = SessionRecord::best(turn.tx, &identity)?.unwrap();
        let content = Content::new(turn.content_id(), 0, Body::Text(body::Text::new(text)));
        let encrypted = record.session.encrypt(&content.encode().unwrap()).unwrap();
        record.save(turn.tx)?;
        Ok::<_, StoreError>((record.id(), encrypted, record.peer.mailbox))
    });
    let (session, encrypted, mailbox) = made.unwrap();
    let mailbox = PeerMailbox::open(&mailbox.unwrap(), &signer, now.unix()).unwrap();
    let inside = Inside::new(sender, session, encrypted);
    envelope::seal(&inside, &identity, &mailbox, &mut world.rng(from)).unwrap()
}

/// P-52: a card that is named by its hash is taken although it has expired since it came; whole, or
/// by a hash that is not known, it is nobody's.
#[test]
fn a_card_that_expired_since_it_came_is_known_by_its_hash_alone() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let created = world.now.unix();
    let validity = Validity {
        created,
        expires: UnixTime::from_secs(created.as_secs() + 60),
    };
    let own = world.identity(bob);
    let incarnation = own.keys.card().incarnation();
    let card = KeyCard::sign_as(&own.item.identity, &[], validity, incarnation).unwrap();
    // It comes whole while it holds.
    let whole = SenderCard::Whole(card.encoded().to_vec());
    let sealed = sealed_as(&mut world, bob, alice, whole.clone(), "in time");
    world.inject_box(alice, "bob", &sealed);
    assert_eq!(world.received(alice, bob), ["in time"]);
    world.pass(120_000);
    assert!(card.check(world.now.unix()).is_err());
    let by_hash = SenderCard::Known(card.hash());
    let unknown = SenderCard::Known(CardHash::from_bytes([9; 16]));
    for (sender, text, is_read) in [
        (whole, "whole", false),
        (unknown, "by another hash", false),
        (by_hash, "by its hash", true),
    ] {
        let sealed = sealed_as(&mut world, bob, alice, sender, text);
        world.inject_box(alice, "bob", &sealed);
        let came = world.received(alice, bob);
        assert_eq!(came.contains(&text.to_owned()), is_read, "{text}");
    }
}
