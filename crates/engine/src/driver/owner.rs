//! The thread that owns the core, and the handle to it.

use super::link::{self, LinkInput, Reports};
use super::local_relay::LocalRelay;
use super::raising::Raising;
use crate::api::{ErrorCode, Event, HistoryTrouble, RelayId, RelayProblem};
use crate::core::{About, Effect, Engine, LinkEvent, LinkOrder, LinkTarget, Now, Reply};
use crate::counter::RaiseError;
use crate::error::EngineError;
use crate::home::{HomeLock, OpenProfile};
use crate::intent::Intent;
use sotto_store::StoreError;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use thiserror::Error;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant as TokioInstant, sleep_until, timeout};

/// Intents that may wait for the thread.
const INTENTS_WAITING: usize = 64;
/// Events of links that may wait for the thread.
const LINK_EVENTS_WAITING: usize = 32;
/// Orders that may wait for a link: more than one window of texts with their pings.
const ORDERS_WAITING: usize = 512;
/// How long a history that cannot be written is left alone before the next try.
const TROUBLE_WAIT: Duration = Duration::from_secs(2);
/// Events of ending connections that are kept for a history that cannot be written.
const MOST_STALLED: usize = 256;
/// How long the links have for their close handshakes at the end.
const GOODBYE_LIMIT: Duration = Duration::from_secs(3);

/// A listener: gets events on the engine's thread and must not block it. It says whether it wants
/// more.
pub type Listener = Box<dyn FnMut(Event) -> bool + Send>;

/// What the client is told about its surroundings.
#[derive(Clone)]
pub struct Options {
    /// The name of the profile on this computer, empty for the usual one.
    pub profile: String,
    /// The version of the program.
    pub version: String,
    /// The relay of this computer, if this program takes part in running it.
    pub local_relay: Option<Arc<LocalRelay>>,
}

/// Why the client could not be started.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The history could not be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The operating system gave no thread or no randomness.
    #[error("the operating system gave no thread")]
    System,
}

/// A running client. Dropping it ends the links without a goodbye; [`Client::stop`] says it.
pub struct Client {
    inputs: mpsc::Sender<Input>,
    thread: Option<std::thread::JoinHandle<()>>,
}

enum Input {
    Intent(Box<Intent>, oneshot::Sender<Result<Reply, EngineError>>),
    Subscribe(Listener),
    Stop(oneshot::Sender<()>),
}

impl Client {
    /// Takes up an opened profile and connects its relays. Connections run on the given runtime.
    ///
    /// # Errors
    /// If the history cannot be read.
    pub async fn start(
        opened: OpenProfile,
        options: Options,
        runtime: Handle,
    ) -> Result<Self, ClientError> {
        let (inputs, waiting) = mpsc::channel(INTENTS_WAITING);
        let (ready, started) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("sotto-engine".to_owned())
            .spawn(move || {
                let _fault = EndOnFault;
                let clock = Clock::start();
                match Owner::new(opened, options, runtime.clone(), clock) {
                    Ok(owner) => {
                        if ready.send(Ok(())).is_ok() {
                            runtime.block_on(owner.run(waiting));
                        }
                    }
                    Err(error) => drop(ready.send(Err(error))),
                }
            })
            .map_err(|_| ClientError::System)?;
        let client = Self {
            inputs,
            thread: Some(thread),
        };
        started.await.map_err(|_| ClientError::System)??;
        Ok(client)
    }

