//! The plain outbox: first in, first out for each contact, and in step with the states.

use crate::common::{box_key, change, contact, entry, in_memory, send};
use sotto_store::messages::{Delivery, PeerKey, State};
use sotto_store::{MessageId, PlainEntryId, RelayId, Store, messages, plain_outbox};

fn waiting(store: &Store, to: i64) -> Vec<MessageId> {
    let first = PlainEntryId(0);
    let entries = plain_outbox::list(store.reader(), contact(to), first, 100).unwrap();
    entries.into_iter().map(|entry| entry.message).collect()
}

fn state(store: &Store, message: MessageId) -> (State, i64, Option<String>, Option<RelayId>) {
    let message = messages::by_id(store.reader(), message).unwrap().unwrap();
    let Delivery {
        state,
        state_at,
        failure,
        relay,
        ..
    } = message.delivery.unwrap();
    (state, state_at, failure, relay)
}

fn three() -> (Store, [MessageId; 3]) {
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
fn a_contact_is_sent_to_in_the_order_of_typing() {
    let (store, rows) = three();
    assert_eq!(waiting(&store, 1), rows);
    assert_eq!(
        plain_outbox::contacts(store.reader()).unwrap(),
        [contact(1), contact(2)]
    );
    assert_eq!(plain_outbox::len(store.reader()).unwrap(), 4);
    let first = plain_outbox::by_message(store.reader(), rows[0], contact(1))
        .unwrap()
        .unwrap();
    let next = plain_outbox::list(store.reader(), contact(1), first.id, 1).unwrap();
    assert_eq!(next[0].message, rows[1]);
}

#[test]
fn a_handed_message_leaves_the_outbox_once() {
    let (mut store, rows) = three();
    assert!(change(&mut store, |tx| plain_outbox::handed(
        tx,
        rows[0],
        contact(1),
        50,
        RelayId(3)
    )));
    assert!(!change(&mut store, |tx| plain_outbox::handed(
        tx,
        rows[0],
        contact(1),
        60,
        RelayId(4)
    )));
    assert!(!change(&mut store, |tx| plain_outbox::failed(
        tx,
        rows[0],
        contact(1),
        70,
        "too_large"
    )));
    assert_eq!(waiting(&store, 1), rows[1..]);
    assert_eq!(
        state(&store, rows[0]),
        (State::Handed, 50, None, Some(RelayId(3)))
    );
}

#[test]
fn a_failed_message_goes_to_the_end_when_it_is_tried_again() {
    let (mut store, rows) = three();
    assert!(change(&mut store, |tx| plain_outbox::failed(
        tx,
        rows[0],
        contact(1),
        50,
        "too_large"
    )));
    assert_eq!(
        state(&store, rows[0]),
        (State::Failed, 50, Some("too_large".into()), None)
    );
    assert_eq!(waiting(&store, 1), rows[1..]);
    change(&mut store, |tx| {
        plain_outbox::requeue(tx, &entry(1, rows[0], "BBBB"), 60)
    });
    assert_eq!(state(&store, rows[0]), (State::Queued, 60, None, None));
    assert_eq!(waiting(&store, 1), [rows[1], rows[2], rows[0]]);
}

#[test]
fn a_ciphertext_for_another_key_keeps_its_place() {
    let (mut store, rows) = three();
    assert!(change(&mut store, |tx| plain_outbox::reseal(
        tx,
        rows[1],
        contact(1),
        &box_key(5),
        &[6; 24],
        "CCCC"
    )));
    assert!(!change(&mut store, |tx| plain_outbox::reseal(
        tx,
        MessageId(999),
        contact(1),
        &box_key(5),
        &[6; 24],
        "CCCC"
    )));
    assert_eq!(waiting(&store, 1), rows);
    let entry = plain_outbox::by_message(store.reader(), rows[1], contact(1))
        .unwrap()
        .unwrap();
    assert_eq!(
        (entry.key, entry.nonce, entry.ciphertext.as_str()),
        (box_key(5), [6; 24], "CCCC")
    );
    assert_eq!(
        messages::by_id(store.reader(), rows[1])
            .unwrap()
            .unwrap()
            .key,
        PeerKey::Box(box_key(5))
    );
}
