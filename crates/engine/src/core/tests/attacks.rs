//! Attacks that were found by review, each by what must not happen.

use super::relay_model::{Kind, joined};
use super::world::{Who, World, guide_box, public_key, shown_key, sotto_box};
use crate::api::{
    AcceptRequest, AddByLink, ChatId, CreateInvite, DeleteContact, DeleteRequest, Direction,
    FindChat, InviteState, LinkCameBy, MessageState, PrivateRelays, ReadLink, ShowCard, ShowInvite,
    SystemLine,
};
use crate::core::Request;
use crate::rollback_guard::CounterState;
use sotto_protocol::body::{self, BundleReason, BundleRequest, ControlCode};
use sotto_protocol::{
    AddLink, Body, BoxPublicKey, Content, ContentId, Identity, Inside, KeyCard, PeerMailbox,
    SenderCard, Session, SharedBox, Validity, envelope, handshake, tag,
};
use sotto_store::peers;
use sotto_store::received::Digest;
use zeroize::Zeroizing;

fn link(world: &mut World, who: Who, request: impl Request<Answer = Zeroizing<String>>) -> String {
    world.request(who, request).unwrap().to_string()
}

fn shown_invite(world: &mut World, who: Who) -> String {
    let create = CreateInvite { ttl_secs: None };
    let invite = world.request(who, create).unwrap();
    link(world, who, ShowInvite(invite.id))
}

fn add(world: &mut World, who: Who, link: &str) -> ChatId {
    let add = AddByLink {
        link: link.to_owned(),
        name: String::new(),
        private_relays: PrivateRelays::Refused,
        came_by: LinkCameBy::Text,
    };
    world.request(who, add).unwrap()
}

fn texts_in(world: &mut World, who: Who, chat: ChatId) -> Vec<String> {
    let lines = world.lines(who, chat).into_iter();
    let came = lines.filter(|line| line.direction == Direction::In);
    came.map(|line| line.text).collect()
}

fn fingerprint(world: &mut World, who: Who) -> [u8; 32] {
    *world.fingerprint(who).as_bytes()
}

/// The chat with somebody, under whatever id it was added.
fn chat_with(world: &mut World, who: Who, other: Who) -> ChatId {
    let identity = world.fingerprint(other);
    let contact = world.contacts(who).by_fingerprint(&identity);
    contact.expect("a contact").chat
}

fn request_text(asker: [u8; 32], n: u8) -> String {
    let body = Body::BundleRequest(BundleRequest {
        request: [n; 16],
        reason: BundleReason::First,
        asker: Some(asker),
        link: None,
    });
    Content::new(ContentId::from_bytes([n; 16]), 0, body)
        .to_exchange_text()
        .unwrap()
}

/// A relay was handed a text under the old key and nobody confirmed it; then the person takes another key.
#[test]
fn what_was_handed_under_the_old_key_does_not_go_to_a_new_one() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    world.send(alice, bob, "a secret for the real Bob");
    world.settle();
    assert_eq!(world.received(bob, alice), ["a secret for the real Bob"]);
    let chat = world.chat(alice, bob);
    world.kill(bob);
    world.pass(1_000);
    let mallory = world.person("bob", &[0]);
    world.settle();
    let decide = world.decision(alice, chat, true);
    world.request(alice, decide).unwrap();
    world.guides = false;
    world.befriend(mallory, alice);
    world.settle();
    world.send(mallory, alice, "hi, new phone");
    world.pass(60_000);
    assert_eq!(world.received(mallory, alice), Vec::<String>::new());
}

/// A text waits in a sealed chat when the person takes another key.
#[test]
fn a_chat_with_a_text_that_waits_goes_on_after_a_new_key() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(20_000);
    let chat = world.chat(alice, bob);
    world.kill(bob);
    world.pass(1_000);
    world.say(alice, chat, "waits").unwrap();
    let new = world.person("bob", &[0]);
    world.settle();
    let decide = world.decision(alice, chat, true);
    world.request(alice, decide).unwrap();
    world.befriend(new, alice);
    world.pass(60_000);
    world.send(new, alice, "hi, new phone");
    world.pass(60_000);
    let id = world.say(alice, chat, "to the new key");
    world.pass(3_600_000);
    let got = world.received(new, alice);
    assert!(
        got.contains(&"to the new key".to_owned()),
        "{id:?} {got:?} {:?}",
        world.sent(alice, bob)
    );
}

struct Forged {
    identity: Identity,
    session: Session,
    mailbox: PeerMailbox,
}

impl Forged {
    /// Somebody has a bundle of a person (by the contact card, say) and a card that names the box
    /// key of another one.
    fn new(world: &mut World, victim: Who, box_of: u8) -> Self {
        let identity = Identity::from_seeds(&[99; 32], &[box_of ^ 0xaa; 32], &[98; 32]);
        let bundle = world.bundle(victim);
        let rng = &mut world.rng(victim);
        let session = handshake::initiate(&identity, &bundle, 1, rng).unwrap();
        let mailbox = PeerMailbox::new(bundle.mailbox().clone());
        Self {
            identity,
            session,
            mailbox,
        }
    }

    fn says(&mut self, world: &mut World, victim: Who, id: u8, body: Body) -> String {
        self.says_with(world, victim, id, body).0
    }

