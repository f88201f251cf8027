//! Search: what is found, how it is marked, and that no query can fail.

use crate::common::{change, chat, contact, exchange, in_memory, receive};
use proptest::prelude::*;
use sotto_store::search::{Found, InChat, Places, Query};
use sotto_store::{MessageId, Store, contacts, messages, search};

fn store(texts: &[&str]) -> Store {
    let mut store = in_memory(2);
    change(&mut store, |tx| {
        for (number, text) in (0..).zip(texts) {
            receive(tx, 1, number, text)?;
        }
        Ok(())
    });
    store
}

fn find(store: &Store, text: &str) -> Found {
    let query = Query {
        text,
        before: None,
        limit: 100,
    };
    search::find(store.reader(), &query).unwrap()
}

/// The rows found, newest first.
fn rows(found: &Found) -> Vec<i64> {
    found.hits.iter().map(|hit| hit.message.0).collect()
}

#[test]
fn every_word_must_be_there_and_the_last_may_be_a_beginning() {
    let store = store(&[
        "Lunch tomorrow at noon",
        "lunch today",
        "tomorrow we lunch",
        "brunch",
    ]);
    assert_eq!(rows(&find(&store, "lunch")), [3, 2, 1]);
    assert_eq!(rows(&find(&store, "tomorrow lunch")), [3, 1]);
    assert_eq!(rows(&find(&store, "lunch tom")), [3, 1]);
    assert_eq!(rows(&find(&store, "lun tomorrow")), Vec::<i64>::new());
    assert_eq!(rows(&find(&store, "l")), [3, 2, 1]);
    assert_eq!(rows(&find(&store, "  LUNCH !!  ")), [3, 2, 1]);
}

#[test]
fn accents_and_case_do_not_matter() {
    let store = store(&["Café in Łódź", "Ünïcödé", "Привет мир", "ÉCOLE"]);
    assert_eq!(rows(&find(&store, "cafe")), [1]);
    assert_eq!(rows(&find(&store, "unico")), [2]);
    assert_eq!(rows(&find(&store, "привет")), [3]);
    assert_eq!(rows(&find(&store, "école")), [4]);
}

#[test]
fn a_word_with_signs_in_it_is_looked_for_as_a_whole() {
    let store = store(&["see foo-bar.txt", "bar foo txt", "a@example.org wrote"]);
    assert_eq!(rows(&find(&store, "foo-bar")), [1]);
    assert_eq!(rows(&find(&store, "foo-ba")), [1]);
    assert_eq!(rows(&find(&store, "a@example.o")), [3]);
}

#[test]
fn what_was_found_is_marked_on_one_line() {
    let store = store(&["first line\nthen lunch\tand lunchtime"]);
    let found = find(&store, "lunch");
    assert_eq!(
        found.hits[0].snippet,
        ["first line then ", "lunch", " and ", "lunchtime", ""]
    );
}

/// What one person leaves out or writes in another form, another does not.
#[test]
fn what_people_write_differently_is_found() {
    let store = store(&[
        "\u{130}zmir Ekibi",
        "\u{3c3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}",
        "\u{642}\u{631}\u{623}\u{62a} \u{643}\u{650}\u{62a}\u{64e}\u{627}\u{628}\u{64c}",
        "\u{5e9}\u{5b8}\u{5c1}\u{5dc}\u{5d5}\u{5b9}\u{5dd} rav",
        "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}",
        "Stra\u{df}e",
        "\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}",
    ]);
    for (sought, row) in [
        ("izmir", 1),
        ("IZMIR ekibi", 1),
        ("\u{3c3}\u{3b9}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}", 2),
        ("\u{3a3}\u{399}\u{3a3}\u{3a5}\u{3a6}\u{39f}\u{3a3}", 2),
        ("\u{643}\u{62a}\u{627}\u{628}", 3),
        ("\u{642}\u{631}\u{627}\u{62a}", 3),
        ("\u{5e9}\u{5dc}\u{5d5}\u{5dd}", 4),
        ("\u{d55c}\u{ad6d}", 5),
        ("\u{d55c}", 5),
        ("strasse", 6),
        ("\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}", 7),
    ] {
        assert_eq!(rows(&find(&store, sought)), [row], "{sought}");
    }
    let found = find(&store, "\u{643}\u{62a}\u{627}\u{628}");
    assert_eq!(
        found.hits[0].snippet[1],
        "\u{643}\u{650}\u{62a}\u{64e}\u{627}\u{628}\u{64c}"
    );
}

#[test]
fn the_index_forgets_words_that_were_folded() {
    let mut store = store(&[
        "\u{130}zmir",
        "\u{3c3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}",
    ]);
    change(&mut store, |tx| messages::clear_chat(tx, chat(1)));
    for sought in ["izmir", "\u{3c3}\u{3b9}\u{3c3}"] {
        assert_eq!(find(&store, sought), Found::default());
    }
}

#[test]
fn a_snippet_is_short_however_long_the_text_is() {
    let long = "lunch ".repeat(10_000);
    let word = "lunch".repeat(10_000);
    let store = store(&[&long, &word]);
    for hit in find(&store, "lunch").hits {
        let letters: usize = hit.snippet.iter().map(|piece| piece.chars().count()).sum();
        assert!(letters <= 400, "{letters}");
    }
}

