//! Contacts, drafts and the chat list.

use crate::common::{
    box_key, change, chat, contact, content, exchange, fingerprint, in_memory, new_contact, nonce,
    receive, send,
};
use sotto_protocol::Fingerprint;
use sotto_store::contact_keys::{ContactKey, KeyKind};
use sotto_store::contacts::{Added, Client, Contact, NewContact, Origin, OtherKey, Trust};
use sotto_store::messages::{Line, PeerKey, State};
use sotto_store::requests::{Incoming, Via};
use sotto_store::{
    ChatId, Store, StoreError, chats, contact_keys, contacts, drafts, messages, nonces,
    plain_outbox, requests, search,
};

fn add(store: &mut Store, id: &str, key: u8) -> Added {
    change(store, |tx| {
        contacts::add(
            tx,
            &NewContact {
                origin: Origin::Request,
                ..new_contact(id, key)
            },
        )
    })
}

#[test]
fn an_id_and_a_key_belong_to_one_contact() {
    let mut store = in_memory(0);
    let (contact, chat) = (contact(1), chat(1));
    assert_eq!(add(&mut store, "bob", 1), Added::New { contact, chat });
    assert_eq!(add(&mut store, "bob", 1), Added::KeyKnown(contact));
    assert_eq!(add(&mut store, "bobby", 1), Added::KeyKnown(contact));
    assert_eq!(add(&mut store, "bob", 2), Added::IdTaken(contact));
    assert_eq!(contacts::list(store.reader()).unwrap().len(), 1);
}

#[test]
fn a_contact_is_found_by_id_key_and_name() {
    let mut store = in_memory(2);
    change(&mut store, |tx| {
        contacts::set_user_id(tx, contact(2), "contact 1")
    });
    let reader = store.reader();
    let second = contacts::by_key(reader, &box_key(2)).unwrap().unwrap();
    assert_eq!((second.id, second.chat), (contact(2), chat(2)));
    assert_eq!(second.client, Client::Unknown);
    assert_eq!(
        contacts::by_public_id(reader, "contact 2")
            .unwrap()
            .unwrap(),
        second
    );
    assert_eq!(contacts::by_chat(reader, chat(2)).unwrap(), Some(second));
    let nobody = contacts::by_chat(reader, ChatId(2)).unwrap();
    assert_eq!(nobody, None);
    let both = contacts::by_user_id(reader, "contact 1").unwrap();
    assert_eq!(
        both.iter().map(|contact| contact.id).collect::<Vec<_>>(),
        [contact(1), contact(2)]
    );
    assert!(contacts::by_id(reader, contact(3)).unwrap().is_none());
}

#[test]
fn the_person_can_name_and_block_a_contact() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        assert!(contacts::rename(tx, contact(1), "Bob")?);
        assert!(contacts::set_blocked(tx, contact(1), true)?);
        assert!(contacts::set_client(tx, contact(1), Client::Guide)?);
        assert!(!contacts::rename(tx, contact(2), "Nobody")?);
        Ok(())
    });
    let contact = contacts::by_id(store.reader(), contact(1))
        .unwrap()
        .unwrap();
    assert_eq!(
        (contact.name.as_str(), contact.blocked, contact.client),
        ("Bob", true, Client::Guide)
    );
    assert_eq!(contact.public_id, "contact 1");
}

/// Adds somebody who was deleted, by key, by identity or by both.
fn add_again(store: &mut Store, key: Option<u8>, identity: Option<u8>) -> Contact {
    let new = NewContact {
        box_key: key.map(box_key),
        fingerprint: identity.map(fingerprint),
        ..new_contact("again", 1)
    };
    change(store, |tx| {
        let Added::New { contact, .. } = contacts::add(tx, &new)? else {
            panic!("is there already")
        };
        let added = contacts::by_id(tx, contact)?;
        contacts::delete(tx, contact)?;
        Ok(added.unwrap())
    })
}

