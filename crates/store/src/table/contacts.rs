//! The people that were added, each with a conversation of the same row id.
//!
//! A contact's key is what it is about: names and ids are what somebody says. Another key seen
//! under a contact's name waits here, undecided, until the person uses or ignores it.

use rusqlite::Row;

use crate::code::stored_as;
use crate::{Reader, Result, Tx};

pub(crate) const CREATE_V1: &str = "
CREATE TABLE contacts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    box_key BLOB NOT NULL UNIQUE CHECK (length(box_key) = 32),
    client TEXT NOT NULL CHECK (client IN ('unknown', 'guide', 'sotto')),
    blocked INTEGER NOT NULL CHECK (blocked IN (0, 1)),
    added_at INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('added', 'request')),
    other_key BLOB CHECK (length(other_key) = 32),
    other_key_seen_at INTEGER,
    ignored_key BLOB CHECK (length(ignored_key) = 32),
    activity_at INTEGER NOT NULL,
    CHECK ((other_key IS NULL) = (other_key_seen_at IS NULL))
) STRICT;
CREATE INDEX contacts_by_user_id ON contacts (user_id);
";

/// Somebody may be known by the whole identity before the box key is (added by a link), or by the
/// box key before the identity is (added by id and key): each may be absent, not both.
pub(crate) const TO_V2: &str = "
CREATE TABLE contacts_2 (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    told_name TEXT NOT NULL,
    box_key BLOB UNIQUE CHECK (length(box_key) = 32),
    account BLOB UNIQUE CHECK (length(account) = 32),
    client TEXT NOT NULL CHECK (client IN ('unknown', 'guide', 'sotto')),
    sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
    refuses_plain INTEGER NOT NULL CHECK (refuses_plain IN (0, 1)),
    trust TEXT NOT NULL
        CHECK (trust IN ('unverified', 'by_my_invite', 'by_their_invite', 'code', 'affirmed')),
    trust_at INTEGER,
    blocked INTEGER NOT NULL CHECK (blocked IN (0, 1)),
    added_at INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('added', 'request', 'invite', 'link')),
    other_key BLOB CHECK (length(other_key) = 32),
    other_key_seen_at INTEGER,
    ignored_key BLOB CHECK (length(ignored_key) = 32),
    activity_at INTEGER NOT NULL,
    CHECK (box_key IS NOT NULL OR account IS NOT NULL),
    CHECK ((other_key IS NULL) = (other_key_seen_at IS NULL))
) STRICT;
INSERT INTO contacts_2 (id, public_id, user_id, name, told_name, box_key, client, sealed,
                        refuses_plain, trust, blocked, added_at, origin, other_key,
                        other_key_seen_at, ignored_key, activity_at)
SELECT id, public_id, user_id, name, '', box_key, client, 0, 0, 'unverified', blocked, added_at,
       origin, other_key, other_key_seen_at, ignored_key, activity_at
FROM contacts;
DELETE FROM sqlite_sequence WHERE name = 'contacts_2';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'contacts_2', seq FROM sqlite_sequence WHERE name = 'contacts';
DROP TABLE contacts;
ALTER TABLE contacts_2 RENAME TO contacts;
CREATE INDEX contacts_by_user_id ON contacts (user_id);
";

/// What is known of a contact's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Nothing yet.
    Unknown,
    /// A client written from the guide.
    Guide,
    /// Sotto.
    Sotto,
}

stored_as!(Client { Unknown = "unknown", Guide = "guide", Sotto = "sotto" });

/// How a contact came to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The person added it by id and key.
    Added,
    /// The person accepted its request.
    Request,
    /// It used an invite of the person.
    Invite,
    /// The person added it by a link: an invite or a contact card.
    Link,
}

stored_as!(Origin { Added = "added", Request = "request", Invite = "invite", Link = "link" });

/// Whether the person has checked whose keys these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// No.
    Unverified,
    /// It used an invite of the person's that left the program.
    ByMyInvite,
    /// The person used an invite of it.
    ByTheirInvite,
    /// It used an invite that was only ever shown as a code on the screen.
    Code,
    /// The person affirmed the way that the invite went.
    Affirmed,
}

stored_as!(Trust {
    Unverified = "unverified",
    ByMyInvite = "by_my_invite",
    ByTheirInvite = "by_their_invite",
    Code = "code",
    Affirmed = "affirmed",
});

