//! What an operator, or the app that embeds the relay, may set.

use crate::bucket::Rate;
use std::path::PathBuf;
use std::time::Duration;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Settings of one relay.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Folder for the relay's data, made with mode 0700 and locked while the relay runs;
    /// `None` keeps nothing on disk, not even the lock.
    pub data_folder: Option<PathBuf>,
    /// Which web pages may connect.
    pub origins: OriginPolicy,
    /// What one client, one source and all together may use.
    pub limits: Limits,
}

/// Which `Origin` headers are served. Programs that are no browsers send none and are always served.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum OriginPolicy {
    /// Every web page, as the guide's browser client needs.
    #[default]
    Any,
    /// No web page at all; for the relay inside the app, which a page in a browser could otherwise reach.
    RefuseForeign,
    /// The web pages named, compared without regard to case, such as `https://chat.example`.
    Allow(Vec<String>),
}

impl OriginPolicy {
    /// Whether a handshake with this `Origin` header is served.
    pub fn allows(&self, origin: Option<&str>) -> bool {
        let Some(origin) = origin else { return true };
        match self {
            Self::Any => true,
            Self::RefuseForeign => false,
            Self::Allow(list) => list
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(origin)),
        }
    }
}

/// Limits with safe defaults; none of them is off unless its documentation says how.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections of the whole relay; more are answered 503. Default 8,192.
    pub connections: usize,
    /// Connections that have not finished the handshake. Default 512.
    pub handshakes: usize,
    /// Connections of one source (an IPv4 address or an IPv6 /64); 0 means unlimited. Default 64.
    pub connections_per_source: usize,
    /// New connections of one source. Default 20 a second, 100 at once.
    pub accepts_per_source: Rate,
    /// Bytes read from one source. Default 16 MiB a second, 64 MiB at once.
    pub bytes_per_source: Rate,
    /// Bytes of messages that have begun and not ended, for one source. Default 64 MiB.
    pub unfinished_bytes_per_source: usize,
    /// The same of all connections together, loopback's too; beyond, a message may only have 16 KiB that have not
    /// come. Default 256 MiB.
    pub unfinished_bytes: usize,
    /// Whether loopback counts as a source. It is everybody behind a proxy or an onion service, so: default no.
    pub limit_loopback: bool,

    /// Time for the HTTP upgrade. Default 5 s.
    pub handshake_time: Duration,
    /// Bytes of the HTTP upgrade. Default 8 KiB.
    pub handshake_bytes: usize,
    /// Header fields of the HTTP upgrade. Default 100.
    pub handshake_headers: usize,
    /// Time from the upgrade to a `register`. Default 10 s.
    pub register_time: Duration,
    /// Silence after which a ping is sent. Default 30 s.
    pub ping_after: Duration,
    /// Silence after a ping that ends the connection. Default 25 s.
    pub pong_time: Duration,
    /// Time for an answer from the holder of a name that somebody else wants. Default 5 s.
    pub probe_time: Duration,
    /// Time in which a message that has begun must end, besides 1 s for each 16 KiB of it. Default 30 s.
    pub message_time: Duration,
    /// Time in which a client must take what is written to it. Default 30 s.
    pub write_time: Duration,
    /// Time for everybody's last frames when the relay stops. Default 5 s.
    pub drain_time: Duration,

    /// Longest message and longest frame of one. Default 256 KiB; up to 32 MiB makes sense.
    pub message_bytes: usize,
    /// Fragments of one message. Default 128.
    pub fragments: u32,
    /// Frames read from one connection. Default 100 a second, 600 at once. Excess waits, nothing is dropped.
    pub frames: Rate,
    /// Bytes read from one connection. Default 4 MiB a second, 4 MiB at once. Excess waits.
    pub bytes: Rate,
    /// Bad frames in a minute that end a connection. Default 20.
    pub bad_frames_per_minute: u32,

    /// Bytes that wait for one client; a client that lets more pile up is closed with 4008. Default 4 MiB.
    /// One frame is taken whatever its size when nothing else waits.
    pub queue_bytes: usize,
    /// Bytes that wait for all clients together; beyond, a client may only keep 64 KiB. Default 256 MiB.
    pub total_queue_bytes: usize,
    /// People up to whom everybody is told who comes and goes. Default 500.
    pub announce_up_to: usize,
    /// Shortest time between two rounds of such news. Default 250 ms.
    pub announce_every: Duration,
    /// Entries of one `user_list`. Default 1,000.
    pub listed_users: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8192,
            handshakes: 512,
            connections_per_source: 64,
            accepts_per_source: Rate {
                per_second: 20,
                burst: 100,
            },
            bytes_per_source: Rate {
                per_second: 16 << 20,
                burst: 64 << 20,
            },
            unfinished_bytes_per_source: 64 * MIB,
            unfinished_bytes: 256 * MIB,
            limit_loopback: false,
            handshake_time: Duration::from_secs(5),
            handshake_bytes: 8 * KIB,
            handshake_headers: 100,
            register_time: Duration::from_secs(10),
            ping_after: Duration::from_secs(30),
            pong_time: Duration::from_secs(25),
            probe_time: Duration::from_secs(5),
            message_time: Duration::from_secs(30),
            write_time: Duration::from_secs(30),
            drain_time: Duration::from_secs(5),
            message_bytes: 256 * KIB,
            fragments: 128,
            frames: Rate {
                per_second: 100,
                burst: 600,
            },
            bytes: Rate {
                per_second: 4 << 20,
                burst: 4 << 20,
            },
            bad_frames_per_minute: 20,
            queue_bytes: 4 * MIB,
            total_queue_bytes: 256 * MIB,
            announce_up_to: 500,
            announce_every: Duration::from_millis(250),
            listed_users: 1000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_without_origin_is_always_served() {
        let listed = OriginPolicy::Allow(vec!["https://chat.example".into()]);
        for policy in [OriginPolicy::Any, OriginPolicy::RefuseForeign, listed] {
            assert!(policy.allows(None), "{policy:?}");
        }
    }

    #[test]
    fn a_web_page_is_served_as_the_policy_says() {
        let listed = OriginPolicy::Allow(vec!["https://chat.example".into()]);
        assert!(OriginPolicy::Any.allows(Some("https://evil.example")));
        assert!(!OriginPolicy::RefuseForeign.allows(Some("https://chat.example")));
        assert!(!OriginPolicy::RefuseForeign.allows(Some("null")));
        assert!(listed.allows(Some("HTTPS://chat.example")));
        assert!(!listed.allows(Some("https://chat.example.evil.example")));
    }
}
