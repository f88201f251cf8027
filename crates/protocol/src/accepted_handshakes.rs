//! The handshakes that were accepted, kept against their repetition (P-74).
//!
//! Each is kept as long as the signed prekey that it used: once that is gone, a repetition finds no
//! key. The prekey pool keeps them, in the same serialised value.

use crate::session_id::SessionId;

/// How many accepted handshakes are remembered.
pub(crate) const MAX_ACCEPTED: usize = 1_000;
/// Length of one of them in the serialised pool, bytes: session id and number of the signed prekey.
pub(crate) const ACCEPTED_LEN: usize = 20;

/// The accepted handshakes of an identity, the oldest first; at most [`MAX_ACCEPTED`].
#[derive(Default)]
pub(crate) struct AcceptedHandshakes(Vec<Accepted>);

/// A handshake that was accepted.
#[derive(Clone, Copy)]
struct Accepted {
    session: SessionId,
    /// The number of the signed prekey that it used.
    signed: u32,
}

impl AcceptedHandshakes {
    /// Whether this handshake is among them.
    pub(crate) fn contains(&self, session: &SessionId) -> bool {
        self.0.iter().any(|seen| seen.session == *session)
    }

    /// Remembers a handshake and the number of the signed prekey that it used.
    pub(crate) fn remember(&mut self, session: SessionId, signed: u32) {
        // The oldest goes: refusing new ones would let one stranger keep everybody out.
        if self.0.len() >= MAX_ACCEPTED {
            self.0.remove(0);
        }
        self.0.push(Accepted { session, signed });
    }

    /// Forgets those whose signed prekey is gone. Gives whether there were any.
    pub(crate) fn forget_unless(&mut self, is_kept: impl Fn(u32) -> bool) -> bool {
        let before = self.0.len();
        self.0.retain(|seen| is_kept(seen.signed));
        before != self.0.len()
    }

    /// Writes them one behind the other, [`ACCEPTED_LEN`] bytes each.
    pub(crate) fn encode(&self) -> Vec<u8> {
        self.0.iter().flat_map(|seen| seen.to_bytes()).collect()
    }

    /// Reads what [`Self::encode`] has written; `None` if the last one is not whole.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (seen, rest) = bytes.as_chunks();
        let all = seen.iter().map(Accepted::from_bytes).collect();
        rest.is_empty().then_some(Self(all))
    }
}

impl Accepted {
    fn to_bytes(self) -> [u8; ACCEPTED_LEN] {
        let mut bytes = [0; ACCEPTED_LEN];
        let all = self.session.as_bytes().iter().copied();
        for (to, from) in bytes.iter_mut().zip(all.chain(self.signed.to_be_bytes())) {
            *to = from;
        }
        bytes
    }

    fn from_bytes(bytes: &[u8; ACCEPTED_LEN]) -> Self {
        let [session @ .., a, b, c, d] = *bytes;
        Self {
            session: SessionId::from_bytes(session),
            signed: u32::from_be_bytes([a, b, c, d]),
        }
    }
}
