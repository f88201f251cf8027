//! Whom each message of the person is for, and how far it came to each.
//!
//! The outboxes change these rows together with their own; a message says the least of them
//! ([`Delivery`]).

use crate::code::stored_as;
use crate::{ContactId, MessageId, Reader, RelayId, Result, Tx};
use rusqlite::Row;

/// The one recipient of a message was its chat's contact, whose number the chat had.
pub(crate) const CREATE_V3: &str = "
CREATE TABLE recipients (
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('queued', 'handed', 'delivered', 'failed')),
    state_at INTEGER NOT NULL,
    relay INTEGER,
    failure TEXT CHECK (failure IS NULL OR state = 'failed'),
    PRIMARY KEY (message, contact)
) STRICT, WITHOUT ROWID;
INSERT INTO recipients (message, contact, state, state_at, relay, failure)
SELECT id, chat, state, state_at, relay, failure FROM messages WHERE direction = 'out' ORDER BY id;
CREATE INDEX recipients_handed ON recipients (contact, message) WHERE state = 'handed';
";

/// What waits for a session went in plain boxes: those few messages are found by their nonce
/// (`messages_in_plain_boxes`). An index of all that relays were handed was written twice for
/// each message, and read for no other.
pub(crate) const TO_V4: &str = "
DROP INDEX recipients_handed;
";

/// How far an outgoing message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// In an outbox.
    Queued,
    /// A relay of level 0 took it.
    Handed,
    /// The other side's program confirmed it in the secure session.
    Delivered,
    /// It cannot be sent and is not tried again by itself.
    Failed,
}

stored_as!(State {
    Queued = "queued",
    Handed = "handed",
    Delivered = "delivered",
    Failed = "failed",
});

/// How far a message of the person came to one of those that it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Whom it is for.
    pub contact: ContactId,
    /// How far it came.
    pub state: State,
    /// Since when, ms since 1970.
    pub state_at: i64,
    /// The relay that it went through; it may have been removed since.
    pub relay: Option<RelayId>,
    /// Of a failed message, the engine's code of why.
    pub failure: Option<String>,
}

/// How far a message of the person came in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// How far it came where it came the least: failed, else queued, else handed. Delivered once
    /// all have it, and where nobody is left to have it.
    pub state: State,
    /// Since when, ms since 1970; of several in this state, the last one's.
    pub state_at: i64,
    /// If it failed, the engine's code of why.
    pub failure: Option<String>,
    /// The relay that it went through there; it may have been removed since.
    pub relay: Option<RelayId>,
    /// How many have confirmed it.
    pub delivered: u32,
    /// How many it is for.
    pub recipients: u32,
}

/// Finds, for the message aliased `m`, the recipient whom it came the least far to, as `r`; of
/// several, one of the last. An aggregate needs no sorting; SQLite takes the other column from the
/// row that has the maximum.
macro_rules! least_far {
    () => {
        "LEFT JOIN recipients r ON r.message = m.id AND r.contact = (SELECT contact FROM
             (SELECT f.contact, max(f.state_at + 1000000000000000 *
                     CASE f.state WHEN 'failed' THEN 3 WHEN 'queued' THEN 2
                                  WHEN 'handed' THEN 1 ELSE 0 END)
              FROM recipients f WHERE f.message = m.id))"
    };
}
pub(crate) use least_far;

/// The columns of a delivery, in the order of [`delivery`]; of `m` and what [`least_far`] found.
macro_rules! columns {
    () => {
        "coalesce(r.state, 'delivered'), coalesce(r.state_at, m.created_at), r.failure, r.relay, \
         CASE WHEN r.message IS NOT NULL THEN (SELECT count(*) FROM recipients d \
             WHERE d.message = m.id AND d.state = 'delivered') ELSE 0 END, \
         CASE WHEN r.message IS NOT NULL THEN (SELECT count(*) FROM recipients d \
             WHERE d.message = m.id) ELSE 0 END"
    };
}
pub(crate) use columns;

