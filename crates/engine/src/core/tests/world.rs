//! People, relays and the connections between them, moved on by the test alone.

use super::relay_model::{Conn, FromClient, Kind, Out, RelayModel, down};
use crate::api::{
    AddContact, ChatId, ChatView, ContactId, DecideKey, Direction, Event, FindChat, InspectMessage,
    KeyStorage, LineView, MessageId, MessageState, NewContact, PageAnchor, PageQuery, ReadHistory,
    RelayId, RelayProblem, SendText, Snapshot, SystemLine, TakeSnapshot,
};
use crate::core::contact_cache::ContactCache;
use crate::core::identity::Identity;
use crate::core::relay::Relays;
use crate::core::turn::Rng;
use crate::core::{
    About, ConnectionEvent, ConnectionOrder, ConnectionTarget, Effect, Engine, Now, Randomness,
    Request,
};
use crate::error::EngineError;
use crate::rollback_guard::CounterState;
use sotto_protocol::{
    Asker, Audience, BoxPublicKey, BoxSecretKey, Bundle, Fingerprint, SecretItem, SharedBox,
};
use sotto_store::profile::Profile;
use sotto_store::relays::{self, Place};
use sotto_store::{Store, StoreError, chats, contacts, messages, plain_outbox, profile};
use sotto_wire::{PublicKey, RelayFrame, UserId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use zeroize::Zeroizing;

/// The wall clock when a world begins.
pub(super) const START: i64 = 1_700_000_000_000;

/// A person by index.
pub(super) type Who = usize;

/// A request of any kind, where only its success matters.
pub(super) type AnyRequest = Box<dyn FnOnce(&mut Engine, Now) -> Result<(), EngineError>>;

/// Makes one.
pub(super) fn any_request(request: impl Request) -> AnyRequest {
    Box::new(|engine, now| engine.request(now, request).map(drop))
}

pub(super) struct World {
    pub(super) now: Now,
    pub(super) relays: Vec<RelayModel>,
    pub(super) people: Vec<Person>,
    /// By the number of the connection: a later one has a greater one.
    pub(super) pipes: BTreeMap<Conn, Pipe>,
    /// Every ciphertext that was forwarded to a connection and not read there before it ended.
    pub(super) lost: BTreeSet<String>,
    /// The relay drops the message that comes after so many others.
    pub(super) loses: Option<usize>,
    /// Whether those who add each other take each other for guide clients, with whom there are
    /// only plain boxes.
    pub(super) guides: bool,
    /// How many processes have ended at a write.
    pub(super) ended: usize,
    random: Arc<AtomicU64>,
    next_conn: Conn,
}

pub(super) struct Person {
    pub(super) name: String,
    seed: u8,
    engine: Option<Engine>,
    /// What the fronts were told, oldest first.
    pub(super) events: Vec<Event>,
    /// What stands in the keychain beside the keys.
    pub(super) keychain: CounterState,
    /// How many transactions its history had seen after the last input.
    commits: u64,
    /// The ciphertext that each message that waited in a plain box was first given.
    pub(super) sealed: BTreeMap<MessageId, String>,
    /// How much it has written to its connections, or opened of them.
    pub(super) written: usize,
}

/// A connection as its two ends see it.
pub(super) struct Pipe {
    pub(super) owner: Who,
    relay: RelayId,
    epoch: u64,
    at: usize,
    to_relay: VecDeque<FromClient>,
    to_client: VecDeque<ConnectionEvent>,
    /// The client knows that it ended; only the relay still counts it.
    pub(super) ghost: bool,
}

impl World {
    pub(super) fn new(kinds: &[Kind]) -> Self {
        Self {
            now: Now {
                wall: START,
                mono: 1_000,
            },
            relays: kinds.iter().map(|kind| RelayModel::new(*kind)).collect(),
            people: Vec::new(),
            pipes: BTreeMap::new(),
            loses: None,
            lost: BTreeSet::new(),
            guides: true,
            ended: 0,
            random: Arc::new(AtomicU64::new(1)),
            next_conn: 1,
        }
    }

    /// Two people who added each other, at one relay.
    pub(super) fn two_friends(kind: Kind) -> (Self, Who, Who) {
        let mut world = Self::new(&[kind]);
        let alice = world.person("alice", &[0]);
        let bob = world.person("bob", &[0]);
        world.befriend(alice, bob);
        world.befriend(bob, alice);
        world.settle();
        (world, alice, bob)
    }

    /// Two people who added each other, at one relay, and who know nothing of the other's program.
    pub(super) fn two_unknowns(kind: Kind) -> (Self, Who, Who) {
        let mut world = Self::new(&[kind]);
        world.guides = false;
        let alice = world.person("alice", &[0]);
        let bob = world.person("bob", &[0]);
        world.befriend(alice, bob);
        world.befriend(bob, alice);
        world.settle();
        (world, alice, bob)
    }

    /// Two people who added each other, at one relay, and whose programs know each other.
    pub(super) fn two_sottos(kind: Kind) -> (Self, Who, Who) {
        let (mut world, alice, bob) = Self::two_unknowns(kind);
        world.send(alice, bob, "hello");
        world.settle();
        (world, alice, bob)
    }

    /// A person with these relays in the settings.
    pub(super) fn person(&mut self, name: &str, at: &[usize]) -> Who {
        self.person_over(name, at, Store::open_in_memory().unwrap())
    }

    /// The same, over an empty history.
    pub(super) fn person_over(&mut self, name: &str, at: &[usize], mut store: Store) -> Who {
        fill(&mut store, name, at);
        let seed = u8::try_from(self.people.len() + 1).unwrap();
        self.one_more(name, seed, CounterState::Missing, store)
    }

    /// A further computer with somebody's identity, over a copy of the history that was restored there.
    pub(super) fn copy_of(&mut self, of: Who, store: Store) -> Who {
        let Person { name, seed, .. } = &self.people[of];
        let (name, seed) = (name.clone(), *seed);
        let keychain = CounterState::At(u64::from(u32::MAX));
        self.one_more(&name, seed, keychain, store)
    }

    fn one_more(&mut self, name: &str, seed: u8, keychain: CounterState, store: Store) -> Who {
        let who = self.people.len();
        self.people.push(Person {
            name: name.to_owned(),
            seed,
            engine: None,
            keychain,
            events: Vec::new(),
            commits: 0,
            sealed: BTreeMap::new(),
            written: 0,
        });
        self.begin(who, store);
        who
    }

    /// A person's history is gone, and the keys are there: it begins anew.
    pub(super) fn begin_anew(&mut self, who: Who, at: &[usize]) {
        drop(self.kill(who));
        let mut store = Store::open_in_memory().unwrap();
        fill(&mut store, &self.people[who].name, at);
        self.begin(who, store);
    }

    pub(super) fn begin(&mut self, who: Who, store: Store) {
        let about = About {
            profile: String::new(),
            storage: KeyStorage::Passphrase,
            version: "0".to_owned(),
        };
        let item = item(self.people[who].seed);
        let (keychain, random) = (self.people[who].keychain, self.randomness());
        let engine = Engine::new(store, item, about, keychain, self.now, random).unwrap();
        self.people[who].commits = engine.store.commits();
        self.people[who].engine = Some(engine);
        self.tick(who);
    }

    fn randomness(&self) -> Randomness {
        let counter = Arc::clone(&self.random);
        Box::new(move |out: &mut [u8]| {
            for chunk in out.chunks_mut(8) {
                let n = counter.fetch_add(1, Ordering::Relaxed);
                let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) ^ n;
                chunk.copy_from_slice(&mixed.to_be_bytes()[..chunk.len()]);
            }
        })
    }

    /// Kills a person's process and starts it again over the same history.
    pub(super) fn restart(&mut self, who: Who) {
        let store = self.kill(who);
        self.begin(who, store);
    }

    /// Kills a person's process; gives its history.
    pub(super) fn kill(&mut self, who: Who) -> Store {
        let Engine { store, .. } = self.people[who].engine.take().unwrap();
        let conns: Vec<Conn> = self.conns_of(who);
        for conn in conns {
            let pipe = self.pipes.remove(&conn).unwrap();
            self.gone(pipe.to_client);
            let out = self.relays[pipe.at].closed(conn);
            self.push(out);
        }
        store
    }

    pub(super) fn engine(&mut self, who: Who) -> &mut Engine {
        self.people[who].engine.as_mut().unwrap()
    }

    pub(super) fn store(&self, who: Who) -> &Store {
        &self.people[who].engine.as_ref().unwrap().store
    }

    pub(super) fn key(&self, who: Who) -> PublicKey {
        PublicKey(public_key(self.people[who].seed).to_bytes())
    }

    // Requests.

    pub(super) fn request<R: Request>(
        &mut self,
        who: Who,
        request: R,
    ) -> Result<R::Answer, EngineError> {
        let now = self.now;
        let answer = self.engine(who).request(now, request);
        self.collect(who);
        answer
    }

    pub(super) fn carry_out(&mut self, who: Who, request: AnyRequest) -> Result<(), EngineError> {
        let now = self.now;
        let done = request(self.engine(who), now);
        self.collect(who);
        done
    }

    pub(super) fn add(&mut self, who: Who, name: &str, key: PublicKey) -> ChatId {
        let contact = NewContact {
            user_id: name.to_owned(),
            public_key: key.to_base64(),
            name: String::new(),
        };
        self.request(who, AddContact(contact)).unwrap()
    }

    pub(super) fn befriend(&mut self, who: Who, other: Who) -> ChatId {
        let name = self.people[other].name.clone();
        let chat = self.add(who, &name, self.key(other));
        if self.guides {
            self.take_for_guide(who, chat);
        }
        chat
    }

    /// Has somebody know that a contact's program is none of ours.
    fn take_for_guide(&mut self, who: Who, chat: ChatId) {
        self.take_for(who, chat, contacts::Client::Guide);
    }

    /// Has somebody believe something of a contact's program.
    pub(super) fn take_for(&mut self, who: Who, chat: ChatId, client: contacts::Client) {
        let now = self.now;
        let taken = self.engine(who).turn(now, |_, turn| {
            let contact = turn.contacts.of_chat(chat).unwrap().id;
            contacts::set_client(turn.tx, contact, client)?;
            turn.reread(contact)
        });
        taken.unwrap().unwrap();
        self.people[who].commits = self.store(who).commits();
    }

    /// What somebody is, as the core holds it.
    pub(super) fn identity(&mut self, who: Who) -> &mut Identity {
        &mut self.engine(who).rooms.outbound.sessions.identity
    }

    pub(super) fn fingerprint(&mut self, who: Who) -> Fingerprint {
        self.identity(who).fingerprint()
    }

    pub(super) fn relays_of(&mut self, who: Who) -> &mut Relays {
        &mut self.engine(who).rooms.outbound.sessions.relays
    }

    /// The box of a text that waits for its one recipient.
    pub(super) fn entry(
        &self,
        who: Who,
        id: MessageId,
    ) -> sotto_store::Result<Option<plain_outbox::Entry>> {
        let reader = self.store(who).reader();
        let recipients = messages::recipients(reader, id)?;
        let [to] = recipients.as_slice() else {
            return Ok(None);
        };
        plain_outbox::by_message(reader, id, to.contact)
    }

    /// The contacts that somebody has in memory.
    pub(super) fn contacts(&mut self, who: Who) -> &ContactCache {
        &self.engine(who).contacts
    }

    /// A bundle that somebody gives a contact whom nobody knows.
    pub(super) fn bundle(&mut self, who: Who) -> Bundle {
        let now = self.now;
        let asker = Asker {
            key: BoxSecretKey::from_bytes(&self.rng(who).bytes()).public_key(),
            audience: Audience::Contact,
        };
        let bundle = self.engine(who).turn(now, |rooms, turn| {
            let identity = &mut rooms.outbound.sessions.identity;
            let (bundle, prekeys) = identity
                .keys
                .bundle(&identity.item.identity, &asker, now)
                .unwrap();
            identity.keys.save_handed(turn, prekeys)?;
            Ok::<_, StoreError>(bundle)
        });
        self.people[who].commits = self.store(who).commits();
        bundle.unwrap()
    }

    /// Somebody's source of randomness.
    pub(super) fn rng(&mut self, who: Who) -> Rng<'_> {
        Rng(&mut self.engine(who).random)
    }

    pub(super) fn chat(&mut self, who: Who, other: Who) -> ChatId {
        let name = self.people[other].name.clone();
        self.request(who, FindChat(name)).unwrap()
    }

    /// The contact of a chat.
    pub(super) fn contact_of(&mut self, who: Who, chat: ChatId) -> ContactId {
        let chats = self.snapshot(who).chats.into_iter();
        let mut of = chats.filter(|view| view.id == chat);
        of.next().unwrap().contact().unwrap().id
    }

    pub(super) fn send(&mut self, who: Who, other: Who, text: &str) -> MessageId {
        self.try_send(who, other, text).unwrap()
    }

    pub(super) fn try_send(
        &mut self,
        who: Who,
        other: Who,
        text: &str,
    ) -> Result<MessageId, EngineError> {
        let chat = self.chat(who, other);
        self.say(who, chat, text)
    }

    pub(super) fn say(
        &mut self,
        who: Who,
        chat: ChatId,
        text: &str,
    ) -> Result<MessageId, EngineError> {
        let text = text.to_owned();
        let now = self.now;
        let sent = self.engine(who).request(now, SendText { chat, text });
        if sent.is_err() {
            self.collect(who);
        }
        let id = sent?;
        let to = self.contacts(who).of_chat(chat).unwrap().id;
        let entry = plain_outbox::by_message(self.store(who).reader(), id, to).unwrap();
        if let Some(entry) = entry {
            self.people[who].sealed.insert(id, entry.ciphertext);
        }
        self.collect(who);
        Ok(id)
    }

    /// What somebody does about the other key that they see in a chat now.
    pub(super) fn decision(&mut self, who: Who, chat: ChatId, accept: bool) -> DecideKey {
        let chats = self.snapshot(who).chats.into_iter();
        let mut of = chats.filter(|view| view.id == chat);
        let view = of.next();
        let contact = view.as_ref().and_then(ChatView::contact);
        let change = contact.and_then(|contact| contact.key_change.as_ref());
        DecideKey {
            contact: contact.map_or(ContactId(0), |contact| contact.id),
            key: change.map_or_else(String::new, |change| change.public_key.clone()),
            accept,
        }
    }

    pub(super) fn snapshot(&mut self, who: Who) -> Snapshot {
        *self.request(who, TakeSnapshot).unwrap()
    }

    // What stands in a history.

    pub(super) fn lines(&mut self, who: Who, chat: ChatId) -> Vec<LineView> {
        let mut all = Vec::new();
        let mut after = MessageId(0);
        loop {
            let query = PageQuery {
                chat,
                anchor: PageAnchor::After { message: after },
                limit: 400,
            };
            let lines = self.request(who, ReadHistory(query)).unwrap();
            let Some(last) = lines.last() else {
                return all;
            };
            after = last.message;
            all.extend(lines);
        }
    }

    /// The texts that somebody received from another.
    pub(super) fn received(&mut self, who: Who, from: Who) -> Vec<String> {
        let chat = self.chat(who, from);
        let lines = self.lines(who, chat).into_iter();
        let came = lines.filter(|line| line.direction == Direction::In);
        came.map(|line| line.text).collect()
    }

    /// The texts that somebody sent to another, with their states.
    pub(super) fn sent(&mut self, who: Who, to: Who) -> Vec<(String, MessageState)> {
        let chat = self.chat(who, to);
        let lines = self.lines(who, chat).into_iter();
        lines
            .filter_map(|line| Some((line.text, line.state?)))
            .collect()
    }

    pub(super) fn state(&mut self, who: Who, id: MessageId) -> MessageState {
        let info = self.request(who, InspectMessage(id)).unwrap();
        info.message.state.unwrap()
    }

    /// The program's own lines in a chat.
    pub(super) fn system_lines(&mut self, who: Who, chat: ChatId) -> Vec<SystemLine> {
        let lines = self.lines(who, chat).into_iter();
        lines.filter_map(|line| line.line).collect()
    }

    // Connections.

    pub(super) fn conns_of(&self, who: Who) -> Vec<Conn> {
        let of = self.pipes.iter().filter(|(_, pipe)| pipe.owner == who);
        of.map(|(conn, _)| *conn).collect()
    }

    /// The newest living connection of a person.
    pub(super) fn conn(&self, who: Who) -> Conn {
        let mut living = self.pipes.iter().rev();
        let found = living.find(|(_, pipe)| pipe.owner == who && !pipe.ghost);
        *found.unwrap().0
    }

    /// The frames that wait for the relay on a person's newest connection.
    pub(super) fn unread_by_relay(&self, who: Who) -> Vec<FromClient> {
        let pipe = &self.pipes[&self.conn(who)];
        pipe.to_relay.iter().cloned().collect()
    }

    /// The message frames among them.
    pub(super) fn boxes_written(&self, who: Who) -> usize {
        let waiting = self.unread_by_relay(who);
        let boxes = waiting.iter().filter(
            |what| matches!(what, FromClient::Text(text) if text.contains("\"encrypted\"")),
        );
        boxes.count()
    }

    /// The relay reads one thing from a connection; gives whether there was one.
    pub(super) fn relay_reads(&mut self, conn: Conn) -> bool {
        let Some(pipe) = self.pipes.get_mut(&conn) else {
            return false;
        };
        let Some(what) = pipe.to_relay.pop_front() else {
            return false;
        };
        if let (Some(left), true) = (&mut self.loses, is_box(&what)) {
            if *left == 0 {
                self.loses = None;
                return true;
            }
            *left -= 1;
        }
        let out = self.relays[pipe.at].reads(conn, what, self.now.wall);
        self.push(out);
        true
    }

    /// The relay drops the messages that a connection brought, and nothing else; gives how many.
    pub(super) fn swallow(&mut self, conn: Conn) -> usize {
        let pipe = self.pipes.get_mut(&conn).unwrap();
        let brought = pipe.to_relay.len();
        pipe.to_relay.retain(|what| !is_box(what));
        brought - pipe.to_relay.len()
    }

    /// The client reads one thing from a connection; gives whether there was one that its history
    /// could take.
    pub(super) fn client_reads(&mut self, conn: Conn) -> bool {
        let Some(pipe) = self.pipes.get_mut(&conn) else {
            return false;
        };
        let Some(event) = pipe.to_client.pop_front() else {
            return false;
        };
        let (who, relay, epoch) = (pipe.owner, pipe.relay, pipe.epoch);
        let now = self.now;
        let result = self.engine(who).connection_event(now, relay, epoch, &event);
        self.collect(who);
        if result.is_err() {
            // The process may have ended over it, and its connections with it.
            if let Some(pipe) = self.pipes.get_mut(&conn) {
                pipe.to_client.push_front(event);
            }
            return false;
        }
        if matches!(event, ConnectionEvent::Down { .. }) {
            self.pipes.remove(&conn);
        }
        true
    }

    /// Gives a person's engine an event of its newest connection, as a relay might make it up.
    pub(super) fn inject(&mut self, who: Who, event: &ConnectionEvent) -> Result<(), StoreError> {
        let pipe = &self.pipes[&self.conn(who)];
        let (relay, epoch) = (pipe.relay, pipe.epoch);
        let now = self.now;
        let result = self.engine(who).connection_event(now, relay, epoch, event);
        self.collect(who);
        result
    }

    pub(super) fn inject_frame(&mut self, who: Who, frame: RelayFrame) {
        self.inject(who, &ConnectionEvent::Frame(frame)).unwrap();
    }

    /// A box reaches a person, as if its relay had forwarded it.
    pub(super) fn inject_box(&mut self, who: Who, from: &str, encrypted: &str) {
        self.inject_frame(who, message(from, encrypted, self.now.wall));
    }

    /// Both ends learn that a connection ended; what was on its way is gone.
    pub(super) fn lose(&mut self, conn: Conn) {
        let mut pipe = self.pipes.remove(&conn).unwrap();
        let out = self.relays[pipe.at].closed(conn);
        self.push(out);
        self.gone(std::mem::take(&mut pipe.to_client));
        pipe.to_relay.clear();
        if !pipe.ghost {
            pipe.to_client.push_back(down(RelayProblem::Closed));
            self.pipes.insert(conn, pipe);
            self.client_reads(conn);
        }
    }

    /// Only the client learns that a connection ended.
    pub(super) fn lose_half(&mut self, conn: Conn) {
        let pipe = self.pipes.get_mut(&conn).unwrap();
        let unread = std::mem::take(&mut pipe.to_client);
        pipe.to_relay.clear();
        pipe.ghost = true;
        let (who, relay, epoch) = (pipe.owner, pipe.relay, pipe.epoch);
        self.gone(unread);
        let now = self.now;
        let ended = down(RelayProblem::TimedOut);
        self.engine(who)
            .connection_event(now, relay, epoch, &ended)
            .unwrap();
        self.collect(who);
    }

    pub(super) fn kill_relay(&mut self, at: usize) {
        self.relays[at].die();
        let conns: Vec<Conn> = self.pipes.keys().copied().collect();
        for conn in conns {
            if self.pipes.get(&conn).is_some_and(|pipe| pipe.at == at) {
                self.lose(conn);
            }
        }
    }

    /// Puts on the connections what a relay says.
    pub(super) fn push(&mut self, out: Out) {
        for (conn, event) in out {
            match self.pipes.get_mut(&conn) {
                Some(pipe) if !pipe.ghost => pipe.to_client.push_back(event),
                _ => self.gone(VecDeque::from([event])),
            }
        }
    }

    fn gone(&mut self, events: VecDeque<ConnectionEvent>) {
        for event in events {
            if let ConnectionEvent::Frame(RelayFrame::Message { encrypted, .. }) = event {
                self.lost.insert(encrypted);
            }
        }
    }

    // Time.

    /// Moves everything on until nobody has anything to say, without the clock.
    pub(super) fn settle(&mut self) {
        for _ in 0..100_000 {
            let conns: Vec<Conn> = self.pipes.keys().copied().collect();
            let mut moved = false;
            for conn in conns {
                moved |= self.relay_reads(conn);
                moved |= self.client_reads(conn);
            }
            if !moved {
                return;
            }
        }
        panic!("this never comes to rest");
    }

    /// Lets time pass, with everything that is due in it.
    pub(super) fn pass(&mut self, ms: u64) {
        let end = self.now.mono + ms;
        self.settle();
        loop {
            let living = self.people.iter();
            let next = living.filter_map(|person| person.engine.as_ref()?.next_deadline());
            let Some(next) = next.min().filter(|next| *next <= end) else {
                break;
            };
            self.clock_to(next.max(self.now.mono));
            for who in 0..self.people.len() {
                self.tick(who);
            }
            self.settle();
        }
        self.clock_to(end);
    }

    pub(super) fn clock_to(&mut self, mono: u64) {
        let passed = i64::try_from(mono - self.now.mono).unwrap();
        self.now.mono = mono;
        self.now.wall += passed;
    }

    pub(super) fn tick(&mut self, who: Who) {
        let now = self.now;
        if let Some(engine) = &mut self.people[who].engine {
            engine.tick(now);
            self.collect(who);
        }
    }

    /// Does what a core wants done. If its process has ended at a write ([`Store::end_after`]),
    /// nothing that it wanted is done, and it starts again.
    fn collect(&mut self, who: Who) {
        if self.store(who).has_ended() {
            self.store(who).end_after(None);
            self.ended += 1;
            self.restart(who);
            return;
        }
        self.count_transactions(who);
        let mut raised = None;
        for effect in self.engine(who).take_effects() {
            match effect {
                Effect::Emit(event) => self.tell(who, *event),
                Effect::Open {
                    relay,
                    epoch,
                    target,
                    ..
                } => self.open(who, relay, epoch, &target),
                Effect::Order {
                    relay,
                    epoch,
                    order,
                } => self.order(who, relay, epoch, order),
                Effect::RaiseCounter(to) => raised = Some(to),
            }
        }
        if let Some(to) = raised {
            self.people[who].keychain = CounterState::At(to);
            let now = self.now;
            self.engine(who).counter_raised(now, to);
            self.collect(who);
        }
    }

    /// One input is at most one transaction and one that follows it.
    fn count_transactions(&mut self, who: Who) {
        let commits = self.store(who).commits();
        let made = commits - self.people[who].commits;
        assert!(made <= 2, "{made} transactions for one input");
        self.people[who].commits = commits;
    }

    fn tell(&mut self, who: Who, event: Event) {
        if let Event::MessageChanged { message } = &event
            && message.state == Some(MessageState::Handed)
        {
            // The one promise that a state makes here.
            let row = messages::by_id(self.store(who).reader(), message.id).unwrap();
            let is_plain =
                row.is_some_and(|row| row.key.protection() == messages::Protection::Plain);
            if let Some(sealed) = self.people[who]
                .sealed
                .get(&message.id)
                .filter(|_| is_plain)
            {
                assert!(self.relays.iter().any(|relay| relay.read.contains(sealed)));
            }
        }
        self.people[who].events.push(event);
    }

    fn open(&mut self, who: Who, relay: RelayId, epoch: u64, target: &ConnectionTarget) {
        let ConnectionTarget::Address(address) = target else {
            panic!("no relay of this computer here")
        };
        let host = address.host();
        let digits: String = host.chars().filter(char::is_ascii_digit).collect();
        let at: usize = digits.parse().unwrap();
        self.people[who].written += 1;
        let conn = self.next_conn;
        self.next_conn += 1;
        let mut pipe = Pipe {
            owner: who,
            relay,
            epoch,
            at,
            to_relay: VecDeque::new(),
            to_client: VecDeque::new(),
            ghost: false,
        };
        if self.relays[at].alive {
            self.relays[at].opened(conn);
            pipe.to_client.push_back(ConnectionEvent::Up);
        } else {
            pipe.to_client.push_back(down(RelayProblem::Unreachable));
        }
        self.pipes.insert(conn, pipe);
    }

    fn order(&mut self, who: Who, relay: RelayId, epoch: u64, order: ConnectionOrder) {
        let mut pipes = self.pipes.values_mut();
        let found = pipes.find(|p| p.owner == who && p.relay == relay && p.epoch == epoch);
        let Some(pipe) = found.filter(|pipe| !pipe.ghost) else {
            return;
        };
        if !matches!(order, ConnectionOrder::Close) {
            self.people[who].written += 1;
        }
        pipe.to_relay.push_back(match order {
            ConnectionOrder::Text(text) => FromClient::Text(text),
            ConnectionOrder::Ping(token) => FromClient::Ping(token),
            ConnectionOrder::Close => FromClient::Close,
        });
    }
}

