//! The client as a synchronous state machine: requests and events of connections go in, changes of
//! the history and effects come out.
//!
//! It does no network I/O, reads no clock and draws no randomness of its own, so it can be driven
//! by tests step by step. The history is inside. Each input is one [`turn`]: at most one transaction,
//! and one that follows it where connections follow the settings. Effects are only told after the
//! commit, and what is in memory is put back if there is none: then the input has not happened and
//! may be given again.
//!
//! The rooms, each of which may only know those above it (`xtask/src/dependency_rules.rs`):
//!
//! ```text
//! time  effect  staged  system_line  send_failure  contact_cache
//!                       turn
//!            identity         relay
//!                     session
//!                     outbound
//!              people          chats
//!                     inbound
//!          mod, requests (the dispatcher)  ->  projection (what fronts see)
//! ```
//!
//! Each room holds the one that it stands on: [`inbound`] holds `people` and `outbound`, that holds
//! `session`, and that `identity` and `relay`.

mod chats;
mod contact_cache;
mod effect;
mod identity;
mod inbound;
mod outbound;
mod people;
mod projection;
mod relay;
mod requests;
mod send_failure;
mod session;
mod staged;
mod system_line;
mod time;
mod turn;

#[cfg(test)]
mod tests;

use crate::api::RelayId;
use crate::error::EngineError;
use crate::rollback_guard::CounterState;
use contact_cache::ContactCache;
use identity::Identity;
use inbound::Inbound;
use outbound::Outbound;
use people::People;
use projection::{Told, Views};
use relay::Relays;
use session::Sessions;
use sotto_protocol::SecretItem;
use sotto_store::{Store, StoreError};
use sotto_wire::RelayFrame;
use turn::{Outcome, Touched, Turn, Wake};

pub use effect::{ConnectionEvent, ConnectionOrder, ConnectionTarget, Effect, Randomness};
pub use identity::About;
pub use identity::preferences::default_settings;
pub(crate) use identity::preferences::profile_name;
pub(crate) use relay::THIS_COMPUTER;
pub use requests::Request;
pub use time::Now;

/// What could not be done by the clock is tried again so much later, ms.
const TROUBLE_WAIT_MS: u64 = 2_000;
/// What was written over, such as the state of a session before its last message, stays readable in
/// the log of the history at most so long, ms.
const ERASE_EVERY_MS: u64 = 60 * 60 * 1_000;
/// The log is emptied so long after the start, and after it could not be, ms.
const ERASE_SOON_MS: u64 = 60 * 1_000;

/// The client.
pub struct Engine {
    store: Store,
    contacts: ContactCache,
    rooms: Inbound,
    told: Told,
    /// What was touched and is not told yet, and who is woken with the next turn.
    untold: Touched,
    woken: Wake,
    /// Until when nothing is tried by the clock that the history refused, ms of the steady clock.
    trouble_until: u64,
    /// When the log of the history is emptied, ms of the steady clock; `None` while nothing was
    /// written since.
    erase_at: Option<u64>,
    /// When the last input came.
    clock: Now,
    random: Randomness,
    effects: Vec<Effect>,
}

impl Engine {
    /// Takes up an opened history.
    ///
    /// `counter` is what stands in the keychain: a history that is behind it was
    /// restored, and its sessions are given up before anything else happens.
    ///
    /// # Errors
    /// If the history cannot be read or written.
    pub fn new(
        mut store: Store,
        item: SecretItem,
        about: About,
        counter: CounterState,
        now: Now,
        mut random: Randomness,
    ) -> Result<Self, EngineError> {
        let identity = Identity::open(&mut store, item, about, counter, now, &mut random)?;
        let (reader, own_key) = (store.reader(), identity.box_key());
        let contacts = ContactCache::load(reader)?;
        let user_id = identity.profile().user_id.clone();
        let proxy = identity.settings().proxy.clone();
        let mut relays = Relays::load(reader, own_key, user_id, proxy, now)?;
        if identity.moved_at().is_some() {
            relays.begin_stopped();
        }
        let raise = Effect::RaiseCounter(identity.guard.value());
        let outbound = Outbound::load(reader, Sessions::new(identity, relays))?;
        let people = People::load(reader)?;
        let mut engine = Self {
            store,
            contacts,
            rooms: Inbound::new(outbound, people),
            told: Told::default(),
            untold: Touched::default(),
            woken: Wake::default(),
            trouble_until: 0,
            // A process that was killed left its log behind.
            erase_at: Some(now.after(ERASE_SOON_MS)),
            clock: now,
            random,
            effects: vec![raise],
        };
        let looked = engine.turn(now, |rooms, turn| {
            rooms.outbound.sessions.look_after_keys(turn)?;
            outbound::tell_features(turn)?;
            rooms.read_kept(turn)
        });
        match looked {
            // A full disk does not keep anybody from reading: it is tried again later.
            Err(StoreError::DiskFull) | Ok(()) => Ok(engine),
            Err(error) => Err(error.into()),
        }
    }

