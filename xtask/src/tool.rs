//! Programs of cargo's that a command needs: the person's own, else a ready wheel, else built once.
//!
//! The wheels are those of `xtask/tools.txt`. pip checks their content against the hashes there and
//! puts them into a virtual environment under `target/tools`.

use crate::child;
use crate::failure::{Failure, Outcome};
use crate::workspace;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// What the names of the wheels begin with.
const WHEELS: &str = "astral-dev-toolchain-";

/// The list of the wheels, in pip's format of requirements.
const LIST: &str = "xtask/tools.txt";

/// The program `name` of the list.
pub(crate) fn ensure(name: &str) -> Outcome<PathBuf> {
    if let Some(program) = ready(name) {
        return Ok(program);
    }
    let list = list()?;
    let version = version(&list, name);
    let unknown = || Failure::new(format!("{LIST} has no {name}"));
    built(name, version.ok_or_else(unknown)?)
}

/// The program `name` of the list, or none where it would have to be built.
pub(crate) fn ready(name: &str) -> Option<PathBuf> {
    if is_own(name) {
        return Some(PathBuf::from(name));
    }
    if cfg!(not(target_os = "linux")) {
        return None;
    }
    wheels().map(|folder| folder.join(name))
}

/// The program `name`: the person's own if there is one, else built once.
pub(crate) fn own_or_built(name: &str, version: &str) -> Outcome<PathBuf> {
    if is_own(name) {
        return Ok(PathBuf::from(name));
    }
    built(name, version)
}

fn is_own(name: &str) -> bool {
    child::works(Command::new(name).arg("--version"))
}

/// The folder with the programs of all wheels; none where pip cannot get them.
fn wheels() -> Option<PathBuf> {
    match environment("wheels", LIST, &["--require-hashes"]) {
        Ok(programs) => Some(programs),
        Err(failure) => {
            println!("    no ready programs: {failure}");
            None
        }
    }
}

/// A virtual environment with exactly what a list names, in pip's format of requirements; filled
/// again when the list has changed. Gives the folder of its programs.
pub(crate) fn environment(name: &str, list: &str, options: &[&str]) -> Outcome<PathBuf> {
    let text = fs::read_to_string(workspace::root().join(list)).map_err(Failure::io(list))?;
    let folder = workspace::target().join("tools").join(name);
    let installed = folder.join("installed.txt");
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == text) {
        return Ok(programs);
    }
    child::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    child::run(
        Command::new(programs.join("python"))
            .args(["-m", "pip", "install", "--quiet"])
            .args([
                "--disable-pip-version-check",
                "--only-binary=:all:",
                "--no-deps",
            ])
            .args(options)
            .args(["--requirement", list])
            .current_dir(workspace::root()),
    )?;
    fs::write(&installed, text).map_err(Failure::io(installed.display()))?;
    Ok(programs)
}

fn list() -> Outcome<String> {
    fs::read_to_string(workspace::root().join(LIST)).map_err(Failure::io(LIST))
}

/// The version of a program in the list.
fn version<'a>(list: &'a str, name: &str) -> Option<&'a str> {
    list.lines().find_map(|line| {
        let pinned = line.strip_prefix(WHEELS)?.strip_prefix(name)?;
        pinned.strip_prefix("==")?.split_whitespace().next()
    })
}

fn built(name: &str, version: &str) -> Outcome<PathBuf> {
    let folder = workspace::target().join("tools");
    let program = folder
        .join("bin")
        .join(format!("{name}{}", env::consts::EXE_SUFFIX));
    if !program.is_file() {
        println!("    {name} is built once, which takes some minutes");
        child::run(
            Command::new("cargo")
                .args(["install", "--locked", "--no-track"])
                .arg(format!("{name}@{version}"))
                .arg("--root")
                .arg(&folder),
        )?;
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_list() {
        let list = list().unwrap();
        for name in ["cargo-deny", "cargo-nextest", "cargo-shear"] {
            let version = version(&list, name).unwrap();
            assert!(
                version.split('.').all(|part| part.parse::<u32>().is_ok()),
                "{version}"
            );
        }
        assert_eq!(version(&list, "cargo-den"), None);
    }
}
