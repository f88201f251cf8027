//! Comparing keys by digits and codes: what marks, what only compares, and who is caught by it.

use super::growing::say_instead;
use super::relay_model::{Kind, joined};
use super::world::{Who, World, public_key, shown_key};
use crate::api::{
    AnswerSeen, CameFrom, CheckCode, CheckDigits, CloseOwnCode, ContactId, ContactView, ErrorCode,
    Event, InspectContact, MarkVerified, ShowOwnCode, ShowSafetyNumber, SystemLine, TheyDiffer,
    Trust, Verdict, VerifiedBy, VerifiedHow,
};
use crate::error::EngineError;
use sotto_protocol::body::Scanned;
use sotto_protocol::verify_code::{CODE_TTL_SECS, Compared};
use sotto_protocol::{Body, BoxPublicKey, Content, Fingerprint, NumberKind, SessionId, VerifyCode};
use sotto_store::peers;
use sotto_store::session_outbox::{self, Control, What};

/// The seed of somebody who takes a contact's name.
const OTHER: u8 = 77;
const TEN_MINUTES: u64 = CODE_TTL_SECS * 1_000;

fn view(world: &mut World, who: Who, of: Who) -> ContactView {
    let chat = world.chat(who, of);
    let chats = world.snapshot(who).chats.into_iter();
    let mut of = chats.filter(|view| view.id == chat);
    of.next().unwrap().contact().unwrap().clone()
}

pub(super) fn contact(world: &mut World, who: Who, of: Who) -> ContactId {
    view(world, who, of).id
}

/// How a contact is verified, by whom.
pub(super) fn mark(world: &mut World, who: Who, of: Who) -> Option<(VerifiedHow, VerifiedBy)> {
    match view(world, who, of).trust {
        Trust::Verified { how, by, .. } => Some((how, by)),
        Trust::Unverified | Trust::ByLink { .. } => None,
    }
}

pub(super) fn asked(world: &mut World, who: Who, of: Who) -> bool {
    view(world, who, of).verify_asked.is_some()
}

/// Whether somebody was told last that they are asked.
pub(super) fn told_asked(world: &mut World, who: Who) -> Option<bool> {
    let events = std::mem::take(&mut world.people[who].events).into_iter();
    let chats = events.filter_map(|event| match event {
        Event::ChatChanged { chat } => chat.contact().cloned(),
        _ => None,
    });
    let mut asked = chats.map(|contact| contact.verify_asked.is_some());
    asked.next_back()
}

fn last_line(world: &mut World, who: Who, of: Who) -> Option<SystemLine> {
    let chat = world.chat(who, of);
    world.system_lines(who, chat).last().copied()
}

/// The code that somebody shows a contact.
pub(super) fn shown(world: &mut World, who: Who, to: Who) -> String {
    let contact = contact(world, who, to);
    let own = world.request(who, ShowOwnCode(contact)).unwrap();
    own.text.to_string()
}

pub(super) fn check(
    world: &mut World,
    who: Who,
    of: Who,
    code: &str,
    came_from: Option<CameFrom>,
) -> Result<Verdict, EngineError> {
    let contact = contact(world, who, of);
    let code = code.to_owned();
    let check = CheckCode {
        contact,
        code,
        came_from,
    };
    world.request(who, check)
}

pub(super) fn scan(world: &mut World, who: Who, of: Who, code: &str) -> Verdict {
    check(world, who, of, code, Some(CameFrom::Camera)).unwrap()
}

pub(super) fn answer(world: &mut World, who: Who, of: Who, seen: bool) -> Result<(), EngineError> {
    let contact = contact(world, who, of);
    world.request(who, AnswerSeen { contact, seen })
}

pub(super) fn digits(
    world: &mut World,
    who: Who,
    of: Who,
    digits: &str,
    came_from: Option<CameFrom>,
) -> Result<Verdict, EngineError> {
    let contact = contact(world, who, of);
    let digits = digits.to_owned();
    let check = CheckDigits {
        contact,
        digits,
        came_from,
    };
    world.request(who, check)
}

pub(super) fn number(world: &mut World, who: Who, of: Who) -> String {
    let chat = world.chat(who, of);
    world.request(who, ShowSafetyNumber(chat)).unwrap().digits
}