    /// Carries out a request.
    ///
    /// # Errors
    /// Nothing of the request has happened then.
    pub fn request<R: Request>(&mut self, now: Now, request: R) -> Result<R::Answer, EngineError> {
        request.carry_out(self, now)
    }

    /// Takes an event of a connection. Of an earlier connection, or one that is being closed, only
    /// texts still count: whose they are is proved by their keys, and the sender knows that the
    /// relay had them.
    ///
    /// # Errors
    /// If the history failed; the event has not happened then and should be given again when
    /// the trouble is over.
    pub fn connection_event(
        &mut self,
        now: Now,
        relay: RelayId,
        epoch: u64,
        event: &ConnectionEvent,
    ) -> Result<(), StoreError> {
        let is_message = matches!(event, ConnectionEvent::Frame(RelayFrame::Message { .. }));
        let relays = &self.rooms.outbound.sessions.relays;
        let is_late = !relays.is_current(relay, epoch) && !is_message;
        // Whoever stopped takes nothing any more but that connections end.
        let is_end = matches!(event, ConnectionEvent::Down { .. });
        if is_late || (relays.is_stopped() && !is_end) {
            return Ok(());
        }
        let taken = self.turn(now, |rooms, turn| take_event(rooms, turn, relay, event));
        if taken.is_err() {
            self.trouble_until = now.after(TROUBLE_WAIT_MS);
        }
        match event {
            ConnectionEvent::Frame(_) | ConnectionEvent::Pong(_) | ConnectionEvent::TooLarge => {
                taken
            }
            ConnectionEvent::Up
            | ConnectionEvent::ClockAhead(_)
            | ConnectionEvent::Garbage
            | ConnectionEvent::Down { .. } => {
                // These stand in no history: only what was to be sent over it failed.
                if let Err(error) = taken {
                    tracing::warn!(%error, "the outbox could not be written");
                }
                Ok(())
            }
        }
    }

    /// Does what is due by the clock.
    pub fn tick(&mut self, now: Now) {
        self.told.look(now, &mut self.untold);
        let is_quiet = now.mono < self.trouble_until;
        let woken = if is_quiet {
            Wake::default()
        } else {
            std::mem::take(&mut self.woken)
        };
        let done = self.turn(now, |rooms, turn| {
            turn.wake.merge(&woken);
            let outbound = &mut rooms.outbound;
            outbound.sessions.relays.keep_up(turn);
            rooms.people.end_codes(turn);
            if is_quiet {
                return Ok(());
            }
            if !outbound.sessions.relays.is_stopped() {
                outbound.wake_due(turn);
                outbound.sessions.ask_again(turn)?;
            }
            if now.mono >= outbound.sessions.identity.keys.look_at() {
                outbound.sessions.look_after_keys(turn)?;
            }
            Ok::<_, StoreError>(())
        });
        if let Err(error) = done {
            tracing::warn!(%error, "what was due could not be done");
            self.trouble_until = now.after(TROUBLE_WAIT_MS);
        }
        if self.erase_at.is_some_and(|at| at <= now.mono) {
            self.erase(now);
        }
    }

    /// Shows a connection as ended, because what comes cannot be stored. What it knows stays until
    /// its `Down` is given: what came over it is still to be taken. One that is no more is left.
    pub fn pause(&mut self, now: Now, relay: RelayId, epoch: u64) {
        let paused = self.turn(now, |rooms, turn| {
            rooms.outbound.sessions.relays.pause(turn, relay, epoch);
            Ok::<_, StoreError>(())
        });
        if let Err(error) = paused {
            tracing::warn!(%error, "a connection could not be shown as ended");
        }
    }

    /// The keychain has this counter: what waited for that goes out.
    pub fn counter_raised(&mut self, now: Now, to: u64) {
        let guard = &mut self.rooms.outbound.sessions.identity.guard;
        if !guard.raised(to) {
            return;
        }
        guard.commit();
        // Each for itself: a history that cannot be written keeps nothing from leaving that stands
        // in it already.
        let noted = self.turn(now, |rooms, turn| {
            rooms.outbound.sessions.identity.guard.note_kept(turn)
        });
        let released = self.turn(now, |rooms, turn| {
            rooms.outbound.release_held(turn);
            Ok::<_, StoreError>(())
        });
        let woken = self.turn(now, |_, turn| {
            turn.wake.everybody = true;
            Ok::<_, StoreError>(())
        });
        if let Err(error) = noted.and(released).and(woken) {
            tracing::warn!(%error, "what follows from the counter could not be written");
        }
    }

    /// The program ends: the next start will know this history from an older copy of it.
    pub fn shut_down(&mut self, now: Now) {
        let done = self.turn(now, |rooms, turn| {
            let sessions = &mut rooms.outbound.sessions;
            sessions.relays.close_all(turn);
            sessions.identity.guard.raise(turn)
        });
        if let Err(error) = done {
            tracing::warn!(%error, "the counter could not be raised");
        }
    }

