//! The client as a synchronous state machine: requests and events of connections go in, changes of
//! the history and effects come out.
//!
//! It does no network I/O, reads no clock and draws no randomness of its own, so it can be driven
//! by tests step by step. The history is inside: one input is at most one transaction, effects
//! are only told after its commit, and what is in memory only changes after it too. If the
//! transaction fails, the input has not happened and may be given again.
//!
//! - requests of a person: `requests` (which part does what), `contacts`, `chats`, `settings`
//! - frames of relays: `link` (the connection), `presence` (who is there), `receiving`, `sending`
//! - secure sessions: `exchange` (how they begin), `talk` (one at work), `sealed` (the way out),
//!   `opening` (the way in), `invites`, `keyring` (one's own keys), `restored` (an old history)
//! - what fronts see: `views`

mod chats;
mod contacts;
mod directory;
mod exchange;
mod invites;
mod keyring;
mod link;
mod opening;
mod people;
mod presence;
mod receiving;
mod relay_clock;
mod relays;
mod requests;
mod restored;
mod rng;
mod sealed;
mod sending;
mod settings;
mod talk;
mod verified;
mod views;

#[cfg(test)]
mod tests;

use crate::address::RelayAddress;
use crate::api::{ChatId, ErrorCode, Event, Reach, RelayId, RelayProblem, SettingsView};
use crate::counter::CounterState;
use crate::error::EngineError;
use directory::Directory;
use exchange::{Exchanges, Pace};
use keyring::Keyring;
use link::Link;
use presence::Presence;
use restored::Counter;
use sealed::Awaiting;
use sotto_protocol::{BoxPublicKey, SecretItem};
use sotto_store::profile::Profile;
use sotto_store::{Store, StoreError};
use sotto_wire::RelayFrame;
use std::collections::{BTreeMap, BTreeSet};
use verified::Verified;

pub(crate) use relays::THIS_COMPUTER;
pub use requests::Request;
pub use settings::default_settings;
pub(crate) use settings::profile_name;

/// The two clocks, read once for each input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Ms since 1970. It may jump.
    pub wall: i64,
    /// Ms of a clock that never goes back, from any start.
    pub mono: u64,
}

/// Something that a connection reports.
#[derive(Clone, Debug)]
pub enum ConnectionEvent {
    /// It is open.
    Up,
    /// The relay told its time when it was opened: by how much ours was ahead of it then, ms.
    ClockAhead(i64),
    /// A frame came.
    Frame(RelayFrame),
    /// Something came that is no frame.
    Garbage,
    /// The answer to a ping.
    Pong(u64),
    /// The relay closed it because a frame of ours was too large; `Down` follows.
    TooLarge,
    /// It ended, or never came about. Nothing follows.
    Down {
        /// Why.
        problem: RelayProblem,
    },
}

/// Something that a connection is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionOrder {
    /// Write a text frame.
    Text(String),
    /// Write a WebSocket ping with this token.
    Ping(u64),
    /// End with the close handshake.
    Close,
}

/// Where a connection leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionTarget {
    /// To the relay of this computer, wherever it listens now.
    ThisComputer,
    /// To an address.
    Address(RelayAddress),
}

/// What the surroundings are to do after an input.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Tell the fronts.
    Emit(Event),
    /// Open a connection and report its events with this relay and epoch.
    Open {
        /// For which relay.
        relay: RelayId,
        /// The number of this connection.
        epoch: u64,
        /// Where it leads.
        target: ConnectionTarget,
        /// `host:port` of a SOCKS5 proxy.
        proxy: Option<String>,
    },
    /// Give an order to a connection, if it is still that one.
    Order {
        /// Of which relay.
        relay: RelayId,
        /// The number of the connection.
        epoch: u64,
        /// What to do.
        order: ConnectionOrder,
    },
    /// Write this counter into the keychain, and say so by [`Engine::counter_raised`]: it stands in
    /// the history already.
    RaiseCounter(u64),
}

/// Fills a buffer with random bytes of cryptographic quality.
pub type Randomness = Box<dyn FnMut(&mut [u8]) + Send>;

/// The client.
pub struct Engine {
    store: Store,
    item: SecretItem,
    own_key: BoxPublicKey,
    profile: Profile,
    about: About,
    settings: SettingsView,
    directory: Directory,
    links: BTreeMap<RelayId, Link>,
    /// The relays in the person's order.
    relay_order: Vec<RelayId>,
    presence: Presence,
    /// What the fronts were last told of each contact's reach.
    told_reach: BTreeMap<ChatId, Reach>,
    /// Chats with something in the outbox.
    waiting: BTreeSet<ChatId>,
    /// Through which relay a chat's texts go.
    routes: BTreeMap<ChatId, RelayId>,
    /// When the list of people is due to be told.
    people_due: Option<u64>,
    keyring: Keyring,
    /// What was checked of the keys of others.
    verified: Verified,
    exchanges: Exchanges,
    /// Chats with whose contact there is a session.
    settled: BTreeSet<ChatId>,
    /// What was written in sessions and is not confirmed.
    awaiting: BTreeMap<ChatId, Awaiting>,
    /// Contents whose repetition was answered lately.
    answered_again: BTreeMap<[u8; 16], Pace>,
    card_token: Option<[u8; 16]>,
    counter: Counter,
    /// When the last input came.
    clock: Now,
    random: Randomness,
    effects: Vec<Effect>,
}

