//! The handshake between two people, and everything that somebody in between can do to it.

use crate::support::{
    NOW, Person, Published, bytes_of, card, established, restart, with_bytes, with_uint, without,
};
use sotto_protocol::bundle::BundleError;
use sotto_protocol::envelope::OpenError;
use sotto_protocol::prekey::{ONE_TIME_READY, UnknownPrekey};
use sotto_protocol::session::SessionError;
use sotto_protocol::signed_key::SignedKeyError;
use sotto_protocol::{
    Bundle, DecodeError, HandshakeError, Header, KeyCardError, KeyError, KeyPurpose,
    RatchetMessage, UnixTime, envelope, handshake,
};

struct FirstMessage {
    bob: Person,
    alice: Person,
    published: Published,
    header: Vec<u8>,
    session: sotto_protocol::SessionId,
    message: Vec<u8>,
}

/// Alice has written to Bob and nothing has arrived yet.
fn first_message() -> FirstMessage {
    let (mut alice, mut bob) = (Person::new(1), Person::new(2));
    let bundle = bob.bundle();
    let mut session = alice.initiate(&bundle);
    let encrypted = session.encrypt(b"hello").unwrap();
    FirstMessage {
        bob,
        alice,
        published: Published::of(&[bundle]),
        header: encrypted.header.unwrap(),
        session: *session.id(),
        message: encrypted.message,
    }
}

impl FirstMessage {
    fn deliver(&mut self) -> Result<Vec<u8>, HandshakeError> {
        let header = Header::decode(&self.header)?;
        let peer = self.alice.card.clone();
        let opened = self
            .bob
            .respond_with(header, &peer, self.session, &self.message);
        opened.map(|(_, plaintext)| plaintext)
    }

    /// What was refused changed nothing: the true message still arrives.
    fn refused(mut self, tamper: impl Fn(&mut Self)) -> HandshakeError {
        let original = (self.header.clone(), self.session, self.message.clone());
        let pool = self.bob.prekeys.encode();
        tamper(&mut self);
        let error = self.deliver().unwrap_err();
        assert_eq!(self.bob.prekeys.encode(), pool);
        (self.header, self.session, self.message) = original;
        self.alice = Person::new(1);
        assert_eq!(self.deliver().unwrap(), b"hello");
        error
    }
}

/// P-70 to P-73.
#[test]
fn two_people_talk_after_one_message() {
    let (_, mut at_alice, bob, mut at_bob) = established();
    assert_eq!(at_alice.id(), at_bob.id());
    assert!(at_alice.is_established() && at_bob.is_established());
    for round in 0_u8..20 {
        let message = at_alice.encrypt(&[round]).unwrap();
        assert!(message.header.is_none());
        let message = RatchetMessage::decode(&message.message).unwrap();
        let alice = *at_bob.peer();
        assert_eq!(*at_bob.decrypt(&alice, &message).unwrap(), [round]);
        let answer = at_bob.encrypt(&[round, round]).unwrap();
        let answer = RatchetMessage::decode(&answer.message).unwrap();
        let opened = at_alice.decrypt(&bob.fingerprint(), &answer).unwrap();
        assert_eq!(*opened, [round, round]);
    }
}

/// P-71: the whole header goes along until an answer was decrypted.
#[test]
fn header_goes_with_every_message_until_the_first_answer() {
    let (mut alice, mut bob) = (Person::new(1), Person::new(2));
    let bundle = bob.bundle();
    let mut at_alice = alice.initiate(&bundle);
    let lost = at_alice.encrypt(b"lost").unwrap();
    let mut at_alice = restart(&at_alice);
    let second = at_alice.encrypt(b"second").unwrap();
    assert!(lost.header.is_some());
    assert_eq!(lost.header, second.header);

    let header = Header::decode(&second.header.unwrap()).unwrap();
    let peer = alice.card.clone();
    let (mut at_bob, plaintext) = bob
        .respond_with(header, &peer, *at_alice.id(), &second.message)
        .unwrap();
    assert_eq!(plaintext, b"second");
    // The lost one came late; it is decrypted in the session that there is.
    let late = RatchetMessage::decode(&lost.message).unwrap();
    let opened = at_bob.decrypt(&alice.fingerprint(), &late).unwrap();
    assert_eq!(*opened, b"lost");

    let answer = at_bob.encrypt(b"answer").unwrap();
    assert!(answer.header.is_none());
    let answer = RatchetMessage::decode(&answer.message).unwrap();
    at_alice.decrypt(&bob.fingerprint(), &answer).unwrap();
    assert!(at_alice.encrypt(b"third").unwrap().header.is_none());
}

