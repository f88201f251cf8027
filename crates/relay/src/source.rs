//! How much one source uses: connections, new connections, bytes read, bytes of unfinished messages.
//!
//! A source is an IPv4 address or an IPv6 /64, for whoever has one address of a /64 has them all.

use crate::bucket::Bucket;
use crate::config::Limits;
use crate::frame_watch::WatchError;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of an unfinished message that nobody is refused, whatever the others hold: a short text fits.
const ALWAYS_UNFINISHED: usize = 16 * 1024;

/// Sources that are remembered before those at rest are forgotten.
const REMEMBERED: usize = 65_536;

/// Everybody who is connected, counted.
#[derive(Debug)]
pub(crate) struct Sources {
    limits: Limits,
    state: Mutex<State>,
    unfinished_bytes: AtomicUsize,
}

#[derive(Debug, Default)]
struct State {
    by_key: HashMap<Key, Arc<Source>>,
    connections: usize,
    handshakes: usize,
}

/// First 64 bits of an IPv6 address; IPv4 addresses in their mapped form have all 128.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key(u128);

#[derive(Debug)]
struct Source {
    usage: Mutex<Usage>,
    unfinished_bytes: AtomicUsize,
}

#[derive(Debug)]
struct Usage {
    connections: usize,
    accepts: Bucket,
    bytes: Bucket,
}

/// The right to one connection, given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    sources: Arc<Sources>,
    source: Option<Arc<Source>>,
    in_handshake: bool,
}

/// The bytes of one connection's unfinished message, counted with those of its source and with all.
#[derive(Debug)]
pub(crate) struct Unfinished {
    sources: Arc<Sources>,
    source: Option<Arc<Source>>,
    bytes: usize,
}

impl Sources {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: Mutex::default(),
            unfinished_bytes: AtomicUsize::new(0),
        }
    }

    /// Admits a connection, or `None` where a limit is reached.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr, now: Instant) -> Option<Permit> {
        let mut state = self.lock();
        if state.connections >= self.limits.connections
            || state.handshakes >= self.limits.handshakes
        {
            return None;
        }
        let source = match self.limited_key(address) {
            Some(key) => Some(state.source(key, &self.limits, now)?),
            None => None,
        };
        if source
            .as_ref()
            .is_some_and(|source| !source.admit(&self.limits, now))
        {
            return None;
        }
        state.connections += 1;
        state.handshakes += 1;
        Some(Permit {
            sources: Arc::clone(self),
            source,
            in_handshake: true,
        })
    }

    fn limited_key(&self, address: IpAddr) -> Option<Key> {
        let address = address.to_canonical();
        (self.limits.limit_loopback || !address.is_loopback()).then(|| Key::of(address))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn source(&mut self, key: Key, limits: &Limits, now: Instant) -> Option<Arc<Source>> {
        if !self.by_key.contains_key(&key) && self.by_key.len() >= REMEMBERED {
            self.by_key.retain(|_, source| !source.is_at_rest(now));
            if self.by_key.len() >= REMEMBERED {
                return None;
            }
        }
        Some(Arc::clone(
            self.by_key
                .entry(key)
                .or_insert_with(|| Arc::new(Source::new(limits, now))),
        ))
    }
}

impl Key {
    fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => Self(v4.to_ipv6_mapped().to_bits()),
            IpAddr::V6(v6) => Self(Ipv6Addr::to_bits(v6) >> 64 << 64),
        }
    }
}

impl Source {
    fn new(limits: &Limits, now: Instant) -> Self {
        let usage = Usage {
            connections: 0,
            accepts: Bucket::full(limits.accepts_per_source, now),
            bytes: Bucket::full(limits.bytes_per_source, now),
        };
        Self {
            usage: Mutex::new(usage),
            unfinished_bytes: AtomicUsize::new(0),
        }
    }

    fn admit(&self, limits: &Limits, now: Instant) -> bool {
        let mut usage = self.lock();
        let crowded =
            limits.connections_per_source > 0 && usage.connections >= limits.connections_per_source;
        let admitted = !crowded && usage.accepts.try_take(now);
        if admitted {
            usage.connections += 1;
        }
        admitted
    }

    fn is_at_rest(&self, now: Instant) -> bool {
        let mut usage = self.lock();
        usage.connections == 0 && usage.accepts.is_full(now) && usage.bytes.is_full(now)
    }

    fn lock(&self) -> MutexGuard<'_, Usage> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Says that the handshake is over.
    pub(crate) fn upgraded(&mut self) {
        if std::mem::take(&mut self.in_handshake) {
            let mut state = self.sources.lock();
            state.handshakes = state.handshakes.saturating_sub(1);
        }
    }

    /// Counts bytes that were read; answers how long to wait before reading on.
    pub(crate) fn read(&self, bytes: usize, now: Instant) -> Duration {
        self.source.as_ref().map_or(Duration::ZERO, |source| {
            source.lock().bytes.take(bytes, now)
        })
    }

