//! How far this computer's clock is from a relay's.
//!
//! A relay tells its time in the answer to the upgrade (the `Date` of RFC 9110 section 6.6.1), and
//! on each message. One that holds messages back puts an old time on them, so only a time that
//! agrees with ours or lies ahead of it counts there. What was measured is forgotten once our own
//! clock jumps: somebody set it, or the computer slept.

use crate::core::time::Now;

/// How far a relay's clock may be off for its time to be shown, ms.
pub(crate) const PLAUSIBLE_MS: u64 = 5 * 60 * 1_000;

/// A jump of our own clock after which a measurement says nothing any more, ms.
const JUMP_MS: u64 = 60 * 1_000;

/// More than that is no time but another unit or a fault, ms: about a hundred years.
const LONGEST_MS: u64 = 100 * 366 * 24 * 3_600 * 1_000;

/// What is known of one relay's clock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RelayClock {
    measured: Option<Measured>,
}

#[derive(Clone, Copy, Debug)]
struct Measured {
    ahead_ms: i64,
    /// Our wall clock less the steady one.
    base: i64,
}

impl RelayClock {
    /// By how much our clock is ahead of the relay's, ms, negative if behind: 0 up to five minutes,
    /// none while nothing is known.
    pub(crate) fn ahead_ms(&self) -> Option<i64> {
        self.measured.map(|measured| measured.ahead_ms)
    }

    /// Takes by how much our clock was ahead when the relay told its own, ms.
    pub(crate) fn told(&mut self, now: Now, ahead_ms: i64) {
        self.measured = measured(now, ahead_ms);
    }

    /// Takes the time on a message that just came, ms since 1970. Gives whether that says
    /// something new.
    pub(crate) fn stamped(&mut self, now: Now, relay_ms: i64) -> bool {
        if relay_ms <= 0 {
            return false;
        }
        let Some(stamp) = measured(now, now.wall.saturating_sub(relay_ms)) else {
            return false;
        };
        let is_new = match self.measured {
            None => stamp.ahead_ms <= 0,
            Some(known) => stamp.ahead_ms == 0 && known.ahead_ms != 0,
        };
        if is_new {
            self.measured = Some(stamp);
        }
        is_new
    }

    /// Forgets what was measured before our clock jumped. Gives whether there was something.
    pub(crate) fn look(&mut self, now: Now) -> bool {
        let jumped = |measured: &mut Measured| measured.base.abs_diff(base(now)) > JUMP_MS;
        self.measured.take_if(jumped).is_some()
    }
}

fn measured(now: Now, ahead_ms: i64) -> Option<Measured> {
    let apart = ahead_ms.unsigned_abs();
    (apart <= LONGEST_MS).then(|| Measured {
        ahead_ms: if apart > PLAUSIBLE_MS { ahead_ms } else { 0 },
        base: base(now),
    })
}

fn base(now: Now) -> i64 {
    now.wall
        .saturating_sub(i64::try_from(now.mono).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600 * 1_000;
    const NOW: Now = Now {
        wall: 1_790_000_000_000,
        mono: 5_000,
    };

    fn later(ms: i64) -> Now {
        Now {
            wall: NOW.wall + ms,
            mono: NOW.mono + u64::try_from(ms).unwrap(),
        }
    }

    #[test]
    fn what_a_relay_tells_counts_from_five_minutes_on() {
        let limit = i64::try_from(PLAUSIBLE_MS).unwrap();
        for (told, ahead) in [
            (0, 0),
            (limit, 0),
            (-limit, 0),
            (limit + 1, limit + 1),
            (-3 * HOUR, -3 * HOUR),
        ] {
            let mut clock = RelayClock::default();
            clock.told(NOW, told);
            assert_eq!(clock.ahead_ms(), Some(ahead), "{told}");
        }
    }

    #[test]
    fn what_is_no_time_says_nothing() {
        for told in [i64::MIN, i64::MAX, NOW.wall * 1_000] {
            let mut clock = RelayClock::default();
            clock.told(NOW, told);
            assert_eq!(clock.ahead_ms(), None, "{told}");
        }
        for stamp in [0, -1, i64::MIN, i64::MAX, NOW.wall * 1_000] {
            let mut clock = RelayClock::default();
            assert!(!clock.stamped(NOW, stamp), "{stamp}");
            assert_eq!(clock.ahead_ms(), None, "{stamp}");
        }
    }

    #[test]
    fn an_old_time_on_a_message_may_mean_that_it_was_held_back() {
        let mut clock = RelayClock::default();
        assert!(!clock.stamped(NOW, NOW.wall - 3 * HOUR));
        assert_eq!(clock.ahead_ms(), None);
        assert!(clock.stamped(NOW, NOW.wall + 3 * HOUR));
        assert_eq!(clock.ahead_ms(), Some(-3 * HOUR));
        assert!(!clock.stamped(NOW, NOW.wall + 4 * HOUR));
        assert_eq!(clock.ahead_ms(), Some(-3 * HOUR));
    }

    #[test]
    fn a_message_whose_time_agrees_ends_what_was_measured() {
        let mut clock = RelayClock::default();
        clock.told(NOW, 3 * HOUR);
        assert!(clock.stamped(NOW, NOW.wall));
        assert_eq!(clock.ahead_ms(), Some(0));
        assert!(!clock.stamped(NOW, NOW.wall));
    }

    #[test]
    fn a_clock_that_is_set_makes_all_of_it_unknown() {
        let mut clock = RelayClock::default();
        clock.told(NOW, 3 * HOUR);
        assert!(!clock.look(later(48 * HOUR)));
        let set = Now {
            wall: NOW.wall - 3 * HOUR,
            mono: NOW.mono,
        };
        assert!(clock.look(set));
        assert_eq!(clock.ahead_ms(), None);
        assert!(!clock.look(set));
        assert!(clock.stamped(set, set.wall));
        assert_eq!(clock.ahead_ms(), Some(0));
    }
}
