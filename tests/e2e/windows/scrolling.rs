//! The wheel in a long history: what the person turns is what the list moves, pages of older
//! messages come in meanwhile.

use super::seat::{Seat, send};
use sotto_tests::desktop::{Display, Key, OWN_TITLE, Window};
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;

const CLICKS: u32 = 60;

/// Turns the wheel upward with the pointer over the middle of the page, as a person does.
fn turn_wheel(display: &Display, target: &str) {
    display.xdotool(&["mousemove", "--window", target, "700", "350"]);
    display.xdotool(&[
        "click",
        "--repeat",
        &CLICKS.to_string(),
        "--delay",
        "16",
        "4",
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

#[test]
fn the_first_chat_is_in_sight_and_a_click_just_after_the_wheel_counts() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::with_chats(&display, "Ada", &relay.url(), 200, 400);
    let scrolled = window.script(
        "return document.querySelector('[data-testid=chat-row]').closest('ul').parentElement.scrollTop",
        &[],
    );
    assert_eq!(scrolled.as_f64(), Some(0.0), "the first chat is in sight");
    // What the pointer would meet in the same moment in which the list is told that it moved.
    let met = window.script_async(
        "const done = arguments[arguments.length - 1];
         const list = document.querySelector('[data-testid=chat-row]').closest('ul').parentElement;
         const box = list.getBoundingClientRect();
         let met = [];
         list.addEventListener('scroll', () => {
             const look = () => {
                 const hit = document.elementFromPoint(box.left + 100, box.top + 200);
                 met.push(hit.closest('[data-testid=chat-row]') !== null);
                 if (met.length < 20) requestAnimationFrame(look);
                 else done(met);
             };
             look();
         }, { once: true });
         list.scrollBy(0, 320);",
    );
    let met = met.as_array().expect("what was met").clone();
    assert_eq!(met.len(), 20);
    assert!(met.iter().all(|row| row.as_bool() == Some(true)), "{met:?}");
}

#[test]
fn the_list_keeps_the_travel_of_the_wheel_while_older_pages_come_in() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::with_history(&display, "Ada", &relay.url(), 3_000);
    let target = display.reachable_windows(OWN_TITLE).remove(0);

    // A chat begins at its first unread message: rows come in on both sides of it.
    window.wait_for("unread-line");
    list_travels_as_the_wheel(&window, &display, &target, "the first unread");
    window.picture("history-after-wheel");
    window.click("jump-newest");
    newest_is_in_sight(&window);
    window.wait_until_gone("jump-newest");
    list_travels_as_the_wheel(&window, &display, &target, "the newest");
    window.click("jump-newest");
    newest_is_in_sight(&window);
}

/// Without a graphics card the page is one picture, and its own thread scrolls.
#[test]
fn a_page_that_is_one_picture_takes_the_wheel_keys_and_clicks() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (seat, window) = Seat::with_history(&display, "Ada", &relay.url(), 2_000);
    window.close();
    let window = seat.open_as_it_is();
    window.wait_for("message");
    window.settle();
    let target = display.reachable_windows(OWN_TITLE).remove(0);
    list_travels_as_the_wheel(&window, &display, &target, "the newest");
    window.click("jump-newest");
    newest_is_in_sight(&window);
    send(&window, "drawn at once");
    window.chord(&[Key::Control, Key::Char('k')]);
    window.wait_for("palette");
    window.type_keys("drawn");
    window.wait_for("search-hit");
    window.press(&[Key::Escape]);
    window.wait_until_gone("palette");
}

fn newest_is_in_sight(window: &Window) {
    wait::until("the newest is in sight", || {
        let top = window.script("return [...document.querySelectorAll('[data-testid=message]')].at(-1).getBoundingClientRect().top", &[]);
        (top.as_f64()? < 760.0).then_some(())
    });
}

/// Turns the wheel upward in the list and compares with what the page is told of it.
fn list_travels_as_the_wheel(window: &Window, display: &Display, target: &str, place: &str) {
    // A message in sight at first: how far it has gone down is how far the list moved.
    let choose = "window.anchor = [...document.querySelectorAll('[data-testid=message]')]
            .find((row) => row.getBoundingClientRect().top > 150)";
    let anchor =
        "return window.anchor.isConnected ? window.anchor.getBoundingClientRect().top : null";
    let rows = "return document.querySelectorAll('[data-testid=message]').length";
    let listen = "if (window.turned === undefined) {
            addEventListener('wheel', (turn) => { window.turned -= turn.deltaY },
                { capture: true, passive: true });
        }
        window.turned = 0";
    settled(window, rows);
    window.script(listen, &[]);
    window.script(choose, &[]);
    let before = settled(window, anchor);
    let rows_before = settled(window, rows);
    turn_wheel(display, target);
    let moved = settled(window, anchor) - before;
    let rows_after = settled(window, rows);
    let turned = window.script("return window.turned", &[]).as_f64().unwrap();
    println!(
        "{CLICKS} clicks from {place}: {turned} px, the list moved {moved} px ({rows_before} rows, then {rows_after})"
    );
    assert!(turned > 1_000.0, "the wheel turns: {turned} px");
    assert!(
        rows_after > rows_before,
        "from {place}, older pages came in: {rows_before} rows, then {rows_after}"
    );
    assert!(
        (0.97 * turned..=1.03 * turned).contains(&moved),
        "from {place} the list moved {moved} px of {turned}"
    );
}
