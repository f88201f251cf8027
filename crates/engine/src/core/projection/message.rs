//! Messages and lines.

use super::{Views, of_box_key};
use crate::api::{
    Body, Direction, LineView, MessageInfo, MessageState, MessageView, Protection, RecipientView,
};
use crate::core::relay::clock::PLAUSIBLE_MS;
use crate::core::{send_failure, system_line};
use crate::error::EngineError;
use crate::text::{clean, spans};
use data_encoding::HEXLOWER;
use sotto_store::messages::{self, PeerKey};

impl Views<'_> {
    pub(super) fn message_info(&self, row: &messages::Message) -> Result<MessageInfo, EngineError> {
        let relay = row.delivery.as_ref().map_or(row.relay, |sent| sent.relay);
        let relay = match relay {
            Some(relay) => self.relay(relay)?,
            None => None,
        };
        let recipients = messages::recipients(self.reader, row.id)?;
        let recipients = recipients.iter().map(|recipient| RecipientView {
            contact: recipient.contact,
            state: state(recipient.state),
            state_at: Some(recipient.state_at),
        });
        Ok(MessageInfo {
            message: message(row),
            public_id: HEXLOWER.encode(row.content.as_bytes()),
            created_at: row.created_at,
            relay_at: row.relay_at,
            recipients: recipients.collect(),
            relay: relay.map(|relay| relay.name),
            protection: match row.key.protection() {
                messages::Protection::Plain => Protection::Plain,
                messages::Protection::Pq => Protection::Pq,
            },
            fingerprint: match &row.key {
                PeerKey::Box(key) => Some(of_box_key(key).0),
                PeerKey::Identity(identity) => Some(identity.to_hex()),
                PeerKey::Unknown => None,
            },
            size_bytes: u32::try_from(row.text.len()).unwrap_or(u32::MAX),
        })
    }
}

/// A message or line.
pub(super) fn message(row: &messages::Message) -> MessageView {
    let line = row.system_line.as_deref().and_then(system_line::of_code);
    let body = if let Some(line) = line {
        Body::System { line }
    } else {
        let text = clean(&row.text);
        Body::Text {
            spans: spans(&text),
            text,
        }
    };
    let delivery = row.delivery.as_ref();
    let failure = delivery.and_then(|delivery| delivery.failure.as_deref());
    MessageView {
        id: row.id,
        chat: row.chat,
        direction: direction(row.direction),
        body,
        at: shown_time(row.created_at, row.relay_at),
        state: delivery.map(|delivery| state(delivery.state)),
        state_at: delivery.map(|delivery| delivery.state_at),
        delivered_to: delivery.map_or(0, |delivery| delivery.delivered),
        recipients: delivery.map_or(0, |delivery| delivery.recipients),
        failure: failure.map(send_failure::of_code),
    }
}

/// A message for the command line.
pub(super) fn line(row: &messages::Message, contact: &str) -> LineView {
    LineView {
        message: row.id,
        chat: row.chat,
        contact: contact.to_owned(),
        id: HEXLOWER.encode(row.content.as_bytes()),
        direction: direction(row.direction),
        text: row.text.clone(),
        line: row.system_line.as_deref().and_then(system_line::of_code),
        timestamp: row.relay_at.unwrap_or(row.created_at),
        state: row.delivery.as_ref().map(|delivery| state(delivery.state)),
    }
}

/// The relay's time where it is plausible, else ours.
pub(super) fn shown_time(created_at: i64, relay_at: Option<i64>) -> i64 {
    relay_at
        .filter(|at| at.abs_diff(created_at) <= PLAUSIBLE_MS)
        .unwrap_or(created_at)
}

pub(super) const fn direction(direction: messages::Direction) -> Direction {
    match direction {
        messages::Direction::In => Direction::In,
        messages::Direction::Out => Direction::Out,
        messages::Direction::System => Direction::System,
    }
}

pub(super) const fn state(state: messages::State) -> MessageState {
    match state {
        messages::State::Queued => MessageState::Queued,
        messages::State::Handed => MessageState::Handed,
        messages::State::Delivered => MessageState::Delivered,
        messages::State::Failed => MessageState::Failed,
    }
}
