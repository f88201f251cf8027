//! Two computers with one identity (P-54, P-55): the older copy is told by whoever knows the newer one,
//! and stops. Nothing of it is taken, nothing of the newer one is lost, and nobody else can stop it.

use super::killed::{Used, note_keys};
use super::relay_model::{Conn, Kind};
use super::restores::{copy_files, key};
use super::schedules::config;
use super::world::{Who, World, message};
use crate::api::{
    CreateInvite, ErrorCode, Event, MessageId, MessageState, ProfilePatch, ReconnectNow,
    RelayState, RetryMessage, SendText, ShowCard, SystemLine, UpdateProfile,
};
use crate::core::ConnectionEvent;
use crate::core::outbound::Outbound;
use crate::core::session::record::{Readers, Saying, SessionRecord};
use crate::rollback_guard::CounterState;
use proptest::prelude::*;
use sotto_protocol::{Body, Identity, KeyCard, MailboxKeyId, UnixTime, Validity, body, envelope};
use sotto_store::{OpenOptions, Store, StoreError, older_copies, peers};
use std::collections::BTreeSet;
use std::path::Path;
use tempfile::TempDir;

const HOUR_MS: u64 = 3_600_000;

/// Alice's older and newer computer, and Bob, whom both know.
pub(super) struct Copies {
    pub(super) world: World,
    pub(super) older: Who,
    pub(super) bob: Who,
    /// The history that the newer one is to begin with, and the same once more.
    folders: [TempDir; 2],
    _history: TempDir,
}

fn open(folder: &Path) -> Store {
    Store::open(folder, &key(), OpenOptions::default()).unwrap()
}

impl Copies {
    /// Alice and Bob talk, and her history is copied.
    pub(super) fn new(kind: Kind) -> Self {
        let mut world = World::new(&[kind]);
        world.guides = false;
        let [history, copy, spare] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        let empty = Store::create(history.path(), &key()).unwrap();
        let older = world.person_over("alice", &[0], empty);
        let bob = world.person("bob", &[0]);
        world.befriend(older, bob);
        world.befriend(bob, older);
        world.settle();
        world.send(older, bob, "hello");
        world.settle();
        world.send(bob, older, "hello, too");
        world.pass(60_000);
        drop(world.kill(older));
        copy_files(history.path(), copy.path());
        copy_files(history.path(), spare.path());
        world.begin(older, open(history.path()));
        world.pass(60_000);
        Self {
            world,
            older,
            bob,
            folders: [copy, spare],
            _history: history,
        }
    }

    /// The copy is put back on another computer.
    pub(super) fn begin_newer(&mut self) -> Who {
        self.world.copy_of(self.older, open(self.folders[0].path()))
    }

    /// The same, and Bob has heard of it.
    pub(super) fn told_bob(kind: Kind) -> (Self, Who) {
        let mut it = Self::new(kind);
        let newer = it.begin_newer();
        it.world.pass(1_000);
        it.world.send(newer, it.bob, "from the newer one");
        // The older one comes back later than that.
        for conn in it.world.conns_of(it.older) {
            it.world.lose(conn);
        }
        it.world.settle();
        it.wait(|it| it.has_come(newer, "from the newer one"));
        (it, newer)
    }

    /// Lets time pass until something is so.
    pub(super) fn wait(&mut self, mut until: impl FnMut(&mut Self) -> bool) {
        for _ in 0..600 {
            if until(self) {
                return;
            }
            self.world.pass(1_000);
        }
        panic!("it never came to that");
    }

    pub(super) fn has_come(&mut self, from: Who, text: &str) -> bool {
        let came = self.world.received(self.bob, from);
        came.iter().any(|came| came == text)
    }

    pub(super) fn is_stopped(&mut self, who: Who) -> bool {
        self.world.identity(who).moved_at().is_some()
    }

    /// A text goes out from somebody to Bob and is confirmed.
    fn arrives(&mut self, from: Who, text: &str) {
        let id = self.world.send(from, self.bob, text);
        self.world.pass(2 * HOUR_MS);
        assert_eq!(
            self.world.state(from, id),
            MessageState::Delivered,
            "{text}"
        );
        let came = self.world.received(self.bob, from);
        let times = came.iter().filter(|came| *came == text).count();
        assert_eq!(times, 1, "{text}");
    }

