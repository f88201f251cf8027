//! How long a key takes in the window: from the press to the frame that shows it, in a chat of ten
//! messages and in one of many, of which as many rows are loaded as the window ever holds; and the
//! palette, from its key to the frame in which it can be typed into, and back.
//!
//! `bench_typing [KEYS] [MESSAGES]`, usually 400 and 100,000. `SOTTO_APP` names the app (a release
//! build for figures that count). `SOTTO_EMPTY_WINDOW` names a program whose window holds one word
//! (the app's example `empty_window`): the same keys are typed into a bare field of it, which is what
//! the webview itself takes here. Linux only: it needs a display and a keyring of its own.

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
    panic!("typing is measured on Linux only");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::path::{Path, PathBuf};
    use std::time::Duration;
    use std::{env, thread};

    use sotto_tests::bench::{self, prepare, ready};
    use sotto_tests::desktop::{Display, Key, Keyring, Window};
    use sotto_tests::home::Home;
    use sotto_tests::relay::SottoRelay;
    use sotto_tests::wait;

    /// A short chat.
    const FEW: usize = 10;
    /// Chats beside which the palette is opened.
    const CHATS: usize = 200;
    /// How often it is.
    const OPENINGS: usize = 40;
    /// A person stops to think after so many keys, long enough for the draft to be saved.
    const RUN: usize = 12;
    const THOUGHT: Duration = Duration::from_millis(400);
    const TEXT: &str = "the quick brown fox jumps over the lazy dog ";

    /// Takes the time from each press to the end of the frame behind it.
    const LISTEN: &str = "window.took = [];
        window.sinceFrame = (began, done) => requestAnimationFrame(() => {
            if (!done()) { window.sinceFrame(began, done); return; }
            const channel = new MessageChannel();
            channel.port1.onmessage = () => window.took.push(performance.now() - began);
            channel.port2.postMessage(null);
        });";

    /// Rows are loaded from above until there are as many as are ever held; then the middle is shown.
    /// The window cuts them a moment after the last scrolling: that timer is left out.
    const LOAD_ROWS: &str = "const done = arguments[arguments.length - 1];
        const later = window.setTimeout;
        window.setTimeout = (act, ms, ...rest) => ms === 160 ? 0 : later(act, ms, ...rest);
        const list = document.querySelector('[data-testid=messages]');
        const count = () => list.querySelectorAll('[data-message]').length;
        const middle = () => {
            list.scrollTop = -(list.scrollHeight - list.clientHeight) / 2;
            requestAnimationFrame(() => done(count()));
        };
        const up = () => {
            const before = count();
            if (before >= 600) { middle(); return; }
            const grown = new MutationObserver(() => {
                if (count() <= before) return;
                grown.disconnect();
                clearTimeout(late);
                up();
            });
            const late = later(() => { grown.disconnect(); middle(); }, 10000);
            grown.observe(list, { childList: true, subtree: true });
            list.scrollTop = -list.scrollHeight;
        };
        up();";

    /// How often it is gone from the short chat to the long one: both are to meet the same machine.
    const ROUNDS: usize = 4;

    pub(super) fn run() {
        let Some(words) = bench::words() else { return };
        let [keys, many] = bench::numbers(&words, [400, 100_000]);
        let (display, relay) = (Display::start(), SottoRelay::start());
        let chats = [Chat::new(&relay, FEW), Chat::new(&relay, many)];
        let empty_window = env::var_os("SOTTO_EMPTY_WINDOW").map(PathBuf::from);
        let (mut times, mut bare) = ([Vec::new(), Vec::new()], Vec::new());
        for _ in 0..ROUNDS {
            if let Some(program) = &empty_window {
                bare.extend(typing_bare(&display, &chats[0], program, keys / ROUNDS));
            }
            for (chat, times) in chats.iter().zip(&mut times) {
                times.extend(typing(&display, chat, keys / ROUNDS));
            }
        }
        if !bare.is_empty() {
            tell("a key, a bare field", bare);
        }
        let [short, long] = times;
        let short = tell(&format!("a key, {FEW} messages"), short);
        let long = tell(&format!("a key, {many} messages"), long);
        println!(
            "long / short: p50 {:.2}, p95 {:.2}",
            long.0 / short.0,
            long.1 / short.1
        );
        palette(&display, &relay);
    }

    /// A profile with one chat.
    struct Chat {
        // Ended before the folders that it uses.
        keyring: Keyring,
        home: Home,
    }

    impl Chat {
        fn new(relay: &SottoRelay, messages: usize) -> Self {
            let home = Home::new();
            let keyring = Keyring::start(&home);
            prepare(&home, &keyring, &relay.url(), 1, messages);
            Self { keyring, home }
        }
    }

    /// Types in the chat; gives the times, ms.
    fn typing(display: &Display, chat: &Chat, keys: usize) -> Vec<f64> {
        let window = ready(&chat.home, &chat.keyring, display).open("typing", &[]);
        window.click("chat-row");
        window.wait_for("message");
        window.settle();
        let rows = window.script_async(LOAD_ROWS);
        window.settle();
        let times = type_into(&window, "[data-testid=composer]", keys);
        println!("  {} keys beside {rows} rows", times.len());
        window.close();
        times
    }

    /// Types into a field with nothing around it; gives the times, ms.
    fn typing_bare(display: &Display, chat: &Chat, program: &Path, keys: usize) -> Vec<f64> {
        let driver = ready(&chat.home, &chat.keyring, display);
        let window = driver.open_program(program, "empty", &[]);
        window.wait_for("empty");
        window.script(
            "document.body.append(document.createElement('textarea'))",
            &[],
        );
        window.settle();
        let times = type_into(&window, "textarea", keys);
        window.close();
        times
    }

    /// Types into a field; gives the times, ms.
    fn type_into(window: &Window, field: &str, keys: usize) -> Vec<f64> {
        window.script(
            &format!(
                "{LISTEN}
                addEventListener('keydown', (event) => {{
                    const began = performance.now();
                    sinceFrame(began, () => true);
                }}, {{ capture: true }});
                document.querySelector('{field}').focus();"
            ),
            &[],
        );
        for (number, character) in TEXT.chars().cycle().take(keys).enumerate() {
            window.press(&[Key::Char(character)]);
            if number % RUN == RUN - 1 {
                thread::sleep(THOUGHT);
            }
        }
        taken(window, keys)
    }

    /// Opens and closes the palette, and finds a message in it.
    fn palette(display: &Display, relay: &SottoRelay) {
        let home = Home::new();
        let keyring = Keyring::start(&home);
        prepare(&home, &keyring, &relay.url(), CHATS, 20 * CHATS);
        let window = ready(&home, &keyring, display).open("palette", &[]);
        window.click("chat-row");
        window.wait_for("message");
        window.settle();
        window.script(
            &format!(
                "{LISTEN}
                window.opens = () => document.activeElement?.dataset.testid === 'palette-field';
                window.closes = () => document.querySelector('[data-testid=palette]') === null;
                window.finds = () => document.querySelector('[data-testid=search-hit]') !== null;
                addEventListener('keydown', (event) => {{
                    const began = performance.now();
                    if (event.key === 'k' && event.ctrlKey) sinceFrame(began, window.opens);
                    if (event.key === 'Escape') sinceFrame(began, window.closes);
                    if (event.key === 'w') sinceFrame(began, window.finds);
                }}, {{ capture: true }});"
            ),
            &[],
        );
        let (mut opening, mut closing, mut finding) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..OPENINGS {
            window.chord(&[Key::Control, Key::Char('k')]);
            opening.extend(taken(&window, 1));
            window.press(&[Key::Char('w')]);
            finding.extend(taken(&window, 1));
            window.press(&[Key::Escape]);
            closing.extend(taken(&window, 1));
            window.settle();
        }
        window.close();
        tell(&format!("the palette opens, {CHATS} chats"), opening);
        tell("from a letter to the first messages", finding);
        tell("the palette closes", closing);
    }

    /// Waits until so many times were taken, and takes them away.
    fn taken(window: &Window, count: usize) -> Vec<f64> {
        wait::until("the frames are drawn", || {
            let times = window.script("return window.took", &[]);
            (times.as_array()?.len() >= count).then_some(())
        });
        let times = window.script(
            "const took = window.took; window.took = []; return took",
            &[],
        );
        let times = times.as_array().into_iter().flatten();
        times.filter_map(serde_json::Value::as_f64).collect()
    }

    /// Prints the median, the p95 and the slowest; gives the first two, ms.
    fn tell(what: &str, mut times: Vec<f64>) -> (f64, f64) {
        times.sort_by(f64::total_cmp);
        let last = times.len() - 1;
        let at = |percent: usize| times[last * percent / 100];
        println!(
            "{what}: p50 {:.1} ms, p95 {:.1} ms, slowest {:.1} ms of {}",
            at(50),
            at(95),
            times[last],
            times.len()
        );
        (at(50), at(95))
    }
}
