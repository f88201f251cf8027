//! Handshake headers, sealed envelopes, and first messages in them.

use super::{Case, Reader, bad, bytes, filled, good, map, uint, with};
use crate::ratchet_vectors::{ALICE, Talk};
use crate::session_vectors::{bundle_of, card, identity, prekey_secrets, secrets};
use crate::support::{Published, bytes_of, seal_raw, seal_raw_as, weak_keys, without};
use crate::vector_file::{bytes32, hex};
use data_encoding::BASE64URL_NOPAD;
use serde_json::json;
use sotto_protocol::envelope::PREFIX;
use sotto_protocol::{PeerMailbox, PublicIdentity, SessionId, envelope, padding};

pub(super) fn cases(reader: &Reader) -> Vec<Case> {
    let first = First::new(reader);
    let mut cases = headers(&first);
    cases.extend(envelopes(reader, &first));
    cases.extend(first_envelopes(reader, &first));
    cases
}

/// What Alice writes first.
struct First {
    header: Vec<u8>,
    session: SessionId,
    message: Vec<u8>,
    card: Vec<u8>,
}

impl First {
    fn new(reader: &Reader) -> Self {
        let mut talk = Talk::new("a first message");
        let number = talk.send(ALICE);
        Self {
            header: bytes_of(&talk.session(ALICE).encode().unwrap(), 6),
            session: *talk.session(ALICE).id(),
            message: talk.message(number).0.to_vec(),
            card: card(&reader.alice, "alice").encoded().to_vec(),
        }
    }

    /// P-97.
    fn inside(&self) -> Vec<u8> {
        map([
            (0, uint(5)),
            (1, uint(1)),
            (2, bytes(&self.card)),
            (4, bytes(self.session.as_bytes())),
            (5, bytes(&self.header)),
            (6, bytes(&self.message)),
        ])
    }
}

/// An envelope for Bob around what is to be inside.
fn sealed(reader: &Reader, inside: &[u8]) -> String {
    sealed_raw(reader, &padding::pad(inside).unwrap())
}

/// The same under the tag of the mailbox key.
fn sealed_with_mailbox_tag(reader: &Reader, inside: &[u8]) -> String {
    let mailbox = reader.mailbox.current(&reader.bob).unwrap();
    let id = PeerMailbox::new(mailbox.clone()).id();
    let tag = envelope::mailbox_tag(&reader.bob.public().fingerprint(), &id);
    seal_raw_as(&padding::pad(inside).unwrap(), tag, mailbox)
}

fn sealed_raw(reader: &Reader, padded: &[u8]) -> String {
    let mailbox = reader.mailbox.current(&reader.bob).unwrap();
    seal_raw(padded, &reader.bob.public().fingerprint(), mailbox)
}

/// P-49, P-71.
fn headers(first: &First) -> Vec<Case> {
    let (rule, format, header) = ("P-71", "header", &first.header);
    let and = |key, value| hex(with(header, key, value));
    let refused = |name: &str, value, error| bad(rule, format, name, value, error);
    let mut cases = vec![
        good(format, "of alice", hex(header)),
        good(format, "without a one-time prekey", hex(without(header, 5))),
        good(format, "1,200 bytes", hex(filled(header, 1_200))),
        refused(
            "without the ML-KEM key's number",
            hex(without(header, 6)),
            "NoPostQuantumPart",
        ),
        refused(
            "without an ML-KEM ciphertext",
            hex(without(header, 7)),
            "NoPostQuantumPart",
        ),
        refused(
            "1,087 bytes of ciphertext",
            and(7, bytes(&[7; 1_087])),
            "Malformed",
        ),
        refused(
            "an ephemeral of 31 bytes",
            and(3, bytes(&[3; 31])),
            "Malformed",
        ),
        refused("without a generation", hex(without(header, 2)), "Malformed"),
        refused(
            "without the signed prekey's number",
            hex(without(header, 4)),
            "Malformed",
        ),
        refused("a number of 33 bits", and(4, uint(1 << 32)), "Malformed"),
        refused("1,201 bytes", hex(filled(header, 1_201)), "TooLong"),
        bad("P-45", format, "a later version", and(1, uint(2)), "Newer"),
        bad(
            "P-45",
            format,
            "of another kind",
            and(0, uint(6)),
            "AnotherKind",
        ),
    ];
    for (number, weak) in weak_keys().iter().enumerate().take(3) {
        let name = format!("a weak or ambiguous ephemeral, {number}");
        cases.push(bad("P-49", format, name, and(3, bytes(weak)), "Key("));
    }
    cases
}

