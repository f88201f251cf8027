//! A text of the person joins a queue: in its plain box, or as it is where it goes in a session.

use super::Outbound;
use crate::api::{ChatId, ErrorCode, MessageId};
use crate::core::turn::Turn;
use crate::error::EngineError;
use crate::text::MAX_TEXT_BYTES;
use sotto_protocol::{BoxPublicKey, ContentId, SharedBox, tag};
use sotto_store::contacts::{Client, Contact};
use sotto_store::messages::{self, PeerKey};
use sotto_store::session_outbox::{self, What};
use sotto_store::{StoreError, drafts, nonces, plain_outbox};

/// A text sealed for a contact in a plain box.
pub(crate) struct PlainBox {
    pub(crate) key: BoxPublicKey,
    pub(crate) nonce: [u8; 24],
    pub(crate) ciphertext: String,
}

impl Outbound {
    /// Queues a text of the person in a chat.
    pub(crate) fn send_text(
        &mut self,
        turn: &mut Turn<'_>,
        chat: ChatId,
        text: &str,
    ) -> Result<MessageId, EngineError> {
        if text.trim().is_empty() {
            return Err(ErrorCode::EmptyText.into());
        }
        if text.len() > MAX_TEXT_BYTES {
            return Err(ErrorCode::TextTooLong.into());
        }
        let contact = turn.contacts.of_chat(chat);
        let contact = contact.ok_or(ErrorCode::UnknownContact)?.clone();
        if contact.blocked {
            return Err(ErrorCode::Blocked.into());
        }
        let id = if contact.sealed {
            queue_sealed(turn, &contact, text)?
        } else {
            self.queue_plain(turn, &contact, text)?
        };
        drafts::save(turn.tx, chat, "", turn.now.wall)?;
        turn.touched.added(chat, id);
        turn.wake.peer(contact.id);
        Ok(id)
    }

    fn queue_plain(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        text: &str,
    ) -> Result<MessageId, EngineError> {
        let sealed = self.seal_plain(turn, contact, text)?;
        let new = messages::Sent {
            chat: contact.chat,
            content: turn.content_id(),
            text,
            created_at: turn.now.wall,
            key: PeerKey::Box(sealed.key),
            plain_nonce: Some(sealed.nonce),
            recipients: &[contact.id],
        };
        let message = messages::send(turn.tx, &new)?;
        let entry = plain_outbox::NewEntry {
            message,
            contact: contact.id,
            key: sealed.key,
            nonce: sealed.nonce,
            ciphertext: &sealed.ciphertext,
        };
        plain_outbox::push(turn.tx, &entry)?;
        nonces::remember(turn.tx, &sealed.key, &sealed.nonce)?;
        Ok(message)
    }

    /// Makes the box of a text for a contact, with the invisible tag unless the contact's program
    /// is known not to be Sotto (docs/protocol.md).
    pub(crate) fn seal_plain(
        &self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        text: &str,
    ) -> Result<PlainBox, EngineError> {
        let key = contact.box_key.ok_or(ErrorCode::BadKey)?;
        let nonce = turn.random();
        let identity = &self.sessions.identity;
        let shared = SharedBox::new(identity.item.identity.box_key(), &key);
        let ciphertext = match contact.client {
            Client::Guide => shared.seal(nonce, text.as_bytes()),
            Client::Unknown | Client::Sotto => {
                let tagged = tag::append(text, &identity.box_key(), &key, &nonce);
                shared.seal(nonce, tagged.as_bytes())
            }
        };
        Ok(PlainBox {
            key,
            nonce,
            ciphertext,
        })
    }

    /// Queues a failed message again.
    pub(crate) fn retry_message(
        &mut self,
        turn: &mut Turn<'_>,
        id: MessageId,
    ) -> Result<(), EngineError> {
        let message = messages::by_id(turn.tx, id)?.ok_or(ErrorCode::UnknownMessage)?;
        let failed = |delivery: &messages::Delivery| delivery.state == messages::State::Failed;
        if !message.delivery.as_ref().is_some_and(failed) {
            return Ok(());
        }
        let contact = turn.contacts.of_chat(message.chat);
        let contact = contact.ok_or(ErrorCode::UnknownContact)?.clone();
        if contact.sealed {
            messages::requeue(turn.tx, id, contact.id, turn.now.wall)?;
            messages::protect(turn.tx, id, contact.fingerprint.as_ref())?;
            push_message(turn, &contact, id, message.content)?;
        } else {
            let sealed = self.seal_plain(turn, &contact, &message.text)?;
            let entry = plain_outbox::NewEntry {
                message: id,
                contact: contact.id,
                key: sealed.key,
                nonce: sealed.nonce,
                ciphertext: &sealed.ciphertext,
            };
            plain_outbox::requeue(turn.tx, &entry, turn.now.wall)?;
            nonces::remember(turn.tx, &sealed.key, &sealed.nonce)?;
        }
        turn.touched.message(id);
        turn.wake.peer(contact.id);
        Ok(())
    }

    /// Seals the waiting texts of a contact anew, for the key that it has now.
    pub(crate) fn reseal_waiting(
        &self,
        turn: &mut Turn<'_>,
        contact: &Contact,
    ) -> Result<(), EngineError> {
        let mut after = sotto_store::PlainEntryId(0);
        loop {
            let rows = plain_outbox::list(turn.tx, contact.id, after, 256)?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.id;
            for row in &rows {
                let Some(message) = messages::by_id(turn.tx, row.message)? else {
                    continue;
                };
                let sealed = self.seal_plain(turn, contact, &message.text)?;
                let (key, nonce) = (&sealed.key, &sealed.nonce);
                let (tx, to) = (turn.tx, contact.id);
                plain_outbox::reseal(tx, row.message, to, key, nonce, &sealed.ciphertext)?;
                nonces::remember(tx, key, nonce)?;
            }
        }
    }
}

/// Queues a text for a contact to whom nothing goes outside of a secure session.
fn queue_sealed(
    turn: &mut Turn<'_>,
    contact: &Contact,
    text: &str,
) -> Result<MessageId, StoreError> {
    let content = turn.content_id();
    let new = messages::Sent {
        chat: contact.chat,
        content,
        text,
        created_at: turn.now.wall,
        key: contact
            .fingerprint
            .map_or(PeerKey::Unknown, PeerKey::Identity),
        plain_nonce: None,
        recipients: &[contact.id],
    };
    let message = messages::send(turn.tx, &new)?;
    push_message(turn, contact, message, content)?;
    Ok(message)
}

fn push_message(
    turn: &Turn<'_>,
    contact: &Contact,
    message: MessageId,
    content: ContentId,
) -> Result<(), StoreError> {
    let new = session_outbox::New {
        contact: contact.id,
        what: What::Message(message),
        data: &[],
        content,
        fingerprint: contact.fingerprint,
    };
    session_outbox::push(turn.tx, &new)?;
    Ok(())
}
