//! Why a request was not carried out: the closed set of codes that fronts have words for.
//!
//! No sentences and no details: fronts choose the words, and nothing secret can be in a code.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// Why a request was not carried out, for a person to read in the front's words.
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
    /// The identity moved to another computer: nothing leaves this one any more.
    Moved,
    /// No other key was seen for this contact, or meanwhile another one than the person decided
    /// about.
    NoKeyChange,
    /// The contact's key is not listed under that name, or needs no other one.
    NoOtherName,
    /// There is no such invite, or it can no longer be used.
    UnknownInvite,
    /// Not a Sotto link, or not a whole one.
    NotALink,
    /// The link was made by a newer version.
    LinkNewer,
    /// The invite would hold longer than any can: the clock of this computer is slow, unless the
    /// invite was made wrongly.
    ClockSlow,
    /// The invite has expired.
    InviteExpired,
    /// The invite would be too long for a code: the relay's address is too long.
    LinkTooLong,
    /// The link names a relay in the network of this computer, or one with a query in its address,
    /// and the person has not agreed to it.
    PrivateRelay,
    /// There is nothing to verify, or nothing was verified.
    NothingToVerify,
    /// No key of the contact is known yet, so there is nothing to compare.
    NotComparable,
    /// Not sixty digits.
    BadDigits,
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
    /// The keychain has nowhere to keep anything yet.
    KeychainEmpty,
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
    /// The system does not show what is on the screen.
    ScreenRefused,
    /// Nothing on this system shows notifications.
    NotificationsMissing,
    /// What shows notifications refused one.
    NotificationsRefused,
    /// What shows notifications does not answer.
    NotificationsSilent,
    /// The system does not let the program be started at login, or not be left out there.
    LoginRefused,
    /// A bug of ours.
    Internal,
}
