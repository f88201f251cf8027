//! Pictures of every screen in light and dark and at two sizes, each read by axe. The pictures are
//! artifacts of the run, for people to look at.

use sotto_tests::desktop::{Display, Key, Window};
use sotto_tests::foreign::{GuideClient, Library};
use sotto_tests::frames::BoxKeys;
use sotto_tests::relay::SottoRelay;

use crate::seat::{Seat, add_contact, choose_relay, own_id_and_key, send};

const SIZES: [(u32, u32); 2] = [(1120, 760), (640, 560)];

/// Pictures of what is on screen now, in both themes and sizes; collects what axe finds.
fn look(window: &Window, screen: &str, faults: &mut Vec<String>) {
    for (width, height) in SIZES {
        window.resize(width, height);
        for theme in ["light", "dark"] {
            window.script(
                "document.documentElement.dataset.theme = arguments[0]",
                &[theme.into()],
            );
            window.picture(&format!("{screen}-{theme}-{width}x{height}"));
            let sideways = window.script(
                "return document.scrollingElement.scrollWidth > innerWidth",
                &[],
            );
            if sideways == true {
                faults.push(format!(
                    "{screen} {theme} {width}x{height}: scrolls sideways"
                ));
            }
            let found = window.axe().into_iter();
            faults.extend(found.map(|fault| format!("{screen} {theme} {width}x{height}: {fault}")));
        }
    }
    let (width, height) = SIZES[0];
    window.resize(width, height);
}

#[test]
fn every_screen_of_the_first_start_looks_right_to_axe() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let seat = Seat::new(&display, "Ada");
    let window = seat.open();
    let mut faults = Vec::new();
    window.wait_for("onboarding-step-welcome");
    look(&window, "onboarding-1-welcome", &mut faults);
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-name");
    look(&window, "onboarding-2-name", &mut faults);
    window.type_into("onboarding-name", "Ada");
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-keys");
    look(&window, "onboarding-3-keys", &mut faults);
    window.click("onboarding-passphrase-toggle");
    window.wait_for("onboarding-passphrase");
    look(&window, "onboarding-3-passphrase", &mut faults);
    window.click("onboarding-passphrase-toggle");
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-relay");
    look(&window, "onboarding-4-relay", &mut faults);
    choose_relay(&window, &relay.url());
    look(&window, "onboarding-5-contact", &mut faults);
    window.click("onboarding-later");
    window.wait_for("main-window");
    look(&window, "main-empty", &mut faults);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_screen_of_the_main_window_looks_right_to_axe() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::settled(&display, "Ada", &relay.url());
    let (id, _) = own_id_and_key(&window);
    let mut faults = Vec::new();
    a_lively_history(&window, &relay, &id);
    look(&window, "main-chat", &mut faults);
    for (part, key, closes) in [
        ("details", Key::Char('i'), None),
        ("palette", Key::Char('k'), Some(Key::Escape)),
        ("find-bar", Key::Char('f'), Some(Key::Escape)),
    ] {
        window.chord(&[Key::Control, key]);
        window.wait_for(part);
        look(&window, &format!("main-{part}"), &mut faults);
        match closes {
            Some(key) => window.press(&[key]),
            None => window.chord(&[Key::Control, key]),
        }
        window.wait_until_gone(part);
    }
    window.click("add-contact");
    window.wait_for("add-contact-dialog");
    look(&window, "add-contact", &mut faults);
    close_dialog(&window, "add-contact-dialog");
    window.click("open-people");
    window.wait_for("people-dialog");
    look(&window, "people", &mut faults);
    close_dialog(&window, "people-dialog");
    for pane in [
        "profile",
        "relays",
        "privacy",
        "appearance",
        "notifications",
        "keyboard",
        "about",
    ] {
        window.click("open-settings");
        window.wait_for("settings-dialog");
        window.click(&format!("settings-tab-{pane}"));
        look(&window, &format!("settings-{pane}"), &mut faults);
        close_dialog(&window, "settings-dialog");
    }
    window.click("requests-row");
    window.click("request-row");
    window.wait_for("request-detail");
    look(&window, "requests", &mut faults);
    assert!(faults.is_empty(), "{faults:#?}");
}

fn close_dialog(window: &Window, test_id: &str) {
    window.press(&[Key::Escape]);
    window.wait_until_gone(test_id);
}

/// Contacts, texts of several kinds both ways, a request.
fn a_lively_history(window: &Window, relay: &SottoRelay, id: &str) {
    let key = BoxKeys::from_bytes([1; 32]).public_key();
    add_contact(
        window,
        "absent",
        &key,
        "A name of remarkable length, to be cut",
    );
    send(window, "This one has to wait");
    let mut friend = GuideClient::start(Library::PyNacl, &relay.url(), "friend");
    friend.wait_to_see(id);
    add_contact(window, "friend", friend.public_key(), "Mara Lindqvist");
    send(window, "Did you get the survey? https://example.org/survey");
    friend.next_message();
    friend.send(id, "Yes. It is large: it took a while, and then some more, because the station is far out and the line is thin.");
    friend.send(id, "👍🏽");
    window.wait_for_text("message", "👍🏽");
    send(window, "سلام! می‌خواهم با تو حرف بزنم");
    let mut stranger = GuideClient::start(Library::PyNacl, &relay.url(), "stranger");
    stranger.wait_to_see(id);
    stranger.send(id, "Hello, we met at the harbour");
    window.wait_for("requests-row");
}
