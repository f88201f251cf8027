//! Where things are in the repository, and what cargo says about it.

use crate::child;
use crate::failure::{Failure, Outcome};
use serde_json::Value;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the root `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The folder for pictures and logs of a test run, which the CI keeps.
pub(crate) fn artifacts() -> PathBuf {
    root().join("artifacts")
}

/// Debug or release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build.
    Debug,
    /// As it is shipped.
    Release,
}

/// Where cargo puts a program of ours.
pub(crate) fn program(name: &str, profile: Profile) -> PathBuf {
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    target()
        .join(folder)
        .join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// What cargo knows about the packages of the workspace, without their dependencies.
pub(crate) fn metadata() -> Outcome<Value> {
    let text = child::output(
        Command::new("cargo")
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(root()),
    )?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("cargo metadata did not print JSON: {error}")))
}

/// The elements of a member of a JSON object; none if it is no array.
pub(crate) fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// A text in a JSON object; empty if there is none.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