    /// The older one has stopped, nothing of it came, and the newer one is heard in both directions.
    fn check_moved(&mut self, newer: Who) {
        let (older, bob) = (self.older, self.bob);
        assert!(self.is_stopped(older));
        assert!(!self.is_stopped(newer) && !self.is_stopped(bob));
        let written = self.world.people[older].written;
        self.arrives(newer, "and again");
        let back = self.world.send(bob, newer, "back");
        self.world.pass(2 * HOUR_MS);
        assert_eq!(self.world.state(bob, back), MessageState::Delivered);
        assert_eq!(self.world.received(newer, bob).last().unwrap(), "back");
        assert!(!self.has_come(older, "from the older one"));
        assert_eq!(self.world.people[older].written, written);
        assert!(self.world.conns_of(older).is_empty());
    }
}

/// P-54, P-55: in the session that the older one uses.
#[test]
fn an_older_copy_that_writes_is_told_and_stops() {
    for kind in [Kind::Ours, Kind::Guide] {
        let (mut it, newer) = Copies::told_bob(kind);
        let id = it.world.send(it.older, it.bob, "from the older one");
        it.wait(|it| it.is_stopped(it.older));
        assert_ne!(it.world.state(it.older, id), MessageState::Delivered);
        it.check_moved(newer);
        // Nobody was asked for anything, and no session was made anew for it.
        let chat = it.world.chat(it.bob, newer);
        let lines = it.world.system_lines(it.bob, chat);
        let renewed = lines.iter().filter(|l| **l == SystemLine::SessionRenewed);
        assert!(renewed.count() <= 1, "{lines:?}");
    }
}

/// P-54: an older copy that has no session begins one.
#[test]
fn the_handshake_of_an_older_copy_is_answered_and_makes_no_session() {
    let (mut it, newer) = Copies::told_bob(Kind::Guide);
    let (older, bob) = (it.older, it.bob);
    let (of_bob, of_alice) = (it.world.fingerprint(bob), it.world.fingerprint(newer));
    let mut store = it.world.kill(older);
    store.transaction(peers::give_up_all).unwrap();
    it.world.begin(older, store);
    let best = |world: &World| {
        let best = peers::best_session(world.store(bob).reader(), &of_alice);
        best.unwrap().unwrap().session
    };
    let before = best(&it.world);
    it.world.send(older, bob, "from the older one");
    it.wait(|it| it.is_stopped(it.older));
    assert!(peers::has_session(it.world.store(older).reader(), &of_bob).unwrap());
    assert_eq!(best(&it.world), before);
    it.check_moved(newer);
}

/// P-54: the bundle of an older copy begins nothing, and it is told all the same.
#[test]
fn the_bundle_of_an_older_copy_is_refused_and_it_stops() {
    let (mut it, newer) = Copies::told_bob(Kind::Guide);
    let (older, bob) = (it.older, it.bob);
    // Bob knows nothing of the older one's session any more.
    let mut store = it.world.kill(bob);
    let forgotten = store.transaction(|tx| older_copies::forget_old(tx, i64::MAX));
    assert_eq!(forgotten.unwrap(), 1);
    it.world.begin(bob, store);
    drop(it.world.kill(newer));
    it.world.send(older, bob, "from the older one");
    it.wait(|it| it.is_stopped(it.older));
    assert!(!it.has_come(older, "from the older one"));
    let of_alice = it.world.fingerprint(older);
    let known = peers::by_fingerprint(it.world.store(bob).reader(), &of_alice);
    let known = KeyCard::decode(&known.unwrap().unwrap().card).unwrap();
    let own = it.world.identity(older).keys.card().incarnation();
    assert!(known.incarnation() > own);
}

