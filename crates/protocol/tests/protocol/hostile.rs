//! One thing in the place of another: weak keys, other people's statements, other versions, other
//! formats, other sessions, and whatever was cut off.

use crate::support::{
    NOW, Person, bytes_of, established, seal_raw, sign, uint_of, weak_keys, with_bytes, with_uint,
};
use data_encoding::BASE64URL_NOPAD;
use sotto_protocol::body::Text;
use sotto_protocol::bundle::{self, BundleError};
use sotto_protocol::envelope::OpenError;
use sotto_protocol::handshake;
use sotto_protocol::handshake_header::MAX_HEADER_LEN;
use sotto_protocol::invite::{InviteError, LINK_PREFIX, MAX_LINK_CHARS};
use sotto_protocol::label::{self, Label};
use sotto_protocol::signed_key::{self, SignedKeyError};
use sotto_protocol::{
    AddLink, Body, BoxPublicKey, Bundle, Contact, Content, ContentId, DecodeError, HandshakeError,
    Header, HeaderError, Identity, KeyCard, KeyCardError, KeyPurpose, MailboxPool, PrekeyPool,
    RatchetMessage, Session, SessionError, SessionId, SignedKey, Validity, content, envelope,
    key_card, mailbox, padding, plain_box, prekey, session,
};

const SEED: [u8; 32] = [7; 32];

/// Somebody whose signing key the test knows.
fn signer() -> Identity {
    Identity::from_seeds(&SEED, &[8; 32], &[9; 32])
}

fn own_card() -> KeyCard {
    KeyCard::sign(&signer(), &[], Validity::days(NOW, 365)).unwrap()
}

/// A statement of the signer's in which a byte string is another one.
fn signed_with(statement: &[u8], label: Label, key: u64, value: &[u8]) -> Vec<u8> {
    sign(&SEED, label, &with_bytes(&statement[64..], key, value))
}

/// P-10, P-49: in a key card, in every kind of prekey, in a mailbox key, in a plain box. The other
/// places are tested where they are: the ephemeral in handshake.rs, the ratchet's key in
/// session.rs, the seal in envelope.rs.
#[test]
fn weak_and_ambiguous_keys_are_refused_in_every_statement() {
    let ed25519 = signer().public().ed25519;
    let mut bob = Person::new(2);
    let bundle = bob.bundle();
    for weak in weak_keys() {
        let error = BoxPublicKey::from_bytes(weak).unwrap_err();
        for key in [4, 5] {
            let card = signed_with(own_card().encoded(), label::KEY_CARD, key, &weak);
            assert_eq!(KeyCard::decode(&card), Err(KeyCardError::Key(error)));
        }
        let mut mailbox = bundle.mailbox().public().to_vec();
        mailbox[1_184..].copy_from_slice(&weak);
        let keys = [
            (
                3,
                KeyPurpose::SignedPrekey,
                label::SIGNED_PREKEY,
                weak.as_slice(),
            ),
            (4, KeyPurpose::OneTimePrekey, label::ONE_TIME_PREKEY, &weak),
            (7, KeyPurpose::Mailbox, label::MAILBOX_KEY, &mailbox),
        ];
        for (at, purpose, label, public) in keys {
            let good = bytes_of(bundle.encoded(), at);
            let statement = signed_with(&good, label, 4, public);
            let found = SignedKey::decode(&statement, purpose, &ed25519);
            assert_eq!(found, Err(SignedKeyError::Weak(error)), "{purpose:?}");
        }
    }
}

/// P-51: whose the card is, is what its keys say, and all of them together.
#[test]
fn card_with_exchanged_keys_is_refused_or_another_identitys() {
    let (alice, mallory) = (Person::new(1), signer());
    let payload = &alice.card.encoded()[64..];
    let by_mallory = sign(&SEED, label::KEY_CARD, payload);
    let found = KeyCard::open(&by_mallory, NOW);
    assert!(matches!(found, Err(KeyCardError::Signature(_))));

    let public = mallory.public();
    let keys = [
        (3, public.ed25519),
        (4, public.box_key.to_bytes()),
        (5, public.agreement),
    ];
    for (key, theirs) in keys {
        let exchanged = sign(&SEED, label::KEY_CARD, &with_bytes(payload, key, &theirs));
        assert_eq!(KeyCard::open(&exchanged, NOW), Err(KeyCardError::AccountId));
    }
    let all = keys
        .iter()
        .fold(payload.to_vec(), |payload, (key, theirs)| {
            with_bytes(&payload, *key, theirs)
        });
    let all = with_bytes(&all, 2, public.account_id().as_bytes());
    let card = KeyCard::open(&sign(&SEED, label::KEY_CARD, &all), NOW).unwrap();
    let found = card.expect(&alice.fingerprint());
    assert_eq!(found, Err(KeyCardError::AnotherIdentity));
}

