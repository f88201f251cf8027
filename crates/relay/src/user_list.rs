//! The answer to `get_users`, built for all askers together and no more often than it costs.

use sotto_wire::{ListedUser, RelayFrame};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// How a list frame ends.
const TAIL: &str = "]}";

/// The last answer that was built.
#[derive(Debug)]
pub(crate) struct UserList {
    /// State of the registry that it shows; `None` once the registry has changed.
    built: Option<Built>,
    last_built: Option<Instant>,
    len: usize,
}

#[derive(Debug)]
struct Built {
    frame: Utf8Bytes,
    sessions: HashSet<u64>,
}

/// An answer that may be given again at most so often: 1 ms for each entry, up to a second.
pub(crate) fn interval(entries: usize) -> Duration {
    Duration::from_millis(entries.min(1000) as u64)
}

impl UserList {
    pub(crate) fn new() -> Self {
        Self {
            built: None,
            last_built: None,
            len: 0,
        }
    }

    /// Says that the registry has changed.
    pub(crate) fn outdate(&mut self) {
        self.built = None;
    }

    /// Entries of the last answer.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether the next answer will be built anew.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.built.is_none() && self.build_after().is_none_or(|again| again <= now)
    }

    /// The list for the session `asker`, which it contains however many others there are.
    ///
    /// # Errors
    /// The time at which the list may be built again.
    pub(crate) fn frame(
        &mut self,
        asker: u64,
        asker_entry: impl FnOnce() -> ListedUser,
        entries: impl FnOnce() -> Vec<(u64, ListedUser)>,
        now: Instant,
    ) -> Result<Utf8Bytes, Instant> {
        if self.built.is_none() {
            if let Some(again) = self.build_after().filter(|again| *again > now) {
                return Err(again);
            }
            self.build(entries(), now);
        }
        let Some(built) = &self.built else {
            return Err(now);
        };
        if built.sessions.contains(&asker) {
            return Ok(built.frame.clone());
        }
        Ok(with_entry(&built.frame, asker_entry()))
    }

    fn build_after(&self) -> Option<Instant> {
        self.last_built.map(|built| built + interval(self.len))
    }

    fn build(&mut self, entries: Vec<(u64, ListedUser)>, now: Instant) {
        let (sessions, users): (HashSet<u64>, Vec<ListedUser>) = entries.into_iter().unzip();
        self.len = users.len();
        self.last_built = Some(now);
        self.built = Some(Built {
            frame: encode(users),
            sessions,
        });
    }
}

fn encode(users: Vec<ListedUser>) -> Utf8Bytes {
    RelayFrame::UserList {
        users,
        skipped: 0,
        truncated: false,
    }
    .encode()
    .unwrap_or_default()
    .into()
}

/// Puts one entry before those of a list frame, without reading the list.
fn with_entry(list: &Utf8Bytes, user: ListedUser) -> Utf8Bytes {
    let alone = encode(vec![user]);
    let empty = encode(Vec::new());
    let entries = empty
        .strip_suffix(TAIL)
        .and_then(|head| list.strip_prefix(head))
        .unwrap_or(TAIL);
    let comma = if entries == TAIL { "" } else { "," };
    format!(
        "{}{comma}{entries}",
        alone.strip_suffix(TAIL).unwrap_or_default()
    )
    .into()
}

#[cfg(test)]
mod tests {
    use sotto_wire::{PublicKey, UserId};

    use super::*;

    fn user(name: &str) -> ListedUser {
        ListedUser {
            user_id: UserId::new(name).unwrap(),
            public_key: PublicKey([7; 32]),
        }
    }

    fn names(frame: &str) -> Vec<String> {
        match RelayFrame::decode(frame).unwrap() {
            RelayFrame::UserList { users, .. } => {
                users.iter().map(|user| user.user_id.to_string()).collect()
            }
            other => panic!("not a list: {other:?}"),
        }
    }

    #[test]
    fn an_asker_is_always_in_the_answer_once() {
        let now = Instant::now();
        let mut list = UserList::new();
        let frame = list.frame(1, || user("a"), Vec::new, now).unwrap();
        assert_eq!(names(&frame), ["a"]);
        list.outdate();
        let entries = || vec![(2, user("b")), (1, user("a"))];
        assert_eq!(
            names(&list.frame(1, || user("a"), entries, now).unwrap()),
            ["b", "a"]
        );
        assert_eq!(
            names(&list.frame(3, || user("c"), entries, now).unwrap()),
            ["c", "b", "a"]
        );
    }

    #[test]
    fn a_changed_list_is_built_again_at_the_pace_of_its_size() {
        let now = Instant::now();
        let many = || {
            (0..5000)
                .map(|n| (n, user(&n.to_string())))
                .collect::<Vec<_>>()
        };
        let mut list = UserList::new();
        assert!(list.frame(0, || user("0"), many, now).is_ok());
        assert!(
            list.frame(0, || user("0"), || panic!("built twice"), now)
                .is_ok()
        );
        list.outdate();
        let again = now + Duration::from_secs(1);
        assert_eq!(list.frame(0, || user("0"), many, now), Err(again));
        assert!(list.frame(0, || user("0"), many, again).is_ok());
    }
}
