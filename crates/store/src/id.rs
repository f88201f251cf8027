//! Row ids, each a type of its own: the number of a chat is not the number of a contact.
//!
//! They go as they are through the engine to the window. None is used again after a deletion, and
//! all that exist are greater than 0.

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
#[cfg(feature = "typegen")]
use ts_rs::TS;

/// Defines an id over a row's number; with a second literal, also as a type of the window.
macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident $(, $typescript:literal)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        $(#[cfg_attr(feature = "typegen", derive(TS), ts(type = $typescript))])?
        pub struct $name(pub i64);

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                i64::column_result(value).map(Self)
            }
        }
    };
}

row_id!(
    /// A conversation: with one contact, or a group's.
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
row_id!(
    /// A ciphertext in the plain outbox. A later one for a contact has a greater id.
    PlainEntryId
);
row_id!(
    /// Something in the session outbox. A later one for a contact has a greater id.
    SessionEntryId
);
