//! Two people from nothing: prekeys, handshakes, sessions and sealed envelopes under schedules of
//! loss, delay, repetition, restarts and restored backups, and with a thief of everything that lies
//! on one disk. `session.rs` does the same to one session alone.
//!
//! Beside the people runs a model that knows no cryptography. It says of each message whether it
//! must be read, and if not why not; and what the thief can read.

use crate::support::{Chains, NOW, Order, Person, card, restart, schedules, with_bytes};
use proptest::collection::vec;
use proptest::prelude::*;
use sotto_protocol::body::Text;
use sotto_protocol::envelope::{self, OpenError};
use sotto_protocol::mailbox::AnnouncementError;
use sotto_protocol::{
    Body, Content, ContentId, HandshakeError, Header, Inside, KeyPurpose, MailboxNotice,
    MailboxPool, PeerMailbox, PrekeyPool, RatchetMessage, Responder, SenderCard, Session,
    SessionError, SessionId, handshake,
};
use std::collections::{BTreeMap, BTreeSet};

/// Mailbox keys are replaced at most so often in a schedule: prekeys then still hold.
const MAX_DAYS: u64 = 20;

#[derive(Clone, Copy, Debug)]
enum Step {
    Send {
        from: usize,
    },
    /// A handshake although there may be a session: one that was given up, or began at once.
    Begin {
        from: usize,
    },
    /// Hands over the message under way at this place, as often as said.
    Deliver {
        to: usize,
        at: usize,
        times: usize,
    },
    Drop {
        to: usize,
        at: usize,
    },
    /// Everything is read from the disk again.
    Restart {
        who: usize,
    },
    /// An old backup: sessions, prekeys and mailbox secrets are thrown away.
    Restore {
        who: usize,
    },
    /// A day passes; both replace their mailbox keys.
    Day,
}

fn any_step() -> impl Strategy<Value = Step> {
    let who = 0..2_usize;
    prop_oneof![
        10 => who.clone().prop_map(|from| Step::Send { from }),
        1 => who.clone().prop_map(|from| Step::Begin { from }),
        10 => (who.clone(), 0..5_usize, 1..3_usize)
            .prop_map(|(to, at, times)| Step::Deliver { to, at, times }),
        2 => (who.clone(), 0..5_usize).prop_map(|(to, at)| Step::Drop { to, at }),
        2 => who.clone().prop_map(|who| Step::Restart { who }),
        1 => who.prop_map(|who| Step::Restore { who }),
        1 => Just(Step::Day),
    ]
}

/// One person with what the engine would keep.
struct End {
    person: Person,
    sessions: Vec<Session>,
    peer_mailbox: Option<PeerMailbox>,
    /// How often a backup was restored.
    life: u32,
}

/// A message under way, and what the model knows of it.
#[derive(Clone)]
struct Mail {
    text: String,
    content: u32,
    session: SessionId,
    order: Order,
    has_header: bool,
    /// In which life the recipient made the mailbox key and the prekeys that were used.
    mailbox_life: u32,
    prekeys_life: u32,
}

/// Why a message is not read.
#[derive(Debug, PartialEq, Eq)]
enum Refused {
    MailboxGone,
    PrekeyGone,
    UnknownSession,
    Message(SessionError),
}

/// What the model knows of one person's sessions.
#[derive(Default)]
struct Ledger {
    /// Those that exist, with the chains of the other side.
    sessions: BTreeMap<SessionId, Chains>,
    /// In which life the other side made the prekeys of the sessions that this side began.
    began_with: BTreeMap<SessionId, u32>,
    /// The other side's ratchet key that this side heard last.
    heard: BTreeMap<SessionId, [u8; 32]>,
    /// Every ratchet key that this side wrote under, and the key of the other side that it answers.
    wrote_under: BTreeMap<[u8; 32], Option<[u8; 32]>>,
    /// Every mailbox key of the present life.
    mailbox_ids: BTreeSet<[u8; 8]>,
    /// In which life the other side made the mailbox key that this side knows.
    mailbox_life: u32,
    read: BTreeSet<u32>,
}

