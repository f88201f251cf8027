//! What waits to be written to one connection: bounded in bytes, filled by anybody, emptied by its own task.
//!
//! Filling never waits. A client that lets too much pile up loses the queue and the connection (close 4008), because
//! at level 0 there is no place to keep the rest, and one slow recipient must not hold up its senders.

use crate::close::CloseReason;
use crate::config::Limits;
use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Memory of a queued frame besides its text.
const FRAME_OVERHEAD: usize = 64;

/// Frames that the queue has room for while nothing waits.
const KEPT_CAPACITY: usize = 64;

/// What one client may keep when all together keep too much.
const SMALL_SHARE: usize = 64 * 1024;

/// The queue of one connection.
#[derive(Debug)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    limit: usize,
    shared: Arc<SharedQueue>,
}

/// Bytes that wait in all outboxes together.
#[derive(Debug)]
pub(crate) struct SharedQueue {
    bytes: AtomicUsize,
    limit: usize,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Utf8Bytes>,
    /// Cost of `frames`, and of what the connection took and has not reported as written.
    cost: usize,
    closing: Option<CloseReason>,
    probe: bool,
    waker: Option<Waker>,
}

/// What the connection's task finds in its outbox.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// The connection is to be closed.
    pub(crate) closing: Option<CloseReason>,
    /// Somebody else wants the name: show that the client is alive.
    pub(crate) probe: bool,
}

impl SharedQueue {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            bytes: AtomicUsize::new(0),
            limit: limits.total_queue_bytes,
        }
    }
}

impl Outbox {
    pub(crate) fn new(limits: &Limits, shared: Arc<SharedQueue>) -> Self {
        Self {
            state: Mutex::default(),
            limit: limits.queue_bytes,
            shared,
        }
    }

    /// Queues one frame, or closes the connection where it does not fit.
    pub(crate) fn push(&self, frame: Utf8Bytes) {
        self.push_all(std::iter::once(frame));
    }

    /// Queues frames in order, with one wake-up.
    pub(crate) fn push_all(&self, frames: impl IntoIterator<Item = Utf8Bytes>) {
        let mut state = self.lock();
        for frame in frames {
            if state.closing.is_some() {
                break;
            }
            if self.has_room(&state, cost(&frame)) {
                self.add(&mut state, frame);
            } else {
                self.discard(&mut state);
                state.closing = Some(CloseReason::TooSlow);
            }
        }
        state.wake();
    }

    /// Asks the connection's task to close; the first reason counts.
    pub(crate) fn close(&self, reason: CloseReason) {
        let mut state = self.lock();
        state.closing.get_or_insert(reason);
        state.wake();
    }

    /// Asks the connection's task whether its client is alive.
    pub(crate) fn probe(&self) {
        let mut state = self.lock();
        state.probe = true;
        state.wake();
    }

    /// Takes everything that waits, for the connection that follows this one.
    pub(crate) fn hand_over(&self) -> VecDeque<Utf8Bytes> {
        let mut state = self.lock();
        let frames = mem::take(&mut state.frames);
        self.subtract(&mut state, frames.iter().map(cost).sum());
        frames
    }

    /// Reports `written` as gone, moves what waits into `batch` where that is empty, and arranges to be woken.
    pub(crate) fn poll(
        &self,
        context: &Context<'_>,
        batch: &mut VecDeque<Utf8Bytes>,
        written: usize,
    ) -> Signals {
        let mut state = self.lock();
        self.subtract(&mut state, written);
        if batch.is_empty() && state.frames.is_empty() {
            // What a burst needed is not kept for the idle time after it.
            batch.shrink_to(KEPT_CAPACITY);
            state.frames.shrink_to(KEPT_CAPACITY);
        } else if batch.is_empty() {
            mem::swap(&mut state.frames, batch);
        }
        if !state
            .waker
            .as_ref()
            .is_some_and(|waker| waker.will_wake(context.waker()))
        {
            state.waker = Some(context.waker().clone());
        }
        Signals {
            closing: state.closing,
            probe: mem::take(&mut state.probe),
        }
    }

    fn has_room(&self, state: &State, cost: usize) -> bool {
        if state.cost == 0 {
            return true;
        }
        let after = state.cost.saturating_add(cost);
        let all = self
            .shared
            .bytes
            .load(Ordering::Relaxed)
            .saturating_add(cost);
        after <= self.limit && (all <= self.shared.limit || after <= SMALL_SHARE)
    }

