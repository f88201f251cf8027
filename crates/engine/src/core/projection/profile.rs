//! The person's profile, invites, and what a link of others says.

use super::contact::identity_of;
use super::{Views, fingerprint_and_hue};
use crate::address::RelayAddress;
use crate::api::{ErrorCode, InviteState, InviteView, LinkKind, LinkRelay, LinkView, ProfileView};
use crate::core::people::{MAX_SHOWN_INVITES, links};
use crate::error::EngineError;
use sotto_protocol::{AddLink, Fingerprint};
use sotto_store::{StoreError, invites};

impl Views<'_> {
    pub(super) fn profile(&self) -> ProfileView {
        let identity = self.identity();
        let (about, profile, own_key) = (&identity.about, identity.profile(), identity.box_key());
        ProfileView {
            profile: about.profile.clone(),
            name: profile.name.clone(),
            account_id: identity.account_id().to_string(),
            user_id: profile.user_id.clone(),
            public_key: own_key.to_base64(),
            fingerprint: identity.fingerprint().to_hex(),
            key_fingerprint: Fingerprint::of_box_key(&own_key).to_hex(),
            key_storage: about.storage,
            version: about.version.clone(),
            moved_at: identity.moved_at(),
        }
    }

    /// The newest invites, and all that somebody could still use.
    pub(super) fn invites(&self) -> Result<Vec<InviteView>, StoreError> {
        let newest = invites::list(self.reader, MAX_SHOWN_INVITES, self.now.wall)?;
        Ok(newest.iter().map(|invite| self.invite(invite)).collect())
    }

    fn invite(&self, invite: &invites::Invite) -> InviteView {
        let used_by = invite.used_by.as_ref();
        let state = match used_by {
            Some(identity) => {
                let contact = self.contacts.by_fingerprint(identity);
                InviteState::Used {
                    chat: contact.map(|contact| contact.chat),
                }
            }
            None if invite.revoked_at.is_some() => InviteState::Revoked,
            None if self.now.wall >= invite.expires_at => InviteState::Expired,
            None => InviteState::Open,
        };
        InviteView {
            id: invite.id,
            created_at: invite.created_at,
            expires_at: invite.expires_at,
            shared: invite.shared,
            state,
        }
    }

    /// A relay that a link names: as it would be connected to, however the link writes it.
    fn link_relay(&self, named: &str) -> LinkRelay {
        let known = self.relays().at(named).is_some();
        let address = RelayAddress::parse(named).ok();
        LinkRelay {
            known,
            asks: !known && address.as_ref().is_some_and(RelayAddress::needs_consent),
            address: match &address {
                Some(address) => address.in_links().to_owned(),
                None => named.to_owned(),
            },
        }
    }

    /// Says what a link is; does nothing with it.
    pub(crate) fn link(&self, text: &str) -> Result<LinkView, EngineError> {
        let link = links::parse(text, self.now)?.link;
        let contact = links::contact_of(&link);
        if contact.fingerprint == self.identity().fingerprint() {
            return Err(ErrorCode::OwnKey.into());
        }
        let (fingerprint, hue) = fingerprint_and_hue(&contact.fingerprint);
        let known = self.contacts.by_fingerprint(&contact.fingerprint);
        let hue = known.map_or(hue, |contact| identity_of(contact).1);
        let relays = contact
            .relays
            .iter()
            .map(|hint| self.link_relay(&hint.address));
        Ok(LinkView {
            what: match &link {
                AddLink::Invite(invite) => LinkKind::Invite {
                    expires_at: links::ms(invite.expires.as_secs()),
                },
                AddLink::Card(_) => LinkKind::Card,
            },
            account_id: contact.account_id().to_string(),
            fingerprint,
            hue,
            relays: relays.collect(),
            known: known.map(|contact| contact.chat),
        })
    }
}
