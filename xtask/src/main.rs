//! The commands of the README, `cargo xtask NAME`.
//!
//! Each command says what it does before it does it, leaves out what is done already, and ends
//! with a sentence that says what to do when it cannot go on. Nothing of the product lives here
//! and nothing of the product depends on it.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests"
    )
)]

mod bench;
mod child;
mod deb_depends;
mod demo;
mod deny;
mod dependency_rules;
mod failure;
mod fuzz;
mod npm;
mod older_program;
mod packages;
mod progress;
mod relay_library;
mod run;
mod rust_tests;
mod size;
#[cfg(test)]
mod source_rules;
mod stamp;
mod steps;
mod system;
mod tally;
mod times;
mod tool;
mod window;
mod workspace;

use failure::{Failure, Outcome};
use std::env;
use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo xtask COMMAND

  run [--release] [-- ARGS]   build what is missing and start the app; ARGS go to it,
                              for example `-- --profile bob` for a second person
  test [--only A,B] [--skip A,B] [--full] [--list]
                              every check and test, as the CI runs them; --full takes hours
                              for what the CI does in part
  check                       the quick part of `test`: format, lints, dependencies,
                              licences, types
  setup                       only install what `run` and `test` need
  demo                        two windows of two people who know each other
  relay [-- ARGS]             build and start sotto-relay
  ui                          the window in a browser, on an engine in memory
  gallery                     every component of the window in a browser
  bench [NAME]                measure the start of the app, the relay, what a text costs, how
                              many codes are read; NAME is start, tray, typing, scan, relay,
                              talking, message or history
  fuzz [TARGET] [--seconds N] what reads bytes from outside, against made-up ones
  bless                       write generated files anew
  older-program [--record]    build the programs of an earlier commit, which the tests then
                              talk to; --record writes down anew what they say
  package [ARGS]              build the packages for this system into target/release/bundle
  packages [--release]        make the packages for Linux, install and start them
  window [OPTIONS] -- PROGRAM [ARGS]
                              start a program on a screen in memory and wait until its window
                              answers (used by the CI; `window --help` lists the options)
";

fn main() -> ExitCode {
    let mut words = env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    match dispatch(&command, &rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask {command}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: &str, rest: &[String]) -> Outcome {
    match command {
        "run" => run::app(rest),
        "test" => steps::test(rest),
        "check" => steps::check(rest),
        "setup" => setup(),
        "demo" => demo::command(rest),
        "relay" => run::relay(rest),
        "ui" => npm::script("dev", rest),
        "gallery" => npm::script("gallery", rest),
        "bench" => bench::command(rest),
        "fuzz" => fuzz::command(rest),
        "bless" => bless(),
        "older-program" => older_program::command(rest),
        "package" => packages::build(rest),
        "packages" => packages::command(rest),
        "window" => window::command(rest),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(Failure::new(format!(
            "there is no command `{other}`\n\n{HELP}"
        ))),
    }
}

fn setup() -> Outcome {
    system::ensure(system::Purpose::Test)?;
    npm::packages()
}

/// Writes every generated file anew (IPC types, schema, design tokens); the tests that compare
/// them then pass, and the difference is to be read in git.
fn bless() -> Outcome {
    npm::script("tokens", &[])?;
    child::run(
        Command::new("cargo")
            .args([
                "test",
                "--package",
                "sotto-engine",
                "--package",
                "sotto-store",
            ])
            .args(["--features", "sotto-engine/typegen"])
            .env("SOTTO_BLESS", "1")
            .current_dir(workspace::root()),
    )
}
