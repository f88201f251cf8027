//! The relays: which there are, their connections, who is listed at them, and by which way a contact
//! is reached. What the frames of a relay mean for people and messages is decided elsewhere.
//!
//! - [`connection`]: one relay's connection, whatever it speaks
//! - [`level0`]: what the guide's protocol needs beside it
//! - [`presence`]: who is listed where, under which key
//! - [`clock`]: how far this computer's clock is from a relay's
//! - [`settings`]: the relays that the person chose
//! - [`upkeep`]: what keeps connections going
//! - [`routes`]: by which relay, and under which name there, a contact is reached

pub(crate) mod clock;
pub(crate) mod connection;
pub(crate) mod level0;
pub(crate) mod presence;
mod routes;
mod settings;
mod upkeep;

use crate::address::RelayAddress;
use crate::api::{ContactId, ProxyView, RelayId, RelayPlace};
use crate::core::effect::{ConnectionOrder, Effect};
use crate::core::staged::{Staged, StagedMap};
use crate::core::time::Now;
use crate::core::turn::Turn;
use connection::Connection;
use level0::Level0;
use presence::Presence;
use sotto_protocol::BoxPublicKey;
use sotto_store::{Reader, StoreError, relays};
use sotto_wire::{ClientFrame, PublicKey, UserId};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use settings::THIS_COMPUTER;

/// The relays.
#[derive(Debug)]
pub(crate) struct Relays {
    known: BTreeMap<RelayId, Relay>,
    /// In the person's order.
    order: Vec<RelayId>,
    presence: Presence,
    /// Through which relay the last of a contact's texts went.
    routes: BTreeMap<ContactId, RelayId>,
    /// By which ways something authenticated of a contact came, the last one first.
    learned: StagedMap<ContactId, Vec<(RelayId, UserId)>>,
    /// How many ways to a contact were tried since a receipt came.
    turns: BTreeMap<ContactId, usize>,
    /// Contacts whose way was lost: what was under way to them is uncertain.
    lost_ways: BTreeSet<ContactId>,
    /// Those of them that the turn under way has taken.
    taken_ways: BTreeSet<ContactId>,
    own_key: BoxPublicKey,
    /// The name for everybody at relays of level 0.
    user_id: String,
    proxy: ProxyView,
    /// Whether nothing is connected or written any more.
    stopped: Staged<bool>,
    /// Whether somebody looks at a front.
    looked_at: bool,
    /// What the turn under way changed in the settings, and what stands there and is to be done.
    staged: Vec<Change>,
    changes: Vec<Change>,
}

/// One relay of the settings.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) connection: Connection,
    pub(crate) level0: Level0,
}

impl Relay {
    fn new(connection: Connection, now: Now) -> Self {
        Self {
            connection,
            level0: Level0::new(now),
        }
    }
}

/// A change of the settings that connections follow once it stands in the history.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// A relay joined; without an address that of this computer.
    Added(RelayId, Option<RelayAddress>),
    /// A relay left.
    Removed(RelayId),
    /// The person sorted them like this.
    Sorted(Vec<RelayId>),
    /// The name for everybody is another one.
    Named(String),
    /// They are reached by another way.
    Proxy(ProxyView),
}

impl Relays {
    /// Reads the relays of the settings.
    pub(crate) fn load(
        reader: &Reader,
        own_key: BoxPublicKey,
        user_id: String,
        proxy: ProxyView,
        now: Now,
    ) -> Result<Self, StoreError> {
        let mut all = BTreeMap::new();
        for relay in relays::list(reader)? {
            let connection = match relay.place {
                relays::Place::ThisComputer => Connection::new(RelayPlace::ThisComputer, None, now),
                relays::Place::Custom => match RelayAddress::parse(&relay.url) {
                    Ok(address) => Connection::new(RelayPlace::Custom, Some(address), now),
                    // Written by another version of the rules: listed in the settings, not used.
                    Err(_) => Connection::unusable(now),
                },
            };
            all.insert(relay.id, Relay::new(connection, now));
        }
        Ok(Self {
            known: all,
            order: settings::order(reader)?,
            presence: Presence::default(),
            routes: BTreeMap::new(),
            learned: routes::load(reader)?,
            turns: BTreeMap::new(),
            lost_ways: BTreeSet::new(),
            taken_ways: BTreeSet::new(),
            own_key,
            user_id,
            proxy,
            stopped: Staged::new(false),
            looked_at: false,
            staged: Vec::new(),
            changes: Vec::new(),
        })
    }

