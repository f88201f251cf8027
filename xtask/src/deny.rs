//! Licences, bans and sources of every dependency, checked by cargo-deny.
//!
//! Advisories are looked up only in the public CI, whose network has the database.

use std::process::Command;

use crate::child;
use crate::failure::Outcome;
use crate::house;
use crate::tool;

/// The version that `deny.toml` is written for.
const VERSION: &str = "0.20.2";

/// Checks `deny.toml` against the lock file, installing cargo-deny once if it is missing.
pub(crate) fn check() -> Outcome {
    let program = tool::ensure("cargo-deny", VERSION)?;
    child::run(
        Command::new(program)
            .args(["--workspace", "--all-features", "check"])
            .args(["bans", "licenses", "sources"])
            .current_dir(house::root()),
    )
}
