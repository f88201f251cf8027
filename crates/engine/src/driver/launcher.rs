//! The way of a windowed program from its start to an open profile: one phase after the other,
//! each of which a front can show, and the intents once it is open.
//!
//! The command line goes from a closed to an open profile in one step and does not use this.

use super::local_relay::LocalRelay;
use super::owner::{Client, ClientError, Options};
use crate::api::RelayChoice;
use crate::api::{
    ErrorCode, Event, HistoryTrouble, KeyStorage, KeychainState, Phase, StartProblem, StartStep,
    Update,
};
use crate::core::Reply;
use crate::error::EngineError;
use crate::folders::Folders;
use crate::home::{Home, HomeError, HomeLock, HomeState, Keys, NewProfile, OpenProfile};
use crate::intent::Intent;
use sotto_store::StoreError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::runtime::Handle;
use tokio::sync::Mutex as AsyncMutex;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

/// How long the system's question for the keychain may stay open.
const UNLOCK_LIMIT: Duration = Duration::from_mins(2);
/// How long one wait for the keychain lasts before the phase is looked at again.
const WAIT_FOR_UNLOCK: Duration = Duration::from_secs(30);
/// The longest wait after a wrong passphrase.
const LONGEST_PASSPHRASE_WAIT: Duration = Duration::from_mins(1);
/// The shortest passphrase, characters.
const SHORTEST_PASSPHRASE: usize = 8;

/// The way to an open profile, and the open profile.
pub struct Launcher {
    home: Home,
    folders: Folders,
    profile: String,
    version: String,
    runtime: Handle,
    fronts: Arc<Fronts>,
    /// Held through each step, so that two clicks cannot open or make a profile twice.
    state: AsyncMutex<State>,
    waiter: Mutex<Option<JoinHandle<()>>>,
}

/// What the launcher has in hand.
struct State {
    lock: Option<HomeLock>,
    client: Option<Arc<Client>>,
    local_relay: Option<Arc<LocalRelay>>,
    /// The keys of a profile whose history is gone, until the person decides.
    keys_of_gone_history: Option<Keys>,
    wrong_passphrases: u32,
    next_passphrase_at: Option<Instant>,
}

/// A front: gets numbered updates and must not block. It says whether it wants more.
type Front = Box<dyn FnMut(Update) -> bool + Send>;

/// The fronts, each with the number of its next update, and the phase they were last told.
struct Fronts {
    inner: Mutex<FrontsInner>,
}

struct FrontsInner {
    phase: Phase,
    fronts: Vec<FrontEntry>,
    next_id: u64,
}

/// One front.
struct FrontEntry {
    id: u64,
    next_seq: u32,
    hears: Hears,
    front: Front,
}

/// What a front is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hears {
    /// Only phases: it has no snapshot yet that other events could change.
    Phases,
    /// Everything.
    Everything,
}

impl Launcher {
    /// Takes a profile whose folder this process has locked, or could not lock for another reason
    /// than another process: the start tries again and says why. Nothing is opened yet.
    #[must_use]
    pub fn new(
        home: Home,
        lock: Option<HomeLock>,
        folders: Folders,
        profile: String,
        version: String,
        runtime: Handle,
    ) -> Arc<Self> {
        let phase = Phase::Starting {
            step: StartStep::Keychain,
        };
        Arc::new(Self {
            home,
            folders,
            profile,
            version,
            runtime,
            fronts: Arc::new(Fronts {
                inner: Mutex::new(FrontsInner {
                    phase,
                    fronts: Vec::new(),
                    next_id: 0,
                }),
            }),
            state: AsyncMutex::new(State {
                lock,
                client: None,
                local_relay: None,
                keys_of_gone_history: None,
                wrong_passphrases: 0,
                next_passphrase_at: None,
            }),
            waiter: Mutex::new(None),
        })
    }