    fn says_with(
        &mut self,
        world: &mut World,
        victim: Who,
        id: u8,
        body: Body,
    ) -> (String, [u8; 16]) {
        let at = world.now.unix();
        let card = KeyCard::sign(&self.identity, &[], Validity::days(at, 9)).unwrap();
        let content = Content::new(ContentId::from_bytes([id; 16]), 0, body);
        let encrypted = self.session.encrypt(&content.encode().unwrap()).unwrap();
        let sender = SenderCard::Whole(card.encoded().to_vec());
        let inside = Inside::new(sender, *self.session.id(), encrypted);
        let to = world.fingerprint(victim);
        let digest = inside.digest();
        let sealed = envelope::seal(&inside, &to, &self.mailbox, &mut world.rng(victim));
        (sealed.unwrap(), digest)
    }
}

fn text(text: &str) -> Body {
    Body::Text(body::Text {
        text: text.to_owned(),
        plain_nonce: None,
        in_reply_to: None,
    })
}

/// P-112: a stranger's session names the box key of somebody who waits as a request.
#[test]
fn a_card_with_another_persons_box_key_does_not_join_that_persons_request() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    world.befriend(bob, alice);
    world.send(bob, alice, "it is me, Bob");
    world.settle();
    let mut mallory = Forged::new(&mut world, alice, 2);
    assert_eq!(
        mallory.identity.public().box_key.to_bytes(),
        world.key(bob).0
    );
    let forged = mallory.says(&mut world, alice, 7, text("send me the money"));
    world.inject_box(alice, "mallory", &forged);
    let requests = world.snapshot(alice).requests;
    for request in &requests {
        let texts: Vec<_> = request.texts.iter().map(|t| t.text.clone()).collect();
        assert!(
            !(texts.iter().any(|t| t.contains("it is me, Bob"))
                && texts.contains(&"send me the money".to_owned())),
            "one request: {texts:?}"
        );
    }
}

/// P-112: the same, up to the contact.
#[test]
fn accepting_a_request_binds_no_identity_that_only_names_the_box_key() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    world.befriend(bob, alice);
    world.send(bob, alice, "it is me, Bob");
    world.settle();
    let mut mallory = Forged::new(&mut world, alice, 2);
    let knock = Body::Control(body::Control {
        code: ControlCode::Established,
        data: Vec::new(),
    });
    let forged = mallory.says(&mut world, alice, 7, knock);
    world.inject_box(alice, "bob", &forged);
    let request = world.snapshot(alice).requests[0].id;
    let accept = AcceptRequest {
        request,
        name: String::new(),
    };
    world.request(alice, accept).unwrap();
    let contact = world.contacts(alice).all().next().unwrap().clone();
    let forger = mallory.identity.public().fingerprint();
    assert_ne!(
        contact.fingerprint,
        Some(forger),
        "Bob's request became the forger's identity"
    );
}

/// P-112: a contact names somebody else's identity in a box of its own.
#[test]
fn a_contact_that_claims_another_persons_identity_is_told_from_that_person() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let mallory = world.person("mallory", &[0]);
    let carol = world.person("carol", &[0]);
    world.settle();
    let of_mallory = world.befriend(alice, mallory);
    let of_carol = fingerprint(&mut world, carol);
    let claim = sotto_box(2, world.key(alice), 77, &request_text(of_carol, 5));
    world.inject_box(alice, "mallory", &claim);
    let invite = shown_invite(&mut world, alice);
    let chat = add(&mut world, carol, &invite);
    world.say(carol, chat, "this is Carol").unwrap();
    world.pass(60_000);
    assert_eq!(
        texts_in(&mut world, alice, of_mallory),
        Vec::<String>::new(),
        "in Mallory's chat"
    );
}

/// P-124: somebody who is a contact by key uses an invite.
#[test]
fn an_invite_that_a_contact_uses_is_used_up() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    world.befriend(alice, bob);
    let invite = shown_invite(&mut world, alice);
    let chat = add(&mut world, bob, &invite);
    world.say(bob, chat, "by your invite").unwrap();
    world.pass(60_000);
    let of_bob = world.chat(alice, bob);
    assert_eq!(texts_in(&mut world, alice, of_bob), ["by your invite"]);
    assert_ne!(world.snapshot(alice).invites[0].state, InviteState::Open);
}

/// A plain box comes between its announcement and the repetition of its text in the session.
#[test]
fn a_plain_box_that_comes_late_takes_no_text_with_it() {
    let (mut world, alice, bob) = World::two_unknowns(Kind::Guide);
    world.send(alice, bob, "one");
    let conn = world.conn(alice);
    while world.relay_reads(conn) {}
    while world.client_reads(conn) {}
    world.send(alice, bob, "two");
    while world.relay_reads(conn) {}
    while world.client_reads(conn) {}
    let plain: Vec<String> = world.relays[0]
        .frames
        .iter()
        .filter_map(|frame| {
            let value: serde_json::Value = serde_json::from_str(frame).unwrap();
            Some(value.get("encrypted")?.as_str()?.to_owned())
        })
        .collect();
    assert_eq!(plain.len(), 2);
    world.lose(world.conn(bob));
    world.settle();
    world.pass(2_000);
    assert!(world.received(bob, alice).is_empty());
    world.send(bob, alice, "are you there");
    // One step at a time until the first has come in the session.
    for _ in 0..10_000 {
        let conns: Vec<_> = world.pipes.keys().copied().collect();
        let mut moved = false;
        for conn in conns {
            moved |= world.relay_reads(conn);
            moved |= world.client_reads(conn);
            if world.received(bob, alice) == ["one"] {
                break;
            }
        }
        if world.received(bob, alice) == ["one"] {
            break;
        }
        if !moved {
            world.pass(100);
        }
    }
    assert_eq!(world.received(bob, alice), ["one"]);
    world.inject_box(bob, "alice", &plain[1]);
    world.pass(60_000);
    assert_eq!(
        world.received(bob, alice),
        ["one", "two"],
        "{:?}",
        world.sent(alice, bob)
    );
}