    fn add(&self, state: &mut State, frame: Utf8Bytes) {
        let cost = cost(&frame);
        state.cost = state.cost.saturating_add(cost);
        self.shared.bytes.fetch_add(cost, Ordering::Relaxed);
        state.frames.push_back(frame);
    }

    fn discard(&self, state: &mut State) {
        let frames = mem::take(&mut state.frames);
        self.subtract(state, frames.iter().map(cost).sum());
    }

    fn subtract(&self, state: &mut State, cost: usize) {
        let cost = cost.min(state.cost);
        state.cost -= cost;
        self.shared.bytes.fetch_sub(cost, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        let left = self.lock().cost;
        self.shared.bytes.fetch_sub(left, Ordering::Relaxed);
    }
}

impl State {
    fn wake(&self) {
        if let Some(waker) = &self.waker {
            waker.wake_by_ref();
        }
    }
}

/// What a frame counts while it waits.
pub(crate) fn cost(frame: &Utf8Bytes) -> usize {
    frame.len().saturating_add(FRAME_OVERHEAD)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outbox(queue_bytes: usize, total_queue_bytes: usize) -> (Outbox, Arc<SharedQueue>) {
        let limits = Limits {
            queue_bytes,
            total_queue_bytes,
            ..Limits::default()
        };
        let shared = Arc::new(SharedQueue::new(&limits));
        (Outbox::new(&limits, Arc::clone(&shared)), shared)
    }

    fn frame(len: usize) -> Utf8Bytes {
        "x".repeat(len).into()
    }

    fn poll(outbox: &Outbox, batch: &mut VecDeque<Utf8Bytes>, written: usize) -> Signals {
        outbox.poll(&Context::from_waker(Waker::noop()), batch, written)
    }

    #[test]
    fn frames_come_out_in_order_and_stop_counting_once_written() {
        let (outbox, shared) = outbox(1000, 10_000);
        outbox.push("a".into());
        outbox.push_all(["b".into(), "c".into()]);
        let mut batch = VecDeque::new();
        assert_eq!(poll(&outbox, &mut batch, 0).closing, None);
        assert_eq!(batch, ["a", "b", "c"]);
        assert_eq!(shared.bytes.load(Ordering::Relaxed), 3 * 65);
        poll(&outbox, &mut batch, 3 * 65);
        assert_eq!(shared.bytes.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_full_outbox_loses_its_queue_and_closes() {
        let (outbox, shared) = outbox(1000, 10_000);
        outbox.push(frame(800));
        outbox.push(frame(800));
        let mut batch = VecDeque::new();
        assert_eq!(
            poll(&outbox, &mut batch, 0).closing,
            Some(CloseReason::TooSlow)
        );
        assert!(batch.is_empty());
        assert_eq!(shared.bytes.load(Ordering::Relaxed), 0);
        outbox.push(frame(1));
        poll(&outbox, &mut batch, 0);
        assert!(batch.is_empty());
    }

    #[test]
    fn one_frame_of_any_size_fits_an_empty_outbox() {
        let (outbox, _) = outbox(1000, 10_000);
        outbox.push(frame(5000));
        let mut batch = VecDeque::new();
        assert_eq!(poll(&outbox, &mut batch, 0).closing, None);
        assert_eq!(batch.len(), 1);
    }

    #[test]
    fn when_all_keep_too_much_each_may_keep_little() {
        let (one, shared) = outbox(1 << 20, 100_000);
        let other = Outbox::new(&Limits::default(), Arc::clone(&shared));
        one.push(frame(99_000));
        other.push(frame(30_000));
        other.push(frame(30_000));
        let mut batch = VecDeque::new();
        assert_eq!(poll(&other, &mut batch, 0).closing, None);
        other.push(frame(30_000));
        assert_eq!(
            poll(&other, &mut batch, 0).closing,
            Some(CloseReason::TooSlow)
        );
        drop((one, other));
        assert_eq!(shared.bytes.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn the_first_reason_to_close_counts() {
        let (outbox, _) = outbox(1000, 10_000);
        outbox.close(CloseReason::Replaced);
        outbox.close(CloseReason::Restart);
        assert_eq!(
            poll(&outbox, &mut VecDeque::new(), 0).closing,
            Some(CloseReason::Replaced)
        );
    }

    #[test]
    fn what_waits_can_be_handed_over() {
        let (outbox, shared) = outbox(1000, 10_000);
        outbox.push("a".into());
        assert_eq!(outbox.hand_over(), ["a"]);
        assert_eq!(shared.bytes.load(Ordering::Relaxed), 0);
    }
}
