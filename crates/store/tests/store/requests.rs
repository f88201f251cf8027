//! Strangers: how much of theirs is held, and what a decision does.

use crate::common::{box_key, change, contact, content, fingerprint, in_memory};
use sotto_store::requests::{Evicted, Held, Incoming, MAX_KEYS, MAX_TEXTS, Via};
use sotto_store::{BoxPublicKey, RequestId, Store, blocked_keys, contacts, requests};

fn hold(store: &mut Store, key: u8, text: &str, at: i64) -> Held {
    hold_by(store, key, "box", text, at)
}

fn hold_by(store: &mut Store, key: u8, came_by: &str, text: &str, at: i64) -> Held {
    change(store, |tx| {
        requests::hold(
            tx,
            &Incoming {
                key: box_key(key),
                user_id: &format!("stranger {at}"),
                fingerprint: None,
                came_by,
                text: Some(text),
                via: Via::Box([key; 24]),
                relay_at: Some(at - 1),
                received_at: at,
            },
        )
    })
}

#[test]
fn texts_of_a_stranger_wait_in_order() {
    let mut store = in_memory(0);
    assert_eq!(
        hold(&mut store, 1, "hello", 10),
        Held::Stored {
            request: RequestId(1),
            first: true,
            evicted: None,
        }
    );
    assert_eq!(
        hold(&mut store, 1, "are you there", 11),
        Held::Stored {
            request: RequestId(1),
            first: false,
            evicted: None,
        }
    );
    let request = requests::by_key(store.reader(), &box_key(1))
        .unwrap()
        .unwrap();
    assert_eq!((request.first_at, request.last_at), (10, 11));
    assert_eq!(request.user_id, "stranger 11");
    let texts: Vec<_> = request
        .texts
        .iter()
        .map(|text| (text.text.as_str(), text.relay_at))
        .collect();
    assert_eq!(texts, [("hello", Some(9)), ("are you there", Some(10))]);
    assert_eq!(requests::list(store.reader()).unwrap(), [request]);
}

#[test]
fn a_stranger_has_room_for_so_many_texts() {
    let mut store = in_memory(0);
    for _ in 0..MAX_TEXTS {
        assert!(matches!(
            hold(&mut store, 1, "again", 5),
            Held::Stored { .. }
        ));
    }
    assert_eq!(hold(&mut store, 1, "once more", 6), Held::Full);
    let request = requests::by_id(store.reader(), RequestId(1))
        .unwrap()
        .unwrap();
    assert_eq!((request.texts.len(), request.last_at), (20, 5));
}

/// The keys that wait, the one that came first at the beginning.
fn waiting(store: &Store) -> Vec<BoxPublicKey> {
    let all = requests::list(store.reader()).unwrap();
    all.iter().map(|request| request.key).collect()
}

fn room() -> u8 {
    u8::try_from(MAX_KEYS).unwrap()
}

#[test]
fn one_more_stranger_takes_the_place_of_the_oldest() {
    let mut store = in_memory(0);
    for key in 1..=room() {
        hold(&mut store, key, "hi", 5);
    }
    // Those who are there lose nothing by writing on.
    let again = hold(&mut store, 1, "hi again", 7);
    assert!(matches!(again, Held::Stored { evicted: None, .. }));
    let Held::Stored { evicted, first, .. } = hold(&mut store, room() + 1, "hi", 8) else {
        panic!("there is no room for the newest")
    };
    let oldest = Evicted {
        request: RequestId(1),
        key: box_key(1),
        fingerprint: None,
    };
    assert_eq!((evicted, first), (Some(oldest), true));
    let kept: Vec<_> = (2..=room() + 1).map(box_key).collect();
    assert_eq!(waiting(&store), kept);
}

#[test]
fn who_floods_one_way_pushes_out_nobody_of_another() {
    let mut store = in_memory(0);
    for key in 1..=3 {
        hold_by(&mut store, key, "invite", "hi", 5);
    }
    for key in 4..=200 {
        hold_by(&mut store, key, "card", "hi", 6);
    }
    let kept: Vec<_> = (1..=3).chain(204 - room()..=200).map(box_key).collect();
    assert_eq!(waiting(&store), kept);
    // Nor does the other way shut out the first: each has half in the end.
    for key in 201..=255 {
        hold_by(&mut store, key, "invite", "hi", 7);
    }
    let by_card = waiting(&store)
        .into_iter()
        .filter(|key| (4..=200).any(|n| box_key(n) == *key));
    assert_eq!((by_card.count(), waiting(&store).len()), (25, 50));
}

