//! From a fresh clone to a running program, leaving out what is done already.

use std::path::Path;
use std::process::Command;

use crate::child;
use crate::failure::{Failure, Outcome};
use crate::house::{self, Profile};
use crate::npm;
use crate::system::{self, Purpose};

/// `run`: builds and starts the app.
pub(crate) fn app(words: &[String]) -> Outcome {
    let (profile, arguments) = options(words)?;
    println!("[1/5] System packages");
    system::ensure(Purpose::Run)?;
    println!("[2/5] Packages of the window");
    npm::packages()?;
    println!("[3/5] The window");
    npm::build()?;
    println!("[4/5] The app");
    build(&["sotto"], profile)?;
    println!("[5/5] Starting");
    become_program(&house::program("sotto", profile), arguments)
}

/// `relay`: builds and starts `sotto-relay`.
pub(crate) fn relay(words: &[String]) -> Outcome {
    let (profile, arguments) = options(words)?;
    build(&["sotto-relay-server"], profile)?;
    become_program(&house::program("sotto-relay", profile), arguments)
}

/// Builds packages of the workspace.
pub(crate) fn build(packages: &[&str], profile: Profile) -> Outcome {
    let mut command = Command::new("cargo");
    command.arg("build").current_dir(house::root());
    if profile == Profile::Release {
        command.arg("--release");
    }
    for package in packages {
        command.args(["--package", package]);
    }
    child::run(&mut command)
}

/// `[--release] [-- ARGS]`.
fn options(words: &[String]) -> Outcome<(Profile, &[String])> {
    let end = words.iter().position(|word| word == "--");
    let (ours, theirs) = words.split_at(end.unwrap_or(words.len()));
    let arguments = theirs.get(1..).unwrap_or_default();
    let mut profile = Profile::Debug;
    for word in ours {
        if word != "--release" {
            return Err(Failure::new(format!(
                "unknown option `{word}`; arguments for the program itself go after `--`"
            )));
        }
        profile = Profile::Release;
    }
    Ok((profile, arguments))
}

/// Starts a program in the place of this process, so that a signal to this process reaches it.
#[cfg(unix)]
fn become_program(program: &Path, arguments: &[String]) -> Outcome {
    use std::os::unix::process::CommandExt;
    println!("    $ {} {}", program.display(), arguments.join(" "));
    let error = Command::new(program).args(arguments).exec();
    Err(Failure::new(format!(
        "cannot start {}: {error}",
        program.display()
    )))
}

/// Starts a program and waits for its end.
#[cfg(not(unix))]
fn become_program(program: &Path, arguments: &[String]) -> Outcome {
    child::run(Command::new(program).args(arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn arguments_after_the_dashes_go_to_the_program() {
        let given = words("--release -- --profile bob --release");
        let (profile, arguments) = options(&given).unwrap();
        assert_eq!(profile, Profile::Release);
        assert_eq!(arguments, words("--profile bob --release"));
    }

    #[test]
    fn unknown_option_before_the_dashes_is_refused() {
        assert!(options(&words("--profile bob")).is_err());
        assert_eq!(options(&[]).unwrap().0, Profile::Debug);
    }
}
