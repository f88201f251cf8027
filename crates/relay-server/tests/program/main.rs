//! The program `sotto-relay`, started as an operator starts it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "../../../relay/tests/relay/client.rs"]
mod client;
mod log;
mod memory;
mod start;

use crate::client::Reachable;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running `sotto-relay`, ended with the value.
struct Program {
    child: Child,
    address: SocketAddr,
}

impl Reachable for Program {
    fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Program {
    /// Starts it on a free port and waits until it listens.
    fn start(data: &Path) -> Self {
        Self::launch(&mut command("127.0.0.1:0", data))
    }

    /// Starts it in its way, and waits until it listens.
    fn launch(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on ws://")
            .unwrap()
            .parse()
            .unwrap();
        Self { child, address }
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(address: &str, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sotto-relay"));
    command.args(["--listen", address, "--data"]).arg(data);
    command
}
