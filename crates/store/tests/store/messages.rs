//! Messages: pages, unread ones, printing, deletion.

use crate::common::{
    box_key, change, chat, content, entry, exchange, in_memory, receive, send, writer,
};
use sotto_store::messages::{Anchor, Direction, Message, Page, PeerKey, Protection, State};
use sotto_store::{MessageId, Store, StoreError, chats, messages, plain_outbox, search};

/// Messages 1 to 10 in chat 1, one of chat 2 between any two.
fn ten() -> Store {
    let mut store = in_memory(2);
    change(&mut store, |tx| {
        for number in 1..=10 {
            receive(tx, 1, number, &number.to_string())?;
            receive(tx, 2, 100 + number, "other")?;
        }
        Ok(())
    });
    store
}

fn texts(page: &Page) -> Vec<&str> {
    page.messages
        .iter()
        .map(|message| message.text.as_str())
        .collect()
}

fn row(store: &Store, number: u64) -> MessageId {
    messages::by_content(store.reader(), chat(1), &writer(), &content(number))
        .unwrap()
        .unwrap()
        .id
}

fn page(store: &Store, anchor: Anchor, limit: u32) -> (Vec<String>, bool, bool) {
    let page = messages::page(store.reader(), chat(1), anchor, limit).unwrap();
    let texts = texts(&page).into_iter().map(String::from).collect();
    (texts, page.has_older, page.has_newer)
}

#[test]
fn pages_say_whether_there_is_more_on_each_side() {
    let store = ten();
    let fifth = row(&store, 5);
    let strings =
        |range: std::ops::RangeInclusive<u8>| range.map(|n| n.to_string()).collect::<Vec<_>>();
    assert_eq!(
        page(&store, Anchor::Newest, 3),
        (strings(8..=10), true, false)
    );
    assert_eq!(
        page(&store, Anchor::Newest, 10),
        (strings(1..=10), false, false)
    );
    assert_eq!(
        page(&store, Anchor::Before(fifth), 2),
        (strings(3..=4), true, true)
    );
    assert_eq!(
        page(&store, Anchor::Before(fifth), 9),
        (strings(1..=4), false, true)
    );
    assert_eq!(
        page(&store, Anchor::After(fifth), 2),
        (strings(6..=7), true, true)
    );
    assert_eq!(
        page(&store, Anchor::After(fifth), 5),
        (strings(6..=10), true, false)
    );
    assert_eq!(
        page(&store, Anchor::Around(fifth), 4),
        (strings(3..=6), true, true)
    );
    assert_eq!(
        page(&store, Anchor::Around(fifth), 1),
        (strings(5..=5), true, true)
    );
}

#[test]
fn around_an_end_the_other_side_gets_the_room() {
    let store = ten();
    let strings =
        |range: std::ops::RangeInclusive<u8>| range.map(|n| n.to_string()).collect::<Vec<_>>();
    assert_eq!(
        page(&store, Anchor::Around(row(&store, 1)), 4),
        (strings(1..=4), false, true)
    );
    assert_eq!(
        page(&store, Anchor::Around(row(&store, 10)), 4),
        (strings(7..=10), true, false)
    );
    assert_eq!(
        page(&store, Anchor::Around(MessageId(i64::MAX)), 4),
        (strings(7..=10), true, false)
    );
    assert_eq!(
        page(&store, Anchor::Around(MessageId(0)), 40),
        (strings(1..=10), false, false)
    );
}

#[test]
fn a_page_around_a_deleted_message_is_where_it_was() {
    let mut store = ten();
    let fifth = row(&store, 5);
    change(&mut store, |tx| messages::delete(tx, fifth));
    let (texts, older, newer) = page(&store, Anchor::Around(fifth), 4);
    assert_eq!(
        (texts.join(" ").as_str(), older, newer),
        ("3 4 6 7", true, true)
    );
}

#[test]
fn a_chat_without_messages_has_an_empty_page() {
    let store = in_memory(1);
    for anchor in [
        Anchor::Newest,
        Anchor::Before(MessageId(3)),
        Anchor::After(MessageId(3)),
        Anchor::Around(MessageId(3)),
    ] {
        assert_eq!(page(&store, anchor, 10), (vec![], false, false));
    }
}

#[test]
fn each_walks_through_more_than_a_page_oldest_first() {
    let mut store = in_memory(1);
    change(&mut store, |tx| {
        for number in 0..2_500 {
            receive(tx, 1, number, &number.to_string())?;
        }
        Ok(())
    });
    let mut seen = Vec::new();
    let walked = messages::each(store.reader(), chat(1), |message: Message| {
        seen.push(message.text);
        Ok::<_, StoreError>(())
    });
    assert_eq!(walked, Ok(()));
    assert!(
        seen.into_iter()
            .eq((0..2_500).map(|number| number.to_string()))
    );
}

#[test]
fn each_stops_at_the_first_error() {
    let store = ten();
    let mut seen = 0;
    let walked = messages::each(store.reader(), chat(1), |_| {
        seen += 1;
        if seen == 3 {
            Err(StoreError::Io)
        } else {
            Ok(())
        }
    });
    assert_eq!((walked, seen), (Err(StoreError::Io), 3));
}

