//! Keys and names, what lies on one's own computer, plain boxes and their tags.

use super::{Case, NONCE, Reader, bad, good, identities};
use crate::support::weak_keys;
use crate::vector_file::{hex, unhex};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sotto_protocol::{counter_item, label, plain_box, tag};

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The same text with another last character, whose lowest bits do not count.
fn with_stray_bits(text: &str, alphabet: &str) -> String {
    let (body, padding) = text.split_at(text.trim_end_matches('=').len());
    let (head, last) = body.split_at(body.len() - 1);
    let at = alphabet.find(last).unwrap();
    let other = char::from(alphabet.as_bytes()[at + 1]);
    format!("{head}{other}{padding}")
}

pub(super) fn cases(reader: &Reader) -> Vec<Case> {
    let mut cases = box_keys(reader);
    cases.extend(account_ids(reader));
    cases.extend(secret_items());
    cases.extend(counter_items(reader));
    cases.extend(plain_boxes(reader));
    cases.extend(tags(reader));
    cases
}

fn box_keys(reader: &Reader) -> Vec<Case> {
    let (rule, format) = ("P-10", "box key");
    let key = reader.alice.public().box_key.to_base64();
    let plus = BASE64.encode(&[[0xfb, 0xef, 0xbe].repeat(10).as_slice(), &[0x11, 0x11]].concat());
    let bare = key.trim_end_matches('=');
    let stray = with_stray_bits(&key, ALPHABET);
    let mut cases = vec![
        good(format, "of alice", key.as_str()),
        good(format, "with signs of its alphabet", plus.as_str()),
        bad(
            rule,
            format,
            "in the alphabet of URLs",
            plus.replace('+', "-"),
            "Base64",
        ),
        bad(rule, format, "without padding", bare, "Base64"),
        bad(rule, format, "bits behind the last byte", stray, "Base64"),
        bad(
            rule,
            format,
            "white space behind it",
            format!("{key}\n"),
            "Length",
        ),
        bad(rule, format, "31 bytes", BASE64.encode(&[9; 31]), "Length"),
        bad(rule, format, "33 bytes", BASE64.encode(&[9; 33]), "Length"),
    ];
    for (number, weak) in weak_keys().iter().enumerate() {
        let name = format!("weak or ambiguous, {number}");
        let error = if weak[31] & 0x80 != 0 || weak[0] >= 0xed {
            "NonCanonical"
        } else {
            "SmallOrder"
        };
        cases.push(bad(rule, format, name, BASE64.encode(weak), error));
    }
    cases
}

fn account_ids(reader: &Reader) -> Vec<Case> {
    let (rule, format, error) = ("P-11", "account id", "ParseAccountIdError");
    let id = reader.alice.public().account_id().to_string();
    let stray = with_stray_bits(&id, "abcdefghijklmnopqrstuvwxyz234567");
    vec![
        good(format, "of alice", id.as_str()),
        bad(rule, format, "in capitals", id.to_uppercase(), error),
        bad(rule, format, "with padding", format!("{id}======"), error),
        bad(rule, format, "cut", id.split_at(25).0, error),
        bad(
            rule,
            format,
            "with a digit that is none",
            format!("1{}", id.split_at(1).1),
            error,
        ),
        bad(rule, format, "bits behind the last byte", stray, error),
    ]
}

/// A frame with a checksum that fits.
fn secret_item(magic: [u8; 4], version: u8, length: usize, body: &[u8]) -> String {
    let length = u16::try_from(length).unwrap().to_be_bytes();
    let framed = [magic.as_slice(), &[version], &length, body].concat();
    let checksum = label::SECRET_ITEM.sha256(&[&framed]);
    hex([framed.as_slice(), &checksum[..16]].concat())
}

fn secret_items() -> Vec<Case> {
    let (rule, format, damaged) = ("P-20", "secret item", "Damaged");
    let item = unhex(&identities()[0]["secret_item"]);
    let body = &item[7..135];
    let mut changed = item.clone();
    changed[20] ^= 1;
    let long = [0; 1_978];
    vec![
        good(format, "the first of identity.json", hex(&item)),
        bad(
            rule,
            format,
            "another beginning",
            secret_item(*b"SOTX", 1, 128, body),
            damaged,
        ),
        bad(rule, format, "a changed byte", hex(changed), damaged),
        bad(rule, format, "cut", hex(&item[..item.len() - 1]), damaged),
        bad(
            rule,
            format,
            "a length that does not fit",
            secret_item(*b"SOTI", 1, 127, body),
            damaged,
        ),
        bad(
            rule,
            format,
            "a short body",
            secret_item(*b"SOTI", 1, 127, &body[1..]),
            damaged,
        ),
        bad(
            rule,
            format,
            "version 0",
            secret_item(*b"SOTI", 0, 128, body),
            damaged,
        ),
        bad(
            rule,
            format,
            "a later version",
            secret_item(*b"SOTI", 2, 128, body),
            "Newer",
        ),
        bad(
            rule,
            format,
            "2,001 bytes",
            secret_item(*b"SOTI", 2, 1_978, &long),
            damaged,
        ),
    ]
}

