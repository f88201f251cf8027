//! What a front of the engine sees: plain values, made from the history and the state of the
//! relays, with nothing secret in them.
//!
//! The window gets them as JSON over its IPC (types in `ui/src/ipc/bindings.ts`, generated from
//! this file), the command line turns them into its own lines. Names and texts of other people
//! come as they are: isolating and escaping them is the front's duty, except that control
//! characters are already taken out.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// Defines an id newtype over a row id of the history.
macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident, $typescript:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "typegen", derive(TS), ts(type = $typescript))]
        pub struct $name(pub i64);
    };
}

row_id!(
    /// A contact and, at the same time, the conversation with it.
    ChatId,
    "number & { readonly brand: \"ChatId\" }"
);
row_id!(
    /// A message in the local history. A later message of a chat has a greater id.
    MessageId,
    "number & { readonly brand: \"MessageId\" }"
);
row_id!(
    /// A key that wrote without having been added.
    RequestId,
    "number & { readonly brand: \"RequestId\" }"
);
row_id!(
    /// An invite of one's own.
    InviteId,
    "number & { readonly brand: \"InviteId\" }"
);
row_id!(
    /// A relay in the settings.
    RelayId,
    "number & { readonly brand: \"RelayId\" }"
);

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

/// The person's own profile.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    /// The name of the profile on this computer (`--profile`), empty for the usual one.
    pub profile: String,
    /// What the person wants to be called, 1 to 40 characters.
    pub name: String,
    /// 26 lower-case characters of base32.
    pub account_id: String,
    /// The name shown to everybody at relays that speak only the guide's protocol.
    pub user_id: String,
    /// The box key, standard base64 of 32 bytes.
    pub public_key: String,
    /// 64 hexadecimal digits: the hash whose first half is the account id.
    pub fingerprint: String,
    /// 64 hexadecimal digits over the box key alone: what people who added this key by id and key
    /// see as its fingerprint, and compare.
    pub key_fingerprint: String,
    /// Where the private keys lie.
    pub key_storage: KeyStorage,
    /// The version of the program.
    pub version: String,
}

/// Where the private keys lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum KeyStorage {
    /// In the keychain of the operating system.
    OsKeychain,
    /// In a file sealed under a passphrase that the person chose.
    Passphrase,
}

/// How the person wants the window to look and to speak up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Colours.
    pub theme: Theme,
    /// Size of message text in px: 13, 14, 15, 16 or 18.
    pub text_size: u8,
    /// Size of everything in the window, %: 80, 90, 100, 110, 125, 150, 175 or 200.
    #[serde(default = "whole_size")]
    pub zoom: u8,
    /// Row height of the chat list.
    pub density: Density,
    /// Whether Enter sends; if not, Ctrl+Enter does.
    pub enter_sends: bool,
    /// What a notification shows.
    pub notifications: NotificationContent,
    /// How relays are reached.
    pub proxy: ProxyView,
}

/// The zoom of preferences that were kept before there was one.
fn whole_size() -> u8 {
    100
}

/// Colours of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// Light or dark as the system says, with stronger borders and text.
    HighContrast,
}

/// Row height of the chat list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// 64 px.
    Cosy,
    /// 52 px.
    Compact,
}

/// What a notification shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum NotificationContent {
    /// Who wrote, and what.
    NameAndText,
    /// Who wrote.
    Name,
    /// That something came.
    Nothing,
    /// No notification at all.
    Off,
}

/// How relays are reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProxyView {
    /// Directly.
    None,
    /// Through a SOCKS5 proxy (RFC 1928), which also resolves the names.
    Socks5 {
        /// `host:port`.
        address: String,
    },
}

/// A chat with one contact, as the list and the header show it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct ChatView {
    /// The chat.
    pub id: ChatId,
    /// Whom it is with.
    pub contact: ContactView,
    /// The newest line.
    pub last: Option<LastLine>,
    /// How many received messages are unread.
    pub unread: u32,
    /// How many messages wait to be sent.
    pub waiting: u32,
    /// What the person typed and did not send.
    pub draft: String,
    /// When something last happened, ms since 1970.
    pub activity_at: i64,
}

