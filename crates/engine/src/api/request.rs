//! What a front asks of the engine: one value an action. Each that changes something is one
//! transaction of the history.
//!
//! Values only: what each is answered with and how it is carried out stands in
//! [`crate::core::Request`]. Texts, links and names are in them, so none can be printed.

use super::{
    CameFrom, ChatId, ContactId, InviteId, MessageId, NewContact, PageQuery, PlacesQuery,
    PrivateRelays, ProfilePatch, RelayId, RequestId, SearchQuery, SettingsPatch,
};

// Reading.

/// Everything, for a front that starts to listen: a [`Snapshot`](super::Snapshot).
#[derive(Clone)]
pub struct TakeSnapshot;

/// Some messages of a chat: a [`MessagePage`](super::MessagePage).
#[derive(Clone)]
pub struct ListMessages(pub PageQuery);

/// All that is known of one message: a [`MessageInfo`](super::MessageInfo).
#[derive(Clone)]
pub struct InspectMessage(pub MessageId);

/// Messages with certain words: a [`SearchPage`](super::SearchPage).
#[derive(Clone)]
pub struct SearchMessages(pub SearchQuery);

/// Where in a chat certain words are: a [`PlacesPage`](super::PlacesPage).
#[derive(Clone)]
pub struct FindPlaces(pub PlacesQuery);

/// The chat with the contact that was added under this id.
#[derive(Clone)]
pub struct FindChat(pub String);

/// Received messages that the command line has not printed yet, oldest first.
#[derive(Clone)]
pub struct ListUnprinted {
    /// How many at most.
    pub limit: u32,
}

/// Messages of a chat for the command line.
#[derive(Clone)]
pub struct ReadHistory(pub PageQuery);

// Messages and chats.

/// The command line has printed these messages.
#[derive(Clone)]
pub struct MarkPrinted(pub Vec<MessageId>);

/// Puts a text into the outbox; gives its message.
#[derive(Clone)]
pub struct SendText {
    /// Into which chat.
    pub chat: ChatId,
    /// At most 60 KiB of UTF-8, not empty.
    pub text: String,
}

/// Deletes a message here.
#[derive(Clone)]
pub struct DeleteMessage(pub MessageId);

/// Puts a failed message into the outbox again.
#[derive(Clone)]
pub struct RetryMessage(pub MessageId);

/// Deletes all messages of a chat here.
#[derive(Clone)]
pub struct ClearChat(pub ChatId);

/// Keeps what the person typed.
#[derive(Clone)]
pub struct SaveDraft {
    /// In which chat.
    pub chat: ChatId,
    /// Empty if nothing is typed.
    pub text: String,
}

/// The person has seen the chat up to this message.
#[derive(Clone)]
pub struct MarkRead {
    /// Which chat.
    pub chat: ChatId,
    /// The newest message that was seen.
    pub up_to: MessageId,
}

// People.

/// Adds a contact; gives the chat with it.
#[derive(Clone)]
pub struct AddContact(pub NewContact);

/// Names a contact.
#[derive(Clone)]
pub struct RenameContact {
    /// Which contact.
    pub contact: ContactId,
    /// At most 40 characters; empty for the user id.
    pub name: String,
}

/// Blocks or unblocks a contact.
#[derive(Clone)]
pub struct BlockContact {
    /// Which contact.
    pub contact: ContactId,
    /// Whether it is blocked from then on.
    pub blocked: bool,
}

/// Deletes a contact with its chat.
#[derive(Clone)]
pub struct DeleteContact(pub ContactId);

/// Uses or ignores the other key seen under a contact's name: the one that the person saw. If
/// meanwhile another one was seen, nothing happens.
#[derive(Clone)]
pub struct DecideKey {
    /// Which contact.
    pub contact: ContactId,
    /// The other key, base64 of 32 bytes.
    pub key: String,
    /// Whether it is used.
    pub accept: bool,
}

/// Lets plain texts go to the other name under which a relay lists a contact's key: the one that
/// the person saw. If meanwhile another one is listed, nothing happens.
#[derive(Clone)]
pub struct UseName {
    /// Which contact.
    pub contact: ContactId,
    /// The name, 1 to 64 characters.
    pub name: String,
}

/// Gives the safety number with the contact of a chat, a
/// [`SafetyNumberView`](super::SafetyNumberView).
#[derive(Clone)]
pub struct ShowSafetyNumber(pub ChatId);

/// Marks a contact that came by a link as verified, or takes a mark back.
#[derive(Clone)]
pub struct MarkVerified {
    /// Which contact.
    pub contact: ContactId,
    /// Whether the person vouches for the way that the link went.
    pub verified: bool,
}

/// Gives every key that a contact ever had, a [`ContactInfo`](super::ContactInfo).
#[derive(Clone)]
pub struct InspectContact(pub ContactId);