    /// One relay's connection.
    pub(crate) fn connection(&self, relay: RelayId) -> Option<&Connection> {
        Some(&self.known.get(&relay)?.connection)
    }

    /// The same, to change it.
    pub(crate) fn connection_mut(&mut self, relay: RelayId) -> Option<&mut Connection> {
        Some(&mut self.known.get_mut(&relay)?.connection)
    }

    /// What the guide's protocol keeps of one relay.
    pub(crate) fn level0_mut(&mut self, relay: RelayId) -> Option<&mut Level0> {
        Some(&mut self.known.get_mut(&relay)?.level0)
    }

    /// All relays with their connections.
    pub(crate) fn all(&self) -> impl Iterator<Item = (RelayId, &Connection)> {
        let relays = self.known.iter();
        relays.map(|(id, relay)| (*id, &relay.connection))
    }

    /// The relays in the person's order.
    pub(crate) fn order(&self) -> &[RelayId] {
        &self.order
    }

    /// Who is listed where.
    pub(crate) const fn presence(&self) -> &Presence {
        &self.presence
    }

    /// The same, to change it.
    pub(crate) const fn presence_mut(&mut self) -> &mut Presence {
        &mut self.presence
    }

    /// One's own box key as relays show it.
    pub(crate) const fn own_key(&self) -> PublicKey {
        presence::shown(&self.own_key)
    }

    /// The name for everybody at relays of level 0.
    pub(crate) fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Whether an event of a connection is of the one that the relay has now.
    pub(crate) fn is_current(&self, relay: RelayId, epoch: u64) -> bool {
        self.connection(relay).is_some_and(|c| c.epoch == epoch)
    }

    /// Keeps a change of the settings until its turn stands in the history.
    pub(crate) fn stage(&mut self, change: Change) {
        self.staged.push(change);
    }

    /// Whether changes of the settings are to be followed.
    pub(crate) const fn has_changes(&self) -> bool {
        !self.changes.is_empty()
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.changes.append(&mut self.staged);
        self.taken_ways.clear();
        self.stopped.commit();
        self.learned.commit();
        for relay in self.known.values_mut() {
            relay.connection.commit();
            relay.level0.commit();
        }
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        self.staged.clear();
        self.lost_ways.append(&mut self.taken_ways);
        self.stopped.rollback();
        self.learned.rollback();
        for relay in self.known.values_mut() {
            relay.connection.rollback();
            relay.level0.rollback();
        }
    }

    /// Whether nothing is connected or written any more.
    pub(crate) fn is_stopped(&self) -> bool {
        *self.stopped.get()
    }

    /// Nothing is connected or written from here on.
    pub(crate) fn begin_stopped(&mut self) {
        self.stopped = Staged::new(true);
    }

    /// The same, and what is connected is ended once the turn stands in the history.
    pub(crate) fn stop(&mut self, turn: &mut Turn<'_>) {
        self.stopped.set(true);
        for (relay, known) in &self.known {
            turn.effect(Effect::Order {
                relay: *relay,
                epoch: known.connection.epoch,
                order: ConnectionOrder::Close,
            });
            turn.touched.relay(*relay);
        }
        turn.touched.all_reach();
    }

    /// Gives an order to the connection that a relay has now, whatever becomes of the turn.
    pub(crate) fn order_always(&self, turn: &mut Turn<'_>, relay: RelayId, order: ConnectionOrder) {
        if self.is_stopped() && order != ConnectionOrder::Close {
            return;
        }
        if let Some(connection) = self.connection(relay) {
            let epoch = connection.epoch;
            turn.always(Effect::Order {
                relay,
                epoch,
                order,
            });
        }
    }

    /// Writes a frame about the connection itself.
    pub(crate) fn write_always(&self, turn: &mut Turn<'_>, relay: RelayId, frame: &ClientFrame) {
        self.order_always(turn, relay, ConnectionOrder::Text(frame.encode()));
    }

    /// Writes a frame once the turn stands in the history.
    pub(crate) fn write(&self, turn: &mut Turn<'_>, relay: RelayId, frame: &ClientFrame) {
        if self.is_stopped() {
            return;
        }
        if let Some(connection) = self.connection(relay) {
            turn.effect(Effect::Order {
                relay,
                epoch: connection.epoch,
                order: ConnectionOrder::Text(frame.encode()),
            });
        }
    }
}