#[test]
fn what_somebody_was_first_known_by_stays() {
    let mut store = in_memory(2);
    let first = Fingerprint::of_box_key(&box_key(1));
    let known_by = |store: &Store| {
        let found = contacts::by_id(store.reader(), contact(1)).unwrap();
        found.unwrap().known_by
    };
    assert_eq!(known_by(&store), Some(first));
    change(&mut store, |tx| {
        contacts::bind(tx, contact(1), &fingerprint(1), &box_key(1), 5)
    });
    assert_eq!(known_by(&store), Some(first), "more is known");
    change(&mut store, |tx| {
        contacts::see_other_key(tx, contact(1), &box_key(4), 1)?;
        contacts::use_other_key(tx, contact(1), 9)
    });
    assert_eq!(known_by(&store), Some(first), "the key is another");
    let added = add_again(&mut store, None, Some(7));
    assert_eq!(added.known_by, Some(fingerprint(7)));
}

#[test]
fn who_was_sealed_is_sealed_when_added_again() {
    let mut store = in_memory(3);
    change(&mut store, |tx| {
        contacts::bind(tx, contact(1), &fingerprint(1), &box_key(1), 5)?;
        contacts::set_sealed(tx, contact(1))?;
        contacts::refuse_plain(tx, contact(1))?;
        contacts::delete(tx, contact(1))?;
        contacts::delete(tx, contact(2))?;
        // One whose key was replaced, and who is still there.
        contacts::set_sealed(tx, contact(3))?;
        contacts::see_other_key(tx, contact(3), &box_key(4), 1)?;
        contacts::use_other_key(tx, contact(3), 9)
    });
    for (key, identity) in [(Some(1), None), (Some(3), None), (None, Some(1))] {
        let added = add_again(&mut store, key, identity);
        assert!(added.sealed && added.refuses_plain, "{key:?} {identity:?}");
        assert_eq!(added.client, Client::Sotto);
    }
    // And again, and not whoever was never.
    assert!(add_again(&mut store, Some(1), None).sealed);
    let never = add_again(&mut store, Some(2), None);
    assert!(!never.sealed && !never.refuses_plain);
    assert_eq!(never.client, Client::Unknown);
}

#[test]
fn another_key_is_news_once_and_never_after_it_was_ignored() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        assert!(
            !contacts::see_other_key(tx, contact(1), &box_key(1), 10)?,
            "its own key"
        );
        assert!(contacts::see_other_key(tx, contact(1), &box_key(8), 11)?);
        assert!(!contacts::see_other_key(tx, contact(1), &box_key(8), 12)?);
        let found = contacts::by_id(tx, contact(1))?.unwrap();
        assert_eq!(
            found.other_key,
            Some(OtherKey {
                key: box_key(8),
                seen_at: 11
            })
        );
        assert_eq!(
            contacts::ignore_other_key(tx, contact(1))?,
            Some(box_key(8))
        );
        assert_eq!(contacts::ignore_other_key(tx, contact(1))?, None);
        assert!(!contacts::see_other_key(tx, contact(1), &box_key(8), 13)?);
        assert!(contacts::see_other_key(tx, contact(1), &box_key(7), 14)?);
        Ok(())
    });
    let contact = contacts::by_id(store.reader(), contact(1))
        .unwrap()
        .unwrap();
    assert_eq!(
        (contact.ignored_key, contact.box_key),
        (Some(box_key(8)), Some(box_key(1)))
    );
}

#[test]
fn the_other_key_replaces_the_key_only_when_the_person_says_so() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        contacts::set_client(tx, contact(1), Client::Sotto)?;
        assert_eq!(contacts::use_other_key(tx, contact(1), 9)?, None);
        contacts::see_other_key(tx, contact(1), &box_key(8), 11)?;
        let before = contacts::use_other_key(tx, contact(1), 9)?.unwrap();
        assert_eq!(before.box_key, Some(box_key(1)));
        Ok(())
    });
    let contact = contacts::by_id(store.reader(), contact(1))
        .unwrap()
        .unwrap();
    assert_eq!(
        (contact.box_key, contact.other_key, contact.client),
        (Some(box_key(8)), None, Client::Unknown)
    );
}

