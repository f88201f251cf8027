//! A relay that was away is met again soon while somebody looks.

use super::seat::Seat;
use sotto_tests::desktop::{Display, OWN_TITLE, Window};
use sotto_tests::relay::SottoRelay;
use sotto_tests::{env_number, wait};
use std::thread;
use std::time::{Duration, Instant};

/// Beyond the ten seconds: starting the relay, the connection itself, and a busy machine.
const SLACK: Duration = Duration::from_secs(3);

fn state(window: &Window) -> Option<String> {
    let script = "return document.querySelector('[data-testid=status-strip]')?.dataset.state";
    window.script(script, &[]).as_str().map(ToOwned::to_owned)
}

/// `SOTTO_AWAY_SECS` is how long the relay is away, 25 s unless said: without anybody who looks,
/// the wait is up to 32 s then.
#[test]
fn a_relay_that_was_away_is_back_within_ten_seconds_while_somebody_looks() {
    let away = Duration::from_secs(env_number("SOTTO_AWAY_SECS", 25));
    let display = Display::start();
    let mut relay = SottoRelay::start();
    let (_seat, window) = Seat::settled(&display, "Ada", &relay.url());
    wait::until("connected", || {
        (state(&window)? == "connected").then_some(())
    });
    relay.kill();
    wait::until("the loss is seen", || {
        (state(&window)? != "connected").then_some(())
    });
    // The time that the relay is away is what is tried here.
    thread::sleep(away);
    relay.revive();
    let back = Instant::now();
    wait::until_within(Duration::from_secs(90), "connected again", || {
        (state(&window)? == "connected").then_some(())
    });
    let took = back.elapsed();
    println!("away for {away:?}, back after {took:?}");
    assert!(took <= Duration::from_secs(10) + SLACK, "{took:?}");
}

#[test]
fn a_window_that_comes_back_into_sight_ends_a_long_wait() {
    let display = Display::start();
    let mut relay = SottoRelay::start();
    let (_seat, window) = Seat::settled(&display, "Ada", &relay.url());
    wait::until("connected", || {
        (state(&window)? == "connected").then_some(())
    });
    let own = display.reachable_windows(OWN_TITLE).remove(0);
    display.xdotool(&["windowminimize", "--sync", &own]);
    relay.kill();
    // Nobody looks: the waits grow beyond the ten seconds.
    thread::sleep(Duration::from_secs(env_number("SOTTO_AWAY_SECS", 25)));
    relay.revive();
    display.xdotool(&["windowactivate", "--sync", &own]);
    let back = Instant::now();
    wait::until_within(Duration::from_secs(90), "connected again", || {
        (state(&window)? == "connected").then_some(())
    });
    let took = back.elapsed();
    println!("in sight again, connected after {took:?}");
    assert!(took <= Duration::from_secs(10) + SLACK, "{took:?}");
}
