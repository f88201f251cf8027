//! What a front asks of the engine: one value an action, checked here, carried out by
//! [`crate::core`].

use crate::view::{
    ChatId, InviteId, MessageId, NotificationContent, PageAnchor, RelayId, RequestId,
};
use crate::view::{Density, ProxyView, Theme};
use serde::Deserialize;
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// A change to the preferences: what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS), ts(optional_fields))]
#[serde(rename_all = "camelCase", default)]
pub struct SettingsPatch {
    /// Colours.
    pub theme: Option<Theme>,
    /// Size of message text in px: 13, 14, 15, 16 or 18.
    pub text_size: Option<u8>,
    /// Size of everything, %: 80, 90, 100, 110, 125, 150, 175 or 200.
    pub zoom: Option<u8>,
    /// Row height of the chat list.
    pub density: Option<Density>,
    /// Whether Enter sends.
    pub enter_sends: Option<bool>,
    /// What a notification shows.
    pub notifications: Option<NotificationContent>,
    /// How relays are reached.
    pub proxy: Option<ProxyView>,
}

/// A change to the person's profile: what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS), ts(optional_fields))]
#[serde(rename_all = "camelCase", default)]
pub struct ProfilePatch {
    /// What the person wants to be called, 1 to 40 characters.
    pub name: Option<String>,
    /// The name at level-0 relays, 1 to 64 characters.
    pub user_id: Option<String>,
}

/// Whom to add.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct NewContact {
    /// The name that the contact uses at relays, 1 to 64 characters.
    pub user_id: String,
    /// The box key, base64 of 32 bytes.
    pub public_key: String,
    /// What the person calls the contact; empty for the user id.
    pub name: String,
}

/// How messages shall travel, chosen at the first start.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RelayChoice {
    /// Through the embedded relay: nothing leaves this computer.
    ThisComputer,
    /// Through a relay that the person names and has consented to.
    Custom {
        /// `ws://` or `wss://` address.
        url: String,
    },
}

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchQuery {
    /// Words; each must be there, the last may be a beginning.
    pub text: String,
    /// Only in this chat.
    pub chat: Option<ChatId>,
    /// Only messages before this one.
    pub before: Option<MessageId>,
    /// How many, at most 100.
    pub limit: u32,
}

/// Which messages of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct PageQuery {
    /// The chat.
    pub chat: ChatId,
    /// Which part of it.
    pub anchor: PageAnchor,
    /// How many, at most 400.
    pub limit: u32,
}

/// One action. Every one that changes something is one transaction of the history.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the fields are what the named types say")]
pub enum Intent {
    /// Everything, for a front that starts to listen.
    Snapshot,
    /// Some messages of a chat.
    ListMessages(PageQuery),
    /// All that is known of one message.
    MessageInfo(MessageId),
    /// Messages with certain words.
    Search(SearchQuery),
    /// The chat of the contact that was added under this id.
    FindChat(String),
    /// Received messages that the command line has not printed yet, oldest first.
    Unprinted { limit: u32 },
    /// The command line has printed these messages.
    MarkPrinted(Vec<MessageId>),
    /// Messages of a chat for the command line.
    History(PageQuery),
    /// Puts a text into the outbox.
    SendText { chat: ChatId, text: String },
    /// Deletes a message here.
    DeleteMessage(MessageId),
    /// Puts a failed message into the outbox again.
    RetryMessage(MessageId),
    /// Deletes all messages of a chat here.
    ClearChat(ChatId),
    /// Keeps what the person typed.
    SaveDraft { chat: ChatId, text: String },
    /// The person has seen the chat up to this message.
    MarkRead { chat: ChatId, up_to: MessageId },
    /// Adds a contact.
    AddContact(NewContact),
    /// Names a contact; empty for the user id.
    RenameContact { chat: ChatId, name: String },
    /// Blocks or unblocks a contact.
    BlockContact { chat: ChatId, blocked: bool },
    /// Deletes a contact with its chat.
    DeleteContact(ChatId),
    /// Uses or ignores the other key seen under a contact's name: the one that the person saw,
    /// base64 of 32 bytes. If meanwhile another one was seen, nothing happens.
    DecideKey {
        chat: ChatId,
        key: String,
        accept: bool,
    },
    /// Makes an invite for one use; it holds so many seconds, 24 hours unless chosen.
    CreateInvite { ttl_secs: Option<u64> },
    /// Gives the link of an invite to be drawn as a code on the screen.
    ShowInvite(InviteId),
    /// Gives the link of an invite to leave the program: from then on it counts as shared.
    ShareInvite(InviteId),
    /// Takes an invite back.
    RevokeInvite(InviteId),
    /// Gives the link of the person's contact card.
    ContactCard,
    /// Says what a link is; does nothing with it.
    ReadLink(String),
    /// Adds the person that a link names, with the relays that it names.
    AddByLink { link: String, name: String },
    /// Marks a contact that came by a link as verified, or takes a mark back.
    Affirm { chat: ChatId, verified: bool },
    /// Makes a contact of a request.
    AcceptRequest { request: RequestId, name: String },
    /// Deletes a request; the key may write again.
    DeleteRequest(RequestId),
    /// Deletes a request and drops whatever its key writes from now on.
    BlockRequest(RequestId),
    /// Adds a relay that was tested and consented to.
    AddRelay { url: String },
    /// Takes a relay out of the settings.
    RemoveRelay(RelayId),
    /// Sorts the relays.
    OrderRelays(Vec<RelayId>),
    /// Tries to connect at once.
    ReconnectNow,
    /// Changes the person's profile.
    UpdateProfile(ProfilePatch),
    /// Changes the preferences.
    UpdateSettings(SettingsPatch),
}
