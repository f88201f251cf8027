//! A wire between clients and a relay that remembers what went over it.
//!
//! It forwards bytes as they are and only reads along, so that pings, pongs and close frames are
//! those of the two ends. What it reads it has kept before it passes it on: whatever an end shows
//! of it was here first. Called by tests that must know what a relay really got.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// A listener that passes every connection on to one relay.
pub struct Tap {
    address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    story: Mutex<Story>,
    more: Condvar,
}

#[derive(Default)]
struct Story {
    frames: Vec<SeenFrame>,
    ways: Vec<Way>,
    /// Whether nothing from the relay is passed on.
    is_held: bool,
}

/// A text frame that a client wrote.
#[derive(Clone, Debug)]
pub struct SeenFrame {
    /// The name that the connection had registered by then.
    pub from: String,
    /// The frame.
    pub frame: Value,
    /// Whether the relay answered a ping behind it: it has read the frame.
    pub is_answered: bool,
}

/// Everything that one end of one connection wrote, as the other end understands it.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// The HTTP head, then each text or binary message, without masks and heads of frames.
    pub messages: Vec<u8>,
    /// The contents of pings, pongs and close frames.
    pub controls: Vec<u8>,
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

    /// The `message` frames that clients of this name wrote, in order.
    pub fn messages_from(&self, name: &str) -> Vec<Value> {
        self.select(name, |_| true)
    }

    /// Those of them that the relay has read for certain: it answered a ping behind them.
    pub fn answered_messages_from(&self, name: &str) -> Vec<Value> {
        self.select(name, |seen| seen.is_answered)
    }

    fn select(&self, name: &str, fits: impl Fn(&SeenFrame) -> bool) -> Vec<Value> {
        let story = self.seen.story.lock().unwrap();
        let frames = story.frames.iter().filter(|seen| seen.from == name);
        let messages = frames.filter(|seen| seen.frame["type"] == "message" && fits(seen));
        messages.map(|seen| seen.frame.clone()).collect()
    }

    /// Everything that went over it so far: two ways a connection, that of the client first.
    pub fn ways(&self) -> Vec<Way> {
        self.seen.story.lock().unwrap().ways.clone()
    }

    /// Keeps back what the relay writes, its pongs too, until [`Self::release`].
    pub fn hold(&self) {
        self.seen.keep(|story| story.is_held = true);
    }

    /// Passes on what was kept back, and what comes.
    pub fn release(&self) {
        self.seen.keep(|story| story.is_held = false);
    }

    /// How many frames clients wrote so far.
    pub fn count(&self) -> usize {
        self.seen.story.lock().unwrap().frames.len()
    }

    /// Waits until clients wrote so many frames, or the time is over.
    pub fn wait_for_count(&self, count: usize, patience: Duration) {
        let story = self.seen.story.lock().unwrap();
        let _timed_out = self
            .seen
            .more
            .wait_timeout_while(story, patience, |story| story.frames.len() < count)
            .unwrap();
    }
}

impl Seen {
    fn keep(&self, change: impl FnOnce(&mut Story)) {
        change(&mut self.story.lock().unwrap());
        self.more.notify_all();
    }

    /// The same for what comes from the relay, once that is passed on.
    fn keep_answer(&self, change: impl FnOnce(&mut Story)) {
        let story = self.story.lock().unwrap();
        let passed = self.more.wait_while(story, |story| story.is_held);
        change(&mut passed.unwrap());
        self.more.notify_all();
    }
}

