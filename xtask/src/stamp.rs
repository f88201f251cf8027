//! Remembers that a step was done for certain inputs, so that it is not done twice.
//!
//! The hash is only a change detector: it is not cryptographic and may differ between versions
//! of Rust, which costs one repetition.

use crate::failure::{Failure, Outcome};
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

/// A file that holds the hash of the inputs of a finished step.
pub(crate) struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// Hashes `inputs` (files, or folders with everything below them except folders named in
    /// `skipped`) for a step that is remembered in `file`.
    pub(crate) fn of(file: PathBuf, inputs: &[PathBuf], skipped: &[&str]) -> Outcome<Self> {
        let mut files = Vec::new();
        for input in inputs {
            collect(input, skipped, &mut files)?;
        }
        files.sort();
        let mut hasher = DefaultHasher::new();
        for path in &files {
            let content = fs::read(path).map_err(Failure::io(path.display()))?;
            hasher.write(path.as_os_str().as_encoded_bytes());
            hasher.write_usize(content.len());
            hasher.write(&content);
        }
        Ok(Self {
            file,
            hash: format!("{:016x}", hasher.finish()),
        })
    }

    /// Whether the step was done for these very inputs.
    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|text| text == self.hash)
    }

    /// Remembers the step as done.
    pub(crate) fn write(&self) -> Outcome {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).map_err(Failure::io(folder.display()))?;
        }
        fs::write(&self.file, &self.hash).map_err(Failure::io(self.file.display()))
    }
}

fn collect(path: &Path, skipped: &[&str], files: &mut Vec<PathBuf>) -> Outcome {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(Failure::io(path.display()))? {
        let entry = entry.map_err(Failure::io(path.display()))?;
        let name = entry.file_name();
        if !skipped.iter().any(|skip| name.as_os_str() == *skip) {
            collect(&entry.path(), skipped, files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamp_is_current_until_an_input_changes() {
        let folder = std::env::temp_dir().join(format!("sotto-stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("in/skipped")).unwrap();
        fs::write(folder.join("in/a"), "one").unwrap();
        let stamp = || Stamp::of(folder.join("stamp"), &[folder.join("in")], &["skipped"]).unwrap();

        assert!(!stamp().is_current());
        stamp().write().unwrap();
        assert!(stamp().is_current());
        fs::write(folder.join("in/skipped/b"), "ignored").unwrap();
        assert!(stamp().is_current());
        fs::write(folder.join("in/a"), "two").unwrap();
        assert!(!stamp().is_current());

        fs::remove_dir_all(&folder).unwrap();
    }
}
