//! Finding things, and keys that begin where the person is: the palette, the search in a chat, typing
//! anywhere, F6 in the middle of a long chat.

use super::looks::Look;
use super::seat::{Seat, add_contact, send};
use sotto_tests::desktop::{Display, Key, Window};
use sotto_tests::frames::BoxKeys;
use sotto_tests::history::OLDEST;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;

/// Opens the palette and types into it.
fn look_for(window: &Window, words: &str) {
    window.chord(&[Key::Control, Key::Char('k')]);
    window.wait_for("palette");
    wait::until("the palette has the keys", || {
        (window.focused() == "palette-field").then_some(())
    });
    window.type_keys(words);
}

/// Waits until a script gives true.
fn holds(window: &Window, what: &str, script: &str) {
    wait::until(what, || (window.script(script, &[]) == true).then_some(()));
}

/// Whether a mark of the shown result is in the part of the list that is in sight.
const MARK_IN_SIGHT: &str = "const mark = document.querySelector('article[class*=hit] mark');
    const list = document.querySelector('[data-testid=messages]').getBoundingClientRect();
    const place = mark?.getBoundingClientRect();
    return Boolean(place) && place.top >= list.top && place.bottom <= list.bottom";

const MARKS: &str = "return [...document.querySelectorAll('article mark')]
    .map((mark) => mark.textContent).join(' ')";

#[test]
fn a_message_of_long_ago_is_found_and_shown_with_its_words_marked() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::with_history(&display, "Ada", &relay.url(), 3_000);
    for theme in ["light", "dark"] {
        look_for(&window, &format!("{theme} colours"));
        window.wait_for_text("palette-option", "colours");
        window.press(&[Key::Enter]);
        window.wait_until_gone("palette");
        wait::until("the colours change", || {
            let script = "return document.documentElement.dataset.theme";
            (window.script(script, &[]) == theme).then_some(())
        });
        let mut look = Look::new(&window, theme);

        look_for(&window, "zeppelin");
        holds(
            &window,
            "that nothing is found is said",
            "return document.querySelector('[data-testid=palette]').innerText.includes('zeppelin')",
        );
        look.at("search-nothing");
        window.press(&[Key::Escape]);
        window.wait_until_gone("palette");

        look_for(&window, "wren sing");
        window.wait_for_text("search-hit", OLDEST);
        assert_eq!(window.texts("search-hit").len(), 1);
        look.at("search-found");
        window.press(&[Key::Enter]);
        window.wait_for_text("find-count", "1 of 1");
        holds(
            &window,
            "the oldest message is in sight, marked",
            MARK_IN_SIGHT,
        );
        assert_eq!(window.script(MARKS, &[]), "wren sings");
        assert_eq!(window.focused(), "find-field");
        look.at("search-shown");
        window.press(&[Key::Escape]);
        window.wait_until_gone("find-bar");
        assert_eq!(window.script(MARKS, &[]), "");
        look.finish();
    }
}

#[test]
fn the_search_in_a_chat_counts_marks_and_goes_round() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::settled(&display, "Ada", &relay.url());
    let key = BoxKeys::from_bytes([1; 32]).public_key();
    add_contact(&window, "bo", &key, "Bo Berg");
    for text in [
        "The CAF\u{c9} opens at ten",
        "Nothing of interest",
        "cafe\u{301}s are closed, see https://cafe.example/hours",
        "Which caf\u{e9}?",
    ] {
        send(&window, text);
    }
    window.chord(&[Key::Control, Key::Char('f')]);
    window.wait_for("find-bar");
    window.type_keys("cafe");
    window.wait_for_text("find-count", "1 of 3");
    assert_eq!(
        window.script(MARKS, &[]),
        "CAF\u{c9} cafe\u{301}s cafe caf\u{e9}"
    );
    window.picture("find-in-chat");
    let steps: [(&[Key], &str); 6] = [
        (&[Key::Enter], "2 of 3"),
        (&[Key::Shift, Key::Enter], "1 of 3"),
        (&[Key::Shift, Key::F3], "3 of 3"),
        (&[Key::F3], "1 of 3"),
        (&[Key::Control, Key::Char('g')], "2 of 3"),
        (&[Key::Control, Key::Shift, Key::Char('G')], "1 of 3"),
    ];
    for (keys, place) in steps {
        window.chord(keys);
        window.wait_for_text("find-count", place);
    }
    window.press(&[Key::Escape]);
    window.wait_until_gone("find-bar");
    assert_eq!(window.script(MARKS, &[]), "");
}

