//! A recipient who does not read (D10): it is closed, and the senders are not held up.
//!
//! How much memory it costs is shown where the relay is a process of its own, in `sotto-relay-server`.

use crate::client::{Client, PATIENCE, no_rates, relay};
use serde_json::json;
use sotto_relay::Limits;
use std::time::Duration;

#[tokio::test]
async fn a_queue_that_overflows_is_closed_with_4008() {
    let limits = Limits {
        queue_bytes: 64 * 1024,
        ..no_rates()
    };
    let relay = relay(limits).await;
    let mut sleeper = Client::register(&relay, "sleeper", 1).await;
    let mut sender = Client::register(&relay, "sender", 2).await;
    let body = "x".repeat(60 * 1024);
    while sender.users().await.len() > 1 {
        for _ in 0..50 {
            sender.message("sleeper", &body).await;
        }
    }
    assert_eq!(sleeper.closed().await, (4008, "too_slow".into()));
}

#[tokio::test]
async fn a_recipient_who_takes_nothing_for_long_is_closed_though_little_waits() {
    let limits = Limits {
        write_time: Duration::from_millis(500),
        queue_bytes: 64 << 20,
        ..no_rates()
    };
    let relay = relay(limits).await;
    let sleeper = Client::register(&relay, "sleeper", 1).await;
    let mut sender = Client::register(&relay, "sender", 2).await;
    for _ in 0..200 {
        sender.message("sleeper", &"x".repeat(100 * 1024)).await;
    }
    let left = async {
        loop {
            if sender.receive().await == json!({"type": "user_left", "userId": "sleeper"}) {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, left).await.unwrap();
    drop(sleeper);
}