/// The session that somebody writes to.
fn session(world: &mut World, who: Who, to: Who) -> SessionId {
    let identity = world.fingerprint(to);
    let session = peers::best_session(world.store(who).reader(), &identity);
    session.unwrap().unwrap().session
}

/// Somebody's program says to have scanned a code, with whatever proof.
fn claim(world: &mut World, who: Who, to: Who, proof: [u8; 32]) {
    let (identity, now) = (world.fingerprint(to), world.now);
    let content = world.engine(who).turn(now, |_, turn| {
        let content = turn.content_id();
        let new = session_outbox::New {
            contact: turn.contacts.by_fingerprint(&identity).unwrap().id,
            what: What::Control(Control::Verification),
            data: &[],
            content,
            fingerprint: Some(identity),
        };
        session_outbox::push(turn.tx, &new)?;
        Ok::<_, sotto_store::StoreError>(content)
    });
    let body = Body::Scanned(Scanned { proof });
    let content = Content::new(content.unwrap(), 1, body);
    say_instead(world, who, to, &content.encode().unwrap());
    world.pass(10_000);
}

/// The proof that somebody who has a code's text can make, whoever they are.
fn proof_of(world: &mut World, text: &str, shower: Who, scanner: Who) -> [u8; 32] {
    let code = VerifyCode::parse(text).unwrap();
    let (own, other) = (world.fingerprint(scanner), world.fingerprint(shower));
    let Compared::Matches(scanned) = code.compare(NumberKind::Identities, &own, &other) else {
        panic!("the code is not for the two")
    };
    let session = session(world, scanner, shower);
    scanned.prove(&session)
}

/// P-133: one scan, both verified.
/// P-131: version 6, whichever keys it is of.
#[test]
fn a_code_that_is_shown_has_large_modules() {
    let of_box_keys = World::two_friends(Kind::Guide);
    let of_identities = World::two_sottos(Kind::Guide);
    for ((mut world, alice, bob), whole) in [(of_box_keys, false), (of_identities, true)] {
        let contact = contact(&mut world, alice, bob);
        let own = world.request(alice, ShowOwnCode(contact)).unwrap();
        assert_eq!(own.whole, whole);
        assert_eq!(crate::qr::matrix(&own.text).unwrap().side, 41 + 2 * 4);
    }
}

#[test]
fn whoever_scans_is_verified_at_once_and_who_shows_is_asked() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let code = shown(&mut world, alice, bob);
    let found = check(&mut world, bob, alice, &code, None).unwrap();
    assert_eq!(found, Verdict::Matches);
    assert_eq!(mark(&mut world, bob, alice), None);
    let found = scan(&mut world, bob, alice, &code);
    assert_eq!(found, Verdict::Verified { asks: true });
    let by_me = Some((VerifiedHow::Scan, VerifiedBy::Me));
    assert_eq!(mark(&mut world, bob, alice), by_me);
    assert_eq!(
        last_line(&mut world, bob, alice),
        Some(SystemLine::VerifiedByScan)
    );
    assert!(!asked(&mut world, alice, bob));
    world.settle();
    assert!(asked(&mut world, alice, bob));
    assert_eq!(mark(&mut world, alice, bob), None);
    answer(&mut world, alice, bob, true).unwrap();
    let by_them = Some((VerifiedHow::Scan, VerifiedBy::Them));
    assert_eq!(mark(&mut world, alice, bob), by_them);
    assert_eq!(
        last_line(&mut world, alice, bob),
        Some(SystemLine::VerifiedByTheirScan)
    );
    assert!(!asked(&mut world, alice, bob));
    // Marks and what was asked of them outlast the program or end with it.
    world.restart(alice);
    assert_eq!(mark(&mut world, alice, bob), by_them);
    let again = answer(&mut world, alice, bob, true).unwrap_err();
    assert_eq!(again.code(), ErrorCode::NothingToVerify);
}

