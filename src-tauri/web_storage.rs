//! Where the web view keeps the little that it keeps: the widths of the columns.
//!
//! Usually a folder of the profile. Where that cannot be made, because the disk is read-only or a
//! file is in its place, the window has to open all the same, to say so: then it gets a folder that
//! lasts as long as the session of the system.

use std::fs;
use std::path::PathBuf;

/// The wanted folder, or the first of the spare ones that can be made. None if there is no such
/// folder at all.
pub(crate) fn choose(wanted: PathBuf, spare: &[PathBuf]) -> Option<PathBuf> {
    match fs::create_dir_all(&wanted) {
        Ok(()) => Some(wanted),
        Err(error) => {
            tracing::warn!(%error, "what the window keeps of how it looks is kept elsewhere");
            let usable = |folder: &&PathBuf| fs::create_dir_all(folder).is_ok();
            spare.iter().find(usable).cloned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, process};

    #[test]
    fn folder_with_a_file_in_its_place_is_replaced_by_a_spare_one() {
        let test = env::temp_dir().join(format!("sotto-web-storage-{}", process::id()));
        fs::create_dir_all(&test).unwrap();
        fs::write(test.join("data"), "").unwrap();
        let blocked = test.join("data").join("webview");
        let spare = test.join("run").join("webview");
        let good = test.join("good").join("webview");
        let usual = choose(good.clone(), std::slice::from_ref(&spare));
        assert_eq!(usual, Some(good));
        assert!(!spare.exists());
        let replaced = choose(blocked.clone(), &[blocked.clone(), spare.clone()]);
        assert!(spare.is_dir());
        assert_eq!(replaced, Some(spare));
        assert_eq!(choose(blocked.clone(), &[blocked]), None);
        fs::remove_dir_all(&test).unwrap();
    }
}
