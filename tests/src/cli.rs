//! `sotto-cli` as a person at a terminal uses it.

use crate::foreign::text;
use crate::home::Home;
use crate::places;
use crate::process::Process;
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The passphrase of every home that keeps its keys in a passphrase file.
pub const PASSPHRASE: &str = "seven quiet herons at dusk";

/// A person with a home of `sotto-cli`.
pub struct Person {
    home: Home,
    name: String,
    keychain: &'static str,
    variables: Vec<(String, String)>,
    program: PathBuf,
}

impl Person {
    /// A person whose keys are sealed under [`PASSPHRASE`]; nothing is initialised yet.
    pub fn new(name: &str) -> Self {
        Self {
            home: Home::new(),
            name: name.to_owned(),
            keychain: "passphrase",
            variables: vec![("SOTTO_PASSPHRASE".into(), PASSPHRASE.into())],
            program: places::cli(),
        }
    }

    /// A person whose keys lie in the keyring behind this session bus.
    pub fn with_session_bus(name: &str, bus: &str) -> Self {
        Self {
            home: Home::new(),
            name: name.to_owned(),
            keychain: "os",
            variables: vec![("DBUS_SESSION_BUS_ADDRESS".into(), bus.into())],
            program: places::cli(),
        }
    }

    /// A person who has a profile that talks through this relay under the person's name.
    ///
    /// # Panics
    /// Where the profile cannot be made.
    pub fn at(name: &str, relay: &str) -> Self {
        let person = Self::new(name);
        person.init(relay);
        person
    }

    /// The same with another `sotto-cli`.
    ///
    /// # Panics
    /// Where the profile cannot be made.
    pub fn at_with(program: &Path, name: &str, relay: &str) -> Self {
        let mut person = Self::new(name);
        person.use_program(program);
        person.init(relay);
        person
    }

    /// Uses another `sotto-cli` for every command from here on.
    pub fn use_program(&mut self, program: &Path) {
        program.clone_into(&mut self.program);
    }

    /// Sets a variable for every command from here on.
    pub fn set(&mut self, variable: &str, value: &str) {
        self.variables.retain(|(name, _)| name != variable);
        self.variables.push((variable.to_owned(), value.to_owned()));
    }

    /// The name, which is the user id at relays as well.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All folders that the person's programs know.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The folder given as `--home`.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("sotto")
    }

    /// The command line up to the command.
    pub fn command<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, arguments: I) -> Command {
        let mut command = self.home.command(&self.program);
        command
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .arg("--home")
            .arg(self.data())
            .args(["--keychain", self.keychain])
            .args(arguments);
        command
    }

    /// Runs a command to its end.
    pub fn run<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, arguments: I) -> Outcome {
        self.run_with_input(arguments, "")
    }

    /// Runs a command to its end with this on its stdin.
    pub fn run_with_input<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(
        &self,
        arguments: I,
        input: &str,
    ) -> Outcome {
        let mut process = self.start(arguments);
        process.write_and_close(input);
        let status = process.wait();
        Outcome {
            code: status.code(),
            lines: process.output().lines(),
            report: process.report(),
        }
    }

    /// Starts a command without waiting for its end.
    pub fn start<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, arguments: I) -> Process {
        let name = format!("sotto-cli of {}", self.name);
        Process::start(&name, &mut self.command(arguments))
    }

    /// `init`, with the person's name as name and user id.
    pub fn init(&self, relay: &str) -> Value {
        let name = self.name.as_str();
        self.run(["init", "--name", name, "--user-id", name, "--relay", relay])
            .one()
    }

    /// The box key, base64.
    pub fn public_key(&self) -> String {
        text(&self.run(["id"]).one(), "publicKey")
    }

    /// `add`.
    pub fn add(&self, user_id: &str, public_key: &str) -> Value {
        self.run(["add", "--user-id", user_id, "--public-key", public_key])
            .one()
    }

    /// `send` without waiting.
    pub fn send(&self, to: &str, text: &str) -> Value {
        self.run_with_input(["send", "--to", to, "-"], text).one()
    }

    /// `send --wait sent`.
    pub fn send_and_wait(&self, to: &str, text: &str) -> Value {
        self.run_with_input(
            ["send", "--to", to, "-", "--wait", "sent", "--timeout", "60"],
            text,
        )
        .one()
    }

    /// `history`.
    pub fn history(&self, with: &str) -> Vec<Value> {
        self.run(["history", "--with", with]).rows()
    }

    /// The texts of `history` that went this way, oldest first.
    pub fn texts(&self, with: &str, direction: &str) -> Vec<String> {
        let rows = self.history(with);
        rows.iter()
            .filter(|row| row["direction"] == direction)
            .map(|row| text(row, "text"))
            .collect()
    }

    /// `listen` until it is dropped.
    pub fn listen(&self) -> Listener {
        Listener {
            process: self.start(["listen"]),
            read: 0,
        }
    }

    /// Waits until a process owns the home and takes what other commands ask for.
    #[cfg(unix)]
    pub fn wait_for_owner(&self) {
        use std::os::unix::net::UnixStream;
        crate::wait::until("somebody owns the home", || {
            let sockets = self.home.sockets();
            sockets
                .iter()
                .any(|socket| UnixStream::connect(socket).is_ok())
                .then_some(())
        });
    }

    /// The path of a file in the data folder.
    pub fn file(&self, name: impl AsRef<Path>) -> PathBuf {
        self.data().join(name)
    }
}

