//! Many at once, and the relay's own start and end.

use crate::client::{Client, PATIENCE, joined, key, no_rates, relay};
use serde_json::json;
use sotto_relay::{Config, Limits, Relay, RelayError};
use std::time::Duration;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_pairs_talk_at_once_and_each_order_is_kept() {
    const MESSAGES: usize = 100;
    let relay = relay(Limits {
        announce_up_to: 0,
        ..no_rates()
    })
    .await;
    let mut pairs = JoinSet::new();
    for pair in 0..100_u8 {
        let mut one = Client::register(&relay, &format!("one{pair}"), pair).await;
        let mut other = Client::register(&relay, &format!("other{pair}"), pair).await;
        pairs.spawn(async move {
            for n in 0..MESSAGES {
                one.message(&format!("other{pair}"), &n.to_string()).await;
            }
            for n in 0..MESSAGES {
                let (from, text) = other.receive_message().await;
                assert_eq!((from, text), (format!("one{pair}"), n.to_string()));
            }
        });
    }
    assert_eq!(pairs.join_all().await.len(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_joins_is_bounded_work() {
    // D9: the guide's relay sends 125,000 notices here; ours stops telling everybody at 100.
    const PEOPLE: u16 = 500;
    let relay = relay(Limits {
        announce_up_to: 100,
        ..no_rates()
    })
    .await;
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push(Client::register(&relay, &format!("user{n}"), 1).await);
    }
    let mut notices = 0;
    for client in &mut people {
        while let Ok(Some(Ok(_))) = tokio::time::timeout(
            Duration::from_millis(1),
            futures_util::StreamExt::next(&mut client.socket),
        )
        .await
        {
            notices += 1;
        }
    }
    assert!(notices <= 100 * 100, "{notices} notices");
    assert_eq!(people[0].users().await.len(), usize::from(PEOPLE));
}

#[tokio::test]
async fn a_stop_delivers_what_was_taken_and_says_1012() {
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut bob = Client::register(&relay, "bob", 2).await;
    let mut unregistered = Client::connect(&relay).await;
    let padding = "x".repeat(15 * 1024);
    for n in 0..200 {
        alice.message("bob", &format!("{n} {padding}")).await;
    }
    // The answer comes when the relay has read everything before the question. Bob has read nothing so far.
    assert_eq!(alice.users().await, ["bob", "alice"]);
    tokio::join!(relay.stop(), async {
        for n in 0..200 {
            assert_eq!(bob.receive_message().await.1, format!("{n} {padding}"));
        }
        assert_eq!(bob.closed().await, (1012, "restart".into()));
    });
    assert_eq!(alice.closed().await.0, 1012);
    assert_eq!(unregistered.closed().await.0, 1012);
}

#[tokio::test]
async fn a_relay_that_stops_frees_its_address_and_folder_for_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        data_folder: Some(folder.path().join("relay")),
        ..Config::default()
    };
    let first = Relay::bind("127.0.0.1:0".parse().unwrap(), config.clone())
        .await
        .unwrap()
        .spawn();
    let address = first.local_addr();
    let mut alice = Client::register(&first, "alice", 1).await;
    let in_use = Relay::bind("127.0.0.1:0".parse().unwrap(), config.clone()).await;
    assert!(matches!(in_use, Err(RelayError::DataFolderInUse { .. })));
    let in_use = Relay::bind(address, Config::default()).await;
    assert!(matches!(in_use, Err(RelayError::AddressInUse { .. })));
    first.stop().await;
    assert_eq!(alice.closed().await.0, 1012);
    let second = Relay::bind(address, config).await.unwrap().spawn();
    let mut alice = Client::register(&second, "alice", 9).await;
    let _bob = Client::register(&second, "bob", 2).await;
    assert_eq!(alice.receive().await, joined("bob", 2));
}

#[tokio::test]
async fn a_given_listener_is_served() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let relay = Relay::from_listener(listener, Config::default())
        .unwrap()
        .spawn();
    assert_eq!(relay.local_addr(), address);
    let _alice = Client::register(&relay, "alice", 1).await;
}

#[tokio::test]
async fn clients_come_and_go_by_the_hundred_and_leave_nothing_behind() {
    let relay = relay(Limits::default()).await;
    let mut observer = Client::register(&relay, "observer", 1).await;
    for round in 0..5 {
        let mut clients = JoinSet::new();
        for n in 0..40 {
            let mut client = Client::connect(&relay).await;
            clients.spawn(async move {
                client.send(&json!({"type": "register", "userId": format!("user{n}"), "publicKey": key(n)})).await;
                client.message("observer", "eA==").await;
                if n % 2 == 0 {
                    client.close().await;
                }
            });
        }
        clients.join_all().await;
        let gone = async { while observer.users().await != ["observer"] {} };
        assert!(
            tokio::time::timeout(PATIENCE, gone).await.is_ok(),
            "somebody stayed in round {round}"
        );
    }
}
