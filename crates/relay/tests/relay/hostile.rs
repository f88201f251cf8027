//! Clients that break every rule. Each test ends by showing that the others are still served.

use crate::client::{
    Bystanders, Client, RawClient, frame, header, joined, key, left, no_rates, register_frame,
    relay,
};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use sotto_relay::{Limits, Rate, RunningRelay};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Sends bytes as a fresh client and expects a close code; `None` is an end without a close frame.
async fn expect_close(relay: &RunningRelay, bytes: &[u8], code: Option<u16>) {
    let mut client = RawClient::upgrade(relay).await;
    client.write(bytes).await;
    assert_eq!(
        client.closed().await,
        code,
        "{:?}",
        &bytes[..bytes.len().min(40)]
    );
}

#[tokio::test]
async fn frames_that_end_the_guides_relay_end_only_their_own_connection() {
    // D1
    let relay = relay(Limits::default()).await;
    let mut bystanders = Bystanders::join(&relay).await;
    expect_close(&relay, &frame(0x81, b"{\"a\":\"\xff\xfe\"}"), Some(1007)).await;
    expect_close(&relay, &frame(0xc1, b"{}"), Some(1002)).await; // RSV1: compressed
    expect_close(&relay, &frame(0xa1, b"{}"), Some(1002)).await; // RSV2
    expect_close(&relay, &frame(0x83, b"{}"), Some(1002)).await; // reserved opcode
    expect_close(&relay, &frame(0x8b, b""), Some(1002)).await; // reserved control opcode
    expect_close(&relay, &frame(0x80, b"{}"), Some(1002)).await; // continuation of nothing
    expect_close(&relay, &frame(0x09, b""), Some(1002)).await; // fragmented ping
    expect_close(&relay, &frame(0x89, &[0; 126]), Some(1002)).await; // long ping
    expect_close(
        &relay,
        &[frame(0x01, b"{"), frame(0x81, b"}")].concat(),
        Some(1002),
    )
    .await;
    expect_close(&relay, &[0x81, 0x02, b'{', b'}'], Some(1002)).await; // not masked
    expect_close(&relay, b"GET / HTTP/1.1\r\nHost: relay\r\n\r\n", Some(1002)).await;
    bystanders.still_talk().await;
}

#[tokio::test]
async fn text_that_is_no_frame_is_forgiven_20_times_a_minute() {
    let relay = relay(Limits::default()).await;
    let mut bystanders = Bystanders::join(&relay).await;
    let deep = "[".repeat(200_000);
    let bad = [
        "{",
        "",
        "null",
        "[]",
        "7",
        "\"x\"",
        "{}",
        "{\"type\":7}",
        "1e999",
        "\u{feff}{}",
        "{\"type\":\"message\"}",
        "{\"type\":\"message\",\"to\":\"bob\"}",
        "{\"type\":\"message\",\"to\":\"bob\",\"encrypted\":7}",
        "{\"type\":\"message\",\"to\":[],\"encrypted\":\"\"}",
        "{\"type\":\"message\",\"to\":\"\\ud800\",\"encrypted\":\"\"}",
        "{\"type\":\"register\"}",
        "{\"type\":\"register\",\"userId\":\"x\",\"publicKey\":\"\"}",
        "<html>",
        "\0",
        &deep,
    ];
    assert_eq!(bad.len(), 20);
    let mut client = Client::register(&relay, "careless", 3).await;
    for text in bad {
        client.send_text(text).await;
    }
    // Still served: none of them was the end.
    client.message("careless", "eA==").await;
    assert_eq!(client.receive_message().await.1, "eA==");
    client
        .socket
        .send(Message::binary(vec![0xff, 0x00]))
        .await
        .unwrap();
    assert_eq!(client.closed().await, (1008, "bad_frames".into()));
    bystanders.still_talk().await;
}

#[tokio::test]
async fn a_giant_frame_is_refused_at_its_header() {
    // D11
    let relay = relay(Limits::default()).await;
    let mut bystanders = Bystanders::join(&relay).await;
    for len in [256 * 1024 + 1, 100 << 20, 1 << 40, usize::MAX] {
        expect_close(&relay, &header(0x81, len), Some(1009)).await;
        expect_close(&relay, &header(0x82, len), Some(1009)).await;
    }
    let half = vec![b' '; 200 * 1024];
    expect_close(
        &relay,
        &[frame(0x01, &half), frame(0x80, &half)].concat(),
        Some(1009),
    )
    .await;
    bystanders.still_talk().await;
}

