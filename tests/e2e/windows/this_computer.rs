//! Several people on one computer: profiles of one home talk through the relay inside the app, which
//! is what the first start offers.

use super::seat::{Seat, add_contact, deliver, own_id_and_key, send};
use sotto_tests::desktop::{Display, Key, OWN_TITLE, Window};
use sotto_tests::places;
use sotto_tests::process::Process;
use sotto_tests::wait;
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// Goes through the first start and chooses nothing where a choice is made already.
fn settle(window: &Window, name: &str) {
    window.click("onboarding-continue");
    window.type_into("onboarding-name", name);
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-keys");
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-relay");
    let chosen = "return document.querySelector('[data-testid=onboarding-relay-here]').checked";
    assert_eq!(window.script(chosen, &[]), true);
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-contact");
    window.click("onboarding-later");
    window.wait_for("main-window");
}

/// Waits until there are windows with exactly these titles.
fn wait_for_titles(display: &Display, titles: &[&str]) {
    for title in titles {
        let exactly = format!("^{}$", title.replace('(', "\\(").replace(')', "\\)"));
        display.wait_for_window(&exactly);
    }
    assert_eq!(display.reachable_windows(OWN_TITLE).len(), titles.len());
}

#[test]
fn two_profiles_of_one_home_talk_through_the_relay_of_this_computer() {
    let display = Display::start();
    let seat = Seat::new(&display, "Ada and Bo");
    let ada = seat.open();
    settle(&ada, "Ada");
    let bo = seat.open_with(&["--profile", "bo"]);
    settle(&bo, "Bo");
    wait_for_titles(&display, &["Sotto", "Sotto (bo)"]);

    let ((ada_id, ada_key), (bo_id, bo_key)) = (own_id_and_key(&ada), own_id_and_key(&bo));
    add_contact(&ada, &bo_id, &bo_key, "Bo");
    add_contact(&bo, &ada_id, &ada_key, "Ada");
    send(&ada, "Are you on this computer, too?");
    bo.wait_for_text("message", "Are you on this computer, too?");
    for window in [&ada, &bo] {
        window.wait_for_text("chat-header", "Post-quantum");
    }
    deliver(&bo, &ada, "I am");

    // The relay was inside the one that came first; the other one takes over.
    ada.close();
    let ada = seat.open();
    ada.click("chat-row");
    ada.wait_for_text("message", "I am");
    deliver(&ada, &bo, "Back again");
    deliver(&bo, &ada, "Welcome");

    // Taken out of the settings, it can be chosen again.
    bo.click("open-settings");
    bo.click("settings-tab-relays");
    bo.wait_for_text("settings-relay", "This computer");
    bo.click("settings-relay-remove");
    bo.click("confirm");
    bo.wait_until_gone("settings-relay");
    bo.click("settings-relay-add");
    bo.click("add-relay-here");
    bo.picture("add-this-computer");
    bo.click("add-relay-save");
    bo.wait_for_text("settings-relay", "Connected");
    bo.press(&[Key::Escape]);
    bo.wait_until_gone("settings-dialog");
    deliver(&ada, &bo, "Here again?");
    deliver(&bo, &ada, "Here again");
}

/// `cargo xtask demo` at this seat.
fn demo(seat: &Seat<'_>) -> Process {
    let cargo = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let mut command: Command = seat.command(cargo);
    // The tools that build are those of whoever runs the tests.
    let home = env::home_dir().expect("whoever builds has a home");
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let path = env::var_os(name).map_or_else(|| home.join(folder), PathBuf::from);
        command.env(name, path);
    }
    command.args(["xtask", "demo"]).current_dir(places::root());
    Process::start("cargo xtask demo", &mut command)
}

#[test]
fn the_demo_shows_two_windows_of_two_people_who_know_each_other() {
    let display = Display::start();
    let seat = Seat::new(&display, "demo");
    let mut running = demo(&seat);
    wait::until_within(wait::patience() * 4, "two windows", || {
        assert!(running.is_running(), "{}", running.report());
        (display.reachable_windows(OWN_TITLE).len() == 2).then_some(())
    });
    wait_for_titles(&display, &["Sotto (alice)", "Sotto (bob)"]);
    for window in display.reachable_windows(OWN_TITLE) {
        display.close_window(&window);
    }
    assert!(running.wait().success(), "{}", running.report());

    // What the demo made, looked into and used.
    let alice = seat.open_with(&["--profile", "alice"]);
    let bob = seat.open_with(&["--profile", "bob"]);
    alice.click_containing("chat-row", "Bob");
    bob.click_containing("chat-row", "Alice");
    send(&alice, "Hello Bob");
    bob.wait_for_text("message", "Hello Bob");
    for window in [&alice, &bob] {
        window.wait_for_text("chat-header", "Post-quantum");
    }
    deliver(&bob, &alice, "Hello Alice");
}

#[test]
fn the_demo_without_a_keychain_says_what_is_missing() {
    let display = Display::start();
    let seat = Seat::without_keyring(&display, "demo");
    let mut running = demo(&seat);
    let status = running.wait_within(wait::patience() * 4);
    assert!(!status.success(), "{}", running.report());
    let said = running.errors().lines().join("\n");
    assert!(
        said.contains("there is no keychain on this system"),
        "{said}"
    );
    assert!(said.contains("gnome-keyring"), "{said}");
    assert!(!said.contains("Close the windows"), "{said}");
}
