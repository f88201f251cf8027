//! The formats of sessions against values that were written once (`tests/vectors`).
//!
//! Everything random is in the files, so that a second implementation can do the same in both
//! directions; `tests/programs/protocol_check` is one. With `SOTTO_BLESS=1` the files are written
//! anew: that is a change of the protocol, and old messages will not be read by new programs.

use crate::support::FixedRng;
use crate::vector_file::{array, bytes32, bytes64, check, hex, load, unhex};
use minicbor::{Decoder, Encoder};
use serde_json::{Value, json};
use sotto_protocol::body::{
    BundleReason, BundleRequest, Control, ControlCode, Profile, Receipt, ReceiptState, Scanned,
    Text,
};
use sotto_protocol::envelope::SealError;
use sotto_protocol::verify_code::Compared;
use sotto_protocol::{
    AddLink, Asker, Audience, Body, Bundle, Contact, Content, ContentId, Features, Fingerprint,
    Header, Identity, Inside, Invite, KeyCard, MailboxNotice, MailboxPool, NumberKind, PeerMailbox,
    PrekeyPool, RatchetMessage, RelayHint, Responder, SenderCard, Session, SessionId, ShownCode,
    UnixTime, Validity, VerifyCode, envelope, features, handshake, padding,
};

/// One of the two ways to seal.
type Seal = fn(&Inside, &Fingerprint, &PeerMailbox, &mut FixedRng) -> Result<String, SealError>;

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const SIGNED: u32 = 1_001;
const ONE_TIME: u32 = 1_002;
const KEM: u32 = 1_003;
const LAST_RESORT: u32 = 1_004;

pub(crate) fn secrets(name: &str) -> Value {
    json!({
        "ed25519": hex(bytes32(&format!("{name} ed25519"))),
        "box": hex(bytes32(&format!("{name} box"))),
        "agreement": hex(bytes32(&format!("{name} agreement"))),
    })
}

pub(crate) fn identity(secrets: &Value) -> Identity {
    Identity::from_seeds(
        &array(&secrets["ed25519"]),
        &array(&secrets["box"]),
        &array(&secrets["agreement"]),
    )
}

pub(crate) fn card(identity: &Identity, user_id: &str) -> KeyCard {
    let relays = [
        RelayHint {
            address: "wss://relay.example.org".to_owned(),
            level: 0,
            user_id: Some(user_id.to_owned()),
        },
        RelayHint {
            address: "wss://[2001:db8::1]:8765".to_owned(),
            level: 1,
            user_id: None,
        },
    ];
    KeyCard::sign(identity, &relays, Validity::days(NOW, 365)).unwrap()
}

/// Bob's prekeys as the database would hold them.
pub(crate) fn pool(secrets: &Value) -> PrekeyPool {
    let mut records = Vec::new();
    for (number, purpose, name) in [
        (SIGNED, 1_u8, "signed_prekey"),
        (ONE_TIME, 2, "one_time_prekey"),
        (KEM, 3, "kem_prekey"),
        (LAST_RESORT, 4, "last_resort_prekey"),
    ] {
        records.extend(number.to_be_bytes());
        records.push(purpose);
        records.extend(NOW.as_secs().to_be_bytes());
        records.extend(0_u64.to_be_bytes());
        records.extend(unhex(&secrets[name]));
    }
    let mut encoded = Vec::new();
    let mut encoder = Encoder::new(&mut encoded);
    encoder.map(5).unwrap();
    encoder.u8(0).unwrap().u8(9).unwrap();
    encoder.u8(1).unwrap().u8(1).unwrap();
    encoder.u8(2).unwrap().u32(2_000).unwrap();
    encoder.u8(3).unwrap().bytes(&records).unwrap();
    encoder.u8(4).unwrap().bytes(&[]).unwrap();
    PrekeyPool::decode(&encoded).unwrap()
}

pub(crate) fn prekey_secrets() -> Value {
    json!({
        "signed_prekey": hex(bytes32("signed prekey")),
        "one_time_prekey": hex(bytes32("one-time prekey")),
        "kem_prekey": hex(bytes64("kem prekey")),
        "last_resort_prekey": hex(bytes64("last-resort prekey")),
    })
}

pub(crate) fn prekey_numbers() -> Value {
    json!({
        "signed_prekey": SIGNED,
        "one_time_prekey": ONE_TIME,
        "kem_prekey": KEM,
        "last_resort_prekey": LAST_RESORT,
    })
}

pub(crate) fn mailbox(seed: &Value) -> MailboxPool {
    MailboxPool::generate(&mut FixedRng::new(unhex(seed)), NOW)
}

