//! The files of `fuzz/corpus`, for the tests that try them again.

use std::fs;
use std::path::{Path, PathBuf};

/// A target: its name, which is that of its corpus, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// What the names of first inputs begin with; the others were found by libFuzzer.
const SEED: &str = "seed-";
/// How many changed copies of each first input are tried besides it.
const COPIES: u64 = 16;

/// Hands each target every file of its corpus, and of first inputs some changed copies.
pub fn replay(targets: &[Target]) {
    for (name, run) in targets {
        let files = files(&folder().join(name));
        assert!(!files.is_empty(), "{name}");
        for file in files {
            // Shown only if the target panics.
            println!("{}", file.display());
            let input = fs::read(&file).unwrap();
            run(&input);
            if name_of(&file).starts_with(SEED) {
                for copy in 0..COPIES {
                    run(&changed(&input, copy));
                }
            }
        }
    }
}

/// Compares a first input with its file, or writes it on purpose (`SOTTO_BLESS=1`).
pub fn check_seed(target: &str, name: &str, input: &[u8]) {
    let folder = folder().join(target);
    let file = folder.join(format!("{SEED}{name}"));
    if std::env::var_os("SOTTO_BLESS").is_some_and(|value| value == "1") {
        fs::create_dir_all(&folder).unwrap();
        fs::write(&file, input).unwrap();
    }
    let found = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(found == input, "{}", file.display());
}

/// The names of the corpora, sorted.
pub fn names() -> Vec<String> {
    files(&folder()).iter().map(|file| name_of(file)).collect()
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A copy with a byte changed, or cut there, or with the part before repeated.
fn changed(input: &[u8], copy: u64) -> Vec<u8> {
    let step = copy.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let at = usize::try_from(step >> 32).unwrap() % (input.len() + 1);
    let mut bytes = input.to_vec();
    match copy % 4 {
        0 => bytes.truncate(at),
        1 => bytes.extend_from_within(..at),
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << (step % 8);
            }
        }
    }
    bytes
}