/// P-61: one-time keys used up, the last resort serves as often as needed.
#[test]
fn handshakes_work_without_one_time_keys() {
    let mut bob = Person::new(2);
    for _ in 0..ONE_TIME_READY {
        bob.bundle();
    }
    let bundle = bob.bundle();
    for seed in [3, 4] {
        let mut alice = Person::new(seed);
        let mut at_alice = alice.initiate(&bundle);
        let text = alice.send(&mut at_alice, &bob, b"hi");
        let (_, plaintext) = bob.respond(&bob.open(&text)).unwrap();
        assert_eq!(plaintext, b"hi");
    }
}

/// P-75.
#[test]
fn simultaneous_starts_converge_on_one_session() {
    let (mut alice, mut bob) = (Person::new(1), Person::new(2));
    let (to_bob, to_alice) = (bob.bundle(), alice.bundle());
    let mut by_alice = alice.initiate(&to_bob);
    let mut by_bob = bob.initiate(&to_alice);
    let text_a = alice.send(&mut by_alice, &bob, b"from alice");
    let text_b = bob.send(&mut by_bob, &alice, b"from bob");
    let (at_bob, _) = bob.respond(&bob.open(&text_a)).unwrap();
    let (at_alice, _) = alice.respond(&alice.open(&text_b)).unwrap();

    let chosen_by_alice = by_alice.rank().max(at_alice.rank());
    let chosen_by_bob = by_bob.rank().max(at_bob.rank());
    assert_eq!(chosen_by_alice, chosen_by_bob);
    // A later handshake is preferred whatever its id.
    let bundle = bob.bundle();
    let later = handshake::initiate(&alice.identity, &bundle, 2, &mut alice.rng).unwrap();
    assert!(later.rank() > chosen_by_alice);
}

/// P-74.
#[test]
fn replayed_first_message_is_refused() {
    let mut first = first_message();
    first.deliver().unwrap();
    assert_eq!(first.deliver(), Err(HandshakeError::Replayed));
}

/// P-74: also with the last-resort key, whose secret is still there.
#[test]
fn replayed_first_message_is_refused_when_no_one_time_key_was_used() {
    let (mut alice, mut bob) = (Person::new(1), Person::new(2));
    for _ in 0..ONE_TIME_READY {
        bob.bundle();
    }
    let bundle = bob.bundle();
    let mut at_alice = alice.initiate(&bundle);
    let text = alice.send(&mut at_alice, &bob, b"hi");
    let inside = bob.open(&text);
    bob.respond(&inside).unwrap();
    assert_eq!(bob.respond(&inside).err(), Some(HandshakeError::Replayed));
}

/// P-73.
#[test]
fn used_one_time_key_is_gone() {
    let mut first = first_message();
    let header = first.header.clone();
    first.deliver().unwrap();
    // Another session id, so that it is not recognised as a repetition.
    first.header = header;
    first.session = sotto_protocol::SessionId::from_bytes([0; 16]);
    let purpose = KeyPurpose::OneTimePrekey;
    let gone = HandshakeError::Prekey(UnknownPrekey { purpose });
    assert_eq!(first.deliver(), Err(gone));
}

impl FirstMessage {
    /// Makes the session id fit the changed header and sender: whoever writes the envelope can.
    fn fit(&mut self) {
        let alice = self.alice.identity.public();
        self.session = self.published.session_id(alice, &self.header).unwrap();
    }
}

/// P-72: the transcript that the test writes down is the one that the two sides use.
#[test]
fn session_id_can_be_computed_by_everybody() {
    let mut first = first_message();
    let before = first.session;
    first.fit();
    assert_eq!(first.session, before);
}

