//! What strangers wrote on its way among the requests, and what leaves with those that it pushes out.

use crate::api::{Event, RelayId, RequestId};
use crate::core::turn::Turn;
use sotto_protocol::BoxPublicKey;
use sotto_store::requests::{self, Evicted, Held, Incoming};
use sotto_store::{StoreError, nonces, peers, received};

/// Who came by the contact card; there is one.
pub(super) const BY_CARD: &str = "card";

/// Who came by an invite that somebody else had used before.
pub(super) fn by_invite(invite: [u8; 8]) -> String {
    format!("invite {:016x}", u64::from_be_bytes(invite))
}

/// Who wrote in a plain box at a relay.
pub(super) fn by_box(relay: RelayId) -> String {
    format!("box {}", relay.0)
}

/// Holds something of a stranger as a request; `None` if it was dropped. It may take the place of an
/// older request, which nobody decided about.
pub(super) fn hold(
    turn: &mut Turn<'_>,
    incoming: &Incoming<'_>,
) -> Result<Option<RequestId>, StoreError> {
    let (request, evicted) = match requests::hold(turn.tx, incoming)? {
        Held::Stored {
            request, evicted, ..
        } => (request, evicted),
        Held::Full | Held::AnotherIdentity | Held::Blocked => {
            tracing::debug!("something of a stranger was dropped: there is no room for more");
            return Ok(None);
        }
    };
    if let Some(evicted) = evicted {
        forget(turn, &evicted)?;
    }
    Ok(Some(request))
}

/// A request was pushed out: nothing of its writer stays, or any number of them could fill a disk.
/// What it sends again is new.
fn forget(turn: &mut Turn<'_>, evicted: &Evicted) -> Result<(), StoreError> {
    let Evicted { request, key, .. } = *evicted;
    if turn.contacts.by_key(&key).is_none() {
        nonces::forget(turn.tx, &key)?;
    }
    if let Some(identity) = &evicted.fingerprint
        && turn.contacts.by_fingerprint(identity).is_none()
    {
        peers::forget_stranger(turn.tx, identity)?;
        received::forget(turn.tx, identity)?;
    }
    turn.touched.gone.push(Event::RequestRemoved { request });
    turn.touched.held_keys.insert(key);
    Ok(())
}

/// A request changed: it is told, and the chats that await a decision about its key.
pub(super) fn held_as(turn: &mut Turn<'_>, request: RequestId, key: BoxPublicKey) {
    turn.touched.requests.insert(request);
    turn.touched.held_keys.insert(key);
}