/// Somebody who deleted a contact and added it again by id and key.
#[test]
fn who_deleted_a_contact_and_added_it_again_comes_to_a_new_session() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let chat = world.chat(bob, alice);
    let contact = world.contact_of(bob, chat);
    world.request(bob, DeleteContact(contact)).unwrap();
    world.befriend(bob, alice);
    world.settle();
    world.send(bob, alice, "me again");
    world.send(alice, bob, "where were you");
    world.pass(6 * 3_600_000);
    assert_eq!(
        (world.received(alice, bob), world.received(bob, alice)),
        (
            vec!["me again".to_owned()],
            vec!["where were you".to_owned()]
        ),
    );
}

/// Somebody deletes a contact with whom there was a session, and adds it again by id and key.
#[test]
fn who_was_deleted_and_added_again_is_still_written_nothing_plain() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let chat = world.chat(bob, alice);
    let contact = world.contact_of(bob, chat);
    world.request(bob, DeleteContact(contact)).unwrap();
    // Alice answers nothing, so that the two tries go by after which texts went plain.
    world.kill(alice);
    world.inject_frame(bob, joined("alice", world.key(alice)));
    let chat = world.befriend(bob, alice);
    let id = world.say(bob, chat, "for Alice alone").unwrap();
    for _ in 0..60 {
        world.inject_frame(bob, joined("alice", world.key(alice)));
        world.pass(10_000);
    }
    assert_eq!(world.entry(bob, id).unwrap(), None);
    assert_eq!(world.state(bob, id), MessageState::Queued);
    let plain = sotto_box(1, world.key(bob), 9, "as if from Alice");
    world.inject_box(bob, "alice", &plain);
    assert_eq!(texts_in(&mut world, bob, chat), Vec::<String>::new());
    let lines = world.system_lines(bob, chat);
    assert!(lines.contains(&SystemLine::DowngradeRefused), "{lines:?}");
}

/// Somebody waits as a request in a session, and is added by its own link instead of accepted.
#[test]
fn who_waits_as_a_request_may_be_added_by_its_own_link() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    let card = link(&mut world, alice, ShowCard);
    let at_bob = add(&mut world, bob, &card);
    world.say(bob, at_bob, "hello by card").unwrap();
    world.pass(60_000);
    assert_eq!(world.snapshot(alice).requests.len(), 1);
    let card = link(&mut world, bob, ShowCard);
    let at_alice = add(&mut world, alice, &card);
    let id = world.say(alice, at_alice, "hello Bob").unwrap();
    world.pass(3 * 3_600_000);
    let lines = world.lines(bob, at_bob).into_iter();
    let states: Vec<_> = lines.filter_map(|line| line.state).collect();
    assert_eq!(
        (states, world.state(alice, id)),
        (vec![MessageState::Delivered], MessageState::Delivered)
    );
}

/// Both come back with restored histories.
#[test]
fn both_may_be_restored() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let (a, b) = (world.kill(alice), world.kill(bob));
    world.people[alice].keychain = CounterState::At(1_000);
    world.people[bob].keychain = CounterState::At(1_000);
    world.begin(alice, a);
    world.begin(bob, b);
    world.pass(60_000);
    let id = world.send(alice, bob, "after all");
    let back = world.send(bob, alice, "yes");
    world.pass(600_000);
    let renewed = |world: &mut World, who, other| {
        let chat = world.chat(who, other);
        world.system_lines(who, chat)
    };
    let lines = (
        renewed(&mut world, alice, bob),
        renewed(&mut world, bob, alice),
    );
    assert_eq!(
        (world.state(alice, id), world.state(bob, back)),
        (MessageState::Delivered, MessageState::Delivered),
        "{lines:?}"
    );
    assert!(
        !lines.0.contains(&SystemLine::Undecryptable)
            && !lines.1.contains(&SystemLine::Undecryptable),
        "{lines:?}"
    );
}

/// Who knows somebody by key uses an invite of the same person.
#[test]
fn an_invite_of_somebody_known_by_key_says_so() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    world.befriend(bob, alice);
    let invite = shown_invite(&mut world, alice);
    let chat = add(&mut world, bob, &invite);
    world.say(bob, chat, "by your invite").unwrap();
    world.pass(60_000);
    let lines = world.system_lines(bob, chat);
    assert!(lines.contains(&SystemLine::AlreadyAContact), "{lines:?}");
    // Without the other one it works.
    let by_key = world.chat(bob, alice);
    let by_key = world.contact_of(bob, by_key);
    world.request(bob, DeleteContact(by_key)).unwrap();
    world.pass(3_600_000);
    let lines = world.lines(bob, chat).into_iter();
    let states: Vec<_> = lines.filter_map(|line| line.state).collect();
    assert_eq!(states, [MessageState::Delivered]);
}

