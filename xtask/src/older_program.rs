//! `older-program [--record]`: builds the command line and the relay of an earlier commit, outside of
//! the repository, for the tests that talk to it (`tests/e2e/older_program.rs`).
//!
//! 1. A clone of this repository at that commit, in the cache folder.
//! 2. Its two programs, beside the clone.
//! 3. With `--record`, what that program writes is recorded anew for the tests that run without it
//!    (`tests/vectors/older-program`).

use crate::child;
use crate::failure::{Failure, Outcome};
use crate::workspace;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program that every later one has to understand, and that has to understand them.
const COMMIT: &str = "0c8e1b089246e620999ea67822328ad88550591e";
/// Its programs, each with its package there.
const PROGRAMS: [(&str, &str); 2] = [("sotto-cli", "sotto-cli"), ("sotto-relay", "sotto-relay")];

/// `older-program [--record]`.
pub(crate) fn command(words: &[String]) -> Outcome {
    let record = match words {
        [] => false,
        [word] if word == "--record" => true,
        _ => return Err(Failure::new("older-program takes nothing but --record")),
    };
    let folder = folder()?;
    build(&folder)?;
    println!("the older programs are in {}", folder.display());
    if record {
        child::run(
            Command::new("cargo")
                .args(["test", "--package", "sotto-engine", "--lib"])
                .arg("what_the_older_program_wrote_is_read")
                .env("SOTTO_RECORD_OLDER", &folder)
                .current_dir(workspace::root()),
        )?;
    }
    Ok(())
}

/// `SOTTO_OLDER`, else a folder of the commit in the cache of the person. The tests look there too
/// (`sotto_desktop::places::older`).
fn folder() -> Outcome<PathBuf> {
    if let Some(folder) = env::var_os("SOTTO_OLDER") {
        return Ok(folder.into());
    }
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")));
    let cache = cache.ok_or_else(|| {
        Failure::new("there is no cache folder: set SOTTO_OLDER to a folder of your choice")
    })?;
    Ok(cache.join("sotto-older-program"))
}

fn build(folder: &Path) -> Outcome {
    let built = |name: &str| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    if PROGRAMS.iter().all(|(name, _)| built(name).is_file()) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(Failure::io(folder.display()))?;
    let (source, target) = (folder.join("source"), folder.join("target"));
    if !source.join(".git").exists() {
        let clone = ["clone", "--quiet", "--no-checkout", "--shared"];
        let mut git = Command::new("git");
        child::run(git.args(clone).arg(workspace::root()).arg(&source))?;
    }
    let checkout = ["checkout", "--quiet", "--detach", COMMIT];
    let mut git = Command::new("git");
    child::run(git.arg("-C").arg(&source).args(checkout))?;
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked"]);
    for (_, package) in PROGRAMS {
        cargo.args(["--package", package]);
    }
    cargo.current_dir(&source).env("CARGO_TARGET_DIR", &target);
    child::run(&mut cargo)?;
    for (name, _) in PROGRAMS {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        let from = target.join("debug").join(file);
        fs::copy(&from, built(name)).map_err(Failure::io(from.display()))?;
    }
    Ok(())
}
