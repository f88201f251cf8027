//! Invites, contact cards and the marks that they give.

use super::relay_model::Kind;
use super::world::{Who, World};
use crate::api::{
    AcceptRequest, AddByLink, AddRelay, ChatId, ContactView, CreateInvite, ErrorCode, InviteId,
    InviteState, Inviter, LinkCameBy, LinkKind, LinkView, MarkVerified, MessageState,
    PrivateRelays, Protection, ReadLink, RevokeInvite, SendText, SessionState, ShareInvite,
    ShowCard, ShowInvite, SystemLine, Trust, VerifiedBy, VerifiedHow,
};
use crate::core::Request;
use crate::error::EngineError;
use sotto_protocol::invite::{Contact, DEFAULT_TTL_SECS, Invite};
use sotto_protocol::{Fingerprint, RelayHint, UnixTime};
use zeroize::Zeroizing;

/// Alice and Bob at one relay, who have not added each other.
fn two_strangers() -> (World, Who, Who) {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    (world, alice, bob)
}

fn create(world: &mut World, who: Who) -> InviteId {
    let create = CreateInvite { ttl_secs: None };
    world.request(who, create).unwrap().id
}

fn link(world: &mut World, who: Who, request: impl Request<Answer = Zeroizing<String>>) -> String {
    world.request(who, request).unwrap().to_string()
}

fn shown(world: &mut World, who: Who) -> (InviteId, String) {
    let id = create(world, who);
    (id, link(world, who, ShowInvite(id)))
}

fn read(world: &mut World, who: Who, link: &str) -> Result<LinkView, EngineError> {
    world.request(who, ReadLink(link.to_owned()))
}

fn add(world: &mut World, who: Who, link: &str) -> Result<ChatId, EngineError> {
    add_if(world, who, link, PrivateRelays::Refused)
}

/// The camera of `who` saw the link.
fn scan(world: &mut World, who: Who, link: &str) -> ChatId {
    let add = AddByLink {
        link: link.to_owned(),
        name: String::new(),
        private_relays: PrivateRelays::Refused,
        came_by: LinkCameBy::Camera,
    };
    world.request(who, add).unwrap()
}

fn add_if(
    world: &mut World,
    who: Who,
    link: &str,
    private_relays: PrivateRelays,
) -> Result<ChatId, EngineError> {
    let add = AddByLink {
        link: link.to_owned(),
        name: String::new(),
        private_relays,
        came_by: LinkCameBy::Text,
    };
    world.request(who, add)
}

fn contacts(world: &mut World, who: Who) -> Vec<(ChatId, ContactView)> {
    let chats = world.snapshot(who).chats.into_iter();
    chats
        .map(|chat| (chat.id, chat.contact().unwrap().clone()))
        .collect()
}