/// P-107, P-111: a stranger without an invite or a card asks for bundles, a hundred times.
#[test]
fn requests_of_a_stranger_for_bundles_leave_nothing() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.settle();
    world.inject_frame(alice, joined("stranger", shown_key(150)));
    for n in 0..100 {
        let asks = sotto_box(150, world.key(alice), n, &request_text([n; 32], n));
        world.inject_box(alice, "stranger", &asks);
    }
    let key = public_key(150);
    let kept = (0..100u8)
        .filter(|n| {
            sotto_store::nonces::contains(world.store(alice).reader(), &key, &[*n; 24]).unwrap()
        })
        .count();
    assert!(kept <= 20, "{kept} rows");
}

/// The clock was a year ahead for an hour.
#[test]
fn a_clock_that_was_ahead_for_a_moment_stops_nothing() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    world.settle();
    let year = 365 * 86_400_000;
    world.now.wall += year;
    world.pass(2 * 3_600_000);
    world.now.wall -= year;
    world.pass(10 * 86_400_000);
    world.restart(alice);
    let bob = world.person("bob", &[0]);
    world.befriend(alice, bob);
    world.befriend(bob, alice);
    world.settle();
    let id = world.send(alice, bob, "hello");
    world.pass(3_600_000);
    let (a, b) = (world.chat(alice, bob), world.chat(bob, alice));
    let lines = (world.system_lines(alice, a), world.system_lines(bob, b));
    assert_eq!(world.state(alice, id), MessageState::Delivered, "{lines:?}");
}

/// A stranger says nothing but that there is a session, two hundred times.
#[test]
fn who_only_knocks_is_kept_once() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.settle();
    let mut mallory = Forged::new(&mut world, alice, 77);
    let identity = mallory.identity.public().fingerprint();
    let mut rows = 0;
    for n in 0..200 {
        let knock = Body::Control(body::Control {
            code: ControlCode::Established,
            data: Vec::new(),
        });
        let (forged, digest) = mallory.says_with(&mut world, alice, n, knock);
        world.inject_box(alice, "mallory", &forged);
        let reader = world.store(alice).reader();
        rows += usize::from(
            sotto_store::received::by_digest(reader, &identity, &Digest::from_bytes(digest))
                .unwrap()
                .is_some(),
        );
    }
    assert!(rows <= 20, "{rows} rows");
}

/// A failed text of a sealed contact whose identity is not known yet after a key change.
#[test]
fn a_text_right_after_a_new_key_waits_for_whoever_answers() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(20_000);
    let chat = world.chat(alice, bob);
    world.kill(bob);
    world.pass(1_000);
    let _new = world.person("bob", &[0]);
    world.settle();
    let decide = world.decision(alice, chat, true);
    world.request(alice, decide).unwrap();
    assert!(world.say(alice, chat, "to the new key").is_ok());
}

/// P-111: one stranger with the contact card begins a thousand sessions.
#[test]
fn a_name_in_the_shape_of_an_account_id_keeps_its_owner_out_of_nothing() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    let account = world.fingerprint(bob).account_id().to_string();
    let squatter = world.add(alice, &account, shown_key(9));
    let invite = shown_invite(&mut world, alice);
    add(&mut world, bob, &invite);
    world.pass(10_000);
    let chat = chat_with(&mut world, alice, bob);
    assert_eq!(
        world.request(alice, FindChat(account.clone())).unwrap(),
        chat
    );
    let other = format!("{account}-2");
    assert_eq!(world.request(alice, FindChat(other)).unwrap(), squatter);
}

#[test]
fn one_stranger_keeps_nobody_else_out() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    world.settle();
    // The bundles that strangers are given within the hour: 20 and 120.
    for _ in 0..100 {
        Forged::new(&mut world, alice, 77);
    }
    let identity = Identity::from_seeds(&[99; 32], &[0x4d ^ 0xaa; 32], &[98; 32]);
    let bundle = world.bundle(alice);
    for n in 0..1_000u32 {
        let rng = &mut world.rng(alice);
        let session = handshake::initiate(&identity, &bundle, 1, rng).unwrap();
        let identity = Identity::from_seeds(&[99; 32], &[0x4d ^ 0xaa; 32], &[98; 32]);
        let mut mallory = Forged {
            identity,
            session,
            mailbox: PeerMailbox::new(bundle.mailbox().clone()),
        };
        let knock = Body::Control(body::Control {
            code: ControlCode::Established,
            data: Vec::new(),
        });
        let mut id = [0; 16];
        id[..4].copy_from_slice(&n.to_be_bytes());
        let forged = mallory.says(&mut world, alice, (n % 251) as u8, knock);
        world.inject_box(alice, "mallory", &forged);
    }
    let bob = world.person("bob", &[0]);
    world.settle();
    let invite = shown_invite(&mut world, alice);
    let chat = add(&mut world, bob, &invite);
    world.say(bob, chat, "by your invite").unwrap();
    world.pass(6 * 3_600_000);
    let lines = world.lines(bob, chat).into_iter();
    let states: Vec<_> = lines.filter_map(|line| line.state).collect();
    assert_eq!(states, [MessageState::Delivered]);
}

