//! The way out in a secure session: what waits is encrypted when its turn has come, written, and
//! written again until the other side's program has confirmed it.
//!
//! One at a time in each chat: the next goes out when the receipt of the one before has come, so
//! that a relay that drops some of what it is given changes nothing of the order. A receipt itself
//! is not confirmed: if it is lost, what it confirms comes again and is answered again.

use super::link::{Carried, InFlight, Link};
use super::restored::Held;
use super::talk::{Talk, pack, unpack};
use super::{Engine, Now};
use crate::api::{ChatId, MessageId, RelayId, SystemLine};
use sotto_protocol::{Body, Encrypted, body};
use sotto_store::contacts::{self, Contact};
use sotto_store::outgoing::{self, Entry, Own, What};
use sotto_store::{StoreError, Tx, messages, outbox, peers};
use sotto_wire::{ClientFrame, UserId};

/// How long a receipt is waited for before the same is written again, ms; each time twice as long.
const FIRST_AGAIN_MS: u64 = 5_000;
/// The longest wait for a receipt, ms.
const LONGEST_AGAIN_MS: u64 = 300_000;
/// After how many tries a handshake that nobody has answered is given up for a new one.
const HANDSHAKE_TRIES: u32 = 4;
/// What is not written at its time is looked after again so much later, ms.
const NOT_NOW_MS: u64 = 1_000;
/// How many unconfirmed texts go once more when the secure session begins.
const MAX_REPEATED: u32 = 512;

/// What stands for an identity that is not known yet, after the person took another key: it is
/// bound to the one that answers.
pub(super) const NOBODY: [u8; 32] = [0; 32];

/// The one thing of a chat that was written and is not confirmed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Awaiting {
    entry: i64,
    tries: u32,
    again_at: u64,
}

impl Engine {
    /// Writes what is next in a chat, unless its receipt is still waited for.
    pub(super) fn pump_sealed(&mut self, now: Now, chat: ChatId) -> Result<(), StoreError> {
        let Some(contact) = self.directory.get(chat).cloned() else {
            self.waiting.remove(&chat);
            return Ok(());
        };
        // Nothing is read of the chats of those who are away: every frame of a relay comes by here.
        let Some((relay, to)) = self.route(chat, &contact) else {
            return Ok(());
        };
        let Some(entry) = outgoing::first(self.store.reader(), chat.0)? else {
            self.waiting.remove(&chat);
            self.awaiting.remove(&chat);
            return Ok(());
        };
        let Some(account) = contact.account.filter(|account| *account == entry.account) else {
            self.consider(now, chat);
            return Ok(());
        };
        let under_way = |link: &Link| link.carries_for(chat) || !link.has_room(0);
        if self.links.get(&relay).is_none_or(under_way) {
            return Ok(());
        }
        let tries = match self.awaiting.get(&chat) {
            Some(awaiting) if awaiting.entry == entry.id && now.mono < awaiting.again_at => {
                return Ok(());
            }
            Some(awaiting) if awaiting.entry == entry.id => awaiting.tries,
            _ => 0,
        };
        let Some(talk) = Talk::best(self.store.reader(), &account)? else {
            // If there is one, nobody can read it: it is made anew like one that was lost.
            if let Some(row) = peers::best_session(self.store.reader(), &account)? {
                self.store
                    .transaction(|tx| peers::forget_session(tx, &row.session))?;
            }
            self.settled.remove(&chat);
            self.consider(now, chat);
            return Ok(());
        };
        if !talk.session.is_established() && tries >= HANDSHAKE_TRIES {
            self.renew(now, chat);
        }
        let Some((talk, encrypted)) = self.encrypted(now, chat, &entry, talk)? else {
            return Ok(());
        };
        if !self.before_sending(now)? {
            return Ok(());
        }
        if let Some(envelope) = self.envelope(now, &talk, encrypted) {
            let carried = Carried::Sealed(entry.id);
            self.write_message(now, relay, chat, to, envelope, carried);
            let wait = FIRST_AGAIN_MS.saturating_mul(1 << tries.min(16));
            let awaiting = Awaiting {
                entry: entry.id,
                tries: tries.saturating_add(1),
                again_at: now.mono.saturating_add(wait.min(LONGEST_AGAIN_MS)),
            };
            self.awaiting.insert(chat, awaiting);
        }
        Ok(())
    }

