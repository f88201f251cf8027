//! Boxes of ours, of PyNaCl and of TweetNaCl.js: each seals, each of the others opens.
//!
//! The other two run as programs (`tests/programs`), so that what is compared are the libraries
//! that the guide's clients are really made of.

use data_encoding::BASE64;
use serde_json::{Value, json};
use sotto_protocol::{BoxPublicKey, BoxSecretKey, SharedBox};
use sotto_tests::foreign::text;
use sotto_tests::frames::numbered_nonce;
use sotto_tests::places;
use sotto_tests::process::Process;
use std::process::Command;

/// Somebody who makes and opens boxes.
trait Sealer {
    fn name(&self) -> &'static str;
    fn seal(&mut self, secret: &[u8; 32], public: &str, text: &str) -> String;
    /// `None` where the box is refused.
    fn open(&mut self, secret: &[u8; 32], public: &str, sealed: &str) -> Option<String>;
    fn public_key(&self, secret: &[u8; 32]) -> String {
        BoxSecretKey::from_bytes(secret).public_key().to_base64()
    }
}

/// `sotto_protocol::plain_box`.
struct Ours {
    sealed: u64,
}

impl Sealer for Ours {
    fn name(&self) -> &'static str {
        "Sotto"
    }

    fn seal(&mut self, secret: &[u8; 32], public: &str, text: &str) -> String {
        self.sealed += 1;
        shared(secret, public).seal(numbered_nonce(self.sealed), text.as_bytes())
    }

    fn open(&mut self, secret: &[u8; 32], public: &str, sealed: &str) -> Option<String> {
        let opened = shared(secret, public).open(sealed).ok()?;
        String::from_utf8(opened.plaintext.to_vec()).ok()
    }
}

fn shared(secret: &[u8; 32], public: &str) -> SharedBox {
    let public = BoxPublicKey::from_base64(public).expect("a key of this test");
    SharedBox::new(&BoxSecretKey::from_bytes(secret), &public)
}

/// A program that answers one JSON line with another.
struct Program {
    name: &'static str,
    process: Process,
    read: usize,
}

impl Program {
    fn pynacl() -> Self {
        let mut command = Command::new(places::python());
        command.arg(places::programs().join("box_pynacl.py"));
        Self::start("PyNaCl", &mut command)
    }

    fn tweetnacl() -> Self {
        let mut command = Command::new(places::required("node", "nodejs"));
        command.arg(places::programs().join("tweetnacl/box.mjs"));
        Self::start("TweetNaCl.js", &mut command)
    }

    fn start(name: &'static str, command: &mut Command) -> Self {
        Self {
            name,
            process: Process::start(name, command),
            read: 0,
        }
    }

    fn ask(&mut self, request: &Value) -> Value {
        self.process.write_line(&request.to_string());
        let (read, answer) = self.process.json_line(self.read, "an answer", |_| true);
        self.read = read;
        answer
    }
}

impl Sealer for Program {
    fn name(&self) -> &'static str {
        self.name
    }

    fn seal(&mut self, secret: &[u8; 32], public: &str, content: &str) -> String {
        let secret = BASE64.encode(secret);
        let request = json!({ "op": "seal", "secret": secret, "public": public, "text": content });
        text(&self.ask(&request), "box")
    }

    fn open(&mut self, secret: &[u8; 32], public: &str, sealed: &str) -> Option<String> {
        let secret = BASE64.encode(secret);
        let request = json!({ "op": "open", "secret": secret, "public": public, "box": sealed });
        let answer = self.ask(&request);
        assert!(
            answer["text"].is_string() || answer["error"].is_string(),
            "{answer}"
        );
        answer["text"].as_str().map(ToOwned::to_owned)
    }
}

/// Texts that have broken such programs before.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "a",
        "\0",
        "👩🏽‍🚀 heißt „Astronautin“",
        "می‌خواهم با تو حرف بزنم",
        "שלום \u{202e}dcba\u{202c}",
        "line one\r\nline two\ttabbed",
        "\u{feff}starts with a byte order mark",
        "e\u{301}\u{200d}\u{2063}",
        "\u{10ffff}",
        "",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    texts.push("x".repeat(60 * 1024));
    // 60 KiB whose characters have four bytes each.
    texts.push("🪶".repeat(60 * 1024 / 4));
    texts
}

fn sealers() -> [Box<dyn Sealer>; 3] {
    [
        Box::new(Ours { sealed: 0 }),
        Box::new(Program::pynacl()),
        Box::new(Program::tweetnacl()),
    ]
}

const ADA: [u8; 32] = [0x11; 32];
const BO: [u8; 32] = [0x77; 32];
const EVE: [u8; 32] = [0x99; 32];

#[test]
fn what_one_seals_every_other_opens() {
    let (mut sealers, mut openers) = (sealers(), sealers());
    for sealer in &mut sealers {
        for opener in &mut openers {
            for content in texts() {
                let sealed = sealer.seal(&ADA, &sealer.public_key(&BO), &content);
                let opened = opener.open(&BO, &opener.public_key(&ADA), &sealed);
                let who = format!("{} to {}", sealer.name(), opener.name());
                assert_eq!(opened.as_deref(), Some(content.as_str()), "{who}");
            }
        }
    }
}

#[test]
fn a_box_has_the_documented_length_whoever_made_it() {
    for sealer in &mut sealers() {
        let sealed = sealer.seal(&ADA, &sealer.public_key(&BO), "twelve bytes");
        let bytes = BASE64
            .decode(sealed.as_bytes())
            .expect("standard base64 with padding");
        assert_eq!(bytes.len(), 24 + 16 + 12, "{}", sealer.name());
    }
}

#[test]
fn every_one_refuses_a_box_that_was_changed_or_is_for_somebody_else() {
    let mut openers = sealers();
    for sealer in &mut sealers() {
        let sealed = sealer.seal(&ADA, &sealer.public_key(&BO), "for Bo alone");
        let mut changed = BASE64.decode(sealed.as_bytes()).unwrap();
        *changed.last_mut().unwrap() ^= 1;
        let changed = BASE64.encode(&changed);
        for opener in &mut openers {
            let ada = opener.public_key(&ADA);
            assert_eq!(opener.open(&BO, &ada, &changed), None, "{}", opener.name());
            assert_eq!(opener.open(&EVE, &ada, &sealed), None, "{}", opener.name());
            assert_eq!(
                opener.open(&BO, &ada, &sealed[..32]),
                None,
                "{}",
                opener.name()
            );
        }
    }
}

#[test]
fn the_box_of_two_people_opens_on_either_side() {
    // Why the engine keeps nonces: a relay can hand a box back to the one who made it.
    for sealer in &mut sealers() {
        let sealed = sealer.seal(&ADA, &sealer.public_key(&BO), "to Bo");
        let reflected = sealer.open(&ADA, &sealer.public_key(&BO), &sealed);
        assert_eq!(reflected.as_deref(), Some("to Bo"), "{}", sealer.name());
    }
}
