//! The way out: a text goes into the outbox with its box, is written when its contact is listed,
//! and counts as handed when the relay's pong shows that the frame was read.
//!
//! The box is made once. A text that was written and not confirmed is written again, the same
//! bytes, after the connection came back: a Sotto at the other end knows it by its nonce.

use super::link::{Carried, Link};
use super::{ConnectionOrder, Engine, Now};
use crate::api::{ChatId, ErrorCode, MessageId, RelayId};
use crate::error::EngineError;
use crate::text::MAX_TEXT_BYTES;
use sotto_protocol::{BoxPublicKey, SharedBox, tag};
use sotto_store::contacts::{Client, Contact};
use sotto_store::{StoreError, drafts, messages, nonces, outbox, outgoing};
use sotto_wire::UserId;

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
        if contact.sealed {
            let id = self.queue_sealed(now, &contact, text)?;
            self.waiting.insert(chat);
            self.message_added(id.0);
            self.chat_changed(chat);
            self.pump(now);
            return Ok(id);
        }
        let key = contact.box_key.ok_or(ErrorCode::BadKey)?;
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
                    key,
                    protection: messages::Protection::Plain,
                    plain_nonce: Some(sealed.nonce),
                },
            )?;
            outbox::push(
                tx,
                &outbox::NewEntry {
                    message: id,
                    chat: chat.0,
                    key,
                    nonce: sealed.nonce,
                    ciphertext: &sealed.ciphertext,
                },
            )?;
            nonces::remember(tx, &key, &sealed.nonce)?;
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
        let key = contact.box_key.map(BoxPublicKey::from_bytes);
        let key = key.and_then(Result::ok).ok_or(ErrorCode::BadKey)?;
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
        if contact.sealed {
            let account = contact.account.unwrap_or(super::sealed::NOBODY);
            self.store.transaction(|tx| {
                messages::requeue(tx, id.0, now.wall)?;
                messages::protect(tx, id.0, &account)?;
                outgoing::push(
                    tx,
                    &outgoing::New {
                        chat: chat.0,
                        what: outgoing::What::Message(id.0),
                        data: &[],
                        content: message.public_id,
                        account,
                    },
                )
            })?;
            self.waiting.insert(chat);
            self.message_changed(id.0);
            self.chat_changed(chat);
            self.pump(now);
            return Ok(());
        }
        let key = contact.box_key.ok_or(ErrorCode::BadKey)?;
        let sealed = self.seal(&contact, &message.text)?;
        self.store.transaction(|tx| {
            outbox::requeue(
                tx,
                &outbox::NewEntry {
                    message: id.0,
                    chat: chat.0,
                    key,
                    nonce: sealed.nonce,
                    ciphertext: &sealed.ciphertext,
                },
                now.wall,
            )?;
            nonces::remember(tx, &key, &sealed.nonce)
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
    pub(super) fn pump_chat(&mut self, now: Now, chat: ChatId) -> Result<(), StoreError> {
        let Some(contact) = self.directory.get(chat) else {
            self.waiting.remove(&chat);
            return Ok(());
        };
        if contact.blocked {
            return Ok(());
        }
        if contact.sealed {
            return self.pump_sealed(now, chat);
        }
        let is_sotto = contact.client == Client::Sotto;
        let Some(key) = contact.box_key else {
            return Ok(());
        };
        let Some((relay, to)) = self.route(chat, contact) else {
            return Ok(());
        };
        if is_sotto {
            // A session is a moment away: what waits goes through it.
            self.consider(now, chat);
            if self.waits_for_session(chat) {
                return Ok(());
            }
        }
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
        if self.links.get(&relay).is_some_and(|l| l.has_room(bytes)) {
            let carried = Carried::Text(row.message);
            self.write_message(now, relay, chat, to, row.ciphertext, carried);
        }
        Ok(())
    }

    /// Chooses the relay for a chat and the name of the contact there: the relay already in use
    /// while it lasts, so that the order stays, else the first in the person's order that lists
    /// the contact's key.
    pub(super) fn route(&self, chat: ChatId, contact: &Contact) -> Option<(RelayId, UserId)> {
        let key = contact.box_key.as_ref()?;
        let usable = |relay: RelayId| {
            let link = self.links.get(&relay)?;
            let name = self.presence.name_of(relay, key, &contact.user_id)?;
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
                    let name = &contact.user_id;
                    let key = contact.box_key.as_ref();
                    key.and_then(|key| self.presence.name_of(relay, key, name))
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
        self.awaiting.remove(&chat);
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
        let mut messages = Vec::new();
        if taken.iter().any(|text| text.carried != Carried::Loose) {
            self.store.transaction(|tx| {
                for text in &taken {
                    match text.carried {
                        Carried::Text(message) => {
                            outbox::handed(tx, message, now.wall, relay.0)?;
                            messages.push(message);
                        }
                        Carried::Sealed(entry) => {
                            outgoing::handed(tx, entry, now.wall, relay.0)?;
                            let entry = outgoing::by_id(tx, entry)?;
                            if let Some(outgoing::What::Message(message)) =
                                entry.map(|entry| entry.what)
                            {
                                messages.push(message);
                            }
                        }
                        Carried::Loose => {}
                    }
                }
                Ok::<(), StoreError>(())
            })?;
        }
        let measured = self
            .links
            .get_mut(&relay)
            .is_some_and(|link| link.settle(token, now));
        let told = taken.iter().filter(|text| text.carried != Carried::Loose);
        let mut chats: Vec<ChatId> = told.map(|text| text.chat).collect();
        chats.dedup();
        for message in messages {
            self.message_changed(message);
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
            self.order(relay, ConnectionOrder::Close);
        }
    }
}
