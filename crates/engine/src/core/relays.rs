//! The relays: connecting, registering, and what follows when a connection ends.

use super::link::{Carried, Due, Link};
use super::{ConnectionOrder, ConnectionTarget, Effect, Engine, Now};
use crate::address::{AddressError, RelayAddress};
use crate::api::{ErrorCode, Event, ProxyView, RelayId, RelayPlace, RelayProblem};
use crate::error::EngineError;
use sotto_store::relays::{self, Added, Place};
use sotto_store::{Reader, StoreError, outbox, outgoing};
use sotto_wire::{ClientFrame, PublicKey, UserId};
use std::collections::BTreeMap;

/// The address that stands in the history for the relay of this computer.
pub(crate) const THIS_COMPUTER: &str = "sotto:this-computer";

/// Reads the relays of the settings.
pub(super) fn load(reader: &Reader, now: Now) -> Result<BTreeMap<RelayId, Link>, StoreError> {
    let mut links = BTreeMap::new();
    for relay in relays::list(reader)? {
        let link = match relay.place {
            Place::ThisComputer => Link::new(RelayPlace::ThisComputer, None, now),
            Place::Custom => match RelayAddress::parse(&relay.url) {
                Ok(address) => Link::new(RelayPlace::Custom, Some(address), now),
                // Written by another version of the rules: listed in the settings, not used.
                Err(_) => Link::unusable(now),
            },
        };
        links.insert(RelayId(relay.id), link);
    }
    Ok(links)
}

/// The relays in the person's order.
pub(super) fn order(reader: &Reader) -> Result<Vec<RelayId>, StoreError> {
    let relays = relays::list(reader)?;
    Ok(relays.iter().map(|relay| RelayId(relay.id)).collect())
}

impl Engine {
    /// Adds the relay at an address, or the one of this computer ([`THIS_COMPUTER`]).
    pub(super) fn add_relay(&mut self, now: Now, url: &str) -> Result<RelayId, EngineError> {
        let address = if url.trim() == THIS_COMPUTER {
            None
        } else {
            let address = RelayAddress::parse(url).map_err(|error| match error {
                AddressError::NotAnAddress | AddressError::Unencrypted => ErrorCode::BadAddress,
            })?;
            Some(address)
        };
        let (place, stored) = match &address {
            Some(address) => (Place::Custom, address.as_str()),
            None => (Place::ThisComputer, THIS_COMPUTER),
        };
        let added = self
            .store
            .transaction(|tx| relays::add(tx, place, stored, now.wall))?;
        let Added::New(id) = added else {
            return Err(ErrorCode::RelayExists.into());
        };
        let relay = RelayId(id);
        self.take_relay(now, relay, address);
        Ok(relay)
    }

    /// Connects a relay that joined the settings; without an address that of this computer.
    pub(super) fn take_relay(&mut self, now: Now, relay: RelayId, address: Option<RelayAddress>) {
        let place = match &address {
            Some(_) => RelayPlace::Custom,
            None => RelayPlace::ThisComputer,
        };
        self.links.insert(relay, Link::new(place, address, now));
        self.relay_order.push(relay);
        if let Err(error) = self.emit_relay(relay) {
            tracing::warn!(%error, "a relay could not be told");
        }
        self.tick_links(now);
        self.renew_card(now);
    }

    /// The key card says where the person is and for how long it holds: it is made anew when that
    /// changed. What fails is tried again with the next look after the keys.
    pub(super) fn renew_card(&mut self, now: Now) {
        let hints = self.own_hints();
        let renewed = self
            .keyring
            .renew_card(&mut self.store, &self.item.identity, &hints, now);
        if let Err(error) = renewed {
            tracing::warn!(%error, "the key card could not be made anew");
        }
    }

    pub(super) fn remove_relay(&mut self, now: Now, relay: RelayId) -> Result<(), EngineError> {
        let gone = self.store.transaction(|tx| relays::remove(tx, relay.0))?;
        if !gone {
            return Err(ErrorCode::UnknownRelay.into());
        }
        self.order(relay, ConnectionOrder::Close);
        self.links.remove(&relay);
        self.relay_order.retain(|other| *other != relay);
        self.presence.forget(relay);
        self.forget_routes(relay);
        self.emit(Event::RelayRemoved { relay });
        self.people_due.get_or_insert(now.mono);
        self.reach_changed(now);
        self.renew_card(now);
        Ok(())
    }

