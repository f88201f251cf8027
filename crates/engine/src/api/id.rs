//! Ids as fronts hold them: numbers that mean something only to the history that gave them.

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
    /// A conversation.
    ChatId,
    "number & { readonly brand: \"ChatId\" }"
);
row_id!(
    /// A person that was added.
    ContactId,
    "number & { readonly brand: \"ContactId\" }"
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
