//! The vectors of sessions, read by a second implementation: `tests/programs/protocol_check`, in
//! Python, from the text of docs/protocol.md.
//!
//! A check that cannot fail shows nothing. So every value of every file is spoiled once, and the
//! program has to find each.

use serde_json::{Value, json};
use sotto_tests::places;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files that the program checks.
const SESSIONS: [&str; 12] = [
    "bundle.json",
    "content.json",
    "envelope.json",
    "handshake.json",
    "invite.json",
    "kem.json",
    "key-card.json",
    "passphrase-file.json",
    "ratchet.json",
    "safety-number.json",
    "stored-session.json",
    "verify-code.json",
];
/// What is refused, and what just not. A refused value that is spoiled is refused all the same; so
/// each is exchanged for one that is taken, and the other way round.
const REFUSED: &str = "refused.json";
/// The files that were made by libsodium and Python in the first place.
const FROM_PYTHON: [&str; 3] = ["identity.json", "plain-box.json", "tag.json"];
/// How words are compared, which is no part of the protocol: the store and the window both read it
/// (`crates/store/src/fold.rs`, `ui/src/search/fold.test.ts`).
const FOLDING: &str = "folding.json";

/// Secrets that a case holds and that nothing in this case was made with: the last resort beside a
/// one-time key, and the one-time keys beside the last resort.
const UNUSED: [&str; 6] = [
    "/bundles/0/prekeys/last_resort_prekey",
    "/bundles/1/prekeys/kem_prekey",
    "/bundles/1/prekeys/one_time_prekey",
    "/handshakes/0/prekeys/last_resort_prekey",
    "/handshakes/1/prekeys/kem_prekey",
    "/handshakes/1/prekeys/one_time_prekey",
];

#[test]
fn vectors_are_those_of_the_second_implementation() {
    let names = SESSIONS.into_iter().chain([REFUSED]);
    let files: Vec<PathBuf> = names.map(|name| folder().join(name)).collect();
    for (file, verdict) in files.iter().zip(check(&files)) {
        assert_eq!(verdict, Ok(()), "{}", file.display());
    }
}

#[test]
fn every_vector_file_has_its_second_reader() {
    let mut found: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| PathBuf::from(entry.unwrap().file_name()))
        .filter(|name| name.extension().is_some_and(|kind| kind == "json"))
        .map(|name| name.into_os_string().into_string().unwrap())
        .collect();
    found.sort();
    let mut known = [SESSIONS.as_slice(), &FROM_PYTHON, &[REFUSED, FOLDING]].concat();
    known.sort_unstable();
    assert_eq!(found, known);
}

#[test]
fn every_spoiled_value_is_found() {
    let spoiled = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    let mut places = Vec::new();
    for name in SESSIONS {
        let vectors: Value =
            serde_json::from_slice(&fs::read(folder().join(name)).unwrap()).unwrap();
        let mut leaves = Vec::new();
        collect(&vectors, "", &mut leaves);
        for place in leaves {
            let mut changed = vectors.clone();
            spoil(changed.pointer_mut(&place).unwrap());
            assert_ne!(changed, vectors, "{name} {place}");
            let file = spoiled.path().join(files.len().to_string()).join(name);
            fs::create_dir(file.parent().unwrap()).unwrap();
            fs::write(&file, changed.to_string()).unwrap();
            files.push(file);
            places.push(place);
        }
    }
    assert!(files.len() > 100, "{}", files.len());
    for (place, verdict) in places.iter().zip(check(&files)) {
        let is_unused = UNUSED.contains(&place.as_str());
        assert_eq!(verdict.is_ok(), is_unused, "{place}: {verdict:?}");
    }
}

#[test]
fn every_exchanged_verdict_is_found() {
    let exchanged = tempfile::tempdir().unwrap();
    let vectors: Value =
        serde_json::from_slice(&fs::read(folder().join(REFUSED)).unwrap()).unwrap();
    let mut files = Vec::new();
    let mut names = Vec::new();
    for (list, other_list) in [("taken", "refused"), ("refused", "taken")] {
        for case in vectors[list].as_array().unwrap() {
            let others = vectors[other_list].as_array().unwrap();
            let other = others
                .iter()
                .find(|other| other["format"] == case["format"]);
            // The others have nothing to say of it.
            let mut changed = vectors.clone();
            changed[other_list] = json!([]);
            changed[list] = json!([case]);
            changed[list][0]["value"] = other.unwrap()["value"].clone();
            let file = exchanged.path().join(files.len().to_string()).join(REFUSED);
            fs::create_dir(file.parent().unwrap()).unwrap();
            fs::write(&file, changed.to_string()).unwrap();
            files.push(file);
            names.push(format!("{list}: {} {}", case["format"], case["name"]));
        }
    }
    assert!(files.len() > 200, "{}", files.len());
    for (name, verdict) in names.iter().zip(check(&files)) {
        assert!(verdict.is_err(), "{name}");
    }
}

fn folder() -> PathBuf {
    places::root().join("tests/vectors")
}

/// What the program says of each file, in their order.
fn check(files: &[PathBuf]) -> Vec<Result<(), String>> {
    let output = Command::new(places::python())
        .arg(places::programs().join("protocol_check/check.py"))
        .args(files)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(lines.len(), files.len(), "{text}{errors}");
    let verdicts: Vec<_> = lines
        .iter()
        .zip(files)
        .map(|(line, file)| verdict(line, file))
        .collect();
    let all_are_right = verdicts.iter().all(Result::is_ok);
    assert_eq!(output.status.success(), all_are_right, "{text}{errors}");
    verdicts
}

fn verdict(line: &str, file: &Path) -> Result<(), String> {
    let said = line.strip_prefix(&format!("{}: ", file.display()));
    match said.unwrap_or_else(|| panic!("{line}")) {
        "ok" => Ok(()),
        error => Err(error.to_owned()),
    }
}

/// The places of all values but those that say what a case is called, and where it is from.
fn collect(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if !["name", "about"].contains(&key.as_str()) {
                    collect(value, &format!("{place}/{key}"), found);
                }
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                collect(value, &format!("{place}/{at}"), found);
            }
        }
        // Nothing is there to be spoiled.
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(_) | Value::Number(_) | Value::Bool(_) => found.push(place.to_owned()),
    }
}

/// Another first digit in hexadecimal, another last character in a link or an envelope, one more, the
/// opposite.
fn spoil(value: &mut Value) {
    *value = match &*value {
        Value::String(text) => {
            let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
            let mut bytes = text.clone().into_bytes();
            let at = if is_hex { 0 } else { bytes.len() - 1 };
            bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
            String::from_utf8(bytes).unwrap().into()
        }
        Value::Number(number) => (number.as_u64().unwrap() + 1).into(),
        Value::Bool(is_so) => (!is_so).into(),
        other => panic!("{other}"),
    };
}
