//! A recipient who does not read (D10): the relay's memory stays bounded and the senders are not held up.
//!
//! Alone in its program, because it looks at the memory of the whole process.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::time::Duration;

use common::{Client, RawClient, no_rates, register_frame, relay};
use serde_json::json;
use sotto_relay::Limits;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recipient_who_reads_nothing_costs_a_bounded_queue_and_is_closed() {
    let limits = Limits {
        queue_bytes: 1 << 20,
        ..no_rates()
    };
    let relay = relay(limits).await;
    let mut sleeper = RawClient::upgrade(&relay).await;
    sleeper.write(&register_frame("sleeper", 1)).await;
    let mut awake = Client::register(&relay, "awake", 2).await;
    let mut sender = Client::register(&relay, "sender", 3).await;
    let body = "x".repeat(16 * 1024);
    let before = resident_bytes();
    for n in 0..4_000 {
        sender.message("sleeper", &body).await;
        if n % 1000 == 0 {
            // The sender's other conversations go on.
            sender.message("awake", &n.to_string()).await;
            assert_eq!(awake.receive_message().await.1, n.to_string());
        }
    }
    if let Some(grown) = resident_bytes()
        .zip(before)
        .map(|(after, before)| after.saturating_sub(before))
    {
        assert!(
            grown < 24 << 20,
            "{grown} bytes more after 62 MiB for a client that does not read"
        );
    }
    // Once it reads, it finds what was on the way and, where it is still early enough, why it was closed.
    assert!(matches!(sleeper.closed().await, Some(4008) | None));
    let users = sender.users().await;
    assert_eq!(users, ["sender", "awake"]);
}

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
    tokio::time::timeout(common::PATIENCE, left).await.unwrap();
    drop(sleeper);
}

/// Memory of this process; `None` where the system does not tell it in a file as Linux does.
fn resident_bytes() -> Option<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split(' ').nth(1)?.parse::<u64>().ok()? * 4096)
}
