//! The session outbox: control messages before texts, each for one contact, whatever its chat.

use crate::common::{change, contact, content, fingerprint, in_memory, send};
use sotto_protocol::SessionId;
use sotto_store::messages::{PeerKey, State};
use sotto_store::session_outbox::{Control, Entry, New, What};
use sotto_store::{
    MessageId, RelayId, Store, StoreError, Tx, joins, messages, plain_outbox, session_outbox,
};

const SESSION: SessionId = SessionId::from_bytes([4; 16]);

fn push(
    tx: &Tx<'_>,
    to: i64,
    number: u64,
    what: What,
) -> Result<sotto_store::SessionEntryId, StoreError> {
    session_outbox::push(
        tx,
        &New {
            contact: contact(to),
            what,
            data: &[],
            content: content(number),
            fingerprint: None,
        },
    )
}

/// Two texts and a control message for the first contact, one text for the second.
fn three() -> (Store, [MessageId; 2]) {
    let mut store = in_memory(2);
    let rows = change(&mut store, |tx| {
        let rows = [send(tx, 1, 1, "one")?, send(tx, 1, 2, "two")?];
        let other = send(tx, 2, 1, "to another")?;
        assert_eq!(plain_outbox::take_contact(tx, contact(1))?, rows);
        assert_eq!(plain_outbox::take_contact(tx, contact(2))?, [other]);
        push(tx, 1, 1, What::Message(rows[0]))?;
        push(tx, 1, 2, What::Message(rows[1]))?;
        push(tx, 1, 3, What::Control(Control::Profile))?;
        // Content ids are the chat's own.
        push(tx, 2, 1, What::Message(other))?;
        Ok(rows)
    });
    (store, rows)
}

fn first(store: &Store) -> Entry {
    let first = session_outbox::first(store.reader(), contact(1)).unwrap();
    first.unwrap()
}

fn state(store: &Store, message: MessageId) -> State {
    let message = messages::by_id(store.reader(), message).unwrap().unwrap();
    message.delivery.unwrap().state
}

#[test]
fn control_messages_go_before_texts_and_texts_in_their_order() {
    let (mut store, rows) = three();
    let reader = store.reader();
    let both = [contact(1), contact(2)];
    assert_eq!(session_outbox::contacts(reader).unwrap(), both);
    let mut said = Vec::new();
    for at in 0..3 {
        let entry = first(&store);
        said.push(entry.what);
        change(&mut store, |tx| session_outbox::delivered(tx, &entry, at));
    }
    assert_eq!(
        said,
        [
            What::Control(Control::Profile),
            What::Message(rows[0]),
            What::Message(rows[1])
        ]
    );
    assert_eq!(state(&store, rows[1]), State::Delivered);
    assert_eq!(session_outbox::first(store.reader(), contact(1)), Ok(None));
    let left = session_outbox::contacts(store.reader()).unwrap();
    assert_eq!(left, [contact(2)]);
}

#[test]
fn a_content_id_is_looked_for_at_its_contact() {
    let (mut store, rows) = three();
    let found = session_outbox::by_content(store.reader(), contact(1), &content(1)).unwrap();
    let found = found.unwrap();
    assert_eq!(found.what, What::Message(rows[0]));
    let same = session_outbox::by_id(store.reader(), found.id);
    assert_eq!(same, Ok(Some(found)));
    let other = session_outbox::by_content(store.reader(), contact(2), &content(1)).unwrap();
    assert_ne!(other.unwrap().what, What::Message(rows[0]));
    let none = session_outbox::by_content(store.reader(), contact(2), &content(2));
    assert_eq!(none, Ok(None));
    let again = store.transaction(|tx| push(tx, 1, 9, What::Message(rows[0])));
    assert_eq!(again, Err(StoreError::Conflict));
    let taken = store.transaction(|tx| push(tx, 1, 3, What::Control(Control::Established)));
    assert_eq!(taken, Err(StoreError::Conflict));
}

