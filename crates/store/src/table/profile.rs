//! The person's own profile: one row.

use crate::{Reader, Result, Tx};

pub(crate) const CREATE_V1: &str = "
CREATE TABLE profile (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
";

/// The person's own profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What the person wants to be called.
    pub name: String,
    /// The name at relays of level 0.
    pub user_id: String,
    /// When the profile was made, ms since 1970.
    pub created_at: i64,
}

/// Reads the profile; `None` before the first start is finished.
pub fn load(reader: &Reader) -> Result<Option<Profile>> {
    reader.first("SELECT name, user_id, created_at FROM profile", [], |row| {
        Ok(Profile {
            name: row.get(0)?,
            user_id: row.get(1)?,
            created_at: row.get(2)?,
        })
    })
}

/// Writes the profile for the first time.
///
/// # Errors
/// [`crate::StoreError::Conflict`] if there is one.
pub fn create(tx: &Tx<'_>, profile: &Profile) -> Result<()> {
    tx.change(
        "INSERT INTO profile (id, name, user_id, created_at) VALUES (1, ?1, ?2, ?3)",
        (&profile.name, &profile.user_id, profile.created_at),
    )?;
    Ok(())
}

/// Changes the name.
pub fn set_name(tx: &Tx<'_>, name: &str) -> Result<()> {
    tx.change("UPDATE profile SET name = ?1", [name])?;
    Ok(())
}

/// Changes the name at relays of level 0.
pub fn set_user_id(tx: &Tx<'_>, user_id: &str) -> Result<()> {
    tx.change("UPDATE profile SET user_id = ?1", [user_id])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, StoreError};

    #[test]
    fn there_is_one_profile() {
        let mut store = Store::open_in_memory().unwrap();
        let profile = Profile {
            name: "Alice".into(),
            user_id: "alice".into(),
            created_at: 7,
        };
        assert_eq!(load(store.reader()).unwrap(), None);
        store.transaction(|tx| create(tx, &profile)).unwrap();
        assert_eq!(
            store.transaction(|tx| create(tx, &profile)),
            Err(StoreError::Conflict)
        );
        store
            .transaction(|tx| {
                set_name(tx, "Alice B.")?;
                set_user_id(tx, "al")
            })
            .unwrap();
        let changed = load(store.reader()).unwrap().unwrap();
        assert_eq!(
            (changed.name.as_str(), changed.user_id.as_str()),
            ("Alice B.", "al")
        );
    }
}
