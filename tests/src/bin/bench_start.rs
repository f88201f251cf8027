//! How long the app takes from its start to a window that can be used, with a long past.
//!
//! `bench_start [STARTS] [CHATS] [MESSAGES]`, usually 10, 200 and 100,000. `SOTTO_APP` names the
//! app (a release build for figures that count), `SOTTO_START_LIMIT_MS` makes a slower median an
//! error. Linux only: it needs a display and a keyring of its own.

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
    panic!("the start is measured on Linux only");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::time::{Duration, Instant};

    use sotto_tests::desktop::{Display, Keyring, Window};
    use sotto_tests::env_number;
    use sotto_tests::history::make_profile_as_told;
    use sotto_tests::home::Home;
    use sotto_tests::process::Process;
    use sotto_tests::relay::SottoRelay;

    /// The word that makes this program prepare the profile, in the session of its keyring.
    const PREPARE: &str = "prepare";

    pub(super) fn run() {
        let words: Vec<String> = env::args().skip(1).collect();
        match words.split_first() {
            Some((first, rest)) if first == PREPARE => make_profile_as_told(rest),
            _ => measure(&words),
        }
    }

    fn measure(words: &[String]) {
        let numbers: Vec<usize> = words
            .iter()
            .map(|word| word.parse().expect("a number"))
            .collect();
        let number = |index: usize, usual: usize| numbers.get(index).copied().unwrap_or(usual);
        let (starts, chats, messages) = (number(0, 10), number(1, 200), number(2, 100_000));
        let (display, home, relay) = (Display::start(), Home::new(), SottoRelay::start());
        let keyring = Keyring::start(&home);
        let began = Instant::now();
        prepare(&home, &keyring, &relay.url(), chats, messages);
        println!(
            "profile: {chats} conversations, {messages} messages, made in {:.1} s",
            began.elapsed().as_secs_f64()
        );
        let mut times: Vec<Duration> = (0..starts)
            .map(|_| start(&home, &keyring, &display))
            .collect();
        times.sort();
        let ms = |time: Duration| time.as_millis();
        let median = ms(times[times.len() / 2]);
        println!(
            "start to usable window: median {median} ms, {} to {} ms, {starts} starts",
            ms(times[0]),
            ms(times[times.len() - 1])
        );
        let limit = u128::from(env_number("SOTTO_START_LIMIT_MS", u64::MAX));
        assert!(median <= limit, "the limit is {limit} ms");
    }

    fn prepare(home: &Home, keyring: &Keyring, relay: &str, chats: usize, messages: usize) {
        let own = env::current_exe().expect("this program has a path");
        let mut command = home.command(own);
        command
            .arg(PREPARE)
            .arg(home.profile())
            .args([relay, &chats.to_string(), &messages.to_string()])
            .env("DBUS_SESSION_BUS_ADDRESS", keyring.bus_address());
        let mut process = Process::start("prepare", &mut command);
        let status = process.wait_within(Duration::from_mins(30));
        assert!(status.success(), "{}", process.report());
    }

    /// One start: until the chats are drawn and take a click; opening one is told beside it.
    fn start(home: &Home, keyring: &Keyring, display: &Display) -> Duration {
        let variables = [
            ("DISPLAY", display.name()),
            ("GDK_BACKEND", "x11"),
            ("DBUS_SESSION_BUS_ADDRESS", keyring.bus_address()),
        ];
        let driver = Window::driver(home, &variables);
        let began = Instant::now();
        let window = driver.open("start", &[]);
        window.wait_for("chat-row");
        window.settle();
        let took = began.elapsed();
        // What was drawn can be used.
        window.click("chat-row");
        window.wait_for("composer");
        window.wait_for("message");
        let usable = began.elapsed();
        println!(
            "  {} ms to the chats, {} ms with a chat opened",
            took.as_millis(),
            usable.as_millis()
        );
        window.close();
        took
    }
}
