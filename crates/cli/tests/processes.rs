//! Several processes of one home: who owns it, who asks, and who takes over.
//!
//! The relay is an address at which nobody listens: none of this depends on one.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use serde_json::{Value, json};
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_mins(1);
const KEY: &str = "Xg5tEDYs7Jdv8zTNdCGpDg2e8nAV3xUSnBdxyPVnOxo=";

/// A person with folders of their own.
struct Person(TempDir);

impl Person {
    fn new() -> Self {
        let person = Self(TempDir::new().unwrap());
        fs::create_dir(person.0.path().join("run")).unwrap();
        person
    }

    /// A person with a profile whose relay cannot be reached.
    fn initialised() -> Self {
        Self::at(&nobody())
    }

    /// The same, with the relay at this address.
    fn at(relay: &str) -> Self {
        let person = Self::new();
        person.one(&[
            "init",
            "--name",
            "Ada",
            "--user-id",
            "ada",
            "--relay",
            relay,
        ]);
        person
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sotto-cli"));
        command
            .arg("--home")
            .arg(self.home())
            .args(["--keychain", "passphrase"])
            .args(words)
            .env("SOTTO_PASSPHRASE", "seven quiet herons")
            .env("HOME", self.0.path())
            .env("XDG_RUNTIME_DIR", self.0.path().join("run"))
            .env_remove("SOTTO_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn home(&self) -> PathBuf {
        self.0.path().join("home")
    }

    fn run(&self, words: &[&str]) -> (Option<i32>, Vec<Value>) {
        let output = self.command(words).output().unwrap();
        (output.status.code(), lines(&output))
    }

    /// The one object of a command that goes well.
    fn one(&self, words: &[&str]) -> Value {
        let (code, mut lines) = self.run(words);
        assert_eq!((code, lines.len()), (Some(0), 1), "{words:?} {lines:?}");
        lines.remove(0)
    }

    /// The code of a command that fails.
    fn error(&self, words: &[&str]) -> String {
        let (code, lines) = self.run(words);
        assert_eq!(code, Some(1), "{words:?} {lines:?}");
        lines.last().unwrap()["error"].as_str().unwrap().to_owned()
    }

    fn start(&self, words: &[&str]) -> Running {
        Running(self.command(words).spawn().unwrap())
    }

    /// The sockets below the runtime folder.
    fn sockets(&self) -> Vec<PathBuf> {
        let folder = self.0.path().join("run/chat.sotto.desktop");
        let Ok(entries) = fs::read_dir(folder) else {
            return Vec::new();
        };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.filter(|path| is_socket(path)).collect()
    }

    /// Starts a `listen` and waits until others can ask it.
    fn listening(&self) -> Running {
        let listen = self.start(&["listen"]);
        until("the door is open", || !self.sockets().is_empty());
        listen
    }
}

/// An address at which nobody listens.
fn nobody() -> String {
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = port.local_addr().unwrap().port();
    format!("ws://127.0.0.1:{port}")
}

/// A started process, ended by its id.
struct Running(Child);

impl Running {
    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.0.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    fn is_running(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    fn end(mut self) -> Output {
        until("the process ends", || !self.is_running());
        let status = self.0.wait().unwrap();
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        self.0
            .stdout
            .take()
            .unwrap()
            .read_to_end(&mut stdout)
            .unwrap();
        self.0
            .stderr
            .take()
            .unwrap()
            .read_to_end(&mut stderr)
            .unwrap();
        Output {
            status,
            stdout,
            stderr,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn is_socket(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket())
}

fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(started.elapsed() < PATIENCE, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn later_processes_are_served_by_the_owner() {
    let ada = Person::initialised();
    let id = ada.one(&["id"]);
    let mut owner = ada.listening();
    assert_eq!(ada.one(&["id"]), id);
    ada.one(&["add", "--user-id", "bo", "--public-key", KEY]);
    let sent = ada.one(&["send", "--to", "bo", "hello"]);
    assert_eq!(sent["state"], "queued");
    let (_, history) = ada.run(&["history", "--with", "bo"]);
    assert_eq!(history.len(), 1);
    assert_eq!(history[0]["id"], sent["id"]);
    assert_eq!(
        ada.error(&["send", "--to", "nobody", "x"]),
        "unknown_contact"
    );
    assert_eq!(
        ada.error(&["init", "--name", "Eve", "--relay", "ws://127.0.0.1:9"]),
        "already_initialised"
    );
    assert!(owner.is_running());

    owner.signal("TERM");
    let output = owner.end();
    assert_eq!(output.status.code(), Some(0));
    let state = json!({ "event": "state", "to": "bo", "id": sent["id"], "state": "queued" });
    assert_eq!(lines(&output), [state]);
    assert_eq!(ada.sockets(), Vec::<PathBuf>::new());
    let (_, history) = ada.run(&["history", "--with", "bo"]);
    assert_eq!(history.len(), 1);
}

#[test]
fn a_long_text_goes_through_the_door_as_it_is() {
    let ada = Person::initialised();
    ada.one(&["add", "--user-id", "bo", "--public-key", KEY]);
    let _owner = ada.listening();
    // Every byte escaped in JSON.
    let text = "\u{1}".repeat(60 * 1024);
    let mut send = ada.command(&["send", "--to", "bo", "-"]);
    let mut send = send.stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut send.stdin.take().unwrap(), text.as_bytes()).unwrap();
    assert!(send.wait().unwrap().success());
    let (_, history) = ada.run(&["history", "--with", "bo"]);
    assert_eq!(history[0]["text"], text);
}

#[test]
fn whoever_asked_takes_over_when_the_owner_leaves() {
    let ada = Person::initialised();
    ada.one(&["add", "--user-id", "bo", "--public-key", KEY]);
    let owner = ada.listening();
    let waits = [
        "send",
        "--to",
        "bo",
        "x",
        "--wait",
        "sent",
        "--timeout",
        "6",
    ];
    let waiting = ada.start(&waits);
    let mut listening = ada.start(&["listen"]);
    until("the text is queued", || {
        ada.run(&["history", "--with", "bo"]).1.len() == 1
    });

    owner.signal("INT");
    assert_eq!(owner.end().status.code(), Some(0));
    until("another opens the door", || !ada.sockets().is_empty());
    assert_eq!(ada.one(&["id"])["userId"], "ada");
    let output = waiting.end();
    assert_eq!(lines(&output).last().unwrap()["error"], "timed_out");
    // Whoever waited did not send again.
    assert_eq!(ada.run(&["history", "--with", "bo"]).1.len(), 1);
    assert!(listening.is_running());
}

#[test]
fn whoever_listened_takes_over_when_the_owner_is_killed() {
    let ada = Person::initialised();
    let owner = ada.listening();
    let mut listening = ada.start(&["listen"]);
    assert_eq!(ada.one(&["id"])["userId"], "ada");
    owner.signal("KILL");
    assert_eq!(owner.end().status.signal(), Some(9));
    until("the home is served again", || {
        ada.run(&["id"]).0 == Some(0) && listening.is_running()
    });
}

#[test]
fn listening_ends_when_its_time_is_over_also_through_the_door() {
    let ada = Person::initialised();
    let started = Instant::now();
    let mut owner = ada.listening();
    assert_eq!(
        ada.run(&["listen", "--seconds", "0.5"]),
        (Some(0), Vec::new())
    );
    assert!(started.elapsed() >= Duration::from_millis(500));
    assert!(owner.is_running());
    let alone = Person::initialised();
    assert_eq!(
        alone.run(&["listen", "--seconds", "0"]),
        (Some(0), Vec::new())
    );
}

#[test]
fn many_ask_at_once_and_each_gets_its_answer() {
    let ada = Person::initialised();
    ada.one(&["add", "--user-id", "bo", "--public-key", KEY]);
    // Without anybody who stays: each is owner for a moment.
    thread::scope(|scope| {
        for number in 0..8 {
            let ada = &ada;
            scope.spawn(move || ada.one(&["send", "--to", "bo", &number.to_string()]));
        }
    });
    let _owner = ada.listening();
    thread::scope(|scope| {
        for number in 8..24 {
            let ada = &ada;
            scope.spawn(move || ada.one(&["send", "--to", "bo", &number.to_string()]));
        }
    });
    let (_, history) = ada.run(&["history", "--with", "bo"]);
    let mut numbers: Vec<u32> = history
        .iter()
        .map(|row| row["text"].as_str().unwrap().parse().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..24).collect::<Vec<_>>());
}

#[test]
fn only_the_owner_may_come_through_the_door() {
    let ada = Person::initialised();
    let _owner = ada.listening();
    for socket in ada.sockets() {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&socket), 0o600);
        assert_eq!(mode(socket.parent().unwrap()), 0o700);
    }
}

#[test]
fn strangers_at_the_door_harm_nobody() {
    use std::os::unix::net::UnixStream;
    let ada = Person::initialised();
    let mut owner = ada.listening();
    let [socket] = &ada.sockets()[..] else {
        panic!("one socket");
    };
    for bytes in [
        &b""[..],
        b"\n",
        b"{\"hello\":{}}\n",
        b"{\"hello\":{}}\n{\"run\":{\"command\":\"unknown\"}}\n",
        b"{\"hello\":{}}\n{\"run\":{\"command\":\"accept\",\"request\":\"x\"}}\n",
        b"{\"written\":{}}\n",
        b"\xff\xfe\n",
        &vec![b'['; 100_000],
    ] {
        let mut stranger = UnixStream::connect(socket).unwrap();
        // The owner may have hung up in the middle of nonsense.
        let _ = std::io::Write::write_all(&mut stranger, bytes);
    }
    assert_eq!(ada.one(&["id"])["userId"], "ada");
    assert!(owner.is_running());
}

#[test]
fn a_killed_asker_harms_nobody() {
    let ada = Person::initialised();
    ada.one(&["add", "--user-id", "bo", "--public-key", KEY]);
    let mut owner = ada.listening();
    let asker = ada.start(&["listen"]);
    ada.one(&["id"]);
    asker.signal("KILL");
    assert_eq!(asker.end().status.signal(), Some(9));
    // The owner goes on and still prints its own events.
    ada.one(&["send", "--to", "bo", "x"]);
    assert!(owner.is_running());
}

#[test]
fn a_relay_in_the_own_network_is_only_taken_from_a_link_if_that_is_allowed() {
    let relay = nobody();
    let (ada, bo) = (Person::at(&relay), Person::at("wss://relay.example"));
    let card = ada.one(&["card"])["link"].as_str().unwrap().to_owned();
    assert_eq!(bo.error(&["add", &card]), "private_relay");
    assert_eq!(bo.run(&["contacts"]), (Some(0), vec![]));
    bo.one(&["add", &card, "--allow-private"]);
    // It is in the settings by now.
    let cleo = Person::at(&relay);
    cleo.one(&["add", &card]);
}

#[test]
fn a_process_with_other_folders_of_the_session_finds_the_owner() {
    let ada = Person::initialised();
    let _owner = ada.listening();
    let other = ada.0.path().join("r".repeat(150));
    for runtime in [Some(other.as_path()), None] {
        let mut command = ada.command(&["id"]);
        match runtime {
            Some(folder) => command.env("XDG_RUNTIME_DIR", folder),
            None => command.env_remove("XDG_RUNTIME_DIR"),
        };
        let output = command.output().unwrap();
        assert_eq!(lines(&output)[0]["userId"], "ada", "{runtime:?}");
    }
}

#[test]
fn output_that_nobody_reads_or_has_room_for_ends_quietly() {
    let ada = Person::initialised();
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    let full = || {
        let device = fs::OpenOptions::new().write(true).open("/dev/full");
        Stdio::from(device.unwrap())
    };
    for (words, code) in [(&["--help"][..], 0), (&["--version"], 0), (&["id"], 1)] {
        let output = ada.command(words).stdout(closed()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{words:?}");
        assert!(output.stderr.is_empty(), "{words:?}");
        if cfg!(target_os = "linux") {
            let output = ada.command(words).stdout(full()).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{words:?}");
            assert!(output.stderr.is_empty(), "{words:?}");
        }
    }
}

#[test]
fn an_untouched_folder_stays_untouched() {
    let ada = Person::new();
    for words in [&["id"][..], &["listen", "--seconds", "0"], &["contacts"]] {
        assert_eq!(ada.error(words), "not_initialised");
    }
    assert!(!ada.home().exists());
    let no_scheme = ["init", "--name", "Ada", "--relay", "relay.example.org"];
    assert_eq!(ada.error(&no_scheme), "bad_address");
    assert!(!ada.home().exists());
}

#[test]
fn the_place_of_the_keys_must_fit() {
    let ada = Person::initialised();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sotto-cli"));
    let output = command
        .arg("--home")
        .arg(ada.home())
        .arg("id")
        .output()
        .unwrap();
    assert_eq!(lines(&output)[0]["error"], "wrong_keychain");
    let mut without = ada.command(&["id"]);
    let output = without.env_remove("SOTTO_PASSPHRASE").output().unwrap();
    assert_eq!(lines(&output)[0]["error"], "no_passphrase");
    assert_eq!(output.status.code(), Some(1));
}
