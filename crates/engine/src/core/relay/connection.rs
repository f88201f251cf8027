//! The state of one relay's connection: when to connect, what is under way, when the relay counts
//! as silent. It decides only about the connection; what frames mean is decided beside it.
//!
//! ```text
//! Waiting --deadline--> Connecting --Up--> Greeting --ready--> Connected
//!    ^                      |                 |                    |
//!    +------- Down ---------+-----------------+--------------------+
//! ```

use super::clock::RelayClock;
use crate::address::RelayAddress;
use crate::api::{ContactId, MessageId, RelayPlace, RelayProblem, RelayState};
use crate::core::time::{Backoff, Now};
use sotto_store::SessionEntryId;
use std::collections::VecDeque;

/// At most this many texts are under way on a connection without the relay's pong.
pub(crate) const WINDOW_TEXTS: usize = 64;
/// At most this many bytes are under way on a connection, but always one text.
pub(crate) const WINDOW_BYTES: usize = 1024 * 1024;

/// A relay has this long to take us in after the connection opened, ms.
const GREETING_LIMIT_MS: u64 = 10_000;
/// A quiet connection is pinged this often, ms.
const PING_EVERY_MS: u64 = 25_000;
/// A connection that held for this long ends the growth of the waits, ms: as long as the longest
/// of them, so that no relay is met more often than it was before it listed us.
const STEADY_MS: u64 = 60_000;
/// A relay that says nothing for this long after a ping is gone, ms.
const PONG_LIMIT_MS: u64 = 15_000;
/// The same after the network changed or the computer woke: most connections from before are dead.
const CHECK_LIMIT_MS: u64 = 5_000;
/// The longest wait before connecting again while somebody looks, ms.
const LOOKED_AT_LONGEST_MS: u64 = 10_000;
/// The waits before connecting again.
const AGAIN: Backoff = Backoff {
    first_ms: 1_000,
    longest_ms: 60_000,
};
/// The same for the relay of this computer: it is only a moment away.
const LOCAL_AGAIN: Backoff = Backoff {
    first_ms: 1_000,
    longest_ms: 1_000,
};

/// What a message frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    /// A text in a plain box: this message.
    Text(MessageId),
    /// Something that waits for its receipt: this row of what is outgoing.
    Sealed(SessionEntryId),
    /// A receipt, which nobody confirms.
    Loose,
}

/// A message frame that was written to the connection and not answered by a pong yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InFlight {
    /// What it carries.
    pub(crate) carried: Carried,
    /// Whom it is for.
    pub(crate) contact: ContactId,
    /// Its size, bytes.
    pub(crate) bytes: usize,
    /// The ping that follows it.
    pub(crate) token: u64,
}

/// Where a connection stands.
#[derive(Clone, Debug)]
enum State {
    /// Waiting for the next try.
    Waiting {
        since: u64,
        until: u64,
        until_wall: i64,
        problem: RelayProblem,
    },
    /// The connection is being opened.
    Connecting,
    /// Open, but the relay has not taken us in yet.
    Greeting { since: u64 },
    /// Taken in.
    Connected { since: u64, since_wall: i64 },
}

/// What to do when a deadline of the connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Open the connection.
    Open,
    /// Ping the relay.
    Ping,
    /// The relay is silent: give the connection up.
    Silent,
}

/// One relay's connection.
#[derive(Debug)]
pub(crate) struct Connection {
    /// Which relay it is.
    pub(crate) place: RelayPlace,
    /// Where it is; the relay of this computer is found anew at each try.
    pub(crate) address: Option<RelayAddress>,
    /// The last measured round trip, ms.
    pub(crate) round_trip_ms: Option<u32>,
    /// How its clock stands; nothing for the relay of this computer, which has ours.
    pub(crate) clock: RelayClock,
    /// Counts the connections, so that the events of an ended one are not taken for this one's.
    pub(crate) epoch: u64,
    /// Whether its address can be used.
    usable: bool,
    /// Since when it is shown as ended while what came over it waits to be stored.
    paused_at: Option<i64>,
    state: State,
    /// How many connections in a row did not come about or did not hold.
    failures: u32,
    /// Whether somebody looks at a front.
    looked_at: bool,
    heard_at: u64,
    /// Since when it is to be found out whether it still holds.
    checked_since: Option<u64>,
    pinged: Option<(u64, u64)>,
    next_token: u64,
    in_flight: VecDeque<InFlight>,
    /// What was under way before the turn that is.
    before_turn: Option<VecDeque<InFlight>>,
}

