//! What fronts are told: one snapshot, then numbered events.

use super::chat::ChatView;
use super::contact::{PersonView, RequestView};
use super::id::{ChatId, MessageId, RelayId, RequestId};
use super::invite::InviteView;
use super::message::MessageView;
use super::relay::RelayView;
use super::settings::{ProfileView, SettingsView};
use super::start::Phase;
use serde::Serialize;
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// Everything that the window needs to draw its first picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The person's own profile.
    pub profile: ProfileView,
    /// Preferences.
    pub settings: SettingsView,
    /// All chats, the one with the newest activity first.
    pub chats: Vec<ChatView>,
    /// Keys that wrote without having been added, oldest first; at most 50.
    pub requests: Vec<RequestView>,
    /// The person's invites that can still be used or were used lately, newest first.
    pub invites: Vec<InviteView>,
    /// The relays in the person's order.
    pub relays: Vec<RelayView>,
    /// Who is listed at the connected relays, by name.
    pub people: Vec<PersonView>,
}

/// Something that happened, for a front.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The program is in another phase.
    Phase {
        /// Which one.
        phase: Phase,
    },
    /// Everything anew: after a start and after a gap.
    Snapshot {
        /// Everything.
        snapshot: Box<Snapshot>,
    },
    /// A message or line joined a chat, at its end.
    MessageAdded {
        /// The message.
        message: MessageView,
    },
    /// A message changed (its state).
    MessageChanged {
        /// The message as it is now.
        message: MessageView,
    },
    /// A message was deleted here.
    MessageRemoved {
        /// The chat.
        chat: ChatId,
        /// The message.
        message: MessageId,
    },
    /// All messages of a chat were deleted here.
    ChatCleared {
        /// The chat.
        chat: ChatId,
    },
    /// A chat is new or changed (contact, newest line, counts, draft).
    ChatChanged {
        /// The chat as it is now.
        chat: ChatView,
    },
    /// A chat was deleted, and with it the contact that it was with.
    ChatRemoved {
        /// The chat.
        chat: ChatId,
    },
    /// A request is new or changed.
    RequestChanged {
        /// The request as it is now.
        request: RequestView,
    },
    /// A request is gone: accepted, deleted or blocked.
    RequestRemoved {
        /// The request.
        request: RequestId,
    },
    /// A relay is new or changed.
    RelayChanged {
        /// The relay as it is now.
        relay: RelayView,
    },
    /// A relay was removed from the settings.
    RelayRemoved {
        /// The relay.
        relay: RelayId,
    },
    /// The person's invites changed.
    InvitesChanged {
        /// As in [`Snapshot::invites`].
        invites: Vec<InviteView>,
    },
    /// Who is listed at the relays changed; at most four times a second.
    PeopleChanged {
        /// Everybody, by name.
        people: Vec<PersonView>,
    },
    /// The person's own profile changed.
    ProfileChanged {
        /// As it is now.
        profile: ProfileView,
    },
    /// The preferences changed.
    SettingsChanged {
        /// As they are now.
        settings: SettingsView,
    },
    /// The history cannot be written or read: nothing is lost, receiving and sending pause. Told
    /// again while it lasts.
    HistoryTrouble {
        /// Why, or none once it has passed.
        trouble: Option<HistoryTrouble>,
    },
    /// The keychain does not take the counter beside the keys: what secure sessions make waits.
    /// Told again while it lasts.
    SendingHeld {
        /// Whether it still waits.
        held: bool,
    },
}

/// Why an open history cannot be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum HistoryTrouble {
    /// The disk is full.
    DiskFull,
    /// The system, or another program that uses the file, does not let us.
    Unusable,
    /// The history is damaged: the client ends.
    Damaged,
}

/// An [`Event`] with its place in the order. A front that sees a gap subscribes anew.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct Update {
    /// Counts up by one from each subscription's first, which is 0.
    pub seq: u32,
    /// What happened.
    pub event: Event,
}