fn content(id: u8, body: Body) -> Content {
    Content::new(ContentId::from_bytes([id; 16]), 1_800_000_000_123, body)
}

/// P-51, P-52.
#[test]
fn key_cards_are_those_of_the_file() {
    let cards = [("alice", 0), ("bob", 0), ("carol", 1_700_000_000)].map(|(name, incarnation)| {
        let secrets = secrets(name);
        let first = card(&identity(&secrets), name);
        let (relays, validity) = (first.relays(), first.validity());
        let card = KeyCard::sign_as(&identity(&secrets), relays, validity, incarnation).unwrap();
        json!({
            "name": name,
            "incarnation": incarnation,
            "secrets": secrets,
            "fingerprint": card.identity().fingerprint().to_hex(),
            "account_id": card.identity().account_id().to_string(),
            "card": hex(card.encoded()),
            "hash": hex(card.hash().as_bytes()),
        })
    });
    check(
        "key-card.json",
        &json!({ "now": NOW.as_secs(), "cards": cards }),
    );
    for case in load("key-card.json")["cards"].as_array().unwrap() {
        let card = KeyCard::open(&unhex(&case["card"]), NOW).unwrap();
        assert_eq!(card.identity(), identity(&case["secrets"]).public());
        assert_eq!(Some(card.incarnation()), case["incarnation"].as_u64());
    }
}

pub(crate) fn bundle_of(case: &Value) -> Bundle {
    let bob = identity(&case["secrets"]);
    let mut prekeys = pool(&case["prekeys"]);
    // Who asks does not show in a bundle.
    let asker = Asker {
        key: bob.public().box_key,
        audience: Audience::Contact,
    };
    let mut give = || {
        let mailbox = mailbox(&case["mailbox_seed"]);
        let card = card(&bob, "bob");
        Bundle::hand_out(&card, &bob, &asker, &mut prekeys, &mailbox, NOW).unwrap()
    };
    if case["name"] == "last resort" {
        give();
    }
    give()
}

/// P-53, P-65, P-90.
#[test]
fn bundles_are_those_of_the_file() {
    let bundles = ["with one-time keys", "last resort"].map(|name| {
        let mut case = json!({
            "name": name,
            "secrets": secrets("bob"),
            "prekeys": prekey_secrets(),
            "mailbox_seed": hex(bytes32("mailbox")),
        });
        let bundle = bundle_of(&case);
        let mailbox_id = mailbox(&case["mailbox_seed"]).current_id().unwrap();
        case["mailbox_id"] = hex(mailbox_id.as_bytes()).into();
        case["bundle"] = hex(bundle.encoded()).into();
        case
    });
    check(
        "bundle.json",
        &json!({ "now": NOW.as_secs(), "bundles": bundles }),
    );
    for case in load("bundle.json")["bundles"].as_array().unwrap() {
        let bob = identity(&case["secrets"]).public().fingerprint();
        let bundle = Bundle::open(&unhex(&case["bundle"]), &bob, NOW).unwrap();
        assert_eq!(bundle, bundle_of(case));
    }
}

/// Root key and chain key of a session that has encrypted nothing, from its serialised form.
pub(crate) fn first_keys(session: &Session) -> [String; 2] {
    let state = session.encode().unwrap();
    let ratchet: Value = serde_json::from_slice(&crate::support::bytes_of(&state, 7)).unwrap();
    let sending = &ratchet["sending_ratchet"];
    let key = |value: &Value| {
        let bytes: Vec<u8> = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(bytes.len(), 32, "{ratchet}");
        hex(bytes)
    };
    [
        key(&sending["active_ratchet"]["root_key"]),
        key(&sending["symmetric_key_ratchet"]["key"]),
    ]
}

pub(crate) fn initiate(case: &Value) -> Session {
    let alice = identity(&case["initiator"]);
    let bob = identity(&case["responder"]).public().fingerprint();
    let bundle = Bundle::open(&unhex(&case["bundle"]), &bob, NOW).unwrap();
    let mut rng = FixedRng::new(
        [
            unhex(&case["ephemeral"]),
            unhex(&case["first_ratchet"]),
            unhex(&case["kem_randomness"]),
        ]
        .concat(),
    );
    let generation = case["generation"].as_u64().unwrap();
    handshake::initiate(&alice, &bundle, generation, &mut rng).unwrap()
}

