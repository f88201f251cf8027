//! The way of a windowed program from its start to an open profile: one phase after the other,
//! each of which a front can show, and the requests once it is open.
//!
//! The command line goes from a closed to an open profile in one step and does not use this.

use super::clock::wall_ms;
use super::passphrase_tries::{PassphraseTries, check_new_passphrase};
use super::running_profile::RunningProfile;
use super::start_problem::{code_of, code_of_keychain, keychain_view, problem_of};
use super::subscribers::{Hears, Subscribers};
use crate::api::{
    ErrorCode, Event, HistoryTrouble, KeyStorage, Phase, RelayChoice, StartProblem, StartStep,
    Update,
};
use crate::core::Request;
use crate::error::EngineError;
use crate::folders::Folders;
use crate::home::{Home, HomeError, HomeLock, HomeState, Keys, NewProfile, OpenProfile};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Mutex as AsyncMutex;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

/// How long the system's question for the keychain may stay open.
const UNLOCK_LIMIT: Duration = Duration::from_mins(2);
/// How long one wait for the keychain lasts before the phase is looked at again.
const WAIT_FOR_UNLOCK: Duration = Duration::from_secs(30);

/// The way to an open profile, and the open profile.
pub struct Launcher {
    home: Home,
    folders: Folders,
    profile: String,
    version: String,
    runtime: Handle,
    subscribers: Arc<Subscribers>,
    /// Held through each step, so that two clicks cannot open or make a profile twice.
    state: AsyncMutex<State>,
    /// Waits until the keychain is unlocked.
    waiter: Mutex<Option<JoinHandle<()>>>,
}

