//! Plain boxes: opened with the key of whoever may have made them, checked against the boxes already
//! seen, and stored, in the chat of their key or among the requests.

use super::{Inbound, waiting};
use crate::api::{RelayId, SystemLine};
use crate::core::relay::level0::UnknownBox;
use crate::core::session::exchange_box::Letter;
use crate::core::turn::Turn;
use crate::text::MAX_TEXT_BYTES;
use sotto_protocol::{
    BoxPublicKey, Content, DecodeError, Opened, SharedBox, envelope, plain_box, tag,
};
use sotto_store::contacts::{self, Client, Contact};
use sotto_store::messages::{self, Author, PeerKey};
use sotto_store::{StoreError, blocked_keys, contact_keys, nonces, received, requests};
use sotto_wire::UserId;

/// The largest text taken in, bytes. Guide clients know no limit of their own; more than four
/// times what we send is no text any more.
const MAX_INCOMING_TEXT_BYTES: usize = 4 * MAX_TEXT_BYTES;

/// The largest text of a stranger that waits, bytes: as long as one of ours. Otherwise the few
/// that may wait could fill a disk.
const MAX_STRANGERS_TEXT_BYTES: usize =
    sotto_wire::limits::MAX_TEXT_BYTES + sotto_wire::limits::MAX_TAG_BYTES;

/// A box that was opened.
struct Incoming {
    key: BoxPublicKey,
    nonce: [u8; 24],
    /// As it came, with the invisible tag if it has one.
    text: String,
    relay_at: i64,
}

impl Incoming {
    /// When the relay says that it was sent; 0 is what stands where it says nothing.
    fn told_at(&self) -> Option<i64> {
        (self.relay_at > 0).then_some(self.relay_at)
    }
}

/// What became of a box.
enum Tried {
    /// It was opened.
    Opened(Incoming),
    /// It was seen before, or is none.
    Dropped,
    /// None of the keys that it may be from opens it.
    Unknown,
}

impl Inbound {
    /// Takes a box or an envelope from a relay.
    pub(super) fn take_message(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
        from: Option<&UserId>,
        encrypted: &str,
        relay_at: i64,
    ) -> Result<(), StoreError> {
        if envelope::is_envelope(encrypted) {
            return self.take_envelope(turn, relay, from, encrypted, relay_at);
        }
        let Some(from) = from else {
            // The relay does not say who sent it: without a name there is no key to try.
            tracing::debug!("a box without a sender was dropped");
            return Ok(());
        };
        if encrypted.len() > MAX_INCOMING_TEXT_BYTES.saturating_mul(2) {
            tracing::debug!("a box too large for a text was dropped");
            return Ok(());
        }
        match self.try_open(turn, relay, from, encrypted, relay_at)? {
            Tried::Opened(incoming) => self.take_in(turn, relay, from, &incoming),
            Tried::Dropped => Ok(()),
            Tried::Unknown => {
                self.keep_unknown(turn, relay, from, encrypted, relay_at);
                Ok(())
            }
        }
    }

    /// Keeps a box whose sender's key is not known and asks the relay for it.
    fn keep_unknown(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
        from: &UserId,
        encrypted: &str,
        relay_at: i64,
    ) {
        let relays = self.relays();
        let listed = relays.presence().key_of(relay, from).is_some();
        let complete = relays.presence().is_complete(relay);
        if listed && complete {
            tracing::debug!("a box that its sender's key does not open was dropped");
            return;
        }
        if let Some(level0) = relays.level0_mut(relay) {
            level0.keep_unknown(UnknownBox {
                from: from.clone(),
                encrypted: encrypted.to_owned(),
                relay_at,
            });
            if complete {
                relays.ask_list(turn, relay);
            }
        }
    }

    /// Tries the kept boxes with what the relay has listed since: under one name, or at all.
    pub(super) fn retry_unknown(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
        name: Option<&UserId>,
    ) -> Result<(), StoreError> {
        let kept = match self.relays().level0_mut(relay) {
            Some(level0) => level0.take_unknown(name),
            None => return Ok(()),
        };
        for unknown in kept {
            let (from, at) = (unknown.from.clone(), unknown.relay_at);
            match self.try_open(turn, relay, &from, &unknown.encrypted, at)? {
                Tried::Opened(incoming) => self.take_in(turn, relay, &from, &incoming)?,
                Tried::Dropped => {}
                // With the whole list here and the name in it, nothing more will come.
                Tried::Unknown => {
                    let relays = self.relays();
                    if relays.presence().key_of(relay, &from).is_none()
                        && let Some(level0) = relays.level0_mut(relay)
                    {
                        level0.keep_unknown(unknown);
                    }
                }
            }
        }
        Ok(())
    }

    /// Opens a box with the keys that its name stands for: the contact's of that name, then the
    /// listed one.
    fn try_open(
        &self,
        turn: &Turn<'_>,
        relay: RelayId,
        from: &UserId,
        encrypted: &str,
        relay_at: i64,
    ) -> Result<Tried, StoreError> {
        let Ok(nonce) = plain_box::peek_nonce(encrypted) else {
            return Ok(Tried::Dropped);
        };
        let sessions = &self.outbound.sessions;
        let own = sessions.identity.item.identity.box_key();
        let of_contacts = turn.contacts.by_name(from.as_str());
        let of_contacts = of_contacts.filter_map(|contact| contact.box_key);
        let listed = sessions.relays.presence().key_of(relay, from);
        let listed = listed.and_then(|key| BoxPublicKey::from_bytes(key.0).ok());
        let mut tried: Vec<BoxPublicKey> = Vec::new();
        for key in of_contacts.chain(listed) {
            if key == sessions.identity.box_key() || tried.contains(&key) {
                continue;
            }
            tried.push(key);
            // Our own box handed back, or one that came already: before anything looks inside.
            if nonces::contains(turn.tx, &key, &nonce)? {
                return Ok(Tried::Dropped);
            }
            if let Ok(opened) = SharedBox::new(own, &key).open(encrypted) {
                return Ok(match text_of(&opened) {
                    Some(text) => Tried::Opened(Incoming {
                        key,
                        nonce,
                        text,
                        relay_at,
                    }),
                    None => Tried::Dropped,
                });
            }
        }
        Ok(Tried::Unknown)
    }

