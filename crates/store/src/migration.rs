//! How an older history comes to the form of this version.
//!
//! The list only ever grows at its end: what is in it has run on people's computers. The version
//! of a history is SQLite's `user_version`; a version above the list's last one was written by a
//! newer program and is left alone.

use crate::{OpenError, table};
use rusqlite::{Connection, TransactionBehavior};

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
            table::search_index::CREATE_V1,
            table::search_index::TRIGGERS,
            table::plain_outbox::CREATE_V1,
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
            table::search_index::TRIGGERS,
            table::requests::TO_V2,
            table::own_keys::CREATE_V2,
            table::peers::CREATE_V2,
            table::session_outbox::CREATE_V2,
            table::received::CREATE_V2,
            table::invites::CREATE_V2,
        ],
    },
    // 3: a chat is not a contact, and a message is for recipients.
    Migration {
        sql: &[
            table::chat_row::CREATE_V3,
            table::contacts::TO_V3,
            table::requests::TO_V3,
            table::peers::TO_V3,
            table::received::TO_V3,
            table::recipients::CREATE_V3,
            table::messages::TO_V3,
            table::search_index::TRIGGERS,
            table::plain_outbox::TO_V3,
            table::session_outbox::TO_V3,
            table::drafts::TO_V3,
            table::joins::TO_V3,
        ],
    },
    // 4: a message of a session writes one index less, ways are learned, strangers share the room,
    // and what was never plain again stays so.
    Migration {
        sql: &[
            table::recipients::TO_V4,
            table::messages::TO_V4,
            table::ways::CREATE_V4,
            table::peers::TO_V4,
            table::requests::TO_V4,
            table::never_plain::CREATE_V4,
        ],
    },
    // 5: what people write differently is found all the same.
    Migration {
        sql: &[table::search_index::TO_V5, table::search_index::TRIGGERS_V5],
    },
    // 6: what this version cannot show is kept for one that can, and others say what they read.
    Migration {
        sql: &[table::kept_contents::CREATE_V6, table::peers::TO_V6],
    },
    // 7: contacts keep their colours.
    Migration {
        sql: &[table::contacts::TO_V7],
    },
    // 8: an older copy of somebody's identity that still runs is told.
    Migration {
        sql: &[table::older_copies::CREATE_V8],
    },
    // 9: how a contact was verified, every key that it had, and what is said to verify it.
    Migration {
        sql: &[
            table::marks::TO_V9,
            table::contact_keys::CREATE_V9,
            table::session_outbox::TO_V9,
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

fn step(connection: &mut Connection, migration: &Migration, to: u32) -> Result<(), OpenError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for sql in migration.sql {
        tx.execute_batch(sql)?;
    }
    let broken: u32 = tx.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| {
        row.get(0)
    })?;
    if broken > 0 {
        return Err(OpenError::Damaged);
    }
    tx.pragma_update(None, "user_version", to)?;
    Ok(tx.commit()?)
}
