//! Keys that wrote without having been added, with their texts, until the person decides.
//!
//! Strangers can fill only so much: [`MAX_KEYS`] keys with [`MAX_TEXTS`] texts each. More texts of a
//! key are refused here; a further key takes the place of the oldest, out of the way by which most
//! came, so that whoever floods one way pushes out nobody who came by another.

use super::blocked_keys;
use crate::blob::{blob, opt_blob};
use crate::{ContentId, Reader, RequestId, Result, Tx};
use rusqlite::Row;
use rusqlite::types::FromSqlError;
use sotto_protocol::{BoxPublicKey, Fingerprint};

/// The most keys that may wait.
pub const MAX_KEYS: u32 = 50;
/// The most texts of one key that may wait.
pub const MAX_TEXTS: u32 = 20;

pub(crate) const CREATE_V1: &str = "
CREATE TABLE requests (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    user_id TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;
CREATE TABLE request_texts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    request INTEGER NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    nonce BLOB NOT NULL CHECK (length(nonce) = 24),
    relay_at INTEGER,
    received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX request_texts_by_request ON request_texts (request, id);
";

/// A stranger may also write in a session, begun by a contact card: its request names the identity,
/// its texts have content ids instead of nonces.
pub(crate) const TO_V2: &str = "
ALTER TABLE requests ADD COLUMN account BLOB CHECK (length(account) = 32);
CREATE TABLE request_texts_2 (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    request INTEGER NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    nonce BLOB CHECK (length(nonce) = 24),
    content BLOB CHECK (length(content) = 16),
    relay_at INTEGER,
    received_at INTEGER NOT NULL,
    CHECK ((nonce IS NULL) = (content IS NOT NULL))
) STRICT;
INSERT INTO request_texts_2 (id, request, text, nonce, relay_at, received_at)
SELECT id, request, text, nonce, relay_at, received_at FROM request_texts;
DROP TABLE request_texts;
ALTER TABLE request_texts_2 RENAME TO request_texts;
CREATE INDEX request_texts_by_request ON request_texts (request, id);
";

pub(crate) const TO_V3: &str = "
ALTER TABLE requests RENAME COLUMN account TO fingerprint;
";

/// The way by which a request came, to share the room.
pub(crate) const TO_V4: &str = "
ALTER TABLE requests ADD COLUMN came_by TEXT NOT NULL DEFAULT 'box';
UPDATE requests SET came_by = 'card' WHERE fingerprint IS NOT NULL;
";

/// A key that wrote without having been added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The row.
    pub id: RequestId,
    /// The box key.
    pub key: BoxPublicKey,
    /// The identity, if it wrote in a session.
    pub fingerprint: Option<Fingerprint>,
    /// The name that it used last.
    pub user_id: String,
    /// When its first text came, ms since 1970.
    pub first_at: i64,
    /// When its newest text came, ms since 1970.
    pub last_at: i64,
    /// Its texts, oldest first.
    pub texts: Vec<Text>,
}

/// A text that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// How it came.
    pub via: Via,
    /// When the relay says that it was sent, ms since 1970.
    pub relay_at: Option<i64>,
    /// When it came, ms since 1970.
    pub received_at: i64,
}

/// How a text came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// In a plain box with this nonce.
    Box([u8; 24]),
    /// In a session, under this content id.
    Session(ContentId),
}

impl Via {
    fn columns(&self) -> (Option<&[u8; 24]>, Option<&[u8; 16]>) {
        match self {
            Self::Box(nonce) => (Some(nonce), None),
            Self::Session(content) => (None, Some(content.as_bytes())),
        }
    }
}

/// A text of a key that has not been added.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// The box key.
    pub key: BoxPublicKey,
    /// The identity, if it writes in a session.
    pub fingerprint: Option<Fingerprint>,
    /// The name that it used.
    pub user_id: &'a str,
    /// The way by which it came, in the caller's words: who comes by the same way shares the room.
    pub came_by: &'a str,
    /// The text; `None` where somebody only knocks.
    pub text: Option<&'a str>,
    /// How it came.
    pub via: Via,
    /// When the relay says that it was sent, ms since 1970.
    pub relay_at: Option<i64>,
    /// When it came, ms since 1970.
    pub received_at: i64,
}

