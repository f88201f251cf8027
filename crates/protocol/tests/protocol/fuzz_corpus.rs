//! The inputs of the fuzz targets of this crate, tried again on each run.
//!
//! With `SOTTO_BLESS=1` the first inputs, which are those of `tests/vectors`, are written anew.

#[path = "../../../../fuzz/src/corpus.rs"]
pub mod corpus;
#[path = "../../../../fuzz/src/protocol/mod.rs"]
pub mod protocol;
use crate::support::{FixedRng, bytes_of};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use minicbor::Encoder;
use serde_json::Value;
use sotto_protocol::{
    AddLink, Bundle, Identity, MailboxPool, Session, UnixTime, handshake, padding,
};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

#[test]
fn every_input_of_the_corpora_is_read_or_refused() {
    corpus::replay(protocol::TARGETS);
}

/// The folders are those of the targets: a corpus without a target would not be tried.
#[test]
fn every_corpus_has_its_target() {
    let mut names: Vec<&str> = protocol::TARGETS.iter().map(|(name, _)| *name).collect();
    // Those of sotto-wire and sotto-keychain.
    names.extend(["frames", "passphrase_file"]);
    names.sort_unstable();
    assert_eq!(corpus::names(), names);
}

#[test]
fn corpora_begin_with_the_vectors() {
    for (target, name, input) in [
        contents(),
        envelopes(),
        handshakes(),
        links(),
        plain_boxes(),
        statements(),
        stored(),
    ]
    .concat()
    {
        corpus::check_seed(target, &name, &input);
    }
}