/// P-70 to P-72, P-80, P-81.
#[test]
fn handshakes_are_those_of_the_file_on_both_sides() {
    let handshakes = ["with one-time keys", "last resort"].map(|name| {
        let bundle = bundle_of(&json!({
            "name": name,
            "secrets": secrets("bob"),
            "prekeys": prekey_secrets(),
            "mailbox_seed": hex(bytes32("mailbox")),
        }));
        let mut case = json!({
            "name": name,
            "initiator": secrets("alice"),
            "responder": secrets("bob"),
            "prekeys": prekey_secrets(),
            "bundle": hex(bundle.encoded()),
            "generation": 1,
            "ephemeral": hex(bytes32("ephemeral")),
            "first_ratchet": hex(bytes32("first ratchet")),
            "kem_randomness": hex(bytes32("kem randomness")),
        });
        let mut session = initiate(&case);
        case["session_id"] = hex(session.id().as_bytes()).into();
        let [root, chain] = first_keys(&session);
        case["root_key"] = root.into();
        case["chain_key"] = chain.into();
        let contents = [
            content(1, Body::Text(Text::new("Hello, Bob. سلام"))),
            content(2, Body::Text(Text::new("Again"))),
        ];
        let messages = contents.map(|content| {
            let content = content.encode().unwrap();
            let encrypted = session.encrypt(&content).unwrap();
            case["header"] = hex(encrypted.header.unwrap()).into();
            json!({ "content": hex(&*content), "message": hex(encrypted.message) })
        });
        case["messages"] = messages.to_vec().into();
        case
    });
    check(
        "handshake.json",
        &json!({ "now": NOW.as_secs(), "handshakes": handshakes }),
    );
    for case in load("handshake.json")["handshakes"].as_array().unwrap() {
        respond(case);
    }
}

/// The responder's side, from the file alone.
fn respond(case: &Value) {
    let alice = identity(&case["initiator"]);
    let bob = identity(&case["responder"]);
    let mut prekeys = pool(&case["prekeys"]);
    let header = Header::decode(&unhex(&case["header"])).unwrap();
    let id = SessionId::from_bytes(array(&case["session_id"]));
    let peer = card(&alice, "alice");
    let mut rng = FixedRng::new(vec![0; 32]);
    let responder = Responder::new(&bob, &peer, header, id, &prekeys, &mut rng).unwrap();
    let read = |at: usize| RatchetMessage::decode(&unhex(&case["messages"][at]["message"]));
    let (mut session, first) = responder.accept(&read(0).unwrap(), &mut prekeys).unwrap();
    let second = session.decrypt(&alice.public().fingerprint(), &read(1).unwrap());
    assert_eq!(*first, unhex(&case["messages"][0]["content"]));
    assert_eq!(*second.unwrap(), unhex(&case["messages"][1]["content"]));
}

/// P-48, P-85, P-95 to P-98.
#[test]
fn envelopes_are_those_of_the_file() {
    let (alice, bob) = (identity(&secrets("alice")), identity(&secrets("bob")));
    let hash = SenderCard::Known(card(&alice, "alice").hash());
    let whole = SenderCard::Whole(card(&alice, "alice").encoded().to_vec());
    let (by_identity, by_mailbox_key): (Seal, Seal) =
        (envelope::seal, envelope::seal_with_mailbox_tag);
    let header = Some(vec![7; 1_150]);
    let envelopes = [
        ("named by hash", hash.clone(), None, 250, by_identity),
        (
            "named by card, with header",
            whole,
            header,
            300,
            by_identity,
        ),
        (
            "with the tag of the mailbox key",
            hash,
            None,
            250,
            by_mailbox_key,
        ),
    ]
    .map(|(name, sender, header, len, seal)| {
        let inside = Inside {
            sender,
            session: SessionId::from_bytes([4; 16]),
            header,
            message: vec![5; len],
        };
        let seed = Value::from(hex(bytes32("mailbox")));
        let randomness = bytes64(name);
        let key = mailbox(&seed).current(&bob).unwrap();
        let text = seal(
            &inside,
            &bob.public().fingerprint(),
            &PeerMailbox::new(key),
            &mut FixedRng::new(randomness.to_vec()),
        );
        let (card, hash) = match &inside.sender {
            SenderCard::Whole(card) => (Some(hex(card)), None),
            SenderCard::Known(hash) => (None, Some(hex(hash.as_bytes()))),
        };
        json!({
            "name": name,
            "recipient": bob.public().fingerprint().to_hex(),
            "mailbox_seed": seed,
            "randomness": hex(randomness),
            "card": card,
            "card_hash": hash,
            "session_id": hex(inside.session.as_bytes()),
            "header": inside.header.as_ref().map(hex),
            "message": hex(&inside.message),
            "message_digest": hex(inside.digest()),
            "envelope": text.unwrap(),
        })
    });
    check("envelope.json", &json!({ "envelopes": envelopes }));
    for case in load("envelope.json")["envelopes"].as_array().unwrap() {
        let pool = mailbox(&case["mailbox_seed"]);
        let text = case["envelope"].as_str().unwrap();
        let inside = envelope::open(text, &bob.public().fingerprint(), &pool).unwrap();
        assert_eq!(inside.message, unhex(&case["message"]));
        assert_eq!(inside.digest().to_vec(), unhex(&case["message_digest"]));
    }
}