#[test]
fn reading_up_to_a_message_leaves_the_later_ones_unread() {
    let mut store = ten();
    let fourth = row(&store, 4);
    assert_eq!(
        change(&mut store, |tx| messages::mark_read(tx, chat(1), fourth)),
        4
    );
    assert_eq!(
        change(&mut store, |tx| messages::mark_read(tx, chat(1), fourth)),
        0
    );
    let reader = store.reader();
    assert_eq!(messages::unread_count(reader, chat(1)).unwrap(), 6);
    assert_eq!(
        messages::first_unread(reader, chat(1)).unwrap(),
        Some(row(&store, 5))
    );
    assert_eq!(messages::unread_count(reader, chat(2)).unwrap(), 10);
    change(&mut store, |tx| {
        messages::mark_read(tx, chat(1), MessageId(i64::MAX))
    });
    assert_eq!(
        messages::first_unread(store.reader(), chat(1)).unwrap(),
        None
    );
}

#[test]
fn only_received_messages_wait_for_printing() {
    let mut store = in_memory(1);
    let (first, _) = exchange(&mut store, 1, 1).unwrap();
    let (second, _) = exchange(&mut store, 1, 2).unwrap();
    let waiting = |store: &Store, limit| -> Vec<MessageId> {
        let rows = messages::unprinted(store.reader(), limit).unwrap();
        rows.into_iter().map(|message| message.id).collect()
    };
    assert_eq!(waiting(&store, 10), [first, second]);
    assert_eq!(waiting(&store, 1), [first]);
    change(&mut store, |tx| {
        messages::mark_printed(tx, &[first, MessageId(999)])
    });
    assert_eq!(waiting(&store, 10), [second]);
}

#[test]
fn a_deleted_message_is_gone_from_outbox_search_and_list() {
    let mut store = in_memory(1);
    let (received, sent) = exchange(&mut store, 1, 1).unwrap();
    assert_eq!(
        change(&mut store, |tx| messages::delete(tx, sent)),
        Some(chat(1))
    );
    assert_eq!(change(&mut store, |tx| messages::delete(tx, sent)), None);
    let reader = store.reader();
    assert_eq!(plain_outbox::len(reader).unwrap(), 0);
    let query = search::Query {
        text: "sent",
        before: None,
        limit: 10,
    };
    assert!(search::find(reader, &query).unwrap().hits.is_empty());
    let chat = chats::by_id(reader, chat(1)).unwrap().unwrap();
    assert_eq!((chat.last.unwrap().id, chat.queued), (received, 0));
}

#[test]
fn an_author_uses_a_content_id_once_in_a_chat_and_a_message_needs_a_chat() {
    let mut store = in_memory(1);
    change(&mut store, |tx| receive(tx, 1, 7, "one"));
    let twice = store.transaction(|tx| receive(tx, 1, 7, "two"));
    assert_eq!(twice, Err(StoreError::Conflict));
    let nowhere = store.transaction(|tx| receive(tx, 2, 8, "three"));
    assert_eq!(nowhere, Err(StoreError::Conflict));
}

#[test]
fn an_error_or_a_panic_undoes_the_whole_transaction() {
    let mut store = in_memory(1);
    let failed: Result<(), StoreError> = store.transaction(|tx| {
        receive(tx, 1, 1, "half")?;
        Err(StoreError::Io)
    });
    assert_eq!(failed, Err(StoreError::Io));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.transaction(|tx| -> Result<(), StoreError> {
            receive(tx, 1, 2, "half")?;
            panic!("in the middle")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(messages::unread_count(store.reader(), chat(1)).unwrap(), 0);
    change(&mut store, |tx| receive(tx, 1, 3, "whole"));
    assert_eq!(messages::unread_count(store.reader(), chat(1)).unwrap(), 1);
}

#[test]
fn a_received_text_comes_back_as_it_was() {
    let mut store = in_memory(1);
    let texts = ["a\0b", "\u{202e}abc", "👩‍👩‍👧", "x\u{200b}\u{2063}", " \r\n\t "];
    for (number, text) in (1..).zip(texts) {
        let id = change(&mut store, |tx| receive(tx, 1, number, text));
        let message = messages::by_id(store.reader(), id).unwrap().unwrap();
        assert_eq!(
            (message.text.as_str(), message.direction),
            (text, Direction::In)
        );
        assert_eq!(
            (message.author, message.key, message.protection()),
            (writer(), PeerKey::Box(box_key(9)), Protection::Plain)
        );
        assert_eq!(
            (message.delivery, message.unread, message.printed),
            (None, true, false)
        );
    }
}

#[test]
fn a_sent_message_is_queued_from_the_start() {
    let mut store = in_memory(1);
    let id = change(&mut store, |tx| send(tx, 1, 5, "hello"));
    let message = messages::by_id(store.reader(), id).unwrap().unwrap();
    let delivery = message.delivery.unwrap();
    assert_eq!(
        (message.direction, delivery.state, delivery.state_at),
        (Direction::Out, State::Queued, 5)
    );
    assert!(!message.unread && message.printed);
    let again = store.transaction(|tx| plain_outbox::push(tx, &entry(1, id, "BBBB")));
    assert_eq!(again, Err(StoreError::Conflict));
}
