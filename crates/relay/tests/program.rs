//! The program `sotto-relay`, started as an operator starts it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tokio_tungstenite::connect_async;

struct Program {
    child: Child,
    address: SocketAddr,
}

impl Program {
    fn start(data: &Path) -> Self {
        let mut child = command("127.0.0.1:0", data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
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

fn output(address: &str, data: &Path) -> Output {
    command(address, data).output().unwrap()
}

#[tokio::test]
async fn it_serves_and_ends_well_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    let (socket, _) = connect_async(format!("ws://{}", program.address))
        .await
        .unwrap();
    let mut client = common::Client { socket };
    program.signal("TERM");
    assert_eq!(client.closed().await.0, 1012);
    assert!(program.child.wait().unwrap().success());
}

#[test]
fn it_says_in_one_line_why_it_cannot_start() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let other = tempfile::tempdir().unwrap();
    let in_use = output(&program.address.to_string(), other.path());
    let locked = output("127.0.0.1:0", folder.path());
    let file = output("127.0.0.1:0", Path::new("/dev/null"));
    let foreign = output("192.0.2.1:8080", other.path());
    for (result, words) in [
        (in_use, "already in use"),
        (locked, "in use by another relay"),
        (file, "data folder"),
        (foreign, "cannot listen"),
    ] {
        let error = String::from_utf8(result.stderr).unwrap();
        assert!(!result.status.success());
        assert!(
            error.starts_with("sotto-relay: ") && error.contains(words),
            "{error}"
        );
        assert_eq!(error.trim_end().lines().count(), 1, "{error}");
        assert!(result.stdout.is_empty());
    }
}

#[test]
fn a_killed_relay_leaves_no_lock_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    program.signal("KILL");
    program.child.wait().unwrap();
    let again = Program::start(folder.path());
    assert_ne!(again.address.port(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn it_never_dumps_core() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path());
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", program.child.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(),
        ["0", "0"]
    );
}

#[tokio::test]
async fn its_log_has_no_names_keys_or_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = {
        let mut child = command("127.0.0.1:0", folder.path())
            .env("RUST_LOG", "trace")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
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
        Program { child, address }
    };
    let (socket, _) = connect_async(format!("ws://{}", program.address))
        .await
        .unwrap();
    let mut client = common::Client { socket };
    let canary = "canary-3c1f";
    client
        .send(
            &serde_json::json!({"type": "register", "userId": canary, "publicKey": common::key(5)}),
        )
        .await;
    client.message(canary, canary).await;
    assert_eq!(client.receive_message().await.1, canary);
    client.send_text(canary).await;
    program.signal("TERM");
    program.child.wait().unwrap();
    let mut log = String::new();
    program
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert!(log.contains("DEBUG") && log.contains("Restart"), "{log}");
    for secret in [canary, &common::key(5), "127.0.0.1"] {
        assert!(!log.contains(secret), "{log}");
    }
}