#[test]
fn what_a_session_made_is_kept_until_it_is_given_up() {
    let (mut store, _) = three();
    let keep = |store: &mut Store| {
        let id = first(store).id;
        change(store, |tx| {
            session_outbox::keep_sealed(tx, id, &SESSION, &[5])
        });
        let entry = first(store);
        assert_eq!(entry.session, Some(SESSION));
        assert_eq!(entry.sealed.unwrap().as_slice(), [5]);
    };
    keep(&mut store);
    change(&mut store, |tx| session_outbox::unseal(tx, contact(2)));
    assert_eq!(first(&store).session, Some(SESSION));
    change(&mut store, |tx| session_outbox::unseal(tx, contact(1)));
    assert_eq!(first(&store).sealed, None);
    keep(&mut store);
    change(&mut store, session_outbox::unseal_all);
    assert_eq!(first(&store).session, None);
}

#[test]
fn what_waits_for_nobody_in_particular_is_bound_to_who_answers() {
    let (mut store, rows) = three();
    assert_eq!(first(&store).fingerprint, None);
    let id = first(&store).id;
    change(&mut store, |tx| {
        session_outbox::keep_sealed(tx, id, &SESSION, &[5])?;
        session_outbox::rebind(tx, contact(1), &fingerprint(1))
    });
    let entry = first(&store);
    assert_eq!(
        (entry.fingerprint, entry.session),
        (Some(fingerprint(1)), None)
    );
    let key = |row| messages::by_id(store.reader(), row).unwrap().unwrap().key;
    assert_eq!(key(rows[0]), PeerKey::Identity(fingerprint(1)));
    let other = session_outbox::first(store.reader(), contact(2)).unwrap();
    assert_eq!(other.unwrap().fingerprint, None);

    // What a session made for this identity already stays.
    change(&mut store, |tx| {
        session_outbox::keep_sealed(tx, id, &SESSION, &[5])?;
        session_outbox::rebind(tx, contact(1), &fingerprint(1))
    });
    assert_eq!(first(&store).session, Some(SESSION));
}

#[test]
fn only_what_was_queued_becomes_handed() {
    let (mut store, rows) = three();
    change(&mut store, |tx| {
        session_outbox::remove_controls(tx, contact(1))
    });
    let entry = first(&store);
    assert_eq!(entry.what, What::Message(rows[0]));
    for (at, relay) in [(5, RelayId(2)), (6, RelayId(3))] {
        change(&mut store, |tx| {
            session_outbox::handed(tx, entry.id, at, relay)
        });
    }
    let message = messages::by_id(store.reader(), rows[0]).unwrap().unwrap();
    let delivery = message.delivery.unwrap();
    assert_eq!((delivery.state, delivery.state_at), (State::Handed, 5));
    assert_eq!(delivery.relay, Some(RelayId(2)));
    assert_eq!(state(&store, rows[1]), State::Queued);
    change(&mut store, |tx| {
        session_outbox::failed(tx, &entry, 7, "too_large")
    });
    assert_eq!(state(&store, rows[0]), State::Failed);
    assert_eq!(first(&store).what, What::Message(rows[1]));
}

#[test]
fn control_messages_are_removed_one_by_one_or_all() {
    let (mut store, rows) = three();
    let has = |store: &Store, number, control| {
        session_outbox::has_control(store.reader(), contact(number), control).unwrap()
    };
    change(&mut store, |tx| {
        push(tx, 1, 4, What::Control(Control::Established))
    });
    assert!(has(&store, 1, Control::Profile) && has(&store, 1, Control::Established));
    assert!(!has(&store, 2, Control::Profile) && !has(&store, 1, Control::SessionLost));
    change(&mut store, |tx| {
        session_outbox::remove_one(tx, contact(1), Control::Profile)
    });
    assert!(!has(&store, 1, Control::Profile) && has(&store, 1, Control::Established));
    change(&mut store, |tx| {
        session_outbox::remove_controls(tx, contact(1))
    });
    assert_eq!(first(&store).what, What::Message(rows[0]));
}

#[test]
fn the_link_of_a_contact_is_kept_until_its_session_works() {
    let mut store = in_memory(2);
    change(&mut store, |tx| {
        joins::add(tx, contact(1), "sotto:add#x")?;
        joins::add(tx, contact(1), "sotto:add#y")
    });
    let link = joins::link_of(store.reader(), contact(1)).unwrap().unwrap();
    assert_eq!(*link, "sotto:add#y");
    assert_eq!(joins::link_of(store.reader(), contact(2)), Ok(None));
    change(&mut store, |tx| joins::done(tx, contact(1)));
    assert_eq!(joins::link_of(store.reader(), contact(1)), Ok(None));
}
