//! People for the tests of this folder, and tools to change bytes as somebody in between would.

#![allow(dead_code, reason = "each test uses a part of it")]

#[path = "../../../src/test_rng.rs"]
mod test_rng;

use core::convert::Infallible;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use ed25519_dalek::{Signer, SigningKey};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeS, Serializable};
use minicbor::{Decoder, Encoder};
use rand_core::{TryCryptoRng, TryRng};
use sotto_protocol::identity::PublicIdentity;
use sotto_protocol::label::Label;
use sotto_protocol::session::MAX_CHAINS;
use sotto_protocol::unix_time::DAY_SECS;
use sotto_protocol::{
    Asker, Audience, BoxSecretKey, Bundle, Fingerprint, HandshakeError, Header, Identity, Inside,
    KeyCard, MailboxPool, PeerMailbox, PrekeyPool, RatchetMessage, RelayHint, Responder,
    SenderCard, Session, SessionError, SessionId, SignedKey, UnixTime, Validity, envelope,
    handshake, label,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use test_rng::HashRng;

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
pub(crate) const TOMORROW: UnixTime = UnixTime::from_secs(1_800_000_000 + DAY_SECS);

pub(crate) struct Person {
    pub(crate) identity: Identity,
    pub(crate) card: KeyCard,
    pub(crate) prekeys: PrekeyPool,
    pub(crate) mailbox: MailboxPool,
    pub(crate) rng: HashRng,
    pub(crate) now: UnixTime,
}

impl Person {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = HashRng::new(seed);
        let identity = Identity::generate(&mut rng);
        let relay = RelayHint {
            address: "wss://relay.example.org".to_owned(),
            level: 0,
            user_id: Some(format!("person{seed}")),
        };
        let card = KeyCard::sign(&identity, &[relay], Validity::days(NOW, 365)).unwrap();
        let prekeys = PrekeyPool::generate(&mut rng, NOW);
        let mailbox = MailboxPool::generate(&mut rng, NOW);
        Self {
            identity,
            card,
            prekeys,
            mailbox,
            rng,
            now: NOW,
        }
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.identity.public().fingerprint()
    }

    /// A bundle as it arrives at the other side, each for somebody else.
    pub(crate) fn bundle(&mut self) -> Bundle {
        static ASKED: AtomicU64 = AtomicU64::new(1);
        let mut seed = [0; 32];
        let (number, _) = seed.split_first_chunk_mut().unwrap();
        *number = ASKED.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let own = Bundle::hand_out(
            &self.card,
            &self.identity,
            &Asker {
                key: BoxSecretKey::from_bytes(&seed).public_key(),
                audience: Audience::Contact,
            },
            &mut self.prekeys,
            &self.mailbox,
            self.now,
        )
        .unwrap();
        let read = Bundle::open(own.encoded(), &self.fingerprint(), self.now).unwrap();
        assert_eq!(read, own);
        read
    }

    pub(crate) fn initiate(&mut self, bundle: &Bundle) -> Session {
        handshake::initiate(&self.identity, bundle, 1, &mut self.rng).unwrap()
    }

    pub(crate) fn peer_mailbox(&self) -> PeerMailbox {
        PeerMailbox::new(self.mailbox.current(&self.identity).unwrap())
    }

    /// Encrypts and seals for somebody, with the whole card.
    pub(crate) fn send(&mut self, session: &mut Session, to: &Self, content: &[u8]) -> String {
        let encrypted = session.encrypt(content).unwrap();
        let sender = SenderCard::Whole(self.card.encoded().to_vec());
        let inside = Inside::new(sender, *session.id(), encrypted);
        envelope::seal(
            &inside,
            &to.fingerprint(),
            &to.peer_mailbox(),
            &mut self.rng,
        )
        .unwrap()
    }

    pub(crate) fn open(&self, text: &str) -> Inside {
        envelope::open(text, &self.fingerprint(), &self.mailbox).unwrap()
    }

    /// Answers a handshake from what an envelope holds.
    pub(crate) fn respond(
        &mut self,
        inside: &Inside,
    ) -> Result<(Session, Vec<u8>), HandshakeError> {
        let header = Header::decode(inside.header.as_deref().unwrap())?;
        self.respond_with(header, &card(inside), inside.session, &inside.message)
    }

    pub(crate) fn respond_with(
        &mut self,
        header: Header,
        peer: &KeyCard,
        session: SessionId,
        message: &[u8],
    ) -> Result<(Session, Vec<u8>), HandshakeError> {
        let message = RatchetMessage::decode(message).map_err(HandshakeError::FirstMessage)?;
        let responder = Responder::new(
            &self.identity,
            peer,
            header,
            session,
            &self.prekeys,
            &mut self.rng,
        )?;
        let (session, plaintext) = responder.accept(&message, &mut self.prekeys)?;
        Ok((session, plaintext.to_vec()))
    }
}

pub(crate) fn card(inside: &Inside) -> KeyCard {
    match &inside.sender {
        SenderCard::Whole(card) => KeyCard::open(card, NOW).unwrap(),
        SenderCard::Known(_) => panic!("the whole card was sent"),
    }
}

