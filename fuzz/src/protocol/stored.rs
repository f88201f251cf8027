//! What lies on one's own disk: sessions, prekeys, mailbox keys, the secret item, the counter.
//!
//! Nobody else writes there, but a damaged record must be an error and not the end of the program.

use super::mode;
use super::world::{NOW, WORLD};
use crate::support::{HashRng, established};
use minicbor::Encoder;
use sotto_protocol::{
    Asker, Audience, Bundle, KeyCard, MailboxPool, PrekeyPool, RatchetMessage, SecretItem, Session,
    Validity, counter_item, envelope, label,
};
use std::sync::LazyLock;

/// Bob's prekeys as they are stored: a first input.
pub static PREKEYS: LazyLock<Vec<u8>> = LazyLock::new(|| WORLD.prekeys.clone());

/// First byte: which record, and whether what surrounds it is made to fit.
pub fn run(data: &[u8]) {
    match mode(data, 7) {
        Some((0, bytes)) => session(bytes),
        Some((1, pickle)) => session(&session_around(pickle)),
        Some((2, bytes)) => prekeys(bytes),
        Some((3, bytes)) => mailbox(bytes),
        Some((4, bytes)) => secret_item(bytes),
        Some((6, bytes)) => counter_item(bytes),
        Some((_, framed)) => {
            let sum = label::SECRET_ITEM.sha256(&[framed]);
            secret_item(&[framed, &sum[..16]].concat());
        }
        None => {}
    }
}

/// A message to a session.
static MESSAGE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let (_, _, _, mut at_bob) = established();
    at_bob.encrypt(b"hello").expect("a short text").message
});

/// A session that was read can be stored, and used.
fn session(bytes: &[u8]) {
    let Ok(mut session) = Session::decode(bytes) else {
        return;
    };
    if let Ok(stored) = session.encode() {
        let again = Session::decode(&stored).expect("what was written is read");
        assert_eq!(again.encode().as_deref(), Ok(&*stored));
    }
    let peer = *session.peer();
    let message = RatchetMessage::decode(&MESSAGE).expect("a message");
    let _ = session.decrypt(&peer, &message);
    let _ = session.encrypt(b"hello");
}

/// A record with another state of the ratchet, which is JSON.
fn session_around(pickle: &[u8]) -> Vec<u8> {
    let mut record = Vec::new();
    let written = Encoder::new(&mut record)
        .map(6)
        .and_then(|out| out.u8(0)?.u8(8)?.u8(1)?.u8(1)?.u8(2)?.bytes(&[4; 16]))
        .and_then(|out| out.u8(3)?.bytes(&[1; 32])?.u8(4)?.bytes(&[2; 32]))
        .and_then(|out| out.u8(5)?.u8(1)?.u8(7)?.bytes(pickle).map(drop));
    written.expect("a vector takes every byte");
    record
}

/// A pool that was read can be stored, maintained, and gives bundles that others take.
fn prekeys(bytes: &[u8]) {
    let Ok(mut pool) = PrekeyPool::decode(bytes) else {
        return;
    };
    let stored = pool.encode();
    let again = PrekeyPool::decode(&stored).expect("what was written is read");
    assert_eq!(*again.encode(), *stored);
    pool.maintain(&mut HashRng::new(1), NOW);
    let card = KeyCard::sign(&WORLD.bob, &[], Validity::days(NOW, 365)).expect("a card");
    let asker = Asker {
        key: WORLD.bob.public().box_key,
        audience: Audience::Card,
    };
    let bundle = Bundle::hand_out(&card, &WORLD.bob, &asker, &mut pool, &WORLD.mailbox, NOW);
    assert!(bundle.is_some());
}

/// The same of mailbox keys.
fn mailbox(bytes: &[u8]) {
    let Ok(mut pool) = MailboxPool::decode(bytes) else {
        return;
    };
    let stored = pool.encode();
    let again = MailboxPool::decode(&stored).expect("what was written is read");
    assert_eq!(*again.encode(), *stored);
    let _ = envelope::open(&WORLD.envelope, &WORLD.bob.public().fingerprint(), &pool);
    pool.maintain(&mut HashRng::new(1), NOW);
    assert!(pool.current(&WORLD.bob).is_some());
}

/// What was read is written the same, byte for byte.
fn secret_item(bytes: &[u8]) {
    if let Ok(item) = SecretItem::decode(bytes) {
        assert_eq!(*item.encode(), bytes);
    }
}

/// The key of the history that a counter belongs to.
const DATABASE_KEY: [u8; 32] = [7; 32];

/// A counter item: a first input.
#[must_use]
pub fn a_counter_item() -> Vec<u8> {
    counter_item::encode(41, &DATABASE_KEY)
}

/// The same of the counter, as it is and with the number changed.
fn counter_item(bytes: &[u8]) {
    if let Ok(counter) = counter_item::decode(bytes, &DATABASE_KEY) {
        assert_eq!(counter_item::encode(counter, &DATABASE_KEY), bytes);
    }
    let number: [u8; 8] = core::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default());
    let counter = u64::from_be_bytes(number);
    let item = counter_item::encode(counter, &DATABASE_KEY);
    assert_eq!(counter_item::decode(&item, &DATABASE_KEY), Ok(counter));
}
