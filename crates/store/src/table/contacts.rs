//! The people that were added, each with a chat alone. What was checked of their keys is in `marks`,
//! which keys they had before in [`contact_keys`].
//!
//! A contact's key is what it is about: names and ids are what somebody says. Another key seen
//! under a contact's name waits here, undecided, until the person uses or ignores it.

use super::{chat_row, contact_keys, messages, never_plain};
use crate::blob::opt_blob;
use crate::code::stored_as;
use crate::{ChatId, ContactId, Reader, Result, Tx};
use rusqlite::Row;
use sotto_protocol::{BoxPublicKey, Fingerprint};

pub use super::marks::{Trust, set_differed, set_trust};

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

/// When something last happened is of the chat.
pub(crate) const TO_V3: &str = "
ALTER TABLE contacts RENAME COLUMN account TO fingerprint;
ALTER TABLE contacts DROP COLUMN activity_at;
";

/// What a contact was first known by keeps its colour. Of older contacts that have no identity yet it
/// is the box key, until something of them changes.
pub(crate) const TO_V7: &str = "
ALTER TABLE contacts ADD COLUMN known_by BLOB CHECK (length(known_by) = 32);
UPDATE contacts SET known_by = fingerprint;
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

/// Another key seen under a contact's name, undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherKey {
    /// The key.
    pub key: BoxPublicKey,
    /// When it was first seen, ms since 1970.
    pub seen_at: i64,
}

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The row.
    pub id: ContactId,
    /// The chat with it alone.
    pub chat: ChatId,
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
    pub box_key: Option<BoxPublicKey>,
    /// The fingerprint of its whole identity, once known; no two contacts have the same.
    pub fingerprint: Option<Fingerprint>,
    /// The fingerprint of what it was first known by, its identity or its box key. It stays when
    /// more is known or the key is another: a person does not become somebody else by it.
    pub known_by: Option<Fingerprint>,
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
    /// When the person found that a code or digits were not the contact's, ms since 1970, if nothing
    /// was found to match since.
    pub differed_at: Option<i64>,
    /// Whether the person blocked it.
    pub blocked: bool,
    /// When it was added, ms since 1970.
    pub added_at: i64,
    /// How it came to be a contact.
    pub origin: Origin,
    /// Another key seen under its name, undecided.
    pub other_key: Option<OtherKey>,
    /// The last other key that the person chose to ignore.
    pub ignored_key: Option<BoxPublicKey>,
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
    pub box_key: Option<BoxPublicKey>,
    /// The fingerprint of its whole identity, if it is known. Such a contact is sealed from the
    /// beginning.
    pub fingerprint: Option<Fingerprint>,
    /// When, ms since 1970.
    pub added_at: i64,
    /// How it comes to be a contact.
    pub origin: Origin,
}

/// What came of adding a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It has these rows.
    New {
        /// The contact.
        contact: ContactId,
        /// The chat with it alone.
        chat: ChatId,
    },
    /// This contact has the id already, with another key; nothing changed.
    IdTaken(ContactId),
    /// This contact has the key or the identity already, under whatever id; nothing changed.
    KeyKnown(ContactId),
}

/// The columns of a contact, in the order of [`contact`]; of the tables aliased `c`, and `h`, its
/// chat.
macro_rules! columns {
    () => {
        "c.id, h.id, c.public_id, c.user_id, c.name, c.box_key, c.client, c.blocked, c.added_at, \
         c.origin, c.other_key, c.other_key_seen_at, c.ignored_key, c.told_name, c.fingerprint, \
         c.sealed, c.refuses_plain, c.trust, c.trust_at, c.known_by, c.differed_at"
    };
}
pub(crate) use columns;

/// How many columns that are.
pub(crate) const COLUMNS: usize = 21;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM contacts c JOIN chats h ON h.contact = c.id ",
            $rest
        )
    };
}

