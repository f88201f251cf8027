//! What is answered to HTTP requests: the upgrade to a WebSocket, and everything that is none.

use crate::client::{
    Bystanders, PATIENCE, RawClient, joined, register_frame, relay, upgrade_request,
};
use serde_json::Value;
use sotto_relay::{Config, Limits, OriginPolicy, Relay};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

/// A limit of time that a test can wait for.
const SHORT: Duration = Duration::from_millis(300);

/// What a relay with the default limits answers to these bytes until it ends the connection.
async fn answer_to(bytes: &str) -> String {
    let relay = relay(Limits::default()).await;
    let mut client = RawClient::open(&relay).await;
    client.write(bytes.as_bytes()).await;
    client.until_the_end().await
}

/// The values of a header in an answer.
fn values<'a>(answer: &'a str, name: &str) -> Vec<&'a str> {
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .filter(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .collect()
}

#[tokio::test]
async fn a_browser_is_told_what_is_spoken_here() {
    let answer = answer_to("GET / HTTP/1.1\r\nHost: relay\r\n\r\n").await;
    assert!(
        answer.starts_with("HTTP/1.1 426 Upgrade Required\r\n"),
        "{answer}"
    );
    assert_eq!(values(&answer, "upgrade"), ["websocket"]);
    assert_eq!(values(&answer, "sec-websocket-version"), ["13"]);
    assert_eq!(values(&answer, "connection"), ["Upgrade, close"]);
    assert_eq!(values(&answer, "date").len(), 1);
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(values(&answer, "content-length"), [body.len().to_string()]);
    assert!(body.contains("Sotto") && body.ends_with(".\n"), "{body}");
}

#[tokio::test]
async fn another_version_of_the_protocol_is_told_which_one_is_spoken() {
    let request = upgrade_request("").replace("Version: 13", "Version: 8");
    let answer = answer_to(&request).await;
    assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
    assert_eq!(values(&answer, "sec-websocket-version"), ["13"]);
    assert_eq!(values(&answer, "upgrade"), ["websocket"]);
}

#[tokio::test]
async fn what_is_neither_here_nor_allowed_is_said_to_be_so() {
    let post = "POST / HTTP/1.1\r\nHost: relay\r\nContent-Length: 4\r\n\r\n{}\r\n";
    let chunked =
        "PUT /x HTTP/1.1\r\nHost: relay\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    let expecting =
        "POST / HTTP/1.1\r\nHost: relay\r\nExpect: 100-continue\r\nContent-Length: 9000000\r\n\r\n";
    for request in [post, chunked, expecting] {
        let answer = answer_to(request).await;
        assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
        assert_eq!(values(&answer, "allow"), ["GET, HEAD"]);
    }
    let elsewhere = answer_to("GET /favicon.ico HTTP/1.1\r\nHost: relay\r\n\r\n").await;
    assert!(elsewhere.starts_with("HTTP/1.1 404 "), "{elsewhere}");
    let head = answer_to("HEAD / HTTP/1.1\r\nHost: relay\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 426 "), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "{head}");
    let old = answer_to("GET / HTTP/1.0\r\n\r\n").await;
    assert!(old.starts_with("HTTP/1.0 426 "), "{old}");
}

#[tokio::test]
async fn what_is_no_http_is_told_so_where_it_can_be() {
    for bytes in [
        "HELLO\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\na b: c\r\n\r\n",
    ] {
        let answer = answer_to(bytes).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{bytes:?}: {answer}");
    }
}

#[tokio::test]
async fn an_upgrade_may_be_one_of_several_connection_options() {
    let relay = relay(Limits::default()).await;
    let mut bystanders = Bystanders::join(&relay).await;
    let mut clients = Vec::new();
    for (n, options) in (3..).zip([
        "keep-alive, Upgrade",
        "UPGRADE ,x",
        "keep-alive\r\nConnection: upgrade",
    ]) {
        let name = format!("listed{n}");
        let mut client = RawClient::open(&relay).await;
        let request =
            upgrade_request("").replace("Connection: Upgrade", &format!("Connection: {options}"));
        client.write(request.as_bytes()).await;
        let answer = client.answer_head().await;
        assert!(answer.starts_with("HTTP/1.1 101 "), "{options}: {answer}");
        // Some clients take nothing else for an answer.
        assert_eq!(values(&answer, "connection"), ["Upgrade"]);
        client.write(&register_frame(&name, n)).await;
        assert_eq!(bystanders.0.receive().await, joined(&name, n));
        clients.push(client);
    }
}

