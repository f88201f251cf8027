//! Our relay as a program.

use crate::places;
use crate::process::Process;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A running `sotto-relay` on a loopback port.
pub struct SottoRelay {
    process: Process,
    address: SocketAddr,
    data: TempDir,
    adapt: fn(&mut Command),
    program: PathBuf,
}

impl SottoRelay {
    /// Starts it on a free port and waits until it listens.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// The same with more in its environment or on its command line.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start_with(adapt: fn(&mut Command)) -> Self {
        Self::start_program(&places::relay(), adapt)
    }

    /// The same with another `sotto-relay`.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start_program(program: &Path, adapt: fn(&mut Command)) -> Self {
        let data = tempfile::tempdir().expect("the temporary folder is writable");
        let (process, address) = launch(program, "127.0.0.1:0", &data, adapt);
        Self {
            process,
            address,
            data,
            adapt,
            program: program.to_path_buf(),
        }
    }

    /// The folder of its data.
    pub fn data(&self) -> &Path {
        self.data.path()
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
        (self.process, _) = launch(
            &self.program,
            &self.address.to_string(),
            &self.data,
            self.adapt,
        );
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

fn launch(
    program: &Path,
    listen: &str,
    data: &TempDir,
    adapt: fn(&mut Command),
) -> (Process, SocketAddr) {
    let mut command = Command::new(program);
    command
        .args(["--listen", listen, "--data"])
        .arg(data.path());
    adapt(&mut command);
    let process = Process::start("sotto-relay", &mut command);
    let address = process.line("\"listening on ws://ADDRESS\"", |line| {
        line.strip_prefix("listening on ws://")?.parse().ok()
    });
    (process, address)
}
