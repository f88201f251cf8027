//! Preferences and other single values: the engine chooses names and forms.

use crate::{Reader, Result, Tx};
use std::collections::BTreeMap;

pub(crate) const CREATE_V1: &str = "
CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Reads one value.
pub fn value(reader: &Reader, key: &str) -> Result<Option<String>> {
    reader.first("SELECT value FROM settings WHERE key = ?1", [key], |row| {
        row.get(0)
    })
}

/// Writes one value, in place of an older one.
pub fn set(tx: &Tx<'_>, key: &str, value: &str) -> Result<()> {
    tx.change(
        "INSERT INTO settings (key, value) VALUES (?1, ?2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key, value],
    )?;
    Ok(())
}

/// Removes one value; tells whether there was one.
pub fn remove(tx: &Tx<'_>, key: &str) -> Result<bool> {
    Ok(tx.change("DELETE FROM settings WHERE key = ?1", [key])? > 0)
}

/// Reads all values.
pub fn all(reader: &Reader) -> Result<BTreeMap<String, String>> {
    let rows = reader.rows("SELECT key, value FROM settings", [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, StoreError};

    #[test]
    fn a_value_is_written_replaced_and_removed() {
        let mut store = Store::open_in_memory().unwrap();
        store
            .transaction(|tx| {
                set(tx, "theme", "dark")?;
                set(tx, "theme", "light")?;
                set(tx, "density", "cosy")?;
                assert!(remove(tx, "density")?);
                assert!(!remove(tx, "density")?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        assert_eq!(value(store.reader(), "theme").unwrap().unwrap(), "light");
        assert_eq!(value(store.reader(), "density").unwrap(), None);
        assert_eq!(all(store.reader()).unwrap().len(), 1);
    }
}