/// Adds a contact with its chat, unless its key or its id is there. One that was a contact before
/// and was sealed then is so from the beginning.
pub fn add(tx: &Tx<'_>, new: &NewContact<'_>) -> Result<Added> {
    if let Some(known) = known(tx, new)? {
        return Ok(Added::KeyKnown(known.id));
    }
    if let Some(taken) = by_public_id(tx, new.public_id)? {
        if !is_proven_id(new) {
            return Ok(Added::IdTaken(taken.id));
        }
        give_other_id(tx, &taken)?;
    }
    let (key, identity) = (new.box_key.as_ref(), new.fingerprint.as_ref());
    let sealed = identity.is_some() || never_plain::contains(tx, key, identity)?;
    let id = tx.insert(
        "INSERT INTO contacts (public_id, user_id, name, box_key, client, blocked, added_at, origin,
                               told_name, fingerprint, sealed, refuses_plain, trust, known_by)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, '', ?8, ?9, ?9, ?10, ?11)",
        (
            new.public_id,
            new.user_id,
            new.name,
            key.map(BoxPublicKey::as_bytes),
            if sealed {
                Client::Sotto
            } else {
                Client::Unknown
            },
            new.added_at,
            new.origin,
            identity.map(Fingerprint::as_bytes),
            sealed,
            Trust::Unverified,
            first_known(identity, key).as_ref().map(Fingerprint::as_bytes),
        ),
    )?;
    let contact = ContactId(id);
    contact_keys::note_now(tx, contact, key, identity, new.added_at)?;
    let chat = chat_row::create_of_contact(tx, contact, new.added_at)?;
    Ok(Added::New { contact, chat })
}

/// The fingerprint of what is known of somebody, the identity before the box key.
fn first_known(identity: Option<&Fingerprint>, key: Option<&BoxPublicKey>) -> Option<Fingerprint> {
    identity
        .copied()
        .or_else(|| key.map(Fingerprint::of_box_key))
}

/// Whether the id of a contact to add is the account id of its identity: nobody else can have that.
fn is_proven_id(new: &NewContact<'_>) -> bool {
    let identity = new.fingerprint.as_ref();
    identity.is_some_and(|identity| identity.account_id().to_string() == new.public_id)
}

/// A contact was added under a name that a relay showed and that is somebody else's account id: it
/// goes on under its name with a number.
fn give_other_id(tx: &Tx<'_>, contact: &Contact) -> Result<()> {
    tx.change(
        "WITH RECURSIVE ids (n, id) AS (
             SELECT 2, ?2 || '-2' UNION ALL SELECT n + 1, ?2 || '-' || (n + 1) FROM ids)
         UPDATE contacts SET public_id = (
             SELECT id FROM ids WHERE id NOT IN (SELECT public_id FROM contacts) LIMIT 1)
         WHERE id = ?1",
        (contact.id, &contact.public_id),
    )?;
    Ok(())
}

/// Finds who has the key or the identity of a contact to add.
fn known(reader: &Reader, new: &NewContact<'_>) -> Result<Option<Contact>> {
    if let Some(key) = &new.box_key
        && let Some(known) = by_key(reader, key)?
    {
        return Ok(Some(known));
    }
    match &new.fingerprint {
        Some(fingerprint) => by_fingerprint(reader, fingerprint),
        None => Ok(None),
    }
}

/// Reads all contacts, the one added first at the beginning.
pub fn list(reader: &Reader) -> Result<Vec<Contact>> {
    reader.rows(select!("ORDER BY c.id"), [], |row| contact(row, 0))
}

/// Reads one contact.
pub fn by_id(reader: &Reader, id: ContactId) -> Result<Option<Contact>> {
    reader.first(select!("WHERE c.id = ?1"), [id], |row| contact(row, 0))
}

/// Finds the contact whom a chat is with alone.
pub fn by_chat(reader: &Reader, chat: ChatId) -> Result<Option<Contact>> {
    reader.first(select!("WHERE h.id = ?1"), [chat], |row| contact(row, 0))
}

/// Finds the contact that was added under an id.
pub fn by_public_id(reader: &Reader, public_id: &str) -> Result<Option<Contact>> {
    reader.first(select!("WHERE c.public_id = ?1"), [public_id], |row| {
        contact(row, 0)
    })
}

/// Finds the contact with a box key.
pub fn by_key(reader: &Reader, key: &BoxPublicKey) -> Result<Option<Contact>> {
    reader.first(select!("WHERE c.box_key = ?1"), [key.as_bytes()], |row| {
        contact(row, 0)
    })
}

/// Finds the contact with an identity.
pub fn by_fingerprint(reader: &Reader, fingerprint: &Fingerprint) -> Result<Option<Contact>> {
    reader.first(
        select!("WHERE c.fingerprint = ?1"),
        [fingerprint.as_bytes()],
        |row| contact(row, 0),
    )
}

/// Finds the contacts that use a name at relays, the one added first at the beginning.
pub fn by_user_id(reader: &Reader, user_id: &str) -> Result<Vec<Contact>> {
    reader.rows(
        select!("WHERE c.user_id = ?1 ORDER BY c.id"),
        [user_id],
        |row| contact(row, 0),
    )
}

