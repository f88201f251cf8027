//! Invites and contact cards: made here, read here, and what marks they give (P-120 to P-124).
//!
//! Whether somebody who used an invite counts as verified is decided by what this program knows of
//! the way that the invite went, never by what the other side claims: one that was only ever shown
//! as a code on this screen was seen by whoever was in front of it. One that was copied, saved or
//! printed only says that somebody had it; then the person is asked.

use super::contacts::{Made, given_name, line};
use super::keyring::time;
use super::link::Link;
use super::opening::{Decrypted, Used};
use super::relays::THIS_COMPUTER;
use super::rng::Rng;
use super::{Engine, Now};
use crate::address::RelayAddress;
use crate::api::{
    ChatId, ErrorCode, Event, InviteId, InviteState, InviteView, Inviter, LinkKind, LinkRelay,
    LinkView, RelayId, RelayPlace, SystemLine, Trust, VerifiedHow,
};
use crate::error::EngineError;
use data_encoding::HEXLOWER;
use sotto_protocol::invite::{
    self as links, Contact as LinkContact, DEFAULT_TTL_SECS, Invite, InviteError,
};
use sotto_protocol::{AccountId, AddLink, DecodeError, Fingerprint, RelayHint};
use sotto_store::contacts::{self, Origin};
use sotto_store::relays::{self, Added, Place};
use sotto_store::{Reader, StoreError, Tx, invites, requests, settings};
use zeroize::Zeroizing;

/// The key of the contact card's delivery token in the table of settings.
const CARD_TOKEN: &str = "card_token";
/// How many invites the person is shown.
const MAX_SHOWN: u32 = 20;
/// The shortest time that an invite may hold, seconds.
const MIN_TTL_SECS: u64 = 60;

/// Reads the delivery token of the contact card in use, if the person ever gave one away.
pub(super) fn card_token(reader: &Reader) -> Result<Option<[u8; 16]>, StoreError> {
    let stored = settings::value(reader, CARD_TOKEN)?;
    let bytes = stored.and_then(|hex| HEXLOWER.decode(hex.as_bytes()).ok());
    Ok(bytes.and_then(|bytes| bytes.try_into().ok()))
}

impl Engine {
    pub(super) fn create_invite(
        &mut self,
        now: Now,
        ttl_secs: Option<u64>,
    ) -> Result<InviteView, EngineError> {
        let ttl = ttl_secs.unwrap_or(DEFAULT_TTL_SECS);
        let ttl = ttl.clamp(MIN_TTL_SECS, links::MAX_TTL_SECS);
        let contact = self.link_contact(None);
        let rng = &mut Rng(&mut self.random);
        let mut invite =
            Invite::generate(contact, time(now), ttl, rng).map_err(|_| ErrorCode::Internal)?;
        let link = shortened(|relays| {
            invite.contact.relays.truncate(relays);
            invite.to_link()
        })?;
        let expires_at = ms(invite.expires.as_secs());
        let id = self
            .store
            .transaction(|tx| invites::add(tx, &invite.id(), &link, now.wall, expires_at))?;
        self.invites_changed();
        Ok(InviteView {
            id: InviteId(id),
            created_at: now.wall,
            expires_at,
            shared: false,
            state: InviteState::Open,
        })
    }

    /// The link of an invite that can still be used.
    pub(super) fn show_invite(
        &self,
        now: Now,
        id: InviteId,
    ) -> Result<Zeroizing<String>, EngineError> {
        let invite = invites::by_id(self.store.reader(), id.0)?;
        let invite = invite.filter(|invite| {
            invite.revoked_at.is_none() && invite.used_by.is_none() && now.wall < invite.expires_at
        });
        Ok(invite.ok_or(ErrorCode::UnknownInvite)?.link)
    }

    /// The same, to leave the program: that is noted before the link is given.
    pub(super) fn share_invite(
        &mut self,
        now: Now,
        id: InviteId,
    ) -> Result<Zeroizing<String>, EngineError> {
        let link = self.show_invite(now, id)?;
        self.store.transaction(|tx| invites::set_shared(tx, id.0))?;
        self.invites_changed();
        Ok(link)
    }

    pub(super) fn revoke_invite(&mut self, now: Now, id: InviteId) -> Result<(), EngineError> {
        let revoked = self
            .store
            .transaction(|tx| invites::revoke(tx, id.0, now.wall))?;
        if !revoked {
            return Err(ErrorCode::UnknownInvite.into());
        }
        self.invites_changed();
        Ok(())
    }

