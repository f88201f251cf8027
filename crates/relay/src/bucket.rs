//! Token buckets: how much may be used at once, and how fast it comes back.
//!
//! A bucket may be overdrawn; the answer is then how long to wait, which the caller turns into not reading.

use std::time::{Duration, Instant};

/// So much at once, and so much a second after that. `per_second` 0 means unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Units that come back each second; 0 turns the limit off.
    pub per_second: u32,
    /// Units that may be used at once.
    pub burst: u32,
}

impl Rate {
    /// No limit.
    pub const UNLIMITED: Self = Self {
        per_second: 0,
        burst: 0,
    };
}

/// The state of one limit.
#[derive(Debug)]
pub(crate) struct Bucket {
    rate: Rate,
    /// Units left at `at`; negative when overdrawn.
    level: f64,
    at: Instant,
}

impl Bucket {
    pub(crate) fn full(rate: Rate, now: Instant) -> Self {
        Self {
            rate,
            level: f64::from(rate.burst),
            at: now,
        }
    }

    /// Takes units, and tells how long the caller has to wait before it may take more.
    pub(crate) fn take(&mut self, units: usize, now: Instant) -> Duration {
        if self.rate.per_second == 0 {
            return Duration::ZERO;
        }
        self.refill(now);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a limit need not be exact beyond 2^53"
        )]
        let units = units as f64;
        self.level -= units;
        if self.level >= 0.0 {
            return Duration::ZERO;
        }
        Duration::try_from_secs_f64(-self.level / f64::from(self.rate.per_second))
            .unwrap_or(Duration::MAX)
    }

    /// Takes one unit if there is one.
    pub(crate) fn try_take(&mut self, now: Instant) -> bool {
        if self.rate.per_second == 0 {
            return true;
        }
        self.refill(now);
        let enough = self.level >= 1.0;
        if enough {
            self.level -= 1.0;
        }
        enough
    }

    /// Whether nothing is missing, so that the state need not be remembered.
    pub(crate) fn is_full(&mut self, now: Instant) -> bool {
        self.refill(now);
        self.rate.per_second == 0 || self.level >= f64::from(self.rate.burst)
    }

    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = self.at.max(now);
        self.level = f64::from(self.rate.per_second)
            .mul_add(passed, self.level)
            .min(f64::from(self.rate.burst));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        per_second: 10,
        burst: 5,
    };

    #[test]
    fn the_burst_is_free_and_what_follows_waits() {
        let start = Instant::now();
        let mut bucket = Bucket::full(RATE, start);
        for _ in 0..5 {
            assert_eq!(bucket.take(1, start), Duration::ZERO);
        }
        assert_eq!(bucket.take(1, start), Duration::from_millis(100));
        assert_eq!(bucket.take(1, start), Duration::from_millis(200));
        assert_eq!(
            bucket.take(1, start + Duration::from_secs(1)),
            Duration::ZERO
        );
    }

    #[test]
    fn an_idle_bucket_holds_no_more_than_the_burst() {
        let start = Instant::now();
        let mut bucket = Bucket::full(RATE, start);
        let later = start + Duration::from_hours(1);
        assert_eq!(bucket.take(5, later), Duration::ZERO);
        assert!(!bucket.try_take(later));
        assert!(bucket.try_take(later + Duration::from_millis(150)));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let start = Instant::now() + Duration::from_secs(10);
        let mut bucket = Bucket::full(RATE, start);
        assert_eq!(bucket.take(5, start), Duration::ZERO);
        assert!(!bucket.try_take(start.checked_sub(Duration::from_secs(9)).unwrap()));
        assert!(!bucket.try_take(start));
    }

    #[test]
    fn no_rate_is_no_limit() {
        let start = Instant::now();
        let mut bucket = Bucket::full(Rate::UNLIMITED, start);
        assert_eq!(bucket.take(usize::MAX, start), Duration::ZERO);
        assert!(bucket.try_take(start));
    }
}
