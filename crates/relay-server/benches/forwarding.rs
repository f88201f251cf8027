//! How fast a relay forwards: messages a second, and its processor time for each.
//!
//! `cargo bench -p sotto-relay-server` starts `sotto-relay` and, where Node and the guide's relay of `tests/programs` are
//! installed, that one after it, so that both are measured in the same minutes on the same machine. Pairs of clients
//! keep a few messages on the way (a closed loop). The load shares the machine with the relay: of the two figures the
//! processor time is the steadier one. It is read from /proc and therefore missing elsewhere than on Linux.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a measurement"
)]

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use sotto_wire::{ClientFrame, PublicKey, RelayFrame, UserId};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(3);
const WINDOW: usize = 8;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct RelayProcess {
    child: Child,
    url: String,
    _data: Option<tempfile::TempDir>,
}

struct Figures {
    per_second: f64,
    cpu_us: Option<f64>,
    resident_mib: Option<f64>,
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    // `cargo test --all-targets` runs benchmarks too, without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("relay         bytes  pairs    msg/s   us CPU/msg   RSS MiB");
    for (bytes, pairs) in [
        (300, 1),
        (300, 10),
        (300, 100),
        (16 * 1024, 10),
        (16 * 1024, 100),
    ] {
        for (name, start) in [
            ("sotto-relay", sotto_relay as fn() -> Option<RelayProcess>),
            ("guide's relay", guide_relay),
        ] {
            let Some(relay) = start() else { continue };
            let figures = measure(&relay, bytes, pairs).await;
            println!(
                "{name:13} {bytes:5}  {pairs:5}  {:7.0}   {:>10}   {:>7}",
                figures.per_second,
                shown(figures.cpu_us),
                shown(figures.resident_mib)
            );
        }
    }
}

async fn measure(relay: &RelayProcess, bytes: usize, pairs: usize) -> Figures {
    let received = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for pair in 0..pairs {
        let (sender, receiver) = (format!("s{pair}"), format!("r{pair}"));
        let (from, from_notices) = register(&relay.url, &sender).await.split();
        let (to_notices, to) = register(&relay.url, &receiver).await.split();
        let message = ClientFrame::Message {
            to: UserId::new(&receiver).unwrap(),
            encrypted: "x".repeat(bytes),
        };
        let window = Arc::new(Semaphore::new(WINDOW));
        tasks.spawn(send(from, message.encode().into(), Arc::clone(&window)));
        tasks.spawn(receive(to, window, Arc::clone(&received)));
        tasks.spawn(pass_over(from_notices, to_notices));
    }
    tokio::time::sleep(WARM_UP).await;
    let (count, cpu, start) = (
        received.load(Ordering::Relaxed),
        relay.cpu_us(),
        Instant::now(),
    );
    tokio::time::sleep(MEASURED).await;
    let messages = (received.load(Ordering::Relaxed) - count) as f64;
    let cpu_us = relay
        .cpu_us()
        .zip(cpu)
        .map(|(after, before)| (after - before) / messages);
    Figures {
        per_second: messages / start.elapsed().as_secs_f64(),
        cpu_us,
        resident_mib: relay.resident_mib(),
    }
}

async fn register(url: &str, name: &str) -> Socket {
    let (mut socket, _) = connect_async(url).await.unwrap();
    let user_id = UserId::new(name).unwrap();
    let register = ClientFrame::Register {
        user_id: user_id.clone(),
        public_key: PublicKey([9; 32]),
    };
    socket.send(Message::text(register.encode())).await.unwrap();
    loop {
        let Message::Text(text) = socket.next().await.unwrap().unwrap() else {
            continue;
        };
        if matches!(RelayFrame::decode(&text), Ok(RelayFrame::UserJoined { user }) if user.user_id == user_id)
        {
            return socket;
        }
    }
}

async fn send(mut socket: SplitSink<Socket, Message>, frame: Utf8Bytes, window: Arc<Semaphore>) {
    loop {
        let Ok(permits) = window.acquire().await else {
            return;
        };
        let more = window.available_permits();
        permits.forget();
        window.forget_permits(more);
        for _ in 0..=more {
            if socket.feed(Message::Text(frame.clone())).await.is_err() {
                return;
            }
        }
        if socket.flush().await.is_err() {
            return;
        }
    }
}

async fn receive(
    mut socket: SplitStream<Socket>,
    window: Arc<Semaphore>,
    received: Arc<AtomicU64>,
) {
    while let Some(Ok(frame)) = socket.next().await {
        if frame
            .to_text()
            .is_ok_and(|text| text.starts_with(r#"{"type":"message""#))
        {
            received.fetch_add(1, Ordering::Relaxed);
            window.add_permits(1);
        }
    }
}

/// Reads what the sender is told, and keeps the receiver's other half open.
async fn pass_over(mut notices: SplitStream<Socket>, _open: SplitSink<Socket, Message>) {
    while let Some(Ok(_)) = notices.next().await {}
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the same shape as the relay that may be missing"
)]
fn sotto_relay() -> Option<RelayProcess> {
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sotto-relay"));
    command.args([
        "--listen",
        "127.0.0.1:0",
        "--frames-per-second",
        "0",
        "--bytes-per-second",
        "0",
        "--data",
    ]);
    command.arg(data.path());
    Some(RelayProcess::start(command, Some(data)))
}

fn guide_relay() -> Option<RelayProcess> {
    let folder: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/programs/guide-relay");
    let node = Command::new("node")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if !folder.join("node_modules").exists() || !node.is_ok_and(|status| status.success()) {
        return None;
    }
    let mut command = Command::new("node");
    command.arg(folder.join("relay.mjs")).arg("0");
    Some(RelayProcess::start(command, None))
}

impl RelayProcess {
    fn start(mut command: Command, data: Option<tempfile::TempDir>) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port: String = line
            .trim()
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .collect();
        let port: String = port.chars().rev().collect();
        Self {
            child,
            url: format!("ws://127.0.0.1:{port}"),
            _data: data,
        }
    }

    /// User and system time so far, in clock ticks of 10 ms turned into microseconds.
    fn cpu_us(&self) -> Option<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        let after_name = stat.rsplit_once(") ")?.1;
        let ticks = |n: usize| after_name.split(' ').nth(n)?.parse::<f64>().ok();
        Some((ticks(11)? + ticks(12)?) * 10_000.0)
    }

    fn resident_mib(&self) -> Option<f64> {
        let statm = std::fs::read_to_string(format!("/proc/{}/statm", self.child.id())).ok()?;
        Some(statm.split(' ').nth(1)?.parse::<f64>().ok()? * 4096.0 / f64::from(1 << 20))
    }
}

impl Drop for RelayProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn shown(figure: Option<f64>) -> String {
    figure.map_or_else(|| "-".into(), |figure| format!("{figure:.1}"))
}