struct World {
    ends: [End; 2],
    ledgers: [Ledger; 2],
    under_way: [Vec<Mail>; 2],
    /// What each has read, sealed as it came.
    past: [Vec<Mail>; 2],
    sent: u32,
    steps: u64,
    days: u64,
    thief: Option<Thief>,
}

impl World {
    fn new() -> Self {
        let end = |seed| End {
            person: Person::new(seed),
            sessions: Vec::new(),
            peer_mailbox: None,
            life: 0,
        };
        let mut world = Self {
            ends: [end(1), end(2)],
            ledgers: Default::default(),
            under_way: Default::default(),
            past: Default::default(),
            sent: 0,
            steps: 0,
            days: 0,
            thief: None,
        };
        world.note_mailboxes();
        world
    }

    fn step(&mut self, step: Step) {
        self.pass(1);
        match step {
            Step::Send { from } => self.send(from),
            Step::Begin { from } => self.begin(from),
            Step::Deliver { to, at, times } => {
                if at < self.under_way[to].len() {
                    let mail = self.under_way[to].remove(at);
                    for _ in 0..times {
                        self.deliver(to, &mail);
                    }
                }
            }
            Step::Drop { to, at } => {
                if at < self.under_way[to].len() {
                    self.under_way[to].remove(at);
                }
            }
            Step::Restart { who } => self.ends[who].restart(),
            Step::Restore { who } => self.restore(who),
            Step::Day => self.day(),
        }
    }

    /// Time passes: four steps are one second.
    fn pass(&mut self, steps: u64) {
        self.steps += steps;
        let now = NOW.plus_days(self.days).plus_secs(self.steps / 4);
        for end in &mut self.ends {
            end.person.now = now;
        }
    }

    /// P-75.
    fn begin(&mut self, from: usize) {
        let sessions = &self.ends[from].sessions;
        let highest = sessions.iter().map(Session::generation).max();
        let generation = highest.map_or(1, |highest| highest + 1);
        let [alice, bob] = &mut self.ends;
        let (own, peer) = if from == 0 {
            (alice, bob)
        } else {
            (bob, alice)
        };
        let bundle = peer.person.bundle();
        let person = &mut own.person;
        let session =
            handshake::initiate(&person.identity, &bundle, generation, &mut person.rng).unwrap();
        own.peer_mailbox = Some(PeerMailbox::new(bundle.mailbox().clone()));
        let ledger = &mut self.ledgers[from];
        ledger.mailbox_life = peer.life;
        ledger.began_with.insert(*session.id(), peer.life);
        ledger.sessions.insert(*session.id(), Chains::default());
        own.sessions.push(session);
    }

    fn send(&mut self, from: usize) {
        if self.ends[from].sessions.is_empty() {
            self.begin(from);
        }
        let to = self.ends[1 - from].person.fingerprint();
        let content = self.ends[from].content(self.sent);
        let own = &mut self.ends[from];
        let session = own.sessions.iter_mut().max_by_key(|session| session.rank());
        let session = session.unwrap();
        let encrypted = session.encrypt(&content.encode().unwrap()).unwrap();
        let order = RatchetMessage::decode(&encrypted.message).unwrap().order();
        let ledger = &mut self.ledgers[from];
        let heard = ledger.heard.get(session.id()).copied();
        ledger.wrote_under.entry(order.0).or_insert(heard);
        let has_header = encrypted.header.is_some();
        let whole = SenderCard::Whole(own.person.card.encoded().to_vec());
        let inside = Inside::new(whole, *session.id(), encrypted);
        let mailbox = own.peer_mailbox.as_ref().unwrap();
        let mail = Mail {
            text: envelope::seal(&inside, &to, mailbox, &mut own.person.rng).unwrap(),
            content: self.sent,
            session: *session.id(),
            order,
            has_header,
            mailbox_life: ledger.mailbox_life,
            prekeys_life: ledger
                .began_with
                .get(session.id())
                .copied()
                .unwrap_or(u32::MAX),
        };
        self.under_way[1 - from].push(mail);
        self.sent += 1;
    }

