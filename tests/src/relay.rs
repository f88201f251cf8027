//! Our relay as a program.

use std::net::SocketAddr;
use std::process::Command;

use tempfile::TempDir;

use crate::places;
use crate::process::Process;

/// A running `sotto-relay` on a loopback port.
pub struct SottoRelay {
    process: Process,
    address: SocketAddr,
    data: TempDir,
}

impl SottoRelay {
    /// Starts it on a free port and waits until it listens.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start() -> Self {
        let data = tempfile::tempdir().expect("the temporary folder is writable");
        let (process, address) = launch("127.0.0.1:0", &data);
        Self {
            process,
            address,
            data,
        }
    }

    /// Ends it at once (`kill -9`) and starts it again on the same port.
    pub fn restart(&mut self) {
        self.kill();
        self.revive();
    }

    /// Ends it at once (`kill -9`).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again on the same port after [`Self::kill`].
    pub fn revive(&mut self) {
        (self.process, _) = launch(&self.address.to_string(), &self.data);
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address for a client.
    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// The running program.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}

fn launch(listen: &str, data: &TempDir) -> (Process, SocketAddr) {
    let mut command = Command::new(places::relay());
    command
        .args(["--listen", listen, "--data"])
        .arg(data.path());
    let process = Process::start("sotto-relay", &mut command);
    let address = process.line("\"listening on ws://ADDRESS\"", |line| {
        line.strip_prefix("listening on ws://")?.parse().ok()
    });
    (process, address)
}