#[tokio::test]
async fn frames_sent_before_the_answer_are_not_lost() {
    let relay = relay(Limits::default()).await;
    let mut bystanders = Bystanders::join(&relay).await;
    let mut client = RawClient::open(&relay).await;
    let frames = register_frame("hasty", 3);
    let (early, rest) = frames.split_at(frames.len() - 7);
    client
        .write(&[upgrade_request("").as_bytes(), early].concat())
        .await;
    let answer = client.answer_head().await;
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    client.write(rest).await;
    let (_, payload) = client.read_frame().await.unwrap();
    let echo: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(echo, joined("hasty", 3));
    assert_eq!(bystanders.0.receive().await, joined("hasty", 3));
}

#[tokio::test]
async fn early_frames_keep_the_rules() {
    let relay = relay(Limits::default()).await;
    let mut bystanders = Bystanders::join(&relay).await;
    // The first fragment of a message and 200 empty ones after it.
    let fragments = [
        [0x01, 0x80, 0, 0, 0, 0].to_vec(),
        [0x00, 0x80, 0, 0, 0, 0].repeat(200),
    ]
    .concat();
    let mut client = RawClient::open(&relay).await;
    client
        .write(&[upgrade_request("").as_bytes(), &fragments].concat())
        .await;
    let answer = client.answer_head().await;
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    assert_eq!(client.closed().await, Some(1009));
    bystanders.still_talk().await;
}

#[tokio::test]
async fn one_request_is_answered_and_what_follows_it_is_not() {
    let get = "GET / HTTP/1.1\r\nHost: relay\r\n\r\n";
    for second in [get, &upgrade_request("")] {
        let answer = answer_to(&format!("{get}{second}")).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
    }
}

#[tokio::test]
async fn whoever_has_said_everything_is_still_answered() {
    let relay = relay(Limits::default()).await;
    let mut client = RawClient::open(&relay).await;
    client.write(b"GET / HTTP/1.1\r\nHost: relay\r\n\r\n").await;
    client.stream.shutdown().await.unwrap();
    let answer = client.until_the_end().await;
    assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
}