type Seed = (&'static str, String, Vec<u8>);

fn load(name: &str) -> Value {
    let path = format!("{}/../../tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn cases<'a>(file: &'a Value, list: &str) -> impl Iterator<Item = (usize, &'a Value)> {
    file[list].as_array().unwrap().iter().enumerate()
}

fn unhex(value: &Value) -> Vec<u8> {
    HEXLOWER.decode(text(value).as_bytes()).unwrap()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    unhex(value).try_into().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The first byte of most targets, and what is behind it.
fn behind(mode: u8, rest: &[u8]) -> Vec<u8> {
    [&[mode], rest].concat()
}

fn with_length(part: &[u8]) -> Vec<u8> {
    let length = u16::try_from(part.len()).unwrap();
    [length.to_be_bytes().as_slice(), part].concat()
}

fn contents() -> Vec<Seed> {
    let file = load("content.json");
    let mut seeds: Vec<Seed> = cases(&file, "contents")
        .map(|(at, case)| ("content", format!("content-{at}"), unhex(&case["content"])))
        .collect();
    let exchange = text(&file["exchange"]["text"]).as_bytes().to_vec();
    seeds.push(("content", "exchange".to_owned(), exchange));
    seeds
}

fn envelopes() -> Vec<Seed> {
    let file = load("envelope.json");
    let mut seeds = Vec::new();
    for (at, case) in cases(&file, "envelopes") {
        let sealed = text(&case["envelope"]);
        let frame = sealed.strip_prefix("sotto1.").unwrap();
        let frame = BASE64URL_NOPAD.decode(frame.as_bytes()).unwrap();
        let inside = inside(case);
        let padded = padding::pad(&inside).unwrap();
        let kinds = [
            ("text", sealed.as_bytes()),
            ("frame", &frame),
            ("inside", &inside),
            ("padded", &padded),
        ];
        for (mode, (kind, bytes)) in (0..).zip(kinds) {
            seeds.push(("envelope", format!("{kind}-{at}"), behind(mode, bytes)));
        }
    }
    seeds
}

/// What is in an envelope of the vectors (P-97).
fn inside(case: &Value) -> Vec<u8> {
    let names = [
        (2, "card"),
        (3, "card_hash"),
        (4, "session_id"),
        (5, "header"),
        (6, "message"),
    ];
    let fields: Vec<_> = names
        .into_iter()
        .filter(|(_, name)| case[name].is_string())
        .collect();
    let mut inside = Vec::new();
    let mut encoder = Encoder::new(&mut inside);
    encoder.map(fields.len() as u64 + 2).unwrap();
    encoder.u8(0).unwrap().u8(5).unwrap();
    encoder.u8(1).unwrap().u8(1).unwrap();
    for (key, name) in fields {
        encoder.u8(key).unwrap().bytes(&unhex(&case[name])).unwrap();
    }
    inside
}

fn handshakes() -> Vec<Seed> {
    let file = load("handshake.json");
    let seed = |(at, case): (usize, &Value)| {
        let message = unhex(&case["messages"][0]["message"]);
        let input = [with_length(&unhex(&case["header"])), message].concat();
        ("handshake", format!("first-message-{at}"), input)
    };
    cases(&file, "handshakes").map(seed).collect()
}

fn links() -> Vec<Seed> {
    let file = load("invite.json");
    let mut seeds = Vec::new();
    for name in ["link", "card_link"] {
        let link = text(&file[name]);
        assert!(AddLink::parse(link, NOW).is_ok());
        let encoded = link.strip_prefix("sotto:add#").unwrap();
        let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes()).unwrap();
        seeds.push(("link", format!("{name}-text"), behind(0, link.as_bytes())));
        seeds.push(("link", format!("{name}-bytes"), behind(1, &bytes)));
    }
    for (at, case) in cases(&load("verify-code.json"), "codes") {
        let code = text(&case["text"]);
        let encoded = code.strip_prefix("sotto:verify#").unwrap();
        let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes()).unwrap();
        seeds.push((
            "link",
            format!("code-{at}-text"),
            behind(2, code.as_bytes()),
        ));
        seeds.push(("link", format!("code-{at}-bytes"), behind(3, &bytes)));
    }
    seeds
}

fn plain_boxes() -> Vec<Seed> {
    let (boxes, tags) = (load("plain-box.json"), load("tag.json"));
    let mut seeds = Vec::new();
    for (at, case) in cases(&boxes, "boxes") {
        // Longer ones say no more.
        if text(&case["encoded"]).len() < 2_000 {
            let sealed = behind(0, text(&case["encoded"]).as_bytes());
            seeds.push(("plain_box", format!("box-{at}"), sealed));
        }
    }
    for (at, case) in cases(&tags, "tags") {
        let opened = [&unhex(&case["nonce"]), text(&case["tagged"]).as_bytes()].concat();
        seeds.push(("plain_box", format!("tag-{at}"), behind(1, &opened)));
    }
    seeds
}

fn statements() -> Vec<Seed> {
    let (cards, bundles) = (load("key-card.json"), load("bundle.json"));
    let mut seeds = Vec::new();
    let mut push = |mode, name: String, bytes: &[u8]| {
        seeds.push(("statements", name, behind(mode, bytes)));
    };
    for (at, case) in cases(&cards, "cards") {
        let card = unhex(&case["card"]);
        push(0, format!("card-{at}"), &card);
        push(1, format!("card-payload-{at}"), &card[64..]);
    }
    for (at, case) in cases(&bundles, "bundles") {
        let bundle = unhex(&case["bundle"]);
        push(2, format!("bundle-{at}"), &bundle);
        push(4, format!("mailbox-{at}"), &bytes_of(&bundle, 7));
        let one_time = crate::support::uint_of(&bundle, 6) == Some(3);
        let payload = |key| bytes_of(&bundle, key)[64..].to_vec();
        let second = if one_time { payload(4) } else { Vec::new() };
        let payloads = [payload(2), payload(3), second, payload(5), payload(7)];
        let parts = payloads.each_ref().map(|part| with_length(part)).concat();
        let kem = if one_time { 3 } else { 4 };
        push(3, format!("bundle-parts-{at}"), &behind(kem, &parts));
        for (mode, key) in [(5, 3), (if one_time { 7 } else { 8 }, 5), (9, 7)] {
            push(mode, format!("key-{at}-{key}"), &payload(key));
        }
        if one_time {
            push(6, format!("key-{at}-4"), &payload(4));
        }
    }
    seeds
}

fn stored() -> Vec<Seed> {
    let (identities, bundles) = (load("identity.json"), load("bundle.json"));
    let item = unhex(&identities["identities"][0]["secret_item"]);
    let newer = unhex(&identities["newer_secret_item"]);
    let seed = unhex(&bundles["bundles"][0]["mailbox_seed"]);
    let mailbox = MailboxPool::generate(&mut FixedRng::new(seed), NOW).encode();
    let session = session();
    let counter = protocol::stored::a_counter_item();
    let records: [(&str, u8, &[u8]); 8] = [
        ("session", 0, &session),
        ("ratchet", 1, &bytes_of(&session, 7)),
        ("prekeys", 2, &protocol::stored::PREKEYS),
        ("mailbox", 3, &mailbox),
        ("secret-item", 4, &item),
        ("newer-secret-item", 4, &newer),
        ("secret-item-body", 5, &item[..item.len() - 16]),
        ("counter-item", 6, &counter),
    ];
    records
        .into_iter()
        .map(|(name, mode, bytes)| ("stored", name.to_owned(), behind(mode, bytes)))
        .collect()
}

/// Alice's session before she has written anything: nothing in it was drawn by the ratchet.
fn session() -> Vec<u8> {
    let file = load("handshake.json");
    let case = &file["handshakes"][0];
    let identity = |secrets: &Value| {
        Identity::from_seeds(
            &array(&secrets["ed25519"]),
            &array(&secrets["box"]),
            &array(&secrets["agreement"]),
        )
    };
    let bob = identity(&case["responder"]).public().fingerprint();
    let bundle = Bundle::open(&unhex(&case["bundle"]), &bob, NOW).unwrap();
    let drawn = ["ephemeral", "first_ratchet", "kem_randomness"].map(|name| unhex(&case[name]));
    let rng = &mut FixedRng::new(drawn.concat());
    let session = handshake::initiate(&identity(&case["initiator"]), &bundle, 1, rng).unwrap();
    let stored = session.encode().unwrap();
    assert!(Session::decode(&stored).is_ok());
    stored.to_vec()
}