/// Adds whom a new message is for, queued.
pub(crate) fn add(tx: &Tx<'_>, message: MessageId, contact: ContactId, at: i64) -> Result<()> {
    tx.change(
        "INSERT INTO recipients (message, contact, state, state_at) VALUES (?1, ?2, 'queued', ?3)",
        (message, contact, at),
    )?;
    Ok(())
}

/// Reads whom a message is for, the contact added first at the beginning.
pub fn recipients(reader: &Reader, message: MessageId) -> Result<Vec<Recipient>> {
    reader.rows(
        "SELECT contact, state, state_at, relay, failure FROM recipients
         WHERE message = ?1 ORDER BY contact",
        [message],
        |row| {
            Ok(Recipient {
                contact: row.get(0)?,
                state: row.get(1)?,
                state_at: row.get(2)?,
                relay: row.get(3)?,
                failure: row.get(4)?,
            })
        },
    )
}

/// The newest texts in a contact's own chat, at most `limit`, that a relay was handed in plain boxes
/// and that nobody has confirmed; oldest first.
pub fn unconfirmed(reader: &Reader, contact: ContactId, limit: u32) -> Result<Vec<MessageId>> {
    let mut found: Vec<MessageId> = reader.rows(
        "SELECT m.id FROM messages m
         CROSS JOIN recipients r ON r.message = m.id AND r.contact = ?1
         WHERE m.chat = (SELECT id FROM chats WHERE contact = ?1)
           AND r.state = 'handed' AND m.protection = 'plain' AND m.plain_nonce IS NOT NULL
           AND m.key = (SELECT box_key FROM contacts WHERE id = ?1)
         ORDER BY m.id DESC LIMIT ?2",
        (contact, limit),
        |row| row.get(0),
    )?;
    found.reverse();
    Ok(found)
}

/// A message that failed for a contact is queued again.
pub fn requeue(tx: &Tx<'_>, message: MessageId, contact: ContactId, at: i64) -> Result<()> {
    tx.change(
        "UPDATE recipients SET state = 'queued', state_at = ?3, failure = NULL
         WHERE message = ?1 AND contact = ?2 AND state = 'failed'",
        (message, contact, at),
    )?;
    Ok(())
}

/// A relay was handed a message that was queued for a contact.
pub(crate) fn handed(
    tx: &Tx<'_>,
    message: MessageId,
    contact: ContactId,
    at: i64,
    relay: RelayId,
) -> Result<()> {
    tx.change(
        "UPDATE recipients SET state = 'handed', state_at = ?3, relay = ?4
         WHERE message = ?1 AND contact = ?2 AND state = 'queued'",
        (message, contact, at, relay),
    )?;
    Ok(())
}

/// A contact's program has confirmed a message.
pub(crate) fn delivered(
    tx: &Tx<'_>,
    message: MessageId,
    contact: ContactId,
    at: i64,
) -> Result<()> {
    tx.change(
        "UPDATE recipients SET state = 'delivered', state_at = ?3, failure = NULL
         WHERE message = ?1 AND contact = ?2",
        (message, contact, at),
    )?;
    Ok(())
}

/// A message cannot be sent to a contact.
pub(crate) fn failed(
    tx: &Tx<'_>,
    message: MessageId,
    contact: ContactId,
    at: i64,
    failure: &str,
) -> Result<()> {
    tx.change(
        "UPDATE recipients SET state = 'failed', state_at = ?3, failure = ?4
         WHERE message = ?1 AND contact = ?2",
        (message, contact, at, failure),
    )?;
    Ok(())
}

/// A row of [`columns`] that begin at column `at`.
pub(crate) fn delivery(row: &Row<'_>, at: usize) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        state: row.get(at)?,
        state_at: row.get(at + 1)?,
        failure: row.get(at + 2)?,
        relay: row.get(at + 3)?,
        delivered: row.get(at + 4)?,
        recipients: row.get(at + 5)?,
    })
}
