//! What was said is found, everywhere and in one chat.

use super::relay_model::Kind;
use super::world::{World, shown_key};
use crate::api::{FindPlaces, PlacesQuery, SearchMessages, SearchQuery};

#[test]
fn words_are_found_in_all_chats_with_their_place_and_in_one_chat_as_places() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    let first = world.send(alice, bob, "The Caf\u{e9} opens");
    world.send(alice, bob, "nothing of interest");
    let last = world.send(alice, bob, "which cafe");
    let elsewhere = world.add(alice, "carol", shown_key(9));
    let chat = world.chat(alice, bob);

    let query = SearchQuery {
        text: "cafe".to_owned(),
        before: None,
        limit: 30,
    };
    let found = world.request(alice, SearchMessages(query)).unwrap();
    let hits: Vec<_> = found
        .hits
        .iter()
        .map(|hit| (hit.chat, hit.message))
        .collect();
    assert_eq!(hits, [(chat, last), (chat, first)]);
    assert_eq!((found.total, found.has_more), (2, false));
    assert_eq!(found.hits[1].snippet, ["The ", "Caf\u{e9}", " opens"]);

    let mut places = |chat, before, limit| {
        let query = PlacesQuery {
            text: "cafe".to_owned(),
            chat,
            before,
            limit,
        };
        let found = world.request(alice, FindPlaces(query)).unwrap();
        (found.messages, found.has_more)
    };
    assert_eq!(places(chat, None, 1_000), (vec![last, first], false));
    assert_eq!(places(chat, None, 1), (vec![last], true));
    assert_eq!(places(chat, Some(last), 1_000), (vec![first], false));
    assert_eq!(places(elsewhere, None, 1_000), (vec![], false));
}
