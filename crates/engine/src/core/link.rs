//! The state of one relay's connection: when to connect, what is under way, when the relay
//! counts as silent. It decides only about the connection; what frames mean is decided beside it.
//!
//! ```text
//! Waiting --deadline--> Connecting --Up--> Registering --own list--> Connected
//!    ^                      |                   |                        |
//!    +------- Down ---------+-------------------+------------------------+
//! ```

use crate::address::RelayAddress;
use crate::api::{ChatId, RelayPlace, RelayProblem, RelayState};
use sotto_wire::UserId;
use std::collections::VecDeque;

use super::Now;
use super::relay_clock::RelayClock;

/// At most this many texts are under way on a connection without the relay's pong.
pub(crate) const WINDOW_TEXTS: usize = 64;
/// At most this many bytes are under way on a connection, but always one text.
pub(crate) const WINDOW_BYTES: usize = 1024 * 1024;

/// A relay has this long to list us after the connection opened, ms.
const REGISTER_LIMIT_MS: u64 = 10_000;
/// A quiet connection is pinged this often, ms.
const PING_EVERY_MS: u64 = 25_000;
/// A relay that says nothing for this long after a ping is gone, ms.
const PONG_LIMIT_MS: u64 = 15_000;
/// The list is asked for this often: a relay of level 0 can unlist us without a word, ms.
const LIST_EVERY_MS: u64 = 60_000;
/// The list is asked for, and the name registered again, at most this often, ms.
const ASK_AT_MOST_EVERY_MS: u64 = 5_000;
/// The first wait before connecting again, ms; each further one is twice as long.
const FIRST_WAIT_MS: u64 = 1_000;
/// The longest wait before connecting again, ms.
const LONGEST_WAIT_MS: u64 = 60_000;
/// The longest wait for the relay of this computer, ms: it is only a moment away.
const LONGEST_LOCAL_WAIT_MS: u64 = 1_000;
/// Boxes kept whose sender's key is not known yet.
const MAX_UNKNOWN_BOXES: usize = 64;
/// Bytes of boxes kept whose sender's key is not known yet.
const MAX_UNKNOWN_BYTES: usize = 1024 * 1024;

/// What a message frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    /// A text in a plain box: this message.
    Text(i64),
    /// Something that waits for its receipt: this row of what is outgoing.
    Sealed(i64),
    /// A receipt, which nobody confirms.
    Loose,
}

/// A message frame that was written to the connection and not answered by a pong yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InFlight {
    /// What it carries.
    pub(crate) carried: Carried,
    /// Whom it is for.
    pub(crate) chat: ChatId,
    /// Its size, bytes.
    pub(crate) bytes: usize,
    /// The ping that follows it.
    pub(crate) token: u64,
}

/// A box that came before its sender's key was known.
#[derive(Clone, Debug)]
pub(crate) struct UnknownBox {
    /// The name that the relay put on it.
    pub(crate) from: UserId,
    /// The box.
    pub(crate) encrypted: String,
    /// The relay's time, ms since 1970.
    pub(crate) relay_at: i64,
}

/// Where a connection stands.
#[derive(Clone, Debug)]
enum State {
    /// Waiting for the next try.
    Waiting {
        until: u64,
        until_wall: i64,
        problem: RelayProblem,
    },
    /// The connection is being opened.
    Connecting,
    /// Open and registered, but the relay has not listed us yet.
    Registering { since: u64 },
    /// Listed.
    Connected { since_wall: i64 },
}

/// What to do when a deadline of the connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Open the connection.
    Open,
    /// Ping the relay.
    Ping,
    /// Ask for the list.
    List,
    /// Register again.
    Register,
    /// The relay is silent: give the connection up.
    Silent,
}

/// One relay's connection.
#[derive(Debug)]
pub(crate) struct Link {
    /// Which relay it is.
    pub(crate) place: RelayPlace,
    /// Where it is; the relay of this computer is found anew at each try.
    pub(crate) address: Option<RelayAddress>,
    /// The last measured round trip, ms.
    pub(crate) round_trip_ms: Option<u32>,
    /// How its clock stands; nothing for the relay of this computer, which has ours.
    pub(super) clock: RelayClock,
    /// Counts the connections, so that the events of an ended one are not taken for this one's.
    pub(crate) epoch: u64,
    /// Whether its address can be used.
    usable: bool,
    /// Since when it is shown as ended while what came over it waits to be stored.
    paused_at: Option<i64>,
    state: State,
    failures: u32,
    heard_at: u64,
    pinged: Option<(u64, u64)>,
    next_token: u64,
    listed_at: u64,
    list_asked_at: Option<u64>,
    registered_at: Option<u64>,
    /// Whether the list, or the registration, is wanted as soon as it may be asked for again.
    wants_list: bool,
    wants_register: bool,
    in_flight: VecDeque<InFlight>,
    in_flight_bytes: usize,
    unknown: VecDeque<UnknownBox>,
    unknown_bytes: usize,
}

