//! Pictures of every screen in light and dark and at two sizes, each read by axe. The pictures are
//! artifacts of the run, for people to look at.

use super::notifications::choose_switch;
use super::seat::{Seat, add_contact, choose_relay, choose_setting, own_id_and_key, send};
use sotto_tests::desktop::{Display, Key, Window};
use sotto_tests::foreign::{GuideClient, Library};
use sotto_tests::frames::BoxKeys;
use sotto_tests::relay::SottoRelay;

const SIZES: [(u32, u32); 2] = [(1120, 760), (640, 560)];

/// A theme that the window has now, and what was found wrong in it.
pub(crate) struct Look<'a> {
    window: &'a Window,
    theme: &'static str,
    faults: Vec<String>,
}

impl<'a> Look<'a> {
    /// The window in a theme that it has already.
    pub(crate) fn new(window: &'a Window, theme: &'static str) -> Self {
        let is_dark = window.script(
            "const [red, green, blue] = getComputedStyle(document.body).backgroundColor
                .match(/[0-9.]+/g).map(Number);
            return red + green + blue < 384",
            &[],
        );
        assert_eq!(is_dark, theme == "dark", "the window is {theme}");
        Self {
            window,
            theme,
            faults: Vec::new(),
        }
    }

    /// Pictures of what is on screen now in both sizes; takes note of what axe finds.
    pub(crate) fn at(&mut self, screen: &str) {
        let (window, theme) = (self.window, self.theme);
        for (width, height) in SIZES {
            window.resize(width, height);
            let name = format!("{screen}-{theme}-{width}x{height}");
            window.picture(&name);
            let sideways = window.script(
                "return document.scrollingElement.scrollWidth > innerWidth",
                &[],
            );
            if sideways == true {
                self.faults.push(format!("{name}: scrolls sideways"));
            }
            let found = window.axe().into_iter();
            self.faults
                .extend(found.map(|fault| format!("{name}: {fault}")));
        }
        let (width, height) = SIZES[0];
        window.resize(width, height);
    }

    /// Ends the look: nothing was wrong.
    pub(crate) fn finish(self) {
        assert!(self.faults.is_empty(), "{:#?}", self.faults);
    }
}

#[test]
fn every_screen_of_the_first_start_looks_right_to_axe() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    // There are no settings before there is a profile: the window looks like the system.
    for (theme, system) in [("light", "Adwaita"), ("dark", "Adwaita:dark")] {
        let seat = Seat::new(&display, "Ada");
        let window = seat.open_under(system);
        first_start(&window, &relay, theme);
    }
}

/// Goes through the first start and looks at every screen of it.
fn first_start(window: &Window, relay: &SottoRelay, theme: &'static str) {
    window.wait_for("onboarding-step-welcome");
    let mut look = Look::new(window, theme);
    look.at("onboarding-1-welcome");
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-name");
    look.at("onboarding-2-name");
    window.type_into("onboarding-name", "Ada");
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-keys");
    look.at("onboarding-3-keys");
    window.click("onboarding-passphrase-toggle");
    window.wait_for("onboarding-passphrase");
    look.at("onboarding-3-passphrase");
    window.click("onboarding-passphrase-toggle");
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-relay");
    look.at("onboarding-4-relay");
    choose_relay(window, &relay.url());
    window.wait_for("invite-code");
    look.at("onboarding-5-contact");
    window.click("onboarding-later");
    window.wait_for("main-window");
    look.at("main-empty");
    look.finish();
}

#[test]
fn every_screen_of_the_main_window_looks_right_to_axe() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::settled(&display, "Ada", &relay.url());
    let (id, _) = own_id_and_key(&window);
    a_lively_history(&window, &relay, &id);
    choose_switch(&window, "quiet-on");
    for theme in ["light", "dark"] {
        choose_setting(&window, "appearance", &format!("theme-{theme}"));
        main_window(&window, theme);
    }
}

/// Goes to every part of the main window and looks at it.
fn main_window(window: &Window, theme: &'static str) {
    let mut look = Look::new(window, theme);
    window.click_containing("chat-row", "Mara Lindqvist");
    window.wait_for("composer");
    look.at("main-chat");
    for (part, key, closes) in [
        ("details", Key::Char('i'), None),
        ("palette", Key::Char('k'), Some(Key::Escape)),
        ("find-bar", Key::Char('f'), Some(Key::Escape)),
    ] {
        window.chord(&[Key::Control, key]);
        window.wait_for(part);
        look.at(&format!("main-{part}"));
        match closes {
            Some(key) => window.press(&[key]),
            None => window.chord(&[Key::Control, key]),
        }
        window.wait_until_gone(part);
    }
    window.click("add-contact");
    window.wait_for("add-contact-dialog");
    window.wait_for("invite-code");
    look.at("add-contact");
    for way in ["scan", "link", "key"] {
        window.click(&format!("add-way-{way}"));
        look.at(&format!("add-contact-{way}"));
    }
    close_dialog(window, "add-contact-dialog");
    window.click("open-people");
    window.wait_for("people-dialog");
    look.at("people");
    close_dialog(window, "people-dialog");
    for pane in [
        "profile",
        "relays",
        "general",
        "privacy",
        "appearance",
        "notifications",
        "keyboard",
        "about",
    ] {
        window.click("open-settings");
        window.wait_for("settings-dialog");
        window.click(&format!("settings-tab-{pane}"));
        look.at(&format!("settings-{pane}"));
        close_dialog(window, "settings-dialog");
    }
    window.click("requests-row");
    window.click("request-row");
    window.wait_for("request-detail");
    look.at("requests");
    look.finish();
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