#[test]
fn typing_anywhere_in_a_chat_writes_into_the_composer() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::settled(&display, "Ada", &relay.url());
    let key = BoxKeys::from_bytes([1; 32]).public_key();
    add_contact(&window, "bo", &key, "Bo Berg");
    send(&window, "One message");
    let mut written = String::new();
    for (place, leave) in [
        ("nowhere", "document.activeElement.blur()"),
        ("message", "document.querySelector('article').focus()"),
        ("chat-row", "document.querySelector('[data-chat]').focus()"),
        (
            "chat-menu",
            "document.querySelector('[data-testid=chat-menu]').focus()",
        ),
    ] {
        window.script(leave, &[]);
        assert_ne!(window.focused(), "composer", "{place}");
        window.type_keys("Wor d");
        written.push_str("Wor d");
        wait::until(&format!("typing from {place} arrives"), || {
            (window.field_value("composer") == written).then_some(())
        });
        assert_eq!(window.focused(), "composer", "{place}");
    }
}

/// The row with the focus: its message, and whether it is in sight as a whole.
const FOCUSED_ROW: &str = "const row = document.activeElement.closest('[data-message]');
    const list = document.querySelector('[data-testid=messages]').getBoundingClientRect();
    const place = row?.getBoundingClientRect();
    return row && [Number(row.dataset.message),
        place.top >= list.top - 1 && place.bottom <= list.bottom + 1]";

/// Where the list stands: the message at its top and how far it is from there.
const PLACE: &str = "const list = document.querySelector('[data-testid=messages]');
    const { top } = list.getBoundingClientRect();
    const row = [...list.querySelectorAll('[data-message]')]
        .find((row) => row.getBoundingClientRect().bottom > top);
    return `${row.dataset.message} ${Math.round(row.getBoundingClientRect().top - top)}`";

#[test]
fn keys_in_the_middle_of_a_long_chat_begin_at_what_is_in_sight() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_seat, window) = Seat::with_history(&display, "Ada", &relay.url(), 3_000);
    // A chat begins at its first unread message, and rows come in around it.
    window.script(
        "document.querySelector('[data-testid=messages]').scrollTop -= 2500",
        &[],
    );
    let place = at_rest(&window);
    wait::until("F6 comes to the messages", || {
        window.press(&[Key::F6]);
        (window.focused() == "message").then_some(())
    });
    let first = focused_row(&window);
    assert_eq!(at_rest(&window), place, "F6 moves nothing");
    window.press(&[Key::Up]);
    wait::until("the row above has the focus", || {
        (focused_row(&window) < first).then_some(())
    });

    // The focus stays where it was while the person scrolls on; arrows begin in sight again.
    window.script(
        "document.querySelector('[data-testid=messages]').scrollTop -= 2500",
        &[],
    );
    let place = at_rest(&window);
    window.press(&[Key::Down]);
    wait::until("a row in sight has the focus", || {
        let found = window.script(FOCUSED_ROW, &[]);
        (found[1] == true).then_some(())
    });
    assert_eq!(at_rest(&window), place, "the arrow moves nothing");
}

/// The message whose row has the focus, in sight.
fn focused_row(window: &Window) -> i64 {
    let found = window.script(FOCUSED_ROW, &[]);
    assert_eq!(found[1], true, "in sight: {found}");
    found[0].as_i64().unwrap()
}

/// Waits until the list has not moved for several frames.
fn at_rest(window: &Window) -> String {
    let mut before = String::new();
    let mut still = 0;
    wait::until("the list comes to rest", || {
        window.settle();
        let now = window.script(PLACE, &[]).as_str()?.to_owned();
        still = if now == before { still + 1 } else { 0 };
        before.clone_from(&now);
        (still >= 8).then_some(now)
    })
}
