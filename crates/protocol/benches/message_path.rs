//! What one message costs in processor time: send at most 0.5 ms, receive at most 0.7 ms.
//!
//! Each side does everything but the database and the socket: content, ratchet, serialised state,
//! envelope. The receiver starts from the stored state each time, because a message opens once.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench"
)]

#[path = "../tests/protocol/support/mod.rs"]
mod support;

use sotto_protocol::body::Text;
use sotto_protocol::{
    Body, Content, ContentId, Inside, RatchetMessage, SenderCard, Session, envelope,
};
use std::hint::black_box;
use std::time::{Duration, Instant};
use support::{Person, established};

/// How often each is measured.
const MEASURED: usize = 5_000;
/// Rounds before those, for caches.
const BEFORE: usize = 500;

fn seal(alice: &mut Person, session: &mut Session, bob: &Person) -> String {
    let body = Body::Text(Text::new("x".repeat(100)));
    let content = Content::new(ContentId::generate(&mut alice.rng), 1_800_000_000_000, body);
    let encrypted = session.encrypt(&content.encode().unwrap()).unwrap();
    let sender = SenderCard::Known(alice.card.hash());
    let inside = Inside::new(sender, *session.id(), encrypted);
    let mailbox = bob.peer_mailbox();
    envelope::seal(&inside, &bob.fingerprint(), &mailbox, &mut alice.rng).unwrap()
}

fn main() {
    let (mut alice, mut session, bob, at_bob) = established();
    let stored = at_bob.encode().unwrap();
    let sender = alice.fingerprint();
    let text = seal(&mut alice, &mut session, &bob);

    // The recipient's mailbox key is parsed once a contact, not once a message.
    let mailbox = bob.peer_mailbox();
    let recipient = bob.fingerprint();
    measure("send 100 bytes", || {
        let body = Body::Text(Text::new("x".repeat(100)));
        let content = Content::new(ContentId::from_bytes([1; 16]), 0, body);
        let encrypted = session.encrypt(&content.encode().unwrap()).unwrap();
        let inside = Inside::new(
            SenderCard::Known(alice.card.hash()),
            *session.id(),
            encrypted,
        );
        black_box(session.encode().unwrap());
        black_box(envelope::seal(&inside, &recipient, &mailbox, &mut alice.rng).unwrap())
    });
    measure("receive 100 bytes", || {
        let inside = envelope::open(&text, &recipient, &bob.mailbox).unwrap();
        let mut session = Session::decode(&stored).unwrap();
        let message = RatchetMessage::decode(&inside.message).unwrap();
        let plaintext = session.decrypt(&sender, &message).unwrap();
        black_box(session.encode().unwrap());
        black_box(Content::decode(&plaintext).unwrap())
    });
}

/// Prints the median of many rounds; `cargo test` only sees whether one works.
fn measure<T>(name: &str, mut round: impl FnMut() -> T) {
    let in_full = std::env::args().any(|word| word == "--bench");
    let (before, measured) = if in_full { (BEFORE, MEASURED) } else { (0, 1) };
    for _ in 0..before {
        black_box(round());
    }
    let mut times: Vec<Duration> = (0..measured)
        .map(|_| {
            let start = Instant::now();
            black_box(round());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let median = times[measured / 2];
    println!("{name}: median {median:.1?} of {measured}");
}