/// Without the text that waited, the new key works.
#[test]
fn a_sealed_chat_goes_on_after_a_new_key() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(20_000);
    let chat = world.chat(alice, bob);
    world.kill(bob);
    world.pass(1_000);
    let new = world.person("bob", &[0]);
    world.settle();
    let decide = world.decision(alice, chat, true);
    world.request(alice, decide).unwrap();
    world.befriend(new, alice);
    world.pass(60_000);
    world.send(new, alice, "hi, new phone");
    world.pass(60_000);
    let said = world.say(alice, chat, "to the new key");
    world.pass(60_000);
    let got = world.received(new, alice);
    let lines = (world.system_lines(alice, chat), world.received(alice, bob));
    assert!(
        got.contains(&"to the new key".to_owned()),
        "{said:?} {lines:?}"
    );
}

/// Anybody who knows a mailbox key can send what does not decrypt with a contact's card in it.
#[test]
fn a_stranger_cannot_raise_an_alarm_in_anothers_chat() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let card = world.identity(bob).keys.card().encoded().to_vec();
    let mut mallory = Forged::new(&mut world, alice, 77);
    for hour in 0..5u8 {
        for n in 0..2u8 {
            let to = world.fingerprint(alice);
            let encrypted = mallory.session.encrypt(b"x").unwrap();
            let id = sotto_protocol::SessionId::from_bytes([hour * 2 + n; 16]);
            let inside = Inside::new(SenderCard::Whole(card.clone()), id, encrypted);
            let sealed =
                envelope::seal(&inside, &to, &mallory.mailbox, &mut world.rng(alice)).unwrap();
            world.inject_box(alice, "mallory", &sealed);
            world.pass(1_000);
        }
        world.pass(3_600_000);
    }
    let (a, b) = (world.chat(alice, bob), world.chat(bob, alice));
    let lines = (world.system_lines(alice, a), world.system_lines(bob, b));
    assert!(!lines.0.contains(&SystemLine::Undecryptable), "{lines:?}");
}

/// Both come back with restored histories, in many orders.
#[test]
fn both_may_be_restored_in_many_orders() {
    let mut bad = Vec::new();
    for seed in 1..=6u64 {
        let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
        world.pass(60_000);
        let (a, b) = (world.kill(alice), world.kill(bob));
        world.people[alice].keychain = CounterState::At(1_000);
        world.people[bob].keychain = CounterState::At(1_000);
        world.begin(alice, a);
        world.begin(bob, b);
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for _ in 0..600 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let conns: Vec<_> = world.pipes.keys().copied().collect();
            let conn = conns[(state >> 33) as usize % conns.len()];
            if state & 1 == 0 {
                world.relay_reads(conn);
            } else {
                world.client_reads(conn);
            }
        }
        world.pass(60_000);
        let id = world.send(alice, bob, "after all");
        let back = world.send(bob, alice, "yes");
        world.pass(300_000);
        let (at, bt) = (world.chat(alice, bob), world.chat(bob, alice));
        let lines = (world.system_lines(alice, at), world.system_lines(bob, bt));
        let states = (world.state(alice, id), world.state(bob, back));
        if states != (MessageState::Delivered, MessageState::Delivered)
            || lines.0.contains(&SystemLine::Undecryptable)
            || lines.1.contains(&SystemLine::Undecryptable)
        {
            bad.push((seed, states, lines));
        }
    }
    assert!(
        bad.is_empty(),
        "{} of 6: {:?}",
        bad.len(),
        &bad[..bad.len().min(2)]
    );
}

/// Moves both on in step: what one writes in a round the other reads in the next.
fn rounds(world: &mut World, n: usize) {
    for _ in 0..n {
        let conns: Vec<_> = world.pipes.keys().copied().collect();
        for conn in &conns {
            while world.relay_reads(*conn) {}
        }
        for conn in &conns {
            while world.client_reads(*conn) {}
        }
    }
}

/// Both come back with restored histories, exactly in step.
#[test]
fn both_may_be_restored_in_step() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let (a, b) = (world.kill(alice), world.kill(bob));
    world.people[alice].keychain = CounterState::At(1_000);
    world.people[bob].keychain = CounterState::At(1_000);
    world.begin(alice, a);
    world.begin(bob, b);
    for second in 0..120 {
        rounds(&mut world, 20);
        let t = world.now.mono + 500;
        world.clock_to(t);
        world.tick(alice);
        world.tick(bob);
        if second == 20 {
            world.send(alice, bob, "after all");
            world.send(bob, alice, "yes");
        }
    }
    let (at, bt) = (world.chat(alice, bob), world.chat(bob, alice));
    let lines = (world.system_lines(alice, at), world.system_lines(bob, bt));
    let got = (world.received(alice, bob), world.received(bob, alice));
    let bundles = world.relays[0]
        .frames
        .iter()
        .filter(|f| f.len() > 6_000)
        .count();
    println!("{bundles} bundles {lines:?} {got:?}");
    assert!(
        got.0.contains(&"yes".to_owned()) && got.1.contains(&"after all".to_owned()),
        "{lines:?} {got:?}"
    );
}