    /// The phase that the fronts were last told.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.fronts.lock().phase.clone()
    }

    /// The profile's folder.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Adds a front: it gets the phase, a snapshot if the profile is open, then what happens.
    pub async fn subscribe(&self, front: impl FnMut(Update) -> bool + Send + 'static) {
        let state = self.state.lock().await;
        let Some(client) = &state.client else {
            self.fronts.add(Box::new(front), Hears::Everything);
            return;
        };
        let id = self.fronts.add(Box::new(front), Hears::Phases);
        let fronts = Arc::clone(&self.fronts);
        // On the engine's thread, so that nothing older than the snapshot follows it.
        let first = client
            .subscribe(Box::new(move |event| {
                fronts.begin(id, event);
                false
            }))
            .await;
        if let Err(error) = first {
            tracing::warn!(%error, "the first picture could not be made");
        }
    }

    /// Opens the profile as far as it goes without the person.
    pub async fn start(self: &Arc<Self>) {
        let mut state = self.state.lock().await;
        if state.client.is_some() {
            return;
        }
        match self.take_lock(&mut state) {
            Ok(lock) => state.lock = Some(lock),
            Err(error) => return self.failed(&error),
        }
        match self.home.state() {
            Ok(HomeState::New) => {
                let (keychain_name, keychain) = self
                    .blocking(|| (sotto_keychain::keychain_name(), sotto_keychain::probe()))
                    .await
                    .unwrap_or(("", sotto_keychain::KeychainState::Missing));
                self.fronts.enter(Phase::Onboarding {
                    keychain_name: keychain_name.to_owned(),
                    keychain: keychain_view(keychain),
                });
            }
            Ok(HomeState::Orphan) => self.problem(StartProblem::KeyGone),
            Ok(HomeState::Profile(KeyStorage::OsKeychain)) => {
                self.fronts.enter(Phase::Starting {
                    step: StartStep::Keychain,
                });
                self.open(&mut state, Keys::OsKeychain).await;
            }
            Ok(HomeState::Profile(KeyStorage::Passphrase)) => {
                self.fronts.enter(Phase::Passphrase {
                    wrong: false,
                    wait_ms: 0,
                });
            }
            Err(error) => self.failed(&error),
        }
    }

    /// Asks the system to show its question for the keychain, and starts again after it.
    ///
    /// # Errors
    /// What the keychain has against it.
    pub async fn unlock_keychain(self: &Arc<Self>) -> Result<(), ErrorCode> {
        let asked = self
            .blocking(|| sotto_keychain::request_unlock(UNLOCK_LIMIT))
            .await
            .ok_or(ErrorCode::Internal)?;
        match asked {
            Ok(()) => {
                self.start().await;
                Ok(())
            }
            Err(sotto_keychain::VaultError::NoKeychain) => Err(ErrorCode::KeychainMissing),
            Err(sotto_keychain::VaultError::Locked) => Err(ErrorCode::KeychainLocked),
            Err(_) => Err(ErrorCode::KeychainRefused),
        }
    }

    /// Opens a profile whose keys are sealed under a passphrase. A wrong one costs a growing
    /// wait.
    ///
    /// # Errors
    /// `WrongPassphrase`, also while the wait lasts.
    pub async fn unlock_passphrase(
        self: &Arc<Self>,
        passphrase: Zeroizing<String>,
    ) -> Result<(), ErrorCode> {
        let mut state = self.state.lock().await;
        if state.client.is_some() {
            return Ok(());
        }
        if state
            .next_passphrase_at
            .is_some_and(|at| at > Instant::now())
        {
            return Err(ErrorCode::WrongPassphrase);
        }
        self.fronts.enter(Phase::Starting {
            step: StartStep::Passphrase,
        });
        self.open(&mut state, Keys::Passphrase(passphrase)).await;
        match self.phase() {
            Phase::Passphrase { wrong: true, .. } => Err(ErrorCode::WrongPassphrase),
            _ => Ok(()),
        }
    }

    /// Makes the profile of a first start, in the keychain or under a passphrase.
    ///
    /// # Errors
    /// What is wrong with the name, the passphrase, the address or the keychain. The first start
    /// goes on then.
    pub async fn create_profile(
        self: &Arc<Self>,
        name: &str,
        passphrase: Option<Zeroizing<String>>,
        relay: &RelayChoice,
    ) -> Result<(), ErrorCode> {
        let mut state = self.state.lock().await;
        let new = NewProfile::new(name, None, relay)?;
        let keys = match passphrase {
            None => Keys::OsKeychain,
            Some(weak) if weak.chars().count() < SHORTEST_PASSPHRASE => {
                return Err(ErrorCode::WeakPassphrase);
            }
            Some(passphrase) => Keys::Passphrase(passphrase),
        };
        let lock = self.take_lock(&mut state).map_err(|e| code_of(&e))?;
        let home = self.home.clone();
        let made = self
            .blocking(move || home.create(lock, &keys, &new, wall_ms()))
            .await
            .ok_or(ErrorCode::Internal)?;
        match made {
            Ok(opened) => {
                self.run(&mut state, opened).await;
                Ok(())
            }
            Err(error) => Err(code_of(&error)),
        }
    }

    /// Moves the whole folder aside and begins a first start.
    ///
    /// # Errors
    /// `Internal` if the folder cannot be moved; `AlreadyInitialised` if the profile is open.
    pub async fn start_new(self: &Arc<Self>) -> Result<(), ErrorCode> {
        {
            let mut state = self.state.lock().await;
            if state.client.is_some() {
                return Err(ErrorCode::AlreadyInitialised);
            }
            let lock = self.take_lock(&mut state).map_err(|e| code_of(&e))?;
            let moved = self.home.move_aside(lock, wall_ms());
            moved.map_err(|error| code_of(&error))?;
            state.lock = Some(self.home.lock().map_err(|error| code_of(&error))?);
        }
        self.start().await;
        Ok(())
    }

    /// Makes an empty history for keys whose history is gone. The person's name was in it, so it
    /// is asked for again.
    ///
    /// # Errors
    /// `NotReady` unless a history is gone; `BadName`; what the keychain or the disk has against
    /// it. It can be tried again after each.
    pub async fn start_same_keys(self: &Arc<Self>, name: &str) -> Result<(), ErrorCode> {
        let mut state = self.state.lock().await;
        if state.keys_of_gone_history.is_none() {
            return Err(ErrorCode::NotReady);
        }
        let new = NewProfile::new(name, None, &RelayChoice::ThisComputer)?;
        let lock = self.take_lock(&mut state).map_err(|e| code_of(&e))?;
        let keys = state.keys_of_gone_history.take();
        let keys = keys.ok_or(ErrorCode::NotReady)?;
        let home = self.home.clone();
        let (made, keys) = self
            .blocking(move || (home.recreate_history(lock, &keys, &new, wall_ms()), keys))
            .await
            .ok_or(ErrorCode::Internal)?;
        match made {
            Ok(opened) => {
                self.run(&mut state, opened).await;
                Ok(())
            }
            Err(error) => {
                // The person may free space and try again.
                state.keys_of_gone_history = Some(keys);
                Err(code_of(&error))
            }
        }
    }

    /// Carries out an intent.
    ///
    /// # Errors
    /// `NotReady` before the profile is open; else as the engine says.
    pub async fn request(&self, intent: Intent) -> Result<Reply, EngineError> {
        let client = self.state.lock().await.client.clone();
        let client = client.ok_or(ErrorCode::NotReady)?;
        client.request(intent).await
    }

    /// Ends everything politely: connections, history, the relay of this computer.
    pub async fn stop(&self) {
        if let Some(waiter) = lock(&self.waiter).take() {
            waiter.abort();
        }
        let mut state = self.state.lock().await;
        state.end().await;
    }

    /// The history of the open profile was found damaged and its client ends: so does everything
    /// else of it, and the person sees what can be done.
    fn leave_damaged(self: Arc<Self>) {
        let runtime = self.runtime.clone();
        runtime.spawn(async move {
            let mut state = self.state.lock().await;
            state.end().await;
            self.problem(StartProblem::HistoryDamaged);
        });
    }

    async fn open(self: &Arc<Self>, state: &mut State, keys: Keys) {
        let lock = match self.take_lock(state) {
            Ok(lock) => lock,
            Err(error) => return self.failed(&error),
        };
        let home = self.home.clone();
        let storage = keys.storage();
        let fronts = Arc::clone(&self.fronts);
        let opened = self
            .blocking(move || {
                let mut tell = |step| fronts.enter(Phase::Starting { step });
                let opened = home.open_telling(lock, &keys, &mut tell);
                (opened, keys)
            })
            .await;
        let (opened, keys) = opened.unzip();
        match opened {
            Some(Ok(opened)) => {
                state.wrong_passphrases = 0;
                self.run(state, opened).await;
            }
            Some(Err(HomeError::WrongPassphrase)) => self.wrong_passphrase(state),
            Some(Err(error)) => {
                if matches!(error, HomeError::Problem(StartProblem::HistoryGone)) {
                    state.keys_of_gone_history = keys;
                }
                self.failed(&error);
                if storage == KeyStorage::OsKeychain {
                    self.wait_for_keychain();
                }
            }
            None => self.problem(StartProblem::FolderUnusable),
        }
    }

    /// Each wrong passphrase doubles the wait, from one second.
    fn wrong_passphrase(&self, state: &mut State) {
        let wait = Duration::from_secs(1 << state.wrong_passphrases.min(6));
        let wait = wait.min(LONGEST_PASSPHRASE_WAIT);
        state.wrong_passphrases = state.wrong_passphrases.saturating_add(1);
        state.next_passphrase_at = Some(Instant::now() + wait);
        self.fronts.enter(Phase::Passphrase {
            wrong: true,
            wait_ms: u32::try_from(wait.as_millis()).unwrap_or(u32::MAX),
        });
    }

    /// Starts the client on an opened profile.
    async fn run(self: &Arc<Self>, state: &mut State, opened: OpenProfile) {
        self.fronts.enter(Phase::Starting {
            step: StartStep::History,
        });
        let local_relay = Arc::new(LocalRelay::idle(&self.folders, &self.runtime));
        if opened.uses_local_relay().unwrap_or(false) {
            local_relay.begin();
        }
        let options = Options {
            profile: self.profile.clone(),
            version: self.version.clone(),
            local_relay: Some(Arc::clone(&local_relay)),
        };
        match Client::start(opened, options, self.runtime.clone()).await {
            Ok(client) => {
                let fronts = Arc::clone(&self.fronts);
                let launcher = Arc::downgrade(self);
                fronts.enter(Phase::Ready);
                let told = client
                    .subscribe(Box::new(move |event| {
                        fronts.tell(&event);
                        if is_damage(&event)
                            && let Some(launcher) = launcher.upgrade()
                        {
                            launcher.leave_damaged();
                        }
                        true
                    }))
                    .await;
                if let Err(error) = told {
                    tracing::error!(%error, "the engine ended at its start");
                }
                state.client = Some(Arc::new(client));
                state.local_relay = Some(local_relay);
            }
            Err(error) => {
                tracing::error!(%error, "the history could not be read");
                self.problem(match error {
                    ClientError::Engine(EngineError::Store(StoreError::DiskFull)) => {
                        StartProblem::DiskFull
                    }
                    _ => StartProblem::HistoryDamaged,
                });
            }
        }
    }

    /// The lock of the folder: the one in hand, or taken anew.
    fn take_lock(&self, state: &mut State) -> Result<HomeLock, HomeError> {
        match state.lock.take() {
            Some(lock) => Ok(lock),
            None => self.home.lock(),
        }
    }

    fn failed(&self, error: &HomeError) {
        match error {
            HomeError::Problem(problem) => self.problem(*problem),
            HomeError::WrongPassphrase => self.fronts.enter(Phase::Passphrase {
                wrong: true,
                wait_ms: 0,
            }),
            HomeError::InUse | HomeError::NotInitialised | HomeError::AlreadyInitialised => {
                self.problem(StartProblem::FolderUnusable);
            }
        }
    }

    fn problem(&self, problem: StartProblem) {
        tracing::info!(?problem, "the profile cannot be opened");
        self.fronts.enter(Phase::Problem { problem });
    }

    /// While the keychain is locked: starts again as soon as it is not.
    fn wait_for_keychain(self: &Arc<Self>) {
        let locked = Phase::Problem {
            problem: StartProblem::KeychainLocked,
        };
        if self.phase() != locked {
            return;
        }
        let launcher = Arc::clone(self);
        let waiter = self.runtime.spawn(async move {
            while launcher.phase() == locked {
                let state = launcher
                    .blocking(|| sotto_keychain::wait_for_unlock(WAIT_FOR_UNLOCK))
                    .await;
                if state == Some(sotto_keychain::KeychainState::Available) {
                    // In a task of its own: the next waiter takes this one's place.
                    let again = Arc::clone(&launcher);
                    launcher.runtime.spawn(async move { again.start().await });
                    return;
                }
            }
        });
        if let Some(former) = lock(&self.waiter).replace(waiter) {
            former.abort();
        }
    }

    /// Runs something slow where it holds nothing up.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        self.runtime.spawn_blocking(work).await.ok()
    }
}