/// P-48, P-49, P-95 to P-98.
fn envelopes(reader: &Reader, first: &First) -> Vec<Case> {
    let format = "envelope";
    let inside = without(&first.inside(), 2);
    let inside = without(&with(&inside, 3, bytes(&[3; 16])), 5);
    let good_text = sealed(reader, &inside);
    let frame = BASE64URL_NOPAD
        .decode(&good_text.as_bytes()[PREFIX.len()..])
        .unwrap();
    let written = |frame: &[u8]| format!("{PREFIX}{}", BASE64URL_NOPAD.encode(frame));
    let changed = |at: usize| {
        let mut frame = frame.clone();
        frame[at] ^= 1;
        written(&frame)
    };
    let outside = |rule, name: &str, value: String, error| bad(rule, format, name, value, error);
    let within = |name: &str, inside: Vec<u8>, error| {
        bad("P-97", format, name, sealed(reader, &inside), error)
    };
    let mut weak = frame.clone();
    weak[1_105..1_137].copy_from_slice(&[0; 32]);
    let mut stray = padding::pad(&inside).unwrap().to_vec();
    *stray.last_mut().unwrap() = 1;
    let mut wide = padding::pad(&inside).unwrap().to_vec();
    wide.resize(1_024, 0);
    vec![
        good(format, "by hash", good_text.as_str()),
        good(
            format,
            "with the tag of the mailbox key",
            sealed_with_mailbox_tag(reader, &inside),
        ),
        outside(
            "P-95",
            "another number",
            good_text.replace("sotto1.", "sotto2."),
            "UnknownVersion",
        ),
        outside("P-95", "another first byte", changed(0), "UnknownVersion"),
        outside(
            "P-95",
            "without a number",
            good_text.replace("sotto1.", "sotto."),
            "NotAnEnvelope",
        ),
        outside(
            "P-95",
            "a number of ten digits",
            good_text.replace("sotto1.", "sotto1000000000."),
            "NotAnEnvelope",
        ),
        outside("P-95", "with padding", format!("{good_text}="), "Malformed"),
        outside(
            "P-95",
            "cut",
            written(&frame[..frame.len() - 1]),
            "Malformed",
        ),
        outside(
            "P-95",
            "without a ciphertext",
            written(&frame[..1_137]),
            "Malformed",
        ),
        outside("P-96", "for somebody else", changed(1), "AnotherRecipient"),
        outside(
            "P-90",
            "to a mailbox key that is not known",
            changed(9),
            "UnknownMailboxKey",
        ),
        outside(
            "P-49",
            "a weak key in the seal",
            written(&weak),
            "Malformed",
        ),
        outside(
            "P-98",
            "a changed ML-KEM ciphertext",
            changed(17),
            "Rejected",
        ),
        outside("P-98", "a changed X25519 key", changed(1_105), "Rejected"),
        outside("P-98", "a changed ciphertext", changed(1_137), "Rejected"),
        outside(
            "P-98",
            "a changed authenticator",
            changed(frame.len() - 1),
            "Rejected",
        ),
        outside(
            "P-48",
            "something behind the inside",
            sealed_raw(reader, &stray),
            "Malformed",
        ),
        outside(
            "P-48",
            "not the smallest size",
            sealed_raw(reader, &wide),
            "Malformed",
        ),
        within(
            "card and hash",
            with(&inside, 2, bytes(&first.card)),
            "Malformed",
        ),
        within("neither card nor hash", without(&inside, 3), "Malformed"),
        within(
            "a hash of 15 bytes",
            with(&inside, 3, bytes(&[3; 15])),
            "Malformed",
        ),
        within(
            "a card of 1,025 bytes",
            with(&without(&inside, 3), 2, bytes(&[2; 1_025])),
            "Malformed",
        ),
        within("without a session", without(&inside, 4), "Malformed"),
        within("without a message", without(&inside, 6), "Malformed"),
        within(
            "a header of 1,201 bytes",
            with(&inside, 5, bytes(&[5; 1_201])),
            "Malformed",
        ),
        bad(
            "P-45",
            format,
            "of another kind",
            sealed(reader, &with(&inside, 0, uint(6))),
            "AnotherKind",
        ),
        bad(
            "P-45",
            format,
            "a later version",
            sealed(reader, &with(&inside, 1, uint(2))),
            "Newer",
        ),
    ]
}

