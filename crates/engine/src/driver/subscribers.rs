//! Who is told what happens to a profile from its start on: each gets the phase, a snapshot once
//! the profile is open, and then numbered events.
//!
//! The engine's own subscribers ([`super::Subscriber`]) know no phases and no numbers; all of these
//! hang on one of them.

use crate::api::{Event, Phase, Update};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Gets numbered updates and must not block. It says whether it wants more.
type NumberedSubscriber = Box<dyn FnMut(Update) -> bool + Send>;

/// The subscribers, each with the number of its next update, and the phase that they were last
/// told.
pub(super) struct Subscribers(Mutex<Inner>);

struct Inner {
    phase: Phase,
    entries: Vec<Entry>,
    next_id: u64,
}

/// One subscriber.
struct Entry {
    id: u64,
    next_seq: u32,
    hears: Hears,
    subscriber: NumberedSubscriber,
}

/// What a subscriber is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hears {
    /// Only phases: it has no snapshot yet that other events could change.
    Phases,
    /// Everything.
    Everything,
}

impl Subscribers {
    /// None yet.
    pub(super) fn new(phase: Phase) -> Self {
        Self(Mutex::new(Inner {
            phase,
            entries: Vec::new(),
            next_id: 0,
        }))
    }

    /// The phase that was last told.
    pub(super) fn phase(&self) -> Phase {
        self.lock().phase.clone()
    }

    /// Adds one, which hears the phase at once; gives the number by which [`Self::begin`] knows it.
    pub(super) fn add(&self, subscriber: NumberedSubscriber, hears: Hears) -> u64 {
        let mut inner = self.lock();
        let id = inner.next_id;
        inner.next_id = inner.next_id.wrapping_add(1);
        let phase = inner.phase.clone();
        let mut entry = Entry {
            id,
            next_seq: 0,
            hears,
            subscriber,
        };
        if entry.tell(Event::Phase { phase }) {
            inner.entries.push(entry);
        }
        id
    }

    /// Gives one its snapshot; from then on it hears everything.
    pub(super) fn begin(&self, id: u64, snapshot: Event) {
        let mut inner = self.lock();
        let Some(at) = inner.entries.iter().position(|entry| entry.id == id) else {
            return;
        };
        if let Some(entry) = inner.entries.get_mut(at) {
            entry.hears = Hears::Everything;
            if !entry.tell(snapshot) {
                inner.entries.remove(at);
            }
        }
    }

    /// Enters a phase and tells all of it.
    pub(super) fn enter(&self, phase: Phase) {
        self.lock().phase = phase.clone();
        self.tell(&Event::Phase { phase });
    }

    /// Tells all who hear such events.
    pub(super) fn tell(&self, event: &Event) {
        let all = matches!(event, Event::Phase { .. });
        self.lock().entries.retain_mut(|entry| {
            let hears = all || entry.hears == Hears::Everything;
            !hears || entry.tell(event.clone())
        });
    }

    /// A panic of a subscriber leaves the others whole.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Gives the subscriber its next update; gives whether it wants more.
    fn tell(&mut self, event: Event) -> bool {
        let seq = self.next_seq;
        self.next_seq = self.next_seq.wrapping_add(1);
        (self.subscriber)(Update { seq, event })
    }
}
