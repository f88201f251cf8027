//! What keeps connections going: opening, registering, pinging, giving up, and coming back.

use super::connection::{Carried, Due, InFlight};
use super::{Relays, level0};
use crate::api::{ContactId, ProxyView, RelayId, RelayPlace, RelayProblem};
use crate::core::effect::{ConnectionOrder, ConnectionTarget, Effect};
use crate::core::turn::{People, Turn};
use sotto_wire::{ClientFrame, UserId};

impl Relays {
    /// Does what is due by the clock.
    pub(crate) fn keep_up(&mut self, turn: &mut Turn<'_>) {
        if self.is_stopped() {
            return;
        }
        let all: Vec<RelayId> = self.known.keys().copied().collect();
        for relay in all {
            if let Some(connection) = self.connection_mut(relay)
                && connection.clock.look(turn.now)
            {
                turn.touched.relay(relay);
            }
            match self.connection(relay).and_then(|c| c.due(turn.now)) {
                None => self.keep_listed(turn, relay),
                Some(Due::Open) => self.open(turn, relay),
                Some(Due::Ping) => self.ping(turn, relay),
                Some(Due::Silent) => {
                    self.order_always(turn, relay, ConnectionOrder::Close);
                    self.down(turn, relay, RelayProblem::TimedOut);
                }
            }
        }
    }

    fn keep_listed(&mut self, turn: &mut Turn<'_>, relay: RelayId) {
        let Some(known) = self.known.get_mut(&relay) else {
            return;
        };
        if !known.connection.is_connected() {
            return;
        }
        match known.level0.next() {
            (at, level0::Due::List) if at <= turn.now.mono => {
                known.level0.asked_list(turn.now);
                self.write_always(turn, relay, &ClientFrame::GetUsers);
            }
            (at, level0::Due::Register) if at <= turn.now.mono => self.register(turn, relay),
            _ => {}
        }
    }

    /// When something is due next, ms of the steady clock.
    pub(crate) fn deadline(&self) -> Option<u64> {
        if self.is_stopped() {
            return None;
        }
        let all = self.known.values();
        let due = all.filter_map(|relay| {
            let listed = relay.level0.next().0;
            let connected = relay.connection.is_connected();
            let own = relay.connection.deadline();
            own.into_iter().chain(connected.then_some(listed)).min()
        });
        due.min()
    }

    fn open(&mut self, turn: &mut Turn<'_>, relay: RelayId) {
        let proxy = match &self.proxy {
            ProxyView::None => None,
            ProxyView::Socks5 { address } => Some(address.clone()),
        };
        let Some(connection) = self.connection_mut(relay) else {
            return;
        };
        let epoch = connection.opening();
        let (target, proxy) = match &connection.address {
            Some(address) => (ConnectionTarget::Address(address.clone()), proxy),
            // The relay of this computer is not behind any proxy.
            None => (ConnectionTarget::ThisComputer, None),
        };
        turn.always(Effect::Open {
            relay,
            epoch,
            target,
            proxy,
        });
        turn.touched.relay(relay);
    }

    /// Pings a relay.
    pub(crate) fn ping(&mut self, turn: &mut Turn<'_>, relay: RelayId) {
        if let Some(connection) = self.connection_mut(relay) {
            let token = connection.ping(turn.now);
            self.order_always(turn, relay, ConnectionOrder::Ping(token));
        }
    }

    /// A connection is open: says who we are.
    pub(crate) fn up(&mut self, turn: &mut Turn<'_>, relay: RelayId) {
        if let Some(known) = self.known.get_mut(&relay) {
            known.connection.up(turn.now);
            known.level0.up();
        }
        self.register(turn, relay);
        self.ping(turn, relay);
    }

    /// Says who we are and asks who is there, at most every few seconds.
    pub(crate) fn register(&mut self, turn: &mut Turn<'_>, relay: RelayId) {
        let Ok(user_id) = UserId::new(&self.user_id) else {
            tracing::error!("the name for relays in the history is not one");
            return;
        };
        let public_key = self.own_key();
        let Some(level0) = self.level0_mut(relay) else {
            return;
        };
        if level0.may_register(turn.now) {
            level0.asked_list(turn.now);
            let register = ClientFrame::Register {
                user_id,
                public_key,
            };
            self.write_always(turn, relay, &register);
            self.write_always(turn, relay, &ClientFrame::GetUsers);
        }
    }

