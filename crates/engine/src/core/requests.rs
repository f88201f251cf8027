//! What each request of a front is answered with, and which part of the engine carries it out.
//!
//! A table and nothing more: checks and changes are in the parts. Fronts name the trait to hand
//! requests on; only the requests of [`crate::api`] have it.

use super::{Engine, Now};
use crate::api::{
    AcceptRequest, AddByLink, AddContact, AddRelay, BlockContact, BlockRequest, ChatId, ClearChat,
    ContactId, CreateInvite, DecideKey, DeleteContact, DeleteMessage, DeleteRequest, FindChat,
    InspectMessage, InviteView, LineView, LinkView, ListMessages, ListUnprinted, MarkPrinted,
    MarkRead, MarkVerified, MessageId, MessageInfo, MessagePage, OrderRelays, ReadHistory,
    ReadLink, ReconnectNow, RelayId, RemoveRelay, RenameContact, RetryMessage, RevokeInvite,
    SaveDraft, SearchMessages, SearchPage, SendText, ShareInvite, ShowCard, ShowInvite, Snapshot,
    TakeSnapshot, UpdateProfile, UpdateSettings,
};
use crate::error::EngineError;
use zeroize::Zeroizing;

/// One action that a front asks for. Every one that changes something is one transaction of the
/// history.
pub trait Request: sealed::Sealed + Send + 'static {
    /// What it gives.
    type Answer: Send + 'static;

    /// Carries it out; only [`Engine::request`] calls it.
    ///
    /// # Errors
    /// Nothing of the request has happened then.
    #[doc(hidden)]
    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<Self::Answer, EngineError>;
}

impl Engine {
    /// Carries out a request.
    ///
    /// # Errors
    /// Nothing of the request has happened then.
    pub fn request<R: Request>(&mut self, now: Now, request: R) -> Result<R::Answer, EngineError> {
        self.clock = now;
        request.carry_out(self, now)
    }
}

/// Keeps requests to those of this crate: the core has to know each.
mod sealed {
    /// Marks a request of this crate.
    pub trait Sealed {}
}

/// The conversation of two with a contact.
fn chat_of(contact: ContactId) -> ChatId {
    ChatId(contact.0)
}

impl sealed::Sealed for TakeSnapshot {}

impl Request for TakeSnapshot {
    type Answer = Box<Snapshot>;

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<Box<Snapshot>, EngineError> {
        Ok(Box::new(engine.snapshot()?))
    }
}

impl sealed::Sealed for ListMessages {}

impl Request for ListMessages {
    type Answer = MessagePage;

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<MessagePage, EngineError> {
        engine.list_messages(self.0)
    }
}

impl sealed::Sealed for InspectMessage {}

impl Request for InspectMessage {
    type Answer = MessageInfo;

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<MessageInfo, EngineError> {
        engine.message_info(self.0)
    }
}

impl sealed::Sealed for SearchMessages {}

impl Request for SearchMessages {
    type Answer = SearchPage;

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<SearchPage, EngineError> {
        engine.search(&self.0)
    }
}

impl sealed::Sealed for FindChat {}

impl Request for FindChat {
    type Answer = ChatId;

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<ChatId, EngineError> {
        engine.find_chat(&self.0)
    }
}

impl sealed::Sealed for ListUnprinted {}

impl Request for ListUnprinted {
    type Answer = Vec<LineView>;

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<Vec<LineView>, EngineError> {
        engine.unprinted(self.limit)
    }
}

impl sealed::Sealed for ReadHistory {}

impl Request for ReadHistory {
    type Answer = Vec<LineView>;

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<Vec<LineView>, EngineError> {
        engine.history(self.0)
    }
}

impl sealed::Sealed for MarkPrinted {}

impl Request for MarkPrinted {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<(), EngineError> {
        engine.mark_printed(&self.0)
    }
}

impl sealed::Sealed for SendText {}

impl Request for SendText {
    type Answer = MessageId;

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<MessageId, EngineError> {
        engine.send_text(now, self.chat, &self.text)
    }
}

impl sealed::Sealed for DeleteMessage {}

impl Request for DeleteMessage {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<(), EngineError> {
        engine.delete_message(self.0)
    }
}

impl sealed::Sealed for RetryMessage {}

impl Request for RetryMessage {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.retry_message(now, self.0)
    }
}

impl sealed::Sealed for ClearChat {}

