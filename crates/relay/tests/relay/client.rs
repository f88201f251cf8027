//! Clients for the relay's tests: one that speaks WebSocket, one that writes whatever bytes a test wants.
#![allow(dead_code, reason = "each test program uses its own part")]

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sotto_relay::{Config, Limits, Rate, Relay, RunningRelay};
use sotto_wire::PublicKey;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longer than anything that should happen; a test that reaches it has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Silence after which a test believes that nothing comes.
pub(crate) const QUIET: Duration = Duration::from_millis(400);

/// A relay that a client can connect to.
pub(crate) trait Reachable {
    fn address(&self) -> SocketAddr;
}

impl Reachable for RunningRelay {
    fn address(&self) -> SocketAddr {
        self.local_addr()
    }
}

pub(crate) async fn relay(limits: Limits) -> RunningRelay {
    let config = Config {
        limits,
        ..Config::default()
    };
    Relay::bind("127.0.0.1:0".parse().unwrap(), config)
        .await
        .unwrap()
        .spawn()
}

pub(crate) fn no_rates() -> Limits {
    Limits {
        frames: Rate::UNLIMITED,
        bytes: Rate::UNLIMITED,
        ..Limits::default()
    }
}

pub(crate) fn key(n: u8) -> String {
    PublicKey([n; 32]).to_base64()
}

pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    pub(crate) async fn connect(relay: &impl Reachable) -> Self {
        let (socket, _) = connect_async(format!("ws://{}", relay.address()))
            .await
            .unwrap();
        Self { socket }
    }

    /// Connects, registers, and waits for the echo.
    pub(crate) async fn register(relay: &impl Reachable, name: &str, n: u8) -> Self {
        let mut client = Self::connect(relay).await;
        client
            .send(&json!({"type": "register", "userId": name, "publicKey": key(n)}))
            .await;
        assert_eq!(client.receive().await, joined(name, n));
        client
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn message(&mut self, to: &str, encrypted: &str) {
        self.send(&json!({"type": "message", "to": to, "encrypted": encrypted}))
            .await;
    }

    /// The next frame; pings are passed over.
    pub(crate) async fn receive(&mut self) -> Value {
        loop {
            let next = timeout(PATIENCE, self.socket.next())
                .await
                .expect("nothing came");
            match next.expect("the relay is gone").expect("a WebSocket frame") {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("expected a text frame: {other:?}"),
            }
        }
    }

    /// The next message's sender and ciphertext; notices are passed over.
    pub(crate) async fn receive_message(&mut self) -> (String, String) {
        loop {
            let frame = self.receive().await;
            if frame["type"] == "message" {
                return (
                    frame["from"].as_str().unwrap().into(),
                    frame["encrypted"].as_str().unwrap().into(),
                );
            }
        }
    }

    pub(crate) async fn users(&mut self) -> Vec<String> {
        self.send(&json!({"type": "get_users"})).await;
        loop {
            let frame = self.receive().await;
            if frame["type"] == "user_list" {
                let users = frame["users"].as_array().unwrap();
                return users
                    .iter()
                    .map(|user| user["userId"].as_str().unwrap().to_owned())
                    .collect();
            }
        }
    }

    pub(crate) async fn expect_quiet(&mut self) {
        let next = timeout(QUIET, self.socket.next()).await;
        assert!(next.is_err(), "expected nothing: {next:?}");
    }

    /// Code and reason of the close frame; frames before it are passed over.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        loop {
            let next = timeout(PATIENCE, self.socket.next())
                .await
                .expect("the relay does not close");
            match next
                .expect("closed without a close frame")
                .expect("a WebSocket frame")
            {
                Message::Close(Some(CloseFrame { code, reason })) => {
                    return (code.into(), reason.to_string());
                }
                Message::Close(None) => panic!("closed without a code"),
                _ => {}
            }
        }
    }

    pub(crate) async fn close(mut self) {
        // An error only says that the relay closed first.
        let _ = self.socket.close(None).await;
        while let Ok(Some(Ok(_))) = timeout(PATIENCE, self.socket.next()).await {}
    }
}

pub(crate) fn joined(name: &str, n: u8) -> Value {
    json!({"type": "user_joined", "userId": name, "publicKey": key(n)})
}

pub(crate) fn left(name: &str) -> Value {
    json!({"type": "user_left", "userId": name})
}

