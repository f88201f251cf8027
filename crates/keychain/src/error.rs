//! What can be wrong with the place of the keys.

use sotto_protocol::{CounterItemError, SecretItemError};
use std::io;
use thiserror::Error;

/// Why the secret item cannot be read or written. Nothing in it is secret or names a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VaultError {
    /// The place is open, and the item is not there.
    #[error("there is no such item")]
    Missing,
    /// The keychain is locked.
    #[error("the keychain is locked")]
    Locked,
    /// The keychain is there and has nowhere to keep anything yet: the person makes a place.
    #[error("the keychain has no place to keep anything yet")]
    NoCollection,
    /// There is no keychain on this system, or it is not running.
    #[error("there is no keychain on this system")]
    NoKeychain,
    /// The person or the system did not let us have it.
    #[error("the keychain did not give access")]
    Refused,
    /// Items that differ bear the profile's id.
    #[error("the keychain has several items for this profile")]
    Ambiguous,
    /// What is there is not what was once written.
    #[error("the item is damaged")]
    Damaged,
    /// What is there was written by a newer program.
    #[error("the item was written by a newer version of the program")]
    Newer,
    /// The passphrase does not open the file.
    #[error("that is not the passphrase")]
    WrongPassphrase,
    /// The keychain took the item but does not give it back.
    #[error("the keychain did not keep the item")]
    NotKept,
    /// No answer within the limit.
    #[error("the keychain did not answer in time")]
    TimedOut,
    /// The keychain answered with an error of its own.
    #[error("the keychain failed")]
    Failed,
    /// There is not enough memory for the passphrase's parameters.
    #[error("there is not enough memory to check the passphrase")]
    OutOfMemory,
    /// The system has no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// The file cannot be read or written.
    #[error("the file of the keys cannot be used: {0}")]
    Io(io::ErrorKind),
}

impl From<SecretItemError> for VaultError {
    fn from(error: SecretItemError) -> Self {
        match error {
            SecretItemError::Newer { .. } => Self::Newer,
            SecretItemError::Damaged => Self::Damaged,
        }
    }
}

impl From<CounterItemError> for VaultError {
    fn from(error: CounterItemError) -> Self {
        match error {
            CounterItemError::Newer { .. } => Self::Newer,
            CounterItemError::Damaged => Self::Damaged,
        }
    }
}

impl From<io::Error> for VaultError {
    fn from(error: io::Error) -> Self {
        Self::Io(error.kind())
    }
}
