//! Reading the one connection, and counting what is written over it.

use crate::{Result, StoreError};
use rusqlite::types::FromSql;
use rusqlite::{Connection, Params, Row};
use std::cell::Cell;

/// Reads the history. The functions that read take it; a [`crate::Tx`] is one, too.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    writes_left: Cell<WritesLeft>,
    commits: Cell<u64>,
}

impl Reader {
    pub(crate) fn over(connection: Connection) -> Self {
        Self {
            connection,
            writes_left: Cell::default(),
            commits: Cell::default(),
        }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) fn into_connection(self) -> Connection {
        self.connection
    }

    /// Lets so many more writes succeed; `None` lets all.
    pub(crate) fn end_after(&self, writes: Option<u32>) {
        self.writes_left
            .set(writes.map_or(WritesLeft::Unlimited, WritesLeft::Some));
    }

    /// Whether a write has failed because of [`Self::end_after`].
    pub(crate) fn has_ended(&self) -> bool {
        self.writes_left.get() == WritesLeft::Spent
    }

    /// How many transactions were committed.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.get()
    }

    /// Counts one commit that has succeeded.
    pub(crate) fn committed(&self) {
        self.commits.set(self.commits.get().saturating_add(1));
    }

    /// Counts one write, a commit being one too.
    pub(crate) fn spend(&self) -> Result<()> {
        let left = match self.writes_left.get() {
            WritesLeft::Unlimited => return Ok(()),
            WritesLeft::Some(left) => left.checked_sub(1),
            WritesLeft::Spent => None,
        };
        if let Some(left) = left {
            self.writes_left.set(WritesLeft::Some(left));
            Ok(())
        } else {
            self.writes_left.set(WritesLeft::Spent);
            Err(StoreError::Io)
        }
    }

    /// The first row of a query.
    pub(crate) fn first<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        Ok(rows.next()?.map(row).transpose()?)
    }

    /// All rows of a query.
    pub(crate) fn rows<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The one value of a query that always has one.
    pub(crate) fn one<T: FromSql>(&self, sql: &'static str, params: impl Params) -> Result<T> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params, |row| row.get(0))?)
    }
}

/// How many more writes succeed, to try out the end of the process at each of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum WritesLeft {
    #[default]
    Unlimited,
    Some(u32),
    /// One has failed; all further ones do.
    Spent,
}