/// Carol's card, which is of a newer copy than one of a program without numbers.
fn moved_card() -> Vec<u8> {
    let card = KeyCard::sign_as(
        &identity(&secrets("carol")),
        &[],
        Validity::days(NOW, 365),
        1_700_000_000,
    );
    card.unwrap().encoded().to_vec()
}

fn contents() -> Vec<(&'static str, Content)> {
    let mut side = content(3, Body::Text(Text::new("")));
    side.mailbox = Some(MailboxNotice::Announced(vec![6; 1_300]));
    side.known_mailbox = Some(sotto_protocol::MailboxKeyId::from_bytes([8; 8]));
    side.known_card = Some(sotto_protocol::CardHash::from_bytes([9; 16]));
    side.plain_nonces = vec![[1; 24], [2; 24]];
    side.invite_use = Some(sotto_protocol::InviteUse {
        invite: [3; 8],
        proof: [4; 32],
    });
    let mut known = content(4, Body::Text(Text::new("x")));
    known.mailbox = Some(MailboxNotice::Known(
        sotto_protocol::MailboxKeyId::from_bytes([7; 8]),
    ));
    vec![
        ("text", content(1, Body::Text(Text::new("Hello 👋")))),
        (
            "text, sent again after the switch, as an answer",
            content(
                2,
                Body::Text(Text {
                    text: "Hello".to_owned(),
                    plain_nonce: Some([5; 24]),
                    in_reply_to: Some(ContentId::from_bytes([6; 16])),
                }),
            ),
        ),
        ("everything on the side", side),
        ("known mailbox key", known),
        (
            "receipt",
            content(
                5,
                Body::Receipt(Receipt {
                    state: ReceiptState::Delivered,
                    messages: vec![ContentId::from_bytes([1; 16]); 2],
                }),
            ),
        ),
        (
            "bundle request",
            content(
                6,
                Body::BundleRequest(BundleRequest {
                    request: [7; 16],
                    reason: BundleReason::StateLost,
                    asker: None,
                    link: None,
                }),
            ),
        ),
        (
            "control",
            content(
                7,
                Body::Control(Control {
                    code: ControlCode::InviteUsedTwice,
                    data: vec![3; 8],
                }),
            ),
        ),
        ("unknown kind", content(8, Body::Unknown { kind: 48 })),
        (
            "profile",
            content(
                9,
                Body::Profile(Profile {
                    name: "Mara".to_owned(),
                    features: Features::from_bits((1 << 63) | (1 << features::MAILBOX_TAG)),
                }),
            ),
        ),
        (
            "profile of a program without features",
            content(
                10,
                Body::Profile(Profile {
                    name: "Mara".to_owned(),
                    features: Features::NONE,
                }),
            ),
        ),
        (
            "the identity moved",
            content(
                11,
                Body::Control(Control {
                    code: ControlCode::Moved,
                    data: moved_card(),
                }),
            ),
        ),
        (
            "proof that a code was scanned",
            content(12, Body::Scanned(Scanned { proof: [11; 32] })),
        ),
    ]
}

/// P-48, P-100 to P-107.
#[test]
fn contents_and_padding_are_those_of_the_file() {
    let encoded: Vec<Value> = contents()
        .into_iter()
        .map(|(name, content)| {
            json!({
                "name": name,
                "kind": content.body.kind(),
                "id": hex(content.id.as_bytes()),
                "content": hex(&*content.encode().unwrap()),
            })
        })
        .collect();
    let padded: Vec<Value> = [0, 1, 252, 253, 508]
        .into_iter()
        .map(|len| {
            let data = vec![0xa5; len];
            json!({ "data": hex(&data), "padded": hex(&*padding::pad(&data).unwrap()) })
        })
        .collect();
    let exchange = &contents()[5].1;
    let computed = json!({
        "contents": encoded,
        "exchange": {
            "content": hex(&*exchange.encode().unwrap()),
            "text": exchange.to_exchange_text().unwrap(),
        },
        "padding": padded,
    });
    check("content.json", &computed);
    let file = load("content.json");
    for (case, (name, content)) in file["contents"].as_array().unwrap().iter().zip(contents()) {
        assert_eq!(
            Content::decode(&unhex(&case["content"])),
            Ok(content),
            "{name}"
        );
    }
    for case in file["padding"].as_array().unwrap() {
        let padded = unhex(&case["padded"]);
        assert_eq!(padding::unpad(&padded).unwrap(), unhex(&case["data"]));
    }
}