/// What the launcher has in hand.
struct State {
    lock: Option<HomeLock>,
    running: Option<Arc<RunningProfile>>,
    /// The keys of a profile whose history is gone, until the person decides.
    keys_of_gone_history: Option<Keys>,
    passphrase_tries: PassphraseTries,
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
            subscribers: Arc::new(Subscribers::new(phase)),
            state: AsyncMutex::new(State {
                lock,
                running: None,
                keys_of_gone_history: None,
                passphrase_tries: PassphraseTries::default(),
            }),
            waiter: Mutex::new(None),
        })
    }

    /// The phase that the subscribers were last told.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.subscribers.phase()
    }

    /// The profile's folder.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Adds a subscriber: it gets the phase, a snapshot if the profile is open, then what happens.
    /// It must not block, and says whether it wants more.
    pub async fn subscribe(&self, subscriber: impl FnMut(Update) -> bool + Send + 'static) {
        let state = self.state.lock().await;
        let Some(running) = &state.running else {
            self.subscribers
                .add(Box::new(subscriber), Hears::Everything);
            return;
        };
        let id = self.subscribers.add(Box::new(subscriber), Hears::Phases);
        let subscribers = Arc::clone(&self.subscribers);
        // On the engine's thread, so that nothing older than the snapshot follows it.
        let first = running
            .client()
            .subscribe(Box::new(move |event| {
                subscribers.begin(id, event);
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
        if state.running.is_some() {
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
                self.subscribers.enter(Phase::Onboarding {
                    keychain_name: keychain_name.to_owned(),
                    keychain: keychain_view(keychain),
                });
            }
            Ok(HomeState::Orphan) => self.problem(StartProblem::KeyGone),
            Ok(HomeState::Profile(KeyStorage::OsKeychain)) => {
                self.subscribers.enter(Phase::Starting {
                    step: StartStep::Keychain,
                });
                self.open(&mut state, Keys::OsKeychain).await;
            }
            Ok(HomeState::Profile(KeyStorage::Passphrase)) => {
                self.subscribers.enter(Phase::Passphrase {
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
            Err(error) => Err(code_of_keychain(error)),
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
        if state.running.is_some() {
            return Ok(());
        }
        if state.passphrase_tries.must_wait() {
            return Err(ErrorCode::WrongPassphrase);
        }
        self.subscribers.enter(Phase::Starting {
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
            Some(passphrase) => {
                check_new_passphrase(&passphrase)?;
                Keys::Passphrase(passphrase)
            }
        };
        let lock = self.take_lock(&mut state).map_err(|e| code_of(&e))?;
        let home = self.home.clone();
        let made = self
            .blocking(move || home.create(lock, &keys, &new, wall_ms()))
            .await
            .ok_or(ErrorCode::Internal)?;
        let opened = made.map_err(|error| code_of(&error))?;
        self.run(&mut state, opened).await;
        Ok(())
    }

    /// Moves the whole folder aside and begins a first start.
    ///
    /// # Errors
    /// `Internal` if the folder cannot be moved; `AlreadyInitialised` if the profile is open.
    pub async fn start_new(self: &Arc<Self>) -> Result<(), ErrorCode> {
        {
            let mut state = self.state.lock().await;
            if state.running.is_some() {
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

    /// Carries out a request.
    ///
    /// # Errors
    /// `NotReady` before the profile is open; else as the engine says.
    pub async fn request<R: Request>(&self, request: R) -> Result<R::Answer, EngineError> {
        let running = self.state.lock().await.running.clone();
        let running = running.ok_or(ErrorCode::NotReady)?;
        running.client().request(request).await
    }

    /// Ends everything politely: connections, history, the relay of this computer.
    pub async fn stop(&self) {
        self.replace_waiter(None);
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
        let subscribers = Arc::clone(&self.subscribers);
        let opened = self
            .blocking(move || {
                let mut tell = |step| subscribers.enter(Phase::Starting { step });
                let opened = home.open_telling(lock, &keys, &mut tell);
                (opened, keys)
            })
            .await;
        let (opened, keys) = opened.unzip();
        match opened {
            Some(Ok(opened)) => {
                state.passphrase_tries.succeeded();
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

    fn wrong_passphrase(&self, state: &mut State) {
        let wait = state.passphrase_tries.failed();
        self.subscribers.enter(Phase::Passphrase {
            wrong: true,
            wait_ms: u32::try_from(wait.as_millis()).unwrap_or(u32::MAX),
        });
    }

    /// Starts the client on an opened profile.
    async fn run(self: &Arc<Self>, state: &mut State, opened: OpenProfile) {
        self.subscribers.enter(Phase::Starting {
            step: StartStep::History,
        });
        let (profile, version) = (self.profile.clone(), self.version.clone());
        let runtime = self.runtime.clone();
        let started = RunningProfile::start(opened, profile, version, &self.folders, runtime);
        match started.await {
            Ok(running) => {
                self.subscribers.enter(Phase::Ready);
                self.follow(&running).await;
                state.running = Some(Arc::new(running));
            }
            Err(error) => {
                tracing::error!(%error, "the history could not be read");
                self.problem(problem_of(&error));
            }
        }
    }

    /// Tells the subscribers what the client tells.
    async fn follow(self: &Arc<Self>, running: &RunningProfile) {
        let subscribers = Arc::clone(&self.subscribers);
        let launcher = Arc::downgrade(self);
        let told = running
            .client()
            .subscribe(Box::new(move |event| {
                subscribers.tell(&event);
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
            HomeError::WrongPassphrase => self.subscribers.enter(Phase::Passphrase {
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
        self.subscribers.enter(Phase::Problem { problem });
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
        self.replace_waiter(Some(waiter));
    }

    fn replace_waiter(&self, waiter: Option<JoinHandle<()>>) {
        // A holder of the lock can only have panicked between two whole states.
        let mut current = self.waiter.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(former) = std::mem::replace(&mut *current, waiter) {
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
        if let Some(running) = self.running.take().and_then(Arc::into_inner) {
            running.stop().await;
        }
    }
}

fn is_damage(event: &Event) -> bool {
    let trouble = Some(HistoryTrouble::Damaged);
    *event == Event::HistoryTrouble { trouble }
}
