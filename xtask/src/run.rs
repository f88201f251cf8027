//! From a fresh clone to a running program, leaving out what is done already.

use crate::child;
use crate::failure::{Failure, Outcome};
use crate::npm;
use crate::system::{self, Purpose};
use crate::times::Times;
use crate::workspace::{self, Profile};
use std::path::Path;
use std::process::Command;
use std::thread;

/// The package of the app.
const APP: &str = "sotto";

/// The package of the relay's program.
pub(crate) const RELAY: &str = "sotto-relay";

/// The package of the command line client.
pub(crate) const CLI: &str = "sotto-cli";

/// The packages of all programs, in one choice: with another one, cargo would build what they share
/// anew.
pub(crate) const PROGRAMS: [&str; 3] = [APP, RELAY, CLI];

/// `run`: builds and starts the app.
pub(crate) fn app(words: &[String]) -> Outcome {
    let (profile, arguments) = options(words)?;
    let mut times = Times::default();
    println!("[1/4] System packages, and packages of the window");
    times.of("packages", packages)?;
    println!("[2/4] The window");
    times.of("ui-build", npm::build)?;
    println!("[3/4] The app");
    times.of("build", || build(&[APP], profile))?;
    times.leave("run")?;
    println!("[4/4] Starting");
    become_program(&workspace::program("sotto", profile), arguments)
}

/// Both wait for the network most of the time, and neither needs the other.
fn packages() -> Outcome {
    thread::scope(|scope| {
        let window = scope.spawn(npm::packages);
        let system = system::ensure(Purpose::Run);
        let crashed = || Err(Failure::new("the packages of the window were given up"));
        system.and(window.join().unwrap_or_else(|_| crashed()))
    })
}

/// `relay`: builds and starts `sotto-relay`.
pub(crate) fn relay(words: &[String]) -> Outcome {
    let (profile, arguments) = options(words)?;
    build(&[RELAY], profile)?;
    become_program(&workspace::program("sotto-relay", profile), arguments)
}

/// Builds packages of the workspace.
pub(crate) fn build(packages: &[&str], profile: Profile) -> Outcome {
    let mut command = Command::new("cargo");
    command.arg("build").current_dir(workspace::root());
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
