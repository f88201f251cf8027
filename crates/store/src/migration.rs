//! How an older history comes to the form of this version.
//!
//! The list only ever grows at its end: what is in it has run on people's computers. The version
//! of a history is SQLite's `user_version`; a version above the list's last one was written by a
//! newer program and is left alone.

use rusqlite::{Connection, TransactionBehavior};

use crate::{OpenError, table};

/// One step: brings a history from the version before to its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Migration {
    /// Statements, run in one transaction with the change of the version.
    pub(crate) sql: &'static [&'static str],
}

/// How far the way to this version's form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MigrationProgress {
    /// The version that the step that begins leads to.
    pub to_version: u32,
    /// The version after the last step.
    pub last_version: u32,
}

/// All steps; the first leads to version 1.
pub(crate) const MIGRATIONS: &[Migration] = &[
    // 1: first light.
    Migration {
        sql: &[
            table::settings::CREATE_V1,
            table::profile::CREATE_V1,
            table::relays::CREATE_V1,
            table::contacts::CREATE_V1,
            table::messages::CREATE_V1,
            table::search::CREATE_V1,
            table::search::TRIGGERS,
            table::outbox::CREATE_V1,
            table::nonces::CREATE_V1,
            table::drafts::CREATE_V1,
            table::requests::CREATE_V1,
            table::blocked_keys::CREATE_V1,
        ],
    },
    // 2: secure sessions and invites.
    Migration {
        sql: &[
            table::contacts::TO_V2,
            table::messages::TO_V2,
            table::search::TRIGGERS,
            table::requests::TO_V2,
            table::own_keys::CREATE_V2,
            table::peers::CREATE_V2,
            table::outgoing::CREATE_V2,
            table::received::CREATE_V2,
            table::invites::CREATE_V2,
        ],
    },
];

/// Reads the version of a history; 0 is an empty file.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// The version that a list of steps leads to.
pub(crate) fn last_version(migrations: &[Migration]) -> u32 {
    u32::try_from(migrations.len()).unwrap_or(u32::MAX)
}

/// Runs the steps that are missing, each in a transaction of its own.
///
/// # Errors
/// [`OpenError::Newer`] before anything is changed; otherwise what a step failed with, after
/// which the history is whole and at the version before that step.
pub(crate) fn run(
    connection: &mut Connection,
    migrations: &[Migration],
    progress: Option<&mut dyn FnMut(MigrationProgress)>,
) -> Result<(), OpenError> {
    let found = version(connection)?;
    let last_version = last_version(migrations);
    if found > last_version {
        return Err(OpenError::Newer { found });
    }
    // A step may replace a table that others refer to: that must not delete what refers to it, and
    // whether a reference is broken is checked at the end of the step. It has no effect inside a
    // transaction.
    connection.pragma_update(None, "foreign_keys", false)?;
    let result = steps(connection, migrations, found, progress);
    connection.pragma_update(None, "foreign_keys", true)?;
    result
}

