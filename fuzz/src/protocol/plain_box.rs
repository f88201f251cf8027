//! Plain boxes of the guide's clients, and the tag at the end of their texts.

use super::mode;
use super::world::WORLD;
use sotto_protocol::plain_box::{self, NONCE_LEN};
use sotto_protocol::{BoxPublicKey, SharedBox, tag};
use std::sync::LazyLock;

static SHARED: LazyLock<SharedBox> =
    LazyLock::new(|| SharedBox::new(WORLD.bob.box_key(), &WORLD.alice.public().box_key));

/// First byte: the box as text, or a nonce and what is in the box.
pub fn run(data: &[u8]) {
    match mode(data, 2) {
        Some((0, bytes)) => {
            if let Ok(text) = core::str::from_utf8(bytes) {
                open(text);
                let _ = BoxPublicKey::from_base64(text);
            }
        }
        Some((_, rest)) => {
            if let Some((nonce, plaintext)) = rest.split_first_chunk() {
                seal(*nonce, plaintext);
            }
        }
        None => {}
    }
}

/// The nonce that is seen from outside is the one in the box.
fn open(text: &str) {
    if let Ok(opened) = SHARED.open(text) {
        assert_eq!(plain_box::peek_nonce(text), Ok(opened.nonce));
        assert_eq!(SHARED.seal(opened.nonce, &opened.plaintext), text);
    } else {
        let _ = plain_box::peek_nonce(text);
    }
}

fn seal(nonce: [u8; NONCE_LEN], plaintext: &[u8]) {
    let sealed = SHARED.seal(nonce, plaintext);
    let opened = SHARED.open(&sealed).expect("it was sealed with this key");
    assert_eq!(
        (opened.nonce, opened.plaintext.as_slice()),
        (nonce, plaintext)
    );
    if let Ok(text) = core::str::from_utf8(plaintext) {
        strip(text, &nonce);
    }
}

/// A tag is taken off the end and nothing else is; a tag that was put on is taken off again.
fn strip(text: &str, nonce: &[u8; NONCE_LEN]) {
    let (sender, recipient) = (&WORLD.alice.public().box_key, &WORLD.bob.public().box_key);
    let stripped = tag::strip(text, sender, recipient, nonce);
    let behind = text
        .strip_prefix(&stripped.text)
        .expect("only the end is taken");
    assert_eq!(
        behind.len(),
        if stripped.tagged { tag::LEN_BYTES } else { 0 }
    );
    let tagged = tag::append(text, sender, recipient, nonce);
    let stripped = tag::strip(&tagged, sender, recipient, nonce);
    assert!(stripped.tagged && stripped.text == text);
}
