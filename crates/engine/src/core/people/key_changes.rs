//! Another key under a contact's name: said once, and used or ignored as the person decides.

use super::new_contact::{made, reread};
use super::requests::MovingIn;
use super::seen_key::SeenKey;
use crate::api::{ContactId, ErrorCode, SystemLine};
use crate::core::outbound::Outbound;
use crate::core::turn::Turn;
use crate::error::EngineError;
use data_encoding::BASE64;
use sotto_protocol::BoxPublicKey;
use sotto_store::contacts::{self, Client, Contact};
use sotto_store::messages::PeerKey;
use sotto_store::{StoreError, peers, requests, session_outbox};
use sotto_wire::ListedUser;
use std::collections::BTreeMap;

/// Notes in the chats where a listed name has another key than the contact's.
pub(crate) fn note_other_keys(
    outbound: &Outbound,
    turn: &mut Turn<'_>,
    users: &[ListedUser],
) -> Result<(), StoreError> {
    // Of a name that is listed more than once, the last counts, as for everything else.
    let mut seen: BTreeMap<ContactId, SeenKey> = BTreeMap::new();
    for user in users {
        for contact in turn.contacts.by_name(user.user_id.as_str()) {
            let key = BoxPublicKey::from_bytes(user.public_key.0).ok();
            if contact.box_key.is_some() && contact.box_key == key {
                seen.remove(&contact.id);
            } else if let Some(key) = key.filter(|key| is_news(outbound, contact, key)) {
                seen.insert(contact.id, SeenKey::of(contact, key));
            }
        }
    }
    for seen in seen.into_values() {
        seen.note(turn)?;
    }
    Ok(())
}

/// Uses or ignores the other key seen under a contact's name: the one that the person saw.
pub(crate) fn decide_key(
    outbound: &mut Outbound,
    turn: &mut Turn<'_>,
    id: ContactId,
    key: &str,
    accept: bool,
) -> Result<(), EngineError> {
    let contact = turn.contacts.get(id).ok_or(ErrorCode::UnknownContact)?;
    let other = contact.other_key.as_ref().map(|other| other.key);
    // A relay may have shown one more key since the person read this one.
    let other = other
        .filter(|other| BASE64.encode(other.as_bytes()) == key)
        .ok_or(ErrorCode::NoKeyChange)?;
    if accept {
        return accept_key(outbound, turn, id, other);
    }
    contacts::ignore_other_key(turn.tx, id)?;
    let chat = reread(turn, id)?.chat;
    turn.line(chat, SystemLine::OtherKeyIgnored, PeerKey::Box(other))?;
    Ok(())
}

/// Binds a contact to the other key. Texts that still wait were written for the old key: the person
/// decides here that they go to the new one, so their boxes are made anew.
pub(super) fn accept_key(
    outbound: &mut Outbound,
    turn: &mut Turn<'_>,
    id: ContactId,
    other: BoxPublicKey,
) -> Result<(), EngineError> {
    if turn.contacts.by_key(&other).is_some() {
        return Err(ErrorCode::AlreadyAdded.into());
    }
    let contact = turn.contacts.get(id).ok_or(ErrorCode::UnknownContact)?;
    let (chat, old_identity) = (contact.chat, contact.fingerprint);
    let held = requests::by_key(turn.tx, &other)?;
    let held = held.filter(|held| held.fingerprint.is_none());
    let held = held.map(|held| MovingIn::read(outbound, held));
    contacts::use_other_key(turn.tx, id, turn.now.wall)?;
    if let Some(identity) = &old_identity {
        // What waits in the chat waits for the identity behind the new key.
        session_outbox::remove_controls(turn.tx, id)?;
        peers::forget(turn.tx, identity)?;
    }
    outbound.recall(id);
    outbound.sessions.forget(id);
    let mut renewed = reread(turn, id)?;
    renewed.client = held.as_ref().map_or(Client::Unknown, |held| held.client);
    outbound.reseal_waiting(turn, &renewed)?;
    turn.line(chat, SystemLine::OtherKeyAccepted, PeerKey::Box(other))?;
    if let Some(held) = held {
        held.store(turn, id, chat)?;
    }
    made(turn, id, None)?;
    Ok(())
}

/// Whether a key under a contact's name is one that the person has to be told of.
fn is_news(outbound: &Outbound, contact: &Contact, key: &BoxPublicKey) -> bool {
    let known = contact.ignored_key == Some(*key)
        || contact.other_key.as_ref().is_some_and(|o| o.key == *key);
    !known
        && contact.box_key.is_some()
        && !contact.blocked
        && *key != outbound.sessions.identity.box_key()
}
