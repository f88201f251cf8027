//! An opened profile, with or without connections to the relays.
//!
//! What needs no relay is done without any: reading the contacts should not show the person
//! online for a moment.

use sotto_engine::EngineError;
use sotto_engine::api::{ChatId, ContactView, ErrorCode, MessageId, MessageInfo, Snapshot};
use sotto_engine::core::{About, Engine, Now, Reply};
use sotto_engine::driver::{Client, ClientError, LocalRelay, Options};
use sotto_engine::folders::Folders;
use sotto_engine::home::{HomeLock, OpenProfile};
use sotto_engine::intent::Intent;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::runtime::Handle;

use crate::failure::Failure;
use crate::updates::{Updates, updates};

/// An opened profile.
pub(crate) enum Session {
    /// Only the history.
    Offline(Box<Offline>),
    /// The history and the relays.
    Online(Online),
}

/// The history with the lock on its home, which is given back last.
pub(crate) struct Offline {
    engine: Mutex<Engine>,
    _lock: HomeLock,
}

/// The connected client, with its part in running the relay of this computer.
pub(crate) struct Online {
    client: Client,
    local_relay: Arc<LocalRelay>,
}

impl Session {
    /// Takes up a profile without connecting to anything.
    pub(crate) fn offline(opened: OpenProfile) -> Result<Self, Failure> {
        let about = About {
            profile: String::new(),
            storage: opened.storage,
            version: VERSION.to_owned(),
        };
        let mut check = [0];
        getrandom::fill(&mut check).map_err(|_| no_randomness())?;
        let engine = Engine::new(
            opened.store,
            opened.item,
            about,
            opened.counter.read(),
            now(),
            Box::new(fill_random),
        )?;
        Ok(Self::Offline(Box::new(Offline {
            engine: Mutex::new(engine),
            _lock: opened.lock,
        })))
    }

    /// Takes up a profile and connects to its relays.
    pub(crate) async fn online(opened: OpenProfile, folders: &Folders) -> Result<Self, Failure> {
        let local_relay = Arc::new(LocalRelay::idle(folders, &Handle::current()));
        if opened.uses_local_relay().map_err(EngineError::from)? {
            local_relay.begin();
        }
        let options = Options {
            profile: String::new(),
            version: VERSION.to_owned(),
            local_relay: Some(Arc::clone(&local_relay)),
        };
        match Client::start(opened, options, Handle::current()).await {
            Ok(client) => Ok(Self::Online(Online {
                client,
                local_relay,
            })),
            Err(ClientError::Engine(error)) => Err(error.into()),
            Err(ClientError::System) => Err(Failure::new(
                "system",
                "the operating system gave no thread or no random numbers",
            )),
        }
    }

    /// Closes the connections with their close handshakes.
    pub(crate) async fn end(self) {
        let Self::Online(online) = self else {
            return;
        };
        online.client.stop().await;
        if let Some(relay) = Arc::into_inner(online.local_relay) {
            relay.stop().await;
        }
    }

    /// Carries out an intent.
    pub(crate) async fn request(&self, intent: Intent) -> Result<Reply, Failure> {
        match self {
            Self::Online(online) => Ok(online.client.request(intent).await?),
            Self::Offline(offline) => {
                let mut engine = offline
                    .engine
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let reply = engine.intent(now(), intent)?;
                // Nobody is told and nothing is connected. Nothing is encrypted either, so the
                // counter beside the keys may stay behind that of the history.
                drop(engine.take_effects());
                Ok(reply)
            }
        }
    }

    /// What happens from now on. The first is a snapshot.
    pub(crate) async fn updates(&self) -> Result<Updates, Failure> {
        let Self::Online(online) = self else {
            return Err(Failure::internal());
        };
        let (listener, updates) = updates();
        online.client.subscribe(listener).await?;
        Ok(updates)
    }

    /// Everything as it is now.
    pub(crate) async fn snapshot(&self) -> Result<Box<Snapshot>, Failure> {
        match self.request(Intent::Snapshot).await? {
            Reply::Snapshot(snapshot) => Ok(snapshot),
            _ => Err(Failure::internal()),
        }
    }

    /// All that is known of one message.
    pub(crate) async fn message(&self, message: MessageId) -> Result<Box<MessageInfo>, Failure> {
        match self.request(Intent::MessageInfo(message)).await? {
            Reply::Info(info) => Ok(info),
            _ => Err(Failure::internal()),
        }
    }

    /// The contact of a chat.
    pub(crate) async fn contact(&self, chat: ChatId) -> Result<ContactView, Failure> {
        let snapshot = self.snapshot().await?;
        let found = snapshot.chats.into_iter().find(|view| view.id == chat);
        found
            .map(|view| view.contact)
            .ok_or_else(|| ErrorCode::UnknownContact.into())
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Ms since 1970.
pub(crate) fn now_ms() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |span| {
        i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
    })
}

fn now() -> Now {
    // Without connections nothing is due by the steady clock.
    Now {
        wall: now_ms(),
        mono: 0,
    }
}

fn no_randomness() -> Failure {
    Failure::new("system", "the operating system gave no random numbers")
}

#[expect(
    clippy::expect_used,
    reason = "tried at the start; without randomness nothing may be sealed"
)]
fn fill_random(out: &mut [u8]) {
    getrandom::fill(out).expect("the operating system gives random bytes");
}
