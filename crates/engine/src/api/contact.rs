//! People as fronts see them: contacts, keys that wrote without having been added, and who is
//! listed at the relays.
//!
//! A contact is not its chat: what is asked about a person names a `ContactId`, what is asked
//! about a conversation a `ChatId`.

use super::id::{ChatId, ContactId, RelayId, RequestId};
use serde::{Deserialize, Serialize};
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// A person that was added.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "camelCase")]
pub struct ContactView {
    /// The contact.
    pub id: ContactId,
    /// The name that the person gave, or the user id.
    pub name: String,
    /// The id under which the contact was added; it never changes.
    pub user_id: String,
    /// The contact's box key, standard base64 of 32 bytes; none before the first answer of somebody
    /// who was added by a link.
    pub public_key: Option<String>,
    /// Whether another contact's name looks the same.
    pub doubled: bool,
    /// The account id of a contact whose whole identity is known, 26 characters.
    pub account_id: Option<String>,
    /// 64 hexadecimal digits: over the whole identity if it is known, else over the box key.
    pub fingerprint: String,
    /// Which of the twelve avatar colours, 0 to 11, by hash of the key.
    pub hue: u8,
    /// What is known of the contact's program.
    pub client: ClientKind,
    /// What protects the messages with this contact.
    pub protection: Protection,
    /// Where the secure session stands.
    pub session: SessionState,
    /// Whether the person has checked the key.
    pub trust: Trust,
    /// When the person found that a code or digits were not the contact's, ms since 1970, if nothing
    /// was found to match since.
    pub differed_at: Option<i64>,
    /// The contact's program proved to have scanned the person's code that is shown: until then, ms
    /// since 1970, the person is asked whether the contact's screen says that it is verified.
    pub verify_asked: Option<i64>,
    /// Whether the contact can be reached now.
    pub reach: Reach,
    /// Somebody using this contact's name has another key, and the person has not decided.
    pub key_change: Option<KeyChangeView>,
    /// The contact's key is listed only under this name, from which nothing ever came: plain texts
    /// wait until the person lets them go there.
    pub other_name: Option<String>,
    /// Whether the person blocked this contact.
    pub blocked: bool,
    /// When the contact was added, ms since 1970.
    pub added_at: i64,
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
        /// Who did what was seen: the person who scanned, typed or affirmed.
        by: VerifiedBy,
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
    /// One of the two scanned the code on the other's screen.
    Scan,
    /// The contact's code in a picture or a text, and the person said where it came from.
    Picture,
    /// The sixty digits were compared.
    Digits,
    /// Compared by voice.
    Voice,
}

/// Who did what a contact was verified by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typegen", derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum VerifiedBy {
    /// The person at this computer.
    Me,
    /// The contact.
    Them,
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
    /// The chat with the contact whose name it uses with another key, if that is why it waits here.
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
    /// 64 hexadecimal digits over the key; of a contact those that it has everywhere.
    pub fingerprint: String,
    /// Which of the twelve avatar colours, 0 to 11.
    pub hue: u8,
    /// At which relays.
    pub relays: Vec<RelayId>,
    /// The chat with this key, if it has been added.
    pub chat: Option<ChatId>,
    /// The contact that has this name but another key.
    pub name_of_other: Option<ContactId>,
}
