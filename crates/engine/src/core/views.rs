//! Rows of the history and the state of the relays, made into what fronts see.

use super::Engine;
use super::receiving::{PLAUSIBLE_MS, client_kind};
use super::sealed::NOBODY;
use crate::address::RelayAddress;
use crate::api::{
    Body, ChatId, ChatKind, ChatView, ContactId, ContactView, Direction, ErrorCode, Event,
    KeyChangeView, LastBody, LastLine, LineView, MessageId, MessageInfo, MessageState, MessageView,
    PersonView, ProfileView, Protection, RecipientView, RelayId, RelayPlace, RelayView, RequestId,
    RequestText, RequestView, SendFailure, SessionState, Snapshot, SystemLine,
};
use crate::error::EngineError;
use crate::text::{clean, clean_name, snippet, spans};
use data_encoding::{BASE64, HEXLOWER};
use sotto_protocol::{BoxPublicKey, Fingerprint};
use sotto_store::contacts::Contact;
use sotto_store::{StoreError, chats, messages, peers, relays, requests};

/// How many colours avatars have.
const HUES: u8 = 12;

/// The most people that a front is told of.
const MAX_PEOPLE: usize = 1_000;

/// How much of a stranger's text a front is given, in characters.
const MAX_REQUEST_CHARS: usize = 2_000;

/// The longest name of another person that a front is given, in characters.
const MAX_SHOWN_NAME: usize = 64;