impl Request for ClearChat {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<(), EngineError> {
        engine.clear_chat(self.0)
    }
}

impl sealed::Sealed for SaveDraft {}

impl Request for SaveDraft {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.save_draft(now, self.chat, &self.text)
    }
}

impl sealed::Sealed for MarkRead {}

impl Request for MarkRead {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<(), EngineError> {
        engine.mark_read(self.chat, self.up_to)
    }
}

impl sealed::Sealed for AddContact {}

impl Request for AddContact {
    type Answer = ChatId;

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<ChatId, EngineError> {
        engine.add_contact(now, &self.0)
    }
}

impl sealed::Sealed for RenameContact {}

impl Request for RenameContact {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<(), EngineError> {
        engine.rename_contact(chat_of(self.contact), &self.name)
    }
}

impl sealed::Sealed for BlockContact {}

impl Request for BlockContact {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.block_contact(now, chat_of(self.contact), self.blocked)
    }
}

impl sealed::Sealed for DeleteContact {}

impl Request for DeleteContact {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.delete_contact(now, chat_of(self.0))
    }
}

impl sealed::Sealed for DecideKey {}

impl Request for DecideKey {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.decide_key(now, chat_of(self.contact), &self.key, self.accept)
    }
}

impl sealed::Sealed for MarkVerified {}

impl Request for MarkVerified {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.mark_verified(now, chat_of(self.contact), self.verified)
    }
}

impl sealed::Sealed for AcceptRequest {}

impl Request for AcceptRequest {
    type Answer = ChatId;

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<ChatId, EngineError> {
        engine.accept_request(now, self.request, &self.name)
    }
}

impl sealed::Sealed for DeleteRequest {}

impl Request for DeleteRequest {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<(), EngineError> {
        engine.delete_request(self.0)
    }
}

impl sealed::Sealed for BlockRequest {}

impl Request for BlockRequest {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.block_request(now, self.0)
    }
}

impl sealed::Sealed for CreateInvite {}

impl Request for CreateInvite {
    type Answer = InviteView;

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<InviteView, EngineError> {
        engine.create_invite(now, self.ttl_secs)
    }
}

impl sealed::Sealed for ShowInvite {}

impl Request for ShowInvite {
    type Answer = Zeroizing<String>;

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<Zeroizing<String>, EngineError> {
        engine.show_invite(now, self.0)
    }
}

impl sealed::Sealed for ShareInvite {}

impl Request for ShareInvite {
    type Answer = Zeroizing<String>;

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<Zeroizing<String>, EngineError> {
        engine.share_invite(now, self.0)
    }
}

impl sealed::Sealed for RevokeInvite {}

impl Request for RevokeInvite {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.revoke_invite(now, self.0)
    }
}

impl sealed::Sealed for ShowCard {}

impl Request for ShowCard {
    type Answer = Zeroizing<String>;

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<Zeroizing<String>, EngineError> {
        engine.contact_card()
    }
}

impl sealed::Sealed for ReadLink {}

impl Request for ReadLink {
    type Answer = LinkView;

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<LinkView, EngineError> {
        engine.read_link(now, &self.0)
    }
}

impl sealed::Sealed for AddByLink {}

impl Request for AddByLink {
    type Answer = ChatId;

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<ChatId, EngineError> {
        engine.add_by_link(now, &self.link, &self.name)
    }
}

impl sealed::Sealed for AddRelay {}

impl Request for AddRelay {
    type Answer = RelayId;

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<RelayId, EngineError> {
        engine.add_relay(now, &self.url)
    }
}

impl sealed::Sealed for RemoveRelay {}

impl Request for RemoveRelay {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.remove_relay(now, self.0)
    }
}

impl sealed::Sealed for OrderRelays {}

impl Request for OrderRelays {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, _now: Now) -> Result<(), EngineError> {
        engine.order_relays(&self.0)
    }
}

impl sealed::Sealed for ReconnectNow {}

impl Request for ReconnectNow {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.reconnect_now(now);
        Ok(())
    }
}

impl sealed::Sealed for UpdateProfile {}

impl Request for UpdateProfile {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.update_profile(now, self.0)
    }
}

impl sealed::Sealed for UpdateSettings {}

impl Request for UpdateSettings {
    type Answer = ();

    fn carry_out(self, engine: &mut Engine, now: Now) -> Result<(), EngineError> {
        engine.update_settings(now, self.0)
    }
}
