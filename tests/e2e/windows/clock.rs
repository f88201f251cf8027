//! A computer whose clock is wrong.

use super::looks::Look;
use super::seat::{Seat, choose_setting};
use serde_json::json;
use sotto_tests::cli::Person;
use sotto_tests::desktop::{Display, Window};
use sotto_tests::foreign::text;
use sotto_tests::hostile::{Connection, HostileRelay};

#[test]
fn a_clock_that_is_wrong_by_the_relays_time_is_said_until_they_agree() {
    let (display, relay) = (Display::start(), HostileRelay::start());
    relay.tell_time(-3 * 3600);
    let (_ada, window) = Seat::settled(&display, "Ada", &relay.url());
    // The first screens tried the relay out.
    relay.next_connection().wait_for_end();
    let connection = listed(&relay);
    assert_eq!(
        banner(&window),
        "Your clock is 3 h off. Messages may fail. Set it right in your system’s settings."
    );
    for theme in ["light", "dark"] {
        choose_setting(&window, "appearance", &format!("theme-{theme}"));
        let mut look = Look::new(&window, theme);
        look.at("wrong-clock");
        look.finish();
    }
    add_by_link(&window, &Person::at("cleo", &relay.url()));
    window.click("banner-more");
    for theme in ["light", "dark"] {
        choose_setting(&window, "appearance", &format!("theme-{theme}"));
        assert!(window.is_shown("banner-wrong-clock") && window.is_shown("link-banner"));
        let mut look = Look::new(&window, theme);
        look.at("two-banners");
        look.finish();
    }

    relay.tell_time(0);
    connection.close();
    let _connection = listed(&relay);
    window.wait_until_gone("banner-wrong-clock");
}

/// Adds somebody by a link, and opens the chat, which asks how it came.
fn add_by_link(window: &Window, person: &Person) {
    let link = text(&person.run(["invite"]).one(), "link");
    window.click("add-contact");
    window.click("add-way-link");
    window.paste_into("link-field", &link);
    window.click("link-continue");
    window.click("link-add");
    window.click("add-contact-open");
    window.wait_until_gone("add-contact-dialog");
}

/// The next connection, registered and answered with a list of nobody else.
fn listed(relay: &HostileRelay) -> Connection {
    let connection = relay.next_connection();
    let own = connection.wait_for("the registration", |frame| frame["type"] == "register");
    let user = json!({ "userId": own["userId"], "publicKey": own["publicKey"] });
    let list = json!({ "type": "user_list", "users": [user] });
    assert!(connection.send_text(list.to_string()));
    connection
}

/// The words of the banner, with plain spaces.
fn banner(window: &Window) -> String {
    window.wait_for("banner-wrong-clock");
    let words = window.texts("banner-wrong-clock").concat();
    words.trim().replace('\u{a0}', " ")
}
