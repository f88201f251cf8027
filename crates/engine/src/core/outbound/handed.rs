//! What relays say of what they were given: a pong shows that they read all that was before it, a
//! close that a frame was too large for them.

use super::Outbound;
use crate::api::{RelayId, SendFailure};
use crate::core::relay::connection::{Carried, Connection, InFlight};
use crate::core::send_failure;
use crate::core::turn::Turn;
use sotto_store::session_outbox::{self, What};
use sotto_store::{StoreError, plain_outbox};

impl Outbound {
    /// The relay answered a ping: whatever was written before it was read there.
    pub(crate) fn take_pong(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
        token: u64,
    ) -> Result<(), StoreError> {
        let Some(connection) = self.sessions.relays.connection_mut(relay) else {
            return Ok(());
        };
        connection.heard(turn.now);
        let taken = connection.taken_by(token);
        if connection.settle(token, turn.now) {
            turn.touched.relay(relay);
        }
        for text in taken {
            let at = turn.now.wall;
            match text.carried {
                Carried::Text(message) => {
                    plain_outbox::handed(turn.tx, message, text.contact, at, relay)?;
                    turn.touched.message(message);
                }
                Carried::Sealed(entry) => {
                    session_outbox::handed(turn.tx, entry, at, relay)?;
                    let entry = session_outbox::by_id(turn.tx, entry)?;
                    if let Some(What::Message(message)) = entry.map(|entry| entry.what) {
                        turn.touched.message(message);
                    }
                }
                Carried::Loose => continue,
            }
            if let Some(contact) = turn.contacts.get(text.contact) {
                turn.touched.chat(contact.chat);
            }
        }
        turn.wake.everybody = true;
        Ok(())
    }

    /// The relay refused a frame for its size: the largest text under way fails, visibly, instead
    /// of ending every next connection too. What the program itself has to say is never given up
    /// for that: whatever a relay claims, it goes again, and by another way.
    pub(crate) fn take_too_large(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
    ) -> Result<(), StoreError> {
        let connection = self.sessions.relays.connection(relay);
        let under_way = connection.map(Connection::by_size).unwrap_or_default();
        for text in under_way {
            if fail_text(turn, &text)? {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Fails a text that was too large for a relay; tells whether it is one.
fn fail_text(turn: &mut Turn<'_>, text: &InFlight) -> Result<bool, StoreError> {
    let (at, failure) = (turn.now.wall, send_failure::code(SendFailure::TooLarge));
    match text.carried {
        Carried::Text(message) => {
            plain_outbox::failed(turn.tx, message, text.contact, at, failure)?;
            turn.touched.message(message);
            Ok(true)
        }
        Carried::Sealed(entry) => match session_outbox::by_id(turn.tx, entry)? {
            Some(entry) if matches!(entry.what, What::Message(_)) => {
                session_outbox::failed(turn.tx, &entry, at, failure)?;
                Outbound::touch_entry(turn, &entry);
                Ok(true)
            }
            _ => Ok(false),
        },
        Carried::Loose => Ok(false),
    }
}