    /// The person's contact card. From the first one on, strangers who have it are answered.
    pub(super) fn contact_card(&mut self) -> Result<Zeroizing<String>, EngineError> {
        let token = if let Some(token) = self.card_token {
            token
        } else {
            let token: [u8; 16] = self.random();
            let hex = HEXLOWER.encode(&token);
            self.store
                .transaction(|tx| settings::set(tx, CARD_TOKEN, &hex))?;
            self.card_token = Some(token);
            token
        };
        let mut card = self.link_contact(Some(token));
        let link = shortened(|relays| {
            card.relays.truncate(relays);
            card.to_link().map(Zeroizing::new)
        })?;
        Ok(link)
    }

    /// The id by which holders of the contact card name it.
    pub(super) fn card_id(&self) -> Option<[u8; 8]> {
        self.card_token
            .and_then(|token| self.link_contact(Some(token)).id())
    }

    fn link_contact(&self, delivery_token: Option<[u8; 16]>) -> LinkContact {
        let mut relays = self.own_hints();
        relays.truncate(links::MAX_RELAYS);
        LinkContact {
            fingerprint: self.fingerprint(),
            relays,
            delivery_token,
        }
    }

    /// Where the person can be reached, for links and for the key card.
    pub(super) fn own_hints(&self) -> Vec<RelayHint> {
        let relays = self.relay_order.iter();
        let relays = relays.filter_map(|relay| self.links.get(relay));
        relays.filter_map(|link| self.hint(link)).collect()
    }

    fn hint(&self, link: &Link) -> Option<RelayHint> {
        let account_id = self.item.identity.public().account_id().to_string();
        let user_id = Some(self.profile.user_id.clone()).filter(|name| *name != account_id);
        let address = match (link.place, &link.address) {
            (RelayPlace::ThisComputer, _) => THIS_COMPUTER,
            (RelayPlace::Custom, Some(address)) => address.as_str().trim_end_matches('/'),
            (RelayPlace::Custom, None) => return None,
        };
        let fits = address.len() <= sotto_protocol::relay_hint::MAX_ADDRESS_LEN;
        fits.then(|| RelayHint {
            address: address.to_owned(),
            level: 0,
            user_id,
        })
    }

    pub(super) fn read_link(&self, now: Now, text: &str) -> Result<LinkView, EngineError> {
        let link = parse(text, now)?;
        let contact = contact_of(&link);
        let fingerprint = contact.fingerprint;
        if fingerprint == self.fingerprint() {
            return Err(ErrorCode::OwnKey.into());
        }
        let known = self.directory.by_account(fingerprint.as_bytes());
        let relays = contact.relays.iter().map(|hint| LinkRelay {
            address: hint.address.clone(),
            known: self.relay_at(&hint.address).is_some(),
        });
        Ok(LinkView {
            what: match &link {
                AddLink::Invite(invite) => LinkKind::Invite {
                    expires_at: ms(invite.expires.as_secs()),
                },
                AddLink::Card(_) => LinkKind::Card,
            },
            account_id: contact.account_id().to_string(),
            fingerprint: fingerprint.to_hex(),
            hue: super::views::hue(&fingerprint),
            relays: relays.collect(),
            known: known.map(|contact| ChatId(contact.id)),
        })
    }

    /// The relay of the settings that has an address.
    fn relay_at(&self, address: &str) -> Option<RelayId> {
        let wanted = RelayAddress::parse(address).ok();
        let mut links = self.links.iter();
        let found = links.find(|(_, link)| match link.place {
            RelayPlace::ThisComputer => address == THIS_COMPUTER,
            RelayPlace::Custom => wanted.is_some() && link.address == wanted,
        });
        found.map(|(relay, _)| *relay)
    }

