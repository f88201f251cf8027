//! The contacts in memory, found by id, by key, by identity and by the name that they use at relays. Every
//! frame of a relay asks here; the history stays the truth: each change is read back in its transaction.

use crate::api::ChatId;
use sotto_store::contacts::{self, Contact};
use sotto_store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// The contacts in memory.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    contacts: BTreeMap<ChatId, Contact>,
    chat_of_key: BTreeMap<[u8; 32], ChatId>,
    chat_of_account: BTreeMap<[u8; 32], ChatId>,
    chats_of_name: BTreeMap<String, BTreeSet<ChatId>>,
}

impl Directory {
    /// Reads all contacts.
    pub(crate) fn load(reader: &Reader) -> Result<Self, StoreError> {
        let mut directory = Self::default();
        for contact in contacts::list(reader)? {
            directory.insert(contact);
        }
        Ok(directory)
    }

    /// Takes one contact as it is after a change, read in the transaction that made it.
    pub(crate) fn put(&mut self, contact: Option<Contact>) {
        if let Some(contact) = contact {
            self.remove(ChatId(contact.id));
            self.insert(contact);
        }
    }

    /// One contact.
    pub(crate) fn get(&self, chat: ChatId) -> Option<&Contact> {
        self.contacts.get(&chat)
    }

    /// The contact with a key.
    pub(crate) fn by_key(&self, key: &[u8; 32]) -> Option<&Contact> {
        self.contacts.get(self.chat_of_key.get(key)?)
    }

    /// The contact with an identity, by its fingerprint.
    pub(crate) fn by_account(&self, account: &[u8; 32]) -> Option<&Contact> {
        self.contacts.get(self.chat_of_account.get(account)?)
    }

    /// The contacts that use a name at relays.
    pub(crate) fn by_name(&self, name: &str) -> impl Iterator<Item = &Contact> {
        let chats = self.chats_of_name.get(name).into_iter().flatten();
        chats.filter_map(|chat| self.contacts.get(chat))
    }

    /// All contacts.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.values()
    }

    fn insert(&mut self, contact: Contact) {
        let chat = ChatId(contact.id);
        if let Some(key) = contact.box_key {
            self.chat_of_key.insert(key, chat);
        }
        if let Some(account) = contact.account {
            self.chat_of_account.insert(account, chat);
        }
        self.chats_of_name
            .entry(contact.user_id.clone())
            .or_default()
            .insert(chat);
        self.contacts.insert(chat, contact);
    }

    /// Forgets one contact.
    pub(crate) fn remove(&mut self, chat: ChatId) {
        let Some(contact) = self.contacts.remove(&chat) else {
            return;
        };
        if let Some(key) = &contact.box_key {
            self.chat_of_key.remove(key);
        }
        if let Some(account) = &contact.account {
            self.chat_of_account.remove(account);
        }
        if let Some(chats) = self.chats_of_name.get_mut(&contact.user_id) {
            chats.remove(&chat);
            if chats.is_empty() {
                self.chats_of_name.remove(&contact.user_id);
            }
        }
    }
}
