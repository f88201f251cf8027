//! The objects that commands print. A key keeps its meaning for good; later versions add keys.

use serde_json::{Value, json};
use sotto_engine::api::{
    ContactView, Direction, InviteState, InviteView, KeyChangeView, LineView, MessageState,
    PersonView, ProfileView, RequestView, SafetyNumberView, Trust, VerifiedHow,
};
use std::path::Path;

/// `id`: who the person is.
pub(super) fn profile(profile: &ProfileView) -> Value {
    json!({
        "accountId": profile.account_id,
        "userId": profile.user_id,
        "publicKey": profile.public_key,
        "fingerprint": profile.fingerprint,
        "movedAt": profile.moved_at,
    })
}

/// `listen`: the identity moved to another computer.
pub(super) fn moved_event(moved_at: i64) -> Value {
    json!({ "event": "moved", "timestamp": moved_at })
}

/// `contacts`, and what `add`, `accept`, `accept-key` and `use-name` give.
pub(super) fn contact(contact: &ContactView) -> Value {
    json!({
        "id": contact.user_id,
        "userId": contact.user_id,
        "name": contact.name,
        "publicKey": contact.public_key,
        "fingerprint": contact.fingerprint,
        "client": contact.client,
        "protection": contact.protection,
        "session": contact.session,
        "trust": trust(contact.trust),
        "verified": matches!(contact.trust, Trust::Verified { .. }),
        "verifiedAt": verified_at(contact.trust),
        "verifiedBy": verified_by(contact.trust),
        "accountId": contact.account_id,
        "blocked": contact.blocked,
        "addedAt": contact.added_at,
        "keyChange": contact.key_change.as_ref().map(key_change),
        "otherName": contact.other_name,
    })
}

fn trust(trust: Trust) -> &'static str {
    match trust {
        Trust::Unverified => "unverified",
        Trust::ByLink { .. } => "by_link",
        Trust::Verified { .. } => "verified",
    }
}

fn verified_at(trust: Trust) -> Option<i64> {
    match trust {
        Trust::Verified { at, .. } => Some(at),
        Trust::Unverified | Trust::ByLink { .. } => None,
    }
}

fn verified_by(trust: Trust) -> Option<&'static str> {
    let Trust::Verified { how, .. } = trust else {
        return None;
    };
    Some(match how {
        VerifiedHow::Code | VerifiedHow::Affirmed => "invite",
        VerifiedHow::Scan => "scan",
        VerifiedHow::Picture => "picture",
        VerifiedHow::Digits => "digits",
        VerifiedHow::Voice => "voice",
    })
}

/// `qr`: where the code is.
pub(super) fn file(path: &Path) -> Value {
    json!({ "file": path.to_string_lossy() })
}

/// `invite`: whoever has the link can use it.
pub(super) fn invite(invite: &InviteView, link: &str) -> Value {
    json!({
        "link": link,
        "id": invite.id.0.to_string(),
        "expires": invite.expires_at,
    })
}

/// `safety-number`.
pub(super) fn safety_number(number: &SafetyNumberView) -> Value {
    json!({ "digits": number.digits })
}

/// `invites`.
pub(super) fn known_invite(invite: &InviteView) -> Value {
    let state = match invite.state {
        InviteState::Open => "open",
        InviteState::Used { .. } => "used",
        InviteState::Revoked => "revoked",
        InviteState::Expired => "expired",
    };
    json!({
        "id": invite.id.0.to_string(),
        "created": invite.created_at,
        "expires": invite.expires_at,
        "state": state,
    })
}

/// `card`.
pub(super) fn card(link: &str) -> Value {
    json!({ "link": link })
}

fn key_change(change: &KeyChangeView) -> Value {
    json!({
        "publicKey": change.public_key,
        "fingerprint": change.fingerprint,
        "seenAt": change.seen_at,
        "held": change.held,
    })
}

/// `people`; `contact` is the id of the contact with this key.
pub(super) fn person(person: &PersonView, contact: Option<&str>) -> Value {
    json!({
        "userId": person.user_id,
        "publicKey": person.public_key,
        "fingerprint": person.fingerprint,
        "contact": contact,
    })
}

/// `requests`.
pub(super) fn request(request: &RequestView) -> Value {
    json!({
        "id": request.id.0.to_string(),
        "from": request.user_id,
        "publicKey": request.public_key,
        "fingerprint": request.fingerprint,
        "texts": texts(request),
        "timestamp": request.last_at,
    })
}

