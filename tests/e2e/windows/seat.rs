//! A person at a computer: a home, a keyring, a display that may be shared, and the app on it.

use sotto_tests::desktop::{Display, Key, Keyring, ONE_LAYER, Window};
use sotto_tests::home::Home;
use sotto_tests::places;
use sotto_tests::process::Process;
use sotto_tests::wait;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::time::Duration;

/// Where somebody sits.
pub(crate) struct Seat<'a> {
    name: String,
    display: &'a Display,
    // Ended before the folders that it uses.
    pub(crate) keyring: Keyring,
    pub(crate) home: Home,
}

impl<'a> Seat<'a> {
    /// A seat with an unlocked keyring and nothing else.
    pub(crate) fn new(display: &'a Display, name: &str) -> Self {
        let home = Home::new();
        let keyring = Keyring::start_on(&home, display.name());
        Self {
            name: name.to_owned(),
            display,
            keyring,
            home,
        }
    }

    /// A seat at a computer without a keyring.
    pub(crate) fn without_keyring(display: &'a Display, name: &str) -> Self {
        let home = Home::new();
        let keyring = Keyring::absent(&home);
        Self {
            name: name.to_owned(),
            display,
            keyring,
            home,
        }
    }

    /// Somebody who has been through the first start and talks through this relay.
    pub(crate) fn settled(display: &'a Display, name: &str, relay: &str) -> (Self, Window) {
        let seat = Self::new(display, name);
        let window = seat.open();
        choose_all(&window, name, relay);
        window.click("onboarding-later");
        window.wait_for("main-window");
        (seat, window)
    }

    /// Somebody with so many chats and messages in all.
    pub(crate) fn with_chats(
        display: &'a Display,
        name: &str,
        relay: &str,
        chats: u32,
        messages: u32,
    ) -> (Self, Window) {
        let amount = [&*chats.to_string(), &*messages.to_string()];
        Self::prepared(display, name, &[&[relay], &amount[..]].concat())
    }

    /// Somebody with 200 chats, and with people who are hard to draw ([`sotto_tests::odd`]).
    pub(crate) fn with_odd_people(display: &'a Display, name: &str, relay: &str) -> (Self, Window) {
        Self::prepared(display, name, &[relay, "200", "400", "odd"])
    }

    fn prepared(display: &'a Display, name: &str, past: &[&str]) -> (Self, Window) {
        let seat = Self::new(display, name);
        let mut command: Command = seat.home.command(env!("CARGO_BIN_EXE_prepare_profile"));
        command
            .arg(seat.profile())
            .args(past)
            .env("DBUS_SESSION_BUS_ADDRESS", seat.keyring.bus_address());
        let mut prepare = Process::start("prepare_profile", &mut command);
        assert!(
            prepare.wait_within(Duration::from_mins(5)).success(),
            "{}",
            prepare.report()
        );
        let window = seat.open();
        window.wait_for("chat-row");
        window.settle();
        (seat, window)
    }

    /// The same with one chat, which is open.
    pub(crate) fn with_history(
        display: &'a Display,
        name: &str,
        relay: &str,
        messages: u32,
    ) -> (Self, Window) {
        let (seat, window) = Self::with_chats(display, name, relay, 1, messages);
        window.click("chat-row");
        window.wait_for("message");
        window.settle();
        (seat, window)
    }

    /// Logs out and in again: the keyring is locked or not, the programs are gone.
    pub(crate) fn log_in_anew(&mut self, keyring: impl FnOnce(&Home) -> Keyring) {
        self.keyring = keyring(&self.home);
    }

    /// Starts the app.
    pub(crate) fn open(&self) -> Window {
        self.open_with(&[])
    }

    /// Starts the app with arguments.
    pub(crate) fn open_with(&self, arguments: &[&str]) -> Window {
        Window::open(&self.name, &self.home, &self.variables(), arguments)
    }

    /// Starts the app on a system whose programs look like this theme of GTK.
    pub(crate) fn open_under(&self, theme: &str) -> Window {
        let mut variables = self.variables().to_vec();
        variables.push(("GTK_THEME", theme));
        Window::open(&self.name, &self.home, &variables, &[])
    }

    /// Starts the app at a computer with a camera, as the webview stages one: a fixed picture.
    pub(crate) fn open_with_staged_camera(&self) -> Window {
        let mut variables = self.variables().to_vec();
        variables.push(("SOTTO_STAGED_CAMERA", "1"));
        Window::open(&self.name, &self.home, &variables, &[])
    }

    /// Starts the app so that it draws as suits this machine.
    pub(crate) fn open_as_it_is(&self) -> Window {
        let ready = Window::driver_as_it_is(&self.home, &self.variables());
        ready.open(&self.name, &[])
    }

