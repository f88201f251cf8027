//! What is written is read back the same, and no text at all makes a decoder panic.
use proptest::prelude::*;
use sotto_wire::{
    ClientFrame, ClientFrameRef, ForwardHead, ListedUser, PublicKey, RelayFrame, UserId, limits,
};

fn user_id() -> impl Strategy<Value = UserId> {
    prop_oneof!["[ -~]{1,64}", "\\PC{1,16}", "[\"\\\\/<>&']{1,64}",]
        .prop_filter_map("not a user id", |name| UserId::new(name.trim()).ok())
}

fn listed_user() -> impl Strategy<Value = ListedUser> {
    (user_id(), any::<[u8; 32]>()).prop_map(|(user_id, key)| ListedUser {
        user_id,
        public_key: PublicKey(key),
    })
}

fn relay_frame() -> impl Strategy<Value = RelayFrame> {
    prop_oneof![
        listed_user().prop_map(|user| RelayFrame::UserJoined { user }),
        user_id().prop_map(|user_id| RelayFrame::UserLeft { user_id }),
        prop::collection::vec(listed_user(), 0..20).prop_map(|users| RelayFrame::UserList {
            users,
            skipped: 0,
            truncated: false
        }),
        (
            prop::option::of(user_id()),
            any::<String>(),
            0..=limits::MAX_TIMESTAMP_MS
        )
            .prop_map(|(from, encrypted, timestamp_ms)| RelayFrame::Message {
                from,
                encrypted,
                timestamp_ms
            }),
    ]
}

proptest! {
    #[test]
    fn relay_frames_are_read_as_written(frame in relay_frame()) {
        let text = frame.encode().unwrap();
        prop_assert_eq!(RelayFrame::decode(&text), Ok(frame));
    }

    #[test]
    fn a_truncated_relay_frame_is_refused(frame in relay_frame(), cut in any::<prop::sample::Index>()) {
        let text = frame.encode().unwrap();
        let shorter: String = text.chars().take(cut.index(text.chars().count())).collect();
        prop_assert!(RelayFrame::decode(&shorter).is_err());
    }

    #[test]
    fn a_registration_is_read_as_written(user in listed_user()) {
        let text = ClientFrame::Register { user_id: user.user_id.clone(), public_key: user.public_key }.encode();
        let Ok(ClientFrameRef::Register { user_id, public_key }) = ClientFrame::decode(&text) else {
            panic!("not a registration: {text}");
        };
        prop_assert_eq!((user_id, public_key), (user.user_id, user.public_key));
    }

    #[test]
    fn the_relay_hands_on_what_the_sender_encrypted(
        sender in user_id(), recipient in user_id(), encrypted in any::<String>(), now in 0..=limits::MAX_TIMESTAMP_MS
    ) {
        let sent = ClientFrame::Message { to: recipient.clone(), encrypted: encrypted.clone() }.encode();
        let Ok(ClientFrameRef::Message { to, encrypted: span }) = ClientFrame::decode(&sent) else {
            panic!("not a message: {sent}");
        };
        prop_assert_eq!(to, recipient);
        let forwarded = ForwardHead::new(&sender).frame(span, now);
        prop_assert_eq!(
            RelayFrame::decode(&forwarded),
            Ok(RelayFrame::Message { from: Some(sender), encrypted, timestamp_ms: now })
        );
    }

    #[test]
    fn no_text_makes_a_decoder_panic(text in any::<String>()) {
        let _ = RelayFrame::decode(&text);
        let _ = ClientFrame::decode(&text).is_ok();
    }

    #[test]
    fn no_json_like_text_makes_a_decoder_panic(
        text in r#"\{("(type|userId|publicKey|users|to|from|encrypted|timestamp)":("(message|user_list|register)"|"\\u[dD]8[0-9]{2}"|-?[0-9]{1,30}(e[0-9]{1,5})?|\[[\[{,}]{0,9}|null|true|"[^"]{0,9}"),?){0,9}\}?"#
    ) {
        let _ = RelayFrame::decode(&text);
        let _ = ClientFrame::decode(&text).is_ok();
    }
}

#[test]
fn the_longest_text_fits_the_limit_of_a_client_frame() {
    let frame = ClientFrame::Message {
        to: UserId::new(&"\"".repeat(64)).unwrap(),
        encrypted: "A".repeat(limits::MAX_ENCRYPTED_CHARS),
    };
    assert_eq!(frame.encode().len(), limits::MAX_CLIENT_TEXT_FRAME);
}

#[test]
fn frames_are_those_of_the_guide() {
    let user_id = UserId::new("alice").unwrap();
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert_eq!(
        ClientFrame::Register {
            user_id: user_id.clone(),
            public_key: PublicKey([0; 32])
        }
        .encode(),
        format!(r#"{{"type":"register","userId":"alice","publicKey":"{key}"}}"#)
    );
    assert_eq!(ClientFrame::GetUsers.encode(), r#"{"type":"get_users"}"#);
    assert_eq!(
        ClientFrame::Message {
            to: user_id.clone(),
            encrypted: "YQ==".into()
        }
        .encode(),
        r#"{"type":"message","to":"alice","encrypted":"YQ=="}"#
    );
    assert_eq!(
        RelayFrame::UserLeft { user_id }.encode().as_deref(),
        Some(r#"{"type":"user_left","userId":"alice"}"#)
    );
}
