//! Two computers with one identity (docs/protocol.md P-54, P-55): the one that is left is told so, can
//! still be read, and nothing leaves it any more.

use super::looks::Look;
use super::seat::{Seat, choose_setting, send};
use sotto_tests::cli::{Listener, PASSPHRASE, Person};
use sotto_tests::desktop::{Display, Key, Window};
use sotto_tests::foreign::text;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;
use std::fs;
use std::path::Path;

/// What lies beside the keys and says how far the history had come (P-25).
const COUNTER: &str = "keys.counter";

/// Copies the files of a home that nobody has open, and over what is there.
fn copy_home(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Sends a text to the only contact, and waits until both have what belongs to it.
fn deliver(from: &Person, to: &mut Listener, words: &str) {
    let id = text(&from.run(["contacts"]).rows()[0], "id");
    let limit = ["--wait", "delivered", "--timeout", "60"];
    let send = ["send", "--to", &id, words];
    from.run(send.iter().chain(&limit)).one();
    assert_eq!(to.next_message()["text"], words);
}

/// Both have each other as contacts, and each has written in the session.
fn befriend(ada: &Person, bo: &Person, of_bo: &mut Listener) {
    let link = text(&bo.run(["invite"]).one(), "link");
    ada.run(["add", &link]).one();
    let mut of_ada = ada.listen();
    deliver(ada, of_bo, "from the first computer");
    deliver(bo, &mut of_ada, "I hear you");
    of_ada.end();
}

/// Goes on as on a new computer that was given the history of the old one: the counter has moved on
/// since, so the history is known as a restored one, and its card outranks the one of before.
fn restore(ada: &Person, old: &Path, of_bo: &mut Listener) {
    let counter = || fs::read(ada.file(COUNTER)).unwrap();
    let before = counter();
    let of_ada = ada.listen();
    wait::until("the counter has moved on", || {
        (counter() != before).then_some(())
    });
    drop(of_ada);
    let counter = counter();
    for file in ["history.db-wal", "history.db-shm"] {
        let _there = fs::remove_file(ada.file(file));
    }
    copy_home(old, &ada.data());
    fs::write(ada.file(COUNTER), counter).unwrap();
    let of_ada = ada.listen();
    deliver(ada, of_bo, "from the new computer");
    of_ada.end();
}

/// Opens a home whose keys are sealed under [`PASSPHRASE`], and its only chat.
fn open(seat: &Seat<'_>) -> Window {
    let window = seat.open();
    window.type_into("passphrase-field", PASSPHRASE);
    window.click("passphrase-open");
    window.click("chat-row");
    window.wait_for_text("message", "I hear you");
    window
}

/// It says in each place that the identity moved, and offers nothing that would not come about.
fn is_left(window: &Window) {
    window.wait_for_text("banner-moved", "This identity moved to another computer.");
    window.wait_for_text("composer-moved", "Here you can only read.");
    window.wait_for_text("status-strip", "Moved to another computer");
    assert!(!window.is_shown("composer"));
}

#[test]
fn a_computer_that_the_identity_has_left_says_so_and_sends_nothing() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let [ada, bo] = ["ada", "bo"].map(|name| Person::at(name, &relay.url()));
    let left = Seat::new(&display, "Ada");
    let mut of_bo = bo.listen();
    befriend(&ada, &bo, &mut of_bo);
    copy_home(&ada.data(), &left.profile());
    restore(&ada, &left.profile(), &mut of_bo);

    let window = open(&left);
    send(&window, "from the old computer");
    is_left(&window);
    let last = "return [...document.querySelectorAll('[data-testid=message]')].at(-1).ariaLabel";
    let told = window.script(last, &[]);
    assert!(
        told.as_str().unwrap().contains("not sent again from here"),
        "{told}"
    );
    for theme in ["light", "dark"] {
        choose_setting(&window, "appearance", &format!("theme-{theme}"));
        let mut look = Look::new(&window, theme);
        look.at("moved");
        window.click("open-settings");
        window.click("settings-tab-relays");
        window.wait_for_text("settings-relay", "Stopped");
        look.at("moved-relays");
        window.press(&[Key::Escape]);
        window.wait_until_gone("settings-dialog");
        look.finish();
    }
    window.close();

    // It stays so, and the one that was moved to goes on.
    let window = open(&left);
    is_left(&window);
    let mut of_ada = ada.listen();
    deliver(&ada, &mut of_bo, "still from the new computer");
    deliver(&bo, &mut of_ada, "and I hear you there");
    let from_ada = text(&bo.run(["contacts"]).rows()[0], "id");
    let new = ["from the new computer", "still from the new computer"];
    let heard = [&["from the first computer"], &new[..]].concat();
    assert_eq!(bo.texts(&from_ada, "in"), heard);
    let shown = window.texts("message").join("\n");
    assert!(!shown.contains("hear you there"), "{shown}");
}
