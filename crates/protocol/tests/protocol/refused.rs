//! What is refused, and what is just still taken, against values that were written once
//! (`tests/vectors/refused.json`): each is a value that is taken, changed in one thing.
//!
//! Here is what reads them; the values are in the modules, by format.

mod boxes;
mod contents;
mod envelopes;
mod statements;

use crate::session_vectors::{
    NOW, identity, mailbox, pool, prekey_numbers, prekey_secrets, secrets,
};
use crate::support::FixedRng;
use crate::vector_file::{array, bytes32, check, hex, load};
use data_encoding::HEXLOWER;
use minicbor::{Decoder, Encoder};
use serde_json::{Value, json};
use sotto_protocol::{
    AccountId, AddLink, BoxPublicKey, Bundle, Content, Header, Identity, Inside, KeyCard,
    KeyPurpose, MailboxPool, PrekeyPool, RatchetMessage, Responder, SecretItem, SenderCard,
    SignedKey, Validity, VerifyCode, counter_item, envelope, padding, plain_box, tag,
};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// The nonce of every plain box here.
const NONCE: [u8; 24] = [7; 24];

/// The incarnation that Bob has.
const INCARNATION: u64 = 1_700_000_000;

/// A value for one reader.
struct Case {
    rule: &'static str,
    format: &'static str,
    name: String,
    value: String,
    /// What is said of it: nothing, or how the error is called.
    refused: Option<&'static str>,
}

/// A value that is taken.
fn good(format: &'static str, name: &str, value: impl Into<String>) -> Case {
    Case {
        rule: "",
        format,
        name: name.to_owned(),
        value: value.into(),
        refused: None,
    }
}

/// A value that is refused, with an error that is called so.
fn bad(
    rule: &'static str,
    format: &'static str,
    name: impl Into<String>,
    value: impl Into<String>,
    error: &'static str,
) -> Case {
    Case {
        rule,
        format,
        name: name.into(),
        value: value.into(),
        refused: Some(error),
    }
}

/// Bob, who reads, and what he has.
struct Reader {
    bob: Identity,
    alice: Identity,
    prekeys: PrekeyPool,
    mailbox: MailboxPool,
    database_key: [u8; 32],
}

fn said<T, E: Debug>(found: Result<T, E>) -> Result<(), String> {
    found.map(drop).map_err(|error| format!("{error:?}"))
}

impl Reader {
    fn new() -> Self {
        Self {
            bob: identity(&secrets("bob")),
            alice: identity(&secrets("alice")),
            prekeys: pool(&prekey_secrets()),
            mailbox: mailbox(&hex(bytes32("mailbox")).into()),
            database_key: array(&database_key()),
        }
    }

    fn read(&self, format: &str, value: &str) -> Result<(), String> {
        match format {
            "box key" => said(BoxPublicKey::from_base64(value)),
            "account id" => said(value.parse::<AccountId>()),
            "plain box" => said(plain_box::open(
                self.bob.box_key(),
                &self.alice.public().box_key,
                value,
            )),
            "tagged text" => self.read_tag(value),
            "exchange" => said(Content::from_exchange_text(value).unwrap()),
            "link" => said(AddLink::parse(value, NOW)),
            "verify code" => said(VerifyCode::parse(value)),
            "envelope" => said(self.open(value)),
            "first envelope" => self.accept(value),
            _ => self.read_bytes(format, &HEXLOWER.decode(value.as_bytes()).unwrap()),
        }
    }

    fn read_bytes(&self, format: &str, bytes: &[u8]) -> Result<(), String> {
        let bob = self.bob.public();
        match format {
            "secret item" => said(SecretItem::decode(bytes)),
            "counter item" => said(counter_item::decode(bytes, &self.database_key)),
            "key card" => said(KeyCard::open(bytes, NOW)),
            "newer card" => self.read_newer(bytes),
            "bundle" => said(Bundle::open(bytes, &bob.fingerprint(), NOW)),
            "signed prekey" => self.read_key(bytes, KeyPurpose::SignedPrekey),
            "ML-KEM prekey" => self.read_key(bytes, KeyPurpose::KemPrekey),
            "mailbox key" => self.read_key(bytes, KeyPurpose::Mailbox),
            "header" => said(Header::decode(bytes)),
            "padded" => said(padding::unpad(bytes)),
            "content" => said(Content::decode(bytes)),
            "ratchet message" => said(RatchetMessage::decode(bytes)),
            other => panic!("{other}"),
        }
    }

    /// Whether a card is of a newer copy of Bob's identity.
    fn read_newer(&self, bytes: &[u8]) -> Result<(), String> {
        let shown = KeyCard::decode(bytes).map_err(|error| format!("{error:?}"))?;
        let validity = Validity::days(NOW, 365);
        let own = KeyCard::sign_as(&self.bob, &[], validity, INCARNATION).unwrap();
        if shown.outranks(&own) {
            Ok(())
        } else {
            Err("NotHigher".to_owned())
        }
    }

