//! Which keys of the two are compared: by the safety number, by a code (P-130, P-131).

use crate::core::identity::Identity;
use sotto_protocol::{BoxPublicKey, Fingerprint, NumberKind, PublicIdentity, SafetyNumber};
use sotto_store::contacts::Contact;
use sotto_store::peers::{self, Peer};
use sotto_store::{Reader, StoreError};

/// The keys of the person and of a contact, as far as both know them of each other.
#[derive(Clone, Copy)]
pub(crate) enum ComparedKeys {
    /// All keys of both.
    Identities {
        own: PublicIdentity,
        other: PublicIdentity,
    },
    /// The box keys alone.
    BoxKeys {
        own: BoxPublicKey,
        other: BoxPublicKey,
    },
}

impl ComparedKeys {
    /// Those of the identities once something was decrypted from the contact: with it came the hash
    /// of a key card of ours, so that both sides know all keys. Nothing as long as no key of the
    /// contact is known.
    pub(crate) fn of(
        identity: &Identity,
        reader: &Reader,
        contact: &Contact,
    ) -> Result<Option<Self>, StoreError> {
        let peer = peer_of(reader, contact)?;
        let peer = peer.filter(|peer| peer.knows_card.is_some());
        let whole = peer.and_then(|peer| Self::of_identities(identity, &peer));
        let alone = contact.box_key.map(|key| Self::box_keys(identity, key));
        Ok(whole.or(alone))
    }

    /// All that the contact may have compared already, whatever it knows of the person: those of
    /// the identities if they are known here, those of the box keys if that is.
    pub(super) fn all(
        identity: &Identity,
        reader: &Reader,
        contact: &Contact,
    ) -> Result<Vec<Self>, StoreError> {
        let peer = peer_of(reader, contact)?;
        let whole = peer.and_then(|peer| Self::of_identities(identity, &peer));
        let alone = contact.box_key.map(|key| Self::box_keys(identity, key));
        Ok(whole.into_iter().chain(alone).collect())
    }

    /// The box keys, with this one of the contact.
    pub(super) fn box_keys(identity: &Identity, other: BoxPublicKey) -> Self {
        let own = identity.box_key();
        Self::BoxKeys { own, other }
    }

    fn of_identities(identity: &Identity, peer: &Peer) -> Option<Self> {
        let card = identity.statements.card(peer)?;
        Some(Self::Identities {
            own: *identity.item.identity.public(),
            other: *card.identity(),
        })
    }

    /// Which keys these are.
    pub(crate) const fn kind(&self) -> NumberKind {
        match self {
            Self::Identities { .. } => NumberKind::Identities,
            Self::BoxKeys { .. } => NumberKind::BoxKeys,
        }
    }

    /// The person's, as a code names them.
    pub(super) fn own(&self) -> Fingerprint {
        match self {
            Self::Identities { own, .. } => own.fingerprint(),
            Self::BoxKeys { own, .. } => Fingerprint::of_box_key(own),
        }
    }

    /// The contact's.
    pub(super) fn other(&self) -> Fingerprint {
        match self {
            Self::Identities { other, .. } => other.fingerprint(),
            Self::BoxKeys { other, .. } => Fingerprint::of_box_key(other),
        }
    }

    /// The safety number of the two.
    pub(crate) fn number(&self) -> SafetyNumber {
        match self {
            Self::Identities { own, other } => SafetyNumber::of_identities(own, other),
            Self::BoxKeys { own, other } => SafetyNumber::of_box_keys(own, other),
        }
    }
}

fn peer_of(reader: &Reader, contact: &Contact) -> Result<Option<Peer>, StoreError> {
    match &contact.fingerprint {
        Some(fingerprint) => peers::by_fingerprint(reader, fingerprint),
        None => Ok(None),
    }
}
