//! Who carries out a command: this process if the home is free, else the one that owns it.

use crate::args::{Init, Invocation, Keychain, Task};
use crate::control_socket::{self, Answer};
use crate::failure::Failure;
use crate::owner;
use crate::picture;
use crate::request::Request;
use sotto_engine::api::{ErrorCode, KeyStorage, StartProblem};
use sotto_engine::driver::{check_new_passphrase, wall_ms};
use sotto_engine::folders::Folders;
use sotto_engine::profile::{FolderState, Keys, ProfileError, ProfileFolder};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How long the owner of a home may take to listen on its socket, or to leave.
const OWNER_LIMIT: Duration = Duration::from_secs(15);
/// How often to look.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Carries out the command of this process.
pub(crate) async fn carry_out(invocation: Invocation) -> Result<(), Failure> {
    let home = ProfileFolder::at(invocation.home);
    match invocation.task {
        Task::Init(init) => make_profile(home, invocation.keychain, &init).await,
        Task::Run(request) => run(home, invocation.keychain, request).await,
        Task::Scan { with, file } => {
            let code = picture::code_in(file).await?;
            let request = Request::VerifyCode { with, code };
            run(home, invocation.keychain, request).await
        }
    }
}

async fn make_profile(home: ProfileFolder, keychain: Keychain, init: &Init) -> Result<(), Failure> {
    let new = init.profile()?;
    let keys = keychain.keys()?;
    if let Keys::Passphrase(passphrase) = &keys {
        check_new_passphrase(passphrase)?;
    }
    if home.state()? != FolderState::New {
        return Err(ErrorCode::AlreadyInitialised.into());
    }
    let lock = home.lock()?;
    let opened = owner::blocking(move || Ok(home.create(lock, &keys, &new, wall_ms())?)).await?;
    owner::run_offline(opened, Request::Id).await
}

async fn run(home: ProfileFolder, keychain: Keychain, mut request: Request) -> Result<(), Failure> {
    let folders = Folders::of_person()
        .ok_or_else(|| Failure::new("system", "there is no home folder of this person"))?;
    let mut unreached_since: Option<Instant> = None;
    loop {
        // A folder that holds no profile is not made only to say so.
        let storage = match home.state()? {
            FolderState::New => return Err(ErrorCode::NotInitialised.into()),
            FolderState::Orphan => return Err(ProfileError::Problem(StartProblem::KeyGone).into()),
            FolderState::Profile(storage) => storage,
        };
        let begun = Instant::now();
        match home.lock() {
            Ok(lock) => {
                let keys = fitting(keychain, storage)?.keys()?;
                return owner::own(home, lock, &folders, keys, request).await;
            }
            Err(ProfileError::InUse) => {}
            Err(error) => return Err(error.into()),
        }
        match control_socket::ask(&home, &folders, &request).await? {
            Answer::Done => return Ok(()),
            Answer::HandedOver(rest) => request = rest,
            Answer::Cut if request.is_repeatable() => request = request.later(begun.elapsed()),
            Answer::Cut => return Err(owner_gone()),
            Answer::NotReached => {
                let since = *unreached_since.get_or_insert(begun);
                if since.elapsed() > OWNER_LIMIT {
                    return Err(Failure::in_use());
                }
                // The owner is opening the home or leaving it; a file lock tells nobody.
                sleep(LOOK_AGAIN).await;
                request = request.later(begun.elapsed());
                continue;
            }
        }
        unreached_since = None;
    }
}

/// The keychain of the command line, if the keys of the profile lie there.
fn fitting(keychain: Keychain, storage: KeyStorage) -> Result<Keychain, Failure> {
    match (keychain, storage) {
        (Keychain::Os, KeyStorage::OsKeychain) | (Keychain::Passphrase, KeyStorage::Passphrase) => {
            Ok(keychain)
        }
        (Keychain::Os, KeyStorage::Passphrase) => Err(Failure::new(
            "wrong_keychain",
            "the keys of this home are sealed under a passphrase: use --keychain passphrase",
        )),
        (Keychain::Passphrase, KeyStorage::OsKeychain) => Err(Failure::new(
            "wrong_keychain",
            "the keys of this home are in the keychain of the system: use --keychain os",
        )),
    }
}

fn owner_gone() -> Failure {
    Failure::new(
        "owner_gone",
        "the process that has this home open ended in the middle: look whether it was done",
    )
}