    /// When [`Self::tick`] is due next, ms of the steady clock.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        let outbound = &self.rooms.outbound;
        let sessions = &outbound.sessions;
        let goes_out = !sessions.relays.is_stopped();
        let in_history = [
            outbound.deadline().filter(|_| goes_out),
            sessions.deadline().filter(|_| goes_out),
            self.rooms.people.deadline(),
            Some(sessions.identity.keys.look_at()),
            self.erase_at,
            (!self.woken.is_empty()).then_some(self.clock.mono),
        ];
        let in_history = in_history.into_iter().flatten();
        in_history
            .map(|at| at.max(self.trouble_until))
            .chain(sessions.relays.deadline())
            .chain(self.told.deadline())
            .min()
    }

    /// Takes out what the surroundings are to do, in its order.
    #[must_use]
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Carries out one input: its work and what follows from it in one transaction, then what
    /// connections do about changed settings, then what the subscribers are told.
    fn turn<T, E: From<StoreError>>(
        &mut self,
        now: Now,
        work: impl FnOnce(&mut Inbound, &mut Turn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.clock = now;
        let is_quiet = now.mono < self.trouble_until;
        let done = self.transact(now, |rooms, turn| {
            let value = work(rooms, turn)?;
            if !is_quiet {
                look_after_woken(rooms, turn).map_err(E::from)?;
            }
            Ok::<T, E>(value)
        });
        if self.rooms.outbound.sessions.relays.has_changes() {
            let followed = self.transact(now, |rooms, turn| {
                let sessions = &mut rooms.outbound.sessions;
                sessions.relays.follow_settings(turn);
                sessions.renew_card(turn)?;
                look_after_woken(rooms, turn)
            });
            if let Err(error) = followed {
                tracing::warn!(%error, "connections could not follow the settings");
            }
        }
        let touched = std::mem::take(&mut self.untold);
        let views = Views {
            reader: self.store.reader(),
            contacts: &self.contacts,
            rooms: &self.rooms,
            now,
        };
        let events = self.told.events(&views, touched);
        self.effects
            .extend(events.into_iter().map(Box::new).map(Effect::Emit));
        done
    }

    /// One transaction. What is in memory follows it, or is put back.
    fn transact<T, E: From<StoreError>>(
        &mut self,
        now: Now,
        work: impl FnOnce(&mut Inbound, &mut Turn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let Self {
            store,
            contacts,
            rooms,
            random,
            ..
        } = self;
        let mut outcome = Outcome::default();
        let commits = store.commits();
        let result = store.transaction(|tx| {
            let mut turn = Turn::new(now, tx, contacts, random);
            let result = work(rooms, &mut turn);
            outcome = turn.end();
            result
        });
        if result.is_ok() {
            self.rooms.commit();
            self.contacts.commit();
        } else {
            self.rooms.rollback();
            self.contacts.rollback();
            outcome.fail();
        }
        self.woken.merge(&outcome.wake);
        outcome.touched.after(std::mem::take(&mut self.untold));
        self.untold = outcome.touched;
        let effects = outcome.effects.into_iter();
        self.effects.extend(effects.map(|(_, effect)| effect));
        if outcome.erase {
            self.erase(now);
        } else if self.store.commits() > commits {
            self.erase_at.get_or_insert(now.after(ERASE_EVERY_MS));
        }
        result
    }

    /// Makes sure that what was deleted or written over is gone from the files too. It is gone for the
    /// person already: trouble here is tried again.
    fn erase(&mut self, now: Now) {
        self.erase_at = match self.store.checkpoint() {
            Ok(()) => None,
            Err(error) => {
                tracing::warn!(%error, "the log of the history was not emptied");
                Some(now.after(ERASE_SOON_MS))
            }
        };
    }
}

/// What an event of a connection means.
fn take_event(
    rooms: &mut Inbound,
    turn: &mut Turn<'_>,
    relay: RelayId,
    event: &ConnectionEvent,
) -> Result<(), StoreError> {
    let relays = &mut rooms.outbound.sessions.relays;
    match event {
        ConnectionEvent::Up => relays.up(turn, relay),
        ConnectionEvent::ClockAhead(ms) => relays.told_clock(turn, relay, *ms),
        ConnectionEvent::Down { problem } => relays.down(turn, relay, *problem),
        ConnectionEvent::TooLarge => return rooms.outbound.take_too_large(turn, relay),
        ConnectionEvent::Garbage => {
            if let Some(connection) = relays.connection_mut(relay) {
                connection.heard(turn.now);
            }
        }
        ConnectionEvent::Pong(token) => return rooms.outbound.take_pong(turn, relay, *token),
        ConnectionEvent::Frame(frame) => return rooms.take_frame(turn, relay, frame),
    }
    Ok(())
}

/// What follows from a turn's work: requests of those who became known are taken in, and whoever was
/// woken is looked after.
fn look_after_woken(rooms: &mut Inbound, turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let bound = std::mem::take(&mut turn.wake.bound);
    for contact in bound.iter().copied() {
        let outbound = &mut rooms.outbound;
        let taken = turn.part(|turn| people::requests::take_request_in(outbound, turn, contact));
        if let Err(error) = outbound::only_of_this_one(taken) {
            turn.wake.bound.extend(bound);
            return Err(error);
        }
    }
    rooms.outbound.flush(turn)
}
