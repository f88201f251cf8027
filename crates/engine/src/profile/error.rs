//! Why a profile cannot be opened or made, in the words of the places that it lies in.

use crate::api::StartProblem;
use sotto_keychain::VaultError;
use sotto_store::{OpenError, StoreError};
use std::io;
use thiserror::Error;

/// Why a profile cannot be opened or made.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// Another process has it open.
    #[error("another process has this profile open")]
    InUse,
    /// There is no profile in this folder.
    #[error("there is no profile in this folder")]
    NotInitialised,
    /// There is a profile in this folder already.
    #[error("there is a profile in this folder already")]
    AlreadyInitialised,
    /// The passphrase is wrong.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// Something is in the way; nothing was changed.
    #[error("cannot start: {0:?}")]
    Problem(StartProblem),
}

impl From<StartProblem> for ProfileError {
    fn from(problem: StartProblem) -> Self {
        Self::Problem(problem)
    }
}

impl From<io::Error> for ProfileError {
    fn from(error: io::Error) -> Self {
        Self::Problem(folder_problem(&error))
    }
}

impl From<StoreError> for ProfileError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull => StartProblem::DiskFull,
            StoreError::Damaged => StartProblem::HistoryDamaged,
            _ => StartProblem::FolderUnusable,
        }
        .into()
    }
}

impl From<VaultError> for ProfileError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Missing => StartProblem::KeyGone.into(),
            VaultError::Locked => StartProblem::KeychainLocked.into(),
            VaultError::NoCollection => StartProblem::KeychainEmpty.into(),
            VaultError::NoKeychain => StartProblem::KeychainMissing.into(),
            VaultError::WrongPassphrase => ProfileError::WrongPassphrase,
            VaultError::Newer => StartProblem::HistoryNewer.into(),
            VaultError::Damaged | VaultError::Ambiguous => StartProblem::KeyDamaged.into(),
            VaultError::Io(kind) => io::Error::from(kind).into(),
            VaultError::Refused
            | VaultError::NotKept
            | VaultError::TimedOut
            | VaultError::Failed
            | VaultError::OutOfMemory
            | VaultError::NoRandomness => StartProblem::KeychainRefused.into(),
        }
    }
}

impl From<OpenError> for ProfileError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::WrongKey => StartProblem::WrongKey,
            OpenError::Missing => StartProblem::HistoryGone,
            OpenError::Damaged => StartProblem::HistoryDamaged,
            OpenError::Newer { .. } => StartProblem::HistoryNewer,
            OpenError::DiskFull => StartProblem::DiskFull,
            OpenError::InUse => return ProfileError::InUse,
            _ => StartProblem::FolderUnusable,
        }
        .into()
    }
}

fn folder_problem(error: &io::Error) -> StartProblem {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StartProblem::DiskFull,
        _ => StartProblem::FolderUnusable,
    }
}
