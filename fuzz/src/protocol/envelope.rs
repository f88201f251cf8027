//! Sealed envelopes from the outside in.

use super::mode;
use super::world::WORLD;
use crate::support::{HashRng, seal_raw};
use data_encoding::BASE64URL_NOPAD;
use sotto_protocol::envelope::{self, OpenError};
use sotto_protocol::{Header, Inside, KeyCard, PeerMailbox, RatchetMessage, SenderCard, padding};

/// First byte: the text, its bytes before base64, what is padded, or what is sealed.
pub fn run(data: &[u8]) {
    match mode(data, 4) {
        Some((0, bytes)) => {
            if let Ok(text) = core::str::from_utf8(bytes) {
                open(text);
            }
        }
        Some((1, frame)) => open(&text_of(frame)),
        Some((2, inside)) => {
            if let Ok(padded) = padding::pad(inside) {
                sealed(&padded);
            }
        }
        Some((_, padded)) => sealed(&whole_bucket(padded)),
        None => {}
    }
}

/// What the address says and what the opener says are one; what was opened can be sealed again.
fn open(text: &str) {
    let bob = WORLD.bob.public().fingerprint();
    let address = envelope::address(text);
    let opened = envelope::open(text, &bob, &WORLD.mailbox);
    match (&address, &opened) {
        (Ok(address), Err(OpenError::AnotherRecipient)) => {
            assert!(!address.is_for(&bob));
        }
        (Ok(address), _) => assert!(address.is_for(&bob)),
        (Err(error), found) => assert_eq!(found.as_ref().err(), Some(error)),
    }
    assert_eq!(
        envelope::is_envelope(text),
        address != Err(OpenError::NotAnEnvelope)
    );
    if let Ok(inside) = opened {
        look_inside(&inside);
        assert!(seal(&inside) == Some(inside));
    }
}

fn look_inside(inside: &Inside) {
    if let SenderCard::Whole(card) = &inside.sender {
        let _ = KeyCard::decode(card);
    }
    if let Some(header) = &inside.header {
        let _ = Header::decode(header);
    }
    let _ = RatchetMessage::decode(&inside.message);
}

/// Seals with our code and opens; `None` if it would be longer than an envelope may be.
fn seal(inside: &Inside) -> Option<Inside> {
    let bob = WORLD.bob.public().fingerprint();
    let mailbox = PeerMailbox::new(WORLD.mailbox.current(&WORLD.bob)?);
    let rng = &mut HashRng::new(1);
    let text = envelope::seal(inside, &bob, &mailbox, rng).ok()?;
    let tagged = envelope::seal_with_mailbox_tag(inside, &bob, &mailbox, rng).ok()?;
    let opened = envelope::open(&text, &bob, &WORLD.mailbox).ok();
    assert!(opened == envelope::open(&tagged, &bob, &WORLD.mailbox).ok());
    opened
}

/// Seals any bytes as another program would, and opens them.
fn sealed(padded: &[u8]) {
    let mailbox = WORLD.mailbox.current(&WORLD.bob).expect("a mailbox key");
    open(&seal_raw(
        padded,
        &WORLD.bob.public().fingerprint(),
        mailbox,
    ));
}

fn text_of(frame: &[u8]) -> String {
    format!("sotto1.{}", BASE64URL_NOPAD.encode(frame))
}

/// Bytes with zeros behind them, as long as an envelope's inside may be.
fn whole_bucket(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.truncate(padding::MAX_BUCKET);
    padded.resize(padded.len().next_power_of_two().max(padding::MIN_BUCKET), 0);
    padded
}