    /// What a session made of an entry: kept from before if it is the same session, else made now
    /// and committed with the session before it leaves.
    fn encrypted(
        &mut self,
        now: Now,
        chat: ChatId,
        entry: &Entry,
        mut talk: Talk,
    ) -> Result<Option<(Talk, Encrypted)>, StoreError> {
        let kept = entry
            .sealed
            .as_ref()
            .filter(|_| entry.session == Some(talk.id()));
        if let Some(encrypted) = kept.and_then(|kept| unpack(kept)) {
            return Ok(Some((talk, encrypted)));
        }
        let Some((body, sent_at)) = self.body_of(entry)? else {
            return Ok(None);
        };
        let id = entry.content;
        let Some(encrypted) = self.encrypt(now, &mut talk, Some(chat.0), id, sent_at, body)? else {
            self.store
                .transaction(|tx| outgoing::failed(tx, entry, now.wall, "not_encrypted"))?;
            self.entry_changed(entry);
            return Ok(None);
        };
        self.store.transaction(|tx| {
            talk.save(tx)?;
            outgoing::keep_sealed(tx, entry.id, &talk.id(), &pack(&encrypted))
        })?;
        Ok(Some((talk, encrypted)))
    }

    /// What an entry says, and when it was written.
    fn body_of(&self, entry: &Entry) -> Result<Option<(Body, i64)>, StoreError> {
        let own = |code| {
            Body::Control(body::Control {
                code,
                data: entry.data.clone(),
            })
        };
        let body = match entry.what {
            What::Message(id) => {
                let message = messages::by_id(self.store.reader(), id)?;
                return Ok(message.map(|message| {
                    let text = body::Text {
                        text: message.text,
                        plain_nonce: message.plain_nonce,
                        in_reply_to: None,
                    };
                    (Body::Text(text), message.created_at)
                }));
            }
            What::Own(Own::Profile) => Body::Profile(body::Profile {
                name: self.profile.name.clone(),
            }),
            What::Own(Own::Established) => own(body::ControlCode::Established),
            What::Own(Own::SessionLost) => own(body::ControlCode::SessionLost),
            What::Own(Own::InviteUsedTwice) => own(body::ControlCode::InviteUsedTwice),
        };
        Ok(Some((body, 0)))
    }

    /// Writes something that nobody will confirm, if its recipient is there: a receipt.
    pub(super) fn write_loose(
        &mut self,
        now: Now,
        chat: ChatId,
        talk: &Talk,
        encrypted: Encrypted,
    ) {
        let Some(contact) = self.directory.get(chat) else {
            return;
        };
        let Some((relay, to)) = self.route(chat, contact) else {
            return;
        };
        self.write_loose_to(now, relay, chat, to, talk, encrypted);
    }

    /// The same, to a name at a relay.
    pub(super) fn write_loose_to(
        &mut self,
        now: Now,
        relay: RelayId,
        chat: ChatId,
        to: UserId,
        talk: &Talk,
        encrypted: Encrypted,
    ) {
        let link = self.links.get(&relay).filter(|link| link.has_room(0));
        let Some(epoch) = link.map(|link| link.epoch) else {
            return;
        };
        let Some(encrypted) = self.envelope(now, talk, encrypted) else {
            return;
        };
        if self.is_counted() {
            self.write_message(now, relay, chat, to, encrypted, Carried::Loose);
        } else {
            self.hold_until_raised(Held {
                relay,
                epoch,
                chat,
                to,
                encrypted,
            });
        }
    }

    /// Writes a message frame with a ping behind it.
    pub(super) fn write_message(
        &mut self,
        now: Now,
        relay: RelayId,
        chat: ChatId,
        to: UserId,
        encrypted: String,
        carried: Carried,
    ) {
        let Some(link) = self.links.get_mut(&relay) else {
            return;
        };
        link.wrote(InFlight {
            carried,
            chat,
            bytes: encrypted.len(),
            token: link.upcoming_token(),
        });
        if carried != Carried::Loose {
            self.routes.insert(chat, relay);
        }
        self.write(relay, &ClientFrame::Message { to, encrypted });
        self.ping(now, relay);
    }