/// P-133: where a code came from decides.
#[test]
fn only_the_camera_marks_without_a_word_and_what_came_inside_of_sotto_never_does() {
    let picture = Some((VerifiedHow::Picture, VerifiedBy::Me));
    for (came_from, verdict, mark_then, asked_then) in [
        (None, Verdict::Matches, None, false),
        (Some(CameFrom::InsideSotto), Verdict::Matches, None, false),
        (
            Some(CameFrom::OutsideSotto),
            Verdict::Verified { asks: false },
            picture,
            false,
        ),
        (
            Some(CameFrom::TheirScreen),
            Verdict::Verified { asks: true },
            picture,
            true,
        ),
        (
            Some(CameFrom::Camera),
            Verdict::Verified { asks: true },
            Some((VerifiedHow::Scan, VerifiedBy::Me)),
            true,
        ),
    ] {
        let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
        let code = shown(&mut world, alice, bob);
        let found = check(&mut world, bob, alice, &code, came_from).unwrap();
        assert_eq!(found, verdict, "{came_from:?}");
        assert_eq!(mark(&mut world, bob, alice), mark_then, "{came_from:?}");
        world.settle();
        assert_eq!(asked(&mut world, alice, bob), asked_then, "{came_from:?}");
    }
}

/// P-134.
#[test]
fn a_no_at_the_shower_takes_whatever_mark_back() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let of_bob = number(&mut world, alice, bob);
    let seen = Some(CameFrom::TheirScreen);
    digits(&mut world, alice, bob, &of_bob, seen).unwrap();
    assert!(mark(&mut world, alice, bob).is_some());
    let code = shown(&mut world, alice, bob);
    scan(&mut world, bob, alice, &code);
    world.settle();
    answer(&mut world, alice, bob, false).unwrap();
    assert_eq!(mark(&mut world, alice, bob), None);
    assert!(view(&mut world, alice, bob).differed_at.is_some());
    assert_eq!(
        last_line(&mut world, alice, bob),
        Some(SystemLine::KeysDiffer)
    );
}

/// P-132: whoever says to have scanned without the secret, with that of an earlier code or in
/// another session, and whoever repeats a proof that was taken.
#[test]
fn without_a_valid_proof_nothing_is_asked() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let old = shown(&mut world, alice, bob);
    let old_proof = proof_of(&mut world, &old, alice, bob);
    let code = shown(&mut world, alice, bob);
    assert_ne!(code, old);
    for proof in [[0; 32], old_proof] {
        claim(&mut world, bob, alice, proof);
        assert!(!asked(&mut world, alice, bob));
    }
    // The old code shows the same keys: it is right, and proves nothing any more.
    let found = scan(&mut world, bob, alice, &old);
    assert_eq!(found, Verdict::Verified { asks: true });
    world.settle();
    assert!(!asked(&mut world, alice, bob));
    let proof = proof_of(&mut world, &code, alice, bob);
    claim(&mut world, bob, alice, proof);
    assert!(asked(&mut world, alice, bob));
    answer(&mut world, alice, bob, true).unwrap();
    claim(&mut world, bob, alice, proof);
    assert!(!asked(&mut world, alice, bob));
}

/// P-131: a code is good while it is shown, at most ten minutes, and in this process only.
#[test]
fn a_code_ends_when_it_is_closed_when_its_time_is_over_and_with_the_program() {
    let ends: [fn(&mut World, Who, Who); 3] = [
        |world, alice, bob| {
            let contact = contact(world, alice, bob);
            world.request(alice, CloseOwnCode(contact)).unwrap();
        },
        |world, _, _| world.pass(TEN_MINUTES),
        |world, alice, _| world.restart(alice),
    ];
    for end in ends {
        // Before the proof comes.
        let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
        let code = shown(&mut world, alice, bob);
        end(&mut world, alice, bob);
        world.settle();
        scan(&mut world, bob, alice, &code);
        world.pass(10_000);
        assert!(!asked(&mut world, alice, bob));
        // And after it, before it is answered.
        let code = shown(&mut world, alice, bob);
        scan(&mut world, bob, alice, &code);
        world.settle();
        assert!(asked(&mut world, alice, bob));
        end(&mut world, alice, bob);
        assert!(!asked(&mut world, alice, bob));
        let late = answer(&mut world, alice, bob, true).unwrap_err();
        assert_eq!(late.code(), ErrorCode::NothingToVerify);
        assert_eq!(mark(&mut world, alice, bob), None);
    }
}

#[test]
fn that_a_question_is_over_is_told() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let code = shown(&mut world, alice, bob);
    scan(&mut world, bob, alice, &code);
    world.settle();
    assert_eq!(told_asked(&mut world, alice), Some(true));
    world.pass(TEN_MINUTES);
    assert_eq!(told_asked(&mut world, alice), Some(false));
}