/// P-116: receipts use keys too: the first thing of an hour that leaves may be one.
#[test]
fn the_counter_is_raised_before_receipts_too() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let before = world.people[bob].keychain;
    for n in 0..5 {
        world.pass(3_600_000);
        world.send(alice, bob, &format!("{n}"));
        world.pass(60_000);
    }
    assert_eq!(world.received(bob, alice).len(), 6);
    assert_ne!(world.people[bob].keychain, before);
}

/// A stranger causes two kinds of lines in turn, so that the newest is never the same.
#[test]
fn a_stranger_cannot_fill_anothers_chat_with_lines() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let card = world.identity(bob).keys.card().encoded().to_vec();
    let mut mallory = Forged::new(&mut world, alice, 77);
    let to = world.fingerprint(alice);
    for n in 0..100u8 {
        let mut encrypted = mallory.session.encrypt(b"x").unwrap();
        encrypted.header = None;
        if n % 2 == 0 {
            encrypted.message[0] = 9;
        }
        let id = sotto_protocol::SessionId::from_bytes([n; 16]);
        let inside = Inside::new(SenderCard::Whole(card.clone()), id, encrypted);
        let sealed = envelope::seal(&inside, &to, &mallory.mailbox, &mut world.rng(alice)).unwrap();
        world.inject_box(alice, "mallory", &sealed);
        world.settle();
    }
    let chat = world.chat(alice, bob);
    let lines = world.system_lines(alice, chat);
    assert!(lines.len() < 12, "{} lines", lines.len());
}

/// A request was deleted, and its sender writes again in the session that it has.
#[test]
fn whose_request_was_deleted_may_write_again() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    let card = link(&mut world, alice, ShowCard);
    let at_bob = add(&mut world, bob, &card);
    world.say(bob, at_bob, "hello by card").unwrap();
    world.pass(10_000);
    let request = world.snapshot(alice).requests[0].id;
    world.request(alice, DeleteRequest(request)).unwrap();
    world.pass(6 * 3_600_000);
    let requests = world.snapshot(alice).requests;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].texts.len(), 1);
}

/// A contact names Carol's identity: whoever compared fingerprints then would compare hers.
#[test]
fn a_contact_does_not_wear_a_fingerprint_that_it_only_names() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let mallory = world.person("mallory", &[0]);
    let carol = world.person("carol", &[0]);
    world.settle();
    let of_mallory = world.befriend(alice, mallory);
    let of_carol = fingerprint(&mut world, carol);
    let shown = |world: &mut World| {
        let snapshot = world.snapshot(alice);
        let chats = snapshot.chats.into_iter();
        let mut chats = chats.filter(|chat| chat.id == of_mallory);
        chats.next().unwrap().contact().unwrap().fingerprint.clone()
    };
    let before = shown(&mut world);
    let claim = sotto_box(2, world.key(alice), 77, &request_text(of_carol, 5));
    world.inject_box(alice, "mallory", &claim);
    assert_eq!(shown(&mut world), before);
    let invite = shown_invite(&mut world, carol);
    let view = world.request(alice, ReadLink(invite.clone())).unwrap();
    assert_eq!(view.known, None, "Carol is not Mallory");
    let chat = add(&mut world, alice, &invite);
    assert_ne!(chat, of_mallory);
    world.say(alice, chat, "only for Carol").unwrap();
    world.pass(60_000);
    let at_carol = chat_with(&mut world, carol, alice);
    assert_eq!(texts_in(&mut world, carol, at_carol), ["only for Carol"]);
    assert_eq!(world.snapshot(mallory).requests, Vec::new());
}

/// P-112: somebody added by a link names another person's box key in its card.
#[test]
fn a_handshake_of_somebody_added_by_a_link_takes_nobodys_box_key() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    // Bob's box key stands in Mallory's card.
    let mut mallory = Forged::new(&mut world, alice, 2);
    let card = sotto_protocol::invite::Contact {
        fingerprint: mallory.identity.public().fingerprint(),
        relays: Vec::new(),
        delivery_token: Some([5; 16]),
    };
    let chat = add(&mut world, alice, &card.to_link().unwrap());
    let forged = mallory.says(&mut world, alice, 7, text("I am Mallory"));
    world.inject_box(alice, "mallory", &forged);
    let contact = world.contacts(alice).of_chat(chat).unwrap().clone();
    assert_eq!(contact.box_key, None);
    assert_eq!(texts_in(&mut world, alice, chat), Vec::<String>::new());
    // So Bob can be added, and what he writes is his.
    let of_bob = world.befriend(alice, bob);
    world.befriend(bob, alice);
    world.send(bob, alice, "it is me, Bob");
    world.pass(60_000);
    assert_eq!(texts_in(&mut world, alice, of_bob), ["it is me, Bob"]);
}

fn boxes(world: &World) -> Vec<String> {
    let frames = world.relays[0].frames.iter();
    let frames = frames.map(|frame| serde_json::from_str::<serde_json::Value>(frame).unwrap());
    let boxes = frames.filter_map(|frame| Some(frame.get("encrypted")?.as_str()?.to_owned()));
    boxes.collect()
}

