//! Frames that break the rules in every way we could think of: each has one defined result, none a panic.
use sotto_wire::{
    ClientFrame, ClientFrameRef, FrameError, ListedUser, PublicKey, RelayFrame, UserId, limits,
};

const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const GOOD: &str = r#"{"type":"user_left","userId":"bob"}"#;

fn id(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

fn bob() -> ListedUser {
    ListedUser {
        user_id: id("bob"),
        public_key: PublicKey([1; 32]),
    }
}

fn field(name: &'static str) -> Result<RelayFrame, FrameError> {
    Err(FrameError::Field { name })
}

/// Decodes the bad frame, then a good one, which must still be read.
fn decode(text: &str) -> Result<RelayFrame, FrameError> {
    let result = RelayFrame::decode(text);
    assert_eq!(
        RelayFrame::decode(GOOD),
        Ok(RelayFrame::UserLeft { user_id: id("bob") })
    );
    result
}

#[test]
fn what_is_not_a_json_object_is_refused() {
    let deep = "[".repeat(1_000_000);
    let closed_deep = format!("{}{}", "[".repeat(500_000), "]".repeat(500_000));
    for text in [
        "",
        " ",
        "{",
        "}",
        "null",
        "true",
        "0",
        "1e999",
        "\"message\"",
        "[]",
        "[{}]",
        "{}{}",
        "{} x",
        "nul",
        "{\"type\"}",
        "{\"type\":}",
        "{type:\"message\"}",
        "{'type':'message'}",
        "{\"type\":\"message\",}",
        "{\"type\":\"message\"",
        "\u{feff}{\"type\":\"message\"}",
        "{\"type\":\"mess\nage\"}",
        "{\"type\":\"\\x\"}",
        "{\"type\":\"\\ud8\"}",
        "{\"type\":NaN}",
        "{\"type\":01}",
        "{\"timestamp\":+1}",
        "\0",
        "<html>",
        &deep,
        &closed_deep,
    ] {
        let shown: String = text.chars().take(30).collect();
        assert_eq!(decode(text), Err(FrameError::NotAnObject), "{shown}");
        assert_eq!(
            ClientFrame::decode(text).unwrap_err(),
            FrameError::NotAnObject,
            "{shown}"
        );
    }
}

#[test]
fn a_frame_without_a_type_is_refused_and_an_unknown_type_ignored() {
    for text in [
        "{}",
        r#"{"type":null}"#,
        r#"{"type":7}"#,
        r#"{"type":["message"]}"#,
        r#"{"type":"\ud800"}"#,
        r#"{"Type":"message"}"#,
    ] {
        assert_eq!(decode(text), field("type"), "{text}");
        assert_eq!(
            ClientFrame::decode(text).unwrap_err(),
            FrameError::Field { name: "type" }
        );
    }
    for text in [
        r#"{"type":""}"#,
        r#"{"type":"welcome","users":7}"#,
        r#"{"type":"MESSAGE"}"#,
        r#"{"type":"__proto__"}"#,
    ] {
        assert_eq!(decode(text), Ok(RelayFrame::Unknown), "{text}");
        assert!(
            matches!(ClientFrame::decode(text), Ok(ClientFrameRef::Unknown)),
            "{text}"
        );
    }
}

#[test]
fn names_that_are_no_user_ids_are_refused() {
    let long = format!("\"{}\"", "a".repeat(65));
    for name in [
        "null",
        "7",
        "{}",
        "[]",
        "true",
        "\"\"",
        "\" a\"",
        "\"a\\n\"",
        "\"a\\u0000\"",
        "\"a\\u202eb\"",
        "\"\\u200b\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"e\\u0301\"",
        "\"\\ue000\"",
        "1e999",
        &long,
    ] {
        assert_eq!(
            decode(&format!(r#"{{"type":"user_left","userId":{name}}}"#)),
            field("userId"),
            "{name}"
        );
        let joined = format!(r#"{{"type":"user_joined","userId":{name},"publicKey":"{KEY}"}}"#);
        assert_eq!(decode(&joined), field("userId"), "{name}");
        let register = format!(r#"{{"type":"register","userId":{name},"publicKey":"{KEY}"}}"#);
        assert_eq!(
            ClientFrame::decode(&register).unwrap_err(),
            FrameError::Field { name: "userId" },
            "{name}"
        );
        let message = format!(r#"{{"type":"message","to":{name},"encrypted":"YQ=="}}"#);
        assert_eq!(
            ClientFrame::decode(&message).unwrap_err(),
            FrameError::Field { name: "to" },
            "{name}"
        );
        let listed =
            format!(r#"{{"type":"user_list","users":[{{"userId":{name},"publicKey":"{KEY}"}}]}}"#);
        assert_eq!(
            decode(&listed),
            Ok(RelayFrame::UserList {
                users: vec![],
                skipped: 1,
                truncated: false
            })
        );
        let from =
            format!(r#"{{"type":"message","from":{name},"encrypted":"YQ==","timestamp":1}}"#);
        let expected = RelayFrame::Message {
            from: None,
            encrypted: "YQ==".into(),
            timestamp_ms: 1,
        };
        assert_eq!(decode(&from), Ok(expected), "{name}");
    }
}

#[test]
fn keys_that_are_not_32_bytes_of_base64_are_refused() {
    for key in [
        "null",
        "7",
        "\"\"",
        "\"not base64\"",
        "\"AQ==\"",
        "[1,2]",
        "{}",
        "\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\"",
    ] {
        let text = format!(r#"{{"type":"user_joined","userId":"bob","publicKey":{key}}}"#);
        assert_eq!(decode(&text), field("publicKey"), "{key}");
        let text = format!(r#"{{"type":"register","userId":"bob","publicKey":{key}}}"#);
        assert_eq!(
            ClientFrame::decode(&text).unwrap_err(),
            FrameError::Field { name: "publicKey" },
            "{key}"
        );
    }
}

#[test]
fn an_all_zero_key_has_the_right_shape() {
    let key = PublicKey([0; 32]);
    let text = format!(
        r#"{{"type":"user_joined","userId":"bob","publicKey":"{}"}}"#,
        key.to_base64()
    );
    let user = ListedUser {
        user_id: id("bob"),
        public_key: key,
    };
    assert_eq!(decode(&text), Ok(RelayFrame::UserJoined { user }));
}

#[test]
fn a_message_needs_a_string_and_nothing_else() {
    for encrypted in ["null", "7", "{}", "[\"YQ==\"]", "true"] {
        let text = format!(r#"{{"type":"message","from":"bob","encrypted":{encrypted}}}"#);
        assert_eq!(decode(&text), field("encrypted"), "{encrypted}");
        let text = format!(r#"{{"type":"message","to":"bob","encrypted":{encrypted}}}"#);
        assert_eq!(
            ClientFrame::decode(&text).unwrap_err(),
            FrameError::Field { name: "encrypted" }
        );
    }
    assert_eq!(
        decode(r#"{"type":"message","from":"bob","encrypted":"\ud800"}"#),
        field("encrypted")
    );
    assert_eq!(decode(r#"{"type":"message"}"#), field("encrypted"));
    assert_eq!(
        decode(
            r#"{"type":"message","encrypted":"%%%","timestamp":{"a":[1e999]},"later":[[[[]]]]}"#
        ),
        Ok(RelayFrame::Message {
            from: None,
            encrypted: "%%%".into(),
            timestamp_ms: 0
        })
    );
}

#[test]
fn of_a_field_given_twice_the_last_counts() {
    assert_eq!(
        decode(
            r#"{"type":"user_joined","userId":7,"type":"user_left","userId":"eve","userId":"bob"}"#
        ),
        Ok(RelayFrame::UserLeft { user_id: id("bob") })
    );
}

#[test]
fn bad_entries_of_a_list_are_counted_and_the_good_ones_kept() {
    let text = format!(
        r#"{{"users":[null,7,"bob",[],{{}},{{"userId":"bob"}},{{"publicKey":"{KEY}"}},{{"userId":"bob","publicKey":"x"}},
        {{"userId":"bob","publicKey":"{KEY}","admin":true}},{{"userId":"\ud800","publicKey":"{KEY}"}}],"type":"user_list"}}"#
    );
    assert_eq!(
        decode(&text),
        Ok(RelayFrame::UserList {
            users: vec![bob()],
            skipped: 9,
            truncated: false
        })
    );
    for users in ["null", "7", "{}", "\"bob\""] {
        assert_eq!(
            decode(&format!(r#"{{"type":"user_list","users":{users}}}"#)),
            field("users"),
            "{users}"
        );
    }
    assert_eq!(decode(r#"{"type":"user_list"}"#), field("users"));
}

#[test]
fn of_100_000_users_the_first_20_000_are_kept() {
    let entry = format!(r#"{{"userId":"bob","publicKey":"{KEY}"}}"#);
    let text = format!(
        r#"{{"type":"user_list","users":[{}]}}"#,
        vec![entry.as_str(); 100_000].join(",")
    );
    let Ok(RelayFrame::UserList {
        users,
        skipped,
        truncated,
    }) = decode(&text)
    else {
        panic!("not a list");
    };
    assert_eq!(
        (users.len(), skipped, truncated),
        (limits::MAX_LISTED_USERS, 0, true)
    );
    let exact = format!(
        r#"{{"type":"user_list","users":[{}]}}"#,
        vec![entry.as_str(); limits::MAX_LISTED_USERS].join(",")
    );
    assert!(matches!(
        decode(&exact),
        Ok(RelayFrame::UserList {
            truncated: false,
            ..
        })
    ));
}

#[test]
fn depth_inside_a_field_costs_no_stack() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(500_000), "}".repeat(500_000));
    for value in [deep, objects] {
        let text = format!(r#"{{"type":"user_left","userId":"bob","x":{value},"users":{value}}}"#);
        assert_eq!(
            decode(&text),
            Ok(RelayFrame::UserLeft { user_id: id("bob") })
        );
        let text = format!(r#"{{"type":"user_left","userId":{value}}}"#);
        assert_eq!(decode(&text), field("userId"));
        let text = format!(r#"{{"type":"user_list","users":[{value}]}}"#);
        assert_eq!(
            decode(&text),
            Ok(RelayFrame::UserList {
                users: vec![],
                skipped: 1,
                truncated: false
            })
        );
        let text = format!(r#"{{"type":"user_list","users":[{{"userId":{value}}}]}}"#);
        assert_eq!(
            decode(&text),
            Ok(RelayFrame::UserList {
                users: vec![],
                skipped: 1,
                truncated: false
            })
        );
    }
}

#[test]
fn a_frame_that_is_longer_than_any_text_is_refused() {
    let message = |chars: usize| {
        let encrypted = "A".repeat(chars);
        format!(r#"{{"type":"message","from":"bob","encrypted":"{encrypted}","timestamp":1}}"#)
    };
    let around = message(0).len();
    assert!(decode(&message(limits::MAX_ENCRYPTED_CHARS)).is_ok());
    let longest = limits::MAX_RELAY_TO_CLIENT_FRAME - around;
    assert!(decode(&message(longest)).is_ok());
    assert_eq!(decode(&message(longest + 1)), Err(FrameError::TooLarge));
}

#[test]
fn a_list_may_be_as_long_as_the_people_that_are_kept() {
    let name = |n: usize| format!("{n:0>width$}", width = limits::MAX_USER_ID_BYTES);
    let key = "A".repeat(limits::PUBLIC_KEY_BASE64_CHARS - 1) + "=";
    let entries: Vec<String> = (0..limits::MAX_LISTED_USERS)
        .map(|n| format!(r#"{{"userId": "{}", "publicKey": "{key}"}}"#, name(n)))
        .collect();
    let list = |entries: &str| format!(r#"{{"type": "user_list", "users": [{entries}]}}"#);
    let Ok(RelayFrame::UserList { users, .. }) = decode(&list(&entries.join(", "))) else {
        panic!("a full list is refused")
    };
    assert_eq!(users.len(), limits::MAX_LISTED_USERS);
    let longer = list(&" ".repeat(limits::MAX_USER_LIST_FRAME));
    assert_eq!(decode(&longer), Err(FrameError::TooLarge));
}