/// P-65: Mallory's card around Bob's keys, to have what is written to Mallory read by Bob.
#[test]
fn bundle_of_somebody_elses_keys_under_ones_own_card_is_refused() {
    let (mut bob, mallory) = (Person::new(2), Person::new(9));
    let stolen = with_bytes(bob.bundle().encoded(), 2, mallory.card.encoded());
    let found = Bundle::open(&stolen, &mallory.fingerprint(), NOW);
    assert!(matches!(
        found,
        Err(BundleError::Key {
            purpose: KeyPurpose::SignedPrekey,
            error: SignedKeyError::Signature(_)
        })
    ));
    let found = Bundle::open(&stolen, &bob.fingerprint(), NOW);
    assert_eq!(found, Err(BundleError::Card(KeyCardError::AnotherIdentity)));
}

/// One of the formats of P-45.
struct Format {
    name: &'static str,
    /// A whole value of it.
    value: Vec<u8>,
    /// Longest value that its reader takes, bytes.
    max_len: usize,
    /// Its form only: what a signature or a date would say about it is left out.
    read: Reader,
}

type Reader = Box<dyn Fn(&[u8]) -> Result<(), DecodeError>>;

fn format(
    name: &'static str,
    value: &[u8],
    max_len: usize,
    read: impl Fn(&[u8]) -> Result<(), DecodeError> + 'static,
) -> Format {
    Format {
        name,
        value: value.to_vec(),
        max_len,
        read: Box::new(read),
    }
}

/// Every format, in the order of their kinds: a value and the reader that it meets.
fn formats() -> Vec<Format> {
    let (mut alice, at_alice, mut bob, _) = established();
    let bundle = bob.bundle();
    let key = bytes_of(bundle.encoded(), 3)[64..].to_vec();
    let mut begun = alice.initiate(&bundle);
    let header = begun.encrypt(b"hello").unwrap().header.unwrap();
    let text = Content::new(
        ContentId::from_bytes([1; 16]),
        0,
        Body::Text(Text::new("hi")),
    );
    let name = bob.fingerprint();
    let mailbox = bob.mailbox.encode();
    let opener = MailboxPool::decode(&mailbox).unwrap();
    let sealed_to = bob.mailbox.current(&bob.identity).unwrap();
    let invite = contact(&bob).to_link().unwrap();
    vec![
        format(
            "key card",
            &own_card().encoded()[64..],
            key_card::MAX_LEN - 64,
            read_card,
        ),
        format("signed key", &key, signed_key::MAX_LEN - 64, read_key),
        format(
            "bundle",
            bundle.encoded(),
            bundle::MAX_LEN,
            move |bytes| match Bundle::open(bytes, &name, NOW) {
                Err(BundleError::Decode(error)) => Err(error),
                _ => Ok(()),
            },
        ),
        format(
            "handshake",
            &header,
            MAX_HEADER_LEN,
            |bytes| match Header::decode(bytes) {
                Err(HeaderError::Decode(error)) => Err(error),
                _ => Ok(()),
            },
        ),
        format("inside", &inside(), padding::MAX_DATA, move |bytes| {
            let padded = padding::pad(bytes).unwrap();
            let envelope = seal_raw(&padded, &name, sealed_to.clone());
            match envelope::open(&envelope, &name, &opener) {
                Err(OpenError::Inside(error)) => Err(error),
                found => found.map(drop).map_err(|error| panic!("{error}")),
            }
        }),
        format(
            "content",
            &text.encode().unwrap(),
            content::MAX_LEN,
            |bytes| Content::decode(bytes).map(drop),
        ),
        format(
            "invite",
            &bytes_of_link(&invite),
            longest_in_link(),
            read_link,
        ),
        format(
            "session",
            &at_alice.encode().unwrap(),
            session::MAX_STATE_LEN,
            |bytes| Session::decode(bytes).map(drop),
        ),
        format("prekeys", &bob.prekeys.encode(), prekey::MAX_LEN, |bytes| {
            PrekeyPool::decode(bytes).map(drop)
        }),
        format("mailbox keys", &mailbox, mailbox::MAX_LEN, |bytes| {
            MailboxPool::decode(bytes).map(drop)
        }),
    ]
}

fn read_card(payload: &[u8]) -> Result<(), DecodeError> {
    match KeyCard::decode(&sign(&SEED, label::KEY_CARD, payload)) {
        Err(KeyCardError::Decode(error)) => Err(error),
        _ => Ok(()),
    }
}

