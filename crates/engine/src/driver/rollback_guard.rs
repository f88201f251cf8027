//! The rollback guard's way into the keychain: raises the counter beside the keys (P-25) until it
//! is there, without holding up the engine's thread. A keychain may take minutes, ask the person,
//! or refuse.
//!
//! What the counter is for the core says; what lies beside the keys, [`crate::counter`].

use crate::counter::{Counter, RaiseError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, sleep_until};

/// The wait after the first refusal; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The counter on its way into the keychain.
pub(super) struct RollbackGuard {
    counter: Counter,
    runtime: Handle,
    /// The value that is wanted there, while it is not known to be there.
    wanted: Option<u64>,
    /// The value that is being written. One at a time: the last must be the one that stays.
    writing: Option<(u64, JoinHandle<Result<(), RaiseError>>)>,
    refusals: u32,
    next_try: Instant,
}

impl RollbackGuard {
    /// Nothing is wanted yet. Tasks run on the given runtime.
    pub(super) fn new(counter: Counter, runtime: Handle) -> Self {
        Self {
            counter,
            runtime,
            wanted: None,
            writing: None,
            refusals: 0,
            next_try: Instant::now(),
        }
    }

    /// Wants this value in the keychain: [`Self::next`] writes it.
    pub(super) fn raise(&mut self, to: u64) {
        self.wanted = self.wanted.max(Some(to));
    }

    /// Waits for the next answer of the keychain; for ever if nothing is wanted. Nothing is lost if
    /// the wait is given up.
    pub(super) async fn next(&mut self) -> (u64, Result<(), RaiseError>) {
        let (to, written) = loop {
            if let Some((to, task)) = &mut self.writing {
                let (to, written) = (*to, task.await);
                self.writing = None;
                break (to, written);
            }
            let Some(wanted) = self.wanted else {
                std::future::pending::<()>().await;
                continue;
            };
            sleep_until(self.next_try).await;
            let (counter, runtime) = (self.counter.clone(), self.runtime.clone());
            let task = async move { raise_counter(&counter, wanted, &runtime).await };
            self.writing = Some((wanted, self.runtime.spawn(task)));
        };
        (to, self.answered(to, written))
    }

    /// Writes what is wanted, once.
    pub(super) async fn finish(&mut self) {
        self.next_try = Instant::now();
        while self.wanted.is_some() {
            if self.next().await.1.is_err() {
                return;
            }
        }
    }

    fn answered(
        &mut self,
        to: u64,
        written: Result<Result<(), RaiseError>, JoinError>,
    ) -> Result<(), RaiseError> {
        let result = written.unwrap_or(Err(RaiseError::FAULT));
        if result.is_ok() {
            self.refusals = 0;
            self.wanted = self.wanted.filter(|wanted| *wanted > to);
        } else {
            let wait = FIRST_WAIT * (1 << self.refusals.min(6));
            self.refusals = self.refusals.saturating_add(1);
            self.next_try = Instant::now() + wait.min(LONGEST_WAIT);
        }
        result
    }
}

/// Raises the counter on a thread that may block, and waits until it is raised.
///
/// # Errors
/// What the keychain or the disk has against it.
pub async fn raise_counter(counter: &Counter, to: u64, runtime: &Handle) -> Result<(), RaiseError> {
    let counter = counter.clone();
    let raised = runtime.spawn_blocking(move || counter.raise(to)).await;
    raised.unwrap_or(Err(RaiseError::FAULT))
}
