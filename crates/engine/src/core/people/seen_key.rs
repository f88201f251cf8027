//! Another key that a relay showed under a contact's name: noted once, undecided.

use crate::api::{ContactId, SystemLine};
use crate::core::outbound::Outbound;
use crate::core::turn::Turn;
use sotto_protocol::BoxPublicKey;
use sotto_store::StoreError;
use sotto_store::contacts::{self, Contact};
use sotto_store::messages::PeerKey;
use sotto_wire::UserId;

/// A key that was seen under a contact's name.
pub(super) struct SeenKey {
    contact: ContactId,
    key: BoxPublicKey,
    /// Whether to say so: one line until the person decides, however many keys come by.
    is_first: bool,
}

impl SeenKey {
    /// A key that was seen under the name of this contact.
    pub(super) const fn of(contact: &Contact, key: BoxPublicKey) -> Self {
        Self {
            contact: contact.id,
            key,
            is_first: contact.other_key.is_none(),
        }
    }

    /// The key that a name has at a relay now, if it is another than a contact's own.
    pub(super) fn at_relays(
        outbound: &Outbound,
        name: &UserId,
        own: &BoxPublicKey,
    ) -> Option<BoxPublicKey> {
        let relays = &outbound.sessions.relays;
        let listed = relays
            .all()
            .filter_map(|(relay, _)| relays.presence().key_of(relay, name));
        let mut keys = listed.filter_map(|key| BoxPublicKey::from_bytes(key.0).ok());
        keys.find(|key| key != own && *key != outbound.sessions.identity.box_key())
    }

    /// Notes it.
    pub(super) fn note(&self, turn: &mut Turn<'_>) -> Result<(), StoreError> {
        let (tx, at) = (turn.tx, turn.now.wall);
        let is_news = contacts::see_other_key(tx, self.contact, &self.key, at)?;
        let contact = turn.reread(self.contact)?;
        if let Some(contact) = contact.filter(|_| is_news && self.is_first) {
            let key = PeerKey::Box(self.key);
            turn.line(contact.chat, SystemLine::OtherKeySeen, key)?;
        }
        Ok(())
    }
}
