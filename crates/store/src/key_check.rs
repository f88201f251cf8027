//! `history.check`: 16 bytes beside the history that tell a wrong key from a damaged file.
//!
//! They are an HMAC of the database key ([`sotto_protocol::db_check()`]) and reveal
//! nothing of it. The file is a hint, not a gate: a key that opens the history is right, whatever
//! stands here.

use crate::OpenError;
use sotto_private_files::replace;
use sotto_protocol::{DbCheck, db_check};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The name of the file.
const NAME: &str = "history.check";
/// Its length in bytes.
const LENGTH: usize = 16;

/// What `history.check` says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the key of the history.
    Right,
    /// It is another one.
    Wrong,
    /// There is no such file, or it has not 16 bytes.
    Unknown,
}

/// Compares a key with `history.check` in this folder, in constant time.
pub(crate) fn compare(dir: &Path, key: &Zeroizing<[u8; 32]>) -> Result<Verdict, OpenError> {
    let stored = match std::fs::read(path(dir)) {
        Ok(stored) => stored,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Verdict::Unknown),
        Err(error) => return Err(error.into()),
    };
    let Ok(stored) = <[u8; LENGTH]>::try_from(stored) else {
        return Ok(Verdict::Unknown);
    };
    if DbCheck::from_bytes(stored).matches(key) {
        Ok(Verdict::Right)
    } else {
        Ok(Verdict::Wrong)
    }
}

/// Writes `history.check` for a key that was proved right: all of it or nothing.
pub(crate) fn write(dir: &Path, key: &Zeroizing<[u8; 32]>) -> Result<(), OpenError> {
    Ok(replace(&path(dir), &db_check(key).to_bytes())?)
}

fn path(dir: &Path) -> PathBuf {
    dir.join(NAME)
}
