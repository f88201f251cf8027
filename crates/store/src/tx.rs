//! Writing in transactions, each of which begins with its first write.

use crate::reader::Reader;
use crate::{Result, StoreError};
use rusqlite::Params;
use std::cell::Cell;
use std::ops::Deref;

/// A transaction under way. The functions that change something take it.
#[derive(Debug)]
pub struct Tx<'a> {
    reader: &'a Reader,
    /// How many rows the connection had changed when it began: at the first write.
    begun: Cell<Option<u64>>,
    /// Whether a part of it could not be undone.
    broken: Cell<bool>,
}

impl<'a> Tx<'a> {
    pub(crate) const fn over(reader: &'a Reader) -> Self {
        Self {
            reader,
            begun: Cell::new(None),
            broken: Cell::new(false),
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
    /// What `work` returns; nothing of it is in the transaction then. [`StoreError::Io`] if SQLite
    /// has ended the whole transaction over something else than a full disk.
    pub fn part<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.begin()?;
        self.run("SAVEPOINT part")?;
        let result = work();
        if self.has_ended() {
            return Err(match result {
                Err(error @ (StoreError::DiskFull | StoreError::Busy)) => error,
                Ok(_) | Err(_) => StoreError::Io,
            });
        }
        if result.is_err() {
            self.or_broken(self.run("ROLLBACK TO part"))?;
        }
        self.or_broken(self.run("RELEASE part"))?;
        result
    }

    /// Whether nothing more of it is to stand: SQLite has ended it, or a part was not undone.
    fn has_ended(&self) -> bool {
        self.broken.get() || self.connection().is_autocommit()
    }

    /// Counts one write and begins the transaction, if it is the first.
    fn write(&self) -> Result<()> {
        self.reader.spend()?;
        self.begin()
    }

    /// Begins the transaction, if it has not. One that SQLite has ended by itself, as over a full
    /// disk, is not begun again: what follows would be committed without what came before.
    fn begin(&self) -> Result<()> {
        if self.begun.get().is_some() {
            return if self.has_ended() {
                Err(StoreError::Io)
            } else {
                Ok(())
            };
        }
        self.run("BEGIN IMMEDIATE")?;
        self.begun.set(Some(self.connection().total_changes()));
        Ok(())
    }

    /// Commits what was written, if anything was.
    pub(crate) fn commit(self) -> Result<()> {
        let Some(changes) = self.begun.get() else {
            return Ok(());
        };
        self.begin()?;
        let has_written = self.connection().total_changes() != changes;
        if has_written {
            self.reader.spend()?;
        }
        self.run("COMMIT")?;
        self.begun.set(None);
        if has_written {
            self.reader.committed();
        }
        Ok(())
    }

    /// After this failed, nothing more of the transaction is to stand.
    fn or_broken(&self, done: Result<()>) -> Result<()> {
        self.broken.set(self.broken.get() || done.is_err());
        done
    }

    fn run(&self, sql: &'static str) -> Result<()> {
        self.connection().prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

/// Undoes what was not committed.
impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if self.begun.get().is_some() && !self.connection().is_autocommit() {
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
