//! The plain boxes in which bundles are asked for and answered (P-104).

use super::Sessions;
use crate::api::RelayId;
use crate::core::turn::Turn;
use sotto_protocol::{Body, BoxPublicKey, Content, SharedBox, tag};
use sotto_store::{StoreError, nonces};
use sotto_wire::{ClientFrame, UserId};

/// A box that brought a request or an answer.
pub(crate) struct Letter<'a> {
    pub(crate) relay: RelayId,
    pub(crate) from: &'a UserId,
    pub(crate) key: BoxPublicKey,
    pub(crate) nonce: [u8; 24],
}

/// Where somebody may be written to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) relay: RelayId,
    pub(crate) name: UserId,
    pub(crate) key: BoxPublicKey,
}

impl Sessions {
    /// Writes a request or an answer in a plain box. Its nonce is remembered in the same turn, but of
    /// an answer to a stranger: handed back it says nothing, and any number of keys may ask.
    pub(super) fn write_exchange(
        &self,
        turn: &mut Turn<'_>,
        to: Target,
        body: Body,
    ) -> Result<(), StoreError> {
        let Target { relay, name, key } = to;
        let sent_at_ms = u64::try_from(turn.now.wall).unwrap_or(0);
        let is_request = matches!(body, Body::BundleRequest(_));
        let content = Content::new(turn.content_id(), sent_at_ms, body);
        let Ok(text) = content.to_exchange_text() else {
            tracing::error!("a bundle is too long");
            return Ok(());
        };
        let nonce = turn.random();
        let shared = SharedBox::new(self.identity.item.identity.box_key(), &key);
        let tagged = tag::append(&text, &self.identity.box_key(), &key, &nonce);
        let encrypted = shared.seal(nonce, tagged.as_bytes());
        if is_request || turn.contacts.by_key(&key).is_some() {
            nonces::remember(turn.tx, &key, &nonce)?;
        }
        let frame = ClientFrame::Message {
            to: name,
            encrypted,
        };
        self.relays.write(turn, relay, &frame);
        Ok(())
    }
}
