//! Where things are: our binaries, the programs of others, the pictures of a run.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the checkout.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2);
    root.expect("tests/desktop lies in the checkout").into()
}

/// The command line client: `SOTTO_CLI`, else the debug build.
pub fn cli() -> PathBuf {
    binary("SOTTO_CLI", "sotto-cli")
}

/// The relay: `SOTTO_RELAY`, else the debug build.
pub fn relay() -> PathBuf {
    binary("SOTTO_RELAY", "sotto-relay")
}

/// The app: `SOTTO_APP`, else the debug build.
pub fn app() -> PathBuf {
    binary("SOTTO_APP", "sotto")
}

/// The folder with the programs of an earlier commit, if `cargo xtask older-program` has built them:
/// `SOTTO_OLDER`, else in the person's cache.
pub fn older() -> Option<PathBuf> {
    let cache = || {
        let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")))?;
        Some(cache.join("sotto-older-program"))
    };
    let folder = env::var_os("SOTTO_OLDER").map_or_else(cache, |folder| Some(folder.into()))?;
    let cli = folder.join(format!("sotto-cli{}", env::consts::EXE_SUFFIX));
    cli.is_file().then_some(folder)
}

/// The folder of the programs written from the guide.
///
/// # Panics
/// Where what they need is not installed.
pub fn programs() -> PathBuf {
    let folder = root().join("tests/programs");
    assert!(
        folder.join(".venv/installed.txt").exists()
            && folder
                .join("tweetnacl/node_modules/installed.json")
                .exists(),
        "run tests/programs/install.sh first (`cargo xtask test` does)"
    );
    folder
}

/// The Python that has PyNaCl.
pub fn python() -> PathBuf {
    programs().join(".venv/bin/python")
}

/// The folder for pictures and logs that outlive the run: `SOTTO_ARTIFACTS`, else `artifacts/`.
pub fn artifacts() -> PathBuf {
    let folder =
        env::var_os("SOTTO_ARTIFACTS").map_or_else(|| root().join("artifacts"), PathBuf::from);
    fs::create_dir_all(&folder).expect("the folder for artifacts can be made");
    folder
}

/// A program on the search path, if it is there.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders)
        .chain(["/usr/libexec", "/usr/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// A program on the search path.
///
/// # Panics
/// Where it is not installed, with the name of the Debian package that has it.
pub fn required(name: &str, package: &str) -> PathBuf {
    on_path(name).unwrap_or_else(|| panic!("{name} is not installed (Debian: {package})"))
}

fn binary(variable: &str, name: &str) -> PathBuf {
    if let Some(path) = env::var_os(variable) {
        // Programs are started in folders of their own.
        let absolute = fs::canonicalize(&path);
        return absolute.unwrap_or_else(|_| panic!("{variable} names no file: {}", path.display()));
    }
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let file = target
        .join("debug")
        .join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(
        file.exists(),
        "{} is not built (`cargo xtask test` builds it; {variable} names another)",
        file.display()
    );
    file
}
