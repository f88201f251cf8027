-- The form of the history after migration 9, as SQLite tells it. Written by
-- SOTTO_BLESS=1 cargo test -p sotto-store docs_schema_sql

CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE profile (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE relays (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL,
    place TEXT NOT NULL CHECK (place IN ('this_computer', 'custom')),
    url TEXT NOT NULL UNIQUE,
    added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE box_nonces (
    key BLOB NOT NULL CHECK (length(key) = 32),
    nonce BLOB NOT NULL CHECK (length(nonce) = 24),
    PRIMARY KEY (key, nonce)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    user_id TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL
, fingerprint BLOB CHECK (length(fingerprint) = 32), came_by TEXT NOT NULL DEFAULT 'box') STRICT;

CREATE TABLE blocked_keys (
    key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    blocked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE "request_texts" (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    request INTEGER NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    nonce BLOB CHECK (length(nonce) = 24),
    content BLOB CHECK (length(content) = 16),
    relay_at INTEGER,
    received_at INTEGER NOT NULL,
    CHECK ((nonce IS NULL) = (content IS NOT NULL))
) STRICT;

CREATE INDEX request_texts_by_request ON request_texts (request, id);

CREATE TABLE own_keys (
    what TEXT NOT NULL PRIMARY KEY CHECK (what IN ('prekeys', 'mailbox', 'card')),
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE peers (
    fingerprint BLOB NOT NULL PRIMARY KEY CHECK (length(fingerprint) = 32),
    card BLOB NOT NULL,
    card_hash BLOB NOT NULL UNIQUE CHECK (length(card_hash) = 16),
    mailbox BLOB,
    knows_card BLOB CHECK (length(knows_card) = 16),
    knows_mailbox BLOB CHECK (length(knows_mailbox) = 8),
    generation INTEGER NOT NULL
, features INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    session BLOB NOT NULL PRIMARY KEY CHECK (length(session) = 16),
    fingerprint BLOB NOT NULL REFERENCES peers (fingerprint) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    confirmed_by_peer INTEGER NOT NULL CHECK (confirmed_by_peer IN (0, 1)),
    made_at INTEGER NOT NULL,
    state BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE received (
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    content BLOB NOT NULL CHECK (length(content) = 16),
    digest BLOB NOT NULL CHECK (length(digest) = 16),
    PRIMARY KEY (fingerprint, content)
) STRICT, WITHOUT ROWID;

CREATE INDEX received_by_digest ON received (fingerprint, digest);

CREATE TABLE announced_boxes (
    key BLOB NOT NULL CHECK (length(key) = 32),
    nonce BLOB NOT NULL CHECK (length(nonce) = 24),
    PRIMARY KEY (key, nonce)
) STRICT, WITHOUT ROWID;

CREATE TABLE invites (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    invite BLOB NOT NULL UNIQUE CHECK (length(invite) = 8),
    link TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    revoked_at INTEGER,
    used_by BLOB CHECK (length(used_by) = 32),
    used_at INTEGER,
    CHECK ((used_by IS NULL) = (used_at IS NULL))
) STRICT;

CREATE TABLE joins (
    contact INTEGER NOT NULL PRIMARY KEY REFERENCES contacts (id) ON DELETE CASCADE,
    link TEXT NOT NULL
) STRICT;

CREATE TABLE chats (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('contact', 'group')),
    contact INTEGER UNIQUE REFERENCES contacts (id) ON DELETE CASCADE,
    activity_at INTEGER NOT NULL,
    CHECK ((kind = 'contact') = (contact IS NOT NULL))
) STRICT;

CREATE INDEX sessions_by_fingerprint ON sessions (fingerprint, generation DESC, session);

CREATE TABLE recipients (
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('queued', 'handed', 'delivered', 'failed')),
    state_at INTEGER NOT NULL,
    relay INTEGER,
    failure TEXT CHECK (failure IS NULL OR state = 'failed'),
    PRIMARY KEY (message, contact)
) STRICT, WITHOUT ROWID;

CREATE TABLE "messages" (
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

CREATE INDEX messages_by_chat ON messages (chat, id);

CREATE UNIQUE INDEX messages_by_content ON messages (chat, author, public_id);

CREATE INDEX messages_unread ON messages (chat, id) WHERE unread = 1;

CREATE INDEX messages_unprinted ON messages (id) WHERE printed = 0;

CREATE TABLE plain_outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    key BLOB NOT NULL CHECK (length(key) = 32),
    nonce BLOB NOT NULL CHECK (length(nonce) = 24),
    ciphertext TEXT NOT NULL,
    UNIQUE (message, contact)
) STRICT;

CREATE INDEX plain_outbox_by_contact ON plain_outbox (contact, id);

CREATE TABLE "drafts" (
    chat INTEGER NOT NULL PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    text TEXT NOT NULL CHECK (text <> ''),
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX messages_in_plain_boxes ON messages (chat, id) WHERE plain_nonce IS NOT NULL;

CREATE TABLE ways (
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    relay INTEGER NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (contact, relay)
) STRICT, WITHOUT ROWID;

CREATE TABLE never_plain (
    who BLOB NOT NULL PRIMARY KEY CHECK (length(who) = 32)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE messages_fts USING fts5 (
    text,
    content = '',
    columnsize = 0,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M*'",
    prefix = '1 2 3'
);

CREATE TRIGGER messages_fts_insert AFTER INSERT ON messages WHEN new.text <> '' BEGIN
    INSERT INTO messages_fts (rowid, text) VALUES (new.id, folded(new.text));
END;

CREATE TRIGGER messages_fts_delete AFTER DELETE ON messages WHEN old.text <> '' BEGIN
    INSERT INTO messages_fts (messages_fts, rowid, text)
    VALUES ('delete', old.id, folded(old.text));
END;

CREATE TRIGGER messages_fts_update AFTER UPDATE OF text ON messages BEGIN
    INSERT INTO messages_fts (messages_fts, rowid, text)
    VALUES ('delete', old.id, folded(old.text));
    INSERT INTO messages_fts (rowid, text) VALUES (new.id, folded(new.text));
END;

CREATE TABLE kept_contents (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    session BLOB NOT NULL CHECK (length(session) = 16),
    content BLOB NOT NULL CHECK (length(content) = 16),
    kind INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    relay INTEGER NOT NULL,
    relay_at INTEGER NOT NULL,
    came_at INTEGER NOT NULL,
    UNIQUE (contact, fingerprint, content)
) STRICT;

CREATE INDEX kept_contents_by_contact ON kept_contents (contact, id);

CREATE TABLE older_copies (
    fingerprint BLOB NOT NULL PRIMARY KEY CHECK (length(fingerprint) = 32)
        REFERENCES peers (fingerprint) ON DELETE CASCADE,
    card BLOB NOT NULL,
    card_hash BLOB NOT NULL UNIQUE CHECK (length(card_hash) = 16),
    mailbox BLOB,
    session BLOB CHECK (length(session) = 16),
    state BLOB,
    outranked_at INTEGER NOT NULL,
    CHECK ((session IS NULL) = (state IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE "contacts" (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    told_name TEXT NOT NULL,
    box_key BLOB UNIQUE CHECK (length(box_key) = 32),
    fingerprint BLOB UNIQUE CHECK (length(fingerprint) = 32),
    client TEXT NOT NULL CHECK (client IN ('unknown', 'guide', 'sotto')),
    sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
    refuses_plain INTEGER NOT NULL CHECK (refuses_plain IN (0, 1)),
    trust TEXT NOT NULL
        CHECK (trust IN ('unverified', 'by_my_invite', 'by_their_invite', 'code', 'affirmed',
                         'scan', 'their_scan', 'picture', 'digits', 'voice')),
    trust_at INTEGER,
    differed_at INTEGER,
    blocked INTEGER NOT NULL CHECK (blocked IN (0, 1)),
    added_at INTEGER NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('added', 'request', 'invite', 'link')),
    other_key BLOB CHECK (length(other_key) = 32),
    other_key_seen_at INTEGER,
    ignored_key BLOB CHECK (length(ignored_key) = 32),
    known_by BLOB CHECK (length(known_by) = 32),
    CHECK (box_key IS NOT NULL OR fingerprint IS NOT NULL),
    CHECK ((other_key IS NULL) = (other_key_seen_at IS NULL))
) STRICT;

CREATE INDEX contacts_by_user_id ON contacts (user_id);

CREATE TABLE contact_keys (
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('box', 'identity')),
    key BLOB NOT NULL CHECK (length(key) = 32),
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (contact, kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE "session_outbox" (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    contact INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    message INTEGER REFERENCES messages (id) ON DELETE CASCADE,
    control TEXT
        CHECK (control IN ('established', 'session_lost', 'profile', 'invite_used_twice',
                           'verification')),
    data BLOB,
    content BLOB NOT NULL CHECK (length(content) = 16),
    fingerprint BLOB CHECK (length(fingerprint) = 32),
    session BLOB CHECK (length(session) = 16),
    sealed BLOB,
    UNIQUE (message, contact),
    UNIQUE (contact, content),
    CHECK ((message IS NULL) = (control IS NOT NULL)),
    CHECK ((session IS NULL) = (sealed IS NULL))
) STRICT;

CREATE INDEX session_outbox_by_contact ON session_outbox (contact, control IS NULL, id);
