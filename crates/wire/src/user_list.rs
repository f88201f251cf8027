//! The entries of a `user_list`: read one by one, so that a huge list costs only what is kept of it.

use crate::error::FrameError;
use crate::fields::Fields;
use crate::limits::MAX_LISTED_USERS;
use crate::public_key::PublicKey;
use crate::user_id::UserId;
use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt;

/// Somebody whom a relay calls present, under the key that it claims for the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUser {
    /// Name at this relay.
    pub user_id: UserId,
    /// Key that the relay says belongs to the name; nothing proves it.
    pub public_key: PublicKey,
}

impl ListedUser {
    /// Reads the entry of a list, or what `user_joined` says.
    pub(crate) fn of_fields(fields: &Fields<'_>) -> Result<Self, FrameError> {
        Ok(Self {
            user_id: fields.user_id()?,
            public_key: fields.public_key()?,
        })
    }
}

impl Serialize for ListedUser {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entry = serializer.serialize_struct("ListedUser", 2)?;
        entry.serialize_field("userId", &self.user_id)?;
        entry.serialize_field("publicKey", &self.public_key)?;
        entry.end()
    }
}

/// What is kept of the array `users`.
#[derive(Default)]
pub(crate) struct ParsedUsers {
    pub(crate) users: Vec<ListedUser>,
    pub(crate) skipped: usize,
    pub(crate) truncated: bool,
}

impl ParsedUsers {
    pub(crate) fn of_array(array: &RawValue) -> Result<Self, FrameError> {
        serde_json::from_str(array.get()).map_err(|_| FrameError::field("users"))
    }
}

impl<'de> Deserialize<'de> for ParsedUsers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(UsersVisitor)
    }
}

struct UsersVisitor;

impl<'de> Visitor<'de> for UsersVisitor {
    type Value = ParsedUsers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of users")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<ParsedUsers, A::Error> {
        let mut parsed = ParsedUsers::default();
        while parsed.users.len() < MAX_LISTED_USERS {
            let Some(entry) = entries.next_element::<&RawValue>()? else {
                return Ok(parsed);
            };
            match Fields::of_frame(entry.get()).and_then(|fields| ListedUser::of_fields(&fields)) {
                Ok(user) => parsed.users.push(user),
                Err(_) => parsed.skipped = parsed.skipped.saturating_add(1),
            }
        }
        while entries.next_element::<IgnoredAny>()?.is_some() {
            parsed.truncated = true;
        }
        Ok(parsed)
    }
}