impl Link {
    /// A relay that is to be connected at once.
    pub(crate) fn new(place: RelayPlace, address: Option<RelayAddress>, now: Now) -> Self {
        Self {
            place,
            address,
            round_trip_ms: None,
            clock: RelayClock::default(),
            epoch: 0,
            usable: true,
            paused_at: None,
            state: State::Waiting {
                until: now.mono,
                until_wall: now.wall,
                problem: RelayProblem::Closed,
            },
            failures: 0,
            heard_at: now.mono,
            pinged: None,
            next_token: 1,
            listed_at: now.mono,
            list_asked_at: None,
            registered_at: None,
            wants_list: false,
            wants_register: false,
            in_flight: VecDeque::new(),
            in_flight_bytes: 0,
            unknown: VecDeque::new(),
            unknown_bytes: 0,
        }
    }

    /// A relay whose address cannot be used: it is shown, and never connected.
    pub(crate) fn unusable(now: Now) -> Self {
        Self {
            usable: false,
            ..Self::new(RelayPlace::Custom, None, now)
        }
    }

    /// How the connection stands, for a front. The first try, before any trouble, is connecting.
    pub(crate) fn view(&self) -> RelayState {
        if let Some(retry_at) = self.paused_at {
            let problem = RelayProblem::NoRoom;
            return RelayState::Waiting { retry_at, problem };
        }
        match self.state {
            State::Waiting { until_wall, .. } if !self.usable => RelayState::Waiting {
                retry_at: until_wall,
                problem: RelayProblem::BadAddress,
            },
            State::Waiting { .. } if self.failures == 0 => RelayState::Connecting,
            State::Waiting {
                until_wall,
                problem,
                ..
            } => RelayState::Waiting {
                retry_at: until_wall,
                problem,
            },
            State::Connecting | State::Registering { .. } => RelayState::Connecting,
            State::Connected { since_wall } => RelayState::Connected { since: since_wall },
        }
    }

    /// Whether the relay has listed us on this connection.
    pub(crate) fn is_connected(&self) -> bool {
        matches!(self.state, State::Connected { .. })
    }

    /// The connection is being opened; gives its number.
    pub(crate) fn opening(&mut self) -> u64 {
        self.state = State::Connecting;
        self.epoch = self.epoch.wrapping_add(1);
        self.epoch
    }

    /// The connection is open.
    pub(crate) fn up(&mut self, now: Now) {
        self.state = State::Registering { since: now.mono };
        self.heard_at = now.mono;
        self.pinged = None;
        self.list_asked_at = None;
        self.registered_at = None;
        self.wants_list = false;
        self.wants_register = false;
    }

    /// The connection is being ended because what comes cannot be stored.
    pub(crate) fn pause(&mut self, now: Now) {
        self.paused_at = Some(now.wall);
    }

    /// Whether it is being ended because what comes cannot be stored.
    pub(crate) fn is_paused(&self) -> bool {
        self.paused_at.is_some()
    }

    /// The relay said something.
    pub(crate) fn heard(&mut self, now: Now) {
        self.heard_at = now.mono;
    }

    /// The relay has listed us. Gives whether that is new.
    pub(crate) fn listed(&mut self, now: Now) -> bool {
        self.listed_at = now.mono;
        if let State::Registering { .. } = self.state {
            self.state = State::Connected {
                since_wall: now.wall,
            };
            self.failures = 0;
            return true;
        }
        false
    }

