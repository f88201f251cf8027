//! The relays in the settings, how their connections stand, and what a test of one gives.

use super::id::RelayId;
use serde::{Deserialize, Serialize};
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// A relay in the settings.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct RelayView {
    /// The relay.
    pub id: RelayId,
    /// Which one.
    pub place: RelayPlace,
    /// What the strip and the list call it; empty for this computer, whose name the front has.
    pub name: String,
    /// `ws://` or `wss://` address, or `sotto:this-computer`.
    pub url: String,
    /// How the connection stands.
    pub state: RelayState,
    /// Whether the whole list of people there has come.
    pub listed: bool,
    /// The last measured round trip, ms.
    pub round_trip_ms: Option<u32>,
    /// By how much the clock of this computer was ahead of the relay's when it last told it, ms,
    /// negative if behind: 0 if it is less than five minutes, none while it is not known. The relay of this computer says
    /// nothing of it.
    pub clock_ahead_ms: Option<i64>,
    /// How many people are listed there, without the person.
    pub people: u32,
}

/// Which relay it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum RelayPlace {
    /// The one embedded in the app: nothing leaves this computer.
    ThisComputer,
    /// One that the person added.
    Custom,
}

/// How the connection to a relay stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RelayState {
    /// Connecting.
    Connecting,
    /// Registered.
    Connected {
        /// Since when, ms since 1970.
        since: i64,
    },
    /// Waiting before the next try.
    Waiting {
        /// When the next try begins, ms since 1970.
        retry_at: i64,
        /// What went wrong.
        problem: RelayProblem,
    },
    /// Not connected, and not tried: the identity moved to another computer.
    Stopped,
}

/// Why a relay cannot be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum RelayProblem {
    /// The name has no address.
    NameNotFound,
    /// Nobody answers there, or the connection was refused.
    Unreachable,
    /// This computer has no network.
    NoNetwork,
    /// The proxy cannot be reached or refused.
    Proxy,
    /// The certificate is not valid for that name: a captive portal, or somebody in between.
    Certificate,
    /// Something else than a relay answered.
    NotARelay,
    /// The relay holds our name for another key.
    NameTaken,
    /// The relay is full or asks to come back later.
    Busy,
    /// Another session of the same identity took over.
    Replaced,
    /// The connection ended.
    Closed,
    /// The relay stopped answering.
    TimedOut,
    /// The connection was ended here, because what comes cannot be stored.
    NoRoom,
    /// An onion service is only reached through a proxy, and none is set.
    NeedsProxy,
    /// This version cannot use the address.
    BadAddress,
}

/// The result of trying out a relay before it is saved.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RelayTest {
    /// It works.
    Works {
        /// The address as it would be saved.
        url: String,
        /// The measured round trip, ms.
        round_trip_ms: u32,
        /// The level that it speaks; 0 is the guide's protocol, which needs the person's consent.
        level: u8,
        /// Whether the connection is encrypted, or does not leave this computer.
        private: bool,
    },
    /// It does not work.
    Fails {
        /// Why.
        problem: RelayProblem,
    },
}

/// How messages shall travel, chosen at the first start.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RelayChoice {
    /// Through the embedded relay: nothing leaves this computer.
    ThisComputer,
    /// Through a relay that the person names and has consented to.
    Custom {
        /// `ws://` or `wss://` address.
        url: String,
    },
}
