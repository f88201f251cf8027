//! Frames of level 0: what a relay sends to a client and a client to a relay.

use sotto_wire::{ClientFrame, ClientFrameRef, ForwardHead, FrameError, RelayFrame};

/// A text as a frame from a relay, as one from a client, and as the users of a list.
pub fn frames(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else {
        return;
    };
    from_relay(text);
    from_relay(&format!(r#"{{"type":"user_list","users":{text}}}"#));
    from_client(text);
}

/// What was read is written in a way that is read the same.
fn from_relay(text: &str) {
    let Ok(read) = RelayFrame::decode(text) else {
        return;
    };
    let Some(written) = read.encode() else {
        assert_eq!(read, RelayFrame::Unknown);
        return;
    };
    let expected = match read {
        // The counters are not on the wire.
        RelayFrame::UserList { users, .. } => RelayFrame::UserList {
            users,
            skipped: 0,
            truncated: false,
        },
        read => read,
    };
    assert_eq!(RelayFrame::decode(&written), Ok(expected));
}

/// What a relay hands on is what the sender wrote, and a frame that is read is written the same.
fn from_client(text: &str) {
    match ClientFrame::decode(text) {
        Ok(ClientFrameRef::Register {
            user_id,
            public_key,
        }) => {
            let written = ClientFrame::Register {
                user_id: user_id.clone(),
                public_key,
            };
            let written = written.encode();
            let read = ClientFrame::decode(&written);
            assert!(matches!(
                read,
                Ok(ClientFrameRef::Register { user_id: id, public_key: key })
                    if id == user_id && key == public_key
            ));
        }
        Ok(ClientFrameRef::Message { to, encrypted }) => {
            let meant: Option<String> = serde_json::from_str(encrypted.get()).ok();
            let forwarded = ForwardHead::new(&to).frame(encrypted, 7);
            let expected = match meant {
                Some(encrypted) => Ok(RelayFrame::Message {
                    from: Some(to),
                    encrypted,
                    timestamp_ms: 7,
                }),
                // A string of JSON that is no text: half of a surrogate pair.
                None => Err(FrameError::Field { name: "encrypted" }),
            };
            assert_eq!(RelayFrame::decode(&forwarded), expected);
        }
        Ok(ClientFrameRef::GetUsers | ClientFrameRef::Unknown) | Err(_) => {}
    }
}
