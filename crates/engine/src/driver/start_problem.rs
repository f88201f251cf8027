//! What stands in the way of opening or making a profile, in the words of fronts.

use super::engine_start::ClientError;
use crate::api::{ErrorCode, KeychainState, StartProblem};
use crate::error::EngineError;
use crate::home::HomeError;
use sotto_keychain::VaultError;
use sotto_store::StoreError;

/// The code of a profile that could not be made.
pub(super) fn code_of(error: &HomeError) -> ErrorCode {
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

/// The code of a keychain that was not unlocked.
pub(super) fn code_of_keychain(error: VaultError) -> ErrorCode {
    match error {
        VaultError::NoKeychain => ErrorCode::KeychainMissing,
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
        sotto_keychain::KeychainState::Missing => KeychainState::Missing,
    }
}
