//! Invites of one's own, and what a link says before anything is done with it.
//!
//! No link is in here: whoever has an invite's can use it.

use super::id::{ChatId, InviteId};
use serde::Serialize;
use sotto_protocol::invite::MAX_TTL_SECS;
use std::ops::RangeInclusive;
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// How long an invite may hold, seconds.
pub const INVITE_SECS: RangeInclusive<u64> = 60..=MAX_TTL_SECS;

/// An invite of one's own. Its link is not in here: whoever has it can use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct InviteView {
    /// The invite.
    pub id: InviteId,
    /// When it was made, ms since 1970.
    pub created_at: i64,
    /// From when on it no longer holds, ms since 1970.
    pub expires_at: i64,
    /// Whether it left the program other than as a code on this screen: copied, saved, printed.
    pub shared: bool,
    /// What became of it.
    pub state: InviteState,
}

/// What became of an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum InviteState {
    /// It can be used.
    Open,
    /// It was used.
    Used {
        /// The chat with the contact that used it, unless that was deleted.
        chat: Option<ChatId>,
    },
    /// The person took it back.
    Revoked,
    /// Its time is over.
    Expired,
}

/// What a link says, before anything is done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct LinkView {
    /// Whether it is an invite for one use or a contact card.
    pub what: LinkKind,
    /// The account id that it names, 26 characters.
    pub account_id: String,
    /// 64 hexadecimal digits over the whole identity.
    pub fingerprint: String,
    /// Which of the twelve avatar colours, 0 to 11.
    pub hue: u8,
    /// The relays where the person can be reached.
    pub relays: Vec<LinkRelay>,
    /// The chat with the contact that this already is.
    pub known: Option<ChatId>,
}

/// What kind of link it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LinkKind {
    /// For one use.
    Invite {
        /// From when on it no longer holds, ms since 1970.
        expires_at: i64,
    },
    /// For everybody, without end; it proves nothing.
    Card,
}

/// A relay that a link names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct LinkRelay {
    /// Its address, whole: byte for byte the one that would be connected to.
    pub address: String,
    /// Whether it is in the settings; if not, it is added with the contact.
    pub known: bool,
    /// Whether it is only added if the person agrees to it ([`PrivateRelays`]).
    pub asks: bool,
}

/// Whether a link may bring along relays whose address leads into the network that this computer is
/// in, or has a query: connecting asks that device for a path that the maker of the link chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivateRelays {
    /// It may not: the person was not asked.
    Refused,
    /// The person saw the address whole and agreed.
    Allowed,
}