/// P-74, P-85: a relay kept everything and brings it again when the ratchet no longer knows it.
#[test]
fn what_is_replayed_much_later_makes_no_new_session_and_no_line() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let began = boxes(&world).len();
    for n in 0..9 {
        world.send(alice, bob, &format!("a{n}"));
        world.settle();
        world.send(bob, alice, &format!("b{n}"));
        world.settle();
    }
    let old: Vec<String> = boxes(&world).into_iter().skip(began).collect();
    assert!(old.len() >= 36, "texts and receipts: {}", old.len());
    let chats = [world.chat(alice, bob), world.chat(bob, alice)];
    let state = |world: &mut World| {
        [(alice, chats[0]), (bob, chats[1])].map(|(who, chat)| {
            let identity = world.contacts(who).of_chat(chat).unwrap().fingerprint;
            let reader = world.store(who).reader();
            let best = peers::best_session(reader, &identity.unwrap()).unwrap();
            let lines = world.system_lines(who, chat);
            let texts = texts_in(world, who, chat);
            (best.unwrap().session, lines, texts)
        })
    };
    let before = state(&mut world);
    for _ in 0..2 {
        for text in &old {
            world.inject_box(bob, "alice", text);
            world.inject_box(alice, "bob", text);
        }
        world.pass(60_000);
    }
    assert_eq!(state(&mut world), before);
    // Nor of a session that is gone.
    let gone = before[1].0;
    let forget = |tx: &sotto_store::Tx<'_>| peers::forget_session(tx, &gone);
    world.engine(bob).store.transaction(forget).unwrap();
    for text in &old {
        world.inject_box(bob, "alice", text);
    }
    let lines = world.system_lines(bob, chats[1]);
    assert_eq!(lines, before[1].1);
}

/// Somebody wrote as a stranger, and became a contact by its code instead of being accepted.
#[test]
fn what_a_stranger_wrote_comes_along_when_it_becomes_a_contact_by_a_code() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    world.inject_box(
        alice,
        "bob",
        &guide_box(2, world.key(alice), 9, b"before the code"),
    );
    assert_eq!(world.snapshot(alice).requests.len(), 1);
    let invite = shown_invite(&mut world, bob);
    let chat = add(&mut world, alice, &invite);
    world.say(alice, chat, "by your code").unwrap();
    world.pass(60_000);
    assert_eq!(world.snapshot(alice).requests, Vec::new());
    assert_eq!(texts_in(&mut world, alice, chat), ["before the code"]);
    let at_bob = chat_with(&mut world, bob, alice);
    assert_eq!(texts_in(&mut world, bob, at_bob), ["by your code"]);
}

/// P-111: one stranger's requests leave others their bundles.
#[test]
fn one_key_of_a_stranger_has_only_its_share_of_bundles() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    world.person("mallory", &[0]);
    world.settle();
    let card = link(&mut world, alice, ShowCard);
    let AddLink::Card(card) = AddLink::parse(&card, world.now.unix()).unwrap() else {
        panic!("no card")
    };
    let asker = [7; 32];
    let before = boxes(&world).len();
    for n in 0..100u8 {
        let body = Body::BundleRequest(BundleRequest {
            request: [n; 16],
            reason: BundleReason::First,
            asker: Some(asker),
            link: card.id(),
        });
        let content = Content::new(ContentId::from_bytes([n; 16]), 0, body);
        let asked = sotto_box(2, world.key(alice), n, &content.to_exchange_text().unwrap());
        world.inject_box(alice, "mallory", &asked);
    }
    world.settle();
    assert_eq!(boxes(&world).len() - before, 3);
    let bob = world.person("bob", &[0]);
    world.settle();
    let invite = shown_invite(&mut world, alice);
    let chat = add(&mut world, bob, &invite);
    world.say(bob, chat, "by your invite").unwrap();
    world.pass(30_000);
    let at_alice = chat_with(&mut world, alice, bob);
    assert_eq!(texts_in(&mut world, alice, at_alice), ["by your invite"]);
}

/// P-123: both begin at once, and whichever message the relay loses: the invite is used up.
#[test]
fn the_proof_of_an_invite_survives_any_one_loss() {
    for lost in 0..12 {
        let mut world = World::new(&[Kind::Guide]);
        world.guides = false;
        let alice = world.person("alice", &[0]);
        let bob = world.person("bob", &[0]);
        world.settle();
        world.befriend(alice, bob);
        world.inject_box(
            alice,
            "bob",
            &sotto_box(2, world.key(alice), 9, "a text with a tag"),
        );
        let invite = shown_invite(&mut world, alice);
        let chat = add(&mut world, bob, &invite);
        world.say(bob, chat, "by your invite").unwrap();
        world.loses = Some(lost);
        world.pass(120_000);
        assert_eq!(world.loses, None, "something was lost");
        let at_alice = world.chat(alice, bob);
        assert_eq!(
            texts_in(&mut world, alice, at_alice),
            ["a text with a tag", "by your invite"],
            "{lost}"
        );
        let invites = world.snapshot(alice).invites;
        assert_ne!(invites[0].state, InviteState::Open, "{lost}");
    }
}

