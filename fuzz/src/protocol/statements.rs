//! Statements that are signed: key cards, signed keys, and bundles of them.

use super::world::{NOW, WORLD};
use super::{mode, part};
use crate::support::HashRng;
use minicbor::Encoder;
use sotto_protocol::label::{self, Label};
use sotto_protocol::{Bundle, KeyCard, KeyPurpose, SignedKey, handshake};

/// First byte: as it came, or as the payload of a statement that Bob signs.
pub fn run(data: &[u8]) {
    match mode(data, 10) {
        Some((0, bytes)) => card(bytes),
        Some((1, payload)) => card(&WORLD.signed_by_bob(label::KEY_CARD, payload)),
        Some((2, bytes)) => bundle(bytes),
        Some((3, parts)) => bundle(&bundle_of(parts)),
        Some((4, bytes)) => signed_key(bytes, KeyPurpose::Mailbox),
        Some((which, payload)) => {
            for purpose in KeyPurpose::ALL {
                if usize::from(which) == 5 + purpose as usize {
                    signed_key(&WORLD.signed_by_bob(label_of(purpose), payload), purpose);
                }
            }
        }
        None => {}
    }
}

/// Signing what was read gives what was read.
fn card(bytes: &[u8]) {
    let Ok(card) = KeyCard::decode(bytes) else {
        return;
    };
    assert_eq!(card.encoded(), bytes);
    if card.identity() != WORLD.bob.public() {
        return;
    }
    let incarnation = card.incarnation();
    let Ok(again) = KeyCard::sign_as(&WORLD.bob, card.relays(), card.validity(), incarnation)
    else {
        assert!(card.check(card.validity().created).is_err());
        return;
    };
    assert_eq!(again.identity(), card.identity());
    assert_eq!(again.relays(), card.relays());
    assert_eq!(again.validity(), card.validity());
    assert_eq!(again.incarnation(), incarnation);
    assert!(!again.counts_before(&again));
}

/// A key for one purpose is none for another.
fn signed_key(bytes: &[u8], purpose: KeyPurpose) {
    let signer = WORLD.bob.public().ed25519;
    let Ok(key) = SignedKey::decode(bytes, purpose, &signer) else {
        return;
    };
    assert_eq!(key.encoded(), bytes);
    assert_eq!(key.purpose(), purpose);
    let refused = |other| SignedKey::decode(bytes, other, &signer).is_err();
    let mut others = KeyPurpose::ALL
        .into_iter()
        .filter(|other| *other != purpose);
    assert!(others.all(refused));
    if key.check(NOW).is_ok() {
        assert!(key.validity().created < key.validity().expires);
    }
}

/// With a bundle that was taken a session begins, and it can be stored.
fn bundle(bytes: &[u8]) {
    let bob = WORLD.bob.public().fingerprint();
    let Ok(bundle) = Bundle::open(bytes, &bob, NOW) else {
        return;
    };
    assert_eq!(bundle.encoded(), bytes);
    let begun = handshake::initiate(&WORLD.alice, &bundle, 1, &mut HashRng::new(1));
    let mut session = begun.expect("every key of the bundle was checked");
    let encrypted = session.encrypt(b"hello").expect("a short text");
    assert!(encrypted.header.is_some());
    assert!(session.encode().is_ok());
}

/// Number of the KEM key's purpose, and five payloads that are signed as those of a bundle.
fn bundle_of(parts: &[u8]) -> Vec<u8> {
    let Some((kem, mut rest)) = mode(parts, 6) else {
        return Vec::new();
    };
    let kem_label = match kem {
        4 => label::LAST_RESORT_PREKEY,
        _ => label::KEM_PREKEY,
    };
    let mut statement = |label: Label| WORLD.signed_by_bob(label, part(&mut rest));
    let card = statement(label::KEY_CARD);
    let signed = statement(label::SIGNED_PREKEY);
    let one_time = statement(label::ONE_TIME_PREKEY);
    let kem_key = statement(kem_label);
    let mailbox = statement(label::MAILBOX_KEY);
    let mut bundle = Vec::new();
    let written = Encoder::new(&mut bundle)
        .map(8)
        .and_then(|out| out.u8(0)?.u8(3)?.u8(1)?.u8(1)?.u8(2)?.bytes(&card))
        .and_then(|out| out.u8(3)?.bytes(&signed)?.u8(4)?.bytes(&one_time))
        .and_then(|out| out.u8(5)?.bytes(&kem_key)?.u8(6)?.u8(kem))
        .and_then(|out| out.u8(7)?.bytes(&mailbox).map(drop));
    written.expect("a vector takes every byte");
    bundle
}

fn label_of(purpose: KeyPurpose) -> Label {
    match purpose {
        KeyPurpose::SignedPrekey => label::SIGNED_PREKEY,
        KeyPurpose::OneTimePrekey => label::ONE_TIME_PREKEY,
        KeyPurpose::KemPrekey => label::KEM_PREKEY,
        KeyPurpose::LastResortPrekey => label::LAST_RESORT_PREKEY,
        KeyPurpose::Mailbox => label::MAILBOX_KEY,
    }
}
