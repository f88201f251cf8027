//! Sessions as they lie in people's histories (`tests/vectors/stored-session.json`): a later version
//! that cannot read them would part everybody from everybody.
//!
//! The file is never written anew. What a later version writes otherwise gets a file of its own
//! beside it.

use crate::vector_file::{array, load, unhex};
use serde_json::Value;
use sotto_protocol::{Fingerprint, RatchetMessage, Session, SessionError, SessionId};

fn sessions() -> Vec<Value> {
    let sessions = load("stored-session.json")["sessions"].clone();
    let sessions = sessions.as_array().unwrap().clone();
    assert!(!sessions.is_empty());
    sessions
}

fn read(case: &Value) -> Session {
    Session::decode(&unhex(&case["state"])).unwrap()
}

fn list(case: &Value, field: &str) -> Vec<Value> {
    case[field].as_array().unwrap().clone()
}

fn decrypt(session: &mut Session, message: &Value) -> Result<Vec<u8>, SessionError> {
    let message = RatchetMessage::decode(&unhex(message)).unwrap();
    let peer = *session.peer();
    session
        .decrypt(&peer, &message)
        .map(|content| content.to_vec())
}

#[test]
fn stored_sessions_are_read_and_know_what_they_are() {
    for case in sessions() {
        let session = read(&case);
        let id = SessionId::from_bytes(array(&case["session_id"]));
        assert_eq!(*session.id(), id, "{}", case["name"]);
        assert_eq!(
            *session.peer(),
            Fingerprint::from_bytes(array(&case["peer"]))
        );
        assert_eq!(session.generation(), case["generation"]);
        assert_eq!(session.is_established(), case["header"].is_null());
    }
}

/// P-83: what is on its way, in the chains and under the skipped keys that were stored.
#[test]
fn stored_sessions_read_what_was_on_its_way() {
    for case in sessions() {
        let mut session = read(&case);
        for late in list(&case, "reads") {
            let content = decrypt(&mut session, &late["message"]).unwrap();
            assert_eq!(content, unhex(&late["content"]), "{}", case["name"]);
            let again = decrypt(&mut session, &late["message"]);
            assert_eq!(again, Err(SessionError::AlreadyReceived));
        }
    }
}

/// P-80: under the key that was stored, the very message that the program of then would have made;
/// or under a new one.
#[test]
fn stored_sessions_go_on_writing() {
    for case in sessions() {
        let mut session = read(&case);
        let next = list(&case, "writes");
        for next in &next {
            let encrypted = session.encrypt(&unhex(&next["content"])).unwrap();
            assert_eq!(
                encrypted.message,
                unhex(&next["message"]),
                "{}",
                case["name"]
            );
            let header = case["header"].as_str().map(|_| unhex(&case["header"]));
            assert_eq!(encrypted.header, header);
        }
        if next.is_empty() {
            let encrypted = session.encrypt(b"x").unwrap();
            assert!(RatchetMessage::decode(&encrypted.message).is_ok());
        }
    }
}

#[test]
fn stored_sessions_come_back_as_this_version_writes_them() {
    for case in sessions() {
        let written = read(&case).encode().unwrap();
        let mut again = Session::decode(&written).unwrap();
        assert_eq!(again.encode().unwrap(), written);
        for late in list(&case, "reads") {
            let content = decrypt(&mut again, &late["message"]).unwrap();
            assert_eq!(content, unhex(&late["content"]), "{}", case["name"]);
        }
    }
}
