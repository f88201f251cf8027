//! `profile.json`: which keys belong to a profile's folder, and whether the profile was finished.
//! Nothing in it is secret.

use super::error::ProfileError;
use crate::api::{KeyStorage, StartProblem};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::Path;

/// The name of the file in its folder.
const NAME: &str = "profile.json";
/// The version that this program writes.
const VERSION: u32 = 1;

/// What stands in the file.
#[derive(Serialize, Deserialize)]
pub(super) struct ProfileFile {
    version: u32,
    /// The random id of the profile, 32 hexadecimal digits.
    pub(super) id: String,
    /// Where the keys lie.
    pub(super) keys: KeyStorage,
    /// Whether the profile was made to its end.
    pub(super) finished: bool,
}

impl ProfileFile {
    /// The file of a profile that is being made; `id` is that of a first start that was cut off.
    pub(super) fn unfinished(id: Option<String>, keys: KeyStorage) -> Result<Self, ProfileError> {
        Ok(Self {
            version: VERSION,
            id: match id {
                Some(id) => id,
                None => new_id()?,
            },
            keys,
            finished: false,
        })
    }

    /// Reads it; `None` if there is none.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, ProfileError> {
        match fs::read(folder.join(NAME)) {
            Ok(bytes) => {
                let file: Self =
                    serde_json::from_slice(&bytes).map_err(|_| StartProblem::FolderUnusable)?;
                if file.version > VERSION {
                    return Err(StartProblem::HistoryNewer.into());
                }
                Ok(Some(file))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes it: all of it or nothing.
    pub(super) fn write(&self, folder: &Path) -> Result<(), ProfileError> {
        let bytes = serde_json::to_vec(self).map_err(|_| StartProblem::FolderUnusable)?;
        Ok(sotto_private_files::replace(&folder.join(NAME), &bytes)?)
    }
}

fn new_id() -> Result<String, ProfileError> {
    let mut id = [0u8; 16];
    getrandom::fill(&mut id).map_err(|_| StartProblem::FolderUnusable)?;
    Ok(HEXLOWER.encode(&id))
}
