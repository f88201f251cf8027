//! The inputs of the fuzz target of this crate, tried again on each run.
//!
//! With `SOTTO_BLESS=1` the first inputs are written anew.

#[path = "../../../../fuzz/src/corpus.rs"]
pub mod corpus;
#[path = "../../../../fuzz/src/wire.rs"]
pub mod wire;

/// Frames of the guide, and some that are nearly such.
const FRAMES: [(&str, &str); 12] = [
    (
        "register",
        r#"{"type":"register","userId":"alice","publicKey":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="}"#,
    ),
    ("get-users", r#"{"type":"get_users"}"#),
    (
        "message-to",
        r#"{"type":"message","to":"bob","encrypted":"AAAA"}"#,
    ),
    (
        "message-of-half-a-pair",
        r#"{"type":"message","to":"bob","encrypted":"\ud83d \u00e9"}"#,
    ),
    (
        "message-from",
        r#"{"type":"message","from":"alice","encrypted":"AAAA","timestamp":1700000000000}"#,
    ),
    (
        "message-from-nobody",
        r#"{"type":"message","from":null,"encrypted":"","timestamp":1.7e12}"#,
    ),
    (
        "user-joined",
        r#"{"type":"user_joined","userId":"zo\u00eb","publicKey":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="}"#,
    ),
    ("user-left", r#"{"type":"user_left","userId":"a b"}"#),
    (
        "user-list",
        r#"{"type":"user_list","users":[{"userId":"a","publicKey":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="},{"userId":""}]}"#,
    ),
    (
        "users",
        r#"[{"userId":"a","publicKey":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","more":[{}]},null]"#,
    ),
    (
        "field-given-twice",
        r#"{"type":"x","to":1,"type":"message","to":"b","encrypted":"A","encrypted":"B"}"#,
    ),
    ("unknown-type", r#"{"type":"typing","users":[[[[]]]]}"#),
];

#[test]
fn corpus_begins_with_the_frames_of_the_guide() {
    for (name, frame) in FRAMES {
        corpus::check_seed("frames", name, frame.as_bytes());
    }
}

#[test]
fn every_input_of_the_corpus_is_read_or_refused() {
    corpus::replay(&[("frames", wire::frames)]);
}
