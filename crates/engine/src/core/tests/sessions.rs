//! Secure sessions between two people at relays that store nothing.

use super::relay_model::{Kind, joined};
use super::world::{START, Who, World, guide_box, item, shown_key, sotto_box};
use crate::api::{
    ChatView, CreateInvite, DeleteMessage, InspectMessage, InviteState, KeyStorage, MessageId,
    MessageState, ProfilePatch, Protection, RecipientView, RenameContact, SendFailure,
    SessionState, SystemLine, TakeSnapshot, UpdateProfile,
};
use crate::core::session::record::{SessionRecord, pack};
use crate::core::{About, Engine, Now};
use crate::rollback_guard::CounterState;
use data_encoding::BASE64;
use sotto_protocol::{BoxPublicKey, Fingerprint};
use sotto_store::profile::{self, Profile};
use sotto_store::{Store, session_outbox};

fn chat_view(world: &mut World, who: Who, other: Who) -> ChatView {
    let chat = world.chat(who, other);
    let chats = world.snapshot(who).chats.into_iter();
    let mut of = chats.filter(|view| view.id == chat);
    of.next().unwrap()
}

fn session(world: &mut World, who: Who, other: Who) -> (Protection, SessionState) {
    let chat = chat_view(world, who, other);
    let contact = chat.contact().unwrap();
    (contact.protection, contact.session)
}

fn name_of(world: &mut World, who: Who, other: Who) -> String {
    let chat = chat_view(world, who, other);
    chat.contact().unwrap().name.clone()
}

/// What somebody's chat shows with the program's own lines of the kinds asked for.
fn count(world: &mut World, who: Who, other: Who, line: SystemLine) -> usize {
    let chat = world.chat(who, other);
    let lines = world.system_lines(who, chat).into_iter();
    lines.filter(|found| *found == line).count()
}

/// The ciphertexts of all message frames that the relay read.
fn boxes(world: &World) -> Vec<String> {
    let frames = world.relays[0].frames.iter();
    frames
        .filter_map(|frame| {
            let value: serde_json::Value = serde_json::from_str(frame).unwrap();
            Some(value.get("encrypted")?.as_str()?.to_owned())
        })
        .collect()
}

/// The relay's limits and the protocol's are the same, though neither knows the other.
#[test]
fn the_longest_envelope_fits_the_longest_frame() {
    assert_eq!(
        sotto_wire::limits::MAX_ENVELOPE_CHARS,
        sotto_protocol::envelope::MAX_CHARS
    );
}

/// P-110.
#[test]
fn two_programs_that_know_each_other_switch_to_a_session_by_themselves() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    for (who, other) in [(alice, bob), (bob, alice)] {
        let ready = (Protection::Pq, SessionState::Ready);
        assert_eq!(session(&mut world, who, other), ready);
        assert_eq!(count(&mut world, who, other, SystemLine::SessionStarted), 1);
    }
    world.relays[0].frames.clear();
    let id = world.send(alice, bob, "secret");
    let back = world.send(bob, alice, "answer");
    world.settle();
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    assert_eq!(world.state(bob, back), MessageState::Delivered);
    assert_eq!(world.received(bob, alice), ["hello", "secret"]);
    assert_eq!(world.received(alice, bob), ["answer"]);
    assert!(boxes(&world).iter().all(|text| text.starts_with("sotto1.")));
}

#[test]
fn a_colour_stays_when_a_session_shows_the_whole_identity() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let chat = chat_view(&mut world, alice, bob);
    let contact = chat.contact().unwrap();
    let key = BASE64.decode(contact.public_key.as_ref().unwrap().as_bytes());
    let key = BoxPublicKey::from_bytes(key.unwrap().try_into().unwrap()).unwrap();
    let first = Fingerprint::of_box_key(&key);
    assert_ne!(contact.fingerprint, first.to_hex(), "the identity is known");
    assert_eq!(contact.hue, first.as_bytes()[0] % 12);
    let mut people = world.snapshot(alice).people.into_iter();
    let listed = people.find(|person| person.chat == Some(chat.id)).unwrap();
    assert_eq!(
        (listed.hue, listed.fingerprint),
        (contact.hue, contact.fingerprint.clone())
    );
}

