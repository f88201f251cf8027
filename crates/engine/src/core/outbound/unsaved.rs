//! What is said from memory alone: the outbox holds its place, and no history what it says.
//!
//! It belongs to something that two people do together and that ends with the program: what is not
//! encrypted by then, or not in its time, is left unsaid. A proof that was encrypted goes again like
//! everything else until it is confirmed.

use super::Outbound;
use crate::api::ContactId;
use crate::core::time::Now;
use crate::core::turn::Turn;
use sotto_protocol::body::Scanned;
use sotto_protocol::verify_code::ScannedCode;
use sotto_protocol::{Body, ContentId, Fingerprint, SessionId};
use sotto_store::StoreError;
use sotto_store::session_outbox::{self, Control, What};

/// Something to be said from memory.
#[derive(Clone, Debug)]
pub(crate) struct Unsaved {
    what: Words,
    /// From when on it is worth nothing, ms of the steady clock.
    until: u64,
}

#[derive(Clone, Debug)]
enum Words {
    /// The code of the other side was scanned.
    Scanned(ScannedCode),
}

impl Unsaved {
    /// That a code was scanned.
    pub(crate) const fn scanned(code: ScannedCode, until: u64) -> Self {
        Self {
            what: Words::Scanned(code),
            until,
        }
    }

    /// What it is in a session.
    fn body(&self, session: &SessionId) -> Body {
        match &self.what {
            Words::Scanned(code) => Body::Scanned(Scanned {
                proof: code.prove(session),
            }),
        }
    }
}

impl Outbound {
    /// Puts something in line for a contact that is said from memory.
    pub(crate) fn say_unsaved(
        &mut self,
        turn: &mut Turn<'_>,
        contact: ContactId,
        identity: &Fingerprint,
        what: Unsaved,
    ) -> Result<(), StoreError> {
        let content = turn.content_id();
        let new = session_outbox::New {
            contact,
            what: What::Control(Control::Verification),
            data: &[],
            content,
            fingerprint: Some(*identity),
        };
        session_outbox::push(turn.tx, &new)?;
        let over = self.unsaved.iter();
        let over = over.filter(|(_, unsaved)| unsaved.until <= turn.now.mono);
        let over: Vec<ContentId> = over.map(|(content, _)| *content).collect();
        for content in over {
            self.unsaved.set(content, None);
        }
        self.unsaved.set(content, Some(what));
        turn.wake.peer(contact);
        Ok(())
    }

    /// What a content says that is in memory only, if its time is not over.
    pub(super) fn unsaved_body(
        &self,
        content: &ContentId,
        session: &SessionId,
        now: Now,
    ) -> Option<Body> {
        let unsaved = self.unsaved.get(content)?;
        (now.mono < unsaved.until).then(|| unsaved.body(session))
    }
}
