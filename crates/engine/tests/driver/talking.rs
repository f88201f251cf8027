//! Two clients and a relay over real sockets.

use crate::common::{PATIENCE, Person, came, item, options, profile};
use futures_util::{SinkExt as _, StreamExt as _};
use sotto_engine::api::{Event, MessageState, Reach, RelayState};
use sotto_engine::driver::Client;
use sotto_relay::{Config, Relay, RunningRelay};
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

async fn relay(address: SocketAddr) -> RunningRelay {
    // The address of a relay that just stopped may be busy for a moment.
    let bound = async {
        loop {
            if let Ok(relay) = Relay::bind(address, Config::default()).await {
                return relay.spawn();
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, bound).await.unwrap()
}

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

fn reach(wanted: Reach) -> impl Fn(&Event) -> Option<()> {
    move |event| match event {
        Event::ChatChanged { chat } => (chat.contact().unwrap().reach == wanted).then_some(()),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_talk_and_a_restarted_relay_loses_nothing() {
    let relay_ = relay(ANY).await;
    let address = relay_.local_addr();
    let url = format!("ws://{address}");
    let mut alice = Person::start(1, "alice", &url).await;
    let mut bob = Person::start(2, "bob", &url).await;
    let to_bob = alice.add("bob", 2).await;
    let to_alice = bob.add("alice", 1).await;

    let long = "👋".repeat(15 * 1_024);
    let sent = alice.send(to_bob, &long).await;
    bob.sees(came(&long)).await;
    alice
        .sees(|event| match event {
            Event::MessageChanged { message } if message.id == sent => {
                (message.state == Some(MessageState::Handed)).then_some(())
            }
            _ => None,
        })
        .await;
    bob.send(to_alice, "x").await;
    alice.sees(came("x")).await;

    relay_.stop().await;
    for n in 0..20 {
        alice.send(to_bob, &format!("a{n}")).await;
        bob.send(to_alice, &format!("b{n}")).await;
    }
    let again = relay(address).await;
    bob.sees(came("a19")).await;
    alice.sees(came("b19")).await;
    let sent: Vec<String> = (0..20).map(|n| format!("a{n}")).collect();
    assert_eq!(bob.received(to_alice).await[1..], sent);
    let sent: Vec<String> = (0..20).map(|n| format!("b{n}")).collect();
    assert_eq!(alice.received(to_bob).await[1..], sent);

    // Leaving is said, not only noticed.
    bob.client.stop().await;
    alice.sees(reach(Reach::Away)).await;
    alice.client.stop().await;
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_says_goodbye_and_stores_what_still_comes() {
    let listener = TcpListener::bind(ANY).await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let opened = profile(dir.path(), 1, "alice", Some(&url));
    let client = Client::start(opened, options(), Handle::current())
        .await
        .unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let mut relay = tokio_tungstenite::accept_async(stream).await.unwrap();
    let first = relay.next().await.unwrap().unwrap();
    assert!(first.to_text().unwrap().contains("\"register\""));

    let stopping = tokio::spawn(client.stop());
    // A text that crosses the goodbye, of somebody who is listed with it.
    let bob = item(2);
    let alice = item(1).identity.public().box_key;
    let sealed = sotto_protocol::SharedBox::new(bob.identity.box_key(), &alice);
    let sealed = sealed.seal([7; 24], b"just in time");
    let key = bob.identity.public().box_key.to_base64();
    for frame in [
        format!(r#"{{"type":"user_joined","userId":"bob","publicKey":"{key}"}}"#),
        format!(r#"{{"type":"message","from":"bob","encrypted":"{sealed}","timestamp":1}}"#),
    ] {
        relay.send(Message::text(frame)).await.unwrap();
    }
    let goodbye = async {
        loop {
            if let Message::Close(frame) = relay.next().await.unwrap().unwrap() {
                return frame;
            }
        }
    };
    let frame = timeout(PATIENCE, goodbye).await.unwrap();
    assert_eq!(u16::from(frame.unwrap().code), 1_000);
    // The other half of the handshake.
    while let Some(Ok(_)) = relay.next().await {}
    timeout(PATIENCE, stopping).await.unwrap().unwrap();

    let home = sotto_engine::home::Home::at(dir.path().join("home"));
    let opened = home.open(home.lock().unwrap(), &crate::common::keys());
    let held = sotto_store::requests::list(opened.unwrap().store.reader()).unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].texts[0].text, "just in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_client_of_one_identity_takes_over_and_the_first_says_so() {
    let relay_ = relay(ANY).await;
    let url = format!("ws://{}", relay_.local_addr());
    let mut first = Person::start(1, "alice", &url).await;
    first
        .sees(|event| match event {
            Event::RelayChanged { relay } => {
                matches!(relay.state, RelayState::Connected { .. }).then_some(())
            }
            _ => None,
        })
        .await;
    let second = Person::start(1, "alice", &url).await;
    first
        .sees(|event| match event {
            Event::RelayChanged { relay } => match &relay.state {
                RelayState::Waiting { problem, .. } => Some(*problem),
                _ => None,
            },
            _ => None,
        })
        .await;
    assert_eq!(second.snapshot().await.profile.user_id, "alice");
    first.client.stop().await;
    second.client.stop().await;
    relay_.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_are_none_do_not_end_a_connection() {
    let listener = TcpListener::bind(ANY).await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let mut alice = Person::start(1, "alice", &url).await;
    let (stream, _) = listener.accept().await.unwrap();
    let mut relay = tokio_tungstenite::accept_async(stream).await.unwrap();
    let bad = [
        "",
        "null",
        "[]",
        "{",
        "\"",
        "{\"type\":1}",
        "{\"type\":\"message\"}",
        "{\"type\":\"user_list\",\"users\":{}}",
        "{\"type\":\"user_joined\",\"userId\":\"\"}",
        "{\"type\":\"message\",\"from\":\"\\ud800\",\"encrypted\":\"\",\"timestamp\":1e999}",
        "{\"type\":\"user_left\",\"userId\":\"a\\u202eb\"}",
    ];
    for text in bad {
        relay.send(Message::text(text)).await.unwrap();
    }
    relay
        .send(Message::binary(vec![0xff; 70_000]))
        .await
        .unwrap();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    relay.send(Message::text(deep)).await.unwrap();
    // The next good one works.
    let own = item(1).identity.public().box_key.to_base64();
    let list =
        format!(r#"{{"type":"user_list","users":[{{"userId":"alice","publicKey":"{own}"}}]}}"#);
    relay.send(Message::text(list)).await.unwrap();
    alice
        .sees(|event| match event {
            Event::RelayChanged { relay } => {
                matches!(relay.state, RelayState::Connected { .. }).then_some(())
            }
            _ => None,
        })
        .await;
    drop(relay);
    alice.client.stop().await;
}
