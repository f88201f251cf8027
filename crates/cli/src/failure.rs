//! What a command that failed prints: `{"error":CODE,"message"}`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sotto_engine::EngineError;
use sotto_engine::api::{ErrorCode, StartProblem};
use sotto_engine::driver::ClientError;
use sotto_engine::profile::ProfileError;
use std::borrow::Cow;
use std::io;
use thiserror::Error;

/// Why a command failed. A code keeps its meaning for good; the message is for a person.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{code}: {message}")]
pub(crate) struct Failure {
    /// One word of lower-case letters and `_`.
    pub(crate) code: Cow<'static, str>,
    /// One sentence.
    pub(crate) message: Cow<'static, str>,
}

impl Failure {
    pub(crate) const fn new(code: &'static str, message: &'static str) -> Self {
        Self {
            code: Cow::Borrowed(code),
            message: Cow::Borrowed(message),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ "error": self.code, "message": self.message })
    }

    /// A bug of ours: the engine answered something that does not fit what was asked.
    pub(crate) const fn internal() -> Self {
        Self::new("internal", "this is a bug in Sotto")
    }

    /// Another program has the home open and does not take commands.
    pub(crate) const fn in_use() -> Self {
        Self::new("in_use", "another program has this home open")
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Self {
            code: name_of(&code).into(),
            message: describe(code).into(),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        error.code().into()
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Engine(error) => error.into(),
            ClientError::System => Self::new(
                "system",
                "the operating system gave no thread or no random numbers",
            ),
        }
    }
}

impl From<ProfileError> for Failure {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::InUse => Self::in_use(),
            ProfileError::NotInitialised => ErrorCode::NotInitialised.into(),
            ProfileError::AlreadyInitialised => ErrorCode::AlreadyInitialised.into(),
            ProfileError::WrongPassphrase => ErrorCode::WrongPassphrase.into(),
            ProfileError::Problem(problem) => problem.into(),
        }
    }
}

impl From<StartProblem> for Failure {
    fn from(problem: StartProblem) -> Self {
        Self {
            code: name_of(&problem).into(),
            message: describe_problem(problem).into(),
        }
    }
}

/// Trouble with the output: nobody reads it any more, or the disk is full.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull => ErrorCode::DiskFull.into(),
            _ => Self::new("output", "the output could not be written"),
        }
    }
}

/// The name that a unit variant has in JSON.
fn name_of(code: &impl Serialize) -> String {
    match serde_json::to_value(code) {
        Ok(Value::String(name)) => name,
        _ => "internal".to_owned(),
    }
}

fn describe_problem(problem: StartProblem) -> &'static str {
    use StartProblem as Problem;
    match problem {
        Problem::KeychainLocked => "the keychain is locked: unlock it and try again",
        Problem::KeychainEmpty => {
            "the keychain has no keyring yet: make one in the settings of the system or the window of Sotto, or use --keychain passphrase"
        }
        Problem::KeychainMissing => {
            "there is no keychain on this system: start one, or use --keychain passphrase"
        }
        Problem::KeychainRefused => "the keychain did not give access to the key",
        Problem::WrongKey => "the key does not fit the messages of this home; nothing was changed",
        Problem::HistoryGone => "the messages of this home are gone; the keys are still there",
        Problem::KeyGone => "the key for the messages of this home is missing",
        Problem::KeyDamaged => {
            "what keeps the key of this home is damaged, or there twice and different; nothing was changed"
        }
        Problem::ProfileDamaged => {
            "profile.json of this home, which says where the keys lie, is damaged; nothing was changed"
        }
        Problem::HistoryDamaged => "the message file is damaged; nothing was changed",
        Problem::HistoryNewer => "the messages were written by a newer Sotto; nothing was changed",
        Problem::DiskFull => "the disk is full",
        Problem::FolderUnusable => "the home folder cannot be read or written",
    }
}

