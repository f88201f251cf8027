//! What a front asks of the engine: one value an action, checked here, carried out by
//! [`crate::core`].

use crate::api::{
    ChatId, ContactId, InviteId, MessageId, NewContact, PageQuery, ProfilePatch, RelayId,
    RequestId, SearchQuery, SettingsPatch,
};

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
    RenameContact { contact: ContactId, name: String },
    /// Blocks or unblocks a contact.
    BlockContact { contact: ContactId, blocked: bool },
    /// Deletes a contact with its chat.
    DeleteContact(ContactId),
    /// Uses or ignores the other key seen under a contact's name: the one that the person saw,
    /// base64 of 32 bytes. If meanwhile another one was seen, nothing happens.
    DecideKey {
        contact: ContactId,
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
    MarkVerified { contact: ContactId, verified: bool },
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
