//! The one connection to the history and its transactions.

use crate::migration::{MIGRATIONS, MigrationProgress};
use crate::reader::Reader;
use crate::tx::Tx;
use crate::{OpenError, Result, StoreError, file};
use rusqlite::Connection;
use std::path::Path;
use zeroize::Zeroizing;

/// How many prepared statements are kept: more than this crate has.
const STATEMENTS: usize = 192;
/// SQLite's own greatest number of pages.
const MAX_PAGES: i64 = 4_294_967_294;

/// The history of a profile: one connection, one writer.
#[derive(Debug)]
pub struct Store {
    reader: Reader,
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
            reader: Reader::over(connection),
        }
    }

    /// Lets so many more writes and commits succeed, and then none, as if the process ended there;
    /// `None` lets all succeed again. To try out every point at which a process can be killed.
    pub fn end_after(&self, writes: Option<u32>) {
        self.reader.end_after(writes);
    }

    /// Whether a write has failed because of [`Self::end_after`].
    pub fn has_ended(&self) -> bool {
        self.reader.has_ended()
    }

    /// How many transactions were committed since it was opened. One that wrote nothing is none.
    pub fn commits(&self) -> u64 {
        self.reader.commits()
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
        let tx = Tx::over(&self.reader);
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
                .connection()
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
        self.reader
            .connection()
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
        Ok(())
    }

    /// Closes the history; its log is moved into the file. Dropping it does the same, silently.
    pub fn close(self) -> Result<()> {
        self.reader
            .into_connection()
            .close()
            .map_err(|(_, error)| error.into())
    }
}