/// P-55: what is asked of a computer that stopped.
#[test]
fn a_stopped_computer_is_read_and_sends_nothing() {
    let (mut it, newer) = Copies::told_bob(Kind::Ours);
    let older = it.older;
    let id = it.world.send(older, it.bob, "from the older one");
    it.wait(|it| it.is_stopped(it.older));
    let told = it.world.people[older].events.iter().any(
        |event| matches!(event, Event::ProfileChanged { profile } if profile.moved_at.is_some()),
    );
    assert!(told);
    let chat = it.world.chat(older, it.bob);
    let text = "and more".to_owned();
    let moved = |answer: Result<(), crate::error::EngineError>| {
        assert_eq!(answer.unwrap_err().code(), ErrorCode::Moved);
    };
    for restarted in [false, true] {
        if restarted {
            it.world.restart(older);
        }
        let text = text.clone();
        moved(it.world.request(older, SendText { chat, text }).map(drop));
        moved(it.world.request(older, RetryMessage(id)));
        moved(it.world.request(older, ShowCard).map(drop));
        moved(
            it.world
                .request(older, CreateInvite { ttl_secs: None })
                .map(drop),
        );
        moved(
            it.world
                .request(older, UpdateProfile(ProfilePatch::default())),
        );
        // What was is still there.
        assert!(
            it.world
                .received(older, it.bob)
                .contains(&"hello, too".to_owned())
        );
        let snapshot = it.world.snapshot(older);
        assert!(snapshot.profile.moved_at.is_some());
        assert_eq!(snapshot.relays[0].state, RelayState::Stopped);
        let written = it.world.people[older].written;
        it.world.request(older, ReconnectNow).unwrap();
        it.world.pass(2 * HOUR_MS);
        assert_eq!(it.world.people[older].written, written);
        assert!(it.world.conns_of(older).is_empty());
    }
    it.check_moved(newer);
}

/// P-55: a connection that opens only then, and a relay that goes on talking, change nothing.
#[test]
fn what_a_relay_says_after_it_learned_is_not_answered() {
    let (mut it, _) = Copies::told_bob(Kind::Guide);
    let older = it.older;
    it.world.send(older, it.bob, "from the older one");
    it.wait(|it| it.is_stopped(it.older));
    let before = it.world.received(older, it.bob);
    let forwarded = it.world.relays[0].forwarded.clone();
    let (relay, now) = (it.world.snapshot(older).relays[0].id, it.world.now);
    let frames = forwarded
        .iter()
        .map(|(text, _)| message("bob", text, now.wall));
    let events = [ConnectionEvent::Up, ConnectionEvent::Garbage];
    let events = events.into_iter().chain(frames.map(ConnectionEvent::Frame));
    for event in events {
        for epoch in 0..9 {
            let engine = it.world.engine(older);
            engine.connection_event(now, relay, epoch, &event).unwrap();
        }
    }
    let effects = it.world.engine(older).take_effects();
    assert!(effects.is_empty(), "{effects:?}");
    assert_eq!(it.world.received(older, it.bob), before);
}

/// What somebody's program says to another in the session that they write in.
fn say(world: &mut World, from: Who, to: Who, body: Body) -> String {
    let (identity, now) = (world.fingerprint(to), world.now);
    let sealed = world.engine(from).turn(now, |rooms, turn| {
        let Outbound { sessions, .. } = &mut rooms.outbound;
        let mut record = SessionRecord::best(turn.tx, &identity)?.unwrap();
        let saying = Saying {
            id: turn.content_id(),
            sent_at: now.wall,
            body,
        };
        let encrypted = sessions.encrypt(turn, &mut record, None, saying)?.unwrap();
        record.save(turn.tx)?;
        Ok::<_, StoreError>(sessions.envelope(turn, &record, encrypted, Readers::Any))
    });
    sealed.unwrap().unwrap()
}

fn moved(card: &[u8]) -> Body {
    Body::Control(body::Control {
        code: body::ControlCode::Moved,
        data: card.to_vec(),
    })
}

/// P-55: only a card with the identity's own signature and a higher incarnation stops a computer.
#[test]
fn a_contact_cannot_stop_a_computer_with_a_card_of_its_making() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let own = world.identity(alice).keys.card().clone();
    let number = own.incarnation();
    let year = Validity::days(world.now.unix(), 365);
    let bobs = &world.identity(bob).item.identity;
    let signed_by_bob = KeyCard::sign_as(bobs, &[], year, u64::MAX).unwrap();
    let alices = &world.identity(alice).item.identity;
    let signed = |number| {
        let card = KeyCard::sign_as(alices, &[], year, number).unwrap();
        card.encoded().to_vec()
    };
    let mut spoiled = signed(number + 1);
    spoiled[3] ^= 1;
    let cards = [
        own.encoded().to_vec(),
        signed(number),
        signed(number - 1),
        signed(0),
        signed_by_bob.encoded().to_vec(),
        spoiled,
        Vec::new(),
    ];
    let newer = signed(number + 1);
    for card in cards {
        let sealed = say(&mut world, bob, alice, moved(&card));
        world.inject_box(alice, "bob", &sealed);
        world.settle();
        assert_eq!(world.identity(alice).moved_at(), None);
    }
    let id = world.send(alice, bob, "still here");
    world.pass(60_000);
    assert_eq!(world.state(alice, id), MessageState::Delivered);
    // Nor does one that was changed on its way.
    let sealed = say(&mut world, bob, alice, moved(&newer));
    let mut broken = sealed.clone().into_bytes();
    let last = broken.len() - 1;
    broken[last] = if broken[last] == b'A' { b'B' } else { b'A' };
    world.inject_box(alice, "bob", &String::from_utf8(broken).unwrap());
    assert_eq!(world.identity(alice).moved_at(), None);
    // The same card in a session that works does: whoever has it has it from the newer copy.
    world.inject_box(alice, "bob", &sealed);
    assert!(world.identity(alice).moved_at().is_some());
}

