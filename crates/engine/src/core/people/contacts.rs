//! Contacts: adding by id and key, naming, blocking, deleting.

use super::new_contact::{add, made, reread};
use super::requests::MovingIn;
use super::seen_key::SeenKey;
use crate::api::{ChatId, ContactId, ErrorCode, Event, NewContact, SystemLine};
use crate::core::outbound::Outbound;
use crate::core::turn::{People as PeopleTold, Turn, Whole};
use crate::error::EngineError;
use crate::text::given_name;
use sotto_protocol::BoxPublicKey;
use sotto_store::contacts::{self, Origin};
use sotto_store::messages::PeerKey;
use sotto_store::{blocked_keys, peers, requests};
use sotto_wire::UserId;

/// Adds a contact by the name that it uses at relays and its key.
pub(crate) fn add_contact(
    outbound: &Outbound,
    turn: &mut Turn<'_>,
    new: &NewContact,
) -> Result<ChatId, EngineError> {
    let user_id = UserId::new(new.user_id.trim()).map_err(|_| ErrorCode::BadUserId)?;
    let key = BoxPublicKey::from_base64(new.public_key.trim());
    let key = key.map_err(|_| ErrorCode::BadKey)?;
    let name = given_name(&new.name)?;
    if key == outbound.sessions.identity.box_key() {
        return Err(ErrorCode::OwnKey.into());
    }
    // Who wrote in a session named this box key without a proof: such a request stays one.
    let held = requests::by_key(turn.tx, &key)?;
    let held = held.filter(|held| held.fingerprint.is_none());
    let (contact, chat) = add(
        turn,
        &contacts::NewContact {
            public_id: user_id.as_str(),
            user_id: user_id.as_str(),
            name: &name,
            box_key: Some(key),
            fingerprint: None,
            added_at: turn.now.wall,
            origin: Origin::Added,
        },
    )?;
    turn.line(chat, SystemLine::ContactAdded, PeerKey::Box(key))?;
    // What this key wrote as a stranger belongs into the chat.
    if let Some(held) = held {
        MovingIn::read(outbound, held).store(turn, contact, chat)?;
    }
    blocked_keys::remove(turn.tx, &key)?;
    let other = SeenKey::at_relays(outbound, &user_id, &key);
    made(turn, contact, other)?;
    Ok(chat)
}

/// Names a contact; empty for its id.
pub(crate) fn rename_contact(
    turn: &mut Turn<'_>,
    contact: ContactId,
    name: &str,
) -> Result<(), EngineError> {
    let name = given_name(name)?;
    contacts::rename(turn.tx, contact, &name)?;
    reread(turn, contact)?;
    Ok(())
}

/// Lets plain texts go to the other name under which a contact's key is listed: the one that the
/// person saw.
pub(crate) fn use_name(
    outbound: &Outbound,
    turn: &mut Turn<'_>,
    id: ContactId,
    name: &str,
) -> Result<(), EngineError> {
    let contact = turn.contacts.get(id).ok_or(ErrorCode::UnknownContact)?;
    let listed = outbound.sessions.relays.other_name(contact);
    let other = listed.filter(|other| !contact.sealed && other.as_str() == name);
    let other = other.ok_or(ErrorCode::NoOtherName)?;
    contacts::set_user_id(turn.tx, id, other.as_str())?;
    reread(turn, id)?;
    turn.touched.reach(id);
    turn.wake.peer(id);
    Ok(())
}

/// Blocks or unblocks a contact.
pub(crate) fn block_contact(
    outbound: &mut Outbound,
    turn: &mut Turn<'_>,
    contact: ContactId,
    blocked: bool,
) -> Result<(), EngineError> {
    contacts::set_blocked(turn.tx, contact, blocked)?;
    reread(turn, contact)?;
    if blocked {
        outbound.recall(contact);
    } else {
        turn.wake.peer(contact);
    }
    Ok(())
}

/// Deletes a contact with its chat.
pub(crate) fn delete_contact(
    outbound: &mut Outbound,
    turn: &mut Turn<'_>,
    contact: ContactId,
) -> Result<(), EngineError> {
    let contact = turn.contacts.get(contact).cloned();
    let contact = contact.ok_or(ErrorCode::UnknownContact)?;
    if let Some(identity) = &contact.fingerprint {
        peers::forget(turn.tx, identity)?;
    }
    contacts::delete(turn.tx, contact.id)?;
    outbound.forget(contact.id);
    turn.contacts.remove(contact.id);
    turn.erase = true;
    let chat = contact.chat;
    turn.touched.gone.push(Event::ChatRemoved { chat });
    turn.touched.names.insert(contact.user_id);
    turn.touched.whole(Whole::Invites);
    turn.touched.people(PeopleTold::Due);
    Ok(())
}
