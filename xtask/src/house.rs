//! Where things are in the repository.

use std::env;
use std::path::{Path, PathBuf};

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
