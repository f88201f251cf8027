//! Where the web view keeps the little that it keeps: the widths of the columns.
//!
//! Usually a folder of the profile. Where that cannot be made, because the disk is read-only or a
//! file is in its place, the window has to open all the same, to say so: then the web view keeps
//! nothing, and the folder that it insists on is another one.

use std::fs;
use std::path::PathBuf;

/// The folder of a web view, and what stays in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WebStorage {
    /// It is there.
    pub(crate) folder: PathBuf,
    /// What outlives the window.
    pub(crate) kept: Kept,
}

/// What of a web view outlives its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// What the page stores.
    Everything,
    /// Nothing.
    Nothing,
}

impl WebStorage {
    /// The wanted folder, or the first of the spare ones that can be made, in which nothing is kept.
    /// None if there is no such folder at all.
    pub(crate) fn choose(wanted: PathBuf, spare: &[PathBuf]) -> Option<Self> {
        let problem = match fs::create_dir_all(&wanted) {
            Ok(()) => {
                return Some(Self {
                    folder: wanted,
                    kept: Kept::Everything,
                });
            }
            Err(problem) => problem,
        };
        tracing::warn!(error = %problem, "the window keeps nothing of how it looks");
        let usable = |folder: &&PathBuf| fs::create_dir_all(folder).is_ok();
        Some(Self {
            folder: spare.iter().find(usable)?.clone(),
            kept: Kept::Nothing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, process};

    #[test]
    fn folder_with_a_file_in_its_place_is_replaced_by_one_in_which_nothing_is_kept() {
        let test = env::temp_dir().join(format!("sotto-web-storage-{}", process::id()));
        fs::create_dir_all(&test).unwrap();
        fs::write(test.join("data"), "").unwrap();
        let blocked = test.join("data").join("webview");
        let spare = test.join("run").join("webview");
        let choose = |wanted: &PathBuf, spare: &[PathBuf]| {
            let storage = WebStorage::choose(wanted.clone(), spare)?;
            assert!(storage.folder.is_dir());
            Some((storage.folder, storage.kept))
        };
        let good = test.join("good").join("webview");
        let usual = choose(&good, std::slice::from_ref(&spare));
        assert_eq!(usual, Some((good, Kept::Everything)));
        assert!(!spare.exists());
        let replaced = choose(&blocked, &[blocked.clone(), spare.clone()]);
        assert_eq!(replaced, Some((spare, Kept::Nothing)));
        assert_eq!(choose(&blocked, std::slice::from_ref(&blocked)), None);
        fs::remove_dir_all(&test).unwrap();
    }
}