/// The address of a relay.
fn is_box(what: &FromClient) -> bool {
    matches!(what, FromClient::Text(text) if text.contains("\"encrypted\""))
}

pub(super) fn url(at: usize) -> String {
    format!("ws://relay{at}.lan/")
}

/// The secret item that follows from a seed.
pub(super) fn item(seed: u8) -> SecretItem {
    SecretItem {
        identity: sotto_protocol::Identity::from_seeds(
            &[seed; 32],
            &box_seed(seed),
            &[seed ^ 0x55; 32],
        ),
        database_key: Zeroizing::new([seed; 32]),
    }
}

fn box_seed(seed: u8) -> [u8; 32] {
    [seed ^ 0xaa; 32]
}

/// The box key that follows from a seed; people have the seeds from 1 on.
pub(super) fn public_key(seed: u8) -> BoxPublicKey {
    BoxSecretKey::from_bytes(&box_seed(seed)).public_key()
}

/// The same as relays show it.
pub(super) fn shown_key(seed: u8) -> PublicKey {
    PublicKey(public_key(seed).to_bytes())
}

/// A box as a guide client makes it.
pub(super) fn guide_box(from: u8, to: PublicKey, nonce: u8, text: &[u8]) -> String {
    let to = BoxPublicKey::from_bytes(to.0).unwrap();
    let own = BoxSecretKey::from_bytes(&box_seed(from));
    SharedBox::new(&own, &to).seal([nonce; 24], text)
}