    /// The connection ended; `jitter` is a random number. Everything under way on it is unknown
    /// again and stays in the outbox. Boxes of unknown senders wait for the next list.
    pub(crate) fn down(&mut self, now: Now, problem: RelayProblem, jitter: u32) {
        self.in_flight.clear();
        self.in_flight_bytes = 0;
        self.paused_at = None;
        self.round_trip_ms = None;
        self.pinged = None;
        let longest = match self.place {
            RelayPlace::ThisComputer => LONGEST_LOCAL_WAIT_MS,
            RelayPlace::Custom => LONGEST_WAIT_MS,
        };
        let full = match problem {
            // Coming back at once would only push the other holder of the name out again.
            RelayProblem::NameTaken | RelayProblem::Replaced => LONGEST_WAIT_MS,
            _ => FIRST_WAIT_MS
                .saturating_mul(1 << self.failures.min(16))
                .min(longest),
        };
        // Between half and the whole of it, so that a restarted relay is not met by all at once.
        let half = full / 2;
        let wait = half.saturating_add(u64::from(jitter) % half.saturating_add(1));
        self.failures = self.failures.saturating_add(1);
        self.state = State::Waiting {
            until: now.mono.saturating_add(wait),
            until_wall: now
                .wall
                .saturating_add(i64::try_from(wait).unwrap_or(i64::MAX)),
            problem,
        };
    }

    /// Tries again at once instead of waiting. Gives whether it was waiting.
    pub(crate) fn hurry(&mut self, now: Now) -> bool {
        if let State::Waiting { until, .. } = &mut self.state {
            *until = now.mono;
            return true;
        }
        false
    }

    /// A new ping's token.
    pub(crate) fn ping(&mut self, now: Now) -> u64 {
        let token = self.next_token;
        self.next_token = self.next_token.wrapping_add(1);
        if self.pinged.is_none() {
            self.pinged = Some((token, now.mono));
        }
        token
    }

    /// The token that the next ping will have.
    pub(crate) fn upcoming_token(&self) -> u64 {
        self.next_token
    }

    /// The texts that the relay has taken if this pong came, in their order. Nothing changes
    /// until [`Self::settle`]: the history comes first.
    pub(crate) fn taken_by(&self, token: u64) -> Vec<InFlight> {
        if token >= self.next_token {
            return Vec::new();
        }
        let taken = self.in_flight.iter().take_while(|text| text.token <= token);
        taken.copied().collect()
    }

    /// A pong came and what it says stands in the history. Gives whether the round trip was
    /// measured anew.
    pub(crate) fn settle(&mut self, token: u64, now: Now) -> bool {
        let taken = self.taken_by(token);
        self.in_flight.drain(..taken.len());
        let bytes = taken.iter().map(|text| text.bytes).sum();
        self.in_flight_bytes = self.in_flight_bytes.saturating_sub(bytes);
        match self.pinged {
            Some((awaited, at)) if (awaited..self.next_token).contains(&token) => {
                let trip = now.mono.saturating_sub(at);
                self.round_trip_ms = Some(u32::try_from(trip).unwrap_or(u32::MAX));
                self.pinged = None;
                true
            }
            _ => false,
        }
    }

    /// The largest text under way.
    pub(crate) fn largest(&self) -> Option<InFlight> {
        self.in_flight.iter().max_by_key(|text| text.bytes).copied()
    }

