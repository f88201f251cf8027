//! Records what the program of an earlier commit writes, for `older_program`: our engine talks to the
//! real program through its real relay, and each frame that brings something of it is kept with our
//! state before it. Only by hand: `cargo xtask older-program --record`.

use super::older_program::OUR_SEED;
use super::world::item;
use crate::api::{
    AddByLink, CreateInvite, KeyStorage, LinkCameBy, PrivateRelays, SendText, ShowInvite,
    TakeSnapshot,
};
use crate::core::{About, ConnectionEvent, ConnectionOrder, ConnectionTarget, Effect, Engine, Now};
use crate::rollback_guard::CounterState;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sotto_protocol::{Fingerprint, KeyCard};
use sotto_store::{Store, messages, own_keys, peers, profile, relays};
use sotto_wire::RelayFrame;
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio_tungstenite::tungstenite::{self, Message, WebSocket};

/// Where the recordings lie.
pub(super) const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/vectors/older-program"
);
/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// Records anew if `SOTTO_RECORD_OLDER` names the folder with the older programs.
pub(super) fn record_if_asked() {
    let Some(programs) = std::env::var_os("SOTTO_RECORD_OLDER").map(PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(FOLDER).unwrap();
    write("we-are-invited.json", &we_are_invited(&programs));
    write("we-invite.json", &we_invite(&programs));
}

fn write(name: &str, recording: &Value) {
    let text = serde_json::to_string_pretty(recording).unwrap();
    std::fs::write(Path::new(FOLDER).join(name), text + "\n").unwrap();
}

/// The older program's side: a home, its relay, and a process that listens.
struct Older {
    programs: PathBuf,
    home: tempfile::TempDir,
    url: String,
    relay: Child,
    listening: Option<Child>,
}

impl Older {
    fn start(programs: &Path) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut relay = Command::new(programs.join("sotto-relay"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(home.path().join("relay"))
            .env("HOME", home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let url = address_of(&mut relay);
        let older = Self {
            programs: programs.to_path_buf(),
            home,
            url,
            relay,
            listening: None,
        };
        let url = older.url.clone();
        older.run(&["init", "--name", "ada", "--user-id", "ada", "--relay", &url]);
        older
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(self.programs.join("sotto-cli"));
        command
            .env("HOME", self.home.path())
            .env("SOTTO_PASSPHRASE", "seven quiet herons at dusk")
            .arg("--home")
            .arg(self.home.path().join("sotto"))
            .args(["--keychain", "passphrase"])
            .args(words);
        command
    }

    fn run(&self, words: &[&str]) -> Value {
        let output = self.command(words).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {told}");
        let lines = String::from_utf8(output.stdout).unwrap();
        let first = lines.lines().next().unwrap_or("null");
        serde_json::from_str(first).unwrap()
    }

    fn listen(&mut self) {
        let mut command = self.command(&["listen"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.listening = Some(child.unwrap());
    }
}

impl Drop for Older {
    fn drop(&mut self) {
        for child in self.listening.iter_mut().chain([&mut self.relay]) {
            let _ended = child.kill();
            let _reaped = child.wait();
        }
    }
}

/// The relay says where it listens on one of its two outputs.
fn address_of(relay: &mut Child) -> String {
    let (to, told) = std::sync::mpsc::channel();
    let out = relay.stdout.take().unwrap();
    let err = relay.stderr.take().unwrap();
    let outputs: [Box<dyn std::io::Read + Send>; 2] = [Box::new(out), Box::new(err)];
    for output in outputs {
        let to = to.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("127.0.0.1:") {
                    let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
                    let _gone = to.send(format!("ws://127.0.0.1:{port}"));
                }
            }
        });
    }
    told.recv_timeout(PATIENCE).unwrap()
}

/// Our side, with real time and a real connection.
struct Ours {
    engine: Engine,
    socket: Option<(sotto_store::RelayId, u64, WebSocket<TcpStream>)>,
    began: Instant,
    theirs: Option<Fingerprint>,
    steps: Vec<Value>,
}

impl Ours {
    fn start(url: &str) -> Self {
        let mut store = Store::open_in_memory().unwrap();
        let filled = store.transaction(|tx| {
            let new = profile::Profile {
                name: "bob".to_owned(),
                user_id: "bob".to_owned(),
                created_at: 0,
            };
            profile::create(tx, &new)?;
            relays::add(tx, relays::Place::Custom, url, 0)
        });
        filled.unwrap();
        let about = About {
            profile: String::new(),
            storage: KeyStorage::Passphrase,
            version: "0".to_owned(),
        };
        let random = Box::new(|out: &mut [u8]| getrandom::fill(out).unwrap());
        let began = Instant::now();
        let (item, now) = (item(OUR_SEED), now(began));
        let engine = Engine::new(store, item, about, CounterState::Missing, now, random).unwrap();
        Self {
            engine,
            socket: None,
            began,
            theirs: None,
            steps: Vec::new(),
        }
    }

    fn now(&self) -> Now {
        now(self.began)
    }

    /// Moves on until something is so.
    fn until(&mut self, what: &str, is_so: impl Fn(&mut Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(self) {
            assert!(Instant::now() < end, "{what} did not come");
            self.step();
        }
    }

    fn step(&mut self) {
        let now = self.now();
        self.engine.tick(now);
        self.carry_out();
        let Some((relay, epoch, socket)) = &mut self.socket else {
            return;
        };
        let (relay, epoch) = (*relay, *epoch);
        let event = match socket.read() {
            Ok(Message::Text(text)) => {
                let frame = RelayFrame::decode(&text).unwrap();
                if matches!(frame, RelayFrame::Message { .. }) {
                    self.keep(&text);
                }
                ConnectionEvent::Frame(frame)
            }
            Ok(Message::Pong(token)) => {
                ConnectionEvent::Pong(u64::from_be_bytes(token[..].try_into().unwrap()))
            }
            Ok(_) => return,
            Err(tungstenite::Error::Io(error))
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
            {
                return;
            }
            Err(error) => panic!("{error}"),
        };
        let now = self.now();
        self.engine
            .connection_event(now, relay, epoch, &event)
            .unwrap();
        self.carry_out();
        if let ConnectionEvent::Frame(RelayFrame::Message { .. }) = event {
            let texts = self.texts();
            if let Some(step) = self.steps.last_mut() {
                step["texts_after"] = texts.into();
            }
        }
    }

    fn carry_out(&mut self) {
        for effect in self.engine.take_effects() {
            match effect {
                Effect::Emit(_) => {}
                Effect::Open {
                    relay,
                    epoch,
                    target,
                    ..
                } => self.open(relay, epoch, &target),
                Effect::Order { order, .. } => {
                    let message = match order {
                        ConnectionOrder::Text(text) => Message::text(text),
                        ConnectionOrder::Ping(token) => {
                            Message::Ping(token.to_be_bytes().to_vec().into())
                        }
                        ConnectionOrder::Close => continue,
                    };
                    if let Some((_, _, socket)) = &mut self.socket {
                        socket.send(message).unwrap();
                    }
                }
                Effect::RaiseCounter(to) => {
                    let now = self.now();
                    self.engine.counter_raised(now, to);
                    self.carry_out();
                }
            }
        }
    }

    fn open(&mut self, relay: sotto_store::RelayId, epoch: u64, target: &ConnectionTarget) {
        let ConnectionTarget::Address(address) = target else {
            panic!("no relay of this computer here")
        };
        let url = address.as_str().to_owned();
        let host = url.trim_start_matches("ws://").trim_end_matches('/');
        let stream = TcpStream::connect(host).unwrap();
        let (socket, _) = tungstenite::client(url.as_str(), stream).unwrap();
        let wait = Some(Duration::from_millis(20));
        socket.get_ref().set_read_timeout(wait).unwrap();
        self.socket = Some((relay, epoch, socket));
        let now = self.now();
        let up = ConnectionEvent::Up;
        self.engine
            .connection_event(now, relay, epoch, &up)
            .unwrap();
        self.carry_out();
    }

    fn texts(&self) -> Vec<String> {
        let reader = self.engine.store.reader();
        let Some(chat) = self
            .engine
            .contacts
            .all()
            .next()
            .map(|contact| contact.chat)
        else {
            return Vec::new();
        };
        let page = messages::page(reader, chat, messages::Anchor::Newest, 400).unwrap();
        let came = page.messages.into_iter();
        let came = came.filter(|message| message.direction == messages::Direction::In);
        came.map(|message| message.text).collect()
    }

    /// Keeps a frame with our state before it.
    fn keep(&mut self, frame: &str) {
        let reader = self.engine.store.reader();
        let own = |what| HEXLOWER.encode(&own_keys::load(reader, what).unwrap().unwrap());
        let theirs = self.theirs.as_ref();
        let peer = theirs.and_then(|theirs| peers::by_fingerprint(reader, theirs).unwrap());
        let session = theirs.and_then(|theirs| peers::best_session(reader, theirs).unwrap());
        let hex = |bytes: &[u8]| HEXLOWER.encode(bytes);
        let step = json!({
            "now": self.now().wall,
            "frame": frame,
            "own": {
                "prekeys": own(own_keys::What::Prekeys),
                "mailbox": own(own_keys::What::Mailbox),
                "card": own(own_keys::What::Card),
            },
            "peer": peer.map(|peer| json!({
                "card": hex(&peer.card),
                "card_hash": hex(peer.card_hash.as_bytes()),
                "mailbox": peer.mailbox.as_deref().map(hex),
                "knows_card": peer.knows_card.map(|hash| hex(hash.as_bytes())),
                "knows_mailbox": peer.knows_mailbox.map(|id| hex(id.as_bytes())),
                "generation": peer.generation,
            })),
            "session": session.map(|session| json!({
                "id": hex(session.session.as_bytes()),
                "generation": session.generation,
                "confirmed_by_peer": session.confirmed_by_peer,
                "state": hex(&session.state),
            })),
            "texts_before": self.texts(),
        });
        self.steps.push(step);
    }

    fn say(&mut self, text: &str) {
        let now = self.now();
        let snapshot = self.engine.request(now, TakeSnapshot).unwrap();
        let chat = snapshot.chats[0].id;
        let text = text.to_owned();
        self.engine.request(now, SendText { chat, text }).unwrap();
        self.carry_out();
    }

    /// A few texts of both, each waited for, so that the ratchet turns.
    fn talk(&mut self, older: &Older, to: &str) {
        for n in 0..4 {
            let text = format!("from Ada, {n}");
            older.run(&["send", "--to", to, &text]);
            self.until(&text, |ours| ours.texts().contains(&text));
            self.say(&format!("from Bob, {n}"));
            self.settle();
        }
    }

    /// Lets what is under way come to its end.
    fn settle(&mut self) {
        let quiet = Instant::now() + Duration::from_secs(2);
        while Instant::now() < quiet {
            self.step();
        }
    }

    /// What was recorded, each step with the texts that it brought.
    fn finish(mut self) -> Value {
        let theirs = self.theirs.unwrap();
        let peer = peers::by_fingerprint(self.engine.store.reader(), &theirs)
            .unwrap()
            .unwrap();
        let mut owns: Vec<Value> = Vec::new();
        for step in &mut self.steps {
            let own = step["own"].take();
            let at = owns.iter().position(|known| *known == own);
            step["own"] = at.unwrap_or(owns.len()).into();
            if at.is_none() {
                owns.push(own);
            }
            let before = step["texts_before"].as_array().unwrap().len();
            let after = step["texts_after"].as_array().cloned().unwrap_or_default();
            step["texts"] = after.into_iter().skip(before).collect::<Vec<_>>().into();
            let step = step.as_object_mut().unwrap();
            step.remove("texts_before");
            step.remove("texts_after");
        }
        assert!(KeyCard::decode(&peer.card).is_ok());
        let card = HEXLOWER.encode(&peer.card);
        json!({ "their_card": card, "owns": owns, "steps": self.steps })
    }
}

fn now(began: Instant) -> Now {
    let wall = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let mono = began.elapsed().as_millis() + 1_000;
    Now {
        wall: i64::try_from(wall).unwrap(),
        mono: u64::try_from(mono).unwrap(),
    }
}

fn fingerprint_of(older: &Older) -> Fingerprint {
    let id = older.run(&["id"]);
    let hex: String = id["fingerprint"]
        .as_str()
        .unwrap()
        .split_whitespace()
        .collect();
    let bytes = HEXLOWER.decode(hex.to_lowercase().as_bytes()).unwrap();
    Fingerprint::from_bytes(bytes.try_into().unwrap())
}

/// The older program invites us: its bundle, its answers, its texts.
fn we_are_invited(programs: &Path) -> Value {
    let mut older = Older::start(programs);
    let link = older.run(&["invite"])["link"].as_str().unwrap().to_owned();
    let mut ours = Ours::start(&older.url);
    ours.theirs = Some(fingerprint_of(&older));
    older.listen();
    let now = ours.now();
    let add = AddByLink {
        link,
        name: String::new(),
        private_relays: PrivateRelays::Allowed,
        came_by: LinkCameBy::Text,
    };
    ours.engine.request(now, add).unwrap();
    ours.say("by your invite");
    ours.until("a session", |ours| {
        let theirs = ours.theirs.unwrap();
        let session = peers::best_session(ours.engine.store.reader(), &theirs).unwrap();
        session.is_some_and(|session| session.confirmed_by_peer)
    });
    ours.settle();
    let to = older.run(&["contacts"])["id"].as_str().unwrap().to_owned();
    ours.talk(&older, &to);
    ours.finish()
}

/// We invite the older program: its request, its handshake, its texts.
fn we_invite(programs: &Path) -> Value {
    let mut older = Older::start(programs);
    let mut ours = Ours::start(&older.url);
    ours.theirs = Some(fingerprint_of(&older));
    ours.settle();
    let now = ours.now();
    let invite = ours
        .engine
        .request(now, CreateInvite { ttl_secs: None })
        .unwrap();
    let link = ours.engine.request(now, ShowInvite(invite.id)).unwrap();
    let to = older.run(&["add", &link])["id"]
        .as_str()
        .unwrap()
        .to_owned();
    older.run(&["send", "--to", &to, "by your invite"]);
    older.listen();
    ours.until("the first text", |ours| !ours.texts().is_empty());
    ours.settle();
    ours.talk(&older, &to);
    ours.finish()
}
