//! When a silent, slow or half-gone client is asked or given up. Times only; the connection does what is due.

use crate::close::CloseReason;
use crate::config::Limits;
use std::time::{Duration, Instant};

/// A message may take a second longer for so many bytes.
const BYTES_A_SECOND: u64 = 16 * 1024;

/// Bounds the time for a message that announces an absurd size.
const MAX_ALLOWANCE_S: u64 = 3600;

/// The clocks of one connection.
#[derive(Debug)]
pub(crate) struct Liveness {
    /// End of the time to register; `None` once registered.
    register_by: Option<Instant>,
    ping: Option<Ping>,
    ping_after: Duration,
    pong_time: Duration,
    probe_time: Duration,
    message_time: Duration,
    write_time: Duration,
}

#[derive(Debug)]
struct Ping {
    sent_at: Instant,
    answer_by: Instant,
}

/// What is known about the traffic of the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traffic {
    /// When bytes last came.
    pub(crate) last_read: Instant,
    /// When the unfinished message began, and how many bytes it announced.
    pub(crate) begun: Option<(Instant, u64)>,
    /// Since when the client takes nothing of what is written.
    pub(crate) blocked_since: Option<Instant>,
    /// The relay itself is not reading, so that silence says nothing.
    pub(crate) not_reading: bool,
}

/// What is to be done at a time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Nothing before this time.
    At(Instant),
    /// A ping.
    Ping,
    /// The end.
    Close(CloseReason),
}

impl Liveness {
    pub(crate) fn new(limits: &Limits, now: Instant) -> Self {
        Self {
            register_by: Some(now + limits.register_time),
            ping: None,
            ping_after: limits.ping_after,
            pong_time: limits.pong_time,
            probe_time: limits.probe_time,
            message_time: limits.message_time,
            write_time: limits.write_time,
        }
    }

    pub(crate) fn registered(&mut self) {
        self.register_by = None;
    }

    /// Notes a ping; an ordinary one, or one that wants a quick answer.
    pub(crate) fn pinged(&mut self, urgent: bool, now: Instant) {
        let wait = if urgent {
            self.probe_time
        } else {
            self.pong_time
        };
        self.ping = Some(Ping {
            sent_at: now,
            answer_by: now + wait,
        });
    }

    /// Tells what to do at `now`.
    pub(crate) fn due(&mut self, traffic: Traffic, now: Instant) -> Due {
        let mut next = now + self.ping_after;
        let mut ends = Vec::with_capacity(4);
        if let Some(by) = self.register_by {
            ends.push((by, CloseReason::NotRegistered));
        }
        if let Some((begun, bytes)) = traffic.begun.filter(|_| !traffic.not_reading) {
            let allowance = Duration::from_secs((bytes / BYTES_A_SECOND).min(MAX_ALLOWANCE_S));
            ends.push((
                begun + self.message_time + allowance,
                CloseReason::SlowMessage,
            ));
        }
        if let Some(since) = traffic.blocked_since {
            ends.push((since + self.write_time, CloseReason::TooSlow));
        }
        if self
            .ping
            .as_ref()
            .is_some_and(|ping| traffic.last_read > ping.sent_at || traffic.not_reading)
        {
            self.ping = None;
        }
        match &self.ping {
            Some(ping) => ends.push((ping.answer_by, CloseReason::Dead)),
            None if traffic.not_reading => {}
            None if traffic.last_read + self.ping_after <= now => return Due::Ping,
            None => next = next.min(traffic.last_read + self.ping_after),
        }
        for (end, reason) in ends {
            if end <= now {
                return Due::Close(reason);
            }
            next = next.min(end);
        }
        Due::At(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn start() -> (Liveness, Instant, Traffic) {
        let now = Instant::now();
        let traffic = Traffic {
            last_read: now,
            begun: None,
            blocked_since: None,
            not_reading: false,
        };
        (Liveness::new(&Limits::default(), now), now, traffic)
    }

    #[test]
    fn whoever_does_not_register_in_time_is_closed() {
        let (mut liveness, now, traffic) = start();
        assert_eq!(liveness.due(traffic, now), Due::At(now + 10 * SECOND));
        assert_eq!(
            liveness.due(traffic, now + 10 * SECOND),
            Due::Close(CloseReason::NotRegistered)
        );
        liveness.registered();
        assert_eq!(
            liveness.due(traffic, now + 10 * SECOND),
            Due::At(now + 30 * SECOND)
        );
    }

    #[test]
    fn silence_is_answered_by_a_ping_and_then_by_the_end() {
        let (mut liveness, now, mut traffic) = start();
        liveness.registered();
        assert_eq!(liveness.due(traffic, now + 30 * SECOND), Due::Ping);
        liveness.pinged(false, now + 30 * SECOND);
        assert_eq!(
            liveness.due(traffic, now + 54 * SECOND),
            Due::At(now + 55 * SECOND)
        );
        assert_eq!(
            liveness.due(traffic, now + 55 * SECOND),
            Due::Close(CloseReason::Dead)
        );
        traffic.last_read = now + 54 * SECOND;
        assert_eq!(
            liveness.due(traffic, now + 55 * SECOND),
            Due::At(now + 84 * SECOND)
        );
    }

    #[test]
    fn a_probe_wants_its_answer_sooner() {
        let (mut liveness, now, traffic) = start();
        liveness.registered();
        liveness.pinged(true, now + SECOND);
        assert_eq!(
            liveness.due(traffic, now + 6 * SECOND),
            Due::Close(CloseReason::Dead)
        );
    }

    #[test]
    fn a_begun_message_has_30_seconds_and_more_where_it_is_large() {
        let (mut liveness, now, mut traffic) = start();
        liveness.registered();
        traffic.last_read = now + 29 * SECOND;
        traffic.begun = Some((now, 0));
        assert_eq!(
            liveness.due(traffic, now + 30 * SECOND),
            Due::Close(CloseReason::SlowMessage)
        );
        traffic.begun = Some((now, 160 * 1024));
        assert_eq!(
            liveness.due(traffic, now + 30 * SECOND),
            Due::At(now + 40 * SECOND)
        );
        traffic.begun = Some((now, u64::MAX));
        assert_ne!(
            liveness.due(traffic, now + 30 * SECOND),
            Due::Close(CloseReason::SlowMessage)
        );
    }

    #[test]
    fn who_takes_nothing_for_30_seconds_is_too_slow() {
        let (mut liveness, now, mut traffic) = start();
        liveness.registered();
        traffic.last_read = now + 29 * SECOND;
        traffic.blocked_since = Some(now);
        assert_eq!(
            liveness.due(traffic, now + 30 * SECOND),
            Due::Close(CloseReason::TooSlow)
        );
    }

    #[test]
    fn silence_says_nothing_while_the_relay_does_not_read() {
        let (mut liveness, now, mut traffic) = start();
        liveness.registered();
        liveness.pinged(false, now);
        traffic.not_reading = true;
        assert!(matches!(
            liveness.due(traffic, now + 60 * SECOND),
            Due::At(_)
        ));
    }
}