/// Names a contact; tells whether there is one.
pub fn rename(tx: &Tx<'_>, id: ContactId, name: &str) -> Result<bool> {
    Ok(tx.change("UPDATE contacts SET name = ?2 WHERE id = ?1", (id, name))? > 0)
}

/// Blocks or unblocks a contact; tells whether there is one.
pub fn set_blocked(tx: &Tx<'_>, id: ContactId, blocked: bool) -> Result<bool> {
    Ok(tx.change(
        "UPDATE contacts SET blocked = ?2 WHERE id = ?1",
        (id, blocked),
    )? > 0)
}

/// Keeps what was learned of a contact's program; tells whether there is one.
pub fn set_client(tx: &Tx<'_>, id: ContactId, client: Client) -> Result<bool> {
    Ok(tx.change(
        "UPDATE contacts SET client = ?2 WHERE id = ?1",
        (id, client),
    )? > 0)
}

/// Keeps what a contact's program says that it wants to be called.
pub fn set_told_name(tx: &Tx<'_>, id: ContactId, name: &str) -> Result<bool> {
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
pub fn bind(
    tx: &Tx<'_>,
    id: ContactId,
    fingerprint: &Fingerprint,
    box_key: &BoxPublicKey,
    at: i64,
) -> Result<()> {
    keep_known_by(tx, id)?;
    tx.change(
        "UPDATE contacts SET fingerprint = coalesce(fingerprint, ?2),
                             box_key = coalesce(box_key, ?3), client = ?4
         WHERE id = ?1",
        (
            id,
            fingerprint.as_bytes(),
            box_key.as_bytes(),
            Client::Sotto,
        ),
    )?;
    let bound = by_id(tx, id)?;
    let own = bound.as_ref();
    let (key, identity) = (
        own.and_then(|own| own.box_key.as_ref()),
        own.and_then(|own| own.fingerprint.as_ref()),
    );
    contact_keys::note_now(tx, id, key, identity, at)
}

/// Writes down what a contact is known by before that changes.
fn keep_known_by(tx: &Tx<'_>, id: ContactId) -> Result<()> {
    let known_by = by_id(tx, id)?.and_then(|contact| contact.known_by);
    tx.change(
        "UPDATE contacts SET known_by = ?2 WHERE id = ?1 AND known_by IS NULL",
        (id, known_by.as_ref().map(Fingerprint::as_bytes)),
    )?;
    Ok(())
}

/// The identity that a contact named was not its own. A mark goes with it: it may be one of that
/// identity.
pub fn unbind(tx: &Tx<'_>, id: ContactId) -> Result<()> {
    tx.change(
        "UPDATE contacts SET fingerprint = NULL, trust = ?2, trust_at = NULL WHERE id = ?1",
        (id, Trust::Unverified),
    )?;
    Ok(())
}

/// From now on only messages of a secure session are sent to a contact.
pub fn set_sealed(tx: &Tx<'_>, id: ContactId) -> Result<()> {
    tx.change("UPDATE contacts SET sealed = 1 WHERE id = ?1", [id])?;
    Ok(())
}

/// From now on texts in plain boxes are refused from a contact.
pub fn refuse_plain(tx: &Tx<'_>, id: ContactId) -> Result<()> {
    tx.change("UPDATE contacts SET refuses_plain = 1 WHERE id = ?1", [id])?;
    Ok(())
}

/// Keeps the name that a contact uses at relays; tells whether there is one.
pub fn set_user_id(tx: &Tx<'_>, id: ContactId, user_id: &str) -> Result<bool> {
    Ok(tx.change(
        "UPDATE contacts SET user_id = ?2 WHERE id = ?1",
        (id, user_id),
    )? > 0)
}

/// Notes that another key was seen under a contact's name, in place of an earlier undecided one.
///
/// Tells whether it is news: not the contact's own key, nor the one that waits, nor the ignored
/// one.
pub fn see_other_key(tx: &Tx<'_>, id: ContactId, key: &BoxPublicKey, at: i64) -> Result<bool> {
    let changed = tx.change(
        "UPDATE contacts SET other_key = ?2, other_key_seen_at = ?3
         WHERE id = ?1 AND box_key IS NOT ?2 AND other_key IS NOT ?2 AND ignored_key IS NOT ?2",
        (id, key.as_bytes(), at),
    )?;
    Ok(changed > 0)
}

/// Makes the undecided other key the contact's key and gives the contact as it was; `None` if
/// no key waits. What is known of the program, the identity and its mark is forgotten with the old
/// key; that nothing goes out unprotected stays.
///
/// # Errors
/// [`crate::StoreError::Conflict`] if another contact has the key.
pub fn use_other_key(tx: &Tx<'_>, id: ContactId, at: i64) -> Result<Option<Contact>> {
    let Some(contact) = by_id(tx, id)?.filter(|contact| contact.other_key.is_some()) else {
        return Ok(None);
    };
    remember_sealed(tx, &contact)?;
    keep_known_by(tx, id)?;
    let (key, identity) = (contact.box_key.as_ref(), contact.fingerprint.as_ref());
    contact_keys::note_now(tx, id, key, identity, at)?;
    tx.change(
        "UPDATE contacts SET box_key = other_key, other_key = NULL, other_key_seen_at = NULL,
                             ignored_key = NULL, client = ?2, fingerprint = NULL, trust = ?3,
                             trust_at = NULL, differed_at = NULL, refuses_plain = sealed
         WHERE id = ?1",
        (id, Client::Unknown, Trust::Unverified),
    )?;
    let new = contact.other_key.as_ref().map(|other| &other.key);
    contact_keys::note_now(tx, id, new, None, at)?;
    Ok(Some(contact))
}

/// Gives up the undecided other key and remembers it as ignored; `None` if no key waits.
pub fn ignore_other_key(tx: &Tx<'_>, id: ContactId) -> Result<Option<BoxPublicKey>> {
    let other = by_id(tx, id)?.and_then(|contact| contact.other_key);
    tx.change(
        "UPDATE contacts SET ignored_key = other_key, other_key = NULL, other_key_seen_at = NULL
         WHERE id = ?1 AND other_key IS NOT NULL",
        [id],
    )?;
    Ok(other.map(|other| other.key))
}

/// Deletes a contact with its chat and all that is in it, and what waits for it; tells whether there
/// was one. The nonces of its boxes stay, and that nothing plain goes to it or is taken from it.
pub fn delete(tx: &Tx<'_>, id: ContactId) -> Result<bool> {
    if let Some(contact) = by_id(tx, id)? {
        remember_sealed(tx, &contact)?;
    }
    if let Some(chat) = chat_row::of_contact(tx, id)? {
        messages::clear_chat(tx, chat)?;
    }
    // The chat with its draft, the outboxes and the link follow by their foreign keys.
    Ok(tx.change("DELETE FROM contacts WHERE id = ?1", [id])? > 0)
}

/// Keeps of a contact whose row or whose key is about to go that plain boxes are over with it.
fn remember_sealed(tx: &Tx<'_>, contact: &Contact) -> Result<()> {
    if contact.sealed || contact.refuses_plain {
        never_plain::remember(tx, contact.box_key.as_ref(), contact.fingerprint.as_ref())?;
    }
    Ok(())
}

/// A row of [`columns`] that begin at column `at`.
pub(crate) fn contact(row: &Row<'_>, at: usize) -> rusqlite::Result<Contact> {
    let other_key = match (opt_blob(row, at + 10)?, row.get(at + 11)?) {
        (Some(key), Some(seen_at)) => Some(OtherKey { key, seen_at }),
        _ => None,
    };
    let (box_key, fingerprint) = (opt_blob(row, at + 5)?, opt_blob(row, at + 14)?);
    let known_by: Option<Fingerprint> = opt_blob(row, at + 19)?;
    Ok(Contact {
        id: row.get(at)?,
        chat: row.get(at + 1)?,
        public_id: row.get(at + 2)?,
        user_id: row.get(at + 3)?,
        name: row.get(at + 4)?,
        known_by: known_by.or_else(|| first_known(fingerprint.as_ref(), box_key.as_ref())),
        box_key,
        client: row.get(at + 6)?,
        blocked: row.get(at + 7)?,
        added_at: row.get(at + 8)?,
        origin: row.get(at + 9)?,
        other_key,
        ignored_key: opt_blob(row, at + 12)?,
        told_name: row.get(at + 13)?,
        fingerprint,
        sealed: row.get(at + 15)?,
        refuses_plain: row.get(at + 16)?,
        trust: row.get(at + 17)?,
        trust_at: row.get(at + 18)?,
        differed_at: row.get(at + 20)?,
    })
}
