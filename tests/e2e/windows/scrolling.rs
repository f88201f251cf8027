//! The wheel in a long history: what the person turns is what the list moves, pages of older
//! messages come in meanwhile.

use std::process::Command;
use std::time::Duration;

use sotto_tests::desktop::{Display, Window};
use sotto_tests::process::Process;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;

use crate::seat::Seat;

const CLICKS: u32 = 60;

/// The app with one chat of so many messages, open.
fn with_history<'a>(display: &'a Display, relay: &SottoRelay, messages: u32) -> (Seat<'a>, Window) {
    let seat = Seat::new(display, "Ada");
    let mut command: Command = seat.home.command(env!("CARGO_BIN_EXE_prepare_profile"));
    command
        .arg(seat.profile())
        .args([&relay.url(), "1", &messages.to_string()])
        .env("DBUS_SESSION_BUS_ADDRESS", seat.keyring.bus_address());
    let mut prepare = Process::start("prepare_profile", &mut command);
    assert!(
        prepare.wait_within(Duration::from_mins(5)).success(),
        "{}",
        prepare.report()
    );
    let window = seat.open();
    window.click("chat-row");
    window.wait_for("message");
    window.settle();
    // A chat begins at its first unread message; what was measured begins at the newest one.
    if window.is_shown("jump-newest") {
        window.click("jump-newest");
        window.wait_until_gone("jump-newest");
    }
    (seat, window)
}

/// Turns the wheel with the pointer over the middle of the page, as a person does.
fn turn_wheel(display: &Display, button: &str) {
    let window = &display.windows_titled("^Sotto")[0];
    display.xdotool(&["mousemove", "--window", window, "700", "350"]);
    display.xdotool(&[
        "click",
        "--repeat",
        &CLICKS.to_string(),
        "--delay",
        "16",
        button,
    ]);
}

/// Waits until a number that a script gives has not changed for several frames, and gives it.
fn settled(window: &Window, script: &str) -> f64 {
    let mut before = f64::NAN;
    let mut still = 0;
    wait::until("the scrolling comes to rest", || {
        window.settle();
        let now = window.script(script, &[]).as_f64()?;
        still = if (now - before).abs() < 0.5 {
            still + 1
        } else {
            0
        };
        before = now;
        (still >= 8).then_some(now)
    })
}

/// How far a plain page moves, px.
fn plain_travel(window: &Window, display: &Display) -> f64 {
    let cover = "const cover = document.createElement('div');
        cover.id = 'plain';
        cover.style.cssText = 'position:fixed;inset:0;overflow-y:scroll;background:white;z-index:9999';
        const long = document.createElement('div');
        long.style.height = '20000px';
        cover.append(long);
        document.body.append(cover);
        cover.scrollTop = 19000;
        return cover.scrollTop";
    let start = window.script(cover, &[]).as_f64().unwrap();
    turn_wheel(display, "4");
    let end = settled(window, "return document.getElementById('plain').scrollTop");
    window.script("document.getElementById('plain').remove()", &[]);
    start - end
}

#[test]
fn the_list_keeps_the_travel_of_the_wheel_while_older_pages_come_in() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = with_history(&display, &relay, 3_000);
    window.settle();
    let plain = plain_travel(&window, &display);
    assert!(plain > 1_000.0, "the wheel turns: {plain} px");

    // A message in sight at first: how far it has gone down is how far the list moved.
    let anchor = "window.anchor ??= [...document.querySelectorAll('[data-testid=message]')]
            .find((row) => row.getBoundingClientRect().top > 150);
        return window.anchor.isConnected ? window.anchor.getBoundingClientRect().top : null";
    let rows = "return document.querySelectorAll('[data-testid=message]').length";
    let before = settled(&window, anchor);
    let rows_before = window.script(rows, &[]).as_u64().unwrap();
    turn_wheel(&display, "4");
    let moved = settled(&window, anchor) - before;
    let rows_after = window.script(rows, &[]).as_u64().unwrap();
    println!(
        "{CLICKS} clicks: a plain page moves {plain} px, the list {moved} px ({rows_before} rows, then {rows_after})"
    );
    assert!(
        rows_after > rows_before,
        "older pages came in: {rows_before} rows, then {rows_after}"
    );
    assert!(
        moved >= 0.97 * plain,
        "the list moved {moved} px of {plain}"
    );
    assert!(
        moved <= 1.03 * plain,
        "the list moved {moved} px of {plain}"
    );
    window.picture("history-after-wheel");
    window.click("jump-newest");
    wait::until("the newest is in sight", || {
        let top = window.script("return [...document.querySelectorAll('[data-testid=message]')].at(-1).getBoundingClientRect().top", &[]);
        (top.as_f64()? < 760.0).then_some(())
    });
}
