//! The way in: what relays bring is opened, checked, stored and confirmed.
//!
//! Whatever a box or an envelope says on its outside, and whoever the relay says that it is from,
//! only says which keys to try. Whose text it is, is decided by the key that opens it.
//!
//! - [`frame`]: a frame of a relay, and what follows from who is there
//! - [`plain`]: plain boxes
//! - [`envelope`]: sealed envelopes, up to the content
//! - [`content`]: a content of a contact
//! - [`older`]: what an older copy of somebody's identity says
//! - [`kept`]: what this version cannot show is kept for one that can
//! - [`said`]: what somebody said, new or kept
//! - [`stranger`]: a content of somebody who is no contact
//! - [`waiting`]: what strangers wrote, among the requests

mod content;
mod envelope;
mod frame;
mod kept;
mod older;
mod plain;
mod said;
mod stranger;
mod waiting;

use crate::api::{ErrorCode, RelayId};
use crate::core::outbound::Outbound;
use crate::core::people::People;
use crate::core::time::{RateLimit, RateLimits};
use sotto_protocol::ContentId;

/// A repetition of the same content is answered again.
const REPETITIONS: RateLimit = RateLimit {
    burst: 1,
    every_ms: 2_000,
};
/// How many answered repetitions are remembered.
const MAX_REPEATED: usize = 1_000;

/// The way in, with what it stands on.
pub(crate) struct Inbound {
    pub(crate) outbound: Outbound,
    pub(crate) people: People,
    /// Contents whose repetition was answered lately, at which relay.
    repetitions: RateLimits<(ContentId, RelayId)>,
}

impl Inbound {
    /// Nothing came yet.
    pub(crate) const fn new(outbound: Outbound, people: People) -> Self {
        Self {
            outbound,
            people,
            repetitions: RateLimits::new(REPETITIONS, MAX_REPEATED),
        }
    }

    /// Refuses what others would have to hear of, once the identity moved to another computer (P-55).
    pub(crate) fn is_here(&self) -> Result<(), ErrorCode> {
        match self.outbound.sessions.identity.moved_at() {
            Some(_) => Err(ErrorCode::Moved),
            None => Ok(()),
        }
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.outbound.commit();
        self.people.commit();
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        self.outbound.rollback();
        self.people.rollback();
    }
}
