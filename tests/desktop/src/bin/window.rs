//! Shows that a program brings up its window, and how long that takes: `window --help`.
//!
//! The program is started as a person would start it, on a desktop in memory; a driver only takes
//! hold of its page. `cargo xtask window` calls it: the CI with the first command of the README, and
//! xtask itself with what was installed from a package. Linux only.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a program for tests fails by panicking"
)]

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    panic!("windows are looked at on Linux only");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::net::{Ipv4Addr, TcpStream};
    use std::process::{Command, ExitCode};
    use std::thread;
    use std::time::{Duration, Instant};

    use sotto_desktop::home::Home;
    use sotto_desktop::process::Process;
    use sotto_desktop::{Display, Keyring, ONE_LAYER, Window, free_port, wait};

    const HELP: &str = "\
window [OPTIONS] -- PROGRAM [ARGS]

  --title TEXT       what the window's title has to contain (Sotto)
  --within SECONDS   how long it may take (60)
  --picture NAME     keep a picture of the window as NAME.png among the artifacts
";

    /// How long a program may take to end when it is asked to.
    const GOODBYE: Duration = Duration::from_secs(10);

    /// Pause between two looks at a program that ends.
    const GLANCE: Duration = Duration::from_millis(20);

    /// What a person sees once there is something to press; before that, while the app is still
    /// starting, nothing.
    const SEEN: &str = "return document.querySelector('button:enabled') && document.body.innerText";

    /// What to wait for.
    #[derive(Debug, PartialEq, Eq)]
    struct Expectation {
        /// What the title has to contain.
        title: String,
        /// How long the window may take to come up.
        within: Duration,
        /// What the picture of the window is called.
        picture: Option<String>,
    }

    pub(super) fn main() -> ExitCode {
        let words: Vec<String> = env::args().skip(1).collect();
        if words.iter().any(|word| word == "--help") {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        match options(&words) {
            Ok((expectation, [program, arguments @ ..])) => {
                appears(Command::new(program).args(arguments), &expectation);
                ExitCode::SUCCESS
            }
            Ok((_, [])) => refused("no program was named"),
            Err(reason) => refused(&reason),
        }
    }

    fn refused(reason: &str) -> ExitCode {
        eprintln!("{reason}\n\n{HELP}");
        ExitCode::FAILURE
    }

    /// `[OPTIONS] -- PROGRAM [ARGS]`, or why not.
    fn options(words: &[String]) -> Result<(Expectation, &[String]), String> {
        let mut expectation = Expectation {
            title: "Sotto".to_owned(),
            within: Duration::from_mins(1),
            picture: None,
        };
        let mut rest = words;
        while let Some((option, after)) = rest.split_first() {
            if option == "--" {
                return Ok((expectation, after));
            }
            let Some((value, after)) = after.split_first() else {
                return Err(format!("`{option}` needs a value"));
            };
            match option.as_str() {
                "--title" => expectation.title.clone_from(value),
                "--picture" => expectation.picture = Some(value.clone()),
                "--within" => expectation.within = seconds(value)?,
                _ => return Err(format!("unknown option `{option}`")),
            }
            rest = after;
        }
        Ok((expectation, rest))
    }

    fn seconds(text: &str) -> Result<Duration, String> {
        let seconds = text.parse();
        seconds
            .map(Duration::from_secs)
            .map_err(|_| format!("`{text}` is no number of seconds"))
    }

    /// Starts the program, waits until a driver sees its title and a text, and ends it.
    fn appears(command: &mut Command, expectation: &Expectation) {
        let (display, home) = (Display::start(), Home::new());
        let keyring = Keyring::start(&home);
        let inspector = free_port();
        command
            .env_remove("WAYLAND_DISPLAY")
            .envs(home.desktop_folders())
            .env("DISPLAY", display.name())
            .env("DBUS_SESSION_BUS_ADDRESS", keyring.bus_address())
            .env("GDK_BACKEND", "x11")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // Of a page drawn as one in which nothing moves the driver never brings a picture.
            .env(ONE_LAYER, "0")
            .env(
                "WEBKIT_INSPECTOR_SERVER",
                format!("{}:{inspector}", Ipv4Addr::LOCALHOST),
            );
        let start = Instant::now();
        let mut program = Process::start_in_view("the program", command);
        let window = wait::until_within(expectation.within, "a window comes up", || {
            assert!(program.is_running(), "it ended before its window was there");
            TcpStream::connect((Ipv4Addr::LOCALHOST, inspector)).ok()?;
            Window::attach("the program", inspector).ok()
        });
        let (title, text) = until_seen(&window, &mut program, start, expectation);
        let seconds = start.elapsed().as_secs_f64();
        println!("    the window \"{title}\" answers after {seconds:.1} s; it shows:");
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            println!("    | {line}");
        }
        if let Some(name) = &expectation.picture {
            println!("    picture: {}", window.picture(name).display());
        }
        drop(window);
        end(&mut program);
    }

    /// The title and the text of the window once they are what is expected.
    fn until_seen(
        window: &Window,
        program: &mut Process,
        start: Instant,
        expectation: &Expectation,
    ) -> (String, String) {
        let left = expectation.within.saturating_sub(start.elapsed());
        let what = format!("a text below the title {}", expectation.title);
        wait::until_within(left, &what, || {
            assert!(program.is_running(), "it ended before its window was there");
            let title = window.title();
            let text = window.script(SEEN, &[]);
            let text = text.as_str().unwrap_or_default().to_owned();
            let is_there = title.contains(&expectation.title) && !text.trim().is_empty();
            is_there.then_some((title, text))
        })
    }

    /// Asks the program and all that it started to end.
    fn end(program: &mut Process) {
        program.terminate();
        let start = Instant::now();
        while program.is_running() {
            if start.elapsed() > GOODBYE {
                println!("    it did not end within {GOODBYE:?} and is killed");
                program.kill();
            }
            thread::park_timeout(GLANCE);
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn options_end_at_the_dashes() {
            let words: Vec<String> = [
                "--title", "Alice", "--within", "5", "--", "sotto", "--title",
            ]
            .map(str::to_owned)
            .to_vec();
            let (expectation, program) = options(&words).unwrap();
            assert_eq!(expectation.title, "Alice");
            assert_eq!(expectation.within, Duration::from_secs(5));
            assert_eq!(program, ["sotto", "--title"]);
            assert!(options(&["--within".to_owned(), "soon".to_owned()]).is_err());
        }
    }
}
