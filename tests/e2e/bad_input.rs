//! A relay that sends everything wrong. Whatever comes, `listen` goes on: the next good message is
//! printed, memory stays bounded, and nothing is printed that nobody sent.

use data_encoding::{BASE64, BASE64URL};
use serde_json::{Value, json};
use sotto_tests::cli::{Listener, Person};
use sotto_tests::foreign::text;
use sotto_tests::frames::{BoxKeys, numbered_nonce};
use sotto_tests::hostile::{Connection, HostileRelay};
use sotto_tests::wait;
use std::fmt::Write as _;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

/// What `listen` may need at its peak, in KiB: a few frames of the largest size beside the program.
const MEMORY_LIMIT_KIB: u64 = 400 * 1024;

/// Ada, who listens at a hostile relay, and a friend whose good messages must come through.
struct Scene {
    relay: HostileRelay,
    ada: Person,
    key: String,
    listen: Listener,
    friend: BoxKeys,
    sent: u64,
}

impl Scene {
    fn start() -> Self {
        let relay = HostileRelay::start();
        let ada = Person::at("ada", &relay.url());
        let friend = BoxKeys::from_bytes([0x66; 32]);
        ada.add("friend", &friend.public_key());
        Self {
            key: ada.public_key(),
            listen: ada.listen(),
            relay,
            ada,
            friend,
            sent: 0,
        }
    }

    /// The next connection, registered and with a list of both.
    fn connection(&self) -> Connection {
        let connection = self.relay.next_connection();
        connection.wait_for("the registration", |frame| frame["type"] == "register");
        connection.send_text(self.good_list());
        connection
    }

    fn good_list(&self) -> String {
        let users = [
            ("ada", self.key.clone()),
            ("friend", self.friend.public_key()),
        ];
        let users = users.map(|(name, key)| json!({ "userId": name, "publicKey": key }));
        json!({ "type": "user_list", "users": users }).to_string()
    }

    /// A good message of the friend.
    fn good_message(&mut self) -> (String, String) {
        self.sent += 1;
        let content = format!("good {}", self.sent);
        (
            content.clone(),
            self.message_of(content.as_bytes()).to_string(),
        )
    }

    /// A message of the friend with any content.
    fn message_of(&mut self, content: &[u8]) -> Value {
        self.sent += 1;
        let encrypted = self
            .friend
            .seal(numbered_nonce(self.sent), &self.key, content);
        json!({ "type": "message", "from": "friend", "encrypted": encrypted, "timestamp": 1_700_000_000_000_u64 })
    }

    /// Sends a good message and waits until it is printed.
    fn good_message_arrives(&mut self, connection: &Connection, after: &str) {
        let (content, frame) = self.good_message();
        assert!(
            connection.send_text(frame),
            "the connection ended after {after}"
        );
        let what = format!("the good message after {after}");
        self.listen
            .next(&what, |event| event["text"] == content.as_str());
    }