fn pass_on(client: TcpStream, relay: SocketAddr, seen: &Arc<Seen>) {
    // A relay that is away refuses; the client sees its connection end.
    let Ok(server) = TcpStream::connect(relay) else {
        return;
    };
    let _best_effort = (client.set_nodelay(true), server.set_nodelay(true));
    let (Ok(from_server), Ok(to_client)) = (server.try_clone(), client.try_clone()) else {
        return;
    };
    let mut first = 0;
    seen.keep(|story| {
        first = story.ways.len();
        story.ways.extend([Way::default(), Way::default()]);
    });
    let exchange = Arc::new(Mutex::new(Exchange::default()));
    let (shared, answers) = (Arc::clone(seen), Arc::clone(&exchange));
    let down = thread::spawn(move || {
        read_along(from_server, to_client, |piece| {
            shared.keep_answer(|story| {
                if let Piece::Control(PONG, payload) = &piece {
                    answers.lock().unwrap().answer(payload, &mut story.frames);
                }
                story.ways[first + 1].take_in(piece);
            });
        });
    });
    read_along(client, server, |piece| {
        seen.keep(|story| {
            exchange.lock().unwrap().take_in(&piece, &mut story.frames);
            story.ways[first].take_in(piece);
        });
    });
    let _ended = down.join();
}

/// Takes apart what one end writes, and forwards it.
fn read_along(mut from: TcpStream, mut to: TcpStream, mut keep: impl FnMut(Piece)) {
    let mut stream = Stream::default();
    let mut chunk = [0; 16 * 1024];
    while let Ok(length) = from.read(&mut chunk) {
        stream.take_in(&chunk[..length], &mut keep);
        if length == 0 || to.write_all(&chunk[..length]).is_err() {
            break;
        }
    }
    let _gone = (to.shutdown(Shutdown::Both), from.shutdown(Shutdown::Both));
}

const PING: u8 = 9;
const PONG: u8 = 10;

/// A part of what one end writes.
enum Piece {
    /// The HTTP request or answer.
    Head(Vec<u8>),
    /// A whole message.
    Message(Vec<u8>),
    /// A control frame: opcode, payload.
    Control(u8, Vec<u8>),
}

/// What one end has written so far: an HTTP head, then frames (RFC 6455, section 5.2).
#[derive(Default)]
struct Stream {
    pending: Vec<u8>,
    upgraded: bool,
    message: Vec<u8>,
}

impl Stream {
    fn take_in(&mut self, bytes: &[u8], mut keep: impl FnMut(Piece)) {
        self.pending.extend_from_slice(bytes);
        if !self.upgraded {
            let Some(end) = self.pending.windows(4).position(|four| four == b"\r\n\r\n") else {
                return;
            };
            keep(Piece::Head(self.pending.drain(..end + 4).collect()));
            self.upgraded = true;
        }
        while let Some((head, payload, length)) = first_frame(&self.pending) {
            self.pending.drain(..length);
            assert!(head & 0x70 == 0, "what is compressed could not be searched");
            // Text and its continuations; control frames have opcodes from 8 on.
            if head & 0x0f < 8 {
                self.message.extend_from_slice(&payload);
                if head & 0x80 != 0 {
                    keep(Piece::Message(std::mem::take(&mut self.message)));
                }
            } else {
                keep(Piece::Control(head & 0x0f, payload));
            }
        }
    }
}

impl Way {
    fn take_in(&mut self, piece: Piece) {
        match piece {
            Piece::Head(bytes) | Piece::Message(bytes) => {
                self.messages.extend(bytes);
                self.messages.push(b'\n');
            }
            Piece::Control(_, bytes) => {
                self.controls.extend(bytes);
                self.controls.push(b'\n');
            }
        }
    }
}

/// Who writes on a connection, and what of it the relay has not answered yet.
#[derive(Default)]
struct Exchange {
    name: String,
    /// Places in the list of all frames.
    unanswered: Vec<usize>,
    /// Each ping with the number of frames in `unanswered` that it is behind.
    pings: Vec<(Vec<u8>, usize)>,
}

impl Exchange {
    fn take_in(&mut self, piece: &Piece, frames: &mut Vec<SeenFrame>) {
        match piece {
            Piece::Message(text) => {
                let Ok(frame) = serde_json::from_slice::<Value>(text) else {
                    return;
                };
                if let ("register", Some(name)) = (
                    frame["type"].as_str().unwrap_or_default(),
                    frame["userId"].as_str(),
                ) {
                    name.clone_into(&mut self.name);
                }
                self.unanswered.push(frames.len());
                frames.push(SeenFrame {
                    from: self.name.clone(),
                    frame,
                    is_answered: false,
                });
            }
            Piece::Control(PING, payload) => {
                self.pings.push((payload.clone(), self.unanswered.len()));
            }
            Piece::Head(_) | Piece::Control(..) => {}
        }
    }

