//! Running other programs: every call is printed first, and a program that is missing or fails
//! is named.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::failure::{Failure, Outcome};
use crate::tally::Tally;

/// Runs a program with our own input and output.
pub(crate) fn run(command: &mut Command) -> Outcome {
    announce(command);
    let status = command.status().map_err(|error| missing(command, &error))?;
    ended(command, status)
}

/// Runs `cargo test`, shows its output and adds up the results that it prints.
pub(crate) fn run_counting(command: &mut Command, tally: &mut Tally) -> Outcome {
    announce(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| missing(command, &error))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line.map_err(Failure::io("cannot read the output of the tests"))?;
            println!("{line}");
            tally.read_line(&line);
        }
    }
    let status = child
        .wait()
        .map_err(Failure::io("cannot wait for the tests"))?;
    ended(command, status)
}

/// Runs a program silently and returns what it wrote to its standard output, which is shown only
/// if the program fails.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| missing(command, &error))?;
    if !output.status.success() {
        print!("{}", String::from_utf8_lossy(&output.stdout));
    }
    ended(command, output.status)?;
    String::from_utf8(output.stdout)
        .map_err(|_| Failure::new(format!("`{}` did not print text", shown(command))))
}

/// Whether a program can be started and ends well; its output is thrown away.
pub(crate) fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A process that is ended when this value is dropped.
pub(crate) struct Running(Option<Child>);

impl Running {
    /// Starts a program.
    pub(crate) fn start(command: &mut Command) -> Outcome<Self> {
        announce(command);
        let child = command.spawn().map_err(|error| missing(command, &error))?;
        Ok(Self(Some(child)))
    }

    /// Waits until the program ends by itself.
    pub(crate) fn wait(mut self) -> Outcome {
        let status = self.0.take().map(|mut child| child.wait());
        match status {
            Some(Ok(status)) if !status.success() => {
                Err(Failure::new(format!("the program failed ({status})")))
            }
            Some(Err(error)) => Err(Failure::new(format!(
                "cannot wait for the program: {error}"
            ))),
            _ => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            // Both fail only when the process has ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn announce(command: &Command) {
    println!("    $ {}", shown(command));
}

fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

fn ended(command: &Command, status: std::process::ExitStatus) -> Outcome {
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{}` failed ({status}); its own lines above say why",
        shown(command)
    )))
}

fn missing(command: &Command, error: &std::io::Error) -> Failure {
    let program = command.get_program().to_string_lossy();
    if error.kind() == std::io::ErrorKind::NotFound {
        Failure::new(format!(
            "the program `{program}` is not installed or not on the PATH"
        ))
    } else {
        Failure::new(format!("cannot start `{program}`: {error}"))
    }
}
