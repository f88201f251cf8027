//! Strangers, changed keys, drafts and the menu of a chat, in the window.

use super::seat::{Seat, add_contact, own_id_and_key, send};
use sotto_tests::desktop::{Display, Key, Window};
use sotto_tests::foreign::{GuideClient, Library, text};
use sotto_tests::frames::BoxKeys;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;

/// Ada in her window, and a guide client at the same relay that sees her.
fn ada_and_guide<'a>(
    display: &'a Display,
    relay: &SottoRelay,
) -> (Seat<'a>, Window, String, GuideClient) {
    let (seat, window) = Seat::settled(display, "Ada", &relay.url());
    let (id, _) = own_id_and_key(&window);
    let mut guide = GuideClient::start(Library::PyNacl, &relay.url(), "wanderer");
    guide.wait_to_see(&id);
    (seat, window, id, guide)
}

/// The text without the tag that unknown contacts get.
fn without_tag(received: &str) -> &str {
    received.trim_end_matches(['\u{200b}', '\u{200c}', '\u{2060}', '\u{2063}'])
}

#[test]
fn a_stranger_waits_in_the_requests_until_accepted() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window, id, mut guide) = ada_and_guide(&display, &relay);
    guide.send(&id, "<b>Hello</b> from a stranger");
    window.wait_for("requests-row");
    assert!(window.texts("chat-row").is_empty(), "a stranger is no chat");
    window.click("requests-row");
    window.click("request-row");
    window.wait_for_text("request-text", "<b>Hello</b> from a stranger");
    window.picture("request");
    window.click("request-accept");
    window.wait_for("request-accept-dialog");
    window.clear("request-accept-field");
    window.type_into("request-accept-field", "The Wanderer");
    window.click("request-accept-save");
    window.click_containing("chat-row", "The Wanderer");
    window.wait_for_text("message", "<b>Hello</b> from a stranger");
    send(&window, "Now I know you");
    let answer = text(&guide.next_message(), "text");
    assert_eq!(without_tag(&answer), "Now I know you");
    window.wait_for_text("chat-header", "No forward secrecy");
}

#[test]
fn another_key_under_a_contacts_name_is_shown_and_used_only_after_the_choice() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window, id, guide) = ada_and_guide(&display, &relay);
    add_contact(&window, "wanderer", guide.public_key(), "The Wanderer");
    guide.leave();
    let mut guide = GuideClient::start(Library::PyNacl, &relay.url(), "wanderer");
    guide.wait_to_see(&id);
    window.wait_for("key-banner");
    window.wait_for_text("message", "Somebody using this name has another key");
    window.picture("key-banner");
    send(&window, "For whom is this?");
    let queued = "return [...document.querySelectorAll('[data-testid=message][data-direction=out]')].at(-1).dataset.state";
    assert_eq!(window.script(queued, &[]), "queued");
    window.click("key-accept");
    if window.is_shown("confirm") {
        window.click("confirm");
    }
    let received = text(&guide.next_message(), "text");
    assert_eq!(without_tag(&received), "For whom is this?");
    window.wait_until_gone("key-banner");
}

#[test]
fn another_name_of_a_contacts_key_gets_a_text_only_once_it_is_allowed() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window, _id, mut guide) = ada_and_guide(&display, &relay);
    // Added by the right key, under a name that is not listed.
    let name = "the one with a name of remarkable length";
    add_contact(&window, "wandering", guide.public_key(), name);
    window.wait_for("name-banner");
    for (width, height) in [(1120, 760), (640, 560)] {
        window.resize(width, height);
        for theme in ["light", "dark"] {
            window.script(
                "document.documentElement.dataset.theme = arguments[0]",
                &[theme.into()],
            );
            window.settle();
            window.picture(&format!("name-banner-{theme}-{width}x{height}"));
        }
    }
    assert_eq!(window.axe(), Vec::<String>::new());
    send(&window, "For whom is this?");
    let queued = "return [...document.querySelectorAll('[data-testid=message][data-direction=out]')].at(-1).dataset.state";
    assert_eq!(window.script(queued, &[]), "queued");
    window.click("name-use");
    let received = text(&guide.next_message(), "text");
    assert_eq!(without_tag(&received), "For whom is this?");
    window.wait_until_gone("name-banner");
}

