//! `test` and `check`: the steps, their order, their times and the sum at the end.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::child;
use crate::deny;
use crate::dependency_rules;
use crate::failure::{Failure, Outcome};
use crate::house::{self, Profile, items, text};
use crate::npm;
use crate::packages;
use crate::relay_library;
use crate::run;
use crate::system::{self, Purpose};
use crate::tally::Tally;

/// One step.
struct Step {
    name: &'static str,
    title: &'static str,
    weight: Weight,
    run: fn(&mut Tally) -> Outcome,
}

/// What the failure of a step means for the others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// Nothing after it can work.
    Ground,
    /// The others are still worth a look. Part of `check`.
    Quick,
    /// The same, but only part of `test`.
    Long,
}

/// The package of the tests of the running product.
const END_TO_END: &str = "sotto-tests";

const STEPS: &[Step] = &[
    Step {
        name: "system",
        title: "System packages",
        weight: Weight::Ground,
        run: |_| system::ensure(Purpose::Test),
    },
    Step {
        name: "npm",
        title: "Packages of the window",
        weight: Weight::Ground,
        run: |_| npm::packages(),
    },
    Step {
        name: "ui-build",
        title: "The window, and how much it loads at first",
        weight: Weight::Quick,
        run: |_| {
            npm::build()?;
            child::run(npm::npm().args(["run", "size", "--prefix", "ui"]))
        },
    },
    Step {
        name: "fmt",
        title: "Format of the Rust code",
        weight: Weight::Quick,
        run: |_| {
            cargo(&["fmt", "--all", "--check"])?;
            cargo(&["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"])
        },
    },
    Step {
        name: "walls",
        title: "Direction of dependencies",
        weight: Weight::Quick,
        run: |_| {
            dependency_rules::check()?;
            relay_library::check()
        },
    },
    Step {
        name: "ui-check",
        title: "Format, lints and types of the window",
        weight: Weight::Quick,
        run: |_| child::run(npm::npm().args(["run", "check", "--prefix", "ui"])),
    },
    Step {
        name: "ui-test",
        title: "Tests of the window's parts",
        weight: Weight::Long,
        run: npm::test,
    },
    Step {
        name: "build",
        title: "The programs",
        weight: Weight::Long,
        run: |_| {
            run::build(
                &["sotto", "sotto-relay-server", "sotto-cli"],
                Profile::Debug,
            )
        },
    },
    Step {
        name: "programs",
        title: "Programs that the tests talk to",
        weight: Weight::Long,
        run: |_| programs(),
    },
    Step {
        name: "unit",
        title: "Tests of the crates",
        weight: Weight::Long,
        run: unit,
    },
    Step {
        name: "e2e",
        title: "Tests of the running product",
        weight: Weight::Long,
        run: end_to_end,
    },
    Step {
        name: "clippy",
        title: "Lints of the Rust code",
        weight: Weight::Quick,
        run: |_| {
            cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--all-features",
                "--",
                "--deny",
                "warnings",
            ])
        },
    },
    Step {
        name: "deny",
        title: "Licences, bans and sources of dependencies",
        weight: Weight::Quick,
        run: |_| deny::check(),
    },
    Step {
        name: "bundle",
        title: "Packages, built",
        weight: Weight::Long,
        run: |_| packages::build(&[]),
    },
    Step {
        name: "packages",
        title: "Packages, installed and started",
        weight: Weight::Long,
        run: |_| packages::test(),
    },
];

/// `check`: everything that needs no running program.
pub(crate) fn check(words: &[String]) -> Outcome {
    if let Some(word) = words.first() {
        return Err(Failure::new(format!("`check` takes no `{word}`")));
    }
    let chosen = STEPS.iter().filter(|step| step.weight != Weight::Long);
    perform(&chosen.collect::<Vec<_>>())
}

/// `test`: every step, or those that the options leave.
pub(crate) fn test(words: &[String]) -> Outcome {
    if words.iter().any(|word| word == "--list") {
        for step in STEPS {
            println!("{:10} {}", step.name, step.title);
        }
        return Ok(());
    }
    perform(&choose(words)?)
}

fn choose(words: &[String]) -> Outcome<Vec<&'static Step>> {
    let mut only: Option<Vec<&str>> = None;
    let mut skip: Vec<&str> = Vec::new();
    let mut words = words.iter();
    while let Some(option) = words.next() {
        let names = words.next().map(|names| names.split(','));
        match (option.as_str(), names) {
            ("--only", Some(names)) => only.get_or_insert_default().extend(names),
            ("--skip", Some(names)) => skip.extend(names),
            _ => {
                return Err(Failure::new(format!(
                    "`{option}`: only --only NAMES, --skip NAMES and --list are known"
                )));
            }
        }
    }
    for name in only.iter().flatten().chain(&skip) {
        if !STEPS.iter().any(|step| step.name == *name) {
            return Err(Failure::new(format!(
                "there is no step `{name}`; `cargo xtask test --list` names them"
            )));
        }
    }
    let is_chosen = |step: &&Step| {
        only.as_ref().is_none_or(|only| only.contains(&step.name)) && !skip.contains(&step.name)
    };
    Ok(STEPS.iter().filter(is_chosen).collect())
}

