//! Two people meet by a code on a screen: the picture of the one window is read by the other.

use std::fs;

use sotto_engine::code;
use sotto_tests::desktop::{Display, Window};
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;

use crate::seat::{Seat, choose_until_relay, send};

/// Goes through the first start up to the fifth screen, without choosing a way there.
fn start(window: &Window, name: &str, relay: &str) {
    choose_until_relay(window, name, relay);
    window.wait_for("onboarding-step-contact");
}

#[test]
fn a_code_on_the_screen_makes_two_people_contacts_and_verifies_at_the_inviter() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (ada, bo) = (Seat::new(&display, "ada"), Seat::new(&display, "bo"));
    let (ada_window, bo_window) = (ada.open(), bo.open());

    // Ada's code is on her screen; whoever sees the screen can read it.
    start(&ada_window, "Ada Adler", &relay.url());
    ada_window.wait_for("invite-code");
    ada_window.settle();
    let picture = ada_window.picture("invite-on-the-screen");
    let link = code::read_picture(&fs::read(picture).unwrap()).expect("a code is on the screen");
    assert!(link.starts_with("sotto:add#"), "{link}");

    // Bo pastes what he read, sees whose it is, and adds her.
    start(&bo_window, "Bo Berg", &relay.url());
    bo_window.click("add-way-link");
    bo_window.paste_into("link-field", &link);
    bo_window.click("link-continue");
    bo_window.wait_for("link-confirm");
    bo_window.picture("link-confirm");
    bo_window.click("onboarding-add");
    bo_window.wait_for("add-contact-result");
    bo_window.click("onboarding-done");
    bo_window.wait_for("main-window");

    // Both have each other, by the names that they chose; Ada's window says that he is verified,
    // because the code was only ever on her screen.
    ada_window.wait_for("invite-used");
    ada_window.click("onboarding-done");
    ada_window.wait_for("main-window");
    ada_window.click_containing("chat-row", "Bo Berg");
    ada_window.wait_for_text("chat-header", "Verified");
    ada_window.wait_for_text("chat-header", "Post-quantum");
    bo_window.click_containing("chat-row", "Ada Adler");
    bo_window.wait_for_text("chat-header", "Post-quantum");
    // He only knows of a link.
    bo_window.wait_for_text("chat-header", "Not verified");

    send(&bo_window, "By your code");
    ada_window.wait_for_text("message", "By your code");
    wait::until("it is delivered", || {
        let state = "return [...document.querySelectorAll('[data-testid=message]')]
            .filter((row) => row.innerText.includes('By your code')).at(-1)?.dataset.state";
        (bo_window.script(state, &[]) == "delivered").then_some(())
    });
    for (window, name) in [(&ada_window, "ada"), (&bo_window, "bo")] {
        window.settle();
        window.picture(&format!("met-by-a-code-{name}"));
    }
}
