//! The ratchet beyond the first answer, and at its limits, against messages and outcomes that were
//! written once (`tests/vectors/ratchet.json`).
//!
//! The ratchet draws its keys from the system's generator. For the file each turn gets a key of the
//! test's own, put into the stored form of the session that is about to turn.

use crate::session_vectors::{
    bundle_of, card, first_keys, identity, pool, prekey_secrets, secrets,
};
use crate::support::{FixedRng, bytes_of, with_bytes};
use crate::vector_file::{bytes32, check, hex};
use hkdf::Hkdf;
use serde_json::{Value, json};
use sha2::Sha256;
use sotto_protocol::session::{MAX_CHAINS, MAX_GAP, MAX_SKIPPED};
use sotto_protocol::{
    Fingerprint, Header, Identity, PrekeyPool, RatchetMessage, Responder, Session, SessionError,
    handshake,
};
use x25519_dalek::{PublicKey, StaticSecret};

pub(crate) const ALICE: usize = 0;
pub(crate) const BOB: usize = 1;
const NAMES: [&str; 2] = ["alice", "bob"];

/// A message that was made.
struct Sent {
    to: usize,
    content: Vec<u8>,
    bytes: Vec<u8>,
}

/// A conversation of which every step is noted.
pub(crate) struct Talk {
    name: &'static str,
    people: [Identity; 2],
    alice: Session,
    /// There when the first message was read.
    bob: Option<Session>,
    prekeys: PrekeyPool,
    header: Header,
    sent: Vec<Sent>,
    turns: usize,
    steps: Vec<Value>,
}

/// What an end of the ratchet says of a message.
pub(crate) type Outcome = Result<(), SessionError>;

impl Talk {
    /// The handshake with one-time keys of `handshake.json`.
    pub(crate) fn new(name: &'static str) -> Self {
        let people = NAMES.map(|name| identity(&secrets(name)));
        let bundle = bundle_of(&json!({
            "name": "with one-time keys",
            "secrets": secrets("bob"),
            "prekeys": prekey_secrets(),
            "mailbox_seed": hex(bytes32("mailbox")),
        }));
        let drawn = ["ephemeral", "first ratchet", "kem randomness"].map(bytes32);
        let mut rng = FixedRng::new(drawn.concat());
        let alice = handshake::initiate(&people[ALICE], &bundle, 1, &mut rng).unwrap();
        let header = bytes_of(&alice.encode().unwrap(), 6);
        Self {
            name,
            people,
            alice,
            bob: None,
            prekeys: pool(&prekey_secrets()),
            header: Header::decode(&header).unwrap(),
            sent: Vec::new(),
            turns: 0,
            steps: Vec::new(),
        }
    }

    pub(crate) fn fingerprint(&self, who: usize) -> Fingerprint {
        self.people[who].public().fingerprint()
    }

    pub(crate) fn session(&mut self, who: usize) -> &mut Session {
        if who == ALICE {
            &mut self.alice
        } else {
            self.bob.as_mut().unwrap()
        }
    }

    pub(crate) fn message(&self, number: usize) -> (&[u8], &[u8]) {
        let sent = &self.sent[number];
        (&sent.bytes, &sent.content)
    }

    /// The number of a message that goes out.
    pub(crate) fn send(&mut self, from: usize) -> usize {
        self.send_after(from, 0)
    }

    /// The same, after others that go nowhere.
    pub(crate) fn send_after(&mut self, from: usize, skipped: usize) -> usize {
        let number = self.sent.len();
        let secret = bytes32(&format!("{}: ratchet key {}", self.name, self.turns));
        let turned = with_ratchet_key(self.session(from), secret);
        let ratchet = turned.is_some().then(|| hex(secret));
        if let Some(turned) = turned {
            *self.session(from) = turned;
            self.turns += 1;
        }
        let content = number.to_be_bytes()[7..].to_vec();
        for _ in 0..skipped {
            self.session(from).encrypt(&content).unwrap();
        }
        let bytes = self.session(from).encrypt(&content).unwrap().message;
        self.steps.push(json!({
            "send": NAMES[from],
            "ratchet": ratchet,
            "skipped": skipped,
            "content": hex(&content),
            "message": hex(&bytes),
        }));
        self.sent.push(Sent {
            to: 1 - from,
            content,
            bytes,
        });
        number
    }

