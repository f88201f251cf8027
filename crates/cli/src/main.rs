//! `sotto-cli`: Sotto without a window.
//!
//! JSON lines on stdout, one object a line; an error is the last of them, and the exit code is
//! then 1. The first process of a home owns it; a later one has the owner do its command through the
//! home's local socket and prints what comes back. `docs/cli.md` says what each command prints.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests"
    )
)]

mod args;
mod command;
mod control_socket;
mod dispatch;
mod failure;
mod frames;
mod output;
mod owner;
mod picture;
mod printed;
mod request;
mod session;
mod shutdown;
mod stdout;
mod updates;
use args::Parsed;
use failure::Failure;
use sotto_engine::log::is_ours;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;

fn main() -> ExitCode {
    log_to_stderr();
    sotto_engine::driver::disable_core_dumps();
    if let Some(done) = picture::read_if_asked() {
        return done;
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Whoever does not read the output any more does not read this either.
            let _ = stdout::write_line(&failure.to_json());
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    match args::parse(std::env::args_os())? {
        Parsed::Text(text) => Ok(stdout::write_text(&text)?),
        Parsed::Invocation(invocation) => tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|_| Failure::new("system", "the operating system gave no threads"))?
            .block_on(dispatch::carry_out(invocation)),
    }
}

/// Logs go to stderr, and only if `SOTTO_LOG` asks for them.
///
/// Only what our own crates say: libraries below them log whole frames and D-Bus messages. What
/// they say through the `log` crate does not come here at all.
fn log_to_stderr() {
    let Ok(wanted) = std::env::var("SOTTO_LOG") else {
        return;
    };
    let subscriber = tracing_subscriber::registry()
        .with(
            tracing_subscriber::fmt::layer()
                .with_writer(std::io::stderr)
                .with_ansi(std::io::stderr().is_terminal()),
        )
        .with(EnvFilter::new(wanted))
        .with(filter_fn(|metadata| is_ours(metadata.target())));
    // Only fails if there is one already, and there is none.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