#[test]
fn drafts_survive_a_kill_and_every_chat_has_its_own() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (seat, window) = Seat::settled(&display, "Ada", &relay.url());
    for (seed, name) in [(1, "Bo Berg"), (2, "Cleo Clay")] {
        let key = BoxKeys::from_bytes([seed; 32]).public_key();
        add_contact(&window, &format!("contact-{seed}"), &key, name);
    }
    window.paste_into("composer", "half a thought for Cleo");
    window.click_containing("chat-row", "Bo Berg");
    window.wait_for_text("chat-header", "Bo Berg");
    assert_eq!(window.field_value("composer"), "");
    window.wait_for_text("chat-row", "half a thought for Cleo");
    window.kill();

    // Which chat was open last may not have been kept; the row of an open one shows no draft.
    let window = seat.open();
    window.click_containing("chat-row", "Bo Berg");
    window.wait_for_text("chat-header", "Bo Berg");
    window.wait_for_text("chat-row", "half a thought for Cleo");
    window.click_containing("chat-row", "Cleo Clay");
    window.wait_for_text("chat-header", "Cleo Clay");
    assert_eq!(window.field_value("composer"), "half a thought for Cleo");
}

#[test]
fn a_contact_is_renamed_blocked_and_deleted_after_a_question() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window, id, mut guide) = ada_and_guide(&display, &relay);
    add_contact(&window, "wanderer", guide.public_key(), "The Wanderer");
    send(&window, "One message");
    guide.next_message();

    window.click("chat-menu");
    window.click("menu-rename");
    window.clear("rename-field");
    window.type_into("rename-field", "Old Friend");
    window.click("rename-save");
    window.wait_for_text("chat-header", "Old Friend");

    window.click("chat-menu");
    window.click("menu-block");
    window.click("confirm");
    window.wait_for("unblock");
    guide.send(&id, "can you hear me?");
    window.click("unblock");
    window.wait_for("composer");
    guide.send(&id, "and now?");
    window.wait_for_text("message", "and now?");
    let shown = window.texts("message").join("\n");
    assert!(
        !shown.contains("can you hear me?"),
        "what a blocked contact wrote is dropped"
    );

    window.click("chat-menu");
    window.click("menu-clear");
    window.click("confirm");
    wait::until("the chat is empty", || {
        (!window.texts("message").join("\n").contains("One message")).then_some(())
    });
    window.click("chat-menu");
    window.click("menu-delete");
    window.click("confirm");
    wait::until("the contact is gone", || {
        window.texts("chat-row").is_empty().then_some(())
    });
}

#[test]
fn names_and_texts_from_others_are_only_ever_text() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window, id, mut guide) = ada_and_guide(&display, &relay);
    let nasty_name = "\u{202e}<img src=x onerror=alert(1)>✔ Verified";
    add_contact(&window, "wanderer", guide.public_key(), nasty_name);
    guide.send(&id, "<script>document.title='owned'</script> <img src=x onerror=\"document.title='owned'\"> javascript:alert(1)");
    window.wait_for_text("message", "document.title");
    window.settle();
    assert_eq!(window.script("return document.title", &[]), "Sotto");
    let strange = "return document.querySelectorAll('[data-testid=message] script, [data-testid=message] img, .chat-row img').length";
    assert_eq!(window.script(strange, &[]), 0);
    let links =
        "return [...document.querySelectorAll('[data-testid=message] a')].map((a) => a.protocol)";
    let links = window.script(links, &[]);
    assert!(
        links
            .as_array()
            .unwrap()
            .iter()
            .all(|link| link == "https:" || link == "http:" || link == "mailto:"),
        "{links}"
    );
    // The name cannot turn the row around it: it is isolated.
    let isolated = "return getComputedStyle(document.querySelector('[data-testid=chat-header] [dir=auto]')).unicodeBidi";
    assert_eq!(window.script(isolated, &[]), "isolate");
    let wide = "return document.scrollingElement.scrollWidth <= innerWidth";
    assert_eq!(window.script(wide, &[]), true);
    window.press(&[Key::Escape]);
}
