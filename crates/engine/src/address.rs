//! The address of a relay: `ws://` or `wss://`, checked and in one form.
//!
//! An unencrypted address is only taken where nobody but this computer, the local network or an
//! onion service carries it: a relay of level 0 would show everything but the texts to the wire.

use std::net::{Ipv4Addr, Ipv6Addr};
use thiserror::Error;
use url::{Host, Url};

/// The longest name of a host, and the longest part of one between two dots (RFC 1035 section
/// 2.3.4), bytes.
const MAX_HOST_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

/// Ends of names that only a local network knows, as far as an unencrypted relay is used there.
const LOCAL_ENDS: [&str; 4] = [".local", ".lan", ".home.arpa", ".internal"];
/// The same of names that are in use for local networks without being kept for them.
const USUALLY_LOCAL_ENDS: [&str; 7] = [
    ".localdomain",
    ".intranet",
    ".private",
    ".corp",
    ".home",
    ".fritz.box",
    ".test",
];

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
        if !url.host().is_some_and(|host| is_whole(&host))
            || url.port() == Some(0)
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

    /// The address as links and key cards name it: byte for byte the one that is connected to,
    /// without a path that is nothing but its slash. What stands in front of a relay may know one
    /// path and not the same without its last slash.
    #[must_use]
    pub fn in_links(&self) -> &str {
        match (self.0.path(), self.0.query()) {
            ("/", None) => self.as_str().trim_end_matches('/'),
            _ => self.as_str(),
        }
    }

    /// Whether a link that names it may only bring it along once the person has seen it whole and
    /// agreed: connecting means a `GET` whose path and query whoever made the link has chosen, to a
    /// device that answers this computer and not them.
    #[must_use]
    pub fn needs_consent(&self) -> bool {
        self.0.query().is_some() || is_within(&self.0)
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

/// Whether a host can be one: a name has no empty part.
fn is_whole(host: &Host<&str>) -> bool {
    let Host::Domain(name) = host else {
        return true;
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= MAX_HOST_BYTES
        && name
            .split('.')
            .all(|label| (1..=MAX_LABEL_BYTES).contains(&label.len()))
}

/// Whether an address leads to this computer or into the network that it is in, so that whoever
/// named it cannot reach what is there, and we can.
fn is_within(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let mut ends = LOCAL_ENDS.iter().chain(&USUALLY_LOCAL_ENDS);
            is_loopback(url)
                || !name.contains('.')
                || ends.any(|end| name.ends_with(end) || Some(name) == end.strip_prefix('.'))
        }
        Some(Host::Ipv4(address)) => !is_public_v4(address),
        Some(Host::Ipv6(address)) => !is_public_v6(address),
        None => true,
    }
}

/// Whether an address is one of the whole internet (IANA's registry of special purposes, RFC 6890).
fn is_public_v4(address: Ipv4Addr) -> bool {
    match address.octets() {
        // This network, groups of receivers, and what is kept for later; shared between customers
        // (RFC 6598); benchmarks (RFC 2544).
        [0 | 224..=255, ..] | [100, 64..=127, ..] | [198, 18..=19, ..] => false,
        _ => !(address.is_private() || address.is_loopback() || address.is_link_local()),
    }
}

/// The same; an address that holds one of version 4 leads where that leads.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // Mapped (RFC 4291 section 2.5.5), translated (RFC 6052, RFC 2765), 6to4 (RFC 3056).
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => v4(high, low),
        // Only these are given out to the whole internet.
        [0x2000..=0x3fff, ..] => true,
        _ => false,
    }
}

/// Whether an address names this computer.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
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
            let mut ends = LOCAL_ENDS.iter().chain(&[".onion"]);
            !name.contains('.') || ends.any(|end| name.ends_with(end))
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
            "ws://localhost:0",
            "wss://relay.example.org:0/",
            "[::1]:0",
            "wss://a..b",
            "wss://.a",
            "wss://.",
            "wss://a.b..",
            "a..b",
            &format!("wss://{}.example", "a".repeat(64)),
            &format!("wss://{}example", "abcdefgh.".repeat(30)),
        ] {
            assert!(RelayAddress::parse(typed).is_err(), "{typed}");
        }
        let longest = format!("wss://{}.example.", "a".repeat(63));
        assert!(RelayAddress::parse(&longest).is_ok());
    }

    #[test]
    fn a_path_travels_as_it_was_configured() {
        for (typed, travels) in [
            ("wss://relay.example.org", "wss://relay.example.org"),
            ("wss://relay.example.org/", "wss://relay.example.org"),
            ("wss://h.example/relay", "wss://h.example/relay"),
            ("wss://h.example/relay/", "wss://h.example/relay/"),
            ("wss://h.example//", "wss://h.example//"),
            ("wss://h.example/?a=/", "wss://h.example/?a=/"),
            ("wss://h.example/?", "wss://h.example/?"),
        ] {
            let address = RelayAddress::parse(typed).unwrap();
            assert_eq!(address.in_links(), travels, "{typed}");
            assert_eq!(RelayAddress::parse(travels).as_ref(), Ok(&address));
        }
    }

    #[test]
    fn a_link_does_not_lead_into_a_private_network_unasked() {
        let asks = |url: &str| RelayAddress::parse(url).unwrap().needs_consent();
        for url in [
            "ws://127.0.0.1:8787",
            "wss://localhost",
            "ws://a.localhost.",
            "ws://192.168.1.1/reboot",
            "wss://192.168.1.1",
            "wss://10.0.0.1",
            "wss://172.31.255.255",
            "wss://169.254.169.254/latest",
            "wss://100.64.0.1",
            "wss://0.0.0.0",
            "wss://0x7f.1",
            "wss://3232235777",
            "wss://255.255.255.255",
            "wss://[::]",
            "wss://[::1]",
            "wss://[fe80::1]",
            "wss://[fd00::1]",
            "wss://[::ffff:192.168.1.1]",
            "wss://[::127.0.0.1]",
            "wss://[64:ff9b::10.0.0.1]",
            "wss://[2002:c0a8:101::]",
            "wss://[ff02::1]",
            "wss://nas",
            "wss://printer.local",
            "wss://fritz.box",
            "wss://router.home.arpa.",
            "wss://WIKI.corp",
            "wss://relay.example.org/?reboot=1",
            "wss://relay.example.org/?",
        ] {
            assert!(asks(url), "{url}");
        }
        for url in [
            "wss://relay.example.org",
            "wss://relay.example.org:8443/any/path",
            "wss://local.example.org",
            "wss://8.8.8.8",
            "wss://172.32.0.1",
            "wss://100.128.0.1",
            "wss://[2a00:1450::1]",
            "wss://[64:ff9b::8.8.8.8]",
            "ws://abcdefghij.onion",
        ] {
            assert!(!asks(url), "{url}");
        }
    }

    #[test]
    fn the_name_has_the_port_only_if_it_is_unusual() {
        let name = |typed| RelayAddress::parse(typed).unwrap().name();
        assert_eq!(name("wss://relay.example.org"), "relay.example.org");
        assert_eq!(name("localhost:8080"), "localhost:8080");
    }
}