/// A contact.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct ContactView {
    /// The name that the person gave, or the user id.
    pub name: String,
    /// The id under which the contact was added; it never changes.
    pub user_id: String,
    /// The contact's box key, standard base64 of 32 bytes; none before the first answer of somebody
    /// who was added by a link.
    pub public_key: Option<String>,
    /// The account id of a contact whose whole identity is known, 26 characters.
    pub account_id: Option<String>,
    /// 64 hexadecimal digits: over the whole identity if it is known, else over the box key.
    pub fingerprint: String,
    /// Which of the twelve avatar colours, 0 to 11, by hash of the key.
    pub hue: u8,
    /// What is known of the contact's program.
    pub client: ClientKind,
    /// What protects the messages of this chat.
    pub protection: Protection,
    /// Where the secure session stands.
    pub session: SessionState,
    /// Whether the person has checked the key.
    pub trust: Trust,
    /// Whether the contact can be reached now.
    pub reach: Reach,
    /// Somebody using this contact's name has another key, and the person has not decided.
    pub key_change: Option<KeyChangeView>,
    /// Whether the person blocked this contact.
    pub blocked: bool,
    /// When the contact was added, ms since 1970.
    pub added_at: i64,
}

/// What is known of a contact's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// Nothing yet.
    Unknown,
    /// A client written from the guide.
    Guide,
    /// Sotto.
    Sotto,
}

/// What protects the messages of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// The guide's box: encrypted and authenticated, without forward secrecy.
    Plain,
    /// Only secure sessions: forward secrecy, healing, protection against quantum computers. What
    /// is written before there is a session waits for it.
    Pq,
}

/// Where the secure session with a contact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// There is none.
    None,
    /// Texts wait until both have been connected at the same time once.
    Waiting,
    /// Texts can be encrypted in it.
    Ready,
}

/// Whether the person has checked a contact's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Trust {
    /// Not checked.
    Unverified,
    /// Added by an invite's link: whoever held the link is at the other end. The person is asked
    /// which way it went.
    ByLink {
        /// Who made the invite.
        inviter: Inviter,
    },
    /// Checked.
    Verified {
        /// How.
        how: VerifiedHow,
        /// When, ms since 1970.
        at: i64,
    },
}

/// Who made an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Inviter {
    /// The person at this computer.
    Me,
    /// The contact.
    Them,
}

/// How a contact was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum VerifiedHow {
    /// The contact used an invite that was only ever shown as a code on this screen.
    Code,
    /// The person said that the invite's link went a way that nobody else could use.
    Affirmed,
}

/// Whether a contact can be reached now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// No relay is connected.
    Offline,
    /// Connected, but the contact is at none of the relays.
    Away,
    /// At a connected relay with the contact's own key.
    Online,
}

/// Another key under a contact's name, undecided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct KeyChangeView {
    /// The other key, standard base64 of 32 bytes.
    pub public_key: String,
    /// 64 hexadecimal digits over the other key.
    pub fingerprint: String,
    /// When it was first seen, ms since 1970.
    pub seen_at: i64,
    /// How many of its texts are held until the person decides.
    pub held: u32,
}

/// The newest line of a chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct LastLine {
    /// Who wrote it.
    pub direction: Direction,
    /// At most 200 characters, on one line.
    pub snippet: String,
    /// What the line is.
    pub body: LastBody,
    /// Of an outgoing message, how far it came.
    pub state: Option<MessageState>,
    /// When, ms since 1970.
    pub at: i64,
}

/// What the newest line of a chat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LastBody {
    /// A text; the snippet is its beginning.
    Text,
    /// A line of the program's own; there is no snippet.
    System {
        /// What happened.
        line: SystemLine,
    },
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Received.
    In,
    /// Sent by the person.
    Out,
    /// A line of the program's own.
    System,
}

/// How far an outgoing message came. It never claims more than is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// In the outbox. Why it waits follows from the contact's [`Reach`].
    Queued,
    /// A relay of level 0 took it; that relay keeps nothing. In a secure session it is sent again
    /// until the contact's program confirms it.
    Handed,
    /// The contact's program has stored it, and said so inside the secure session.
    Delivered,
    /// It cannot be sent and will not be tried again by itself.
    Failed,
}

/// A message or a line of a chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// The message.
    pub id: MessageId,
    /// The chat.
    pub chat: ChatId,
    /// Which way it went.
    pub direction: Direction,
    /// What it says.
    pub body: Body,
    /// When it was written, ms since 1970: by this computer's clock, for received messages the
    /// relay's where that is plausible.
    pub at: i64,
    /// Of an outgoing message, how far it came.
    pub state: Option<MessageState>,
    /// Since when it is in that state, ms since 1970.
    pub state_at: Option<i64>,
    /// Of a failed message, why.
    pub failure: Option<SendFailure>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// A text.
    Text {
        /// The whole text, for copying.
        text: String,
        /// The same text in pieces, for drawing.
        spans: Vec<Span>,
    },
    /// A line of the program's own.
    System {
        /// What happened.
        line: SystemLine,
    },
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Span {
    /// Text as it is.
    Text {
        /// The text.
        text: String,
    },
    /// Something that can be opened after a question.
    Link {
        /// The text.
        text: String,
        /// The address: http, https or mailto, in its canonical (punycode) form.
        url: String,
    },
}