/// A proof waits for the shower like everything else, for as long as the code may be shown, and
/// keeps nothing else from going.
#[test]
fn a_proof_waits_for_a_shower_who_is_away_and_no_longer_than_the_code() {
    for (away, is_asked) in [(30_000, true), (TEN_MINUTES + 1_000, false)] {
        let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
        let code = shown(&mut world, alice, bob);
        world.kill_relay(0);
        world.settle();
        let found = scan(&mut world, bob, alice, &code);
        assert_eq!(found, Verdict::Verified { asks: true });
        world.send(bob, alice, "did you see?");
        world.pass(away);
        world.relays[0].alive = true;
        world.pass(400_000);
        assert_eq!(asked(&mut world, alice, bob), is_asked);
        let received = world.received(alice, bob);
        assert_eq!(received.last().unwrap(), "did you see?");
    }
}

/// Whose program does not read proofs is not sent any.
#[test]
fn who_does_not_understand_a_proof_gets_none() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let (identity, now) = (world.fingerprint(alice), world.now);
    let older = world.engine(bob).turn(now, |_, turn| {
        let mut peer = peers::by_fingerprint(turn.tx, &identity)?.unwrap();
        peer.features = sotto_protocol::Features::NONE;
        peers::save(turn.tx, &peer)
    });
    older.unwrap();
    let code = shown(&mut world, alice, bob);
    let found = scan(&mut world, bob, alice, &code);
    assert_eq!(found, Verdict::Verified { asks: false });
    world.settle();
    assert!(!asked(&mut world, alice, bob));
}

#[test]
fn codes_of_others_one_s_own_used_and_old_ones_have_each_an_end_of_their_own() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let carol = world.person("carol", &[0]);
    world.settle();
    world.befriend(bob, carol);
    world.befriend(carol, bob);
    world.send(bob, carol, "hello");
    world.settle();
    let of_carol = shown(&mut world, carol, bob);
    let found = scan(&mut world, bob, alice, &of_carol);
    let contact = contact(&mut world, bob, carol);
    assert_eq!(found, Verdict::OtherContact { contact });
    let own = shown(&mut world, bob, alice);
    assert_eq!(scan(&mut world, bob, alice, &own), Verdict::OwnCode);
    // One that is for somebody else: her program takes another key for bob's.
    let for_carol = {
        world.befriend(alice, carol);
        world.befriend(carol, alice);
        world.send(alice, carol, "hello");
        world.settle();
        shown(&mut world, alice, carol)
    };
    assert_eq!(scan(&mut world, bob, alice, &for_carol), Verdict::Differs);
    assert_eq!(mark(&mut world, bob, alice), None);
    let code = shown(&mut world, alice, bob);
    scan(&mut world, bob, alice, &code);
    assert_eq!(scan(&mut world, bob, alice, &code), Verdict::Used);
    let code = shown(&mut world, alice, bob);
    world.pass(TEN_MINUTES + 3_600_000);
    assert_eq!(scan(&mut world, bob, alice, &code), Verdict::Expired);
    for (text, refused) in [
        ("hello", ErrorCode::NotALink),
        ("sotto:add#oWF2-_Q", ErrorCode::NotALink),
        ("sotto:verify#oWF2", ErrorCode::LinkNewer),
        ("sotto:verify#AAF2", ErrorCode::NotALink),
    ] {
        let found = check(&mut world, bob, alice, text, None).unwrap_err();
        assert_eq!(found.code(), refused, "{text}");
    }
    // Words may stand around one that was pasted.
    let code = shown(&mut world, alice, bob);
    let rest = code.strip_prefix("sotto:").unwrap();
    let text = format!("my code: SOTTO:{rest}, see?");
    let found = check(&mut world, bob, alice, &text, None).unwrap();
    assert_eq!(found, Verdict::Matches);
}

/// P-131: of guide clients, and before both know all keys, a code is of the box keys; those of two
/// kinds are not compared.
#[test]
fn a_code_of_the_box_keys_is_compared_with_box_keys_only() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let code = shown(&mut world, alice, bob);
    let found = scan(&mut world, bob, alice, &code);
    assert_eq!(found, Verdict::Verified { asks: false });
    let early = shown(&mut world, alice, bob);

    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let found = scan(&mut world, bob, alice, &early);
    assert_eq!(found, Verdict::NotComparable);
    let whole = shown(&mut world, alice, bob);
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let found = scan(&mut world, bob, alice, &whole);
    assert_eq!(found, Verdict::NotComparable);
}

