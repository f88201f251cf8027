//! The thread that owns the core and feeds it: requests of fronts, events of connections, the clock
//! and the answers of the keychain go in, effects go out.
//!
//! Nothing is decided here but what to do while the history cannot be written. The handle that
//! fronts hold is [`super::client`].

use super::clock::Clock;
use super::connection::ConnectionInput;
use super::connections::Connections;
use super::engine_start::{ClientError, StartedEngine, start_engine};
use super::local_relay::LocalRelay;
use super::rollback_guard::RollbackGuard;
use super::stalled::Stalled;
use super::surroundings::Surroundings;
use crate::api::{Event, HistoryTrouble, ReconnectNow, RelayProblem, TakeSnapshot};
use crate::core::{ConnectionEvent, Effect, Engine, Now};
use crate::profile::{OpenProfile, ProfileLock};
use crate::rollback_guard::RaiseError;
use sotto_store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};

/// How long the connections have for their close handshakes at the end.
const GOODBYE_LIMIT: Duration = Duration::from_secs(3);

/// A subscriber: gets events on the engine's thread and must not block it. It says whether it wants
/// more.
pub type Subscriber = Box<dyn FnMut(Event) -> bool + Send>;

/// A request on its way: carried out on the thread, it gives what hands over its answer, which is
/// called when everything that follows from the request was told.
pub(super) type Call = Box<dyn FnOnce(&mut Engine, Now) -> Box<dyn FnOnce()> + Send>;

/// What comes from the handles.
pub(super) enum Input {
    /// Carry out a request.
    Request(Call),
    /// Tell somebody everything from now on.
    Subscribe(Subscriber),
    /// End everything, and say when that is done.
    Stop(oneshot::Sender<()>),
}

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

/// The core with everything around it, on its thread.
pub(super) struct EngineThread {
    engine: Engine,
    clock: Clock,
    subscribers: Vec<Subscriber>,
    connections: Connections,
    surroundings: Surroundings,
    stalled: Stalled,
    /// Whether the history was found damaged: nothing more is done with it.
    damaged: bool,
    guard: RollbackGuard,
    /// Whether the subscribers were told that the keychain keeps texts from leaving.
    sending_held: bool,
    _lock: ProfileLock,
}

impl EngineThread {
    /// Takes up an opened profile. Connections run on the given runtime.
    ///
    /// # Errors
    /// If the history cannot be read or there is no randomness.
    pub(super) fn new(
        opened: OpenProfile,
        options: Options,
        runtime: Handle,
    ) -> Result<Self, ClientError> {
        let clock = Clock::start();
        let StartedEngine {
            engine,
            counter,
            lock,
        } = start_engine(opened, options.profile, options.version, clock)?;
        Ok(Self {
            engine,
            clock,
            subscribers: Vec::new(),
            connections: Connections::new(runtime.clone(), options.local_relay),
            surroundings: Surroundings::watch(clock),
            stalled: Stalled::none(),
            damaged: false,
            guard: RollbackGuard::new(counter, runtime),
            sending_held: false,
            _lock: lock,
        })
    }

    /// Runs until it is told to stop, nobody is left to tell it, or the history is damaged.
    pub(super) async fn run(mut self, mut inputs: mpsc::Receiver<Input>) {
        while !self.damaged {
            let reading = self.stalled.is_empty();
            // While nothing is read, a relay only seems silent.
            if reading {
                self.engine.tick(self.clock.now());
                self.perform();
            }
            let deadline = self.engine.next_deadline().filter(|_| reading);
            let deadline = deadline.map(|mono| self.clock.at(mono));
            let room = self.stalled.has_room();
            tokio::select! {
                biased;
                input = inputs.recv() => match input {
                    None => return,
                    Some(Input::Stop(done)) => {
                        self.say_goodbye().await;
                        drop(self);
                        // Who asked may be gone.
                        let _ = done.send(());
                        return;
                    }
                    Some(Input::Request(call)) => self.carry_out(call),
                    Some(Input::Subscribe(subscriber)) => self.subscribe(subscriber),
                },
                (to, result) = self.guard.next() => self.raised(to, result),
                Some(input) = self.connections.next(), if room => self.take(input),
                () = moment(deadline) => {}
                () = self.stalled.due() => self.retry_stalled(),
                () = self.surroundings.changed(), if reading => self.reconnect_now(),
            }
        }
        self.say_goodbye().await;
    }