/// What became of a stranger's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It waits.
    Stored {
        /// In this request.
        request: RequestId,
        /// Whether the request is new.
        first: bool,
        /// Whose request it took the place of.
        evicted: Option<Evicted>,
    },
    /// There is no room for it; nothing changed.
    Full,
    /// The request of its key is another identity's; nothing changed.
    AnotherIdentity,
    /// The key is blocked; nothing changed.
    Blocked,
}

/// A request that is gone because there was no room for it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evicted {
    /// Its row.
    pub request: RequestId,
    /// Its key.
    pub key: BoxPublicKey,
    /// Its identity, if it wrote in a session.
    pub fingerprint: Option<Fingerprint>,
}

/// Holds a text of a key that has not been added.
pub fn hold(tx: &Tx<'_>, incoming: &Incoming<'_>) -> Result<Held> {
    if blocked_keys::contains(tx, &incoming.key)? {
        return Ok(Held::Blocked);
    }
    let known: Option<(RequestId, Option<Fingerprint>)> = tx.first(
        "SELECT id, fingerprint FROM requests WHERE key = ?1",
        [incoming.key.as_bytes()],
        |row| Ok((row.get(0)?, opt_blob(row, 1)?)),
    )?;
    let mut evicted = None;
    let request = match known {
        // Else one key could have any number of identities remembered.
        Some((_, Some(known))) if incoming.fingerprint.is_some_and(|named| named != known) => {
            return Ok(Held::AnotherIdentity);
        }
        // Who only knocks is there already.
        Some(_) if incoming.text.is_none() => return Ok(Held::Full),
        Some((request, _)) if text_count(tx, request)? < MAX_TEXTS => {
            go_on(tx, request, incoming)?;
            request
        }
        Some(_) => return Ok(Held::Full),
        None => {
            evicted = make_room(tx, incoming.came_by)?;
            begin(tx, incoming)?
        }
    };
    if let Some(text) = incoming.text {
        add_text(tx, request, text, incoming)?;
    }
    Ok(Held::Stored {
        request,
        first: known.is_none(),
        evicted,
    })
}

/// Deletes a request if there is no room for one more: of the way by which most came, counting the
/// new one, the oldest without words or else the oldest, and one about whose key a contact's chat
/// awaits a decision only if there is no other.
fn make_room(tx: &Tx<'_>, came_by: &str) -> Result<Option<Evicted>> {
    if tx.one::<u32>("SELECT count(*) FROM requests", [])? < MAX_KEYS {
        return Ok(None);
    }
    let evicted = tx.first(
        "SELECT id, key, fingerprint FROM requests
         WHERE came_by = (SELECT came_by FROM requests GROUP BY came_by
                          ORDER BY count(*) + (came_by = ?1) DESC, came_by = ?1 DESC LIMIT 1)
         ORDER BY key IN (SELECT other_key FROM contacts WHERE other_key IS NOT NULL),
                  id IN (SELECT request FROM request_texts), id LIMIT 1",
        [came_by],
        |row| {
            Ok(Evicted {
                request: row.get(0)?,
                key: blob(row, 1)?,
                fingerprint: opt_blob(row, 2)?,
            })
        },
    )?;
    if let Some(evicted) = &evicted {
        delete(tx, evicted.request)?;
    }
    Ok(evicted)
}

fn begin(tx: &Tx<'_>, incoming: &Incoming<'_>) -> Result<RequestId> {
    tx.insert(
        "INSERT INTO requests (key, user_id, first_at, last_at, fingerprint, came_by)
         VALUES (?1, ?2, ?3, ?3, ?4, ?5)",
        (
            incoming.key.as_bytes(),
            incoming.user_id,
            incoming.received_at,
            incoming.fingerprint.as_ref().map(Fingerprint::as_bytes),
            incoming.came_by,
        ),
    )
    .map(RequestId)
}

fn go_on(tx: &Tx<'_>, request: RequestId, incoming: &Incoming<'_>) -> Result<()> {
    tx.change(
        "UPDATE requests
         SET user_id = ?2, last_at = ?3, fingerprint = coalesce(?4, fingerprint)
         WHERE id = ?1",
        (
            request,
            incoming.user_id,
            incoming.received_at,
            incoming.fingerprint.as_ref().map(Fingerprint::as_bytes),
        ),
    )?;
    Ok(())
}