    fn read_key(&self, bytes: &[u8], purpose: KeyPurpose) -> Result<(), String> {
        let key = SignedKey::decode(bytes, purpose, &self.bob.public().ed25519);
        said(key.and_then(|key| key.check(NOW)))
    }

    fn read_tag(&self, text: &str) -> Result<(), String> {
        let (sender, recipient) = (self.alice.public().box_key, self.bob.public().box_key);
        if tag::strip(text, &sender, &recipient, &NONCE).tagged {
            Ok(())
        } else {
            Err("NoTag".to_owned())
        }
    }

    fn open(&self, text: &str) -> Result<Inside, envelope::OpenError> {
        envelope::open(text, &self.bob.public().fingerprint(), &self.mailbox)
    }

    /// Everything up to the first content of a session.
    fn accept(&self, text: &str) -> Result<(), String> {
        let inside = self.open(text).map_err(|error| format!("{error:?}"))?;
        let SenderCard::Whole(card) = &inside.sender else {
            panic!("a first envelope names its sender by the card");
        };
        let card = KeyCard::open(card, NOW).map_err(|error| format!("{error:?}"))?;
        let header = Header::decode(inside.header.as_deref().unwrap());
        let header = header.map_err(|error| format!("{error:?}"))?;
        let message = RatchetMessage::decode(&inside.message);
        let message = message.map_err(|error| format!("{error:?}"))?;
        let mut rng = FixedRng::new(vec![0; 32]);
        let mut prekeys = PrekeyPool::decode(&self.prekeys.encode()).unwrap();
        let responder =
            Responder::new(&self.bob, &card, header, inside.session, &prekeys, &mut rng);
        said(responder.and_then(|responder| responder.accept(&message, &mut prekeys)))
    }
}

fn identities() -> Value {
    load("identity.json")["identities"].clone()
}

/// The key that counter items are made with.
fn database_key() -> Value {
    identities()[0]["database_key"].clone()
}

/// Each case has the number of its rule.
#[test]
fn refused_values_are_those_of_the_file() {
    let reader = Reader::new();
    let mut cases = boxes::cases(&reader);
    cases.extend(contents::cases());
    cases.extend(statements::cases(&reader));
    cases.extend(envelopes::cases(&reader));
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for case in &cases {
        let name = format!("{} {}: {}", case.rule, case.format, case.name);
        let found = reader.read(case.format, &case.value);
        let Some(error) = case.refused else {
            assert_eq!(found, Ok(()), "{name}");
            taken.push(json!({
                "format": case.format, "name": case.name, "value": case.value,
            }));
            continue;
        };
        let found = found.expect_err(&name);
        assert!(found.contains(error), "{name}: {found}");
        let is_newer = found.contains("Newer") || found.contains("UnknownVersion");
        refused.push(json!({
            "rule": case.rule, "format": case.format, "name": case.name, "value": case.value,
            "outcome": if is_newer { "newer" } else { "refused" },
        }));
    }
    let computed = json!({
        "now": NOW.as_secs(),
        "alice": secrets("alice"),
        "bob": secrets("bob"),
        "prekeys": prekey_secrets(),
        "numbers": prekey_numbers(),
        "mailbox_seed": hex(bytes32("mailbox")),
        "database_key": database_key(),
        "nonce": hex(NONCE),
        "incarnation": INCARNATION,
        "taken": taken,
        "refused": refused,
    });
    check("refused.json", &computed);
}

/// The fields of a map, each as it is encoded.
fn fields(map: &[u8]) -> BTreeMap<u64, Vec<u8>> {
    let mut decoder = Decoder::new(map);
    let mut fields = BTreeMap::new();
    for _ in 0..decoder.map().unwrap().unwrap() {
        let key = decoder.u64().unwrap();
        let start = decoder.position();
        decoder.skip().unwrap();
        fields.insert(key, map[start..decoder.position()].to_vec());
    }
    fields
}

fn map_of(fields: &BTreeMap<u64, Vec<u8>>) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(&mut out).map(fields.len() as u64).unwrap();
    for (key, value) in fields {
        Encoder::new(&mut out).u64(*key).unwrap();
        out.extend(value);
    }
    out
}

/// A map in which a field is another one, or stands besides.
fn with(map: &[u8], key: u64, value: Vec<u8>) -> Vec<u8> {
    let mut fields = fields(map);
    fields.insert(key, value);
    map_of(&fields)
}

/// A map that a field of a later version brings to a size.
fn filled(map: &[u8], size: usize) -> Vec<u8> {
    let filler = |len| with(map, 99, bytes(&vec![0; len]));
    let filled = (0..size).map(filler).find(|map| map.len() >= size).unwrap();
    assert_eq!(filled.len(), size);
    filled
}

fn map(entries: impl IntoIterator<Item = (u64, Vec<u8>)>) -> Vec<u8> {
    map_of(&entries.into_iter().collect())
}

fn uint(value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(&mut out).u64(value).unwrap();
    out
}

fn bytes(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(&mut out).bytes(value).unwrap();
    out
}

fn text(value: &str) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(&mut out).str(value).unwrap();
    out
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(&mut out).array(items.len() as u64).unwrap();
    out.extend(items.concat());
    out
}
