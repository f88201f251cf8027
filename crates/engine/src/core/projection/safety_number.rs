//! The keys of a contact: the number that two people compare (P-130), and all that there ever were.

use super::{Views, of_box_key};
use crate::api::{ChatId, ContactId, ContactInfo, ErrorCode, KeyView, SafetyNumberView};
use crate::core::people::compared::ComparedKeys;
use crate::error::EngineError;
use sotto_protocol::{BoxPublicKey, Fingerprint, NumberKind};
use sotto_store::contact_keys::{self, ContactKey, KeyKind};
use sotto_store::contacts::Contact;

impl Views<'_> {
    /// The safety number with the contact of a chat.
    pub(crate) fn safety_number(&self, chat: ChatId) -> Result<SafetyNumberView, EngineError> {
        let contact = self.contacts.of_chat(chat);
        let contact = contact.ok_or(ErrorCode::UnknownContact)?;
        let keys = ComparedKeys::of(self.identity(), self.reader, contact)?;
        let number = keys.ok_or(ErrorCode::NotComparable)?.number();
        Ok(SafetyNumberView {
            digits: number.digits().to_owned(),
            whole: number.kind() == NumberKind::Identities,
        })
    }

    /// Every key that a contact ever had.
    pub(crate) fn contact_info(&self, id: ContactId) -> Result<ContactInfo, EngineError> {
        let contact = self.contacts.get(id).ok_or(ErrorCode::UnknownContact)?;
        let keys = contact_keys::list(self.reader, id)?;
        let keys = keys.iter().map(|key| key_view(contact, key)).collect();
        Ok(ContactInfo { keys })
    }
}

fn key_view(contact: &Contact, key: &ContactKey) -> KeyView {
    let (fingerprint, current) = match key.kind {
        KeyKind::Identity => {
            let identity = Fingerprint::from_bytes(key.key);
            (identity.to_hex(), contact.fingerprint == Some(identity))
        }
        KeyKind::Box => match BoxPublicKey::from_bytes(key.key) {
            Ok(box_key) => (of_box_key(&box_key).0, contact.box_key == Some(box_key)),
            // Never one that was stored; it could not be a contact's.
            Err(_) => (String::new(), false),
        },
    };
    KeyView {
        whole: key.kind == KeyKind::Identity,
        fingerprint,
        first_seen: key.first_seen,
        last_seen: key.last_seen,
        current,
    }
}