fn read_key(payload: &[u8]) -> Result<(), DecodeError> {
    let statement = sign(&SEED, label::SIGNED_PREKEY, payload);
    let signer = signer().public().ed25519;
    match SignedKey::decode(&statement, KeyPurpose::SignedPrekey, &signer) {
        Err(SignedKeyError::Decode(error)) => Err(error),
        _ => Ok(()),
    }
}

fn read_link(bytes: &[u8]) -> Result<(), DecodeError> {
    let link = format!("{LINK_PREFIX}{}", BASE64URL_NOPAD.encode(bytes));
    match AddLink::parse(&link, NOW) {
        Err(InviteError::Decode(error)) => Err(error),
        Err(InviteError::TooLong) => Err(DecodeError::TooLong),
        _ => Ok(()),
    }
}

fn bytes_of_link(link: &str) -> Vec<u8> {
    let encoded = link.strip_prefix(LINK_PREFIX).unwrap();
    BASE64URL_NOPAD.decode(encoded.as_bytes()).unwrap()
}

fn longest_in_link() -> usize {
    (MAX_LINK_CHARS - LINK_PREFIX.len()) * 3 / 4
}

fn contact(person: &Person) -> Contact {
    Contact {
        fingerprint: person.fingerprint(),
        relays: Vec::new(),
        delivery_token: None,
    }
}

/// P-97, written down with another's tools: hash, session, message.
fn inside() -> Vec<u8> {
    let mut inside = vec![0xa5, 0, 5, 1, 1, 3, 0x50];
    inside.extend([3; 16]);
    inside.extend([4, 0x50]);
    inside.extend([4; 16]);
    inside.extend([6, 0x43, 5, 5, 5]);
    inside
}

/// P-45: no value is taken for one of another format, wherever it is handed in.
#[test]
fn formats_are_not_taken_for_each_other() {
    let formats = formats();
    for (number, format) in (1..).zip(&formats) {
        assert_eq!(uint_of(&format.value, 0), Some(number), "{}", format.name);
        assert_eq!((format.read)(&format.value), Ok(()), "{}", format.name);
        for other in formats.iter().filter(|other| other.name != format.name) {
            let expected = if other.value.len() > format.max_len {
                DecodeError::TooLong
            } else {
                DecodeError::AnotherKind
            };
            let found = (format.read)(&other.value);
            assert_eq!(found, Err(expected), "{} as {}", other.name, format.name);
        }
    }
}

/// P-45.
#[test]
fn other_versions_of_every_format_are_refused() {
    for format in formats() {
        let newer = with_uint(&format.value, 1, 2);
        let found = (format.read)(&newer);
        assert_eq!(
            found,
            Err(DecodeError::Newer { version: 2 }),
            "{}",
            format.name
        );
        let none = with_uint(&format.value, 1, 0);
        assert_eq!(
            (format.read)(&none),
            Err(DecodeError::Malformed),
            "{}",
            format.name
        );
    }
}

/// P-44: no beginning of a value is a value.
#[test]
fn every_format_is_refused_when_it_was_cut() {
    for format in formats() {
        let len = format.value.len();
        // Long values are cut at 150 places, and at every place near the end.
        let step = (len / 150).max(1);
        let places = (0..len).step_by(step).chain(len.saturating_sub(20)..len);
        for at in places {
            let found = (format.read)(&format.value[..at]);
            assert_eq!(
                found,
                Err(DecodeError::Malformed),
                "{} at {at}",
                format.name
            );
        }
    }
}

/// What travels as a text or with its own frame, cut everywhere.
#[test]
fn texts_and_messages_are_refused_when_they_were_cut() {
    let (mut alice, mut at_alice, bob, _) = established();
    let message = at_alice.encrypt(b"hello").unwrap().message;
    for at in 0..message.len() {
        let found = RatchetMessage::decode(&message[..at]).err();
        assert_eq!(found, Some(SessionError::Malformed), "{at}");
    }
    let envelope = alice.send(&mut at_alice, &bob, b"hello");
    for at in 0..envelope.len() {
        let found = envelope::open(
            envelope.get(..at).unwrap(),
            &bob.fingerprint(),
            &bob.mailbox,
        );
        let expected = if at < "sotto1.".len() {
            OpenError::NotAnEnvelope
        } else {
            OpenError::Malformed
        };
        assert_eq!(found, Err(expected), "{at}");
    }
    let link = contact(&bob).to_link().unwrap();
    for at in 0..link.len() {
        let found = AddLink::parse(link.get(..at).unwrap(), NOW);
        let expected = if at < LINK_PREFIX.len() {
            InviteError::NotALink
        } else {
            InviteError::Decode(DecodeError::Malformed)
        };
        assert_eq!(found, Err(expected), "{at}");
    }
    let (own, peer) = (bob.identity.box_key(), &alice.identity.public().box_key);
    let sealed = plain_box::seal(own, peer, [1; 24], b"hello");
    for at in 0..sealed.len() {
        assert!(
            plain_box::open(own, peer, sealed.get(..at).unwrap()).is_err(),
            "{at}"
        );
    }
    let card = alice.card.encoded();
    let bundle = Person::new(3).bundle();
    let key = bundle.mailbox().encoded();
    let signer = bundle.card().identity().ed25519;
    for at in 0..card.len() {
        assert!(KeyCard::decode(&card[..at]).is_err(), "{at}");
    }
    for at in 0..key.len() {
        let found = SignedKey::decode(&key[..at], KeyPurpose::Mailbox, &signer);
        assert!(matches!(found, Err(SignedKeyError::Decode(_))), "{at}");
    }
}