    pub(super) fn add_by_link(
        &mut self,
        now: Now,
        text: &str,
        name: &str,
    ) -> Result<ChatId, EngineError> {
        let link = parse(text, now)?;
        let contact = contact_of(&link).clone();
        let account = *contact.fingerprint.as_bytes();
        if contact.fingerprint == self.fingerprint() {
            return Err(ErrorCode::OwnKey.into());
        }
        if self.directory.by_account(&account).is_some() {
            return Err(ErrorCode::AlreadyAdded.into());
        }
        let name = given_name(name)?;
        let account_id = contact.account_id().to_string();
        // Of relays that store we know nothing yet: using one as one that does not would be a step
        // down that the link forbids.
        let usable: Vec<&RelayHint> = contact.relays.iter().filter(|h| h.level == 0).collect();
        if usable.is_empty() && !contact.relays.is_empty() {
            return Err(ErrorCode::LinkNewer.into());
        }
        let user_id = usable.first().and_then(|hint| hint.user_id.clone());
        let user_id = user_id.unwrap_or_else(|| account_id.clone());
        let new_relays: Vec<RelayAddress> = usable
            .iter()
            .filter(|hint| self.relay_at(&hint.address).is_none())
            .filter_map(|hint| RelayAddress::parse(&hint.address).ok())
            .collect();
        let held = requests::by_account(self.store.reader(), &account)?;
        let held = held.map(|held| self.move_in(held));
        let line_id = self.random();
        let is_invite = matches!(link, AddLink::Invite(_));
        let (made, relays) = self.store.transaction(|tx| {
            let id = add_contact(tx, now, &account_id, &user_id, &name, account)?;
            let chat = ChatId(id);
            if is_invite {
                contacts::set_trust(tx, id, contacts::Trust::ByTheirInvite, None)?;
            }
            invites::join(tx, id, text.trim())?;
            let what = SystemLine::AddedByLink;
            let mut added = vec![line(tx, now, chat, what, line_id, account)?];
            if let Some(held) = &held {
                added.extend(held.store(tx, now, chat)?);
            }
            let mut made_relays = Vec::new();
            for address in &new_relays {
                let added = relays::add(tx, Place::Custom, address.as_str(), now.wall)?;
                if let Added::New(id) = added {
                    made_relays.push((RelayId(id), address.clone()));
                }
            }
            let made = Made::read(tx, now, chat, added, None)?;
            Ok::<_, EngineError>((made, made_relays))
        })?;
        for (relay, address) in relays {
            self.take_relay(now, relay, Some(address));
        }
        let chat = self.contact_made(now, made, held.as_ref());
        self.confirm_held(now, chat, held.as_ref());
        self.consider(now, chat);
        Ok(chat)
    }

    pub(super) fn mark_verified(
        &mut self,
        now: Now,
        chat: ChatId,
        verified: bool,
    ) -> Result<(), EngineError> {
        let contact = self.directory.get(chat).ok_or(ErrorCode::UnknownContact)?;
        let key = contact.account.ok_or(ErrorCode::NothingToVerify)?;
        let (trust, at, what) = match (contact.trust, verified) {
            (contacts::Trust::ByMyInvite | contacts::Trust::ByTheirInvite, true) => (
                contacts::Trust::Affirmed,
                Some(now.wall),
                Some(SystemLine::VerifiedByPerson),
            ),
            (contacts::Trust::ByMyInvite | contacts::Trust::ByTheirInvite, false) => {
                (contacts::Trust::Unverified, None, None)
            }
            (contacts::Trust::Code | contacts::Trust::Affirmed, false) => (
                contacts::Trust::Unverified,
                None,
                Some(SystemLine::MarkRemoved),
            ),
            _ => return Err(ErrorCode::NothingToVerify.into()),
        };
        let line_id = self.random();
        let added = self.store.transaction(|tx| {
            contacts::set_trust(tx, chat.0, trust, at)?;
            what.map(|what| line(tx, now, chat, what, line_id, key))
                .transpose()
        })?;
        self.reread(chat)?;
        if let Some(added) = added {
            self.message_added(added);
        }
        self.chat_changed(chat);
        Ok(())
    }

    /// What became of the invite that a first message says it used (P-124).
    pub(super) fn invite_used(&self, now: Now, it: &Decrypted) -> Result<Used, StoreError> {
        let Some(used) = &it.content.invite_use else {
            return Ok(Used::No);
        };
        let Some(row) = invites::by_invite(self.store.reader(), &used.invite)? else {
            return Ok(Used::No);
        };
        let Ok(AddLink::Invite(invite)) = AddLink::parse(&row.link, time(now)) else {
            return Ok(Used::No);
        };
        let joiner = Fingerprint::from_bytes(it.account);
        let proved = invite.verify(used, &joiner, it.talk.session.id(), time(now));
        if let Err(error) = proved {
            tracing::debug!(%error, "the use of an invite was refused");
            return Ok(Used::No);
        }
        Ok(match row.used_by {
            _ if row.revoked_at.is_some() => Used::No,
            None => Used::Now {
                invite: row.id,
                shared: row.shared,
            },
            Some(first) if first == it.account => Used::No,
            Some(first) => Used::ByAnother { first },
        })
    }

