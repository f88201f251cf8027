//! Contacts and requests: adding, naming, blocking, deleting, and deciding about another key.

use super::people::SeenKey;
use super::sending::Sealed;
use super::{Engine, Now};
use crate::error::EngineError;
use crate::intent::NewContact;
use crate::text::clean_name;
use crate::view::{ChatId, ErrorCode, Event, RequestId, SystemLine};
use sotto_protocol::BoxPublicKey;
use sotto_store::contacts::{self, Added, Client, Contact, Origin};
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
        let held = held.map(|held| self.move_in(held));
        let other = self.other_key_of(&user_id, &bytes);
        let made = self.store.transaction(|tx| {
            let chat = add(tx, now, user_id.as_str(), &name, bytes, Origin::Added)?;
            let what = SystemLine::ContactAdded;
            let mut added = vec![line(tx, now, chat, what, line_id, bytes)?];
            // What this key wrote as a stranger belongs into the chat.
            if let Some(held) = &held {
                added.extend(held.store(tx, now, chat)?);
            }
            blocked_keys::remove(tx, &bytes)?;
            Made::read(tx, now, chat, added, other)
        })?;
        Ok(self.contact_made(now, made, held.as_ref()))
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
        let user_id = UserId::new(&held.user_id).map_err(|_| ErrorCode::BadUserId)?;
        let key = held.key;
        let line_id = self.random();
        let held = self.move_in(held);
        let other = self.other_key_of(&user_id, &key);
        let made = self.store.transaction(|tx| {
            let chat = add(tx, now, user_id.as_str(), &name, key, Origin::Request)?;
            let what = SystemLine::RequestAccepted;
            let mut added = vec![line(tx, now, chat, what, line_id, key)?];
            added.extend(held.store(tx, now, chat)?);
            Made::read(tx, now, chat, added, other)
        })?;
        Ok(self.contact_made(now, made, Some(&held)))
    }

    /// Prepares the texts of a request for their chat: without tags, with ids.
    fn move_in(&mut self, request: Request) -> MovingIn {
        let key = BoxPublicKey::from_bytes(request.key).ok();
        let mut texts = Vec::with_capacity(request.texts.len());
        let mut client = Client::Unknown;
        for held in &request.texts {
            let text = match &key {
                Some(key) => {
                    let (text, told) = self.read_tag(&held.text, key, &held.nonce);
                    client = told;
                    text
                }
                None => held.text.clone(),
            };
            texts.push((text, self.random()));
        }
        MovingIn {
            request,
            texts,
            client,
        }
    }

    /// Takes a new contact, or one with a new key, and tells the fronts of it and of the request
    /// that it came from.
    fn contact_made(&mut self, now: Now, made: Made, held: Option<&MovingIn>) -> ChatId {
        let chat = made.chat;
        let name = made.contact.user_id.clone();
        let key = made.contact.box_key;
        self.directory.put(Some(made.contact));
        if let Some(held) = held {
            let request = RequestId(held.request.id);
            self.emit(Event::RequestRemoved { request });
        }
        self.told_reach.insert(chat, self.reach(&key));
        self.chat_changed(chat);
        for message in made.added {
            self.message_added(message);
        }
        self.claims_changed(&name);
        self.held_changed(&key);
        self.people_due.get_or_insert(now.mono);
        self.pump(now);
        chat
    }

    pub(super) fn rename_contact(&mut self, chat: ChatId, name: &str) -> Result<(), EngineError> {
        let name = given_name(name)?;
        self.change_contact(chat, |tx| contacts::rename(tx, chat.0, &name))
    }

    pub(super) fn block_contact(
        &mut self,
        now: Now,
        chat: ChatId,
        blocked: bool,
    ) -> Result<(), EngineError> {
        self.change_contact(chat, |tx| contacts::set_blocked(tx, chat.0, blocked))?;
        if blocked {
            self.recall(chat);
        } else {
            self.pump(now);
        }
        Ok(())
    }

    pub(super) fn delete_contact(&mut self, now: Now, chat: ChatId) -> Result<(), EngineError> {
        let contact = self.directory.get(chat).ok_or(ErrorCode::UnknownContact)?;
        let name = contact.user_id.clone();
        self.store.transaction(|tx| contacts::delete(tx, chat.0))?;
        self.recall(chat);
        self.waiting.remove(&chat);
        self.told_reach.remove(&chat);
        self.directory.remove(chat);
        self.erase();
        self.emit(Event::ChatRemoved { chat });
        self.claims_changed(&name);
        self.people_due.get_or_insert(now.mono);
        Ok(())
    }

    /// Changes a contact and tells the fronts.
    fn change_contact(
        &mut self,
        chat: ChatId,
        change: impl FnOnce(&Tx<'_>) -> Result<bool, StoreError>,
    ) -> Result<(), EngineError> {
        let contact = self.store.transaction(|tx| {
            change(tx)?;
            contacts::by_id(tx, chat.0)
        })?;
        if contact.is_none() {
            return Err(ErrorCode::UnknownContact.into());
        }
        self.directory.put(contact);
        self.chat_changed(chat);
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
            let (contact, id) = self.store.transaction(|tx| {
                contacts::ignore_other_key(tx, chat.0)?;
                let id = line(tx, now, chat, SystemLine::OtherKeyIgnored, line_id, other)?;
                Ok::<_, StoreError>((contacts::by_id(tx, chat.0)?, id))
            })?;
            self.directory.put(contact);
            self.message_added(id);
            self.chat_changed(chat);
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
        let held = requests::by_key(self.store.reader(), &other)?;
        let held = held.map(|held| self.move_in(held));
        let mut contact = self
            .directory
            .get(chat)
            .cloned()
            .ok_or(ErrorCode::UnknownContact)?;
        contact.box_key = other;
        contact.client = held.as_ref().map_or(Client::Unknown, |held| held.client);
        let waiting = self.seal_waiting(&contact)?;
        let made = self.store.transaction(|tx| {
            contacts::use_other_key(tx, chat.0)?;
            for (message, sealed) in &waiting {
                outbox::reseal(tx, *message, &other, &sealed.nonce, &sealed.ciphertext)?;
                nonces::remember(tx, &other, &sealed.nonce)?;
            }
            let what = SystemLine::OtherKeyAccepted;
            let mut added = vec![line(tx, now, chat, what, line_id, other)?];
            if let Some(held) = &held {
                added.extend(held.store(tx, now, chat)?);
            }
            Made::read(tx, now, chat, added, None)
        })?;
        self.recall(chat);
        self.contact_made(now, made, held.as_ref());
        Ok(())
    }

    /// Seals the waiting texts of a contact anew, for the key that it has now.
    fn seal_waiting(&mut self, contact: &Contact) -> Result<Vec<(i64, Sealed)>, EngineError> {
        let mut sealed = Vec::new();
        let mut after = 0;
        loop {
            let rows = outbox::list(self.store.reader(), contact.id, after, 256)?;
            let Some(last) = rows.last() else {
                return Ok(sealed);
            };
            after = last.id;
            for row in &rows {
                if let Some(message) = messages::by_id(self.store.reader(), row.message)? {
                    sealed.push((row.message, self.seal(contact, &message.text)?));
                }
            }
        }
    }

    pub(super) fn delete_request(&mut self, request: RequestId) -> Result<(), EngineError> {
        let taken = self.store.transaction(|tx| requests::take(tx, request.0))?;
        self.request_gone(request, taken.map(|taken| taken.key))
    }

    pub(super) fn block_request(
        &mut self,
        now: Now,
        request: RequestId,
    ) -> Result<(), EngineError> {
        let key = self
            .store
            .transaction(|tx| requests::block(tx, request.0, now.wall))?;
        self.request_gone(request, key)
    }

    fn request_gone(
        &mut self,
        request: RequestId,
        key: Option<[u8; 32]>,
    ) -> Result<(), EngineError> {
        let key = key.ok_or(ErrorCode::UnknownRequest)?;
        self.erase();
        self.emit(Event::RequestRemoved { request });
        self.held_changed(&key);
        Ok(())
    }
}

