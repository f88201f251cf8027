//! What the app needs without its window, and how soon the next one is there.
//!
//! `bench_tray [ROUNDS] [CHATS] [MESSAGES]`, usually 5, 200 and 10,000. `SOTTO_APP` names the app,
//! `SOTTO_EMPTY_WINDOW` a program whose window holds one word (the app's example `empty_window`):
//! both are treated alike in turn. Each is started, its window closed and opened again. Memory is the
//! sum of the proportional set sizes (`smaps_rollup`) of all its processes a while after the window
//! went; the next window is there with the first paint of its page. Linux only.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a program for tests fails by panicking"
)]

#[cfg(target_os = "linux")]
fn main() {
    linux::run();
}

#[cfg(not(target_os = "linux"))]
fn main() {
    panic!("memory is measured on Linux only");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::env;
    use std::fs;
    use std::net::{Ipv4Addr, TcpStream};
    use std::path::{Path, PathBuf};
    use std::thread;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use sotto_tests::bench;
    use sotto_tests::desktop::{Display, Keyring, TrayHost, Window, free_port};
    use sotto_tests::home::Home;
    use sotto_tests::places;
    use sotto_tests::process::Process;
    use sotto_tests::relay::SottoRelay;
    use sotto_tests::wait;

    /// How long after its window went a program is left alone before its memory is read: allocators
    /// and web views give some of it back only after a while.
    const REST: Duration = Duration::from_secs(8);

    /// How long wakeups are counted.
    const WATCHED: Duration = Duration::from_secs(10);

    /// What is measured of one program in one round.
    #[derive(Default)]
    struct Figures {
        kib: Vec<u64>,
        next_ms: Vec<u64>,
        wakeups: Vec<u64>,
    }

    struct Desktop {
        display: Display,
        keyring: Keyring,
        home: Home,
    }

    pub(super) fn run() {
        let Some(words) = bench::words() else { return };
        let [rounds, chats, messages] = bench::numbers(&words, [5, 200, 10_000]);
        let (display, home, relay) = (Display::start(), Home::new(), SottoRelay::start());
        let keyring = Keyring::start(&home);
        bench::prepare(&home, &keyring, &relay.url(), chats, messages);
        let desktop = Desktop {
            display,
            keyring,
            home,
        };
        let mut tray = TrayHost::start(&desktop.home, &desktop.keyring);
        let empty = env::var_os("SOTTO_EMPTY_WINDOW").map(PathBuf::from);
        let empty = empty.expect("SOTTO_EMPTY_WINDOW names the program to compare with");
        let (mut of_app, mut of_empty) = (Figures::default(), Figures::default());
        for round in 1..=rounds {
            of_empty.add(&desktop, &empty, &["--stay"], "Empty", |process, open| {
                process.write_line(if open { "open" } else { "close" });
            });
            of_app.add(&desktop, &places::app(), &[], "Sotto", |_, open| {
                tray.choose(if open {
                    "Open Sotto"
                } else {
                    "Hide the window"
                });
            });
            println!("  round {round} of {rounds}");
        }
        for (what, figures) in [("an empty app", &mut of_empty), ("Sotto", &mut of_app)] {
            println!(
                "{what}, window closed: median {:.1} MB, {} wakeups a second; next window after {} ms",
                mb(median(&mut figures.kib)),
                median(&mut figures.wakeups),
                median(&mut figures.next_ms)
            );
        }
        println!(
            "above the empty app: {:.1} MB, {} ms",
            mb(median(&mut of_app.kib)) - mb(median(&mut of_empty.kib)),
            i128::from(median(&mut of_app.next_ms)) - i128::from(median(&mut of_empty.next_ms))
        );
    }

    impl Figures {
        /// One round of one program: started, closed, read, opened again.
        fn add(
            &mut self,
            desktop: &Desktop,
            program: &Path,
            arguments: &[&str],
            title: &str,
            mut turn: impl FnMut(&mut Process, bool),
        ) {
            let inspector = free_port();
            let mut command = desktop.home.command(program);
            command
                .args(arguments)
                .env("DISPLAY", desktop.display.name())
                .env("GDK_BACKEND", "x11")
                .env("DBUS_SESSION_BUS_ADDRESS", desktop.keyring.bus_address())
                .env("TAURI_WEBVIEW_AUTOMATION", "true")
                .env(
                    "WEBKIT_INSPECTOR_SERVER",
                    format!("{}:{inspector}", Ipv4Addr::LOCALHOST),
                );
            let mut process = Process::start(title, &mut command);
            drop(desktop.window(title, inspector));
            turn(&mut process, false);
            wait::until("the window goes", || {
                let gone = desktop.display.windows_titled(title).is_empty();
                gone.then_some(())
            });
            thread::sleep(REST);
            let processes = family(process.id());
            self.kib.push(processes.iter().map(|id| pss_kib(*id)).sum());
            let before: u64 = processes.iter().map(|id| switches(*id)).sum();
            thread::sleep(WATCHED);
            let after: u64 = processes.iter().map(|id| switches(*id)).sum();
            self.wakeups
                .push(after.saturating_sub(before) / WATCHED.as_secs());
            let began = SystemTime::now();
            turn(&mut process, true);
            let window = desktop.window(title, inspector);
            self.next_ms.push(first_paint_ms(&window, began));
            drop(window);
            process.kill();
        }
    }

    impl Desktop {
        /// Waits for the window and takes hold of it.
        fn window(&self, title: &str, inspector: u16) -> Window {
            self.display.wait_for_window(title);
            let window = wait::until("the window can be driven", || {
                TcpStream::connect((Ipv4Addr::LOCALHOST, inspector)).ok()?;
                Window::attach(title, inspector).ok()
            });
            window.hold_page();
            window.settle();
            window
        }
    }

    /// How long after `began` something of the page was drawn, by the page's own clock.
    fn first_paint_ms(window: &Window, began: SystemTime) -> u64 {
        let at = wait::until("the page is drawn", || {
            let script = "const paints = performance.getEntriesByType('paint');
                return paints.length === 0 ? null
                  : performance.timeOrigin + Math.min(...paints.map((one) => one.startTime));";
            window.script(script, &[]).as_f64()
        });
        let began = began.duration_since(UNIX_EPOCH).expect("a clock");
        let took = at - began.as_secs_f64() * 1_000.0;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some hundred ms"
        )]
        let took = took.max(0.0) as u64;
        took
    }

    /// A process with all that it started, and what those started.
    fn family(first: u32) -> Vec<u32> {
        let mut parents = BTreeMap::new();
        for entry in fs::read_dir("/proc")
            .expect("a system with /proc")
            .flatten()
        {
            let name = entry.file_name();
            let id = name.to_str().and_then(|name| name.parse::<u32>().ok());
            let status = fs::read_to_string(entry.path().join("status"));
            if let (Some(id), Ok(status)) = (id, status)
                && let Some(parent) = field(&status, "PPid:")
            {
                parents.insert(id, u32::try_from(parent).unwrap_or_default());
            }
        }
        let mut family = vec![first];
        let mut next = 0;
        while let Some(&parent) = family.get(next) {
            next += 1;
            let children = parents.iter().filter(|(_, of)| **of == parent);
            family.extend(children.map(|(id, _)| *id));
        }
        family
    }

    /// The first number after a name in a file of `/proc`.
    fn field(text: &str, name: &str) -> Option<u64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// The proportional set size; a process that has just ended has none.
    fn pss_kib(id: u32) -> u64 {
        let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup"));
        rollup
            .ok()
            .and_then(|rollup| field(&rollup, "Pss:"))
            .unwrap_or_default()
    }

    /// How often the threads of a process have gone to sleep so far.
    fn switches(id: u32) -> u64 {
        let tasks = fs::read_dir(format!("/proc/{id}/task"));
        let statuses = tasks
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|task| fs::read_to_string(task.path().join("status")).ok());
        statuses
            .filter_map(|status| field(&status, "voluntary_ctxt_switches:"))
            .sum()
    }

    fn median(numbers: &mut [u64]) -> u64 {
        numbers.sort_unstable();
        numbers[numbers.len() / 2]
    }

    #[allow(clippy::cast_precision_loss, reason = "some ten thousand")]
    fn mb(kib: u64) -> f64 {
        kib as f64 * 1024.0 / 1_000_000.0
    }
}