impl State {
    /// Ends what is open.
    async fn end(&mut self) {
        if let Some(client) = self.client.take().and_then(Arc::into_inner) {
            client.stop().await;
        }
        if let Some(relay) = self.local_relay.take().and_then(Arc::into_inner) {
            relay.stop().await;
        }
    }
}

impl Fronts {
    fn lock(&self) -> std::sync::MutexGuard<'_, FrontsInner> {
        lock(&self.inner)
    }

    /// Adds a front, which hears the phase at once.
    fn add(&self, front: Front, hears: Hears) -> u64 {
        let mut inner = self.lock();
        let id = inner.next_id;
        inner.next_id = inner.next_id.wrapping_add(1);
        let phase = inner.phase.clone();
        let mut entry = FrontEntry {
            id,
            next_seq: 0,
            hears,
            front,
        };
        if entry.tell(Event::Phase { phase }) {
            inner.fronts.push(entry);
        }
        id
    }

    /// Gives a front its snapshot; from then on it hears everything.
    fn begin(&self, id: u64, snapshot: Event) {
        let mut inner = self.lock();
        let Some(at) = inner.fronts.iter().position(|entry| entry.id == id) else {
            return;
        };
        if let Some(entry) = inner.fronts.get_mut(at) {
            entry.hears = Hears::Everything;
            if !entry.tell(snapshot) {
                inner.fronts.remove(at);
            }
        }
    }

    fn enter(&self, phase: Phase) {
        self.lock().phase = phase.clone();
        self.tell(&Event::Phase { phase });
    }

    fn tell(&self, event: &Event) {
        let all = matches!(event, Event::Phase { .. });
        self.lock().fronts.retain_mut(|entry| {
            let hears = all || entry.hears == Hears::Everything;
            !hears || entry.tell(event.clone())
        });
    }
}

