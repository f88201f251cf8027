//! How long the app takes from its start to a window that can be used, with a long past.
//!
//! `bench_start [STARTS] [CHATS] [MESSAGES]`, usually 10, 200 and 100,000. `SOTTO_APP` names the
//! app (a release build for figures that count), `SOTTO_START_LIMIT_MS` makes a slower median an
//! error. `SOTTO_EMPTY_WINDOW` names a program whose window holds one word (the app's example
//! `empty_window`): it is started in turn with the app, so that both meet the same machine. Linux
//! only: it needs a display and a keyring of its own.

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
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

    use sotto_tests::bench::{self, prepare, ready};
    use sotto_tests::desktop::{Display, Keyring, Window};
    use sotto_tests::env_number;
    use sotto_tests::home::Home;
    use sotto_tests::relay::SottoRelay;

    pub(super) fn run() {
        if let Some(words) = bench::words() {
            measure(&words);
        }
    }

    fn measure(words: &[String]) {
        let [starts, chats, messages] = bench::numbers(words, [10, 200, 100_000]);
        let (display, home, relay) = (Display::start(), Home::new(), SottoRelay::start());
        let keyring = Keyring::start(&home);
        prepare(&home, &keyring, &relay.url(), chats, messages);
        let empty_window = env::var_os("SOTTO_EMPTY_WINDOW").map(PathBuf::from);
        let (mut times, mut empty_times) = (Vec::new(), Vec::new());
        for _ in 0..starts {
            if let Some(program) = &empty_window {
                empty_times.push(start_empty(program, &home, &keyring, &display));
            }
            times.push(start(&home, &keyring, &display));
        }
        if !empty_times.is_empty() {
            tell("start to an empty window", &mut empty_times);
        }
        let median = tell("start to usable window", &mut times);
        let limit = u128::from(env_number("SOTTO_START_LIMIT_MS", u64::MAX));
        assert!(median <= limit, "the limit is {limit} ms");
    }

    /// Prints the median with the fastest and the slowest; gives the median, ms.
    fn tell(what: &str, times: &mut [Duration]) -> u128 {
        times.sort();
        let ms = |time: Duration| time.as_millis();
        let median = ms(times[times.len() / 2]);
        let (fastest, slowest) = (ms(times[0]), ms(times[times.len() - 1]));
        println!(
            "{what}: median {median} ms, {fastest} to {slowest} ms, {} starts",
            times.len()
        );
        median
    }

    /// One start: until the chats are drawn and take a click; opening one is told beside it.
    fn start(home: &Home, keyring: &Keyring, display: &Display) -> Duration {
        let driver = ready(home, keyring, display);
        let (began, began_wall) = (Instant::now(), SystemTime::now());
        let window = driver.open("start", &[]);
        window.wait_for("chat-row");
        window.settle();
        let took = began.elapsed();
        let of_it = stages(&window, began_wall);
        // What was drawn can be used.
        window.click("chat-row");
        window.wait_for("composer");
        window.wait_for("message");
        let usable = began.elapsed();
        println!(
            "  {} ms to the chats, {} ms with a chat opened; {of_it}",
            took.as_millis(),
            usable.as_millis()
        );
        window.close();
        took
    }

    /// When the page's own clock says that it got how far, from the start of the program.
    fn stages(window: &Window, began: SystemTime) -> String {
        let times = window.script(
            "const [page] = performance.getEntriesByType('navigation');
             const files = performance.getEntriesByType('resource').map((f) => f.responseEnd);
             const paints = performance.getEntriesByType('paint').map((p) => p.startTime);
             return [performance.timeOrigin, page.responseEnd, Math.max(...files, 0),
                     page.domContentLoadedEventEnd, Math.min(...paints)];",
            &[],
        );
        let times: Vec<f64> = times
            .as_array()
            .into_iter()
            .flatten()
            .map(|time| time.as_f64().unwrap_or(f64::NAN))
            .collect();
        let [origin, document, files, ready, paint] = times[..] else {
            return format!("{times:?}");
        };
        let wall = began.duration_since(UNIX_EPOCH).expect("a clock");
        let page = origin - wall.as_secs_f64() * 1_000.0;
        format!(
            "page begins at {page:.0} ms, document {:.0}, files {:.0}, ready {:.0}, first paint {:.0}",
            page + document,
            page + files,
            page + ready,
            page + paint
        )
    }

    /// One start of a window that holds one word.
    fn start_empty(program: &Path, home: &Home, keyring: &Keyring, display: &Display) -> Duration {
        let driver = ready(home, keyring, display);
        let (began, began_wall) = (Instant::now(), SystemTime::now());
        let window = driver.open_program(program, "empty", &[]);
        window.wait_for("empty");
        window.settle();
        let took = began.elapsed();
        let of_it = stages(&window, began_wall);
        println!("  {} ms to an empty window; {of_it}", took.as_millis());
        window.close();
        took
    }
}
