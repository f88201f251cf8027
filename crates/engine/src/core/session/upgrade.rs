//! From plain boxes to a session: what waits changes its way, and the program's own messages are put
//! in front of it.

use crate::api::ContactId;
use crate::core::turn::Turn;
use sotto_protocol::Fingerprint;
use sotto_store::session_outbox::{self, Control, What};
use sotto_store::{StoreError, contacts, messages, plain_outbox};

/// How many unconfirmed texts go once more when the secure session begins.
const MAX_REPEATED: u32 = 512;

/// Puts a control message in front of a contact's texts, once.
pub(crate) fn push_control(
    turn: &mut Turn<'_>,
    contact: ContactId,
    fingerprint: &Fingerprint,
    control: Control,
    data: &[u8],
) -> Result<(), StoreError> {
    if !session_outbox::has_control(turn.tx, contact, control)? {
        let new = session_outbox::New {
            contact,
            what: What::Control(control),
            data,
            content: turn.content_id(),
            fingerprint: Some(*fingerprint),
        };
        session_outbox::push(turn.tx, &new)?;
    }
    turn.wake.peer(contact);
    Ok(())
}

/// From here on nothing goes to a contact outside of a secure session: what waits, and what relays
/// were handed and nobody confirmed, goes through it (once more).
pub(crate) fn upgrade_to_session(
    turn: &mut Turn<'_>,
    contact: ContactId,
    fingerprint: &Fingerprint,
) -> Result<(), StoreError> {
    let mut ids = messages::unconfirmed(turn.tx, contact, MAX_REPEATED)?;
    ids.extend(plain_outbox::take_contact(turn.tx, contact)?);
    for id in ids {
        if let Some(message) = messages::by_id(turn.tx, id)? {
            messages::protect(turn.tx, id, Some(fingerprint))?;
            let new = session_outbox::New {
                contact,
                what: What::Message(id),
                data: &[],
                content: message.content,
                fingerprint: Some(*fingerprint),
            };
            session_outbox::push(turn.tx, &new)?;
            turn.touched.message(id);
        }
    }
    contacts::set_sealed(turn.tx, contact)?;
    turn.reread(contact)?;
    Ok(())
}