    fn deliver(&mut self, to: usize, mail: &Mail) {
        let expected = self.expect(to, mail);
        let found = self.ends[to].receive(&mail.text);
        assert_eq!(found.as_ref().err(), expected.as_ref().err());
        if let Ok(content) = found {
            assert_eq!(content.id, content_id(mail.content));
            // P-83: nothing is read twice.
            assert!(self.ledgers[to].read.insert(mail.content));
            let life = self.ends[1 - to].life_of(&content);
            let ledger = &mut self.ledgers[to];
            ledger.mailbox_life = ledger.mailbox_life.max(life);
            self.past[to].push(mail.clone());
        }
        if let Some(mut thief) = self.thief.take() {
            if thief.victim == to {
                thief.try_to_read(mail, &self.ledgers[1 - to], &self.ends[to]);
            }
            self.thief = Some(thief);
        }
    }

    /// What has to become of a message.
    fn expect(&mut self, to: usize, mail: &Mail) -> Result<(), Refused> {
        let life = self.ends[to].life;
        let ledger = &mut self.ledgers[to];
        if mail.mailbox_life != life {
            return Err(Refused::MailboxGone);
        }
        if !ledger.sessions.contains_key(&mail.session) {
            if !mail.has_header {
                return Err(Refused::UnknownSession);
            }
            if mail.prekeys_life != life {
                return Err(Refused::PrekeyGone);
            }
        }
        let chains = ledger.sessions.entry(mail.session).or_default();
        let is_new = !chains.knows(&mail.order);
        chains.expect(mail.order).map_err(Refused::Message)?;
        if is_new {
            ledger.heard.insert(mail.session, mail.order.0);
        }
        Ok(())
    }

    fn restore(&mut self, who: usize) {
        // It takes more than a second, before and after.
        self.pass(8);
        let end = &mut self.ends[who];
        end.life += 1;
        end.sessions.clear();
        end.peer_mailbox = None;
        let person = &mut end.person;
        person.prekeys = PrekeyPool::generate(&mut person.rng, person.now);
        person.mailbox = MailboxPool::generate(&mut person.rng, person.now);
        let ledger = &mut self.ledgers[who];
        ledger.sessions.clear();
        ledger.heard.clear();
        ledger.mailbox_ids.clear();
        ledger.mailbox_life = 0;
        self.note_mailboxes();
        self.pass(8);
    }

    fn day(&mut self) {
        if self.days == MAX_DAYS {
            return;
        }
        self.days += 1;
        self.pass(0);
        for end in &mut self.ends {
            let person = &mut end.person;
            assert!(person.mailbox.maintain(&mut person.rng, person.now));
        }
        self.note_mailboxes();
    }

    fn note_mailboxes(&mut self) {
        for (end, ledger) in self.ends.iter().zip(&mut self.ledgers) {
            let id = end.person.mailbox.current_id().unwrap();
            ledger.mailbox_ids.insert(*id.as_bytes());
        }
    }

    /// Everything arrives; who is told that its session is lost begins anew. Then the two agree.
    fn settle(&mut self) {
        for to in [0, 1] {
            for mail in std::mem::take(&mut self.under_way[to]) {
                self.deliver(to, &mail);
            }
        }
        self.pass(8);
        for from in [0, 1, 0] {
            let read = self.ledgers[1 - from].read.len();
            self.send(from);
            self.deliver_next(1 - from);
            if self.ledgers[1 - from].read.len() == read {
                self.begin(from);
                self.send(from);
                self.deliver_next(1 - from);
            }
            assert_eq!(self.ledgers[1 - from].read.len(), read + 1);
        }
        let chosen = self.ends.each_ref().map(|end| {
            let session = end.sessions.iter().max_by_key(|session| session.rank());
            *session.unwrap().id()
        });
        assert_eq!(chosen[0], chosen[1]);
    }

    fn deliver_next(&mut self, to: usize) {
        let mail = self.under_way[to].remove(0);
        self.deliver(to, &mail);
    }
}

impl End {
    /// A content that announces the mailbox key and says in which life it was made.
    fn content(&self, number: u32) -> Content {
        let body = Body::Text(Text::new(self.life.to_string()));
        let mailbox = self.person.mailbox.current(&self.person.identity).unwrap();
        Content {
            mailbox: Some(MailboxNotice::Announced(mailbox.encoded().to_vec())),
            ..Content::new(content_id(number), 0, body)
        }
    }