#[test]
fn a_message_says_how_many_of_its_recipients_have_it_and_which() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let chat = world.chat(alice, bob);
    let contact = world.contact_of(alice, chat);
    let id = world.send(alice, bob, "secret");
    let before = world.request(alice, InspectMessage(id)).unwrap();
    world.settle();
    let after = world.request(alice, InspectMessage(id)).unwrap();
    for (info, delivered) in [(before, 0), (after, 1)] {
        assert_eq!(info.message.delivered_to, delivered);
        assert_eq!(info.message.recipients, 1);
        let only = RecipientView {
            contact,
            state: info.message.state.unwrap(),
            state_at: info.message.state_at,
        };
        assert_eq!(info.recipients, [only]);
        assert_eq!(only.state == MessageState::Delivered, delivered == 1);
    }
    let chat = world.chat(bob, alice);
    let came = world.lines(bob, chat).pop().unwrap().message;
    let received = world.request(bob, InspectMessage(came)).unwrap();
    assert_eq!(received.message.recipients, 0);
    assert!(received.recipients.is_empty());
}

#[test]
fn the_text_before_the_switch_is_confirmed_and_comes_once() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    assert_eq!(world.received(bob, alice), ["hello"]);
    let sent = world.sent(alice, bob);
    assert_eq!(sent, [("hello".to_owned(), MessageState::Delivered)]);
}

#[test]
fn a_text_lost_before_the_switch_comes_through_the_session() {
    let (mut world, alice, bob) = World::two_unknowns(Kind::Guide);
    // The relay loses the first text, which it was handed.
    world.send(alice, bob, "lost");
    let conn = world.conn(alice);
    while world.relay_reads(conn) {}
    world.lose(world.conn(bob));
    world.settle();
    assert!(world.received(bob, alice).is_empty());
    world.pass(10_000);
    world.send(bob, alice, "are you there");
    world.pass(10_000);
    assert_eq!(world.received(bob, alice), ["lost"]);
    assert_eq!(world.received(alice, bob), ["are you there"]);
}

#[test]
fn what_is_written_offline_comes_once_and_in_order() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let store = world.kill(bob);
    let texts: Vec<String> = (0..20).map(|n| format!("text {n}")).collect();
    for text in &texts {
        world.send(alice, bob, text);
    }
    world.pass(1_000);
    world.begin(bob, store);
    world.pass(60_000);
    let received = world.received(bob, alice);
    assert_eq!(received[1..], texts);
    let states = world.sent(alice, bob);
    assert!(
        states
            .iter()
            .all(|(_, state)| *state == MessageState::Delivered)
    );
}

#[test]
fn sessions_survive_restarts_of_both() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    for n in 0..4 {
        let id = world.send(alice, bob, &format!("{n}"));
        if n % 2 == 0 {
            world.restart(bob);
        }
        world.restart(alice);
        world.pass(20_000);
        assert_eq!(world.state(alice, id), MessageState::Delivered);
    }
    assert_eq!(world.received(bob, alice), ["hello", "0", "1", "2", "3"]);
    assert_eq!(count(&mut world, alice, bob, SystemLine::SessionRenewed), 0);
}

/// P-113: the keys of only so many turns of the ratchet are kept, and a quick conversation turns it more
/// often than that before a lost text is written again.
#[test]
fn a_text_lost_in_a_quick_conversation_comes_without_another_session() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    for round in 0..3 {
        let id = world.send(alice, bob, &format!("lost {round}"));
        assert_eq!(world.swallow(world.conn(alice)), 1);
        for n in 0..20 {
            world.send(bob, alice, &format!("{round} {n}"));
            world.settle();
        }
        assert_ne!(world.state(alice, id), MessageState::Delivered);
        world.pass(20_000);
        assert_eq!(world.state(alice, id), MessageState::Delivered);
    }
    let received = world.received(bob, alice);
    assert_eq!(received, ["hello", "lost 0", "lost 1", "lost 2"]);
    assert_eq!(world.received(alice, bob).len(), 60);
    for line in [SystemLine::Undecryptable, SystemLine::SessionRenewed] {
        assert_eq!(count(&mut world, bob, alice, line), 0);
        assert_eq!(count(&mut world, alice, bob, line), 0);
    }
}

/// P-85, P-113.
#[test]
fn a_lost_receipt_makes_no_second_text() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let id = world.send(alice, bob, "once");
    let (of_alice, of_bob) = (world.conn(alice), world.conn(bob));
    while world.relay_reads(of_alice) {}
    while world.client_reads(of_bob) {}
    // Bob has it; his receipt is lost with Alice's connection.
    world.lose(of_alice);
    world.settle();
    assert_ne!(world.state(alice, id), MessageState::Delivered);
    world.pass(60_000);
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    assert_eq!(world.received(bob, alice), ["hello", "once"]);
}

