//! Running other programs: every call is printed first, and a program that is missing or fails
//! is named.

use crate::failure::{Failure, Outcome};
use crate::tally::Tally;
use crate::workspace;
use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Runs a program with our own input and output.
pub(crate) fn run(command: &mut Command) -> Outcome {
    forget_our_package(command);
    announce(command);
    let status = command.status().map_err(|error| missing(command, &error))?;
    ended(command, status)
}

/// Runs tests, shows their output and adds up the results that are printed: by `cargo test` on the
/// standard output, by `cargo nextest` beside it.
pub(crate) fn run_counting(command: &mut Command, tally: &mut Tally) -> Outcome {
    forget_our_package(command);
    announce(command);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| missing(command, &error))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let counted = thread::scope(|scope| {
        let beside = scope.spawn(|| stderr.map_or(Ok(Tally::default()), count));
        let counted = stdout.map_or(Ok(Tally::default()), count);
        let beside = beside.join().unwrap_or_else(|_| Ok(Tally::default()));
        [counted, beside]
    });
    for part in counted {
        *tally += part.map_err(Failure::io("cannot read the output of the tests"))?;
    }
    let status = child
        .wait()
        .map_err(Failure::io("cannot wait for the tests"))?;
    ended(command, status)
}

/// Shows what is printed and adds up the results in it.
fn count(printed: impl Read) -> io::Result<Tally> {
    let mut tally = Tally::default();
    for line in BufReader::new(printed).lines() {
        let line = line?;
        println!("{line}");
        tally.read_line(&line);
    }
    Ok(tally)
}

/// Runs a program silently and returns what it wrote to its standard output, which is shown only
/// if the program fails.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    forget_our_package(command);
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

/// A program that runs while others do, behind them where both want the processor. What it prints
/// is kept until then.
pub(crate) struct Beside {
    shown: String,
    log: PathBuf,
    ended: JoinHandle<io::Result<(ExitStatus, Duration)>>,
}

impl Beside {
    /// Starts this program once more with these words.
    pub(crate) fn start(name: &str, words: &[&str]) -> Outcome<Self> {
        let this = env::current_exe().map_err(Failure::io("this program has no path"))?;
        let mut command = if cfg!(unix) {
            let mut command = Command::new("nice");
            command.args(["-n", "19"]).arg(this);
            command
        } else {
            Command::new(this)
        };
        command.args(words);
        let folder = workspace::target().join("xtask");
        fs::create_dir_all(&folder).map_err(Failure::io(folder.display()))?;
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).map_err(Failure::io(log.display()))?;
        let copy = file.try_clone().map_err(Failure::io(log.display()))?;
        let start = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(copy)
            .spawn()
            .map_err(|error| missing(&command, &error))?;
        println!("    beside it: {name}");
        Ok(Self {
            shown: name.to_owned(),
            log,
            ended: thread::spawn(move || Ok((child.wait()?, start.elapsed()))),
        })
    }

    /// Waits for its end, shows what it has printed, and says how long it took.
    pub(crate) fn finish(self) -> (Outcome, Duration) {
        let ended = self.ended.join();
        let printed = fs::read(&self.log).unwrap_or_default();
        print!("{}", String::from_utf8_lossy(&printed));
        match ended {
            Ok(Ok((status, took))) if status.success() => (Ok(()), took),
            Ok(Ok((_, took))) => (Err(Failure::new(format!("{} failed", self.shown))), took),
            _ => {
                let failure = Failure::new(format!("cannot wait for {}", self.shown));
                (Err(failure), Duration::ZERO)
            }
        }
    }
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

/// Takes out of the environment what `cargo xtask` has told this program about its own package. Some
/// build scripts look at it, and what they build would be built anew for every `cargo build` by hand.
fn forget_our_package(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let is_ours = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if is_ours {
            command.env_remove(name);
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

fn ended(command: &Command, status: ExitStatus) -> Outcome {
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{}` failed ({status}); its own lines above say why",
        shown(command)
    )))
}

fn missing(command: &Command, error: &io::Error) -> Failure {
    let program = command.get_program().to_string_lossy();
    if error.kind() == io::ErrorKind::NotFound {
        Failure::new(format!(
            "the program `{program}` is not installed or not on the PATH"
        ))
    } else {
        Failure::new(format!("cannot start `{program}`: {error}"))
    }
}
