//! Whom a message is for, how far it came to each, and who wrote what: in groups and with one person.

use crate::common::{
    box_key, change, chat, contact, content, entry, fingerprint, in_memory, receive, received,
    send, writer,
};
use sotto_store::messages::{Author, PeerKey, Received, Sent, State};
use sotto_store::session_outbox::{New, What};
use sotto_store::{
    ChatId, ContactId, MessageId, RelayId, Store, StoreError, Tx, chats, contacts, messages,
    plain_outbox, session_outbox,
};

/// A text of the person in the group of three contacts, in the session outbox for each.
fn send_to_three(tx: &Tx<'_>, group: ChatId, number: u64) -> Result<MessageId, StoreError> {
    let recipients = [contact(1), contact(2), contact(3)];
    let message = messages::send(
        tx,
        &Sent {
            chat: group,
            content: content(number),
            text: "to all of you",
            created_at: 10,
            key: PeerKey::Unknown,
            plain_nonce: None,
            recipients: &recipients,
        },
    )?;
    for contact in recipients {
        session_outbox::push(
            tx,
            &New {
                contact,
                what: What::Message(message),
                data: &[],
                content: content(number),
                fingerprint: Some(fingerprint(u8::try_from(contact.0).unwrap())),
            },
        )?;
    }
    Ok(message)
}

/// Three contacts and a group; a message to it.
fn group() -> (Store, ChatId, MessageId) {
    let mut store = in_memory(3);
    let (group, message) = change(&mut store, |tx| {
        let group = chats::create_group(tx, 5)?;
        Ok((group, send_to_three(tx, group, 1)?))
    });
    (store, group, message)
}

fn handed(store: &mut Store, to: i64, at: i64) {
    change(store, |tx| {
        let entry = session_outbox::first(tx, contact(to))?.unwrap();
        session_outbox::handed(tx, entry.id, at, RelayId(to))
    });
}

fn delivered(store: &mut Store, to: i64, at: i64) {
    change(store, |tx| {
        let entry = session_outbox::first(tx, contact(to))?.unwrap();
        session_outbox::delivered(tx, &entry, at)
    });
}

/// What the message says of all: state, since when, how many have it, of how many.
fn summary(store: &Store, message: MessageId) -> (State, i64, u32, u32) {
    let message = messages::by_id(store.reader(), message).unwrap().unwrap();
    let delivery = message.delivery.unwrap();
    (
        delivery.state,
        delivery.state_at,
        delivery.delivered,
        delivery.recipients,
    )
}

#[test]
fn a_message_says_the_least_of_its_recipients() {
    let (mut store, _, message) = group();
    assert_eq!(summary(&store, message), (State::Queued, 10, 0, 3));
    handed(&mut store, 1, 11);
    delivered(&mut store, 1, 12);
    assert_eq!(summary(&store, message), (State::Queued, 10, 1, 3));
    handed(&mut store, 3, 13);
    handed(&mut store, 2, 14);
    assert_eq!(summary(&store, message), (State::Handed, 14, 1, 3));
    delivered(&mut store, 2, 15);
    assert_eq!(summary(&store, message), (State::Handed, 13, 2, 3));
    delivered(&mut store, 3, 16);
    assert_eq!(summary(&store, message), (State::Delivered, 16, 3, 3));
}

