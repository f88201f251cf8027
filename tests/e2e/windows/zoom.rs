//! The size of everything: by keys and in the settings, kept over a restart, and at twice the
//! usual size nothing has to be scrolled sideways.

use super::seat::{Seat, add_contact, send};
use sotto_tests::desktop::{Display, Key, Window};
use sotto_tests::frames::BoxKeys;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;

/// The usual size of the window, CSS pixels at a zoom of 100 %.
const USUAL: (u64, u64) = (1120, 760);

/// Waits until a page of the usual size has this zoom.
fn wait_for_zoom(window: &Window, percent: u64) {
    wait::until(&format!("a zoom of {percent} %"), || {
        let (width, _) = window.size();
        let wanted = USUAL.0 * 100 / percent;
        (width.abs_diff(wanted) <= 1).then_some(())
    });
    window.settle();
}

fn press(window: &Window, key: char) {
    window.chord(&[Key::Control, Key::Char(key)]);
}

/// Clicks a part. The driver's own clicks miss where the page is not at 100 %.
fn click(window: &Window, test_id: &str) {
    window.wait_for(test_id);
    let script = "document.querySelector(arguments[0]).click()";
    let selector = format!("[data-testid=\"{test_id}\"]");
    window.script(script, &[selector.into()]);
}

/// What cannot be seen without scrolling sideways, which choices stand apart, and what axe finds.
fn look(window: &Window, screen: &str, faults: &mut Vec<String>) {
    window.picture(&format!("zoom-200-{screen}"));
    let script = "const wide = [document.scrollingElement,
            ...document.querySelectorAll('[data-testid=messages], [role=dialog], main, nav')]
            .filter((part) => part.checkVisibility());
        return wide.filter((part) => part.scrollWidth > part.clientWidth + 1)
            .map((part) => part.dataset.testid ?? part.tagName).join(' ')";
    let wide = window.script(script, &[]);
    let wide = wide.as_str().unwrap();
    if !wide.is_empty() {
        faults.push(format!("{screen} scrolls sideways: {wide}"));
    }
    let script = "return [...document.querySelectorAll('fieldset label')].filter((choice) => {
            const { paddingTop, paddingBottom } = getComputedStyle(choice);
            const words = choice.lastElementChild.getBoundingClientRect().height;
            const needed = words + parseFloat(paddingTop) + parseFloat(paddingBottom);
            return choice.getBoundingClientRect().height > Math.max(36, needed) + 1;
        }).map((choice) => choice.textContent).join(', ')";
    let loose = window.script(script, &[]);
    let loose = loose.as_str().unwrap();
    if !loose.is_empty() {
        faults.push(format!("{screen} has choices with empty room: {loose}"));
    }
    let found = window.axe().into_iter();
    faults.extend(found.map(|fault| format!("{screen}: {fault}")));
}

#[test]
fn keys_and_settings_change_the_size_of_everything_and_it_is_kept() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (seat, window) = Seat::settled(&display, "Ada", &relay.url());
    assert_eq!(window.size(), USUAL);
    press(&window, '+');
    wait_for_zoom(&window, 110);
    press(&window, '-');
    press(&window, '-');
    wait_for_zoom(&window, 90);
    press(&window, '0');
    wait_for_zoom(&window, 100);
    for percent in [110, 125, 150, 175, 200] {
        press(&window, '+');
        wait_for_zoom(&window, percent);
    }
    // There is nothing beyond.
    press(&window, '+');
    press(&window, ',');
    click(&window, "settings-tab-appearance");
    assert_eq!(window.field_value("settings-zoom"), "200");
    // Over a dialog, too.
    press(&window, '-');
    wait_for_zoom(&window, 175);
    window.press(&[Key::Escape]);
    window.close();

    let window = seat.open();
    window.wait_for("main-window");
    wait_for_zoom(&window, 175);
}

#[test]
fn at_twice_the_size_nothing_scrolls_sideways() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::settled(&display, "Ada", &relay.url());
    for (seed, name) in [
        (1, "A name of remarkable length, to be cut"),
        (2, "Bo Berg"),
    ] {
        let key = BoxKeys::from_bytes([seed; 32]).public_key();
        add_contact(&window, &format!("contact-{seed}"), &key, name);
        send(
            &window,
            "It took a while: https://example.org/a/long/way/to/the/survey/of/the/harbour",
        );
    }
    for _ in 0..5 {
        press(&window, '+');
    }
    wait_for_zoom(&window, 200);
    let mut faults = Vec::new();
    look(&window, "chat", &mut faults);
    for (key, part) in [
        ('i', "details"),
        ('k', "palette"),
        ('f', "find-bar"),
        ('n', "add-contact-dialog"),
    ] {
        press(&window, key);
        window.wait_for(part);
        look(&window, part, &mut faults);
        window.press(&[Key::Escape]);
        window.wait_until_gone(part);
    }
    for pane in [
        "profile",
        "relays",
        "privacy",
        "appearance",
        "notifications",
        "keyboard",
        "about",
    ] {
        press(&window, ',');
        window.wait_for("settings-dialog");
        click(&window, &format!("settings-tab-{pane}"));
        look(&window, &format!("settings-{pane}"), &mut faults);
        window.press(&[Key::Escape]);
        window.wait_until_gone("settings-dialog");
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