/// A line of the program's own in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum SystemLine {
    /// The contact was added by id and key.
    ContactAdded,
    /// The contact came from a request that the person accepted.
    RequestAccepted,
    /// Somebody using this name has another key.
    OtherKeySeen,
    /// The person chose to use the other key.
    OtherKeyAccepted,
    /// The person chose to ignore the other key.
    OtherKeyIgnored,
    /// The contact was added by an invite or a contact card.
    AddedByLink,
    /// The contact used an invite of the person's.
    JoinedByInvite,
    /// From here on messages go through a secure session.
    SessionStarted,
    /// The contact's program lost its session and made a new one.
    SessionRenewed,
    /// This copy of the history was restored: old sessions were given up, new ones are made.
    HistoryRestored,
    /// A message without forward secrecy came under the contact's key and was refused.
    DowngradeRefused,
    /// Somebody answered for the contact with other keys and was refused.
    IdentityRefused,
    /// Who answers for this contact is a contact already, under another name.
    AlreadyAContact,
    /// A message could not be decrypted; the contact's program was asked for a new session.
    Undecryptable,
    /// A message came that only a newer version can read.
    NewerVersion,
    /// The invite was used by somebody else as well: its mark no longer counts.
    InviteUsedTwice,
    /// The contact is verified, because the code was only ever shown on this screen.
    VerifiedByCode,
    /// The person said that the invite went a safe way.
    VerifiedByPerson,
    /// The person took the mark back.
    MarkRemoved,
}

/// Why a message cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum SendFailure {
    /// Every relay refused it for its size.
    TooLarge,
}

/// Some messages of a chat, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct MessagePage {
    /// The chat.
    pub chat: ChatId,
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// Whether there are older ones.
    pub has_older: bool,
    /// Whether there are newer ones.
    pub has_newer: bool,
    /// The first unread message of the chat, wherever it lies.
    pub first_unread: Option<MessageId>,
    /// How many messages of the chat are unread.
    pub unread: u32,
}

/// Which messages of a chat to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PageAnchor {
    /// The newest.
    Newest,
    /// Those right before a message.
    Before {
        /// The message, not itself included.
        message: MessageId,
    },
    /// Those right after a message.
    After {
        /// The message, not itself included.
        message: MessageId,
    },
    /// Those around a message.
    Around {
        /// The message, in the middle.
        message: MessageId,
    },
}

/// All that is known of one message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct MessageInfo {
    /// The message.
    pub message: MessageView,
    /// 32 hexadecimal digits: its id on the command line.
    pub public_id: String,
    /// When it was typed or received here, ms since 1970.
    pub created_at: i64,
    /// When the relay says that it was sent, ms since 1970; received messages only.
    pub relay_at: Option<i64>,
    /// When it was handed to a relay, ms since 1970; sent messages only, as long as that is the
    /// newest that is known.
    pub handed_at: Option<i64>,
    /// When the contact's program confirmed it, ms since 1970; sent messages only.
    pub delivered_at: Option<i64>,
    /// The relay that it went through, as the person knows it, if it still is in the settings; empty
    /// for this computer.
    pub relay: Option<String>,
    /// What protected it.
    pub protection: Protection,
    /// 64 hexadecimal digits over the contact's key that it was encrypted to or came from: of a
    /// secure session the whole identity. None while it waits for whoever is behind a new key.
    pub fingerprint: Option<String>,
    /// Length of the text in bytes of UTF-8.
    pub size_bytes: u32,
}

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
        /// By this contact, unless that was deleted.
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
    /// The contact that this already is.
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
    /// Its address.
    pub address: String,
    /// Whether it is in the settings; if not, it is added with the contact.
    pub known: bool,
}

/// A message for the command line: the text as it came, the ids that stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineView {
    /// The message in this history.
    pub message: MessageId,
    /// The chat in this history.
    pub chat: ChatId,
    /// The id under which the contact was added.
    pub contact: String,
    /// 32 hexadecimal digits.
    pub id: String,
    /// Which way it went.
    pub direction: Direction,
    /// The text as it came; empty for a line of the program's own.
    pub text: String,
    /// The line of the program's own, if it is one.
    pub line: Option<SystemLine>,
    /// Ms since 1970: the relay's for received messages.
    pub timestamp: i64,
    /// Of an outgoing message, how far it came.
    pub state: Option<MessageState>,
}