/// What the engine is told about its surroundings, only to show it.
#[derive(Clone, Debug)]
pub struct About {
    /// The name of the profile on this computer, empty for the usual one.
    pub profile: String,
    /// Where the private keys lie.
    pub storage: crate::api::KeyStorage,
    /// The version of the program.
    pub version: String,
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
        let counter = Counter::open(&mut store, counter, now, &mut random)?;
        let keyring = Keyring::open(&mut store, &item.identity, now, &mut random)?;
        let reader = store.reader();
        let profile = sotto_store::profile::load(reader)?.ok_or(ErrorCode::NotInitialised)?;
        let settings = settings::load(reader)?;
        let directory = Directory::load(reader)?;
        let mut waiting = sotto_store::outbox::chats(reader)?;
        waiting.extend(sotto_store::outgoing::chats(reader)?);
        let card_token = invites::card_token(reader)?;
        let links = relays::load(reader, now)?;
        let own_key = item.identity.public().box_key;
        let mut engine = Self {
            own_key,
            profile,
            about,
            settings,
            directory,
            relay_order: relays::order(reader)?,
            links,
            presence: Presence::default(),
            told_reach: BTreeMap::new(),
            waiting: waiting.into_iter().map(ChatId).collect(),
            routes: BTreeMap::new(),
            people_due: None,
            keyring,
            verified: Verified::default(),
            exchanges: Exchanges::default(),
            settled: BTreeSet::new(),
            awaiting: BTreeMap::new(),
            answered_again: BTreeMap::new(),
            card_token,
            clock: now,
            random,
            effects: vec![Effect::RaiseCounter(counter.value())],
            counter,
            store,
            item,
        };
        engine.bring_keys_up_to_date(now)?;
        Ok(engine)
    }

    /// Does what is due with one's own keys at the start. A full disk keeps nobody from reading: it
    /// is tried again later.
    fn bring_keys_up_to_date(&mut self, now: Now) -> Result<(), EngineError> {
        let looked = self.keyring.look(&mut self.store, now, &mut self.random);
        self.renew_card(now);
        match looked {
            Err(StoreError::DiskFull) => Ok(()),
            done => Ok(done?),
        }
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
        self.clock = now;
        if self.links.get(&relay).is_none_or(|l| l.epoch != epoch) {
            return match event {
                ConnectionEvent::Frame(frame @ RelayFrame::Message { .. }) => {
                    self.frame(now, relay, frame)
                }
                _ => Ok(()),
            };
        }
        match event {
            ConnectionEvent::Up => self.link_up(now, relay),
            ConnectionEvent::ClockAhead(ms) => self.link_clock(now, relay, *ms),
            ConnectionEvent::Down { problem } => self.link_down(now, relay, *problem),
            ConnectionEvent::TooLarge => return self.link_too_large(now, relay),
            ConnectionEvent::Garbage => {
                if let Some(link) = self.links.get_mut(&relay) {
                    link.heard(now);
                }
            }
            ConnectionEvent::Pong(token) => return self.link_pong(now, relay, *token),
            ConnectionEvent::Frame(frame) => return self.frame(now, relay, frame),
        }
        Ok(())
    }

    /// Does what is due by the clock.
    pub fn tick(&mut self, now: Now) {
        self.clock = now;
        self.tick_links(now);
        self.tick_people(now);
        self.tick_exchanges(now);
        self.tick_sealed(now);
        if now.mono >= self.keyring.look_at() {
            let looked = self.keyring.look(&mut self.store, now, &mut self.random);
            if let Err(error) = looked {
                tracing::warn!(%error, "the keys could not be brought up to date");
            }
            self.renew_card(now);
        }
    }

    /// The program ends: the next start will know this history from an older copy of it.
    pub fn ending(&mut self, now: Now) {
        if let Err(error) = self.raise_counter(now) {
            tracing::warn!(%error, "the counter could not be raised");
        }
        self.close_all();
    }

    /// When [`Self::tick`] is due next, ms of the steady clock.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        let links = self.links.values().filter_map(Link::deadline);
        links
            .chain(self.people_due)
            .chain(self.exchanges.deadline())
            .chain(self.sealed_deadline())
            .chain([self.keyring.look_at()])
            .min()
    }

    /// Takes out what the surroundings are to do, in its order.
    #[must_use]
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Tells the fronts.
    fn emit(&mut self, event: Event) {
        self.effects.push(Effect::Emit(event));
    }

    /// Gives an order to the connection that a relay has now.
    fn order(&mut self, relay: RelayId, order: ConnectionOrder) {
        if let Some(link) = self.links.get(&relay) {
            let epoch = link.epoch;
            self.effects.push(Effect::Order {
                relay,
                epoch,
                order,
            });
        }
    }

    /// Random bytes.
    fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }
}
