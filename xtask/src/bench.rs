//! `bench`: the figures that we state, measured anew. Nothing here passes or fails.

use crate::child;
use crate::failure::{Failure, Outcome};
use crate::npm;
use crate::run;
use crate::tool;
use crate::workspace::{self, Profile};
use std::process::Command;

/// The benchmarks of the crates: name here, package, name there. A name may have several.
const OF_CRATES: [(&str, &str, &str); 5] = [
    // Messages a second through `sotto-relay`, beside the guide's relay if it is installed.
    ("relay", "sotto-relay-server", "forwarding"),
    // What a text costs an engine, with its history.
    ("talking", "sotto-engine", "talking"),
    // What a text costs the cryptography alone.
    ("message", "sotto-protocol", "message_path"),
    // Taking up a history with many contacts.
    ("history", "sotto-engine", "start"),
    // Searching in a long one.
    ("history", "sotto-store", "search"),
];

/// The readers that ours is compared with.
const OTHER_READERS: &str = "tests/pictures/other_readers.txt";

/// `bench [NAME]`, usually all.
pub(crate) fn command(words: &[String]) -> Outcome {
    match words.first().map(String::as_str) {
        None => {
            start(&[])?;
            tray(&[])?;
            typing(&[])?;
            scan(&[])?;
            OF_CRATES.into_iter().try_for_each(of_crate)
        }
        Some("start") => start(words.get(1..).unwrap_or_default()),
        Some("tray") => tray(words.get(1..).unwrap_or_default()),
        Some("typing") => typing(words.get(1..).unwrap_or_default()),
        Some("scan") => scan(words.get(1..).unwrap_or_default()),
        Some("camera") => camera(words.get(1..).unwrap_or_default()),
        Some(name) => {
            let mut named = OF_CRATES.into_iter().filter(|(known, ..)| *known == name);
            let first = named.next().ok_or_else(|| unknown(name))?;
            of_crate(first)?;
            named.try_for_each(of_crate)
        }
    }
}

fn unknown(name: &str) -> Failure {
    let mut known = OF_CRATES.map(|(name, ..)| format!("`{name}`")).to_vec();
    known.dedup();
    Failure::new(format!(
        "there is no benchmark `{name}`; there are `start [STARTS] [CHATS] [MESSAGES]`, \
         `tray [ROUNDS] [CHATS] [MESSAGES]`, `typing [KEYS] [MESSAGES]`, \
         `scan [EACH] [FOLDER]`, `camera [ROUNDS]` (needs Chromium), {}",
        known.join(", ")
    ))
}

/// From the start of the release program to a window that can be used, with a long past.
fn start(arguments: &[String]) -> Outcome {
    beside_an_empty_window("bench_start", arguments)
}

/// What the release program needs without its window, and how soon the next one is there.
fn tray(arguments: &[String]) -> Outcome {
    beside_an_empty_window("bench_tray", arguments)
}

/// A benchmark of the release program that compares it with a window with nothing behind.
fn beside_an_empty_window(bench: &str, arguments: &[String]) -> Outcome {
    build_window()?;
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
    let empty = workspace::program("examples/empty_window", Profile::Release);
    child::run(in_window(bench, arguments).env("SOTTO_EMPTY_WINDOW", empty))
}

/// From a key to the frame that shows it, in a short and in a long chat; from a key to the palette.
fn typing(arguments: &[String]) -> Outcome {
    beside_an_empty_window("bench_typing", arguments)
}

/// How many codes are found in pictures, and how soon, beside two other readers on the same ones.
fn scan(arguments: &[String]) -> Outcome {
    let programs = tool::environment("other-readers", OTHER_READERS, &[])?;
    child::run(
        of_crate_command("sotto-engine", "scan")
            .arg("--")
            .args(arguments)
            .env("SOTTO_SCAN_PYTHON", programs.join("python")),
    )
}

/// How soon the page's own camera finds a code: in Chromium, whose camera plays a video.
fn camera(arguments: &[String]) -> Outcome {
    build_window()?;
    let video = workspace::target().join("xtask/held-up.y4m");
    let mut command = Command::new("cargo");
    command
        .args(["run", "--release", "--package", "sotto-engine"])
        .args(["--example", "held_up_video", "--"])
        .arg(&video)
        .current_dir(workspace::root());
    let text = child::output(&mut command)?;
    let program = workspace::program("sotto", Profile::Release);
    let mut command = Command::new("node");
    command
        .arg("scripts/camera.mjs")
        .arg(video)
        .arg(text.trim())
        .arg(program)
        .args(arguments)
        .current_dir(workspace::root().join("ui"));
    child::run(&mut command)
}

/// The release program, with what the benchmarks of its window need beside it.
fn build_window() -> Outcome {
    npm::packages()?;
    npm::build()?;
    run::build(&["sotto"], Profile::Release)?;
    run::build(&[run::CLI, run::RELAY], Profile::Debug)
}

/// A program of the tests that measures the release program.
fn in_window(program: &str, arguments: &[String]) -> Command {
    let mut command = Command::new("cargo");
    command
        .args(["run", "--package", "sotto-tests", "--bin", program, "--"])
        .args(arguments)
        .env("SOTTO_APP", workspace::program("sotto", Profile::Release))
        .current_dir(workspace::root());
    command
}

fn of_crate((_, package, name): (&str, &str, &str)) -> Outcome {
    child::run(&mut of_crate_command(package, name))
}

fn of_crate_command(package: &str, name: &str) -> Command {
    let mut command = Command::new("cargo");
    command
        .args(["bench", "--package", package, "--bench", name])
        .current_dir(workspace::root());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_name_is_refused_with_those_there_are() {
        let refused = command(&["nothing".to_owned()]).unwrap_err().to_string();
        for name in [
            "start", "tray", "typing", "scan", "relay", "talking", "message", "history",
        ] {
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
