//! A relay that says whatever it likes.

use super::relay_model::{Kind, down, user};
use super::schedules::config;
use super::world::{World, any_request, guide_box, shown_key, sotto_box};
use crate::api::{
    AcceptRequest, BlockRequest, DeleteRequest, ReconnectNow, RelayProblem, SendText,
};
use crate::core::ConnectionEvent;
use crate::core::presence::MAX_LISTED;
use proptest::prelude::*;
use sotto_wire::{PublicKey, RelayFrame, UserId};

/// What a hostile relay can put together; numbers are made into names, keys and boxes below.
#[derive(Clone, Debug)]
enum Evil {
    Joined(u8, u8),
    Left(u8),
    List(Vec<(u8, u8)>),
    HugeList(u8),
    Box {
        from: Option<u8>,
        seed: u8,
        nonce: u8,
        tagged: bool,
        at: i64,
    },
    Reflected(u8),
    Nonsense(String, i64),
    Pong(u64),
    TooLarge,
    Garbage,
    ClockAhead(i64),
    Down,
    Up,
    Pass(u32),
    Person(u8),
}

fn evil() -> impl Strategy<Value = Evil> {
    let at = prop_oneof![
        Just(i64::MIN),
        Just(i64::MAX),
        Just(0),
        Just(-1),
        any::<i64>()
    ];
    prop_oneof![
        4 => (any::<u8>(), any::<u8>()).prop_map(|(n, k)| Evil::Joined(n, k)),
        2 => any::<u8>().prop_map(Evil::Left),
        2 => prop::collection::vec((any::<u8>(), any::<u8>()), 0..40).prop_map(Evil::List),
        1 => any::<u8>().prop_map(Evil::HugeList),
        8 => (any::<Option<u8>>(), 0u8..12, any::<u8>(), any::<bool>(), at.clone())
            .prop_map(|(from, seed, nonce, tagged, at)| Evil::Box { from, seed, nonce, tagged, at }),
        2 => any::<u8>().prop_map(Evil::Reflected),
        2 => (".{0,200}", at).prop_map(|(text, at)| Evil::Nonsense(text, at)),
        3 => prop_oneof![0u64..40, any::<u64>()].prop_map(Evil::Pong),
        1 => Just(Evil::TooLarge),
        1 => Just(Evil::Garbage),
        1 => any::<i64>().prop_map(Evil::ClockAhead),
        1 => Just(Evil::Down),
        1 => Just(Evil::Up),
        2 => (0u32..120_000).prop_map(Evil::Pass),
        3 => any::<u8>().prop_map(Evil::Person),
    ]
}

fn name(n: u8) -> UserId {
    let name = match n % 8 {
        0 => "alice".to_owned(),
        1 | 2 => "bob".to_owned(),
        3 => "carol".to_owned(),
        4 => "é".repeat(32),
        _ => format!("n{}", n % 32),
    };
    UserId::new(&name).unwrap()
}

fn key(n: u8) -> PublicKey {
    match n % 16 {
        0 => PublicKey([0; 32]),
        1 => PublicKey([0xff; 32]),
        2 => {
            let mut one = [0; 32];
            one[0] = 1;
            PublicKey(one)
        }
        3 => PublicKey([n; 32]),
        seed => shown_key(seed - 3),
    }
}

struct Victim {
    world: World,
    alice: usize,
}

impl Victim {
    fn suffers(&mut self, evil: Evil) {
        let world = &mut self.world;
        let alice = self.alice;
        let event = match evil {
            Evil::Joined(n, k) => ConnectionEvent::Frame(RelayFrame::UserJoined {
                user: user(name(n).as_str(), key(k)),
            }),
            Evil::Left(n) => ConnectionEvent::Frame(RelayFrame::UserLeft { user_id: name(n) }),
            Evil::List(users) => {
                let users = users.into_iter();
                list(users.map(|(n, k)| user(name(n).as_str(), key(k))).collect())
            }
            Evil::HugeList(k) => {
                let users = 0..300;
                list(users.map(|n| user(&format!("p{n}"), key(k))).collect())
            }
            Evil::Box {
                from,
                seed,
                nonce,
                tagged,
                at,
            } => {
                let to = world.key(alice);
                let encrypted = if tagged {
                    sotto_box(seed, to, nonce, "text")
                } else {
                    guide_box(seed, to, nonce, &[nonce; 7])
                };
                ConnectionEvent::Frame(RelayFrame::Message {
                    from: from.map(name),
                    encrypted,
                    timestamp_ms: at,
                })
            }
            Evil::Reflected(n) => {
                let mut sealed = world.people[alice].sealed.values();
                let Some(encrypted) = sealed.next_back().cloned() else {
                    return;
                };
                ConnectionEvent::Frame(RelayFrame::Message {
                    from: Some(name(n)),
                    encrypted,
                    timestamp_ms: 0,
                })
            }
            Evil::Nonsense(encrypted, timestamp_ms) => {
                ConnectionEvent::Frame(RelayFrame::Message {
                    from: Some(name(1)),
                    encrypted,
                    timestamp_ms,
                })
            }
            // Not told to the world's relay, so its promise about states is out of its hands.
            Evil::Pong(token) => ConnectionEvent::Pong(token),
            Evil::TooLarge => ConnectionEvent::TooLarge,
            Evil::Garbage => ConnectionEvent::Garbage,
            Evil::ClockAhead(ms) => ConnectionEvent::ClockAhead(ms),
            Evil::Down => down(RelayProblem::Closed),
            Evil::Up => ConnectionEvent::Up,
            Evil::Pass(ms) => {
                world.clock_to(world.now.mono + u64::from(ms));
                world.tick(alice);
                return;
            }
            Evil::Person(n) => return self.acts(n),
        };
        let now = world.now;
        let relay = world.snapshot(alice).relays[0].id;
        let epoch = world.engine(alice).links[&relay].epoch;
        world
            .engine(alice)
            .connection_event(now, relay, epoch, &event)
            .unwrap();
        drop(world.engine(alice).take_effects());
    }

