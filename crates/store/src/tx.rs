//! Writing in transactions, each of which begins with its first write.

use std::cell::Cell;
use std::ops::Deref;

use rusqlite::Params;

use crate::reader::Reader;
use crate::{Result, StoreError};

/// A transaction under way. The functions that change something take it.
#[derive(Debug)]
pub struct Tx<'a> {
    reader: &'a Reader,
    /// Whether it has begun: at the first write.
    begun: Cell<bool>,
}

impl<'a> Tx<'a> {
    pub(crate) const fn over(reader: &'a Reader) -> Self {
        Self {
            reader,
            begun: Cell::new(false),
        }
    }

    /// Runs a statement and tells how many rows it changed.
    pub(crate) fn change(&self, sql: &'static str, params: impl Params) -> Result<usize> {
        self.write()?;
        Ok(self.connection().prepare_cached(sql)?.execute(params)?)
    }

    /// Inserts one row and gives its id.
    pub(crate) fn insert(&self, sql: &'static str, params: impl Params) -> Result<i64> {
        self.write()?;
        Ok(self.connection().prepare_cached(sql)?.insert(params)?)
    }

    /// Runs a part of the transaction that is undone alone if it fails.
    ///
    /// # Errors
    /// What `work` returns; nothing of it is in the transaction then.
    pub fn part<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.begin()?;
        self.run("SAVEPOINT part")?;
        let result = work();
        if result.is_err() {
            // A full disk may have ended the whole transaction already.
            if self.connection().is_autocommit() {
                return result;
            }
            self.run("ROLLBACK TO part")?;
        }
        self.run("RELEASE part")?;
        result
    }

    /// Counts one write and begins the transaction, if it is the first.
    fn write(&self) -> Result<()> {
        self.reader.spend()?;
        self.begin()
    }

    fn begin(&self) -> Result<()> {
        if !self.begun.get() {
            self.run("BEGIN IMMEDIATE")?;
            self.begun.set(true);
        }
        Ok(())
    }

    /// Commits what was written, if anything was.
    pub(crate) fn commit(self) -> Result<()> {
        if !self.begun.get() {
            return Ok(());
        }
        self.reader.spend()?;
        self.run("COMMIT")?;
        self.begun.set(false);
        self.reader.committed();
        Ok(())
    }

    fn run(&self, sql: &'static str) -> Result<()> {
        self.connection().prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

/// Undoes what was not committed.
impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if self.begun.get() && !self.connection().is_autocommit() {
            // If this fails too, the next transaction does not begin.
            let _ = self.run("ROLLBACK");
        }
    }
}

impl Deref for Tx<'_> {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        self.reader
    }
}