#[test]
fn a_search_before_a_message_finds_only_older_ones() {
    let mut store = in_memory(2);
    for number in 0..10 {
        exchange(&mut store, 1 + i64::try_from(number % 2).unwrap(), number).unwrap();
    }
    let find = |before: Option<MessageId>, limit| {
        search::find(
            store.reader(),
            &Query {
                text: "received",
                before,
                limit,
            },
        )
        .unwrap()
    };
    let first = find(None, 4);
    assert_eq!(
        (first.hits.len(), first.has_more, first.total),
        (4, true, 10)
    );
    let second = find(Some(first.hits[3].message), 10);
    assert_eq!(
        (second.hits.len(), second.has_more, second.total),
        (6, false, 10)
    );
    let all: Vec<i64> = [rows(&first), rows(&second)].concat();
    assert!(all.is_sorted_by(|newer, older| newer > older));
}

#[test]
fn the_places_in_one_chat_are_given_newest_first_in_pages() {
    let mut store = in_memory(2);
    change(&mut store, |tx| {
        for number in 0..2_200 {
            let text = if number % 4 == 0 { "same" } else { "other" };
            receive(tx, 1 + i64::try_from(number % 2).unwrap(), number, text)?;
        }
        Ok(())
    });
    let places = |text, of, before| {
        let query = InChat {
            text,
            chat: chat(of),
            before,
            limit: 1_000,
        };
        search::places(store.reader(), &query).unwrap()
    };
    let same = places("same", 1, None);
    let expected: Vec<i64> = (0..550).rev().map(|number| 4 * number + 1).collect();
    assert_eq!(
        same.messages
            .iter()
            .map(|place| place.0)
            .collect::<Vec<_>>(),
        expected
    );
    assert!(!same.has_more);
    assert_eq!(places("same", 2, None), Places::default());
    let first = places("other", 2, None);
    assert_eq!((first.messages.len(), first.has_more), (1_000, true));
    let rest = places("other", 2, first.messages.last().copied());
    assert_eq!((rest.messages.len(), rest.has_more), (100, false));
    assert!(rest.messages[0] < first.messages[999]);
    assert_eq!(places("!", 1, None), Places::default());
}

#[test]
fn of_many_words_with_one_beginning_all_are_found() {
    for words in [1, 256, 257, 600] {
        let texts: Vec<String> = (0..words)
            .map(|n| format!("prefix{n} and prefix"))
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let store = store(&texts);
        assert_eq!(find(&store, "prefi").total, words, "{words}");
        assert_eq!(find(&store, "and prefi").total, words, "{words}");
        assert_eq!(find(&store, "prefix0").total, 1, "{words}");
        assert_eq!(find(&store, "prefixes").total, 0, "{words}");
    }
}

#[test]
fn hits_are_counted_up_to_a_thousand() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        for number in 0..1_100 {
            receive(tx, 1, number, "same")?;
        }
        Ok(())
    });
    let found = find(&store, "same");
    assert_eq!(
        (found.hits.len(), found.has_more, found.total),
        (100, true, 1000)
    );
}

#[test]
fn without_a_word_nothing_is_found() {
    let store = store(&["lunch", "😀", "\"*"]);
    for text in ["", "  ", "\"", "*", "😀", "\0", "-", "\"\"\"\"", "( ) ^ :"] {
        assert_eq!(find(&store, text), Found::default(), "{text:?}");
    }
}

#[test]
fn the_index_follows_many_deletions() {
    let mut store = in_memory(2);
    change(&mut store, |tx| {
        for number in 0..600 {
            receive(
                tx,
                1 + i64::try_from(number % 2).unwrap(),
                number,
                &format!("word{number} same"),
            )?;
        }
        Ok(())
    });
    change(&mut store, |tx| messages::clear_chat(tx, chat(1)));
    assert_eq!(find(&store, "same").total, 300);
    assert_eq!(find(&store, "word100").total, 0);
    assert_eq!(find(&store, "word101").total, 1);
    change(&mut store, |tx| contacts::delete(tx, contact(2)));
    assert_eq!(find(&store, "same").total, 0);
    change(&mut store, |tx| receive(tx, 1, 1_000, "same"));
    assert_eq!(find(&store, "same").total, 1);
}

proptest! {
    #[test]
    fn no_query_fails(text in "\\PC*|[\"*^:(){}+ a-]{0,40}|(NEAR|AND|OR|NOT|text|\"| |:|\\*){0,20}") {
        let store = store(&["a near and or not text"]);
        let query = Query { text: &text, before: None, limit: 5 };
        prop_assert!(search::find(store.reader(), &query).is_ok());
    }

    #[test]
    fn every_whole_word_of_a_text_finds_it(words in prop::collection::vec("[a-zäöüéа-я0-9]{1,12}", 1..12), at in any::<prop::sample::Index>()) {
        let store = store(&[&words.join(" ")]);
        prop_assert_eq!(find(&store, &words[at.index(words.len())]).total, 1);
        prop_assert_eq!(find(&store, &words.join(" ")).total, 1);
    }
}
