//! The driver with real files, sockets and relays.

mod counter;
mod dialling;
mod home;
#[cfg(unix)]
mod home_socket;
mod launcher;
mod local_relay;
mod talking;
mod trouble;
