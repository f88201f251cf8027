//! Contacts, drafts and the chat list.

use sotto_store::contacts::{Added, Client, NewContact, Origin, OtherKey};
use sotto_store::messages::{Line, State};
use sotto_store::requests::{Incoming, Via};
use sotto_store::{
    Store, StoreError, chats, contacts, drafts, messages, nonces, outbox, requests, search,
};

use crate::common::{change, exchange, in_memory, public_id, receive, send};

fn add(store: &mut Store, id: &str, key: u8) -> Added {
    change(store, |tx| {
        contacts::add(
            tx,
            &NewContact {
                public_id: id,
                user_id: id,
                name: "",
                box_key: Some([key; 32]),
                account: None,
                added_at: 5,
                origin: Origin::Request,
            },
        )
    })
}

#[test]
fn an_id_and_a_key_belong_to_one_contact() {
    let mut store = Store::open_in_memory().unwrap();
    assert_eq!(add(&mut store, "bob", 1), Added::New(1));
    assert_eq!(add(&mut store, "bob", 1), Added::KeyKnown(1));
    assert_eq!(add(&mut store, "bobby", 1), Added::KeyKnown(1));
    assert_eq!(add(&mut store, "bob", 2), Added::IdTaken(1));
    assert_eq!(contacts::list(store.reader()).unwrap().len(), 1);
}

#[test]
fn a_contact_is_found_by_id_key_and_name() {
    let mut store = in_memory(2);
    change(&mut store, |tx| contacts::set_user_id(tx, 2, "contact 1"));
    let reader = store.reader();
    let contact = contacts::by_key(reader, &[2; 32]).unwrap().unwrap();
    assert_eq!((contact.id, contact.client), (2, Client::Unknown));
    assert_eq!(
        contacts::by_public_id(reader, "contact 2")
            .unwrap()
            .unwrap(),
        contact
    );
    let both = contacts::by_user_id(reader, "contact 1").unwrap();
    assert_eq!(
        both.iter().map(|contact| contact.id).collect::<Vec<_>>(),
        [1, 2]
    );
    assert!(contacts::by_id(reader, 3).unwrap().is_none());
}

#[test]
fn the_person_can_name_and_block_a_contact() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        assert!(contacts::rename(tx, 1, "Bob")?);
        assert!(contacts::set_blocked(tx, 1, true)?);
        assert!(contacts::set_client(tx, 1, Client::Guide)?);
        assert!(!contacts::rename(tx, 2, "Nobody")?);
        Ok(())
    });
    let contact = contacts::by_id(store.reader(), 1).unwrap().unwrap();
    assert_eq!(
        (contact.name.as_str(), contact.blocked, contact.client),
        ("Bob", true, Client::Guide)
    );
    assert_eq!(contact.public_id, "contact 1");
}

#[test]
fn another_key_is_news_once_and_never_after_it_was_ignored() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        assert!(
            !contacts::see_other_key(tx, 1, &[1; 32], 10)?,
            "its own key"
        );
        assert!(contacts::see_other_key(tx, 1, &[8; 32], 11)?);
        assert!(!contacts::see_other_key(tx, 1, &[8; 32], 12)?);
        let contact = contacts::by_id(tx, 1)?.unwrap();
        assert_eq!(
            contact.other_key,
            Some(OtherKey {
                key: [8; 32],
                seen_at: 11
            })
        );
        assert_eq!(contacts::ignore_other_key(tx, 1)?, Some([8; 32]));
        assert_eq!(contacts::ignore_other_key(tx, 1)?, None);
        assert!(!contacts::see_other_key(tx, 1, &[8; 32], 13)?);
        assert!(contacts::see_other_key(tx, 1, &[7; 32], 14)?);
        Ok(())
    });
    let contact = contacts::by_id(store.reader(), 1).unwrap().unwrap();
    assert_eq!(
        (contact.ignored_key, contact.box_key),
        (Some([8; 32]), Some([1; 32]))
    );
}

#[test]
fn the_other_key_replaces_the_key_only_when_the_person_says_so() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        contacts::set_client(tx, 1, Client::Sotto)?;
        assert_eq!(contacts::use_other_key(tx, 1)?, None);
        contacts::see_other_key(tx, 1, &[8; 32], 11)?;
        let before = contacts::use_other_key(tx, 1)?.unwrap();
        assert_eq!(before.box_key, Some([1; 32]));
        Ok(())
    });
    let contact = contacts::by_id(store.reader(), 1).unwrap().unwrap();
    assert_eq!(
        (contact.box_key, contact.other_key, contact.client),
        (Some([8; 32]), None, Client::Unknown)
    );
}

#[test]
fn a_key_of_another_contact_cannot_be_taken_over() {
    let mut store = in_memory(2);
    change(&mut store, |tx| contacts::see_other_key(tx, 1, &[2; 32], 3));
    let taken = store.transaction(|tx| contacts::use_other_key(tx, 1));
    assert_eq!(taken, Err(StoreError::Conflict));
    assert_eq!(
        contacts::by_id(store.reader(), 1).unwrap().unwrap().box_key,
        Some([1; 32])
    );
}

