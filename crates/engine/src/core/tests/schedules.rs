//! People, relays and losses in any order: what holds whatever happens.

use super::relay_model::{Conn, Kind};
use super::world::{Who, World};
use crate::api::{MessageId, MessageState};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// How many cases each property is tried with (`SOTTO_CASES`).
fn cases() -> u32 {
    let asked = std::env::var("SOTTO_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(256)
}

/// That many cases, made small well when one fails.
pub(super) fn config() -> ProptestConfig {
    ProptestConfig {
        cases: cases(),
        max_shrink_iters: 2_000,
        // A case found here becomes a test with a name; a file of seeds would outlive its meaning.
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What happens next; numbers choose among whoever and whatever there is.
#[derive(Clone, Debug)]
enum Step {
    Send(u8, u8),
    RelayReads(u8, u8),
    ClientReads(u8, u8),
    Settle,
    Lose(u8),
    LoseHalf(u8),
    GhostEnds(u8),
    Restart(u8),
    KillRelay(u8),
    StartRelay(u8),
    Pass(u16),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (any::<u8>(), any::<u8>()).prop_map(|(a, b)| Step::Send(a, b)),
        8 => (any::<u8>(), 1u8..6).prop_map(|(c, n)| Step::RelayReads(c, n)),
        8 => (any::<u8>(), 1u8..6).prop_map(|(c, n)| Step::ClientReads(c, n)),
        2 => Just(Step::Settle),
        3 => any::<u8>().prop_map(Step::Lose),
        2 => any::<u8>().prop_map(Step::LoseHalf),
        2 => any::<u8>().prop_map(Step::GhostEnds),
        2 => any::<u8>().prop_map(Step::Restart),
        1 => any::<u8>().prop_map(Step::KillRelay),
        2 => any::<u8>().prop_map(Step::StartRelay),
        4 => (0u16..5_000).prop_map(Step::Pass),
    ]
}

struct Run {
    world: World,
    people: Vec<Who>,
    sent: BTreeMap<(Who, Who), Vec<(String, MessageId)>>,
    /// Two relays may deliver at different speeds, so order is only kept through one.
    in_order: bool,
    /// Whether the programs know each other, so that everything goes through sessions.
    sessions: bool,
}

impl Run {
    fn new(kinds: &[Kind], people: usize, sessions: bool) -> Self {
        let mut world = World::new(kinds);
        world.guides = !sessions;
        let relays: Vec<usize> = (0..kinds.len()).collect();
        let names = ["alice", "bob", "carol"];
        let people: Vec<Who> = names[..people]
            .iter()
            .map(|name| world.person(name, &relays))
            .collect();
        for who in &people {
            for other in people.iter().filter(|other| *other != who) {
                world.befriend(*who, *other);
            }
        }
        Self {
            world,
            people,
            sent: BTreeMap::new(),
            // In a session the next text waits for the receipt, whatever the way.
            in_order: kinds.len() == 1 || sessions,
            sessions,
        }
    }

    fn does(&mut self, step: &Step) {
        match *step {
            Step::Send(from, to) => self.send(from, to),
            Step::RelayReads(conn, n) => {
                if let Some(conn) = self.conn(conn, false) {
                    (0..n).all(|_| self.world.relay_reads(conn));
                }
            }
            Step::ClientReads(conn, n) => {
                if let Some(conn) = self.conn(conn, false) {
                    (0..n).all(|_| self.world.client_reads(conn));
                }
            }
            Step::Settle => self.world.settle(),
            Step::Lose(conn) => {
                if let Some(conn) = self.conn(conn, false) {
                    self.world.lose(conn);
                }
            }
            Step::LoseHalf(conn) => {
                if let Some(conn) = self.conn(conn, false) {
                    self.world.lose_half(conn);
                }
            }
            Step::GhostEnds(conn) => {
                if let Some(conn) = self.conn(conn, true) {
                    self.world.lose(conn);
                }
            }
            Step::Restart(who) => {
                let who = self.people[usize::from(who) % self.people.len()];
                self.world.restart(who);
            }
            Step::KillRelay(at) => {
                let at = usize::from(at) % self.world.relays.len();
                self.world.kill_relay(at);
            }
            Step::StartRelay(at) => {
                let at = usize::from(at) % self.world.relays.len();
                self.world.relays[at].alive = true;
            }
            Step::Pass(ms) => {
                // Only the clock: what is on its way stays on its way.
                self.world.clock_to(self.world.now.mono + u64::from(ms));
                for who in self.people.clone() {
                    self.world.tick(who);
                }
            }
        }
    }

    fn send(&mut self, from: u8, to: u8) {
        let from = self.people[usize::from(from) % self.people.len()];
        let others: Vec<Who> = self.people.iter().copied().filter(|o| *o != from).collect();
        let to = others[usize::from(to) % others.len()];
        let texts = self.sent.entry((from, to)).or_default();
        let text = format!("{from} to {to}: {}", texts.len());
        let id = self.world.send(from, to, &text);
        texts.push((text, id));
    }

    fn conn(&self, n: u8, ghosts: bool) -> Option<Conn> {
        let conns = self.world.pipes.iter();
        let conns: Vec<Conn> = conns
            .filter(|(_, pipe)| pipe.ghost == ghosts)
            .map(|(conn, _)| *conn)
            .collect();
        let index = usize::from(n).checked_rem(conns.len())?;
        conns.get(index).copied()
    }

    /// What is true at every moment.
    fn check(&mut self) -> Result<(), TestCaseError> {
        for ((from, to), texts) in self.sent.clone() {
            let kept: Vec<String> = self.world.sent(from, to).into_iter().map(|s| s.0).collect();
            let all: Vec<String> = texts.iter().map(|(text, _)| text.clone()).collect();
            prop_assert_eq!(&kept, &all, "the sender's history has every text");
            let received = self.world.received(to, from);
            let places = received.iter();
            let mut places: Vec<usize> = places
                .map(|text| all.iter().position(|sent| sent == text).unwrap())
                .collect();
            let mut once = places.clone();
            once.sort_unstable();
            let rising = once.windows(2).all(|pair| pair[0] < pair[1]);
            prop_assert!(rising, "each once: {:?}", places);
            if !self.in_order {
                continue;
            }
            if self.sessions {
                // One that was lost before the session began comes behind others that were not.
                places.retain(|place| !self.went_plain(from, texts[*place].1));
            }
            let rising = places.windows(2).all(|pair| pair[0] < pair[1]);
            prop_assert!(rising, "in order: {:?}", places);
        }
        Ok(())
    }

    /// Whether a text was first written in a plain box.
    fn went_plain(&self, from: Who, id: MessageId) -> bool {
        let reader = self.world.store(from).reader();
        let row = sotto_store::messages::by_id(reader, id.0).unwrap();
        row.unwrap().plain_nonce.is_some()
    }

    /// What is true in sessions when everybody was there for long enough: every text arrived,
    /// once and in its order, and is known to have arrived.
    fn check_delivered(&mut self) -> Result<(), TestCaseError> {
        // The longest waits before something is asked or written again, one after the other.
        self.world.pass(2_000_000);
        self.check()?;
        for ((from, to), texts) in self.sent.clone() {
            let arrived = self.world.received(to, from).len();
            prop_assert_eq!(arrived, texts.len());
            for (text, id) in texts {
                let state = self.world.state(from, id);
                prop_assert_eq!(state, MessageState::Delivered, "{}", text);
            }
        }
        Ok(())
    }

    /// What is true when everybody was there for long enough.
    fn check_at_rest(&mut self) -> Result<(), TestCaseError> {
        for relay in &mut self.world.relays {
            relay.alive = true;
        }
        while let Some(ghost) = self.conn(0, true) {
            self.world.lose(ghost);
        }
        if self.sessions {
            return self.check_delivered();
        }
        self.world.pass(200_000);
        self.check()?;
        for ((from, to), texts) in self.sent.clone() {
            let received = self.world.received(to, from);
            for (text, id) in texts {
                prop_assert_eq!(self.world.state(from, id), MessageState::Handed);
                let sealed = &self.world.people[from].sealed[&id];
                let arrived = received.contains(&text);
                // A relay of level 0 keeps nothing: only what was on its way to somebody whose
                // connection ended can be missing, or what a guide's relay had unlisted us for.
                let gone = self.world.lost.contains(sealed)
                    || self.world.relays.iter().any(|r| r.unheard.contains(sealed));
                prop_assert!(arrived || gone, "{} is missing", text);
            }
        }
        Ok(())
    }
}

/// Everybody writes once more, so that those who never wrote know each other's program.
fn run_in_sessions(kinds: &[Kind], people: usize, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut run = Run::new(kinds, people, true);
    for step in steps {
        run.does(step);
    }
    run.check()?;
    for who in 0..u8::try_from(people).unwrap() {
        for other in 0..u8::try_from(people - 1).unwrap() {
            run.send(who, other);
        }
    }
    run.check_at_rest()
}

fn run(kinds: &[Kind], people: usize, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut run = Run::new(kinds, people, false);
    for step in steps {
        run.does(step);
    }
    run.check()?;
    run.check_at_rest()
}

/// Sessions cost more than boxes, and run for longer.
fn session_config() -> ProptestConfig {
    ProptestConfig {
        cases: (cases() / 4).max(1),
        max_shrink_iters: 200,
        ..config()
    }
}

proptest! {
    #![proptest_config(session_config())]

    #[test]
    fn in_sessions_at_our_relay_every_text_comes_once_and_in_order(
        steps in prop::collection::vec(step(), 1..80)
    ) {
        run_in_sessions(&[Kind::Ours], 2, &steps)?;
    }

    #[test]
    fn in_sessions_at_a_guide_relay_every_text_comes_once_and_in_order(
        steps in prop::collection::vec(step(), 1..80)
    ) {
        run_in_sessions(&[Kind::Guide], 2, &steps)?;
    }

    #[test]
    fn in_sessions_through_two_relays_every_text_comes_once_and_in_order(
        steps in prop::collection::vec(step(), 1..80)
    ) {
        run_in_sessions(&[Kind::Ours, Kind::Guide], 2, &steps)?;
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn at_our_relay_texts_come_once_and_in_order(
        steps in prop::collection::vec(step(), 1..120)
    ) {
        run(&[Kind::Ours], 2, &steps)?;
    }

    #[test]
    fn at_a_guide_relay_texts_come_once_and_in_order(
        steps in prop::collection::vec(step(), 1..120)
    ) {
        run(&[Kind::Guide], 2, &steps)?;
    }

    #[test]
    fn through_two_relays_texts_come_once(
        steps in prop::collection::vec(step(), 1..120)
    ) {
        run(&[Kind::Ours, Kind::Guide], 2, &steps)?;
    }

    #[test]
    fn among_three_people_texts_come_once_and_in_order(
        steps in prop::collection::vec(step(), 1..160)
    ) {
        run(&[Kind::Guide], 3, &steps)?;
    }
}
