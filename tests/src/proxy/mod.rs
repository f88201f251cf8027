//! What can stand between a client and a relay: a SOCKS5 proxy, and TLS.

mod socks5;
mod tls;

pub use socks5::Socks5;
pub use tls::{Authority, TlsFront};
