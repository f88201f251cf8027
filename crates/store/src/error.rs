//! Why the history could not be opened, read or written.
//!
//! SQLite's own messages are left out on purpose: they can quote what was looked for.

use rusqlite::{Error, ErrorCode, ffi};

/// Why a read or a transaction failed. Nothing of a failed transaction stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The file holds something that this program did not write.
    #[error("the history is damaged")]
    Damaged,
    /// The disk, or the room that the person may use, is full.
    #[error("the disk is full")]
    DiskFull,
    /// Another process uses the history.
    #[error("the history is in use")]
    Busy,
    /// The operating system refused to read or write.
    #[error("the history could not be read or written")]
    Io,
    /// A row with this key is there already, or the row that it belongs to is not.
    #[error("the history has such a row, or lacks the row it belongs to")]
    Conflict,
    /// Anything else: a mistake in this program.
    #[error("SQLite error {code}")]
    Sqlite {
        /// SQLite's extended result code.
        code: i32,
    },
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::SqliteFailure(failure, _) | Error::SqlInputError { error: failure, .. } => {
                Self::of(failure)
            }
            // A column that holds what was never written into it.
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..) => Self::Damaged,
            _ => Self::Sqlite {
                code: ffi::SQLITE_MISUSE,
            },
        }
    }
}

impl StoreError {
    fn of(failure: ffi::Error) -> Self {
        let code = failure.extended_code;
        match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged,
            ErrorCode::DiskFull => Self::DiskFull,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::SystemIoFailure => match code {
                // A quota that is used up comes as a failed write.
                ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE => Self::DiskFull,
                ffi::SQLITE_IOERR_SHORT_READ
                | ffi::SQLITE_IOERR_DATA
                | ffi::SQLITE_IOERR_CORRUPTFS => Self::Damaged,
                _ => Self::Io,
            },
            // SQLCipher stops writing to a file in which it met a page that it cannot decrypt. That
            // the file can be written otherwise was seen when it was opened.
            ErrorCode::ReadOnly if code == ffi::SQLITE_READONLY => Self::Damaged,
            ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::Io,
            ErrorCode::ConstraintViolation => match code {
                ffi::SQLITE_CONSTRAINT_UNIQUE
                | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                | ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Self::Conflict,
                _ => Self::Sqlite { code },
            },
            _ => Self::Sqlite { code },
        }
    }
}

/// Why the history could not be opened. On none of these a file was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The key is not the one that the history was written with.
    #[error("the key does not fit the history")]
    WrongKey,
    /// There is no history in this folder.
    #[error("there is no history")]
    Missing,
    /// The key fits (or cannot be checked), but the file cannot be read with it.
    #[error("the history is damaged")]
    Damaged,
    /// A newer version of the program wrote the history.
    #[error("the history was written by a newer version (form {found})")]
    Newer {
        /// The version of its form.
        found: u32,
    },
    /// The disk is full, and the history would have to be created or brought to a newer form.
    #[error("the disk is full")]
    DiskFull,
    /// Another process uses the history.
    #[error("the history is in use")]
    InUse,
    /// A history is there already, so that none can be created.
    #[error("there is a history already")]
    Exists,
    /// The operating system refused to read or write, or SQLite failed in another way.
    #[error("the history could not be opened")]
    Io,
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged => Self::Damaged,
            StoreError::DiskFull => Self::DiskFull,
            StoreError::Busy => Self::InUse,
            StoreError::Io | StoreError::Conflict | StoreError::Sqlite { .. } => Self::Io,
        }
    }
}

impl From<Error> for OpenError {
    fn from(error: Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            std::io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Io,
        }
    }
}
