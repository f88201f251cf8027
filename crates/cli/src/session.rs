//! An opened profile, with or without connections to the relays.

use crate::failure::Failure;
use crate::updates::{Updates, updates};
use sotto_engine::api::{
    ChatId, ContactView, ErrorCode, InspectMessage, MessageId, MessageInfo, Snapshot, TakeSnapshot,
};
use sotto_engine::core::Request;
use sotto_engine::driver::{OfflineProfile, RunningProfile};
use sotto_engine::folders::Folders;
use sotto_engine::home::OpenProfile;
use tokio::runtime::Handle;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An opened profile.
pub(crate) enum Session {
    /// Only the history.
    Offline(Box<OfflineProfile>),
    /// The history and the relays.
    Online(RunningProfile),
}

impl Session {
    /// Takes up a profile without connecting to anything.
    pub(crate) fn offline(opened: OpenProfile) -> Result<Self, Failure> {
        let profile = OfflineProfile::start(opened, String::new(), VERSION.to_owned())?;
        Ok(Self::Offline(Box::new(profile)))
    }

    /// Takes up a profile and connects to its relays.
    pub(crate) async fn online(opened: OpenProfile, folders: &Folders) -> Result<Self, Failure> {
        let (profile, version) = (String::new(), VERSION.to_owned());
        let runtime = Handle::current();
        let running = RunningProfile::start(opened, profile, version, folders, runtime);
        Ok(Self::Online(running.await?))
    }

    /// Closes the connections with their close handshakes.
    pub(crate) async fn end(self) {
        if let Self::Online(running) = self {
            running.stop().await;
        }
    }

    /// Carries out a request.
    pub(crate) async fn request<R: Request>(&self, request: R) -> Result<R::Answer, Failure> {
        Ok(match self {
            Self::Online(running) => running.client().request(request).await?,
            Self::Offline(profile) => profile.request(request)?,
        })
    }

    /// What happens from now on. The first is a snapshot.
    pub(crate) async fn updates(&self) -> Result<Updates, Failure> {
        let Self::Online(running) = self else {
            return Err(Failure::internal());
        };
        let (subscriber, updates) = updates();
        running.client().subscribe(subscriber).await?;
        Ok(updates)
    }

    /// Everything as it is now.
    pub(crate) async fn snapshot(&self) -> Result<Box<Snapshot>, Failure> {
        self.request(TakeSnapshot).await
    }

    /// All that is known of one message.
    pub(crate) async fn message(&self, message: MessageId) -> Result<MessageInfo, Failure> {
        self.request(InspectMessage(message)).await
    }

    /// The contact of a chat.
    pub(crate) async fn contact(&self, chat: ChatId) -> Result<ContactView, Failure> {
        let snapshot = self.snapshot().await?;
        let found = snapshot.chats.iter().find(|view| view.id == chat);
        let contact = found.and_then(|view| view.contact());
        contact
            .cloned()
            .ok_or_else(|| ErrorCode::UnknownContact.into())
    }
}
