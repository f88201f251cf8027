//! Moments as the formats carry them: whole seconds since 1970, UTC, without leap seconds.
//!
//! Nothing here reads a clock: the caller hands in what it holds to be now.

/// One day, in seconds.
pub const DAY_SECS: u64 = 86_400;
/// How far in the future a statement's creation may lie, seconds: clocks differ (P-46).
pub const CLOCK_SKEW_SECS: u64 = DAY_SECS;

/// A moment, in seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

impl UnixTime {
    /// Takes seconds since 1970.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs)
    }

    /// Seconds since 1970.
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// The moment so many seconds later; the end of time if there is none.
    #[must_use]
    pub const fn plus_secs(self, secs: u64) -> Self {
        Self(self.0.saturating_add(secs))
    }

    /// The moment so many days later; the end of time if there is none.
    #[must_use]
    pub const fn plus_days(self, days: u64) -> Self {
        self.plus_secs(days.saturating_mul(DAY_SECS))
    }
}

/// From when to when a signed statement holds (P-46).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// When it was made.
    pub created: UnixTime,
    /// The first moment at which it no longer holds.
    pub expires: UnixTime,
}

/// Why a statement does not hold at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValidityError {
    /// It ends before it begins, or holds longer than its format allows.
    #[error("the statement's dates contradict each other")]
    Contradictory,
    /// It was made more than a day in the future: one of the two clocks is wrong.
    #[error("the statement was made in the future")]
    NotYet,
    /// It has ended.
    #[error("the statement has expired")]
    Expired,
}

impl Validity {
    /// From `created` for so many days.
    pub const fn days(created: UnixTime, days: u64) -> Self {
        Self {
            created,
            expires: created.plus_days(days),
        }
    }

    /// Checks the dates against each other and against `now` (P-46).
    ///
    /// # Errors
    /// Every [`ValidityError`].
    pub fn check(&self, now: UnixTime, max_days: u64) -> Result<(), ValidityError> {
        if self.expires <= self.created || self.expires > self.created.plus_days(max_days) {
            return Err(ValidityError::Contradictory);
        }
        if self.created > now.plus_secs(CLOCK_SKEW_SECS) {
            return Err(ValidityError::NotYet);
        }
        if now >= self.expires {
            return Err(ValidityError::Expired);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(secs: u64) -> UnixTime {
        UnixTime::from_secs(secs)
    }

    /// P-46.
    #[test]
    fn statement_holds_from_a_day_before_its_creation_until_its_end() {
        let validity = Validity::days(at(10 * DAY_SECS), 7);
        let check = |now| validity.check(at(now), 7);
        assert_eq!(check(9 * DAY_SECS - 1), Err(ValidityError::NotYet));
        assert_eq!(check(9 * DAY_SECS), Ok(()));
        assert_eq!(check(17 * DAY_SECS - 1), Ok(()));
        assert_eq!(check(17 * DAY_SECS), Err(ValidityError::Expired));
    }

    /// P-46.
    #[test]
    fn dates_that_contradict_each_other_are_refused() {
        let now = at(DAY_SECS);
        for (created, expires) in [(5, 5), (6, 5), (0, 7 * DAY_SECS + 1), (5, u64::MAX)] {
            let validity = Validity {
                created: at(created),
                expires: at(expires),
            };
            assert_eq!(
                validity.check(now, 7),
                Err(ValidityError::Contradictory),
                "{created} {expires}"
            );
        }
    }
}
