//! A wire between clients and a relay that remembers what went over it.
//!
//! It forwards bytes as they are and only reads along, so that pings, pongs and close frames are
//! those of the two ends. Called by tests that must know what a relay really got.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// A listener that passes every connection on to one relay.
pub struct Tap {
    address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    frames: Mutex<Vec<SeenFrame>>,
    more: Condvar,
}

/// A text frame that was written to the relay.
#[derive(Clone, Debug)]
pub struct SeenFrame {
    /// The name that the connection had registered by then.
    pub from: String,
    /// The frame.
    pub frame: Value,
}

impl Tap {
    /// Listens on a free port and passes on to the relay at this address.
    ///
    /// # Panics
    /// Where there is no free port.
    pub fn before(relay: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        // The listener lives as long as the test's process: a connection refused after a dropped
        // tap would look like a relay that is away.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || pass_on(client, relay, &shared));
            }
        });
        Self { address, seen }
    }

    /// Its address for a client.
    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// The `message` frames that were written to the relay by clients of this name, in order.
    pub fn messages_from(&self, name: &str) -> Vec<Value> {
        let frames = self.seen.frames.lock().unwrap();
        let messages = frames
            .iter()
            .filter(|seen| seen.from == name && seen.frame["type"] == "message");
        messages.map(|seen| seen.frame.clone()).collect()
    }

    /// How many frames were written to the relay so far.
    pub fn count(&self) -> usize {
        self.seen.frames.lock().unwrap().len()
    }

    /// Waits until so many frames were written to the relay, or the time is over.
    pub fn wait_for_count(&self, count: usize, patience: Duration) {
        let frames = self.seen.frames.lock().unwrap();
        let _timed_out = self
            .seen
            .more
            .wait_timeout_while(frames, patience, |frames| frames.len() < count)
            .unwrap();
    }
}

fn pass_on(client: TcpStream, relay: SocketAddr, seen: &Seen) {
    // A relay that is away refuses; the client sees its connection end.
    let Ok(server) = TcpStream::connect(relay) else {
        return;
    };
    let _best_effort = (client.set_nodelay(true), server.set_nodelay(true));
    let (Ok(mut from_server), Ok(mut to_client)) = (server.try_clone(), client.try_clone()) else {
        return;
    };
    let down = thread::spawn(move || {
        let _ended = io::copy(&mut from_server, &mut to_client);
        let _gone = to_client.shutdown(Shutdown::Both);
    });
    read_along(client, server, seen);
    let _ended = down.join();
}

/// Forwards what the client writes, and takes its frames apart.
fn read_along(mut client: TcpStream, mut server: TcpStream, seen: &Seen) {
    let mut stream = ClientStream::default();
    let mut chunk = [0; 16 * 1024];
    while let Ok(length) = client.read(&mut chunk) {
        if length == 0 || server.write_all(&chunk[..length]).is_err() {
            break;
        }
        for seen_frame in stream.take_in(&chunk[..length]) {
            seen.frames.lock().unwrap().push(seen_frame);
            seen.more.notify_all();
        }
    }
    let _gone = (
        server.shutdown(Shutdown::Both),
        client.shutdown(Shutdown::Both),
    );
}

/// What a client has written so far: an HTTP request, then masked frames (RFC 6455, section 5.2).
#[derive(Default)]
struct ClientStream {
    pending: Vec<u8>,
    upgraded: bool,
    text: Vec<u8>,
    name: String,
}

impl ClientStream {
    fn take_in(&mut self, bytes: &[u8]) -> Vec<SeenFrame> {
        self.pending.extend_from_slice(bytes);
        if !self.upgraded {
            let Some(end) = self.pending.windows(4).position(|four| four == b"\r\n\r\n") else {
                return Vec::new();
            };
            self.pending.drain(..end + 4);
            self.upgraded = true;
        }
        let mut found = Vec::new();
        while let Some((head, payload, length)) = first_frame(&self.pending) {
            self.pending.drain(..length);
            // Text and its continuations; control frames have opcodes from 8 on.
            if head & 0x0f < 8 {
                self.text.extend_from_slice(&payload);
                if head & 0x80 != 0 {
                    found.extend(self.complete());
                }
            }
        }
        found
    }

    fn complete(&mut self) -> Option<SeenFrame> {
        let frame: Value = serde_json::from_slice(&std::mem::take(&mut self.text)).ok()?;
        if frame["type"] == "register" {
            frame["userId"].as_str()?.clone_into(&mut self.name);
        }
        Some(SeenFrame {
            from: self.name.clone(),
            frame,
        })
    }
}

/// The first byte, the unmasked payload and the whole length of the first frame, if it is all there.
fn first_frame(bytes: &[u8]) -> Option<(u8, Vec<u8>, usize)> {
    let (head, second) = (*bytes.first()?, *bytes.get(1)?);
    assert!(second & 0x80 != 0, "a client masks its frames");
    let (length, mut at) = match second & 0x7f {
        126 => (
            u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
            4,
        ),
        127 => (u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?), 10),
        short => (u64::from(short), 2),
    };
    let mask = bytes.get(at..at + 4)?;
    at += 4;
    let end = at + usize::try_from(length).ok()?;
    let payload = bytes.get(at..end)?.iter().zip(mask.iter().cycle());
    Some((head, payload.map(|(byte, mask)| byte ^ mask).collect(), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A masked frame as a client writes it.
    fn masked(head: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![
            head,
            0x80 | u8::try_from(payload.len()).unwrap(),
            1,
            2,
            3,
            4,
        ];
        frame.extend(
            payload
                .iter()
                .zip([1, 2, 3, 4].iter().cycle())
                .map(|(byte, mask)| byte ^ mask),
        );
        frame
    }

    #[test]
    fn frames_are_found_however_the_bytes_are_cut() {
        let mut bytes = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec();
        bytes.extend(masked(0x81, br#"{"type":"register","userId":"ada"}"#));
        bytes.extend(masked(0x89, b"ping"));
        bytes.extend(masked(0x01, br#"{"type":"mess"#));
        bytes.extend(masked(0x80, br#"age","to":"bo"}"#));
        for cut in 1..bytes.len() {
            let mut stream = ClientStream::default();
            let mut found = stream.take_in(&bytes[..cut]);
            found.extend(stream.take_in(&bytes[cut..]));
            let kinds: Vec<_> = found
                .iter()
                .map(|seen| seen.frame["type"].clone())
                .collect();
            assert_eq!(kinds, ["register", "message"], "cut at {cut}");
            assert_eq!(found[1].from, "ada");
        }
    }
}
