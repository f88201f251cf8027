//! Receipts and what else nobody confirms: written once, if the recipient is there. If one is lost,
//! what it confirms comes again and is answered again.

use super::Outbound;
use crate::api::{ContactId, RelayId};
use crate::core::relay::connection::{Carried, WINDOW_TEXTS};
use crate::core::session::record::{Readers, SessionRecord};
use crate::core::turn::Turn;
use sotto_protocol::Encrypted;
use sotto_store::contacts::Contact;
use sotto_wire::{ClientFrame, UserId};

/// Stands for somebody who is no contact: nothing else is under way to them.
const STRANGER: ContactId = ContactId(0);

/// A frame that nobody confirms and that waits for the keychain.
#[derive(Debug)]
pub(super) struct Held {
    relay: RelayId,
    /// The connection that it was made for; it is worth nothing on the next one.
    epoch: u64,
    contact: ContactId,
    frame: ClientFrame,
}

impl Outbound {
    /// Writes something that nobody will confirm to a contact, by this way, else by the first, if
    /// there is one.
    pub(crate) fn write_loose(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        way: Option<(RelayId, UserId)>,
        record: &SessionRecord,
        encrypted: Encrypted,
    ) {
        if let Some(way) = way.or_else(|| self.sessions.relays.first_way(contact)) {
            self.write_loose_to(turn, contact.id, way, record, encrypted);
        }
    }

    /// The same, to somebody who is no contact.
    pub(crate) fn write_to_stranger(
        &mut self,
        turn: &mut Turn<'_>,
        to: (RelayId, UserId),
        record: &SessionRecord,
        encrypted: Encrypted,
    ) {
        self.write_loose_to(turn, STRANGER, to, record, encrypted);
    }

    fn write_loose_to(
        &mut self,
        turn: &mut Turn<'_>,
        contact: ContactId,
        (relay, to): (RelayId, UserId),
        record: &SessionRecord,
        encrypted: Encrypted,
    ) {
        let connection = self.sessions.relays.connection(relay);
        let Some(epoch) = connection.filter(|c| c.has_room(0)).map(|c| c.epoch) else {
            return;
        };
        let Some(encrypted) = self
            .sessions
            .envelope(turn, record, encrypted, Readers::AsTold)
        else {
            return;
        };
        let frame = ClientFrame::Message { to, encrypted };
        if self.sessions.identity.guard.is_counted() {
            self.write_message(turn, relay, contact, &frame, Carried::Loose);
        } else if self.held.len() < WINDOW_TEXTS {
            // There is room for as many as go through a connection at once: what a receipt confirms
            // comes again, and is then answered again.
            self.held.push(Held {
                relay,
                epoch,
                contact,
                frame,
            });
        }
    }

    /// What waited for the keychain goes out.
    pub(crate) fn release_held(&mut self, turn: &mut Turn<'_>) {
        self.held_before = 0;
        for held in std::mem::take(&mut self.held) {
            let connection = self.sessions.relays.connection(held.relay);
            if connection.is_some_and(|c| c.epoch == held.epoch && c.has_room(0)) {
                let Held {
                    relay,
                    contact,
                    frame,
                    ..
                } = held;
                self.write_message(turn, relay, contact, &frame, Carried::Loose);
            }
        }
    }
}