    pub(super) fn order_relays(&mut self, order: &[RelayId]) -> Result<(), EngineError> {
        let ids: Vec<i64> = order.iter().map(|relay| relay.0).collect();
        self.store.transaction(|tx| relays::order(tx, &ids))?;
        self.relay_order = self::order(self.store.reader())?;
        self.renew_card(self.clock);
        let snapshot = Box::new(self.snapshot()?);
        self.emit(Event::Snapshot { snapshot });
        Ok(())
    }

    pub(super) fn reconnect_now(&mut self, now: Now) {
        for link in self.links.values_mut() {
            link.hurry(now);
        }
        self.tick_links(now);
    }

    /// Ends all connections and makes them anew: the name or the proxy changed.
    pub(super) fn reconnect_all(&mut self, now: Now) {
        let relays: Vec<RelayId> = self.links.keys().copied().collect();
        for relay in relays {
            self.order(relay, ConnectionOrder::Close);
            self.link_down(now, relay, RelayProblem::Closed);
            if let Some(link) = self.links.get_mut(&relay) {
                link.hurry(now);
            }
        }
        self.tick_links(now);
    }

    /// Shows a connection as ended, because what comes cannot be stored. What it knows stays until
    /// its `Down` is given: what came over it is still to be taken. One that is no more is left.
    pub fn pause(&mut self, now: Now, relay: RelayId, epoch: u64) {
        self.clock = now;
        if let Some(link) = self.links.get_mut(&relay)
            && link.epoch == epoch
        {
            link.pause(now);
            self.tell_relay(relay);
            self.tell_all_reach();
            // Nothing becomes due before there is room again.
            let people = self.people();
            self.emit(Event::PeopleChanged { people });
        }
    }

    pub(super) fn tick_links(&mut self, now: Now) {
        let relays: Vec<RelayId> = self.links.keys().copied().collect();
        for relay in relays {
            let link = self.links.get_mut(&relay);
            if link.is_some_and(|link| link.clock.look(now)) {
                self.tell_relay(relay);
            }
            match self.links.get(&relay).and_then(|link| link.due(now)) {
                None => {}
                Some(Due::Open) => self.open(relay),
                Some(Due::Ping) => self.ping(now, relay),
                Some(Due::List) => {
                    if let Some(link) = self.links.get_mut(&relay) {
                        link.asked_list(now);
                    }
                    self.write(relay, &ClientFrame::GetUsers);
                }
                Some(Due::Register) => self.register(now, relay),
                Some(Due::Silent) => {
                    self.order(relay, ConnectionOrder::Close);
                    self.link_down(now, relay, RelayProblem::TimedOut);
                }
            }
        }
    }

    fn open(&mut self, relay: RelayId) {
        let proxy = match &self.settings.proxy {
            ProxyView::None => None,
            ProxyView::Socks5 { address } => Some(address.clone()),
        };
        let Some(link) = self.links.get_mut(&relay) else {
            return;
        };
        let epoch = link.opening();
        let (target, proxy) = match &link.address {
            Some(address) => (ConnectionTarget::Address(address.clone()), proxy),
            // The relay of this computer is not behind any proxy.
            None => (ConnectionTarget::ThisComputer, None),
        };
        self.effects.push(Effect::Open {
            relay,
            epoch,
            target,
            proxy,
        });
        self.tell_relay(relay);
    }

    pub(super) fn ping(&mut self, now: Now, relay: RelayId) {
        if let Some(link) = self.links.get_mut(&relay) {
            let token = link.ping(now);
            self.order(relay, ConnectionOrder::Ping(token));
        }
    }

    /// Writes a frame to a relay.
    pub(super) fn write(&mut self, relay: RelayId, frame: &ClientFrame) {
        self.order(relay, ConnectionOrder::Text(frame.encode()));
    }

