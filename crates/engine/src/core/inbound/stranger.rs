//! A content of somebody who is no contact: with a valid invite it becomes one, otherwise it waits as
//! a request, unanswered.

use super::Inbound;
use super::content::Decrypted;
use super::waiting::{self, BY_CARD, by_invite, held_as};
use crate::core::people::{self, Used};
use crate::core::session::record::Saying;
use crate::core::turn::Turn;
use sotto_protocol::body::{self, ControlCode};
use sotto_protocol::{Body, Encrypted};
use sotto_store::{StoreError, blocked_keys, received, requests};
use sotto_wire::UserId;

/// Whether the sender is told that the invite was used by somebody else before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Warned {
    Yes,
    No,
}

impl Inbound {
    /// Takes a content of somebody who is no contact.
    pub(super) fn take_from_stranger(
        &mut self,
        turn: &mut Turn<'_>,
        from: Option<&UserId>,
        it: Decrypted,
    ) -> Result<(), StoreError> {
        let box_key = it.card.identity().box_key;
        if blocked_keys::contains(turn.tx, &box_key)? {
            return Ok(());
        }
        // The card alone proves nothing about the box key: the request in its box did.
        if it.prekeys.is_some()
            && !(self.is_proved(&it) && self.outbound.sessions.may_begin(it.sender, turn.now))
        {
            tracing::debug!("a stranger's handshake was dropped");
            return Ok(());
        }
        let claim = it.invite_claim();
        match people::trust::invite_used(turn, &claim)? {
            Used::Now(invite) => {
                let name = from.map(UserId::as_str);
                let joined = people::trust::join(turn, &claim, box_key, name, invite)?;
                match joined {
                    Some(contact) => self.take_content(turn, &contact, it),
                    None => Ok(()),
                }
            }
            Used::ByAnother { first } => {
                people::trust::alarm(turn, &first, None, &claim)?;
                self.hold(turn, from, it, Warned::Yes)
            }
            Used::No => self.hold(turn, from, it, Warned::No),
        }
    }

    /// Holds what a stranger says in a session as a request.
    fn hold(
        &mut self,
        turn: &mut Turn<'_>,
        from: Option<&UserId>,
        mut it: Decrypted,
        warned: Warned,
    ) -> Result<(), StoreError> {
        let text = match &it.content.body {
            Body::Text(text) if text.text.len() <= body::MAX_TEXT_LEN => Some(text.text.clone()),
            Body::Control(control) if is_greeting(control.code) => None,
            _ => return Ok(()),
        };
        // A stranger's keys are numbered as in its first handshake.
        it.record.learn(&it.content, &it.card, false, turn.now);
        let warning = match warned {
            Warned::Yes => self.warning(turn, &mut it)?,
            Warned::No => None,
        };
        let used = it.content.invite_use.filter(|_| warned == Warned::Yes);
        let came_by = used.map_or_else(|| BY_CARD.to_owned(), |used| by_invite(used.invite));
        let identity = it.card.identity();
        let account_id = identity.account_id().to_string();
        let incoming = requests::Incoming {
            key: identity.box_key,
            fingerprint: Some(it.sender),
            user_id: from.map_or(account_id.as_str(), UserId::as_str),
            came_by: &came_by,
            text: text.as_deref(),
            via: requests::Via::Session(it.content.id),
            relay_at: it.told_at(),
            received_at: turn.now.wall,
        };
        if received::by_digest(turn.tx, &it.sender, &it.digest)?.is_some() {
            return Ok(());
        }
        let Some(request) = waiting::hold(turn, &incoming)? else {
            return Ok(());
        };
        if let Some(prekeys) = it.prekeys.take() {
            let keys = &mut self.outbound.sessions.identity.keys;
            keys.save_prekeys(turn, prekeys)?;
        }
        it.record.save(turn.tx)?;
        received::remember(turn.tx, &it.sender, &it.content.id, &it.digest)?;
        held_as(turn, request, identity.box_key);
        if let (Some(warning), Some(from)) = (warning, from) {
            let to = (it.relay, from.clone());
            self.outbound
                .write_to_stranger(turn, to, &it.record, warning);
        }
        Ok(())
    }

    /// Says in a stranger's session that its invite was used by somebody else before.
    fn warning(
        &mut self,
        turn: &mut Turn<'_>,
        it: &mut Decrypted,
    ) -> Result<Option<Encrypted>, StoreError> {
        let sessions = &mut self.outbound.sessions;
        sessions.identity.guard.before_sending(turn)?;
        let data = it.content.invite_use.map(|used| used.invite.to_vec());
        let saying = Saying {
            id: turn.content_id(),
            sent_at: turn.now.wall,
            body: Body::Control(body::Control {
                code: ControlCode::InviteUsedTwice,
                data: data.unwrap_or_default(),
            }),
        };
        let encrypted = sessions.encrypt(turn, &mut it.record, None, saying)?;
        Ok(encrypted.ok())
    }
}

/// Whether a control message says only that there is a session.
const fn is_greeting(code: ControlCode) -> bool {
    matches!(code, ControlCode::Established | ControlCode::SessionLost)
}
