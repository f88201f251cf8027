//! What each request of a front is answered with, and which room carries it out.
//!
//! A table and nothing more: checks and changes are in the rooms. Fronts name the trait to hand
//! requests on; only the requests of [`crate::api`] have it.

use super::inbound::Inbound;
use super::projection::Views;
use super::relay::Change;
use super::time::Now;
use super::turn::Turn;
use super::{Engine, chats, outbound, people};
use crate::api::{
    AcceptRequest, AddByLink, AddContact, AddRelay, AnswerSeen, BlockContact, BlockRequest, ChatId,
    CheckCode, CheckDigits, ClearChat, CloseOwnCode, ContactInfo, CreateInvite, DecideKey,
    DeleteContact, DeleteMessage, DeleteRequest, FindChat, FindPlaces, InspectContact,
    InspectMessage, InviteView, LineView, LinkView, ListMessages, ListUnprinted, MarkPrinted,
    MarkRead, MarkVerified, MessageId, MessageInfo, MessagePage, OrderRelays, OwnCode, PlacesPage,
    ProfilePatch, ProofWaits, ReadHistory, ReadLink, ReconnectNow, RelayId, RemoveRelay,
    RenameContact, RetryMessage, RevokeInvite, SafetyNumberView, SaveDraft, SearchMessages,
    SearchPage, SendText, SetLookedAt, SettingsPatch, ShareInvite, ShowCard, ShowInvite,
    ShowOwnCode, ShowSafetyNumber, Snapshot, TakeSnapshot, TheyDiffer, UpdateProfile,
    UpdateSettings, UseName, Verdict,
};
use crate::error::EngineError;
use sotto_store::session_outbox::{self, Control};
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

/// Keeps requests to those of this crate: the core has to know each.
mod sealed {
    /// Marks a request of this crate.
    pub trait Sealed {}
}

/// Each request with its answer and its work in a turn.
macro_rules! requests {
    ($($request:ident -> $answer:ty: |$it:ident, $rooms:ident, $turn:ident| $work:expr;)+) => {$(
        impl sealed::Sealed for $request {}

        impl Request for $request {
            type Answer = $answer;

            fn carry_out(self, engine: &mut Engine, now: Now) -> Result<$answer, EngineError> {
                let $it = self;
                engine.turn(now, |$rooms, $turn| $work)
            }
        }
    )+};
}

// What is read.
requests! {
    TakeSnapshot -> Box<Snapshot>: |_it, rooms, turn| Ok(Box::new(views(rooms, turn).snapshot()?));
    ListMessages -> MessagePage: |it, rooms, turn| views(rooms, turn).page(it.0);
    InspectMessage -> MessageInfo: |it, rooms, turn| views(rooms, turn).info(it.0);
    SearchMessages -> SearchPage: |it, rooms, turn| views(rooms, turn).search(&it.0);
    FindPlaces -> PlacesPage: |it, rooms, turn| views(rooms, turn).places(&it.0);
    FindChat -> ChatId: |it, rooms, turn| views(rooms, turn).find_chat(&it.0);
    ListUnprinted -> Vec<LineView>: |it, rooms, turn| views(rooms, turn).unprinted(it.limit);
    ReadHistory -> Vec<LineView>: |it, rooms, turn| views(rooms, turn).history(it.0);
    ShowSafetyNumber -> SafetyNumberView: |it, rooms, turn| views(rooms, turn).safety_number(it.0);
    InspectContact -> ContactInfo: |it, rooms, turn| views(rooms, turn).contact_info(it.0);
    ReadLink -> LinkView: |it, rooms, turn| views(rooms, turn).link(&it.0);
    ShowInvite -> Zeroizing<String>: |it, rooms, turn| {
        rooms.is_here()?;
        people::invites::show_invite(turn.tx, turn.now.wall, it.0)
    };
}

// Messages and chats.
requests! {
    SendText -> MessageId: |it, rooms, turn| {
        rooms.is_here()?;
        rooms.outbound.send_text(turn, it.chat, &it.text)
    };
    RetryMessage -> (): |it, rooms, turn| {
        rooms.is_here()?;
        rooms.outbound.retry_message(turn, it.0)
    };
    DeleteMessage -> (): |it, _rooms, turn| chats::delete_message(turn, it.0);
    ClearChat -> (): |it, rooms, turn| chats::clear_chat(&mut rooms.outbound, turn, it.0);
    SaveDraft -> (): |it, _rooms, turn| chats::save_draft(turn, it.chat, &it.text);
    MarkRead -> (): |it, _rooms, turn| chats::mark_read(turn, it.chat, it.up_to);
    MarkPrinted -> (): |it, _rooms, turn| chats::mark_printed(turn, &it.0);
}

