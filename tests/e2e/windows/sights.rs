//! What is rarely seen, in both themes and sizes: names and texts that are hard to draw, warnings
//! about links, and a keychain without a keyring. The pictures are artifacts of the run, for people to look at.

use super::looks::Look;
use super::seat::{Seat, choose_setting};
use sotto_tests::cli::Person;
use sotto_tests::desktop::{Display, Key, Keyring, Window};
use sotto_tests::foreign::{GuideClient, Library};
use sotto_tests::odd;
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
fn names_and_texts_of_any_length_and_script_keep_to_their_place() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::with_odd_people(&display, "Ada", &relay.url());
    let stranger = "wanderer-with-the-longest-name-that-a-relay-takes-in";
    let mut stranger = GuideClient::start(Library::PyNacl, &relay.url(), stranger);
    stranger.wait_to_see("ada");
    stranger.send("ada", "مرحبا Ada, זה אני (wanderer) من الميناء 42!");
    window.wait_for("requests-row");
    in_both_themes(&window, |look| {
        for (name, screen) in [
            (odd::NEW, "odd-hello"),
            (odd::MARKED, "odd-key"),
            (odd::MIXED, "odd-question"),
            (odd::ARABIC, "odd-texts"),
            (odd::UNBROKEN, "odd-lines"),
        ] {
            window.click_containing("chat-row", name);
            window.wait_for_text("chat-header", name);
            look.at(screen);
        }
        window.chord(&[Key::Control, Key::Char('i')]);
        window.wait_for("details");
        look.at("odd-details");
        window.chord(&[Key::Control, Key::Char('i')]);
        window.wait_until_gone("details");
        window.click_containing("chat-row", odd::MIXED);
        window.wait_for_text("chat-header", odd::MIXED);
        window.chord(&[Key::Control, Key::Char('f')]);
        window.wait_for("find-bar");
        window.type_keys("שלום");
        window.wait_for_text("find-count", "1 of 2");
        look.at("odd-find");
        window.press(&[Key::Escape]);
        window.wait_until_gone("find-bar");
        // Chats, messages, commands and people.
        window.chord(&[Key::Control, Key::Char('k')]);
        window.wait_for("palette");
        window.type_keys("re");
        window.wait_for("search-hit");
        window.press(&[Key::Up]);
        look.at("odd-palette");
        window.press(&[Key::Escape]);
        window.wait_until_gone("palette");
        window.click("requests-row");
        window.click("request-row");
        window.wait_for("request-detail");
        look.at("odd-requests");
    });
    // What fills an empty chat takes no more room than there is, also after there was more.
    window.click_containing("chat-row", odd::NEW);
    window.wait_for_text("chat-header", odd::NEW);
    window.resize(640, 560);
    let rest = "const list = document.querySelector('[data-testid=messages]');
        return list.scrollHeight - list.clientHeight";
    assert_eq!(window.script(rest, &[]), 0, "nothing is to be scrolled");
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