/// Compares digits with those that the person and a contact have; gives a
/// [`Verdict`](super::Verdict). `bad_digits` if they are not sixty, spaces aside.
#[derive(Clone)]
pub struct CheckDigits {
    /// Which contact.
    pub contact: ContactId,
    /// Sixty digits, with whatever spaces.
    pub digits: String,
    /// Where they came from; none only compares.
    pub came_from: Option<CameFrom>,
}

/// Makes the person's own code for a contact in place of an earlier one, for one use and ten minutes,
/// and shows it: an [`OwnCode`](super::OwnCode). `not_comparable` while no key of the contact is
/// known.
#[derive(Clone)]
pub struct ShowOwnCode(pub ContactId);

/// Shows the own code for a contact no longer: nobody can prove any more to have scanned it.
#[derive(Clone)]
pub struct CloseOwnCode(pub ContactId);

/// Compares a code that was read with what is known of a contact; gives a
/// [`Verdict`](super::Verdict). `not_a_link` and `link_newer` if it is no code that is known.
#[derive(Clone)]
pub struct CheckCode {
    /// Which contact.
    pub contact: ContactId,
    /// The text of the code.
    pub code: String,
    /// Where it came from; none only compares.
    pub came_from: Option<CameFrom>,
}

/// Answers whether the screen of a contact, whose program proved to have scanned the code that is
/// shown, says that it is verified. `nothing_to_verify` if that is not asked.
#[derive(Clone)]
pub struct AnswerSeen {
    /// Which contact.
    pub contact: ContactId,
    /// Whether it says so. If not, whatever mark there is is taken back.
    pub seen: bool,
}

/// Whether the proof to have scanned the code of a contact still waits for its program: a process that
/// would end takes it along.
#[derive(Clone)]
pub struct ProofWaits(pub ContactId);

/// The person found that codes or digits differ: whatever mark there is is taken back.
#[derive(Clone)]
pub struct TheyDiffer(pub ContactId);

/// Makes a contact of a request; gives the chat with it.
#[derive(Clone)]
pub struct AcceptRequest {
    /// Which request.
    pub request: RequestId,
    /// What the person calls the contact, at most 40 characters; empty for the user id.
    pub name: String,
}

/// Deletes a request; the key may write again.
#[derive(Clone)]
pub struct DeleteRequest(pub RequestId);

/// Deletes a request and drops whatever its key writes from then on.
#[derive(Clone)]
pub struct BlockRequest(pub RequestId);

// Invites and links.

/// Makes an invite for one use; gives its [`InviteView`](super::InviteView).
#[derive(Clone)]
pub struct CreateInvite {
    /// How many seconds it holds; 24 hours unless chosen.
    pub ttl_secs: Option<u64>,
}

/// Gives the link of an invite to be drawn as a code on the screen: whoever has it can use it, so
/// it is wiped when dropped.
#[derive(Clone)]
pub struct ShowInvite(pub InviteId);

/// Gives the link of an invite to leave the program: from then on it counts as shared.
#[derive(Clone)]
pub struct ShareInvite(pub InviteId);

/// Takes an invite back.
#[derive(Clone)]
pub struct RevokeInvite(pub InviteId);

/// Gives the link of the person's contact card.
#[derive(Clone)]
pub struct ShowCard;

/// Says what a link is, a [`LinkView`](super::LinkView); does nothing with it.
#[derive(Clone)]
pub struct ReadLink(pub String);

/// Adds the person that a link names, with the relays that it names; gives the chat with them.
#[derive(Clone)]
pub struct AddByLink {
    /// The link of an invite or of a contact card.
    pub link: String,
    /// What the person calls the contact, at most 40 characters; empty for the name that the
    /// contact gives itself.
    pub name: String,
    /// Whether its relays may lead into the network of this computer.
    pub private_relays: PrivateRelays,
    /// How the link came.
    pub came_by: LinkCameBy,
}

/// How a link came: it decides whether an invite's maker counts as verified at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkCameBy {
    /// The camera of this computer saw it just now, on the screen of whoever shows it.
    Camera,
    /// In any other way: the person is asked.
    Text,
}

// Relays and settings.

/// Adds a relay that was tested and consented to; gives its id.
#[derive(Clone)]
pub struct AddRelay {
    /// `ws://` or `wss://` address, or `sotto:this-computer`.
    pub url: String,
}

/// Takes a relay out of the settings.
#[derive(Clone)]
pub struct RemoveRelay(pub RelayId);

/// Sorts the relays.
#[derive(Clone)]
pub struct OrderRelays(pub Vec<RelayId>);

/// Tries to connect at once where that is waited for, and pings each relay that is connected.
#[derive(Clone)]
pub struct ReconnectNow;

/// Whether somebody looks at the front: relays that are away are met again sooner then.
#[derive(Clone)]
pub struct SetLookedAt(pub bool);

/// Changes the person's profile.
#[derive(Clone)]
pub struct UpdateProfile(pub ProfilePatch);

/// Changes the preferences.
#[derive(Clone)]
pub struct UpdateSettings(pub SettingsPatch);
