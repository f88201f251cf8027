//! Events of connections that the history could not take, kept until it can.
//!
//! It only keeps them and the time of the next try. What is done about the trouble is the engine
//! thread's.

use super::connection::ConnectionInput;
use crate::api::RelayId;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long a history that cannot be written is left alone before the next try.
const TROUBLE_WAIT: Duration = Duration::from_secs(2);
/// Events of ending connections that are kept for a history that cannot be written.
const MOST_STALLED: usize = 256;

/// What waits for the history.
pub(super) struct Stalled {
    /// The event that could not be taken, and what came after it before the connections were ended.
    inputs: VecDeque<ConnectionInput>,
    /// The connections that were ended for it; the core hears of their end last.
    ended: Vec<(RelayId, u64)>,
    next_try: Instant,
}

impl Stalled {
    /// Nothing waits.
    pub(super) fn none() -> Self {
        Self {
            inputs: VecDeque::new(),
            ended: Vec::new(),
            next_try: Instant::now(),
        }
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// Whether more can wait.
    pub(super) fn has_room(&self) -> bool {
        self.inputs.len() < MOST_STALLED
    }

    /// Keeps an event behind the others.
    pub(super) fn push(&mut self, input: ConnectionInput) {
        self.inputs.push_back(input);
    }

    /// Puts an event back that was to be tried next.
    pub(super) fn put_back(&mut self, input: ConnectionInput) {
        self.inputs.push_front(input);
    }

    /// The oldest event, to be tried.
    pub(super) fn pop(&mut self) -> Option<ConnectionInput> {
        self.inputs.pop_front()
    }

    /// Notes that a connection was ended for the trouble.
    pub(super) fn note_ended(&mut self, relay: RelayId, epoch: u64) {
        self.ended.push((relay, epoch));
    }

    /// The connections that were ended, once.
    pub(super) fn take_ended(&mut self) -> Vec<(RelayId, u64)> {
        std::mem::take(&mut self.ended)
    }

    /// Leaves the history alone for a while.
    pub(super) fn wait(&mut self) {
        self.next_try = Instant::now() + TROUBLE_WAIT;
    }

    /// Returns when the history is to be tried again, never if nothing waits for it.
    pub(super) async fn due(&self) {
        if self.is_empty() {
            std::future::pending::<()>().await;
        }
        sleep_until(self.next_try).await;
    }
}