/// P-72: an id that fits does not help, because the keys depend on the same transcript and on what
/// only the two can compute.
#[test]
fn tampered_handshakes_with_a_session_id_that_fits_are_refused() {
    let tampered_kem = first_message().refused(|first| {
        let mut ciphertext = bytes_of(&first.header, 7);
        ciphertext[500] ^= 1;
        first.header = with_bytes(&first.header, 7, &ciphertext);
        first.fit();
    });
    let other_ephemeral = first_message().refused(|first| {
        first.header = with_bytes(&first.header, 3, &[9; 32]);
        first.fit();
    });
    let stripped_one_time_key = first_message().refused(|first| {
        first.header = without(&first.header, 5);
        first.fit();
    });
    let other_generation = first_message().refused(|first| {
        first.header = with_uint(&first.header, 2, 9);
        first.fit();
    });
    let other_sender = first_message().refused(|first| {
        first.alice = Person::new(9);
        first.fit();
    });
    let refused = HandshakeError::FirstMessage(SessionError::Rejected);
    assert_eq!(tampered_kem, refused);
    assert_eq!(other_ephemeral, refused);
    assert_eq!(stripped_one_time_key, refused);
    assert_eq!(other_generation, refused);
    assert_eq!(other_sender, refused);
}

/// P-72: the ciphertext is part of the transcript.
#[test]
fn tampered_kem_ciphertext_is_refused() {
    let error = first_message().refused(|first| {
        let mut ciphertext = bytes_of(&first.header, 7);
        ciphertext[500] ^= 1;
        first.header = with_bytes(&first.header, 7, &ciphertext);
    });
    assert_eq!(error, HandshakeError::Transcript);
}

/// P-71.
#[test]
fn stripped_post_quantum_part_is_refused() {
    for key in [6, 7] {
        let error = first_message().refused(|first| first.header = without(&first.header, key));
        assert_eq!(error, HandshakeError::NoPostQuantumPart);
    }
}

/// P-72: leaving out the fourth agreement gives another transcript.
#[test]
fn stripped_one_time_key_is_refused() {
    let error = first_message().refused(|first| first.header = without(&first.header, 5));
    assert_eq!(error, HandshakeError::Transcript);
}

#[test]
fn changed_generation_is_refused() {
    let error = first_message().refused(|first| first.header = with_uint(&first.header, 2, 9));
    assert_eq!(error, HandshakeError::Transcript);
}

/// P-10, P-49.
#[test]
fn small_order_and_ambiguous_ephemerals_are_refused() {
    for (key, error) in [
        ([0; 32], KeyError::SmallOrder),
        ([0xff; 32], KeyError::NonCanonical),
    ] {
        let found = first_message().refused(|first| {
            first.header = with_bytes(&first.header, 3, &key);
            first.fit();
        });
        assert_eq!(found, HandshakeError::Key(error));
    }
}

/// P-45.
#[test]
fn header_of_another_version_or_kind_is_refused() {
    let newer = first_message().refused(|first| first.header = with_uint(&first.header, 1, 2));
    let error = HandshakeError::Decode(DecodeError::Newer { version: 2 });
    assert_eq!(newer, error);
    let old = first_message().refused(|first| first.header = with_uint(&first.header, 1, 0));
    assert_eq!(old, HandshakeError::Decode(DecodeError::Malformed));
    let kind = first_message().refused(|first| first.header = with_uint(&first.header, 0, 6));
    assert_eq!(kind, HandshakeError::Decode(DecodeError::AnotherKind));
}

#[test]
fn tampered_first_message_is_refused() {
    let error = first_message().refused(|first| {
        let last = first.message.len() - 1;
        first.message[last] ^= 1;
    });
    assert_eq!(error, HandshakeError::FirstMessage(SessionError::Rejected));
}

/// P-80.
#[test]
fn first_message_of_the_ratchets_old_version_is_refused() {
    let error = first_message().refused(|first| first.message[0] = 3);
    assert_eq!(
        error,
        HandshakeError::FirstMessage(SessionError::OldVersion)
    );
    let error = first_message().refused(|first| first.message[0] = 5);
    let unknown = HandshakeError::FirstMessage(SessionError::UnknownVersion);
    assert_eq!(error, unknown);
}

/// P-97: the card inside the envelope is exchanged for the thief's own.
#[test]
fn somebody_elses_card_on_a_first_message_is_refused() {
    let error = first_message().refused(|first| first.alice = Person::new(9));
    assert_eq!(error, HandshakeError::Transcript);
}

/// A first message to oneself, or one's own handed back.
#[test]
fn reflected_first_message_is_refused() {
    let mut first = first_message();
    let header = Header::decode(&first.header).unwrap();
    let own_card = first.alice.card.clone();
    let (session, message) = (first.session, first.message.clone());
    let error = first
        .alice
        .respond_with(header, &own_card, session, &message)
        .err();
    assert_eq!(error, Some(HandshakeError::Reflected));
    let own = first.alice.bundle();
    let error = handshake::initiate(&first.alice.identity, &own, 1, &mut first.alice.rng);
    assert_eq!(error.err(), Some(HandshakeError::Reflected));
}

