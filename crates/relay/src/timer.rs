//! The one timer of a connection's task, which is set for whatever is due first.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::time::{Sleep, sleep_until};

/// A timer that is kept between waits.
pub(crate) struct Timer {
    sleep: Pin<Box<Sleep>>,
    armed_for: Option<Instant>,
}

impl Timer {
    /// A timer that is set for nothing.
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            sleep: Box::pin(sleep_until(now.into())),
            armed_for: None,
        }
    }

    /// Waits for `due`. A timer that is set for an earlier time is left alone: it only makes for one look more.
    pub(crate) fn poll(&mut self, due: Instant, context: &mut Context<'_>) -> Poll<()> {
        if self.armed_for.is_none_or(|armed_for| due < armed_for) {
            self.sleep.as_mut().reset(due.into());
            self.armed_for = Some(due);
        }
        let fired = self.sleep.as_mut().poll(context);
        if fired.is_ready() {
            self.armed_for = None;
        }
        fired
    }
}