    /// Starts the app once more while its window is open, and waits until that start has ended.
    pub(crate) fn start_again(&self, arguments: &[&str]) -> ExitStatus {
        let mut command = self.command(places::app());
        command.args(arguments);
        Process::start("a second start", &mut command).wait()
    }

    /// A command of a program at this seat; the app draws in layers, as with [`Self::open`].
    pub(crate) fn command(&self, program: PathBuf) -> Command {
        let mut command = self.home.command(program);
        command.envs(self.variables()).env(ONE_LAYER, "0");
        command
    }

    fn variables(&self) -> [(&'static str, &str); 4] {
        [
            ("DISPLAY", self.display.name()),
            ("GDK_BACKEND", "x11"),
            ("DBUS_SESSION_BUS_ADDRESS", self.keyring.bus_address()),
            ("SOTTO_LOG", "trace"),
        ]
    }

    /// The folder of the usual profile.
    pub(crate) fn profile(&self) -> PathBuf {
        self.home.profile()
    }
}

/// Goes through the first four screens with the relay at this address, and gives the id and the
/// key that the fifth shows.
pub(crate) fn choose_all(window: &Window, name: &str, relay: &str) -> (String, String) {
    choose_until_relay(window, name, relay);
    window.wait_for("onboarding-step-contact");
    // One's code is on screen first; id and key are another way.
    window.click("add-way-key");
    window.wait_for("own-id");
    (
        window.data_value("own-id"),
        window.data_value("own-public-key"),
    )
}

/// Goes through the first four screens and leaves the fourth, whatever comes of it.
pub(crate) fn choose_until_relay(window: &Window, name: &str, relay: &str) {
    window.wait_for("onboarding-step-welcome");
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-name");
    window.type_into("onboarding-name", name);
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-keys");
    window.click("onboarding-continue");
    fill_relay(window, relay);
}

/// The fourth screen: names the relay, tries it out, consents, goes on to the fifth.
pub(crate) fn choose_relay(window: &Window, relay: &str) {
    fill_relay(window, relay);
    window.wait_for("onboarding-step-contact");
}

fn fill_relay(window: &Window, relay: &str) {
    window.wait_for("onboarding-step-relay");
    window.click("onboarding-relay-own");
    window.type_into("relay-address", relay);
    window.click("relay-test");
    window.wait_for("relay-works");
    window.click("relay-consent");
    window.click("onboarding-continue");
}

/// Adds a contact through the dialog of the main window, and opens the chat.
pub(crate) fn add_contact(window: &Window, id: &str, key: &str, name: &str) {
    window.click("add-contact");
    window.wait_for("add-contact-dialog");
    window.click("add-way-key");
    fill_contact(window, id, key, name);
    window.click("add-contact-submit");
    window.click("add-contact-open");
    window.wait_until_gone("add-contact-dialog");
    window.wait_for("composer");
}

/// Types id, key and name of a contact.
pub(crate) fn fill_contact(window: &Window, id: &str, key: &str, name: &str) {
    window.type_into("add-contact-id", id);
    window.type_into("add-contact-key", key);
    window.type_into("add-contact-name", name);
}

/// Writes a text in the open chat and sends it with the button.
pub(crate) fn send(window: &Window, text: &str) {
    window.paste_into("composer", text);
    window.click("send");
    window.wait_for_text("message", text);
}

/// Sends a text in the open chat and waits until the other window, with its chat open, has it and
/// the sender's says so.
pub(crate) fn deliver(from: &Window, to: &Window, text: &str) {
    send(from, text);
    to.wait_for_text("message", text);
    wait::until("it is delivered", || {
        let state = "return [...document.querySelectorAll('[data-testid=message]')]
            .filter((row) => row.innerText.includes(arguments[0])).at(-1)?.dataset.state";
        (from.script(state, &[text.into()]) == "delivered").then_some(())
    });
}

/// The id and key that the settings show.
pub(crate) fn own_id_and_key(window: &Window) -> (String, String) {
    window.click("open-settings");
    window.wait_for("settings-dialog");
    let id = window.field_value("settings-user-id");
    let key = window.data_value("settings-public-key");
    window.press(&[Key::Escape]);
    window.wait_until_gone("settings-dialog");
    (id, key)
}

/// Chooses `settings-CHOICE` on a pane of the settings, and waits until it is kept.
pub(crate) fn choose_setting(window: &Window, pane: &str, choice: &str) {
    window.click("open-settings");
    window.wait_for("settings-dialog");
    window.click(&format!("settings-tab-{pane}"));
    let choice = format!("settings-{choice}");
    window.click(&choice);
    wait::until(&format!("{choice} is chosen"), || {
        let script = "return document.querySelector(arguments[0]).checked";
        let selector = format!("[data-testid=\"{choice}\"]");
        (window.script(script, &[selector.into()]) == true).then_some(())
    });
    window.press(&[Key::Escape]);
    window.wait_until_gone("settings-dialog");
}
