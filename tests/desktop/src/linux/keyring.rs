//! A session bus of the test's own, with a real gnome-keyring on it, or without one.

use crate::home::Home;
use crate::places;
use crate::process::Process;
use crate::wait;
use data_encoding::BASE64;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The password of the keyring that [`Keyring::start`] makes.
pub const KEYRING_PASSWORD: &str = "correct horse";

/// The rule of the bus that refuses the content of items.
const FORBID_READING: &str = r#"<deny send_interface="org.freedesktop.Secret.Item" send_member="GetSecret"/>
    <deny send_interface="org.freedesktop.Secret.Service" send_member="GetSecrets"/>"#;

/// The rule of the bus that refuses to keep anything.
const FORBID_WRITING: &str = r#"<deny send_interface="org.freedesktop.Secret.Item" send_member="SetSecret"/>
    <deny send_interface="org.freedesktop.Secret.Collection" send_member="CreateItem"/>"#;

/// A session bus, and the keyring in one person's home.
pub struct Keyring {
    // Ended before the bus, in this order.
    daemon: Option<Process>,
    _bus: Process,
    address: String,
    config: PathBuf,
}

impl Keyring {
    /// A bus with an unlocked keyring in this home; it is made where there is none.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start(home: &Home) -> Self {
        let mut keyring = Self::bus(home, None);
        keyring.start_daemon(home, true);
        keyring
    }

    /// The same, whose own unlock dialog can appear on this display.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start_on(home: &Home, display: &str) -> Self {
        let mut keyring = Self::bus(home, Some(display));
        keyring.start_daemon(home, true);
        keyring
    }

    /// A bus with the keyring of this home as it is after a login without its password: locked.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start_locked(home: &Home) -> Self {
        let mut keyring = Self::bus(home, None);
        keyring.start_daemon(home, false);
        keyring
    }

    /// A bus on which nobody keeps secrets.
    pub fn absent(home: &Home) -> Self {
        Self::bus(home, None)
    }

    /// The value for `DBUS_SESSION_BUS_ADDRESS`.
    pub fn bus_address(&self) -> &str {
        &self.address
    }

    /// Waits until a program on the bus has this name.
    ///
    /// # Panics
    /// Where none takes it.
    pub fn wait_for_name(&self, name: &str) {
        let (bus, path) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
        wait::until(&format!("{name} is on the bus"), || {
            let name = format!("string:{name}");
            self.answers(bus, path, "org.freedesktop.DBus.GetNameOwner", &name)
        });
    }

    /// Ends the keyring and leaves the bus.
    pub fn stop(&mut self) {
        self.daemon = None;
    }

    /// Locks it.
    pub fn lock(&self) {
        self.control(&["lock"]);
    }

    /// Unlocks it as a login does, without a dialog.
    pub fn unlock(&self) {
        self.control(&["unlock", KEYRING_PASSWORD]);
    }

    /// Lets nobody on this bus read an item, as the bus of a sandbox does: the keyring answers
    /// everything else.
    ///
    /// # Panics
    /// Where the bus does not take the rule.
    pub fn forbid_reading(&self) {
        self.change_rules("<!-- refusals -->", FORBID_READING);
    }

    /// Takes that back.
    ///
    /// # Panics
    /// Where the bus does not take the rule.
    pub fn allow_reading(&self) {
        self.change_rules(FORBID_READING, "<!-- refusals -->");
    }

    /// Lets nobody on this bus write an item: the keyring answers everything else.
    ///
    /// # Panics
    /// Where the bus does not take the rule.
    pub fn forbid_writing(&self) {
        self.change_rules("<!-- refusals -->", FORBID_WRITING);
    }

    /// Takes that back.
    ///
    /// # Panics
    /// Where the bus does not take the rule.
    pub fn allow_writing(&self) {
        self.change_rules(FORBID_WRITING, "<!-- refusals -->");
    }

    fn change_rules(&self, from: &str, to: &str) {
        let rules = fs::read_to_string(&self.config).expect("it was written");
        assert!(rules.contains(from), "the rules are as they were left");
        fs::write(&self.config, rules.replace(from, to)).expect("the home is writable");
        self.control(&["reload-bus"]);
    }

    /// Deletes every item.
    pub fn delete_items(&self) {
        self.control(&["delete"]);
    }

    /// The secret items of Sotto's profiles, without the counters beside them (docs/protocol.md
    /// P-20, P-25).
    pub fn keys(&self) -> Vec<Vec<u8>> {
        let mut all = self.secrets();
        all.retain(|secret| secret.starts_with(b"SOTI"));
        all
    }

    /// What every item holds.
    pub fn secrets(&self) -> Vec<Vec<u8>> {
        let answer = self.control(&["secrets"]);
        let secrets: Vec<String> = serde_json::from_str(&answer).expect("a JSON array");
        let decode = |secret: &String| BASE64.decode(secret.as_bytes()).expect("base64");
        secrets.iter().map(decode).collect()
    }

    fn bus(home: &Home, display: Option<&str>) -> Self {
        let folder = home.path().join("bus");
        fs::create_dir_all(&folder).expect("the home is writable");
        let config = folder.join("session.conf");
        fs::write(&config, bus_config(&folder, display.is_some())).expect("the home is writable");
        let mut command = home.command(places::required("dbus-daemon", "dbus"));
        command
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address"]);
        command.envs(display.map(|display| ("DISPLAY", display)));
        let bus = Process::start("dbus-daemon", &mut command);
        let address = bus.line("its address", |line| {
            line.starts_with("unix:").then(|| line.to_owned())
        });
        Self {
            daemon: None,
            _bus: bus,
            address,
            config,
        }
    }

    fn start_daemon(&mut self, home: &Home, unlocked: bool) {
        let program = places::required("gnome-keyring-daemon", "gnome-keyring");
        let mut command = home.command(program);
        command
            .args(["--foreground", "--components=secrets"])
            .args(unlocked.then_some("--unlock"))
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        let mut daemon = Process::start("gnome-keyring-daemon", &mut command);
        daemon.write_and_close(if unlocked { KEYRING_PASSWORD } else { "" });
        self.daemon = Some(daemon);
        let (service, path) = ("org.freedesktop.secrets", "/org/freedesktop/secrets");
        wait::until("the keyring answers", || {
            let method = "org.freedesktop.Secret.Service.ReadAlias";
            self.answers(service, path, method, "string:default")
        });
    }

    /// Gives something if this call on the bus is answered.
    fn answers(&self, name: &str, path: &str, method: &str, argument: &str) -> Option<()> {
        let mut ask = Command::new(places::required("dbus-send", "dbus"));
        ask.args(["--session", "--print-reply"])
            .args([&format!("--dest={name}"), path, method, argument])
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        let answer = ask.output().expect("dbus-send can be started");
        answer.status.success().then_some(())
    }

    fn control(&self, arguments: &[&str]) -> String {
        self.try_control(arguments)
            .unwrap_or_else(|error| panic!("keyring.py {arguments:?}: {error}"))
    }

    fn try_control(&self, arguments: &[&str]) -> Result<String, String> {
        // The system's Python: PyGObject is no package of pip's here.
        let output = Command::new("/usr/bin/python3")
            .arg(places::programs().join("keyring.py"))
            .args(arguments)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .output()
            .map_err(|error| error.to_string())?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

/// A session bus that starts nothing by itself, or only the dialog of the keyring: with the usual
/// configuration it would start a keyring where the test wants none.
fn bus_config(folder: &Path, with_prompter: bool) -> String {
    let services = folder.join("services");
    fs::create_dir_all(&services).expect("the home is writable");
    if with_prompter {
        let name = "org.gnome.keyring.SystemPrompter.service";
        let installed = Path::new("/usr/share/dbus-1/services").join(name);
        fs::copy(&installed, services.join(name)).expect("the dialog is installed (Debian: gcr)");
    }
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    <!-- refusals -->
  </policy>
</busconfig>
"#,
        socket = folder.join("socket").display(),
        services = services.display(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(home: &Home, keyring: &Keyring, secret: &str) {
        let mut command = home.command(places::required("secret-tool", "libsecret-tools"));
        command
            .args(["store", "--label=test", "purpose", "test"])
            .env("DBUS_SESSION_BUS_ADDRESS", keyring.bus_address());
        let mut tool = Process::start("secret-tool", &mut command);
        tool.write_and_close(secret);
        assert!(tool.wait().success());
    }

    #[test]
    fn a_keyring_is_locked_unlocked_and_kept_over_daemons() {
        let home = Home::new();
        let keyring = Keyring::start(&home);
        store(&home, &keyring, "a secret");
        keyring.lock();
        keyring.unlock();
        assert_eq!(keyring.secrets(), [b"a secret"]);
        drop(keyring);

        let keyring = Keyring::start_locked(&home);
        assert!(keyring.try_control(&["secrets"]).is_err(), "it is locked");
        keyring.unlock();
        assert_eq!(keyring.secrets(), [b"a secret"]);
        keyring.delete_items();
        assert_eq!(keyring.secrets(), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn reading_is_refused_and_allowed_again() {
        let home = Home::new();
        let keyring = Keyring::start(&home);
        store(&home, &keyring, "a secret");
        keyring.forbid_reading();
        let refused = keyring.try_control(&["secrets"]).unwrap_err();
        assert!(refused.contains("AccessDenied"), "{refused}");
        keyring.allow_reading();
        assert_eq!(keyring.secrets(), [b"a secret"]);
    }

    #[test]
    fn without_a_keyring_nobody_answers() {
        let home = Home::new();
        let keyring = Keyring::absent(&home);
        let refused = keyring.try_control(&["ready"]).unwrap_err();
        assert!(refused.contains("ServiceUnknown"), "{refused}");
    }
}