#[test]
fn each_recipient_has_a_state_of_its_own() {
    let (mut store, _, message) = group();
    handed(&mut store, 1, 11);
    delivered(&mut store, 1, 12);
    handed(&mut store, 2, 13);
    change(&mut store, |tx| {
        let entry = session_outbox::first(tx, contact(3))?.unwrap();
        session_outbox::failed(tx, &entry, 14, "too_large")
    });
    let all = messages::recipients(store.reader(), message).unwrap();
    let all: Vec<_> = all
        .iter()
        .map(|to| (to.contact, to.state, to.state_at, to.relay))
        .collect();
    assert_eq!(
        all,
        [
            (contact(1), State::Delivered, 12, Some(RelayId(1))),
            (contact(2), State::Handed, 13, Some(RelayId(2))),
            (contact(3), State::Failed, 14, None),
        ]
    );
    let read = messages::by_id(store.reader(), message).unwrap().unwrap();
    let delivery = read.delivery.unwrap();
    assert_eq!(
        (delivery.state, delivery.failure.as_deref(), delivery.relay),
        (State::Failed, Some("too_large"), None)
    );
    assert_eq!((delivery.delivered, delivery.recipients), (1, 3));

    change(&mut store, |tx| {
        messages::requeue(tx, message, contact(1), 15)?;
        messages::requeue(tx, message, contact(3), 16)
    });
    // What did not fail is not queued again.
    assert_eq!(summary(&store, message), (State::Queued, 16, 1, 3));
}

#[test]
fn a_message_waits_in_its_group_and_not_in_the_chats_of_its_recipients() {
    let (mut store, group, message) = group();
    let queued = |store: &Store, id| chats::by_id(store.reader(), id).unwrap().unwrap().queued;
    assert_eq!(queued(&store, group), 1);
    for number in 1..=3 {
        assert_eq!(queued(&store, chat(number)), 0);
        handed(&mut store, number, 11);
    }
    assert_eq!(queued(&store, group), 0);
    let row = chats::by_id(store.reader(), group).unwrap().unwrap();
    assert_eq!(row.kind, chats::Kind::Group);
    assert_eq!(row.last.unwrap().id, message);
    assert_eq!(row.activity_at, 10);
    assert_eq!(chats::list(store.reader()).unwrap()[0].id, group);
}

#[test]
fn a_deleted_contact_is_no_recipient_any_more() {
    let (mut store, _, message) = group();
    handed(&mut store, 1, 11);
    handed(&mut store, 2, 11);
    change(&mut store, |tx| contacts::delete(tx, contact(3)));
    assert_eq!(summary(&store, message), (State::Handed, 11, 0, 2));
    let waiting = session_outbox::contacts(store.reader()).unwrap();
    assert_eq!(waiting, [contact(1), contact(2)]);
    change(&mut store, |tx| {
        contacts::delete(tx, contact(1))?;
        contacts::delete(tx, contact(2))
    });
    // Nobody is left who lacks it.
    assert_eq!(summary(&store, message), (State::Delivered, 10, 0, 0));
}

#[test]
fn a_deleted_group_leaves_its_members() {
    let (mut store, group, message) = group();
    assert!(change(&mut store, |tx| chats::delete(tx, group)));
    assert!(!change(&mut store, |tx| chats::delete(tx, group)));
    let reader = store.reader();
    assert_eq!(messages::by_id(reader, message).unwrap(), None);
    assert!(messages::recipients(reader, message).unwrap().is_empty());
    assert!(session_outbox::contacts(reader).unwrap().is_empty());
    assert_eq!(contacts::list(reader).unwrap().len(), 3);
    // The chat with a contact goes with the contact only.
    assert!(!change(&mut store, |tx| chats::delete(tx, chat(1))));
    assert!(chats::by_id(store.reader(), chat(1)).unwrap().is_some());
}

#[test]
fn a_message_is_for_contacts_each_once() {
    let mut store = in_memory(1);
    for recipients in [[contact(1), contact(1)], [contact(1), ContactId(99)]] {
        let sent = store.transaction(|tx| {
            messages::send(
                tx,
                &Sent {
                    chat: chat(1),
                    content: content(1),
                    text: "twice",
                    created_at: 1,
                    key: PeerKey::Unknown,
                    plain_nonce: None,
                    recipients: &recipients,
                },
            )
        });
        assert_eq!(sent, Err(StoreError::Conflict));
    }
    let none = messages::by_content(store.reader(), chat(1), &Author::Me, &content(1));
    assert_eq!(none, Ok(None));
}

