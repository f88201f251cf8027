//! The connections that the core has ordered: one task a relay, the orders on their way to it, and
//! those that still say goodbye.
//!
//! What a connection does is in [`super::connection`], which ones there are the core decides.

use super::connection::{self, ConnectionInput, Reports};
use super::local_relay::LocalRelay;
use crate::api::{RelayId, RelayProblem};
use crate::core::{ConnectionEvent, ConnectionOrder, ConnectionTarget};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

/// Events of connections that may wait for the engine.
const EVENTS_WAITING: usize = 32;
/// Orders that may wait for a connection: more than one window of texts with their pings.
const ORDERS_WAITING: usize = 512;

/// A connection's task and the way to give it orders.
struct ConnectionTask {
    epoch: u64,
    orders: mpsc::Sender<ConnectionOrder>,
    task: JoinHandle<()>,
}

impl Drop for ConnectionTask {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The tasks of all connections, and what they report.
pub(super) struct Connections {
    runtime: Handle,
    local_relay: Option<Arc<LocalRelay>>,
    open: BTreeMap<RelayId, ConnectionTask>,
    /// Tasks that were told to close and still say goodbye.
    closing: Vec<ConnectionTask>,
    events: mpsc::Sender<ConnectionInput>,
    inputs: mpsc::Receiver<ConnectionInput>,
}

impl Connections {
    /// None yet. Tasks run on the given runtime.
    pub(super) fn new(runtime: Handle, local_relay: Option<Arc<LocalRelay>>) -> Self {
        let (events, inputs) = mpsc::channel(EVENTS_WAITING);
        Self {
            runtime,
            local_relay,
            open: BTreeMap::new(),
            closing: Vec::new(),
            events,
            inputs,
        }
    }

    /// Opens a connection; its events come through [`Self::next`].
    pub(super) fn open(
        &mut self,
        relay: RelayId,
        epoch: u64,
        target: ConnectionTarget,
        proxy: Option<String>,
    ) {
        let (orders, waiting) = mpsc::channel(ORDERS_WAITING);
        let local_relay = self.local_relay.clone();
        let reports = self.reports(relay, epoch);
        let task = self.runtime.spawn(async move {
            let address = match target {
                ConnectionTarget::Address(address) => Some(address),
                ConnectionTarget::ThisComputer => local_relay.and_then(|relay| {
                    relay.begin();
                    relay.address()
                }),
            };
            if let Some(address) = address {
                connection::run(address, proxy, waiting, reports).await;
            } else {
                let problem = RelayProblem::Unreachable;
                reports.send(ConnectionEvent::Down { problem }).await;
            }
        });
        let connection = ConnectionTask {
            epoch,
            orders,
            task,
        };
        self.open.insert(relay, connection);
    }

    /// Gives an order to a connection, if it is still that one. One whose channel is full is ended:
    /// what it carried stays in the outbox.
    pub(super) fn order(&mut self, relay: RelayId, epoch: u64, order: ConnectionOrder) {
        let connection = self.open.get(&relay);
        let Some(connection) = connection.filter(|connection| connection.epoch == epoch) else {
            return;
        };
        let closing = order == ConnectionOrder::Close;
        let full = connection.orders.try_send(order).is_err();
        if full && !closing {
            self.open.remove(&relay);
            let reports = self.reports(relay, epoch);
            let problem = RelayProblem::TimedOut;
            self.runtime
                .spawn(async move { reports.send(ConnectionEvent::Down { problem }).await });
        } else if closing && let Some(connection) = self.open.remove(&relay) {
            self.closing.retain(|other| !other.task.is_finished());
            // One that does not even take the word is ended without.
            if !full {
                self.closing.push(connection);
            }
        }
    }

    /// Orders all connections to close; gives which they were.
    pub(super) fn close_all(&mut self) -> Vec<(RelayId, u64)> {
        let open = self.open.iter().map(|(relay, it)| (*relay, it.epoch));
        let open: Vec<(RelayId, u64)> = open.collect();
        for (relay, epoch) in &open {
            self.order(*relay, *epoch, ConnectionOrder::Close);
        }
        open
    }

    /// Ends those that still say goodbye without one.
    pub(super) fn abandon_closing(&mut self) {
        self.closing.clear();
    }

    /// Waits for the next event. Nothing is lost if the wait is given up.
    pub(super) async fn next(&mut self) -> Option<ConnectionInput> {
        self.inputs.recv().await
    }

    /// Waits for the next event while connections say goodbye, until all have or the limit is
    /// reached; those are then ended without. None when nothing more comes.
    pub(super) async fn next_before_end(&mut self, limit: Instant) -> Option<ConnectionInput> {
        while let Some(mut connection) = self.closing.pop() {
            tokio::select! {
                biased;
                Some(input) = self.inputs.recv() => {
                    self.closing.push(connection);
                    return Some(input);
                }
                // Ended, whether by itself or by a fault: nothing more comes from it.
                _ = &mut connection.task => {}
                // One that takes too long is ended without.
                () = sleep_until(limit) => {}
            }
        }
        self.inputs.try_recv().ok()
    }

    fn reports(&self, relay: RelayId, epoch: u64) -> Reports {
        Reports {
            relay,
            epoch,
            events: self.events.clone(),
        }
    }
}
