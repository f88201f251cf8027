//! The relay of this computer: the first running profile hosts it for all of them, the next one
//! takes over when that ends.
//!
//! Whoever holds the lock of the relay's data folder hosts. The address stands in a file that
//! only this person can read, because the usual port may be taken.

use crate::address::RelayAddress;
use crate::folders::Folders;
use serde::{Deserialize, Serialize};
use sotto_private_files::{make_folder, replace};
use sotto_relay::{Config, OriginPolicy, Relay, RelayError, RunningRelay};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The port that is tried first.
const USUAL_PORT: u16 = 8787;

/// How many ports after the usual one are tried before the system may choose one.
const NEXT_PORTS: u16 = 8;

/// How often a profile that does not host looks whether the host has ended. A file lock has no
/// notification.
const TAKE_OVER_EVERY: Duration = Duration::from_secs(1);

/// This program's part in running the relay of this computer.
pub struct LocalRelay {
    folders: Folders,
    runtime: Handle,
    hosting: Mutex<Option<Hosting>>,
}

/// The task that hosts or waits, and how to end it.
struct Hosting {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// What stands in the file that says where the relay listens.
#[derive(Serialize, Deserialize)]
struct Discovery {
    url: String,
}

impl LocalRelay {
    /// Takes no part until [`Self::begin`].
    #[must_use]
    pub fn idle(folders: &Folders, runtime: &Handle) -> Self {
        Self {
            folders: folders.clone(),
            runtime: runtime.clone(),
            hosting: Mutex::new(None),
        }
    }

    /// Begins to host, or to wait for the place of the host.
    #[must_use]
    pub fn start(folders: &Folders, runtime: &Handle) -> Self {
        let relay = Self::idle(folders, runtime);
        relay.begin();
        relay
    }

    /// The same, once: the person may choose this computer as a relay at any time.
    pub fn begin(&self) {
        let mut hosting = self.hosting.lock().unwrap_or_else(PoisonError::into_inner);
        hosting.get_or_insert_with(|| {
            let (stop, stopped) = oneshot::channel();
            let host = Host {
                data: self.folders.relay(),
                runtime: self.folders.runtime.clone(),
                discovery: self.discovery(),
            };
            Hosting {
                stop,
                task: self.runtime.spawn(host.run(stopped)),
            }
        });
    }

    fn discovery(&self) -> PathBuf {
        self.folders.runtime.join("relay.json")
    }

    /// Where the relay of this computer listens, whoever hosts it. None while nobody does.
    #[must_use]
    pub fn address(&self) -> Option<RelayAddress> {
        let bytes = std::fs::read(self.discovery()).ok()?;
        let discovery: Discovery = serde_json::from_slice(&bytes).ok()?;
        let address = RelayAddress::parse(&discovery.url).ok()?;
        let host: Ipv4Addr = address.host().parse().ok()?;
        host.is_loopback().then_some(address)
    }

    /// Stops hosting; everybody's connection is closed politely first.
    pub async fn stop(self) {
        let hosting = self.hosting.into_inner();
        if let Some(hosting) = hosting.unwrap_or_else(PoisonError::into_inner) {
            // A task that has ended needs no word.
            let _ = hosting.stop.send(());
            let _ = hosting.task.await;
        }
    }
}

/// The task that hosts or waits.
struct Host {
    data: PathBuf,
    runtime: PathBuf,
    discovery: PathBuf,
}

impl Host {
    async fn run(self, mut stopped: oneshot::Receiver<()>) {
        loop {
            match self.host().await {
                Ok(relay) => {
                    let address = relay.local_addr();
                    if let Err(error) = self.announce(address) {
                        tracing::warn!(%error, "where the relay listens could not be written");
                    }
                    tracing::info!("hosting the relay of this computer");
                    // Ends by the word or because nobody is left to say it.
                    let _ = (&mut stopped).await;
                    let _ = std::fs::remove_file(&self.discovery);
                    relay.stop().await;
                    return;
                }
                Err(RelayError::DataFolderInUse { .. }) => {}
                Err(_) => tracing::warn!("the relay of this computer cannot be hosted now"),
            }
            tokio::select! {
                _ = &mut stopped => return,
                () = tokio::time::sleep(TAKE_OVER_EVERY) => {}
            }
        }
    }

    /// Hosts on the usual port, one of the next, or any.
    async fn host(&self) -> Result<RunningRelay, RelayError> {
        let last = USUAL_PORT.saturating_add(NEXT_PORTS);
        let mut result = self.host_on(USUAL_PORT).await;
        for port in (USUAL_PORT.saturating_add(1)..last).chain([0]) {
            if !matches!(
                result,
                Err(RelayError::AddressInUse { .. } | RelayError::Listen { .. })
            ) {
                break;
            }
            result = self.host_on(port).await;
        }
        result
    }

    async fn host_on(&self, port: u16) -> Result<RunningRelay, RelayError> {
        let config = Config {
            data_folder: Some(self.data.clone()),
            origins: OriginPolicy::RefuseForeign,
            ..Config::default()
        };
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Ok(Relay::bind(address, config).await?.spawn())
    }

    fn announce(&self, address: SocketAddr) -> std::io::Result<()> {
        make_folder(&self.runtime)?;
        let discovery = Discovery {
            url: format!("ws://{address}/"),
        };
        replace(&self.discovery, &serde_json::to_vec(&discovery)?)
    }
}
