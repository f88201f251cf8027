//! Where the lines of a command go: to our own stdout, or to the process that asked for it.

use crate::control_socket::Asker;
use crate::stdout::write_line;
use serde_json::Value;
use std::future;
use std::io;

/// The receiver of a command's lines.
pub(crate) enum Output {
    /// This process's stdout.
    Stdout,
    /// The process at the other end of the home's socket.
    Asker(Asker),
}

impl Output {
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
            Self::Stdout => future::pending().await,
            Self::Asker(asker) => asker.gone().await,
        }
    }
}
