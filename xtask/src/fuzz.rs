//! `fuzz`: everything that reads bytes from outside, against what libFuzzer makes up, for a time.
//!
//! The targets are in `fuzz`, a package outside the workspace. What was found in earlier runs is
//! under `fuzz/target/corpus` and stays on this machine; `fuzz/corpus` belongs to the repository,
//! and `cargo test` tries it each time.

use crate::child;
use crate::failure::{Failure, Outcome};
use crate::tool;
use crate::workspace;
use std::fs;
use std::process::Command;

/// The version of cargo-fuzz that the targets were last run with.
const VERSION: &str = "0.13.2";

/// How long each target runs unless the person says otherwise, seconds.
const SECONDS: u32 = 60;

/// Longest time for one input before libFuzzer calls it a finding, seconds.
const SLOWEST_INPUT: u32 = 25;

/// `fuzz [TARGET] [--seconds N]`: one target, or all of them in turn.
pub(crate) fn command(words: &[String]) -> Outcome {
    let wish = Wish::read(words, &targets()?)?;
    let program = tool::own_or_built("cargo-fuzz", VERSION)?;
    for target in &wish.targets {
        println!("\n{target}, {} s", wish.seconds);
        let found = format!("fuzz/target/corpus/{target}");
        fs::create_dir_all(workspace::root().join(&found)).map_err(Failure::io(&found))?;
        child::run(
            Command::new(&program)
                .args(["run", target, &found, &format!("fuzz/corpus/{target}")])
                .arg("--")
                .arg(format!("-max_total_time={}", wish.seconds))
                .arg(format!("-timeout={SLOWEST_INPUT}"))
                // The sanitizer and the coverage of libFuzzer are not yet stable options.
                .env("RUSTC_BOOTSTRAP", "1")
                .current_dir(workspace::root()),
        )?;
    }
    Ok(())
}

/// The targets by name, in order.
fn targets() -> Outcome<Vec<String>> {
    let folder = workspace::root().join("fuzz/fuzz_targets");
    let failed = || Failure::io(folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed())? {
        let file = entry.map_err(failed())?.path();
        if let Some(name) = file.file_stem() {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// What is to be run.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    targets: Vec<String>,
    seconds: u32,
}

impl Wish {
    fn read(words: &[String], known: &[String]) -> Outcome<Self> {
        let mut wish = Self {
            targets: known.to_vec(),
            seconds: SECONDS,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--seconds" {
                let number = words.next().and_then(|number| number.parse().ok());
                let refused = || Failure::new("--seconds is followed by a number above 0");
                wish.seconds = number.filter(|number| *number > 0).ok_or_else(refused)?;
            } else if known.contains(word) {
                wish.targets = vec![word.clone()];
            } else {
                return Err(Failure::new(format!(
                    "there is no target `{word}`; there are {}",
                    known.join(", ")
                )));
            }
        }
        Ok(wish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Outcome<Wish> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Wish::read(&words, &["a".to_owned(), "b".to_owned()])
    }

    #[test]
    fn one_target_or_all_for_a_time() {
        let all = read(&[]).unwrap();
        assert_eq!((all.targets.len(), all.seconds), (2, SECONDS));
        let one = read(&["b", "--seconds", "5"]).unwrap();
        assert_eq!((one.targets, one.seconds), (vec!["b".to_owned()], 5));
        for refused in [&["c"][..], &["--seconds"], &["--seconds", "0"]] {
            assert!(read(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn every_target_is_a_program_with_a_corpus() {
        let manifest = fs::read_to_string(workspace::root().join("fuzz/Cargo.toml")).unwrap();
        let targets = targets().unwrap();
        assert_eq!(manifest.matches("[[bin]]").count(), targets.len());
        for target in targets {
            assert!(manifest.contains(&format!("name = \"{target}\"")));
            assert!(workspace::root().join("fuzz/corpus").join(target).is_dir());
        }
    }
}
