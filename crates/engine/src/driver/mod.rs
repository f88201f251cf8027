//! The surroundings of the core: the thread that owns it, the tasks of its connections, the
//! clock, and the handles that fronts hold.
//!
//! ```text
//! fronts --request--> [engine thread: core + history] --Effect--> connections --> relays
//!    ^                          |        ^                            |
//!    +--------- Update ---------+        +----- ConnectionEvent ------+
//! ```
//!
//! Every channel is bounded. The thread never waits for a connection or a front: an order that finds
//! a connection's channel full ends that connection (what it carried stays in the outbox), a front
//! that is too slow sees a gap in the numbers and subscribes anew. Connections do wait for the
//! thread, which slows the relay down and nobody else.

mod client;
mod clock;
mod connection;
mod connections;
mod dial;
mod engine_start;
mod engine_thread;
mod frame_reader;
mod launcher;
mod local_relay;
mod offline_profile;
mod opening;
mod passphrase_tries;
mod picture_reader;
mod probe;
mod process;
pub mod profile_socket;
mod reading_process;
mod rollback_guard;
mod running_profile;
mod stalled;
mod start_problem;
mod subscribers;
mod surroundings;

pub use client::Client;
pub use clock::wall_ms;
pub use engine_start::ClientError;
pub use engine_thread::{Options, Subscriber};
pub use frame_reader::{FrameReader, Scan, read_frames};
pub use launcher::Launcher;
pub use local_relay::LocalRelay;
pub use offline_profile::OfflineProfile;
pub use passphrase_tries::check_new_passphrase;
pub use picture_reader::{PictureReader, read_one_picture};
pub use probe::test_relay;
pub use process::disable_core_dumps;
pub use profile_socket::{ProfileSocket, ProfileStream};
pub use rollback_guard::raise_counter;
pub use running_profile::RunningProfile;
