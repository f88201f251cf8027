//! The table of messages: how it is created and what each version made of it.

pub(crate) const CREATE_V1: &str = "
CREATE TABLE messages (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'system')),
    text TEXT NOT NULL,
    system_line TEXT CHECK ((system_line IS NOT NULL) = (direction = 'system')),
    created_at INTEGER NOT NULL,
    relay_at INTEGER,
    state TEXT CHECK (state IN ('queued', 'handed', 'failed')),
    state_at INTEGER,
    failure TEXT CHECK (failure IS NULL OR state = 'failed'),
    relay INTEGER,
    key BLOB NOT NULL CHECK (length(key) = 32),
    unread INTEGER NOT NULL CHECK (unread IN (0, 1)),
    printed INTEGER NOT NULL CHECK (printed IN (0, 1)),
    CHECK ((state IS NOT NULL) = (direction = 'out')),
    CHECK ((state_at IS NULL) = (state IS NULL))
) STRICT;
CREATE INDEX messages_by_chat ON messages (chat, id);
CREATE INDEX messages_unread ON messages (chat, id) WHERE unread = 1;
CREATE INDEX messages_unprinted ON messages (id) WHERE printed = 0;
";

pub(crate) const TO_V2: &str = "
CREATE TABLE messages_2 (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    public_id BLOB NOT NULL UNIQUE CHECK (length(public_id) = 16),
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'system')),
    text TEXT NOT NULL,
    system_line TEXT CHECK ((system_line IS NOT NULL) = (direction = 'system')),
    created_at INTEGER NOT NULL,
    relay_at INTEGER,
    state TEXT CHECK (state IN ('queued', 'handed', 'delivered', 'failed')),
    state_at INTEGER,
    failure TEXT CHECK (failure IS NULL OR state = 'failed'),
    relay INTEGER,
    key BLOB NOT NULL CHECK (length(key) = 32),
    protection TEXT NOT NULL CHECK (protection IN ('plain', 'pq')),
    plain_nonce BLOB CHECK (length(plain_nonce) = 24),
    unread INTEGER NOT NULL CHECK (unread IN (0, 1)),
    printed INTEGER NOT NULL CHECK (printed IN (0, 1)),
    CHECK ((state IS NOT NULL) = (direction = 'out')),
    CHECK ((state_at IS NULL) = (state IS NULL))
) STRICT;
INSERT INTO messages_2 (id, chat, public_id, direction, text, system_line, created_at, relay_at,
                        state, state_at, failure, relay, key, protection, plain_nonce, unread,
                        printed)
SELECT m.id, m.chat, m.public_id, m.direction, m.text, m.system_line, m.created_at, m.relay_at,
       m.state, m.state_at, m.failure, m.relay, m.key, 'plain',
       (SELECT o.nonce FROM outbox o WHERE o.message = m.id), m.unread, m.printed
FROM messages m;
DELETE FROM sqlite_sequence WHERE name = 'messages_2';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'messages_2', seq FROM sqlite_sequence WHERE name = 'messages';
DROP TABLE messages;
ALTER TABLE messages_2 RENAME TO messages;
CREATE INDEX messages_by_chat ON messages (chat, id);
CREATE INDEX messages_unread ON messages (chat, id) WHERE unread = 1;
CREATE INDEX messages_unprinted ON messages (id) WHERE printed = 0;
CREATE INDEX messages_unconfirmed ON messages (chat, id)
    WHERE state = 'handed' AND protection = 'plain';
";

/// Their own recipients are rows now ([`super::super::recipients`]), and who wrote a message names it
/// together with its content id.
///
/// Lines of version 2 do not say of which kind their key is, but their code does. Of the two codes
/// that had either kind, a key is an identity's if one is known by it, or if its last byte says that
/// it is no X25519 key. 32 zero bytes stood for nobody.
pub(crate) const TO_V3: &str = "
CREATE TABLE messages_3 (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    public_id BLOB NOT NULL CHECK (length(public_id) = 16),
    author BLOB NOT NULL CHECK (length(author) = CASE direction WHEN 'in' THEN 32 ELSE 0 END),
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'system')),
    text TEXT NOT NULL,
    system_line TEXT CHECK ((system_line IS NOT NULL) = (direction = 'system')),
    created_at INTEGER NOT NULL,
    relay_at INTEGER,
    relay INTEGER CHECK (relay IS NULL OR direction = 'in'),
    key BLOB CHECK (key IS NULL OR (length(key) = 32 AND direction <> 'in')),
    protection TEXT NOT NULL CHECK (protection IN ('plain', 'pq')),
    plain_nonce BLOB CHECK (length(plain_nonce) = 24),
    unread INTEGER NOT NULL CHECK (unread IN (0, 1)),
    printed INTEGER NOT NULL CHECK (printed IN (0, 1))
) STRICT;
INSERT INTO messages_3 (id, chat, public_id, author, direction, text, system_line, created_at,
                        relay_at, relay, key, protection, plain_nonce, unread, printed)
SELECT m.id, m.chat, m.public_id, iif(m.direction = 'in', m.key, x''), m.direction, m.text,
       m.system_line, m.created_at, m.relay_at, iif(m.direction = 'in', m.relay, NULL),
       iif(m.direction = 'in' OR m.key = zeroblob(32), NULL, m.key),
       CASE
           WHEN m.direction <> 'system' THEN m.protection
           WHEN m.key = zeroblob(32) THEN 'pq'
           WHEN m.system_line IN ('contact_added', 'request_accepted', 'other_key_seen',
                                  'other_key_accepted', 'other_key_ignored', 'downgrade_refused')
               THEN 'plain'
           WHEN m.system_line IN ('identity_refused', 'newer_version')
               AND EXISTS (SELECT 1 FROM contacts c WHERE c.box_key = m.key)
               THEN 'plain'
           ELSE 'pq'
       END,
       m.plain_nonce, m.unread, m.printed
FROM messages m ORDER BY m.id;
DELETE FROM sqlite_sequence WHERE name = 'messages_3';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'messages_3', seq FROM sqlite_sequence WHERE name = 'messages';
DROP TABLE messages;
ALTER TABLE messages_3 RENAME TO messages;
CREATE INDEX messages_by_chat ON messages (chat, id);
CREATE UNIQUE INDEX messages_by_content ON messages (chat, author, public_id);
CREATE INDEX messages_unread ON messages (chat, id) WHERE unread = 1;
CREATE INDEX messages_unprinted ON messages (id) WHERE printed = 0;
";

/// The texts that went in plain boxes: those that may have to go once more
/// ([`super::unconfirmed`]).
pub(crate) const TO_V4: &str = "
CREATE INDEX messages_in_plain_boxes ON messages (chat, id) WHERE plain_nonce IS NOT NULL;
";
