//! Attacks on what everybody shares: whoever uses up their own leaves the others theirs (P-111,
//! P-119).

use super::relay_model::{Kind, joined};
use super::world::{Who, World, public_key};
use crate::api::{
    AddByLink, ChatId, CreateInvite, Direction, LinkCameBy, PrivateRelays, ShowCard, ShowInvite,
};
use sotto_protocol::body::{self, BundleReason, BundleRequest};
use sotto_protocol::{
    AddLink, Body, BoxPublicKey, BoxSecretKey, Content, ContentId, Fingerprint, Identity, Inside,
    KeyCard, PeerMailbox, SenderCard, SharedBox, Validity, envelope, handshake, tag,
};
use sotto_store::{nonces, peers, requests};
use sotto_wire::PublicKey;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// Somebody with any number of keys. Each is used once.
#[derive(Default)]
struct Crowd {
    keys: u64,
    said: u64,
}

/// One of them.
struct Face {
    identity: Identity,
    own: BoxSecretKey,
}

impl Face {
    fn new(number: u64) -> Self {
        let seed = |kind: u8| {
            let mut seed = [kind; 32];
            seed[..8].copy_from_slice(&number.to_be_bytes());
            seed
        };
        Self {
            identity: Identity::from_seeds(&seed(0xa1), &seed(0xa2), &seed(0xa3)),
            own: BoxSecretKey::from_bytes(&seed(0xa2)),
        }
    }

    fn key(&self) -> BoxPublicKey {
        self.own.public_key()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.identity.public().fingerprint()
    }

    /// Begins a session and says something in it.
    fn begins(&self, world: &mut World, victim: Who, text: &str) {
        let bundle = world.bundle(victim);
        let at = world.now.unix();
        let to = world.fingerprint(victim);
        let rng = &mut world.rng(victim);
        let mut session = handshake::initiate(&self.identity, &bundle, 1, rng).unwrap();
        let card = KeyCard::sign(&self.identity, &[], Validity::days(at, 9)).unwrap();
        let body = Body::Text(body::Text {
            text: text.to_owned(),
            plain_nonce: None,
            in_reply_to: None,
        });
        let content = Content::new(ContentId::from_bytes([7; 16]), 0, body);
        let encrypted = session.encrypt(&content.encode().unwrap()).unwrap();
        let sender = SenderCard::Whole(card.encoded().to_vec());
        let inside = Inside::new(sender, *session.id(), encrypted);
        let mailbox = PeerMailbox::new(bundle.mailbox().clone());
        let sealed = envelope::seal(&inside, &to, &mailbox, &mut world.rng(victim)).unwrap();
        world.inject_box(victim, "mallory", &sealed);
    }
}

impl Crowd {
    fn face(&mut self) -> Face {
        self.keys += 1;
        Face::new(self.keys)
    }

    /// A relay lists a key under a name and brings a box of it.
    fn boxes(&mut self, world: &mut World, victim: Who, face: &Face, text: &str) -> [u8; 24] {
        self.said += 1;
        let mut nonce = [3; 24];
        nonce[..8].copy_from_slice(&self.said.to_be_bytes());
        let to = BoxPublicKey::from_bytes(world.key(victim).0).unwrap();
        let tagged = tag::append(text, &face.key(), &to, &nonce);
        let sealed = SharedBox::new(&face.own, &to).seal(nonce, tagged.as_bytes());
        let shown = PublicKey(face.key().to_bytes());
        world.inject_frame(victim, joined("mallory", shown));
        world.inject_box(victim, "mallory", &sealed);
        nonce
    }

    /// Asks for a bundle.
    fn asks(&mut self, world: &mut World, victim: Who, face: &Face, link: Option<[u8; 8]>) {
        let mut request = [0; 16];
        request[..8].copy_from_slice(&self.said.to_be_bytes());
        let body = Body::BundleRequest(BundleRequest {
            request,
            reason: BundleReason::First,
            asker: Some(*face.fingerprint().as_bytes()),
            link,
        });
        let content = Content::new(ContentId::from_bytes(request), 0, body);
        let text = content.to_exchange_text().unwrap();
        self.boxes(world, victim, face, &text);
    }
}

