//! `test` and `check`: the steps, their order, and which of them are chosen.

use crate::child;
use crate::deny;
use crate::dependency_rules;
use crate::failure::{Failure, Outcome};
use crate::npm;
use crate::packages;
use crate::progress::{self, Step, Weight};
use crate::relay_library;
use crate::run;
use crate::rust_tests;
use crate::size::Size;
use crate::system::{self, Purpose};
use crate::workspace::{self, Profile};
use std::process::Command;

const STEPS: &[Step] = &[
    Step {
        name: "system",
        title: "System packages",
        weight: Weight::Ground,
        beside: None,
        run: |_| system::ensure(Purpose::Test),
    },
    Step {
        name: "npm",
        title: "Packages of the window",
        weight: Weight::Ground,
        beside: None,
        run: |_| npm::packages(),
    },
    Step {
        name: "ui-build",
        title: "The window, and how much it loads at first",
        weight: Weight::Quick,
        beside: None,
        run: |_| {
            npm::build()?;
            child::run(npm::npm().args(["run", "size", "--prefix", "ui"]))
        },
    },
    Step {
        name: "fmt",
        title: "Format of the Rust code",
        weight: Weight::Quick,
        beside: None,
        run: |_| {
            cargo(&["fmt", "--all", "--check"])?;
            cargo(&["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"])
        },
    },
    Step {
        name: "dependencies",
        title: "Direction of dependencies",
        weight: Weight::Quick,
        beside: None,
        run: |_| {
            dependency_rules::check()?;
            relay_library::check()
        },
    },
    Step {
        name: "deny",
        title: "Licences, bans and sources of dependencies",
        weight: Weight::Quick,
        beside: None,
        run: |_| deny::check(),
    },
    Step {
        name: "unused",
        title: "Dependencies that nothing uses",
        weight: Weight::Quick,
        beside: None,
        run: |_| deny::unused(),
    },
    Step {
        name: "ui-check",
        title: "Format, lints and types of the window",
        weight: Weight::Quick,
        beside: None,
        run: |_| child::run(npm::npm().args(["run", "check", "--prefix", "ui"])),
    },
    Step {
        name: "programs",
        title: "Programs that the tests talk to",
        weight: Weight::Long,
        beside: Some("ui-test"),
        run: |_| programs(),
    },
    Step {
        name: "ui-test",
        title: "Tests of the window's parts",
        weight: Weight::Long,
        beside: None,
        run: |progress| {
            progress.start_beside();
            npm::test(&mut progress.tally)
        },
    },
    Step {
        name: "build",
        title: "The programs",
        weight: Weight::Long,
        beside: None,
        run: |_| run::build(&run::PROGRAMS, Profile::Debug),
    },
    Step {
        name: "test-build",
        title: "The programs of the tests",
        weight: Weight::Long,
        beside: None,
        run: |_| rust_tests::build(),
    },
    Step {
        name: "unit",
        title: "Tests of the crates",
        weight: Weight::Long,
        beside: None,
        run: rust_tests::unit,
    },
    Step {
        name: "clippy",
        title: "Lints of the Rust code",
        weight: Weight::Quick,
        beside: Some("e2e"),
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
        name: "e2e",
        title: "Tests of the running product",
        weight: Weight::Long,
        beside: None,
        run: rust_tests::end_to_end,
    },
    Step {
        name: "bundle",
        title: "Packages of the programs that are built, made",
        weight: Weight::Long,
        beside: None,
        run: |_| packages::make(Profile::Debug),
    },
    Step {
        name: "packages",
        title: "Packages, installed and started",
        weight: Weight::Long,
        beside: None,
        run: |_| packages::test(Profile::Debug),
    },
];

/// `check`: everything that needs no running program.
pub(crate) fn check(words: &[String]) -> Outcome {
    if let Some(word) = words.first() {
        return Err(Failure::new(format!("`check` takes no `{word}`")));
    }
    let chosen = STEPS.iter().filter(|step| step.weight != Weight::Long);
    progress::perform("check", &chosen.collect::<Vec<_>>(), Size::Usual)
}

/// `test`: every step, or those that the options leave.
pub(crate) fn test(words: &[String]) -> Outcome {
    if words.iter().any(|word| word == "--list") {
        for step in STEPS {
            println!("{:10} {}", step.name, step.title);
        }
        return Ok(());
    }
    let (steps, size) = choose(words)?;
    progress::perform("test", &steps, size)
}

fn choose(words: &[String]) -> Outcome<(Vec<&'static Step>, Size)> {
    let mut size = Size::Usual;
    let mut only: Option<Vec<&str>> = None;
    let mut skip: Vec<&str> = Vec::new();
    let mut words = words.iter();
    while let Some(option) = words.next() {
        if option == "--full" {
            size = Size::Full;
            continue;
        }
        let names = words.next().map(|names| names.split(','));
        match (option.as_str(), names) {
            ("--only", Some(names)) => only.get_or_insert_default().extend(names),
            ("--skip", Some(names)) => skip.extend(names),
            _ => {
                return Err(Failure::new(format!(
                    "`{option}`: only --only NAMES, --skip NAMES, --full and --list are known"
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
    Ok((STEPS.iter().filter(is_chosen).collect(), size))
}

fn cargo(words: &[&str]) -> Outcome {
    child::run(
        Command::new("cargo")
            .args(words)
            .current_dir(workspace::root()),
    )
}

/// What the tests' programs in Python and Node need: those written from the guide, and the second
/// reading of the protocol.
fn programs() -> Outcome {
    if cfg!(not(target_os = "linux")) {
        return Ok(());
    }
    let install = workspace::root().join("tests/programs/install.sh");
    child::run(Command::new(install).current_dir(workspace::root()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &[&str]) -> Outcome<Vec<&'static str>> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let (steps, _) = choose(&words)?;
        Ok(steps.iter().map(|step| step.name).collect())
    }

    #[test]
    fn only_and_skip_choose_steps() {
        assert_eq!(
            names(&["--only", "fmt,dependencies"]).unwrap(),
            ["fmt", "dependencies"]
        );
        assert_eq!(
            names(&["--skip", "packages"]).unwrap().len(),
            STEPS.len() - 1
        );
        assert_eq!(names(&[]).unwrap().len(), STEPS.len());
    }

    #[test]
    fn full_size_is_a_matter_of_its_own() {
        let words = ["--full", "--only", "unit"].map(str::to_owned);
        let (steps, size) = choose(&words).unwrap();
        assert_eq!((steps.len(), size), (1, Size::Full));
        assert_eq!(choose(&[]).unwrap().1, Size::Usual);
    }

    #[test]
    fn what_runs_beside_a_step_is_one_before_it() {
        let place = |name: &str| STEPS.iter().position(|step| step.name == name);
        for step in STEPS {
            if let Some(other) = step.beside {
                assert!(place(step.name) < place(other), "{}", step.name);
            }
        }
    }

    #[test]
    fn unknown_step_is_refused() {
        assert!(names(&["--only", "nothing"]).is_err());
        assert!(names(&["--only"]).is_err());
        assert!(names(&["fmt"]).is_err());
    }
}
