//! Chats, pages of messages, and what a search finds.

use super::Views;
use super::message::{direction, line, message, shown_time, state};
use crate::api::{
    ChatId, ChatKind, ChatView, ErrorCode, LastBody, LastLine, LineView, MessageId, MessageInfo,
    MessagePage, PageAnchor, PageQuery, PlacesPage, PlacesQuery, SearchHit, SearchPage,
    SearchQuery,
};
use crate::core::system_line;
use crate::error::EngineError;
use crate::text::snippet;
use sotto_store::chats::Kind;
use sotto_store::{chats, contacts, messages, search};

/// The most messages of one page.
const MAX_PAGE: u32 = 400;
/// The most hits of one page of a search.
const MAX_HITS: u32 = 100;

impl Views<'_> {
    /// A chat as the list shows it. None of a kind that no front knows.
    pub(super) fn chat(&self, chat: chats::Chat) -> Option<ChatView> {
        let Kind::Contact(contact) = &chat.kind else {
            return None;
        };
        let contact = self.contact(contact, chat.held);
        Some(ChatView {
            id: chat.id,
            kind: ChatKind::Contact { contact },
            last: chat.last.as_ref().map(last_line),
            unread: chat.unread,
            waiting: chat.queued,
            activity_at: chat.activity_at,
            draft: chat.draft,
        })
    }

    /// The chat with the contact that was added under an id.
    pub(crate) fn find_chat(&self, public_id: &str) -> Result<ChatId, EngineError> {
        let contact = contacts::by_public_id(self.reader, public_id)?;
        Ok(contact.ok_or(ErrorCode::UnknownContact)?.chat)
    }

    /// Some messages of a chat.
    pub(crate) fn page(&self, query: PageQuery) -> Result<MessagePage, EngineError> {
        let chat = query.chat;
        self.contacts
            .of_chat(chat)
            .ok_or(ErrorCode::UnknownContact)?;
        let page = self.rows(query)?;
        Ok(MessagePage {
            chat,
            messages: page.messages.iter().map(message).collect(),
            has_older: page.has_older,
            has_newer: page.has_newer,
            first_unread: messages::first_unread(self.reader, chat)?,
            unread: messages::unread_count(self.reader, chat)?,
        })
    }

    fn rows(&self, query: PageQuery) -> Result<messages::Page, EngineError> {
        let anchor = match query.anchor {
            PageAnchor::Newest => messages::Anchor::Newest,
            PageAnchor::Before { message } => messages::Anchor::Before(message),
            PageAnchor::After { message } => messages::Anchor::After(message),
            PageAnchor::Around { message } => messages::Anchor::Around(message),
        };
        let limit = query.limit.clamp(1, MAX_PAGE);
        Ok(messages::page(self.reader, query.chat, anchor, limit)?)
    }

    /// Messages with certain words.
    pub(crate) fn search(&self, query: &SearchQuery) -> Result<SearchPage, EngineError> {
        let found = search::find(
            self.reader,
            &search::Query {
                text: &query.text,
                before: query.before,
                limit: query.limit.clamp(1, MAX_HITS),
            },
        )?;
        let hits = found.hits.into_iter().map(|hit| SearchHit {
            chat: hit.chat,
            message: hit.message,
            direction: direction(hit.direction),
            snippet: hit
                .snippet
                .iter()
                .map(|piece| piece.replace(['\n', '\r', '\t'], " "))
                .collect(),
            at: shown_time(hit.created_at, hit.relay_at),
        });
        Ok(SearchPage {
            hits: hits.collect(),
            has_more: found.has_more,
            total: found.total,
        })
    }

    /// Where in a chat certain words are.
    pub(crate) fn places(&self, query: &PlacesQuery) -> Result<PlacesPage, EngineError> {
        let found = search::places(
            self.reader,
            &search::InChat {
                text: &query.text,
                chat: query.chat,
                before: query.before,
                limit: query.limit,
            },
        )?;
        Ok(PlacesPage {
            messages: found.messages,
            has_more: found.has_more,
        })
    }

    /// Received messages that the command line has not printed yet, oldest first.
    pub(crate) fn unprinted(&self, limit: u32) -> Result<Vec<LineView>, EngineError> {
        let found = messages::unprinted(self.reader, limit)?;
        self.lines(&found)
    }

    /// Messages of a chat for the command line.
    pub(crate) fn history(&self, query: PageQuery) -> Result<Vec<LineView>, EngineError> {
        let page = self.rows(query)?;
        self.lines(&page.messages)
    }

    fn lines(&self, found: &[messages::Message]) -> Result<Vec<LineView>, EngineError> {
        let lines = found.iter().map(|message| {
            let contact = self.contacts.of_chat(message.chat);
            let contact = contact.ok_or(ErrorCode::UnknownContact)?;
            Ok(line(message, &contact.public_id))
        });
        lines.collect()
    }

    /// All that is known of one message.
    pub(crate) fn info(&self, id: MessageId) -> Result<MessageInfo, EngineError> {
        let row = messages::by_id(self.reader, id)?;
        self.message_info(&row.ok_or(ErrorCode::UnknownMessage)?)
    }
}

fn last_line(row: &messages::Message) -> LastLine {
    let system = row.system_line.as_deref().and_then(system_line::of_code);
    LastLine {
        direction: direction(row.direction),
        snippet: snippet(&row.text),
        body: match system {
            Some(line) => LastBody::System { line },
            None => LastBody::Text,
        },
        state: row.delivery.as_ref().map(|delivery| state(delivery.state)),
        at: shown_time(row.created_at, row.relay_at),
    }
}
