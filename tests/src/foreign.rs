//! The programs of `tests/programs`, written from the guide: its relay and two of its clients.

use crate::places;
use crate::process::Process;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::Command;

/// The guide's relay in Node, with the guide's faults.
pub struct GuideRelay {
    process: Process,
    address: SocketAddr,
}

impl GuideRelay {
    /// Starts it on a free port and waits until it listens.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start() -> Self {
        Self::start_at(0)
    }

    /// Ends it at once and starts it again on the same port, with an empty list.
    pub fn restart(&mut self) {
        self.process.kill();
        *self = Self::start_at(self.address.port());
    }

    /// Its address for a client.
    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The running program.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    fn start_at(port: u16) -> Self {
        let mut command = Command::new(places::required("node", "nodejs"));
        command
            .arg(places::programs().join("guide-relay/relay.mjs"))
            .arg(port.to_string());
        let process = Process::start("guide relay", &mut command);
        let port: u16 = process.line("\"listening PORT\"", |line| {
            line.strip_prefix("listening ")?.parse().ok()
        });
        Self {
            process,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        }
    }
}

/// A client of the guide, connected under a name.
pub struct GuideClient {
    process: Process,
    name: String,
    public_key: String,
    read: usize,
}

/// Which library a guide client seals with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    /// Python with PyNaCl.
    PyNacl,
    /// Node with TweetNaCl.js.
    TweetNacl,
}

impl GuideClient {
    /// Starts it and waits until it has registered.
    ///
    /// # Panics
    /// Where it cannot connect.
    pub fn start(library: Library, url: &str, name: &str) -> Self {
        Self::start_with(library, url, name, None)
    }

    /// The same with a key that the test knows; only the PyNaCl client takes one.
    ///
    /// # Panics
    /// Where it cannot connect.
    pub fn start_with(library: Library, url: &str, name: &str, secret: Option<&str>) -> Self {
        let programs = places::programs();
        let mut command = match library {
            Library::PyNacl => {
                let mut command = Command::new(places::python());
                command.arg(programs.join("guide_client.py"));
                command
            }
            Library::TweetNacl => {
                let mut command = Command::new(places::required("node", "nodejs"));
                command.arg(programs.join("tweetnacl/client.mjs"));
                command
            }
        };
        command.args([url, name]).args(secret);
        let process = Process::start(&format!("guide client {name} ({library:?})"), &mut command);
        let (_, ready) = process.json_line(0, "ready", |line| line["event"] == "ready");
        Self {
            process,
            name: name.to_owned(),
            public_key: text(&ready, "publicKey"),
            read: 0,
        }
    }

    /// The name that it registered.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its box key, base64.
    pub fn public_key(&self) -> &str {
        &self.public_key
    }

    /// Waits until it has seen somebody listed under this name, so that it can write to them.
    pub fn wait_to_see(&mut self, name: &str) {
        self.send_command(&json!({ "cmd": "get_users" }));
        self.process
            .json_line(0, &format!("that it sees {name}"), |line| {
                line["userId"] == name && line["event"] == "joined"
                    || line["users"]
                        .as_array()
                        .is_some_and(|users| users.iter().any(|user| user["userId"] == name))
            });
    }

    /// Seals a text to the key that the relay names for `to`, and sends it.
    pub fn send(&mut self, to: &str, text: &str) {
        self.send_command(&json!({ "cmd": "send", "to": to, "text": text }));
    }

    /// Sends a frame as it is.
    pub fn send_frame(&mut self, frame: &Value) {
        self.send_command(&json!({ "cmd": "frame", "frame": frame }));
    }

    /// Waits for the next message that it could open and gives its event.
    pub fn next_message(&mut self) -> Value {
        self.next("a message", |line| line["event"] == "message")
    }

    /// Waits for the next event that fits, after the last one that this gave.
    pub fn next(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let (read, line) = self.process.json_line(self.read, what, fits);
        self.read = read;
        line
    }

    /// All events so far.
    pub fn events(&self) -> Vec<Value> {
        self.process.output().json()
    }

    /// Closes the connection and waits until the program ends.
    pub fn leave(mut self) {
        self.send_command(&json!({ "cmd": "close" }));
        self.process.close_input();
        self.process.wait();
    }

    fn send_command(&mut self, command: &Value) {
        self.process.write_line(&command.to_string());
    }
}

/// A string field of a line.
///
/// # Panics
/// Where it is not there.
pub fn text(line: &Value, field: &str) -> String {
    line[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {line}"))
        .to_owned()
}
