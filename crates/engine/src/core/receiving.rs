//! The way in: a box is opened with the key of whoever may have made it, checked against the
//! boxes already seen, and stored, in the chat of its key or among the requests.
//!
//! The name that a relay puts on a box only says which keys to try. Whose text it is, is decided
//! by the key that opens it.

use super::exchange::Letter;
use super::link::UnknownBox;
use super::{Engine, Now};
use crate::api::{ChatId, ClientKind, RelayId, RequestId, SystemLine};
use sotto_protocol::{BoxPublicKey, Content, Opened, SharedBox, envelope, plain_box, tag};
use sotto_store::contacts::{self, Client};
use sotto_store::{StoreError, blocked_keys, messages, nonces, received, requests};
use sotto_wire::{ClientFrame, UserId};

/// The largest text taken in, bytes. Guide clients know no limit of their own; more than four
/// times what we send is no text any more.
const MAX_INCOMING_TEXT_BYTES: usize = 4 * crate::text::MAX_TEXT_BYTES;

/// The largest text of a stranger that waits, bytes: as long as one of ours. Otherwise the few
/// that may wait could fill a disk.
const MAX_STRANGERS_TEXT_BYTES: usize =
    sotto_wire::limits::MAX_TEXT_BYTES + sotto_wire::limits::MAX_TAG_BYTES;

/// How far a relay's clock may be off for its time to be shown, ms.
pub(super) const PLAUSIBLE_MS: u64 = 5 * 60 * 1_000;

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

