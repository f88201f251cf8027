//! What a client of the guide may rely on at our relay, and which defects of the guide's relay (D1-D16) are not here.

use crate::client::{Client, QUIET, joined, key, left, relay};
use serde_json::json;
use sotto_relay::Limits;
use std::time::{Duration, SystemTime};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn everybody_and_oneself_is_told_who_joins_and_leaves() {
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let bob = Client::register(&relay, "bob", 2).await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    bob.close().await;
    assert_eq!(alice.receive().await, left("bob"));
}

#[tokio::test]
async fn a_message_reaches_its_recipient_alone_in_the_guides_form() {
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut bob = Client::register(&relay, "bob", 2).await;
    let mut carol = Client::register(&relay, "carol", 3).await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    let before = now_ms();
    alice.message("bob", "bm9uY2U=").await;
    let mut frame = loop {
        let frame = bob.receive().await;
        if frame["type"] == "message" {
            break frame;
        }
    };
    let timestamp = frame["timestamp"].take().as_i64().unwrap();
    assert!((before..=now_ms()).contains(&timestamp));
    assert_eq!(
        frame,
        json!({"type": "message", "from": "alice", "encrypted": "bm9uY2U=", "timestamp": null})
    );
    alice.message("carol", "Y2Fyb2w=").await;
    assert_eq!(
        carol.receive_message().await,
        ("alice".into(), "Y2Fyb2w=".into())
    );
}

#[tokio::test]
async fn a_message_to_oneself_comes_back() {
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    alice.message("alice", "bWU=").await;
    assert_eq!(
        alice.receive_message().await,
        ("alice".into(), "bWU=".into())
    );
}