/// What a command printed, and how it ended.
pub struct Outcome {
    code: Option<i32>,
    lines: Vec<String>,
    report: String,
}

impl Outcome {
    /// The one object of a command that went well.
    ///
    /// # Panics
    /// Where it failed or printed anything else.
    pub fn one(&self) -> Value {
        let rows = self.rows();
        assert_eq!(rows.len(), 1, "exactly one object\n{}", self.report);
        rows.into_iter().next().expect("there is one")
    }

    /// The objects of a command that went well, one a line.
    ///
    /// # Panics
    /// Where it failed or a line is no object.
    pub fn rows(&self) -> Vec<Value> {
        assert_eq!(self.code, Some(0), "ended well\n{}", self.report);
        self.objects()
    }

    /// The code of a command that failed.
    ///
    /// # Panics
    /// Where it did not fail as documented: exit code 1, the error as last line of stdout.
    pub fn error(&self) -> String {
        assert_eq!(self.code, Some(1), "ended with code 1\n{}", self.report);
        let rows = self.objects();
        let last = rows
            .last()
            .unwrap_or_else(|| panic!("an error\n{}", self.report));
        assert!(
            last["message"].is_string(),
            "an error has a message\n{}",
            self.report
        );
        text(last, "error")
    }

    /// Whether it ended well.
    pub fn is_ok(&self) -> bool {
        self.code == Some(0)
    }

    /// All it printed, for the words of a failure.
    pub fn report(&self) -> &str {
        &self.report
    }

    fn objects(&self) -> Vec<Value> {
        let parse = |line: &String| {
            serde_json::from_str::<Value>(line)
                .ok()
                .filter(Value::is_object)
                .unwrap_or_else(|| panic!("every line is an object: {line}\n{}", self.report))
        };
        self.lines.iter().map(parse).collect()
    }
}

/// A running `listen`.
pub struct Listener {
    process: Process,
    read: usize,
}

impl Listener {
    /// Waits for the next message and gives its event.
    pub fn next_message(&mut self) -> Value {
        self.next("a message", |event| event["event"] == "message")
    }

    /// Waits for the next event that fits, after the last one that this gave.
    pub fn next(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let (read, event) = self.process.json_line(self.read, what, fits);
        self.read = read;
        event
    }

    /// All events so far.
    pub fn events(&self) -> Vec<Value> {
        self.process.output().json()
    }

    /// The texts of all messages so far.
    pub fn texts(&self) -> Vec<String> {
        self.events()
            .iter()
            .filter(|event| event["event"] == "message")
            .map(|event| text(event, "text"))
            .collect()
    }

    /// Asks it to end, as Ctrl-C or a shutdown does, and waits until it has.
    ///
    /// # Panics
    /// Where it does not end well.
    #[cfg(unix)]
    pub fn end(mut self) {
        self.process.terminate();
        let status = self.process.wait();
        assert!(status.success(), "{status}\n{}", self.process.report());
    }

    /// The running program.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}
