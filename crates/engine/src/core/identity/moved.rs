//! Whether the identity moved to another computer: a card of its own was shown here that another copy of
//! the identity made, with a higher incarnation and the identity's own signature (P-55). From then on
//! this computer connects to nothing and sends nothing, also after a start.
//!
//! What stands in the history is only the number. It counts for as long as one's own card has a lower
//! one.

use crate::core::staged::Staged;
use crate::core::turn::Turn;
use sotto_store::{Reader, StoreError, settings};

/// The key in the table of settings: the incarnation of the newer copy, and when it was learned.
const MOVED: &str = "moved";

/// What is known of a newer copy of one's own identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NewerCopy {
    pub(crate) incarnation: u64,
    /// When this computer learned of it, ms since 1970.
    pub(crate) learned_at: i64,
}

/// The newest copy of one's own identity that is known, if it is not this one.
#[derive(Debug)]
pub(crate) struct Moved(Staged<Option<NewerCopy>>);

impl Moved {
    /// Reads what stands in the history.
    pub(crate) fn load(reader: &Reader) -> Result<Self, StoreError> {
        let stored = settings::value(reader, MOVED)?;
        Ok(Self(Staged::new(stored.as_deref().and_then(parse))))
    }

    /// The highest incarnation that another copy showed; 0 if none did.
    pub(crate) fn incarnation(&self) -> u64 {
        self.0.get().map_or(0, |newer| newer.incarnation)
    }

    /// Since when it is known that there is a newer copy than the one of this incarnation, ms since
    /// 1970.
    pub(crate) fn since(&self, own_incarnation: u64) -> Option<i64> {
        let newer = self
            .0
            .get()
            .filter(|newer| newer.incarnation > own_incarnation);
        newer.map(|newer| newer.learned_at)
    }

    /// Another copy has this incarnation.
    pub(crate) fn learn(&mut self, turn: &Turn<'_>, incarnation: u64) -> Result<(), StoreError> {
        let newer = NewerCopy {
            incarnation,
            learned_at: turn.now.wall,
        };
        settings::set(turn.tx, MOVED, &written(newer))?;
        self.0.set(Some(newer));
        Ok(())
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.0.commit();
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        self.0.rollback();
    }
}

fn written(newer: NewerCopy) -> String {
    format!("{} {}", newer.incarnation, newer.learned_at)
}

fn parse(stored: &str) -> Option<NewerCopy> {
    let (incarnation, learned_at) = stored.split_once(' ')?;
    Some(NewerCopy {
        incarnation: incarnation.parse().ok()?,
        learned_at: learned_at.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_higher_incarnation_is_a_newer_copy() {
        let moved = Moved(Staged::new(parse("7 -5")));
        assert_eq!(moved.since(6), Some(-5));
        assert_eq!(moved.since(7), None);
        assert_eq!(moved.since(8), None);
        assert_eq!(moved.incarnation(), 7);
        assert_eq!(Moved(Staged::new(None)).since(0), None);
    }

    #[test]
    fn what_is_written_is_read() {
        let newer = NewerCopy {
            incarnation: u64::MAX,
            learned_at: 1_700_000_000_123,
        };
        assert_eq!(parse(&written(newer)), Some(newer));
        assert_eq!(parse(""), None);
        assert_eq!(parse("7"), None);
    }
}