/// How many envelopes for this mailbox key the relay was given.
fn envelopes_for(it: &Copies, key: MailboxKeyId) -> usize {
    let frames = it.world.relays[0].frames.iter();
    let sealed = frames.filter(|frame| {
        let value: serde_json::Value = serde_json::from_str(frame).unwrap();
        let text = value.get("encrypted").and_then(|text| text.as_str());
        let address = text.and_then(|text| envelope::address(text).ok());
        address.is_some_and(|address| address.mailbox_key == key)
    });
    sealed.count()
}

/// P-54: what an older copy wrote may be repeated for as long as it likes.
#[test]
fn what_a_relay_repeats_of_an_older_copy_is_answered_seldom_and_not_for_ever() {
    let (mut it, newer) = Copies::told_bob(Kind::Guide);
    let (older, bob) = (it.older, it.bob);
    let of_newer = it.world.kill(newer);
    let of_older_key = it.world.identity(older).keys.mailbox().current_id();
    let of_older_key = of_older_key.unwrap();
    // It never learns, because nothing reaches it.
    it.world.relays[0].holds_back = Some("bob".to_owned());
    let from = it.world.relays[0].forwarded.len();
    it.world.send(older, bob, "from the older one");
    it.world.pass(10_000);
    let forwarded = it.world.relays[0].forwarded[from..].iter();
    let of_older: Vec<String> = forwarded
        .filter(|(text, _)| envelope::is_envelope(text))
        .map(|(text, _)| text.clone())
        .collect();
    assert!(!of_older.is_empty());
    it.world.relays[0].holds_back = None;
    drop(it.world.kill(older));
    it.world.begin(newer, of_newer);
    it.world.pass(2 * HOUR_MS);
    let before = envelopes_for(&it, of_older_key);
    for _ in 0..60 {
        for sealed in &of_older {
            it.world.inject_box(bob, "alice", sealed);
        }
        it.world.pass(60_000);
    }
    let answers = envelopes_for(&it, of_older_key) - before;
    assert!((1..=6).contains(&answers), "{answers}");
    assert!(!it.has_come(newer, "from the older one"));
    it.arrives(newer, "unharmed");
    // What is known of the older one is given up in time.
    it.world.pass(38 * 24 * HOUR_MS);
    let before = envelopes_for(&it, of_older_key);
    for sealed in &of_older {
        it.world.inject_box(bob, "alice", sealed);
    }
    it.world.settle();
    assert_eq!(envelopes_for(&it, of_older_key), before);
    assert!(!it.has_come(newer, "from the older one"));
}

/// P-51, P-55: whoever moves back has a higher number than all, and the other one stops.
#[test]
fn who_moves_back_and_forth_is_where_the_last_move_went() {
    let (mut it, newer) = Copies::told_bob(Kind::Guide);
    let older = it.older;
    it.world.send(older, it.bob, "from the older one");
    it.wait(|it| it.is_stopped(it.older));
    // A copy from before is put back there once more.
    drop(it.world.kill(older));
    it.world.pass(5_000);
    it.world.people[older].keychain = CounterState::At(u64::from(u32::MAX));
    it.world.begin(older, open(it.folders[1].path()));
    assert!(!it.is_stopped(older));
    it.arrives(older, "back again");
    it.world.send(newer, it.bob, "from the one between");
    // A relay of this kind brings what comes to whoever came last.
    it.world.lose(it.world.conn(newer));
    it.wait(|it| it.is_stopped(newer));
    assert!(!it.has_come(older, "from the one between"));
    it.arrives(older, "for good");
}