/// P-120 to P-124.
#[test]
fn invites_are_those_of_the_file() {
    let alice = identity(&secrets("alice")).public().fingerprint();
    let joiner = identity(&secrets("bob")).public().fingerprint();
    let session = SessionId::from_bytes([4; 16]);
    let contact = Contact {
        fingerprint: alice,
        relays: vec![RelayHint {
            address: "wss://relay.example.org".to_owned(),
            level: 0,
            user_id: Some("alice".to_owned()),
        }],
        delivery_token: Some([9; 16]),
    };
    let secret = &bytes32("invite")[..16];
    let mut rng = FixedRng::new(secret.to_vec());
    let invite = Invite::generate(contact.clone(), NOW, 86_400, &mut rng).unwrap();
    let used = invite.prove(&joiner, &session);
    let computed = json!({
        "now": NOW.as_secs(),
        "fingerprint": alice.to_hex(),
        "delivery_token": hex([9; 16]),
        "card_link": contact.to_link().unwrap(),
        "secret": hex(secret),
        "expires": invite.expires.as_secs(),
        "link": invite.to_link().unwrap().as_str(),
        "joiner": joiner.to_hex(),
        "session_id": hex(session.as_bytes()),
        "invite_id": hex(used.invite),
        "proof": hex(used.proof),
    });
    check("invite.json", &computed);
    let file = load("invite.json");
    let read = AddLink::parse(file["link"].as_str().unwrap(), NOW).unwrap();
    let AddLink::Invite(read) = read else {
        panic!("an invite was written");
    };
    let used = sotto_protocol::InviteUse {
        invite: array(&file["invite_id"]),
        proof: array(&file["proof"]),
    };
    assert_eq!(read.verify(&used, &joiner, &session, NOW), Ok(()));
    let card = AddLink::parse(file["card_link"].as_str().unwrap(), NOW);
    assert_eq!(card, Ok(AddLink::Card(contact)));
}

/// P-131, P-132.
#[test]
fn codes_of_the_verification_screen_are_those_of_the_file() {
    let secrets = ["alice", "bob"].map(|name| identity(&secrets(name)));
    let [alice, bob] = secrets.each_ref().map(Identity::public);
    let session = SessionId::from_bytes([4; 16]);
    let kinds = [
        (
            NumberKind::Identities,
            alice.fingerprint(),
            bob.fingerprint(),
        ),
        (
            NumberKind::BoxKeys,
            Fingerprint::of_box_key(&alice.box_key),
            Fingerprint::of_box_key(&bob.box_key),
        ),
    ];
    let codes = kinds.map(|(kind, shower, scanner)| {
        let secret = &bytes32("verify")[..16];
        let mut rng = FixedRng::new(secret.to_vec());
        let code = VerifyCode::generate(kind, shower, scanner, NOW, &mut rng);
        let text = code.to_text();
        let Compared::Matches(scanned) = code.compare(kind, &scanner, &shower) else {
            panic!("not the same keys")
        };
        json!({
            "whole": kind == NumberKind::Identities,
            "shower": shower.to_hex(),
            "scanner": scanner.to_hex(),
            "secret": hex(secret),
            "expires": NOW.plus_secs(600).as_secs(),
            "text": text.as_str(),
            "id": hex(scanned.id()),
            "session_id": hex(session.as_bytes()),
            "proof": hex(scanned.prove(&session)),
        })
    });
    check(
        "verify-code.json",
        &json!({ "now": NOW.as_secs(), "codes": codes }),
    );
    for case in load("verify-code.json")["codes"].as_array().unwrap() {
        let code = VerifyCode::parse(case["text"].as_str().unwrap()).unwrap();
        let scanner = Fingerprint::from_bytes(array(&case["scanner"]));
        let mut shown = ShownCode::new(code);
        let proof = array(&case["proof"]);
        assert_eq!(shown.take(&proof, &scanner, &session, NOW), Ok(()));
    }
}

/// The files hold what they hold in deterministic CBOR, read here without our reader.
#[test]
fn vectors_are_cbor_for_any_reader() {
    for case in load("content.json")["contents"].as_array().unwrap() {
        let bytes = unhex(&case["content"]);
        let mut decoder = Decoder::new(&bytes);
        decoder.skip().unwrap();
        assert_eq!(decoder.position(), bytes.len());
    }
}