    /// In which life the mailbox key was made that is known after a content of this person's.
    fn life_of(&self, content: &Content) -> u32 {
        let Body::Text(text) = &content.body else {
            panic!("only texts are written");
        };
        let life = text.text.parse().unwrap();
        assert!(life <= self.life);
        life
    }

    fn receive(&mut self, text: &str) -> Result<Content, Refused> {
        let inside = match envelope::open(text, &self.person.fingerprint(), &self.person.mailbox) {
            Ok(inside) => inside,
            Err(OpenError::UnknownMailboxKey) => return Err(Refused::MailboxGone),
            Err(error) => panic!("{error}"),
        };
        let sender = card(&inside);
        let message = RatchetMessage::decode(&inside.message).unwrap();
        let known = self
            .sessions
            .iter_mut()
            .find(|session| *session.id() == inside.session);
        let plaintext = if let Some(session) = known {
            let found = session.decrypt(&sender.identity().fingerprint(), &message);
            found.map_err(Refused::Message)?.to_vec()
        } else {
            let (session, plaintext) = self.respond(&inside)?;
            self.sessions.push(session);
            plaintext
        };
        let content = Content::decode(&plaintext).unwrap();
        if let Some(MailboxNotice::Announced(key)) = &content.mailbox {
            let signer = sender.identity().ed25519;
            let now = self.person.now;
            match &mut self.peer_mailbox {
                // P-92: what comes late does not take a newer key's place.
                Some(known) => match known.update(key, &signer, now) {
                    Ok(()) | Err(AnnouncementError::Older) => {}
                    Err(error) => panic!("{error}"),
                },
                none => *none = Some(PeerMailbox::open(key, &signer, now).unwrap()),
            }
        }
        Ok(content)
    }