/// Two people with an established session: Alice wrote, Bob answered.
pub(crate) fn established() -> (Person, Session, Person, Session) {
    let (mut alice, mut bob) = (Person::new(1), Person::new(2));
    let bundle = bob.bundle();
    let mut at_alice = alice.initiate(&bundle);
    let text = alice.send(&mut at_alice, &bob, b"first");
    let (mut at_bob, plaintext) = bob.respond(&bob.open(&text)).unwrap();
    assert_eq!(plaintext, b"first");
    let answer = at_bob.encrypt(b"answer").unwrap();
    let message = RatchetMessage::decode(&answer.message).unwrap();
    let opened = at_alice.decrypt(&bob.fingerprint(), &message).unwrap();
    assert_eq!(*opened, b"answer");
    (alice, at_alice, bob, at_bob)
}

pub(crate) fn restart(session: &Session) -> Session {
    let state = session.encode().unwrap();
    let read = Session::decode(&state).unwrap();
    assert_eq!(read.encode().unwrap(), state);
    read
}

/// Every public key of X25519 that P-10 names: of small order, and in another form than its own.
pub(crate) fn weak_keys() -> Vec<[u8; 32]> {
    let file = include_str!("../../../../../tests/vectors/plain-box.json");
    let file: serde_json::Value = serde_json::from_str(file).unwrap();
    let keys = file["refused_keys"].as_array().unwrap().iter();
    let decode = |key: &serde_json::Value| BASE64.decode(key.as_str().unwrap().as_bytes());
    let keys: Vec<[u8; 32]> = keys
        .map(|key| decode(key).unwrap().try_into().unwrap())
        .collect();
    assert!(keys.len() >= 8);
    keys
}

/// A statement as P-50 has it, over any payload, by a key of the test's own.
pub(crate) fn sign(seed: &[u8; 32], label: Label, payload: &[u8]) -> Vec<u8> {
    let bytes = [label.as_bytes(), payload].concat();
    let signature = SigningKey::from_bytes(seed).sign(&bytes);
    [signature.to_bytes().as_slice(), payload].concat()
}

/// An envelope around any bytes, sealed as P-95 to P-98 say.
pub(crate) fn seal_raw(padded: &[u8], recipient: &Fingerprint, mailbox: SignedKey) -> String {
    seal_raw_as(padded, envelope::recipient_tag(recipient), mailbox)
}

/// The same under any tag.
pub(crate) fn seal_raw_as(padded: &[u8], tag: [u8; 8], mailbox: SignedKey) -> String {
    let public = <XWing as Kem>::PublicKey::from_bytes(mailbox.public()).unwrap();
    let mut frame = vec![1];
    frame.extend(tag);
    frame.extend(PeerMailbox::new(mailbox).id().as_bytes());
    let (encapped, ciphertext) =
        hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeS::Base,
            &public,
            label::ENVELOPE.as_bytes(),
            padded,
            &frame,
            &mut HashRng::new(2),
        )
        .unwrap();
    frame.extend_from_slice(&encapped.to_bytes());
    frame.extend(ciphertext);
    format!("sotto1.{}", BASE64URL_NOPAD.encode(&frame))
}

/// Where a message stands: its chain, and its number there.
pub(crate) type Order = ([u8; 32], u64);

/// What should become of a message, by the ratchet's limits alone (P-83).
#[derive(Clone, Default)]
pub(crate) struct Chains {
    /// Chains that the receiver keeps, the oldest first.
    kept: Vec<[u8; 32]>,
    gone: BTreeSet<[u8; 32]>,
    received: BTreeSet<Order>,
}

impl Chains {
    /// Whether a message of the same chain came before.
    pub(crate) fn knows(&self, order: &Order) -> bool {
        self.kept.contains(&order.0) || self.gone.contains(&order.0)
    }

    pub(crate) fn expect(&mut self, order: Order) -> Result<(), SessionError> {
        if self.gone.contains(&order.0) {
            return Err(SessionError::Rejected);
        }
        if self.received.contains(&order) {
            return Err(SessionError::AlreadyReceived);
        }
        if !self.kept.contains(&order.0) {
            self.kept.push(order.0);
            if self.kept.len() > MAX_CHAINS {
                self.gone.insert(self.kept.remove(0));
            }
        }
        self.received.insert(order);
        Ok(())
    }
}

/// How many schedules are tried: 100, or as many as `SOTTO_SCHEDULES` says.
pub(crate) fn schedules() -> u32 {
    let said = std::env::var("SOTTO_SCHEDULES").ok();
    said.map_or(100, |said| said.parse().unwrap())
}

/// A map without one of its fields.
pub(crate) fn without(map: &[u8], key: u64) -> Vec<u8> {
    rebuild(map, |found, value| (found != key).then(|| value.to_vec()))
}