fn counter_items(reader: &Reader) -> Vec<Case> {
    let (rule, format, damaged) = ("P-25", "counter item", "Damaged");
    let key = &reader.database_key;
    let item = counter_item::encode(7, key);
    let framed = |magic: &[u8; 4], version: u8, body: &[u8]| {
        let framed = [magic.as_slice(), &[version], body].concat();
        let check = hmac(key, &[label::COUNTER.as_bytes(), &framed]);
        hex([framed.as_slice(), &check[..16]].concat())
    };
    let mut changed = item.clone();
    changed[12] ^= 1;
    vec![
        good(format, "seven", hex(&item)),
        bad(
            rule,
            format,
            "of another history",
            hex(counter_item::encode(7, &[9; 32])),
            damaged,
        ),
        bad(rule, format, "a changed byte", hex(changed), damaged),
        bad(
            rule,
            format,
            "another beginning",
            framed(b"SOTX", 1, &[0; 8]),
            damaged,
        ),
        bad(
            rule,
            format,
            "version 0",
            framed(b"SOTC", 0, &[0; 8]),
            damaged,
        ),
        bad(
            rule,
            format,
            "28 bytes",
            framed(b"SOTC", 1, &[0; 7]),
            damaged,
        ),
        bad(
            rule,
            format,
            "30 bytes",
            framed(b"SOTC", 1, &[0; 9]),
            damaged,
        ),
        bad(
            rule,
            format,
            "a later version",
            framed(b"SOTC", 2, &[0; 43]),
            "Newer",
        ),
        bad(
            rule,
            format,
            "65 bytes",
            framed(b"SOTC", 2, &[0; 44]),
            damaged,
        ),
    ]
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn plain_boxes(reader: &Reader) -> Vec<Case> {
    let (rule, format) = ("P-30", "plain box");
    let (alice, bob) = (reader.alice.box_key(), &reader.bob.public().box_key);
    let sealed = plain_box::seal(alice, bob, NONCE, b"Hello, Bob");
    let frame = BASE64.decode(sealed.as_bytes()).unwrap();
    let mut changed = frame.clone();
    changed[44] ^= 1;
    let (nonce, rest) = frame.split_at(24);
    let (authenticator, ciphertext) = rest.split_at(16);
    let behind = [nonce, ciphertext, authenticator].concat();
    let bare = sealed.trim_end_matches('=');
    let with = |bytes: &[u8]| BASE64.encode(bytes);
    vec![
        good(format, "from alice to bob", sealed.as_str()),
        bad(
            rule,
            format,
            "in the alphabet of URLs",
            format!("-{}", sealed.split_at(1).1),
            "Base64",
        ),
        bad(rule, format, "without padding", bare, "Base64"),
        bad(
            rule,
            format,
            "a line break",
            format!("{sealed}\n"),
            "Base64",
        ),
        bad(rule, format, "39 bytes", with(&frame[..39]), "TooShort"),
        bad(rule, format, "a changed byte", with(&changed), "Rejected"),
        bad(
            rule,
            format,
            "the authenticator behind it",
            with(&behind),
            "Rejected",
        ),
        bad(
            rule,
            format,
            "under another nonce",
            with(&[[8; 24].as_slice(), rest].concat()),
            "Rejected",
        ),
    ]
}

fn tags(reader: &Reader) -> Vec<Case> {
    let (rule, format, none) = ("P-41", "tagged text", "NoTag");
    let (alice, bob) = (&reader.alice.public().box_key, &reader.bob.public().box_key);
    let tagged = tag::append("Hello", alice, bob, &NONCE);
    let fewer: String = tagged.chars().take(5 + 39).collect();
    vec![
        good(format, "from alice to bob", tagged.as_str()),
        good(
            format,
            "of an empty text",
            tag::append("", alice, bob, &NONCE),
        ),
        bad(
            rule,
            format,
            "of another box",
            tag::append("Hello", alice, bob, &[8; 24]),
            none,
        ),
        bad(
            rule,
            format,
            "in the other direction",
            tag::append("Hello", bob, alice, &NONCE),
            none,
        ),
        bad(rule, format, "not at the end", format!("{tagged}!"), none),
        bad(rule, format, "39 characters", fewer, none),
        bad(rule, format, "none", "Hello", none),
    ]
}