fn alice_alone() -> (World, Who) {
    let mut world = World::new(&[Kind::Guide]);
    world.guides = false;
    let alice = world.person("alice", &[0]);
    world.settle();
    (world, alice)
}

/// The id of somebody's contact card, as whoever has it knows it.
fn card_id(world: &mut World, who: Who) -> Option<[u8; 8]> {
    let card = world.request(who, ShowCard).unwrap();
    match AddLink::parse(&card, world.now.unix()).unwrap() {
        AddLink::Card(card) => card.id(),
        AddLink::Invite(_) => panic!("no card"),
    }
}

fn shown_invite(world: &mut World, who: Who) -> String {
    let create = CreateInvite { ttl_secs: None };
    let invite = world.request(who, create).unwrap();
    let link = world.request(who, ShowInvite(invite.id)).unwrap();
    link.to_string()
}

fn use_link(world: &mut World, who: Who, link: &str, text: &str) {
    let add = AddByLink {
        link: link.to_owned(),
        name: String::new(),
        private_relays: PrivateRelays::Refused,
        came_by: LinkCameBy::Text,
    };
    let chat = world.request(who, add).unwrap();
    world.say(who, chat, text).unwrap();
}

fn texts_in(world: &mut World, who: Who, chat: ChatId) -> Vec<String> {
    let lines = world.lines(who, chat).into_iter();
    let came = lines.filter(|line| line.direction == Direction::In);
    came.map(|line| line.text).collect()
}

/// The texts that wait as requests, those of each key together.
fn held(world: &mut World, who: Who) -> Vec<Vec<String>> {
    let requests = world.snapshot(who).requests.into_iter();
    let texts = requests.map(|request| request.texts);
    texts
        .map(|texts| texts.into_iter().map(|text| text.text).collect())
        .collect()
}

/// Four requests a second from fresh keys that have the contact card, for two hours.
#[test]
fn a_flood_by_the_contact_card_keeps_no_invite_waiting() {
    let (mut world, alice) = alice_alone();
    let card = card_id(&mut world, alice);
    let mut crowd = Crowd::default();
    let (begun, joins, later) = (world.now.mono, HOUR, HOUR + MINUTE);
    let mut quarters = 0;
    while world.now.mono < begun + 2 * HOUR {
        let face = crowd.face();
        crowd.asks(&mut world, alice, &face, card);
        world.pass(250);
        quarters += 1;
        if quarters == joins / 250 {
            let bob = world.person("bob", &[0]);
            world.settle();
            let invite = shown_invite(&mut world, alice);
            use_link(&mut world, bob, &invite, "by your invite");
        }
        if quarters == later / 250 {
            let contact = world.contacts(alice).all().next().cloned();
            let chat = contact.expect("Bob is a contact").chat;
            assert_eq!(texts_in(&mut world, alice, chat), ["by your invite"]);
        }
    }
    assert!(quarters >= 2 * HOUR / 250);
    let bundle = world.bundle(alice);
    assert!(bundle.is_one_time(), "the flood has all one-time keys");
}

/// A contact asks for a bundle as often as it is answered, for a week.
#[test]
fn one_contact_leaves_the_others_their_one_time_keys() {
    let (mut world, alice) = alice_alone();
    let mut crowd = Crowd::default();
    let mallory = crowd.face();
    world.add(alice, "mallory", PublicKey(mallory.key().to_bytes()));
    world.settle();
    for _ in 0..7 * 72 {
        crowd.asks(&mut world, alice, &mallory, None);
        world.pass(20 * MINUTE);
    }
    let bundle = world.bundle(alice);
    assert!(bundle.is_one_time(), "one contact has all one-time keys");
}

