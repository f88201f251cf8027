//! `bench`: the figures that we state, measured anew. Nothing here passes or fails.

use std::process::Command;

use crate::child;
use crate::failure::{Failure, Outcome};
use crate::house::{self, Profile};
use crate::npm;
use crate::run;

/// `bench [start|relay]`, usually both.
pub(crate) fn command(words: &[String]) -> Outcome {
    match words.first().map(String::as_str) {
        None => start(&[]).and_then(|()| relay()),
        Some("start") => start(words.get(1..).unwrap_or_default()),
        Some("relay") => relay(),
        Some(other) => Err(Failure::new(format!(
            "there is no benchmark `{other}`; there are `start [STARTS] [CHATS] [MESSAGES]` and `relay`"
        ))),
    }
}

/// From the start of the release program to a window that can be used, with a long past.
fn start(arguments: &[String]) -> Outcome {
    npm::packages()?;
    npm::build()?;
    run::build(&["sotto"], Profile::Release)?;
    run::build(&["sotto-cli", "sotto-relay"], Profile::Debug)?;
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
            .env("SOTTO_APP", house::program("sotto", Profile::Release))
            .current_dir(house::root()),
    )
}

/// Messages a second through `sotto-relay`, beside the guide's relay if it is installed.
fn relay() -> Outcome {
    child::run(
        Command::new("cargo")
            .args(["bench", "--package", "sotto-relay"])
            .current_dir(house::root()),
    )
}