impl Connection {
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
                since: now.mono,
                until: now.mono,
                until_wall: now.wall,
                problem: RelayProblem::Closed,
            },
            failures: 0,
            looked_at: false,
            heard_at: now.mono,
            checked_since: None,
            pinged: None,
            next_token: 1,
            in_flight: VecDeque::new(),
            before_turn: None,
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
            State::Connecting | State::Greeting { .. } => RelayState::Connecting,
            State::Connected { since_wall, .. } => RelayState::Connected { since: since_wall },
        }
    }

    /// Whether the relay has taken us in on this connection.
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
        self.state = State::Greeting { since: now.mono };
        self.heard_at = now.mono;
        self.checked_since = None;
        self.pinged = None;
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
        self.checked_since = None;
    }

    /// The relay has taken us in. Gives whether that is new.
    pub(crate) fn ready(&mut self, now: Now) -> bool {
        if let State::Greeting { .. } = self.state {
            self.state = State::Connected {
                since: now.mono,
                since_wall: now.wall,
            };
            return true;
        }
        false
    }

    /// The connection ended; `jitter` is a random number. Everything under way on it is unknown
    /// again and stays in the outbox. Being listed is not enough for the waits to begin anew: what
    /// lists us and closes, for whatever reason, would be met without end.
    pub(crate) fn down(&mut self, now: Now, problem: RelayProblem, jitter: u32) {
        self.in_flight.clear();
        self.before_turn = None;
        self.paused_at = None;
        self.round_trip_ms = None;
        self.pinged = None;
        if let State::Connected { since, .. } = self.state
            && now.mono.saturating_sub(since) >= STEADY_MS
        {
            self.failures = 0;
        }
        let again = match self.place {
            RelayPlace::ThisComputer => LOCAL_AGAIN,
            RelayPlace::Custom => AGAIN,
        };
        let full = match problem {
            problem if would_push_out(problem) => AGAIN.longest_ms,
            _ if self.looked_at => again.wait(self.failures).min(LOOKED_AT_LONGEST_MS),
            _ => again.wait(self.failures),
        };
        // Between half and the whole of it, so that a restarted relay is not met by all at once.
        let half = full / 2;
        let wait = half.saturating_add(u64::from(jitter) % half.saturating_add(1));
        self.failures = self.failures.saturating_add(1);
        self.state = State::Waiting {
            since: now.mono,
            until: now.after(wait),
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

    /// Somebody looks at a front, or nobody does any more: who looks waits ten seconds at most, the
    /// time that has passed counted. Gives whether the next try comes sooner.
    pub(crate) fn look(&mut self, looked_at: bool, now: Now) -> bool {
        self.looked_at = looked_at;
        let State::Waiting {
            since,
            until,
            until_wall,
            problem,
        } = &mut self.state
        else {
            return false;
        };
        let soonest = since.saturating_add(LOOKED_AT_LONGEST_MS).max(now.mono);
        if !looked_at || would_push_out(*problem) || *until <= soonest {
            return false;
        }
        let sooner = i64::try_from(*until - soonest).unwrap_or(i64::MAX);
        *until_wall = until_wall.saturating_sub(sooner);
        *until = soonest;
        true
    }

    /// The network changed or the computer woke: a wait ends, and a connection is pinged at once
    /// and given up soon if nothing comes. A network that only just came may lead nowhere for some
    /// seconds, so the waits begin small again.
    pub(crate) fn check(&mut self, now: Now) {
        self.failures = self.failures.min(1);
        if !self.hurry(now) && self.is_connected() {
            self.checked_since = Some(now.mono);
        }
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

    /// A pong came and what it says is in the history's turn. Gives whether the round trip was
    /// measured anew.
    pub(crate) fn settle(&mut self, token: u64, now: Now) -> bool {
        let taken = self.taken_by(token).len();
        if taken > 0 {
            self.keep_before();
            self.in_flight.drain(..taken);
        }
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

    fn keep_before(&mut self) {
        self.before_turn
            .get_or_insert_with(|| self.in_flight.clone());
    }

    /// The turn under way stands in the history.
    pub(crate) fn commit(&mut self) {
        self.before_turn = None;
    }

    /// The turn under way has not happened: what it wrote did not leave, and what it settled is
    /// settled again with the same pong.
    pub(crate) fn rollback(&mut self) {
        if let Some(before_turn) = self.before_turn.take() {
            self.in_flight = before_turn;
        }
    }

    /// What is under way, the largest first.
    pub(crate) fn by_size(&self) -> Vec<InFlight> {
        let mut all: Vec<InFlight> = self.in_flight.iter().copied().collect();
        all.sort_by_key(|text| std::cmp::Reverse(text.bytes));
        all
    }

    /// Whether another text of this size may go under way.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        let under_way: usize = self.in_flight.iter().map(|text| text.bytes).sum();
        self.in_flight.is_empty()
            || (self.in_flight.len() < WINDOW_TEXTS
                && under_way.saturating_add(bytes) <= WINDOW_BYTES)
    }

    /// A text was written.
    pub(crate) fn wrote(&mut self, text: InFlight) {
        self.keep_before();
        self.in_flight.push_back(text);
    }

    /// Whether a text for this contact is under way here. The next one waits: if the first was
    /// dropped, because its recipient was away for a moment, the second must not overtake it.
    pub(crate) fn carries_for(&self, contact: ContactId) -> bool {
        let mut texts = self.in_flight.iter();
        texts.any(|text| text.contact == contact && text.carried != Carried::Loose)
    }

    /// A receipt came before the pong: the frame has arrived, and more may follow.
    pub(crate) fn confirmed(&mut self, entry: SessionEntryId) {
        self.keep_before();
        self.in_flight
            .retain(|text| text.carried != Carried::Sealed(entry));
    }

    /// Whether a text is under way here.
    #[cfg(test)]
    fn carries(&self, message: i64) -> bool {
        let mut texts = self.in_flight.iter();
        texts.any(|text| text.carried == Carried::Text(MessageId(message)))
    }

    /// Takes the texts for a contact back: the relay no longer lists it, so they may have been
    /// dropped there. They stay in the outbox and are written again.
    pub(crate) fn recall(&mut self, contact: ContactId) {
        self.keep_before();
        self.in_flight.retain(|text| text.contact != contact);
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
            State::Greeting { since } => {
                Some((since.saturating_add(GREETING_LIMIT_MS), Due::Silent))
            }
            State::Connected { .. } => Some(match (self.pinged, self.checked_since) {
                (Some((_, at)), checked) => {
                    let usual = at.max(self.heard_at).saturating_add(PONG_LIMIT_MS);
                    let sooner = checked.map(|since| since.saturating_add(CHECK_LIMIT_MS));
                    (sooner.map_or(usual, |at| at.min(usual)), Due::Silent)
                }
                (None, Some(since)) => (since, Due::Ping),
                (None, None) => (self.heard_at.saturating_add(PING_EVERY_MS), Due::Ping),
            }),
        }
    }
}

/// Whether coming back at once would only push the other holder of the name out again.
const fn would_push_out(problem: RelayProblem) -> bool {
    matches!(problem, RelayProblem::NameTaken | RelayProblem::Replaced)
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

    fn connected() -> Connection {
        let mut connection = Connection::new(RelayPlace::Custom, None, at(0));
        connection.opening();
        connection.up(at(0));
        connection.ready(at(0));
        connection
    }

    fn text(message: i64, token: u64) -> InFlight {
        InFlight {
            carried: Carried::Text(MessageId(message)),
            contact: ContactId(1),
            bytes: 100,
            token,
        }
    }

    #[test]
    fn only_what_was_written_before_the_answered_ping_counts_as_taken() {
        let mut connection = connected();
        connection.wrote(text(1, connection.upcoming_token()));
        let first = connection.ping(at(1));
        connection.wrote(text(2, connection.upcoming_token()));
        let second = connection.ping(at(2));
        let mut pong = |token, now| {
            let taken = connection.taken_by(token);
            connection.settle(token, now);
            taken.iter().map(|t| t.carried).collect::<Vec<_>>()
        };
        assert_eq!(pong(first, at(5)), [Carried::Text(MessageId(1))]);
        assert_eq!(pong(second, at(6)), [Carried::Text(MessageId(2))]);
        assert_eq!(connection.round_trip_ms, Some(4));
    }

    #[test]
    fn a_pong_that_was_never_asked_for_takes_nothing() {
        let mut connection = connected();
        connection.wrote(text(1, connection.upcoming_token()));
        assert!(connection.taken_by(u64::MAX).is_empty());
        assert!(connection.taken_by(0).is_empty());
        assert!(!connection.settle(u64::MAX, at(1)));
        assert!(connection.carries(1));
    }

    #[test]
    fn what_a_failed_turn_settled_is_settled_again() {
        let mut connection = connected();
        connection.wrote(text(1, connection.upcoming_token()));
        let token = connection.ping(at(1));
        connection.commit();
        connection.wrote(text(2, connection.upcoming_token()));
        connection.settle(token, at(2));
        assert!(!connection.carries(1) && connection.carries(2));
        connection.rollback();
        assert!(!connection.carries(2));
        assert_eq!(connection.taken_by(token).len(), 1);
        connection.settle(token, at(3));
        connection.commit();
        connection.rollback();
        assert!(!connection.carries(1));
    }

    #[test]
    fn the_end_of_a_connection_leaves_nothing_under_way() {
        let mut connection = connected();
        connection.wrote(text(1, connection.upcoming_token()));
        connection.down(at(1), RelayProblem::Closed, 0);
        assert!(!connection.carries(1));
        assert!(connection.taken_by(1).is_empty());
    }

    #[test]
    fn waits_grow_to_a_minute_and_are_spread() {
        let mut connection = connected();
        let mut waits = Vec::new();
        let mut now = 0;
        for _ in 0..10 {
            connection.down(at(now), RelayProblem::Unreachable, u32::MAX);
            let until = connection.deadline().unwrap();
            waits.push(until - now);
            now = until;
        }
        assert!(waits[0] >= 500 && waits[0] <= 1_000, "{waits:?}");
        assert!(waits.iter().all(|w| *w <= 60_000), "{waits:?}");
        assert!(waits[9] >= 30_000, "{waits:?}");
    }

    /// A connection that the relay ends so long after it listed us; gives the wait that follows.
    fn held(connection: &mut Connection, now: &mut u64, held_ms: u64, jitter: u32) -> u64 {
        connection.opening();
        connection.up(at(*now));
        assert!(connection.ready(at(*now)));
        *now += held_ms;
        connection.down(at(*now), RelayProblem::Closed, jitter);
        let until = connection.deadline().unwrap();
        let wait = until - *now;
        *now = until;
        wait
    }

    #[test]
    fn relay_that_lists_us_and_closes_is_not_hammered() {
        let mut connection = Connection::new(RelayPlace::Custom, None, at(0));
        let (mut now, mut opened) = (0, 0u32);
        while now < 30_000 {
            held(&mut connection, &mut now, 0, 0);
            opened += 1;
        }
        assert!(opened <= 6, "{opened} in half a minute");
        let waits = [0; 10].map(|jitter| held(&mut connection, &mut now, 0, jitter));
        assert_eq!(waits, [30_000; 10]);
        // Which code it closes with makes no difference.
        for problem in [RelayProblem::Busy, RelayProblem::TimedOut] {
            connection.opening();
            connection.up(at(now));
            connection.ready(at(now));
            connection.down(at(now), problem, 0);
            assert_eq!(connection.deadline(), Some(now + 30_000));
        }
    }

    #[test]
    fn connection_that_held_is_made_again_at_once() {
        let mut connection = Connection::new(RelayPlace::Custom, None, at(0));
        let mut now = 0;
        for _ in 0..10u8 {
            held(&mut connection, &mut now, STEADY_MS - 1, 0);
        }
        assert_eq!(held(&mut connection, &mut now, STEADY_MS - 1, 0), 30_000);
        assert_eq!(held(&mut connection, &mut now, STEADY_MS, 0), 500);
        assert_eq!(held(&mut connection, &mut now, 0, 0), 1_000);
        // A connection that never came about is none that held.
        connection.opening();
        connection.down(at(now + STEADY_MS), RelayProblem::Unreachable, 0);
        assert_eq!(connection.deadline(), Some(now + STEADY_MS + 2_000));
    }

    /// A relay that has been away for longer than any wait grows.
    fn long_away() -> (Connection, u64) {
        let mut connection = connected();
        let mut now = 0;
        for _ in 0..10 {
            connection.down(at(now), RelayProblem::Unreachable, u32::MAX);
            now = connection.deadline().unwrap();
            connection.opening();
        }
        (connection, now)
    }

    #[test]
    fn who_looks_waits_ten_seconds_at_most() {
        let (mut connection, now) = long_away();
        assert!(!connection.look(true, at(now)));
        connection.down(at(now), RelayProblem::Unreachable, u32::MAX);
        let wait = connection.deadline().unwrap() - now;
        assert!((5_000..=10_000).contains(&wait), "{wait}");
        connection.opening();
        assert!(!connection.look(false, at(now)));
        connection.down(at(now), RelayProblem::Unreachable, u32::MAX);
        assert!(connection.deadline().unwrap() - now >= 30_000);
    }

    #[test]
    fn who_begins_to_look_ends_a_long_wait_and_looking_often_ends_none_sooner() {
        let (mut connection, now) = long_away();
        connection.down(at(now), RelayProblem::Unreachable, u32::MAX);
        let until = connection.deadline().unwrap();
        for look in 0..5 {
            assert_eq!(connection.look(true, at(now + look)), look == 0);
            connection.look(false, at(now + look));
        }
        assert_eq!(connection.deadline(), Some(now + 10_000));
        let RelayState::Waiting { retry_at, .. } = connection.view() else {
            panic!("{:?}", connection.view())
        };
        assert_eq!(retry_at, at(now + 10_000).wall);
        // Looked at after that, it is tried at once.
        connection.opening();
        connection.down(at(until), RelayProblem::Unreachable, u32::MAX);
        assert!(connection.look(true, at(until + 20_000)));
        assert_eq!(connection.deadline(), Some(until + 20_000));
        // The other holder of the name is left alone.
        connection.opening();
        connection.down(at(until), RelayProblem::Replaced, 0);
        assert!(!connection.look(true, at(until + 20_000)));
        assert_eq!(connection.deadline(), Some(until + 30_000));
    }

    #[test]
    fn a_changed_network_ends_a_wait_and_finds_a_dead_connection_soon() {
        let (mut connection, now) = long_away();
        connection.down(at(now), RelayProblem::Unreachable, u32::MAX);
        connection.check(at(now + 1));
        assert_eq!(connection.due(at(now + 1)), Some(Due::Open));
        connection.opening();
        connection.down(at(now + 2), RelayProblem::Unreachable, u32::MAX);
        let wait = connection.deadline().unwrap() - (now + 2);
        assert!((1_000..=2_000).contains(&wait), "{wait}");

        let mut connection = connected();
        connection.check(at(1_000));
        assert_eq!(connection.due(at(1_000)), Some(Due::Ping));
        let token = connection.ping(at(1_000));
        assert_eq!(connection.due(at(5_999)), None);
        assert_eq!(connection.due(at(6_000)), Some(Due::Silent));
        // One that answers is left alone.
        connection.heard(at(5_000));
        connection.settle(token, at(5_000));
        assert_eq!(connection.deadline(), Some(5_000 + PING_EVERY_MS));
        // A ping that was under way already gets no longer.
        connection.ping(at(30_000));
        connection.check(at(31_000));
        assert_eq!(connection.due(at(36_000)), Some(Due::Silent));
    }

    #[test]
    fn a_silent_relay_is_pinged_and_then_given_up() {
        let mut connection = connected();
        assert_eq!(connection.due(at(24_999)), None);
        assert_eq!(connection.due(at(25_000)), Some(Due::Ping));
        connection.ping(at(25_000));
        assert_eq!(connection.due(at(39_999)), None);
        assert_eq!(connection.due(at(40_000)), Some(Due::Silent));
    }

    proptest! {
        /// However long connections hold and whatever the random numbers are: the waits grow while
        /// none holds, and begin anew once one did.
        #[test]
        fn waits_follow_how_long_connections_hold(
            ends in proptest::collection::vec((0..2 * STEADY_MS, any::<u32>()), 1..40)
        ) {
            let mut connection = Connection::new(RelayPlace::Custom, None, at(0));
            let (mut now, mut short) = (0, 0u32);
            for (held_ms, jitter) in ends {
                let wait = held(&mut connection, &mut now, held_ms, jitter);
                if held_ms >= STEADY_MS {
                    short = 0;
                }
                let longest = (1_000 << short.min(6)).min(60_000);
                prop_assert!((longest / 2..=longest).contains(&wait), "{wait} after {short}");
                short += 1;
            }
        }

        #[test]
        fn what_is_taken_was_written_and_comes_once_and_in_order(
            steps in proptest::collection::vec(0u8..4, 0..200)
        ) {
            let mut connection = connected();
            let mut written = 0i64;
            let mut pinged = 0u64;
            let mut last_taken = 0i64;
            let mut asked_up_to = 0i64;
            for (n, step) in steps.into_iter().enumerate() {
                let now = at(n as u64);
                match step {
                    0 if connection.has_room(100) => {
                        written += 1;
                        connection.wrote(text(written, connection.upcoming_token()));
                    }
                    1 => { pinged = connection.ping(now); asked_up_to = written; }
                    2 => {
                        let taken = connection.taken_by(pinged);
                        connection.settle(pinged, now);
                        for taken in taken {
                            prop_assert_eq!(taken.carried, Carried::Text(MessageId(last_taken + 1)));
                            last_taken += 1;
                            prop_assert!(last_taken <= asked_up_to);
                        }
                    }
                    _ => prop_assert!(connection.in_flight.len() <= WINDOW_TEXTS),
                }
            }
        }
    }
}
