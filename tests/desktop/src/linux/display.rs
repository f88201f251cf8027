//! A screen that nobody sees (Xvfb) with a window manager (openbox).

use crate::home::Home;
use crate::places;
use crate::process::Process;
use crate::wait;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Room for two windows of the usual size beside each other.
const SCREEN: &str = "2400x1000x24";

/// Two servers that look for a free display at the same moment can both fail.
const ATTEMPTS: u32 = 20;

/// What the titles of our windows look like: how much is unread stands before the name.
pub const OWN_TITLE: &str = r"^(\([0-9]+\) )?Sotto";

/// A running X server.
pub struct Display {
    // Ended before the server, in this order.
    _manager: Process,
    _server: Process,
    home: Home,
    name: String,
}

impl Display {
    /// Starts the server on a display that is free, and the window manager.
    ///
    /// # Panics
    /// Where either does not start.
    pub fn start() -> Self {
        let home = Home::new();
        let (server, number) = (0..ATTEMPTS)
            .find_map(|_| start_server(&home))
            .expect("an X server starts");
        let name = format!(":{number}");
        let mut command = home.command(places::required("openbox", "openbox"));
        command.env("DISPLAY", &name);
        let manager = Process::start("openbox", &mut command);
        let display = Self {
            _manager: manager,
            _server: server,
            home,
            name,
        };
        wait::until("the window manager announces itself", || {
            let output = display.command("xprop", "x11-utils");
            let said = run(output, &["-root", "_NET_SUPPORTING_WM_CHECK"])?;
            said.contains("window id").then_some(())
        });
        display
    }

    /// The value for `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The ids of visible windows with this title, bubbles and menus too.
    pub fn windows_titled(&self, title: &str) -> Vec<String> {
        let search = self.command("xdotool", "xdotool");
        let found = run(search, &["search", "--onlyvisible", "--name", title]).unwrap_or_default();
        found.lines().map(ToOwned::to_owned).collect()
    }

    /// Those of them that a person can reach, because the window manager knows them: once
    /// something was dropped or copied, GTK has windows of one pixel beside them.
    pub fn reachable_windows(&self, title: &str) -> Vec<String> {
        let list = self.command("xprop", "x11-utils");
        let managed = run(list, &["-root", "_NET_CLIENT_LIST"]).unwrap_or_default();
        let managed: Vec<u64> = managed
            .split([' ', ',', '\n'])
            .filter_map(|id| u64::from_str_radix(id.strip_prefix("0x")?, 16).ok())
            .collect();
        let mut windows = self.windows_titled(title);
        windows.retain(|id| id.parse().is_ok_and(|id| managed.contains(&id)));
        windows
    }

    /// Does something with mouse, keyboard or windows as xdotool says it.
    ///
    /// # Panics
    /// Where xdotool fails.
    pub fn xdotool(&self, arguments: &[&str]) -> String {
        run(self.command("xdotool", "xdotool"), arguments)
            .unwrap_or_else(|| panic!("xdotool {arguments:?} failed"))
    }

    /// Drags a file with the mouse from another program onto the window with this title.
    ///
    /// # Panics
    /// Where there is no such window.
    pub fn drag_file_to(&self, file: &Path, title: &str) {
        let program = places::root().join("tests/programs/drag_source.py");
        let mut command = self.home.command("/usr/bin/python3");
        command
            .args([&program, file])
            .env("DISPLAY", &self.name)
            .env("GDK_BACKEND", "x11");
        let mut source = Process::start("drag_source.py", &mut command);
        let source_window = self.wait_for_window("^drag source$");
        let target = self.wait_for_window(title);
        self.xdotool(&["windowmove", "--sync", &source_window, "2200", "800"]);
        self.xdotool(&["windowraise", &source_window]);
        let pointer = ["mousemove", "--sync", "--window"];
        let to = |window: &str, x: &str, y: &str| {
            self.xdotool(&[&pointer[..], &[window, x, y]].concat());
        };
        to(&source_window, "60", "45");
        self.xdotool(&["mousedown", "1"]);
        // Both are told of only while the pointer moves.
        for (window, state, (x, y)) in [
            (&source_window, "dragging", (10, 40)),
            (&target, "accepted", (300, 300)),
        ] {
            let mut step = 0;
            wait::until(&format!("the file is {state}"), || {
                step = (step + 1) % 100;
                to(window, &(x + step).to_string(), &y.to_string());
                let said = |line: &str| (line == state).then_some(());
                source.output().wait_for(0, Duration::ZERO, said)
            });
        }
        self.xdotool(&["mouseup", "1"]);
        assert!(source.wait().success(), "{}", source.report());
    }

