//! The surroundings of the core: the thread that owns it, the tasks of its connections, the
//! clock, and the handle that fronts hold.
//!
//! ```text
//! fronts --Intent--> [engine thread: core + history] --Effect--> link tasks --> relays
//!    ^                         |        ^                            |
//!    +-------- Update ---------+        +------- LinkEvent ----------+
//! ```
//!
//! Every channel is bounded. The thread never waits for a link or a front: an order that finds
//! a link's channel full ends that link (what it carried stays in the outbox), a front that is
//! too slow sees a gap in the numbers and subscribes anew. Links do wait for the thread, which
//! slows the relay down and nobody else.

mod counter;
mod dial;
mod launcher;
mod link;
mod local_relay;
mod owner;
mod picture_reader;
mod probe;
mod process;
pub mod profile_socket;
mod raising;

pub use counter::raise_counter;
pub use launcher::Launcher;
pub use local_relay::LocalRelay;
pub use owner::{Client, ClientError, Listener, Options};
pub use picture_reader::{PictureReader, read_one_picture};
pub use probe::test_relay;
pub use process::disable_core_dumps;
pub use profile_socket::{ProfileSocket, ProfileStream};
