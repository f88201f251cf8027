//! Contacts and requests: adding, naming, blocking, deleting, and deciding about another key.

use super::people::SeenKey;
use super::sending::Sealed;
use super::talk::Talk;
use super::{Engine, Now};
use crate::api::NewContact;
use crate::api::{ChatId, ErrorCode, Event, RequestId, SystemLine};
use crate::error::EngineError;
use crate::text::clean_name;
use data_encoding::BASE64;
use sotto_protocol::BoxPublicKey;
use sotto_store::contacts::{self, Added, Client, Contact, Origin};
use sotto_store::requests::{self, Request, Via};
use sotto_store::{StoreError, Tx, blocked_keys, messages, nonces, outbox, outgoing, peers};
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
        // Who wrote in a session named this box key without a proof: such a request stays one.
        let held = requests::by_key(self.store.reader(), &bytes)?;
        let held = held.filter(|held| held.account.is_none());
        let held = held.map(|held| self.move_in(held));
        let other = self.other_key_of(&user_id, &bytes);
        let made = self.store.transaction(|tx| {
            let chat = add(tx, now, user_id.as_str(), &name, bytes, None, Origin::Added)?;
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
        let (key, account) = (held.key, held.account);
        let line_id = self.random();
        let held = self.move_in(held);
        let other = self.other_key_of(&user_id, &key);
        let made = self.store.transaction(|tx| {
            let origin = Origin::Request;
            let chat = add(tx, now, user_id.as_str(), &name, key, account, origin)?;
            let what = SystemLine::RequestAccepted;
            let mut added = vec![line(tx, now, chat, what, line_id, key)?];
            added.extend(held.store(tx, now, chat)?);
            Made::read(tx, now, chat, added, other)
        })?;
        let chat = self.contact_made(now, made, Some(&held));
        self.confirm_held(now, chat, Some(&held));
        Ok(chat)
    }

    /// Confirms the texts of a request that came in a session, now that they are taken. What is
    /// lost on the way is confirmed when it comes again.
    pub(super) fn confirm_held(&mut self, now: Now, chat: ChatId, held: Option<&MovingIn>) {
        if let Some(held) = held
            && let Err(error) = self.try_confirm(now, chat, held)
        {
            tracing::warn!(%error, "the texts of a request were not confirmed");
        }
    }

    fn try_confirm(&mut self, now: Now, chat: ChatId, held: &MovingIn) -> Result<(), StoreError> {
        let Some(account) = held.request.account else {
            return Ok(());
        };
        let profile_id = self.random();
        self.store.transaction(|tx| {
            Self::push_own(
                tx,
                chat.0,
                &account,
                outgoing::Own::Profile,
                &[],
                profile_id,
            )
        })?;
        self.waiting.insert(chat);
        for text in &held.request.texts {
            let Via::Session(content) = text.via else {
                continue;
            };
            let Some(mut talk) = Talk::best(self.store.reader(), &account)? else {
                return Ok(());
            };
            let encrypted = self.receipt_for(now, &mut talk, Some(chat.0), content)?;
            if let Some(encrypted) = encrypted {
                self.store.transaction(|tx| talk.save(tx))?;
                self.write_loose(now, chat, &talk, encrypted);
            }
        }
        self.pump(now);
        Ok(())
    }

    /// What a contact wrote as a stranger goes into its chat: it became one by another way than by
    /// accepting that.
    pub(super) fn take_request_in(&mut self, now: Now, chat: ChatId) {
        if let Err(error) = self.try_take_request_in(now, chat) {
            tracing::warn!(%error, "a request of a contact could not be taken in");
        }
    }

    fn try_take_request_in(&mut self, now: Now, chat: ChatId) -> Result<(), StoreError> {
        let Some(contact) = self.directory.get(chat) else {
            return Ok(());
        };
        let (Some(key), account) = (contact.box_key, contact.account) else {
            return Ok(());
        };
        let held = requests::by_key(self.store.reader(), &key)?;
        let held = held.filter(|held| held.account.is_none() || held.account == account);
        let Some(held) = held.map(|held| self.move_in(held)) else {
            return Ok(());
        };
        let added = self.store.transaction(|tx| held.store(tx, now, chat))?;
        self.reread(chat)?;
        for message in added {
            self.message_added(message);
        }
        self.emit(Event::RequestRemoved {
            request: RequestId(held.request.id),
        });
        self.held_changed(&key);
        self.chat_changed(chat);
        self.confirm_held(now, chat, Some(&held));
        Ok(())
    }

    /// Prepares the texts of a request for their chat: without tags, with ids.
    pub(super) fn move_in(&mut self, request: Request) -> MovingIn {
        let key = BoxPublicKey::from_bytes(request.key).ok();
        let mut texts = Vec::with_capacity(request.texts.len());
        let mut client = Client::Unknown;
        for held in &request.texts {
            let text = match (&key, held.via) {
                (Some(key), Via::Box(nonce)) => {
                    let (text, told) = self.read_tag(&held.text, key, &nonce);
                    client = told;
                    text
                }
                (_, Via::Session(_)) => {
                    client = Client::Sotto;
                    held.text.clone()
                }
                (None, Via::Box(_)) => held.text.clone(),
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
    pub(super) fn contact_made(&mut self, now: Now, made: Made, held: Option<&MovingIn>) -> ChatId {
        let chat = made.chat;
        let name = made.contact.user_id.clone();
        let key = made.contact.box_key;
        self.directory.put(Some(made.contact));
        if let Some(held) = held {
            let request = RequestId(held.request.id);
            self.emit(Event::RequestRemoved { request });
        }
        self.told_reach.insert(chat, self.reach(key.as_ref()));
        self.chat_changed(chat);
        for message in made.added {
            self.message_added(message);
        }
        self.claims_changed(&name);
        if let Some(key) = &key {
            self.held_changed(key);
        }
        self.people_due.get_or_insert(now.mono);
        self.consider(now, chat);
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
        let account = contact.account;
        self.store.transaction(|tx| {
            if let Some(account) = &account {
                peers::forget(tx, account)?;
            }
            contacts::delete(tx, chat.0)
        })?;
        self.exchanges.forget(chat);
        self.settled.remove(&chat);
        self.recall(chat);
        self.waiting.remove(&chat);
        self.told_reach.remove(&chat);
        self.directory.remove(chat);
        self.erase();
        self.emit(Event::ChatRemoved { chat });
        self.claims_changed(&name);
        self.invites_changed();
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
        key: &str,
        accept: bool,
    ) -> Result<(), EngineError> {
        let contact = self.directory.get(chat).ok_or(ErrorCode::UnknownContact)?;
        let other = contact.other_key.as_ref().map(|other| other.key);
        // A relay may have shown one more key since the person read this one.
        let other = other
            .filter(|other| BASE64.encode(other) == key)
            .ok_or(ErrorCode::NoKeyChange)?;
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
        let held = held.filter(|held| held.account.is_none());
        let held = held.map(|held| self.move_in(held));
        let mut contact = self
            .directory
            .get(chat)
            .cloned()
            .ok_or(ErrorCode::UnknownContact)?;
        let old_account = contact.account;
        contact.box_key = Some(other);
        contact.client = held.as_ref().map_or(Client::Unknown, |held| held.client);
        let waiting = self.seal_waiting(&contact)?;
        let made = self.store.transaction(|tx| {
            contacts::use_other_key(tx, chat.0)?;
            if let Some(account) = &old_account {
                // What waits in the chat waits for the identity behind the new key.
                outgoing::remove_own(tx, chat.0)?;
                peers::forget(tx, account)?;
            }
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
        self.exchanges.forget(chat);
        self.settled.remove(&chat);
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
        let taken = self.store.transaction(|tx| {
            let taken = requests::take(tx, request.0)?;
            // A stranger's sessions go with its request.
            peers::forget_strangers(tx)?;
            Ok::<_, StoreError>(taken)
        })?;
        self.request_gone(request, taken.map(|taken| taken.key))
    }

    pub(super) fn block_request(
        &mut self,
        now: Now,
        request: RequestId,
    ) -> Result<(), EngineError> {
        let key = self.store.transaction(|tx| {
            let key = requests::block(tx, request.0, now.wall)?;
            peers::forget_strangers(tx)?;
            Ok::<_, StoreError>(key)
        })?;
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
pub(super) struct MovingIn {
    request: Request,
    /// Each without its tag, with a new id.
    texts: Vec<(String, [u8; 16])>,
    /// What the newest says of the sender's program.
    client: Client,
}

impl MovingIn {
    /// Moves them, unread and in their order; gives their messages.
    pub(super) fn store(
        &self,
        tx: &Tx<'_>,
        now: Now,
        chat: ChatId,
    ) -> Result<Vec<i64>, StoreError> {
        requests::take(tx, self.request.id)?;
        // What a tag says is less than what a session has shown.
        if contacts::by_id(tx, chat.0)?.is_some_and(|contact| !contact.sealed) {
            contacts::set_client(tx, chat.0, self.client)?;
        }
        let mut added = Vec::new();
        for (old, (text, public_id)) in self.request.texts.iter().zip(&self.texts) {
            if text.is_empty() {
                continue;
            }
            let (public_id, key, protection) = match (old.via, self.request.account) {
                (Via::Session(content), Some(account)) => {
                    let free = messages::by_public_id(tx, &content)?.is_none();
                    let id = if free { content } else { *public_id };
                    (id, account, messages::Protection::Pq)
                }
                _ => (*public_id, self.request.key, messages::Protection::Plain),
            };
            added.push(messages::receive(
                tx,
                &messages::Received {
                    chat: chat.0,
                    public_id,
                    text,
                    created_at: old.received_at.min(now.wall),
                    relay_at: old.relay_at,
                    relay: None,
                    key,
                    protection,
                    seen: messages::Seen::Unread,
                },
            )?);
        }
        Ok(added)
    }
}

/// A contact that was made or got another key, as it stands in the history.
pub(super) struct Made {
    chat: ChatId,
    contact: Contact,
    /// The messages and lines that joined its chat.
    added: Vec<i64>,
}

impl Made {
    /// Reads it at the end of its transaction, after noting which other key its name has.
    pub(super) fn read(
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
    account: Option<[u8; 32]>,
    origin: Origin,
) -> Result<ChatId, EngineError> {
    let new = contacts::NewContact {
        public_id: user_id,
        user_id,
        name,
        box_key: Some(box_key),
        account,
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