impl Engine {
    pub(super) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let reader = self.store.reader();
        let chats = chats::list(reader)?;
        let requests = requests::list(reader)?;
        let mut relays = Vec::new();
        for relay in &self.relay_order {
            relays.extend(self.relay_view(*relay)?);
        }
        Ok(Snapshot {
            profile: self.profile_view(),
            settings: self.settings.clone(),
            chats: chats.into_iter().map(|chat| self.chat_view(chat)).collect(),
            requests: requests.iter().map(|r| self.request_view(r)).collect(),
            invites: self.invites()?,
            relays,
            people: self.people(),
        })
    }

    pub(super) fn profile_view(&self) -> ProfileView {
        let public = self.item.identity.public();
        ProfileView {
            profile: self.about.profile.clone(),
            name: self.profile.name.clone(),
            account_id: public.account_id().to_string(),
            user_id: self.profile.user_id.clone(),
            public_key: self.own_key.to_base64(),
            fingerprint: public.fingerprint().to_hex(),
            key_fingerprint: Fingerprint::of_box_key(&self.own_key).to_hex(),
            key_storage: self.about.storage,
            version: self.about.version.clone(),
        }
    }

    fn chat_view(&self, chat: chats::Chat) -> ChatView {
        let contact = &chat.contact;
        ChatView {
            id: ChatId(contact.id),
            kind: ChatKind::Contact {
                contact: self.contact_view(contact, chat.held),
            },
            last: chat.last.as_ref().map(last_line),
            unread: chat.unread,
            waiting: chat.queued,
            activity_at: contact.activity_at,
            draft: chat.draft,
        }
    }

    fn contact_view(&self, contact: &Contact, held: u32) -> ContactView {
        let (fingerprint, hue) = identity_of(contact);
        let key_change = contact.other_key.as_ref().map(|other| KeyChangeView {
            public_key: BASE64.encode(&other.key),
            fingerprint: fingerprint_of(&other.key).0,
            seen_at: other.seen_at,
            held,
        });
        ContactView {
            id: ContactId(contact.id),
            name: shown_name(contact),
            user_id: contact.public_id.clone(),
            public_key: contact.box_key.map(|key| BASE64.encode(&key)),
            account_id: contact
                .account
                .map(|account| super::invites::account_id(&account).to_string()),
            fingerprint,
            hue,
            client: client_kind(contact.client),
            protection: if contact.sealed {
                Protection::Pq
            } else {
                Protection::Plain
            },
            session: self.session_state(contact),
            trust: super::invites::trust_view(contact),
            reach: self.reach(contact.box_key.as_ref()),
            key_change,
            blocked: contact.blocked,
            added_at: contact.added_at,
        }
    }

    /// Where the session with a contact stands.
    fn session_state(&self, contact: &Contact) -> SessionState {
        if !contact.sealed {
            return SessionState::None;
        }
        let account = contact.account.as_ref();
        let has = account.map(|account| peers::has_session(self.store.reader(), account));
        match has {
            Some(Ok(true)) => SessionState::Ready,
            Some(Ok(false)) | None => SessionState::Waiting,
            Some(Err(error)) => {
                tracing::warn!(%error, "a session could not be looked for");
                SessionState::Waiting
            }
        }
    }

    fn request_view(&self, request: &requests::Request) -> RequestView {
        let (fingerprint, hue) = match &request.account {
            Some(account) => fingerprint_and_hue(&Fingerprint::from_bytes(*account)),
            None => fingerprint_of(&request.key),
        };
        let key = BoxPublicKey::from_bytes(request.key).ok();
        let text = |held: &requests::Text| match (&key, held.via) {
            (Some(key), requests::Via::Box(nonce)) => self.read_tag(&held.text, key, &nonce).0,
            _ => held.text.clone(),
        };
        let mut claims = self.directory.by_name(&request.user_id);
        let claims = claims.find(|contact| contact.box_key != Some(request.key));
        RequestView {
            id: RequestId(request.id),
            user_id: clean_name(&request.user_id, MAX_SHOWN_NAME),
            public_key: BASE64.encode(&request.key),
            fingerprint,
            hue,
            texts: request
                .texts
                .iter()
                .map(|held| RequestText {
                    text: beginning(clean(&text(held))),
                    at: shown_time(held.received_at, held.relay_at),
                })
                .collect(),
            first_at: request.first_at,
            last_at: request.last_at,
            claims: claims.map(|contact| ChatId(contact.id)),
        }
    }

    pub(super) fn people(&self) -> Vec<PersonView> {
        let own = self.own_key.to_bytes();
        let is_told = |relay: &RelayId| self.links.get(relay).is_some_and(|l| !l.is_paused());
        let all = self.presence.everybody().into_iter();
        all.filter(|((_, key), _)| key.0 != own)
            .map(|(who, mut relays)| {
                relays.retain(is_told);
                (who, relays)
            })
            .filter(|(_, relays)| !relays.is_empty())
            .take(MAX_PEOPLE)
            .map(|((name, key), relays)| {
                let (fingerprint, hue) = fingerprint_of(&key.0);
                let chat = self.directory.by_key(&key.0).map(|c| ChatId(c.id));
                let other = self.directory.by_name(name.as_str());
                let mut other = other.filter(|contact| contact.box_key != Some(key.0));
                PersonView {
                    user_id: clean_name(name.as_str(), MAX_SHOWN_NAME),
                    public_key: key.to_base64(),
                    fingerprint,
                    hue,
                    relays,
                    chat,
                    name_of_other: other.next().map(|contact| ContactId(contact.id)),
                }
            })
            .collect()
    }

    pub(super) fn relay_view(&self, id: RelayId) -> Result<Option<RelayView>, StoreError> {
        let Some(row) = relays::by_id(self.store.reader(), id.0)? else {
            return Ok(None);
        };
        let Some(link) = self.links.get(&id) else {
            return Ok(None);
        };
        let name = match link.place {
            RelayPlace::ThisComputer => String::new(),
            RelayPlace::Custom => link
                .address
                .as_ref()
                .map_or_else(|| row.url.clone(), RelayAddress::name),
        };
        let people = self.presence.count(id, &self.own_key.to_bytes());
        Ok(Some(RelayView {
            id,
            place: link.place,
            name,
            url: row.url,
            state: link.view(),
            listed: self.presence.is_complete(id),
            round_trip_ms: link.round_trip_ms,
            clock_ahead_ms: link.clock.ahead_ms(),
            people: count(people),
        }))
    }

    pub(super) fn message_info(&self, id: MessageId) -> Result<MessageInfo, EngineError> {
        let row = messages::by_id(self.store.reader(), id.0)?;
        let row = row.ok_or(ErrorCode::UnknownMessage)?;
        let relay = match row.relay {
            Some(relay) => self.relay_view(RelayId(relay))?,
            None => None,
        };
        Ok(MessageInfo {
            message: message(&row),
            public_id: HEXLOWER.encode(&row.public_id),
            created_at: row.created_at,
            relay_at: row.relay_at,
            recipients: recipients(&row),
            relay: relay.map(|relay| relay.name),
            protection: match row.protection {
                messages::Protection::Plain => Protection::Plain,
                messages::Protection::Pq => Protection::Pq,
            },
            fingerprint: match row.protection {
                messages::Protection::Plain => Some(fingerprint_of(&row.key).0),
                messages::Protection::Pq if row.key == NOBODY => None,
                messages::Protection::Pq => Some(Fingerprint::from_bytes(row.key).to_hex()),
            },
            size_bytes: count(row.text.len()),
        })
    }

    /// Tells the fronts of a message that joined a chat.
    pub(super) fn message_added(&mut self, id: i64) {
        let row = messages::by_id(self.store.reader(), id);
        if let Some(row) = found(row) {
            let message = message(&row);
            self.emit(Event::MessageAdded { message });
        }
    }

    /// Tells the fronts of a changed message.
    pub(super) fn message_changed(&mut self, id: i64) {
        let row = messages::by_id(self.store.reader(), id);
        if let Some(row) = found(row) {
            let message = message(&row);
            self.emit(Event::MessageChanged { message });
        }
    }

    /// Tells the fronts of a changed chat.
    pub(super) fn chat_changed(&mut self, chat: ChatId) {
        let row = chats::by_id(self.store.reader(), chat.0);
        if let Some(row) = found(row) {
            let chat = self.chat_view(row);
            self.emit(Event::ChatChanged { chat });
        }
    }

    /// Tells the fronts of a new or changed request.
    pub(super) fn request_changed(&mut self, request: RequestId) {
        let row = requests::by_id(self.store.reader(), request.0);
        if let Some(row) = found(row) {
            let request = self.request_view(&row);
            self.emit(Event::RequestChanged { request });
        }
    }

    /// Tells the fronts of the requests that use a name: which contact has it changed.
    pub(super) fn claims_changed(&mut self, name: &str) {
        let all = requests::list(self.store.reader()).map(Some);
        let all = found(all).unwrap_or_default();
        for row in all.iter().filter(|row| row.user_id == name) {
            let request = self.request_view(row);
            self.emit(Event::RequestChanged { request });
        }
    }

    /// Tells the fronts of the chats whose undecided other key this is: how many of its texts are
    /// held changed.
    pub(super) fn held_changed(&mut self, key: &[u8; 32]) {
        let claimed: Vec<ChatId> = self
            .directory
            .all()
            .filter(|c| c.other_key.as_ref().is_some_and(|other| other.key == *key))
            .map(|contact| ChatId(contact.id))
            .collect();
        for chat in claimed {
            self.chat_changed(chat);
        }
    }
}

