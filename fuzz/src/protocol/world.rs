//! The people of the vectors, with their keys.

use crate::support::{FixedRng, Published, sign};
use data_encoding::HEXLOWER;
use minicbor::Encoder;
use serde_json::Value;
use sotto_protocol::label::Label;
use sotto_protocol::{
    Asker, Audience, Bundle, Identity, KeyCard, MailboxPool, PrekeyPool, UnixTime,
};
use std::sync::LazyLock;

/// When the vectors were made.
pub(super) const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

/// Alice writes, Bob reads.
pub(super) struct World {
    pub(super) alice: Identity,
    pub(super) alice_card: KeyCard,
    pub(super) bob: Identity,
    /// One key of each purpose.
    pub(super) prekeys: Vec<u8>,
    pub(super) published: Published,
    pub(super) mailbox: MailboxPool,
    /// Sealed to Bob's mailbox key.
    pub(super) envelope: String,
    signing_seed: [u8; 32],
}

pub(super) static WORLD: LazyLock<World> = LazyLock::new(|| {
    let cards = load(include_str!("../../../tests/vectors/key-card.json"));
    let bundles = load(include_str!("../../../tests/vectors/bundle.json"));
    let envelopes = load(include_str!("../../../tests/vectors/envelope.json"));
    let envelope = envelopes["envelopes"][0]["envelope"].as_str();
    let bundle = &bundles["bundles"][0];
    let bob = identity(&bundle["secrets"]);
    let card = |at: usize| KeyCard::decode(&hex(&cards["cards"][at]["card"])).expect("a card");
    let prekeys = prekeys(&bundle["prekeys"]);
    let mailbox = MailboxPool::generate(&mut FixedRng::new(hex(&bundle["mailbox_seed"])), NOW);
    World {
        alice: identity(&cards["cards"][0]["secrets"]),
        alice_card: card(0),
        published: Published::of(&both_bundles(&card(1), &bob, &prekeys, &mailbox)),
        signing_seed: array(&bundle["secrets"]["ed25519"]),
        bob,
        prekeys,
        mailbox,
        envelope: envelope.expect("a text").to_owned(),
    }
});

impl World {
    /// A statement of Bob's over any payload.
    pub(super) fn signed_by_bob(&self, label: Label, payload: &[u8]) -> Vec<u8> {
        sign(&self.signing_seed, label, payload)
    }
}

fn load(json: &str) -> Value {
    serde_json::from_str(json).expect("the vectors are JSON")
}

pub(super) fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("a text");
    HEXLOWER.decode(text.as_bytes()).expect("hexadecimal")
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    hex(value).try_into().expect("the length of a key")
}

fn identity(secrets: &Value) -> Identity {
    Identity::from_seeds(
        &array(&secrets["ed25519"]),
        &array(&secrets["box"]),
        &array(&secrets["agreement"]),
    )
}

/// Bob's prekeys as the database would hold them, with the numbers of the vectors.
fn prekeys(secrets: &Value) -> Vec<u8> {
    let names = [
        "signed_prekey",
        "one_time_prekey",
        "kem_prekey",
        "last_resort_prekey",
    ];
    let mut records = Vec::new();
    for (purpose, name) in (1_u8..).zip(names) {
        records.extend((1_000 + u32::from(purpose)).to_be_bytes());
        records.push(purpose);
        records.extend(NOW.as_secs().to_be_bytes());
        records.extend([0; 8]);
        records.extend(hex(&secrets[name]));
    }
    let mut encoded = Vec::new();
    let mut encoder = Encoder::new(&mut encoded);
    let written = encoder
        .map(5)
        .and_then(|out| out.u8(0)?.u8(9)?.u8(1)?.u8(1)?.u8(2)?.u32(2_000))
        .and_then(|out| out.u8(3)?.bytes(&records)?.u8(4)?.bytes(&[]));
    written.expect("a vector takes every byte");
    encoded
}

/// The bundle with one-time keys and the one without.
fn both_bundles(
    card: &KeyCard,
    bob: &Identity,
    prekeys: &[u8],
    mailbox: &MailboxPool,
) -> [Bundle; 2] {
    let mut pool = PrekeyPool::decode(prekeys).expect("a pool");
    let asker = Asker {
        key: bob.public().box_key,
        audience: Audience::Contact,
    };
    [(), ()].map(|()| {
        Bundle::hand_out(card, bob, &asker, &mut pool, mailbox, NOW)
            .expect("every purpose has a key")
    })
}