    pub(super) fn link_up(&mut self, now: Now, relay: RelayId) {
        if let Some(link) = self.links.get_mut(&relay) {
            link.up(now);
        }
        self.register(now, relay);
        self.ping(now, relay);
    }

    /// The relay told its time, which nobody vouches for: it is only shown.
    pub(super) fn link_clock(&mut self, now: Now, relay: RelayId, ahead_ms: i64) {
        if let Some(link) = self.links.get_mut(&relay)
            && link.place == RelayPlace::Custom
        {
            link.clock.told(now, ahead_ms);
            self.tell_relay(relay);
        }
    }

    /// The relay put its time on a message.
    pub(super) fn link_stamp(&mut self, now: Now, relay: RelayId, relay_ms: i64) {
        if let Some(link) = self.links.get_mut(&relay)
            && link.place == RelayPlace::Custom
            && link.clock.stamped(now, relay_ms)
        {
            self.tell_relay(relay);
        }
    }

    /// Says who we are and asks who is there, at most every few seconds.
    pub(super) fn register(&mut self, now: Now, relay: RelayId) {
        let Ok(user_id) = UserId::new(&self.profile.user_id) else {
            tracing::error!("the name for relays in the history is not one");
            return;
        };
        let public_key = PublicKey(self.own_key.to_bytes());
        if let Some(link) = self.links.get_mut(&relay)
            && link.may_register(now)
        {
            link.asked_list(now);
            self.write(
                relay,
                &ClientFrame::Register {
                    user_id,
                    public_key,
                },
            );
            self.write(relay, &ClientFrame::GetUsers);
        }
    }

    /// The connection ended: nothing is known of the relay until the next one.
    pub(super) fn link_down(&mut self, now: Now, relay: RelayId, problem: RelayProblem) {
        let jitter = u32::from_be_bytes(self.random());
        let Some(link) = self.links.get_mut(&relay) else {
            return;
        };
        link.down(now, problem, jitter);
        // Events of the ended connection that are still on their way must not count.
        link.epoch = link.epoch.wrapping_add(1);
        self.presence.forget(relay);
        self.forget_routes(relay);
        self.people_due.get_or_insert(now.mono);
        self.tell_relay(relay);
        self.reach_changed(now);
    }

    /// What went through a relay is unconfirmed: it goes again where its recipient is found.
    fn forget_routes(&mut self, relay: RelayId) {
        let routes = std::mem::take(&mut self.routes);
        for (chat, route) in routes {
            if route == relay {
                self.awaiting.remove(&chat);
            } else {
                self.routes.insert(chat, route);
            }
        }
    }

    /// The relay refused a frame for its size: the largest text under way fails, visibly, instead
    /// of ending every next connection too.
    pub(super) fn link_too_large(&mut self, now: Now, relay: RelayId) -> Result<(), StoreError> {
        let largest = self.links.get(&relay).and_then(Link::largest);
        let Some(largest) = largest else {
            return Ok(());
        };
        let message = self.store.transaction(|tx| match largest.carried {
            Carried::Text(message) => {
                outbox::failed(tx, message, now.wall, "too_large")?;
                Ok(Some(message))
            }
            Carried::Sealed(entry) => {
                let Some(entry) = outgoing::by_id(tx, entry)? else {
                    return Ok(None);
                };
                outgoing::failed(tx, &entry, now.wall, "too_large")?;
                Ok(match entry.what {
                    outgoing::What::Message(message) => Some(message),
                    outgoing::What::Own(_) => None,
                })
            }
            Carried::Loose => Ok::<_, StoreError>(None),
        })?;
        if let Some(message) = message {
            self.message_changed(message);
            self.chat_changed(largest.chat);
        }
        Ok(())
    }

    /// Tells the fronts how a relay stands; trouble of the history here is only a missed picture.
    pub(super) fn tell_relay(&mut self, relay: RelayId) {
        if let Err(error) = self.emit_relay(relay) {
            tracing::warn!(%error, "the state of a relay could not be told");
        }
    }

    fn emit_relay(&mut self, relay: RelayId) -> Result<(), StoreError> {
        if let Some(view) = self.relay_view(relay)? {
            self.emit(Event::RelayChanged { relay: view });
        }
        Ok(())
    }
}
