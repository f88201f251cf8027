//! The two clocks of the core, read where its inputs come in.

use crate::core::Now;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::time::Instant as TokioInstant;

/// Reads both clocks. The steady one counts from its start.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    start: Instant,
}

impl Clock {
    /// Starts the steady clock.
    pub(super) fn start() -> Self {
        Self {
            start: Instant::now(),
        }
    }

    /// What both show.
    pub(super) fn now(self) -> Now {
        let mono = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        Now {
            wall: wall_ms(),
            mono,
        }
    }

    /// The moment at which the steady clock shows `mono`, ms.
    pub(super) fn at(self, mono: u64) -> TokioInstant {
        TokioInstant::from_std(self.start + Duration::from_millis(mono))
    }
}

/// Ms since 1970, 0 before.
pub fn wall_ms() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}
