//! The relays that the person chose: added, removed, sorted; and what connections do about it once
//! it stands in the history.

use super::connection::Connection;
use super::{Change, Relay, Relays};
use crate::address::{AddressError, RelayAddress};
use crate::api::{ErrorCode, Event, RelayId, RelayPlace, RelayProblem};
use crate::core::effect::ConnectionOrder;
use crate::core::turn::{People, Turn, Whole};
use crate::error::EngineError;
use sotto_protocol::RelayHint;
use sotto_store::relays::{self, Added, Place};
use sotto_store::{Reader, StoreError};

/// The address that stands in the history for the relay of this computer.
pub(crate) const THIS_COMPUTER: &str = "sotto:this-computer";

/// The relays in the person's order.
pub(super) fn order(reader: &Reader) -> Result<Vec<RelayId>, StoreError> {
    let relays = relays::list(reader)?;
    Ok(relays.iter().map(|relay| relay.id).collect())
}

impl Relays {
    /// Adds the relay at an address, or the one of this computer ([`THIS_COMPUTER`]).
    pub(crate) fn add(&mut self, turn: &mut Turn<'_>, url: &str) -> Result<RelayId, EngineError> {
        let address = if url.trim() == THIS_COMPUTER {
            None
        } else {
            let address = RelayAddress::parse(url).map_err(|error| match error {
                AddressError::NotAnAddress | AddressError::Unencrypted => ErrorCode::BadAddress,
            })?;
            Some(address)
        };
        let added = self.add_address(turn, address)?;
        Ok(added.ok_or(ErrorCode::RelayExists)?)
    }

    /// Adds the relay at an address that was read already; none if it is there.
    pub(crate) fn add_address(
        &mut self,
        turn: &mut Turn<'_>,
        address: Option<RelayAddress>,
    ) -> Result<Option<RelayId>, StoreError> {
        let (place, stored) = match &address {
            Some(address) => (Place::Custom, address.as_str()),
            None => (Place::ThisComputer, THIS_COMPUTER),
        };
        let Added::New(relay) = relays::add(turn.tx, place, stored, turn.now.wall)? else {
            return Ok(None);
        };
        self.stage(Change::Added(relay, address));
        Ok(Some(relay))
    }

    /// Takes a relay out of the settings.
    pub(crate) fn remove(
        &mut self,
        turn: &mut Turn<'_>,
        relay: RelayId,
    ) -> Result<(), EngineError> {
        if !relays::remove(turn.tx, relay)? {
            return Err(ErrorCode::UnknownRelay.into());
        }
        self.stage(Change::Removed(relay));
        turn.touched.gone.push(Event::RelayRemoved { relay });
        Ok(())
    }

    /// Sorts the relays.
    pub(crate) fn sort(
        &mut self,
        turn: &mut Turn<'_>,
        order: &[RelayId],
    ) -> Result<(), EngineError> {
        relays::order(turn.tx, order)?;
        let sorted = self::order(turn.tx)?;
        self.stage(Change::Sorted(sorted));
        turn.touched.whole(Whole::Everything);
        Ok(())
    }

    /// Has the connections follow what stands in the settings now.
    pub(crate) fn follow_settings(&mut self, turn: &mut Turn<'_>) {
        for change in std::mem::take(&mut self.changes) {
            match change {
                Change::Added(relay, address) => self.follow_added(turn, relay, address),
                Change::Removed(relay) => self.follow_removed(turn, relay),
                Change::Sorted(order) => self.order = order,
                Change::Named(user_id) => {
                    self.user_id = user_id;
                    self.reconnect_all(turn);
                }
                Change::Proxy(proxy) => {
                    self.proxy = proxy;
                    // Whatever goes past the proxy must end at once.
                    self.reconnect_all(turn);
                }
            }
        }
    }

    fn follow_added(&mut self, turn: &mut Turn<'_>, relay: RelayId, address: Option<RelayAddress>) {
        let place = match &address {
            Some(_) => RelayPlace::Custom,
            None => RelayPlace::ThisComputer,
        };
        let mut connection = Connection::new(place, address, turn.now);
        connection.look(self.looked_at, turn.now);
        self.known.insert(relay, Relay::new(connection, turn.now));
        self.order.push(relay);
        turn.touched.relay(relay);
        self.keep_up(turn);
    }

    fn follow_removed(&mut self, turn: &mut Turn<'_>, relay: RelayId) {
        self.order_always(turn, relay, ConnectionOrder::Close);
        self.known.remove(&relay);
        self.order.retain(|other| *other != relay);
        self.presence.forget(relay);
        self.forget_routes(relay);
        turn.touched.people(People::Due);
        turn.touched.all_reach();
        turn.wake.everybody = true;
    }

    /// Ends all connections and makes them anew: the name or the proxy changed.
    fn reconnect_all(&mut self, turn: &mut Turn<'_>) {
        let all: Vec<RelayId> = self.known.keys().copied().collect();
        for relay in all {
            self.order_always(turn, relay, ConnectionOrder::Close);
            self.down(turn, relay, RelayProblem::Closed);
            if let Some(connection) = self.connection_mut(relay) {
                connection.hurry(turn.now);
            }
        }
        self.keep_up(turn);
    }

    /// The relay of the settings that has an address.
    pub(crate) fn at(&self, address: &str) -> Option<RelayId> {
        let wanted = RelayAddress::parse(address).ok();
        let mut all = self.all();
        let found = all.find(|(_, connection)| match connection.place {
            RelayPlace::ThisComputer => address == THIS_COMPUTER,
            RelayPlace::Custom => wanted.is_some() && connection.address == wanted,
        });
        found.map(|(relay, _)| relay)
    }

    /// Where the person can be reached, for links and for the key card.
    pub(crate) fn own_hints(&self, account_id: &str) -> Vec<RelayHint> {
        let relays = self.order.iter();
        let connections = relays.filter_map(|relay| self.connection(*relay));
        connections
            .filter_map(|connection| self.hint(connection, account_id))
            .collect()
    }

    fn hint(&self, connection: &Connection, account_id: &str) -> Option<RelayHint> {
        let user_id = Some(self.user_id.clone()).filter(|name| name != account_id);
        let address = match (connection.place, &connection.address) {
            (RelayPlace::ThisComputer, _) => THIS_COMPUTER,
            (RelayPlace::Custom, Some(address)) => address.in_links(),
            (RelayPlace::Custom, None) => return None,
        };
        let fits = address.len() <= sotto_protocol::relay_hint::MAX_ADDRESS_LEN;
        fits.then(|| RelayHint {
            address: address.to_owned(),
            level: 0,
            user_id,
        })
    }
}
