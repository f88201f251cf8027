//! What an older copy of a contact's identity says in sessions (P-54): nothing of it is taken, no session
//! of its own making stays, and it is told so in the session in which it said it.
//!
//! Only what decrypts is answered, so nobody else can cause it. The decryption is not kept: what comes
//! again, because the answer was lost, is met in the same way.

use super::Inbound;
use super::envelope::From;
use crate::core::session::older_copy::with_older;
use crate::core::turn::Turn;
use sotto_protocol::{Body, Content, Fingerprint, Inside, MailboxNotice, RatchetMessage, Session};
use sotto_store::peers::Peer;
use sotto_store::received::{self, Digest};
use sotto_store::{StoreError, older_copies};
use zeroize::Zeroizing;

/// A session in which an older copy was heard, as it was before.
struct Heard {
    session: Session,
    /// Whether it is the one that is kept aside; a handshake of an older copy makes none that stays.
    is_kept: bool,
    /// What it said; nothing if that had come before.
    said: Option<Zeroizing<Vec<u8>>>,
}

impl Inbound {
    /// Takes nothing of what an older copy says, and tells it.
    pub(super) fn refuse_older(
        &mut self,
        turn: &mut Turn<'_>,
        whom: &From<'_>,
        newer: &Peer,
        inside: Inside,
    ) -> Result<(), StoreError> {
        let (Some(contact), Some(name)) = (whom.contact, whom.name) else {
            return Ok(());
        };
        let identity = newer.fingerprint;
        if !self.outbound.sessions.may_tell_older(&identity, turn) {
            return Ok(());
        }
        let Some(heard) = self.hear_older(turn, whom, inside)? else {
            return Ok(());
        };
        let content = heard.said.and_then(|said| Content::decode(&said).ok());
        if let Some(Body::Receipt(_)) = content.as_ref().map(|content| &content.body) {
            // Nobody waits for an answer.
            return Ok(());
        }
        let mailbox = match content.and_then(|content| content.mailbox) {
            Some(MailboxNotice::Announced(key)) => Some(key),
            Some(MailboxNotice::Known(_)) | None => {
                let older = older_copies::by_fingerprint(turn.tx, &identity)?;
                older.and_then(|older| older.mailbox)
            }
        };
        let mut record = with_older(heard.session, whom.card, mailbox, turn);
        let sessions = &mut self.outbound.sessions;
        let Some(encrypted) = sessions.tell_older(turn, &mut record, newer)? else {
            return Ok(());
        };
        if heard.is_kept {
            let state = record.session.encode().map_err(|_| StoreError::Damaged)?;
            older_copies::save_state(turn.tx, &identity, &record.id(), &state)?;
        }
        let way = Some((whom.relay, name.clone()));
        self.outbound
            .write_loose(turn, contact, way, &record, encrypted);
        Ok(())
    }

    /// Decrypts what an older copy says; `None` if it is not from it.
    fn hear_older(
        &self,
        turn: &mut Turn<'_>,
        whom: &From<'_>,
        inside: Inside,
    ) -> Result<Option<Heard>, StoreError> {
        let Ok(message) = RatchetMessage::decode(&inside.message) else {
            return Ok(None);
        };
        let sender = whom.card.identity().fingerprint();
        let older = older_copies::by_fingerprint(turn.tx, &sender)?;
        let kept = older.and_then(|older| older.session);
        if let Some((_, state)) = kept.filter(|(session, _)| *session == inside.session) {
            let digest = Digest::from_bytes(inside.digest());
            let before = received::by_digest(turn.tx, &sender, &digest)?;
            // A receipt is remembered under its digest.
            if before.is_some_and(|content| content.as_bytes() == digest.as_bytes()) {
                return Ok(None);
            }
            return Ok(heard_in(&state, &sender, &message, before.is_some()));
        }
        let Some(header) = inside.header else {
            return Ok(None);
        };
        let accepted = self.accept(turn, whom.card, &header, inside.session, &message);
        let accepted = accepted.inspect_err(|error| {
            tracing::debug!(%error, "a handshake of an older copy was dropped");
        });
        Ok(accepted.ok().flatten().map(|(session, _, said)| Heard {
            session,
            is_kept: false,
            said: Some(said),
        }))
    }
}

/// Whether something was said in the session that is kept aside: it decrypts, or it had come before.
fn heard_in(
    state: &[u8],
    sender: &Fingerprint,
    message: &RatchetMessage,
    came_before: bool,
) -> Option<Heard> {
    let said = if came_before {
        None
    } else {
        let said = Session::decode(state).ok()?.decrypt(sender, message);
        let said = said.inspect_err(|error| {
            tracing::debug!(%error, "a message of an older copy was dropped");
        });
        Some(said.ok()?)
    };
    Some(Heard {
        session: Session::decode(state).ok()?,
        is_kept: true,
        said,
    })
}
