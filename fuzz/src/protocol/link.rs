//! Invites, contact cards and codes of the verification screen, which anybody can put into a link or a
//! code.

use super::mode;
use super::world::{NOW, WORLD};
use data_encoding::BASE64URL_NOPAD;
use sotto_protocol::invite::{InviteError, LINK_PREFIX, MAX_LINK_CHARS};
use sotto_protocol::verify_code::{CODE_CHARS, Compared, VERIFY_PREFIX, VerifyCodeError};
use sotto_protocol::{AddLink, SessionId, ShownCode, VerifyCode};

/// First byte: the text of a link, the bytes in it, the text of a code, the bytes in it.
pub fn run(data: &[u8]) {
    match mode(data, 4) {
        Some((0, bytes)) => {
            if let Ok(text) = core::str::from_utf8(bytes) {
                parse(text);
            }
        }
        Some((1, bytes)) => parse(&format!("{LINK_PREFIX}{}", BASE64URL_NOPAD.encode(bytes))),
        Some((2, bytes)) => {
            if let Ok(text) = core::str::from_utf8(bytes) {
                parse_code(text);
            }
        }
        Some((_, bytes)) => {
            parse_code(&format!("{VERIFY_PREFIX}{}", BASE64URL_NOPAD.encode(bytes)));
        }
        None => {}
    }
}

/// A code that was read is written the same, matches whom it names, and can be proved to have been
/// scanned until it expires, once.
fn parse_code(text: &str) {
    let read = VerifyCode::parse(text);
    assert_eq!(
        read == Err(VerifyCodeError::NotACode),
        !text.starts_with(VERIFY_PREFIX)
    );
    let Ok(code) = read else { return };
    assert_eq!((code.to_text().as_str(), text.len()), (text, CODE_CHARS));
    let (shower, session) = (*code.shower(), SessionId::from_bytes([4; 16]));
    let bob = WORLD.bob.public().fingerprint();
    let mut shown = ShownCode::new(code.clone());
    if let Compared::Matches(scanned) = code.clone().compare(code.kind(), &bob, &shower) {
        let taken = shown.take(&scanned.prove(&session), &bob, &session, NOW);
        assert_eq!(taken.is_ok(), NOW < code.expires());
        assert_eq!(shown.asks(NOW), taken.is_ok());
    } else {
        assert!(shown.take(&[0; 32], &bob, &session, NOW).is_err());
        assert!(!shown.asks(NOW));
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