#[test]
fn a_deleted_contact_leaves_only_its_nonces() {
    let mut store = in_memory(2);
    exchange(&mut store, 1, 1).unwrap();
    exchange(&mut store, 2, 2).unwrap();
    change(&mut store, |tx| drafts::save(tx, 1, "half a th", 3));
    assert!(change(&mut store, |tx| contacts::delete(tx, 1)));
    assert!(!change(&mut store, |tx| contacts::delete(tx, 1)));
    let reader = store.reader();
    assert!(chats::by_id(reader, 1).unwrap().is_none());
    assert_eq!(outbox::chats(reader).unwrap(), [2]);
    assert_eq!(drafts::load(reader, 1).unwrap(), "");
    let query = search::Query {
        text: "received",
        chat: None,
        before: None,
        limit: 10,
    };
    assert_eq!(search::find(reader, &query).unwrap().total, 1);
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&1_u64.to_be_bytes());
    assert!(nonces::contains(reader, &[9; 32], &nonce).unwrap());
}

#[test]
fn ids_are_not_used_again() {
    let mut store = in_memory(2);
    let (_, sent) = exchange(&mut store, 2, 1).unwrap();
    change(&mut store, |tx| contacts::delete(tx, 2));
    assert_eq!(add(&mut store, "new", 2), Added::New(3));
    let (received, _) = exchange(&mut store, 3, 2).unwrap();
    assert!(received > sent);
}

#[test]
fn the_list_shows_the_newest_line_the_counts_and_the_draft() {
    let mut store = in_memory(3);
    change(&mut store, |tx| {
        receive(tx, 1, 10, "first")?;
        receive(tx, 1, 11, "second")?;
        send(tx, 1, 12, &"long ".repeat(200))?;
        receive(tx, 2, 20, "hello")?;
        drafts::save(tx, 2, "hel", 21)?;
        drafts::save(tx, 2, "hello you", 22)?;
        contacts::see_other_key(tx, 2, &[8; 32], 23)?;
        requests::hold(
            tx,
            &Incoming {
                key: [8; 32],
                user_id: "contact 2",
                account: None,
                text: Some("it is me"),
                via: Via::Box([0; 24]),
                relay_at: None,
                received_at: 24,
            },
        )?;
        Ok(())
    });
    let list = chats::list(store.reader()).unwrap();
    let rows: Vec<_> = list
        .iter()
        .map(|chat| {
            (
                chat.contact.id,
                chat.unread,
                chat.queued,
                chat.held,
                chat.draft.as_str(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (2, 1, 0, 1, "hello you"),
            (1, 2, 1, 0, ""),
            (3, 0, 0, 0, "")
        ]
    );
    let last = list[1].last.as_ref().unwrap();
    assert_eq!((last.state, last.text.len()), (Some(State::Queued), 400));
    assert_eq!(list[2].last, None);
    assert_eq!(chats::by_id(store.reader(), 1).unwrap().unwrap(), list[1]);
}

#[test]
fn a_cleared_chat_keeps_its_place_and_its_draft() {
    let mut store = in_memory(2);
    exchange(&mut store, 1, 50).unwrap();
    exchange(&mut store, 2, 40).unwrap();
    change(&mut store, |tx| {
        drafts::save(tx, 1, "draft", 60)?;
        assert_eq!(messages::clear_chat(tx, 1)?, 2);
        Ok(())
    });
    let list = chats::list(store.reader()).unwrap();
    assert_eq!(list[0].contact.id, 1);
    assert_eq!(
        (list[0].unread, list[0].queued, list[0].last.is_none()),
        (0, 0, true)
    );
    assert_eq!(list[0].draft, "draft");
    change(&mut store, |tx| drafts::save(tx, 1, "", 61));
    assert_eq!(drafts::load(store.reader(), 1).unwrap(), "");
}

#[test]
fn an_earlier_clock_does_not_move_a_chat_down() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        receive(tx, 1, 100, "now")?;
        messages::line(
            tx,
            &Line {
                chat: 1,
                public_id: public_id(7),
                system_line: "contact_added",
                created_at: 50,
                key: [1; 32],
            },
        )
    });
    let chat = chats::by_id(store.reader(), 1).unwrap().unwrap();
    assert_eq!(chat.contact.activity_at, 100);
    assert_eq!(
        chat.last.unwrap().system_line.as_deref(),
        Some("contact_added")
    );
}

#[test]
fn a_draft_needs_a_chat() {
    let mut store = in_memory(0);
    let saved = store.transaction(|tx| drafts::save(tx, 1, "to nobody", 1));
    assert_eq!(saved, Err(StoreError::Conflict));
}