/// P-85.
#[test]
fn a_replayed_envelope_changes_nothing_and_is_not_answered_for_ever() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.send(alice, bob, "once");
    world.relays[0].forwarded.clear();
    world.pass(1_000);
    let all = boxes(&world);
    for text in &all {
        for _ in 0..5 {
            world.inject_box(bob, "alice", text);
            world.inject_box(alice, "alice", text);
            world.inject_box(alice, "bob", text);
        }
    }
    world.settle();
    assert_eq!(world.received(bob, alice), ["hello", "once"]);
    assert!(world.received(alice, bob).is_empty());
    let answers = boxes(&world).len() - all.len();
    assert!(
        answers <= 2 * all.len(),
        "{answers} answers to {}",
        all.len()
    );
}

/// P-114.
#[test]
fn a_plain_text_after_the_switch_is_refused_and_said() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let to = world.key(alice);
    world.inject_box(alice, "bob", &sotto_box(2, to, 9, "step down"));
    world.inject_box(alice, "bob", &guide_box(2, to, 10, b"step down again"));
    assert!(world.received(alice, bob).is_empty());
    assert_eq!(
        count(&mut world, alice, bob, SystemLine::DowngradeRefused),
        1
    );
    // Not after a restart either, and nothing goes out plain.
    world.restart(alice);
    world.inject_box(alice, "bob", &guide_box(2, to, 11, b"and again"));
    assert!(world.received(alice, bob).is_empty());
}

/// P-114.
#[test]
fn a_plain_text_that_was_under_way_at_the_switch_is_dropped_without_a_word() {
    let (mut world, alice, bob) = World::two_unknowns(Kind::Guide);
    world.send(alice, bob, "twice under way");
    world.settle();
    world.pass(10_000);
    let plain = boxes(&world);
    let first = plain.iter().find(|text| !text.starts_with("sotto1."));
    world.inject_box(bob, "alice", &first.unwrap().clone());
    assert_eq!(world.received(bob, alice), ["twice under way"]);
    assert_eq!(
        count(&mut world, bob, alice, SystemLine::DowngradeRefused),
        0
    );
}

/// P-112.
#[test]
fn a_stranger_with_another_persons_box_key_in_its_card_is_not_that_person() {
    // Mallory writes to Alice in a session, with a card that names Bob's box key.
    use sotto_protocol::{Identity, KeyCard, Validity};
    let (mut world, alice, bob) = World::two_unknowns(Kind::Guide);
    let mallory = Identity::from_seeds(&[9; 32], &[2 ^ 0xaa; 32], &[8; 32]);
    assert_eq!(mallory.public().box_key.to_bytes(), world.key(bob).0);
    let now = world.now.unix();
    let card = KeyCard::sign(&mallory, &[], Validity::days(now, 9)).unwrap();
    // Even with a bundle of Alice's, the handshake makes no contact of her and binds nobody.
    let contacts = world.contacts(alice);
    let contact = contacts.by_key(&card.identity().box_key);
    assert_eq!(contact.unwrap().fingerprint, None);
    let identity = card.identity().fingerprint();
    assert!(contacts.by_fingerprint(&identity).is_none());
}

/// P-84, P-116.
#[test]
fn a_restored_history_is_noticed_and_healed_with_a_visible_line() {
    let key = zeroize::Zeroizing::new([2; 32]);
    let (folder, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let open = |folder: &tempfile::TempDir| {
        Store::open(folder.path(), &key, sotto_store::OpenOptions::default()).unwrap()
    };
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let empty = Store::create(folder.path(), &key).unwrap();
    let bob = world.person_over("bob", &[0], empty);
    world.befriend(alice, bob);
    world.befriend(bob, alice);
    world.settle();
    world.send(alice, bob, "hello");
    world.settle();
    // Bob makes a copy, goes on, and comes back with the copy.
    drop(world.kill(bob));
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), backup.path().join(file.file_name())).unwrap();
    }
    world.begin(bob, open(&folder));
    world.settle();
    for n in 0..3 {
        world.send(alice, bob, &format!("after the copy {n}"));
        world.send(bob, alice, &format!("answer {n}"));
        world.settle();
    }
    drop(world.kill(bob));
    world.begin(bob, open(&backup));
    world.pass(60_000);
    assert_eq!(
        count(&mut world, bob, alice, SystemLine::HistoryRestored),
        1
    );
    assert_eq!(count(&mut world, alice, bob, SystemLine::SessionRenewed), 1);
    let id = world.send(alice, bob, "after all");
    let back = world.send(bob, alice, "yes");
    world.pass(60_000);
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    assert_eq!(world.state(bob, back), MessageState::Delivered);
    assert_eq!(world.received(bob, alice), ["hello", "after all"]);
    let last = world.received(alice, bob).pop();
    assert_eq!(last.as_deref(), Some("yes"));
}

