//! CBOR, contents, padding, ratchet messages, exchanges in plain boxes, links.

use super::{Case, bad, bytes, good, list, map, text, uint, with};
use crate::ratchet_vectors::{ALICE, Talk};
use crate::session_vectors::NOW;
use crate::support::{weak_keys, without};
use crate::vector_file::hex;
use data_encoding::BASE64URL_NOPAD;
use sotto_protocol::content::EXCHANGE_PREFIX;
use sotto_protocol::invite::LINK_PREFIX;
use sotto_protocol::unix_time::DAY_SECS;

const MALFORMED: &str = "Malformed";
/// A key that no reader knows.
const LATER: u64 = 99;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = cbor();
    cases.extend(contents());
    cases.extend(bodies());
    cases.extend(padded());
    cases.extend(ratchet_messages());
    cases.extend(exchanges());
    cases.extend(links());
    cases.extend(codes());
    cases
}

/// A content of a kind, around a body.
fn content(kind: u64, body: Vec<u8>) -> Vec<u8> {
    map([
        (0, uint(6)),
        (1, uint(1)),
        (2, bytes(&[1; 16])),
        (3, uint(1_800_000_000_123)),
        (4, uint(kind)),
        (5, body),
    ])
}

fn hello() -> Vec<u8> {
    content(1, map([(1, text("Hello"))]))
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// So many arrays in each other, around bytes.
fn nested(depth: usize, inside: &[u8]) -> Vec<u8> {
    join(&[&vec![0x81; depth], inside])
}

/// P-44, P-45.
fn cbor() -> Vec<Case> {
    let (rule, format, hello) = ("P-44", "content", hello());
    let later = |value: &[u8]| hex(with(&hello, LATER, value.to_vec()));
    let refused = |name: &str, value: String| bad(rule, format, name, value, MALFORMED);
    // The map's head, and kind and version behind it.
    let (head, rest) = (hello[0], &hello[5..]);
    assert_eq!(hello[..5], [0xa6, 0, 6, 1, 1]);
    let items = |count: usize| later(&list(&vec![uint(0); count]));
    // The map, its values, the text in one of them, and the array.
    let around = 1 + 6 + 1 + 1;
    vec![
        good(format, "a text", hex(&hello)),
        good(format, "a key of a later version", later(&uint(1))),
        good(
            format,
            "six maps and arrays in each other",
            later(&nested(4, &list(&[uint(7)]))),
        ),
        good(format, "4,096 items", items(4_096 - around)),
        refused(
            "seven maps and arrays in each other",
            later(&nested(5, &list(&[uint(7)]))),
        ),
        refused(
            "seven, the last without anything in it",
            later(&nested(5, &list(&[]))),
        ),
        refused("seven, the last a map", later(&nested(5, &map([])))),
        bad(
            rule,
            format,
            "4,097 items",
            items(4_097 - around),
            "TooLong",
        ),
        refused(
            "an array that is announced and not there",
            later(&[0x9b, 255, 255, 255, 255, 255, 255, 255, 255]),
        ),
        refused("a number in a longer form", later(&[0x18, 7])),
        refused("a length in a longer form", later(&[0x58, 1, 7])),
        refused(
            "a key in a longer form",
            hex(join(&[&[head, 0x18, 0, 6, 1, 1], rest])),
        ),
        refused(
            "keys in another order",
            hex(join(&[&[head, 1, 1, 0, 6], rest])),
        ),
        refused(
            "a key twice",
            hex(join(&[&[head + 1, 0, 6, 1, 1, 1, 1], rest])),
        ),
        refused(
            "a text as a key",
            hex(join(&[&[head + 1, 0, 6, 1, 1], rest, &[0x61, 0x61, 0]])),
        ),
        refused(
            "of no definite length",
            hex(join(&[&[0xbf, 0, 6, 1, 1], rest, &[0xff]])),
        ),
        refused("bytes behind it", hex(join(&[&hello, &[0]]))),
        refused("cut", hex(&hello[..hello.len() - 1])),
        refused("nothing", String::new()),
        refused("an array", hex(list(&[uint(6), uint(1)]))),
        refused("a tag", later(&[0xc1, 0])),
        refused("a float", later(&[0xf9, 0, 0])),
        refused("a negative number", later(&[0x20])),
        refused("null", later(&[0xf6])),
        refused("a text that is not UTF-8", later(&[0x61, 0xff])),
        bad(
            "P-45",
            format,
            "of another kind",
            hex(with(&hello, 0, uint(5))),
            "AnotherKind",
        ),
        bad(
            "P-45",
            format,
            "a later version",
            hex(with(&hello, 1, uint(2))),
            "Newer",
        ),
        bad(
            "P-45",
            format,
            "version 0",
            hex(with(&hello, 1, uint(0))),
            MALFORMED,
        ),
        bad(
            "P-45",
            format,
            "no version",
            hex(without(&hello, 1)),
            MALFORMED,
        ),
        bad(
            "P-45",
            format,
            "no kind",
            hex(without(&hello, 0)),
            MALFORMED,
        ),
        bad(
            "P-45",
            format,
            "a later version that breaks P-44",
            hex(join(&[&with(&hello, 1, uint(2)), &[0]])),
            MALFORMED,
        ),
    ]
}

/// P-100.
fn contents() -> Vec<Case> {
    let hello = hello();
    let and = |key, value| hex(with(&hello, key, value));
    let refused = |name: &str, value: String| bad("P-100", "content", name, value, MALFORMED);
    let mut cases: Vec<Case> = [2, 3, 4, 5]
        .into_iter()
        .map(|key| refused(&format!("without key {key}"), hex(without(&hello, key))))
        .collect();
    let both = with(&with(&hello, 6, bytes(&[6; 100])), 7, bytes(&[7; 8]));
    cases.extend([
        good(
            "content",
            "a filler of 256 bytes",
            and(12, bytes(&[0; 256])),
        ),
        refused("an id of 15 bytes", and(2, bytes(&[1; 15]))),
        refused("a time that is a text", and(3, text("now"))),
        refused("kind 0", and(4, uint(0))),
        refused("a body that is no map", and(5, list(&[]))),
        refused("a mailbox key of 1,401 bytes", and(6, bytes(&[6; 1_401]))),
        refused("a mailbox key and its id", hex(both)),
        refused("an id of a mailbox key of 7 bytes", and(7, bytes(&[7; 7]))),
        refused("a known mailbox key of 9 bytes", and(8, bytes(&[8; 9]))),
        refused("a hash of a card of 15 bytes", and(9, bytes(&[9; 15]))),
        refused("a nonce of 23 bytes", and(10, list(&[bytes(&[1; 23])]))),
        refused(
            "an invite without a proof",
            and(11, map([(1, bytes(&[3; 8]))])),
        ),
        refused(
            "a proof of 31 bytes",
            and(11, map([(1, bytes(&[3; 8])), (2, bytes(&[4; 31]))])),
        ),
        refused("a filler of 257 bytes", and(12, bytes(&[0; 257]))),
    ]);
    cases
}

/// P-131.
fn codes() -> Vec<Case> {
    let code = |bytes: &[u8]| format!("sotto:verify#{}", BASE64URL_NOPAD.encode(bytes));
    let of_kind = |kind: u8, len: usize| [vec![kind], vec![5; len]].concat();
    let (format, rule) = ("verify code", "P-131");
    vec![
        good(format, "of box keys", code(&of_kind(0, 84))),
        good(format, "of identities", code(&of_kind(1, 84))),
        bad(rule, format, "a later kind", code(&of_kind(2, 84)), "Newer"),
        bad(
            rule,
            format,
            "a longer one of a later kind",
            code(&of_kind(9, 120)),
            "Newer",
        ),
        bad(
            rule,
            format,
            "83 bytes behind the kind",
            code(&of_kind(1, 83)),
            MALFORMED,
        ),
        bad(
            rule,
            format,
            "85 bytes behind the kind",
            code(&of_kind(1, 85)),
            MALFORMED,
        ),
        bad(rule, format, "no bytes", code(&[]), MALFORMED),
        bad(rule, format, "another link", "sotto:add#AA", "NotACode"),
        bad(
            rule,
            format,
            "another spelling",
            code(&of_kind(1, 84)).to_uppercase(),
            "NotACode",
        ),
    ]
}

/// P-102 to P-108, P-132.
fn bodies() -> Vec<Case> {
    let id = || bytes(&[1; 16]);
    let receipt = |state, ids: usize| map([(1, uint(state)), (2, list(&vec![id(); ids]))]);
    let request = |reason, asker: usize, link: usize| {
        map([
            (1, id()),
            (2, uint(reason)),
            (3, bytes(&vec![2; asker])),
            (4, bytes(&vec![3; link])),
        ])
    };
    let control = |code, len: usize| map([(1, uint(code)), (2, bytes(&vec![3; len]))]);
    let name = |len: usize| map([(1, text(&"n".repeat(len)))]);
    let profile = |features| map([(1, text("Mara")), (2, features)]);
    let taken = [
        ("a receipt for 256 messages", 2, receipt(2, 256)),
        ("a bundle request", 3, request(1, 32, 8)),
        (
            "a control message of a later version",
            5,
            control(u64::from(u32::MAX), 1_024),
        ),
        ("a name of 160 bytes", 6, name(160)),
        ("all features", 6, profile(uint(u64::MAX))),
        (
            "a proof that a code was scanned",
            24,
            map([(1, bytes(&[1; 32]))]),
        ),
        (
            "a kind of a later version",
            48,
            map([(1, text("Hello, all"))]),
        ),
    ];
    let text_with = |key, value| map([(1, text("Hello")), (key, value)]);
    let refused = [
        ("P-102", "no text", 1, map([])),
        (
            "P-102",
            "a text that is bytes",
            1,
            map([(1, bytes(b"Hello"))]),
        ),
        (
            "P-102",
            "a nonce of 23 bytes",
            1,
            text_with(2, bytes(&[5; 23])),
        ),
        (
            "P-102",
            "an answer to an id of 17 bytes",
            1,
            text_with(3, bytes(&[6; 17])),
        ),
        ("P-103", "state 0", 2, receipt(0, 1)),
        ("P-103", "state 3", 2, receipt(3, 1)),
        ("P-103", "for no message", 2, receipt(1, 0)),
        ("P-103", "without a list", 2, map([(1, uint(1))])),
        ("P-103", "for 257 messages", 2, receipt(1, 257)),
        (
            "P-103",
            "for an id of 15 bytes",
            2,
            map([(1, uint(1)), (2, list(&[bytes(&[1; 15])]))]),
        ),
        ("P-104", "reason 2", 3, request(2, 32, 8)),
        ("P-104", "a fingerprint of 31 bytes", 3, request(1, 31, 8)),
        ("P-104", "an id of a link of 9 bytes", 3, request(1, 32, 9)),
        (
            "P-104",
            "15 random bytes",
            3,
            map([(1, bytes(&[1; 15])), (2, uint(0))]),
        ),
        ("P-104", "an answer without a bundle", 4, map([(1, id())])),
        ("P-105", "a code of 33 bits", 5, control(1 << 32, 0)),
        ("P-105", "1,025 bytes", 5, control(1, 1_025)),
        ("P-105", "without bytes", 5, map([(1, uint(1))])),
        ("P-108", "a name of 161 bytes", 6, name(161)),
        (
            "P-108",
            "features that are bytes",
            6,
            profile(bytes(&[1; 8])),
        ),
        ("P-108", "features without a name", 6, map([(2, uint(1))])),
        ("P-132", "no proof", 24, map([])),
        (
            "P-132",
            "a proof of 31 bytes",
            24,
            map([(1, bytes(&[1; 31]))]),
        ),
    ];
    let taken = taken.map(|(name, kind, body)| good("content", name, hex(content(kind, body))));
    let refused = refused.map(|(rule, name, kind, body)| {
        bad(rule, "content", name, hex(content(kind, body)), MALFORMED)
    });
    taken.into_iter().chain(refused).collect()
}

/// P-48.
fn padded() -> Vec<Case> {
    let padded = |length: u32, size: usize| {
        let mut out = length.to_be_bytes().to_vec();
        out.resize(4 + length as usize, 0xa5);
        out.resize(size.max(out.len()), 0);
        out
    };
    let refused = |name: &str, value: &[u8]| bad("P-48", "padded", name, hex(value), MALFORMED);
    let mut stray = padded(5, 256);
    stray[255] = 1;
    let mut beyond = padded(5, 256);
    beyond[..4].copy_from_slice(&253_u32.to_be_bytes());
    vec![
        good("padded", "252 bytes", hex(padded(252, 256))),
        good("padded", "253 bytes", hex(padded(253, 512))),
        refused("not the smallest", &padded(252, 512)),
        refused("255 bytes", &padded(5, 255)),
        refused("384 bytes", &padded(300, 384)),
        refused("something behind the data", &stray),
        refused("a length that goes beyond it", &beyond),
        refused("no length", &[0; 3]),
    ]
}

/// P-49, P-80.
fn ratchet_messages() -> Vec<Case> {
    let mut talk = Talk::new("what is refused");
    let number = talk.send_after(ALICE, 200);
    let message = talk.message(number).0.to_vec();
    // Version and ratchet key, index of two bytes, length of the ciphertext, ciphertext, MAC.
    let (key, index) = (&message[1..35], &message[35..38]);
    let (length, rest) = (&message[38..40], &message[40..]);
    let mac = &rest[rest.len() - 32..];
    assert_eq!(index, [0x10, 200, 1]);
    let parts = |parts: &[&[u8]]| hex(join(&[&[4], &parts.concat()]));
    let versions = |version: u8| hex(join(&[&[version], &message[1..]]));
    let refused =
        |rule, name: &str, value: String, error| bad(rule, "ratchet message", name, value, error);
    let mut cases = vec![
        good(
            "ratchet message",
            "the two hundred and first",
            hex(&message),
        ),
        refused("P-80", "version 3", versions(3), "OldVersion"),
        refused("P-80", "version 5", versions(5), "UnknownVersion"),
        refused("P-80", "nothing", String::new(), MALFORMED),
        refused("P-80", "cut", hex(&message[..message.len() - 1]), MALFORMED),
        refused(
            "P-80",
            "an index in a longer form",
            parts(&[key, &[0x10, 200, 0x81, 0], length, rest]),
            MALFORMED,
        ),
        refused(
            "P-80",
            "fields in another order",
            parts(&[index, key, length, rest]),
            MALFORMED,
        ),
        refused(
            "P-80",
            "a field more",
            parts(&[key, index, &[0x28, 1], length, rest]),
            MALFORMED,
        ),
        refused(
            "P-80",
            "a field twice",
            parts(&[key, index, index, length, rest]),
            MALFORMED,
        ),
        refused(
            "P-80",
            "without an index",
            parts(&[key, length, rest]),
            MALFORMED,
        ),
        refused(
            "P-80",
            "no ciphertext",
            parts(&[key, index, &[0x22, 0], mac]),
            MALFORMED,
        ),
        refused(
            "P-80",
            "15 bytes of ciphertext",
            parts(&[key, index, &[0x22, 15], &rest[..15], mac]),
            MALFORMED,
        ),
    ];
    for (number, weak) in weak_keys().iter().enumerate() {
        let name = format!("a weak or ambiguous key, {number}");
        let value = parts(&[&key[..2], weak, index, length, rest]);
        cases.push(refused("P-49", &name, value, MALFORMED));
    }
    cases
}

/// P-107.
fn exchanges() -> Vec<Case> {
    let (rule, format) = ("P-107", "exchange");
    let boxed = |content: &[u8]| format!("{EXCHANGE_PREFIX}{}", BASE64URL_NOPAD.encode(content));
    let request = content(3, map([(1, bytes(&[1; 16])), (2, uint(0))]));
    let good_text = boxed(&request);
    let newer = with(&request, 1, uint(2));
    let group = content(48, map([(1, text("Hello, all"))]));
    let profile = content(6, map([(1, text("Alice"))]));
    vec![
        good(format, "a request, without a tag", good_text.as_str()),
        bad(rule, format, "a text", boxed(&hello()), "AnotherKind"),
        bad(rule, format, "a profile", boxed(&profile), "AnotherKind"),
        bad(
            rule,
            format,
            "a kind of a later version",
            boxed(&group),
            "AnotherKind",
        ),
        bad(rule, format, "a later version", boxed(&newer), "Newer"),
        bad(
            rule,
            format,
            "with padding",
            format!("{good_text}="),
            MALFORMED,
        ),
        bad(
            rule,
            format,
            "a tag that is not valid",
            format!("{good_text}\u{200b}"),
            MALFORMED,
        ),
        bad(
            rule,
            format,
            "nothing behind it",
            EXCHANGE_PREFIX,
            MALFORMED,
        ),
    ]
}

/// P-120 to P-122.
fn links() -> Vec<Case> {
    let link = |value: &[u8]| format!("{LINK_PREFIX}{}", BASE64URL_NOPAD.encode(value));
    let hint = |address: &str| map([(1, text(address)), (2, uint(0))]);
    let hints = |count: usize| list(&vec![hint("wss://r.example"); count]);
    let card = map([
        (0, uint(7)),
        (1, uint(1)),
        (2, bytes(&[2; 32])),
        (3, hints(2)),
        (4, bytes(&[9; 16])),
    ]);
    let until = |at: u64| with(&with(&card, 5, bytes(&[5; 16])), 6, uint(at));
    let now = NOW.as_secs();
    let invite = until(now + 1);
    let longest = now + 8 * DAY_SECS;
    let long = with(&card, LATER, bytes(&[0; 100]));
    let format = "link";
    vec![
        good(format, "a contact card", link(&card)),
        good(format, "an invite that holds for a second", link(&invite)),
        good(
            format,
            "an invite that holds for eight days",
            link(&until(longest)),
        ),
        bad(
            "P-120",
            format,
            "another beginning",
            link(&card).replace("add", "Add"),
            "NotALink",
        ),
        bad(
            "P-120",
            format,
            "with padding",
            format!("{}=", link(&card)),
            MALFORMED,
        ),
        bad(
            "P-120",
            format,
            "more than 271 characters",
            link(&long),
            "TooLong",
        ),
        bad(
            "P-120",
            format,
            "of another kind",
            link(&with(&card, 0, uint(1))),
            "AnotherKind",
        ),
        bad(
            "P-120",
            format,
            "a later version",
            link(&with(&card, 1, uint(2))),
            "Newer",
        ),
        bad(
            "P-121",
            format,
            "31 bytes of fingerprint",
            link(&with(&card, 2, bytes(&[2; 31]))),
            MALFORMED,
        ),
        bad(
            "P-121",
            format,
            "three relays",
            link(&with(&card, 3, hints(3))),
            MALFORMED,
        ),
        bad(
            "P-121",
            format,
            "a token of 15 bytes",
            link(&with(&card, 4, bytes(&[9; 15]))),
            MALFORMED,
        ),
        bad(
            "P-122",
            format,
            "a secret without an end",
            link(&without(&invite, 6)),
            MALFORMED,
        ),
        bad(
            "P-122",
            format,
            "an end without a secret",
            link(&without(&invite, 5)),
            MALFORMED,
        ),
        bad(
            "P-122",
            format,
            "a secret of 17 bytes",
            link(&with(&invite, 5, bytes(&[5; 17]))),
            MALFORMED,
        ),
        bad("P-122", format, "expired", link(&until(now)), "Expired"),
        bad(
            "P-122",
            format,
            "for more than eight days",
            link(&until(longest + 1)),
            "HoldsTooLong",
        ),
    ]
}