/// A map in which a byte string is another one.
pub(crate) fn with_bytes(map: &[u8], key: u64, value: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::new();
    Encoder::new(&mut encoded).bytes(value).unwrap();
    rebuild(map, |found, old| {
        Some(if found == key {
            encoded.clone()
        } else {
            old.to_vec()
        })
    })
}

/// A map in which a number is another one.
pub(crate) fn with_uint(map: &[u8], key: u64, value: u64) -> Vec<u8> {
    let mut encoded = Vec::new();
    Encoder::new(&mut encoded).u64(value).unwrap();
    rebuild(map, |found, old| {
        Some(if found == key {
            encoded.clone()
        } else {
            old.to_vec()
        })
    })
}

/// A byte string of a map.
pub(crate) fn bytes_of(map: &[u8], key: u64) -> Vec<u8> {
    let value = value_of(map, key).unwrap();
    Decoder::new(&value).bytes().unwrap().to_vec()
}

/// A number of a map.
pub(crate) fn uint_of(map: &[u8], key: u64) -> Option<u64> {
    value_of(map, key).map(|value| Decoder::new(&value).u64().unwrap())
}

fn value_of(map: &[u8], key: u64) -> Option<Vec<u8>> {
    let mut found = None;
    rebuild(map, |at, value| {
        if at == key {
            found = Some(value.to_vec());
        }
        None
    });
    found
}

/// What somebody's bundles say to everybody: enough to compute the session id of any header.
pub(crate) struct Published {
    identity: PublicIdentity,
    /// Purpose and public key, by number.
    prekeys: BTreeMap<u64, (u64, Vec<u8>)>,
}

impl Published {
    pub(crate) fn of(bundles: &[Bundle]) -> Self {
        let payload = |bundle: &Bundle, key| {
            let statement = value_of(bundle.encoded(), key)?;
            let statement = Decoder::new(&statement).bytes().unwrap().to_vec();
            Some(statement[64..].to_vec())
        };
        let prekeys = bundles
            .iter()
            .flat_map(|bundle| [3, 4, 5].map(|key| payload(bundle, key)))
            .flatten()
            .map(|payload| {
                let public = bytes_of(&payload, 4);
                let number = |key| uint_of(&payload, key).unwrap();
                (number(3), (number(2), public))
            });
        Self {
            identity: *bundles[0].card().identity(),
            prekeys: prekeys.collect(),
        }
    }

    /// The session id of a header (P-72), written down once more from the rule: what somebody who
    /// controls the envelope can always make fit. `None` if it names a key that is not here.
    pub(crate) fn session_id(
        &self,
        initiator: &PublicIdentity,
        header: &[u8],
    ) -> Option<SessionId> {
        let mut transcript = Vec::new();
        for identity in [initiator, &self.identity] {
            transcript.extend(identity.ed25519);
            transcript.extend(identity.box_key.to_bytes());
            transcript.extend(identity.agreement);
        }
        let number = |key| uint_of(header, key);
        let (_, signed) = self.prekeys.get(&number(4)?)?;
        let (kem_purpose, kem) = self.prekeys.get(&number(6)?)?;
        transcript.extend(number(2)?.to_be_bytes());
        transcript.extend(bytes_of(header, 3));
        transcript.extend(&number(4)?.to_be_bytes()[4..]);
        transcript.extend(signed);
        match number(5) {
            Some(one_time) => {
                transcript.push(1);
                transcript.extend(&one_time.to_be_bytes()[4..]);
                transcript.extend(&self.prekeys.get(&one_time)?.1);
            }
            None => transcript.push(0),
        }
        transcript.push(u8::from(*kem_purpose == 4));
        transcript.extend(&number(6)?.to_be_bytes()[4..]);
        transcript.extend(kem);
        transcript.extend(bytes_of(header, 7));
        // The id is a hash over the transcript, which begins with a label of its own.
        let hash = label::SESSION_ID.sha256(&[label::HANDSHAKE.as_bytes(), &transcript]);
        Some(SessionId::from_bytes(hash[..16].try_into().unwrap()))
    }
}

fn rebuild(map: &[u8], mut change: impl FnMut(u64, &[u8]) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut decoder = Decoder::new(map);
    let mut kept = Vec::new();
    for _ in 0..decoder.map().unwrap().unwrap() {
        let key = decoder.u64().unwrap();
        let start = decoder.position();
        decoder.skip().unwrap();
        if let Some(value) = change(key, &map[start..decoder.position()]) {
            kept.push((key, value));
        }
    }
    let mut out = Vec::new();
    Encoder::new(&mut out).map(kept.len() as u64).unwrap();
    for (key, value) in kept {
        Encoder::new(&mut out).u64(key).unwrap();
        out.extend(value);
    }
    out
}

/// Yields given bytes and nothing else: for vectors, where everything random is written down.
pub(crate) struct FixedRng(std::collections::VecDeque<u8>);

impl FixedRng {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl TryRng for FixedRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for byte in dst {
            *byte = self
                .0
                .pop_front()
                .expect("more was drawn than written down");
        }
        Ok(())
    }
}

impl TryCryptoRng for FixedRng {}
