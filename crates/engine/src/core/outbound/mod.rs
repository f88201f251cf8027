//! The way out: what the person says is queued in the history, and written when its turn has come.
//!
//! One thing at a time goes to each contact: a relay drops what it reads while the recipient is away,
//! and a second text that it reads when the recipient is back would arrive before the first is
//! written again. Nothing here decides who a contact is.
//!
//! - [`queue`]: a text of the person joins a queue
//! - [`plain`]: the way to guide clients, in plain boxes
//! - [`sealed`]: the way in a session, until the receipt
//! - [`handed`]: what relays say of what they were given
//! - [`loose`]: receipts, which nobody confirms
//! - [`unsaved`]: what is said from memory alone

mod handed;
mod loose;
mod plain;
mod queue;
mod sealed;
pub(crate) mod unsaved;

use crate::api::{ContactId, RelayId};
use crate::core::relay::connection::Carried;
use crate::core::session::Sessions;
use crate::core::session::upgrade::push_control;
use crate::core::staged::StagedMap;
use crate::core::turn::{Turn, Wake};
use loose::Held;
use sealed::Awaiting;
use sotto_protocol::{ContentId, Features};
use sotto_store::session_outbox::{self, Control, Entry, What};
use sotto_store::{Reader, StoreError, plain_outbox, settings};
use sotto_wire::ClientFrame;
use std::collections::BTreeSet;
use unsaved::Unsaved;

/// What is not written at its time is looked after again so much later, ms.
const NOT_NOW_MS: u64 = 1_000;
/// The key under which the settings hold what was told of what this program reads.
const TOLD_FEATURES: &str = "told_features";

/// What goes out, with what it stands on.
pub(crate) struct Outbound {
    pub(crate) sessions: Sessions,
    /// Contacts to whom something waits, or did when it was last looked.
    waiting: BTreeSet<ContactId>,
    /// Those whom the turn under way took out of it.
    left: Vec<ContactId>,
    /// What was written in sessions and is not confirmed.
    awaiting: StagedMap<ContactId, Awaiting>,
    /// What is said from memory alone.
    unsaved: StagedMap<ContentId, Unsaved>,
    /// Receipts that wait for the keychain, and how many of them waited before the turn under way.
    held: Vec<Held>,
    held_before: usize,
}

impl Outbound {
    /// Reads who has something waiting.
    pub(crate) fn load(reader: &Reader, sessions: Sessions) -> Result<Self, StoreError> {
        let mut waiting: BTreeSet<ContactId> =
            plain_outbox::contacts(reader)?.into_iter().collect();
        waiting.extend(session_outbox::contacts(reader)?);
        Ok(Self {
            sessions,
            waiting,
            left: Vec::new(),
            awaiting: StagedMap::default(),
            unsaved: StagedMap::default(),
            held: Vec::new(),
            held_before: 0,
        })
    }

    /// Looks after all who were woken: asks for the sessions that are wanted, and writes what can
    /// be written now. What fails at one contact hinders no other, unless the history failed: then
    /// all are woken still.
    pub(crate) fn flush(&mut self, turn: &mut Turn<'_>) -> Result<(), StoreError> {
        if self.sessions.relays.is_stopped() {
            turn.wake = Wake::default();
            return Ok(());
        }
        let mut all = Wake::default();
        while !turn.wake.is_empty() {
            let wake = std::mem::take(&mut turn.wake);
            all.merge(&wake);
            if let Err(error) = self.flush_woken(turn, wake) {
                turn.wake.merge(&all);
                return Err(error);
            }
        }
        Ok(())
    }

    fn flush_woken(&mut self, turn: &mut Turn<'_>, wake: Wake) -> Result<(), StoreError> {
        for contact in self.sessions.relays.take_lost_ways() {
            self.awaiting.set(contact, None);
        }
        for contact in wake.sessions {
            let asked = self.sessions.ensure_session(turn, contact);
            only_of_this_one(asked)?;
        }
        self.waiting.extend(wake.peers.iter().copied());
        let peers = if wake.everybody {
            self.waiting.clone()
        } else {
            wake.peers
        };
        for contact in peers {
            let flushed = self.flush_peer(turn, contact);
            only_of_this_one(flushed)?;
            self.put_off(turn, contact);
        }
        Ok(())
    }

    /// What was not written at its time is looked after again a little later.
    fn put_off(&mut self, turn: &Turn<'_>, contact: ContactId) {
        let due = self.awaiting.get(&contact).copied();
        if let Some(awaiting) = due.filter(|awaiting| awaiting.again_at <= turn.now.mono) {
            let again_at = turn.now.after(NOT_NOW_MS);
            self.awaiting.set(
                contact,
                Some(Awaiting {
                    again_at,
                    ..awaiting
                }),
            );
        }
    }