    /// Stores an opened text where its key belongs.
    fn take_in(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
        from: &UserId,
        incoming: &Incoming,
    ) -> Result<(), StoreError> {
        let known = turn.contacts.by_key(&incoming.key).cloned();
        if known.as_ref().is_some_and(|contact| contact.blocked) {
            return Ok(());
        }
        let own = self.outbound.sessions.identity.box_key();
        let stripped = tag::strip(&incoming.text, &incoming.key, &own, &incoming.nonce);
        if let Some(content) = exchange(&stripped.text) {
            let letter = Letter {
                relay,
                from,
                key: incoming.key,
                nonce: incoming.nonce,
            };
            let card_token = self.people.card_token();
            let sessions = &mut self.outbound.sessions;
            return sessions.take_exchange(turn, &letter, content, card_token);
        }
        match known {
            Some(contact) if contact.refuses_plain => self.refuse_plain(turn, &contact, incoming),
            Some(contact) => {
                self.relays().came_by(turn, contact.id, relay, from)?;
                let (key, at) = (Some(&incoming.key), turn.now.wall);
                contact_keys::note(turn.tx, contact.id, key, None, at)?;
                store_in_chat(turn, relay, &contact, incoming, &stripped)
            }
            None => store_in_requests(turn, relay, from, incoming),
        }
    }

    /// A text in a plain box from somebody with whom there is a session: one that was on its way
    /// when the session began is dropped without a word, another one is a step down that nobody
    /// may force on the person.
    fn refuse_plain(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        incoming: &Incoming,
    ) -> Result<(), StoreError> {
        if received::is_announced(turn.tx, &incoming.key, &incoming.nonce)? {
            return Ok(());
        }
        // Not among the nonces: its text may still come in the session and is to be shown then.
        received::announce(turn.tx, &incoming.key, &incoming.nonce)?;
        let sessions = &mut self.outbound.sessions;
        let key = PeerKey::Box(incoming.key);
        sessions.note(turn, contact, SystemLine::DowngradeRefused, key)?;
        // Perhaps it writes plain because it lost the session.
        sessions.reset_session(turn, contact)?;
        Ok(())
    }
}

fn store_in_chat(
    turn: &mut Turn<'_>,
    relay: RelayId,
    contact: &Contact,
    incoming: &Incoming,
    stripped: &tag::Stripped,
) -> Result<(), StoreError> {
    let remembered = nonces::remember(turn.tx, &incoming.key, &incoming.nonce)?;
    if remembered == nonces::Remembered::Known {
        return Ok(());
    }
    let client = if stripped.tagged {
        Client::Sotto
    } else {
        Client::Guide
    };
    if contact.client != client {
        contacts::set_client(turn.tx, contact.id, client)?;
        turn.reread(contact.id)?;
    }
    if !stripped.text.is_empty() {
        let received = messages::Received {
            chat: contact.chat,
            content: turn.content_id(),
            author: Author::Box(incoming.key),
            text: &stripped.text,
            created_at: turn.now.wall,
            relay_at: incoming.told_at(),
            relay: Some(relay),
            seen: messages::Seen::Unread,
        };
        let message = messages::receive(turn.tx, &received)?;
        turn.touched.added(contact.chat, message);
    }
    if client == Client::Sotto {
        turn.wake.session(contact.id);
    }
    Ok(())
}

fn store_in_requests(
    turn: &mut Turn<'_>,
    relay: RelayId,
    from: &UserId,
    incoming: &Incoming,
) -> Result<(), StoreError> {
    if blocked_keys::contains(turn.tx, &incoming.key)? {
        return Ok(());
    }
    if incoming.text.len() > MAX_STRANGERS_TEXT_BYTES {
        tracing::debug!("a text of a stranger was dropped: it is too large");
        return Ok(());
    }
    let held = waiting::hold(
        turn,
        &requests::Incoming {
            key: incoming.key,
            fingerprint: None,
            user_id: from.as_str(),
            came_by: &waiting::by_box(relay),
            text: Some(&incoming.text),
            via: requests::Via::Box(incoming.nonce),
            relay_at: incoming.told_at(),
            received_at: turn.now.wall,
        },
    )?;
    if let Some(request) = held {
        nonces::remember(turn.tx, &incoming.key, &incoming.nonce)?;
        waiting::held_as(turn, request, incoming.key);
    }
    Ok(())
}

/// The bundle request or answer in a text (P-107), perhaps one of a newer version. What only begins
/// like one is a text like any other: people write anything.
fn exchange(text: &str) -> Option<Result<Content, DecodeError>> {
    Content::from_exchange_text(text)
        .filter(|content| matches!(content, Ok(_) | Err(DecodeError::Newer { .. })))
}

/// The text of an opened box. What is not UTF-8 is shown as far as it can be.
fn text_of(opened: &Opened) -> Option<String> {
    if opened.plaintext.len() > MAX_INCOMING_TEXT_BYTES {
        tracing::debug!("a text too large was dropped");
        return None;
    }
    Some(String::from_utf8_lossy(&opened.plaintext).into_owned())
}
