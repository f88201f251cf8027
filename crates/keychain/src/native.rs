//! macOS Keychain and Windows Credential Manager, through `keyring`.
//!
//! Both are open while the person is logged in; the system itself asks when it wants to.

use crate::error::VaultError;
use crate::item_kind::ItemKind;
use keyring::{Entry, Error};
use std::time::Duration;
use zeroize::Zeroizing;

/// The system may be asking the person whether we are allowed to.
pub(crate) const CALL_LIMIT: Duration = Duration::from_mins(2);

/// What the keychain is called.
#[cfg(target_os = "macos")]
pub(crate) const NAME: &str = "macOS Keychain";
/// What the keychain is called.
#[cfg(not(target_os = "macos"))]
pub(crate) const NAME: &str = "Windows Credential Manager";

/// What the keychain is called.
pub(crate) fn name() -> &'static str {
    NAME
}

/// Whether there is a store at all.
pub(crate) fn check(_profile_id: Option<&str>) -> Result<(), VaultError> {
    match Entry::store_status() {
        Ok(()) => Ok(()),
        Err(_) => Err(VaultError::NoKeychain),
    }
}

/// Asks nothing: the system does at the next access.
pub(crate) fn unlock(profile_id: Option<&str>) -> Result<(), VaultError> {
    check(profile_id)
}

/// Does not wait: these systems tell of no change.
pub(crate) fn wait_until(_limit: Duration, _open: impl Fn() -> bool) {}

/// Reads the item's bytes.
pub(crate) fn load(profile_id: &str, kind: ItemKind) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let secret = entry(profile_id, kind)?.get_secret();
    secret.map(Zeroizing::new).map_err(|error| classify(&error))
}

/// Writes the item's bytes.
pub(crate) fn store(profile_id: &str, kind: ItemKind, secret: &[u8]) -> Result<(), VaultError> {
    let stored = entry(profile_id, kind)?.set_secret(secret);
    stored.map_err(|error| classify(&error))
}

/// Removes the secret item.
pub(crate) fn delete(profile_id: &str) -> Result<(), VaultError> {
    let deleted = entry(profile_id, ItemKind::Secret)?.delete_credential();
    deleted.map_err(|error| classify(&error))
}

fn entry(profile_id: &str, kind: ItemKind) -> Result<Entry, VaultError> {
    Entry::new("chat.sotto.desktop", &kind.account(profile_id)).map_err(|error| classify(&error))
}

fn classify(error: &Error) -> VaultError {
    match error {
        Error::NoEntry => VaultError::Missing,
        Error::NoDefaultStore => VaultError::NoKeychain,
        Error::NoStorageAccess(_) => VaultError::Refused,
        // On macOS "the person said no" comes as a failure of the platform.
        Error::PlatformFailure(_) if cfg!(target_os = "macos") => VaultError::Refused,
        Error::Ambiguous(_) => VaultError::Ambiguous,
        Error::BadDataFormat(..) | Error::BadEncoding(_) => VaultError::Damaged,
        _ => VaultError::Failed,
    }
}
