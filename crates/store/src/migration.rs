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
            table::outbox::CREATE_V1,
            table::nonces::CREATE_V1,
            table::drafts::CREATE_V1,
            table::requests::CREATE_V1,
            table::blocked_keys::CREATE_V1,
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
    mut progress: Option<&mut dyn FnMut(MigrationProgress)>,
) -> Result<(), OpenError> {
    let found = version(connection)?;
    let last_version = last_version(migrations);
    if found > last_version {
        return Err(OpenError::Newer { found });
    }
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
    tx.pragma_update(None, "user_version", to)?;
    tx.commit()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use zeroize::Zeroizing;

    use super::*;
    use crate::file;

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
            OpenError::Newer { found: 2 }
        );
        assert!(before == files(dir.path()));
    }

    #[test]
    fn an_older_history_is_brought_forward_step_by_step() {
        let dir = tempfile::tempdir().unwrap();
        create(dir.path(), MIGRATIONS);
        let mut steps = Vec::new();
        let mut note = |step| steps.push(step);
        let connection =
            file::open(dir.path(), &Zeroizing::new(KEY), &later(), Some(&mut note)).unwrap();
        assert_eq!(version(&connection).unwrap(), 2);
        assert!(connection.prepare("SELECT id FROM later").is_ok());
        let step = MigrationProgress {
            to_version: 2,
            last_version: 2,
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
        assert_eq!(version(&connection).unwrap(), 1);
        assert!(connection.prepare("SELECT id FROM half").is_err());
    }
}
