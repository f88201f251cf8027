//! Reading and tidying chats: pages, search, drafts, what was read, what is deleted here.

use super::{Engine, Now};
use crate::api::{
    ChatId, ErrorCode, Event, LineView, MessageId, MessagePage, PageAnchor, SearchHit, SearchPage,
};
use crate::api::{PageQuery, SearchQuery};
use crate::error::EngineError;
use sotto_store::{contacts, drafts, messages, search};

/// The most messages of one page.
const MAX_PAGE: u32 = 400;
/// The most hits of one page of a search.
const MAX_HITS: u32 = 100;
/// The longest draft kept, bytes: a person may paste more than can be sent and cut it then.
const MAX_DRAFT_BYTES: usize = 16 * crate::text::MAX_TEXT_BYTES;

impl Engine {
    pub(super) fn list_messages(&self, query: PageQuery) -> Result<MessagePage, EngineError> {
        let chat = query.chat;
        self.directory.get(chat).ok_or(ErrorCode::UnknownContact)?;
        let anchor = match query.anchor {
            PageAnchor::Newest => messages::Anchor::Newest,
            PageAnchor::Before { message } => messages::Anchor::Before(message.0),
            PageAnchor::After { message } => messages::Anchor::After(message.0),
            PageAnchor::Around { message } => messages::Anchor::Around(message.0),
        };
        let reader = self.store.reader();
        let page = messages::page(reader, chat.0, anchor, query.limit.clamp(1, MAX_PAGE))?;
        Ok(MessagePage {
            chat,
            messages: page.messages.iter().map(super::views::message).collect(),
            has_older: page.has_older,
            has_newer: page.has_newer,
            first_unread: messages::first_unread(reader, chat.0)?.map(MessageId),
            unread: messages::unread_count(reader, chat.0)?,
        })
    }

    pub(super) fn search(&self, query: &SearchQuery) -> Result<SearchPage, EngineError> {
        let found = search::find(
            self.store.reader(),
            &search::Query {
                text: &query.text,
                chat: query.chat.map(|chat| chat.0),
                before: query.before.map(|message| message.0),
                limit: query.limit.clamp(1, MAX_HITS),
            },
        )?;
        let hits = found.hits.into_iter().map(|hit| SearchHit {
            chat: ChatId(hit.chat),
            message: MessageId(hit.message),
            direction: super::views::direction(hit.direction),
            snippet: hit
                .snippet
                .iter()
                .map(|piece| piece.replace(['\n', '\r', '\t'], " "))
                .collect(),
            at: super::views::shown_time(hit.created_at, hit.relay_at),
        });
        Ok(SearchPage {
            hits: hits.collect(),
            has_more: found.has_more,
            total: found.total,
        })
    }

    pub(super) fn save_draft(
        &mut self,
        now: Now,
        chat: ChatId,
        text: &str,
    ) -> Result<(), EngineError> {
        self.directory.get(chat).ok_or(ErrorCode::UnknownContact)?;
        if text.len() > MAX_DRAFT_BYTES {
            return Err(ErrorCode::TextTooLong.into());
        }
        self.store
            .transaction(|tx| drafts::save(tx, chat.0, text, now.wall))?;
        self.chat_changed(chat);
        Ok(())
    }

    pub(super) fn mark_read(&mut self, chat: ChatId, up_to: MessageId) -> Result<(), EngineError> {
        let changed = self
            .store
            .transaction(|tx| messages::mark_read(tx, chat.0, up_to.0))?;
        if changed > 0 {
            self.chat_changed(chat);
        }
        Ok(())
    }

    pub(super) fn delete_message(&mut self, id: MessageId) -> Result<(), EngineError> {
        let chat = self.store.transaction(|tx| messages::delete(tx, id.0))?;
        let chat = ChatId(chat.ok_or(ErrorCode::UnknownMessage)?);
        self.erase();
        self.emit(Event::MessageRemoved { chat, message: id });
        self.chat_changed(chat);
        Ok(())
    }

    pub(super) fn clear_chat(&mut self, chat: ChatId) -> Result<(), EngineError> {
        self.directory.get(chat).ok_or(ErrorCode::UnknownContact)?;
        self.store
            .transaction(|tx| messages::clear_chat(tx, chat.0))?;
        self.recall(chat);
        self.erase();
        self.emit(Event::ChatCleared { chat });
        self.chat_changed(chat);
        Ok(())
    }

    /// Makes sure that what was deleted is gone from the files too. It is gone for the person
    /// already: trouble here is tried again with the next deletion.
    pub(super) fn erase(&mut self) {
        if let Err(error) = self.store.checkpoint() {
            tracing::warn!(%error, "the log of the history was not emptied");
        }
    }

    pub(super) fn unprinted(&self, limit: u32) -> Result<Vec<LineView>, EngineError> {
        let found = messages::unprinted(self.store.reader(), limit)?;
        self.lines(&found)
    }

    pub(super) fn mark_printed(&mut self, ids: &[MessageId]) -> Result<(), EngineError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        self.store
            .transaction(|tx| messages::mark_printed(tx, &ids))?;
        Ok(())
    }

    pub(super) fn history(&self, query: PageQuery) -> Result<Vec<LineView>, EngineError> {
        let anchor = match query.anchor {
            PageAnchor::Before { message } => messages::Anchor::Before(message.0),
            PageAnchor::Around { message } => messages::Anchor::Around(message.0),
            PageAnchor::Newest => messages::Anchor::Newest,
            PageAnchor::After { message } => messages::Anchor::After(message.0),
        };
        let limit = query.limit.clamp(1, MAX_PAGE);
        let page = messages::page(self.store.reader(), query.chat.0, anchor, limit)?;
        self.lines(&page.messages)
    }

    fn lines(&self, found: &[messages::Message]) -> Result<Vec<LineView>, EngineError> {
        let mut lines = Vec::with_capacity(found.len());
        for message in found {
            let contact = contacts::by_id(self.store.reader(), message.chat)?;
            let contact = contact.ok_or(ErrorCode::UnknownContact)?;
            lines.push(super::views::line(message, &contact.public_id));
        }
        Ok(lines)
    }
}