    /// Whether another text of this size may go under way.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.in_flight.is_empty()
            || (self.in_flight.len() < WINDOW_TEXTS
                && self.in_flight_bytes.saturating_add(bytes) <= WINDOW_BYTES)
    }

    /// A text was written.
    pub(crate) fn wrote(&mut self, text: InFlight) {
        self.in_flight_bytes = self.in_flight_bytes.saturating_add(text.bytes);
        self.in_flight.push_back(text);
    }

    /// Whether a text of this chat is under way here. The next one waits: if the first was
    /// dropped, because its recipient was away for a moment, the second must not overtake it.
    pub(crate) fn carries_for(&self, chat: ChatId) -> bool {
        let mut texts = self.in_flight.iter();
        texts.any(|text| text.chat == chat && text.carried != Carried::Loose)
    }

    /// A receipt came before the pong: the frame has arrived, and more may follow.
    pub(crate) fn confirmed(&mut self, entry: i64) {
        self.in_flight
            .retain(|text| text.carried != Carried::Sealed(entry));
        self.in_flight_bytes = self.in_flight.iter().map(|text| text.bytes).sum();
    }

    /// Whether a text is under way here.
    #[cfg(test)]
    fn carries(&self, message: i64) -> bool {
        let mut texts = self.in_flight.iter();
        texts.any(|text| text.carried == Carried::Text(message))
    }

    /// Takes the texts for a contact back: the relay no longer lists it, so they may have been
    /// dropped there. They stay in the outbox and are written again.
    pub(crate) fn recall(&mut self, chat: ChatId) {
        self.in_flight.retain(|text| text.chat != chat);
        self.in_flight_bytes = self.in_flight.iter().map(|text| text.bytes).sum();
    }

    /// Keeps a box until its sender's key is known. A full store forgets the oldest.
    pub(crate) fn keep_unknown(&mut self, unknown: UnknownBox) {
        self.unknown_bytes = self.unknown_bytes.saturating_add(unknown.encrypted.len());
        self.unknown.push_back(unknown);
        while self.unknown.len() > MAX_UNKNOWN_BOXES || self.unknown_bytes > MAX_UNKNOWN_BYTES {
            let Some(oldest) = self.unknown.pop_front() else {
                break;
            };
            self.unknown_bytes = self.unknown_bytes.saturating_sub(oldest.encrypted.len());
        }
    }

    /// Takes out the kept boxes of a name, or all, to be tried with the keys known by then.
    pub(crate) fn take_unknown(&mut self, name: Option<&UserId>) -> Vec<UnknownBox> {
        let wanted = |kept: &UnknownBox| name.is_none_or(|name| kept.from == *name);
        let all = std::mem::take(&mut self.unknown);
        let (taken, left): (Vec<_>, Vec<_>) = all.into_iter().partition(wanted);
        self.unknown_bytes = left.iter().map(|kept| kept.encrypted.len()).sum();
        self.unknown = left.into();
        taken
    }

    /// Whether the list may be asked for now; if so, it counts as asked, if not, it becomes due.
    pub(crate) fn may_ask_list(&mut self, now: Now) -> bool {
        let may = may(&mut self.list_asked_at, now);
        self.wants_list = !may;
        may
    }

    /// The list was asked for, whatever the pace.
    pub(crate) fn asked_list(&mut self, now: Now) {
        self.list_asked_at = Some(now.mono);
        self.wants_list = false;
    }

    /// Whether the name may be registered again now; if so, it counts as registered, if not, it
    /// becomes due.
    pub(crate) fn may_register(&mut self, now: Now) -> bool {
        let may = may(&mut self.registered_at, now);
        self.wants_register = !may;
        may
    }

    /// What is due, if anything.
    pub(crate) fn due(&self, now: Now) -> Option<Due> {
        let (at, due) = self.next()?;
        (at <= now.mono).then_some(due)
    }

    /// When something is due next, ms of the steady clock.
    pub(crate) fn deadline(&self) -> Option<u64> {
        self.next().map(|(at, _)| at)
    }

    fn next(&self) -> Option<(u64, Due)> {
        match self.state {
            State::Waiting { until, .. } => self.usable.then_some((until, Due::Open)),
            State::Connecting => None,
            State::Registering { since } => {
                Some((since.saturating_add(REGISTER_LIMIT_MS), Due::Silent))
            }
            State::Connected { .. } => {
                let soon =
                    |last: Option<u64>| last.unwrap_or(0).saturating_add(ASK_AT_MOST_EVERY_MS);
                let list = if self.wants_list {
                    soon(self.list_asked_at)
                } else {
                    self.listed_at
                        .max(self.list_asked_at.unwrap_or(0))
                        .saturating_add(LIST_EVERY_MS)
                };
                let register = if self.wants_register {
                    soon(self.registered_at)
                } else {
                    u64::MAX
                };
                let quiet = match self.pinged {
                    Some((_, at)) => (
                        at.max(self.heard_at).saturating_add(PONG_LIMIT_MS),
                        Due::Silent,
                    ),
                    None => (self.heard_at.saturating_add(PING_EVERY_MS), Due::Ping),
                };
                let asking = (list, Due::List).min_by_time((register, Due::Register));
                Some(quiet.min_by_time(asking))
            }
        }
    }
}

/// Picks the earlier of two deadlines.
trait Earlier {
    fn min_by_time(self, other: Self) -> Self;
}

impl Earlier for (u64, Due) {
    fn min_by_time(self, other: Self) -> Self {
        if other.0 < self.0 { other } else { self }
    }
}