/// What was read to be told. What is told stands in the history already, so trouble here is only
/// a missed picture, never a reason to do anything again.
fn found<T>(read: Result<Option<T>, StoreError>) -> Option<T> {
    read.unwrap_or_else(|error| {
        tracing::warn!(%error, "a change could not be told");
        None
    })
}

/// The name that the person gave a contact, else what its program told, else its id.
fn shown_name(contact: &Contact) -> String {
    let names = [&contact.name, &contact.told_name, &contact.public_id];
    let mut names = names
        .map(|name| clean_name(name, MAX_SHOWN_NAME))
        .into_iter();
    names.find(|name| !name.is_empty()).unwrap_or_default()
}

/// The fingerprint of what is known of a contact, and its colour.
fn identity_of(contact: &Contact) -> (String, u8) {
    match (&contact.account, &contact.box_key) {
        (Some(account), _) => fingerprint_and_hue(&Fingerprint::from_bytes(*account)),
        (None, Some(key)) => fingerprint_of(key),
        (None, None) => (String::new(), 0),
    }
}

fn fingerprint_and_hue(fingerprint: &Fingerprint) -> (String, u8) {
    (fingerprint.to_hex(), hue(fingerprint))
}

/// The colour that follows from a fingerprint.
pub(super) fn hue(fingerprint: &Fingerprint) -> u8 {
    fingerprint.as_bytes().first().copied().unwrap_or(0) % HUES
}

