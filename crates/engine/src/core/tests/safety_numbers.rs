//! The number that two people compare.

use super::relay_model::Kind;
use super::world::{Who, World};
use crate::api::{
    AddByLink, ChatId, ErrorCode, LinkCameBy, PrivateRelays, SafetyNumberView, ShowCard,
    ShowSafetyNumber,
};

fn number(world: &mut World, who: Who, other: Who) -> SafetyNumberView {
    let chat = world.chat(who, other);
    world.request(who, ShowSafetyNumber(chat)).unwrap()
}

/// P-130.
#[test]
fn both_sides_see_the_number_of_their_box_keys_and_then_that_of_all_keys() {
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let [before, there] = [(alice, bob), (bob, alice)].map(|(who, to)| number(&mut world, who, to));
    assert!(!before.whole && !there.whole);
    assert_eq!(before.digits, there.digits);

    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let [after, there] = [(alice, bob), (bob, alice)].map(|(who, to)| number(&mut world, who, to));
    assert!(after.whole && there.whole);
    assert_eq!(after.digits, there.digits);
    assert_ne!(after.digits, before.digits);
    // It stays what it is after a restart.
    world.restart(alice);
    assert_eq!(number(&mut world, alice, bob).digits, after.digits);
}

/// P-130: whoever stands between the two shows each a number of its own.
#[test]
fn somebody_in_between_makes_two_numbers_differ() {
    let (mut world, alice, bob) = World::two_sottos(Kind::Guide);
    let mallory = world.person("mallory", &[0]);
    world.settle();
    world.befriend(alice, mallory);
    world.befriend(bob, mallory);
    world.send(alice, mallory, "hello");
    world.send(bob, mallory, "hello");
    world.settle();
    let true_one = number(&mut world, alice, bob);
    let shown_to_alice = number(&mut world, alice, mallory);
    let shown_to_bob = number(&mut world, bob, mallory);
    assert_ne!(shown_to_alice.digits, shown_to_bob.digits);
    assert_ne!(shown_to_alice.digits, true_one.digits);
}

#[test]
fn without_any_key_there_is_nothing_to_compare() {
    let (mut world, alice, bob) = World::two_unknowns(Kind::Guide);
    let link = world.request(bob, ShowCard).unwrap();
    let add = AddByLink {
        link: link.to_string(),
        name: String::new(),
        private_relays: PrivateRelays::Allowed,
        came_by: LinkCameBy::Text,
    };
    let chat = world.request(alice, add).unwrap();
    for (chat, code) in [
        (chat, ErrorCode::NotComparable),
        (ChatId(99), ErrorCode::UnknownContact),
    ] {
        let refused = world.request(alice, ShowSafetyNumber(chat)).err();
        assert_eq!(refused.map(|error| error.code()), Some(code));
    }
}
