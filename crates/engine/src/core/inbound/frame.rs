//! A frame of a relay: messages go on, and what it says of who is there is followed: contacts become
//! reachable, a name shows another key, our own name was dropped.

use super::Inbound;
use crate::api::{ContactId, RelayId};
use crate::core::people;
use crate::core::relay::Relays;
use crate::core::session::peer_state::PeerState;
use crate::core::turn::{People, Turn};
use sotto_protocol::BoxPublicKey;
use sotto_store::StoreError;
use sotto_store::contacts::{Client, Contact};
use sotto_wire::{ListedUser, PublicKey, RelayFrame, UserId};

impl Inbound {
    /// Takes a frame of a relay.
    pub(crate) fn take_frame(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
        frame: &RelayFrame,
    ) -> Result<(), StoreError> {
        if let Some(connection) = self.relays().connection_mut(relay) {
            connection.heard(turn.now);
        }
        match frame {
            RelayFrame::UserJoined { user } => self.joined(turn, relay, user),
            RelayFrame::UserLeft { user_id } => {
                self.left(turn, relay, user_id);
                Ok(())
            }
            RelayFrame::UserList { users, .. } => self.listed(turn, relay, users),
            RelayFrame::Message {
                from,
                encrypted,
                timestamp_ms,
            } => {
                self.relays().stamped(turn, relay, *timestamp_ms);
                self.take_message(turn, relay, from.as_ref(), encrypted, *timestamp_ms)
            }
            RelayFrame::Unknown => Ok(()),
        }
    }

    pub(super) fn relays(&mut self) -> &mut Relays {
        &mut self.outbound.sessions.relays
    }

    fn joined(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
        user: &ListedUser,
    ) -> Result<(), StoreError> {
        let users = std::slice::from_ref(user);
        people::key_changes::note_other_keys(&self.outbound, turn, users)?;
        let name = &user.user_id;
        let relays = self.relays();
        let former = relays.presence().key_of(relay, name);
        relays.presence_mut().joined(relay, user.clone());
        relays.look_for_own(turn, relay);
        relays.recall_unlisted(turn.contacts, relay);
        let named = turn.contacts.by_name(name.as_str());
        let key = BoxPublicKey::from_bytes(user.public_key.0).ok();
        let keyed = key.and_then(|key| turn.contacts.by_key(&key));
        let there = named.chain(keyed).filter(|c| self.wants_session(c));
        let there: Vec<ContactId> = there.map(|contact| contact.id).collect();
        turn.wake.sessions.extend(there);
        keys_moved(turn, former.into_iter().chain([user.public_key]));
        self.retry_unknown(turn, relay, Some(name))
    }

    fn left(&mut self, turn: &mut Turn<'_>, relay: RelayId, name: &UserId) {
        let relays = self.relays();
        let former = relays.presence().key_of(relay, name);
        relays.presence_mut().left(relay, name);
        if name.as_str() == relays.user_id() {
            // A relay of level 0 unlists a name when an older socket of the same name closes.
            relays.register(turn, relay);
        }
        relays.recall_unlisted(turn.contacts, relay);
        keys_moved(turn, former.into_iter());
    }

    fn listed(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
        users: &[ListedUser],
    ) -> Result<(), StoreError> {
        people::key_changes::note_other_keys(&self.outbound, turn, users)?;
        let relays = self.relays();
        if !relays.presence().is_complete(relay) {
            turn.touched.relay(relay);
        }
        relays.presence_mut().replace(relay, users.to_vec());
        relays.look_for_own(turn, relay);
        relays.recall_unlisted(turn.contacts, relay);
        let there = turn.contacts.all().filter(|c| self.wants_session(c));
        let there: Vec<ContactId> = there.map(|contact| contact.id).collect();
        turn.wake.sessions.extend(there);
        turn.touched.all_reach();
        turn.touched.people(People::Soon);
        turn.wake.everybody = true;
        self.retry_unknown(turn, relay, None)
    }

    /// Whether a contact may be there and a session with it is wanted and perhaps missing.
    fn wants_session(&self, contact: &Contact) -> bool {
        let sessions = &self.outbound.sessions;
        let key = contact.box_key;
        (contact.sealed || contact.client == Client::Sotto)
            && !sessions
                .known_state(contact.id)
                .is_some_and(PeerState::has_session)
            && key.is_none_or(|key| sessions.relays.is_there(&key))
    }
}

/// Keys came or went at a relay: contacts are told of, texts go out.
fn keys_moved(turn: &mut Turn<'_>, keys: impl Iterator<Item = PublicKey>) {
    for key in keys {
        let key = BoxPublicKey::from_bytes(key.0).ok();
        if let Some(contact) = key.and_then(|key| turn.contacts.by_key(&key)) {
            turn.touched.reach(contact.id);
        }
    }
    turn.touched.people(People::Soon);
    turn.wake.everybody = true;
}
