//! The processes that read what strangers show: the program itself, started once more, without the
//! rights that it does not need for that. It opens no file and no connection.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// The memory that such a process may have, libraries of the program included, bytes.
#[cfg(unix)]
const MAX_MEMORY: u64 = 2 * 1024 * 1024 * 1024;

/// How such a process is started.
pub(super) struct ReadingProcess {
    program: PathBuf,
    arguments: Vec<String>,
}

impl ReadingProcess {
    pub(super) fn new(program: impl Into<PathBuf>, arguments: &[&str]) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
        }
    }

    /// A command with input and output of our own, whose process does not outlive what holds it.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        command
    }
}

/// Takes from this process what it does not need: files, connections, children, much memory, and
/// time if nobody is left to end it.
#[cfg(unix)]
pub(super) fn give_up_rights(time: Duration) {
    use rustix::process::Resource;
    for (resource, limit) in [
        (Resource::As, MAX_MEMORY),
        (Resource::Cpu, time.as_secs()),
        (Resource::Fsize, 0),
        (Resource::Nofile, 0),
        (Resource::Nproc, 0),
    ] {
        // A system that has no such limit reads pictures without it.
        if let Err(error) = super::process::set_limit(resource, limit) {
            tracing::debug!(%error, ?resource, "a limit could not be set");
        }
    }
}

#[cfg(not(unix))]
pub(super) fn give_up_rights(_time: Duration) {}