/// Two clients, alice with key 1 and bob with key 2, who talk while something else goes on.
pub(crate) struct Bystanders(pub(crate) Client, pub(crate) Client);

impl Bystanders {
    pub(crate) async fn join(relay: &impl Reachable) -> Self {
        let mut alice = Client::register(relay, "alice", 1).await;
        let bob = Client::register(relay, "bob", 2).await;
        assert_eq!(alice.receive().await, joined("bob", 2));
        Self(alice, bob)
    }

    pub(crate) async fn still_talk(&mut self) {
        self.0.message("bob", "eA==").await;
        assert_eq!(
            self.1.receive_message().await,
            ("alice".into(), "eA==".into())
        );
    }
}

/// A TCP connection that has upgraded and then says what it likes.
pub(crate) struct RawClient {
    pub(crate) stream: TcpStream,
}

impl RawClient {
    pub(crate) async fn open(relay: &impl Reachable) -> Self {
        Self {
            stream: TcpStream::connect(relay.address()).await.unwrap(),
        }
    }

    pub(crate) async fn upgrade(relay: &impl Reachable) -> Self {
        let mut client = Self::open(relay).await;
        let answer = client.request("").await;
        assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
        client
    }

    /// Sends an upgrade request with more headers and reads the answer's head; empty where there is none.
    pub(crate) async fn request(&mut self, headers: &str) -> String {
        self.write(upgrade_request(headers).as_bytes()).await;
        self.answer_head().await
    }

    /// Reads the head of an answer; empty where there is none.
    pub(crate) async fn answer_head(&mut self) -> String {
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            match timeout(PATIENCE, self.stream.read_u8())
                .await
                .expect("no answer to the handshake")
            {
                Ok(byte) => answer.push(byte),
                Err(_) => break,
            }
        }
        String::from_utf8(answer).unwrap()
    }

    /// Everything that comes until the relay ends the connection.
    pub(crate) async fn until_the_end(&mut self) -> String {
        let mut answer = Vec::new();
        // A reset is an end like another.
        let _ = timeout(PATIENCE, self.stream.read_to_end(&mut answer))
            .await
            .expect("the relay does not end the connection");
        String::from_utf8(answer).unwrap()
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        // The relay may have closed already; what it answered is looked at afterwards.
        let _ = self.stream.write_all(bytes).await;
    }

    /// Code of the close frame; frames before it are passed over. `None` where the connection ends without one.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        loop {
            let (first, payload) = self.read_frame().await?;
            if first & 0x0f == 8 {
                return payload
                    .get(..2)
                    .map(|code| u16::from_be_bytes([code[0], code[1]]));
            }
        }
    }

    pub(crate) async fn read_frame(&mut self) -> Option<(u8, Vec<u8>)> {
        timeout(PATIENCE, async {
            let first = self.stream.read_u8().await.ok()?;
            let len = match self.stream.read_u8().await.ok()? {
                126 => usize::from(self.stream.read_u16().await.ok()?),
                127 => usize::try_from(self.stream.read_u64().await.ok()?).unwrap(),
                len => usize::from(len),
            };
            let mut payload = vec![0; len];
            self.stream.read_exact(&mut payload).await.ok()?;
            Some((first, payload))
        })
        .await
        .expect("the relay neither closes nor sends")
    }
}

/// A request for a WebSocket with more headers, each ended by a line break.
pub(crate) fn upgrade_request(headers: &str) -> String {
    format!(
        "GET / HTTP/1.1\r\nHost: relay\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    )
}

/// A masked frame (the mask is zeros, so that the payload stays readable).
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = header(first, payload.len());
    bytes.extend(payload);
    bytes
}

/// The header of a masked frame of any length.
pub(crate) fn header(first: u8, len: usize) -> Vec<u8> {
    let mut bytes = vec![first];
    if len < 126 {
        bytes.push(0x80 | u8::try_from(len).unwrap());
    } else if let Ok(len) = u16::try_from(len) {
        bytes.push(0x80 | 0x7e);
        bytes.extend(len.to_be_bytes());
    } else {
        bytes.push(0x80 | 0x7f);
        bytes.extend((len as u64).to_be_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}

pub(crate) fn register_frame(name: &str, n: u8) -> Vec<u8> {
    frame(
        0x81,
        json!({"type": "register", "userId": name, "publicKey": key(n)})
            .to_string()
            .as_bytes(),
    )
}
