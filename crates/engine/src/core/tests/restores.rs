//! Old copies of a history put back at any moment, with losses and restarts between: nothing is
//! shown twice, no key of the ratchet makes two messages, and both come to talk again.

use super::killed::{Used, note_keys};
use super::relay_model::{Conn, Kind};
use super::schedules::config;
use super::world::{Who, World};
use crate::api::MessageState;
use proptest::prelude::*;
use sotto_store::{OpenOptions, Store};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use zeroize::Zeroizing;

#[derive(Clone, Debug)]
enum Step {
    Send(bool),
    RelayReads(u8, u8),
    ClientReads(u8, u8),
    Settle,
    Lose(u8),
    Restart(bool),
    /// A person's program ends, its history is copied, and it starts again.
    Copy(bool),
    /// A person's program ends, and starts again over the newest copy.
    Restore(bool),
    Pass(u16),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => any::<bool>().prop_map(Step::Send),
        6 => (any::<u8>(), 1u8..6).prop_map(|(c, n)| Step::RelayReads(c, n)),
        6 => (any::<u8>(), 1u8..6).prop_map(|(c, n)| Step::ClientReads(c, n)),
        3 => Just(Step::Settle),
        2 => any::<u8>().prop_map(Step::Lose),
        1 => any::<bool>().prop_map(Step::Restart),
        2 => any::<bool>().prop_map(Step::Copy),
        2 => any::<bool>().prop_map(Step::Restore),
        4 => (0u16..20_000).prop_map(Step::Pass),
    ]
}

/// A person's history on a disk, and the newest copy of it.
struct Disk {
    history: TempDir,
    copy: Option<TempDir>,
}

pub(super) fn key() -> Zeroizing<[u8; 32]> {
    Zeroizing::new([2; 32])
}

pub(super) fn copy_files(from: &Path, to: &Path) {
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

impl Disk {
    fn copied(&self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        copy_files(self.history.path(), copy.path());
        copy
    }

    fn put_back(&mut self) {
        if let Some(copy) = &self.copy {
            let history = tempfile::tempdir().unwrap();
            copy_files(copy.path(), history.path());
            self.history = history;
        }
    }

    fn open(&self) -> Store {
        Store::open(self.history.path(), &key(), OpenOptions::default()).unwrap()
    }
}

struct Run {
    world: World,
    people: [Who; 2],
    disks: [Disk; 2],
    written: usize,
    used: Used,
    /// So many of the relay's frames were looked at.
    seen: usize,
}

impl Run {
    fn new() -> Self {
        let mut world = World::new(&[Kind::Guide]);
        world.guides = false;
        let mut disks = Vec::new();
        let people = ["alice", "bob"].map(|name| {
            let history = tempfile::tempdir().unwrap();
            let empty = Store::create(history.path(), &key()).unwrap();
            disks.push(Disk {
                history,
                copy: None,
            });
            world.person_over(name, &[0], empty)
        });
        let [alice, bob] = people;
        world.befriend(alice, bob);
        world.befriend(bob, alice);
        world.settle();
        let disks: [Disk; 2] = disks.try_into().ok().unwrap();
        Self {
            world,
            people,
            disks,
            written: 0,
            used: Used::new(),
            seen: 0,
        }
    }

    fn pair(&self, first: bool) -> (usize, Who, Who) {
        let at = usize::from(!first);
        (at, self.people[at], self.people[1 - at])
    }

    fn write(&mut self, first: bool) -> (String, crate::api::MessageId) {
        let (_, who, other) = self.pair(first);
        let text = format!("{}", self.written);
        self.written += 1;
        let id = self.world.send(who, other, &text);
        (text, id)
    }

    fn does(&mut self, step: &Step) {
        match *step {
            Step::Send(first) => {
                self.write(first);
            }
            Step::RelayReads(conn, n) => {
                if let Some(conn) = self.conn(conn) {
                    (0..n).all(|_| self.world.relay_reads(conn));
                }
            }
            Step::ClientReads(conn, n) => {
                if let Some(conn) = self.conn(conn) {
                    (0..n).all(|_| self.world.client_reads(conn));
                }
            }
            Step::Settle => self.world.settle(),
            Step::Lose(conn) => {
                if let Some(conn) = self.conn(conn) {
                    self.world.lose(conn);
                }
            }
            Step::Restart(first) => self.world.restart(self.pair(first).1),
            Step::Copy(first) => {
                let (at, who, _) = self.pair(first);
                drop(self.world.kill(who));
                self.disks[at].copy = Some(self.disks[at].copied());
                self.world.begin(who, self.disks[at].open());
            }
            Step::Restore(first) => {
                let (at, who, _) = self.pair(first);
                drop(self.world.kill(who));
                self.disks[at].put_back();
                self.world.begin(who, self.disks[at].open());
            }
            Step::Pass(ms) => {
                self.world.clock_to(self.world.now.mono + u64::from(ms));
                for who in self.people {
                    self.world.tick(who);
                }
            }
        }
    }

    fn conn(&self, n: u8) -> Option<Conn> {
        let conns: Vec<Conn> = self.world.pipes.keys().copied().collect();
        let index = usize::from(n).checked_rem(conns.len())?;
        conns.get(index).copied()
    }

    fn check(&mut self) -> Result<(), TestCaseError> {
        for first in [true, false] {
            let (_, who, other) = self.pair(first);
            let received = self.world.received(who, other);
            let once: BTreeSet<&String> = received.iter().collect();
            prop_assert_eq!(once.len(), received.len(), "each once: {:?}", received);
        }
        let frames = self.world.relays[0].frames.len();
        note_keys(&mut self.world, &self.people, self.seen, &mut self.used);
        self.seen = frames;
        Ok(())
    }

    /// Whatever was, what is written from now on arrives once, in its order, and is confirmed.
    fn check_healed(&mut self) -> Result<(), TestCaseError> {
        self.world.pass(8_000_000);
        self.check()?;
        let mut last = [Vec::new(), Vec::new()];
        for n in 0..4 {
            let first = n % 2 == 0;
            let written = self.write(first);
            last[self.pair(first).0].push(written);
            self.world.settle();
        }
        self.world.pass(8_000_000);
        self.check()?;
        for first in [true, false] {
            let (at, who, other) = self.pair(first);
            for (text, id) in &last[at] {
                let state = self.world.state(who, *id);
                prop_assert_eq!(state, MessageState::Delivered, "{}", text);
            }
            let received = self.world.received(other, who);
            let expected: Vec<&String> = last[at].iter().map(|(text, _)| text).collect();
            let end: Vec<&String> = received.iter().rev().take(2).rev().collect();
            prop_assert_eq!(end, expected);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: (config().cases / 8).max(1),
        max_shrink_iters: 200,
        ..config()
    })]

    #[test]
    fn histories_may_be_put_back_at_any_moment(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        let mut run = Run::new();
        for step in &steps {
            run.does(step);
            run.check()?;
        }
        run.check_healed()?;
    }
}