#[tokio::test]
async fn a_request_in_slow_bytes_has_the_time_of_any_other() {
    let limits = Limits {
        handshake_time: SHORT,
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut bystanders = Bystanders::join(&relay).await;
    let mut client = RawClient::open(&relay).await;
    client.stream.set_nodelay(true).unwrap();
    let mut pace = tokio::time::interval(SHORT / 30);
    let mut answer = [0; 64];
    let request = upgrade_request(&"X-Slow: 1\r\n".repeat(200));
    let mut bytes = request.as_bytes().chunks(1);
    let ended = timeout(PATIENCE, async {
        loop {
            tokio::select! {
                read = client.stream.read(&mut answer) => break read.unwrap_or(0),
                _ = pace.tick() => {}
            }
            let byte = bytes.next().expect("the relay ends it long before");
            let _ = client.stream.try_write(byte);
        }
    })
    .await;
    assert_eq!(ended.unwrap(), 0, "{answer:?}");
    bystanders.still_talk().await;
}

#[tokio::test]
async fn a_request_has_a_bounded_number_of_headers() {
    let relay = relay(Limits::default()).await;
    let mut bystanders = Bystanders::join(&relay).await;
    // A request for a WebSocket has five by itself.
    let headers = |count: usize| "X-More: 1\r\n".repeat(count - 5);
    let most = RawClient::open(&relay).await.request(&headers(100)).await;
    assert!(most.starts_with("HTTP/1.1 101 "), "{most}");
    let beyond = RawClient::open(&relay).await.request(&headers(101)).await;
    assert!(beyond.starts_with("HTTP/1.1 431 "), "{beyond}");
    bystanders.still_talk().await;
}

#[tokio::test]
async fn a_request_has_a_bounded_number_of_bytes() {
    let relay = relay(Limits::default()).await;
    let mut bystanders = Bystanders::join(&relay).await;
    let padded = |bytes: usize| {
        let without = upgrade_request("X-More: \r\n").len();
        format!("X-More: {}\r\n", "x".repeat(bytes - without))
    };
    let most = RawClient::open(&relay).await.request(&padded(8192)).await;
    assert!(most.starts_with("HTTP/1.1 101 "), "{most}");
    for bytes in [8193, 100_000] {
        let beyond = RawClient::open(&relay).await.request(&padded(bytes)).await;
        assert_eq!(beyond, "", "{bytes}");
    }
    bystanders.still_talk().await;
}

#[tokio::test]
async fn whoever_is_answered_gives_the_place_back() {
    let limits = Limits {
        connections: 3,
        handshakes: 1,
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut bystanders = Bystanders::join(&relay).await;
    for _ in 0..20 {
        let mut client = RawClient::open(&relay).await;
        client.write(b"GET / HTTP/1.1\r\nHost: relay\r\n\r\n").await;
        let answer = client.until_the_end().await;
        // The one before may not have ended on the relay's side.
        let full = answer.is_empty() || answer.starts_with("HTTP/1.1 503 ");
        assert!(full || answer.starts_with("HTTP/1.1 426 "), "{answer}");
    }
    let free = async {
        while !RawClient::open(&relay)
            .await
            .request("")
            .await
            .starts_with("HTTP/1.1 101 ")
        {}
    };
    timeout(PATIENCE, free).await.expect("no place came free");
    bystanders.still_talk().await;
}

#[tokio::test]
async fn a_handshake_has_its_time_and_its_size() {
    // D13
    let limits = Limits {
        handshake_time: Duration::from_millis(300),
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut bystanders = Bystanders::join(&relay).await;
    for bytes in [
        &b""[..],
        b"GET / HT",
        b"POST / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut client = RawClient::open(&relay).await;
        client.write(bytes).await;
        let mut answer = Vec::new();
        let ended = timeout(PATIENCE, client.stream.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "still open after {bytes:?}");
        assert!(!answer.starts_with(b"HTTP/1.1 101"));
    }
    let mut client = RawClient::open(&relay).await;
    let huge = format!("Cookie: {}\r\n", "x".repeat(9 * 1024));
    assert_eq!(client.request(&huge).await, "");
    bystanders.still_talk().await;
}

#[tokio::test]
async fn compression_is_never_negotiated() {
    // D15
    let relay = relay(Limits::default()).await;
    let mut client = RawClient::open(&relay).await;
    let answer = client
        .request("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 101"));
    assert!(
        !answer.to_lowercase().contains("sec-websocket-extensions"),
        "{answer}"
    );
}

#[tokio::test]
async fn foreign_web_pages_are_refused_where_configured() {
    // D12
    for (origins, header, served) in [
        (OriginPolicy::Any, "Origin: https://evil.example\r\n", true),
        (
            OriginPolicy::RefuseForeign,
            "Origin: https://evil.example\r\n",
            false,
        ),
        (OriginPolicy::RefuseForeign, "Origin: null\r\n", false),
        (OriginPolicy::RefuseForeign, "", true),
        (
            OriginPolicy::Allow(vec!["https://chat.example".into()]),
            "Origin: https://chat.example\r\n",
            true,
        ),
        (
            OriginPolicy::Allow(vec!["https://chat.example".into()]),
            "Origin: https://evil.example\r\n",
            false,
        ),
        (
            OriginPolicy::Allow(vec!["https://chat.example".into()]),
            "Origin: https://chat.example\r\nOrigin: https://evil.example\r\n",
            false,
        ),
    ] {
        let config = Config {
            origins: origins.clone(),
            ..Config::default()
        };
        let relay = Relay::bind("127.0.0.1:0".parse().unwrap(), config)
            .await
            .unwrap()
            .spawn();
        let answer = RawClient::open(&relay).await.request(header).await;
        let expected = if served {
            "HTTP/1.1 101"
        } else {
            "HTTP/1.1 403"
        };
        assert!(
            answer.starts_with(expected),
            "{origins:?} {header}: {answer}"
        );
    }
}

#[tokio::test]
async fn whoever_connects_is_told_the_time() {
    let before = SystemTime::now();
    let relay = Relay::bind("127.0.0.1:0".parse().unwrap(), Config::default())
        .await
        .unwrap()
        .spawn();
    let answer = RawClient::open(&relay).await.request("").await;
    let dates = answer.lines().filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("date").then_some(value)
    });
    let dates: Vec<&str> = dates.collect();
    let [date] = dates[..] else {
        panic!("{answer}")
    };
    let told = httpdate::parse_http_date(date).unwrap();
    // It tells whole seconds.
    assert!(told + Duration::from_secs(1) > before, "{date}");
    assert!(told <= SystemTime::now(), "{date}");
}

#[tokio::test]
async fn unfinished_handshakes_are_bounded_and_free_their_place() {
    let limits = Limits {
        handshakes: 5,
        handshake_time: Duration::from_millis(500),
        ..Limits::default()
    };
    let relay = relay(limits).await;
    let mut bystanders = Bystanders::join(&relay).await;
    let mut flood = Vec::new();
    for _ in 0..50 {
        flood.push(RawClient::open(&relay).await);
    }
    bystanders.still_talk().await;
    timeout(PATIENCE, async {
        while !RawClient::open(&relay)
            .await
            .request("")
            .await
            .starts_with("HTTP/1.1 101")
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .expect("no place came free");
}
