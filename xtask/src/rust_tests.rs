//! The Rust tests: of the crates, and of the running product.
//!
//! `cargo nextest` runs them, each in a process of its own; where it is neither installed nor ready,
//! `cargo test` does. Everything is built at once, by one choice of packages and features, which is
//! that of `run`, too: with another one cargo would build anew what they share.

use crate::child;
use crate::failure::{Failure, Outcome};
use crate::progress::Progress;
use crate::size::Size;
use crate::tool;
use crate::workspace::{self, Profile, items, text};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The package of the tests of the running product.
const END_TO_END: &str = "sotto-tests";

/// Its program with those tests.
const END_TO_END_PROGRAM: &str = "e2e";

/// The programs that those tests start: the variable that names each, and its name.
const PROGRAMS: [(&str, &str); 3] = [
    ("SOTTO_APP", "sotto"),
    ("SOTTO_CLI", "sotto-cli"),
    ("SOTTO_RELAY", "sotto-relay"),
];

/// Those tests, and all the others, in the words of nextest.
const ONLY_END_TO_END: &str = "package(sotto-tests) & kind(test)";
const ALL_OTHERS: &str = "not (package(sotto-tests) & kind(test))";

/// Builds all test programs.
pub(crate) fn build() -> Outcome {
    if cfg!(not(target_os = "linux")) || tool::ready("cargo-nextest").is_none() {
        return child::run(cargo_test()?.arg("--no-run"));
    }
    binaries().map(|_| ())
}

/// The tests of the crates and of the app's own parts, without those of the running product, which
/// need the built programs.
pub(crate) fn unit(progress: &mut Progress) -> Outcome {
    let mut command = match nextest(progress.size, ALL_OTHERS)? {
        Some(command) => command,
        None => cargo_test()?,
    };
    progress.size.tell(&mut command);
    let tested = child::run_counting(&mut command, &mut progress.tally);
    // That bench is the one in which whole engines talk: run once, so that it cannot stop working.
    let talking = child::run(&mut cargo(&["test", "--workspace", "--bench", "talking"]));
    tested.and(talking).and(bindings(progress))
}

/// The generated types of the window, for which the engine is built with a feature of its own.
fn bindings(progress: &mut Progress) -> Outcome {
    let feature = ["--features", "sotto-engine/typegen"];
    let mut command = cargo(&["test", "--workspace", "--test", "bindings"]);
    child::run_counting(command.args(feature), &mut progress.tally)
}

/// The tests of the running product, told where the programs are.
pub(crate) fn end_to_end(progress: &mut Progress) -> Outcome {
    let artifacts = workspace::artifacts();
    fs::create_dir_all(&artifacts).map_err(Failure::io(artifacts.display()))?;
    let mut command = match nextest(progress.size, ONLY_END_TO_END)? {
        Some(command) => command,
        None => cargo(&[
            "test",
            "--workspace",
            "--no-fail-fast",
            "--test",
            END_TO_END_PROGRAM,
        ]),
    };
    progress.size.tell(&mut command);
    let programs =
        PROGRAMS.map(|(variable, name)| (variable, workspace::program(name, Profile::Debug)));
    command.envs(programs).env("SOTTO_ARTIFACTS", artifacts);
    // Only here: until this point cargo was needed for the list of the programs.
    progress.start_beside();
    child::run_counting(&mut command, &mut progress.tally)
}

/// `cargo nextest run` for some tests of the programs that are built, or none where there is no
/// nextest. It does not ask cargo for them again: cargo may build something else meanwhile.
fn nextest(size: Size, tests: &str) -> Outcome<Option<Command>> {
    if cfg!(not(target_os = "linux")) {
        return Ok(None);
    }
    let Some(program) = tool::ready("cargo-nextest") else {
        return Ok(None);
    };
    let mut command = Command::new(program);
    command
        .args(["nextest", "run", "--filterset", tests])
        .arg("--binaries-metadata")
        .arg(binaries()?)
        .arg("--cargo-metadata")
        .arg(metadata()?)
        .current_dir(workspace::root());
    if size == Size::Full {
        command.args(["--profile", "full"]);
    }
    Ok(Some(command))
}

/// Builds the test programs and leaves the list of them that nextest reads.
fn binaries() -> Outcome<PathBuf> {
    let file = workspace::target().join("xtask/test-programs.json");
    let mut command = Command::new(tool::ensure("cargo-nextest")?);
    command
        .args([
            "nextest",
            "list",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
        ])
        .args(["--list-type", "binaries-only", "--message-format", "json"])
        .current_dir(workspace::root());
    let list = child::output(&mut command)?;
    fs::write(&file, list).map_err(Failure::io(file.display()))?;
    Ok(file)
}

/// Leaves what nextest asks cargo otherwise.
fn metadata() -> Outcome<PathBuf> {
    let file = workspace::target().join("xtask/metadata.json");
    fs::write(&file, workspace::metadata()?.to_string()).map_err(Failure::io(file.display()))?;
    Ok(file)
}

/// `cargo test` for all test programs but that of the running product.
fn cargo_test() -> Outcome<Command> {
    let mut command = cargo(&["test", "--no-fail-fast", "--workspace", "--lib", "--bins"]);
    for name in test_targets()? {
        command.args(["--test", &name]);
    }
    if cfg!(not(target_os = "linux")) {
        command.args(["--exclude", END_TO_END]);
    }
    Ok(command)
}

/// The names of the test programs that are built without a feature, but for that of the running
/// product.
fn test_targets() -> Outcome<Vec<String>> {
    let metadata = workspace::metadata()?;
    let names: Vec<String> = items(&metadata, "packages")
        .filter(|package| text(package, "name") != END_TO_END)
        .flat_map(|package| items(package, "targets"))
        .filter(|target| items(target, "kind").any(|kind| kind == "test"))
        .filter(|target| items(target, "required-features").next().is_none())
        .map(|target| text(target, "name").to_owned())
        .collect();
    if names.is_empty() {
        return Err(Failure::new("cargo metadata names no test programs"));
    }
    Ok(names)
}

fn cargo(words: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(words).current_dir(workspace::root());
    command
}
