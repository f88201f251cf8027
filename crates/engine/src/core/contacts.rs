//! Contacts and requests: adding, naming, blocking, deleting, and deciding about another key.

use super::{Engine, Now};
use crate::error::EngineError;
use crate::intent::NewContact;
use crate::text::clean_name;
use crate::view::{ChatId, ErrorCode, Event, RequestId, SystemLine};
use sotto_protocol::BoxPublicKey;
use sotto_store::contacts::{self, Added, Origin};
use sotto_store::requests::{self, Request};
use sotto_store::{StoreError, Tx, blocked_keys, messages, nonces, outbox};
use sotto_wire::UserId;

/// The longest name that a person may give, in characters.
const MAX_NAME_CHARS: usize = 40;

impl Engine {
    pub(super) fn find_chat(&self, public_id: &str) -> Result<ChatId, EngineError> {
        let contact = contacts::by_public_id(self.store.reader(), public_id)?;
        Ok(ChatId(contact.ok_or(ErrorCode::UnknownContact)?.id))
    }

    pub(super) fn add_contact(
        &mut self,
        now: Now,
        new: &NewContact,
    ) -> Result<ChatId, EngineError> {
        let user_id = UserId::new(new.user_id.trim()).map_err(|_| ErrorCode::BadUserId)?;
        let key = BoxPublicKey::from_base64(new.public_key.trim());
        let key = key.map_err(|_| ErrorCode::BadKey)?;
        let name = given_name(&new.name)?;
        if key == self.own_key {
            return Err(ErrorCode::OwnKey.into());
        }
        let line_id = self.random();
        let bytes = key.to_bytes();
        let held = requests::by_key(self.store.reader(), &bytes)?;
        let ids = self.message_ids(held.as_ref());
        let (chat, added) = self.store.transaction(|tx| {
            let chat = add(tx, now, user_id.as_str(), &name, bytes, Origin::Added)?;
            let mut added = vec![line(
                tx,
                now,
                chat,
                SystemLine::ContactAdded,
                line_id,
                bytes,
            )?];
            // What this key wrote as a stranger belongs into the chat.
            if let Some(held) = &held {
                requests::take(tx, held.id)?;
                added.extend(move_texts(tx, now, chat, held, &ids)?);
            }
            blocked_keys::remove(tx, &bytes)?;
            Ok::<_, EngineError>((chat, added))
        })?;
        self.contact_made(now, chat, held.as_ref(), &key, added)?;
        Ok(chat)
    }

    pub(super) fn accept_request(
        &mut self,
        now: Now,
        request: RequestId,
        name: &str,
    ) -> Result<ChatId, EngineError> {
        let name = given_name(name)?;
        let held = requests::by_id(self.store.reader(), request.0)?;
        let held = held.ok_or(ErrorCode::UnknownRequest)?;
        let key = BoxPublicKey::from_bytes(held.key).map_err(|_| ErrorCode::BadKey)?;
        let line_id = self.random();
        let ids = self.message_ids(Some(&held));
        let (chat, added) = self.store.transaction(|tx| {
            let chat = add(tx, now, &held.user_id, &name, held.key, Origin::Request)?;
            let mut added = vec![line(
                tx,
                now,
                chat,
                SystemLine::RequestAccepted,
                line_id,
                held.key,
            )?];
            requests::take(tx, held.id)?;
            added.extend(move_texts(tx, now, chat, &held, &ids)?);
            Ok::<_, EngineError>((chat, added))
        })?;
        self.contact_made(now, chat, Some(&held), &key, added)?;
        Ok(chat)
    }

    /// Random ids for the texts of a request, and those texts without their tags.
    fn message_ids(&mut self, held: Option<&Request>) -> Vec<(String, [u8; 16])> {
        let Some(held) = held else {
            return Vec::new();
        };
        let texts: Vec<String> = match BoxPublicKey::from_bytes(held.key) {
            Ok(key) => held
                .texts
                .iter()
                .map(|text| self.read_tag(&text.text, &key, &text.nonce).0)
                .collect(),
            Err(_) => held.texts.iter().map(|text| text.text.clone()).collect(),
        };
        texts
            .into_iter()
            .map(|text| (text, self.random()))
            .collect()
    }

