//! What goes between the core and its surroundings: what connections report, and what is to be done.

use crate::address::RelayAddress;
use crate::api::{Event, RelayId, RelayProblem};
use sotto_wire::RelayFrame;

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
    /// Tell the subscribers.
    Emit(Box<Event>),
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
    /// Write this counter into the keychain, and say so by
    /// [`Engine::counter_raised`](super::Engine::counter_raised): it stands in the history already.
    RaiseCounter(u64),
}

/// Fills a buffer with random bytes of cryptographic quality.
pub type Randomness = Box<dyn FnMut(&mut [u8]) + Send>;
