//! What strangers wrote: it waits as a request until the person accepts it, or until its writer
//! becomes a contact by another way.

use super::new_contact::{add, made};
use super::seen_key::SeenKey;
use crate::api::{ChatId, ContactId, ErrorCode, Event, RequestId, SystemLine};
use crate::core::outbound::Outbound;
use crate::core::session::record::SessionRecord;
use crate::core::session::upgrade::push_control;
use crate::core::turn::Turn;
use crate::error::EngineError;
use crate::text::given_name;
use sotto_protocol::{BoxPublicKey, Fingerprint, tag};
use sotto_store::contacts::{self, Client, Contact, Origin};
use sotto_store::messages::{self, Author, PeerKey};
use sotto_store::requests::{self, Request, Via};
use sotto_store::session_outbox::Control;
use sotto_store::{StoreError, peers};
use sotto_wire::UserId;

/// Makes a contact of a request.
pub(crate) fn accept_request(
    outbound: &mut Outbound,
    turn: &mut Turn<'_>,
    request: RequestId,
    name: &str,
) -> Result<ChatId, EngineError> {
    let name = given_name(name)?;
    let held = requests::by_id(turn.tx, request)?;
    let held = held.ok_or(ErrorCode::UnknownRequest)?;
    let user_id = UserId::new(&held.user_id).map_err(|_| ErrorCode::BadUserId)?;
    let key = held.key;
    let (contact, chat) = add(
        turn,
        &contacts::NewContact {
            public_id: user_id.as_str(),
            user_id: user_id.as_str(),
            name: &name,
            box_key: Some(key),
            fingerprint: held.fingerprint,
            added_at: turn.now.wall,
            origin: Origin::Request,
        },
    )?;
    turn.line(chat, SystemLine::RequestAccepted, PeerKey::Box(key))?;
    let held = MovingIn::read(outbound, held);
    held.store(turn, contact, chat)?;
    let other = SeenKey::at_relays(outbound, &user_id, &key);
    let contact = made(turn, contact, other)?;
    held.confirm(outbound, turn, &contact)?;
    Ok(chat)
}

/// Deletes a request; the key may write again.
pub(crate) fn delete_request(turn: &mut Turn<'_>, request: RequestId) -> Result<(), EngineError> {
    let taken = requests::take(turn.tx, request)?;
    request_gone(turn, request, taken.map(|taken| taken.key))
}

/// Deletes a request and drops whatever its key writes from now on.
pub(crate) fn block_request(turn: &mut Turn<'_>, request: RequestId) -> Result<(), EngineError> {
    let key = requests::block(turn.tx, request, turn.now.wall)?;
    request_gone(turn, request, key)
}

/// What a contact wrote as a stranger goes into its chat: it became one by another way than by
/// accepting that.
pub(crate) fn take_request_in(
    outbound: &mut Outbound,
    turn: &mut Turn<'_>,
    contact: ContactId,
) -> Result<(), StoreError> {
    let Some(contact) = turn.contacts.get(contact).cloned() else {
        return Ok(());
    };
    let Some(key) = contact.box_key else {
        return Ok(());
    };
    let held = requests::by_key(turn.tx, &key)?;
    let held =
        held.filter(|held| held.fingerprint.is_none() || held.fingerprint == contact.fingerprint);
    let Some(held) = held.map(|held| MovingIn::read(outbound, held)) else {
        return Ok(());
    };
    held.store(turn, contact.id, contact.chat)?;
    turn.reread(contact.id)?;
    turn.touched.held_keys.insert(key);
    held.confirm(outbound, turn, &contact)
}

fn request_gone(
    turn: &mut Turn<'_>,
    request: RequestId,
    key: Option<BoxPublicKey>,
) -> Result<(), EngineError> {
    let key = key.ok_or(ErrorCode::UnknownRequest)?;
    // A stranger's sessions go with its request.
    peers::forget_strangers(turn.tx)?;
    turn.erase = true;
    turn.touched.gone.push(Event::RequestRemoved { request });
    turn.touched.held_keys.insert(key);
    Ok(())
}

/// The texts of a request on their way into a chat.
pub(super) struct MovingIn {
    request: Request,
    /// Each without its tag.
    texts: Vec<String>,
    /// What the newest says of the sender's program.
    pub(super) client: Client,
}

impl MovingIn {
    /// Prepares the texts of a request for their chat.
    pub(super) fn read(outbound: &Outbound, request: Request) -> Self {
        let own = outbound.sessions.identity.box_key();
        let mut client = Client::Unknown;
        let texts = request.texts.iter().map(|held| match held.via {
            Via::Box(nonce) => {
                let stripped = tag::strip(&held.text, &request.key, &own, &nonce);
                client = if stripped.tagged {
                    Client::Sotto
                } else {
                    Client::Guide
                };
                stripped.text
            }
            Via::Session(_) => {
                client = Client::Sotto;
                held.text.clone()
            }
        });
        let texts = texts.collect();
        Self {
            request,
            texts,
            client,
        }
    }

    /// Moves them, unread and in their order.
    pub(super) fn store(
        &self,
        turn: &mut Turn<'_>,
        contact: ContactId,
        chat: ChatId,
    ) -> Result<(), StoreError> {
        let request = self.request.id;
        requests::take(turn.tx, request)?;
        turn.touched.gone.push(Event::RequestRemoved { request });
        // What a tag says is less than what a session has shown.
        if contacts::by_id(turn.tx, contact)?.is_some_and(|contact| !contact.sealed) {
            contacts::set_client(turn.tx, contact, self.client)?;
        }
        for (old, text) in self.request.texts.iter().zip(&self.texts) {
            if text.is_empty() {
                continue;
            }
            let (author, content) = match (old.via, self.request.fingerprint) {
                (Via::Session(content), Some(identity)) => (Author::Identity(identity), content),
                _ => (Author::Box(self.request.key), turn.content_id()),
            };
            let received = messages::Received {
                chat,
                content,
                author,
                text,
                created_at: old.received_at.min(turn.now.wall),
                relay_at: old.relay_at,
                relay: None,
                seen: messages::Seen::Unread,
            };
            if messages::by_content(turn.tx, chat, &author, &content)?.is_none() {
                let message = messages::receive(turn.tx, &received)?;
                turn.touched.added(chat, message);
            }
        }
        Ok(())
    }

    /// Confirms those that came in a session, now that they are taken. What is lost on the way is
    /// confirmed when it comes again.
    pub(super) fn confirm(
        &self,
        outbound: &mut Outbound,
        turn: &mut Turn<'_>,
        contact: &Contact,
    ) -> Result<(), StoreError> {
        let Some(identity): Option<Fingerprint> = self.request.fingerprint else {
            return Ok(());
        };
        push_control(turn, contact.id, &identity, Control::Profile, &[])?;
        for text in &self.request.texts {
            let Via::Session(content) = text.via else {
                continue;
            };
            let Some(mut record) = SessionRecord::best(turn.tx, &identity)? else {
                return Ok(());
            };
            let sessions = &mut outbound.sessions;
            if let Some(encrypted) = sessions.receipt(turn, &mut record, contact.id, content)? {
                record.save(turn.tx)?;
                outbound.write_loose(turn, contact, None, &record, encrypted);
            }
        }
        Ok(())
    }
}