/// A box as Sotto makes it.
pub(super) fn sotto_box(from: u8, to: PublicKey, nonce: u8, text: &str) -> String {
    let recipient = BoxPublicKey::from_bytes(to.0).unwrap();
    let tagged = sotto_protocol::tag::append(text, &public_key(from), &recipient, &[nonce; 24]);
    guide_box(from, to, nonce, tagged.as_bytes())
}

/// A message frame.
pub(super) fn message(from: &str, encrypted: &str, timestamp_ms: i64) -> RelayFrame {
    RelayFrame::Message {
        from: Some(UserId::new(from).unwrap()),
        encrypted: encrypted.to_owned(),
        timestamp_ms,
    }
}

/// Makes an empty history one of a person with these relays in the settings.
fn fill(store: &mut Store, name: &str, at: &[usize]) {
    let filled = store.transaction(|tx| {
        profile::create(
            tx,
            &Profile {
                name: name.to_owned(),
                user_id: name.to_owned(),
                created_at: START,
            },
        )?;
        // Chats and contacts have other numbers.
        for _ in 0..3 {
            let group = chats::create_group(tx, START)?;
            chats::delete(tx, group)?;
        }
        for relay in at {
            relays::add(tx, Place::Custom, &url(*relay), START)?;
        }
        Ok::<_, StoreError>(())
    });
    filled.unwrap();
}
