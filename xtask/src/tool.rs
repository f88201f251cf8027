//! Programs of cargo's that a command needs: the person's own, else built once.

use std::path::PathBuf;
use std::process::Command;

use crate::child;
use crate::failure::Outcome;
use crate::house;

/// The program `name`: the person's own if there is one, else ours under `target/tools`.
pub(crate) fn ensure(name: &str, version: &str) -> Outcome<PathBuf> {
    if child::works(Command::new(name).arg("--version")) {
        return Ok(PathBuf::from(name));
    }
    let folder = house::target().join("tools");
    let program = folder
        .join("bin")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
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
