//! The phases of a program from its start to an open profile, and what can be in the way.

use serde::Serialize;
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// The phase that the program is in.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Phase {
    /// Opening keys and history.
    Starting {
        /// What takes its time.
        step: StartStep,
    },
    /// Nothing exists yet: the first start.
    Onboarding {
        /// The keychain of this computer, as the person knows it ("GNOME Keyring").
        keychain_name: String,
        /// Whether it can be used.
        keychain: KeychainState,
    },
    /// The keys are sealed under a passphrase.
    Passphrase {
        /// Whether the last one was wrong.
        wrong: bool,
        /// How long to wait before the next try, ms.
        wait_ms: u32,
    },
    /// Something is in the way. Nothing has been changed.
    Problem {
        /// What it is.
        problem: StartProblem,
    },
    /// Open.
    Ready,
}

/// What takes its time at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum StartStep {
    /// Asking the keychain.
    Keychain,
    /// Working on a passphrase.
    Passphrase,
    /// Opening the history.
    History,
    /// Bringing the history to this version's form.
    Migration,
}

/// Whether the keychain can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum KeychainState {
    /// It can.
    Available,
    /// It is locked.
    Locked,
    /// It is there and has nowhere to keep anything yet: unlocking it asks the person to make a
    /// place.
    Empty,
    /// There is none.
    Missing,
}

/// What is in the way of starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum StartProblem {
    /// The keychain is locked.
    KeychainLocked,
    /// The keychain has nowhere to keep anything yet.
    KeychainEmpty,
    /// This system has no keychain.
    KeychainMissing,
    /// The keychain refused to give the key.
    KeychainRefused,
    /// The key does not fit the history.
    WrongKey,
    /// The keys are there, the history is gone.
    HistoryGone,
    /// The history is there, its key is gone.
    KeyGone,
    /// What keeps the key is damaged, or is there twice with different content.
    KeyDamaged,
    /// The file that says where the keys lie is damaged.
    ProfileDamaged,
    /// The history is damaged.
    HistoryDamaged,
    /// The history, the keys or what says where they lie was written by a newer version.
    HistoryNewer,
    /// The disk is full.
    DiskFull,
    /// The data folder cannot be read or written.
    FolderUnusable,
}
