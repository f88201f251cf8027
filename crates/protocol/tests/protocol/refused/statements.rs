//! Key cards, signed keys, bundles.

use super::{Case, INCARNATION, Reader, bad, bytes, filled, good, list, map, text, uint, with};
use crate::session_vectors::{NOW, bundle_of, card, prekey_secrets, secrets};
use crate::support::{bytes_of, sign, weak_keys, without};
use crate::vector_file::{bytes32, hex};
use serde_json::json;
use sotto_protocol::label::{self, Label};
use sotto_protocol::unix_time::DAY_SECS;
use sotto_protocol::{Bundle, Identity};

/// The order of the group, little-endian (RFC 8032).
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

pub(super) fn cases(reader: &Reader) -> Vec<Case> {
    let mut cases = cards(reader);
    cases.extend(newer_cards(reader));
    cases.extend(hints(reader));
    cases.extend(signatures(reader));
    cases.extend(signed_keys());
    cases.extend(bundles(reader));
    cases
}

fn by(name: &str, label: Label, payload: &[u8]) -> Vec<u8> {
    sign(&bytes32(&format!("{name} ed25519")), label, payload)
}

/// What Alice signs in her card.
fn payload(reader: &Reader) -> Vec<u8> {
    card(&reader.alice, "alice").encoded()[64..].to_vec()
}

fn signed_card(payload: &[u8]) -> String {
    hex(by("alice", label::KEY_CARD, payload))
}

/// P-46, P-49, P-51.
fn cards(reader: &Reader) -> Vec<Case> {
    let (format, now, payload) = ("key card", NOW.as_secs(), payload(reader));
    let dated = |created: u64, expires: u64| {
        signed_card(&with(&with(&payload, 7, uint(created)), 8, uint(expires)))
    };
    let and = |key, value| signed_card(&with(&payload, key, value));
    let theirs = reader.bob.public();
    let dates = |name: &str, value, error| bad("P-46", format, name, value, error);
    let refused = |name: &str, value, error| bad("P-51", format, name, value, error);
    let (day, most) = (now + DAY_SECS, 400 * DAY_SECS);
    let mut cases = vec![
        good(format, "of alice", signed_card(&payload)),
        good(
            format,
            "the longest validity, made a day ahead",
            dated(day, day + most),
        ),
        good(format, "in its last second", dated(now - most + 1, now + 1)),
        good(
            format,
            "of 1,024 bytes",
            signed_card(&filled(&payload, 960)),
        ),
        good(format, "of the highest incarnation", and(9, uint(u64::MAX))),
        refused(
            "an incarnation that is a text",
            and(9, text("2")),
            "Malformed",
        ),
        dates("ends when it begins", dated(now, now), "Contradictory"),
        dates(
            "holds a second too long",
            dated(now, now + most + 1),
            "Contradictory",
        ),
        dates(
            "made a day and a second ahead",
            dated(day + 1, day + 2),
            "NotYet",
        ),
        dates("expired", dated(now - 1, now), "Expired"),
        refused(
            "of 1,025 bytes",
            signed_card(&filled(&payload, 961)),
            "TooLong",
        ),
        refused("another account id", and(2, bytes(&[2; 16])), "AccountId"),
        refused(
            "another's box key",
            and(4, bytes(theirs.box_key.as_bytes())),
            "AccountId",
        ),
        refused(
            "another's agreement key",
            and(5, bytes(&theirs.agreement)),
            "AccountId",
        ),
        refused(
            "another's Ed25519 key",
            and(3, bytes(&theirs.ed25519)),
            "AccountId",
        ),
        refused(
            "a box key of 31 bytes",
            and(4, bytes(&[4; 31])),
            "Malformed",
        ),
        refused(
            "without an agreement key",
            signed_card(&without(&payload, 5)),
            "Malformed",
        ),
        refused(
            "without an end",
            signed_card(&without(&payload, 8)),
            "Malformed",
        ),
        bad("P-45", format, "a later version", and(1, uint(2)), "Newer"),
        bad(
            "P-45",
            format,
            "of another kind",
            and(0, uint(2)),
            "AnotherKind",
        ),
    ];
    for (number, weak) in weak_keys().iter().enumerate() {
        for (key, rule, which) in [(4, "P-10", "box"), (5, "P-49", "agreement")] {
            let name = format!("a weak or ambiguous {which} key, {number}");
            cases.push(bad(rule, format, name, and(key, bytes(weak)), "Key("));
        }
    }
    cases
}

