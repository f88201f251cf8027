//! What stands in the way of opening or making a profile, in the words of fronts.

use super::engine_start::ClientError;
use crate::api::{ErrorCode, KeychainState, StartProblem};
use crate::error::EngineError;
use crate::profile::ProfileError;
use sotto_keychain::VaultError;
use sotto_store::StoreError;

/// The code of a profile that could not be made.
pub(super) fn code_of(error: &ProfileError) -> ErrorCode {
    match error {
        ProfileError::AlreadyInitialised | ProfileError::InUse => ErrorCode::AlreadyInitialised,
        ProfileError::NotInitialised => ErrorCode::NotInitialised,
        ProfileError::WrongPassphrase => ErrorCode::WrongPassphrase,
        ProfileError::Problem(StartProblem::KeychainLocked) => ErrorCode::KeychainLocked,
        ProfileError::Problem(StartProblem::KeychainEmpty) => ErrorCode::KeychainEmpty,
        ProfileError::Problem(StartProblem::KeychainMissing) => ErrorCode::KeychainMissing,
        ProfileError::Problem(StartProblem::KeychainRefused) => ErrorCode::KeychainRefused,
        ProfileError::Problem(StartProblem::DiskFull) => ErrorCode::DiskFull,
        ProfileError::Problem(_) => ErrorCode::History,
    }
}

/// The code of a keychain that was not unlocked.
pub(super) fn code_of_keychain(error: VaultError) -> ErrorCode {
    match error {
        VaultError::NoKeychain => ErrorCode::KeychainMissing,
        VaultError::NoCollection => ErrorCode::KeychainEmpty,
        VaultError::Locked => ErrorCode::KeychainLocked,
        _ => ErrorCode::KeychainRefused,
    }
}

/// What is in the way if an opened history cannot be taken up.
pub(super) fn problem_of(error: &ClientError) -> StartProblem {
    match error {
        ClientError::Engine(EngineError::Store(StoreError::DiskFull)) => StartProblem::DiskFull,
        _ => StartProblem::HistoryDamaged,
    }
}

/// The keychain's state as fronts show it.
pub(super) fn keychain_view(state: sotto_keychain::KeychainState) -> KeychainState {
    match state {
        sotto_keychain::KeychainState::Available => KeychainState::Available,
        sotto_keychain::KeychainState::Locked => KeychainState::Locked,
        sotto_keychain::KeychainState::Empty => KeychainState::Empty,
        sotto_keychain::KeychainState::Missing => KeychainState::Missing,
    }
}
