//! Why a relay could not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A start that failed; each message is one line for the operator.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// Another program listens there already.
    #[error("the address {address} is already in use")]
    AddressInUse {
        /// Address that was asked for.
        address: SocketAddr,
    },
    /// The system refuses the address (not of this machine, or a port that needs rights).
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Address that was asked for.
        address: SocketAddr,
        /// Answer of the system.
        source: io::Error,
    },
    /// A listener that was handed over cannot be used.
    #[error("cannot use the given listener: {0}")]
    Listener(#[source] io::Error),
    /// Another relay uses the data folder.
    #[error("the data folder {} is in use by another relay", .folder.display())]
    DataFolderInUse {
        /// Folder that was asked for.
        folder: PathBuf,
    },
    /// The data folder cannot be made or written.
    #[error("cannot use the data folder {}: {source}", .folder.display())]
    DataFolder {
        /// Folder that was asked for.
        folder: PathBuf,
        /// Answer of the system.
        source: io::Error,
    },
}
