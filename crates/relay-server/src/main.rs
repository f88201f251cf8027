//! The program `sotto-relay`: reads its flags, starts a relay, stops it on SIGTERM or Ctrl-C.
//!
//! For an operator; the relay itself is the library `sotto-relay`, which the app embeds without what is here.
//! It prints one line with the address once it listens, and one line of error where it cannot start.

use clap::Parser;
use sotto_relay::{Config, Limits, OriginPolicy, Rate, Relay};
use std::io::{self, IsTerminal, Write};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// How many seconds' worth of frames a connection may send at once.
const BURST_SECONDS: u32 = 6;

/// A relay for Sotto and for the clients of the guide. It forwards sealed messages and keeps none.
#[derive(Debug, Parser)]
#[command(name = "sotto-relay", version)]
struct Flags {
    /// Address to listen on, HOST:PORT. Port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = resolve)]
    listen: SocketAddr,
    /// Folder for the relay's data; made where it is missing, used by one relay at a time.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Web page that may connect, such as https://chat.example; may be given several times. Without it every page may.
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,
    /// Connections altogether.
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections)]
    max_connections: usize,
    /// Connections of one IPv4 address or IPv6 /64; 0 is unlimited. Loopback is exempt.
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections_per_source)]
    max_connections_per_source: usize,
    /// Count loopback as a source like any other. Not for use behind a proxy or an onion service.
    #[arg(long)]
    limit_loopback: bool,
    /// Longest message in bytes, at most 33554432.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().message_bytes, value_parser = message_bytes)]
    max_message_bytes: usize,
    /// Frames that one connection may send each second in the long run; 0 is unlimited. Six seconds' worth at once.
    #[arg(long, value_name = "N", default_value_t = Limits::default().frames.per_second)]
    frames_per_second: u32,
    /// Bytes that one connection may send each second, in the long run and at once; 0 is unlimited.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().bytes.per_second)]
    bytes_per_second: u32,
    /// Bytes that may wait for one client before it is closed as too slow.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().queue_bytes)]
    queue_bytes: usize,
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    prepare_process();
    start_log();
    match run(&flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where even standard error is closed there is nobody left to tell.
            let _ = writeln!(io::stderr(), "sotto-relay: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Logs to standard error. `init` would also take in what libraries write through the `log` crate, and the WebSocket
/// library writes whole frames there.
fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "sotto_relay=info".into());
    let log = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_env_filter(filter)
        .finish();
    // Fails only where a log is set already, and nothing before this line sets one.
    let _ = tracing::subscriber::set_global_default(log);
}

#[tokio::main]
async fn run(flags: &Flags) -> Result<(), Box<dyn std::error::Error>> {
    let relay = Relay::bind(flags.listen, flags.config()).await?;
    let stop = CancellationToken::new();
    let signals = stop_signal()?;
    tokio::spawn({
        let stop = stop.clone();
        async move {
            signals.await;
            stop.cancel();
        }
    });
    // The line may be read by nobody; that is no reason not to serve.
    let _ = writeln!(io::stdout(), "listening on ws://{}", relay.local_addr());
    relay.run(stop).await;
    Ok(())
}

impl Flags {
    fn config(&self) -> Config {
        let origins = if self.allow_origin.is_empty() {
            OriginPolicy::Any
        } else {
            OriginPolicy::Allow(self.allow_origin.clone())
        };
        let limits = Limits {
            connections: self.max_connections,
            connections_per_source: self.max_connections_per_source,
            limit_loopback: self.limit_loopback,
            message_bytes: self.max_message_bytes,
            frames: Rate {
                per_second: self.frames_per_second,
                burst: self.frames_per_second.saturating_mul(BURST_SECONDS),
            },
            bytes: Rate {
                per_second: self.bytes_per_second,
                burst: self.bytes_per_second,
            },
            queue_bytes: self.queue_bytes,
            ..Limits::default()
        };
        Config {
            data_folder: Some(self.data.clone()),
            origins,
            limits,
        }
    }
}

fn resolve(address: &str) -> Result<SocketAddr, String> {
    let mut found = address
        .to_socket_addrs()
        .map_err(|error| error.to_string())?;
    found
        .next()
        .ok_or_else(|| "the host has no address".to_owned())
}

fn message_bytes(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(bytes @ 1024..=sotto_wire::limits::MAX_FRAME) => Ok(bytes),
        _ => Err(format!(
            "give a number from 1024 to {}",
            sotto_wire::limits::MAX_FRAME
        )),
    }
}

/// No core dumps, for they would hold messages and names; and as many connections as the system allows.
#[cfg(unix)]
fn prepare_process() {
    use rlimit::Resource;
    let _ = rlimit::setrlimit(Resource::CORE, 0, 0);
    if let Ok((_, most)) = rlimit::getrlimit(Resource::NOFILE) {
        let _ = rlimit::setrlimit(Resource::NOFILE, most, most);
    }
}

#[cfg(not(unix))]
fn prepare_process() {}

/// Ends with the first SIGTERM or SIGINT; a second one ends the process at once.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tokio::spawn(async move {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            std::process::exit(1);
        });
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