/// Another key seen under a contact's name, undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherKey {
    /// The key.
    pub key: [u8; 32],
    /// When it was first seen, ms since 1970.
    pub seen_at: i64,
}

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The row, of the contact and of its chat.
    pub id: i64,
    /// The id under which it was added; it never changes and no two contacts have the same.
    pub public_id: String,
    /// The name that it uses at relays.
    pub user_id: String,
    /// The name that the person gave; may be empty.
    pub name: String,
    /// What the contact's program says that it wants to be called; may be empty.
    pub told_name: String,
    /// Its box key; no two contacts have the same. Somebody who was added by a link has none
    /// before the first answer.
    pub box_key: Option<[u8; 32]>,
    /// The fingerprint of its whole identity, once known; no two contacts have the same.
    pub account: Option<[u8; 32]>,
    /// What is known of its program.
    pub client: Client,
    /// Whether nothing but messages of a secure session is sent to it. For good.
    pub sealed: bool,
    /// Whether texts in plain boxes are refused from it. For good.
    pub refuses_plain: bool,
    /// Whether the person has checked whose keys these are.
    pub trust: Trust,
    /// Since when, ms since 1970.
    pub trust_at: Option<i64>,
    /// Whether the person blocked it.
    pub blocked: bool,
    /// When it was added, ms since 1970.
    pub added_at: i64,
    /// How it came to be a contact.
    pub origin: Origin,
    /// Another key seen under its name, undecided.
    pub other_key: Option<OtherKey>,
    /// The last other key that the person chose to ignore.
    pub ignored_key: Option<[u8; 32]>,
    /// When something last happened in its chat, ms since 1970; never goes back.
    pub activity_at: i64,
}

/// A contact to add.
#[derive(Clone, Copy, Debug)]
pub struct NewContact<'a> {
    /// The id under which it will be known for good.
    pub public_id: &'a str,
    /// The name that it uses at relays.
    pub user_id: &'a str,
    /// The name that the person gives; may be empty.
    pub name: &'a str,
    /// Its box key, if it is known.
    pub box_key: Option<[u8; 32]>,
    /// The fingerprint of its whole identity, if it is known. Such a contact is sealed from the
    /// beginning.
    pub account: Option<[u8; 32]>,
    /// When, ms since 1970.
    pub added_at: i64,
    /// How it comes to be a contact.
    pub origin: Origin,
}

/// What came of adding a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It has this row.
    New(i64),
    /// This contact has the id already, with another key; nothing changed.
    IdTaken(i64),
    /// This contact has the key or the identity already, under whatever id; nothing changed.
    KeyKnown(i64),
}

/// The columns of a contact, in the order of [`contact`]; of the table named or aliased `c`.
macro_rules! columns {
    () => {
        "c.id, c.public_id, c.user_id, c.name, c.box_key, c.client, c.blocked, c.added_at, c.origin, \
         c.other_key, c.other_key_seen_at, c.ignored_key, c.activity_at, c.told_name, c.account, \
         c.sealed, c.refuses_plain, c.trust, c.trust_at"
    };
}
pub(crate) use columns;

/// How many columns that are.
pub(crate) const COLUMNS: usize = 19;

/// Adds a contact, unless its key or its id is there.
pub fn add(tx: &Tx<'_>, new: &NewContact<'_>) -> Result<Added> {
    let by_box_key = new.box_key.as_ref().map(|key| by_key(tx, key));
    let by_identity = new.account.as_ref().map(|account| by_account(tx, account));
    for known in by_box_key.into_iter().chain(by_identity) {
        if let Some(known) = known? {
            return Ok(Added::KeyKnown(known.id));
        }
    }
    if let Some(taken) = by_public_id(tx, new.public_id)? {
        return Ok(Added::IdTaken(taken.id));
    }
    let id = tx.insert(
        "INSERT INTO contacts (public_id, user_id, name, box_key, client, blocked, added_at, origin,
                               activity_at, told_name, account, sealed, refuses_plain, trust)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?6, '', ?8, ?9, ?9, ?10)",
        (
            new.public_id,
            new.user_id,
            new.name,
            new.box_key,
            match new.account {
                Some(_) => Client::Sotto,
                None => Client::Unknown,
            },
            new.added_at,
            new.origin,
            new.account,
            new.account.is_some(),
            Trust::Unverified,
        ),
    )?;
    Ok(Added::New(id))
}

