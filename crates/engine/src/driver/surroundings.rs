//! What may have broken every connection at once: another network, or a computer that slept.
//!
//! The network is watched by the system's own notices. Sleep shows in the clocks: the steady one
//! stands still on most systems while the wall clock goes on. A wall clock that is set forward looks
//! the same and costs one ping a relay. Where the steady clock goes on in sleep (Windows), what was
//! due in it is due at once anyway.

use super::clock::Clock;
use crate::core::Now;
use netwatcher::WatchHandle;
use std::mem::ManuallyDrop;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// How often the clocks are compared: no sleep is noticed later than this after its end.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// The wall clock went so much further than the steady one: the computer slept, ms.
const SLEPT_MS: i64 = 5_000;
/// A network that comes and goes is told of at most this often.
const SETTLE: Duration = Duration::from_secs(2);

/// Tells when connections are to be looked at anew.
pub(super) struct Surroundings {
    clock: Clock,
    sleep: Sleep,
    changes: mpsc::Receiver<()>,
    /// Until when a change of the network is not told of.
    not_before: Instant,
    /// When the clocks are compared next.
    look_at: Instant,
    /// Never dropped: its end waits until a pipe is closed that every program started meanwhile
    /// holds open too, so that ours would not end. Nothing where the system gives no notices.
    _watch: Option<ManuallyDrop<WatchHandle>>,
}

impl Surroundings {
    /// Begins to watch.
    pub(super) fn watch(clock: Clock) -> Self {
        let (changed, changes) = mpsc::channel(1);
        let watch = netwatcher::watch_interfaces_with_callback(move |update| {
            let addresses = update.addrs_added().chain(update.addrs_removed()).count();
            if !update.is_initial && addresses > 0 {
                // One that waits already says the same.
                let _ = changed.try_send(());
            }
        });
        if let Err(error) = &watch {
            tracing::warn!(
                ?error,
                "a change of the network is noticed only by its silence"
            );
        }
        Self {
            clock,
            sleep: Sleep::new(clock.now()),
            changes,
            not_before: Instant::now(),
            look_at: Instant::now() + LOOK_EVERY,
            _watch: watch.ok().map(ManuallyDrop::new),
        }
    }

    /// Waits until the network changed or the computer woke. Nothing is lost if the wait is given up.
    pub(super) async fn changed(&mut self) {
        loop {
            let Self {
                changes,
                not_before,
                look_at,
                ..
            } = self;
            let network = async {
                sleep_until(*not_before).await;
                changes.recv().await
            };
            tokio::select! {
                Some(()) = network => {
                    tracing::info!("the network changed");
                    break;
                }
                () = sleep_until(*look_at) => {
                    self.look_at = Instant::now() + LOOK_EVERY;
                    if self.sleep.ended(self.clock.now()) {
                        tracing::info!("the computer woke");
                        break;
                    }
                }
            }
        }
        self.not_before = Instant::now() + SETTLE;
    }
}

/// How far the wall clock is before the steady one.
struct Sleep {
    ahead: i64,
}

impl Sleep {
    fn new(now: Now) -> Self {
        Self { ahead: ahead(now) }
    }

    /// Whether the computer slept since this was asked last.
    fn ended(&mut self, now: Now) -> bool {
        let before = std::mem::replace(&mut self.ahead, ahead(now));
        self.ahead.saturating_sub(before) >= SLEPT_MS
    }
}

fn ahead(now: Now) -> i64 {
    now.wall
        .saturating_sub(i64::try_from(now.mono).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The clocks go on together, drift a little, and the wall clock may be set back: only what
        /// makes it jump ahead is a sleep.
        #[test]
        fn a_sleep_is_noticed_once_and_nothing_else_is_one(
            steps in proptest::collection::vec((0u64..60_000, -4_999i64..5_000, any::<bool>()), 1..50)
        ) {
            let mut now = Now { wall: 1_700_000_000_000, mono: 0 };
            let mut sleep = Sleep::new(now);
            for (passed, drift, slept) in steps {
                now.mono += passed;
                now.wall += i64::try_from(passed).unwrap() + drift;
                if slept {
                    now.wall += 10_000;
                }
                prop_assert_eq!(sleep.ended(now), slept);
                prop_assert!(!sleep.ended(now));
            }
        }
    }

    #[test]
    fn clocks_at_their_ends_are_no_fault() {
        let mut sleep = Sleep::new(Now {
            wall: i64::MIN,
            mono: u64::MAX,
        });
        assert!(sleep.ended(Now {
            wall: i64::MAX,
            mono: 0
        }));
        assert!(!sleep.ended(Now {
            wall: i64::MIN,
            mono: u64::MAX
        }));
    }
}