/// P-55: what stops the computer that it is shown to.
fn newer_cards(reader: &Reader) -> Vec<Case> {
    let format = "newer card";
    let own = card(&reader.bob, "bob").encoded()[64..].to_vec();
    let numbered = |payload: &[u8], number| with(payload, 9, uint(number));
    let signed = |by_whom, payload: &[u8]| hex(by(by_whom, label::KEY_CARD, payload));
    let bobs = |number| signed("bob", &numbered(&own, number));
    let long_ago = with(&with(&own, 7, uint(1_600_000_000)), 8, uint(1_600_000_001));
    let refused = |name: &str, value, error| bad("P-55", format, name, value, error);
    vec![
        good(format, "of the next copy", bobs(INCARNATION + 1)),
        good(format, "of the highest incarnation", bobs(u64::MAX)),
        good(
            format,
            "that expired long ago",
            signed("bob", &numbered(&long_ago, INCARNATION + 1)),
        ),
        refused("of this copy", bobs(INCARNATION), "NotHigher"),
        refused("of an older copy", bobs(INCARNATION - 1), "NotHigher"),
        refused("without a number", signed("bob", &own), "NotHigher"),
        refused(
            "of another identity",
            signed("alice", &numbered(&payload(reader), u64::MAX)),
            "NotHigher",
        ),
        refused(
            "signed by somebody else",
            signed("alice", &numbered(&own, INCARNATION + 1)),
            "Signature",
        ),
        refused("of no bytes", String::new(), "Malformed"),
    ]
}

/// P-47.
fn hints(reader: &Reader) -> Vec<Case> {
    let (rule, format, payload) = ("P-47", "key card", payload(reader));
    let hint = |address: &str, level: u64, name: &str| {
        map([(1, text(address)), (2, uint(level)), (3, text(name))])
    };
    let hints = |hints: &[Vec<u8>]| signed_card(&with(&payload, 6, list(hints)));
    let usual = || hint("wss://r.example", 255, "alice");
    let one = |name: &str, hint: Vec<u8>| bad(rule, format, name, hints(&[hint]), "Malformed");
    let long = |len: usize| "r".repeat(len);
    vec![
        good(format, "at four relays", hints(&vec![usual(); 4])),
        good(format, "at none", hints(&[])),
        good(
            format,
            "the longest hint",
            hints(&[hint(&long(128), 0, &long(64))]),
        ),
        bad(
            rule,
            format,
            "at five relays",
            hints(&vec![usual(); 5]),
            "Malformed",
        ),
        one("no address", hint("", 0, "alice")),
        one("an address of 129 characters", hint(&long(129), 0, "alice")),
        one(
            "an address with a space",
            hint("wss://r.example /", 0, "alice"),
        ),
        one(
            "an address that is not ASCII",
            hint("wss://r\u{e9}lay.example", 0, "alice"),
        ),
        one("level 256", hint("wss://r.example", 256, "alice")),
        one("an empty name", hint("wss://r.example", 0, "")),
        one("a name of 65 bytes", hint("wss://r.example", 0, &long(65))),
        one(
            "a name with a control character",
            hint("wss://r.example", 0, "al\u{9}ice"),
        ),
        one(
            "a name with a control character behind ASCII",
            hint("wss://r.example", 0, "al\u{85}ice"),
        ),
        one("without a level", map([(1, text("wss://r.example"))])),
    ]
}