/// P-55, P-116: a copy of its own history from after it stopped does not make it go on.
#[test]
fn a_stopped_history_that_is_put_back_stays_stopped() {
    let (mut it, newer) = Copies::told_bob(Kind::Guide);
    let older = it.older;
    it.world.send(older, it.bob, "from the older one");
    it.wait(|it| it.is_stopped(it.older));
    let store = it.world.kill(older);
    it.world.people[older].keychain = CounterState::At(u64::from(u32::MAX));
    it.world.begin(older, store);
    assert!(it.is_stopped(older));
    it.check_moved(newer);
}

/// P-55: that it was made once is enough.
#[test]
fn the_dates_of_the_newer_card_do_not_matter() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    world.pass(60_000);
    let number = world.identity(alice).keys.card().incarnation();
    let alices: &Identity = &world.identity(alice).item.identity;
    let long_ago = Validity::days(UnixTime::from_secs(1_000_000_000), 1);
    let card = KeyCard::sign_as(alices, &[], long_ago, number + 1).unwrap();
    let sealed = say(&mut world, bob, alice, moved(card.encoded()));
    world.inject_box(alice, "bob", &sealed);
    assert!(world.identity(alice).moved_at().is_some());
}

/// What happens next; numbers choose among whoever and whatever there is.
#[derive(Clone, Debug)]
enum Step {
    /// One of the three writes: the older copy, the newer one, Bob.
    Send(u8),
    RelayReads(u8, u8),
    ClientReads(u8, u8),
    Settle,
    Lose(u8),
    /// The relay drops what somebody has written.
    Drop(u8),
    /// The relay repeats something that it forwarded to Bob, or to Alice.
    Repeat(bool, u16),
    Restart(u8),
    Pass(u16),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => any::<u8>().prop_map(Step::Send),
        6 => (any::<u8>(), 1u8..6).prop_map(|(c, n)| Step::RelayReads(c, n)),
        6 => (any::<u8>(), 1u8..6).prop_map(|(c, n)| Step::ClientReads(c, n)),
        4 => Just(Step::Settle),
        2 => any::<u8>().prop_map(Step::Lose),
        2 => any::<u8>().prop_map(Step::Drop),
        3 => (any::<bool>(), any::<u16>()).prop_map(|(bob, n)| Step::Repeat(bob, n)),
        1 => any::<u8>().prop_map(Step::Restart),
        4 => (0u16..20_000).prop_map(Step::Pass),
    ]
}

struct Run {
    it: Copies,
    newer: Who,
    /// What each of the three wrote, in their order.
    written: [Vec<(String, MessageId)>; 3],
    /// What the older copy had written when it was seen to have stopped.
    older_wrote: Option<usize>,
    used: Used,
    seen: usize,
}

impl Run {
    fn new(kind: Kind) -> Self {
        let mut it = Copies::new(kind);
        let newer = it.begin_newer();
        Self {
            it,
            newer,
            written: [Vec::new(), Vec::new(), Vec::new()],
            older_wrote: None,
            used: Used::new(),
            seen: 0,
        }
    }

    fn people(&self) -> [Who; 3] {
        [self.it.older, self.newer, self.it.bob]
    }

    /// One of the three writes, unless it has stopped.
    fn write(&mut self, n: u8) {
        let at = usize::from(n) % 3;
        let (from, to) = match at {
            2 => (self.it.bob, self.newer),
            _ => (self.people()[at], self.it.bob),
        };
        let text = format!("{at}: {}", self.written[at].len());
        match self.it.world.try_send(from, to, &text) {
            Ok(id) => self.written[at].push((text, id)),
            Err(error) => assert_eq!(error.code(), ErrorCode::Moved),
        }
    }

    fn conn(&self, n: u8) -> Option<Conn> {
        let conns: Vec<Conn> = self.it.world.pipes.keys().copied().collect();
        let index = usize::from(n).checked_rem(conns.len())?;
        conns.get(index).copied()
    }

    fn does(&mut self, step: &Step) {
        let people = self.people();
        let world = &mut self.it.world;
        match *step {
            Step::Send(n) => self.write(n),
            Step::RelayReads(conn, n) => {
                if let Some(conn) = self.conn(conn) {
                    (0..n).all(|_| self.it.world.relay_reads(conn));
                }
            }
            Step::ClientReads(conn, n) => {
                if let Some(conn) = self.conn(conn) {
                    (0..n).all(|_| self.it.world.client_reads(conn));
                }
            }
            Step::Settle => world.settle(),
            Step::Lose(conn) => {
                if let Some(conn) = self.conn(conn) {
                    self.it.world.lose(conn);
                }
            }
            Step::Drop(conn) => {
                if let Some(conn) = self.conn(conn) {
                    self.it.world.swallow(conn);
                }
            }
            Step::Repeat(to_bob, n) => self.repeat(to_bob, n),
            Step::Restart(n) => world.restart(people[usize::from(n) % 3]),
            Step::Pass(ms) => {
                world.clock_to(world.now.mono + u64::from(ms));
                for who in people {
                    world.tick(who);
                }
            }
        }
    }

