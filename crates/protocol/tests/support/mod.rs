//! People for the tests of this folder, and tools to change bytes as somebody in between would.

#![allow(dead_code, reason = "each test uses a part of it")]

#[path = "../../src/test_rng.rs"]
mod test_rng;

use core::convert::Infallible;
use minicbor::{Decoder, Encoder};
use rand_core::{TryCryptoRng, TryRng};
use sotto_protocol::unix_time::DAY_SECS;
use sotto_protocol::{
    Bundle, Fingerprint, HandshakeError, Header, Identity, Inside, KeyCard, MailboxPool,
    PeerMailbox, PrekeyPool, RatchetMessage, RelayHint, Responder, SenderCard, Session, SessionId,
    UnixTime, Validity, envelope, handshake,
};

pub(crate) use test_rng::HashRng;

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
pub(crate) const TOMORROW: UnixTime = UnixTime::from_secs(1_800_000_000 + DAY_SECS);

pub(crate) struct Person {
    pub(crate) identity: Identity,
    pub(crate) card: KeyCard,
    pub(crate) prekeys: PrekeyPool,
    pub(crate) mailbox: MailboxPool,
    pub(crate) rng: HashRng,
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
        }
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.identity.public().fingerprint()
    }

    /// A bundle as it arrives at the other side.
    pub(crate) fn bundle(&mut self) -> Bundle {
        let own = Bundle::hand_out(
            &self.card,
            &self.identity,
            &mut self.prekeys,
            &self.mailbox,
            NOW,
        )
        .unwrap();
        let read = Bundle::open(own.encoded(), &self.fingerprint(), NOW).unwrap();
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
    let mut found = None;
    rebuild(map, |at, value| {
        if at == key {
            found = Some(Decoder::new(value).bytes().unwrap().to_vec());
        }
        None
    });
    found.unwrap()
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