/// P-95: the relay hands an envelope back to its sender.
#[test]
fn reflected_envelope_is_refused() {
    let (mut alice, mut at_alice, bob, _) = established();
    let text = alice.send(&mut at_alice, &bob, b"hi");
    let found = envelope::open(&text, &alice.fingerprint(), &alice.mailbox);
    assert_eq!(found, Err(OpenError::AnotherRecipient));
}

/// P-65: a relay hands out its own bundle in place of Bob's.
#[test]
fn substituted_bundle_is_refused() {
    let (bob, mut mallory) = (Person::new(2), Person::new(9));
    let substituted = mallory.bundle();
    let found = Bundle::open(substituted.encoded(), &bob.fingerprint(), NOW);
    let error = BundleError::Card(KeyCardError::AnotherIdentity);
    assert_eq!(found, Err(error));
}

/// P-53, P-65: single statements of another person in Bob's bundle.
#[test]
fn bundle_with_a_key_of_somebody_else_is_refused() {
    let (mut bob, mut mallory) = (Person::new(2), Person::new(9));
    let (of_bob, of_mallory) = (bob.bundle(), mallory.bundle());
    let purposes = [
        (3, KeyPurpose::SignedPrekey),
        (4, KeyPurpose::OneTimePrekey),
        (5, KeyPurpose::KemPrekey),
        (7, KeyPurpose::Mailbox),
    ];
    for (key, purpose) in purposes {
        let theirs = bytes_of(of_mallory.encoded(), key);
        let mixed = with_bytes(of_bob.encoded(), key, &theirs);
        let found = Bundle::open(&mixed, &bob.fingerprint(), NOW).unwrap_err();
        match found {
            BundleError::Key {
                purpose: which,
                error: SignedKeyError::Signature(_),
            } => assert_eq!(which, purpose),
            other => panic!("{other}"),
        }
    }
    // A key of Bob's own, signed for something else.
    let one_time = bytes_of(of_bob.encoded(), 4);
    let mixed = with_bytes(of_bob.encoded(), 3, &one_time);
    let found = Bundle::open(&mixed, &bob.fingerprint(), NOW).unwrap_err();
    let purpose = KeyPurpose::SignedPrekey;
    let error = SignedKeyError::AnotherPurpose;
    assert_eq!(found, BundleError::Key { purpose, error });
}

/// P-65.
#[test]
fn bundle_without_post_quantum_key_is_refused() {
    let mut bob = Person::new(2);
    let bundle = bob.bundle();
    let stripped = without(&without(bundle.encoded(), 5), 6);
    let found = Bundle::open(&stripped, &bob.fingerprint(), NOW);
    assert_eq!(found, Err(BundleError::NoPostQuantumKey));
    let classical = with_uint(bundle.encoded(), 6, 2);
    let found = Bundle::open(&classical, &bob.fingerprint(), NOW);
    assert_eq!(found, Err(BundleError::NoPostQuantumKey));
}

/// P-46, P-65.
#[test]
fn expired_bundle_is_refused() {
    let mut bob = Person::new(2);
    let bundle = bob.bundle();
    let late = NOW.plus_days(38);
    let found = Bundle::open(bundle.encoded(), &bob.fingerprint(), late).unwrap_err();
    assert!(matches!(found, BundleError::Key { .. }));
    let later = NOW.plus_days(366);
    let found = Bundle::open(bundle.encoded(), &bob.fingerprint(), later).unwrap_err();
    assert!(matches!(found, BundleError::Card(_)));
    let early = UnixTime::from_secs(0);
    assert!(Bundle::open(bundle.encoded(), &bob.fingerprint(), early).is_err());
}

/// The sender named by an envelope must be the one of the session (P-82).
#[test]
fn message_of_a_session_under_another_card_is_refused() {
    let (mut alice, mut at_alice, bob, mut at_bob) = established();
    let text = alice.send(&mut at_alice, &bob, b"hi");
    let inside = bob.open(&text);
    assert_eq!(card(&inside), alice.card);
    let message = RatchetMessage::decode(&inside.message).unwrap();
    let mallory = Person::new(9).fingerprint();
    let found = at_bob.decrypt(&mallory, &message);
    assert_eq!(found, Err(SessionError::AnotherSender));
    assert!(at_bob.decrypt(&alice.fingerprint(), &message).is_ok());
}