    /// A pong answers the ping with its payload and all before that one (section 5.5.3).
    fn answer(&mut self, payload: &[u8], frames: &mut [SeenFrame]) {
        let Some(at) = self.pings.iter().position(|(ping, _)| ping == payload) else {
            return;
        };
        let (_, count) = self.pings[at];
        self.pings.drain(..=at);
        for place in self.unanswered.drain(..count) {
            frames[place].is_answered = true;
        }
        for (_, behind) in &mut self.pings {
            *behind -= count;
        }
    }
}

/// The first byte, the unmasked payload and the whole length of the first frame, if it is all there.
fn first_frame(bytes: &[u8]) -> Option<(u8, Vec<u8>, usize)> {
    let (head, second) = (*bytes.first()?, *bytes.get(1)?);
    let (length, mut at) = match second & 0x7f {
        126 => (
            u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
            4,
        ),
        127 => (u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?), 10),
        short => (u64::from(short), 2),
    };
    // Clients mask, relays do not.
    let mask = if second & 0x80 == 0 {
        [0; 4]
    } else {
        at += 4;
        *bytes.get(at - 4..at)?.first_chunk()?
    };
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

    /// What a client writes at once, cut in two, and what is kept of it.
    fn read(bytes: &[u8], cut: usize) -> (Vec<SeenFrame>, Exchange, Way) {
        let (mut stream, mut exchange) = (Stream::default(), Exchange::default());
        let (mut frames, mut way) = (Vec::new(), Way::default());
        for part in [&bytes[..cut], &bytes[cut..]] {
            stream.take_in(part, |piece| {
                exchange.take_in(&piece, &mut frames);
                way.take_in(piece);
            });
        }
        (frames, exchange, way)
    }

    #[test]
    fn frames_and_all_bytes_are_found_however_they_are_cut() {
        let mut bytes = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec();
        bytes.extend(masked(0x81, br#"{"type":"register","userId":"ada"}"#));
        bytes.extend(masked(0x01, br#"{"type":"mess"#));
        bytes.extend(masked(0x89, b"ping"));
        bytes.extend(masked(0x80, br#"age","to":"bo"}"#));
        for cut in 1..bytes.len() {
            let (found, _, way) = read(&bytes, cut);
            let kinds: Vec<_> = found
                .iter()
                .map(|seen| seen.frame["type"].clone())
                .collect();
            assert_eq!(kinds, ["register", "message"], "cut at {cut}");
            assert_eq!(found[1].from, "ada");
            let all = String::from_utf8(way.messages).unwrap();
            assert!(all.starts_with("GET / HTTP/1.1\r\nHost: x\r\n"), "{all}");
            assert!(
                all.ends_with("\n{\"type\":\"message\",\"to\":\"bo\"}\n"),
                "{all}"
            );
            assert_eq!(way.controls, b"ping\n");
        }
    }

    #[test]
    fn a_pong_answers_what_was_before_its_ping_and_nothing_behind() {
        let mut bytes = b"\r\n\r\n".to_vec();
        let number = |frames: &[SeenFrame]| frames.iter().filter(|seen| seen.is_answered).count();
        for n in 1..=4 {
            bytes.extend(masked(0x81, br#"{"type":"message"}"#));
            bytes.extend(masked(0x89, &[n]));
        }
        bytes.extend(masked(0x81, br#"{"type":"message"}"#));
        let (mut frames, mut exchange, _) = read(&bytes, 1);
        assert_eq!(number(&frames), 0);
        for (pong, answered) in [(9, 0), (2, 2), (2, 2), (1, 2), (3, 3), (4, 4)] {
            exchange.answer(&[pong], &mut frames);
            assert_eq!(number(&frames), answered, "after pong {pong}");
        }
    }
}
