//! The guide's frames and boxes, made without any code of ours, and a bare connection to a relay.

use crate::wait;
use crypto_box::aead::Aead;
use crypto_box::{PublicKey, SalsaBox, SecretKey};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

/// A key pair that seals and opens boxes.
pub struct BoxKeys {
    secret: SecretKey,
}

impl BoxKeys {
    /// A pair from 32 bytes; equal bytes give equal pairs.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self {
            secret: SecretKey::from(bytes),
        }
    }

    /// The public half, base64.
    pub fn public_key(&self) -> String {
        BASE64.encode(self.secret.public_key().as_bytes())
    }

    /// Seals with this nonce, which the caller uses once.
    ///
    /// # Panics
    /// Where the key is not the base64 of 32 bytes.
    pub fn seal(&self, nonce: [u8; 24], to: &str, content: &[u8]) -> String {
        let mut whole = nonce.to_vec();
        whole.extend(
            self.with(to)
                .encrypt(&nonce.into(), content)
                .expect("it is short"),
        );
        BASE64.encode(&whole)
    }

    /// Opens a box, `None` where it is not for this pair from that key.
    pub fn open(&self, from: &str, encrypted: &str) -> Option<Vec<u8>> {
        let whole = BASE64.decode(encrypted.as_bytes()).ok()?;
        let (nonce, sealed) = whole.split_first_chunk::<24>()?;
        self.with(from).decrypt(nonce.into(), sealed).ok()
    }

    fn with(&self, other: &str) -> SalsaBox {
        let bytes = BASE64.decode(other.as_bytes()).expect("a key is base64");
        let bytes: [u8; 32] = bytes.try_into().expect("a key has 32 bytes");
        SalsaBox::new(&PublicKey::from(bytes), &self.secret)
    }
}

/// A nonce that differs for every number.
pub fn numbered_nonce(number: u64) -> [u8; 24] {
    let mut nonce = [0x5a; 24];
    nonce[..8].copy_from_slice(&number.to_be_bytes());
    nonce
}

/// `register`.
pub fn register(name: &str, public_key: &str) -> Value {
    json!({ "type": "register", "userId": name, "publicKey": public_key })
}

/// `message` from a client.
pub fn message_to(to: &str, encrypted: &str) -> Value {
    json!({ "type": "message", "to": to, "encrypted": encrypted })
}

/// A connection to a relay that sends whatever it is told to.
pub struct Bare {
    socket: WebSocket<TcpStream>,
}

impl Bare {
    /// Connects.
    ///
    /// # Panics
    /// Where the relay does not take the connection.
    pub fn connect(url: &str) -> Self {
        let address = url.strip_prefix("ws://").expect("a ws:// address");
        let stream = TcpStream::connect(address).expect("the relay accepts connections");
        let (socket, _) = client(format!("{url}/"), stream).expect("the relay speaks WebSocket");
        Self { socket }
    }

    /// Sends a frame.
    ///
    /// # Panics
    /// Where the connection is gone.
    pub fn send(&mut self, frame: &Value) {
        self.socket
            .send(Message::text(frame.to_string()))
            .expect("the relay still reads");
    }

    /// Waits for a frame that fits.
    ///
    /// # Panics
    /// Where none comes in time.
    pub fn wait_for(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + wait::patience();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what}");
            self.limit_read(left);
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    let frame: Value = serde_json::from_str(&text).expect("relays send JSON");
                    if fits(&frame) {
                        return frame;
                    }
                }
                Ok(_) => {}
                Err(error) => panic!("waited in vain for {what}: {error}"),
            }
        }
    }

    /// Waits until the relay lists somebody, who may have come before this connection was there.
    ///
    /// # Panics
    /// Where nobody of that name comes in time.
    pub fn wait_until_listed(&mut self, name: &str) {
        self.send(&json!({ "type": "get_users" }));
        self.wait_for(&format!("{name} in the list"), |frame| {
            let listed = |user: &Value| user["userId"] == name;
            frame["userId"] == name
                || frame["users"]
                    .as_array()
                    .is_some_and(|users| users.iter().any(listed))
        });
    }

    fn limit_read(&self, left: Duration) {
        self.socket
            .get_ref()
            .set_read_timeout(Some(left))
            .expect("a time limit above zero");
    }
}
