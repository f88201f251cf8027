//! What the person does in chats: drafts, what was read, what is deleted here. What is said goes out
//! elsewhere.

use crate::api::{ChatId, ErrorCode, Event, MessageId};
use crate::core::outbound::Outbound;
use crate::core::turn::Turn;
use crate::error::EngineError;
use crate::text::MAX_TEXT_BYTES;
use sotto_store::{chats, drafts, kept_contents, messages};

/// The longest draft kept, bytes: a person may paste more than can be sent and cut it then.
const MAX_DRAFT_BYTES: usize = 16 * MAX_TEXT_BYTES;

/// Keeps what the person typed.
pub(crate) fn save_draft(turn: &mut Turn<'_>, chat: ChatId, text: &str) -> Result<(), EngineError> {
    known(turn, chat)?;
    if text.len() > MAX_DRAFT_BYTES {
        return Err(ErrorCode::TextTooLong.into());
    }
    drafts::save(turn.tx, chat, text, turn.now.wall)?;
    turn.touched.chat(chat);
    Ok(())
}

/// The person has seen a chat up to a message.
pub(crate) fn mark_read(
    turn: &mut Turn<'_>,
    chat: ChatId,
    up_to: MessageId,
) -> Result<(), EngineError> {
    if messages::mark_read(turn.tx, chat, up_to)? > 0 {
        turn.touched.chat(chat);
    }
    Ok(())
}

/// The command line has printed these.
pub(crate) fn mark_printed(turn: &Turn<'_>, ids: &[MessageId]) -> Result<(), EngineError> {
    Ok(messages::mark_printed(turn.tx, ids)?)
}

/// Deletes a message here.
pub(crate) fn delete_message(turn: &mut Turn<'_>, message: MessageId) -> Result<(), EngineError> {
    let chat = messages::delete(turn.tx, message)?;
    let chat = chat.ok_or(ErrorCode::UnknownMessage)?;
    turn.erase = true;
    let gone = Event::MessageRemoved { chat, message };
    turn.touched.gone.push(gone);
    turn.touched.chat(chat);
    Ok(())
}

/// Deletes all messages of a chat here; what waits to be sent is among them.
pub(crate) fn clear_chat(
    outbound: &mut Outbound,
    turn: &mut Turn<'_>,
    chat: ChatId,
) -> Result<(), EngineError> {
    known(turn, chat)?;
    messages::clear_chat(turn.tx, chat)?;
    if let Some(contact) = turn.contacts.of_chat(chat) {
        kept_contents::forget(turn.tx, contact.id)?;
        outbound.recall(contact.id);
    }
    turn.erase = true;
    turn.touched.gone.push(Event::ChatCleared { chat });
    turn.touched.chat(chat);
    Ok(())
}

fn known(turn: &Turn<'_>, chat: ChatId) -> Result<(), EngineError> {
    if turn.contacts.of_chat(chat).is_none() && chats::by_id(turn.tx, chat)?.is_none() {
        return Err(ErrorCode::UnknownContact.into());
    }
    Ok(())
}
