//! Notifications on a real server: what they say follows the setting, a click opens the chat.

use super::seat::{Seat, add_contact, choose_setting, own_id_and_key};
use sotto_tests::desktop::{Asked, Display, Key, Notifications, StagedNotifications, Window};
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
    assert_eq!(notice.body, "&lt;b&gt;Low tide&lt;/b&gt; &amp; fog at six");
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

/// How many texts come in a burst.
const BURST: usize = 1000;

/// Ada with contacts Mara and Bo, whose chat is open: what he writes is before her eyes.
struct Scene<'a> {
    seat: Seat<'a>,
    window: Window,
    id: String,
    mara: GuideClient,
    _bo: GuideClient,
}

impl<'a> Scene<'a> {
    fn new(display: &'a Display, relay: &SottoRelay) -> Self {
        let (seat, window) = Seat::settled(display, "Ada", &relay.url());
        let (id, _) = own_id_and_key(&window);
        let mut mara = GuideClient::start(Library::PyNacl, &relay.url(), "mara");
        let mut bo = GuideClient::start(Library::PyNacl, &relay.url(), "bo");
        for (friend, name) in [(&mut mara, "Mara"), (&mut bo, "Bo Berg")] {
            friend.wait_to_see(&id);
            add_contact(&window, friend.name(), friend.public_key(), name);
        }
        window.wait_for_text("chat-header", "Bo Berg");
        Self {
            seat,
            window,
            id,
            mara,
            _bo: bo,
        }
    }

    fn server(&self, capabilities: &[&str]) -> StagedNotifications {
        StagedNotifications::start(&self.seat.home, &self.seat.keyring, capabilities)
    }
}

/// The id of what was shown, if it says this.
fn shown(asked: &Asked, text: &str) -> Option<u64> {
    match asked {
        Asked::Show { id, body, .. } => (body == text).then_some(*id),
        Asked::Withdraw { .. } => None,
    }
}

#[test]
fn burst_before_a_slow_server_is_one_notification_which_goes_when_the_chat_is_read() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let mut scene = Scene::new(&display, &relay);
    let mut server = scene.server(&["body", "actions"]);
    server.tell("delay 3");
    for number in 0..BURST {
        scene.mara.send(&scene.id, &format!("text {number}"));
    }
    let last = format!("text {}", BURST - 1);
    scene.window.wait_for_text("chat-row", &last);
    server.next_that("the end of the burst", |asked| {
        shown(asked, &last).is_some()
    });
    server.tell("obey");
    scene.mara.send(&scene.id, "one more");
    let more = server.next_that("a text after the burst", |asked| {
        shown(asked, "one more").is_some()
    });
    let id = shown(&more, "one more").expect("it was just looked for");
    for asked in server.all() {
        let Asked::Show { id: other, .. } = asked else {
            panic!("nothing was read yet: {asked:?}");
        };
        assert_eq!(other, id, "a chat has one notification");
    }
    // Each answer took three seconds; the burst did not.
    assert!(server.all().len() < BURST / 10, "{}", server.all().len());
    // The title of the window, as the task bar has it.
    display.wait_for_window(&format!("^\\({}\\) Sotto$", BURST + 1));

    server.tell(&format!("click {id}"));
    scene.window.wait_for_text("chat-header", "Mara");
    scene.window.wait_for_text("message", "one more");
    server.next_that("that it leaves the screen", |asked| {
        *asked == Asked::Withdraw { id }
    });
    // It opened where the reading stopped; at its end all of it is read.
    scene.window.press(&[Key::Escape]);
    display.wait_for_window("^Sotto$");
}

#[test]
fn markup_is_escaped_for_servers_that_read_it_and_for_no_others() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let mut scene = Scene::new(&display, &relay);
    let typed = "a < b && c";
    let mut plain = scene.server(&["body", "actions"]);
    scene.mara.send(&scene.id, typed);
    assert!(shown(&plain.next_asked(), typed).is_some());
    // Another server comes: what it can do is asked anew, and nothing of the old one is replaced.
    drop(plain);
    let mut marked = scene.server(&["body", "body-markup"]);
    scene.mara.send(&scene.id, typed);
    let asked = marked.next_asked();
    assert!(
        shown(&asked, "a &lt; b &amp;&amp; c").is_some(),
        "{asked:?}"
    );
    assert!(
        matches!(
            asked,
            Asked::Show {
                replaces: false,
                ..
            }
        ),
        "{asked:?}"
    );
}

#[test]
fn somebody_who_is_no_contact_is_notified_of_without_the_text() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let scene = Scene::new(&display, &relay);
    let mut server = scene.server(&["body", "actions"]);
    let mut stranger = GuideClient::start(Library::PyNacl, &relay.url(), "wanderer");
    stranger.wait_to_see(&scene.id);
    stranger.send(&scene.id, "you do not know me");
    let said = "Somebody who is not a contact wrote to you, as wanderer";
    let asked = server.next_asked();
    let id = shown(&asked, said).unwrap_or_else(|| panic!("{asked:?}"));
    server.tell(&format!("click {id}"));
    scene.window.wait_for("request-row");
    scene.window.click("request-row");
    scene.window.click("request-delete");
    server.next_that("that it leaves the screen", |asked| {
        *asked == Asked::Withdraw { id }
    });

    choose_switch(&scene.window, "notify-requests");
    stranger.send(&scene.id, "nor will you");
    scene.window.wait_for("requests-row");
    scene.window.click("requests-row");
    scene.window.click("request-row");
    scene.window.wait_for_text("request-text", "nor will you");
    assert_eq!(server.all().len(), 2, "{:?}", server.all());
}

#[test]
fn settings_say_what_the_server_does_with_notifications() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let mut scene = Scene::new(&display, &relay);
    let window = &scene.window;
    let try_out = |outcome: &str| {
        window.click("settings-notifications-test");
        window.wait_for_text("settings-notifications-outcome", outcome);
    };
    window.click("open-settings");
    window.click("settings-tab-notifications");
    window.wait_for("settings-notifications-test");
    assert_eq!(window.axe(), Vec::<String>::new());
    window.picture("settings-notifications");
    try_out("Nothing on this system shows notifications.");
    let mut server = scene.server(&["body"]);
    try_out("Sent.");
    server.tell("refuse");
    try_out("refused");
    server.tell("delay never");
    try_out("does not answer");
    server.tell("obey");
    window.press(&[Key::Escape]);
    window.wait_until_gone("settings-dialog");
    // One that is never answered keeps none of the others back.
    scene.mara.send(&scene.id, "still here");
    server.next_that("a text", |asked| shown(asked, "still here").is_some());
}

/// Turns a switch of the notifications the other way.
pub(super) fn choose_switch(window: &Window, name: &str) {
    window.click("open-settings");
    window.click("settings-tab-notifications");
    let test_id = format!("settings-{name}");
    let selector = format!("[data-testid=\"{test_id}\"]");
    let state = || {
        let script = "return document.querySelector(arguments[0])?.ariaChecked";
        window.script(script, &[selector.clone().into()])
    };
    window.wait_for(&test_id);
    let before = state();
    window.click(&test_id);
    wait::until(&format!("{name} is the other way"), || {
        (state() != before).then_some(())
    });
    window.press(&[Key::Escape]);
    window.wait_until_gone("settings-dialog");
}
