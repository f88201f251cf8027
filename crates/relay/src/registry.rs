//! Who is connected under which name, and what they are told of each other.
//!
//! Rules (level 0 of the relay's protocol):
//! 1. A name belongs to whoever holds it, until that connection ends. Registered again with the same key it moves to
//!    the newer connection; with another key the newcomer is refused.
//! 2. Whoever registers is told of it at once, as the guide's relay does (`user_joined` of oneself).
//! 3. Everybody else is told within 250 ms, and before the first message of the newcomer. Several changes are told
//!    together; while more than 500 are connected nobody is told of changes, and a sender is introduced to each
//!    recipient before the first message instead.
//! 4. Who writes to a name whose leaving was not told yet is told of it at once: a client that counts a message as
//!    passed on when its next ping is answered then knows better.
//! 5. `get_users` lists the newest 1,000, and always the asker, who is told the waiting news first.
//!
//! It never waits: everything goes into outboxes.

use crate::close::CloseReason;
use crate::config::Limits;
use crate::outbox::Outbox;
use crate::presence::News;
use crate::session::Session;
use crate::user_list::{self, UserList};
use sotto_wire::{ListedUser, RawValue, RelayFrame, UserId};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// A notice that is about no session, so that it goes to all.
const NOBODY: u64 = 0;

/// Everybody connected to one relay.
#[derive(Debug)]
pub(crate) struct Registry {
    state: Mutex<State>,
    news_waits: Notify,
    announce_up_to: usize,
    announce_every: Duration,
    listed_users: usize,
}

#[derive(Debug)]
struct State {
    names: HashMap<UserId, Arc<Session>>,
    /// The same sessions by id, which grows with time.
    sessions: BTreeMap<u64, Arc<Session>>,
    /// Outboxes of all connections, registered or not.
    outboxes: HashMap<u64, Arc<Outbox>>,
    last_id: u64,
    news: News,
    last_announced: Option<Instant>,
    list: UserList,
    stopping: bool,
}

/// Somebody else holds the name with another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameTaken;

impl Registry {
    pub(crate) fn new(limits: &Limits) -> Self {
        let state = State {
            names: HashMap::new(),
            sessions: BTreeMap::new(),
            outboxes: HashMap::new(),
            last_id: 0,
            news: News::default(),
            last_announced: None,
            list: UserList::new(),
            stopping: false,
        };
        Self {
            state: Mutex::new(state),
            news_waits: Notify::new(),
            announce_up_to: limits.announce_up_to,
            announce_every: limits.announce_every,
            listed_users: limits.listed_users,
        }
    }

    /// Adds a connection that has no name; the number is for [`Self::disconnect`].
    pub(crate) fn connect(&self, outbox: &Arc<Outbox>) -> u64 {
        let mut state = self.lock();
        if state.stopping {
            outbox.close(CloseReason::Restart);
        }
        let id = state.next_id();
        state.outboxes.insert(id, Arc::clone(outbox));
        id
    }

    /// Removes a connection and the name it had.
    pub(crate) fn disconnect(&self, connection: u64, session: Option<&Arc<Session>>) {
        let mut state = self.lock();
        state.outboxes.remove(&connection);
        if let Some(session) = session {
            state.leave(session);
            self.announce_or_wait(&mut state, Instant::now());
        }
    }

    /// Asks every connection to close, also those that come later.
    pub(crate) fn stop(&self) {
        let mut state = self.lock();
        state.stopping = true;
        for outbox in state.outboxes.values() {
            outbox.close(CloseReason::Restart);
        }
    }

    /// Gives a name to a connection, which lets go of the `previous` one.
    ///
    /// # Errors
    /// [`NameTaken`]; the holder is asked whether it is alive, so that a dead one does not keep the name for long.
    pub(crate) fn register(
        &self,
        outbox: &Arc<Outbox>,
        previous: Option<&Arc<Session>>,
        user: ListedUser,
        now: Instant,
    ) -> Result<Arc<Session>, NameTaken> {
        let mut state = self.lock();
        let holder = state.names.get(&user.user_id).cloned();
        let mine = holder
            .as_ref()
            .is_some_and(|holder| Arc::ptr_eq(holder.outbox(), outbox));
        if let Some(holder) = holder
            .as_ref()
            .filter(|holder| holder.user().public_key == user.public_key)
        {
            if mine {
                outbox.push(holder.joined());
                return Ok(Arc::clone(holder));
            }
        } else if let Some(holder) = holder.as_ref().filter(|_| !mine) {
            holder.outbox().probe();
            return Err(NameTaken);
        }
        if let Some(previous) = previous {
            state.leave(previous);
        }
        let session = state.enter(outbox, user, holder.as_deref().filter(|_| !mine));
        self.announce_or_wait(&mut state, now);
        Ok(session)
    }

