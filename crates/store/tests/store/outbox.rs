//! The outbox: first in, first out in each chat, and in step with the states.

use sotto_store::messages::State;
use sotto_store::{Store, messages, outbox};

use crate::common::{change, entry, in_memory, send};

fn waiting(store: &Store, chat: i64) -> Vec<i64> {
    let entries = outbox::list(store.reader(), chat, 0, 100).unwrap();
    entries.into_iter().map(|entry| entry.message).collect()
}

fn state(store: &Store, message: i64) -> (Option<State>, Option<i64>, Option<String>, Option<i64>) {
    let message = messages::by_id(store.reader(), message).unwrap().unwrap();
    (
        message.state,
        message.state_at,
        message.failure,
        message.relay,
    )
}

fn three() -> (Store, [i64; 3]) {
    let mut store = in_memory(2);
    let rows = change(&mut store, |tx| {
        let first = send(tx, 1, 1, "one")?;
        send(tx, 2, 2, "to another")?;
        let second = send(tx, 1, 3, "two")?;
        let third = send(tx, 1, 4, "three")?;
        Ok([first, second, third])
    });
    (store, rows)
}

#[test]
fn a_chat_sends_in_the_order_of_typing() {
    let (store, rows) = three();
    assert_eq!(waiting(&store, 1), rows);
    assert_eq!(outbox::chats(store.reader()).unwrap(), [1, 2]);
    assert_eq!(outbox::len(store.reader()).unwrap(), 4);
    let first = outbox::by_message(store.reader(), rows[0])
        .unwrap()
        .unwrap();
    let next = outbox::list(store.reader(), 1, first.id, 1).unwrap();
    assert_eq!(next[0].message, rows[1]);
}

#[test]
fn a_handed_message_leaves_the_outbox_once() {
    let (mut store, rows) = three();
    assert!(change(&mut store, |tx| outbox::handed(tx, rows[0], 50, 3)));
    assert!(!change(&mut store, |tx| outbox::handed(tx, rows[0], 60, 4)));
    assert!(!change(&mut store, |tx| outbox::failed(
        tx,
        rows[0],
        70,
        "too_large"
    )));
    assert_eq!(waiting(&store, 1), rows[1..]);
    assert_eq!(
        state(&store, rows[0]),
        (Some(State::Handed), Some(50), None, Some(3))
    );
}

#[test]
fn a_failed_message_goes_to_the_end_when_it_is_tried_again() {
    let (mut store, rows) = three();
    assert!(change(&mut store, |tx| outbox::failed(
        tx,
        rows[0],
        50,
        "too_large"
    )));
    assert_eq!(
        state(&store, rows[0]),
        (
            Some(State::Failed),
            Some(50),
            Some("too_large".into()),
            None
        )
    );
    assert_eq!(waiting(&store, 1), rows[1..]);
    change(&mut store, |tx| {
        outbox::requeue(tx, &entry(1, rows[0], "BBBB"), 60)
    });
    assert_eq!(
        state(&store, rows[0]),
        (Some(State::Queued), Some(60), None, None)
    );
    assert_eq!(waiting(&store, 1), [rows[1], rows[2], rows[0]]);
}

#[test]
fn a_ciphertext_for_another_key_keeps_its_place() {
    let (mut store, rows) = three();
    assert!(change(&mut store, |tx| outbox::reseal(
        tx, rows[1], &[5; 32], &[6; 24], "CCCC"
    )));
    assert!(!change(&mut store, |tx| outbox::reseal(
        tx, 999, &[5; 32], &[6; 24], "CCCC"
    )));
    assert_eq!(waiting(&store, 1), rows);
    let entry = outbox::by_message(store.reader(), rows[1])
        .unwrap()
        .unwrap();
    assert_eq!(
        (entry.key, entry.nonce, entry.ciphertext.as_str()),
        ([5; 32], [6; 24], "CCCC")
    );
    assert_eq!(
        messages::by_id(store.reader(), rows[1])
            .unwrap()
            .unwrap()
            .key,
        [5; 32]
    );
}