/// P-130, P-133, P-134: both numbers count, and who says where they came from.
#[test]
fn digits_mark_only_if_they_came_another_way() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let boxes = number(&mut world, bob, alice);
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let whole = number(&mut world, bob, alice);
    let groups = whole.as_bytes().chunks(5);
    let spaced: Vec<&str> = groups.map(|group| str::from_utf8(group).unwrap()).collect();
    let spaced = spaced.join(" \n");
    for same in [&whole, &boxes, &spaced] {
        for came_from in [None, Some(CameFrom::InsideSotto), Some(CameFrom::Camera)] {
            let found = digits(&mut world, alice, bob, same, came_from).unwrap();
            assert_eq!(found, Verdict::Matches);
            assert_eq!(mark(&mut world, alice, bob), None);
        }
    }
    let other = "0".repeat(60);
    let outside = Some(CameFrom::OutsideSotto);
    let found = digits(&mut world, alice, bob, &other, outside).unwrap();
    assert_eq!(found, Verdict::Differs);
    assert_eq!(mark(&mut world, alice, bob), None);
    let short = digits(&mut world, alice, bob, "12345", None).unwrap_err();
    assert_eq!(short.code(), ErrorCode::BadDigits);
    let found = digits(&mut world, alice, bob, &spaced, outside).unwrap();
    assert_eq!(found, Verdict::Verified { asks: false });
    let by_digits = Some((VerifiedHow::Digits, VerifiedBy::Me));
    assert_eq!(mark(&mut world, alice, bob), by_digits);
    // The mark can be taken back, and what differs takes it back too.
    let contact = contact(&mut world, alice, bob);
    let unverify = MarkVerified {
        contact,
        verified: false,
    };
    world.request(alice, unverify.clone()).unwrap();
    assert_eq!(mark(&mut world, alice, bob), None);
    assert_eq!(
        last_line(&mut world, alice, bob),
        Some(SystemLine::MarkRemoved)
    );
    let again = world.request(alice, unverify).unwrap_err();
    assert_eq!(again.code(), ErrorCode::NothingToVerify);
    digits(&mut world, alice, bob, &whole, outside).unwrap();
    world.request(alice, TheyDiffer(contact)).unwrap();
    assert_eq!(mark(&mut world, alice, bob), None);
    let differed = view(&mut world, alice, bob).differed_at;
    assert_eq!(differed, Some(world.now.wall));
    digits(&mut world, alice, bob, &whole, outside).unwrap();
    assert_eq!(view(&mut world, alice, bob).differed_at, None);
}

/// Alice and Bob each take Mallory, who forwards what they say, for the other.
fn with_mallory() -> (World, Who, Who, Who) {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let [alice, bob, mallory] = ["alice", "bob", "mallory"].map(|name| world.person(name, &[0]));
    world.settle();
    for (who, to) in [(alice, mallory), (bob, mallory)] {
        world.befriend(who, to);
        world.befriend(to, who);
        world.send(who, to, "hello");
    }
    world.settle();
    (world, alice, bob, mallory)
}

/// Keys that a relay substituted at first contact: scan and digits show it to whoever compares, and
/// a proof from whoever photographed the code ends with a No.
#[test]
fn somebody_in_between_from_the_first_contact_is_caught_by_scan_and_digits() {
    let (mut world, alice, bob, mallory) = with_mallory();
    // Alice shows her code to the true Bob, whose "Alice" is Mallory.
    let code = shown(&mut world, alice, mallory);
    assert_eq!(scan(&mut world, bob, mallory, &code), Verdict::Differs);
    world.settle();
    assert!(!asked(&mut world, alice, mallory));
    let code = shown(&mut world, bob, mallory);
    assert_eq!(scan(&mut world, alice, mallory, &code), Verdict::Differs);
    for (who, of) in [(alice, bob), (bob, alice)] {
        let there = number(&mut world, of, mallory);
        let seen = Some(CameFrom::TheirScreen);
        let found = digits(&mut world, who, mallory, &there, seen).unwrap();
        assert_eq!(found, Verdict::Differs);
        assert_eq!(mark(&mut world, who, mallory), None);
    }
    // Mallory has a picture of Alice's code, while the true Bob stands before her: his screen says
    // that the codes do not match.
    let code = shown(&mut world, alice, mallory);
    let found = scan(&mut world, mallory, alice, &code);
    assert_eq!(found, Verdict::Verified { asks: true });
    assert_eq!(scan(&mut world, bob, mallory, &code), Verdict::Differs);
    world.settle();
    assert!(asked(&mut world, alice, mallory));
    answer(&mut world, alice, mallory, false).unwrap();
    assert_eq!(mark(&mut world, alice, mallory), None);
    assert!(view(&mut world, alice, mallory).differed_at.is_some());
}

