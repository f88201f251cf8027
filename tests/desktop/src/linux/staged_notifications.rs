//! A notification server that behaves as a test says: slow, refusing, silent, without markup.
//!
//! What a usual one does with notifications is shown with [`super::Notifications`].

use super::keyring::Keyring;
use crate::home::Home;
use crate::places;
use crate::process::Process;
use crate::wait;
use serde_json::Value;

/// The running server.
pub struct StagedNotifications {
    server: Process,
    read: usize,
}

/// Something that it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A notification was to be shown.
    Show {
        /// What it is called.
        id: u64,
        /// Whether it came in place of another.
        replaces: bool,
        /// The first line.
        summary: String,
        /// The text below.
        body: String,
        /// Whether it was to be silent.
        silent: bool,
    },
    /// One was to leave the screen.
    Withdraw {
        /// Which one.
        id: u64,
    },
}

impl StagedNotifications {
    /// Starts the server with these capabilities and waits until it owns its name on the bus.
    ///
    /// # Panics
    /// Where it does not come up.
    pub fn start(home: &Home, keyring: &Keyring, capabilities: &[&str]) -> Self {
        let mut command = home.command("/usr/bin/python3");
        command
            .arg(places::programs().join("notification_server.py"))
            .args(capabilities)
            .env("DBUS_SESSION_BUS_ADDRESS", keyring.bus_address());
        let server = Process::start("notification_server.py", &mut command);
        let (read, _) = server.json_line(0, "that it is there", |line| line["ready"] == true);
        Self { server, read }
    }

    /// Tells it how to behave from now on, or what the person does (see
    /// `tests/programs/notification_server.py`).
    ///
    /// # Panics
    /// Where it does not obey.
    pub fn tell(&mut self, what: &str) {
        let from = self.server.output().len();
        self.server.write_line(what);
        self.server
            .json_line(from, "that it obeys", |line| line["obeyed"] == what);
    }

    /// Waits for the next thing that it is asked for.
    ///
    /// # Panics
    /// Where nothing comes.
    pub fn next_asked(&mut self) -> Asked {
        let (read, line) = self
            .server
            .json_line(self.read, "what it was asked for", |line| {
                asked(line).is_some()
            });
        self.read = read;
        asked(&line).expect("it was just looked at")
    }

    /// Waits until it is asked for something that fits, and passes over what came before.
    ///
    /// # Panics
    /// Where nothing like it comes.
    pub fn next_that(&mut self, what: &str, fits: impl Fn(&Asked) -> bool) -> Asked {
        let (read, line) = self.server.json_line(self.read, what, |line| {
            asked(line).is_some_and(|asked| fits(&asked))
        });
        self.read = read;
        asked(&line).expect("it was just looked at")
    }

    /// All that it was asked for so far.
    pub fn all(&self) -> Vec<Asked> {
        self.server
            .output()
            .json()
            .iter()
            .filter_map(asked)
            .collect()
    }

    /// Waits until what it was asked for so far fits, all of it.
    ///
    /// # Panics
    /// Where it never does.
    pub fn wait_for_all(&self, what: &str, fits: impl Fn(&[Asked]) -> bool) -> Vec<Asked> {
        wait::until(what, || Some(self.all()).filter(|all| fits(all)))
    }
}

fn asked(line: &Value) -> Option<Asked> {
    if let Some(id) = line["withdrawn"].as_u64() {
        return Some(Asked::Withdraw { id });
    }
    Some(Asked::Show {
        id: line["shown"].as_u64()?,
        replaces: line["replaces"].as_u64()? != 0,
        summary: line["summary"].as_str()?.to_owned(),
        body: line["body"].as_str()?.to_owned(),
        silent: line["hints"]["suppress-sound"] == true,
    })
}
