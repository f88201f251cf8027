//! What is rarely seen, in both themes and sizes: warnings about links, names that look alike, and a
//! keychain without a keyring. The pictures are artifacts of the run, for people to look at.

use super::looks::Look;
use super::seat::{Seat, add_contact, choose_setting};
use sotto_engine::qr;
use sotto_tests::cli::Person;
use sotto_tests::desktop::{Display, Key, Keyring, Window};
use sotto_tests::frames::BoxKeys;
use sotto_tests::relay::SottoRelay;
use std::fs;

const THEMES: [&str; 2] = ["light", "dark"];

/// An address in somebody's own network that carries a query.
const PRIVATE: &str = "ws://192.168.77.1:9/sotto?door=open";

/// A name, and one that looks like it: its second letter is Cyrillic.
const ALIKE: [&str; 2] = ["Mara Lindqvist", "Mаra Lindqvist"];

/// Runs what shows something in both themes.
fn in_both_themes(window: &Window, show: impl Fn(&mut Look<'_>)) {
    for theme in THEMES {
        choose_setting(window, "appearance", &format!("theme-{theme}"));
        let mut look = Look::new(window, theme);
        show(&mut look);
        look.finish();
    }
}

/// Opens the question whose link this is, has it looked at, and says no.
fn ask(window: &Window, link: &str, what: &str, screen: &str) {
    in_both_themes(window, |look| {
        window.click("add-contact");
        window.click("add-way-link");
        window.paste_into("link-field", link);
        window.click("link-continue");
        window.wait_for(what);
        look.at(screen);
        window.press(&[Key::Escape]);
        window.wait_until_gone("add-contact-dialog");
    });
}

fn invite_of(person: &Person) -> String {
    let invite = person.run(["invite"]).one();
    invite["link"].as_str().unwrap().to_owned()
}

#[test]
fn links_that_lead_nowhere_or_into_a_private_network_are_warned_of() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::settled(&display, "Ada", &relay.url());
    let here = invite_of(&Person::at("cleo", &relay.url()));
    ask(&window, &here, "link-only-there", "link-only-there");
    let private = invite_of(&Person::at("dan", PRIVATE));
    ask(&window, &private, "link-private", "link-private-relay");
}

#[test]
fn names_that_look_alike_are_marked_and_told() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::settled(&display, "Ada", &relay.url());
    for (number, name) in (1..).zip(ALIKE) {
        let key = BoxKeys::from_bytes([number; 32]).public_key();
        add_contact(&window, &format!("mara-{number}"), &key, "x");
        // The driver's keys know no Cyrillic.
        window.click("chat-menu");
        window.click("menu-rename");
        window.clear("rename-field");
        window.paste_into("rename-field", name);
        window.click("rename-save");
        window.wait_until_gone("rename-dialog");
    }
    window.wait_for("tag-doubled");
    in_both_themes(&window, |look| look.at("names-alike"));

    // Somebody verified, and somebody who takes their name.
    window.click("add-contact");
    window.wait_for("invite-code");
    window.settle();
    let picture = fs::read(window.picture("sights-own-code")).unwrap();
    let link = qr::read_picture(&picture).expect("a code is on the screen");
    let wren = Person::at("wren", &relay.url());
    let _wren = wren.listen();
    wren.wait_for_owner();
    wren.run(["add", &link, "--allow-private"]).one();
    window.wait_for("invite-used");
    window.click("invite-open-chat");
    window.wait_for_text("chat-header", "Verified");

    let robin = Person::new("wren");
    let init = ["init", "--name", "wren", "--user-id", "robin", "--relay"];
    robin
        .run(init.into_iter().chain([relay.url().as_str()]))
        .one();
    let invite = invite_of(&robin);
    let _robin = robin.listen();
    robin.wait_for_owner();
    window.click("add-contact");
    window.click("add-way-link");
    window.paste_into("link-field", &invite);
    window.click("link-continue");
    window.click("link-add");
    window.click("add-contact-open");
    window.wait_for_text("message", "verified");
    window.wait_for("tag-doubled");
    in_both_themes(&window, |look| look.at("named-like-verified"));
}

#[test]
fn a_keyring_is_offered_where_the_keychain_has_none() {
    let display = Display::start();
    for (theme, system) in [("light", "Adwaita"), ("dark", "Adwaita:dark")] {
        let mut seat = Seat::without_keyring(&display, "Ada");
        seat.log_in_anew(Keyring::start_locked);
        let window = seat.open_under(system);
        window.click("onboarding-continue");
        window.type_into("onboarding-name", "Ada");
        window.click("onboarding-continue");
        window.wait_for_text("onboarding-step-keys", "no keyring");
        assert!(!window.is_shown("onboarding-continue"));
        let mut look = Look::new(&window, theme);
        look.at("onboarding-3-no-keyring");
        look.finish();
    }
}
