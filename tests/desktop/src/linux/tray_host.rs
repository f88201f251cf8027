//! The tray of a desktop: what shows icons of programs without a window.

use super::keyring::Keyring;
use crate::home::Home;
use crate::places;
use crate::process::Process;
use crate::wait;
use serde_json::Value;

/// The running tray.
pub struct TrayHost {
    host: Process,
}

impl TrayHost {
    /// Starts it and waits until it owns its name on the bus.
    ///
    /// # Panics
    /// Where it does not come up.
    pub fn start(home: &Home, keyring: &Keyring) -> Self {
        let mut command = home.command("/usr/bin/python3");
        command
            .arg(places::programs().join("tray_host.py"))
            .env("DBUS_SESSION_BUS_ADDRESS", keyring.bus_address());
        let host = Process::start("tray_host.py", &mut command);
        host.json_line(0, "that it is there", |line| line["ready"] == true);
        Self { host }
    }

    /// Waits until a program has put its icon into it.
    ///
    /// # Panics
    /// Where none does.
    pub fn wait_for_icon(&self) {
        self.host
            .json_line(0, "that there is an icon", |line| line["item"].is_string());
    }

    /// The words beside the icon, and the items of its menu with whether they can be chosen.
    ///
    /// # Panics
    /// Where it does not answer.
    pub fn menu(&mut self) -> (String, Vec<(String, bool)>) {
        let answer = self.ask("menu");
        let items = answer["menu"].as_array().cloned().unwrap_or_default();
        let item = |item: &Value| {
            let label = item["label"].as_str().unwrap_or_default().to_owned();
            (label, item["enabled"] == true)
        };
        let title = answer["title"].as_str().unwrap_or_default().to_owned();
        (title, items.iter().map(item).collect())
    }

    /// Waits until an item of the menu says this and can or cannot be chosen.
    ///
    /// # Panics
    /// Where there is none.
    pub fn wait_for_item(&mut self, label: &str, enabled: bool) {
        wait::until(&format!("{label:?} in the menu of the tray"), || {
            let (_, items) = self.menu();
            items.contains(&(label.to_owned(), enabled)).then_some(())
        });
    }

    /// Chooses an item of the menu.
    ///
    /// # Panics
    /// Where there is none with this label that can be chosen.
    pub fn choose(&mut self, label: &str) {
        self.wait_for_item(label, true);
        let answer = self.ask(&format!("choose {label}"));
        assert_eq!(answer["chosen"], label, "{answer}");
    }

    fn ask(&mut self, what: &str) -> Value {
        let from = self.host.output().len();
        self.host.write_line(what);
        let (_, answer) = self
            .host
            .json_line(from, "an answer", |line| line["item"].is_null());
        answer
    }
}
