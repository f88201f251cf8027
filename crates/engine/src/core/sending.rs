//! The way out: a text goes into the outbox with its box, is written when its contact is listed,
//! and counts as handed when the relay's pong shows that the frame was read.
//!
//! The box is made once. A text that was written and not confirmed is written again, the same
//! bytes, after the connection came back: a Sotto at the other end knows it by its nonce.

use super::link::{InFlight, Link};
use super::{Engine, LinkOrder, Now};
use crate::error::EngineError;
use crate::text::MAX_TEXT_BYTES;
use crate::view::{ChatId, ErrorCode, MessageId, RelayId};
use sotto_protocol::{BoxPublicKey, SharedBox, tag};
use sotto_store::contacts::{Client, Contact};
use sotto_store::{StoreError, drafts, messages, nonces, outbox};
use sotto_wire::{ClientFrame, UserId};

/// A text sealed for a contact.
pub(super) struct Sealed {
    pub(super) nonce: [u8; 24],
    pub(super) ciphertext: String,
}

impl Engine {
    pub(super) fn send_text(
        &mut self,
        now: Now,
        chat: ChatId,
        text: &str,
    ) -> Result<MessageId, EngineError> {
        if text.trim().is_empty() {
            return Err(ErrorCode::EmptyText.into());
        }
        if text.len() > MAX_TEXT_BYTES {
            return Err(ErrorCode::TextTooLong.into());
        }
        let contact = self.directory.get(chat).ok_or(ErrorCode::UnknownContact)?;
        if contact.blocked {
            return Err(ErrorCode::Blocked.into());
        }
        let contact = contact.clone();
        let sealed = self.seal(&contact, text)?;
        let public_id = self.random();
        let id = self.store.transaction(|tx| {
            let id = messages::send(
                tx,
                &messages::Sent {
                    chat: chat.0,
                    public_id,
                    text,
                    created_at: now.wall,
                    key: contact.box_key,
                },
            )?;
            outbox::push(
                tx,
                &outbox::NewEntry {
                    message: id,
                    chat: chat.0,
                    key: contact.box_key,
                    nonce: sealed.nonce,
                    ciphertext: &sealed.ciphertext,
                },
            )?;
            nonces::remember(tx, &contact.box_key, &sealed.nonce)?;
            drafts::save(tx, chat.0, "", now.wall)?;
            Ok::<i64, StoreError>(id)
        })?;
        self.waiting.insert(chat);
        self.message_added(id);
        self.chat_changed(chat);
        self.pump(now);
        Ok(MessageId(id))
    }

    /// Makes the box of a text for a contact, with the invisible tag unless the contact's program
    /// is known not to be Sotto (docs/protocol.md).
    pub(super) fn seal(&mut self, contact: &Contact, text: &str) -> Result<Sealed, EngineError> {
        let key = BoxPublicKey::from_bytes(contact.box_key).map_err(|_| ErrorCode::BadKey)?;
        let nonce = self.random();
        let shared = SharedBox::new(self.item.identity.box_key(), &key);
        let ciphertext = match contact.client {
            Client::Guide => shared.seal(nonce, text.as_bytes()),
            Client::Unknown | Client::Sotto => {
                let tagged = tag::append(text, &self.own_key, &key, &nonce);
                shared.seal(nonce, tagged.as_bytes())
            }
        };
        Ok(Sealed { nonce, ciphertext })
    }

    pub(super) fn retry_message(&mut self, now: Now, id: MessageId) -> Result<(), EngineError> {
        let message = messages::by_id(self.store.reader(), id.0)?;
        let message = message.ok_or(ErrorCode::UnknownMessage)?;
        if message.state != Some(messages::State::Failed) {
            return Ok(());
        }
        let chat = ChatId(message.chat);
        let contact = self.directory.get(chat).ok_or(ErrorCode::UnknownContact)?;
        let contact = contact.clone();
        let sealed = self.seal(&contact, &message.text)?;
        self.store.transaction(|tx| {
            outbox::requeue(
                tx,
                &outbox::NewEntry {
                    message: id.0,
                    chat: chat.0,
                    key: contact.box_key,
                    nonce: sealed.nonce,
                    ciphertext: &sealed.ciphertext,
                },
                now.wall,
            )?;
            nonces::remember(tx, &contact.box_key, &sealed.nonce)
        })?;
        self.waiting.insert(chat);
        self.message_changed(id.0);
        self.chat_changed(chat);
        self.pump(now);
        Ok(())
    }

    /// Writes what can be written now.
    pub(super) fn pump(&mut self, now: Now) {
        let chats: Vec<ChatId> = self.waiting.iter().copied().collect();
        for chat in chats {
            if let Err(error) = self.pump_chat(now, chat) {
                tracing::warn!(%error, "the outbox could not be read");
            }
        }
    }

