//! What is rarely seen, in both themes and sizes: warnings about links, and a keychain without a
//! keyring. The pictures are artifacts of the run, for people to look at.

use super::looks::Look;
use super::seat::{Seat, choose_setting};
use sotto_tests::cli::Person;
use sotto_tests::desktop::{Display, Key, Keyring, Window};
use sotto_tests::relay::SottoRelay;

const THEMES: [&str; 2] = ["light", "dark"];

/// An address in somebody's own network that carries a query.
const PRIVATE: &str = "ws://192.168.77.1:9/sotto?door=open";

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
