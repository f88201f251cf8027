//! Invites and contact cards, which anybody can put into a link or a code.

use super::mode;
use super::world::{NOW, WORLD};
use data_encoding::BASE64URL_NOPAD;
use sotto_protocol::invite::{InviteError, LINK_PREFIX, MAX_LINK_CHARS};
use sotto_protocol::{AddLink, SessionId};

/// First byte: the text of a link, or the bytes in it.
pub fn run(data: &[u8]) {
    match mode(data, 2) {
        Some((0, bytes)) => {
            if let Ok(text) = core::str::from_utf8(bytes) {
                parse(text);
            }
        }
        Some((_, bytes)) => parse(&format!("{LINK_PREFIX}{}", BASE64URL_NOPAD.encode(bytes))),
        None => {}
    }
}

/// A link that was read is written so that it is read the same, and its invite can be used.
fn parse(text: &str) {
    let read = AddLink::parse(text, NOW);
    assert_eq!(
        read == Err(InviteError::NotALink),
        !text.starts_with(LINK_PREFIX)
    );
    match read {
        Ok(AddLink::Card(contact)) => {
            let link = contact.to_link().expect("not longer than what was read");
            assert_eq!(AddLink::parse(&link, NOW), Ok(AddLink::Card(contact)));
        }
        Ok(AddLink::Invite(invite)) => {
            let link = invite.to_link().expect("not longer than what was read");
            assert!(link.len() <= MAX_LINK_CHARS);
            let joiner = WORLD.bob.public().fingerprint();
            let session = SessionId::from_bytes([4; 16]);
            let used = invite.prove(&joiner, &session);
            assert_eq!(invite.verify(&used, &joiner, &session, NOW), Ok(()));
            assert_eq!(AddLink::parse(&link, NOW), Ok(AddLink::Invite(invite)));
        }
        Err(_) => {}
    }
}
