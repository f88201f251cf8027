//! Every dependency: its licence, its source, whether it is banned, and whether it is used.
//!
//! Advisories are looked up only in the public CI, whose network has the database.

use crate::child;
use crate::failure::Outcome;
use crate::tool;
use crate::workspace;
use std::process::Command;

/// Checks `deny.toml` against the lock file, with cargo-deny.
pub(crate) fn check() -> Outcome {
    let program = tool::ensure("cargo-deny")?;
    child::run(
        Command::new(program)
            .args(["--workspace", "--all-features", "check"])
            .args(["bans", "licenses", "sources"])
            .current_dir(workspace::root()),
    )
}

/// Looks for dependencies that no source names, with cargo-shear.
pub(crate) fn unused() -> Outcome {
    let program = tool::ensure("cargo-shear")?;
    child::run(
        Command::new(program)
            .args(["shear", "--deny-warnings"])
            .current_dir(workspace::root()),
    )
}
