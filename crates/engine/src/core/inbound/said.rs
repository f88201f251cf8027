//! What somebody said, as it is taken: from a message that came, or from what was kept of one.

use crate::api::RelayId;
use sotto_protocol::{Content, Fingerprint, SessionId};
use sotto_store::messages::PeerKey;

/// What a contact said, without what came along with it: new, or kept by a version that could not
/// show it.
pub(super) struct Said<'a> {
    pub(super) sender: Fingerprint,
    pub(super) session: SessionId,
    pub(super) relay: RelayId,
    /// When the relay says that it was sent, ms since 1970; 0 is what stands where it says nothing.
    pub(super) relay_at: i64,
    /// When it came, ms since 1970.
    pub(super) came_at: i64,
    pub(super) content: &'a Content,
    /// The content's bytes.
    pub(super) bytes: &'a [u8],
}

impl Said<'_> {
    pub(super) fn key(&self) -> PeerKey {
        PeerKey::Identity(self.sender)
    }
}

/// When a relay says that something was sent; 0 is what stands where it says nothing.
pub(super) fn told(relay_at: i64) -> Option<i64> {
    (relay_at > 0).then_some(relay_at)
}
