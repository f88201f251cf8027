//! The listening socket and the tasks behind it: start, accept, stop.

use crate::config::Config;
use crate::connection::Connection;
use crate::data_folder::DataFolder;
use crate::error::RelayError;
use crate::http::{self, OVERLOADED};
use crate::outbox::{Outbox, SharedQueue};
use crate::registry::Registry;
use crate::source::{Permit, Sources};
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// Pause after the system could not accept (no file descriptors left, for one), so as not to spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What ending a connection may take besides its last frames.
const STOP_SLACK: Duration = Duration::from_secs(3);

/// A relay that has its address and its data folder and serves once it is run.
#[derive(Debug)]
pub struct Relay {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
    data_folder: Option<DataFolder>,
}

/// A relay that serves in a task of its own; dropping it stops it too, without waiting for the end.
#[derive(Debug)]
pub struct RunningRelay {
    address: SocketAddr,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

/// What all connections share.
#[derive(Debug)]
struct Shared {
    config: Config,
    registry: Arc<Registry>,
    sources: Arc<Sources>,
    queue: Arc<SharedQueue>,
}

impl Relay {
    /// Locks the data folder and listens on an address. To be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`RelayError`], each variant with one line for the operator.
    pub async fn bind(address: SocketAddr, config: Config) -> Result<Self, RelayError> {
        let data_folder = open_data_folder(&config)?;
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| match source.kind() {
                io::ErrorKind::AddrInUse => RelayError::AddressInUse { address },
                _ => RelayError::Listen { address, source },
            })?;
        Self::new(listener, config, data_folder)
    }

    /// Locks the data folder and takes over a listener. To be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`RelayError::Listener`] and those of the data folder.
    pub fn from_listener(listener: StdListener, config: Config) -> Result<Self, RelayError> {
        let data_folder = open_data_folder(&config)?;
        listener
            .set_nonblocking(true)
            .map_err(RelayError::Listener)?;
        let listener = TcpListener::from_std(listener).map_err(RelayError::Listener)?;
        Self::new(listener, config, data_folder)
    }

    fn new(
        listener: TcpListener,
        config: Config,
        data_folder: Option<DataFolder>,
    ) -> Result<Self, RelayError> {
        let address = listener.local_addr().map_err(RelayError::Listener)?;
        let shared = Arc::new(Shared {
            registry: Arc::new(Registry::new(&config.limits)),
            sources: Arc::new(Sources::new(config.limits.clone())),
            queue: Arc::new(SharedQueue::new(&config.limits)),
            config,
        });
        Ok(Self {
            listener,
            address,
            shared,
            data_folder,
        })
    }

    /// The address that clients reach, with the real port where 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves in a task of its own.
    pub fn spawn(self) -> RunningRelay {
        let stop = CancellationToken::new();
        let address = self.address;
        let task = tokio::spawn(self.run(stop.clone()));
        RunningRelay {
            address,
            stop,
            task: Some(task),
        }
    }

    /// Serves until `stop` is cancelled, then gives every client its last frames and a close frame (1012).
    /// Returns within `drain_time` and 3 s.
    pub async fn run(self, stop: CancellationToken) {
        let Self {
            listener,
            shared,
            data_folder,
            ..
        } = self;
        let registry = Arc::clone(&shared.registry);
        let announcer = tokio::spawn(async move { registry.announce_when_due().await });
        let mut connections = JoinSet::new();
        tracing::info!("serving");
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ended) = connections.join_next() => report_panic(ended),
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => shared.serve(stream, peer, &mut connections),
                    Err(error) if is_about_one_connection(&error) => {}
                    Err(_) => {
                        tracing::warn!("the system accepts no connections at present");
                        sleep(ACCEPT_PAUSE).await;
                    }
                }
            }
        }
        drop(listener);
        tracing::info!(connections = connections.len(), "stopping");
        shared.registry.stop();
        let all_ended = async {
            while let Some(ended) = connections.join_next().await {
                report_panic(ended);
            }
        };
        if timeout(shared.config.limits.drain_time + STOP_SLACK, all_ended)
            .await
            .is_err()
        {
            connections.shutdown().await;
        }
        announcer.abort();
        drop(data_folder);
    }
}

impl Shared {
    fn serve(self: &Arc<Self>, stream: TcpStream, peer: SocketAddr, connections: &mut JoinSet<()>) {
        match self.sources.admit(peer.ip(), Instant::now()) {
            Some(permit) => {
                connections.spawn(Arc::clone(self).serve_client(stream, permit));
            }
            None => drop(stream.try_write(OVERLOADED)),
        }
    }

    async fn serve_client(self: Arc<Self>, stream: TcpStream, mut permit: Permit) {
        let Config {
            limits, origins, ..
        } = &self.config;
        // Frames are gathered here already; the kernel must not hold back the last one.
        let _ = stream.set_nodelay(true);
        let Some(socket) = http::upgrade(stream, permit.unfinished(), limits, origins).await else {
            return;
        };
        permit.upgraded();
        let outbox = Arc::new(Outbox::new(limits, Arc::clone(&self.queue)));
        Connection::new(socket, permit, Arc::clone(&self.registry), outbox, limits)
            .run()
            .await;
    }
}

impl RunningRelay {
    /// The address that clients reach.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops as [`Relay::run`] does, and returns when the address and the data folder are free.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(Err(error)) = match self.task.take() {
            Some(task) => Some(task.await),
            None => None,
        } {
            report_panic(Err(error));
        }
    }
}

impl Drop for RunningRelay {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn open_data_folder(config: &Config) -> Result<Option<DataFolder>, RelayError> {
    config
        .data_folder
        .as_deref()
        .map(DataFolder::open)
        .transpose()
}

/// A panic is a bug of ours that ended one connection; the others go on.
fn report_panic(ended: Result<(), JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!("a connection ended by a panic");
    }
}

fn is_about_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
