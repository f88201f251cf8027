//! Relays: several at once, coming, going, and being strange.

use super::relay_model::{FromClient, Kind, left};
use super::world::{START, World, shown_key, url};
use crate::api::{
    AddRelay, ErrorCode, Event, MessageState, OrderRelays, ProfilePatch, ProxyView, Reach,
    ReconnectNow, RelayId, RelayProblem, RelayState, RemoveRelay, SettingsPatch, UpdateProfile,
    UpdateSettings,
};
use crate::core::{ConnectionEvent, Effect};

fn state(world: &mut World, who: usize, at: usize) -> RelayState {
    world.snapshot(who).relays[at].state.clone()
}

fn reach(world: &mut World, who: usize) -> Reach {
    world.snapshot(who).chats[0].contact().unwrap().reach
}

#[test]
fn being_listed_is_being_connected() {
    let mut world = World::new(&[Kind::Ours]);
    let alice = world.person("alice", &[0]);
    assert_eq!(state(&mut world, alice, 0), RelayState::Connecting);
    world.settle();
    let connected = RelayState::Connected { since: START };
    assert_eq!(state(&mut world, alice, 0), connected);
}

#[test]
fn a_name_that_another_key_holds_is_said_and_not_hammered() {
    let mut world = World::new(&[Kind::Ours]);
    world.relays[0].list("alice", shown_key(9));
    let alice = world.person("alice", &[0]);
    world.settle();
    let RelayState::Waiting { problem, retry_at } = state(&mut world, alice, 0) else {
        panic!("not waiting")
    };
    assert_eq!(problem, RelayProblem::NameTaken);
    assert!(retry_at - world.now.wall >= 30_000);
    world.relays[0].unlist("alice");
    world.pass(60_000);
    assert!(world.relays[0].is_listed("alice"));
}

#[test]
fn reach_follows_the_relay_and_the_list() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    assert_eq!(reach(&mut world, alice), Reach::Online);
    world.lose(world.conn(bob));
    world.settle();
    assert_eq!(reach(&mut world, alice), Reach::Away);
    world.kill_relay(0);
    assert_eq!(reach(&mut world, alice), Reach::Offline);
    world.relays[0].alive = true;
    world.pass(70_000);
    assert_eq!(reach(&mut world, alice), Reach::Online);
}

/// How far the engine says that its clock is ahead of its relays'.
fn ahead(world: &mut World, who: usize) -> Vec<Option<i64>> {
    let relays = world.snapshot(who).relays;
    relays.iter().map(|relay| relay.clock_ahead_ms).collect()
}

#[test]
fn a_clock_that_is_wrong_by_the_relays_time_is_said_until_it_is_set() {
    const HOUR: i64 = 3_600_000;
    let (mut world, alice, _) = World::two_friends(Kind::Ours);
    assert_eq!(ahead(&mut world, alice), [None]);
    world
        .inject(alice, &ConnectionEvent::ClockAhead(3 * HOUR))
        .unwrap();
    assert_eq!(ahead(&mut world, alice), [Some(3 * HOUR)]);
    // Time that passes changes nothing, nor does the end of the connection.
    world.pass(60_000);
    world.lose(world.conn(alice));
    world.pass(60_000);
    assert_eq!(ahead(&mut world, alice), [Some(3 * HOUR)]);
    world.now.wall -= 3 * HOUR;
    world.pass(60_000);
    assert_eq!(ahead(&mut world, alice), [None]);
    world
        .inject(alice, &ConnectionEvent::ClockAhead(-2_000))
        .unwrap();
    assert_eq!(ahead(&mut world, alice), [Some(0)]);
}

#[test]
fn a_relay_that_tells_no_time_shows_by_its_messages_that_a_clock_is_slow() {
    const DAY: i64 = 24 * 3_600_000;
    let (mut world, alice, bob) = World::two_friends(Kind::Guide);
    let stamped = |at| super::world::message("bob", "not a box", at);
    // It may have been held back.
    world.inject_frame(alice, stamped(world.now.wall - DAY));
    assert_eq!(ahead(&mut world, alice), [None]);
    world.inject_frame(alice, stamped(world.now.wall + DAY));
    assert_eq!(ahead(&mut world, alice), [Some(-DAY)]);
    // It was the relay's own clock, and was set right.
    world.send(bob, alice, "hello");
    world.settle();
    assert_eq!(ahead(&mut world, alice), [Some(0)]);
}