    /// The newest invites, and all that somebody could still use.
    pub(super) fn invites(&self) -> Result<Vec<InviteView>, StoreError> {
        let newest = invites::list(self.store.reader(), MAX_SHOWN, self.clock.wall)?;
        Ok(newest
            .iter()
            .map(|invite| self.invite_view(invite))
            .collect())
    }

    fn invite_view(&self, invite: &invites::Invite) -> InviteView {
        let used_by = invite.used_by.as_ref();
        let state = match used_by {
            Some(account) => {
                let contact = self.directory.by_account(account);
                InviteState::Used {
                    chat: contact.map(|contact| ChatId(contact.id)),
                }
            }
            None if invite.revoked_at.is_some() => InviteState::Revoked,
            None if self.clock.wall >= invite.expires_at => InviteState::Expired,
            None => InviteState::Open,
        };
        InviteView {
            id: InviteId(invite.id),
            created_at: invite.created_at,
            expires_at: invite.expires_at,
            shared: invite.shared,
            state,
        }
    }

    /// Tells the fronts.
    pub(super) fn invites_changed(&mut self) {
        match self.invites() {
            Ok(invites) => self.emit(Event::InvitesChanged { invites }),
            Err(error) => tracing::warn!(%error, "the invites could not be told"),
        }
    }
}

/// What is known of a contact's keys, for a front.
pub(super) fn trust_view(contact: &contacts::Contact) -> Trust {
    let at = contact.trust_at.unwrap_or(contact.added_at);
    match contact.trust {
        contacts::Trust::Unverified => Trust::Unverified,
        contacts::Trust::ByMyInvite => Trust::ByLink {
            inviter: Inviter::Me,
        },
        contacts::Trust::ByTheirInvite => Trust::ByLink {
            inviter: Inviter::Them,
        },
        contacts::Trust::Code => Trust::Verified {
            how: VerifiedHow::Code,
            at,
        },
        contacts::Trust::Affirmed => Trust::Verified {
            how: VerifiedHow::Affirmed,
            at,
        },
    }
}

fn add_contact(
    tx: &Tx<'_>,
    now: Now,
    account_id: &str,
    user_id: &str,
    name: &str,
    account: [u8; 32],
) -> Result<i64, EngineError> {
    let added = contacts::add(
        tx,
        &contacts::NewContact {
            public_id: account_id,
            user_id,
            name,
            box_key: None,
            account: Some(account),
            added_at: now.wall,
            origin: Origin::Link,
        },
    )?;
    match added {
        contacts::Added::New(id) => Ok(id),
        contacts::Added::IdTaken(_) => Err(ErrorCode::IdTaken.into()),
        contacts::Added::KeyKnown(_) => Err(ErrorCode::AlreadyAdded.into()),
    }
}

/// Writes a link with as many relays as fit a code.
fn shortened(
    mut write: impl FnMut(usize) -> Result<Zeroizing<String>, InviteError>,
) -> Result<Zeroizing<String>, ErrorCode> {
    for relays in (0..=links::MAX_RELAYS).rev() {
        match write(relays) {
            Ok(link) => return Ok(link),
            // Without a relay nobody would find the way.
            Err(InviteError::TooLong) if relays > 1 => {}
            Err(InviteError::TooLong) => return Err(ErrorCode::LinkTooLong),
            Err(_) => return Err(ErrorCode::Internal),
        }
    }
    Err(ErrorCode::LinkTooLong)
}

fn parse(text: &str, now: Now) -> Result<AddLink, ErrorCode> {
    AddLink::parse(text.trim(), time(now)).map_err(|error| match error {
        InviteError::Expired => ErrorCode::InviteExpired,
        InviteError::Decode(DecodeError::Newer { .. }) => ErrorCode::LinkNewer,
        InviteError::NotALink
        | InviteError::Decode(_)
        | InviteError::TooLong
        | InviteError::HoldsTooLong
        | InviteError::AnotherInvite
        | InviteError::Proof => ErrorCode::NotALink,
    })
}

fn contact_of(link: &AddLink) -> &LinkContact {
    match link {
        AddLink::Invite(invite) => &invite.contact,
        AddLink::Card(contact) => contact,
    }
}

/// The account id of a fingerprint, for fronts.
pub(super) fn account_id(account: &[u8; 32]) -> AccountId {
    Fingerprint::from_bytes(*account).account_id()
}

fn ms(secs: u64) -> i64 {
    i64::try_from(secs.saturating_mul(1_000)).unwrap_or(i64::MAX)
}