/// A key that wrote without having been added.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    /// The request.
    pub id: RequestId,
    /// The name that it uses at the relay; anybody can take any name there.
    pub user_id: String,
    /// Its box key, standard base64 of 32 bytes.
    pub public_key: String,
    /// 64 hexadecimal digits over its key.
    pub fingerprint: String,
    /// Which of the twelve avatar colours, 0 to 11.
    pub hue: u8,
    /// Its texts, oldest first, at most 20.
    pub texts: Vec<RequestText>,
    /// When the first came, ms since 1970.
    pub first_at: i64,
    /// When the newest came, ms since 1970.
    pub last_at: i64,
    /// The contact whose name it uses with another key, if that is why it waits here.
    pub claims: Option<ChatId>,
}

/// A text that waits in a request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct RequestText {
    /// The text.
    pub text: String,
    /// When it came, ms since 1970.
    pub at: i64,
}

/// Somebody who is listed at a connected relay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    /// The name used there; anybody can take any name.
    pub user_id: String,
    /// The box key, standard base64 of 32 bytes.
    pub public_key: String,
    /// 64 hexadecimal digits over the key.
    pub fingerprint: String,
    /// Which of the twelve avatar colours, 0 to 11.
    pub hue: u8,
    /// At which relays.
    pub relays: Vec<RelayId>,
    /// The chat with this key, if it has been added.
    pub chat: Option<ChatId>,
    /// Whether a contact has this name but another key.
    pub name_of_other: Option<ChatId>,
}

/// A relay in the settings.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct RelayView {
    /// The relay.
    pub id: RelayId,
    /// Which one.
    pub place: RelayPlace,
    /// What the strip and the list call it; empty for this computer, whose name the front has.
    pub name: String,
    /// `ws://` or `wss://` address, or `sotto:this-computer`.
    pub url: String,
    /// How the connection stands.
    pub state: RelayState,
    /// Whether the whole list of people there has come.
    pub listed: bool,
    /// The last measured round trip, ms.
    pub round_trip_ms: Option<u32>,
    /// By how much the clock of this computer was ahead of the relay's when it last told it, ms,
    /// negative if behind: 0 if it is less than five minutes, none while it is not known. The relay of this computer says
    /// nothing of it.
    pub clock_ahead_ms: Option<i64>,
    /// How many people are listed there, without the person.
    pub people: u32,
}

/// Which relay it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum RelayPlace {
    /// The one embedded in the app: nothing leaves this computer.
    ThisComputer,
    /// One that the person added.
    Custom,
}

/// How the connection to a relay stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RelayState {
    /// Connecting.
    Connecting,
    /// Registered.
    Connected {
        /// Since when, ms since 1970.
        since: i64,
    },
    /// Waiting before the next try.
    Waiting {
        /// When the next try begins, ms since 1970.
        retry_at: i64,
        /// What went wrong.
        problem: RelayProblem,
    },
}

/// Why a relay cannot be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum RelayProblem {
    /// The name has no address.
    NameNotFound,
    /// Nobody answers there, or the connection was refused.
    Unreachable,
    /// This computer has no network.
    NoNetwork,
    /// The proxy cannot be reached or refused.
    Proxy,
    /// The certificate is not valid for that name: a captive portal, or somebody in between.
    Certificate,
    /// Something else than a relay answered.
    NotARelay,
    /// The relay holds our name for another key.
    NameTaken,
    /// The relay is full or asks to come back later.
    Busy,
    /// Another session of the same identity took over.
    Replaced,
    /// The connection ended.
    Closed,
    /// The relay stopped answering.
    TimedOut,
    /// The connection was ended here, because what comes cannot be stored.
    NoRoom,
    /// An onion service is only reached through a proxy, and none is set.
    NeedsProxy,
    /// This version cannot use the address.
    BadAddress,
}

/// The result of trying out a relay before it is saved.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RelayTest {
    /// It works.
    Works {
        /// The address as it would be saved.
        url: String,
        /// The measured round trip, ms.
        round_trip_ms: u32,
        /// The level that it speaks; 0 is the guide's protocol, which needs the person's consent.
        level: u8,
        /// Whether the connection is encrypted, or does not leave this computer.
        private: bool,
    },
    /// It does not work.
    Fails {
        /// Why.
        problem: RelayProblem,
    },
}

/// A found message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    /// The chat.
    pub chat: ChatId,
    /// The message.
    pub message: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// A part of the text, on one line, in pieces; every second one, beginning with the second,
    /// is what was looked for.
    pub snippet: Vec<String>,
    /// When, ms since 1970.
    pub at: i64,
}

/// The result of a search, newest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchPage {
    /// Newest first.
    pub hits: Vec<SearchHit>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// How many there are in all, counted up to 1,000.
    pub total: u32,
}