fn add_text(tx: &Tx<'_>, request: RequestId, text: &str, incoming: &Incoming<'_>) -> Result<()> {
    let (nonce, content) = incoming.via.columns();
    // The same content in a newer session.
    let is_here: bool = tx.one(
        "SELECT EXISTS (SELECT 1 FROM request_texts WHERE request = ?1 AND content = ?2)",
        (request, content),
    )?;
    if is_here {
        return Ok(());
    }
    tx.insert(
        "INSERT INTO request_texts (request, text, nonce, content, relay_at, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            request,
            text,
            nonce,
            content,
            incoming.relay_at,
            incoming.received_at,
        ),
    )?;
    Ok(())
}

fn text_count(reader: &Reader, request: RequestId) -> Result<u32> {
    reader.one(
        "SELECT count(*) FROM request_texts WHERE request = ?1",
        [request],
    )
}

/// Reads all requests with their texts, oldest first.
pub fn list(reader: &Reader) -> Result<Vec<Request>> {
    reader
        .rows(
            "SELECT id, key, user_id, first_at, last_at, fingerprint FROM requests ORDER BY id",
            [],
            request,
        )?
        .into_iter()
        .map(|request| with_texts(reader, request))
        .collect()
}

/// Reads one request with its texts.
pub fn by_id(reader: &Reader, id: RequestId) -> Result<Option<Request>> {
    reader
        .first(
            "SELECT id, key, user_id, first_at, last_at, fingerprint FROM requests WHERE id = ?1",
            [id],
            request,
        )?
        .map(|request| with_texts(reader, request))
        .transpose()
}

/// Finds the request of a key.
pub fn by_key(reader: &Reader, key: &BoxPublicKey) -> Result<Option<Request>> {
    reader
        .first(
            "SELECT id, key, user_id, first_at, last_at, fingerprint FROM requests WHERE key = ?1",
            [key.as_bytes()],
            request,
        )?
        .map(|request| with_texts(reader, request))
        .transpose()
}

/// Removes a request and gives it, to make a contact of it or to move its texts into a chat.
pub fn take(tx: &Tx<'_>, id: RequestId) -> Result<Option<Request>> {
    let request = by_id(tx, id)?;
    delete(tx, id)?;
    Ok(request)
}

/// Deletes a request with its texts; tells whether there was one. Its key may write again.
pub fn delete(tx: &Tx<'_>, id: RequestId) -> Result<bool> {
    Ok(tx.change("DELETE FROM requests WHERE id = ?1", [id])? > 0)
}

/// Finds the request of an identity.
pub fn by_fingerprint(reader: &Reader, fingerprint: &Fingerprint) -> Result<Option<Request>> {
    reader
        .first(
            "SELECT id, key, user_id, first_at, last_at, fingerprint FROM requests WHERE fingerprint = ?1",
            [fingerprint.as_bytes()],
            request,
        )?
        .map(|request| with_texts(reader, request))
        .transpose()
}

/// Deletes a request and drops whatever its key writes from now on; gives the key.
pub fn block(tx: &Tx<'_>, id: RequestId, at: i64) -> Result<Option<BoxPublicKey>> {
    let Some(request) = take(tx, id)? else {
        return Ok(None);
    };
    blocked_keys::add(tx, &request.key, at)?;
    Ok(Some(request.key))
}

fn with_texts(reader: &Reader, mut request: Request) -> Result<Request> {
    request.texts = reader.rows(
        "SELECT text, nonce, content, relay_at, received_at FROM request_texts
         WHERE request = ?1 ORDER BY id",
        [request.id],
        |row| {
            let via = match (row.get(1)?, opt_blob(row, 2)?) {
                (Some(nonce), _) => Via::Box(nonce),
                (None, Some(content)) => Via::Session(content),
                (None, None) => return Err(FromSqlError::InvalidType.into()),
            };
            Ok(Text {
                text: row.get(0)?,
                via,
                relay_at: row.get(3)?,
                received_at: row.get(4)?,
            })
        },
    )?;
    Ok(request)
}

fn request(row: &Row<'_>) -> rusqlite::Result<Request> {
    Ok(Request {
        id: row.get(0)?,
        key: blob(row, 1)?,
        user_id: row.get(2)?,
        first_at: row.get(3)?,
        last_at: row.get(4)?,
        fingerprint: opt_blob(row, 5)?,
        texts: Vec::new(),
    })
}
