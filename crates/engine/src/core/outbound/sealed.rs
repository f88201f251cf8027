//! The way out in a secure session: what waits is encrypted when its turn has come, written, and
//! written again until the other side's program has confirmed it.
//!
//! The next goes out when the receipt of the one before has come, so that a relay that drops some of
//! what it is given changes nothing of the order. A receipt itself is not confirmed: if it is lost,
//! what it confirms comes again and is answered again.

use super::Outbound;
use crate::api::{ContactId, SendFailure};
use crate::core::relay::connection::Carried;
use crate::core::send_failure;
use crate::core::session::peer_state::PeerEvent;
use crate::core::session::record::{NotEncrypted, Readers, Saying, SessionRecord, pack, unpack};
use crate::core::time::Backoff;
use crate::core::turn::Turn;
use sotto_protocol::{Body, Encrypted, Features, SessionId, body, envelope};
use sotto_store::contacts::Contact;
use sotto_store::session_outbox::{self, Control, Entry, What};
use sotto_store::{SessionEntryId, StoreError, messages, peers};
use sotto_wire::ClientFrame;

/// How long a receipt is waited for before the same is written again, by the next way; the wait
/// grows once all ways had their turn.
const AGAIN: Backoff = Backoff {
    first_ms: 5_000,
    longest_ms: 300_000,
};
/// After how many tries a handshake that nobody has answered is given up for a new one, if all ways
/// had their turn by then.
const HANDSHAKE_TRIES: u32 = 4;

/// After how many tries that nobody confirmed an envelope is for every program.
const TRIES_AS_TOLD: u32 = 4;

/// The one thing for a contact that was written and is not confirmed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Awaiting {
    pub(super) entry: SessionEntryId,
    pub(super) tries: u32,
    /// When to write it again, ms of the steady clock.
    pub(super) again_at: u64,
}

/// Which programs the next try is for, after so many.
const fn readers(tries: u32) -> Readers {
    if tries < TRIES_AS_TOLD {
        Readers::AsTold
    } else {
        Readers::Any
    }
}

impl Outbound {
    /// Writes what is next for a contact, unless its receipt is still waited for.
    pub(super) fn flush_sealed(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
    ) -> Result<(), StoreError> {
        // Nothing is read for those who are away: every frame of a relay comes by here.
        let Some((relay, to)) = self.sessions.relays.way(contact) else {
            return Ok(());
        };
        let Some(entry) = session_outbox::first(turn.tx, contact.id)? else {
            self.done_with(contact.id);
            self.awaiting.set(contact.id, None);
            return Ok(());
        };
        let Some(identity) = contact
            .fingerprint
            .filter(|own| entry.fingerprint == Some(*own))
        else {
            turn.wake.session(contact.id);
            return Ok(());
        };
        if !self.is_free(relay, contact.id) {
            return Ok(());
        }
        let Some(tries) = self.next_try(turn, contact.id, &entry) else {
            return Ok(());
        };
        let Some(record) = SessionRecord::best(turn.tx, &identity)? else {
            return self.session_is_gone(turn, contact);
        };
        let round = self.sessions.relays.ways(contact);
        if !record.session.is_established() && tries >= HANDSHAKE_TRIES.max(round) {
            self.sessions.reset_session(turn, contact)?;
        }
        if !self.sessions.identity.guard.before_sending(turn)? {
            return Ok(());
        }
        let sealed = turn.part(|turn| self.encrypt_entry(turn, contact, &entry, record))?;
        let Some((record, encrypted)) = sealed else {
            return Ok(());
        };
        let readers = readers(tries);
        if let Some(encrypted) = self.sessions.envelope(turn, &record, encrypted, readers) {
            let frame = ClientFrame::Message { to, encrypted };
            self.write_message(turn, relay, contact.id, &frame, Carried::Sealed(entry.id));
            self.sessions.relays.tried(contact.id);
            let rounds = tries.checked_div(round).unwrap_or(tries);
            let awaiting = Awaiting {
                entry: entry.id,
                tries: tries.saturating_add(1),
                again_at: turn.now.after(AGAIN.wait(rounds)),
            };
            self.awaiting.set(contact.id, Some(awaiting));
        }
        Ok(())
    }

    /// How often an entry was written before, if it may be written now.
    fn next_try(&self, turn: &Turn<'_>, contact: ContactId, entry: &Entry) -> Option<u32> {
        match self.awaiting.get(&contact) {
            Some(awaiting) if awaiting.entry == entry.id => {
                (awaiting.again_at <= turn.now.mono).then_some(awaiting.tries)
            }
            _ => Some(0),
        }
    }

    /// There is no session, or nobody can read it: it is made anew like one that was lost.
    fn session_is_gone(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
    ) -> Result<(), StoreError> {
        if let Some(identity) = &contact.fingerprint
            && let Some(row) = peers::best_session(turn.tx, identity)?
        {
            peers::forget_session(turn.tx, &row.session)?;
        }
        self.sessions.take_event(turn, contact, PeerEvent::Gone)?;
        turn.wake.session(contact.id);
        Ok(())
    }