/// A picture of the code in the chat itself: of the two who are in the session, so it is right, and
/// says nothing. Who answers the question truthfully is not marked by it.
#[test]
fn a_code_that_came_in_the_chat_itself_marks_nobody() {
    let (mut world, alice, _, mallory) = with_mallory();
    let code = shown(&mut world, mallory, alice);
    let found = check(&mut world, alice, mallory, &code, None).unwrap();
    assert_eq!(found, Verdict::Matches);
    let inside = Some(CameFrom::InsideSotto);
    let found = check(&mut world, alice, mallory, &code, inside).unwrap();
    assert_eq!(found, Verdict::Matches);
    let there = number(&mut world, mallory, alice);
    let found = digits(&mut world, alice, mallory, &there, inside).unwrap();
    assert_eq!(found, Verdict::Matches);
    assert_eq!(mark(&mut world, alice, mallory), None);
}

/// Alice has verified Bob; then a relay lists somebody else under his name.
fn substituted_later() -> (World, Who, Who) {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let seen = Some(CameFrom::TheirScreen);
    let there = number(&mut world, bob, alice);
    digits(&mut world, alice, bob, &there, seen).unwrap();
    world.kill(bob);
    let out = world.relays[0].list("bob", shown_key(OTHER));
    world.push(out);
    world.settle();
    assert!(view(&mut world, alice, bob).key_change.is_some());
    (world, alice, bob)
}

fn box_code(world: &World, shower: BoxPublicKey, scanner: BoxPublicKey, seed: u8) -> String {
    let [shower, scanner] = [shower, scanner].map(|key| Fingerprint::of_box_key(&key));
    let mut random: crate::core::Randomness = Box::new(move |out| out.fill(seed));
    let rng = &mut crate::core::turn::Rng(&mut random);
    let now = world.now.unix();
    let code = VerifyCode::generate(NumberKind::BoxKeys, shower, scanner, now, rng);
    code.to_text().to_string()
}

fn box_key(key: sotto_wire::PublicKey) -> BoxPublicKey {
    BoxPublicKey::from_bytes(key.0).unwrap()
}

/// A key that a relay substituted at reconnect is only accepted by a code that names exactly it:
/// the true Bob's names the key that he always had.
#[test]
fn another_key_is_accepted_by_the_code_that_names_it_and_by_no_other() {
    let (mut world, alice, bob) = substituted_later();
    let (own, old) = (box_key(world.key(alice)), box_key(world.key(bob)));
    let true_bob = box_code(&world, old, own, 1);
    let found = scan(&mut world, alice, bob, &true_bob);
    assert_eq!(found, Verdict::Verified { asks: false });
    let third = box_code(&world, box_key(shown_key(OTHER + 1)), own, 2);
    assert_eq!(scan(&mut world, alice, bob, &third), Verdict::Differs);
    let for_another = box_code(&world, box_key(shown_key(OTHER)), old, 3);
    let found = scan(&mut world, alice, bob, &for_another);
    assert_eq!(found, Verdict::Differs);
    let still = view(&mut world, alice, bob);
    assert!(still.key_change.is_some());
    assert_eq!(still.public_key, Some(world.key(bob).to_base64()));
    assert!(matches!(still.trust, Trust::Verified { .. }));

    // Bob has a new computer, and shows the code of its key.
    let code = box_code(&world, box_key(shown_key(OTHER)), own, 4);
    for came_from in [
        None,
        Some(CameFrom::InsideSotto),
        Some(CameFrom::OutsideSotto),
    ] {
        let found = check(&mut world, alice, bob, &code, came_from).unwrap();
        assert_eq!(found, Verdict::MatchesOtherKey);
        assert!(view(&mut world, alice, bob).key_change.is_some());
    }
    world.pass(1_000);
    let id = world.send(alice, bob, "is it you?");
    world.settle();
    assert_eq!(world.state(alice, id), crate::api::MessageState::Queued);
    let found = scan(&mut world, alice, bob, &code);
    assert_eq!(found, Verdict::Verified { asks: false });
    let after = view(&mut world, alice, bob);
    assert_eq!(after.key_change, None);
    assert_eq!(after.public_key, Some(shown_key(OTHER).to_base64()));
    let by_scan = Some((VerifiedHow::Scan, VerifiedBy::Me));
    assert_eq!(mark(&mut world, alice, bob), by_scan);
    // What waited is sealed anew, for the key that was accepted.
    let entry = world.entry(alice, id).unwrap().unwrap();
    assert_eq!(entry.key, public_key(OTHER));
    world.people[alice].sealed.insert(id, entry.ciphertext);
    world.settle();
    assert_ne!(world.state(alice, id), crate::api::MessageState::Queued);
    // Both keys are kept.
    let info = InspectContact(after.id);
    let keys = world.request(alice, info).unwrap().keys;
    let [old, new] = keys.as_slice() else {
        panic!("{keys:?}")
    };
    assert!(!old.current && new.current && !old.whole && !new.whole);
    assert_eq!(new.fingerprint, after.fingerprint);
    assert!(old.last_seen >= old.first_seen && new.first_seen >= old.last_seen);
}

