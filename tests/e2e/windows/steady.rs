//! What can be pressed stays where it is while something arrives that nobody has asked for: a press
//! that was aimed at a button must not meet what moved into its place.

use super::seat::{Seat, choose_until_relay};
use sotto_tests::cli::Person;
use sotto_tests::desktop::{Display, Key, Window};
use sotto_tests::relay::SottoRelay;
use std::collections::BTreeSet;

/// Where a part stood in the layout, CSS pixels, for each frame since it was first drawn.
struct Watch<'a> {
    window: &'a Window,
    test_id: &'static str,
}

impl<'a> Watch<'a> {
    /// Begins to look, also before the part is there.
    fn begin(window: &'a Window, test_id: &'static str) -> Self {
        // The layout alone: that a dialog opens with a movement is no reason to miss it.
        let script = "const [name] = arguments;
            const seen = (window.placesSeen ??= {});
            const places = (seen[name] = []);
            const look = () => {
                if (seen[name] !== places) return;
                let part = document.querySelector(`[data-testid=\"${name}\"]`);
                if (part) {
                    let [x, y] = [0, 0];
                    for (; part; part = part.offsetParent) {
                        x += part.offsetLeft;
                        y += part.offsetTop;
                    }
                    const place = `${x},${y}`;
                    if (places.at(-1) !== place) places.push(place);
                }
                requestAnimationFrame(look);
            };
            look();";
        window.script(script, &[test_id.into()]);
        Self { window, test_id }
    }

    /// Fails if the part has moved so far.
    fn stood_still(&self) {
        self.window.settle();
        let places = self.window.script(
            "return window.placesSeen[arguments[0]]",
            &[self.test_id.into()],
        );
        let places: BTreeSet<String> = serde_json::from_value(places).unwrap();
        assert_eq!(places.len(), 1, "[{}] was at {places:?}", self.test_id);
    }
}

#[test]
fn the_last_screen_of_the_first_start_does_not_move_when_the_code_comes() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let seat = Seat::new(&display, "Ada");
    let window = seat.open();
    let later = Watch::begin(&window, "onboarding-later");
    choose_until_relay(&window, "Ada", &relay.url());
    window.wait_for("invite-code");
    later.stood_still();
}

#[test]
fn buttons_stay_where_they_are_when_something_arrives() {
    let (display, mut relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::settled(&display, "Ada", &relay.url());

    // The code, and whoever uses it.
    let close = Watch::begin(&window, "add-contact-dialog");
    window.click("add-contact");
    window.wait_for("invite-code");
    window.click("invite-copy");
    // The relay of this test is on this computer.
    window.click("confirm");
    window.wait_for_text("invite-proof", "The link left this screen");
    close.stood_still();
    window.press(&[Key::Escape]);
    window.wait_until_gone("add-contact-dialog");

    // People who come and go.
    window.click("open-people");
    window.wait_for("people-dialog");
    let first = Person::at("wren", &relay.url());
    let listening = first.listen();
    window.wait_for_text("person", "wren");
    let (dialog, button) = (
        Watch::begin(&window, "people-dialog"),
        Watch::begin(&window, "person-add"),
    );
    let second = Person::at("avocet", &relay.url());
    let _listening = second.listen();
    window.wait_for_text("person", "avocet");
    drop(listening);
    window.wait_for_text("person", "Not listed any more");
    dialog.stood_still();
    button.stood_still();
    window.picture("people-come-and-go");
    window.press(&[Key::Escape]);
    window.wait_until_gone("people-dialog");

    // A relay that dies, is tried again, and is there again.
    window.click("open-settings");
    window.wait_for("settings-dialog");
    window.click("settings-tab-relays");
    window.wait_for_text("settings-relay", "Connected");
    let (remove, add) = (
        Watch::begin(&window, "settings-relay-remove"),
        Watch::begin(&window, "settings-relay-add"),
    );
    relay.kill();
    window.wait_for_text("settings-relay", "does not answer");
    window.picture("relay-does-not-answer");
    relay.revive();
    window.wait_for_text("settings-relay", "Connected");
    remove.stood_still();
    add.stood_still();
    press_while_a_dialog_fades_out(&window, "settings-dialog");
}

/// Closes the dialog that is open and adds a contact at once: the press meets the button, however long
/// the dialog takes to fade out on a busy machine.
fn press_while_a_dialog_fades_out(window: &Window, dialog: &str) {
    let slowly = "document.documentElement.style.setProperty('--time-dialog', '600s')";
    window.script(slowly, &[]);
    window.press(&[Key::Escape]);
    window.click("add-contact");
    assert!(window.is_shown(dialog), "it still fades out");
    window.wait_for("add-contact-dialog");
}