/// Allows something at most every few seconds.
fn may(last: &mut Option<u64>, now: Now) -> bool {
    let allowed = last.is_none_or(|at| now.mono >= at.saturating_add(ASK_AT_MOST_EVERY_MS));
    if allowed {
        *last = Some(now.mono);
    }
    allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn at(ms: u64) -> Now {
        Now {
            wall: 1_700_000_000_000 + ms.cast_signed(),
            mono: ms,
        }
    }

    fn connected() -> Link {
        let mut link = Link::new(RelayPlace::Custom, None, at(0));
        link.opening();
        link.up(at(0));
        link.listed(at(0));
        link
    }

    fn text(message: i64, token: u64) -> InFlight {
        InFlight {
            carried: Carried::Text(message),
            chat: ChatId(1),
            bytes: 100,
            token,
        }
    }

    #[test]
    fn only_what_was_written_before_the_answered_ping_counts_as_taken() {
        let mut link = connected();
        link.wrote(text(1, link.upcoming_token()));
        let first = link.ping(at(1));
        link.wrote(text(2, link.upcoming_token()));
        let second = link.ping(at(2));
        let mut pong = |token, now| {
            let taken = link.taken_by(token);
            link.settle(token, now);
            taken.iter().map(|t| t.carried).collect::<Vec<_>>()
        };
        assert_eq!(pong(first, at(5)), [Carried::Text(1)]);
        assert_eq!(pong(second, at(6)), [Carried::Text(2)]);
        assert_eq!(link.round_trip_ms, Some(4));
    }

    #[test]
    fn a_pong_that_was_never_asked_for_takes_nothing() {
        let mut link = connected();
        link.wrote(text(1, link.upcoming_token()));
        assert!(link.taken_by(u64::MAX).is_empty());
        assert!(link.taken_by(0).is_empty());
        assert!(!link.settle(u64::MAX, at(1)));
        assert!(link.carries(1));
    }

    #[test]
    fn the_end_of_a_connection_leaves_nothing_under_way() {
        let mut link = connected();
        link.wrote(text(1, link.upcoming_token()));
        link.down(at(1), RelayProblem::Closed, 0);
        assert!(!link.carries(1));
        assert!(link.taken_by(1).is_empty());
    }

    #[test]
    fn waits_grow_to_a_minute_and_are_spread() {
        let mut link = connected();
        let mut waits = Vec::new();
        let mut now = 0;
        for _ in 0..10 {
            link.down(at(now), RelayProblem::Unreachable, u32::MAX);
            let until = link.deadline().unwrap();
            waits.push(until - now);
            now = until;
        }
        assert!(waits[0] >= 500 && waits[0] <= 1_000, "{waits:?}");
        assert!(waits.iter().all(|w| *w <= 60_000), "{waits:?}");
        assert!(waits[9] >= 30_000, "{waits:?}");
    }

    #[test]
    fn a_silent_relay_is_pinged_and_then_given_up() {
        let mut link = connected();
        assert_eq!(link.due(at(24_999)), None);
        assert_eq!(link.due(at(25_000)), Some(Due::Ping));
        link.ping(at(25_000));
        assert_eq!(link.due(at(39_999)), None);
        assert_eq!(link.due(at(40_000)), Some(Due::Silent));
    }

    #[test]
    fn boxes_of_unknown_senders_are_bounded() {
        let mut link = connected();
        for n in 0..10_000 {
            link.keep_unknown(UnknownBox {
                from: UserId::new("x").unwrap(),
                encrypted: "A".repeat(n % 100_000),
                relay_at: 0,
            });
        }
        let kept = link.take_unknown(None);
        assert!(kept.len() <= MAX_UNKNOWN_BOXES);
        assert!(kept.iter().map(|b| b.encrypted.len()).sum::<usize>() <= MAX_UNKNOWN_BYTES);
    }

    proptest! {
        #[test]
        fn what_is_taken_was_written_and_comes_once_and_in_order(
            steps in proptest::collection::vec(0u8..4, 0..200)
        ) {
            let mut link = connected();
            let mut written = 0i64;
            let mut pinged = 0u64;
            let mut last_taken = 0i64;
            let mut asked_up_to = 0i64;
            for (n, step) in steps.into_iter().enumerate() {
                let now = at(n as u64);
                match step {
                    0 if link.has_room(100) => {
                        written += 1;
                        link.wrote(text(written, link.upcoming_token()));
                    }
                    1 => { pinged = link.ping(now); asked_up_to = written; }
                    2 => {
                        let taken = link.taken_by(pinged);
                        link.settle(pinged, now);
                        for taken in taken {
                            prop_assert_eq!(taken.carried, Carried::Text(last_taken + 1));
                            last_taken += 1;
                            prop_assert!(last_taken <= asked_up_to);
                        }
                    }
                    _ => prop_assert!(link.in_flight.len() <= WINDOW_TEXTS),
                }
            }
        }
    }
}