#[test]
fn a_key_of_another_contact_cannot_be_taken_over() {
    let mut store = in_memory(2);
    change(&mut store, |tx| {
        contacts::see_other_key(tx, contact(1), &box_key(2), 3)
    });
    let taken = store.transaction(|tx| contacts::use_other_key(tx, contact(1), 9));
    assert_eq!(taken, Err(StoreError::Conflict));
    assert_eq!(
        contacts::by_id(store.reader(), contact(1))
            .unwrap()
            .unwrap()
            .box_key,
        Some(box_key(1))
    );
}

#[test]
fn a_deleted_contact_leaves_only_its_nonces() {
    let mut store = in_memory(2);
    exchange(&mut store, 1, 1).unwrap();
    exchange(&mut store, 2, 2).unwrap();
    change(&mut store, |tx| drafts::save(tx, chat(1), "half a th", 3));
    assert!(change(&mut store, |tx| contacts::delete(tx, contact(1))));
    assert!(!change(&mut store, |tx| contacts::delete(tx, contact(1))));
    let reader = store.reader();
    assert!(chats::by_id(reader, chat(1)).unwrap().is_none());
    assert_eq!(plain_outbox::contacts(reader).unwrap(), [contact(2)]);
    assert_eq!(drafts::load(reader, chat(1)).unwrap(), "");
    let query = search::Query {
        text: "received",
        before: None,
        limit: 10,
    };
    assert_eq!(search::find(reader, &query).unwrap().total, 1);
    assert!(nonces::contains(reader, &box_key(9), &nonce(1)).unwrap());
}

#[test]
fn ids_are_not_used_again() {
    let mut store = in_memory(2);
    let (_, sent) = exchange(&mut store, 2, 1).unwrap();
    change(&mut store, |tx| contacts::delete(tx, contact(2)));
    assert_eq!(
        add(&mut store, "new", 2),
        Added::New {
            contact: contact(3),
            chat: chat(3)
        }
    );
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
        drafts::save(tx, chat(2), "hel", 21)?;
        drafts::save(tx, chat(2), "hello you", 22)?;
        contacts::see_other_key(tx, contact(2), &box_key(8), 23)?;
        requests::hold(
            tx,
            &Incoming {
                key: box_key(8),
                user_id: "contact 2",
                came_by: "box",
                fingerprint: None,
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
                chat.id,
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
            (chat(2), 1, 0, 1, "hello you"),
            (chat(1), 2, 1, 0, ""),
            (chat(3), 0, 0, 0, "")
        ]
    );
    let last = list[1].last.as_ref().unwrap();
    let delivery = last.delivery.as_ref().unwrap();
    assert_eq!((delivery.state, last.text.len()), (State::Queued, 400));
    assert_eq!(list[2].last, None);
    assert_eq!(
        chats::by_id(store.reader(), chat(1)).unwrap().unwrap(),
        list[1]
    );
}

#[test]
fn a_cleared_chat_keeps_its_place_and_its_draft() {
    let mut store = in_memory(2);
    exchange(&mut store, 1, 50).unwrap();
    exchange(&mut store, 2, 40).unwrap();
    change(&mut store, |tx| {
        drafts::save(tx, chat(1), "draft", 60)?;
        assert_eq!(messages::clear_chat(tx, chat(1))?, 2);
        Ok(())
    });
    let list = chats::list(store.reader()).unwrap();
    assert_eq!(list[0].id, chat(1));
    assert_eq!(
        (list[0].unread, list[0].queued, list[0].last.is_none()),
        (0, 0, true)
    );
    assert_eq!(list[0].draft, "draft");
    change(&mut store, |tx| drafts::save(tx, chat(1), "", 61));
    assert_eq!(drafts::load(store.reader(), chat(1)).unwrap(), "");
}

#[test]
fn an_earlier_clock_does_not_move_a_chat_down() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        receive(tx, 1, 100, "now")?;
        messages::line(
            tx,
            &Line {
                chat: chat(1),
                content: content(7),
                system_line: "contact_added",
                created_at: 50,
                key: PeerKey::Box(box_key(1)),
            },
        )
    });
    let chat = chats::by_id(store.reader(), chat(1)).unwrap().unwrap();
    assert_eq!(chat.activity_at, 100);
    assert_eq!(
        chat.last.unwrap().system_line.as_deref(),
        Some("contact_added")
    );
}

