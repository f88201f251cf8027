//! The window's packages and its build, each done only when something changed.

use crate::child;
use crate::failure::{Failure, Outcome};
use crate::stamp::Stamp;
use crate::tally::Tally;
use crate::workspace;
use std::fs;
use std::process::Command;

/// The oldest Node that the tools of `ui/` take.
const OLDEST_NODE: u64 = 20;

/// Folders of `ui/` that are results, not inputs.
const RESULTS: &[&str] = &["node_modules", "dist", "coverage"];

/// Installs the packages of `ui/package-lock.json`.
pub(crate) fn packages() -> Outcome {
    check_node()?;
    let ui = workspace::root().join("ui");
    let lock = vec![ui.join("package.json"), ui.join("package-lock.json")];
    let stamp = Stamp::of(ui.join("node_modules/.sotto-stamp"), &lock, &[])?;
    if stamp.is_current() {
        println!("    unchanged since they were installed");
        return Ok(());
    }
    child::run(npm().args(["ci", "--prefix", "ui", "--no-audit", "--no-fund"]))?;
    stamp.write()
}

/// Builds the window into `ui/dist`.
pub(crate) fn build() -> Outcome {
    let ui = workspace::root().join("ui");
    let stamp = Stamp::of(
        workspace::target().join("xtask/ui.stamp"),
        std::slice::from_ref(&ui),
        RESULTS,
    )?;
    if stamp.is_current() && ui.join("dist/index.html").is_file() {
        println!("    unchanged since it was built");
        return Ok(());
    }
    child::run(npm().args(["run", "build", "--prefix", "ui"]))?;
    stamp.write()
}

/// Runs a script of `ui/package.json` after its packages are there.
pub(crate) fn script(name: &str, arguments: &[String]) -> Outcome {
    packages()?;
    child::run(
        npm()
            .args(["run", name, "--prefix", "ui", "--"])
            .args(arguments),
    )
}

/// Runs the window's own tests and counts them.
pub(crate) fn test(tally: &mut Tally) -> Outcome {
    let report = workspace::target().join("xtask/vitest.json");
    if report.exists() {
        fs::remove_file(&report).map_err(Failure::io(report.display()))?;
    }
    let file = format!("--outputFile={}", report.display());
    let outcome = child::run(npm().args(["test", "--prefix", "ui", "--"]).args([
        "--reporter=default",
        "--reporter=json",
        &file,
    ]));
    let counted = fs::read_to_string(&report).ok();
    if let Some(counted) = counted.as_deref().and_then(Tally::from_vitest) {
        *tally += counted;
    } else if outcome.is_ok() {
        return Err(Failure::new("the tests of ui/ left no report"));
    }
    outcome
}

/// npm, called from the root of the repository.
pub(crate) fn npm() -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(workspace::root());
    command
}

fn check_node() -> Outcome {
    let advice = format!("Install Node {OLDEST_NODE} or newer with npm from https://nodejs.org.");
    let version = child::output(Command::new("node").arg("--version"))
        .map_err(|failure| Failure::new(format!("{failure}. {advice}")))?;
    let major = version.trim().trim_start_matches('v').split('.').next();
    let major: u64 = major.and_then(|number| number.parse().ok()).unwrap_or(0);
    if major < OLDEST_NODE {
        return Err(Failure::new(format!(
            "Node {} is too old. {advice}",
            version.trim()
        )));
    }
    Ok(())
}
