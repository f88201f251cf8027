//! How keys, hashes and ids of the protocol crate stand in a column: as their bytes, checked when
//! read. What cannot be one of them was not written by this program.

use crate::ContentId;
use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use sotto_protocol::{BoxPublicKey, CardHash, Fingerprint, MailboxKeyId, SessionId};

/// A value that is read from bytes.
pub(crate) trait FromBytes: Sized {
    /// The value, if the bytes can be one.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

/// Reads a value from a column that always has one.
pub(crate) fn blob<T: FromBytes>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    row.get::<_, Blob<T>>(column).map(|blob| blob.0)
}

/// Reads a value from a column that may be NULL.
pub(crate) fn opt_blob<T: FromBytes>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let found = row.get::<_, Option<Blob<T>>>(column)?;
    Ok(found.map(|blob| blob.0))
}

struct Blob<T>(T);

impl<T: FromBytes> FromSql for Blob<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let found = T::from_bytes(value.as_blob()?);
        found.map(Self).ok_or(FromSqlError::InvalidType)
    }
}

/// Of these, all bytes of the right number are one.
macro_rules! any_bytes {
    ($($name:ty),+) => {
        $(impl FromBytes for $name {
            fn from_bytes(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self::from_bytes)
            }
        })+
    };
}

any_bytes!(Fingerprint, ContentId, SessionId, CardHash, MailboxKeyId);

impl FromBytes for BoxPublicKey {
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.try_into().ok()?;
        Self::from_bytes(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use crate::migration::MIGRATIONS;
    use crate::{ContactId, Store, StoreError, contacts, file};

    /// Whom a contact with this SQL expression for a box key is read as.
    fn read(key: &str) -> crate::Result<Option<contacts::Contact>> {
        let connection = file::in_memory(MIGRATIONS).unwrap();
        connection
            .execute_batch(&format!(
                "INSERT INTO contacts (id, public_id, user_id, name, told_name, box_key, client,
                                       sealed, refuses_plain, trust, blocked, added_at, origin)
                 VALUES (1, 'bo', 'bo', '', '', {key}, 'guide', 0, 0, 'unverified', 0, 5, 'added');
                 INSERT INTO chats (kind, contact, activity_at) VALUES ('contact', 1, 5);"
            ))
            .unwrap();
        contacts::by_id(Store::over(connection).reader(), ContactId(1))
    }

    #[test]
    fn a_stored_key_that_is_none_is_damage() {
        let good = "x'0201010101010101010101010101010101010101010101010101010101010101'";
        assert!(read(good).unwrap().is_some());
        let weak = "zeroblob(32)";
        let ambiguous = "x'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'";
        for key in [weak, ambiguous] {
            assert_eq!(read(key), Err(StoreError::Damaged), "{key}");
        }
    }
}
