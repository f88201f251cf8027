//! The files of a history and the settings of its connection.
//!
//! Opening changes nothing until the file is known to be ours, readable and not too new:
//! 1. `history.check` says whether the key is the right one ([`key_check`]).
//! 2. The file is opened without the right to create it and with an exclusive lock, which also
//!    keeps the index of the write-ahead log in memory instead of in a third file.
//! 3. The schema and the version are read. If that fails, the connection is closed so that the
//!    log stays where it was, and none stays where none was.
//! 4. Only then come the settings that may write, and the migrations.

use crate::fold;
use crate::key_check::{self, Verdict};
use crate::migration::{self, Migration, MigrationProgress};
use crate::table::search_index;
use crate::{OpenError, StoreError};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

/// The name of the history in its folder.
const NAME: &str = "history.db";
/// SQLCipher's page: the least that a history can have.
const PAGE_BYTES: u64 = 4096;
/// How long to wait for another process that is closing the history.
const BUSY: Duration = Duration::from_secs(1);
/// The greatest text or blob, far above what a relay may send.
const MAX_CELL_BYTES: i32 = 16 * 1024 * 1024;
/// The size that the log is cut back to after it was moved into the file.
const LOG_BYTES: i64 = 4 * 1024 * 1024;

/// Whether there is a history in this folder.
pub(crate) fn exists(dir: &Path) -> bool {
    // What cannot be looked at counts as there: nothing may be created over it.
    path(dir).try_exists().unwrap_or(true)
}

/// Writes a complete empty history and its key check.
pub(crate) fn create(
    dir: &Path,
    key: &Zeroizing<[u8; 32]>,
    migrations: &[Migration],
) -> Result<(), OpenError> {
    if exists(dir) {
        return Err(OpenError::Exists);
    }
    let unfinished = dir.join(format!("{NAME}.new"));
    remove(&unfinished, &["", "-wal", "-shm", "-journal"])?;
    drop(sotto_private_files::open(&unfinished)?);
    let mut connection = connect(&unfinished, Some(key))?;
    configure(&connection)?;
    use_log(&connection)?;
    migration::run(&mut connection, migrations, None)?;
    connection.close().map_err(|(_, error)| error)?;
    File::open(&unfinished)?.sync_all()?;
    key_check::write(dir, key)?;
    // SQLite would take the log of a history that is gone for this one's.
    remove(&path(dir), &["-wal", "-shm", "-journal"])?;
    fs::rename(&unfinished, path(dir))?;
    Ok(sotto_private_files::sync_folder(dir)?)
}

/// Opens an existing history.
pub(crate) fn open(
    dir: &Path,
    key: &Zeroizing<[u8; 32]>,
    migrations: &[Migration],
    progress: Option<&mut dyn FnMut(MigrationProgress)>,
) -> Result<Connection, OpenError> {
    // SQLite takes an empty file for a new database.
    if fs::metadata(path(dir))?.len() < PAGE_BYTES {
        return Err(OpenError::Damaged);
    }
    let verdict = key_check::compare(dir, key)?;
    let mut connection = probe(dir, key, migrations).map_err(|error| match (error, verdict) {
        (OpenError::Damaged, Verdict::Wrong) => OpenError::WrongKey,
        (error, _) => error,
    })?;
    configure(&connection)?;
    use_log(&connection)?;
    migration::run(&mut connection, migrations, progress)?;
    // The file has opened, so the key is right: what says otherwise is itself damaged or gone.
    if verdict != Verdict::Right && key_check::write(dir, key).is_err() {
        tracing::warn!("history.check could not be written");
    }
    Ok(connection)
}

/// Opens an empty history in memory.
pub(crate) fn in_memory(migrations: &[Migration]) -> Result<Connection, OpenError> {
    let mut connection = Connection::open_in_memory()?;
    configure(&connection)?;
    migration::run(&mut connection, migrations, None)?;
    Ok(connection)
}

