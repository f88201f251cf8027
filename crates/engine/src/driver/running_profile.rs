//! An open profile with its connections: the client, and this program's part in running the relay
//! of this computer.

use super::client::Client;
use super::engine_start::ClientError;
use super::engine_thread::Options;
use super::local_relay::LocalRelay;
use crate::error::EngineError;
use crate::folders::Folders;
use crate::home::OpenProfile;
use std::sync::Arc;
use tokio::runtime::Handle;

/// A profile that is open and connected.
pub struct RunningProfile {
    client: Client,
    local_relay: Arc<LocalRelay>,
}

impl RunningProfile {
    /// Takes up an opened profile of the given name (empty for the usual one) and connects its
    /// relays, hosting that of this computer if it is one of them.
    ///
    /// # Errors
    /// If the history cannot be read, or the operating system gives no thread or no randomness.
    pub async fn start(
        opened: OpenProfile,
        profile: String,
        version: String,
        folders: &Folders,
        runtime: Handle,
    ) -> Result<Self, ClientError> {
        let local_relay = Arc::new(LocalRelay::idle(folders, &runtime));
        if opened.uses_local_relay().map_err(EngineError::from)? {
            local_relay.begin();
        }
        let options = Options {
            profile,
            version,
            local_relay: Some(Arc::clone(&local_relay)),
        };
        let client = Client::start(opened, options, runtime).await?;
        Ok(Self {
            client,
            local_relay,
        })
    }

    /// The client, for requests and subscribers.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Ends everything politely: connections, history, the relay of this computer.
    pub async fn stop(self) {
        self.client.stop().await;
        if let Some(relay) = Arc::into_inner(self.local_relay) {
            relay.stop().await;
        }
    }
}