/// The texts of a request on their way into a chat.
struct MovingIn {
    request: Request,
    /// Each without its tag, with a new id.
    texts: Vec<(String, [u8; 16])>,
    /// What the newest says of the sender's program.
    client: Client,
}

impl MovingIn {
    /// Moves them, unread and in their order; gives their messages.
    fn store(&self, tx: &Tx<'_>, now: Now, chat: ChatId) -> Result<Vec<i64>, StoreError> {
        requests::take(tx, self.request.id)?;
        contacts::set_client(tx, chat.0, self.client)?;
        let mut added = Vec::new();
        for (old, (text, public_id)) in self.request.texts.iter().zip(&self.texts) {
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
                    key: self.request.key,
                    seen: messages::Seen::Unread,
                },
            )?);
        }
        Ok(added)
    }
}

/// A contact that was made or got another key, as it stands in the history.
struct Made {
    chat: ChatId,
    contact: Contact,
    /// The messages and lines that joined its chat.
    added: Vec<i64>,
}

impl Made {
    /// Reads it at the end of its transaction, after noting which other key its name has.
    fn read(
        tx: &Tx<'_>,
        now: Now,
        chat: ChatId,
        mut added: Vec<i64>,
        other: Option<SeenKey>,
    ) -> Result<Self, EngineError> {
        if let Some(other) = other {
            let (_, line) = other.in_chat(chat).note(tx, now)?;
            added.extend(line);
        }
        let contact = contacts::by_id(tx, chat.0)?.ok_or(ErrorCode::UnknownContact)?;
        Ok(Self {
            chat,
            contact,
            added,
        })
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
pub(super) fn line(
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

/// Checks a name that the person gives; an empty one means the id.
pub(super) fn given_name(name: &str) -> Result<String, ErrorCode> {
    let cleaned = clean_name(name, MAX_NAME_CHARS.saturating_add(1));
    if cleaned.chars().count() > MAX_NAME_CHARS {
        return Err(ErrorCode::BadName);
    }
    Ok(cleaned)
}