/// Performs the steps in order, prints how each ended, and fails if one did.
fn perform(steps: &[&Step]) -> Outcome {
    let mut tally = Tally::default();
    let mut results: Vec<(&Step, Duration, Outcome)> = Vec::new();
    for (number, step) in (1..).zip(steps) {
        println!(
            "\n[{number}/{}] {} ({})",
            steps.len(),
            step.title,
            step.name
        );
        let start = Instant::now();
        let outcome = (step.run)(&mut tally);
        if let Err(failure) = &outcome {
            println!("    FAILED: {failure}");
        }
        let is_over = outcome.is_err() && step.weight == Weight::Ground;
        results.push((step, start.elapsed(), outcome));
        if is_over {
            break;
        }
    }
    summary(&results, tally);
    leave(tally)?;
    let failed: Vec<&str> = results
        .iter()
        .filter(|(_, _, outcome)| outcome.is_err())
        .map(|(step, _, _)| step.name)
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "failed: {}. `--only {}` repeats it.",
        failed.join(", "),
        failed.join(",")
    )))
}

fn summary(results: &[(&Step, Duration, Outcome)], tally: Tally) {
    println!();
    for (step, time, outcome) in results {
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        println!("{:6} {:7.1} s  {}", word, time.as_secs_f64(), step.name);
    }
    let total: Duration = results.iter().map(|(_, time, _)| *time).sum();
    println!("{:6} {:7.1} s", "", total.as_secs_f64());
    if tally != Tally::default() {
        println!("\n{tally}");
    }
}

/// Leaves the sum of the tests for `.ci/run`; a sum of an earlier run goes away.
fn leave(tally: Tally) -> Outcome {
    let file = house::target().join("xtask/tally");
    if file.exists() {
        fs::remove_file(&file).map_err(Failure::io(file.display()))?;
    }
    if tally == Tally::default() {
        return Ok(());
    }
    let folder = house::target().join("xtask");
    fs::create_dir_all(&folder).map_err(Failure::io(folder.display()))?;
    fs::write(&file, format!("{tally}\n")).map_err(Failure::io(file.display()))
}

fn cargo(words: &[&str]) -> Outcome {
    child::run(Command::new("cargo").args(words).current_dir(house::root()))
}

/// The tests of the crates and of the app's own parts, without those of `tests/`, which need the
/// built programs.
fn unit(tally: &mut Tally) -> Outcome {
    let mut command = cargo_test();
    // That bench is the one in which whole engines talk: run once, so that it cannot stop working.
    command.args(["--lib", "--bins", "--bench", "talking"]);
    for name in test_targets(|package| package != END_TO_END)? {
        command.args(["--test", &name]);
    }
    if cfg!(not(target_os = "linux")) {
        command.args(["--exclude", END_TO_END]);
    }
    child::run_counting(&mut command, tally)
}

/// What the tests' programs in Python and Node need: those written from the guide, and the second
/// reading of the protocol.
fn programs() -> Outcome {
    if cfg!(not(target_os = "linux")) {
        return Ok(());
    }
    let install = house::root().join("tests/programs/install.sh");
    child::run(Command::new(install).current_dir(house::root()))
}

/// The tests of `tests/`, told where the programs are.
fn end_to_end(tally: &mut Tally) -> Outcome {
    let artifacts = house::artifacts();
    fs::create_dir_all(&artifacts).map_err(Failure::io(artifacts.display()))?;
    let mut command = cargo_test();
    for name in test_targets(|package| package == END_TO_END)? {
        command.args(["--test", &name]);
    }
    command
        .env("SOTTO_APP", house::program("sotto", Profile::Debug))
        .env("SOTTO_CLI", house::program("sotto-cli", Profile::Debug))
        .env("SOTTO_RELAY", house::program("sotto-relay", Profile::Debug))
        .env("SOTTO_ARTIFACTS", artifacts);
    child::run_counting(&mut command, tally)
}

/// `cargo test` for the whole workspace: one choice of features for both steps and for clippy, so
/// that nothing is built twice. The features let the test of the generated IPC types run.
fn cargo_test() -> Command {
    let mut command = Command::new("cargo");
    command
        .args(["test", "--no-fail-fast", "--workspace", "--all-features"])
        .current_dir(house::root());
    command
}

/// The names of the test programs of the packages that `belongs` takes.
fn test_targets(belongs: impl Fn(&str) -> bool) -> Outcome<Vec<String>> {
    let metadata = house::metadata()?;
    let names: Vec<String> = items(&metadata, "packages")
        .filter(|package| belongs(text(package, "name")))
        .flat_map(|package| items(package, "targets"))
        .filter(|target| items(target, "kind").any(|kind| kind == "test"))
        .map(|target| text(target, "name").to_owned())
        .collect();
    if names.is_empty() {
        return Err(Failure::new("cargo metadata names no test programs"));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &[&str]) -> Outcome<Vec<&'static str>> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Ok(choose(&words)?.iter().map(|step| step.name).collect())
    }

    #[test]
    fn only_and_skip_choose_steps() {
        assert_eq!(names(&["--only", "fmt,walls"]).unwrap(), ["fmt", "walls"]);
        assert_eq!(
            names(&["--skip", "packages"]).unwrap().len(),
            STEPS.len() - 1
        );
        assert_eq!(names(&[]).unwrap().len(), STEPS.len());
    }

    #[test]
    fn unknown_step_is_refused() {
        assert!(names(&["--only", "nothing"]).is_err());
        assert!(names(&["--only"]).is_err());
        assert!(names(&["fmt"]).is_err());
    }
}