    fn carry_out(&mut self, call: Call) {
        let answer = call(&mut self.engine, self.clock.now());
        self.perform();
        answer();
    }

    fn subscribe(&mut self, mut subscriber: Subscriber) {
        match self.engine.request(self.clock.now(), TakeSnapshot) {
            Ok(snapshot) => {
                if subscriber(Event::Snapshot { snapshot }) {
                    self.subscribers.push(subscriber);
                }
            }
            Err(error) => tracing::error!(%error, "the first picture could not be made"),
        }
    }

    /// Gives the core an event of a connection, behind those that wait already.
    fn take(&mut self, input: ConnectionInput) {
        if !self.stalled.is_empty() {
            self.stalled.push(input);
            return;
        }
        let fed = self.feed(&input);
        // Whatever was told before a trouble is true.
        self.perform();
        if let Err(error) = fed {
            tracing::warn!(%error, "the history cannot take what came");
            if self.must_wait(error) {
                self.stalled.push(input);
                self.end_connections();
            }
        }
    }

    /// Takes what still comes while the connections end.
    fn take_last(&mut self, input: ConnectionInput) {
        if !self.damaged && self.stalled.has_room() {
            self.take(input);
        }
    }

    fn feed(&mut self, input: &ConnectionInput) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.engine
            .connection_event(now, input.relay, input.epoch, &input.event)
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
        self.stalled.wait();
        // Each time anew: a subscriber may have come since.
        self.tell(&Event::HistoryTrouble {
            trouble: Some(trouble),
        });
        !self.damaged
    }

    /// Ends all connections, because what comes cannot be stored: who is not listed is sent nothing.
    fn end_connections(&mut self) {
        for (relay, epoch) in self.connections.close_all() {
            self.stalled.note_ended(relay, epoch);
            self.engine.pause(self.clock.now(), relay, epoch);
        }
        self.perform();
    }

    /// Gives the history once more what it could not take.
    fn retry_stalled(&mut self) {
        while let Some(input) = self.stalled.pop() {
            let fed = self.feed(&input);
            self.perform();
            if let Err(error) = fed {
                tracing::debug!(%error, "the history still cannot take what came");
                if self.must_wait(error) {
                    self.stalled.put_back(input);
                    if !self.stalled.has_room() {
                        // Whoever goes on talking is not waited for.
                        self.connections.abandon_closing();
                    }
                    return;
                }
                if self.damaged {
                    return;
                }
            }
        }
        self.tell(&Event::HistoryTrouble { trouble: None });
        self.reconnect();
    }

    /// Makes the connections anew that were ended for the history's trouble.
    fn reconnect(&mut self) {
        for (relay, epoch) in self.stalled.take_ended() {
            let problem = RelayProblem::NoRoom;
            let down = ConnectionInput {
                relay,
                epoch,
                event: ConnectionEvent::Down { problem },
            };
            if let Err(error) = self.feed(&down) {
                tracing::warn!(%error, "the end of a connection could not be told");
            }
        }
        self.reconnect_now();
    }

    fn reconnect_now(&mut self) {
        if let Err(error) = self.engine.request(self.clock.now(), ReconnectNow) {
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
                } => self.connections.open(relay, epoch, target, proxy),
                Effect::Order {
                    relay,
                    epoch,
                    order,
                } => self.connections.order(relay, epoch, order),
                Effect::RaiseCounter(to) => self.guard.raise(to),
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
                // Each time anew: a subscriber may have come since.
                self.tell(&Event::SendingHeld { held: true });
            }
        }
    }

    fn tell(&mut self, event: &Event) {
        self.subscribers
            .retain_mut(|subscriber| subscriber(event.clone()));
    }

    /// Ends all connections with their close handshakes, and stores what still comes until then.
    async fn say_goodbye(&mut self) {
        self.engine.shut_down(self.clock.now());
        self.perform();
        let limit = Instant::now() + GOODBYE_LIMIT;
        while let Some(input) = self.connections.next_before_end(limit).await {
            self.take_last(input);
        }
        // A keychain that takes too long leaves the history ahead, which says nothing wrong.
        if timeout(GOODBYE_LIMIT, self.guard.finish()).await.is_err() {
            tracing::warn!("the counter beside the keys stays behind");
        }
    }
}

/// Returns at a moment, never if there is none.
async fn moment(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
