//! What fronts of the engine ask and see: plain values with nothing secret in them, and no logic.
//!
//! The window gets them as JSON over its IPC (types in `ui/src/ipc/bindings.ts`, generated from
//! this folder), the command line turns them into its own lines. Names and texts of other people
//! come as they are: isolating and escaping them is the front's duty, except that control
//! characters are already taken out.
//!
//! `request` holds what can be asked; what each gives and how it is done is
//! [`crate::core::Request`].

mod chat;
mod contact;
mod error;
mod event;
mod id;
mod invite;
mod message;
mod relay;
mod request;
mod settings;
mod start;
mod verification;

pub use chat::{
    ChatKind, ChatView, LastBody, LastLine, MessagePage, PageAnchor, PageQuery, PlacesPage,
    PlacesQuery, SearchHit, SearchPage, SearchQuery,
};
pub use contact::{
    ClientKind, ContactView, Inviter, KeyChangeView, NewContact, PersonView, Protection, Reach,
    RequestText, RequestView, SessionState, Trust, VerifiedBy, VerifiedHow,
};
pub use error::ErrorCode;
pub use event::{Event, HistoryTrouble, Snapshot, Update};
pub use id::{ChatId, ContactId, InviteId, MessageId, RelayId, RequestId};
pub use invite::{
    INVITE_SECS, InviteState, InviteView, LinkKind, LinkRelay, LinkView, PrivateRelays,
};
pub use message::{
    Body, Direction, LineView, MessageInfo, MessageState, MessageView, RecipientView, SendFailure,
    Span, SystemLine,
};
pub use relay::{RelayChoice, RelayPlace, RelayProblem, RelayState, RelayTest, RelayView};
pub use request::{
    AcceptRequest, AddByLink, AddContact, AddRelay, AnswerSeen, BlockContact, BlockRequest,
    CheckCode, CheckDigits, ClearChat, CloseOwnCode, CreateInvite, DecideKey, DeleteContact,
    DeleteMessage, DeleteRequest, FindChat, FindPlaces, InspectContact, InspectMessage, LinkCameBy,
    ListMessages, ListUnprinted, MarkPrinted, MarkRead, MarkVerified, OrderRelays, ProofWaits,
    ReadHistory, ReadLink, ReconnectNow, RemoveRelay, RenameContact, RetryMessage, RevokeInvite,
    SaveDraft, SearchMessages, SendText, SetLookedAt, ShareInvite, ShowCard, ShowInvite,
    ShowOwnCode, ShowSafetyNumber, TakeSnapshot, TheyDiffer, UpdateProfile, UpdateSettings,
    UseName,
};
pub use settings::{
    Closing, Density, KeyStorage, NotificationContent, ProfilePatch, ProfileView, ProxyView,
    QuietHours, SettingsPatch, SettingsView, Theme,
};
pub use start::{KeychainState, Phase, StartProblem, StartStep};
pub use verification::{CameFrom, ContactInfo, KeyView, OwnCode, SafetyNumberView, Verdict};
