//! Handshake headers and messages of the ratchet, up to the first plaintext.

use super::part;
use super::world::WORLD;
use crate::support::{HashRng, established};
use sotto_protocol::{
    Content, HandshakeError, Header, PrekeyPool, RatchetMessage, Responder, Session, SessionId,
};
use std::sync::LazyLock;

/// A header, and behind it a message; Alice's handshake with Bob and a session that there is.
pub fn run(mut data: &[u8]) {
    let header = part(&mut data);
    let message = RatchetMessage::decode(data);
    if let Ok(header) = Header::decode(header) {
        assert!(Header::decode(&header.encode()).as_ref() == Ok(&header));
        if let Ok(message) = &message {
            respond(header, message);
        }
    }
    if let Ok(message) = &message {
        decrypt(message);
    }
}

/// The session id is made to fit, as whoever writes the envelope can.
fn respond(header: Header, message: &RatchetMessage) {
    let alice = WORLD.alice.public();
    let claimed = WORLD.published.session_id(alice, &header.encode());
    let claimed = claimed.unwrap_or(SessionId::from_bytes([0; 16]));
    let mut pool = PrekeyPool::decode(&WORLD.prekeys).expect("a pool");
    let rng = &mut HashRng::new(1);
    let responder = Responder::new(&WORLD.bob, &WORLD.alice_card, header, claimed, &pool, rng);
    let Ok(responder) = responder else {
        return;
    };
    match responder.accept(message, &mut pool) {
        Ok((session, plaintext)) => {
            assert!(pool.was_accepted(session.id()));
            assert!(session.is_established());
            let _ = Content::decode(&plaintext);
        }
        Err(error) => {
            assert!(matches!(error, HandshakeError::FirstMessage(_)));
            assert_eq!(*pool.encode(), WORLD.prekeys);
        }
    }
}

/// A session as it lies in the database.
static STORED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let (_, _, _, at_bob) = established();
    at_bob.encode().expect("a young session").to_vec()
});

/// What is refused changes nothing.
fn decrypt(message: &RatchetMessage) {
    let mut session = Session::decode(&STORED).expect("a session");
    let peer = *session.peer();
    if session.decrypt(&peer, message).is_err() {
        assert_eq!(*session.encode().expect("a young session"), *STORED);
    }
}