/// Opens the file and reads what tells whether it can be used; changes nothing.
fn probe(
    dir: &Path,
    key: &Zeroizing<[u8; 32]>,
    migrations: &[Migration],
) -> Result<Connection, OpenError> {
    let had_log = log_path(dir).try_exists()?;
    let connection = connect(&path(dir), Some(key))?;
    // Closing moves a log into the file: not if this is not our file. A log that SQLite made
    // just now is empty, and closing removes it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, had_log)?;
    // SQLite opens a file that it may not write for reading only.
    if connection.is_readonly("main")? {
        return Err(OpenError::Io);
    }
    let tables: u32 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let found = migration::version(&connection)?;
    if found == 0 || tables == 0 {
        return Err(OpenError::Damaged);
    }
    if found > migration::last_version(migrations) {
        return Err(OpenError::Newer { found });
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(connection)
}

/// Opens a file that exists and hands over the key, without touching its content.
fn connect(path: &Path, key: Option<&Zeroizing<[u8; 32]>>) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    // Before anything reads the file: from then on it would have an index file.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    if let Some(key) = key {
        // SQLCipher writes to stderr unless told otherwise, and that before the key.
        connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
        connection.execute_batch(&key_pragma(key))?;
        connection.execute_batch("PRAGMA cipher_compatibility = 4")?;
    }
    Ok(connection)
}

/// The statement that sets a raw key; it skips the derivation from a passphrase.
fn key_pragma(key: &Zeroizing<[u8; 32]>) -> Zeroizing<String> {
    const BEFORE: &str = "PRAGMA key = \"x'";
    const AFTER: &str = "'\"";
    // Room for all of it at once: a growing String would leave copies behind.
    let mut sql = Zeroizing::new(String::with_capacity(BEFORE.len() + 64 + AFTER.len()));
    sql.push_str(BEFORE);
    for byte in key.iter() {
        for half in [byte >> 4, byte & 0x0f] {
            sql.push(char::from_digit(half.into(), 16).unwrap_or('0'));
        }
    }
    sql.push_str(AFTER);
    sql
}

/// Settings of a connection that write nothing.
fn configure(connection: &Connection) -> Result<(), OpenError> {
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ] {
        connection.set_db_config(setting, on)?;
    }
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_LENGTH, MAX_CELL_BYTES),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_COLUMN, 100),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, value)?;
    }
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cell_size_check = ON;
         PRAGMA cache_size = -16000;",
    )?;
    fold::register(connection)?;
    Ok(search_index::register(connection)?)
}

/// Has the file use a write-ahead log, which it does for good once told.
fn use_log(connection: &Connection) -> Result<(), OpenError> {
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Io.into());
    }
    connection.pragma_update_and_check(None, "journal_size_limit", LOG_BYTES, |_| Ok(()))?;
    Ok(())
}