impl FrontEntry {
    /// Gives the front its next update; gives whether it wants more.
    fn tell(&mut self, event: Event) -> bool {
        let seq = self.next_seq;
        self.next_seq = self.next_seq.wrapping_add(1);
        (self.front)(Update { seq, event })
    }
}

/// A lock whose holder can only have panicked between two whole states.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_damage(event: &Event) -> bool {
    let trouble = Some(HistoryTrouble::Damaged);
    *event == Event::HistoryTrouble { trouble }
}

fn wall_ms() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

fn keychain_view(state: sotto_keychain::KeychainState) -> KeychainState {
    match state {
        sotto_keychain::KeychainState::Available => KeychainState::Available,
        sotto_keychain::KeychainState::Locked => KeychainState::Locked,
        sotto_keychain::KeychainState::Missing => KeychainState::Missing,
    }
}

/// The code of a profile that could not be made.
fn code_of(error: &HomeError) -> ErrorCode {
    match error {
        HomeError::AlreadyInitialised | HomeError::InUse => ErrorCode::AlreadyInitialised,
        HomeError::NotInitialised => ErrorCode::NotInitialised,
        HomeError::WrongPassphrase => ErrorCode::WrongPassphrase,
        HomeError::Problem(StartProblem::KeychainLocked) => ErrorCode::KeychainLocked,
        HomeError::Problem(StartProblem::KeychainMissing) => ErrorCode::KeychainMissing,
        HomeError::Problem(StartProblem::KeychainRefused) => ErrorCode::KeychainRefused,
        HomeError::Problem(StartProblem::DiskFull) => ErrorCode::DiskFull,
        HomeError::Problem(_) => ErrorCode::History,
    }
}