    /// Meanwhile the person goes on.
    fn acts(&mut self, n: u8) {
        let (world, alice) = (&mut self.world, self.alice);
        let snapshot = world.snapshot(alice);
        let chat = snapshot.chats.first().map(|chat| chat.id);
        let request = snapshot.requests.first().map(|request| request.id);
        let request = match (n % 6, chat, request) {
            (0, _, Some(request)) => any_request(AcceptRequest {
                request,
                name: String::new(),
            }),
            (1, _, Some(request)) => any_request(DeleteRequest(request)),
            (2, _, Some(request)) => any_request(BlockRequest(request)),
            (3, Some(chat), _) => any_request(world.decision(alice, chat, n.is_multiple_of(2))),
            (_, Some(chat), _) => any_request(SendText {
                chat,
                text: format!("text {n}"),
            }),
            _ => any_request(ReconnectNow),
        };
        let now = world.now;
        // Whether it can be carried out is not the point.
        let _ = request(world.engine(alice), now);
        drop(world.engine(alice).take_effects());
    }
}

fn list(users: Vec<sotto_wire::ListedUser>) -> ConnectionEvent {
    ConnectionEvent::Frame(RelayFrame::UserList {
        users,
        skipped: 0,
        truncated: false,
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_relay_can_break_fill_or_forge(steps in prop::collection::vec(evil(), 1..60)) {
        let mut world = World::new(&[Kind::Guide]);
        let alice = world.person("alice", &[0]);
        world.add(alice, "bob", shown_key(2));
        world.add(alice, "carol", shown_key(3));
        world.settle();
        let mut victim = Victim { world, alice };
        for step in steps {
            victim.suffers(step);
        }
        let Victim { mut world, .. } = victim;
        let snapshot = world.snapshot(alice);
        prop_assert!(snapshot.people.len() <= 1_000);
        prop_assert!(snapshot.requests.len() <= 50);
        prop_assert!(snapshot.requests.iter().all(|r| r.texts.len() <= 20));
        let own = shown_key(1).to_base64();
        prop_assert!(snapshot.requests.iter().all(|r| r.public_key != own));
        prop_assert!(snapshot.people.iter().all(|p| p.public_key != own));
        // Only the two real keys, and those that the person accepted, ever wrote into a chat,
        // and each box once.
        for chat in &snapshot.chats {
            let lines = world.lines(alice, chat.id);
            for line in lines.iter().filter(|l| l.direction == crate::api::Direction::In) {
                prop_assert!(line.text == "text" || line.text.len() >= 7, "{:?}", line.text);
            }
        }
        // After all of it, an honest connection works.
        world.restart(alice);
        world.pass(120_000);
        prop_assert!(world.relays[0].is_listed("alice"));
    }
}

#[test]
fn a_list_longer_than_any_is_cut() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.settle();
    let users = 0..MAX_LISTED + 1_000;
    let users = users.map(|n| user(&format!("p{n}"), shown_key(9)));
    world.inject(alice, &list(users.collect())).unwrap();
    assert_eq!(world.engine(alice).presence.everybody().len(), MAX_LISTED);
}

#[test]
fn a_relay_that_lets_everybody_join_is_cut_short() {
    let mut world = World::new(&[Kind::Guide]);
    let alice = world.person("alice", &[0]);
    world.settle();
    for round in 0..20 {
        for n in 0..2_000 {
            let who = format!("p{round} {n}");
            world.inject_frame(alice, super::relay_model::joined(&who, shown_key(9)));
        }
    }
    let kept = world.engine(alice).presence.everybody().len();
    assert!(kept <= MAX_LISTED, "{kept}");
    assert_eq!(world.snapshot(alice).people.len(), 1_000);
}