    /// Writes the first waiting text of a chat, unless it is under way already. One at a time:
    /// the relay drops what it reads while the recipient is away, and a second text that it reads
    /// when the recipient is back would arrive before the first is written again.
    fn pump_chat(&mut self, now: Now, chat: ChatId) -> Result<(), StoreError> {
        let Some(contact) = self.directory.get(chat) else {
            self.waiting.remove(&chat);
            return Ok(());
        };
        if contact.blocked {
            return Ok(());
        }
        let Some((relay, to)) = self.route(chat, contact) else {
            return Ok(());
        };
        let key = contact.box_key;
        let under_way = |link: &Link| link.carries_for(chat) || !link.has_room(0);
        if self.links.get(&relay).is_none_or(under_way) {
            return Ok(());
        }
        let rows = outbox::list(self.store.reader(), chat.0, 0, 1)?;
        let Some(row) = rows.into_iter().next() else {
            self.waiting.remove(&chat);
            return Ok(());
        };
        let bytes = row.ciphertext.len();
        // A text is bound to the key that it was written for.
        if row.key != key {
            return Ok(());
        }
        if let Some(link) = self.links.get_mut(&relay)
            && link.has_room(bytes)
        {
            link.wrote(InFlight {
                message: row.message,
                chat,
                bytes,
                token: link.upcoming_token(),
            });
            self.routes.insert(chat, relay);
            let encrypted = row.ciphertext;
            self.write(relay, &ClientFrame::Message { to, encrypted });
            self.ping(now, relay);
        }
        Ok(())
    }

    /// Chooses the relay for a chat and the name of the contact there: the relay already in use
    /// while it lasts, so that the order stays, else the first in the person's order that lists
    /// the contact's key.
    fn route(&self, chat: ChatId, contact: &Contact) -> Option<(RelayId, UserId)> {
        let usable = |relay: RelayId| {
            let link = self.links.get(&relay)?;
            let name = self
                .presence
                .name_of(relay, &contact.box_key, &contact.user_id)?;
            link.is_connected().then(|| (relay, name.clone()))
        };
        let in_use = self.routes.get(&chat).copied();
        in_use
            .and_then(usable)
            .or_else(|| self.relay_order.iter().copied().find_map(usable))
    }

    /// Takes back the texts for contacts that a relay no longer lists: it may have dropped them.
    pub(super) fn recall_unlisted(&mut self, relay: RelayId) {
        let gone: Vec<ChatId> = self
            .routes
            .iter()
            .filter(|(_, route)| **route == relay)
            .map(|(chat, _)| *chat)
            .filter(|chat| {
                self.directory.get(*chat).is_none_or(|contact| {
                    let key = &contact.box_key;
                    self.presence
                        .name_of(relay, key, &contact.user_id)
                        .is_none()
                })
            })
            .collect();
        for chat in gone {
            self.recall(chat);
        }
    }

    /// Takes back the texts of a chat that are under way; they stay in the outbox.
    pub(super) fn recall(&mut self, chat: ChatId) {
        if let Some(relay) = self.routes.remove(&chat)
            && let Some(link) = self.links.get_mut(&relay)
        {
            link.recall(chat);
        }
    }

    /// The relay answered a ping: whatever was written before it was read there.
    pub(super) fn link_pong(
        &mut self,
        now: Now,
        relay: RelayId,
        token: u64,
    ) -> Result<(), StoreError> {
        let Some(link) = self.links.get_mut(&relay) else {
            return Ok(());
        };
        link.heard(now);
        let taken = link.taken_by(token);
        if !taken.is_empty() {
            self.store.transaction(|tx| {
                for text in &taken {
                    outbox::handed(tx, text.message, now.wall, relay.0)?;
                }
                Ok::<(), StoreError>(())
            })?;
        }
        let measured = self
            .links
            .get_mut(&relay)
            .is_some_and(|link| link.settle(token, now));
        let mut chats: Vec<ChatId> = taken.iter().map(|text| text.chat).collect();
        chats.dedup();
        for text in &taken {
            self.message_changed(text.message);
        }
        for chat in chats {
            self.chat_changed(chat);
        }
        if measured {
            self.tell_relay(relay);
        }
        self.pump(now);
        Ok(())
    }

    /// Ends the connection orders of a relay politely.
    pub(crate) fn close_all(&mut self) {
        let relays: Vec<RelayId> = self.links.keys().copied().collect();
        for relay in relays {
            self.order(relay, LinkOrder::Close);
        }
    }
}
