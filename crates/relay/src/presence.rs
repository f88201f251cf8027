//! Who came and who went since everybody was last told.
//!
//! Somebody who came and went in between is no news. Somebody who went and came is two notices, for what was sent
//! to the name meanwhile is lost and the senders learn by the second that they may send again.

use crate::session::Session;
use sotto_wire::UserId;
use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

/// News by name, in the order of the names.
#[derive(Debug, Default)]
pub(crate) struct News(BTreeMap<UserId, Change>);

/// What happened to one name.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// A session that others may know has ended.
    pub(crate) left: bool,
    /// The session that has the name and was not announced.
    pub(crate) joined: Option<Arc<Session>>,
}

impl News {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes a session that took its name, perhaps from an older connection of the same person.
    pub(crate) fn joined(&mut self, session: &Arc<Session>) {
        self.0.entry(session.user_id().clone()).or_default().joined = Some(Arc::clone(session));
    }

    /// Notes that nobody has the name of the session any more.
    pub(crate) fn left(&mut self, session: &Session) {
        let change = self.0.entry(session.user_id().clone()).or_default();
        let never_announced = change
            .joined
            .take()
            .is_some_and(|joined| !joined.follows_another());
        change.left |= !never_announced;
        if !change.left {
            self.0.remove(session.user_id());
        }
    }

    /// Whether a session of this name has ended, nobody was told yet, and nobody has taken the name since.
    pub(crate) fn is_untold_leave(&self, name: &UserId) -> bool {
        self.0
            .get(name)
            .is_some_and(|change| change.left && change.joined.is_none())
    }

    pub(crate) fn take(&mut self) -> BTreeMap<UserId, Change> {
        mem::take(&mut self.0)
    }
}
