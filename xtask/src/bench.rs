//! `bench`: the figures that we state, measured anew. Nothing here passes or fails.

use crate::child;
use crate::failure::{Failure, Outcome};
use crate::npm;
use crate::run;
use crate::workspace::{self, Profile};
use std::process::Command;

/// The benchmarks of the crates: name here, package, name there.
const OF_CRATES: [(&str, &str, &str); 4] = [
    // Messages a second through `sotto-relay`, beside the guide's relay if it is installed.
    ("relay", "sotto-relay-server", "forwarding"),
    // What a text costs an engine, with its history.
    ("talking", "sotto-engine", "talking"),
    // What a text costs the cryptography alone.
    ("message", "sotto-protocol", "message_path"),
    // Taking up a history with many contacts.
    ("history", "sotto-engine", "start"),
];

/// `bench [NAME]`, usually all.
pub(crate) fn command(words: &[String]) -> Outcome {
    let named = |name: &str| OF_CRATES.into_iter().find(|(known, ..)| *known == name);
    match words.first().map(String::as_str) {
        None => {
            start(&[])?;
            OF_CRATES.into_iter().try_for_each(of_crate)
        }
        Some("start") => start(words.get(1..).unwrap_or_default()),
        Some(name) => named(name).map_or_else(|| Err(unknown(name)), of_crate),
    }
}

fn unknown(name: &str) -> Failure {
    let known = OF_CRATES.map(|(name, ..)| format!("`{name}`")).join(", ");
    Failure::new(format!(
        "there is no benchmark `{name}`; there are `start [STARTS] [CHATS] [MESSAGES]`, {known}"
    ))
}

/// From the start of the release program to a window that can be used, with a long past.
fn start(arguments: &[String]) -> Outcome {
    npm::packages()?;
    npm::build()?;
    run::build(&["sotto"], Profile::Release)?;
    let example = [
        "build",
        "--release",
        "--package",
        "sotto",
        "--example",
        "empty_window",
    ];
    child::run(
        Command::new("cargo")
            .args(example)
            .current_dir(workspace::root()),
    )?;
    run::build(&[run::CLI, run::RELAY], Profile::Debug)?;
    child::run(
        Command::new("cargo")
            .args([
                "run",
                "--package",
                "sotto-tests",
                "--bin",
                "bench_start",
                "--",
            ])
            .args(arguments)
            .env("SOTTO_APP", workspace::program("sotto", Profile::Release))
            .env(
                "SOTTO_EMPTY_WINDOW",
                workspace::program("examples/empty_window", Profile::Release),
            )
            .current_dir(workspace::root()),
    )
}

fn of_crate((_, package, name): (&str, &str, &str)) -> Outcome {
    child::run(
        Command::new("cargo")
            .args(["bench", "--package", package, "--bench", name])
            .current_dir(workspace::root()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_name_is_refused_with_those_there_are() {
        let refused = command(&["nothing".to_owned()]).unwrap_err().to_string();
        for name in ["start", "relay", "talking", "message", "history"] {
            assert!(refused.contains(&format!("`{name}")), "{refused}");
        }
    }

    #[test]
    fn every_benchmark_is_where_it_is_said_to_be() {
        for (_, package, name) in OF_CRATES {
            let folder = package.trim_start_matches("sotto-");
            let file = format!("crates/{folder}/benches/{name}.rs");
            assert!(workspace::root().join(&file).is_file(), "{file}");
        }
    }
}
