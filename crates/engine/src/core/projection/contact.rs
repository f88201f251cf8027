//! Contacts, and who is listed at the relays.

use super::{Views, hue_of, of_box_key};
use crate::api::{
    ClientKind, ContactView, Inviter, KeyChangeView, PersonView, Protection, RelayId, SessionState,
    Trust, VerifiedBy, VerifiedHow,
};
use crate::core::contact_cache::{MAX_SHOWN_NAME, shown_name};
use crate::text::clean_name;
use data_encoding::BASE64;
use sotto_protocol::BoxPublicKey;
use sotto_store::contacts::{self, Client, Contact};
use sotto_store::peers;

/// The most people that a front is told of.
const MAX_PEOPLE: usize = 1_000;

impl Views<'_> {
    pub(super) fn contact(&self, contact: &Contact, held: u32) -> ContactView {
        let (fingerprint, hue) = identity_of(contact);
        let key_change = contact.other_key.as_ref().map(|other| KeyChangeView {
            public_key: BASE64.encode(other.key.as_bytes()),
            fingerprint: of_box_key(&other.key).0,
            seen_at: other.seen_at,
            held,
        });
        ContactView {
            id: contact.id,
            name: shown_name(contact),
            doubled: self.contacts.alike(contact).next().is_some(),
            user_id: contact.public_id.clone(),
            public_key: contact.box_key.map(|key| BASE64.encode(key.as_bytes())),
            account_id: contact.fingerprint.map(|own| own.account_id().to_string()),
            fingerprint,
            hue,
            client: match contact.client {
                Client::Unknown => ClientKind::Unknown,
                Client::Guide => ClientKind::Guide,
                Client::Sotto => ClientKind::Sotto,
            },
            protection: if contact.sealed {
                Protection::Pq
            } else {
                Protection::Plain
            },
            session: self.session_state(contact),
            trust: trust(contact),
            differed_at: contact.differed_at,
            verify_asked: self.verify_asked(contact),
            reach: self.relays().reach(contact.box_key.as_ref()),
            key_change,
            other_name: self.other_name(contact),
            blocked: contact.blocked,
            added_at: contact.added_at,
        }
    }

    /// Until when the person is asked what the contact's screen says.
    fn verify_asked(&self, contact: &Contact) -> Option<i64> {
        let people = &self.rooms.people;
        let asked = people.verify_asked(self.reader, contact, self.now.unix());
        asked.unwrap_or_else(|error| {
            tracing::warn!(%error, "the session of a proof could not be looked for");
            None
        })
    }

    /// The other name at a relay that the person is asked about.
    pub(super) fn other_name(&self, contact: &Contact) -> Option<String> {
        if contact.sealed || contact.blocked {
            return None;
        }
        let name = self.relays().other_name(contact)?;
        Some(name.as_str().to_owned())
    }

    /// Where the session with a contact stands.
    fn session_state(&self, contact: &Contact) -> SessionState {
        if !contact.sealed {
            return SessionState::None;
        }
        let identity = contact.fingerprint.as_ref();
        match identity.map(|identity| peers::has_session(self.reader, identity)) {
            Some(Ok(true)) => SessionState::Ready,
            Some(Ok(false)) | None => SessionState::Waiting,
            Some(Err(error)) => {
                tracing::warn!(%error, "a session could not be looked for");
                SessionState::Waiting
            }
        }
    }

    /// Who is listed at the connected relays, by name.
    pub(super) fn people(&self) -> Vec<PersonView> {
        let own = self.relays().own_key();
        let is_told = |relay: &RelayId| {
            let connection = self.relays().connection(*relay);
            connection.is_some_and(|connection| !connection.is_paused())
        };
        let all = self.relays().presence().everybody().into_iter();
        all.filter(|((_, key), _)| *key != own)
            .map(|(who, mut relays)| {
                relays.retain(is_told);
                (who, relays)
            })
            .filter(|(_, relays)| !relays.is_empty())
            .take(MAX_PEOPLE)
            .map(|((name, shown), relays)| {
                // Only listed people can have a key that is none; they cannot be added.
                let key = BoxPublicKey::from_bytes(shown.0).ok();
                let contact = key.and_then(|key| self.contacts.by_key(&key));
                // One person has one colour and one fingerprint wherever they stand.
                let (fingerprint, hue) = contact
                    .map(identity_of)
                    .or_else(|| key.as_ref().map(of_box_key))
                    .unwrap_or_default();
                let mut other = self.contacts.by_name(name.as_str());
                let other =
                    other.find(|contact| contact.box_key.is_none() || contact.box_key != key);
                PersonView {
                    user_id: clean_name(name.as_str(), MAX_SHOWN_NAME),
                    public_key: shown.to_base64(),
                    fingerprint,
                    hue,
                    relays,
                    chat: contact.map(|contact| contact.chat),
                    name_of_other: other.map(|contact| contact.id),
                }
            })
            .collect()
    }
}

/// The fingerprint of what is known of a contact now, and its colour, which never changes.
pub(super) fn identity_of(contact: &Contact) -> (String, u8) {
    let fingerprint = match (&contact.fingerprint, &contact.box_key) {
        (Some(identity), _) => identity.to_hex(),
        (None, Some(key)) => of_box_key(key).0,
        (None, None) => String::new(),
    };
    (fingerprint, contact.known_by.as_ref().map_or(0, hue_of))
}

/// What is known of a contact's keys.
fn trust(contact: &Contact) -> Trust {
    let at = contact.trust_at.unwrap_or(contact.added_at);
    let verified = |how, by| Trust::Verified { how, by, at };
    match contact.trust {
        contacts::Trust::Unverified => Trust::Unverified,
        contacts::Trust::ByMyInvite => Trust::ByLink {
            inviter: Inviter::Me,
        },
        contacts::Trust::ByTheirInvite => Trust::ByLink {
            inviter: Inviter::Them,
        },
        contacts::Trust::Code => verified(VerifiedHow::Code, VerifiedBy::Them),
        contacts::Trust::Affirmed => verified(VerifiedHow::Affirmed, VerifiedBy::Me),
        contacts::Trust::Scan => verified(VerifiedHow::Scan, VerifiedBy::Me),
        contacts::Trust::TheirScan => verified(VerifiedHow::Scan, VerifiedBy::Them),
        contacts::Trust::Picture => verified(VerifiedHow::Picture, VerifiedBy::Me),
        contacts::Trust::Digits => verified(VerifiedHow::Digits, VerifiedBy::Me),
        contacts::Trust::Voice => verified(VerifiedHow::Voice, VerifiedBy::Me),
    }
}