/// P-81: two sessions of the same two people, and what the envelope says changed to the other.
#[test]
fn message_of_one_session_is_none_of_another() {
    let (mut alice, mut first, mut bob, _) = established();
    let bundle = bob.bundle();
    let mut begun = handshake::initiate(&alice.identity, &bundle, 2, &mut alice.rng).unwrap();
    let text = alice.send(&mut begun, &bob, b"a second session");
    let (mut second, _) = bob.respond(&bob.open(&text)).unwrap();
    let before = second.encode().unwrap();

    let message = RatchetMessage::decode(&first.encrypt(b"hi").unwrap().message).unwrap();
    let found = second.decrypt(&alice.fingerprint(), &message);
    assert_eq!(found, Err(SessionError::Rejected));
    assert_eq!(second.encode().unwrap(), before);
}

/// P-73, P-97: a handshake under the name of a session that there is already.
#[test]
fn handshake_under_the_name_of_another_session_is_refused() {
    let (mut alice, at_alice, mut bob, _) = established();
    let bundle = bob.bundle();
    let mut begun = alice.initiate(&bundle);
    let encrypted = begun.encrypt(b"hi").unwrap();
    let header = Header::decode(&encrypted.header.unwrap()).unwrap();
    let peer = alice.card.clone();
    // Bob accepted that one, and would not know the other.
    for (name, error) in [
        (*at_alice.id(), HandshakeError::Replayed),
        (SessionId::from_bytes([1; 16]), HandshakeError::Transcript),
    ] {
        let found = bob.respond_with(header.clone(), &peer, name, &encrypted.message);
        assert_eq!(found.err(), Some(error));
    }
}

/// P-81, P-82: what Alice wrote to Bob, handed to Bob as Carol's.
#[test]
fn message_of_one_person_is_none_of_another() {
    let (alice, mut at_alice, mut bob, _) = established();
    let mut carol = Person::new(3);
    let bundle = bob.bundle();
    let mut begun = carol.initiate(&bundle);
    let text = carol.send(&mut begun, &bob, b"carol");
    let (mut with_carol, _) = bob.respond(&bob.open(&text)).unwrap();
    let message = RatchetMessage::decode(&at_alice.encrypt(b"hi").unwrap().message).unwrap();
    let found = with_carol.decrypt(&carol.fingerprint(), &message);
    assert_eq!(found, Err(SessionError::Rejected));
    let found = with_carol.decrypt(&alice.fingerprint(), &message);
    assert_eq!(found, Err(SessionError::AnotherSender));
}

/// P-101, P-106, P-107: a message to a group is not shown as one to oneself, and a text in a plain
/// box is not taken as a message of a session.
#[test]
fn kinds_of_groups_are_never_texts() {
    let text = Content::new(
        ContentId::from_bytes([1; 16]),
        0,
        Body::Text(Text::new("hi")),
    );
    let bytes = text.encode().unwrap();
    for kind in 48..=63 {
        let group = with_uint(&bytes, 4, kind);
        let read = Content::decode(&group).unwrap();
        assert_eq!(read.body, Body::Unknown { kind });
        let boxed = format!("sotto-exchange1.{}", BASE64URL_NOPAD.encode(&group));
        let found = Content::from_exchange_text(&boxed);
        assert_eq!(found, Some(Err(DecodeError::AnotherKind)));
    }
    let boxed = format!("sotto-exchange1.{}", BASE64URL_NOPAD.encode(&bytes));
    let found = Content::from_exchange_text(&boxed);
    assert_eq!(found, Some(Err(DecodeError::AnotherKind)));
}
