//! The number that two people compare (P-130).

use super::Views;
use crate::api::{ChatId, ErrorCode, SafetyNumberView};
use crate::error::EngineError;
use sotto_protocol::{NumberKind, SafetyNumber};
use sotto_store::contacts::Contact;
use sotto_store::{StoreError, peers};

impl Views<'_> {
    /// The safety number with the contact of a chat.
    pub(crate) fn safety_number(&self, chat: ChatId) -> Result<SafetyNumberView, EngineError> {
        let contact = self.contacts.of_chat(chat);
        let contact = contact.ok_or(ErrorCode::UnknownContact)?;
        let number = self.number(contact)?.ok_or(ErrorCode::NotComparable)?;
        Ok(SafetyNumberView {
            digits: number.digits().to_owned(),
            whole: number.kind() == NumberKind::Identities,
        })
    }

    /// The number of the identities once something was decrypted from the contact: with it came the
    /// hash of a key card of ours, so that both sides know all keys. Nothing as long as no key of
    /// the contact is known.
    fn number(&self, contact: &Contact) -> Result<Option<SafetyNumber>, StoreError> {
        let own = self.identity().item.identity.public();
        if let Some(fingerprint) = &contact.fingerprint
            && let Some(peer) = peers::by_fingerprint(self.reader, fingerprint)?
            && peer.knows_card.is_some()
            && let Some(card) = self.identity().statements.card(&peer)
        {
            return Ok(Some(SafetyNumber::of_identities(own, card.identity())));
        }
        let key = contact.box_key.as_ref();
        Ok(key.map(|key| SafetyNumber::of_box_keys(&own.box_key, key)))
    }
}