/// P-70 to P-73: what somebody in between changes, with everything made to fit that they can.
fn first_envelopes(reader: &Reader, first: &First) -> Vec<Case> {
    let format = "first envelope";
    let bundle = bundle_of(&json!({
        "name": "with one-time keys",
        "secrets": secrets("bob"),
        "prekeys": prekey_secrets(),
        "mailbox_seed": hex(bytes32("mailbox")),
    }));
    let published = Published::of(&[bundle]);
    let inside = first.inside();
    let with_header = |sender: &PublicIdentity, header: Vec<u8>| {
        let fitting = published.session_id(sender, &header).unwrap();
        let inside = with(&inside, 4, bytes(fitting.as_bytes()));
        with(&inside, 5, bytes(&header))
    };
    let alice = reader.alice.public();
    let fitted = |name: &str, rule, header: Vec<u8>| {
        let text = sealed(reader, &with_header(alice, header));
        bad(rule, format, name, text, "FirstMessage(Rejected)")
    };
    let plainly = |rule, name: &str, key, value: Vec<u8>, error| {
        bad(
            rule,
            format,
            name,
            sealed(reader, &with(&inside, key, bytes(&value))),
            error,
        )
    };
    let header = &first.header;
    let mut ciphertext = bytes_of(header, 7);
    ciphertext[500] ^= 1;
    let mut message = first.message.clone();
    *message.last_mut().unwrap() ^= 1;
    let own_card = card(&reader.bob, "bob").encoded().to_vec();
    let carol = identity(&secrets("carol"));
    let of_carol = with_header(carol.public(), header.clone());
    let of_carol = with(&of_carol, 2, bytes(card(&carol, "carol").encoded()));
    let old = [[3].as_slice(), &first.message[1..]].concat();
    vec![
        good(format, "from alice", sealed(reader, &inside)),
        fitted(
            "a changed ML-KEM ciphertext",
            "P-72",
            with(header, 7, bytes(&ciphertext)),
        ),
        fitted(
            "another ephemeral",
            "P-72",
            with(header, 3, bytes(&[9; 32])),
        ),
        fitted("without the one-time prekey", "P-72", without(header, 5)),
        fitted("another generation", "P-75", with(header, 2, uint(2))),
        bad(
            "P-72",
            format,
            "under another's card",
            sealed(reader, &of_carol),
            "FirstMessage(Rejected)",
        ),
        plainly("P-73", "another session id", 4, vec![4; 16], "Transcript"),
        plainly(
            "P-73",
            "a generation that does not fit the id",
            5,
            with(header, 2, uint(2)),
            "Transcript",
        ),
        plainly(
            "P-73",
            "a prekey that is not there",
            5,
            with(header, 4, uint(9)),
            "UnknownPrekey",
        ),
        plainly(
            "P-73",
            "a one-time prekey that is not there",
            5,
            with(header, 5, uint(9)),
            "UnknownPrekey",
        ),
        plainly(
            "P-73",
            "an ML-KEM key that is not there",
            5,
            with(header, 6, uint(9)),
            "UnknownPrekey",
        ),
        plainly(
            "P-71",
            "without an ML-KEM ciphertext",
            5,
            without(header, 7),
            "NoPostQuantumPart",
        ),
        plainly("P-70", "under one's own card", 2, own_card, "Reflected"),
        plainly(
            "P-80",
            "a changed message",
            6,
            message,
            "FirstMessage(Rejected)",
        ),
        plainly("P-80", "a message of the old version", 6, old, "OldVersion"),
    ]
}
