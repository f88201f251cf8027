//! `window`: shows that a program brings up its window, and how long that takes. The work is done by
//! the program of `sotto-desktop`, which the tests of the running product build on, too.

use crate::child;
use crate::failure::Outcome;
use std::process::Command;

/// Hands the words to that program; `--help` lists what it takes.
pub(crate) fn command(words: &[String]) -> Outcome {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--package", "sotto-desktop"]);
    child::run(command.args(["--bin", "window", "--"]).args(words))
}