/// As many strangers write as there is room for, and then a hundred times as many.
#[test]
fn however_many_strangers_write_another_one_comes_through() {
    let (mut world, alice) = alice_alone();
    let mut crowd = Crowd::default();
    let first = crowd.face();
    let nonce = crowd.boxes(&mut world, alice, &first, "the first");
    for flood in [50, 5_000] {
        for _ in 0..flood {
            let face = crowd.face();
            crowd.boxes(&mut world, alice, &face, "buy now");
        }
        let carol = crowd.face();
        crowd.boxes(&mut world, alice, &carol, "it is me, Carol");
        let held = held(&mut world, alice);
        assert!(
            held.contains(&vec!["it is me, Carol".to_owned()]),
            "{flood}"
        );
        assert_eq!(held.len(), 50);
    }
    // Nor does anything else of those who are gone pile up.
    let reader = world.store(alice).reader();
    assert!(!nonces::contains(reader, &first.key(), &nonce).unwrap());
    // And whoever was pushed out may come again.
    crowd.boxes(&mut world, alice, &first, "the first again");
    assert!(held(&mut world, alice).contains(&vec!["the first again".to_owned()]));
}

/// Strangers come by the contact card all day; somebody waits who came by an invite.
#[test]
fn who_comes_by_the_card_pushes_out_nobody_who_came_by_an_invite() {
    let (mut world, alice) = alice_alone();
    let invite = shown_invite(&mut world, alice);
    for name in ["bob", "carol"] {
        let who = world.person(name, &[0]);
        world.settle();
        use_link(&mut world, who, &invite, name);
        world.pass(MINUTE);
    }
    // The second to use it waits as a request.
    assert_eq!(held(&mut world, alice), [["carol"]]);
    let card = card_id(&mut world, alice);
    let mut crowd = Crowd::default();
    let mut strangers = Vec::new();
    for n in 0..120 {
        let face = crowd.face();
        crowd.asks(&mut world, alice, &face, card);
        face.begins(&mut world, alice, &format!("card {n}"));
        strangers.push(face.fingerprint());
        world.pass(MINUTE);
    }
    let held = held(&mut world, alice);
    assert_eq!(held.len(), 50);
    assert!(held.contains(&vec!["carol".to_owned()]));
    assert!(held.contains(&vec!["card 119".to_owned()]));
    // Of those who were pushed out no identity and no session is kept.
    let reader = world.store(alice).reader();
    let kept = strangers.iter().filter(|stranger| {
        let peer = peers::by_fingerprint(reader, stranger).unwrap();
        assert_eq!(
            peer.is_some(),
            peers::has_session(reader, stranger).unwrap()
        );
        peer.is_some()
    });
    assert_eq!(kept.count(), 49);
}

/// One key says in its box that it is ever another identity.
#[test]
fn one_key_is_remembered_as_one_identity() {
    let (mut world, alice) = alice_alone();
    let card = card_id(&mut world, alice);
    let mut crowd = Crowd::default();
    let first = crowd.face();
    let mut strangers = Vec::new();
    for n in 0..40u8 {
        let face = Face {
            // The same box key, another person.
            identity: {
                let mut seed = [0xa2; 32];
                seed[..8].copy_from_slice(&1u64.to_be_bytes());
                Identity::from_seeds(&[n; 32], &seed, &[n ^ 0x55; 32])
            },
            own: first.own.clone(),
        };
        assert_eq!(face.identity.public().box_key, first.key());
        crowd.asks(&mut world, alice, &face, card);
        face.begins(&mut world, alice, "hello");
        strangers.push(face.fingerprint());
        world.pass(20 * MINUTE);
    }
    let reader = world.store(alice).reader();
    let kept = strangers
        .iter()
        .filter(|stranger| peers::by_fingerprint(reader, stranger).unwrap().is_some());
    assert_eq!(kept.count(), 1);
    assert_eq!(requests::list(reader).unwrap().len(), 1);
}

/// Somebody names another person's identity in boxes of many keys before that person's handshake.
#[test]
fn who_only_names_an_identity_keeps_its_owner_out_of_nothing() {
    let (mut world, alice) = alice_alone();
    let card = card_id(&mut world, alice);
    let mut crowd = Crowd::default();
    let bob = crowd.face();
    crowd.asks(&mut world, alice, &bob, card);
    for _ in 0..10 {
        let liar = Face {
            identity: Face::new(1).identity,
            own: crowd.face().own,
        };
        assert_ne!(liar.key(), public_key(1));
        crowd.asks(&mut world, alice, &liar, card);
    }
    bob.begins(&mut world, alice, "it is me, Bob");
    assert_eq!(held(&mut world, alice), [["it is me, Bob"]]);
}
