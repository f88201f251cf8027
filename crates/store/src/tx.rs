//! Writing in transactions, each of which begins with its first write.

use std::cell::OnceCell;
use std::ops::Deref;

use rusqlite::{Params, Transaction, TransactionBehavior};

use crate::Result;
use crate::reader::Reader;

/// A transaction under way. The functions that change something take it.
#[derive(Debug)]
pub struct Tx<'a> {
    reader: &'a Reader,
    /// SQLite's transaction, which undoes everything when it is dropped; from the first write on.
    begun: OnceCell<Transaction<'a>>,
}

impl<'a> Tx<'a> {
    pub(crate) fn over(reader: &'a Reader) -> Self {
        Self {
            reader,
            begun: OnceCell::new(),
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

    /// Counts one write and begins the transaction, if it is the first.
    fn write(&self) -> Result<()> {
        self.reader.spend()?;
        if self.begun.get().is_none() {
            let connection = self.reader.connection();
            let begun = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
            // It was empty a moment ago, and no other thread has it.
            let _ = self.begun.set(begun);
        }
        Ok(())
    }

    /// Commits what was written, if anything was.
    pub(crate) fn commit(self) -> Result<()> {
        let Some(begun) = self.begun.into_inner() else {
            return Ok(());
        };
        self.reader.spend()?;
        begun.commit()?;
        self.reader.committed();
        Ok(())
    }
}

impl Deref for Tx<'_> {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        self.reader
    }
}