    /// Hands a message over, and notes what is said of it.
    pub(crate) fn deliver(&mut self, number: usize, expected: Outcome) {
        let (to, bytes) = (self.sent[number].to, self.sent[number].bytes.clone());
        let message = RatchetMessage::decode(&bytes).unwrap();
        let found = self.decrypt(to, &message);
        let name = format!("{}, message {number}", self.name);
        let index = message.order().1;
        self.steps.push(match &found {
            Ok(content) => json!({ "deliver": number, "index": index, "read": hex(content) }),
            Err(error) => json!({ "deliver": number, "index": index, "refused": word(*error) }),
        });
        let read = expected.map(|()| self.sent[number].content.clone());
        assert_eq!(found, read, "{name}");
    }

    fn decrypt(&mut self, to: usize, message: &RatchetMessage) -> Result<Vec<u8>, SessionError> {
        let sender = self.fingerprint(1 - to);
        if to == BOB && self.bob.is_none() {
            return Ok(self.accept(message));
        }
        let session = self.session(to);
        session.decrypt(&sender, message).map(|read| read.to_vec())
    }

    fn accept(&mut self, first: &RatchetMessage) -> Vec<u8> {
        let peer = card(&self.people[ALICE], "alice");
        let mut rng = FixedRng::new(vec![0; 32]);
        let responder = Responder::new(
            &self.people[BOB],
            &peer,
            self.header.clone(),
            *self.alice.id(),
            &self.prekeys,
            &mut rng,
        );
        let (session, content) = responder.unwrap().accept(first, &mut self.prekeys).unwrap();
        self.bob = Some(session);
        content.to_vec()
    }

    fn noted(self) -> Value {
        json!({ "name": self.name, "steps": self.steps })
    }
}

const fn word(error: SessionError) -> &'static str {
    match error {
        SessionError::AlreadyReceived => "already received",
        SessionError::TooManyMissing => "too many missing",
        _ => "rejected",
    }
}

/// A session that would draw a ratchet key with its next message, with this one drawn (P-80). `None`
/// if it goes on under the key that it has.
pub(crate) fn with_ratchet_key(session: &Session, secret: [u8; 32]) -> Option<Session> {
    let state = session.encode().unwrap();
    let mut ratchet: Value = serde_json::from_slice(&bytes_of(&state, 7)).unwrap();
    let sending = ratchet["sending_ratchet"].take();
    if sending["type"] == "active" {
        return None;
    }
    let bytes = |value: &Value| serde_json::from_value::<[u8; 32]>(value.clone()).unwrap();
    let theirs = bytes(&sending["ratchet_key"]);
    let agreed = StaticSecret::from(secret).diffie_hellman(&PublicKey::from(theirs));
    let mut keys = [0; 64];
    Hkdf::<Sha256>::new(Some(&bytes(&sending["root_key"]["key"])), agreed.as_bytes())
        .expand(b"OLM_RATCHET", &mut keys)
        .unwrap();
    let turns = sending["ratchet_count"]["Known"].as_u64().unwrap();
    ratchet["sending_ratchet"] = json!({
        "type": "active",
        "parent_ratchet_key": theirs,
        "ratchet_count": { "Known": turns + 1 },
        "active_ratchet": { "root_key": &keys[..32], "ratchet_key": secret },
        "symmetric_key_ratchet": { "key": &keys[32..], "index": 0 },
    });
    let state = with_bytes(&state, 7, ratchet.to_string().as_bytes());
    Some(Session::decode(&state).unwrap())
}

fn turns() -> Talk {
    let mut talk = Talk::new("turns beyond the first answer");
    for _ in 0..4 {
        let both = [talk.send(ALICE), talk.send(ALICE)];
        for message in both {
            talk.deliver(message, Ok(()));
        }
        let answer = talk.send(BOB);
        talk.deliver(answer, Ok(()));
    }
    talk
}

fn out_of_order() -> Talk {
    let mut talk = Talk::new("out of order, repeated, and late by a turn");
    let sent: Vec<usize> = (0..5).map(|_| talk.send(ALICE)).collect();
    talk.deliver(sent[3], Ok(()));
    talk.deliver(sent[1], Ok(()));
    talk.deliver(sent[1], Err(SessionError::AlreadyReceived));
    talk.deliver(sent[3], Err(SessionError::AlreadyReceived));
    let answers = [talk.send(BOB), talk.send(BOB)];
    talk.deliver(answers[1], Ok(()));
    let next = [talk.send(ALICE), talk.send(ALICE)];
    talk.deliver(next[1], Ok(()));
    talk.deliver(sent[4], Ok(()));
    talk.deliver(next[0], Ok(()));
    talk.deliver(answers[0], Ok(()));
    talk.deliver(sent[0], Ok(()));
    talk.deliver(sent[2], Ok(()));
    talk.deliver(sent[2], Err(SessionError::AlreadyReceived));
    talk
}

