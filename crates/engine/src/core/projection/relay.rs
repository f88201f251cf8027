//! Relays.

use super::Views;
use crate::address::RelayAddress;
use crate::api::{RelayId, RelayPlace, RelayState, RelayView};
use crate::core::relay::connection::Connection;
use sotto_store::{StoreError, relays};

impl Views<'_> {
    pub(super) fn relay(&self, id: RelayId) -> Result<Option<RelayView>, StoreError> {
        let Some(row) = relays::by_id(self.reader, id)? else {
            return Ok(None);
        };
        let Some(connection) = self.relays().connection(id) else {
            return Ok(None);
        };
        let name = match connection.place {
            RelayPlace::ThisComputer => String::new(),
            RelayPlace::Custom => connection
                .address
                .as_ref()
                .map_or_else(|| row.url.clone(), RelayAddress::name),
        };
        let presence = self.relays().presence();
        let people = presence.count(id, &self.identity().box_key());
        Ok(Some(RelayView {
            id,
            place: connection.place,
            name,
            url: row.url,
            state: self.relay_state(connection),
            listed: presence.is_complete(id),
            round_trip_ms: connection.round_trip_ms,
            clock_ahead_ms: connection.clock.ahead_ms(),
            people: u32::try_from(people).unwrap_or(u32::MAX),
        }))
    }

    fn relay_state(&self, connection: &Connection) -> RelayState {
        if self.relays().is_stopped() {
            return RelayState::Stopped;
        }
        connection.view()
    }
}