/// P-108.
#[test]
fn a_chosen_name_reaches_those_with_whom_there_is_a_session() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    assert_eq!(name_of(&mut world, bob, alice), "alice");
    let patch = ProfilePatch {
        name: Some("Alice in Wonderland".to_owned()),
        user_id: None,
    };
    world.request(alice, UpdateProfile(patch)).unwrap();
    world.settle();
    let name = name_of(&mut world, bob, alice);
    assert_eq!(name, "Alice in Wonderland");
    // What the person chose counts more than what the other says.
    let chat = world.chat(bob, alice);
    let contact = world.contact_of(bob, chat);
    let name = "Al".to_owned();
    world.request(bob, RenameContact { contact, name }).unwrap();
    assert_eq!(name_of(&mut world, bob, alice), "Al");
}

#[test]
fn the_longest_text_goes_through_a_session_from_its_first_message_on() {
    let (mut world, alice, bob) = World::two_unknowns(Kind::Guide);
    let long = "x".repeat(crate::text::MAX_TEXT_BYTES);
    world.send(bob, alice, "I am Sotto");
    let conn = world.conn(bob);
    while world.relay_reads(conn) {}
    let id = world.send(alice, bob, &long);
    world.pass(60_000);
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    assert_eq!(world.received(bob, alice), [long.as_str()]);
    let id = world.send(alice, bob, &long);
    world.pass(60_000);
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    assert!(
        boxes(&world)
            .iter()
            .all(|text| text.len() <= sotto_wire::limits::MAX_ENCRYPTED_CHARS)
    );
}

#[test]
fn a_deleted_text_is_not_sent_and_does_not_stop_the_next() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let store = world.kill(bob);
    world.pass(1_000);
    let ids: Vec<MessageId> = ["one", "two", "three"]
        .map(|text| world.send(alice, bob, text))
        .into();
    world.request(alice, DeleteMessage(ids[0])).unwrap();
    world.begin(bob, store);
    world.pass(60_000);
    assert_eq!(world.received(bob, alice), ["hello", "two", "three"]);
}

#[test]
fn texts_receipts_and_control_messages_have_the_same_sizes() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    world.relays[0].frames.clear();
    for n in 0..4 {
        world.send(alice, bob, &format!("text {n}"));
        world.send(bob, alice, "short");
        world.settle();
    }
    let patch = ProfilePatch {
        name: Some("New".to_owned()),
        user_id: None,
    };
    world.request(alice, UpdateProfile(patch)).unwrap();
    world.settle();
    let mut sizes: Vec<usize> = boxes(&world).iter().map(String::len).collect();
    sizes.sort_unstable();
    sizes.dedup();
    assert_eq!(sizes.len(), 1, "{sizes:?}");
    assert!(sizes[0] <= 2_300, "{sizes:?}");
}

/// P-116: the programs of one command connect to nothing and raise only the history's counter.
#[test]
fn a_missing_counter_counts_only_once_the_keychain_has_had_one() {
    let open = |store| {
        let about = About {
            profile: String::new(),
            storage: KeyStorage::Passphrase,
            version: "0".to_owned(),
        };
        let mut next = 0u8;
        let random = Box::new(move |out: &mut [u8]| {
            next = next.wrapping_add(1);
            out.fill(next);
        });
        let now = Now {
            wall: START,
            mono: 0,
        };
        Engine::new(store, item(1), about, CounterState::Missing, now, random).unwrap()
    };
    let states = |engine: &mut Engine| -> Vec<InviteState> {
        let now = Now {
            wall: START,
            mono: 0,
        };
        let snapshot = engine.request(now, TakeSnapshot).unwrap();
        let invites = snapshot.invites;
        invites.into_iter().map(|invite| invite.state).collect()
    };
    let mut store = Store::open_in_memory().unwrap();
    let profile = Profile {
        name: "alice".to_owned(),
        user_id: "alice".to_owned(),
        created_at: START,
    };
    store
        .transaction(|tx| profile::create(tx, &profile))
        .unwrap();
    let mut engine = open(store);
    let now = Now {
        wall: START,
        mono: 0,
    };
    let made = engine.request(now, CreateInvite { ttl_secs: None });
    made.unwrap();
    let mut engine = open(engine.store);
    assert_eq!(states(&mut engine), [InviteState::Open]);
    engine.counter_raised(now, u64::MAX);
    let mut engine = open(engine.store);
    assert_eq!(states(&mut engine), [InviteState::Revoked]);
}