    /// The most memory that `listen` has had, KiB.
    fn peak_kib(&mut self) -> u64 {
        let status = format!("/proc/{}/status", self.listen.process().id());
        let status = std::fs::read_to_string(status).expect("listen runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|line| line.trim().strip_suffix(" kB"));
        peak.expect("Linux says so")
            .trim()
            .parse()
            .expect("a number")
    }
}

/// A bad frame with a name.
type Bad = (String, String);

/// What is no frame at all.
fn no_frames() -> Vec<Bad> {
    let deep = "[".repeat(100_000);
    let deep_object = r#"{"a":"#.repeat(50_000);
    [
        ("empty", String::new()),
        ("white space", " \n\t ".repeat(1_000)),
        ("an opened brace", "{".into()),
        ("null", "null".into()),
        ("a number", "42".into()),
        ("a huge number", "1e999999".into()),
        ("a string", "\"message\"".into()),
        ("an array", "[]".into()),
        ("an empty object", "{}".into()),
        ("two objects", "{}{}".into()),
        (
            "trailing text",
            r#"{"type":"user_left","userId":"friend"} more"#.into(),
        ),
        (
            "a byte order mark",
            "\u{feff}{\"type\":\"user_left\"}".into(),
        ),
        ("NaN", r#"{"type":NaN}"#.into()),
        ("single quotes", "{'type':'message'}".into()),
        ("a thousand thousand brackets", deep),
        ("objects in objects", deep_object),
        ("an unknown type", r#"{"type":"welcome","v":1}"#.into()),
        (
            "a type of another type",
            r#"{"type":{"type":"message"}}"#.into(),
        ),
        (
            "a type twice",
            r#"{"type":"message","type":"user_list"}"#.into(),
        ),
        (
            "a type with an unpaired surrogate",
            r#"{"type":"\ud800"}"#.into(),
        ),
        (
            "a long type",
            format!(r#"{{"type":"{}"}}"#, "x".repeat(1 << 20)),
        ),
        (
            "8 MiB of another field",
            format!(r#"{{"type":"user_left","x":"{}"}}"#, "x".repeat(8 << 20)),
        ),
    ]
    .map(|(name, frame)| (name.to_owned(), frame))
    .into()
}

/// JSON texts that are the wrong value for a field.
fn wrong_values() -> Vec<String> {
    [
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "1e400",
        "-1e400",
        "9223372036854775808",
        "18446744073709551616",
        "[]",
        "{}",
        "[null]",
        r#"{"a":[{}]}"#,
        r#""""#,
        r#"" ""#,
        r#""\u0000""#,
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        r#""\u202efdp.exe""#,
        r#""\u2066\u2067\u2068\u2069""#,
        r#""\u001b[31m\u0007""#,
        r#""__proto__""#,
        r#""a\nb""#,
        r#""not base64!""#,
        r#""AAAA""#,
    ]
    .map(ToOwned::to_owned)
    .into()
}

/// The fields of each frame from a relay, with a value that is right.
fn fields(scene: &mut Scene) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let key = json!(BoxKeys::from_bytes([0x67; 32]).public_key()).to_string();
    let encrypted = scene.message_of(b"must not be seen")["encrypted"].to_string();
    let name = || json!("somebody").to_string();
    vec![
        (
            "user_joined",
            vec![("userId", name()), ("publicKey", key.clone())],
        ),
        ("user_left", vec![("userId", name())]),
        ("user_list", vec![("users", "[]".to_owned())]),
        (
            "message",
            vec![
                ("from", json!("nobody").to_string()),
                ("encrypted", encrypted),
                ("timestamp", "1700000000000".into()),
            ],
        ),
    ]
}

/// Every frame with each field missing, wrong in each way, and enormous.
fn bad_fields(scene: &mut Scene) -> Vec<Bad> {
    let mut bad = Vec::new();
    for (kind, fields) in fields(scene) {
        for (index, (field, _)) in fields.iter().enumerate() {
            let mut values = wrong_values();
            values.push(format!("\"{}\"", "x".repeat(65)));
            values.push(format!("\"{}\"", "x".repeat(4 << 20)));
            let mut versions: Vec<(String, Option<String>)> = values
                .into_iter()
                .map(|value| (value.chars().take(40).collect(), Some(value)))
                .collect();
            versions.push(("missing".into(), None));
            for (name, value) in versions {
                bad.push((
                    format!("{kind} with {field}: {name}"),
                    frame(kind, &fields, index, value.as_deref()),
                ));
            }
        }
    }
    bad
}

fn frame(kind: &str, fields: &[(&str, String)], replaced: usize, value: Option<&str>) -> String {
    let mut frame = format!(r#"{{"type":"{kind}""#);
    for (index, (field, right)) in fields.iter().enumerate() {
        let value = if index == replaced {
            value
        } else {
            Some(right.as_str())
        };
        if let Some(value) = value {
            write!(frame, r#","{field}":{value}"#).unwrap();
        }
    }
    frame.push('}');
    frame
}

/// Keys that no honest client has.
fn bad_keys() -> Vec<(&'static str, String)> {
    let mut high_bit = [0x67; 32];
    high_bit[31] = 0xff;
    vec![
        ("31 bytes", BASE64.encode(&[7; 31])),
        ("33 bytes", BASE64.encode(&[7; 33])),
        ("all zero", BASE64.encode(&[0; 32])),
        (
            "order 8",
            "4Ot6fDtBuK4WVuP68Z/EatoJjeucMrH9hmIFFl9JuAA=".into(),
        ),
        ("not canonical", BASE64.encode(&high_bit)),
        ("the other alphabet", BASE64URL.encode(&[0xfb; 32])),
        ("no padding", BASE64.encode(&[7; 32]).replace('=', "")),
    ]
}

/// Lists and joins with bad people in them, and far too many.
fn bad_people(scene: &Scene) -> Vec<Bad> {
    let good = scene.friend.public_key();
    let user = |name: &str, key: &str| json!({ "userId": name, "publicKey": key });
    let mut bad = Vec::new();
    for (name, key) in bad_keys() {
        let joined = json!({ "type": "user_joined", "userId": "friend", "publicKey": key });
        bad.push((
            format!("user_joined with a key of {name}"),
            joined.to_string(),
        ));
        let listed =
            json!({ "type": "user_list", "users": [user("friend", &key), user("friend", &good)] });
        bad.push((
            format!("user_list with a key of {name}"),
            listed.to_string(),
        ));
    }
    let many: Vec<Value> = (0..100_000)
        .map(|number| user(&format!("user {number}"), &good))
        .collect();
    bad.push((
        "user_list of 100,000".into(),
        json!({ "type": "user_list", "users": many }).to_string(),
    ));
    let same: Vec<Value> = (0..5_000).map(|_| user("friend", &good)).collect();
    bad.push((
        "user_list of one name 5,000 times".into(),
        json!({ "type": "user_list", "users": same }).to_string(),
    ));
    let mixed = json!({ "type": "user_list", "users": [null, 7, "x", [], {}, user("", &good), user("friend", &good)] });
    bad.push((
        "user_list with things that are no users".into(),
        mixed.to_string(),
    ));
    let own = json!({ "type": "user_list", "users": [user("ada", &good)] });
    bad.push((
        "user_list with our name and another key".into(),
        own.to_string(),
    ));
    let left = json!({ "type": "user_left", "userId": "ada" });
    bad.push(("user_left with our own name".into(), left.to_string()));
    bad
}

/// Messages whose box is none, or holds what is no text.
fn bad_boxes(scene: &mut Scene) -> Vec<Bad> {
    let stranger = BoxKeys::from_bytes([0x68; 32]);
    let message = |encrypted: String| {
        json!({ "type": "message", "from": "friend", "encrypted": encrypted, "timestamp": 1 })
            .to_string()
    };
    let own = json!({ "type": "message", "from": "ada", "encrypted": BASE64.encode(&[1; 60]), "timestamp": 1 });
    let nameless = json!({ "type": "message", "from": null, "encrypted": BASE64.encode(&[1; 60]), "timestamp": 1 });
    let key = scene.key.clone();
    let mut bad: Vec<Bad> = [
        ("a box of nothing", message(String::new())),
        ("a box without a nonce", message(BASE64.encode(&[1; 23]))),
        (
            "a box without an authenticator",
            message(BASE64.encode(&[1; 39])),
        ),
        ("a box of noise", message(BASE64.encode(&[1; 400]))),
        ("a box of 8 MiB", message(BASE64.encode(&vec![1; 8 << 20]))),
        (
            "a box of another key",
            message(stranger.seal([3; 24], &key, b"must not be seen")),
        ),
        ("a message from ourselves", own.to_string()),
        ("a message from nobody", nameless.to_string()),
    ]
    .map(|(name, frame)| (name.to_owned(), frame))
    .into();
    bad.push((
        "a box of 4 MiB of text".into(),
        scene.message_of(&vec![b'x'; 4 << 20]).to_string(),
    ));
    bad
}

#[test]
fn after_every_bad_frame_the_next_good_message_arrives() {
    let mut scene = Scene::start();
    let connection = scene.connection();
    scene.good_message_arrives(&connection, "the list");
    let mut bad = no_frames();
    bad.extend(bad_fields(&mut scene));
    bad.extend(bad_people(&scene));
    bad.extend(bad_boxes(&mut scene));
    assert!(bad.len() > 200, "{} kinds of bad frames", bad.len());
    for (name, frame) in &bad {
        connection.send_text(frame.clone());
        scene.good_message_arrives(&connection, name);
    }
    connection.send_binary(vec![0xff; 1_000]);
    scene.good_message_arrives(&connection, "a binary frame");

    let printed = scene.listen.texts();
    assert!(
        printed.iter().all(|text| text.starts_with("good ")),
        "only what was sent: {printed:?}"
    );
    assert_eq!(scene.ada.texts("friend", "in"), printed);
    let peak = scene.peak_kib();
    println!("{} bad frames, peak memory {} MiB", bad.len(), peak / 1024);
    assert!(peak < MEMORY_LIMIT_KIB, "listen needed {peak} KiB");
}

#[test]
fn a_flood_of_strangers_and_names_stays_bounded() {
    let mut scene = Scene::start();
    let connection = scene.connection();
    let before = scene.peak_kib();
    for number in 0..2_000_u32 {
        let mut secret = [0x70; 32];
        secret[..4].copy_from_slice(&number.to_be_bytes());
        let stranger = BoxKeys::from_bytes(secret);
        let name = format!("stranger {number}");
        let joined =
            json!({ "type": "user_joined", "userId": name, "publicKey": stranger.public_key() });
        connection.send_text(joined.to_string());
        let sealed = stranger.seal(numbered_nonce(number.into()), &scene.key, &[b'x'; 2_000]);
        let message =
            json!({ "type": "message", "from": name, "encrypted": sealed, "timestamp": 1 });
        connection.send_text(message.to_string());
    }
    scene.good_message_arrives(&connection, "2,000 strangers");
    let requests = scene.ada.run(["requests"]).rows();
    assert_eq!(requests.len(), 50, "at most fifty strangers are kept");
    let peak = scene.peak_kib();
    println!("peak memory {} MiB, {} before", peak / 1024, before / 1024);
    assert!(peak < MEMORY_LIMIT_KIB, "listen needed {peak} KiB");
}

#[test]
fn names_and_texts_reach_the_terminal_as_one_harmless_line() {
    let mut scene = Scene::start();
    let connection = scene.connection();
    let nasty = "\u{1b}[2J\u{202e}gnp.exe\u{0}\n{\"event\":\"message\",\"from\":\"bo\"}\u{7f}";
    let frame = scene.message_of(nasty.as_bytes());
    connection.send_text(frame.to_string());
    let event = scene.listen.next_message();
    assert_eq!(event["from"], "friend");
    assert_eq!(
        text(&event, "text"),
        nasty,
        "JSON carries the text as it came"
    );
    let lines = scene.listen.process().output().lines();
    assert!(
        lines.iter().all(|line| !line.chars().any(char::is_control)),
        "{lines:?}"
    );
}

/// Bytes that break the rules of WebSocket (RFC 6455); after each the connection has to end.
fn broken_websocket() -> Vec<(&'static str, Vec<u8>)> {
    let mut huge = vec![0x81, 127];
    huge.extend(u64::MAX.to_be_bytes());
    let mut large = vec![0x81, 127];
    large.extend((64_u64 << 20).to_be_bytes());
    large.extend(vec![b' '; 1 << 20]);
    vec![
        (
            "text that is not UTF-8",
            vec![0x81, 4, 0xff, 0xfe, 0x80, 0xc0],
        ),
        ("a surrogate in UTF-8", vec![0x81, 3, 0xed, 0xa0, 0x80]),
        ("a reserved bit", vec![0xc1, 2, b'{', b'}']),
        ("an unknown opcode", vec![0x83, 0]),
        (
            "a masked frame",
            vec![0x81, 0x82, 1, 2, 3, 4, b'{' ^ 1, b'}' ^ 2],
        ),
        ("a continuation of nothing", vec![0x80, 2, b'{', b'}']),
        (
            "a second text within a text",
            vec![0x01, 1, b'{', 0x81, 1, b'}'],
        ),
        ("a fragmented ping", vec![0x09, 1, b'x']),
        (
            "a ping of 126 bytes",
            [vec![0x89, 126, 0, 126], vec![b'x'; 126]].concat(),
        ),
        ("2^64 bytes announced", huge),
        ("64 MiB announced", large),
        ("a close frame of one byte", vec![0x88, 1, 3]),
        ("HTTP", b"HTTP/1.1 500 No\r\n".repeat(20)),
    ]
}

#[test]
fn after_broken_websocket_frames_the_client_connects_anew() {
    for (name, bytes) in broken_websocket() {
        // Of one client the waits would grow: it meets a relay that never holds a connection.
        let mut scene = Scene::start();
        let connection = scene.connection();
        scene.good_message_arrives(&connection, "a good list");
        connection.write(bytes);
        connection.wait_for_end();
        let again = scene.connection();
        scene.good_message_arrives(&again, name);
        let peak = scene.peak_kib();
        assert!(peak < MEMORY_LIMIT_KIB, "{name}: listen needed {peak} KiB");
    }
}

#[test]
fn a_server_that_is_no_relay_does_not_end_the_client() {
    let answers: [Vec<u8>; 4] = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".into(),
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n".into(),
        b"\x16\x03\x01\x00\xff\xff\xff".into(),
        vec![b'x'; 200_000],
    ];
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let ada = Person::at("ada", &url);
    let mut listen = ada.listen();
    for answer in answers {
        let (mut stream, _) = wait::until("the client connects anew", || listener.accept().ok());
        stream.set_nonblocking(false).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let mut request = [0; 4096];
        let _read = io::Read::read(&mut stream, &mut request).unwrap();
        let _gone = io::Write::write_all(&mut stream, &answer);
    }
    assert!(
        listen.process().is_running(),
        "{}",
        listen.process().report()
    );
    assert!(
        ada.run(["contacts"]).rows().is_empty(),
        "the client still answers"
    );
}
