//! The whole way with keys alone: first start, a contact, a message, another chat, settings.

use super::seat::Seat;
use sotto_tests::desktop::{Display, Key, Window};
use sotto_tests::frames::BoxKeys;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;

/// Presses Tab until the part with this id has the focus.
fn tab_to(window: &Window, test_id: &str) {
    let mut passed = Vec::new();
    for _ in 0..40 {
        // Keys are taken a moment after the driver has answered, and dialogs place the focus.
        window.settle();
        let focused = window.focused();
        if focused == test_id {
            return;
        }
        passed.push(focused);
        window.press(&[Key::Tab]);
    }
    panic!("Tab never comes to {test_id}; it passed {passed:?}");
}

/// Goes to a part with Tab and presses a key there.
fn tab_and_press(window: &Window, test_id: &str, key: Key) {
    window.wait_for(test_id);
    tab_to(window, test_id);
    window.press(&[key]);
}

/// Goes to a field with Tab and fills it there: long texts as a paste, which is Ctrl+V to a person.
fn tab_and_type(window: &Window, test_id: &str, text: &str) {
    window.wait_for(test_id);
    tab_to(window, test_id);
    window.paste_into(test_id, text);
    assert_eq!(window.focused(), test_id);
}

#[test]
fn everything_can_be_done_with_the_keyboard() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let seat = Seat::new(&display, "Ada");
    let window = seat.open();
    tab_and_press(&window, "onboarding-continue", Key::Enter);
    tab_and_type(&window, "onboarding-name", "Ada");
    window.press(&[Key::Enter]);
    window.wait_for("onboarding-step-keys");
    tab_and_press(&window, "onboarding-continue", Key::Enter);
    window.wait_for("onboarding-step-relay");
    tab_to(&window, "onboarding-relay-here");
    window.press(&[Key::Down]);
    tab_and_type(&window, "relay-address", &relay.url());
    window.press(&[Key::Enter]);
    tab_and_press(&window, "relay-consent", Key::Char(' '));
    tab_and_press(&window, "onboarding-continue", Key::Enter);
    tab_and_press(&window, "onboarding-later", Key::Enter);
    window.wait_for("main-window");

    for (seed, name) in [(1, "Bo"), (2, "Cleo")] {
        window.chord(&[Key::Control, Key::Char('n')]);
        window.wait_for("add-contact-dialog");
        tab_to(&window, "add-way-code");
        window.press(&[Key::Right, Key::Right, Key::Right, Key::Enter]);
        let key = BoxKeys::from_bytes([seed; 32]).public_key();
        tab_and_type(&window, "add-contact-id", &format!("contact-{seed}"));
        tab_and_type(&window, "add-contact-key", &key);
        tab_and_type(&window, "add-contact-name", name);
        window.press(&[Key::Enter]);
        tab_and_press(&window, "add-contact-open", Key::Enter);
        window.wait_for_text("chat-header", name);
    }

    // The composer has the focus when a chat opens.
    wait::until("the composer has the focus", || {
        (window.focused() == "composer").then_some(())
    });
    window.type_keys("typed and sent with Enter");
    window.press(&[Key::Enter]);
    window.wait_for_text("message", "typed and sent with Enter");
    window.chord(&[Key::Alt, Key::Down]);
    window.wait_for_text("chat-header", "Bo");
    window.chord(&[Key::Control, Key::Char('k')]);
    window.wait_for("palette");
    window.type_keys("Cle");
    window.press(&[Key::Enter]);
    window.wait_for_text("chat-header", "Cleo");

    // F6 goes round the panes and comes back.
    wait::until("the composer has the focus", || {
        (window.focused() == "composer").then_some(())
    });
    let mut panes = Vec::new();
    for _ in 0..8 {
        window.press(&[Key::F6]);
        panes.push(window.focused());
    }
    for pane in ["search", "chat-row", "message", "composer"] {
        assert!(
            panes.iter().any(|focused| focused == pane),
            "F6 never comes to {pane}: {panes:?}"
        );
    }

    window.chord(&[Key::Control, Key::Char(',')]);
    window.wait_for("settings-dialog");
    window.press(&[Key::Escape]);
    window.wait_until_gone("settings-dialog");
    window.quit_with(&[Key::Control, Key::Char('q')]);
}
