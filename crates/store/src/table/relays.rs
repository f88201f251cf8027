//! The relays of the person, in the person's order.

use super::ways;
use crate::code::stored_as;
use crate::{Reader, RelayId, Result, Tx};
use rusqlite::Row;

pub(crate) const CREATE_V1: &str = "
CREATE TABLE relays (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL,
    place TEXT NOT NULL CHECK (place IN ('this_computer', 'custom')),
    url TEXT NOT NULL UNIQUE,
    added_at INTEGER NOT NULL
) STRICT;
";

/// Which relay it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The one embedded in the app.
    ThisComputer,
    /// One that the person added.
    Custom,
}

stored_as!(Place { ThisComputer = "this_computer", Custom = "custom" });

/// A relay of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    /// The row.
    pub id: RelayId,
    /// Which one.
    pub place: Place,
    /// `ws://` or `wss://` address; no two relays have the same.
    pub url: String,
    /// When it was added, ms since 1970.
    pub added_at: i64,
}

/// What came of adding a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It has this row.
    New(RelayId),
    /// This row has the address already; nothing changed.
    Exists(RelayId),
}

/// Reads all relays in the person's order.
pub fn list(reader: &Reader) -> Result<Vec<Relay>> {
    reader.rows(
        "SELECT id, place, url, added_at FROM relays ORDER BY position, id",
        [],
        relay,
    )
}

/// Reads one relay.
pub fn by_id(reader: &Reader, id: RelayId) -> Result<Option<Relay>> {
    reader.first(
        "SELECT id, place, url, added_at FROM relays WHERE id = ?1",
        [id],
        relay,
    )
}

/// Adds a relay at the end.
pub fn add(tx: &Tx<'_>, place: Place, url: &str, at: i64) -> Result<Added> {
    if let Some(id) = tx.first("SELECT id FROM relays WHERE url = ?1", [url], |row| {
        row.get(0)
    })? {
        return Ok(Added::Exists(id));
    }
    let id = tx.insert(
        "INSERT INTO relays (position, place, url, added_at)
         VALUES ((SELECT coalesce(max(position), 0) + 1 FROM relays), ?1, ?2, ?3)",
        (place, url, at),
    )?;
    Ok(Added::New(RelayId(id)))
}

/// Removes a relay; tells whether there was one. Messages that went through it keep its row id.
pub fn remove(tx: &Tx<'_>, id: RelayId) -> Result<bool> {
    ways::forget_relay(tx, id)?;
    Ok(tx.change("DELETE FROM relays WHERE id = ?1", [id])? > 0)
}

/// Sorts the relays: the named ones in this order, then the others as they were.
pub fn order(tx: &Tx<'_>, ids: &[RelayId]) -> Result<()> {
    let rest = list(tx)?;
    let rest = rest
        .iter()
        .map(|relay| relay.id)
        .filter(|id| !ids.contains(id));
    for (position, id) in (1_i64..).zip(ids.iter().copied().chain(rest)) {
        tx.change(
            "UPDATE relays SET position = ?2 WHERE id = ?1",
            (id, position),
        )?;
    }
    Ok(())
}

fn relay(row: &Row<'_>) -> rusqlite::Result<Relay> {
    Ok(Relay {
        id: row.get(0)?,
        place: row.get(1)?,
        url: row.get(2)?,
        added_at: row.get(3)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, StoreError};

    fn urls(store: &Store) -> Vec<String> {
        list(store.reader())
            .unwrap()
            .into_iter()
            .map(|r| r.url)
            .collect()
    }

    #[test]
    fn an_address_is_there_once() {
        let mut store = Store::open_in_memory().unwrap();
        let (first, second) = store
            .transaction(|tx| {
                let first = add(tx, Place::ThisComputer, "ws://127.0.0.1:1", 1)?;
                let second = add(tx, Place::Custom, "ws://127.0.0.1:1", 2)?;
                Ok::<_, StoreError>((first, second))
            })
            .unwrap();
        let Added::New(id) = first else {
            panic!("{first:?}")
        };
        assert_eq!(second, Added::Exists(id));
        let relay = by_id(store.reader(), id).unwrap().unwrap();
        assert_eq!((relay.place, relay.added_at), (Place::ThisComputer, 1));
    }

    #[test]
    fn relays_not_named_follow_the_named_ones() {
        let mut store = Store::open_in_memory().unwrap();
        store
            .transaction(|tx| {
                for url in ["a", "b", "c", "d"] {
                    add(tx, Place::Custom, url, 0)?;
                }
                order(tx, &[RelayId(3), RelayId(99), RelayId(1)])
            })
            .unwrap();
        assert_eq!(urls(&store), ["c", "a", "b", "d"]);
        assert!(store.transaction(|tx| remove(tx, RelayId(1))).unwrap());
        store
            .transaction(|tx| add(tx, Place::Custom, "e", 0))
            .unwrap();
        assert_eq!(urls(&store), ["c", "b", "d", "e"]);
        assert!(by_id(store.reader(), RelayId(1)).unwrap().is_none());
    }
}
