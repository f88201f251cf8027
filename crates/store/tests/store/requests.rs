//! Strangers: how much of theirs is held, and what a decision does.

use crate::common::{box_key, change, content, fingerprint, in_memory};
use sotto_store::requests::{Held, Incoming, MAX_KEYS, MAX_TEXTS, Via};
use sotto_store::{RequestId, Store, blocked_keys, requests};

fn hold(store: &mut Store, key: u8, text: &str, at: i64) -> Held {
    change(store, |tx| {
        requests::hold(
            tx,
            &Incoming {
                key: box_key(key),
                user_id: &format!("stranger {at}"),
                fingerprint: None,
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
            first: true
        }
    );
    assert_eq!(
        hold(&mut store, 1, "are you there", 11),
        Held::Stored {
            request: RequestId(1),
            first: false
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

#[test]
fn there_is_room_for_so_many_strangers() {
    let mut store = in_memory(0);
    let keys = u8::try_from(MAX_KEYS).unwrap();
    for key in 1..=keys {
        assert!(matches!(
            hold(&mut store, key, "hi", 5),
            Held::Stored { first: true, .. }
        ));
    }
    assert_eq!(hold(&mut store, keys + 1, "hi", 6), Held::Full);
    assert!(matches!(
        hold(&mut store, 1, "hi again", 7),
        Held::Stored { first: false, .. }
    ));
    assert!(change(&mut store, |tx| requests::delete(tx, RequestId(1))));
    assert!(matches!(
        hold(&mut store, keys + 1, "hi", 8),
        Held::Stored { first: true, .. }
    ));
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
