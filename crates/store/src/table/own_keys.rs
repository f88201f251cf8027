//! One's own keys that change: the pools of prekeys and mailbox keys, and the key card.
//!
//! Each is one value in the form of the protocol crate. The long-lived private keys are not here:
//! they lie in the keychain.

use crate::code::stored_as;
use crate::{Reader, Result, Tx};
use zeroize::Zeroizing;

pub(crate) const CREATE_V2: &str = "
CREATE TABLE own_keys (
    what TEXT NOT NULL PRIMARY KEY CHECK (what IN ('prekeys', 'mailbox', 'card')),
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Which value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The pool of prekeys.
    Prekeys,
    /// The pool of mailbox keys.
    Mailbox,
    /// The key card that others are given.
    Card,
}

stored_as!(What { Prekeys = "prekeys", Mailbox = "mailbox", Card = "card" });

/// Reads a value.
pub fn load(reader: &Reader, what: What) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let value = reader.first(
        "SELECT value FROM own_keys WHERE what = ?1",
        [what],
        |row| row.get(0),
    )?;
    Ok(value.map(Zeroizing::new))
}

/// Writes a value in place of an older one.
pub fn save(tx: &Tx<'_>, what: What, value: &[u8]) -> Result<()> {
    tx.change(
        "INSERT INTO own_keys (what, value) VALUES (?1, ?2)
         ON CONFLICT (what) DO UPDATE SET value = excluded.value",
        (what, value),
    )?;
    Ok(())
}

/// Gives up the pools: nobody's message may be opened with them again. The card stays.
pub fn give_up(tx: &Tx<'_>) -> Result<()> {
    tx.change("DELETE FROM own_keys WHERE what <> 'card'", [])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    #[test]
    fn the_newest_value_counts() {
        let mut store = Store::open_in_memory().unwrap();
        assert_eq!(load(store.reader(), What::Card).unwrap(), None);
        store
            .transaction(|tx| {
                save(tx, What::Card, &[1])?;
                save(tx, What::Card, &[2, 3])?;
                save(tx, What::Prekeys, &[4])
            })
            .unwrap();
        let read = load(store.reader(), What::Card).unwrap().unwrap();
        assert_eq!(*read, vec![2, 3]);
    }
}