/// P-115: whatever else a relay says meanwhile, one request is under way.
#[test]
fn a_session_that_is_gone_is_asked_for_once_however_much_a_relay_says() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.settle();
    let key = world.key(bob);
    drop(world.kill(bob));
    let store = world.kill(alice);
    // The keychain is ahead: the history counts as restored, and has no session any more.
    world.people[alice].keychain = CounterState::At(u64::from(u32::MAX));
    world.begin(alice, store);
    world.settle();
    world.send(alice, bob, "are you there?");
    let before = world.relays[0].frames.len();
    let out = world.relays[0].list("bob", key);
    world.push(out);
    world.settle();
    for n in 0..10u8 {
        let name = format!("stranger {n}");
        world.inject_frame(alice, joined(&name, shown_key(100 + n)));
        world.settle();
    }
    let frames = world.relays[0].frames.iter().skip(before);
    let requests = frames.filter(|frame| frame.contains("\"encrypted\""));
    assert_eq!(requests.count(), 1);
}

/// Each transaction waits for the disk: a text costs its sender three (it is queued and encrypted,
/// handed over, delivered) and its recipient one, with the receipt.
#[test]
fn a_text_costs_as_few_transactions_as_there_are_inputs() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let commits = |world: &World| [alice, bob].map(|who| world.store(who).commits());
    let before = commits(&world);
    world.send(alice, bob, "one");
    let sent = commits(&world);
    assert_eq!([sent[0] - before[0], sent[1] - before[1]], [1, 0]);
    world.settle();
    assert_eq!(world.received(bob, alice).last().unwrap(), "one");
    let after = commits(&world);
    assert_eq!([after[0] - before[0], after[1] - before[1]], [3, 1]);
}

#[test]
fn what_the_other_program_cannot_read_is_not_sent_and_holds_nothing_up() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.lose(world.conn(bob));
    world.settle();
    let id = world.send(alice, bob, "of a kind that comes later");
    let after = world.send(alice, bob, "as usual");
    // A later program makes something of it that this one cannot read.
    let identity = world.fingerprint(bob);
    let now = world.now;
    let made = world.engine(alice).turn(now, |_, turn| {
        let contact = turn.contacts.by_fingerprint(&identity).unwrap().id;
        let entry = session_outbox::first(turn.tx, contact)?.unwrap();
        let mut record = SessionRecord::best(turn.tx, &identity)?.unwrap();
        let encrypted = record.session.encrypt(&[0xff; 200]).unwrap();
        record.save(turn.tx)?;
        session_outbox::keep_sealed(turn.tx, entry.id, &record.id(), &pack(&encrypted))
    });
    made.unwrap();
    // The first answer is lost.
    world.relays[0].swallows_from = Some("bob".to_owned());
    world.pass(4_000);
    world.relays[0].swallows_from = None;
    world.pass(60_000);
    let MessageState::Failed = world.state(alice, id) else {
        panic!("{:?}", world.state(alice, id))
    };
    let info = world.request(alice, InspectMessage(id)).unwrap();
    assert_eq!(info.message.failure, Some(SendFailure::Unreadable));
    assert_eq!(world.state(alice, after), MessageState::Delivered);
    assert_eq!(world.received(bob, alice), ["hello", "as usual"]);
}

/// P-91, P-92: of each other the two know only mailbox keys that have expired long ago; what those
/// were replaced by counts from when it was made.
#[test]
fn a_text_between_two_who_were_away_for_weeks_needs_no_new_session() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(20_000);
    let stores = [alice, bob].map(|who| (who, world.kill(who)));
    let later = world.now.mono + 40 * 24 * 3_600_000;
    world.clock_to(later);
    for (who, store) in stores {
        world.begin(who, store);
    }
    world.settle();
    let id = world.send(alice, bob, "it has been a while");
    world.settle();
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    assert_eq!(world.received(bob, alice), ["hello", "it has been a while"]);
    assert_eq!(count(&mut world, bob, alice, SystemLine::SessionRenewed), 0);
}