fn only(world: &mut World, who: Who) -> (ChatId, ContactView) {
    let mut all = contacts(world, who);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn code(result: Result<impl core::fmt::Debug, EngineError>) -> ErrorCode {
    result.unwrap_err().code()
}

fn texts_in(world: &mut World, who: Who, chat: ChatId) -> Vec<String> {
    let lines = world.lines(who, chat).into_iter();
    let came = lines.filter(|line| line.direction == crate::api::Direction::In);
    came.map(|line| line.text).collect()
}

/// P-110, P-114.
#[test]
fn an_invite_adds_both_in_a_session_and_no_text_ever_goes_plain() {
    let (mut world, alice, bob) = two_strangers();
    let (_, link) = shown(&mut world, alice);
    let info = read(&mut world, bob, &link).unwrap();
    assert!(matches!(info.what, LinkKind::Invite { .. }));
    assert_eq!(info.known, None);
    assert!(info.relays.iter().all(|relay| relay.known));
    let chat = add(&mut world, bob, &link).unwrap();
    let text = "before any session".to_owned();
    world.request(bob, SendText { chat, text }).unwrap();
    world.pass(10_000);
    let (of_alice, contact) = only(&mut world, alice);
    assert_eq!(contact.name, "bob");
    assert_eq!(contact.protection, Protection::Pq);
    assert_eq!(contact.session, SessionState::Ready);
    assert_eq!(only(&mut world, bob).1.name, "alice");
    assert_eq!(
        texts_in(&mut world, alice, of_alice),
        ["before any session"]
    );
    let states = world.lines(bob, chat).into_iter();
    let states: Vec<_> = states.filter_map(|line| line.state).collect();
    assert_eq!(states, [MessageState::Delivered]);
    // In plain boxes went nothing but the exchange of bundles.
    for frame in world.relays[0].frames.clone() {
        let value: serde_json::Value = serde_json::from_str(&frame).unwrap();
        if let Some(text) = value.get("encrypted").and_then(|text| text.as_str()) {
            assert!(
                text.starts_with("sotto1.") || text.len() > 200,
                "{}",
                text.len()
            );
        }
    }
}

/// P-124: the camera saw whose screen it is; the inviter decides by what it knows itself.
#[test]
fn an_invite_before_the_camera_verifies_both() {
    let (mut world, alice, bob) = two_strangers();
    let (_, link) = shown(&mut world, alice);
    let chat = scan(&mut world, bob, &link);
    let by_camera = |trust| {
        matches!(
            trust,
            Trust::Verified {
                how: VerifiedHow::Scan,
                by: VerifiedBy::Me,
                ..
            }
        )
    };
    assert!(by_camera(only(&mut world, bob).1.trust));
    world.pass(10_000);
    assert!(by_camera(only(&mut world, bob).1.trust));
    let lines = world.system_lines(bob, chat);
    assert!(lines.contains(&SystemLine::VerifiedByScan));
    let of_alice = only(&mut world, alice).1.trust;
    assert!(matches!(of_alice, Trust::Verified { .. }), "{of_alice:?}");
}

/// P-124: a card is for everybody, so that one on a screen says nothing of who sits before it.
#[test]
fn a_card_before_the_camera_verifies_nobody() {
    let (mut world, alice, bob) = two_strangers();
    let card = link(&mut world, alice, ShowCard);
    scan(&mut world, bob, &card);
    assert_eq!(only(&mut world, bob).1.trust, Trust::Unverified);
}

/// P-124: whoever was in between shows a code of their own, and is marked as nobody else.
#[test]
fn a_second_use_takes_the_mark_of_a_scan_back() {
    let (mut world, alice, bob) = two_strangers();
    let carol = world.person("carol", &[0]);
    let (_, link) = shown(&mut world, alice);
    scan(&mut world, bob, &link);
    world.pass(10_000);
    add(&mut world, carol, &link).unwrap();
    world.pass(600_000);
    let of_bob = contacts(&mut world, alice).into_iter();
    for (_, contact) in of_bob {
        assert_eq!(contact.trust, Trust::Unverified, "{}", contact.name);
    }
    assert_eq!(only(&mut world, bob).1.trust, Trust::Unverified);
}

/// P-124.
#[test]
fn an_invite_that_was_only_shown_verifies_at_the_inviter_alone() {
    let (mut world, alice, bob) = two_strangers();
    let (id, link) = shown(&mut world, alice);
    add(&mut world, bob, &link).unwrap();
    world.pass(10_000);
    let (chat, contact) = only(&mut world, alice);
    let Trust::Verified { how, .. } = contact.trust else {
        panic!("{:?}", contact.trust)
    };
    assert_eq!(how, VerifiedHow::Code);
    let lines = world.system_lines(alice, chat);
    assert!(lines.contains(&SystemLine::JoinedByInvite));
    assert!(lines.contains(&SystemLine::VerifiedByCode));
    // The joiner's program only knows that a link came.
    let (_, contact) = only(&mut world, bob);
    let by_link = Trust::ByLink {
        inviter: Inviter::Them,
    };
    assert_eq!(contact.trust, by_link);
    let affirm = |verified| MarkVerified {
        contact: contact.id,
        verified,
    };
    world.request(bob, affirm(true)).unwrap();
    let (_, contact) = only(&mut world, bob);
    assert!(matches!(
        contact.trust,
        Trust::Verified {
            how: VerifiedHow::Affirmed,
            ..
        }
    ));
    world.request(bob, affirm(false)).unwrap();
    assert_eq!(only(&mut world, bob).1.trust, Trust::Unverified);
    let again = world.request(bob, affirm(true));
    assert_eq!(code(again), ErrorCode::NothingToVerify);
    let invites = world.snapshot(alice).invites;
    assert_eq!(invites[0].id, id);
    assert_eq!(invites[0].state, InviteState::Used { chat: Some(chat) });
}

/// P-124.
#[test]
fn an_invite_that_left_the_program_verifies_nobody() {
    let (mut world, alice, bob) = two_strangers();
    let id = create(&mut world, alice);
    let link = link(&mut world, alice, ShareInvite(id));
    assert!(world.snapshot(alice).invites[0].shared);
    // Also if it is shown as a code afterwards.
    world.request(alice, ShowInvite(id)).unwrap();
    add(&mut world, bob, &link).unwrap();
    world.pass(10_000);
    let by_link = Trust::ByLink {
        inviter: Inviter::Me,
    };
    assert_eq!(only(&mut world, alice).1.trust, by_link);
}

/// P-124.
#[test]
fn the_alarm_reaches_a_first_user_whose_mark_was_taken_back() {
    let (mut world, alice, bob) = two_strangers();
    let carol = world.person("carol", &[0]);
    world.settle();
    let (_, link) = shown(&mut world, alice);
    add(&mut world, bob, &link).unwrap();
    world.pass(10_000);
    let mark = |contact, verified| MarkVerified { contact, verified };
    let (of_bob, contact) = only(&mut world, bob);
    world.request(bob, mark(contact.id, true)).unwrap();
    let (_, contact) = only(&mut world, alice);
    world.request(alice, mark(contact.id, false)).unwrap();
    add(&mut world, carol, &link).unwrap();
    world.pass(60_000);
    assert_eq!(only(&mut world, bob).1.trust, Trust::Unverified);
    let lines = world.system_lines(bob, of_bob);
    assert!(lines.contains(&SystemLine::InviteUsedTwice));
}

#[test]
fn an_invite_is_used_once_and_a_second_use_takes_the_mark_back_on_both() {
    let (mut world, alice, bob) = two_strangers();
    let carol = world.person("carol", &[0]);
    world.settle();
    let (_, link) = shown(&mut world, alice);
    add(&mut world, bob, &link).unwrap();
    world.pass(10_000);
    let (of_bob, contact) = only(&mut world, bob);
    let affirm = MarkVerified {
        contact: contact.id,
        verified: true,
    };
    world.request(bob, affirm).unwrap();
    let chat_of_carol = add(&mut world, carol, &link).unwrap();
    world.pass(60_000);
    let (chat, contact) = only(&mut world, alice);
    assert_eq!(contact.trust, Trust::Unverified);
    let lines = world.system_lines(alice, chat);
    assert!(lines.contains(&SystemLine::InviteUsedTwice));
    assert_eq!(only(&mut world, bob).1.trust, Trust::Unverified);
    let lines = world.system_lines(bob, of_bob);
    assert!(lines.contains(&SystemLine::InviteUsedTwice));
    // Carol is told too, and waits as a request.
    let lines = world.system_lines(carol, chat_of_carol);
    assert!(lines.contains(&SystemLine::InviteUsedTwice), "{lines:?}");
    assert_eq!(world.snapshot(alice).requests.len(), 1);
}

/// P-122, P-124.
#[test]
fn a_revoked_and_an_expired_invite_add_nobody() {
    let (mut world, alice, bob) = two_strangers();
    let (id, link) = shown(&mut world, alice);
    world.request(alice, RevokeInvite(id)).unwrap();
    assert_eq!(
        code(world.request(alice, RevokeInvite(id))),
        ErrorCode::UnknownInvite
    );
    assert_eq!(
        code(world.request(alice, ShareInvite(id))),
        ErrorCode::UnknownInvite
    );
    add(&mut world, bob, &link).unwrap();
    world.pass(60_000);
    assert!(contacts(&mut world, alice).is_empty());
    assert!(world.snapshot(alice).requests.is_empty());
    let (_, late) = shown(&mut world, alice);
    world.pass(25 * 3_600_000);
    assert_eq!(code(read(&mut world, bob, &late)), ErrorCode::InviteExpired);
    assert_eq!(code(add(&mut world, bob, &late)), ErrorCode::InviteExpired);
    let states: Vec<_> = world
        .snapshot(alice)
        .invites
        .iter()
        .map(|i| i.state)
        .collect();
    assert_eq!(states, [InviteState::Expired, InviteState::Revoked]);
}

#[test]
fn a_slow_clock_is_named_and_not_the_link() {
    const DAY: i64 = 24 * 3_600_000;
    let (mut world, alice, bob) = two_strangers();
    let (_, link) = shown(&mut world, alice);
    let right = world.now.wall;
    for (days, expected) in [
        (9, ErrorCode::ClockSlow),
        (400, ErrorCode::ClockSlow),
        (-9, ErrorCode::InviteExpired),
    ] {
        world.now.wall = right - days * DAY;
        assert_eq!(code(read(&mut world, bob, &link)), expected, "{days}");
        assert_eq!(code(add(&mut world, bob, &link)), expected, "{days}");
    }
    // What has no end needs no clock.
    world.now.wall = right;
    let card = self::link(&mut world, alice, ShowCard);
    world.now.wall = right - 9 * DAY;
    assert!(read(&mut world, bob, &card).is_ok());
    world.now.wall = right;
    assert!(read(&mut world, bob, &link).is_ok());
}

#[test]
fn a_link_is_read_with_a_reason_for_what_is_wrong_with_it() {
    let (mut world, alice, bob) = two_strangers();
    let (_, link) = shown(&mut world, alice);
    assert_eq!(code(read(&mut world, alice, &link)), ErrorCode::OwnKey);
    assert_eq!(code(add(&mut world, alice, &link)), ErrorCode::OwnKey);
    let payload = link.strip_prefix("sotto:add#").unwrap();
    let (cut_here, rest) = link.split_at(76);
    for text in [
        format!("  {link}\n"),
        format!("Add me ({link}), please"),
        format!("SOTTO:add#{payload}"),
        format!("sotto://add#{payload}"),
        format!("{cut_here}=\r\n{rest}"),
        // As a field of one line joins them.
        format!("{link}Regards"),
    ] {
        assert!(read(&mut world, bob, &text).is_ok(), "{text}");
    }
    let cut: String = link.chars().take(40).collect();
    for wrong in ["", "hello", "sotto:add#", "https://x.example/", &cut] {
        assert_eq!(
            code(read(&mut world, bob, wrong)),
            ErrorCode::NotALink,
            "{wrong}"
        );
    }
    add(&mut world, bob, &format!("\u{201c}{link}\u{201d}")).unwrap();
    assert_eq!(code(add(&mut world, bob, &link)), ErrorCode::AlreadyAdded);
    assert!(read(&mut world, bob, &link).unwrap().known.is_some());
    world.settle();
    let (_, of_alice) = only(&mut world, bob);
    assert_eq!(of_alice.session, SessionState::Ready);
}

/// A relay lists one key of a person, a session shows all three.
#[test]
fn a_contact_has_one_fingerprint_and_colour_wherever_it_stands() {
    let (mut world, alice, bob) = two_strangers();
    let (_, link) = shown(&mut world, alice);
    add(&mut world, bob, &link).unwrap();
    world.settle();
    let (chat, of_alice) = only(&mut world, bob);
    let people = world.snapshot(bob).people;
    let listed = people
        .iter()
        .find(|person| person.chat == Some(chat))
        .unwrap();
    assert_eq!(listed.fingerprint, of_alice.fingerprint);
    assert_eq!(listed.hue, of_alice.hue);
}

/// The version of a link's code: 17 modules a side and 4 more for each (ISO/IEC 18004, 5.1).
fn version(link: &str) -> u32 {
    (crate::qr::matrix(link).unwrap().side - 8 - 17) / 4
}

/// What a camera has to tell apart: 49 modules a side; 57 if the relay's address names its key.
#[test]
fn the_code_of_an_invite_with_one_relay_is_of_version_8_at_most() {
    let (mut world, alice, _) = two_strangers();
    let (_, shown) = shown(&mut world, alice);
    assert!(version(&shown) <= 8, "{}", shown.len());
    let card = link(&mut world, alice, ShowCard);
    assert!(version(&card) <= 8, "{}", card.len());

    let pin = "a".repeat(43);
    for (address, name, largest) in [
        ("wss://relay.example.org", None, 8),
        ("wss://relay.example.org", Some("Ada Lovelace"), 8),
        ("wss://chat.a-longer-name.example.org:8443", None, 8),
        (&format!("wss://relay.example.org:8765/#{pin}"), None, 10),
        (
            &format!("wss://203.0.113.254:8765/#{pin}"),
            Some("Ada Lovelace"),
            10,
        ),
    ] {
        let relay = RelayHint {
            address: address.to_owned(),
            level: 1,
            user_id: name.map(ToOwned::to_owned),
        };
        let contact = Contact {
            fingerprint: Fingerprint::from_bytes([7; 32]),
            relays: vec![relay],
            delivery_token: Some([9; 16]),
        };
        let now = UnixTime::from_secs(1_800_000_000);
        let rng = &mut world.rng(alice);
        let invite = Invite::generate(contact, now, DEFAULT_TTL_SECS, rng).unwrap();
        let link = invite.to_link().unwrap();
        assert!(version(&link) <= largest, "{address}: {}", link.len());
    }
}

/// A contact card of a stranger who names these relays.
fn card_of_stranger(relays: &[&str]) -> String {
    let hint = |address: &&str| RelayHint {
        address: (*address).to_owned(),
        level: 0,
        user_id: None,
    };
    let card = Contact {
        fingerprint: Fingerprint::from_bytes([7; 32]),
        relays: relays.iter().map(hint).collect(),
        delivery_token: None,
    };
    card.to_link().unwrap()
}

#[test]
fn a_link_leads_into_no_private_network_before_the_person_agreed() {
    for address in [
        "ws://relay1.lan",
        "ws://192.168.0.1/cgi?reboot=1",
        "wss://relay9.example/?reboot=1",
    ] {
        let (mut world, _, bob) = two_strangers();
        let card = card_of_stranger(&["wss://relay8.example", address]);
        let named = read(&mut world, bob, &card).unwrap().relays;
        let asks: Vec<_> = named.iter().map(|relay| relay.asks).collect();
        assert_eq!(asks, [false, true], "{address}");
        assert_eq!(named[1].address, address, "whole");
        assert_eq!(code(add(&mut world, bob, &card)), ErrorCode::PrivateRelay);
        world.settle();
        assert!(contacts(&mut world, bob).is_empty());
        assert_eq!(world.snapshot(bob).relays.len(), 1);
        assert_eq!(world.conns_of(bob).len(), 1, "nothing was asked anything");
    }
}

#[test]
fn a_private_relay_is_added_once_the_person_agreed_and_not_asked_about_again() {
    let mut world = World::new(&[Kind::Guide, Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[1]);
    world.settle();
    let (_, link) = shown(&mut world, alice);
    assert_eq!(code(add(&mut world, bob, &link)), ErrorCode::PrivateRelay);
    add_if(&mut world, bob, &link, PrivateRelays::Allowed).unwrap();
    assert_eq!(world.snapshot(bob).relays.len(), 2);
    let named = read(&mut world, bob, &card_of_stranger(&["ws://relay0.lan"])).unwrap();
    assert!(named.relays[0].known && !named.relays[0].asks);
    add(&mut world, bob, &card_of_stranger(&["ws://relay0.lan"])).unwrap();
}

#[test]
fn an_invite_names_the_path_of_a_relay_byte_for_byte() {
    let (mut world, alice, bob) = two_strangers();
    let url = "wss://relay0.example/relay/";
    let added = AddRelay {
        url: url.to_owned(),
    };
    world.request(alice, added).unwrap();
    let (_, link) = shown(&mut world, alice);
    let named = read(&mut world, bob, &link).unwrap().relays;
    let named: Vec<_> = named.iter().map(|relay| relay.address.as_str()).collect();
    assert_eq!(named, ["ws://relay0.lan", url]);
}

/// P-121.
#[test]
fn a_contact_card_proves_nothing_and_its_user_waits_as_a_request_that_is_not_answered() {
    let (mut world, alice, bob) = two_strangers();
    let card = link(&mut world, alice, ShowCard);
    assert_eq!(link(&mut world, alice, ShowCard), card);
    let info = read(&mut world, bob, &card).unwrap();
    assert_eq!(info.what, LinkKind::Card);
    let chat = add(&mut world, bob, &card).unwrap();
    let text = "hello by card".to_owned();
    world.request(bob, SendText { chat, text }).unwrap();
    world.pass(60_000);
    assert!(contacts(&mut world, alice).is_empty());
    let requests = world.snapshot(alice).requests;
    assert_eq!(requests.len(), 1);
    let states = |world: &mut World| -> Vec<_> {
        let lines = world.lines(bob, chat).into_iter();
        lines.filter_map(|line| line.state).collect()
    };
    assert_ne!(states(&mut world), [MessageState::Delivered]);
    let accept = AcceptRequest {
        request: requests[0].id,
        name: "Bo".to_owned(),
    };
    world.request(alice, accept).unwrap();
    world.pass(600_000);
    let (of_alice, contact) = only(&mut world, alice);
    assert_eq!(contact.trust, Trust::Unverified);
    assert_eq!(contact.session, SessionState::Ready);
    assert_eq!(texts_in(&mut world, alice, of_alice), ["hello by card"]);
    assert_eq!(states(&mut world), [MessageState::Delivered]);
}

/// P-110, P-112.
#[test]
fn somebody_who_has_the_name_of_the_invited_answers_in_vain() {
    // Mallory takes Alice's name at the relay and has her own program answer.
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    world.settle();
    let (_, link) = shown(&mut world, alice);
    world.kill(alice);
    let mallory = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    world.request(mallory, ShowCard).unwrap();
    let chat = add(&mut world, bob, &link).unwrap();
    let text = "for Alice alone".to_owned();
    world.request(bob, SendText { chat, text }).unwrap();
    world.pass(60_000);
    let (_, contact) = only(&mut world, bob);
    assert_eq!(contact.session, SessionState::Waiting);
    assert_eq!(contact.public_key, None);
    assert!(world.snapshot(mallory).requests.is_empty());
    for frame in &world.relays[0].frames {
        assert!(!frame.contains("sotto1."));
    }
}

/// P-111.
#[test]
fn strangers_without_a_link_get_no_bundle() {
    let (mut world, alice, bob) = two_strangers();
    // Bob knows Alice's key and that she is Sotto, and asks; Alice has not added him.
    world.befriend(bob, alice);
    let chat = world.contacts(bob).all().next().unwrap().chat;
    world.take_for(bob, chat, sotto_store::contacts::Client::Sotto);
    world.restart(bob);
    world.pass(60_000);
    let frames = world.relays[0].frames.iter();
    let messages = frames.filter(|frame| frame.contains("\"encrypted\""));
    let to_bob = messages.filter(|frame| frame.contains("\"to\":\"bob\""));
    assert_eq!(to_bob.count(), 0);
    assert!(world.snapshot(alice).requests.is_empty());
}