    pub(crate) fn unfinished(&self) -> Unfinished {
        Unfinished {
            sources: Arc::clone(&self.sources),
            source: self.source.clone(),
            bytes: 0,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.upgraded();
        let mut state = self.sources.lock();
        state.connections = state.connections.saturating_sub(1);
        drop(state);
        if let Some(source) = &self.source {
            let mut usage = source.lock();
            usage.connections = usage.connections.saturating_sub(1);
        }
    }
}

impl Unfinished {
    /// Sets the bytes of this connection.
    ///
    /// # Errors
    /// [`WatchError::Unfinished`] where they are more than before, and the source or all together then have too many.
    pub(crate) fn set(&mut self, bytes: usize) -> Result<(), WatchError> {
        let before = std::mem::replace(&mut self.bytes, bytes);
        let limits = &self.sources.limits;
        let in_all = change(&self.sources.unfinished_bytes, before, bytes);
        let of_source = self
            .source
            .as_ref()
            .map(|source| change(&source.unfinished_bytes, before, bytes));
        let is_more = bytes > before;
        let too_many = of_source.is_some_and(|held| held > limits.unfinished_bytes_per_source)
            || (in_all > limits.unfinished_bytes && bytes > ALWAYS_UNFINISHED);
        if is_more && too_many {
            Err(WatchError::Unfinished)
        } else {
            Ok(())
        }
    }
}

/// Counts `bytes` in place of `before`; gives what it is then.
fn change(held: &AtomicUsize, before: usize, bytes: usize) -> usize {
    if bytes >= before {
        let more = bytes - before;
        held.fetch_add(more, Ordering::Relaxed).saturating_add(more)
    } else {
        let less = before - bytes;
        held.fetch_sub(less, Ordering::Relaxed).saturating_sub(less)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _ = self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bucket::Rate;

    fn sources(limits: Limits) -> Arc<Sources> {
        Arc::new(Sources::new(limits))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_source_has_its_own_number_of_connections() {
        let now = Instant::now();
        let sources = sources(Limits {
            connections_per_source: 2,
            ..Limits::default()
        });
        let first = sources.admit(address("192.0.2.1"), now);
        let second = sources.admit(address("::ffff:192.0.2.1"), now);
        assert!(first.is_some() && second.is_some());
        assert!(sources.admit(address("192.0.2.1"), now).is_none());
        assert!(sources.admit(address("192.0.2.2"), now).is_some());
        drop(first);
        assert!(sources.admit(address("192.0.2.1"), now).is_some());
    }

    #[test]
    fn a_64_of_ipv6_is_one_source() {
        let now = Instant::now();
        let sources = sources(Limits {
            connections_per_source: 1,
            ..Limits::default()
        });
        let _held = sources.admit(address("2001:db8:1:2::1"), now).unwrap();
        assert!(
            sources
                .admit(address("2001:db8:1:2:ffff::9"), now)
                .is_none()
        );
        assert!(sources.admit(address("2001:db8:1:3::1"), now).is_some());
    }

    #[test]
    fn loopback_is_a_source_only_where_asked() {
        let now = Instant::now();
        for (limit_loopback, admitted) in [(false, true), (true, false)] {
            let sources = sources(Limits {
                connections_per_source: 1,
                limit_loopback,
                ..Limits::default()
            });
            let _held = sources.admit(address("127.0.0.1"), now).unwrap();
            assert_eq!(sources.admit(address("127.0.0.1"), now).is_some(), admitted);
        }
    }

    #[test]
    fn new_connections_come_at_a_bounded_rate() {
        let now = Instant::now();
        let accepts_per_source = Rate {
            per_second: 10,
            burst: 2,
        };
        let sources = sources(Limits {
            accepts_per_source,
            ..Limits::default()
        });
        assert!(sources.admit(address("192.0.2.1"), now).is_some());
        assert!(sources.admit(address("192.0.2.1"), now).is_some());
        assert!(sources.admit(address("192.0.2.1"), now).is_none());
        assert!(
            sources
                .admit(address("192.0.2.1"), now + Duration::from_millis(150))
                .is_some()
        );
    }

    #[test]
    fn handshakes_and_all_connections_are_bounded() {
        let now = Instant::now();
        let sources = sources(Limits {
            connections: 2,
            handshakes: 1,
            ..Limits::default()
        });
        let mut first = sources.admit(address("192.0.2.1"), now).unwrap();
        assert!(sources.admit(address("192.0.2.2"), now).is_none());
        first.upgraded();
        let mut second = sources.admit(address("192.0.2.2"), now).unwrap();
        second.upgraded();
        assert!(sources.admit(address("192.0.2.3"), now).is_none());
        drop(first);
        assert!(sources.admit(address("192.0.2.3"), now).is_some());
    }

    #[test]
    fn unfinished_bytes_of_one_source_add_up() {
        let now = Instant::now();
        let sources = sources(Limits {
            unfinished_bytes_per_source: 100,
            ..Limits::default()
        });
        let permit = sources.admit(address("192.0.2.1"), now).unwrap();
        let mut one = permit.unfinished();
        let mut other = permit.unfinished();
        assert_eq!(one.set(60), Ok(()));
        assert_eq!(other.set(60), Err(WatchError::Unfinished));
        drop(one);
        assert_eq!(other.set(90), Ok(()));
    }

    #[test]
    fn unfinished_bytes_of_all_add_up_and_leave_room_for_short_ones() {
        let now = Instant::now();
        let sources = sources(Limits {
            unfinished_bytes: 100_000,
            ..Limits::default()
        });
        let begin = |address_text| {
            let permit = sources.admit(address(address_text), now).unwrap();
            let unfinished = permit.unfinished();
            (permit, unfinished)
        };
        // Loopback is no source, and counts here.
        let (_first, mut one) = begin("192.0.2.1");
        let (_second, mut other) = begin("127.0.0.1");
        let (_third, mut next) = begin("192.0.2.3");
        assert_eq!((one.set(60_000), other.set(40_000)), (Ok(()), Ok(())));
        assert_eq!(next.set(16 * 1024), Ok(()));
        assert_eq!(next.set(16 * 1024 + 1), Err(WatchError::Unfinished));
        drop(next);
        drop(one);
        assert_eq!(other.set(100_000), Ok(()));
        assert_eq!(sources.unfinished_bytes.load(Ordering::Relaxed), 100_000);
        drop(other);
        assert_eq!(sources.unfinished_bytes.load(Ordering::Relaxed), 0);
    }
}