/// P-50.
fn signatures(reader: &Reader) -> Vec<Case> {
    let payload = payload(reader);
    let good_card = by("alice", label::KEY_CARD, &payload);
    let changed = |at: usize| {
        let mut card = good_card.clone();
        card[at] ^= 1;
        hex(card)
    };
    // S and the order of the group: the same signature to whoever only reduces it.
    let mut malleable = good_card.clone();
    let mut carry = 0;
    for (byte, order) in malleable[32..64].iter_mut().zip(ORDER) {
        carry += u16::from(*byte) + u16::from(order);
        *byte = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    // With the neutral point as key and as R, S = 0 fits every payload.
    let neutral = [[1].as_slice(), &[0; 31]].concat();
    let of_nobody = with(&payload, 3, bytes(&neutral));
    let account = [neutral.as_slice(), &payload_keys(reader)].concat();
    let account = &label::ACCOUNT.sha256(&[&account])[..16];
    let of_nobody = with(&of_nobody, 2, bytes(account));
    let of_nobody = [neutral.as_slice(), &[0; 32], &of_nobody].concat();
    let refused = |name: &str, value: String| bad("P-50", "key card", name, value, "Signature");
    vec![
        refused(
            "signed under another label",
            hex(by("alice", label::SIGNED_PREKEY, &payload)),
        ),
        refused(
            "signed by somebody else",
            hex(by("bob", label::KEY_CARD, &payload)),
        ),
        refused("a changed R", changed(0)),
        refused("a changed S", changed(32)),
        refused("a changed payload", changed(good_card.len() - 1)),
        refused("S beyond the order of the group", hex(malleable)),
        refused("a key of small order", hex(of_nobody)),
        bad(
            "P-50",
            "key card",
            "63 bytes",
            hex(&good_card[..63]),
            "Malformed",
        ),
    ]
}

/// Alice's box key and agreement key.
fn payload_keys(reader: &Reader) -> Vec<u8> {
    let public = reader.alice.public();
    [public.box_key.to_bytes(), public.agreement].concat()
}

fn bundle() -> Bundle {
    bundle_of(&json!({
        "name": "with one-time keys",
        "secrets": secrets("bob"),
        "prekeys": prekey_secrets(),
        "mailbox_seed": hex(bytes32("mailbox")),
    }))
}

/// P-53.
fn signed_keys() -> Vec<Case> {
    let bundle = bundle();
    let now = NOW.as_secs();
    let mut cases = Vec::new();
    for (format, key, label, other, days) in [
        (
            "signed prekey",
            3,
            label::SIGNED_PREKEY,
            label::ONE_TIME_PREKEY,
            37,
        ),
        (
            "ML-KEM prekey",
            5,
            label::KEM_PREKEY,
            label::LAST_RESORT_PREKEY,
            37,
        ),
        (
            "mailbox key",
            7,
            label::MAILBOX_KEY,
            label::SIGNED_PREKEY,
            7,
        ),
    ] {
        let payload = &bytes_of(bundle.encoded(), key)[64..];
        let public = bytes_of(payload, 4);
        let signed = |payload: &[u8]| hex(by("bob", label, payload));
        let and = |key, value| signed(&with(payload, key, value));
        let until = |at: u64| and(6, uint(at));
        let refused = |name: &str, value, error| bad("P-53", format, name, value, error);
        let length = if format == "ML-KEM prekey" {
            "Kem"
        } else {
            "Malformed"
        };
        let short = bytes(&public[..public.len() - 1]);
        let by_label = hex(by("bob", other, payload));
        let by_other = hex(by("alice", label, payload));
        cases.extend([
            good(format, "of bob", signed(payload)),
            good(
                format,
                "the greatest number",
                and(3, uint(u64::from(u32::MAX))),
            ),
            refused(
                "for another purpose",
                and(2, uint(if key == 3 { 2 } else { 1 })),
                "AnotherPurpose",
            ),
            refused("for no purpose", and(2, uint(6)), "Malformed"),
            refused("a number of 33 bits", and(3, uint(1 << 32)), "Malformed"),
            refused("a key without its last byte", and(4, short), length),
            refused("under the label of another purpose", by_label, "Signature"),
            refused("signed by somebody else", by_other, "Signature"),
            refused(
                "holds a second too long",
                until(now + days * DAY_SECS + 1),
                "Contradictory",
            ),
        ]);
        if format != "signed prekey" {
            // The first coefficient is 4,095: not reduced.
            let mut coefficient = public.clone();
            coefficient[..2].copy_from_slice(&[0xff, 0xff]);
            cases.push(refused(
                "a coefficient that is not reduced",
                and(4, bytes(&coefficient)),
                "Kem",
            ));
        }
        for (number, weak) in weak_keys().iter().enumerate().take(2) {
            let mut key = public.clone();
            let at = key.len() - 32;
            key[at..].copy_from_slice(weak);
            if format != "ML-KEM prekey" {
                let name = format!("a weak or ambiguous key, {number}");
                cases.push(bad("P-49", format, name, and(4, bytes(&key)), "Weak"));
            }
        }
    }
    cases
}

/// P-65: whatever is not Bob's, or not for its place.
fn bundles(reader: &Reader) -> Vec<Case> {
    let (rule, format) = ("P-65", "bundle");
    let of_bob = bundle().encoded().to_vec();
    let of_alice = bundle_by(&reader.alice, &of_bob);
    let and = |key, value: Vec<u8>| hex(with(&of_bob, key, value));
    let theirs = |key: u64| bytes(&bytes_of(&of_alice, key));
    let own = |key: u64| bytes(&bytes_of(&of_bob, key));
    let refused = |name: &str, value, error| bad(rule, format, name, value, error);
    let expired = with(&bytes_of(&of_bob, 3)[64..], 5, uint(NOW.as_secs() - 10));
    let expired = with(&expired, 6, uint(NOW.as_secs()));
    let expired = by("bob", label::SIGNED_PREKEY, &expired);
    vec![
        good(format, "of bob", hex(&of_bob)),
        good(
            format,
            "without a one-time prekey",
            hex(without(&of_bob, 4)),
        ),
        refused("of somebody else", hex(&of_alice), "AnotherIdentity"),
        refused(
            "another's card around bob's keys",
            and(2, theirs(2)),
            "AnotherIdentity",
        ),
        refused("another's signed prekey", and(3, theirs(3)), "Signature"),
        refused("another's one-time prekey", and(4, theirs(4)), "Signature"),
        refused("another's ML-KEM prekey", and(5, theirs(5)), "Signature"),
        refused("another's mailbox key", and(7, theirs(7)), "Signature"),
        refused(
            "a one-time prekey for the signed one",
            and(3, own(4)),
            "AnotherPurpose",
        ),
        refused("without a card", hex(without(&of_bob, 2)), "Malformed"),
        refused(
            "without a signed prekey",
            hex(without(&of_bob, 3)),
            "Malformed",
        ),
        refused(
            "without an ML-KEM prekey",
            hex(without(&of_bob, 5)),
            "NoPostQuantumKey",
        ),
        refused(
            "a prekey that is not of ML-KEM",
            and(6, uint(2)),
            "NoPostQuantumKey",
        ),
        refused(
            "a one-time key as the last resort",
            and(6, uint(4)),
            "AnotherPurpose",
        ),
        refused(
            "without a mailbox key",
            hex(without(&of_bob, 7)),
            "Malformed",
        ),
        refused(
            "a signed prekey that has expired",
            and(3, bytes(&expired)),
            "Expired",
        ),
        bad("P-45", format, "a later version", and(1, uint(2)), "Newer"),
    ]
}

/// The same keys, as Alice would sign them.
fn bundle_by(alice: &Identity, of_bob: &[u8]) -> Vec<u8> {
    let signed = |key, label| {
        let statement = bytes_of(of_bob, key);
        bytes(&by("alice", label, &statement[64..]))
    };
    let keys = [
        (3, label::SIGNED_PREKEY),
        (4, label::ONE_TIME_PREKEY),
        (5, label::KEM_PREKEY),
        (7, label::MAILBOX_KEY),
    ];
    let bundle = with(of_bob, 2, bytes(card(alice, "alice").encoded()));
    keys.iter().fold(bundle, |bundle, (key, label)| {
        with(&bundle, *key, signed(*key, *label))
    })
}
