//! Requests for a bundle, and who is given one (P-104).

use super::Sessions;
use super::budget::Door;
use super::exchange_box::{Letter, Target};
use super::peer_state::PeerEvent;
use crate::api::SystemLine;
use crate::core::turn::Turn;
use sotto_protocol::body::{BundleAnswer, BundleRequest};
use sotto_protocol::{Asker, Audience, Body, BoxPublicKey, Content, DecodeError, Fingerprint};
use sotto_store::contacts::{self, Client, Contact};
use sotto_store::messages::PeerKey;
use sotto_store::{StoreError, blocked_keys, invites, nonces};

/// Identities that are remembered as named in a box.
const MAX_PROVED: usize = 1_000;

impl Sessions {
    /// Takes a request or an answer out of an opened box. `card_token` is the delivery token of the
    /// contact card in use.
    pub(crate) fn take_exchange(
        &mut self,
        turn: &mut Turn<'_>,
        letter: &Letter<'_>,
        content: Result<Content, DecodeError>,
        card_token: Option<[u8; 16]>,
    ) -> Result<(), StoreError> {
        let contact = turn.contacts.by_key(&letter.key).cloned();
        // Of strangers nothing is kept before there is a reason to answer: they could fill a disk.
        if let Some(contact) = &contact {
            nonces::remember(turn.tx, &letter.key, &letter.nonce)?;
            (self.relays).came_by(turn, contact.id, letter.relay, letter.from)?;
        }
        match content.map(|content| content.body) {
            Ok(Body::BundleRequest(request)) => match contact {
                Some(contact) => self.answer_contact(turn, letter, &contact, &request),
                None => self.answer_stranger(turn, letter, &request, card_token),
            },
            Ok(Body::BundleAnswer(answer)) => self.take_answer(turn, letter, &answer),
            Ok(_) => Ok(()),
            Err(DecodeError::Newer { .. }) => match contact {
                Some(contact) => {
                    let key = PeerKey::Box(letter.key);
                    self.note(turn, &contact, SystemLine::NewerVersion, key)
                }
                None => Ok(()),
            },
            Err(error) => {
                tracing::debug!(%error, "an exchange was dropped");
                Ok(())
            }
        }
    }

    fn answer_contact(
        &mut self,
        turn: &mut Turn<'_>,
        letter: &Letter<'_>,
        contact: &Contact,
        request: &BundleRequest,
    ) -> Result<(), StoreError> {
        let Some(asker) = request.asker.map(Fingerprint::from_bytes) else {
            return Ok(());
        };
        if contact.blocked {
            return Ok(());
        }
        if contact.fingerprint.is_some_and(|known| known != asker) {
            let key = PeerKey::Identity(asker);
            return self.note(turn, contact, SystemLine::IdentityRefused, key);
        }
        if !self.budget.contact_asks(letter.key, turn.now) {
            return Ok(());
        }
        let other = turn.contacts.by_fingerprint(&asker);
        if other.is_some_and(|other| other.id != contact.id) {
            tracing::debug!("an identity is a contact already, under another key");
            return Ok(());
        }
        if !self.answer(turn, letter, request, Audience::Contact)? {
            return Ok(());
        }
        // Of anybody else no mailbox key is known, and a name in a box costs nothing.
        if contact.fingerprint == Some(asker) {
            self.asked_us.insert(asker);
        }
        if contact.client != Client::Sotto {
            contacts::set_client(turn.tx, contact.id, Client::Sotto)?;
            turn.reread(contact.id)?;
            self.take_event(turn, contact, PeerEvent::IsSotto)?;
        }
        if contact.fingerprint.is_none() {
            self.remember_named(asker, letter.key);
        }
        Ok(())
    }

    /// Answers a key that is no contact's, if it names an invite that is open or the contact card in
    /// use, or is somebody who was added by a link and is not known by key yet.
    fn answer_stranger(
        &mut self,
        turn: &mut Turn<'_>,
        letter: &Letter<'_>,
        request: &BundleRequest,
        card_token: Option<[u8; 16]>,
    ) -> Result<(), StoreError> {
        let Some(asker) = request.asker.map(Fingerprint::from_bytes) else {
            return Ok(());
        };
        if blocked_keys::contains(turn.tx, &letter.key)? {
            return Ok(());
        }
        let Some(door) = self.door(turn, &asker, request, card_token)? else {
            return Ok(());
        };
        if self.budget.stranger_asks(letter.key, door, turn.now)
            && self.answer(turn, letter, request, door.audience())?
        {
            self.remember_named(asker, letter.key);
        }
        Ok(())
    }

    /// The way by which a stranger comes, if there is one that is open.
    fn door(
        &self,
        turn: &Turn<'_>,
        asker: &Fingerprint,
        request: &BundleRequest,
        card_token: Option<[u8; 16]>,
    ) -> Result<Option<Door>, StoreError> {
        if let Some(link) = request.link {
            let invite = invites::by_invite(turn.tx, &link)?;
            let is_open = invite.is_some_and(|invite| {
                invite.revoked_at.is_none() && turn.now.wall < invite.expires_at
            });
            if is_open {
                return Ok(Some(Door::Invite(link)));
            }
            if card_token.and_then(|token| self.own_link(Some(token)).id()) == Some(link) {
                return Ok(Some(Door::Card(link)));
            }
        }
        let awaited = turn.contacts.by_fingerprint(asker);
        let awaited = awaited.filter(|contact| contact.box_key.is_none() && !contact.blocked);
        Ok(awaited.map(|contact| Door::Awaited(contact.id)))
    }

    /// Gives a bundle away; tells whether there is one.
    fn answer(
        &mut self,
        turn: &mut Turn<'_>,
        letter: &Letter<'_>,
        request: &BundleRequest,
        audience: Audience,
    ) -> Result<bool, StoreError> {
        let own = &self.identity.item.identity;
        let asker = Asker {
            key: letter.key,
            audience,
        };
        let Some((bundle, prekeys)) = self.identity.keys.bundle(own, &asker, turn.now) else {
            tracing::error!("there are no prekeys");
            return Ok(false);
        };
        let body = Body::BundleAnswer(BundleAnswer {
            request: request.request,
            bundle: bundle.encoded().to_vec(),
        });
        let to = Target {
            relay: letter.relay,
            name: letter.from.clone(),
            key: letter.key,
        };
        self.write_exchange(turn, to, body)?;
        self.identity.keys.save_handed(turn, prekeys)?;
        Ok(true)
    }

    /// Remembers who was named, in place of the oldest. Another key that names the same identity
    /// takes nothing from the one that has it.
    fn remember_named(&mut self, identity: Fingerprint, key: BoxPublicKey) {
        self.proved.retain(|named| *named != (identity, key));
        if self.proved.len() >= MAX_PROVED {
            self.proved.pop_front();
        }
        self.proved.push_back((identity, key));
    }
}
