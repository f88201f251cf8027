//! How long the things take that a person waits for, with 100,000 messages in 200 chats.
//!
//! Each is done a few times on a history opened anew, and the quickest counts: another program on
//! the same machine makes things slower, never quicker.

use crate::common::{add_contact, change, chat, create, open, receive};
use sotto_store::messages::Anchor;
use sotto_store::search::{InChat, Query};
use sotto_store::{Store, chats, messages, search};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const CHATS: u64 = 200;
const MESSAGES: u64 = 100_000;
const WORDS: [&str; 12] = [
    "lunch", "tomorrow", "meeting", "coffee", "garden", "train", "letter", "window", "river",
    "friend", "music", "winter",
];

/// SplitMix64: neighbours become numbers that have nothing in common.
fn scatter(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Every text has "hello", half a dozen of a dozen words, and two of thousands; one in a thousand
/// has a rare one.
fn text(number: u64) -> String {
    let mut text = String::from("hello ");
    let mut bits = number;
    let mut next = || {
        bits = scatter(bits);
        bits
    };
    for _ in 0..6 {
        text.push_str(WORDS[usize::try_from(next() % 12).unwrap()]);
        text.push(' ');
    }
    write!(text, "w{} w{}", next() % 5_000, next() % 5_000).unwrap();
    if number.is_multiple_of(1_000) {
        text.push_str(" zaunkoenig");
    }
    text
}

fn fill(dir: &Path) {
    let mut store = create(dir);
    for number in 1..=u8::try_from(CHATS).unwrap() {
        add_contact(&mut store, number);
    }
    for batch in 0..20 {
        change(&mut store, |tx| {
            for number in (MESSAGES / 20) * batch..(MESSAGES / 20) * (batch + 1) {
                let from = 1 + scatter(number) % CHATS;
                receive(tx, i64::try_from(from).unwrap(), number, &text(number))?;
            }
            Ok(())
        });
    }
    store.close().unwrap();
}

/// The quickest of three, each on a history opened anew, which has nothing in its cache.
fn quickest(dir: &Path, what: &str, mut act: impl FnMut(&Store)) -> Duration {
    let mut times = Vec::new();
    for _ in 0..3 {
        let store = open(dir);
        let begin = Instant::now();
        act(&store);
        times.push(begin.elapsed());
    }
    let quickest = times.into_iter().min().unwrap();
    println!("{what}: {quickest:?}");
    quickest
}

#[test]
fn a_large_history_opens_lists_and_searches_at_once() {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path());
    assert!(fs::metadata(dir.path().join("history.db")).unwrap().len() > 10_000_000);

    let begin = Instant::now();
    drop(open(dir.path()));
    let first = begin.elapsed();
    let opening = (0..3).map(|_| {
        let begin = Instant::now();
        drop(open(dir.path()));
        begin.elapsed()
    });
    let opening = opening.min().unwrap().min(first);
    println!("open: {opening:?}");
    assert!(opening < Duration::from_millis(50));

    let list = quickest(dir.path(), "chat list", |store| {
        assert_eq!(chats::list(store.reader()).unwrap().len(), 200);
    });
    assert!(list < Duration::from_millis(60));

    let page = quickest(dir.path(), "page", |store| {
        let page = messages::page(store.reader(), chat(7), Anchor::Newest, 100).unwrap();
        assert_eq!(page.messages.len(), 100);
    });
    assert!(page < Duration::from_millis(30));

    for (words, found) in [
        ("zaunkoenig", 100),
        ("zaun", 100),
        ("hello", 1000),
        ("h", 1000),
        ("w", 1000),
        ("w12", 1000),
        ("hello lunch riv", 1000),
        ("nowhere", 0),
    ] {
        let search = quickest(dir.path(), words, |store| {
            let query = Query {
                text: words,
                before: None,
                limit: 50,
            };
            assert_eq!(search::find(store.reader(), &query).unwrap().total, found);
        });
        assert!(search < Duration::from_millis(100), "{words}: {search:?}");
    }
    let in_one = quickest(dir.path(), "hello in one chat", |store| {
        let places = search::places(
            store.reader(),
            &InChat {
                text: "hello",
                chat: chat(3),
                before: None,
                limit: 1_000,
            },
        )
        .unwrap();
        assert!(places.messages.len() > 300);
    });
    assert!(in_one < Duration::from_millis(200));
}