/// The answer is about the identity that scanned the code, not about whoever is the contact then.
#[test]
fn a_question_ends_when_the_contact_gets_another_key() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let code = shown(&mut world, alice, bob);
    scan(&mut world, bob, alice, &code);
    world.settle();
    assert!(asked(&mut world, alice, bob));
    world.inject_frame(alice, joined("bob", shown_key(OTHER)));
    let chat = world.chat(alice, bob);
    let accept = world.decision(alice, chat, true);
    world.request(alice, accept).unwrap();
    assert!(!asked(&mut world, alice, bob));
    let late = answer(&mut world, alice, bob, true).unwrap_err();
    assert_eq!(late.code(), ErrorCode::NothingToVerify);
    assert_eq!(mark(&mut world, alice, bob), None);
}

#[test]
fn digits_of_another_key_are_told_and_accept_nothing() {
    let (mut world, alice, bob) = substituted_later();
    let own = box_key(world.key(alice));
    let number = sotto_protocol::SafetyNumber::of_box_keys(&own, &box_key(shown_key(OTHER)));
    let outside = Some(CameFrom::OutsideSotto);
    let found = digits(&mut world, alice, bob, number.digits(), outside).unwrap();
    assert_eq!(found, Verdict::MatchesOtherKey);
    assert!(view(&mut world, alice, bob).key_change.is_some());
}

/// A transaction that fails leaves neither the mark nor what goes with it.
#[test]
fn what_the_history_refuses_has_not_happened() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let code = shown(&mut world, alice, bob);
    let now = world.now;
    let contact = contact(&mut world, bob, alice);
    let failed = world.engine(bob).turn(now, |rooms, turn| {
        let check = CheckCode {
            contact,
            code: code.clone(),
            came_from: Some(CameFrom::Camera),
        };
        rooms.people.check_code(&mut rooms.outbound, turn, &check)?;
        Err::<(), EngineError>(sotto_store::StoreError::Damaged.into())
    });
    assert!(failed.is_err());
    assert_eq!(mark(&mut world, bob, alice), None);
    world.settle();
    assert!(!asked(&mut world, alice, bob));
    let found = scan(&mut world, bob, alice, &code);
    assert_eq!(found, Verdict::Verified { asks: true });
    world.settle();
    assert!(asked(&mut world, alice, bob));
}

/// The keys of a contact that came by a session are its box key and its identity.
#[test]
fn keys_of_a_contact_are_kept_since_when_they_are_known() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let id = contact(&mut world, alice, bob);
    let keys = world.request(alice, InspectContact(id)).unwrap().keys;
    let whole = keys.iter().filter(|key| key.whole).count();
    assert_eq!((keys.len(), whole), (2, 1));
    assert!(keys.iter().all(|key| key.current));
    let identity = world.fingerprint(bob).to_hex();
    assert!(keys.iter().any(|key| key.fingerprint == identity));
    let gone = world.request(alice, InspectContact(ContactId(99)));
    assert_eq!(gone.unwrap_err().code(), ErrorCode::UnknownContact);
}