    fn repeat(&mut self, to_bob: bool, n: u16) {
        let world = &mut self.it.world;
        let all = &world.relays[0].forwarded;
        let Some(at) = usize::from(n).checked_rem(all.len()) else {
            return;
        };
        let text = all[at].0.clone();
        let (to, from): (&[Who], _) = if to_bob {
            (&[self.it.bob], "alice")
        } else {
            (&[self.it.older, self.newer], "bob")
        };
        for who in to {
            if !world.conns_of(*who).is_empty() {
                world.inject_box(*who, from, &text);
            }
        }
    }

    fn check(&mut self) -> Result<(), TestCaseError> {
        let people = self.people();
        let [older, newer, bob] = people;
        prop_assert!(!self.it.is_stopped(newer) && !self.it.is_stopped(bob));
        if self.it.is_stopped(older) {
            let wrote = self.it.world.people[older].written;
            let before = *self.older_wrote.get_or_insert(wrote);
            prop_assert_eq!(wrote, before, "the older one writes on");
        } else {
            prop_assert_eq!(self.older_wrote, None, "it goes on after it has stopped");
        }
        let received = self.it.world.received(bob, newer);
        let once: BTreeSet<&String> = received.iter().collect();
        prop_assert_eq!(once.len(), received.len(), "each once: {:?}", received);
        let of_newer: Vec<&String> = received.iter().filter(|t| t.starts_with("1:")).collect();
        let wrote = self.written[1].iter().map(|(text, _)| text);
        let wrote: Vec<&String> = wrote.take(of_newer.len()).collect();
        prop_assert_eq!(of_newer, wrote, "the newer one's in their order");
        let frames = self.it.world.relays[0].frames.len();
        note_keys(&mut self.it.world, &people, self.seen, &mut self.used);
        self.seen = frames;
        Ok(())
    }

    /// With a relay that does what it should, the newer one is heard, and the older one learns.
    fn check_healed(&mut self) -> Result<(), TestCaseError> {
        let [older, newer, bob] = self.people();
        // A relay of the guide's kind brings what comes to whoever came last.
        for conn in self.it.world.conns_of(newer) {
            self.it.world.lose(conn);
        }
        self.write(1);
        self.it.world.pass(4 * HOUR_MS);
        self.write(2);
        self.write(0);
        for _ in 0..4 {
            if self.it.is_stopped(older) {
                break;
            }
            // And now to the older one.
            for conn in self.it.world.conns_of(older) {
                self.it.world.lose(conn);
            }
            self.it.world.pass(2 * HOUR_MS);
        }
        prop_assert!(self.it.is_stopped(older));
        self.write(1);
        self.it.world.pass(8 * HOUR_MS);
        self.check()?;
        let received = self.it.world.received(bob, newer);
        for (text, id) in &self.written[1] {
            let state = self.it.world.state(newer, *id);
            prop_assert_eq!(state, MessageState::Delivered, "{}", text);
            prop_assert!(received.contains(text), "{}", text);
        }
        // What Bob wrote once he knew the newer one is there.
        let (text, id) = self.written[2].last().unwrap();
        prop_assert_eq!(self.it.world.state(bob, *id), MessageState::Delivered);
        let came = self.it.world.received(newer, bob);
        prop_assert_eq!(came.last(), Some(text));
        Ok(())
    }
}

fn two_copies(kind: Kind, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut run = Run::new(kind);
    for step in steps {
        run.does(step);
        run.check()?;
    }
    run.check_healed()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: (config().cases / 8).max(1),
        max_shrink_iters: 200,
        ..config()
    })]

    #[test]
    fn of_two_copies_the_newer_one_is_heard_at_a_relay_of_ours(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        two_copies(Kind::Ours, &steps)?;
    }

    #[test]
    fn of_two_copies_the_newer_one_is_heard_at_a_relay_of_the_guide(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        two_copies(Kind::Guide, &steps)?;
    }
}