/// The beginning of a stranger's text: enough to decide, and no load for a front.
fn beginning(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_REQUEST_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The fingerprint of a box key in hexadecimal digits, and the colour that follows from it.
fn fingerprint_of(key: &[u8; 32]) -> (String, u8) {
    match BoxPublicKey::from_bytes(*key) {
        Ok(key) => fingerprint_and_hue(&Fingerprint::of_box_key(&key)),
        // Only listed people can have such a key; they cannot be added.
        Err(_) => (String::new(), 0),
    }
}

/// A message for a front.
pub(super) fn message(row: &messages::Message) -> MessageView {
    let body = if let Some(line) = row.system_line.as_deref().and_then(line_of) {
        Body::System { line }
    } else {
        let text = clean(&row.text);
        Body::Text {
            spans: spans(&text),
            text,
        }
    };
    let recipients = recipients(row);
    let delivered = recipients
        .iter()
        .filter(|recipient| recipient.state == MessageState::Delivered);
    MessageView {
        id: MessageId(row.id),
        chat: ChatId(row.chat),
        direction: direction(row.direction),
        body,
        at: shown_time(row.created_at, row.relay_at),
        state: row.state.map(state),
        state_at: row.state_at,
        delivered_to: count(delivered.count()),
        recipients: count(recipients.len()),
        failure: row.failure.as_deref().map(failure),
    }
}

/// How far an outgoing message came with each of its recipients.
fn recipients(row: &messages::Message) -> Vec<RecipientView> {
    let recipient = row.state.map(|reached| RecipientView {
        contact: ContactId(row.chat),
        state: state(reached),
        state_at: row.state_at,
    });
    recipient.into_iter().collect()
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// The failure of a code in the history, which a newer program may have written.
fn failure(code: &str) -> SendFailure {
    match code {
        "too_large" => SendFailure::TooLarge,
        "not_encrypted" => SendFailure::NotEncrypted,
        _ => SendFailure::Unknown,
    }
}

/// A message for the command line.
pub(super) fn line(row: &messages::Message, contact: &str) -> LineView {
    LineView {
        message: MessageId(row.id),
        chat: ChatId(row.chat),
        contact: contact.to_owned(),
        id: HEXLOWER.encode(&row.public_id),
        direction: direction(row.direction),
        text: row.text.clone(),
        line: row.system_line.as_deref().and_then(line_of),
        timestamp: row.relay_at.unwrap_or(row.created_at),
        state: row.state.map(state),
    }
}

fn last_line(row: &messages::Message) -> LastLine {
    let system = row.system_line.as_deref().and_then(line_of);
    LastLine {
        direction: direction(row.direction),
        snippet: snippet(&row.text),
        body: match system {
            Some(line) => LastBody::System { line },
            None => LastBody::Text,
        },
        state: row.state.map(state),
        at: shown_time(row.created_at, row.relay_at),
    }
}

/// The relay's time where it is plausible, else ours.
pub(super) fn shown_time(created_at: i64, relay_at: Option<i64>) -> i64 {
    relay_at
        .filter(|at| at.abs_diff(created_at) <= PLAUSIBLE_MS)
        .unwrap_or(created_at)
}

pub(super) fn direction(direction: messages::Direction) -> Direction {
    match direction {
        messages::Direction::In => Direction::In,
        messages::Direction::Out => Direction::Out,
        messages::Direction::System => Direction::System,
    }
}

fn state(state: messages::State) -> MessageState {
    match state {
        messages::State::Queued => MessageState::Queued,
        messages::State::Handed => MessageState::Handed,
        messages::State::Delivered => MessageState::Delivered,
        messages::State::Failed => MessageState::Failed,
    }
}

/// The code of a line in the history.
pub(super) fn line_code(line: SystemLine) -> &'static str {
    match line {
        SystemLine::ContactAdded => "contact_added",
        SystemLine::RequestAccepted => "request_accepted",
        SystemLine::OtherKeySeen => "other_key_seen",
        SystemLine::OtherKeyAccepted => "other_key_accepted",
        SystemLine::OtherKeyIgnored => "other_key_ignored",
        SystemLine::AddedByLink => "added_by_link",
        SystemLine::JoinedByInvite => "joined_by_invite",
        SystemLine::SessionStarted => "session_started",
        SystemLine::SessionRenewed => "session_renewed",
        SystemLine::HistoryRestored => "history_restored",
        SystemLine::DowngradeRefused => "downgrade_refused",
        SystemLine::IdentityRefused => "identity_refused",
        SystemLine::AlreadyAContact => "already_a_contact",
        SystemLine::Undecryptable => "undecryptable",
        SystemLine::NewerVersion => "newer_version",
        SystemLine::InviteUsedTwice => "invite_used_twice",
        SystemLine::VerifiedByCode => "verified_by_code",
        SystemLine::VerifiedByPerson => "verified_by_person",
        SystemLine::MarkRemoved => "mark_removed",
    }
}

/// The line of a code in the history.
fn line_of(code: &str) -> Option<SystemLine> {
    LINES.into_iter().find(|line| line_code(*line) == code)
}

const LINES: [SystemLine; 19] = [
    SystemLine::ContactAdded,
    SystemLine::RequestAccepted,
    SystemLine::OtherKeySeen,
    SystemLine::OtherKeyAccepted,
    SystemLine::OtherKeyIgnored,
    SystemLine::AddedByLink,
    SystemLine::JoinedByInvite,
    SystemLine::SessionStarted,
    SystemLine::SessionRenewed,
    SystemLine::HistoryRestored,
    SystemLine::DowngradeRefused,
    SystemLine::IdentityRefused,
    SystemLine::AlreadyAContact,
    SystemLine::Undecryptable,
    SystemLine::NewerVersion,
    SystemLine::InviteUsedTwice,
    SystemLine::VerifiedByCode,
    SystemLine::VerifiedByPerson,
    SystemLine::MarkRemoved,
];
