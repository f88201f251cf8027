//! Why the engine could not do what it was asked: for a front as a closed code, with nothing
//! secret in it.

use crate::api::ErrorCode;
use sotto_store::StoreError;
use thiserror::Error;

/// A request that was not carried out. Nothing of it has happened.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The request cannot be carried out as it is; the code says why.
    #[error("refused: {0:?}")]
    Refused(ErrorCode),
    /// The history failed.
    #[error("the history failed: {0}")]
    Store(#[from] StoreError),
    /// The engine has stopped.
    #[error("the engine has stopped")]
    Stopped,
}

impl EngineError {
    /// The code for a front.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Refused(code) => *code,
            Self::Store(StoreError::DiskFull) => ErrorCode::DiskFull,
            Self::Store(_) => ErrorCode::History,
            Self::Stopped => ErrorCode::NotReady,
        }
    }
}

impl From<ErrorCode> for EngineError {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}