    /// Asks for the list, at most every few seconds.
    pub(crate) fn ask_list(&mut self, turn: &mut Turn<'_>, relay: RelayId) {
        if let Some(level0) = self.level0_mut(relay)
            && level0.may_ask_list(turn.now)
        {
            self.write_always(turn, relay, &ClientFrame::GetUsers);
        }
    }

    /// Looks after our own name in the list of a relay.
    pub(crate) fn look_for_own(&mut self, turn: &mut Turn<'_>, relay: RelayId) {
        let Ok(name) = UserId::new(&self.user_id) else {
            return;
        };
        if self.presence.key_of(relay, &name) == Some(self.own_key()) {
            let Some(known) = self.known.get_mut(&relay) else {
                return;
            };
            known.level0.listed(turn.now);
            if known.connection.ready(turn.now) {
                turn.touched.relay(relay);
                turn.touched.all_reach();
                turn.wake.everybody = true;
            }
        } else if self.presence.is_complete(relay) {
            self.register(turn, relay);
        }
    }

    /// The connection ended: nothing is known of the relay until the next one.
    pub(crate) fn down(&mut self, turn: &mut Turn<'_>, relay: RelayId, problem: RelayProblem) {
        let jitter = u32::from_be_bytes(turn.random());
        let Some(connection) = self.connection_mut(relay) else {
            return;
        };
        connection.down(turn.now, problem, jitter);
        // Events of the ended connection that are still on their way must not count.
        connection.epoch = connection.epoch.wrapping_add(1);
        self.presence.forget(relay);
        self.forget_routes(relay);
        turn.touched.people(People::Due);
        turn.touched.relay(relay);
        turn.touched.all_reach();
        turn.wake.everybody = true;
    }

    /// Shows a connection as ended, because what comes cannot be stored. What it knows stays until
    /// its end is told: what came over it is still to be taken. One that is no more is left.
    pub(crate) fn pause(&mut self, turn: &mut Turn<'_>, relay: RelayId, epoch: u64) {
        if let Some(connection) = self.connection_mut(relay)
            && connection.epoch == epoch
        {
            connection.pause(turn.now);
            turn.touched.relay(relay);
            turn.touched.all_reach();
            // Nothing becomes due before there is room again.
            turn.touched.people(People::Now);
        }
    }

    /// Connects at once where the next try is waited for, and finds out which connections still
    /// hold.
    pub(crate) fn reconnect_now(&mut self, turn: &mut Turn<'_>) {
        for relay in self.known.values_mut() {
            relay.connection.check(turn.now);
        }
        self.keep_up(turn);
    }

    /// Somebody looks at a front, or nobody does any more.
    pub(crate) fn look(&mut self, turn: &mut Turn<'_>, looked_at: bool) {
        self.looked_at = looked_at;
        for (id, relay) in &mut self.known {
            if relay.connection.look(looked_at, turn.now) {
                turn.touched.relay(*id);
            }
        }
        self.keep_up(turn);
    }

    /// Ends the connections politely.
    pub(crate) fn close_all(&self, turn: &mut Turn<'_>) {
        for relay in self.known.keys() {
            self.order_always(turn, *relay, ConnectionOrder::Close);
        }
    }

    /// The relay told its time, which nobody vouches for: it is only shown. The relay of this
    /// computer has ours.
    pub(crate) fn told_clock(&mut self, turn: &mut Turn<'_>, relay: RelayId, ahead_ms: i64) {
        if let Some(connection) = self.connection_mut(relay)
            && connection.place == RelayPlace::Custom
        {
            connection.clock.told(turn.now, ahead_ms);
            turn.touched.relay(relay);
        }
    }

    /// The relay put its time on a message.
    pub(crate) fn stamped(&mut self, turn: &mut Turn<'_>, relay: RelayId, relay_ms: i64) {
        if let Some(connection) = self.connection_mut(relay)
            && connection.place == RelayPlace::Custom
            && connection.clock.stamped(turn.now, relay_ms)
        {
            turn.touched.relay(relay);
        }
    }

    /// Notes that a message frame is written, and pings behind it.
    pub(crate) fn wrote(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
        to: ContactId,
        carried: Carried,
        bytes: usize,
    ) {
        let Some(connection) = self.connection_mut(relay) else {
            return;
        };
        let token = connection.upcoming_token();
        connection.wrote(InFlight {
            carried,
            contact: to,
            bytes,
            token,
        });
        if carried != Carried::Loose {
            self.routes.insert(to, relay);
        }
        self.ping(turn, relay);
    }
}