    fn respond(&mut self, inside: &Inside) -> Result<(Session, Vec<u8>), Refused> {
        if inside.header.is_none() {
            return Err(Refused::UnknownSession);
        }
        match self.person.respond(inside) {
            Ok(accepted) => Ok(accepted),
            Err(HandshakeError::Prekey(missing)) => {
                assert_eq!(missing.purpose, KeyPurpose::SignedPrekey);
                Err(Refused::PrekeyGone)
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn restart(&mut self) {
        self.sessions = self.sessions.iter().map(restart).collect();
        let prekeys = self.person.prekeys.encode();
        self.person.prekeys = PrekeyPool::decode(&prekeys).unwrap();
        assert_eq!(self.person.prekeys.encode(), prekeys);
        let mailbox = self.person.mailbox.encode();
        self.person.mailbox = MailboxPool::decode(&mailbox).unwrap();
        assert_eq!(self.person.mailbox.encode(), mailbox);
    }
}

fn content_id(number: u32) -> ContentId {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    ContentId::from_bytes(id)
}

/// Somebody with a copy of all that was on a disk at one moment, the identity's keys included.
struct Thief {
    victim: usize,
    life: u32,
    sessions: Vec<Session>,
    prekeys: PrekeyPool,
    mailbox: MailboxPool,
    /// The model: what was in the copy.
    chains: BTreeMap<SessionId, Chains>,
    keys: BTreeSet<[u8; 32]>,
    mailbox_ids: BTreeSet<[u8; 8]>,
    read: usize,
}

impl Thief {
    fn copy(world: &World, victim: usize) -> Self {
        let end = &world.ends[victim];
        let ledger = &world.ledgers[victim];
        // What was accepted is remembered for honest people only.
        let prekeys = with_bytes(&end.person.prekeys.encode(), 4, &[]);
        let mut keys: BTreeSet<[u8; 32]> = ledger.wrote_under.keys().copied().collect();
        for session in &end.sessions {
            // A key that was drawn and not yet written under.
            let next = restart(session).encrypt(b"").unwrap().message;
            keys.insert(RatchetMessage::decode(&next).unwrap().order().0);
        }
        Self {
            victim,
            life: end.life,
            sessions: end.sessions.iter().map(restart).collect(),
            prekeys: PrekeyPool::decode(&prekeys).unwrap(),
            mailbox: MailboxPool::decode(&end.person.mailbox.encode()).unwrap(),
            chains: ledger.sessions.clone(),
            keys,
            mailbox_ids: ledger.mailbox_ids.clone(),
            read: 0,
        }
    }

    /// What the victim has read is closed, although its envelopes can be opened.
    fn fails_to_read_the_past(&mut self, past: &[Mail], victim: &End) {
        for mail in past {
            let owner = victim.person.fingerprint();
            if let Ok(inside) = envelope::open(&mail.text, &owner, &self.mailbox) {
                assert!(self.open(&inside, victim).is_none());
            }
        }
    }

    /// A message on its way to the victim. `writer` is what the model knows of who wrote it.
    fn try_to_read(&mut self, mail: &Mail, writer: &Ledger, victim: &End) {
        let sealed_to = envelope::address(&mail.text).unwrap().mailbox_key;
        let owner = victim.person.fingerprint();
        let opened = envelope::open(&mail.text, &owner, &self.mailbox);
        let is_open = self.mailbox_ids.contains(sealed_to.as_bytes());
        assert_eq!(opened.is_ok(), is_open);
        // Those that stay sealed, the victim opens for the thief: the ratchet stands alone here.
        let opened = opened.or_else(|_| envelope::open(&mail.text, &owner, &victim.person.mailbox));
        let Ok(inside) = opened else {
            return;
        };
        let expected = self.expects_to_read(mail, writer);
        let found = self.open(&inside, victim).is_some();
        assert_eq!(found, expected);
        self.read += usize::from(found);
    }

    /// A chain is open if it answers a key that was in the copy, or is the first of a handshake
    /// with prekeys that were in the copy.
    fn expects_to_read(&mut self, mail: &Mail, writer: &Ledger) -> bool {
        let answers = writer.wrote_under[&mail.order.0];
        let is_open = answers.is_none_or(|key| self.keys.contains(&key));
        let can_respond = mail.has_header && mail.prekeys_life == self.life;
        let has_session = self.chains.contains_key(&mail.session) || can_respond;
        is_open && has_session && {
            let chains = self.chains.entry(mail.session).or_default();
            chains.expect(mail.order).is_ok()
        }
    }

    fn open(&mut self, inside: &Inside, victim: &End) -> Option<Vec<u8>> {
        let sender = card(inside);
        let message = RatchetMessage::decode(&inside.message).unwrap();
        let known = self
            .sessions
            .iter_mut()
            .find(|session| *session.id() == inside.session);
        if let Some(session) = known {
            let found = session.decrypt(&sender.identity().fingerprint(), &message);
            return found.ok().map(|plaintext| plaintext.to_vec());
        }
        let header = Header::decode(inside.header.as_deref()?).unwrap();
        let responder = Responder::new(
            &victim.person.identity,
            &sender,
            header,
            inside.session,
            &self.prekeys,
            &mut crate::support::HashRng::new(77),
        );
        let (session, plaintext) = responder.ok()?.accept(&message, &mut self.prekeys).ok()?;
        self.sessions.push(session);
        Some(plaintext.to_vec())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(schedules()))]

    /// P-73 to P-75, P-82 to P-84, P-91: what arrives in time is read once, what was made for keys
    /// that are gone is refused for that reason, and in the end the two agree on one session.
    #[test]
    fn two_people_read_everything_once_and_agree_in_the_end(steps in vec(any_step(), 1..60)) {
        let mut world = World::new();
        for step in steps {
            world.step(step);
        }
        world.settle();
    }

    /// A thief copies a disk at some moment: sessions, prekeys, mailbox keys, and the identity.
    #[test]
    fn thief_reads_what_the_copy_could_open_and_nothing_else(
        before in vec(any_step(), 0..35),
        victim in 0..2_usize,
        after in vec(any_step(), 1..35),
    ) {
        let mut world = World::new();
        for step in before {
            world.step(step);
        }
        let mut thief = Thief::copy(&world, victim);
        thief.fails_to_read_the_past(&world.past[victim], &world.ends[victim]);
        world.thief = Some(thief);
        for step in after {
            world.step(step);
        }
        world.settle();
        // Healed: the other side has answered a key that the victim drew after the copy.
        world.settle();
        let read = world.thief.as_ref().unwrap().read;
        world.send(1 - victim);
        world.deliver_next(victim);
        prop_assert_eq!(world.thief.as_ref().unwrap().read, read);
    }
}