    /// Puts a picture on the clipboard, where it is until the program that it gives has ended.
    ///
    /// # Panics
    /// Where that program does not start.
    pub fn copy_picture(&self, file: &Path) -> Process {
        let program = places::root().join("tests/programs/clipboard.py");
        let mut command = self.home.command("/usr/bin/python3");
        command
            .args([&program, file])
            .env("DISPLAY", &self.name)
            .env("GDK_BACKEND", "x11");
        let holder = Process::start("clipboard.py", &mut command);
        let copied = |line: &str| (line == "copied").then_some(());
        let there = holder.output().wait_for(0, wait::patience(), copied);
        assert!(there.is_some(), "{}", holder.report());
        holder
    }

    /// Waits until there is a window with this title, and gives its id.
    ///
    /// # Panics
    /// Where none comes.
    pub fn wait_for_window(&self, title: &str) -> String {
        wait::until(&format!("a window titled {title}"), || {
            self.reachable_windows(title).into_iter().next()
        })
    }

    /// Closes the window with this id as the keys of the window manager do.
    ///
    /// # Panics
    /// Where there is no such window.
    pub fn close_window(&self, window: &str) {
        self.xdotool(&["windowactivate", "--sync", window]);
        self.xdotool(&["key", "--clearmodifiers", "alt+F4"]);
    }

    /// Waits until there is no window with this title.
    ///
    /// # Panics
    /// Where one stays.
    pub fn wait_until_gone(&self, title: &str) {
        wait::until(&format!("no window titled {title}"), || {
            self.windows_titled(title).is_empty().then_some(())
        });
    }

    /// Puts all windows of the app beside each other.
    pub fn put_side_by_side(&self) {
        for (index, window) in self.reachable_windows(OWN_TITLE).iter().enumerate() {
            let left = (index * 1160 + 10).to_string();
            self.xdotool(&["windowmove", "--sync", window, &left, "30"]);
        }
    }

    /// Writes a picture of the whole screen, once it stands still.
    ///
    /// # Panics
    /// Where it cannot be taken or keeps changing.
    pub fn picture(&self, file: &Path) {
        let mut before = Vec::new();
        wait::until("the screen stands still", || {
            let now = self.pixels();
            let still = now == before;
            before = now;
            still.then_some(())
        });
        let mut command = Command::new(places::required("convert", "imagemagick"));
        command.args(["-depth", "8", "ppm:-"]).arg(file);
        let mut convert = Process::start("convert", &mut command);
        convert.write_bytes_and_close(&before);
        assert!(convert.wait().success(), "no picture of the screen");
    }

    fn pixels(&self) -> Vec<u8> {
        let mut command = self.command("import", "imagemagick");
        let output = command.args(["-window", "root", "ppm:-"]).output();
        output.expect("import can be started").stdout
    }

    fn command(&self, program: &str, package: &str) -> Command {
        let mut command = Command::new(places::required(program, package));
        command.env("DISPLAY", &self.name);
        command
    }
}

/// A server on the first display that it finds free, and the number of that.
fn start_server(home: &Home) -> Option<(Process, u32)> {
    let mut command = home.command(places::required("Xvfb", "xvfb"));
    command.args(["-displayfd", "1", "-screen", "0", SCREEN]);
    command.args(["-nolisten", "tcp", "-noreset", "-dpi", "96"]);
    let server = Process::start("Xvfb", &mut command);
    let number = |line: &str| line.trim().parse().ok();
    let (_, number) = server.output().wait_for(0, wait::patience(), number)?;
    Some((server, number))
}

fn run(mut command: Command, arguments: &[&str]) -> Option<String> {
    let output = command.args(arguments).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