#[tokio::test]
async fn the_ciphertext_is_forwarded_as_it_was_written() {
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    alice.send_text(r#"{ "encrypted" : "a\/b\u002B\ud83d" , "to":"alice", "type" : "message", "extra":[1] }"#).await;
    let Message::Text(text) = futures_util::StreamExt::next(&mut alice.socket)
        .await
        .unwrap()
        .unwrap()
    else {
        unreachable!("the relay sends text");
    };
    assert!(
        text.starts_with(
            r#"{"type":"message","from":"alice","encrypted":"a\/b\u002B\ud83d","timestamp":"#
        ),
        "{text}"
    );
}

#[tokio::test]
async fn a_senders_name_is_known_to_the_recipient_before_the_first_message() {
    let limits = Limits {
        announce_every: Duration::from_hours(1),
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut bob = Client::register(&relay, "bob", 2).await;
    let mut carol = Client::register(&relay, "carol", 3).await;
    bob.message("alice", "eA==").await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    assert_eq!(alice.receive().await, joined("carol", 3));
    assert_eq!(alice.receive_message().await, ("bob".into(), "eA==".into()));
    assert_eq!(carol.receive().await, joined("bob", 2));
}

#[tokio::test]
async fn a_list_has_whoever_came_before_it_and_follows_the_news_of_them() {
    let limits = Limits {
        announce_every: Duration::from_hours(1),
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let _bob = Client::register(&relay, "bob", 2).await;
    alice.send(&json!({"type": "get_users"})).await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    assert_eq!(alice.receive().await["users"].as_array().unwrap().len(), 2);
    alice.expect_quiet().await;
}

#[tokio::test]
async fn changes_are_told_together_and_what_cancels_out_is_not_told() {
    let limits = Limits {
        announce_every: Duration::from_millis(1500),
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let visitor = Client::register(&relay, "visitor", 2).await;
    visitor.close().await;
    let _bob = Client::register(&relay, "bob", 3).await;
    alice.expect_quiet().await;
    assert_eq!(alice.receive().await, joined("bob", 3));
    alice.expect_quiet().await;
}

#[tokio::test]
async fn who_writes_to_somebody_who_just_left_hears_of_it_before_the_pong() {
    let relay = relay(Limits {
        announce_every: Duration::from_hours(1),
        ..Limits::default()
    })
    .await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let bob = Client::register(&relay, "bob", 2).await;
    assert_eq!(alice.users().await, ["bob", "alice"]);
    bob.close().await;
    alice.message("bob", "bG9zdA==").await;
    let ping = Message::Ping("1".into());
    futures_util::SinkExt::send(&mut alice.socket, ping)
        .await
        .unwrap();
    let mut heard = Vec::new();
    loop {
        let next = futures_util::StreamExt::next(&mut alice.socket).await;
        match next.unwrap().unwrap() {
            Message::Text(text) => heard.push(text.to_string()),
            Message::Pong(_) => break,
            _ => {}
        }
    }
    assert_eq!(heard, [left("bob").to_string()]);
}

#[tokio::test]
async fn who_comes_back_is_told_as_gone_and_come() {
    let limits = Limits {
        announce_every: Duration::from_millis(600),
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let bob = Client::register(&relay, "bob", 2).await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    bob.close().await;
    let _bob = Client::register(&relay, "bob", 9).await;
    assert_eq!(alice.receive().await, left("bob"));
    assert_eq!(alice.receive().await, joined("bob", 9));
}

#[tokio::test]
async fn a_name_with_its_own_key_moves_to_the_newer_connection() {
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut old = Client::register(&relay, "bob", 2).await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    let mut new = Client::register(&relay, "bob", 2).await;
    assert_eq!(old.closed().await, (4001, "replaced".into()));
    // D3: the end of the old connection takes nothing away from the new one.
    old.close().await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    alice.expect_quiet().await;
    alice.message("bob", "eA==").await;
    assert_eq!(new.receive_message().await, ("alice".into(), "eA==".into()));
    assert_eq!(new.users().await, ["bob", "alice"]);
}

#[tokio::test]
async fn a_name_held_with_another_key_is_refused_and_its_holder_untouched() {
    // D2
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut bob = Client::register(&relay, "bob", 2).await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    let mut thief = Client::connect(&relay).await;
    thief
        .send(&json!({"type": "register", "userId": "bob", "publicKey": key(9)}))
        .await;
    assert_eq!(thief.closed().await, (1008, "name_taken".into()));
    alice.message("bob", "eA==").await;
    assert_eq!(bob.receive_message().await, ("alice".into(), "eA==".into()));
    alice.send(&json!({"type": "get_users"})).await;
    let list = alice.receive().await;
    assert_eq!(
        list["users"],
        json!([
            {"userId": "bob", "publicKey": key(2)}, {"userId": "alice", "publicKey": key(1)}
        ])
    );
}

#[tokio::test]
async fn a_dead_holder_does_not_keep_a_name_that_somebody_wants() {
    let limits = Limits {
        probe_time: Duration::from_millis(200),
        ..Limits::default()
    };
    let relay = relay(limits).await;
    // Registered, and then never reads again, so that no pong is sent.
    let _dead = Client::register(&relay, "bob", 2).await;
    let mut refused = Client::connect(&relay).await;
    refused
        .send(&json!({"type": "register", "userId": "bob", "publicKey": key(9)}))
        .await;
    assert_eq!(refused.closed().await, (1008, "name_taken".into()));
    let mut observer = Client::register(&relay, "alice", 1).await;
    assert_eq!(observer.receive().await, left("bob"));
    let _bob = Client::register(&relay, "bob", 9).await;
}

#[tokio::test]
async fn a_second_name_on_one_connection_releases_the_first() {
    // D4
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut bob = Client::register(&relay, "bob", 2).await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    for n in 0..50 {
        bob.send(&json!({"type": "register", "userId": format!("bob{n}"), "publicKey": key(2)}))
            .await;
    }
    assert_eq!(bob.users().await.len(), 2);
    bob.close().await;
    assert_eq!(alice.users().await, ["alice"]);
}

#[tokio::test]
async fn a_new_key_on_ones_own_connection_is_told_to_everybody() {
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut bob = Client::register(&relay, "bob", 2).await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    bob.send(&json!({"type": "register", "userId": "bob", "publicKey": key(3)}))
        .await;
    assert_eq!(bob.receive().await, joined("bob", 3));
    assert_eq!(alice.receive().await, left("bob"));
    assert_eq!(alice.receive().await, joined("bob", 3));
}

#[tokio::test]
async fn registering_again_is_answered_and_told_to_nobody_else() {
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut bob = Client::register(&relay, "bob", 2).await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    bob.send(&json!({"type": "register", "userId": "bob", "publicKey": key(2)}))
        .await;
    assert_eq!(bob.receive().await, joined("bob", 2));
    alice.expect_quiet().await;
}

#[tokio::test]
async fn nothing_is_sent_or_listed_without_a_name() {
    // D5
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut nobody = Client::connect(&relay).await;
    nobody.message("alice", "eA==").await;
    nobody.send(&json!({"type": "get_users"})).await;
    nobody.expect_quiet().await;
    alice.expect_quiet().await;
}

#[tokio::test]
async fn a_message_to_nobody_is_gone_and_harms_nobody() {
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    alice.message("nobody", "eA==").await;
    alice.expect_quiet().await;
    assert_eq!(alice.users().await, ["alice"]);
}

#[tokio::test]
async fn odd_names_and_keys_do_not_enter_the_registry() {
    // D8
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut odd = Client::connect(&relay).await;
    let long = "a".repeat(65);
    for user_id in [
        json!(null),
        json!(7),
        json!({}),
        json!(""),
        json!(" bob"),
        json!("b\u{202e}ob"),
        json!(long),
    ] {
        odd.send(&json!({"type": "register", "userId": user_id, "publicKey": key(2)}))
            .await;
    }
    for public_key in [
        json!(null),
        json!(7),
        json!("not base64"),
        json!("AAAA"),
        json!([]),
    ] {
        odd.send(&json!({"type": "register", "userId": "odd", "publicKey": public_key}))
            .await;
    }
    odd.expect_quiet().await;
    assert_eq!(alice.users().await, ["alice"]);
    // Strange, and yet a name like any other.
    let _proto = Client::register(&relay, "__proto__", 4).await;
    assert_eq!(alice.users().await, ["__proto__", "alice"]);
}

#[tokio::test]
async fn frames_of_later_levels_are_ignored_and_json_may_come_as_bytes() {
    let relay = relay(Limits::default()).await;
    let mut alice = Client::connect(&relay).await;
    for _ in 0..50 {
        alice
            .send(&json!({"type": "hello", "v": [1], "nonce": ""}))
            .await;
    }
    let register = json!({"type": "register", "userId": "alice", "publicKey": key(1)}).to_string();
    futures_util::SinkExt::send(&mut alice.socket, Message::binary(register))
        .await
        .unwrap();
    assert_eq!(alice.receive().await, joined("alice", 1));
}

#[tokio::test]
async fn a_large_crowd_is_introduced_by_message_instead_of_announced() {
    // D9
    let limits = Limits {
        announce_up_to: 2,
        listed_users: 2,
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut bob = Client::register(&relay, "bob", 2).await;
    assert_eq!(alice.receive().await, joined("bob", 2));
    let mut carol = Client::register(&relay, "carol", 3).await;
    let dave = Client::register(&relay, "dave", 4).await;
    alice.expect_quiet().await;
    dave.close().await;
    alice.expect_quiet().await;
    carol.message("alice", "MQ==").await;
    carol.message("alice", "Mg==").await;
    assert_eq!(alice.receive().await, joined("carol", 3));
    assert_eq!(alice.receive_message().await.1, "MQ==");
    assert_eq!(alice.receive_message().await.1, "Mg==");
    bob.expect_quiet().await;
    // The list is capped, and has the newest and the asker.
    assert_eq!(carol.users().await, ["carol", "bob"]);
    assert_eq!(alice.users().await, ["alice", "carol", "bob"]);
}

#[tokio::test]
async fn lists_are_given_no_faster_than_they_cost() {
    let limits = Limits {
        announce_up_to: 0,
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut clients = Vec::new();
    for n in 0..40 {
        clients.push(Client::register(&relay, &format!("user{n}"), n).await);
    }
    let asker = &mut clients[0];
    for _ in 0..500 {
        asker.send(&json!({"type": "get_users"})).await;
    }
    let mut lists = 0;
    while let Ok(Some(Ok(Message::Text(_)))) =
        tokio::time::timeout(QUIET, futures_util::StreamExt::next(&mut asker.socket)).await
    {
        lists += 1;
    }
    assert!((1..100).contains(&lists), "{lists} lists for 500 questions");
}

fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    i64::try_from(since.as_millis()).unwrap()
}
