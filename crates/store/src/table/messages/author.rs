//! Who wrote a message, and whom one of the person was encrypted to.
//!
//! Both are told by a key, and its kind by what protects the message: in a plain box everybody is
//! known by a box key, in a secure session by an identity.

use super::direction::Direction;
use crate::blob::{blob, opt_blob};
use crate::code::stored_as;
use rusqlite::Row;
use sotto_protocol::{BoxPublicKey, Fingerprint};

/// What protected a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// A plain box.
    Plain,
    /// A secure session.
    Pq,
}

stored_as!(Protection { Plain = "plain", Pq = "pq" });

/// Who wrote a message. No two of an author in a chat have the same content id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Author {
    /// The person; the program's own lines are counted with them.
    Me,
    /// Whoever has this key, in a plain box.
    Box(BoxPublicKey),
    /// This identity, in a secure session.
    Identity(Fingerprint),
}

impl Author {
    /// What stands in the column `author`: the 32 bytes of the key, none for the person.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Me => &[],
            Self::Box(key) => key.as_bytes(),
            Self::Identity(fingerprint) => fingerprint.as_bytes(),
        }
    }
}

/// Whose key a message is bound to: of a received one its author's, of the person's own that of the
/// contact it was encrypted to, of a line that which the contact had, or which the line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeerKey {
    /// Nobody's yet: it goes through the session of whoever answers.
    Unknown,
    /// The box key of a plain box.
    Box(BoxPublicKey),
    /// The identity of a secure session.
    Identity(Fingerprint),
}

impl PeerKey {
    /// What protects a message that is bound to it.
    pub const fn protection(&self) -> Protection {
        match self {
            Self::Box(_) => Protection::Plain,
            Self::Unknown | Self::Identity(_) => Protection::Pq,
        }
    }

    /// What stands in the column `key`.
    pub(super) const fn bytes(&self) -> Option<&[u8; 32]> {
        match self {
            Self::Unknown => None,
            Self::Box(key) => Some(key.as_bytes()),
            Self::Identity(fingerprint) => Some(fingerprint.as_bytes()),
        }
    }
}

impl From<Author> for PeerKey {
    /// Whose key it is that the author wrote with; of the person's own, nobody's.
    fn from(author: Author) -> Self {
        match author {
            Author::Me => Self::Unknown,
            Author::Box(key) => Self::Box(key),
            Author::Identity(fingerprint) => Self::Identity(fingerprint),
        }
    }
}

/// Reads an author from its column, when the direction and the protection are known.
pub(super) fn author(
    row: &Row<'_>,
    column: usize,
    direction: Direction,
    protection: Protection,
) -> rusqlite::Result<Author> {
    match (direction, protection) {
        (Direction::Out | Direction::System, _) => Ok(Author::Me),
        (Direction::In, Protection::Plain) => blob(row, column).map(Author::Box),
        (Direction::In, Protection::Pq) => blob(row, column).map(Author::Identity),
    }
}

/// Reads a key from its column, when the protection is known.
pub(super) fn key(
    row: &Row<'_>,
    column: usize,
    protection: Protection,
) -> rusqlite::Result<PeerKey> {
    Ok(match protection {
        // What a line is about was not always checked: that must not take the others down.
        Protection::Plain => row
            .get::<_, Option<[u8; 32]>>(column)?
            .and_then(|bytes| BoxPublicKey::from_bytes(bytes).ok())
            .map_or(PeerKey::Unknown, PeerKey::Box),
        Protection::Pq => opt_blob(row, column)?.map_or(PeerKey::Unknown, PeerKey::Identity),
    })
}
