//! What the benchmarks of the window share: a profile with a past, the app on it, and how times are
//! told. Linux only: they need a display and a keyring of their own.

use crate::desktop::{Display, Keyring, Ready, Window};
use crate::history::make_profile_as_told;
use crate::home::Home;
use crate::process::Process;
use std::env;
use std::time::{Duration, Instant};

/// The word that makes a benchmark prepare the profile, in the session of its keyring.
const PREPARE: &str = "prepare";

/// The words of the command line; none if this process was only to prepare a profile, and has.
pub fn words() -> Option<Vec<String>> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.split_first() {
        Some((first, rest)) if first == PREPARE => {
            make_profile_as_told(rest);
            None
        }
        _ => Some(words),
    }
}

/// The numbers of a command line, each with its usual value.
pub fn numbers<const N: usize>(words: &[String], usual: [usize; N]) -> [usize; N] {
    let mut numbers = usual;
    for (number, word) in numbers.iter_mut().zip(words) {
        *number = word.parse().expect("a number");
    }
    numbers
}

/// Makes a profile with so many conversations and messages, and says so.
pub fn prepare(home: &Home, keyring: &Keyring, relay: &str, chats: usize, messages: usize) {
    let began = Instant::now();
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
    println!(
        "profile: {chats} conversations, {messages} messages, made in {:.1} s",
        began.elapsed().as_secs_f64()
    );
}

/// Everything for starting the app.
pub fn ready(home: &Home, keyring: &Keyring, display: &Display) -> Ready {
    let variables = [
        ("DISPLAY", display.name()),
        ("GDK_BACKEND", "x11"),
        ("DBUS_SESSION_BUS_ADDRESS", keyring.bus_address()),
    ];
    Window::driver_as_it_is(home, &variables)
}
