//! Where the lines of a command go: to our own stdout, or to the process that asked for it.

use serde_json::Value;
use std::io::{self, Write};

use crate::door::Asker;

/// The receiver of a command's lines.
pub(crate) enum Sink {
    /// This process's stdout.
    Stdout,
    /// The process at the other end of the home's socket.
    Asker(Asker),
}

impl Sink {
    /// Prints lines; `Ok` means that they are written and flushed at the very end of the way.
    pub(crate) async fn print(&mut self, lines: &[Value]) -> io::Result<()> {
        match self {
            Self::Stdout => lines.iter().try_for_each(write_line),
            Self::Asker(asker) => asker.print(lines).await,
        }
    }

    /// Returns when nobody reads any more. Of our own stdout that is only known when writing.
    pub(crate) async fn gone(&mut self) {
        match self {
            Self::Stdout => std::future::pending().await,
            Self::Asker(asker) => asker.gone().await,
        }
    }
}

/// Writes one line to stdout and flushes it.
pub(crate) fn write_line(line: &Value) -> io::Result<()> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    let mut stdout = io::stdout().lock();
    stdout.write_all(&bytes)?;
    stdout.flush()
}
