//! A desktop in memory for programs with a window: screen, session bus, unlocked keyring and
//! folders of their own. Linux only. Everything ends with the value that stands for it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::failure::{Failure, Outcome};

/// How long a part of the desktop may take to come up.
const PATIENCE: Duration = Duration::from_secs(20);

/// Pause between two looks at something that cannot be waited for.
pub(crate) const GLANCE: Duration = Duration::from_millis(50);

/// A running desktop.
pub(crate) struct Desktop {
    /// Keyring, bus and screen, ended in this order.
    services: Vec<Running>,
    folder: Folder,
    display: String,
    bus_address: String,
}

impl Desktop {
    /// Starts one.
    pub(crate) fn start() -> Outcome<Self> {
        let folder = Folder::new()?;
        let (screen, number) = Running::announcing(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-screen", "0", "1280x900x24"])
                .args(["-nolisten", "tcp"]),
        )?;
        let (bus, bus_address) = Running::announcing(Command::new("dbus-daemon").args([
            "--session",
            "--nofork",
            "--print-address=1",
        ]))?;
        let mut desktop = Self {
            services: vec![bus, screen],
            folder,
            display: format!(":{number}"),
            bus_address,
        };
        let keyring = desktop.unlocked_keyring()?;
        desktop.services.insert(0, keyring);
        Ok(desktop)
    }

    /// Lets `command` run on this desktop, with data folders of its own.
    pub(crate) fn host(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address)
            .env_remove("WAYLAND_DISPLAY")
            .envs(self.folder.variables());
    }

    fn unlocked_keyring(&self) -> Outcome<Running> {
        let mut command = Command::new("gnome-keyring-daemon");
        command
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.host(&mut command);
        let mut daemon = Running::start(&mut command)?;
        let stdin = daemon.0.as_mut().and_then(|child| child.stdin.take());
        if let Some(mut stdin) = stdin {
            stdin
                .write_all(b"a password for tests\n")
                .map_err(Failure::io("cannot unlock the keyring"))?;
        }
        // A call to the keyring before it has its name would make the bus start another one.
        until(PATIENCE, "the keyring did not come up", || {
            self.bus_says(
                "true",
                &["--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"],
                &[
                    "org.freedesktop.DBus.NameHasOwner",
                    "string:org.freedesktop.secrets",
                ],
            )
        })?;
        until(PATIENCE, "the keyring is locked", || {
            let collection = "/org/freedesktop/secrets/collection/login";
            self.bus_says(
                "false",
                &["--dest=org.freedesktop.secrets", collection],
                &[
                    "org.freedesktop.DBus.Properties.Get",
                    "string:org.freedesktop.Secret.Collection",
                    "string:Locked",
                ],
            )
        })?;
        Ok(daemon)
    }

    /// Whether a call on the session bus answers with this truth value.
    fn bus_says(&self, truth: &str, object: &[&str], call: &[&str]) -> bool {
        let mut ask = Command::new("dbus-send");
        ask.args(["--session", "--print-reply"])
            .args(object)
            .args(call);
        self.host(&mut ask);
        let answer = ask.stderr(Stdio::null()).output();
        answer.is_ok_and(|answer| {
            String::from_utf8_lossy(&answer.stdout).contains(&format!("boolean {truth}"))
        })
    }
}

/// Looks again and again until `is_so`, or fails with `otherwise` after `patience`.
pub(crate) fn until(
    patience: Duration,
    otherwise: &str,
    mut is_so: impl FnMut() -> bool,
) -> Outcome {
    let start = Instant::now();
    while !is_so() {
        if start.elapsed() > patience {
            return Err(Failure::new(otherwise));
        }
        sleep(GLANCE);
    }
    Ok(())
}

/// A process that is ended when this value is dropped.
pub(crate) struct Running(pub(crate) Option<Child>);

impl Running {
    /// Starts a program.
    pub(crate) fn start(command: &mut Command) -> Outcome<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command
            .spawn()
            .map_err(Failure::io(format!("cannot start {program}")))?;
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

    /// Starts a program that prints one line when it is ready, and returns that line.
    fn announcing(command: &mut Command) -> Outcome<(Self, String)> {
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Self::start(command)?;
        let stdout = running.0.as_mut().and_then(|child| child.stdout.take());
        let mut line = String::new();
        if let Some(stdout) = stdout {
            BufReader::new(stdout)
                .read_line(&mut line)
                .map_err(Failure::io(&program))?;
        }
        if line.trim().is_empty() {
            return Err(Failure::new(format!("{program} did not come up")));
        }
        Ok((running, line.trim().to_owned()))
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

/// A temporary folder with the places that the XDG variables name.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Outcome<Self> {
        let name = format!("sotto-desktop-{}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        for (_, path) in folder.variables() {
            fs::create_dir_all(&path).map_err(Failure::io(path.display()))?;
        }
        only_for_owner(&folder.0.join("runtime"))?;
        Ok(folder)
    }

    fn variables(&self) -> [(&'static str, PathBuf); 5] {
        [
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_RUNTIME_DIR", "runtime"),
        ]
        .map(|(variable, name)| (variable, self.0.join(name)))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("{} stays behind: {error}", self.0.display());
        }
    }
}

#[cfg(unix)]
fn only_for_owner(path: &Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
        .map_err(Failure::io(path.display()))
}

#[cfg(not(unix))]
fn only_for_owner(_path: &Path) -> Outcome {
    Ok(())
}
