//! Notifications on a real server: what they say follows the setting, a click opens the chat.

use super::seat::{Seat, add_contact, choose_setting, own_id_and_key};
use sotto_tests::desktop::{Display, Notifications, Window};
use sotto_tests::foreign::{GuideClient, Library};
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;

/// Chooses what a notification shows.
fn choose(window: &Window, content: &str) {
    choose_setting(window, "notifications", &format!("notifications-{content}"));
}

#[test]
fn notifications_say_what_the_setting_allows_and_open_their_chat() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (seat, window) = Seat::settled(&display, "Ada", &relay.url());
    let mut server = Notifications::start(&seat.home, &seat.keyring, &display);
    let (id, _) = own_id_and_key(&window);
    let mut mara = GuideClient::start(Library::PyNacl, &relay.url(), "mara");
    let mut bo = GuideClient::start(Library::PyNacl, &relay.url(), "bo");
    for (friend, name) in [(&mut mara, "Mara <Lindqvist>"), (&mut bo, "Bo Berg")] {
        friend.wait_to_see(&id);
        add_contact(&window, friend.name(), friend.public_key(), name);
    }
    // Bo's chat is open: what he writes is before Ada's eyes, what Mara writes is not.
    window.wait_for_text("chat-header", "Bo Berg");

    mara.send(&id, "<b>Low tide</b> & fog at six");
    let notice = server.next_notice();
    assert_eq!(notice.summary, "Mara <Lindqvist>");
    assert_eq!(notice.body, "&lt;b>Low tide&lt;/b> &amp; fog at six");
    let picture = sotto_tests::places::artifacts().join("notification.png");
    display.picture(&picture);
    server.click(&display);
    window.wait_for_text("chat-header", "Mara <Lindqvist>");
    window.wait_for_text("message", "<b>Low tide</b> & fog at six");

    choose(&window, "name");
    bo.send(&id, "bring the blue ledger");
    let notice = server.next_notice();
    assert_eq!(
        (&*notice.summary, &*notice.body),
        ("Bo Berg", "New message")
    );
    server.click(&display);
    window.wait_for_text("chat-header", "Bo Berg");

    choose(&window, "nothing");
    mara.send(&id, "the heron waits");
    let notice = server.next_notice();
    assert_eq!((&*notice.summary, &*notice.body), ("Sotto", "New message"));
    server.click(&display);
    window.wait_for_text("chat-header", "Mara <Lindqvist>");

    choose(&window, "off");
    bo.send(&id, "nobody hears of this");
    wait::until("the message has come", || {
        let rows = window.texts("chat-row");
        rows.iter()
            .any(|row| row.contains("nobody hears of this"))
            .then_some(())
    });
    choose(&window, "name_and_text");
    bo.send(&id, "but of this");
    let notice = server.next_notice();
    assert_eq!(
        (&*notice.summary, &*notice.body),
        ("Bo Berg", "but of this")
    );
    // What is before her eyes needs no notification.
    server.click(&display);
    window.wait_for_text("chat-header", "Bo Berg");
    bo.send(&id, "seen at once");
    window.wait_for_text("message", "seen at once");
    mara.send(&id, "the last one");
    assert_eq!(server.next_notice().body, "the last one");
    assert_eq!(server.waiting(), 0);
}