#[tokio::test]
async fn a_message_in_more_than_128_fragments_is_refused() {
    let relay = relay(Limits::default()).await;
    let mut bystanders = Bystanders::join(&relay).await;
    let text = json!({"type": "register", "userId": "pieces", "publicKey": key(3)}).to_string();
    let pieces = |count: usize| {
        let mut bytes = frame(0x01, text.as_bytes());
        for n in 1..count {
            bytes.extend(frame(if n + 1 == count { 0x80 } else { 0x00 }, b""));
        }
        bytes
    };
    let mut client = RawClient::upgrade(&relay).await;
    client.write(&pieces(128)).await;
    client.write(&frame(0x88, &[3, 232])).await;
    assert_eq!(client.closed().await, Some(1000));
    expect_close(&relay, &pieces(129), Some(1009)).await;
    bystanders.still_talk().await;
}

#[tokio::test]
async fn a_frame_written_byte_by_byte_is_read() {
    let relay = relay(Limits::default()).await;
    let mut bystanders = Bystanders::join(&relay).await;
    let mut client = RawClient::upgrade(&relay).await;
    client.stream.set_nodelay(true).unwrap();
    for byte in register_frame("slow", 3) {
        client.write(&[byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(bystanders.0.receive().await, joined("slow", 3));
}

#[tokio::test]
async fn random_bytes_end_only_their_own_connection() {
    let relay = relay(Limits::default()).await;
    let mut bystanders = Bystanders::join(&relay).await;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u8::try_from(state >> 56).unwrap()
    };
    for round in 0..200 {
        let bytes: Vec<u8> = (0..round).map(|_| random()).collect();
        let mut client = if round % 2 == 0 {
            RawClient::upgrade(&relay).await
        } else {
            RawClient::open(&relay).await
        };
        client.write(&bytes).await;
    }
    bystanders.still_talk().await;
}

#[tokio::test]
async fn whoever_never_registers_is_closed() {
    let limits = Limits {
        register_time: Duration::from_millis(200),
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut client = Client::connect(&relay).await;
    assert_eq!(client.closed().await, (1008, "not_registered".into()));
}

#[tokio::test]
async fn a_message_that_never_ends_is_given_up() {
    let limits = Limits {
        message_time: Duration::from_millis(300),
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut bystanders = Bystanders::join(&relay).await;
    for begun in [&b"\x81"[..], &header(0x81, 1000), &frame(0x01, b"{")] {
        let mut client = RawClient::upgrade(&relay).await;
        client.write(&register_frame("slow", 3)).await;
        client.write(begun).await;
        assert_eq!(client.closed().await, Some(1008), "{begun:?}");
    }
    bystanders.still_talk().await;
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_gone_and_one_that_does_stays() {
    // D13
    let limits = Limits {
        ping_after: Duration::from_millis(200),
        pong_time: Duration::from_millis(200),
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut alive = Client::register(&relay, "alive", 1).await;
    let _dead = Client::register(&relay, "dead", 2).await;
    // Reading answers pings.
    assert_eq!(alive.receive().await, joined("dead", 2));
    assert_eq!(alive.receive().await, left("dead"));
    let next = timeout(Duration::from_secs(1), async {
        loop {
            match alive.socket.next().await.unwrap().unwrap() {
                Message::Ping(_) => {}
                other => break other,
            }
        }
    })
    .await;
    assert!(next.is_err(), "{next:?}");
}

#[tokio::test]
async fn a_flood_of_pings_is_read_slowly_and_costs_no_memory() {
    let limits = Limits {
        frames: Rate {
            per_second: 100,
            burst: 50,
        },
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut bystanders = Bystanders::join(&relay).await;
    let mut client = RawClient::upgrade(&relay).await;
    client.write(&register_frame("pinger", 3)).await;
    let pings: Vec<u8> = (0..10_000).flat_map(|_| frame(0x89, &[7; 125])).collect();
    let mut sent = 0;
    let flood = async {
        loop {
            client.write(&pings).await;
            sent += 1;
        }
    };
    assert!(timeout(Duration::from_millis(800), flood).await.is_err());
    // Unread, it fills the buffers of the kernel and stays there.
    assert!(sent < 30, "{sent} times 10,000 pings were taken");
    bystanders.still_talk().await;
}

#[tokio::test]
async fn a_client_that_sends_too_fast_waits_and_loses_nothing() {
    let limits = Limits {
        frames: Rate {
            per_second: 200,
            burst: 20,
        },
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut client = Client::register(&relay, "fast", 1).await;
    let start = std::time::Instant::now();
    for n in 0..119 {
        client.message("fast", &n.to_string()).await;
    }
    for n in 0..119 {
        assert_eq!(client.receive_message().await.1, n.to_string());
    }
    assert!(
        start.elapsed() >= Duration::from_millis(490),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn five_hundred_messages_at_once_are_within_the_defaults() {
    // What is beyond the burst would take minutes here.
    let frames = Rate {
        per_second: 1,
        ..Limits::default().frames
    };
    let relay = relay(Limits {
        frames,
        ..Limits::default()
    })
    .await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut bob = Client::register(&relay, "bob", 2).await;
    for n in 0..500 {
        alice.message("bob", &n.to_string()).await;
    }
    for n in 0..500 {
        assert_eq!(bob.receive_message().await.1, n.to_string());
    }
}

#[tokio::test]
async fn connections_of_one_source_and_of_all_are_bounded() {
    // D12
    for limits in [
        Limits {
            connections_per_source: 2,
            limit_loopback: true,
            ..Limits::default()
        },
        Limits {
            connections: 2,
            ..Limits::default()
        },
        Limits {
            accepts_per_source: Rate {
                per_second: 1,
                burst: 2,
            },
            limit_loopback: true,
            ..Limits::default()
        },
    ] {
        let relay = relay(limits).await;
        let mut bystanders = Bystanders::join(&relay).await;
        let answer = RawClient::open(&relay).await.request("").await;
        // The answer is lost where the system resets the connection first.
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 503"),
            "{answer}"
        );
        bystanders.still_talk().await;
    }
}

#[tokio::test]
async fn unfinished_messages_of_one_source_are_bounded() {
    let limits = Limits {
        message_bytes: 4 << 20,
        unfinished_bytes_per_source: 6 << 20,
        limit_loopback: true,
        ..no_rates()
    };
    let relay = relay(limits).await;
    let mut first = RawClient::upgrade(&relay).await;
    first.write(&register_frame("first", 1)).await;
    first.write(&header(0x81, 4 << 20)).await;
    // The header is read before the second client begins.
    let mut observer = Client::register(&relay, "observer", 2).await;
    assert!(observer.users().await.contains(&"first".to_owned()));
    tokio::time::sleep(Duration::from_millis(200)).await;
    expect_close(&relay, &header(0x81, 4 << 20), Some(1013)).await;
}

#[tokio::test]
async fn unfinished_messages_of_everybody_are_bounded_and_short_ones_still_come() {
    let limits = Limits {
        message_bytes: 4 << 20,
        unfinished_bytes: 6 << 20,
        ..no_rates()
    };
    let relay = relay(limits).await;
    let mut bystanders = Bystanders::join(&relay).await;
    let mut first = RawClient::upgrade(&relay).await;
    first.write(&register_frame("first", 3)).await;
    assert_eq!(bystanders.0.receive().await, joined("first", 3));
    // What comes behind the first bytes is announced with them and never sent.
    let text = json!({"type": "message", "to": "first", "encrypted": "eA=="}).to_string();
    let begun = [frame(0x81, text.as_bytes()), header(0x81, 4 << 20)].concat();
    first.write(&begun).await;
    loop {
        let (_, payload) = first.read_frame().await.unwrap();
        if String::from_utf8_lossy(&payload).contains("eA==") {
            break;
        }
    }
    expect_close(&relay, &header(0x81, 4 << 20), Some(1013)).await;
    // A text of 10 KiB in pieces still comes.
    let mut short = RawClient::upgrade(&relay).await;
    short.write(&frame(0x01, &[b' '; 5 * 1024])).await;
    short.write(&frame(0x00, &[b' '; 5 * 1024])).await;
    let register = json!({"type": "register", "userId": "short", "publicKey": key(4)});
    short
        .write(&frame(0x80, register.to_string().as_bytes()))
        .await;
    assert_eq!(bystanders.0.receive().await, joined("short", 4));
    bystanders.still_talk().await;
}

#[tokio::test]
async fn a_client_that_vanishes_in_the_middle_of_a_frame_leaves_its_name() {
    let relay = relay(Limits::default()).await;
    let mut alice = Client::register(&relay, "alice", 1).await;
    let mut client = RawClient::upgrade(&relay).await;
    client.write(&register_frame("brief", 3)).await;
    assert_eq!(alice.receive().await, joined("brief", 3));
    client.write(&header(0x81, 1000)).await;
    drop(client);
    assert_eq!(alice.receive().await, left("brief"));
}
