//! Time as the core sees it: an argument of every input, waits that grow, and limits on how often
//! something may happen. It reads no clock.

use sotto_protocol::UnixTime;
use std::collections::BTreeMap;

/// The two clocks, read once for each input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Ms since 1970. It may jump.
    pub wall: i64,
    /// Ms of a clock that never goes back, from any start.
    pub mono: u64,
}

impl Now {
    /// So many ms from now, by the steady clock.
    pub(crate) const fn after(self, ms: u64) -> u64 {
        self.mono.saturating_add(ms)
    }

    /// The wall clock in whole seconds, as keys and statements are dated.
    pub(crate) fn unix(self) -> UnixTime {
        UnixTime::from_secs(u64::try_from(self.wall).unwrap_or(0) / 1_000)
    }
}

/// Waits between tries: each twice as long as the one before, up to a longest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    /// The wait after the first try, ms.
    pub(crate) first_ms: u64,
    /// The longest wait, ms.
    pub(crate) longest_ms: u64,
}

impl Backoff {
    /// How long to wait after so many tries that failed before, ms.
    pub(crate) fn wait(self, failures: u32) -> u64 {
        self.first_ms
            .saturating_mul(1 << failures.min(16))
            .min(self.longest_ms)
    }
}

/// How often something may happen: so many times at once, and then once in a while.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateLimit {
    /// How many at once.
    pub(crate) burst: u32,
    /// How long it takes until one more may follow, ms.
    pub(crate) every_ms: u64,
}

/// What one limit has left.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    left: u32,
    since: u64,
}

impl Allowance {
    /// What it has at a moment.
    fn grown(self, limit: RateLimit, now: Now) -> Self {
        let grown = now.mono.saturating_sub(self.since) / limit.every_ms.max(1);
        if grown == 0 {
            return self;
        }
        let grown = u32::try_from(grown).unwrap_or(u32::MAX);
        Self {
            left: self.left.saturating_add(grown).min(limit.burst),
            since: now.mono,
        }
    }

    fn take(&mut self, limit: RateLimit, now: Now) -> bool {
        *self = self.grown(limit, now);
        if self.left == 0 {
            return false;
        }
        self.left = self.left.saturating_sub(1);
        true
    }

    /// From when on it has as much as one that was never used, ms of the steady clock.
    fn full_at(self, limit: RateLimit) -> u64 {
        let missing = limit.burst.saturating_sub(self.left);
        let wait = u64::from(missing).saturating_mul(limit.every_ms);
        self.since.saturating_add(wait)
    }
}

/// A limit for each of many keys. When there are more keys than are remembered, the one is forgotten
/// that is full again first: forgetting it gives the least away, and never what others have used.
#[derive(Debug)]
pub(crate) struct RateLimits<K> {
    limit: RateLimit,
    max_keys: usize,
    allowances: BTreeMap<K, Allowance>,
}

impl<K: Ord + Clone> RateLimits<K> {
    /// The same limit for each key, of which so many are remembered.
    pub(crate) const fn new(limit: RateLimit, max_keys: usize) -> Self {
        Self {
            limit,
            max_keys,
            allowances: BTreeMap::new(),
        }
    }

    /// Whether it is allowed for a key now. It does not count.
    pub(crate) fn allows(&self, key: &K, now: Now) -> bool {
        let known = self.allowances.get(key);
        known.is_none_or(|known| known.grown(self.limit, now).left > 0)
    }

    /// Whether it is allowed for a key now; if so, it counts.
    pub(crate) fn take(&mut self, key: K, now: Now) -> bool {
        if self.allowances.len() >= self.max_keys && !self.allowances.contains_key(&key) {
            self.forget_one();
        }
        let full = Allowance {
            left: self.limit.burst,
            since: now.mono,
        };
        let limit = self.limit;
        self.allowances.entry(key).or_insert(full).take(limit, now)
    }

    fn forget_one(&mut self) {
        let fullest = self
            .allowances
            .iter()
            .min_by_key(|(_, allowance)| allowance.full_at(self.limit))
            .map(|(key, _)| key.clone());
        if let Some(key) = fullest {
            self.allowances.remove(&key);
        }
    }

    /// Forgets the keys that are not wanted.
    pub(crate) fn retain(&mut self, mut wanted: impl FnMut(&K) -> bool) {
        self.allowances.retain(|key, _| wanted(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(mono: u64) -> Now {
        Now { wall: 0, mono }
    }

    fn taken(limits: &mut RateLimits<u8>, now: Now) -> u32 {
        let mut taken = 0;
        while limits.take(1, now) {
            taken += 1;
        }
        taken
    }

    #[test]
    fn a_limit_allows_so_many_at_once_and_then_one_in_a_while() {
        let limit = RateLimit {
            burst: 3,
            every_ms: 1_000,
        };
        let mut limits = RateLimits::new(limit, 10);
        assert_eq!(taken(&mut limits, at(0)), 3);
        assert!(!limits.take(1, at(999)));
        assert!(limits.take(1, at(1_000)));
        assert!(!limits.take(1, at(1_500)));
        // However long nothing came, no more than at first.
        assert_eq!(taken(&mut limits, at(1_000_000)), 3);
    }

    #[test]
    fn each_key_has_its_own_and_only_so_many_are_remembered() {
        let limit = RateLimit {
            burst: 1,
            every_ms: 1_000,
        };
        let mut limits = RateLimits::new(limit, 2);
        assert!(limits.take(1, at(0)) && limits.take(2, at(0)));
        assert!(!limits.take(1, at(0)) && !limits.take(2, at(0)));
        assert!(limits.take(3, at(0)));
        assert_eq!(limits.allowances.len(), 2);
    }

    #[test]
    fn a_full_table_forgets_only_the_key_that_is_full_again_first() {
        let limit = RateLimit {
            burst: 2,
            every_ms: 1_000,
        };
        let mut limits = RateLimits::new(limit, 3);
        assert_eq!(taken(&mut limits, at(0)), 2);
        assert!(limits.take(2, at(100)) && limits.take(3, at(200)));
        // However many come, who has used up its own stays without.
        for key in 4..=200 {
            assert!(limits.take(key, at(300)));
            assert!(!limits.allows(&1, at(300)));
        }
        assert_eq!(limits.allowances.len(), 3);
        // And only asking counts nothing.
        assert!(limits.allows(&1, at(1_000)) && limits.allows(&1, at(1_000)));
        assert!(limits.take(1, at(1_000)) && !limits.take(1, at(1_000)));
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let backoff = Backoff {
            first_ms: 5,
            longest_ms: 30,
        };
        let waits: Vec<u64> = [0, 1, 2, 3, 40, u32::MAX].map(|n| backoff.wait(n)).into();
        assert_eq!(waits, [5, 10, 20, 30, 30, 30]);
    }
}