#[test]
fn being_unlisted_by_an_older_connection_is_put_right() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.settle();
    let old = world.conn(alice);
    world.lose_half(old);
    world.pass(2_000);
    assert!(world.relays[0].is_listed("alice"));
    // The relay notices the end of the older connection at last, and unlists the newer one.
    world.lose(old);
    assert!(!world.relays[0].is_listed("alice"));
    world.pass(61_000);
    assert!(world.relays[0].is_listed("alice"));
}

#[test]
fn hearing_of_our_own_leaving_we_register_again_within_seconds() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.settle();
    let out = world.relays[0].unlist("alice");
    world.push(out);
    // It comes right after the registration, when another one is not allowed yet.
    world.inject_frame(alice, left("alice"));
    world.pass(5_500);
    assert!(world.relays[0].is_listed("alice"));
}

#[test]
fn a_relay_that_never_lists_us_is_given_up_and_tried_again() {
    let mut world = World::new(&[Kind::Ours]);
    let alice = world.person("alice", &[0]);
    let conn = world.conn(alice);
    world.client_reads(conn);
    // Nothing is read any more.
    world.clock_to(world.now.mono + 10_000);
    world.tick(alice);
    let RelayState::Waiting { problem, .. } = state(&mut world, alice, 0) else {
        panic!("not waiting")
    };
    assert_eq!(problem, RelayProblem::TimedOut);
    world.pass(5_000);
    assert!(world.relays[0].is_listed("alice"));
}

#[test]
fn a_relay_that_lists_us_and_hangs_up_is_met_less_and_less() {
    let mut world = World::new(&[Kind::Ours]);
    let alice = world.person("alice", &[0]);
    let mut met = 0;
    for _ in 0..300 {
        world.pass(100);
        if world.relays[0].is_listed("alice") {
            met += 1;
            world.lose(world.conn(alice));
        }
    }
    assert!((3..=7).contains(&met), "{met} times in half a minute");
}

#[test]
fn with_two_relays_a_text_takes_the_one_where_its_recipient_is() {
    let mut world = World::new(&[Kind::Ours, Kind::Guide]);
    let alice = world.person("alice", &[0, 1]);
    let bob = world.person("bob", &[1]);
    world.befriend(alice, bob);
    world.befriend(bob, alice);
    world.settle();
    world.send(alice, bob, "over there");
    world.settle();
    assert_eq!(world.received(bob, alice), ["over there"]);
    assert!(world.relays[0].read.is_empty());
}

#[test]
fn when_one_of_two_relays_ends_texts_take_the_other() {
    let mut world = World::new(&[Kind::Ours, Kind::Guide]);
    let alice = world.person("alice", &[0, 1]);
    let bob = world.person("bob", &[0, 1]);
    world.befriend(alice, bob);
    world.befriend(bob, alice);
    world.settle();
    for text in ["one", "two"] {
        world.send(alice, bob, text);
    }
    world.kill_relay(0);
    world.send(alice, bob, "three");
    world.settle();
    assert_eq!(world.received(bob, alice), ["one", "two", "three"]);
    assert_eq!(world.relays[1].read.len(), 3);
}

#[test]
fn a_text_is_shown_once_though_two_relays_carry_it() {
    let mut world = World::new(&[Kind::Ours, Kind::Ours]);
    let alice = world.person("alice", &[0, 1]);
    let bob = world.person("bob", &[0, 1]);
    world.befriend(alice, bob);
    world.befriend(bob, alice);
    world.settle();
    world.send(alice, bob, "one");
    // The relay forwarded it, but its pong is lost with the connection.
    let first = world.conns_of(alice)[0];
    world.relay_reads(first);
    world.lose(first);
    world.pass(5_000);
    assert_eq!(world.received(bob, alice), ["one"]);
    assert_eq!(
        world.sent(alice, bob),
        [("one".to_owned(), MessageState::Handed)]
    );
}

