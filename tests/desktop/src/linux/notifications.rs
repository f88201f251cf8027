//! A real notification server (dunst) on a session bus and a display of the test's own.

use super::display::Display;
use super::keyring::Keyring;
use crate::home::Home;
use crate::places;
use crate::process::Process;
use crate::wait;
use std::fs;

/// Bubbles that stay until they are clicked, at the lower right, where no window lies; a click
/// does what the notification was sent for.
const CONFIG: &str = "[global]
    monitor = 0
    follow = none
    width = 320
    height = 120
    origin = bottom-right
    offset = 20x20
    font = DejaVu Sans 11
    markup = full
    format = \"<b>%s</b>\\n%b\"
    idle_threshold = 0
    sort = no
    mouse_left_click = do_action, close_current

[urgency_normal]
    timeout = 0
";

/// The running server.
pub struct Notifications {
    server: Process,
    read: usize,
}

/// What a notification says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The first line.
    pub summary: String,
    /// The text below as it came: the server reads it as markup.
    pub body: String,
}

impl Notifications {
    /// Starts the server and waits until it owns its name on the bus.
    ///
    /// # Panics
    /// Where it does not come up.
    pub fn start(home: &Home, keyring: &Keyring, display: &Display) -> Self {
        let config = home.path().join("dunstrc");
        fs::write(&config, CONFIG).expect("the home is writable");
        let mut command = home.command(places::required("dunst", "dunst"));
        command
            .arg("-conf")
            .arg(config)
            .arg("-print")
            .env("DISPLAY", display.name())
            .env("DBUS_SESSION_BUS_ADDRESS", keyring.bus_address());
        let server = Process::start("dunst", &mut command);
        keyring.wait_for_name("org.freedesktop.Notifications");
        Self { server, read: 0 }
    }

    /// Waits for the next notification and gives what it says.
    ///
    /// # Panics
    /// Where none comes.
    pub fn next_notice(&mut self) -> Notice {
        Notice {
            summary: self.next_field("summary"),
            body: self.next_field("body"),
        }
    }

    /// How many notifications have come so far that [`Self::next_notice`] has not given.
    pub fn waiting(&self) -> usize {
        let lines = self.server.output().lines();
        let later = lines.iter().skip(self.read);
        later
            .filter(|line| field(line, "summary").is_some())
            .count()
    }

    /// Clicks the bubble that is on screen and waits until it is gone.
    ///
    /// # Panics
    /// Where there is none.
    pub fn click(&self, display: &Display) {
        let bubble = wait::until("a notification is on the screen", || {
            display.windows_titled("^Dunst$").into_iter().next()
        });
        display.xdotool(&["mousemove", "--window", &bubble, "40", "20"]);
        display.xdotool(&["click", "1"]);
        wait::until("the notification leaves the screen", || {
            display.windows_titled("^Dunst$").is_empty().then_some(())
        });
    }

    /// The value of the next line `name: 'value'` that the server prints.
    fn next_field(&mut self, name: &str) -> String {
        let found = self
            .server
            .output()
            .wait_for(self.read, wait::patience(), |line| field(line, name));
        let (read, value) =
            found.unwrap_or_else(|| panic!("no notification came\n{}", self.server.report()));
        self.read = read;
        value
    }
}

fn field(line: &str, name: &str) -> Option<String> {
    let value = line.trim().strip_prefix(name)?.strip_prefix(": ")?;
    Some(value.trim_matches('\'').to_owned())
}
