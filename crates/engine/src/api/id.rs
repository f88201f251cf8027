//! Ids as fronts hold them: numbers that mean something only to the history that gave them.

pub use sotto_store::{ChatId, ContactId, InviteId, MessageId, RelayId, RequestId};