/// P-124: the second who uses an invite was a contact before: it is told, too.
#[test]
fn a_contact_that_uses_a_used_invite_is_told_as_well() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    let carol = world.person("carol", &[0]);
    world.settle();
    world.befriend(alice, carol);
    let invite = shown_invite(&mut world, alice);
    for who in [bob, carol] {
        let chat = add(&mut world, who, &invite);
        world.say(who, chat, "by your invite").unwrap();
        world.pass(60_000);
    }
    for who in [bob, carol] {
        let chat = chat_with(&mut world, who, alice);
        let lines = world.system_lines(who, chat);
        assert!(lines.contains(&SystemLine::InviteUsedTwice), "{lines:?}");
    }
}

/// What a person must know is said in the chat: each kind of refusal has its line.
#[test]
fn refusals_that_concern_a_contact_are_said_in_its_chat() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let chat = world.chat(alice, bob);
    let says = |world: &mut World, line| {
        let lines = world.system_lines(alice, chat);
        lines.iter().filter(|found| **found == line).count()
    };

    // Another identity in a box of the contact's key.
    let claim = sotto_box(2, world.key(alice), 77, &request_text([9; 32], 5));
    world.inject_box(alice, "bob", &claim);
    assert_eq!(says(&mut world, SystemLine::IdentityRefused), 1);

    // An envelope of a version that is not known here.
    world.inject_box(alice, "bob", "sotto2.AAAA");
    assert_eq!(says(&mut world, SystemLine::NewerVersion), 1);

    // What does not decrypt brings a new session, and is said where it goes on all the same.
    let mut forged = Forged::new(&mut world, alice, 2);
    forged.session = {
        let mut other = Forged::new(&mut world, alice, 2);
        other.says(&mut world, alice, 1, text("to move on"));
        other.session
    };
    for n in 0..3 {
        // In Bob's name and with his card, but in no session of his.
        let card = world.identity(bob).keys.card().encoded().to_vec();
        let content = Content::new(ContentId::from_bytes([n; 16]), 0, text("no"));
        let mut encrypted = forged.session.encrypt(&content.encode().unwrap()).unwrap();
        encrypted.header = None;
        let inside = Inside::new(SenderCard::Whole(card), *forged.session.id(), encrypted);
        let to = world.fingerprint(alice);
        let rng = &mut world.rng(alice);
        let sealed = envelope::seal(&inside, &to, &forged.mailbox, rng).unwrap();
        world.inject_box(alice, "bob", &sealed);
        world.pass(60_000);
    }
    assert_eq!(says(&mut world, SystemLine::Undecryptable), 1);
    world.send(bob, alice, "still here");
    world.pass(60_000);
    assert_eq!(world.received(alice, bob), ["still here"]);
}

/// What the threat model says of adding by a link: while its inviter is away, somebody else holds the
/// inviter's name at the relay.
#[test]
fn who_holds_an_inviters_name_sees_who_adds_and_by_which_invite_and_nothing_more() {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    world.settle();
    let invite = shown_invite(&mut world, alice);
    let of_alice = world.kill(alice);
    world.settle();
    let mallory = world.person("alice", &[0]);
    let bob = world.person("bob", &[0]);
    world.settle();
    let AddLink::Invite(read) = AddLink::parse(&invite, world.now.unix()).unwrap() else {
        panic!("an invite was shown")
    };
    let chat = add(&mut world, bob, &invite);
    world.say(bob, chat, "for Alice alone").unwrap();
    world.pass(600_000);
    // All that was written to the name is requests for a bundle.
    let his = BoxPublicKey::from_bytes(world.key(bob).0).unwrap();
    let shared = SharedBox::new(world.identity(mallory).item.identity.box_key(), &his);
    let hers = BoxPublicKey::from_bytes(world.key(mallory).0).unwrap();
    let asker = fingerprint(&mut world, bob);
    let mut last = [0; 16];
    for written in boxes(&world) {
        let opened = shared.open(&written).unwrap();
        let text = str::from_utf8(&opened.plaintext).unwrap();
        let text = tag::strip(text, &his, &hers, &opened.nonce).text;
        let content = Content::from_exchange_text(&text).unwrap().unwrap();
        assert_eq!(content.invite_use, None);
        let Body::BundleRequest(request) = content.body else {
            panic!("something else was written")
        };
        assert_eq!(request.asker, Some(asker));
        assert_eq!(request.link, Some(read.id()));
        last = request.request;
    }
    // Whoever answers under the name is refused, and nothing of it stays once Alice is back.
    let bundle = world.bundle(mallory);
    let answer = Body::BundleAnswer(body::BundleAnswer {
        request: last,
        bundle: bundle.encoded().to_vec(),
    });
    let answer = Content::new(ContentId::from_bytes([9; 16]), 0, answer);
    let answer = sotto_box(2, world.key(bob), 9, &answer.to_exchange_text().unwrap());
    world.inject_box(bob, "alice", &answer);
    let lines = world.system_lines(bob, chat);
    assert_eq!(lines.last(), Some(&SystemLine::IdentityRefused));
    drop(world.kill(mallory));
    world.settle();
    world.begin(alice, of_alice);
    world.pass(1_300_000);
    let at_alice = chat_with(&mut world, alice, bob);
    assert_eq!(texts_in(&mut world, alice, at_alice), ["for Alice alone"]);
}