#[test]
fn who_only_knocks_pushes_out_others_who_do() {
    let mut store = in_memory(0);
    for key in 1..=10 {
        hold(&mut store, key, "hi", 5);
    }
    for n in 100..=255 {
        change(&mut store, |tx| {
            requests::hold(
                tx,
                &Incoming {
                    key: box_key(n),
                    fingerprint: Some(fingerprint(n)),
                    user_id: "x",
                    came_by: "box",
                    text: None,
                    via: Via::Session(content(1)),
                    relay_at: None,
                    received_at: 6,
                },
            )
        });
    }
    let kept: Vec<_> = (1..=10).chain(216..=255).map(box_key).collect();
    assert_eq!(waiting(&store), kept);
}

#[test]
fn whose_key_a_chat_asks_about_is_pushed_out_last() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        contacts::see_other_key(tx, contact(1), &box_key(200), 1)
    });
    hold(&mut store, 200, "it is me", 1);
    for key in 100..200 {
        hold(&mut store, key, "hi", 5);
    }
    assert!(waiting(&store).contains(&box_key(200)));
}

#[test]
fn a_request_is_of_one_identity() {
    let mut store = in_memory(0);
    let says = |store: &mut Store, n: u8| {
        change(store, |tx| {
            requests::hold(
                tx,
                &Incoming {
                    key: box_key(1),
                    fingerprint: Some(fingerprint(n)),
                    user_id: "x",
                    came_by: "card",
                    text: Some("hi"),
                    via: Via::Session(content(n.into())),
                    relay_at: None,
                    received_at: 1,
                },
            )
        })
    };
    hold(&mut store, 1, "in a box", 1);
    assert!(matches!(says(&mut store, 2), Held::Stored { .. }));
    assert_eq!(says(&mut store, 3), Held::AnotherIdentity);
    assert!(matches!(says(&mut store, 2), Held::Stored { .. }));
}

#[test]
fn a_blocked_key_is_dropped_a_deleted_one_may_write_again() {
    let mut store = in_memory(0);
    hold(&mut store, 1, "one", 1);
    hold(&mut store, 2, "two", 2);
    assert_eq!(
        change(&mut store, |tx| requests::block(tx, RequestId(1), 3)),
        Some(box_key(1))
    );
    assert_eq!(
        change(&mut store, |tx| requests::block(tx, RequestId(1), 3)),
        None
    );
    assert!(change(&mut store, |tx| requests::delete(tx, RequestId(2))));
    assert_eq!(hold(&mut store, 1, "let me in", 4), Held::Blocked);
    assert!(matches!(
        hold(&mut store, 2, "hello", 5),
        Held::Stored { first: true, .. }
    ));
    assert_eq!(blocked_keys::list(store.reader()).unwrap(), [box_key(1)]);
    assert!(change(&mut store, |tx| blocked_keys::remove(
        tx,
        &box_key(1)
    )));
    assert!(matches!(
        hold(&mut store, 1, "thanks", 6),
        Held::Stored { first: true, .. }
    ));
}

#[test]
fn a_request_is_taken_with_its_texts() {
    let mut store = in_memory(0);
    hold(&mut store, 1, "one", 1);
    hold(&mut store, 1, "two", 2);
    let request = change(&mut store, |tx| requests::take(tx, RequestId(1))).unwrap();
    assert_eq!(request.texts.len(), 2);
    assert_eq!(
        change(&mut store, |tx| requests::take(tx, RequestId(1))),
        None
    );
    assert!(requests::list(store.reader()).unwrap().is_empty());
    hold(&mut store, 1, "three", 3);
    let new = requests::by_key(store.reader(), &box_key(1))
        .unwrap()
        .unwrap();
    assert_eq!((new.id, new.texts.len()), (RequestId(2), 1));
}

#[test]
fn a_stranger_in_a_session_is_found_by_its_identity_and_may_only_knock() {
    let mut store = in_memory(0);
    let knock = Incoming {
        key: box_key(1),
        fingerprint: Some(fingerprint(2)),
        user_id: "carol",
        came_by: "card",
        text: None,
        via: Via::Session(content(3)),
        relay_at: None,
        received_at: 1,
    };
    let word = Incoming {
        text: Some("hello"),
        via: Via::Session(content(4)),
        received_at: 2,
        ..knock
    };
    change(&mut store, |tx| requests::hold(tx, &knock));
    change(&mut store, |tx| requests::hold(tx, &word));
    let request = requests::by_fingerprint(store.reader(), &fingerprint(2)).unwrap();
    let request = request.unwrap();
    assert_eq!((request.first_at, request.last_at), (1, 2));
    let texts: Vec<_> = request.texts.iter().map(|text| text.via).collect();
    assert_eq!(texts, [Via::Session(content(4))]);
}