    /// What a session made of an entry: kept from before if it is the same session, else made now
    /// and stored with the session. None if it cannot be sent.
    fn encrypt_entry(
        &self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        entry: &Entry,
        mut record: SessionRecord,
    ) -> Result<Option<(SessionRecord, Encrypted)>, StoreError> {
        let kept = entry.sealed.as_ref();
        let kept = kept.filter(|_| entry.session == Some(record.id()));
        if let Some(encrypted) = kept.and_then(|kept| unpack(kept)) {
            return Ok(Some((record, encrypted)));
        }
        let Some(saying) = self.saying(turn, entry, &record.id())? else {
            return Ok(None);
        };
        let sessions = &self.sessions;
        match sessions.encrypt(turn, &mut record, Some(contact.id), saying)? {
            Ok(encrypted) => {
                record.save(turn.tx)?;
                let packed = pack(&encrypted);
                session_outbox::keep_sealed(turn.tx, entry.id, &record.id(), &packed)?;
                Ok(Some((record, encrypted)))
            }
            // What the program itself has to say is never given up.
            Err(why) if matches!(entry.what, What::Control(_)) => {
                tracing::error!("a control message could not be encrypted");
                if matches!(why, NotEncrypted::Session) {
                    peers::forget_session(turn.tx, &record.id())?;
                    turn.wake.session(contact.id);
                }
                Ok(None)
            }
            Err(why) => {
                let failure = match why {
                    NotEncrypted::TooLarge => SendFailure::TooLarge,
                    NotEncrypted::Session => SendFailure::NotEncrypted,
                };
                session_outbox::failed(turn.tx, entry, turn.now.wall, send_failure::code(failure))?;
                Self::touch_entry(turn, entry);
                turn.wake.peer(contact.id);
                Ok(None)
            }
        }
    }

    /// What an entry says in a session, and when it was written. None if its message is gone.
    fn saying(
        &self,
        turn: &mut Turn<'_>,
        entry: &Entry,
        session: &SessionId,
    ) -> Result<Option<Saying>, StoreError> {
        let control = |code| {
            Body::Control(body::Control {
                code,
                data: entry.data.clone(),
            })
        };
        let (body, sent_at) = match entry.what {
            What::Message(id) => {
                let Some(message) = messages::by_id(turn.tx, id)? else {
                    return Ok(None);
                };
                let text = body::Text {
                    text: message.text,
                    plain_nonce: message.plain_nonce,
                    in_reply_to: None,
                };
                (Body::Text(text), message.created_at)
            }
            What::Control(Control::Profile) => {
                let name = self.sessions.identity.profile().name.clone();
                let features = Features::OWN;
                (Body::Profile(body::Profile { name, features }), 0)
            }
            What::Control(Control::Established) => (control(body::ControlCode::Established), 0),
            What::Control(Control::SessionLost) => (control(body::ControlCode::SessionLost), 0),
            What::Control(Control::InviteUsedTwice) => {
                (control(body::ControlCode::InviteUsedTwice), 0)
            }
            What::Control(Control::Verification) => {
                let Some(body) = self.unsaved_body(&entry.content, session, turn.now) else {
                    // Its time is over, or the program was started anew: the next may go.
                    session_outbox::remove(turn.tx, entry.id)?;
                    turn.wake.peer(entry.contact);
                    return Ok(None);
                };
                (body, 0)
            }
        };
        Ok(Some(Saying {
            id: entry.content,
            sent_at,
            body,
        }))
    }

    /// The other side has decrypted what was written last and cannot read it: it is given up, so
    /// that the next may go.
    pub(crate) fn unreadable(
        &mut self,
        turn: &mut Turn<'_>,
        contact: &Contact,
        digest: &[u8],
    ) -> Result<(), StoreError> {
        let Some(awaiting) = self.awaiting.get(&contact.id) else {
            return Ok(());
        };
        let Some(entry) = session_outbox::by_id(turn.tx, awaiting.entry)? else {
            return Ok(());
        };
        let made = entry.session.as_ref().zip(entry.sealed.as_ref());
        let made = made.and_then(|(session, sealed)| {
            let encrypted = unpack(sealed)?;
            Some(envelope::digest(session, &encrypted.message))
        });
        if made.is_none_or(|made| made.as_slice() != digest) {
            return Ok(());
        }
        let failure = send_failure::code(SendFailure::Unreadable);
        session_outbox::failed(turn.tx, &entry, turn.now.wall, failure)?;
        self.confirmed(turn, &entry);
        Ok(())
    }

    /// The other side has confirmed something: it is done, and the next may go.
    pub(crate) fn confirmed(&mut self, turn: &mut Turn<'_>, entry: &Entry) {
        self.sessions.relays.first_again(entry.contact);
        self.unsaved.set(entry.content, None);
        let awaited = self.awaiting.get(&entry.contact);
        if awaited.is_some_and(|awaiting| awaiting.entry == entry.id) {
            self.awaiting.set(entry.contact, None);
            self.sessions.relays.confirmed(entry.id);
        }
        Self::touch_entry(turn, entry);
        turn.wake.peer(entry.contact);
    }
}