/// P-83: in a chain that is known, and in one that begins with the message.
fn gap() -> Talk {
    let mut talk = Talk::new("a gap of 2,000");
    let (limit, kept) = (usize::try_from(MAX_GAP).unwrap(), MAX_SKIPPED);
    let first = talk.send(ALICE);
    talk.deliver(first, Ok(()));
    let given_up = talk.send_after(ALICE, limit - kept - 1);
    let oldest = talk.send(ALICE);
    let at_limit = talk.send_after(ALICE, kept - 1);
    let beyond = talk.send(ALICE);
    talk.deliver(beyond, Err(SessionError::TooManyMissing));
    talk.deliver(at_limit, Ok(()));
    talk.deliver(given_up, Err(SessionError::AlreadyReceived));
    talk.deliver(oldest, Ok(()));
    talk.deliver(beyond, Ok(()));
    let at_limit = talk.send_after(BOB, limit);
    let beyond = talk.send(BOB);
    talk.deliver(beyond, Err(SessionError::TooManyMissing));
    talk.deliver(at_limit, Ok(()));
    talk.deliver(beyond, Ok(()));
    talk
}

/// P-83: the 40 are of the chain, however many gaps they come from.
fn skipped() -> Talk {
    let mut talk = Talk::new("40 skipped keys of a chain");
    let first = talk.send(ALICE);
    talk.deliver(first, Ok(()));
    let given_up = talk.send_after(ALICE, 9);
    let oldest = talk.send(ALICE);
    let thirty = talk.send_after(ALICE, 19);
    talk.deliver(thirty, Ok(()));
    let fifty = talk.send_after(ALICE, 20);
    talk.deliver(fifty, Ok(()));
    talk.deliver(given_up, Err(SessionError::AlreadyReceived));
    talk.deliver(oldest, Ok(()));
    talk
}

fn chains() -> Talk {
    let mut talk = Talk::new("5 chains of the other side");
    let mut late = Vec::new();
    for chain in 0..=MAX_CHAINS {
        late.push([talk.send(ALICE), talk.send(ALICE)]);
        let message = talk.send(ALICE);
        talk.deliver(message, Ok(()));
        if chain == MAX_CHAINS - 1 {
            // The fifth chain began, and the first is still there.
            talk.deliver(late[0][0], Ok(()));
        }
        let answer = talk.send(BOB);
        talk.deliver(answer, Ok(()));
    }
    talk.deliver(late[0][1], Err(SessionError::Rejected));
    talk.deliver(late[1][0], Ok(()));
    talk.deliver(late[MAX_CHAINS][1], Ok(()));
    talk
}

/// P-80, P-81, P-83.
#[test]
fn ratchets_turn_and_give_up_as_in_the_file() {
    let start = Talk::new("");
    let [root, chain] = first_keys(&start.alice);
    let talks = [turns, out_of_order, gap, skipped, chains];
    let computed = json!({
        "alice": start.fingerprint(ALICE).to_hex(),
        "bob": start.fingerprint(BOB).to_hex(),
        "session_id": hex(start.alice.id().as_bytes()),
        "root_key": root,
        "chain_key": chain,
        "first_ratchet": hex(bytes32("first ratchet")),
        "talks": talks.map(|talk| talk().noted()),
    });
    check("ratchet.json", &computed);
}

/// What the file is made with does not differ from what the ratchet does by itself.
#[test]
fn key_that_was_put_in_is_like_one_that_was_drawn() {
    let mut talk = Talk::new("a key put in");
    let first = talk.send(ALICE);
    talk.deliver(first, Ok(()));
    let put_in = with_ratchet_key(talk.session(BOB), [7; 32]).unwrap();
    let drawn = {
        let state = talk.session(BOB).encode().unwrap();
        let mut session = Session::decode(&state).unwrap();
        session.encrypt(b"x").unwrap();
        session
    };
    let shape = |session: &Session| {
        let state = session.encode().unwrap();
        let ratchet: Value = serde_json::from_slice(&bytes_of(&state, 7)).unwrap();
        let sending = &ratchet["sending_ratchet"];
        let keys: Vec<String> = sending.as_object().unwrap().keys().cloned().collect();
        (
            keys,
            sending["ratchet_count"].clone(),
            sending["parent_ratchet_key"].clone(),
        )
    };
    assert_eq!(shape(&put_in), shape(&drawn));
}
