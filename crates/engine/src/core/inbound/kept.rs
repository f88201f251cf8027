//! Contents of kinds that this version does not know: they are kept, the person is told that something
//! came, and the first start of a version that knows the kind reads them (P-106).

use super::Inbound;
use super::said::Said;
use crate::api::SystemLine;
use crate::core::outbound::only_of_this_one;
use crate::core::turn::Turn;
use sotto_protocol::{Body, Content};
use sotto_store::contacts::Contact;
use sotto_store::kept_contents::{self, Kept};
use sotto_store::messages::PeerKey;
use sotto_store::{StoreError, contacts};
use zeroize::Zeroizing;

/// Keeps a content of a contact for a later version.
pub(super) fn keep(
    turn: &mut Turn<'_>,
    contact: &Contact,
    it: &Said<'_>,
    kind: u64,
) -> Result<(), StoreError> {
    let kept = Kept {
        contact: contact.id,
        fingerprint: it.sender,
        session: it.session,
        content: it.content.id,
        kind,
        bytes: Zeroizing::new(it.bytes.to_vec()),
        relay: it.relay,
        relay_at: it.relay_at,
        came_at: it.came_at,
    };
    kept_contents::keep(turn.tx, &kept)?;
    turn.line_once(contact.chat, SystemLine::CannotBeShown, it.key())
}

impl Inbound {
    /// Reads what an earlier version kept and this one knows, in the order in which it came. What
    /// cannot be taken now stays and keeps nobody from opening the history.
    pub(crate) fn read_kept(&mut self, turn: &mut Turn<'_>) -> Result<(), StoreError> {
        for (row, kind) in kept_contents::list(turn.tx)? {
            if Body::is_known(kind) {
                let read = turn.part(|turn| self.read_one(turn, row));
                only_of_this_one(read)?;
            }
        }
        Ok(())
    }

    fn read_one(&mut self, turn: &mut Turn<'_>, row: i64) -> Result<(), StoreError> {
        let Some(kept) = kept_contents::take(turn.tx, row)? else {
            return Ok(());
        };
        turn.erase = true;
        let Some(contact) = contacts::by_id(turn.tx, kept.contact)? else {
            return Ok(());
        };
        let content = match Content::decode(&kept.bytes) {
            Ok(content) => content,
            Err(error) => {
                // It was confirmed when it came: nobody waits for an answer any more.
                tracing::warn!(%error, "what was kept cannot be read");
                return turn.line_once(contact.chat, SystemLine::CannotBeShown, key(&kept));
            }
        };
        let said = Said {
            sender: kept.fingerprint,
            session: kept.session,
            relay: kept.relay,
            relay_at: kept.relay_at,
            came_at: kept.came_at,
            content: &content,
            bytes: &kept.bytes,
        };
        self.take_body(turn, &contact, &said)
    }
}

const fn key(kept: &Kept) -> PeerKey {
    PeerKey::Identity(kept.fingerprint)
}