/// Reads all contacts, the one added first at the beginning.
pub fn list(reader: &Reader) -> Result<Vec<Contact>> {
    reader.rows(
        concat!("SELECT ", columns!(), " FROM contacts c ORDER BY c.id"),
        [],
        contact,
    )
}

/// Reads one contact.
pub fn by_id(reader: &Reader, id: i64) -> Result<Option<Contact>> {
    reader.first(
        concat!("SELECT ", columns!(), " FROM contacts c WHERE c.id = ?1"),
        [id],
        contact,
    )
}

/// Finds the contact that was added under an id.
pub fn by_public_id(reader: &Reader, public_id: &str) -> Result<Option<Contact>> {
    reader.first(
        concat!(
            "SELECT ",
            columns!(),
            " FROM contacts c WHERE c.public_id = ?1"
        ),
        [public_id],
        contact,
    )
}

/// Finds the contact with a box key.
pub fn by_key(reader: &Reader, key: &[u8; 32]) -> Result<Option<Contact>> {
    reader.first(
        concat!(
            "SELECT ",
            columns!(),
            " FROM contacts c WHERE c.box_key = ?1"
        ),
        [key],
        contact,
    )
}

/// Finds the contact with an identity.
pub fn by_account(reader: &Reader, account: &[u8; 32]) -> Result<Option<Contact>> {
    reader.first(
        concat!(
            "SELECT ",
            columns!(),
            " FROM contacts c WHERE c.account = ?1"
        ),
        [account],
        contact,
    )
}

/// Finds the contacts that use a name at relays, the one added first at the beginning.
pub fn by_user_id(reader: &Reader, user_id: &str) -> Result<Vec<Contact>> {
    reader.rows(
        concat!(
            "SELECT ",
            columns!(),
            " FROM contacts c WHERE c.user_id = ?1 ORDER BY c.id"
        ),
        [user_id],
        contact,
    )
}

/// Names a contact; tells whether there is one.
pub fn rename(tx: &Tx<'_>, id: i64, name: &str) -> Result<bool> {
    Ok(tx.change("UPDATE contacts SET name = ?2 WHERE id = ?1", (id, name))? > 0)
}

/// Blocks or unblocks a contact; tells whether there is one.
pub fn set_blocked(tx: &Tx<'_>, id: i64, blocked: bool) -> Result<bool> {
    Ok(tx.change(
        "UPDATE contacts SET blocked = ?2 WHERE id = ?1",
        (id, blocked),
    )? > 0)
}

/// Keeps what was learned of a contact's program; tells whether there is one.
pub fn set_client(tx: &Tx<'_>, id: i64, client: Client) -> Result<bool> {
    Ok(tx.change(
        "UPDATE contacts SET client = ?2 WHERE id = ?1",
        (id, client),
    )? > 0)
}

/// Keeps what a contact's program says that it wants to be called.
pub fn set_told_name(tx: &Tx<'_>, id: i64, name: &str) -> Result<bool> {
    Ok(tx.change(
        "UPDATE contacts SET told_name = ?2 WHERE id = ?1",
        (id, name),
    )? > 0)
}

/// Binds a contact to the identity that its box key was proved to belong to, or to the box key
/// that its identity was proved to have. What is known already does not change.
///
/// # Errors
/// [`crate::StoreError::Conflict`] if another contact has one of them.
pub fn bind(tx: &Tx<'_>, id: i64, account: &[u8; 32], box_key: &[u8; 32]) -> Result<()> {
    tx.change(
        "UPDATE contacts SET account = coalesce(account, ?2), box_key = coalesce(box_key, ?3),
                             client = ?4
         WHERE id = ?1",
        (id, account, box_key, Client::Sotto),
    )?;
    Ok(())
}

/// The identity that a contact named was not its own.
pub fn unbind(tx: &Tx<'_>, id: i64) -> Result<()> {
    tx.change("UPDATE contacts SET account = NULL WHERE id = ?1", [id])?;
    Ok(())
}

/// From now on only messages of a secure session are sent to a contact.
pub fn set_sealed(tx: &Tx<'_>, id: i64) -> Result<()> {
    tx.change("UPDATE contacts SET sealed = 1 WHERE id = ?1", [id])?;
    Ok(())
}

/// From now on texts in plain boxes are refused from a contact.
pub fn refuse_plain(tx: &Tx<'_>, id: i64) -> Result<()> {
    tx.change("UPDATE contacts SET refuses_plain = 1 WHERE id = ?1", [id])?;
    Ok(())
}