#[test]
fn a_removed_relay_is_left_and_its_people_are_gone() {
    let (mut world, alice, _) = World::two_friends(Kind::Ours);
    let relay = world.snapshot(alice).relays[0].id;
    world.request(alice, RemoveRelay(relay)).unwrap();
    assert!(matches!(
        world.unread_by_relay(alice).last(),
        Some(FromClient::Close)
    ));
    world.pass(1_000);
    assert!(!world.relays[0].is_listed("alice"));
    let snapshot = world.snapshot(alice);
    assert!(snapshot.relays.is_empty() && snapshot.people.is_empty());
    assert_eq!(snapshot.chats[0].contact().unwrap().reach, Reach::Offline);
    let mut told = world.people[alice].events.iter().rev();
    let people = told.find_map(|event| match event {
        Event::PeopleChanged { people } => Some(people.len()),
        _ => None,
    });
    assert_eq!(people, Some(0));
    let again = world.request(alice, RemoveRelay(relay));
    assert_eq!(again.unwrap_err().code(), ErrorCode::UnknownRelay);
}

#[test]
fn people_of_an_ended_connection_are_not_shown_any_more() {
    let (mut world, alice, _) = World::two_friends(Kind::Ours);
    world.pass(1_000);
    world.people[alice].events.clear();
    world.kill_relay(0);
    world.pass(500);
    let gone = Event::PeopleChanged { people: Vec::new() };
    assert!(world.people[alice].events.contains(&gone));
}

#[test]
fn a_relay_added_is_connected_at_once_and_only_once() {
    let mut world = World::new(&[Kind::Ours]);
    let alice = world.person("alice", &[]);
    let add = AddRelay { url: url(0) };
    world.request(alice, add.clone()).unwrap();
    world.settle();
    assert!(world.relays[0].is_listed("alice"));
    let again = world.request(alice, add);
    assert_eq!(again.unwrap_err().code(), ErrorCode::RelayExists);
    for bad in ["", "http://x", "ws://relay.example.org"] {
        let bad = AddRelay {
            url: bad.to_owned(),
        };
        let error = world.request(alice, bad).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadAddress);
    }
}

#[test]
fn a_new_proxy_ends_what_goes_past_it_and_reconnects_through_it() {
    let (mut world, alice, _) = World::two_friends(Kind::Ours);
    let now = world.now;
    let socks = ProxyView::Socks5 {
        address: "127.0.0.1:9050".to_owned(),
    };
    let set = UpdateSettings(SettingsPatch {
        proxy: Some(socks),
        ..SettingsPatch::default()
    });
    world.engine(alice).request(now, set).unwrap();
    let effects = world.engine(alice).take_effects();
    let closed = effects.iter().position(|effect| {
        matches!(
            effect,
            Effect::Order {
                order: crate::core::ConnectionOrder::Close,
                ..
            }
        )
    });
    let opened = effects.iter().position(|effect| {
        matches!(effect, Effect::Open { proxy: Some(proxy), .. } if proxy == "127.0.0.1:9050")
    });
    assert!(closed.unwrap() < opened.unwrap());
    for bad in ["", "nohost", ":1", "a b:1", "host:0", "host:70000", "u@h:1"] {
        let bad = UpdateSettings(SettingsPatch {
            proxy: Some(ProxyView::Socks5 {
                address: bad.to_owned(),
            }),
            ..SettingsPatch::default()
        });
        let error = world.request(alice, bad).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadProxy);
    }
}

#[test]
fn a_zoom_that_is_offered_is_kept_and_any_other_refused() {
    let (mut world, alice, _) = World::two_friends(Kind::Ours);
    let set = |zoom| {
        UpdateSettings(SettingsPatch {
            zoom: Some(zoom),
            ..SettingsPatch::default()
        })
    };
    world.request(alice, set(200)).unwrap();
    for bad in [0, 79, 101, 201] {
        world.request(alice, set(bad)).unwrap_err();
    }
    assert_eq!(world.snapshot(alice).settings.zoom, 200);
}

