//! The contacts in memory, found by id, by key, by identity and by the name that they use at relays.
//! Every frame of a relay asks here. The history stays the truth: each change is read back in its
//! turn, and put back if the turn fails.

use crate::api::{ChatId, ContactId};
use crate::text::{clean_name, look};
use sotto_protocol::{BoxPublicKey, Fingerprint};
use sotto_store::contacts::{self, Contact};
use sotto_store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// The longest name of another person that a front is given, in characters.
pub(crate) const MAX_SHOWN_NAME: usize = 64;

/// The contacts in memory.
#[derive(Debug, Default)]
pub(crate) struct ContactCache {
    contacts: BTreeMap<ContactId, Contact>,
    by_key: BTreeMap<BoxPublicKey, ContactId>,
    by_fingerprint: BTreeMap<Fingerprint, ContactId>,
    by_name: BTreeMap<String, BTreeSet<ContactId>>,
    by_chat: BTreeMap<ChatId, ContactId>,
    /// By what their shown names look like.
    by_look: BTreeMap<String, BTreeSet<ContactId>>,
    /// What the turn under way has changed, as it was before.
    before: BTreeMap<ContactId, Option<Contact>>,
}

impl ContactCache {
    /// Reads all contacts.
    pub(crate) fn load(reader: &Reader) -> Result<Self, StoreError> {
        let mut cache = Self::default();
        for contact in contacts::list(reader)? {
            cache.insert(contact);
        }
        Ok(cache)
    }

    /// Takes one contact as it is after a change.
    pub(crate) fn put(&mut self, contact: Contact) {
        let before = self.take(contact.id);
        self.before.entry(contact.id).or_insert(before);
        self.insert(contact);
    }

    /// Forgets one contact.
    pub(crate) fn remove(&mut self, id: ContactId) {
        let before = self.take(id);
        self.before.entry(id).or_insert(before);
    }

    /// One contact.
    pub(crate) fn get(&self, id: ContactId) -> Option<&Contact> {
        self.contacts.get(&id)
    }

    /// The contact whose own chat it is.
    pub(crate) fn of_chat(&self, chat: ChatId) -> Option<&Contact> {
        self.contacts.get(self.by_chat.get(&chat)?)
    }

    /// The contact with a box key.
    pub(crate) fn by_key(&self, key: &BoxPublicKey) -> Option<&Contact> {
        self.contacts.get(self.by_key.get(key)?)
    }

    /// The contact with an identity.
    pub(crate) fn by_fingerprint(&self, fingerprint: &Fingerprint) -> Option<&Contact> {
        self.contacts.get(self.by_fingerprint.get(fingerprint)?)
    }

    /// The contacts that use a name at relays.
    pub(crate) fn by_name(&self, name: &str) -> impl Iterator<Item = &Contact> {
        let ids = self.by_name.get(name).into_iter().flatten();
        ids.filter_map(|id| self.contacts.get(id))
    }

    /// The other contacts whose shown names look like this one's.
    pub(crate) fn alike(&self, contact: &Contact) -> impl Iterator<Item = &Contact> {
        let ids = self.by_look.get(&look(&shown_name(contact)));
        let others = ids.into_iter().flatten().filter(|id| **id != contact.id);
        others.filter_map(|id| self.contacts.get(id))
    }

    /// All contacts.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.values()
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.before.clear();
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        let before = std::mem::take(&mut self.before);
        for id in before.keys() {
            self.take(*id);
        }
        for contact in before.into_values().flatten() {
            self.insert(contact);
        }
    }

    fn insert(&mut self, contact: Contact) {
        if let Some(key) = contact.box_key {
            self.by_key.insert(key, contact.id);
        }
        if let Some(fingerprint) = contact.fingerprint {
            self.by_fingerprint.insert(fingerprint, contact.id);
        }
        self.by_name
            .entry(contact.user_id.clone())
            .or_default()
            .insert(contact.id);
        self.by_chat.insert(contact.chat, contact.id);
        self.by_look
            .entry(look(&shown_name(&contact)))
            .or_default()
            .insert(contact.id);
        self.contacts.insert(contact.id, contact);
    }

    fn take(&mut self, id: ContactId) -> Option<Contact> {
        let contact = self.contacts.remove(&id)?;
        self.by_chat.remove(&contact.chat);
        leave(&mut self.by_look, &look(&shown_name(&contact)), id);
        if let Some(key) = &contact.box_key {
            self.by_key.remove(key);
        }
        if let Some(fingerprint) = &contact.fingerprint {
            self.by_fingerprint.remove(fingerprint);
        }
        leave(&mut self.by_name, &contact.user_id, id);
        Some(contact)
    }
}

/// Takes a contact out of those that a name leads to.
fn leave(index: &mut BTreeMap<String, BTreeSet<ContactId>>, name: &str, id: ContactId) {
    if let Some(ids) = index.get_mut(name) {
        ids.remove(&id);
        if ids.is_empty() {
            index.remove(name);
        }
    }
}

/// The name that the person gave a contact, else what its program told, else its id.
pub(crate) fn shown_name(contact: &Contact) -> String {
    let names = [&contact.name, &contact.told_name, &contact.public_id];
    let mut names = names
        .map(|name| clean_name(name, MAX_SHOWN_NAME))
        .into_iter();
    names.find(|name| !name.is_empty()).unwrap_or_default()
}