/// Keeps whether the person has checked a contact; tells whether there is one.
pub fn set_trust(tx: &Tx<'_>, id: i64, trust: Trust, at: Option<i64>) -> Result<bool> {
    Ok(tx.change(
        "UPDATE contacts SET trust = ?2, trust_at = ?3 WHERE id = ?1",
        (id, trust, at),
    )? > 0)
}

/// Keeps the name that a contact uses at relays; tells whether there is one.
pub fn set_user_id(tx: &Tx<'_>, id: i64, user_id: &str) -> Result<bool> {
    Ok(tx.change(
        "UPDATE contacts SET user_id = ?2 WHERE id = ?1",
        (id, user_id),
    )? > 0)
}

/// Raises the time of a chat's last activity.
pub(crate) fn touch(tx: &Tx<'_>, id: i64, at: i64) -> Result<()> {
    tx.change(
        "UPDATE contacts SET activity_at = max(activity_at, ?2) WHERE id = ?1",
        [id, at],
    )?;
    Ok(())
}

/// Notes that another key was seen under a contact's name, in place of an earlier undecided one.
///
/// Tells whether it is news: not the contact's own key, nor the one that waits, nor the ignored
/// one.
pub fn see_other_key(tx: &Tx<'_>, id: i64, key: &[u8; 32], at: i64) -> Result<bool> {
    let changed = tx.change(
        "UPDATE contacts SET other_key = ?2, other_key_seen_at = ?3
         WHERE id = ?1 AND box_key IS NOT ?2 AND other_key IS NOT ?2 AND ignored_key IS NOT ?2",
        (id, key, at),
    )?;
    Ok(changed > 0)
}

/// Makes the undecided other key the contact's key and gives the contact as it was; `None` if
/// no key waits. What is known of the program, the identity and its mark is forgotten with the old
/// key; that nothing goes out unprotected stays.
///
/// # Errors
/// [`crate::StoreError::Conflict`] if another contact has the key.
pub fn use_other_key(tx: &Tx<'_>, id: i64) -> Result<Option<Contact>> {
    let Some(contact) = by_id(tx, id)?.filter(|contact| contact.other_key.is_some()) else {
        return Ok(None);
    };
    tx.change(
        "UPDATE contacts SET box_key = other_key, other_key = NULL, other_key_seen_at = NULL,
                             ignored_key = NULL, client = ?2, account = NULL, trust = ?3,
                             trust_at = NULL, refuses_plain = sealed
         WHERE id = ?1",
        (id, Client::Unknown, Trust::Unverified),
    )?;
    Ok(Some(contact))
}

/// Gives up the undecided other key and remembers it as ignored; `None` if no key waits.
pub fn ignore_other_key(tx: &Tx<'_>, id: i64) -> Result<Option<[u8; 32]>> {
    let other = by_id(tx, id)?.and_then(|contact| contact.other_key);
    tx.change(
        "UPDATE contacts SET ignored_key = other_key, other_key = NULL, other_key_seen_at = NULL
         WHERE id = ?1 AND other_key IS NOT NULL",
        [id],
    )?;
    Ok(other.map(|other| other.key))
}

/// Deletes a contact with its messages, outbox and draft; tells whether there was one. The nonces
/// of its boxes stay.
pub fn delete(tx: &Tx<'_>, id: i64) -> Result<bool> {
    super::messages::clear_chat(tx, id)?;
    // Drafts follow by their foreign key.
    Ok(tx.change("DELETE FROM contacts WHERE id = ?1", [id])? > 0)
}

/// A row of [`columns`].
pub(crate) fn contact(row: &Row<'_>) -> rusqlite::Result<Contact> {
    let other_key = match (row.get(9)?, row.get(10)?) {
        (Some(key), Some(seen_at)) => Some(OtherKey { key, seen_at }),
        _ => None,
    };
    Ok(Contact {
        id: row.get(0)?,
        public_id: row.get(1)?,
        user_id: row.get(2)?,
        name: row.get(3)?,
        box_key: row.get(4)?,
        client: row.get(5)?,
        blocked: row.get(6)?,
        added_at: row.get(7)?,
        origin: row.get(8)?,
        other_key,
        ignored_key: row.get(11)?,
        activity_at: row.get(12)?,
        told_name: row.get(13)?,
        account: row.get(14)?,
        sealed: row.get(15)?,
        refuses_plain: row.get(16)?,
        trust: row.get(17)?,
        trust_at: row.get(18)?,
    })
}
