//! What the guide's protocol (level 0) needs beside a connection: when the name was registered, when
//! the list was asked for, and boxes that wait for it. It writes no frames.

use crate::core::time::Now;
use sotto_wire::UserId;
use std::collections::VecDeque;

/// The list is asked for this often: a relay of level 0 can unlist us without a word, ms.
const LIST_EVERY_MS: u64 = 60_000;
/// The list is asked for, and the name registered again, at most this often, ms.
const ASK_AT_MOST_EVERY_MS: u64 = 5_000;
/// Boxes kept whose sender's key is not known yet.
const MAX_UNKNOWN_BOXES: usize = 64;
/// Bytes of boxes kept whose sender's key is not known yet.
const MAX_UNKNOWN_BYTES: usize = 1024 * 1024;

/// A box that came before its sender's key was known.
#[derive(Clone, Debug)]
pub(crate) struct UnknownBox {
    /// The name that the relay put on it.
    pub(crate) from: UserId,
    /// The box.
    pub(crate) encrypted: String,
    /// The relay's time, ms since 1970.
    pub(crate) relay_at: i64,
}

/// What is due at a relay that has taken us in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Ask for the list.
    List,
    /// Register again.
    Register,
}

/// The guide's protocol with one relay.
#[derive(Debug)]
pub(crate) struct Level0 {
    listed_at: u64,
    list_asked_at: Option<u64>,
    registered_at: Option<u64>,
    /// Whether the list, or the registration, is wanted as soon as it may be asked for again.
    wants_list: bool,
    wants_register: bool,
    unknown: VecDeque<UnknownBox>,
    /// What the turn under way took out, to be put back if it fails.
    taken: Vec<UnknownBox>,
}

impl Level0 {
    /// Nothing was said yet.
    pub(crate) const fn new(now: Now) -> Self {
        Self {
            listed_at: now.mono,
            list_asked_at: None,
            registered_at: None,
            wants_list: false,
            wants_register: false,
            unknown: VecDeque::new(),
            taken: Vec::new(),
        }
    }

    /// A new connection is open. Boxes of unknown senders wait for its list.
    pub(crate) const fn up(&mut self) {
        self.list_asked_at = None;
        self.registered_at = None;
        self.wants_list = false;
        self.wants_register = false;
    }

    /// The relay has listed us.
    pub(crate) const fn listed(&mut self, now: Now) {
        self.listed_at = now.mono;
    }

    /// Whether the list may be asked for now; if so, it counts as asked, if not, it becomes due.
    pub(crate) fn may_ask_list(&mut self, now: Now) -> bool {
        let may = may(&mut self.list_asked_at, now);
        self.wants_list = !may;
        may
    }

    /// The list was asked for, whatever the pace.
    pub(crate) const fn asked_list(&mut self, now: Now) {
        self.list_asked_at = Some(now.mono);
        self.wants_list = false;
    }

    /// Whether the name may be registered again now; if so, it counts as registered, if not, it
    /// becomes due.
    pub(crate) fn may_register(&mut self, now: Now) -> bool {
        let may = may(&mut self.registered_at, now);
        self.wants_register = !may;
        may
    }

    /// When something is due next, ms of the steady clock, and what.
    pub(crate) fn next(&self) -> (u64, Due) {
        let soon = |last: Option<u64>| last.unwrap_or(0).saturating_add(ASK_AT_MOST_EVERY_MS);
        let list = if self.wants_list {
            soon(self.list_asked_at)
        } else {
            self.listed_at
                .max(self.list_asked_at.unwrap_or(0))
                .saturating_add(LIST_EVERY_MS)
        };
        if self.wants_register && soon(self.registered_at) < list {
            (soon(self.registered_at), Due::Register)
        } else {
            (list, Due::List)
        }
    }

    /// Keeps a box until its sender's key is known. A full store forgets the oldest.
    pub(crate) fn keep_unknown(&mut self, unknown: UnknownBox) {
        self.unknown.push_back(unknown);
        let mut bytes: usize = self.unknown.iter().map(|b| b.encrypted.len()).sum();
        while self.unknown.len() > MAX_UNKNOWN_BOXES || bytes > MAX_UNKNOWN_BYTES {
            let Some(oldest) = self.unknown.pop_front() else {
                break;
            };
            bytes = bytes.saturating_sub(oldest.encrypted.len());
        }
    }

    /// Takes out the kept boxes of a name, or all, to be tried with the keys known by then.
    pub(crate) fn take_unknown(&mut self, name: Option<&UserId>) -> Vec<UnknownBox> {
        let wanted = |kept: &UnknownBox| name.is_none_or(|name| kept.from == *name);
        let all = std::mem::take(&mut self.unknown);
        let (taken, left): (Vec<_>, Vec<_>) = all.into_iter().partition(wanted);
        self.unknown = left.into();
        self.taken.extend(taken.iter().cloned());
        taken
    }

    /// The turn that took boxes out stands in the history.
    pub(crate) fn commit(&mut self) {
        self.taken.clear();
    }

    /// The turn that took boxes out has not happened.
    pub(crate) fn rollback(&mut self) {
        for unknown in std::mem::take(&mut self.taken) {
            let same = |kept: &UnknownBox| kept.encrypted == unknown.encrypted;
            if !self.unknown.iter().any(same) {
                self.keep_unknown(unknown);
            }
        }
    }
}

/// Allows something at most every few seconds.
fn may(last: &mut Option<u64>, now: Now) -> bool {
    let allowed = last.is_none_or(|at| now.mono >= at.saturating_add(ASK_AT_MOST_EVERY_MS));
    if allowed {
        *last = Some(now.mono);
    }
    allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Now = Now { wall: 0, mono: 0 };

    fn unknown(length: usize) -> UnknownBox {
        UnknownBox {
            from: UserId::new("x").unwrap(),
            encrypted: "A".repeat(length),
            relay_at: 0,
        }
    }

    #[test]
    fn boxes_of_unknown_senders_are_bounded() {
        let mut level0 = Level0::new(NOW);
        for n in 0..10_000 {
            level0.keep_unknown(unknown(n % 100_000));
        }
        let kept = level0.take_unknown(None);
        assert!(kept.len() <= MAX_UNKNOWN_BOXES);
        assert!(kept.iter().map(|b| b.encrypted.len()).sum::<usize>() <= MAX_UNKNOWN_BYTES);
    }

    #[test]
    fn boxes_that_a_failed_turn_took_out_wait_again() {
        let mut level0 = Level0::new(NOW);
        level0.keep_unknown(unknown(3));
        let taken = level0.take_unknown(None);
        level0.rollback();
        assert_eq!(level0.take_unknown(None).len(), taken.len());
        level0.commit();
        level0.rollback();
        assert!(level0.take_unknown(None).is_empty());
    }

    #[test]
    fn the_list_is_asked_for_every_minute_and_what_is_wanted_within_seconds() {
        let mut level0 = Level0::new(NOW);
        assert_eq!(level0.next(), (LIST_EVERY_MS, Due::List));
        assert!(level0.may_register(NOW));
        assert!(!level0.may_register(NOW));
        assert_eq!(level0.next(), (ASK_AT_MOST_EVERY_MS, Due::Register));
        assert!(level0.may_ask_list(NOW));
        assert!(!level0.may_ask_list(NOW));
        assert_eq!(level0.next().0, ASK_AT_MOST_EVERY_MS);
    }
}
