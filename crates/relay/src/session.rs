//! One name on one connection, and how far it is known to the others.
//!
//! What the names have to do with each other is the matter of `registry` and `presence`.

use crate::outbox::Outbox;
use sotto_wire::{ForwardHead, ListedUser, RawValue, RelayFrame, UserId};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Recipients whom a sender remembers having been introduced to; after that it starts again.
const INTRODUCTIONS: usize = 1024;

/// A name with its key, on the connection that holds it.
#[derive(Debug)]
pub(crate) struct Session {
    id: u64,
    user: ListedUser,
    outbox: Arc<Outbox>,
    head: ForwardHead,
    joined: Utf8Bytes,
    /// The name moved here from an older connection, which others may know.
    follows_another: bool,
    /// The round of news with this session is over.
    settled: AtomicBool,
    /// Everybody was told.
    announced: AtomicBool,
    introduced_to: Mutex<HashSet<u64>>,
}

impl Session {
    /// A session that nobody knows of; `follows` is the one that has the name so far.
    pub(crate) fn new(
        id: u64,
        user: ListedUser,
        outbox: &Arc<Outbox>,
        follows: Option<&Self>,
    ) -> Self {
        let joined = RelayFrame::UserJoined { user: user.clone() };
        Self {
            id,
            head: ForwardHead::new(&user.user_id),
            joined: joined.encode().unwrap_or_default().into(),
            outbox: Arc::clone(outbox),
            follows_another: follows
                .is_some_and(|older| older.is_settled() || older.follows_another),
            settled: AtomicBool::new(false),
            announced: AtomicBool::new(false),
            introduced_to: Mutex::default(),
            user,
        }
    }

    /// Grows with time, and is no other session's.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    pub(crate) fn user(&self) -> &ListedUser {
        &self.user
    }

    pub(crate) fn user_id(&self) -> &UserId {
        &self.user.user_id
    }

    pub(crate) fn outbox(&self) -> &Arc<Outbox> {
        &self.outbox
    }

    /// The notice that this session is there.
    pub(crate) fn joined(&self) -> Utf8Bytes {
        self.joined.clone()
    }

    /// A message of this session as its recipient gets it.
    pub(crate) fn frame(&self, encrypted: &RawValue, sent_at_ms: i64) -> Utf8Bytes {
        self.head.frame(encrypted, sent_at_ms).into()
    }

    pub(crate) fn follows_another(&self) -> bool {
        self.follows_another
    }

    /// Notes that the round of news with this session is over, and whether everybody was told.
    pub(crate) fn settle(&self, announced: bool) {
        self.settled.store(true, Ordering::Relaxed);
        self.announced.store(announced, Ordering::Relaxed);
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Relaxed)
    }

    /// Whether a recipient has to be told of this session before its message: for the first time in a while.
    pub(crate) fn introduces_to(&self, recipient: u64) -> bool {
        if self.announced.load(Ordering::Relaxed) || recipient == self.id {
            return false;
        }
        let mut known = self
            .introduced_to
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if known.len() >= INTRODUCTIONS {
            known.clear();
        }
        known.insert(recipient)
    }
}
