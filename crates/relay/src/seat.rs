//! A connection's place in the registry: without a name at first, then with one.

use crate::close::CloseReason;
use crate::outbox::Outbox;
use crate::registry::Registry;
use crate::session::Session;
use sotto_wire::ListedUser;
use std::sync::Arc;
use std::time::Instant;

/// A place in the registry, given up when dropped, also by a panic.
pub(crate) struct Seat {
    registry: Arc<Registry>,
    outbox: Arc<Outbox>,
    connection: u64,
    session: Option<Arc<Session>>,
}

impl Seat {
    pub(crate) fn take(registry: Arc<Registry>, outbox: Arc<Outbox>) -> Self {
        let connection = registry.connect(&outbox);
        Self {
            registry,
            outbox,
            connection,
            session: None,
        }
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Number of the connection; it says nothing about whose it is.
    pub(crate) fn connection(&self) -> u64 {
        self.connection
    }

    /// The name that the connection has, if it has one.
    pub(crate) fn session(&self) -> Option<&Arc<Session>> {
        self.session.as_ref()
    }

    /// Takes a name, and lets go of the one before it.
    ///
    /// # Errors
    /// [`CloseReason::NameTaken`].
    pub(crate) fn register(&mut self, user: ListedUser, now: Instant) -> Result<(), CloseReason> {
        let session = self
            .registry
            .register(&self.outbox, self.session.as_ref(), user, now)
            .map_err(|_| CloseReason::NameTaken)?;
        self.session = Some(session);
        Ok(())
    }

    /// Gives up the place and the name.
    pub(crate) fn leave(&mut self) {
        self.registry
            .disconnect(self.connection, self.session.take().as_ref());
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.leave();
    }
}
