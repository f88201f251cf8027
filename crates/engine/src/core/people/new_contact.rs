//! What every way to a new contact ends with: its row, and whom it concerns.

use super::seen_key::SeenKey;
use crate::api::{ChatId, ContactId, ErrorCode};
use crate::core::turn::{People, Turn};
use crate::error::EngineError;
use sotto_protocol::BoxPublicKey;
use sotto_store::StoreError;
use sotto_store::contacts::{self, Added, Contact};

/// Adds a contact, or says why not.
pub(super) fn add(
    turn: &Turn<'_>,
    new: &contacts::NewContact<'_>,
) -> Result<(ContactId, ChatId), EngineError> {
    match contacts::add(turn.tx, new)? {
        Added::New { contact, chat } => Ok((contact, chat)),
        Added::IdTaken(_) => Err(ErrorCode::IdTaken.into()),
        Added::KeyKnown(_) => Err(ErrorCode::AlreadyAdded.into()),
    }
}

/// A contact was made or got another key: takes it up with which other key its name has, and marks
/// whom that concerns.
pub(super) fn made(
    turn: &mut Turn<'_>,
    contact: ContactId,
    other: Option<BoxPublicKey>,
) -> Result<Contact, EngineError> {
    let mut made = reread(turn, contact)?;
    if let Some(other) = other {
        SeenKey::of(&made, other).note(turn)?;
        made = reread(turn, contact)?;
    }
    turn.touched.names.insert(made.user_id.clone());
    turn.touched.held_keys.extend(made.box_key);
    turn.touched.reach(contact);
    turn.touched.people(People::Due);
    turn.wake.session(contact);
    turn.wake.peer(contact);
    Ok(made)
}

/// Reads a contact anew after a change.
pub(super) fn reread(turn: &mut Turn<'_>, contact: ContactId) -> Result<Contact, EngineError> {
    let read: Result<_, StoreError> = turn.reread(contact);
    Ok(read?.ok_or(ErrorCode::UnknownContact)?)
}