fn steps(
    connection: &mut Connection,
    migrations: &[Migration],
    found: u32,
    mut progress: Option<&mut (dyn FnMut(MigrationProgress) + '_)>,
) -> Result<(), OpenError> {
    let last_version = last_version(migrations);
    for (to_version, migration) in (1..).zip(migrations).skip(found as usize) {
        if let Some(progress) = progress.as_mut() {
            progress(MigrationProgress {
                to_version,
                last_version,
            });
        }
        step(connection, migration, to_version)?;
        tracing::info!(version = to_version, "the history has a newer form");
    }
    Ok(())
}

fn step(connection: &mut Connection, migration: &Migration, to: u32) -> rusqlite::Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for sql in migration.sql {
        tx.execute_batch(sql)?;
    }
    let broken: u32 = tx.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| {
        row.get(0)
    })?;
    if broken > 0 {
        return Err(rusqlite::Error::InvalidQuery);
    }
    tx.pragma_update(None, "user_version", to)?;
    tx.commit()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use zeroize::Zeroizing;

    use super::*;
    use crate::{StoreError, file};

    const KEY: [u8; 32] = [1; 32];

    /// The list of a later program: one more step.
    fn later() -> Vec<Migration> {
        let mut migrations = MIGRATIONS.to_vec();
        migrations.push(Migration {
            sql: &["CREATE TABLE later (id INTEGER NOT NULL PRIMARY KEY) STRICT;"],
        });
        migrations
    }

    fn create(dir: &Path, migrations: &[Migration]) {
        file::create(dir, &Zeroizing::new(KEY), migrations).unwrap();
    }

    fn open(dir: &Path, migrations: &[Migration]) -> Result<Connection, OpenError> {
        file::open(dir, &Zeroizing::new(KEY), migrations, None)
    }

    fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        std::fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect()
    }

    #[test]
    fn docs_schema_sql_is_what_the_migrations_make() {
        let connection = file::in_memory(MIGRATIONS).unwrap();
        let statements: Vec<String> = connection
            .prepare(
                "SELECT sql FROM sqlite_schema
                 WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
                   AND NOT (type = 'table' AND name LIKE 'messages_fts_%')
                 ORDER BY rowid",
            )
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        let schema = format!(
            "-- The form of the history after migration {}, as SQLite tells it. Written by\n\
             -- SOTTO_BLESS=1 cargo test -p sotto-store docs_schema_sql\n\n{};\n",
            MIGRATIONS.len(),
            statements.join(";\n\n")
        );
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema.sql");
        if std::env::var_os("SOTTO_BLESS").is_some() {
            std::fs::write(&path, &schema).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(path).unwrap().replace("\r\n", "\n"),
            schema
        );
    }

    #[test]
    fn every_table_of_ours_is_strict() {
        let connection = file::in_memory(MIGRATIONS).unwrap();
        let lax: Vec<String> = connection
            .prepare(
                "SELECT name FROM pragma_table_list
                 WHERE schema = 'main' AND type = 'table' AND strict = 0
                   AND name NOT LIKE 'sqlite_%'",
            )
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        assert_eq!(lax, Vec::<String>::new());
    }

    #[test]
    fn a_history_of_each_later_version_is_refused_and_left_alone() {
        let versions = later();
        for newest in 1..=versions.len() {
            let dir = tempfile::tempdir().unwrap();
            create(dir.path(), &versions[..newest]);
            for known in 0..newest {
                let before = files(dir.path());
                let found = u32::try_from(newest).unwrap();
                assert_eq!(
                    open(dir.path(), &versions[..known]).unwrap_err(),
                    OpenError::Newer { found }
                );
                assert!(before == files(dir.path()));
            }
        }
    }

    #[test]
    fn a_later_version_that_is_only_in_the_log_is_refused_and_left_alone() {
        let elsewhere = tempfile::tempdir().unwrap();
        let dir = tempfile::tempdir().unwrap();
        create(elsewhere.path(), MIGRATIONS);
        let open_still = open(elsewhere.path(), &later()).unwrap();
        for (path, bytes) in files(elsewhere.path()) {
            std::fs::write(dir.path().join(path.file_name().unwrap()), bytes).unwrap();
        }
        drop(open_still);
        let before = files(dir.path());
        assert_eq!(before.len(), 3);
        assert_eq!(
            open(dir.path(), MIGRATIONS).unwrap_err(),
            OpenError::Newer {
                found: last_version(&later())
            }
        );
        assert!(before == files(dir.path()));
    }

    /// What a history of version 1 held is all there afterwards: rows, references, search, and that
    /// ids are never used again.
    #[test]
    fn a_history_of_first_light_comes_whole_to_this_form() {
        let dir = tempfile::tempdir().unwrap();
        create(dir.path(), &MIGRATIONS[..1]);
        let old = open(dir.path(), &MIGRATIONS[..1]).unwrap();
        old.execute_batch(
            "INSERT INTO contacts (id, public_id, user_id, name, box_key, client, blocked,
                                   added_at, origin, other_key, other_key_seen_at, activity_at)
             VALUES (3, 'bo', 'bob', 'Bo', zeroblob(32), 'sotto', 1, 5, 'request',
                     x'0101010101010101010101010101010101010101010101010101010101010101', 6, 7);
             INSERT INTO messages (id, chat, public_id, direction, text, created_at, state,
                                   state_at, key, unread, printed)
             VALUES (8, 3, zeroblob(16), 'out', 'findable words', 5, 'queued', 5, zeroblob(32),
                     0, 1),
                    (9, 3, x'01010101010101010101010101010101', 'in', 'deleted', 5, NULL, NULL,
                     zeroblob(32), 0, 1);
             DELETE FROM messages WHERE id = 9;
             INSERT INTO outbox (message, chat, key, nonce, ciphertext)
             VALUES (8, 3, zeroblob(32), zeroblob(24), 'AAAA');
             INSERT INTO drafts (chat, text, updated_at) VALUES (3, 'draft', 5);
             INSERT INTO requests (key, user_id, first_at, last_at)
             VALUES (zeroblob(32), 'x', 1, 2);
             INSERT INTO request_texts (request, text, nonce, received_at)
             VALUES (1, 'hi', zeroblob(24), 2);",
        )
        .unwrap();
        drop(old);

        let mut store = crate::Store::over(open(dir.path(), MIGRATIONS).unwrap());
        let reader = store.reader();
        let contact = crate::contacts::by_id(reader, 3).unwrap().unwrap();
        assert_eq!(
            (contact.name.as_str(), contact.blocked, contact.sealed),
            ("Bo", true, false)
        );
        assert_eq!((contact.box_key, contact.account), (Some([0; 32]), None));
        assert_eq!(contact.other_key.unwrap().key, [1; 32]);
        let message = crate::messages::by_id(reader, 8).unwrap().unwrap();
        assert_eq!(message.plain_nonce, Some([0; 24]));
        assert_eq!(crate::outbox::list(reader, 3, 0, 9).unwrap().len(), 1);
        let query = crate::search::Query {
            text: "findable",
            chat: None,
            before: None,
            limit: 9,
        };
        assert_eq!(crate::search::find(reader, &query).unwrap().hits.len(), 1);
        let request = crate::requests::by_id(reader, 1).unwrap().unwrap();
        assert_eq!(request.texts[0].via, crate::requests::Via::Box([0; 24]));

        // The number of the deleted message is not used again, and what refers still does.
        let (new, gone) = store
            .transaction(|tx| {
                let new = crate::messages::line(
                    tx,
                    &crate::messages::Line {
                        chat: 3,
                        public_id: [7; 16],
                        system_line: "x",
                        created_at: 9,
                        key: [0; 32],
                    },
                )?;
                Ok::<_, StoreError>((new, crate::contacts::delete(tx, 3)?))
            })
            .unwrap();
        assert_eq!((new, gone), (10, true));
        assert_eq!(crate::outbox::len(store.reader()).unwrap(), 0);
        assert_eq!(crate::messages::by_id(store.reader(), 8).unwrap(), None);
        assert!(
            crate::search::find(store.reader(), &query)
                .unwrap()
                .hits
                .is_empty()
        );
    }

    #[test]
    fn an_older_history_is_brought_forward_step_by_step() {
        let dir = tempfile::tempdir().unwrap();
        create(dir.path(), MIGRATIONS);
        let mut steps = Vec::new();
        let mut note = |step| steps.push(step);
        let connection =
            file::open(dir.path(), &Zeroizing::new(KEY), &later(), Some(&mut note)).unwrap();
        let last_version = last_version(&later());
        assert_eq!(version(&connection).unwrap(), last_version);
        assert!(connection.prepare("SELECT id FROM later").is_ok());
        let step = MigrationProgress {
            to_version: last_version,
            last_version,
        };
        assert_eq!(steps, [step]);
    }

    #[test]
    fn a_step_that_fails_leaves_the_version_before_it() {
        let dir = tempfile::tempdir().unwrap();
        create(dir.path(), MIGRATIONS);
        let mut broken = MIGRATIONS.to_vec();
        broken.push(Migration {
            sql: &[
                "CREATE TABLE half (id INTEGER NOT NULL PRIMARY KEY) STRICT;",
                "INSERT INTO no_such_table (id) VALUES (1);",
            ],
        });
        assert_eq!(open(dir.path(), &broken).unwrap_err(), OpenError::Io);
        let connection = open(dir.path(), MIGRATIONS).unwrap();
        assert_eq!(version(&connection).unwrap(), last_version(MIGRATIONS));
        assert!(connection.prepare("SELECT id FROM half").is_err());
    }
}
