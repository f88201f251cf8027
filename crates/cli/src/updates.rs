//! The engine's events as a bounded stream for one command.

use sotto_engine::api::Event;
use sotto_engine::driver::Subscriber;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc::{self, Receiver};

/// Events that may wait for a command.
const WAITING: usize = 1024;

/// What happened next.
#[derive(Debug)]
pub(crate) enum Next {
    /// This.
    Event(Box<Event>),
    /// More than could wait: look anew.
    Gap,
    /// Nothing will happen any more: the engine has stopped.
    End,
}

/// The receiving end.
pub(crate) struct Updates {
    events: Receiver<Box<Event>>,
    missed: Arc<AtomicBool>,
}

/// Makes a stream with the subscriber that fills it.
pub(crate) fn updates() -> (Subscriber, Updates) {
    let (sender, events) = mpsc::channel(WAITING);
    let missed = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&missed);
    let subscriber: Subscriber = Box::new(move |event| match sender.try_send(Box::new(event)) {
        Ok(()) => true,
        Err(mpsc::error::TrySendError::Full(_)) => {
            noted.store(true, Ordering::Release);
            true
        }
        Err(mpsc::error::TrySendError::Closed(_)) => false,
    });
    (subscriber, Updates { events, missed })
}

impl Updates {
    /// Waits for what happens next. Nothing is lost if the wait is given up.
    pub(crate) async fn next(&mut self) -> Next {
        // What waited before the gap comes first.
        if let Ok(event) = self.events.try_recv() {
            return Next::Event(event);
        }
        if self.missed.swap(false, Ordering::AcqRel) {
            return Next::Gap;
        }
        match self.events.recv().await {
            Some(event) => Next::Event(event),
            None => Next::End,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: Event = Event::SendingHeld { held: true };

    #[tokio::test]
    async fn a_slow_command_is_told_of_the_gap_after_what_waited() {
        let (mut subscriber, mut updates) = updates();
        for _ in 0..=WAITING {
            assert!(subscriber(EVENT));
        }
        for _ in 0..WAITING {
            assert!(matches!(updates.next().await, Next::Event(_)));
        }
        assert!(matches!(updates.next().await, Next::Gap));
        assert!(subscriber(EVENT));
        assert!(matches!(updates.next().await, Next::Event(_)));
        drop(subscriber);
        assert!(matches!(updates.next().await, Next::End));
    }

    #[tokio::test]
    async fn a_command_that_ended_wants_no_more() {
        let (mut subscriber, updates) = updates();
        drop(updates);
        assert!(!subscriber(EVENT));
    }
}