    /// Carries out an intent.
    ///
    /// # Errors
    /// Nothing of the intent has happened then.
    pub async fn request(&self, intent: Intent) -> Result<Reply, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.inputs
            .send(Input::Intent(Box::new(intent), reply))
            .await
            .map_err(|_| EngineError::Stopped)?;
        answer.await.map_err(|_| EngineError::Stopped)?
    }

    /// Adds a listener. Its first event is a snapshot.
    ///
    /// # Errors
    /// If the client has stopped.
    pub async fn subscribe(&self, listener: Listener) -> Result<(), EngineError> {
        let input = Input::Subscribe(listener);
        self.inputs
            .send(input)
            .await
            .map_err(|_| EngineError::Stopped)
    }

    /// Ends all connections with their close handshakes and closes the history.
    pub async fn stop(mut self) {
        let (done, stopped) = oneshot::channel();
        if self.inputs.send(Input::Stop(done)).await.is_ok() {
            // Without an answer the thread has ended, which is what was asked for.
            let _ = stopped.await;
        }
        if let Some(thread) = self.thread.take() {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// Ends the process if the engine's thread panics: its memory may be half changed, the history is
/// whole, and the next start takes it up. A front must not go on without an engine.
struct EndOnFault;

impl Drop for EndOnFault {
    fn drop(&mut self) {
        if std::thread::panicking() {
            std::process::abort();
        }
    }
}

/// Reads the two clocks.
#[derive(Clone, Copy)]
struct Clock {
    start: Instant,
}

impl Clock {
    fn start() -> Self {
        Self {
            start: Instant::now(),
        }
    }

    fn now(self) -> Now {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let wall = since_1970.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
        let mono = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        Now { wall, mono }
    }

    fn at(self, mono: u64) -> TokioInstant {
        TokioInstant::from_std(self.start + Duration::from_millis(mono))
    }
}

/// A connection's task and the way to give it orders.
struct LinkTask {
    epoch: u64,
    orders: mpsc::Sender<LinkOrder>,
    task: JoinHandle<()>,
}

impl Drop for LinkTask {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The core with everything around it, on its thread.
struct Owner {
    engine: Engine,
    clock: Clock,
    runtime: Handle,
    local_relay: Option<Arc<LocalRelay>>,
    listeners: Vec<Listener>,
    links: BTreeMap<RelayId, LinkTask>,
    /// Tasks that were told to close and still say goodbye.
    closing: Vec<LinkTask>,
    events: mpsc::Sender<LinkInput>,
    link_inputs: mpsc::Receiver<LinkInput>,
    /// Events that the history could not take, and what came after them before the connections
    /// were ended.
    stalled: VecDeque<LinkInput>,
    /// The connections that were ended for it; the core hears of their end last.
    ended: Vec<(RelayId, u64)>,
    /// When it is given those once more.
    next_try: TokioInstant,
    /// Whether the history was found damaged: nothing more is done with it.
    damaged: bool,
    raising: Raising,
    /// Whether the fronts were told that the keychain keeps texts from leaving.
    sending_held: bool,
    _lock: HomeLock,
}

impl Owner {
    fn new(
        opened: OpenProfile,
        options: Options,
        runtime: Handle,
        clock: Clock,
    ) -> Result<Self, ClientError> {
        let about = About {
            profile: options.profile,
            storage: opened.storage,
            version: options.version,
        };
        let mut check = [0u8; 1];
        getrandom::fill(&mut check).map_err(|_| ClientError::System)?;
        let engine = Engine::new(
            opened.store,
            opened.item,
            about,
            opened.counter.read(),
            clock.now(),
            Box::new(fill_random),
        )?;
        let (events, link_inputs) = mpsc::channel(LINK_EVENTS_WAITING);
        let raising = Raising::new(opened.counter, runtime.clone());
        Ok(Self {
            engine,
            clock,
            runtime,
            local_relay: options.local_relay,
            listeners: Vec::new(),
            links: BTreeMap::new(),
            closing: Vec::new(),
            events,
            link_inputs,
            stalled: VecDeque::new(),
            ended: Vec::new(),
            next_try: TokioInstant::now(),
            damaged: false,
            raising,
            sending_held: false,
            _lock: opened.lock,
        })
    }

    async fn run(mut self, mut inputs: mpsc::Receiver<Input>) {
        while !self.damaged {
            let reading = self.stalled.is_empty();
            let room = self.stalled.len() < MOST_STALLED;
            // While nothing is read, a relay only seems silent.
            if reading {
                self.engine.tick(self.clock.now());
                self.perform();
            }
            let deadline = self.engine.next_deadline().filter(|_| reading);
            let timer = async {
                match deadline {
                    Some(mono) => sleep_until(self.clock.at(mono)).await,
                    None => std::future::pending().await,
                }
            };
            let disk = async {
                if reading {
                    std::future::pending::<()>().await;
                } else {
                    sleep_until(self.next_try).await;
                }
            };
            tokio::select! {
                biased;
                input = inputs.recv() => match input {
                    None => return,
                    Some(Input::Stop(done)) => {
                        self.goodbye().await;
                        drop(self);
                        let _ = done.send(());
                        return;
                    }
                    Some(input) => self.take(input),
                },
                (to, result) = self.raising.next() => self.raised(to, result),
                event = self.link_inputs.recv(), if room => {
                    if let Some(event) = event {
                        self.take_link(event);
                    }
                }
                () = timer => {}
                () = disk => self.retry_stalled(),
            }
        }
        self.goodbye().await;
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Intent(intent, reply) => {
                let result = self.engine.intent(self.clock.now(), *intent);
                if let Err(error) = &result {
                    tracing::debug!(%error, "an intent was not carried out");
                }
                self.perform();
                // A front that no longer waits for the answer still sees what happened.
                let _ = reply.send(result);
            }
            Input::Subscribe(listener) => self.subscribe(listener),
            Input::Stop(_) => {}
        }
    }

    fn subscribe(&mut self, mut listener: Listener) {
        match self.engine.intent(self.clock.now(), Intent::Snapshot) {
            Ok(Reply::Snapshot(snapshot)) => {
                if listener(Event::Snapshot { snapshot }) {
                    self.listeners.push(listener);
                }
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the first picture could not be made"),
        }
    }

    fn take_link(&mut self, input: LinkInput) {
        if !self.stalled.is_empty() {
            self.stalled.push_back(input);
            return;
        }
        match self.feed(&input) {
            Ok(()) => self.perform(),
            Err(error) => {
                tracing::warn!(%error, "the history cannot take what came");
                // Whatever was told before the trouble is true.
                self.perform();
                if self.must_wait(error) {
                    self.stalled.push_back(input);
                    self.end_links();
                }
            }
        }
    }

    /// Takes what still comes while the connections end.
    fn take_last(&mut self, input: LinkInput) {
        if !self.damaged && self.stalled.len() < MOST_STALLED {
            self.take_link(input);
        }
    }

    /// Tells the trouble of the history; gives whether what met it is to be tried again. If not,
    /// the one input must not hold up all others for ever.
    fn must_wait(&mut self, error: StoreError) -> bool {
        let trouble = match error {
            StoreError::DiskFull => HistoryTrouble::DiskFull,
            StoreError::Busy | StoreError::Io => HistoryTrouble::Unusable,
            StoreError::Damaged => HistoryTrouble::Damaged,
            StoreError::Conflict | StoreError::Sqlite { .. } => return false,
        };
        self.damaged |= trouble == HistoryTrouble::Damaged;
        self.next_try = TokioInstant::now() + TROUBLE_WAIT;
        // Each time anew: a front may have come since.
        self.tell(&Event::HistoryTrouble {
            trouble: Some(trouble),
        });
        !self.damaged
    }

    fn feed(&mut self, input: &LinkInput) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.engine
            .link(now, input.relay, input.epoch, &input.event)
    }

    /// Ends all connections, because what comes cannot be stored: who is not listed is sent nothing.
    fn end_links(&mut self) {
        let links: Vec<(RelayId, u64)> = self.links.iter().map(|(r, l)| (*r, l.epoch)).collect();
        for (relay, epoch) in links {
            self.order(relay, epoch, LinkOrder::Close);
            self.ended.push((relay, epoch));
            self.engine.pause(self.clock.now(), relay, epoch);
        }
        self.perform();
    }

    /// Gives the history once more what it could not take.
    fn retry_stalled(&mut self) {
        while let Some(input) = self.stalled.pop_front() {
            if let Err(error) = self.feed(&input) {
                tracing::debug!(%error, "the history still cannot take what came");
                self.perform();
                if self.must_wait(error) {
                    self.stalled.push_front(input);
                    if self.stalled.len() >= MOST_STALLED {
                        // Whoever goes on talking is not waited for.
                        self.closing.clear();
                    }
                    return;
                }
                if self.damaged {
                    return;
                }
                continue;
            }
            self.perform();
        }
        self.tell(&Event::HistoryTrouble { trouble: None });
        self.reconnect();
    }

    /// Makes the connections anew that were ended for the history's trouble.
    fn reconnect(&mut self) {
        for (relay, epoch) in std::mem::take(&mut self.ended) {
            let problem = RelayProblem::NoRoom;
            let down = LinkInput {
                relay,
                epoch,
                event: LinkEvent::Down { problem },
            };
            if let Err(error) = self.feed(&down) {
                tracing::warn!(%error, "the end of a connection could not be told");
            }
        }
        let again = self.engine.intent(self.clock.now(), Intent::ReconnectNow);
        if let Err(error) = again {
            tracing::warn!(%error, "the relays are connected later");
        }
        self.perform();
    }

    /// Does what the core wants done.
    fn perform(&mut self) {
        for effect in self.engine.take_effects() {
            match effect {
                Effect::Emit(event) => self.tell(&event),
                Effect::Open {
                    relay,
                    epoch,
                    target,
                    proxy,
                } => self.open(relay, epoch, target, proxy),
                Effect::Order {
                    relay,
                    epoch,
                    order,
                } => self.order(relay, epoch, order),
                Effect::RaiseCounter(to) => self.raising.raise(to),
            }
        }
    }

    /// The keychain has answered: what sessions made leaves, or the person is told why it does not.
    fn raised(&mut self, to: u64, result: Result<(), RaiseError>) {
        match result {
            Ok(()) => {
                if self.sending_held {
                    self.sending_held = false;
                    self.tell(&Event::SendingHeld { held: false });
                }
                self.engine.counter_raised(self.clock.now(), to);
                self.perform();
            }
            Err(error) => {
                tracing::warn!(%error, "nothing is sent until the keychain has the counter");
                self.sending_held = true;
                // Each time anew: a front may have come since.
                self.tell(&Event::SendingHeld { held: true });
            }
        }
    }

    fn tell(&mut self, event: &Event) {
        self.listeners
            .retain_mut(|listener| listener(event.clone()));
    }

    fn open(&mut self, relay: RelayId, epoch: u64, target: LinkTarget, proxy: Option<String>) {
        let (orders, waiting) = mpsc::channel(ORDERS_WAITING);
        let local_relay = self.local_relay.clone();
        let reports = Reports {
            relay,
            epoch,
            events: self.events.clone(),
        };
        let task = self.runtime.spawn(async move {
            let address = match target {
                LinkTarget::Address(address) => Some(address),
                LinkTarget::ThisComputer => local_relay.and_then(|relay| {
                    relay.begin();
                    relay.address()
                }),
            };
            if let Some(address) = address {
                link::run(address, proxy, waiting, reports).await;
            } else {
                let problem = RelayProblem::Unreachable;
                reports.send(LinkEvent::Down { problem }).await;
            }
        });
        let link = LinkTask {
            epoch,
            orders,
            task,
        };
        self.links.insert(relay, link);
    }

    fn order(&mut self, relay: RelayId, epoch: u64, order: LinkOrder) {
        let Some(link) = self.links.get(&relay).filter(|link| link.epoch == epoch) else {
            return;
        };
        let closing = order == LinkOrder::Close;
        let full = link.orders.try_send(order).is_err();
        if full && !closing {
            // The link does not keep up: end it, what it carried stays in the outbox.
            let reports = Reports {
                relay,
                epoch,
                events: self.events.clone(),
            };
            let problem = RelayProblem::TimedOut;
            self.links.remove(&relay);
            self.runtime
                .spawn(async move { reports.send(LinkEvent::Down { problem }).await });
        } else if closing && let Some(link) = self.links.remove(&relay) {
            self.closing.retain(|link| !link.task.is_finished());
            // One that does not even take the word is ended without.
            if !full {
                self.closing.push(link);
            }
        }
    }

    /// Ends all links with their close handshakes, and stores what still comes until then.
    async fn goodbye(&mut self) {
        self.engine.ending(self.clock.now());
        self.perform();
        let limit = TokioInstant::now() + GOODBYE_LIMIT;
        for mut link in std::mem::take(&mut self.closing) {
            loop {
                tokio::select! {
                    biased;
                    Some(event) = self.link_inputs.recv() => self.take_last(event),
                    // Ended, whether by itself or by a fault: nothing more comes from it.
                    _ = &mut link.task => break,
                    // One that takes too long is ended without.
                    () = sleep_until(limit) => break,
                }
            }
        }
        while let Ok(event) = self.link_inputs.try_recv() {
            self.take_last(event);
        }
        // A keychain that takes too long leaves the history ahead, which says nothing wrong.
        if timeout(GOODBYE_LIMIT, self.raising.finish()).await.is_err() {
            tracing::warn!("the counter beside the keys stays behind");
        }
    }
}

/// Random bytes of the operating system.
#[expect(
    clippy::expect_used,
    reason = "tried at the start; without randomness nothing may be sent"
)]
fn fill_random(out: &mut [u8]) {
    getrandom::fill(out).expect("the operating system gives random bytes");
}

impl From<ErrorCode> for ClientError {
    fn from(code: ErrorCode) -> Self {
        Self::Engine(code.into())
    }
}