impl Engine {
    /// Takes a box from a relay.
    pub(super) fn receive(
        &mut self,
        now: Now,
        relay: RelayId,
        from: Option<&UserId>,
        encrypted: &str,
        relay_at: i64,
    ) -> Result<(), StoreError> {
        if envelope::is_envelope(encrypted) {
            return self.receive_envelope(now, relay, from, encrypted, relay_at);
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
        match self.try_open(relay, from, encrypted, relay_at)? {
            Tried::Opened(incoming) => self.take_in(now, relay, from, &incoming),
            Tried::Dropped => Ok(()),
            Tried::Unknown => {
                self.keep_unknown(now, relay, from, encrypted, relay_at);
                Ok(())
            }
        }
    }

    /// Keeps a box whose sender's key is not known and asks the relay for it.
    fn keep_unknown(
        &mut self,
        now: Now,
        relay: RelayId,
        from: &UserId,
        encrypted: &str,
        relay_at: i64,
    ) {
        let listed = self.presence.key_of(relay, from).is_some();
        let complete = self.presence.is_complete(relay);
        let Some(link) = self.links.get_mut(&relay) else {
            return;
        };
        if listed && complete {
            tracing::debug!("a box that its sender's key does not open was dropped");
            return;
        }
        link.keep_unknown(UnknownBox {
            from: from.clone(),
            encrypted: encrypted.to_owned(),
            relay_at,
        });
        if complete && link.may_ask_list(now) {
            self.write(relay, &ClientFrame::GetUsers);
        }
    }

    /// Tries the kept boxes with what the relay has listed since: under one name, or at all.
    pub(super) fn retry_unknown(
        &mut self,
        now: Now,
        relay: RelayId,
        name: Option<&UserId>,
    ) -> Result<(), StoreError> {
        let kept = match self.links.get_mut(&relay) {
            Some(link) => link.take_unknown(name),
            None => return Ok(()),
        };
        for (n, unknown) in kept.iter().enumerate() {
            let from = &unknown.from;
            let result = match self.try_open(relay, from, &unknown.encrypted, unknown.relay_at) {
                Ok(Tried::Opened(incoming)) => self.take_in(now, relay, from, &incoming),
                Ok(Tried::Dropped) => Ok(()),
                Ok(Tried::Unknown) => {
                    // With the whole list here and the name in it, nothing more will come.
                    if self.presence.key_of(relay, from).is_none()
                        && let Some(link) = self.links.get_mut(&relay)
                    {
                        link.keep_unknown(unknown.clone());
                    }
                    Ok(())
                }
                Err(error) => Err(error),
            };
            if let Err(error) = result {
                // Nothing is lost: this and the rest are tried again with the input.
                if let Some(link) = self.links.get_mut(&relay) {
                    for rest in kept.iter().skip(n) {
                        link.keep_unknown(rest.clone());
                    }
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Opens a box with the keys that its name stands for: the contact's of that name, then the
    /// listed one.
    fn try_open(
        &self,
        relay: RelayId,
        from: &UserId,
        encrypted: &str,
        relay_at: i64,
    ) -> Result<Tried, StoreError> {
        let Ok(nonce) = plain_box::peek_nonce(encrypted) else {
            return Ok(Tried::Dropped);
        };
        let of_contacts = self.directory.by_name(from.as_str());
        let of_contacts = of_contacts.filter_map(|contact| contact.box_key);
        let listed = self.presence.key_of(relay, from).map(|key| key.0);
        let mut tried: Vec<[u8; 32]> = Vec::new();
        for bytes in of_contacts.chain(listed) {
            let Ok(key) = BoxPublicKey::from_bytes(bytes) else {
                continue;
            };
            if key == self.own_key || tried.contains(&bytes) {
                continue;
            }
            tried.push(bytes);
            // Our own box handed back, or one that came already: before anything looks inside.
            if nonces::contains(self.store.reader(), &bytes, &nonce)? {
                return Ok(Tried::Dropped);
            }
            let shared = SharedBox::new(self.item.identity.box_key(), &key);
            if let Ok(opened) = shared.open(encrypted) {
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
        now: Now,
        relay: RelayId,
        from: &UserId,
        incoming: &Incoming,
    ) -> Result<(), StoreError> {
        let key = incoming.key.to_bytes();
        let known = self.directory.by_key(&key);
        let known = known.map(|contact| (ChatId(contact.id), contact.clone()));
        if known.as_ref().is_some_and(|(_, contact)| contact.blocked) {
            return Ok(());
        }
        let (text, _) = self.read_tag(&incoming.text, &incoming.key, &incoming.nonce);
        if let Some(content) = Content::from_exchange_text(&text) {
            let letter = Letter {
                relay,
                from,
                key: incoming.key,
                nonce: incoming.nonce,
            };
            return self.take_exchange(now, &letter, content);
        }
        match known {
            Some((chat, contact)) if contact.refuses_plain => {
                self.refuse_plain(now, chat, incoming)
            }
            Some((chat, _)) => self.store_in_chat(now, relay, chat, incoming),
            None => self.store_in_requests(now, from, incoming),
        }
    }

    /// A text in a plain box from somebody with whom there is a session: one that was on its way
    /// when the session began is dropped without a word, another one is a step down that nobody
    /// may force on the person.
    fn refuse_plain(
        &mut self,
        now: Now,
        chat: ChatId,
        incoming: &Incoming,
    ) -> Result<(), StoreError> {
        let key = incoming.key.to_bytes();
        let announced = received::is_announced(self.store.reader(), &key, &incoming.nonce)?;
        if announced {
            return Ok(());
        }
        // Not among the nonces: its text may still come in the session and is to be shown then.
        self.store
            .transaction(|tx| received::announce(tx, &key, &incoming.nonce))?;
        self.note(now, chat, SystemLine::DowngradeRefused, key)?;
        // Perhaps it writes plain because it lost the session.
        self.renew(now, chat);
        Ok(())
    }

    fn store_in_chat(
        &mut self,
        now: Now,
        relay: RelayId,
        chat: ChatId,
        incoming: &Incoming,
    ) -> Result<(), StoreError> {
        let (text, client) = self.read_tag(&incoming.text, &incoming.key, &incoming.nonce);
        let key = incoming.key.to_bytes();
        let public_id = self.random();
        let (contact, added) = self.store.transaction(|tx| {
            if nonces::remember(tx, &key, &incoming.nonce)? == nonces::Remembered::Known {
                return Ok((None, None));
            }
            contacts::set_client(tx, chat.0, client)?;
            let contact = contacts::by_id(tx, chat.0)?;
            if text.is_empty() {
                return Ok((contact, None));
            }
            let received = messages::Received {
                chat: chat.0,
                public_id,
                text: &text,
                created_at: now.wall,
                relay_at: incoming.told_at(),
                relay: Some(relay.0),
                key,
                protection: messages::Protection::Plain,
                seen: messages::Seen::Unread,
            };
            let message = messages::receive(tx, &received)?;
            Ok::<_, StoreError>((contact, Some(message)))
        })?;
        self.directory.put(contact);
        if let Some(message) = added {
            self.message_added(message);
        }
        self.chat_changed(chat);
        if client == Client::Sotto {
            self.consider(now, chat);
        }
        Ok(())
    }

    fn store_in_requests(
        &mut self,
        now: Now,
        from: &UserId,
        incoming: &Incoming,
    ) -> Result<(), StoreError> {
        let key = incoming.key.to_bytes();
        if blocked_keys::contains(self.store.reader(), &key)? {
            return Ok(());
        }
        if incoming.text.len() > MAX_STRANGERS_TEXT_BYTES {
            tracing::debug!("a text of a stranger was dropped: it is too large");
            return Ok(());
        }
        let held = self.store.transaction(|tx| {
            let held = requests::hold(
                tx,
                &requests::Incoming {
                    key,
                    account: None,
                    user_id: from.as_str(),
                    text: Some(&incoming.text),
                    via: requests::Via::Box(incoming.nonce),
                    relay_at: incoming.told_at(),
                    received_at: now.wall,
                },
            )?;
            if matches!(held, requests::Held::Stored { .. }) {
                nonces::remember(tx, &key, &incoming.nonce)?;
            }
            Ok::<_, StoreError>(held)
        })?;
        let requests::Held::Stored { request, .. } = held else {
            tracing::debug!("a text of a stranger was dropped: there is no room for more");
            return Ok(());
        };
        self.request_changed(RequestId(request));
        self.held_changed(&key);
        Ok(())
    }

    /// Takes the invisible tag off a text and tells what it says of the sender's program.
    pub(super) fn read_tag(
        &self,
        text: &str,
        sender: &BoxPublicKey,
        nonce: &[u8; 24],
    ) -> (String, Client) {
        let stripped = tag::strip(text, sender, &self.own_key, nonce);
        let client = if stripped.tagged {
            Client::Sotto
        } else {
            Client::Guide
        };
        (stripped.text, client)
    }
}

/// The text of an opened box. What is not UTF-8 is shown as far as it can be.
fn text_of(opened: &Opened) -> Option<String> {
    if opened.plaintext.len() > MAX_INCOMING_TEXT_BYTES {
        tracing::debug!("a text too large was dropped");
        return None;
    }
    Some(String::from_utf8_lossy(&opened.plaintext).into_owned())
}

/// What is known of a contact's program, for a front.
pub(super) fn client_kind(client: Client) -> ClientKind {
    match client {
        Client::Unknown => ClientKind::Unknown,
        Client::Guide => ClientKind::Guide,
        Client::Sotto => ClientKind::Sotto,
    }
}