/// Removes the files that have a name with one of these endings, if they are there.
fn remove(name: &Path, endings: &[&str]) -> io::Result<()> {
    for ending in endings {
        let mut file = name.as_os_str().to_owned();
        file.push(ending);
        match fs::remove_file(PathBuf::from(file)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn path(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

fn log_path(dir: &Path) -> PathBuf {
    dir.join(format!("{NAME}-wal"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChatId, MessageId};

    const WORD: &str = "zaunkoenigin";

    fn holds_word(path: &Path) -> bool {
        let bytes = fs::read(path).unwrap();
        bytes
            .windows(WORD.len())
            .any(|part| part == WORD.as_bytes())
    }

    /// Without a key the file shows what SQLite leaves in it; encryption would only hide that.
    fn unencrypted(path: &Path, messages: u32) -> Connection {
        drop(sotto_private_files::open(path).unwrap());
        let mut connection = connect(path, None).unwrap();
        configure(&connection).unwrap();
        use_log(&connection).unwrap();
        migration::run(&mut connection, migration::MIGRATIONS, None).unwrap();
        connection
            .execute_batch(&format!(
                "INSERT INTO contacts (id, public_id, user_id, name, box_key, client, blocked,
                                       added_at, origin, told_name, sealed, refuses_plain, trust)
                 VALUES (1, 'a', 'a', '', randomblob(32), 'unknown', 0, 0, 'added', '', 0, 0,
                         'unverified');
                 INSERT INTO chats (id, kind, contact, activity_at) VALUES (2, 'contact', 1, 0);
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {messages})
                 INSERT INTO messages (chat, public_id, author, direction, text, created_at, unread,
                                       printed, protection)
                 SELECT 2, randomblob(16), zeroblob(32), 'in', 'other words ' || i || ' {WORD}' || i,
                        0, 1, 0, 'plain' FROM n;
                 PRAGMA wal_checkpoint(TRUNCATE);"
            ))
            .unwrap();
        assert!(holds_word(path));
        connection
    }

    #[test]
    fn of_a_deleted_message_nothing_stays_in_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("plain.db");
        let mut store = crate::Store::over(unencrypted(&path, 1));
        store
            .transaction(|tx| crate::messages::delete(tx, MessageId(1)))
            .unwrap();
        store.checkpoint().unwrap();
        assert!(!holds_word(&path));
        assert_eq!(
            fs::metadata(dir.path().join("plain.db-wal")).unwrap().len(),
            0
        );
    }

    #[test]
    fn of_a_cleared_chat_nothing_stays_in_the_file() {
        for messages in [20, 500] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("plain.db");
            let mut store = crate::Store::over(unencrypted(&path, messages));
            store
                .transaction(|tx| crate::messages::clear_chat(tx, ChatId(2)))
                .unwrap();
            store.checkpoint().unwrap();
            assert!(!holds_word(&path), "{messages}");
        }
    }

    /// What a log or a file holds, without encryption.
    fn holds(dir: &Path, bytes: &[u8]) -> bool {
        let files = fs::read_dir(dir)
            .unwrap()
            .map(|entry| fs::read(entry.unwrap().path()));
        files
            .map(io::Result::unwrap)
            .any(|file| file.windows(bytes.len()).any(|part| part == bytes))
    }

    #[test]
    fn of_a_state_that_was_written_over_nothing_stays_in_file_or_log() {
        use crate::own_keys::{self, What};
        use crate::peers;
        use crate::testing::{fingerprint, session_id};

        let dir = tempfile::tempdir().unwrap();
        let mut store = crate::Store::over(unencrypted(&dir.path().join("plain.db"), 1));
        let peer = peers::Peer {
            fingerprint: fingerprint(1),
            card: vec![1],
            card_hash: sotto_protocol::CardHash::from_bytes([1; 16]),
            mailbox: None,
            knows_card: None,
            knows_mailbox: None,
            generation: 1,
            features: sotto_protocol::Features::NONE,
        };
        let session = |fill: u8| peers::Session {
            session: session_id(1),
            fingerprint: fingerprint(1),
            generation: 1,
            confirmed_by_peer: false,
            made_at: 0,
            state: Zeroizing::new(vec![fill; 3_000]),
        };
        for fill in [0xa1, 0xa2] {
            store
                .transaction(|tx| {
                    peers::save(tx, &peer)?;
                    peers::save_session(tx, &session(fill), 4)?;
                    own_keys::save(tx, What::Prekeys, &vec![fill ^ 0x10; 100_000])
                })
                .unwrap();
        }
        let (old, new) = ([[0xa1; 64], [0xb1; 64]], [[0xa2; 64], [0xb2; 64]]);
        assert!(old.iter().all(|old| holds(dir.path(), old)), "in the log");
        store.checkpoint().unwrap();
        assert!(!old.iter().any(|old| holds(dir.path(), old)));
        assert!(new.iter().all(|new| holds(dir.path(), new)));
    }

    #[test]
    fn a_bulk_deletion_that_is_undone_keeps_later_ones_secure() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("plain.db");
        let mut store = crate::Store::over(unencrypted(&path, 300));
        let undone: crate::Result<()> = store.transaction(|tx| {
            crate::messages::clear_chat(tx, ChatId(2))?;
            Err(StoreError::Io)
        });
        assert_eq!(undone, Err(StoreError::Io));
        store
            .transaction(|tx| {
                for id in 1..=300 {
                    crate::messages::delete(tx, MessageId(id))?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        store.checkpoint().unwrap();
        assert!(!holds_word(&path));
    }

    #[test]
    fn the_connection_is_set_as_the_design_says() {
        let dir = tempfile::tempdir().unwrap();
        let key = Zeroizing::new([1; 32]);
        create(dir.path(), &key, migration::MIGRATIONS).unwrap();
        let connection = open(dir.path(), &key, migration::MIGRATIONS, None).unwrap();
        for (name, value) in [
            ("synchronous", "2"),
            ("secure_delete", "1"),
            ("foreign_keys", "1"),
            ("temp_store", "2"),
            ("trusted_schema", "0"),
            ("journal_mode", "wal"),
            ("locking_mode", "exclusive"),
            ("cipher_page_size", "4096"),
            ("cipher_use_hmac", "1"),
        ] {
            let found: rusqlite::types::Value = connection
                .query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
                .unwrap();
            let found = match found {
                rusqlite::types::Value::Integer(number) => number.to_string(),
                rusqlite::types::Value::Text(text) => text,
                other => panic!("{name} is {other:?}"),
            };
            assert_eq!(found, value, "{name}");
        }
    }
}