    /// Writes again what was not confirmed in time.
    pub(super) fn tick_sealed(&mut self, now: Now) {
        let due = self.awaiting.iter();
        let due = due.filter(|(_, awaiting)| awaiting.again_at <= now.mono);
        let due: Vec<ChatId> = due.map(|(chat, _)| *chat).collect();
        for chat in due {
            if let Err(error) = self.pump_chat(now, chat) {
                tracing::warn!(%error, "the outbox could not be read");
            }
            if let Some(awaiting) = self.awaiting.get_mut(&chat)
                && awaiting.again_at <= now.mono
            {
                awaiting.again_at = now.mono.saturating_add(NOT_NOW_MS);
            }
        }
    }

    /// When something is to be written again, ms of the steady clock.
    pub(super) fn sealed_deadline(&self) -> Option<u64> {
        self.awaiting
            .values()
            .map(|awaiting| awaiting.again_at)
            .min()
    }

    /// The other side has confirmed something: it is done, and the next may go.
    pub(super) fn confirmed(&mut self, chat: ChatId, entry: &Entry) {
        let awaited = self.awaiting.get(&chat);
        if awaited.is_some_and(|awaiting| awaiting.entry == entry.id) {
            self.awaiting.remove(&chat);
            for link in self.links.values_mut() {
                link.confirmed(entry.id);
            }
        }
        self.entry_changed(entry);
    }

    fn entry_changed(&mut self, entry: &Entry) {
        if let What::Message(message) = entry.what {
            self.message_changed(message);
            self.chat_changed(ChatId(entry.chat));
        }
    }

    /// A text for a contact to whom nothing goes outside of a secure session.
    pub(super) fn queue_sealed(
        &mut self,
        now: Now,
        contact: &Contact,
        text: &str,
    ) -> Result<MessageId, crate::EngineError> {
        let account = contact.account.unwrap_or(NOBODY);
        let public_id = self.random();
        let chat = contact.id;
        let id = self.store.transaction(|tx| {
            let id = messages::send(
                tx,
                &messages::Sent {
                    chat,
                    public_id,
                    text,
                    created_at: now.wall,
                    key: account,
                    protection: messages::Protection::Pq,
                    plain_nonce: None,
                },
            )?;
            outgoing::push(
                tx,
                &outgoing::New {
                    chat,
                    what: What::Message(id),
                    data: &[],
                    content: public_id,
                    account,
                },
            )?;
            sotto_store::drafts::save(tx, chat, "", now.wall)?;
            Ok::<i64, StoreError>(id)
        })?;
        Ok(MessageId(id))
    }

    /// Puts a message of the program's own in front of a chat's texts, once.
    pub(super) fn push_own(
        tx: &Tx<'_>,
        chat: i64,
        account: &[u8; 32],
        own: Own,
        data: &[u8],
        content: [u8; 16],
    ) -> Result<(), StoreError> {
        if !outgoing::has_own(tx, chat, own)? {
            outgoing::push(
                tx,
                &outgoing::New {
                    chat,
                    what: What::Own(own),
                    data,
                    content,
                    account: *account,
                },
            )?;
        }
        Ok(())
    }
}

/// From here on nothing goes to a contact outside of a secure session: what waits, and what relays
/// were handed and nobody confirmed, goes through it (once more). Gives the messages.
pub(super) fn switch(tx: &Tx<'_>, chat: i64, account: &[u8; 32]) -> Result<Vec<i64>, StoreError> {
    let mut ids = messages::unconfirmed(tx, chat, MAX_REPEATED)?;
    ids.extend(outbox::take_chat(tx, chat)?);
    for id in &ids {
        if let Some(message) = messages::by_id(tx, *id)? {
            messages::protect(tx, *id, account)?;
            outgoing::push(
                tx,
                &outgoing::New {
                    chat,
                    what: What::Message(*id),
                    data: &[],
                    content: message.public_id,
                    account: *account,
                },
            )?;
        }
    }
    contacts::set_sealed(tx, chat)?;
    Ok(ids)
}

/// Adds a line of the program's own, unless the chat's newest row is the same line already: what
/// a stranger can cause again and again is said once.
pub(super) fn line_once(
    tx: &Tx<'_>,
    now: Now,
    chat: ChatId,
    what: SystemLine,
    public_id: [u8; 16],
    key: [u8; 32],
) -> Result<Option<i64>, StoreError> {
    let newest = messages::newest_line(tx, chat.0)?;
    if newest.as_deref() == Some(super::views::line_code(what)) {
        return Ok(None);
    }
    super::contacts::line(tx, now, chat, what, public_id, key).map(Some)
}