#[test]
fn two_authors_may_choose_the_same_content_id() {
    let mut store = in_memory(1);
    let authors = [
        writer(),
        Author::Box(box_key(8)),
        Author::Identity(fingerprint(9)),
    ];
    let rows = change(&mut store, |tx| {
        let received = |author| Received {
            author,
            ..received(chat(1), 7, "mine")
        };
        let rows = authors.map(|author| messages::receive(tx, &received(author)));
        let own = send(tx, 1, 7, "my own")?;
        Ok((rows, own))
    });
    let reader = store.reader();
    for (author, row) in authors.iter().zip(rows.0) {
        let found = messages::by_content(reader, chat(1), author, &content(7)).unwrap();
        let found = found.unwrap();
        assert_eq!((Ok(found.id), found.author), (row, *author));
        assert_eq!(found.key, PeerKey::from(*author));
    }
    let own = messages::by_content(reader, chat(1), &Author::Me, &content(7)).unwrap();
    assert_eq!(own.unwrap().id, rows.1);
    let twice = store.transaction(|tx| receive(tx, 1, 7, "again"));
    assert_eq!(twice, Err(StoreError::Conflict));
}

#[test]
fn what_the_person_wrote_is_not_received() {
    let mut store = in_memory(1);
    let received = Received {
        author: Author::Me,
        ..received(chat(1), 7, "from myself")
    };
    let refused = store.transaction(|tx| messages::receive(tx, &received));
    assert!(matches!(refused, Err(StoreError::Sqlite { .. })));
}

#[test]
fn an_author_may_use_a_content_id_in_two_chats() {
    let mut store = in_memory(2);
    let (first, second) = change(&mut store, |tx| {
        Ok((receive(tx, 1, 7, "here")?, receive(tx, 2, 7, "and there")?))
    });
    let found = |chat| {
        let found = messages::by_content(store.reader(), chat, &writer(), &content(7));
        found.unwrap().map(|message| message.id)
    };
    assert_eq!(
        (found(chat(1)), found(chat(2))),
        (Some(first), Some(second))
    );
    assert_eq!(found(ChatId(1)), None);
}

#[test]
fn what_nobody_confirmed_is_found_by_its_contact() {
    let mut store = in_memory(2);
    let nonce = Some([7; 24]);
    let boxed = |tx: &Tx<'_>, to: i64, number, key| -> Result<MessageId, StoreError> {
        let message = messages::send(
            tx,
            &Sent {
                chat: chat(to),
                content: content(number),
                text: "boxed",
                created_at: 1,
                key: PeerKey::Box(box_key(key)),
                plain_nonce: nonce,
                recipients: &[contact(to)],
            },
        )?;
        plain_outbox::push(tx, &entry(to, message, "AAAA"))?;
        plain_outbox::handed(tx, message, contact(to), 2, RelayId(1))?;
        Ok(message)
    };
    let rows = change(&mut store, |tx| {
        let rows = [
            boxed(tx, 1, 1, 1)?,
            boxed(tx, 1, 2, 1)?,
            boxed(tx, 1, 3, 1)?,
        ];
        boxed(tx, 2, 4, 2)?;
        // For a key that the contact had before, and one that still waits.
        boxed(tx, 1, 5, 9)?;
        send(tx, 1, 6, "waits")?;
        Ok(rows)
    });
    let unconfirmed =
        |store: &Store, limit| messages::unconfirmed(store.reader(), contact(1), limit).unwrap();
    assert_eq!(unconfirmed(&store, 9), rows);
    assert_eq!(unconfirmed(&store, 2), rows[1..]);
    // In a session it is confirmed there.
    change(&mut store, |tx| {
        messages::protect(tx, rows[0], Some(&fingerprint(1)))?;
        messages::protect(tx, rows[1], None)
    });
    assert_eq!(unconfirmed(&store, 9), rows[2..]);
    let key = |row| messages::by_id(store.reader(), row).unwrap().unwrap().key;
    assert_eq!(key(rows[0]), PeerKey::Identity(fingerprint(1)));
    assert_eq!(key(rows[1]), PeerKey::Unknown);
}