    /// Tells the fronts of a new contact, and of the request that it came from.
    fn contact_made(
        &mut self,
        now: Now,
        chat: ChatId,
        held: Option<&Request>,
        key: &BoxPublicKey,
        added: Vec<i64>,
    ) -> Result<(), EngineError> {
        if let Some(newest) = held.and_then(|held| held.texts.last()) {
            let (_, client) = self.read_tag(&newest.text, key, &newest.nonce);
            self.store
                .transaction(|tx| contacts::set_client(tx, chat.0, client))?;
        }
        self.directory.refresh(self.store.reader(), chat)?;
        if let Some(held) = held {
            let request = RequestId(held.id);
            self.emit(Event::RequestRemoved { request });
        }
        self.told_reach.insert(chat, self.reach(&key.to_bytes()));
        self.chat_changed(chat)?;
        for message in added {
            self.message_added(message)?;
        }
        self.people_due.get_or_insert(now.mono);
        self.pump(now);
        Ok(())
    }

    pub(super) fn rename_contact(&mut self, chat: ChatId, name: &str) -> Result<(), EngineError> {
        let name = given_name(name)?;
        let known = self
            .store
            .transaction(|tx| contacts::rename(tx, chat.0, &name))?;
        self.contact_changed(chat, known)
    }

    pub(super) fn block_contact(
        &mut self,
        now: Now,
        chat: ChatId,
        blocked: bool,
    ) -> Result<(), EngineError> {
        let known = self
            .store
            .transaction(|tx| contacts::set_blocked(tx, chat.0, blocked))?;
        self.contact_changed(chat, known)?;
        if blocked {
            self.recall(chat);
        } else {
            self.pump(now);
        }
        Ok(())
    }

    pub(super) fn delete_contact(&mut self, now: Now, chat: ChatId) -> Result<(), EngineError> {
        let gone = self.store.transaction(|tx| contacts::delete(tx, chat.0))?;
        if !gone {
            return Err(ErrorCode::UnknownContact.into());
        }
        self.recall(chat);
        self.waiting.remove(&chat);
        self.told_reach.remove(&chat);
        self.directory.refresh(self.store.reader(), chat)?;
        self.erase();
        self.emit(Event::ChatRemoved { chat });
        self.people_due.get_or_insert(now.mono);
        Ok(())
    }

    /// Tells the fronts of a changed contact.
    fn contact_changed(&mut self, chat: ChatId, known: bool) -> Result<(), EngineError> {
        if !known {
            return Err(ErrorCode::UnknownContact.into());
        }
        self.directory.refresh(self.store.reader(), chat)?;
        self.chat_changed(chat)?;
        Ok(())
    }

    /// Uses or ignores the other key seen under a contact's name.
    pub(super) fn decide_key(
        &mut self,
        now: Now,
        chat: ChatId,
        accept: bool,
    ) -> Result<(), EngineError> {
        let contact = self.directory.get(chat).ok_or(ErrorCode::UnknownContact)?;
        let other = contact
            .other_key
            .as_ref()
            .ok_or(ErrorCode::NoKeyChange)?
            .key;
        let line_id = self.random();
        if !accept {
            let id = self.store.transaction(|tx| {
                contacts::ignore_other_key(tx, chat.0)?;
                line(tx, now, chat, SystemLine::OtherKeyIgnored, line_id, other)
            })?;
            self.directory.refresh(self.store.reader(), chat)?;
            self.message_added(id)?;
            self.chat_changed(chat)?;
            return Ok(());
        }
        self.accept_key(now, chat, other, line_id)
    }

    /// Binds the contact to the other key. Texts that still wait were written for the old key:
    /// the person decides here that they go to the new one, so their boxes are made anew.
    fn accept_key(
        &mut self,
        now: Now,
        chat: ChatId,
        other: [u8; 32],
        line_id: [u8; 16],
    ) -> Result<(), EngineError> {
        if self.directory.by_key(&other).is_some() {
            return Err(ErrorCode::AlreadyAdded.into());
        }
        let key = BoxPublicKey::from_bytes(other).map_err(|_| ErrorCode::BadKey)?;
        let held = requests::by_key(self.store.reader(), &other)?;
        let ids = self.message_ids(held.as_ref());
        let mut contact = self
            .directory
            .get(chat)
            .cloned()
            .ok_or(ErrorCode::UnknownContact)?;
        contact.box_key = other;
        contact.client = match held.as_ref().and_then(|held| held.texts.last()) {
            Some(newest) => self.read_tag(&newest.text, &key, &newest.nonce).1,
            None => contacts::Client::Unknown,
        };
        let mut waiting = Vec::new();
        let mut after = 0;
        loop {
            let rows = outbox::list(self.store.reader(), chat.0, after, 256)?;
            let Some(last) = rows.last() else {
                break;
            };
            after = last.id;
            for row in &rows {
                if let Some(message) = messages::by_id(self.store.reader(), row.message)? {
                    waiting.push((row.message, self.seal(&contact, &message.text)?));
                }
            }
        }
        let added = self.store.transaction(|tx| {
            contacts::use_other_key(tx, chat.0)?;
            contacts::set_client(tx, chat.0, contact.client)?;
            for (message, sealed) in &waiting {
                outbox::reseal(tx, *message, &other, &sealed.nonce, &sealed.ciphertext)?;
                nonces::remember(tx, &other, &sealed.nonce)?;
            }
            let mut added = vec![line(
                tx,
                now,
                chat,
                SystemLine::OtherKeyAccepted,
                line_id,
                other,
            )?];
            if let Some(held) = &held {
                requests::take(tx, held.id)?;
                added.extend(move_texts(tx, now, chat, held, &ids)?);
            }
            Ok::<_, EngineError>(added)
        })?;
        self.recall(chat);
        self.contact_made(now, chat, held.as_ref(), &key, added)
    }

