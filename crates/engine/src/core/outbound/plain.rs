//! The way out in plain boxes: the box was made once, when the text was queued, and is written when
//! its contact is listed. A text that was written and not confirmed is written again, the same
//! bytes, after the connection came back: a Sotto at the other end knows it by its nonce.

use super::Outbound;
use crate::core::relay::connection::Carried;
use crate::core::turn::Turn;
use sotto_store::contacts::{Client, Contact};
use sotto_store::{PlainEntryId, StoreError, plain_outbox};
use sotto_wire::ClientFrame;

impl Outbound {
    /// Writes the first waiting text of a contact, unless it is under way already.
    pub(super) fn flush_plain(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
    ) -> Result<(), StoreError> {
        let Some(key) = contact.box_key else {
            return Ok(());
        };
        let Some((relay, to)) = self.sessions.relays.plain_way(contact) else {
            return Ok(());
        };
        if contact.client == Client::Sotto {
            // A session is a moment away: what waits goes through it.
            super::only_of_this_one(self.sessions.ensure_session(turn, contact.id))?;
            if self.sessions.state(turn.tx, contact)?.holds_plain() {
                return Ok(());
            }
        }
        if !self.is_free(relay, contact.id) {
            return Ok(());
        }
        let rows = plain_outbox::list(turn.tx, contact.id, PlainEntryId(0), 1)?;
        let Some(row) = rows.into_iter().next() else {
            self.done_with(contact.id);
            return Ok(());
        };
        // A text is bound to the key that it was written for.
        let bytes = row.ciphertext.len();
        let connection = self.sessions.relays.connection(relay);
        if row.key == key && connection.is_some_and(|c| c.has_room(bytes)) {
            let frame = ClientFrame::Message {
                to,
                encrypted: row.ciphertext,
            };
            let carried = Carried::Text(row.message);
            self.write_message(turn, relay, contact.id, &frame, carried);
        }
        Ok(())
    }
}