/// `listen`: a key that was not added has written.
pub(super) fn request_event(request: &RequestView) -> Value {
    json!({
        "event": "request",
        "request": request.id.0.to_string(),
        "from": request.user_id,
        "publicKey": request.public_key,
        "fingerprint": request.fingerprint,
        "texts": texts(request),
        "timestamp": request.last_at,
    })
}

fn texts(request: &RequestView) -> Vec<&str> {
    let texts = request.texts.iter();
    texts.map(|text| text.text.as_str()).collect()
}

/// `listen`: a message was received.
pub(super) fn message_event(line: &LineView) -> Value {
    json!({
        "event": "message",
        "from": line.contact,
        "text": line.text,
        "id": line.id,
        "timestamp": line.timestamp,
    })
}

/// `history`; `None` for a line of the program's own.
pub(super) fn history(line: &LineView, own_id: &str) -> Option<Value> {
    let (direction, from, to) = match line.direction {
        Direction::In => ("in", line.contact.as_str(), own_id),
        Direction::Out => ("out", own_id, line.contact.as_str()),
        Direction::System => return None,
    };
    Some(json!({
        "event": "message",
        "from": from,
        "to": to,
        "text": line.text,
        "id": line.id,
        "timestamp": line.timestamp,
        "direction": direction,
        "state": line.state.map_or("received", state),
    }))
}

/// `listen`: how far a message came.
pub(super) fn state_event(to: &str, id: &str, reached: MessageState) -> Value {
    json!({ "event": "state", "to": to, "id": id, "state": state(reached) })
}

/// `listen`: somebody using a contact's name has another key.
pub(super) fn key_changed_event(with: &str, change: &KeyChangeView) -> Value {
    json!({
        "event": "key_changed",
        "with": with,
        "publicKey": change.public_key,
        "fingerprint": change.fingerprint,
    })
}

/// `listen`: a contact is verified; nothing if it is not.
pub(super) fn verified_event(contact: &ContactView) -> Option<Value> {
    let by = verified_by(contact.trust)?;
    Some(json!({ "event": "verified", "with": contact.user_id, "by": by }))
}

/// `listen`: a contact proved to have scanned the code.
pub(super) fn verify_asked_event(contact: &ContactView) -> Value {
    json!({ "event": "verify_asked", "with": contact.user_id })
}

/// `send`: what became of the text so far.
pub(super) fn sent(id: &str, reached: MessageState) -> Value {
    json!({ "id": id, "state": state(reached) })
}

/// A relay of level 0 that was handed a text has taken it: that is `sent`, and no more.
fn state(reached: MessageState) -> &'static str {
    match reached {
        MessageState::Queued => "queued",
        MessageState::Handed => "sent",
        MessageState::Delivered => "delivered",
        MessageState::Failed => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sotto_engine::api::{ChatId, MessageId, SystemLine};

    fn line(direction: Direction) -> LineView {
        LineView {
            message: MessageId(7),
            chat: ChatId(1),
            contact: "bo".to_owned(),
            id: "00ff".to_owned(),
            direction,
            text: "hi\n\u{202e}".to_owned(),
            line: None,
            timestamp: 1_700_000_000_123,
            state: None,
        }
    }

    #[test]
    fn received_message_has_the_documented_keys() {
        assert_eq!(
            message_event(&line(Direction::In)),
            json!({
                "event": "message",
                "from": "bo",
                "text": "hi\n\u{202e}",
                "id": "00ff",
                "timestamp": 1_700_000_000_123_i64,
            })
        );
    }

    #[test]
    fn history_adds_direction_and_state() {
        let received = history(&line(Direction::In), "me").unwrap();
        assert_eq!(received["from"], "bo");
        assert_eq!(received["direction"], "in");
        assert_eq!(received["state"], "received");
        let mut out = line(Direction::Out);
        for (reached, name) in [
            (MessageState::Queued, "queued"),
            (MessageState::Handed, "sent"),
            (MessageState::Delivered, "delivered"),
            (MessageState::Failed, "failed"),
        ] {
            out.state = Some(reached);
            let sent = history(&out, "me").unwrap();
            assert_eq!(sent["from"], "me");
            assert_eq!(sent["to"], "bo");
            assert_eq!(sent["direction"], "out");
            assert_eq!(sent["state"], name);
        }
    }

    #[test]
    fn lines_of_the_program_are_no_messages() {
        let mut own = line(Direction::System);
        own.line = Some(SystemLine::ContactAdded);
        assert_eq!(history(&own, "me"), None);
    }

    #[test]
    fn every_object_is_one_line() {
        let text = message_event(&line(Direction::In)).to_string();
        assert!(!text.contains('\n'));
    }
}