    /// Hands a message to whoever has the name `to`; where nobody has, it is gone.
    pub(crate) fn forward(
        &self,
        from: &Arc<Session>,
        to: &UserId,
        encrypted: &RawValue,
        sent_at_ms: i64,
        now: Instant,
    ) {
        let mut state = self.lock();
        let Some(recipient) = state.names.get(to).cloned() else {
            if state.news.is_untold_leave(to) {
                let user_id = to.clone();
                from.outbox().push(user_left(user_id));
            }
            return;
        };
        if !from.is_settled() {
            self.announce(&mut state, now);
        }
        if from.introduces_to(recipient.id()) {
            recipient.outbox().push(from.joined());
        }
        drop(state);
        recipient.outbox().push(from.frame(encrypted, sent_at_ms));
    }

    /// The answer to `get_users`, and how long the asker has to wait for the next one.
    ///
    /// # Errors
    /// The time at which the answer can be given.
    pub(crate) fn user_list(
        &self,
        asker: &Session,
        now: Instant,
    ) -> Result<(Utf8Bytes, Duration), Instant> {
        let mut state = self.lock();
        // What the list shows and what the asker was told agree; the pace of the lists bounds these rounds.
        if state.list.is_due(now) {
            self.announce(&mut state, now);
        }
        let State { sessions, list, .. } = &mut *state;
        let entries = || {
            let newest_first = sessions.values().rev().take(self.listed_users);
            newest_first
                .map(|session| (session.id(), session.user().clone()))
                .collect()
        };
        let frame = list.frame(asker.id(), || asker.user().clone(), entries, now)?;
        Ok((frame, user_list::interval(list.len())))
    }

    /// Tells the news that had to wait; runs as long as the relay.
    pub(crate) async fn announce_when_due(&self) {
        loop {
            self.news_waits.notified().await;
            let due = self
                .lock()
                .last_announced
                .map(|last| last + self.announce_every);
            if let Some(due) = due {
                tokio::time::sleep_until(due.into()).await;
            }
            self.announce(&mut self.lock(), Instant::now());
        }
    }

    fn announce_or_wait(&self, state: &mut State, now: Instant) {
        if state.news.is_empty() {
            return;
        }
        match state.last_announced {
            Some(last) if now < last + self.announce_every => self.news_waits.notify_one(),
            _ => self.announce(state, now),
        }
    }

    fn announce(&self, state: &mut State, now: Instant) {
        if state.news.is_empty() {
            return;
        }
        let to_all = state.sessions.len() <= self.announce_up_to;
        let mut notices: Vec<(u64, Utf8Bytes)> = Vec::new();
        for (user_id, change) in state.news.take() {
            if change.left {
                notices.push((NOBODY, user_left(user_id)));
            }
            if let Some(session) = change.joined {
                session.settle(to_all);
                notices.push((session.id(), session.joined()));
            }
        }
        state.last_announced = Some(now);
        state.list.outdate();
        if to_all {
            for listener in state.sessions.values() {
                let news_to = |(about, _): &&(u64, Utf8Bytes)| *about != listener.id();
                listener.outbox().push_all(
                    notices
                        .iter()
                        .filter(news_to)
                        .map(|(_, notice)| notice.clone()),
                );
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Seats a session; the one that it follows, if any, is closed and what waited for it comes along.
    fn enter(
        &mut self,
        outbox: &Arc<Outbox>,
        user: ListedUser,
        follows: Option<&Session>,
    ) -> Arc<Session> {
        let session = Arc::new(Session::new(self.next_id(), user, outbox, follows));
        outbox.push(session.joined());
        if let Some(older) = follows {
            self.sessions.remove(&older.id());
            outbox.push_all(older.outbox().hand_over());
            older.outbox().close(CloseReason::Replaced);
        }
        self.sessions.insert(session.id(), Arc::clone(&session));
        self.names
            .insert(session.user_id().clone(), Arc::clone(&session));
        self.news.joined(&session);
        self.list.outdate();
        session
    }

    /// Unseats a session; one that has been followed is gone already, and its name is another's (D3).
    fn leave(&mut self, session: &Arc<Session>) {
        if self.sessions.remove(&session.id()).is_none() {
            return;
        }
        self.names.remove(session.user_id());
        self.news.left(session);
        self.list.outdate();
    }
}

fn user_left(user_id: UserId) -> Utf8Bytes {
    let frame = RelayFrame::UserLeft { user_id };
    frame.encode().unwrap_or_default().into()
}
