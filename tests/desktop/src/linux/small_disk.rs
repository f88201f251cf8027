//! A disk of a few megabytes in a person's home, which can be full for real.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system of its own below one folder. Unmounted when dropped; the programs that use it
/// have to have ended then.
pub struct SmallDisk {
    folder: PathBuf,
    prefix: Vec<&'static str>,
}

/// What fills the disk.
const BALLAST: &str = "ballast";

impl SmallDisk {
    /// Puts a disk of so many bytes at this folder; it is made where there is none. `None` where
    /// the system lets this person mount nothing: it takes root, or whoever may become root
    /// unasked, outside of a container without that right.
    ///
    /// # Panics
    /// Where the folder cannot be made.
    pub fn at(folder: &Path, bytes: u64) -> Option<Self> {
        let prefix = as_root()?;
        fs::create_dir_all(folder).expect("the home is writable");
        let owner = rustix::process::geteuid().as_raw();
        let options = format!("size={bytes},mode=700,uid={owner}");
        let words = ["mount", "-t", "tmpfs", "-o", &options, "sotto-test"];
        run(&prefix, &words, folder).then(|| Self {
            folder: folder.to_owned(),
            prefix,
        })
    }

    /// Fills it to the last byte.
    ///
    /// # Panics
    /// Where it does not become full.
    pub fn fill(&self) {
        let mut ballast = File::create(self.folder.join(BALLAST)).expect("a file can be made");
        let mut block = vec![0x55; 64 * 1024];
        while !block.is_empty() {
            match ballast.write_all(&block) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::StorageFull => {
                    block.truncate(block.len() / 2);
                }
                Err(error) => panic!("the disk does not become full: {error}"),
            }
        }
    }

    /// Frees what filled it.
    ///
    /// # Panics
    /// Where it was not filled.
    pub fn free(&self) {
        fs::remove_file(self.folder.join(BALLAST)).expect("it was filled");
    }

    /// Lets nobody write to it, as a system does with a disk that fails.
    pub fn make_read_only(&self) {
        self.run(&["mount", "-o", "remount,ro"]);
    }

    /// Lets the owner write again.
    pub fn make_writable(&self) {
        self.run(&["mount", "-o", "remount,rw"]);
    }

    fn run(&self, words: &[&str]) {
        let succeeded = run(&self.prefix, words, &self.folder);
        assert!(succeeded, "{words:?} {} failed", self.folder.display());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a program that a failed test left behind must not keep the home.
        if !run(&self.prefix, &["umount", "--lazy"], &self.folder) {
            eprintln!("{} stays mounted", self.folder.display());
        }
    }
}

/// Runs a command that changes what is mounted at the folder, and says whether it succeeded.
fn run(prefix: &[&str], words: &[&str], folder: &Path) -> bool {
    let mut words = prefix.iter().chain(words);
    let program = words.next().expect("a program to run");
    let status = Command::new(program).args(words).arg(folder).status();
    status.is_ok_and(|status| status.success())
}

/// The words before a command that needs root.
fn as_root() -> Option<Vec<&'static str>> {
    if rustix::process::geteuid().is_root() {
        return Some(Vec::new());
    }
    let asked = Command::new("sudo").args(["-n", "true"]).status();
    asked
        .is_ok_and(|status| status.success())
        .then(|| vec!["sudo", "-n"])
}