    pub(super) fn delete_request(&mut self, request: RequestId) -> Result<(), EngineError> {
        let gone = self
            .store
            .transaction(|tx| requests::delete(tx, request.0))?;
        self.request_gone(request, gone)
    }

    pub(super) fn block_request(
        &mut self,
        now: Now,
        request: RequestId,
    ) -> Result<(), EngineError> {
        let key = self
            .store
            .transaction(|tx| requests::block(tx, request.0, now.wall))?;
        self.request_gone(request, key.is_some())
    }

    fn request_gone(&mut self, request: RequestId, gone: bool) -> Result<(), EngineError> {
        if !gone {
            return Err(ErrorCode::UnknownRequest.into());
        }
        self.erase();
        self.emit(Event::RequestRemoved { request });
        let chats: Vec<ChatId> = self
            .directory
            .all()
            .filter(|contact| contact.other_key.is_some())
            .map(|contact| ChatId(contact.id))
            .collect();
        for chat in chats {
            self.chat_changed(chat)?;
        }
        Ok(())
    }
}

/// Adds a contact, or says why not.
fn add(
    tx: &Tx<'_>,
    now: Now,
    user_id: &str,
    name: &str,
    box_key: [u8; 32],
    origin: Origin,
) -> Result<ChatId, EngineError> {
    let new = contacts::NewContact {
        public_id: user_id,
        user_id,
        name,
        box_key,
        added_at: now.wall,
        origin,
    };
    match contacts::add(tx, &new)? {
        Added::New(id) => Ok(ChatId(id)),
        Added::IdTaken(_) => Err(ErrorCode::IdTaken.into()),
        Added::KeyKnown(_) => Err(ErrorCode::AlreadyAdded.into()),
    }
}

/// Adds a line of the program's own to a chat.
fn line(
    tx: &Tx<'_>,
    now: Now,
    chat: ChatId,
    what: SystemLine,
    public_id: [u8; 16],
    key: [u8; 32],
) -> Result<i64, StoreError> {
    messages::line(
        tx,
        &messages::Line {
            chat: chat.0,
            public_id,
            system_line: super::views::line_code(what),
            created_at: now.wall,
            key,
        },
    )
}

/// Moves the texts of a request into a chat, unread, in their order.
fn move_texts(
    tx: &Tx<'_>,
    now: Now,
    chat: ChatId,
    held: &Request,
    ids: &[(String, [u8; 16])],
) -> Result<Vec<i64>, StoreError> {
    let mut added = Vec::new();
    for (old, (text, public_id)) in held.texts.iter().zip(ids) {
        if text.is_empty() {
            continue;
        }
        added.push(messages::receive(
            tx,
            &messages::Received {
                chat: chat.0,
                public_id: *public_id,
                text,
                created_at: old.received_at.min(now.wall),
                relay_at: old.relay_at,
                relay: None,
                key: held.key,
                seen: messages::Seen::Unread,
            },
        )?);
    }
    Ok(added)
}

/// Checks a name that the person gives; an empty one means the id.
pub(super) fn given_name(name: &str) -> Result<String, ErrorCode> {
    let cleaned = clean_name(name, MAX_NAME_CHARS.saturating_add(1));
    if cleaned.chars().count() > MAX_NAME_CHARS {
        return Err(ErrorCode::BadName);
    }
    Ok(cleaned)
}
