//! The address of a relay: `ws://` or `wss://`, checked and in one form.
//!
//! An unencrypted address is only taken where nobody but this computer, the local network or an
//! onion service carries it: a relay of level 0 would show everything but the texts to the wire.

use thiserror::Error;
use url::{Host, Url};

/// A checked address of a relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayAddress(Url);

/// Why an address cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It is not an address.
    #[error("this is not a relay's address")]
    NotAnAddress,
    /// It is unencrypted and leaves the local network.
    #[error("an unencrypted relay is only used inside the local network")]
    Unencrypted,
}

impl RelayAddress {
    /// Parses what a person typed. Without a scheme, `ws://` is meant inside the local network
    /// and `wss://` elsewhere.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn parse(typed: &str) -> Result<Self, AddressError> {
        let typed = typed.trim();
        if typed.is_empty() || typed.len() > 1_024 {
            return Err(AddressError::NotAnAddress);
        }
        let url = if typed.contains("://") {
            Url::parse(typed).map_err(|_| AddressError::NotAnAddress)?
        } else {
            let guess = Url::parse(&format!("ws://{typed}"));
            let guess = guess.map_err(|_| AddressError::NotAnAddress)?;
            if stays_local(&guess) {
                guess
            } else {
                Url::parse(&format!("wss://{typed}")).map_err(|_| AddressError::NotAnAddress)?
            }
        };
        let encrypted = match url.scheme() {
            "ws" => false,
            "wss" => true,
            _ => return Err(AddressError::NotAnAddress),
        };
        if url.host().is_none()
            || !url.username().is_empty()
            || url.password().is_some()
            || url.fragment().is_some()
        {
            return Err(AddressError::NotAnAddress);
        }
        if !encrypted && !stays_local(&url) {
            return Err(AddressError::Unencrypted);
        }
        Ok(Self(url))
    }

    /// The address in its one form, ending in a path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host name or address, without brackets.
    #[must_use]
    pub fn host(&self) -> String {
        match self.0.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => String::new(),
        }
    }

    /// The port, 80 or 443 if the address names none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// Whether the connection is encrypted by TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.0.scheme() == "wss"
    }

    /// Whether the connection is encrypted or never leaves this computer.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.is_tls() || is_loopback(&self.0)
    }

    /// Whether it names an onion service (RFC 7686).
    #[must_use]
    pub fn is_onion(&self) -> bool {
        let host = self.host();
        let host = host.strip_suffix('.').unwrap_or(&host);
        host.rsplit('.').next() == Some("onion")
    }

    /// What lists call it: the host, and the port if it is unusual.
    #[must_use]
    pub fn name(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }
}

/// Whether an address names this computer.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether an address stays on this computer, in the local network or in an onion service.
fn stays_local(url: &Url) -> bool {
    if is_loopback(url) {
        return true;
    }
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let local = [".local", ".lan", ".home.arpa", ".internal", ".onion"];
            !name.contains('.') || local.iter().any(|end| name.ends_with(end))
        }
        Some(Host::Ipv4(address)) => address.is_private() || address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_addresses_get_one_form() {
        for (typed, url) in [
            ("localhost:8080", "ws://localhost:8080/"),
            ("ws://127.0.0.1:8787", "ws://127.0.0.1:8787/"),
            ("relay.example.org", "wss://relay.example.org/"),
            (
                " WSS://Relay.Example.org/path ",
                "wss://relay.example.org/path",
            ),
            ("192.168.1.7:9000", "ws://192.168.1.7:9000/"),
            ("[::1]:8080", "ws://[::1]:8080/"),
            ("nas", "ws://nas/"),
            ("abcdefghij.onion", "ws://abcdefghij.onion/"),
        ] {
            assert_eq!(RelayAddress::parse(typed).unwrap().as_str(), url, "{typed}");
        }
    }

    #[test]
    fn an_unencrypted_relay_outside_is_refused() {
        for typed in [
            "ws://relay.example.org",
            "ws://8.8.8.8",
            "ws://[2001:db8::1]",
        ] {
            assert_eq!(
                RelayAddress::parse(typed),
                Err(AddressError::Unencrypted),
                "{typed}"
            );
        }
    }

    #[test]
    fn what_is_no_relay_address_is_refused() {
        for typed in [
            "",
            "http://example.org",
            "wss://",
            "wss://u:p@example.org",
            "a b",
            "x://y",
        ] {
            assert!(RelayAddress::parse(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn the_name_has_the_port_only_if_it_is_unusual() {
        let name = |typed| RelayAddress::parse(typed).unwrap().name();
        assert_eq!(name("wss://relay.example.org"), "relay.example.org");
        assert_eq!(name("localhost:8080"), "localhost:8080");
    }
}