#[test]
fn a_draft_needs_a_chat() {
    let mut store = in_memory(0);
    let saved = store.transaction(|tx| drafts::save(tx, chat(1), "to nobody", 1));
    assert_eq!(saved, Err(StoreError::Conflict));
}

/// The keys of a contact, as (whether it is an identity, first byte, first seen, last seen).
fn keys(store: &Store, number: i64) -> Vec<(bool, u8, i64, i64)> {
    let keys = contact_keys::list(store.reader(), contact(number)).unwrap();
    let tuple = |key: &ContactKey| {
        let whole = key.kind == KeyKind::Identity;
        (whole, key.key[0], key.first_seen, key.last_seen)
    };
    keys.iter().map(tuple).collect()
}

#[test]
fn every_key_that_a_contact_ever_had_is_kept_with_its_times() {
    const HOUR: i64 = 3_600_000;
    let mut store = in_memory(2);
    assert_eq!(keys(&store, 1), [(false, 1, 1, 1)]);
    change(&mut store, |tx| {
        contacts::bind(tx, contact(1), &fingerprint(7), &box_key(1), 5)
    });
    assert_eq!(keys(&store, 1), [(false, 1, 1, 5), (true, 7, 5, 5)]);
    // That something came under them is noted once an hour.
    let note = |store: &mut Store, at| {
        change(store, |tx| {
            let (key, identity) = (Some(&box_key(1)), Some(&fingerprint(7)));
            contact_keys::note(tx, contact(1), key, identity, at)
        });
    };
    note(&mut store, HOUR);
    assert_eq!(keys(&store, 1), [(false, 1, 1, 5), (true, 7, 5, 5)]);
    note(&mut store, HOUR + 5);
    let at = HOUR + 5;
    assert_eq!(keys(&store, 1), [(false, 1, 1, at), (true, 7, 5, at)]);
    // A clock that was set back takes nothing away.
    note(&mut store, 2);
    assert_eq!(keys(&store, 1), [(false, 1, 1, at), (true, 7, 5, at)]);
    change(&mut store, |tx| {
        contacts::see_other_key(tx, contact(1), &box_key(4), 1)?;
        contacts::use_other_key(tx, contact(1), at + 3)
    });
    let end = at + 3;
    let all = [(false, 1, 1, end), (true, 7, 5, end), (false, 4, end, end)];
    assert_eq!(keys(&store, 1), all);
    assert_eq!(keys(&store, 2), [(false, 2, 1, 1)]);
}

#[test]
fn what_differs_takes_a_mark_back_until_something_matches() {
    let mut store = in_memory(1);
    let read = |store: &Store| {
        let found = contacts::by_id(store.reader(), contact(1))
            .unwrap()
            .unwrap();
        (found.trust, found.trust_at, found.differed_at)
    };
    change(&mut store, |tx| {
        contacts::set_trust(tx, contact(1), Trust::Scan, Some(5))
    });
    assert_eq!(read(&store), (Trust::Scan, Some(5), None));
    change(&mut store, |tx| contacts::set_differed(tx, contact(1), 6));
    assert_eq!(read(&store), (Trust::Unverified, None, Some(6)));
    change(&mut store, |tx| {
        contacts::set_trust(tx, contact(1), Trust::ByTheirInvite, None)
    });
    assert_eq!(read(&store), (Trust::ByTheirInvite, None, Some(6)));
    change(&mut store, |tx| {
        contacts::set_trust(tx, contact(1), Trust::Digits, Some(7))
    });
    assert_eq!(read(&store), (Trust::Digits, Some(7), None));
}

/// A contact that named an identity which is not its own has no mark of that one.
#[test]
fn a_mark_goes_with_the_identity_that_is_taken_away() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        contacts::bind(tx, contact(1), &fingerprint(7), &box_key(1), 5)?;
        contacts::set_trust(tx, contact(1), Trust::Scan, Some(5))?;
        contacts::unbind(tx, contact(1))
    });
    let found = contacts::by_id(store.reader(), contact(1))
        .unwrap()
        .unwrap();
    assert_eq!((found.trust, found.trust_at), (Trust::Unverified, None));
}