fn describe(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::NotReady => "the keys and messages are not open",
        ErrorCode::UnknownContact => "there is no contact with this id",
        ErrorCode::UnknownMessage => "there is no such message",
        ErrorCode::UnknownRequest => "there is no such request",
        ErrorCode::UnknownRelay => "there is no such relay",
        ErrorCode::IdTaken => "a contact has this id already, with another key",
        ErrorCode::AlreadyAdded => "this key is a contact already",
        ErrorCode::OwnKey => "this is your own key",
        ErrorCode::BadKey => "the key is not the base64 of 32 bytes, or it protects nothing",
        ErrorCode::BadName => "a name has 1 to 40 characters, none of them a control character",
        ErrorCode::BadUserId => "a user id has 1 to 64 characters without control characters",
        ErrorCode::EmptyText => "the text is empty",
        ErrorCode::TextTooLong => "the text is longer than 60 KiB",
        ErrorCode::Blocked => "the contact is blocked",
        ErrorCode::Moved => {
            "this identity moved to another computer: go on there, nothing leaves this one any more"
        }
        ErrorCode::NoKeyChange => {
            "no other key was seen for this contact, or meanwhile another one"
        }
        ErrorCode::NoOtherName => "the contact is listed under no other name now",
        ErrorCode::UnknownInvite => "there is no such invite, or it can no longer be used",
        ErrorCode::NotALink => "this is not a Sotto link, or not a whole one",
        ErrorCode::LinkNewer => "the link was made by a newer version: update Sotto",
        ErrorCode::ClockSlow => {
            "the invite would hold longer than any can: set the clock of this computer, it seems to be slow"
        }
        ErrorCode::InviteExpired => "the invite has expired: ask for a new one",
        ErrorCode::LinkTooLong => "the addresses of your relays are too long for a link",
        ErrorCode::PrivateRelay => {
            "the link names a relay in this network or one with a query: look at it, then use --allow-private"
        }
        ErrorCode::NotComparable => {
            "no key of this contact is known yet, so there is nothing to compare"
        }
        ErrorCode::BadDigits => "a safety number has sixty digits",
        ErrorCode::NothingToVerify => "there is nothing to verify about this contact",
        ErrorCode::BadAddress => {
            "the relay is not a ws:// or wss:// address, or not encrypted outside this network"
        }
        ErrorCode::RelayExists => "this relay is in the settings already",
        ErrorCode::BadProxy => "the proxy is not host:port",
        ErrorCode::DiskFull => "the disk is full",
        ErrorCode::History => "the messages could not be read or written",
        ErrorCode::KeychainLocked => "the keychain is locked",
        ErrorCode::KeychainEmpty => "the keychain has no keyring yet",
        ErrorCode::KeychainMissing => "there is no keychain on this system",
        ErrorCode::KeychainRefused => "the keychain did not give access to the key",
        ErrorCode::WrongPassphrase => "the passphrase is wrong",
        ErrorCode::WeakPassphrase => "a passphrase has at least 8 characters",
        ErrorCode::AlreadyInitialised => "there is a profile in this home already",
        ErrorCode::NotInitialised => "there is no profile in this home: use init first",
        ErrorCode::NoReceipts => "no receipts come from this contact: nobody can tell",
        ErrorCode::TimedOut => "it took longer than asked; it goes on when Sotto runs again",
        ErrorCode::BadLink => "the link may not be opened",
        ErrorCode::BadPicture => "the picture cannot be read",
        ErrorCode::PictureTooLarge => "the picture is too large",
        ErrorCode::NoCode => "there is no code in the picture",
        ErrorCode::ForeignCode => "the code in the picture is not one of Sotto's",
        ErrorCode::ScreenRefused => "the system does not show the screen",
        ErrorCode::NotSaved => "the file could not be written",
        ErrorCode::NotificationsMissing => "nothing on this system shows notifications",
        ErrorCode::NotificationsRefused => "what shows notifications refused one",
        ErrorCode::NotificationsSilent => "what shows notifications does not answer",
        ErrorCode::LoginRefused => "the list of programs that start at login cannot be changed",
        ErrorCode::Internal => "this is a bug in Sotto",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_is_an_object_with_code_and_message() {
        let failure = Failure::from(ErrorCode::IdTaken);
        assert_eq!(
            failure.to_json(),
            json!({
                "error": "id_taken",
                "message": "a contact has this id already, with another key",
            })
        );
        assert_eq!(Failure::from(ErrorCode::NoReceipts).code, "no_receipts");
    }

    #[test]
    fn trouble_at_the_start_has_codes_of_its_own() {
        let cases = [
            (ProfileError::AlreadyInitialised, "already_initialised"),
            (ProfileError::NotInitialised, "not_initialised"),
            (ProfileError::WrongPassphrase, "wrong_passphrase"),
            (ProfileError::InUse, "in_use"),
            (StartProblem::KeychainLocked.into(), "keychain_locked"),
            (StartProblem::KeyGone.into(), "key_gone"),
            (StartProblem::KeyDamaged.into(), "key_damaged"),
        ];
        for (error, code) in cases {
            assert_eq!(Failure::from(error).code, code);
        }
    }
}
