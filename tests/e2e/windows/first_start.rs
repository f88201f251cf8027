//! From the first start to a talk, a restart, and a relay that dies.

use super::seat::{Seat, choose_all, choose_relay, fill_contact, send};
use sotto_tests::desktop::{Display, Window};
use sotto_tests::places;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;

/// Waits until the last message of the open chat that says this is in that state.
fn wait_for_state(window: &Window, text: &str, state: &str) {
    wait::until(&format!("{text:?} is {state}"), || {
        let script = "return [...document.querySelectorAll('[data-testid=message]')]
            .filter((row) => row.innerText.includes(arguments[0])).at(-1)?.dataset.state ?? ''";
        (window.script(script, &[text.into()]) == state).then_some(())
    });
}

fn messages(window: &Window) -> Vec<String> {
    let shown = window.texts("message");
    shown
        .iter()
        .map(|text| text.lines().next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn two_people_start_add_each_other_talk_restart_and_lose_nothing() {
    let display = Display::start();
    let mut relay = SottoRelay::start();
    let (ada, bo) = (Seat::new(&display, "ada"), Seat::new(&display, "bo"));

    // The first start of both, by clicks, up to each other's id and key.
    let (ada_window, bo_window) = (ada.open(), bo.open());
    display.put_side_by_side();
    let (ada_id, ada_key) = choose_all(&ada_window, "Ada", &relay.url());
    let (bo_id, bo_key) = choose_all(&bo_window, "Bo", &relay.url());
    fill_contact(&ada_window, &bo_id, &bo_key, "Bo Berg");
    ada_window.click("onboarding-add");
    ada_window.wait_for("add-contact-result");
    ada_window.click("onboarding-done");
    fill_contact(&bo_window, &ada_id, &ada_key, "Ada Adler");
    bo_window.click("onboarding-add");
    bo_window.click("onboarding-done");
    for (window, name) in [(&ada_window, "Bo Berg"), (&bo_window, "Ada Adler")] {
        window.wait_for("main-window");
        window.click_containing("chat-row", name);
        window.wait_for("composer");
    }

    // A talk both ways.
    send(&ada_window, "Hello Bo, does this reach you?");
    bo_window.wait_for_text("message", "Hello Bo, does this reach you?");
    send(&bo_window, "It does. 👋🏽 سلام");
    ada_window.wait_for_text("message", "It does. 👋🏽 سلام");
    wait_for_state(&ada_window, "Hello Bo", "delivered");
    for window in [&ada_window, &bo_window] {
        // A caret that blinks never stands still.
        window.script("document.activeElement?.blur()", &[]);
        window.settle();
    }
    display.picture(&places::artifacts().join("two-windows-talking.png"));

    // The relay dies: what is written meanwhile waits, and goes out by itself.
    relay.kill();
    send(&ada_window, "Written while the relay was dead");
    wait_for_state(&ada_window, "Written while", "queued");
    relay.revive();
    bo_window.wait_for_text("message", "Written while the relay was dead");
    wait_for_state(&ada_window, "Written while", "delivered");

    // A restart keeps the history on both sides, an orderly one and one after a kill.
    let before = (messages(&ada_window), messages(&bo_window));
    ada_window.close();
    bo_window.kill();
    let (ada_window, bo_window) = (ada.open(), bo.open());
    for (window, name) in [(&ada_window, "Bo Berg"), (&bo_window, "Ada Adler")] {
        // The chat of the last time is open.
        window.wait_for_text("chat-header", name);
    }
    wait::until("both histories are back", || {
        ((messages(&ada_window), messages(&bo_window)) == before).then_some(())
    });
    send(&bo_window, "And after the restart?");
    ada_window.wait_for_text("message", "And after the restart?");
}

#[test]
fn without_a_keychain_a_passphrase_is_offered_and_asked_for_at_the_next_start() {
    let display = Display::start();
    let relay = SottoRelay::start();
    let ada = Seat::without_keyring(&display, "ada");
    let window = ada.open();
    window.click("onboarding-continue");
    window.type_into("onboarding-name", "Ada");
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-keys");
    assert!(
        !window.is_shown("onboarding-continue"),
        "there is nowhere to keep keys yet"
    );
    window.picture("onboarding-keys-missing");
    window.click("onboarding-passphrase-toggle");
    window.type_into("onboarding-passphrase", "a heron in the reeds");
    window.type_into("onboarding-passphrase-again", "a heron in the reeds");
    window.click("onboarding-continue");
    choose_relay(&window, &relay.url());
    window.click("onboarding-later");
    window.wait_for("main-window");
    window.close();

    let window = ada.open();
    window.wait_for("passphrase-screen");
    window.picture("passphrase");
    window.type_into("passphrase-field", "not the heron");
    window.click("passphrase-open");
    window.wait_for_text("passphrase-screen", "That is not the passphrase.");
    wait::until("another try is allowed", || {
        window.is_enabled("passphrase-field").then_some(())
    });
    window.clear("passphrase-field");
    window.type_into("passphrase-field", "a heron in the reeds");
    wait::until("the button can be pressed again", || {
        window.is_enabled("passphrase-open").then_some(())
    });
    window.click("passphrase-open");
    window.wait_for("main-window");
}