#[test]
fn a_new_user_id_is_registered_and_the_old_one_given_back() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    let rename = UpdateProfile(ProfilePatch {
        user_id: Some("alice in wonderland".to_owned()),
        ..ProfilePatch::default()
    });
    world.request(alice, rename).unwrap();
    world.pass(3_000);
    assert!(world.relays[0].is_listed("alice in wonderland"));
    assert!(!world.relays[0].is_listed("alice"));
    // The key is the same, and its box shows that it is the same person.
    world.send(bob, alice, "is it you?");
    world.settle();
    assert!(world.received(alice, bob).is_empty());
    world.send(alice, bob, "indeed");
    world.settle();
    assert_eq!(world.received(bob, alice), ["indeed"]);
    assert_eq!(world.received(alice, bob), ["is it you?"]);
}

#[test]
fn events_of_an_earlier_connection_change_nothing() {
    let (mut world, alice, bob) = World::two_friends(Kind::Ours);
    let id = world.send(alice, bob, "one");
    let relay = RelayId(1);
    let now = world.now;
    for event in [
        ConnectionEvent::Pong(2),
        ConnectionEvent::TooLarge,
        super::relay_model::down(RelayProblem::Closed),
        ConnectionEvent::Frame(left("bob")),
    ] {
        world
            .engine(alice)
            .connection_event(now, relay, 0, &event)
            .unwrap();
    }
    assert_eq!(world.state(alice, id), MessageState::Queued);
    assert_eq!(reach(&mut world, alice), Reach::Online);
    assert!(world.engine(alice).take_effects().is_empty());
}

#[test]
fn the_order_of_relays_is_the_persons() {
    let mut world = World::new(&[Kind::Ours, Kind::Ours, Kind::Ours]);
    let alice = world.person("alice", &[0, 1, 2]);
    let order = OrderRelays(vec![RelayId(3), RelayId(1)]);
    world.request(alice, order).unwrap();
    let shown = world.snapshot(alice).relays;
    let shown: Vec<i64> = shown.iter().map(|relay| relay.id.0).collect();
    assert_eq!(shown, [3, 1, 2]);
}

#[test]
fn the_list_is_asked_for_every_minute() {
    let mut world = World::new(&[Kind::Ours]);
    world.person("alice", &[0]);
    world.settle();
    world.relays[0].frames.clear();
    world.pass(600_000);
    let asked = world.relays[0].frames.iter();
    let asked = asked.filter(|frame| frame.contains("get_users")).count();
    assert!((9..=11).contains(&asked), "{asked}");
}

/// Written by a program with other rules for addresses.
#[test]
fn a_relay_whose_address_cannot_be_used_is_listed_and_can_be_removed() {
    let (mut world, alice, _) = World::two_friends(Kind::Ours);
    let mut store = world.kill(alice);
    let added = store.transaction(|tx| {
        let url = "quic://relay.example";
        sotto_store::relays::add(tx, sotto_store::relays::Place::Custom, url, 0)
    });
    added.unwrap();
    world.begin(alice, store);
    world.settle();
    let relays = world.snapshot(alice).relays;
    assert_eq!(relays.len(), 2);
    assert_eq!(relays[1].name, "quic://relay.example");
    let problem = RelayProblem::BadAddress;
    assert!(
        matches!(&relays[1].state, RelayState::Waiting { problem: found, .. } if *found == problem)
    );
    world.request(alice, ReconnectNow).unwrap();
    let gone = RemoveRelay(relays[1].id);
    world.request(alice, gone).unwrap();
    assert_eq!(world.snapshot(alice).relays.len(), 1);
}

#[test]
fn the_key_card_that_everybody_gets_names_no_relay() {
    let mut world = World::new(&[Kind::Guide, Kind::Guide]);
    let alice = world.person("alice", &[0]);
    let add = AddRelay { url: url(1) };
    world.request(alice, add).unwrap();
    world.pass(1_000);
    let card = world.identity(alice).keys.card();
    assert!(card.relays().is_empty());
    let bundle = world.bundle(alice);
    assert!(bundle.card().relays().is_empty());
}