// People.
requests! {
    AddContact -> ChatId: |it, rooms, turn| {
        rooms.is_here()?;
        people::contacts::add_contact(&rooms.outbound, turn, &it.0)
    };
    RenameContact -> (): |it, _rooms, turn| {
        people::contacts::rename_contact(turn, it.contact, &it.name)
    };
    BlockContact -> (): |it, rooms, turn| {
        people::contacts::block_contact(&mut rooms.outbound, turn, it.contact, it.blocked)
    };
    DeleteContact -> (): |it, rooms, turn| {
        people::contacts::delete_contact(&mut rooms.outbound, turn, it.0)
    };
    DecideKey -> (): |it, rooms, turn| {
        let outbound = &mut rooms.outbound;
        people::key_changes::decide_key(outbound, turn, it.contact, &it.key, it.accept)
    };
    UseName -> (): |it, rooms, turn| {
        people::contacts::use_name(&rooms.outbound, turn, it.contact, &it.name)
    };
    MarkVerified -> (): |it, rooms, turn| {
        if it.verified {
            rooms.is_here()?;
        }
        people::trust::mark_verified(turn, it.contact, it.verified)
    };
    CheckDigits -> Verdict: |it, rooms, turn| {
        rooms.is_here()?;
        people::verification::check_digits(&rooms.outbound, turn, &it)
    };
    ShowOwnCode -> OwnCode: |it, rooms, turn| {
        rooms.is_here()?;
        rooms.people.show_own_code(&rooms.outbound, turn, it.0)
    };
    CloseOwnCode -> (): |it, rooms, turn| rooms.people.close_own_code(turn, it.0);
    CheckCode -> Verdict: |it, rooms, turn| {
        rooms.is_here()?;
        rooms.people.check_code(&mut rooms.outbound, turn, &it)
    };
    AnswerSeen -> (): |it, rooms, turn| {
        rooms.is_here()?;
        rooms.people.answer_seen(turn, &it)
    };
    ProofWaits -> bool: |it, rooms, turn| {
        let waits = session_outbox::has_control(turn.tx, it.0, Control::Verification)?;
        // What waits where the identity is no longer does not go out.
        Ok(waits && rooms.is_here().is_ok())
    };
    TheyDiffer -> (): |it, _rooms, turn| people::verification::they_differ(turn, it.0);
    AcceptRequest -> ChatId: |it, rooms, turn| {
        rooms.is_here()?;
        people::requests::accept_request(&mut rooms.outbound, turn, it.request, &it.name)
    };
    DeleteRequest -> (): |it, _rooms, turn| people::requests::delete_request(turn, it.0);
    BlockRequest -> (): |it, _rooms, turn| people::requests::block_request(turn, it.0);
    CreateInvite -> InviteView: |it, rooms, turn| {
        rooms.is_here()?;
        people::invites::create_invite(&rooms.outbound.sessions, turn, it.ttl_secs)
    };
    ShareInvite -> Zeroizing<String>: |it, rooms, turn| {
        rooms.is_here()?;
        people::invites::share_invite(turn, it.0)
    };
    RevokeInvite -> (): |it, _rooms, turn| people::invites::revoke_invite(turn, it.0);
    ShowCard -> Zeroizing<String>: |_it, rooms, turn| {
        rooms.is_here()?;
        rooms.people.contact_card(&rooms.outbound.sessions, turn)
    };
    AddByLink -> ChatId: |it, rooms, turn| {
        rooms.is_here()?;
        people::links::add_by_link(&mut rooms.outbound, turn, &it)
    };
}

// Relays and settings.
requests! {
    AddRelay -> RelayId: |it, rooms, turn| {
        rooms.outbound.sessions.relays.add(turn, &it.url)
    };
    RemoveRelay -> (): |it, rooms, turn| rooms.outbound.sessions.relays.remove(turn, it.0);
    OrderRelays -> (): |it, rooms, turn| rooms.outbound.sessions.relays.sort(turn, &it.0);
    ReconnectNow -> (): |_it, rooms, turn| {
        rooms.outbound.sessions.relays.reconnect_now(turn);
        Ok(())
    };
    SetLookedAt -> (): |it, rooms, turn| {
        rooms.outbound.sessions.relays.look(turn, it.0);
        Ok(())
    };
    UpdateProfile -> (): |it, rooms, turn| update_profile(rooms, turn, it.0);
    UpdateSettings -> (): |it, rooms, turn| update_settings(rooms, turn, it.0);
}

fn views<'a>(rooms: &'a Inbound, turn: &'a Turn<'_>) -> Views<'a> {
    Views {
        reader: turn.tx,
        contacts: turn.contacts,
        rooms,
        now: turn.now,
    }
}

/// The profile changes: relays are told the name for everybody, contacts what the person is called.
fn update_profile(
    rooms: &mut Inbound,
    turn: &mut Turn<'_>,
    patch: ProfilePatch,
) -> Result<(), EngineError> {
    rooms.is_here()?;
    let sessions = &mut rooms.outbound.sessions;
    let change = sessions.identity.update_profile(turn, patch)?;
    if change.user_id {
        let user_id = sessions.identity.profile().user_id.clone();
        sessions.relays.stage(Change::Named(user_id));
    }
    if change.name {
        outbound::tell_name(turn)?;
    }
    Ok(())
}

/// The preferences change: connections go by the way that they name.
fn update_settings(
    rooms: &mut Inbound,
    turn: &mut Turn<'_>,
    patch: SettingsPatch,
) -> Result<(), EngineError> {
    let sessions = &mut rooms.outbound.sessions;
    if let Some(proxy) = sessions.identity.update_settings(turn, patch)? {
        sessions.relays.stage(Change::Proxy(proxy));
    }
    Ok(())
}