    /// Nothing waits for a contact any more.
    fn done_with(&mut self, contact: ContactId) {
        if self.waiting.remove(&contact) {
            self.left.push(contact);
        }
    }

    /// Writes what is next for a contact, unless it is under way already.
    fn flush_peer(&mut self, turn: &mut Turn<'_>, id: ContactId) -> Result<(), StoreError> {
        let Some(contact) = turn.contacts.get(id).cloned() else {
            self.done_with(id);
            return Ok(());
        };
        if contact.blocked {
            return Ok(());
        }
        if contact.sealed {
            self.flush_sealed(turn, &contact)
        } else {
            self.flush_plain(turn, &contact)
        }
    }

    /// Has what was not confirmed in time written again.
    pub(crate) fn wake_due(&self, turn: &mut Turn<'_>) {
        for (contact, awaiting) in self.awaiting.iter() {
            if awaiting.again_at <= turn.now.mono {
                turn.wake.peer(*contact);
            }
        }
    }

    /// When something is to be written again, ms of the steady clock.
    pub(crate) fn deadline(&self) -> Option<u64> {
        let awaiting = self.awaiting.iter();
        awaiting.map(|(_, awaiting)| awaiting.again_at).min()
    }

    /// The contact gets nothing more: it was blocked or deleted, or has another key.
    pub(crate) fn recall(&mut self, contact: ContactId) {
        self.awaiting.set(contact, None);
        self.sessions.relays.recall(contact);
    }

    /// Forgets a contact that was deleted.
    pub(crate) fn forget(&mut self, contact: ContactId) {
        self.recall(contact);
        self.done_with(contact);
        self.sessions.relays.forget_contact(contact);
        self.sessions.forget(contact);
    }

    /// Writes a message frame with a ping behind it.
    fn write_message(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
        contact: ContactId,
        frame: &ClientFrame,
        carried: Carried,
    ) {
        let bytes = match frame {
            ClientFrame::Message { encrypted, .. } => encrypted.len(),
            ClientFrame::Register { .. } | ClientFrame::GetUsers => 0,
        };
        let relays = &mut self.sessions.relays;
        relays.write(turn, relay, frame);
        relays.wrote(turn, relay, contact, carried, bytes);
    }

    /// Whether something may be written to a contact over a relay's connection now.
    fn is_free(&self, relay: RelayId, contact: ContactId) -> bool {
        let connection = self.sessions.relays.connection(relay);
        connection.is_some_and(|c| !c.carries_for(contact) && c.has_room(0))
    }

    /// Something that waited is done or given up: its message is told, and that a proof arrived.
    fn touch_entry(turn: &mut Turn<'_>, entry: &Entry) {
        match entry.what {
            What::Message(message) => turn.touched.message(message),
            What::Control(Control::Verification) => {
                if let Some(contact) = turn.contacts.get(entry.contact) {
                    turn.touched.chat(contact.chat);
                }
            }
            What::Control(_) => {}
        }
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.sessions.commit();
        self.held_before = self.held.len();
        self.awaiting.commit();
        self.unsaved.commit();
        self.left.clear();
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        self.sessions.rollback();
        self.held.truncate(self.held_before);
        self.awaiting.rollback();
        self.unsaved.rollback();
        self.waiting.append(&mut self.left.drain(..).collect());
    }
}

/// Tells everybody with whom there are sessions what the person wants to be called, and what this
/// version reads.
pub(crate) fn tell_name(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let all = turn.contacts.all().filter(|c| c.sealed && !c.blocked);
    let told: Vec<_> = all
        .filter_map(|contact| Some((contact.id, contact.fingerprint?)))
        .collect();
    for (contact, identity) in told {
        // One that waits still is not encrypted yet or is encrypted anew.
        session_outbox::remove_one(turn.tx, contact, Control::Profile)?;
        push_control(turn, contact, &identity, Control::Profile, &[])?;
    }
    Ok(())
}

/// Tells everybody with whom there are sessions what this version reads, if an earlier one told
/// something else.
pub(crate) fn tell_features(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let own = Features::OWN.bits().to_string();
    if settings::value(turn.tx, TOLD_FEATURES)?.as_deref() == Some(&own) {
        return Ok(());
    }
    settings::set(turn.tx, TOLD_FEATURES, &own)?;
    tell_name(turn)
}

/// What went wrong with one contact's things is logged; what the history refuses to everybody ends
/// the turn.
pub(super) fn only_of_this_one(result: Result<(), StoreError>) -> Result<(), StoreError> {
    match result {
        Err(error @ (StoreError::Conflict | StoreError::Damaged | StoreError::Sqlite { .. })) => {
            tracing::warn!(%error, "what waits for a contact could not be written");
            Ok(())
        }
        result => result,
    }
}
