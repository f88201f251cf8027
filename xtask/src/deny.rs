//! Licences, bans and sources of every dependency, checked by cargo-deny.
//!
//! Advisories are looked up only in the public CI, whose network has the database.

use std::path::PathBuf;
use std::process::Command;

use crate::child;
use crate::failure::Outcome;
use crate::house;

/// The version that `deny.toml` is written for.
const VERSION: &str = "0.20.2";

/// Checks `deny.toml` against the lock file, installing cargo-deny once if it is missing.
pub(crate) fn check() -> Outcome {
    let tool = tool()?;
    child::run(
        Command::new(tool)
            .args(["--workspace", "--all-features", "check"])
            .args(["bans", "licenses", "sources"])
            .current_dir(house::root()),
    )
}

/// The program: the person's own if there is one, else ours under `target/tools`.
fn tool() -> Outcome<PathBuf> {
    if child::works(Command::new("cargo-deny").arg("--version")) {
        return Ok(PathBuf::from("cargo-deny"));
    }
    let folder = house::target().join("tools");
    let program = folder
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        println!("    cargo-deny is built once, which takes some minutes");
        child::run(
            Command::new("cargo")
                .args(["install", "--locked", "--no-track"])
                .arg(format!("cargo-deny@{VERSION}"))
                .arg("--root")
                .arg(&folder),
        )?;
    }
    Ok(program)
}
