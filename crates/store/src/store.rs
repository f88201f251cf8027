//! The one connection to the history and its transactions.

use std::cell::Cell;
use std::ops::Deref;
use std::path::Path;

use rusqlite::types::FromSql;
use rusqlite::{Connection, Params, Row};
use zeroize::Zeroizing;

use crate::migration::{MIGRATIONS, MigrationProgress};
use crate::{OpenError, Result, StoreError, file};

/// How many prepared statements are kept: more than this crate has.
const STATEMENTS: usize = 160;
/// SQLite's own greatest number of pages.
const MAX_PAGES: i64 = 4_294_967_294;

/// The history of a profile: one connection, one writer.
#[derive(Debug)]
pub struct Store {
    reader: Reader,
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

/// How to open a history.
#[derive(Default)]
pub struct OpenOptions<'a> {
    /// Called before each step that brings an older history to the form of this version.
    pub on_migration: Option<&'a mut dyn FnMut(MigrationProgress)>,
}

/// Whether the file of a history may grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// As the disk allows.
    Free,
    /// Not at all: a transaction that needs more room fails as on a full disk.
    Stopped,
}

impl Store {
    /// Whether there is a history in this folder, whatever its state.
    pub fn exists(dir: &Path) -> bool {
        file::exists(dir)
    }

    /// Creates an empty history in an existing folder.
    ///
    /// It appears under its name only when it is complete, so that an interrupted creation
    /// leaves nothing that would count as a history.
    ///
    /// # Errors
    /// [`OpenError::Exists`] if there is one; otherwise full disk or I/O.
    pub fn create(dir: &Path, key: &Zeroizing<[u8; 32]>) -> Result<Self, OpenError> {
        file::create(dir, key, MIGRATIONS)?;
        Self::open(dir, key, OpenOptions::default())
    }

    /// Opens the history in this folder and brings it to the form of this version.
    ///
    /// # Errors
    /// All of [`OpenError`] but [`OpenError::Exists`]. No file was changed then, except by a
    /// migration that completed before a later one failed.
    pub fn open(
        dir: &Path,
        key: &Zeroizing<[u8; 32]>,
        options: OpenOptions<'_>,
    ) -> Result<Self, OpenError> {
        let connection = file::open(dir, key, MIGRATIONS, options.on_migration)?;
        Ok(Self::over(connection))
    }

    /// Opens an empty history in memory: the same tables, without a file and a key. For tests.
    pub fn open_in_memory() -> Result<Self, OpenError> {
        Ok(Self::over(file::in_memory(MIGRATIONS)?))
    }

    pub(crate) fn over(connection: Connection) -> Self {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Self {
            reader: Reader {
                connection,
                writes_left: Cell::default(),
                commits: Cell::default(),
            },
        }
    }

    /// Lets so many more writes and commits succeed, and then none, as if the process ended there;
    /// `None` lets all succeed again. To try out every point at which a process can be killed.
    pub fn end_after(&self, writes: Option<u32>) {
        self.reader
            .writes_left
            .set(writes.map_or(WritesLeft::Unlimited, WritesLeft::Some));
    }

    /// Whether a write has failed because of [`Self::end_after`].
    pub fn has_ended(&self) -> bool {
        self.reader.writes_left.get() == WritesLeft::Spent
    }

    /// How many transactions were committed since it was opened. One that wrote nothing is none.
    pub fn commits(&self) -> u64 {
        self.reader.commits.get()
    }

    /// Gives what reads the history outside of a transaction.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Runs `work` in a transaction and commits it if it returns `Ok`.
    ///
    /// After an error, a panic or a failed commit nothing of it is in the history. A commit that
    /// returned is on the disk, also after a power cut. It begins with the first write: what is only
    /// read costs no commit, and nobody else can write in between.
    ///
    /// # Errors
    /// What `work` returns, or what the beginning or the commit failed with.
    pub fn transaction<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = Tx {
            reader: &self.reader,
            begun: Cell::new(false),
        };
        let value = work(&tx)?;
        tx.commit()?;
        Ok(value)
    }

    /// Moves the write-ahead log into the file and empties it.
    ///
    /// What was deleted is then gone from both; without this, older pages stay in the (equally
    /// encrypted) log until it is written over.
    pub fn checkpoint(&self) -> Result<()> {
        let busy: i64 =
            self.reader
                .connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy == 0 {
            Ok(())
        } else {
            Err(StoreError::Busy)
        }
    }

    /// Stops or allows the growth of the file, to try out a full disk.
    pub fn cap_growth(&self, growth: Growth) -> Result<()> {
        // SQLite raises a cap below the present size to the present size.
        let pages: i64 = match growth {
            Growth::Free => MAX_PAGES,
            Growth::Stopped => 1,
        };
        self.reader.connection.pragma_update_and_check(
            None,
            "max_page_count",
            pages,
            |_| Ok(()),
        )?;
        Ok(())
    }

    /// Closes the history; its log is moved into the file. Dropping it does the same, silently.
    pub fn close(self) -> Result<()> {
        self.reader
            .connection
            .close()
            .map_err(|(_, error)| error.into())
    }
}

/// Reads the history. The functions that read take it; a [`Tx`] is one, too.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    writes_left: Cell<WritesLeft>,
    commits: Cell<u64>,
}

impl Reader {
    /// Counts one write.
    fn spend(&self) -> Result<()> {
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

/// A transaction under way. The functions that change something take it.
#[derive(Debug)]
pub struct Tx<'a> {
    reader: &'a Reader,
    /// Whether the transaction has begun: at the first write.
    begun: Cell<bool>,
}

impl Tx<'_> {
    /// Runs a statement and tells how many rows it changed.
    pub(crate) fn change(&self, sql: &'static str, params: impl Params) -> Result<usize> {
        self.write()?;
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Inserts one row and gives its id.
    pub(crate) fn insert(&self, sql: &'static str, params: impl Params) -> Result<i64> {
        self.write()?;
        Ok(self.connection.prepare_cached(sql)?.insert(params)?)
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
            if self.connection.is_autocommit() {
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

    fn commit(self) -> Result<()> {
        if !self.begun.get() {
            return Ok(());
        }
        self.reader.spend()?;
        self.run("COMMIT")?;
        self.begun.set(false);
        let commits = &self.reader.commits;
        commits.set(commits.get().saturating_add(1));
        Ok(())
    }

    fn run(&self, sql: &'static str) -> Result<()> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

/// Undoes what was not committed.
impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if self.begun.get() && !self.connection.is_autocommit() {
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