/// The phase that the program is in.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Phase {
    /// Opening keys and history.
    Starting {
        /// What takes its time.
        step: StartStep,
    },
    /// Nothing exists yet: the first start.
    Onboarding {
        /// The keychain of this computer, as the person knows it ("GNOME Keyring").
        keychain_name: String,
        /// Whether it can be used.
        keychain: KeychainState,
    },
    /// The keys are sealed under a passphrase.
    Passphrase {
        /// Whether the last one was wrong.
        wrong: bool,
        /// How long to wait before the next try, ms.
        wait_ms: u32,
    },
    /// Something is in the way. Nothing has been changed.
    Problem {
        /// What it is.
        problem: StartProblem,
    },
    /// Open.
    Ready,
}

/// What takes its time at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum StartStep {
    /// Asking the keychain.
    Keychain,
    /// Working on a passphrase.
    Passphrase,
    /// Opening the history.
    History,
    /// Bringing the history to this version's form.
    Migration,
}

/// Whether the keychain can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum KeychainState {
    /// It can.
    Available,
    /// It is locked.
    Locked,
    /// There is none.
    Missing,
}

/// What is in the way of starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum StartProblem {
    /// The keychain is locked.
    KeychainLocked,
    /// This system has no keychain.
    KeychainMissing,
    /// The keychain refused to give the key.
    KeychainRefused,
    /// The key does not fit the history.
    WrongKey,
    /// The keys are there, the history is gone.
    HistoryGone,
    /// The history is there, its key is gone.
    KeyGone,
    /// What keeps the key is damaged, or is there twice.
    KeyDamaged,
    /// The history is damaged.
    HistoryDamaged,
    /// The history was written by a newer version.
    HistoryNewer,
    /// The disk is full.
    DiskFull,
    /// The data folder cannot be read or written.
    FolderUnusable,
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
    /// A contact and its chat were deleted.
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

/// Why an intent was not carried out, for a person to read in the front's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The keys and the history are not open.
    NotReady,
    /// There is no such contact.
    UnknownContact,
    /// There is no such message.
    UnknownMessage,
    /// There is no such request.
    UnknownRequest,
    /// There is no such relay.
    UnknownRelay,
    /// A contact has this id already, with another key.
    IdTaken,
    /// This key is a contact already.
    AlreadyAdded,
    /// This is the person's own key.
    OwnKey,
    /// Not the base64 of 32 bytes, or a key that protects nothing.
    BadKey,
    /// Empty, too long, or with characters that a name cannot have.
    BadName,
    /// Empty, too long, or with characters that an id cannot have.
    BadUserId,
    /// The text is empty.
    EmptyText,
    /// The text is longer than 60 KiB.
    TextTooLong,
    /// The contact is blocked.
    Blocked,
    /// No other key was seen for this contact, or meanwhile another one than the person decided
    /// about.
    NoKeyChange,
    /// There is no such invite, or it can no longer be used.
    UnknownInvite,
    /// Not a Sotto link, or not a whole one.
    NotALink,
    /// The link was made by a newer version.
    LinkNewer,
    /// The invite has expired.
    InviteExpired,
    /// The invite would be too long for a code: the relay's address is too long.
    LinkTooLong,
    /// There is nothing to verify, or nothing was verified.
    NothingToVerify,
    /// Not a `ws://` or `wss://` address, or an unencrypted one that leaves the local network.
    BadAddress,
    /// This relay is in the settings already.
    RelayExists,
    /// Not `host:port`.
    BadProxy,
    /// A text needs more room than the disk has.
    DiskFull,
    /// The history could not be read or written.
    History,
    /// The keychain is locked.
    KeychainLocked,
    /// There is no keychain.
    KeychainMissing,
    /// The keychain refused.
    KeychainRefused,
    /// The passphrase is wrong.
    WrongPassphrase,
    /// The passphrase is too weak: fewer than 8 characters.
    WeakPassphrase,
    /// There is a profile here already.
    AlreadyInitialised,
    /// There is no profile here yet.
    NotInitialised,
    /// Guide clients send no receipts.
    NoReceipts,
    /// It took longer than asked.
    TimedOut,
    /// The link may not be opened.
    BadLink,
    /// Not a picture of a kind that is read, or a damaged one.
    BadPicture,
    /// The picture has more bytes or pixels than are read.
    PictureTooLarge,
    /// There is no code in the picture.
    NoCode,
    /// The code in the picture is not one of Sotto's.
    ForeignCode,
    /// A file that the person named could not be written.
    NotSaved,
    /// A bug of ours.
    Internal,
}
