//! Histories that older versions wrote, and those that newer ones wrote: the first come whole to the form
//! of this version, the others are left alone.

use crate::contacts::Added;
use crate::messages::{Author, Direction, PeerKey, State};
use crate::migration::{MIGRATIONS, Migration, MigrationProgress, last_version, version};
use crate::testing::{box_key, content, fingerprint, session_id};
use crate::{
    ChatId, ContactId, MessageId, OpenError, PlainEntryId, RelayId, RequestId, Store, StoreError,
    chats, contact_keys, contacts, drafts, file, joins, messages, peers, plain_outbox, received,
    requests, search, session_outbox,
};
use rusqlite::Connection;
use sotto_protocol::Fingerprint;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const KEY: [u8; 32] = [1; 32];

/// Bytes that no box key can have.
fn small_order() -> Fingerprint {
    let mut bytes = [0; 32];
    bytes[0] = 1;
    Fingerprint::from_bytes(bytes)
}

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

/// Writes a history of an older version.
fn write(dir: &Path, version: usize, sql: &str) {
    create(dir, &MIGRATIONS[..version]);
    let old = open(dir, &MIGRATIONS[..version]).unwrap();
    old.execute_batch(sql).unwrap();
}

fn found(store: &Store, text: &str) -> Vec<MessageId> {
    let query = search::Query {
        text,
        before: None,
        limit: 9,
    };
    let found = search::find(store.reader(), &query).unwrap();
    found.hits.iter().map(|hit| hit.message).collect()
}

fn a_line(tx: &crate::Tx<'_>, chat: ChatId) -> crate::Result<MessageId> {
    messages::line(
        tx,
        &messages::Line {
            chat,
            content: content(7),
            system_line: "x",
            created_at: 9,
            key: PeerKey::Unknown,
        },
    )
}

/// What a history of version 1 held is all there afterwards: rows, references, search, and that
/// ids are never used again.
#[test]
fn a_history_of_first_light_comes_whole_to_this_form() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        1,
        "INSERT INTO contacts (id, public_id, user_id, name, box_key, client, blocked, added_at,
                               origin, other_key, other_key_seen_at, activity_at)
         VALUES (3, 'bo', 'bob', 'Bo',
                 x'0201010101010101010101010101010101010101010101010101010101010101', 'sotto', 1,
                 5, 'request',
                 x'0101010101010101010101010101010101010101010101010101010101010101', 6, 7);
         INSERT INTO messages (id, chat, public_id, direction, text, created_at, state, state_at,
                               key, unread, printed)
         SELECT 8, 3, zeroblob(16), 'out', 'findable words', 5, 'queued', 5, box_key, 0, 1
         FROM contacts;
         INSERT INTO messages (id, chat, public_id, direction, text, created_at, key, unread,
                               printed)
         SELECT 9, 3, x'01010101010101010101010101010101', 'in', 'deleted', 5, box_key, 0, 1
         FROM contacts;
         DELETE FROM messages WHERE id = 9;
         INSERT INTO outbox (message, chat, key, nonce, ciphertext)
         SELECT 8, 3, box_key, zeroblob(24), 'AAAA' FROM contacts;
         INSERT INTO drafts (chat, text, updated_at) VALUES (3, 'draft', 5);
         INSERT INTO requests (key, user_id, first_at, last_at)
         SELECT box_key, 'x', 1, 2 FROM contacts;
         INSERT INTO request_texts (request, text, nonce, received_at)
         VALUES (1, 'hi', zeroblob(24), 2);",
    );
    let mut store = Store::over(open(dir.path(), MIGRATIONS).unwrap());
    let reader = store.reader();
    let bo = ContactId(3);
    let contact = contacts::by_id(reader, bo).unwrap().unwrap();
    assert_eq!(
        (contact.name.as_str(), contact.blocked, contact.sealed),
        ("Bo", true, false)
    );
    assert_eq!(
        (contact.box_key, contact.fingerprint),
        (Some(box_key(2)), None)
    );
    assert_eq!(contact.other_key.unwrap().key, box_key(1));
    assert_eq!(contact.chat, ChatId(3));
    let chat = chats::by_id(reader, ChatId(3)).unwrap().unwrap();
    assert_eq!((chat.activity_at, chat.queued), (7, 1));
    assert_eq!(chat.draft, "draft");
    let message = messages::by_id(reader, MessageId(8)).unwrap().unwrap();
    assert_eq!(message.plain_nonce, Some([0; 24]));
    assert_eq!(message.key, PeerKey::Box(box_key(2)));
    let waiting = plain_outbox::list(reader, bo, PlainEntryId(0), 9).unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(found(&store, "findable"), [MessageId(8)]);
    let request = requests::by_id(reader, RequestId(1)).unwrap().unwrap();
    assert_eq!(request.texts[0].via, requests::Via::Box([0; 24]));

    // The number of the deleted message is not used again, and what refers still does.
    let (new, gone) = store
        .transaction(|tx| {
            let new = a_line(tx, ChatId(3))?;
            Ok::<_, StoreError>((new, contacts::delete(tx, bo)?))
        })
        .unwrap();
    assert_eq!((new, gone), (MessageId(10), true));
    assert_eq!(plain_outbox::len(store.reader()).unwrap(), 0);
    assert_eq!(messages::by_id(store.reader(), MessageId(8)).unwrap(), None);
    assert!(found(&store, "findable").is_empty());
}

/// Two contacts, 3 in secure sessions and 4 by a box key alone, of whom 5 was deleted; each kind of
/// message and of line, and one of everything that refers to them.
const VERSION_2: &str = "
    CREATE TEMP TABLE k (box BLOB, other BLOB, id BLOB, far BLOB, nobody BLOB);
    INSERT INTO k VALUES (x'0201010101010101010101010101010101010101010101010101010101010101',
                          x'0301010101010101010101010101010101010101010101010101010101010101',
                          x'0909090909090909090909090909090909090909090909090909090909090909',
                          x'fafafafafafafafafafafafafafafafafafafafafafafafafafafafafafafafa',
                          zeroblob(32));
    INSERT INTO contacts (id, public_id, user_id, name, told_name, box_key, account, client, sealed,
                          refuses_plain, trust, trust_at, blocked, added_at, origin, activity_at)
    SELECT 3, 'bo', 'bob', 'Bo', 'Robert', box, id, 'sotto', 1, 1, 'code', 6, 0, 5, 'invite', 70
    FROM k UNION ALL
    SELECT 4, 'cy', 'cy', '', '', other, NULL, 'guide', 0, 0, 'unverified', NULL, 0, 5, 'added', 80
    FROM k UNION ALL
    SELECT 5, 'no', 'no', '', '', NULL, far, 'sotto', 1, 1, 'unverified', NULL, 0, 5, 'link', 90
    FROM k;
    DELETE FROM contacts WHERE id = 5;
    INSERT INTO messages (id, chat, public_id, direction, text, system_line, created_at, relay_at,
                          state, state_at, failure, relay, key, protection, plain_nonce, unread,
                          printed)
    SELECT 11, 3, zeroblob(16), 'in', 'sealed in', NULL, 10, 9, NULL, NULL, NULL, 2, id, 'pq', NULL,
           1, 0 FROM k UNION ALL
    SELECT 12, 3, randomblob(16), 'out', 'confirmed', NULL, 11, NULL, 'delivered', 12, NULL, 2, id,
           'pq', NULL, 0, 1 FROM k UNION ALL
    SELECT 13, 3, x'0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d', 'out', 'to whoever answers', NULL, 12, NULL,
           'queued', 12, NULL, NULL, nobody, 'pq', NULL, 0, 1 FROM k UNION ALL
    SELECT 14, 4, randomblob(16), 'in', 'boxed in', NULL, 13, NULL, NULL, NULL, NULL, 2, other,
           'plain', NULL, 0, 1 FROM k UNION ALL
    SELECT 15, 4, randomblob(16), 'out', 'boxed out', NULL, 14, NULL, 'handed', 15, NULL, 2, other,
           'plain', zeroblob(24), 0, 1 FROM k UNION ALL
    SELECT 16, 4, randomblob(16), 'out', 'much too long', NULL, 15, NULL, 'failed', 16, 'too_large',
           NULL, other, 'plain', zeroblob(24), 0, 1 FROM k UNION ALL
    SELECT 17, 4, randomblob(16), 'out', 'still here', NULL, 16, NULL, 'queued', 16, NULL, NULL,
           other, 'plain', zeroblob(24), 0, 1 FROM k;
    INSERT INTO messages (id, chat, public_id, direction, text, system_line, created_at, key,
                          protection, unread, printed)
    SELECT 21, 4, randomblob(16), 'system', '', 'contact_added', 20, other, 'plain', 0, 1 FROM k
    UNION ALL
    SELECT 22, 3, randomblob(16), 'system', '', 'session_started', 20, id, 'plain', 0, 1 FROM k
    UNION ALL
    SELECT 23, 3, randomblob(16), 'system', '', 'newer_version', 20, id, 'plain', 0, 1 FROM k
    UNION ALL
    SELECT 24, 3, randomblob(16), 'system', '', 'identity_refused', 20, far, 'plain', 0, 1 FROM k
    UNION ALL
    SELECT 25, 3, randomblob(16), 'system', '', 'identity_refused', 20, box, 'plain', 0, 1 FROM k
    UNION ALL
    SELECT 26, 3, randomblob(16), 'system', '', 'identity_refused', 20,
           x'0100000000000000000000000000000000000000000000000000000000000000', 'plain', 0, 1 FROM k
    UNION ALL
    SELECT 27, 3, randomblob(16), 'system', '', 'history_restored', 20, nobody, 'plain', 0, 1
    FROM k;
    INSERT INTO outbox (id, message, chat, key, nonce, ciphertext)
    SELECT 6, 17, 4, other, zeroblob(24), 'AAAA' FROM k;
    INSERT INTO outgoing (id, chat, message, own, data, content, account, session, sealed)
    SELECT 7, 3, 13, NULL, NULL, x'0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d', nobody, NULL, NULL FROM k
    UNION ALL
    SELECT 8, 3, NULL, 'profile', x'01', zeroblob(16), id, x'04040404040404040404040404040404',
           x'05' FROM k;
    INSERT INTO drafts (chat, text, updated_at) VALUES (4, 'draft', 5);
    INSERT INTO joins (chat, link) VALUES (3, 'sotto:add#x');
    INSERT INTO requests (key, user_id, first_at, last_at, account)
    SELECT x'0401010101010101010101010101010101010101010101010101010101010101', 'x', 1, 2, far
    FROM k;
    INSERT INTO request_texts (request, text, content, received_at) VALUES (1, 'hi', zeroblob(16), 2);
    INSERT INTO peers (account, card, card_hash, knows_mailbox, generation)
    SELECT id, x'01', zeroblob(16), zeroblob(8), 3 FROM k;
    INSERT INTO sessions (session, account, generation, told, made_at, state)
    SELECT x'04040404040404040404040404040404', id, 3, 1, 5, x'06' FROM k;
    INSERT INTO received (account, content, digest) SELECT id, zeroblob(16), zeroblob(16) FROM k;
";

fn version_2(dir: &Path) -> Store {
    write(dir, 2, VERSION_2);
    Store::over(open(dir, MIGRATIONS).unwrap())
}

#[test]
fn people_of_a_history_of_version_2_come_whole_to_this_form() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = version_2(dir.path());
    let reader = store.reader();
    let bo = contacts::by_fingerprint(reader, &fingerprint(9)).unwrap();
    let bo = bo.unwrap();
    assert_eq!((bo.id, bo.chat), (ContactId(3), ChatId(3)));
    assert_eq!(bo.box_key, Some(box_key(2)));
    assert_eq!((bo.trust, bo.trust_at), (contacts::Trust::Code, Some(6)));
    assert_eq!(bo.told_name, "Robert");
    let link = joins::link_of(reader, bo.id).unwrap().unwrap();
    assert_eq!(*link, "sotto:add#x");
    assert_eq!(drafts::load(reader, ChatId(4)).unwrap(), "draft");
    let order = chats::list(reader).unwrap();
    let order: Vec<_> = order
        .iter()
        .map(|chat| (chat.id.0, chat.activity_at))
        .collect();
    assert_eq!(order, [(4, 80), (3, 70)]);

    let peer = peers::by_fingerprint(reader, &fingerprint(9)).unwrap();
    assert_eq!(peer.unwrap().generation, 3);
    let session = peers::best_session(reader, &fingerprint(9)).unwrap();
    let session = session.unwrap();
    assert_eq!(session.session, session_id(4));
    assert!(session.confirmed_by_peer);
    let digest = received::Digest::from_bytes([0; 16]);
    let known = received::by_digest(reader, &fingerprint(9), &digest).unwrap();
    assert_eq!(known, Some(content(0)));
    let request = requests::by_fingerprint(reader, &fingerprint(0xfa)).unwrap();
    assert_eq!(
        request.unwrap().texts[0].via,
        requests::Via::Session(content(0))
    );

    // The numbers of the contact that was deleted, and of its chat, are not used again.
    let added = store
        .transaction(|tx| {
            contacts::add(
                tx,
                &contacts::NewContact {
                    public_id: "no",
                    user_id: "no",
                    name: "",
                    box_key: None,
                    fingerprint: Some(fingerprint(0xfa)),
                    added_at: 100,
                    origin: contacts::Origin::Link,
                },
            )
        })
        .unwrap();
    let (contact, chat) = (ContactId(6), ChatId(6));
    assert_eq!(added, Added::New { contact, chat });
}

#[test]
fn messages_of_a_history_of_version_2_come_whole_to_this_form() {
    let dir = tempfile::tempdir().unwrap();
    let store = version_2(dir.path());
    let reader = store.reader();
    let message = |id| messages::by_id(reader, MessageId(id)).unwrap().unwrap();
    let sealed = message(11);
    assert_eq!(sealed.author, Author::Identity(fingerprint(9)));
    assert_eq!((sealed.relay, sealed.relay_at), (Some(RelayId(2)), Some(9)));
    assert!(sealed.unread && !sealed.printed);
    let by_content = messages::by_content(reader, ChatId(3), &sealed.author, &content(0));
    assert_eq!(by_content.unwrap(), Some(sealed));
    let boxed = message(14);
    assert_eq!(boxed.author, Author::Box(box_key(3)));
    assert_eq!(boxed.key, PeerKey::Box(box_key(3)));

    let way = |id| {
        let message = message(id);
        assert_eq!((message.author, message.relay), (Author::Me, None));
        let delivery = message.delivery.unwrap();
        assert_eq!(delivery.recipients, 1);
        let to = messages::recipients(reader, message.id).unwrap();
        assert_eq!(to[0].contact.0, message.chat.0);
        (
            delivery.state,
            delivery.state_at,
            delivery.relay,
            delivery.failure,
        )
    };
    let relay = Some(RelayId(2));
    assert_eq!(way(12), (State::Delivered, 12, relay, None));
    assert_eq!(way(13), (State::Queued, 12, None, None));
    assert_eq!(way(15), (State::Handed, 15, relay, None));
    assert_eq!(way(16), (State::Failed, 16, None, Some("too_large".into())));
    assert_eq!(way(17), (State::Queued, 16, None, None));
    assert_eq!(message(12).key, PeerKey::Identity(fingerprint(9)));
    assert_eq!(message(13).key, PeerKey::Unknown);
    assert_eq!(message(15).key, PeerKey::Box(box_key(3)));
    let unconfirmed = messages::unconfirmed(reader, ContactId(4), 9).unwrap();
    assert_eq!(unconfirmed, [MessageId(15)]);

    let lines: Vec<PeerKey> = (21..=27)
        .map(|id| {
            let line = message(id);
            assert_eq!((line.direction, line.delivery), (Direction::System, None));
            line.key
        })
        .collect();
    let identity = PeerKey::Identity(fingerprint(9));
    assert_eq!(
        lines,
        [
            PeerKey::Box(box_key(3)),
            identity,
            identity,
            PeerKey::Identity(fingerprint(0xfa)),
            PeerKey::Box(box_key(2)),
            // Whoever asked chose it; it is no box key.
            PeerKey::Identity(small_order()),
            PeerKey::Unknown,
        ]
    );
    assert_eq!(found(&store, "whoever"), [MessageId(13)]);
    assert_eq!(found(&store, "boxed"), [MessageId(15), MessageId(14)]);
}

#[test]
fn what_waits_in_a_history_of_version_2_goes_on_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = version_2(dir.path());
    let reader = store.reader();
    let (bo, cy) = (ContactId(3), ContactId(4));
    let plain = plain_outbox::list(reader, cy, PlainEntryId(0), 9).unwrap();
    assert_eq!(
        (plain[0].id.0, plain[0].message, plain[0].key),
        (6, MessageId(17), box_key(3))
    );
    let profile = session_outbox::first(reader, bo).unwrap().unwrap();
    assert_eq!(
        profile.what,
        session_outbox::What::Control(session_outbox::Control::Profile)
    );
    assert_eq!(profile.fingerprint, Some(fingerprint(9)));
    assert_eq!(profile.session, Some(session_id(4)));
    assert_eq!((profile.id.0, profile.data), (8, vec![1]));
    let text = session_outbox::by_content(reader, bo, &content(13)).unwrap();
    let text = text.unwrap();
    assert_eq!(text.what, session_outbox::What::Message(MessageId(13)));
    // Zero bytes stood for whoever answers.
    assert_eq!((text.id.0, text.fingerprint), (7, None));
    let queued = |id| chats::by_id(reader, ChatId(id)).unwrap().unwrap().queued;
    assert_eq!((queued(3), queued(4)), (1, 1));

    // Numbers go on after the greatest that there was, and what refers is deleted with its contact.
    let (line, deleted) = store
        .transaction(|tx| {
            let line = a_line(tx, ChatId(4))?;
            Ok::<_, StoreError>((line, (contacts::delete(tx, bo)?, contacts::delete(tx, cy)?)))
        })
        .unwrap();
    assert_eq!((line, deleted), (MessageId(28), (true, true)));
    let reader = store.reader();
    assert_eq!(plain_outbox::len(reader).unwrap(), 0);
    assert!(session_outbox::contacts(reader).unwrap().is_empty());
    assert!(chats::list(reader).unwrap().is_empty());
    assert_eq!(joins::link_of(reader, bo).unwrap(), None);
    assert!(
        messages::recipients(reader, MessageId(15))
            .unwrap()
            .is_empty()
    );
    assert!(found(&store, "boxed").is_empty());
}

/// Of version 3: requests keep their texts and share the room by the way they came, and contacts stay
/// sealed, whatever happens to them afterwards.
#[test]
fn strangers_and_sealed_contacts_of_a_history_of_version_3_come_whole_to_this_form() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        3,
        "INSERT INTO contacts (id, public_id, user_id, name, box_key, client, blocked, added_at,
                               origin, told_name, fingerprint, sealed, refuses_plain, trust)
         VALUES (3, 'bo', 'bob', 'Bo',
                 x'0201010101010101010101010101010101010101010101010101010101010101', 'sotto', 0,
                 5, 'added', '',
                 x'0909090909090909090909090909090909090909090909090909090909090909', 1, 1,
                 'code');
         INSERT INTO chats (id, kind, contact, activity_at) VALUES (7, 'contact', 3, 0);
         INSERT INTO requests (key, user_id, first_at, last_at, fingerprint) VALUES
             (x'0401010101010101010101010101010101010101010101010101010101010101', 'x', 1, 2, NULL),
             (x'0501010101010101010101010101010101010101010101010101010101010101', 'y', 3, 4,
              x'fafafafafafafafafafafafafafafafafafafafafafafafafafafafafafafafa');
         INSERT INTO request_texts (request, text, nonce, content, received_at) VALUES
             (1, 'in a box', zeroblob(24), NULL, 2), (2, 'in a session', NULL, zeroblob(16), 4);",
    );
    let mut store = Store::over(open(dir.path(), MIGRATIONS).unwrap());
    let held = requests::list(store.reader()).unwrap();
    let texts: Vec<_> = held
        .iter()
        .map(|held| held.texts[0].text.as_str())
        .collect();
    assert_eq!(texts, ["in a box", "in a session"]);
    let ways: Vec<String> = store
        .reader()
        .rows("SELECT came_by FROM requests ORDER BY id", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(ways, ["box", "card"]);
    let again = store
        .transaction(|tx| {
            contacts::delete(tx, ContactId(3))?;
            let new = contacts::NewContact {
                public_id: "bo",
                user_id: "bob",
                name: "",
                box_key: Some(box_key(2)),
                fingerprint: None,
                added_at: 100,
                origin: contacts::Origin::Added,
            };
            contacts::add(tx, &new)?;
            contacts::by_key(tx, &box_key(2))
        })
        .unwrap();
    let again = again.unwrap();
    assert!(again.sealed && again.refuses_plain);
}

/// Of version 8: marks stay, contacts have the keys that they have and those that their texts came
/// under, and what waits goes on waiting.
#[test]
fn marks_and_keys_of_a_history_of_version_8_come_whole_to_this_form() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        8,
        "INSERT INTO contacts (id, public_id, user_id, name, box_key, client, blocked, added_at,
                               origin, told_name, fingerprint, sealed, refuses_plain, trust,
                               trust_at, known_by)
         VALUES (3, 'bo', 'bob', 'Bo',
                 x'0201010101010101010101010101010101010101010101010101010101010101', 'sotto', 0,
                 5, 'added', 'Robert',
                 x'0909090909090909090909090909090909090909090909090909090909090909', 1, 1,
                 'code', 6,
                 x'0808080808080808080808080808080808080808080808080808080808080808');
         INSERT INTO contacts (id, public_id, user_id, name, box_key, client, blocked, added_at,
                               origin, told_name, sealed, refuses_plain, trust)
         VALUES (9, 'gone', 'gone', '',
                 x'0301010101010101010101010101010101010101010101010101010101010101', 'guide', 0,
                 5, 'added', '', 0, 0, 'unverified');
         INSERT INTO chats (id, kind, contact, activity_at) VALUES (7, 'contact', 3, 0);
         DELETE FROM contacts WHERE id = 9;
         INSERT INTO messages (chat, public_id, author, direction, text, created_at, protection,
                               unread, printed)
         VALUES (7, x'01010101010101010101010101010101',
                 x'0401010101010101010101010101010101010101010101010101010101010101', 'in', 'old',
                 20, 'plain', 0, 1),
                (7, x'02020202020202020202020202020202',
                 x'0401010101010101010101010101010101010101010101010101010101010101', 'in', 'old',
                 30, 'plain', 0, 1),
                (7, x'03030303030303030303030303030303',
                 x'0909090909090909090909090909090909090909090909090909090909090909', 'in', 'new',
                 40, 'pq', 0, 1);
         INSERT INTO session_outbox (id, contact, control, data, content, fingerprint)
         VALUES (8, 3, 'profile', x'01', zeroblob(16),
                 x'0909090909090909090909090909090909090909090909090909090909090909');
         INSERT INTO joins (contact, link) VALUES (3, 'sotto:add#x');",
    );
    let mut store = Store::over(open(dir.path(), MIGRATIONS).unwrap());
    let reader = store.reader();
    let bo = contacts::by_id(reader, ContactId(3)).unwrap().unwrap();
    assert_eq!((bo.trust, bo.trust_at), (contacts::Trust::Code, Some(6)));
    assert_eq!((bo.chat, bo.known_by), (ChatId(7), Some(fingerprint(8))));
    assert_eq!((bo.box_key, bo.differed_at), (Some(box_key(2)), None));
    let keys = contact_keys::list(reader, bo.id).unwrap();
    let keys: Vec<_> = keys
        .iter()
        .map(|key| (key.kind, key.key, key.first_seen, key.last_seen))
        .collect();
    let (boxed, whole) = (contact_keys::KeyKind::Box, contact_keys::KeyKind::Identity);
    assert_eq!(
        keys,
        [
            (boxed, box_key(2).to_bytes(), 5, 5),
            (boxed, box_key(4).to_bytes(), 20, 30),
            (whole, *fingerprint(9).as_bytes(), 40, 40),
        ]
    );
    let waits = session_outbox::first(reader, bo.id).unwrap().unwrap();
    assert_eq!((waits.id.0, waits.data), (8, vec![1]));
    let link = joins::link_of(reader, bo.id).unwrap().unwrap();
    assert_eq!(*link, "sotto:add#x");
    // Numbers go on after the greatest that there was, and what refers is deleted with its contact.
    let new = contacts::NewContact {
        public_id: "cy",
        user_id: "cy",
        name: "",
        box_key: Some(box_key(6)),
        fingerprint: None,
        added_at: 100,
        origin: contacts::Origin::Added,
    };
    let added = store.transaction(|tx| {
        contacts::set_trust(tx, ContactId(3), contacts::Trust::TheirScan, Some(9))?;
        assert!(contacts::delete(tx, ContactId(3))?);
        contacts::add(tx, &new)
    });
    let Added::New { contact, .. } = added.unwrap() else {
        panic!("is there already")
    };
    assert_eq!(contact, ContactId(10));
    let reader = store.reader();
    assert!(contact_keys::list(reader, bo.id).unwrap().is_empty());
    assert_eq!(session_outbox::first(reader, bo.id).unwrap(), None);
    assert_eq!(joins::link_of(reader, bo.id).unwrap(), None);
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

/// What a killed process leaves at each of many moments of the steps from version 4 on: the next start
/// makes the same of it as if nothing had happened.
#[test]
fn the_steps_from_version_4_may_be_killed_at_any_moment() {
    const MESSAGES: i64 = 200;
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        4,
        "INSERT INTO chats (id, kind, contact, activity_at) VALUES (7, 'group', NULL, 0);
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 200)
         INSERT INTO messages (chat, public_id, author, direction, text, created_at, protection,
                               unread, printed)
         SELECT 7, randomblob(16), randomblob(32), 'in',
                'Stra\u{df}e number ' || n || ' ' || hex(randomblob(200)), n, 'pq', 0, 1 FROM n;",
    );
    let copies = tempfile::tempdir().unwrap();
    let mut connection = open(dir.path(), &MIGRATIONS[..4]).unwrap();
    // What does not fit into memory stands in the log before the commit.
    connection.pragma_update(None, "cache_size", 4).unwrap();
    let (from, to) = (dir.path().to_path_buf(), copies.path().to_path_buf());
    let mut moment = 0_u32;
    let copy = move || {
        moment += 1;
        let to = to.join(moment.to_string());
        std::fs::create_dir(&to).unwrap();
        for (path, bytes) in files(&from) {
            std::fs::write(to.join(path.file_name().unwrap()), bytes).unwrap();
        }
        false
    };
    connection.progress_handler(60, Some(copy)).unwrap();
    crate::migration::run(&mut connection, MIGRATIONS, None).unwrap();
    connection
        .progress_handler(0, None::<fn() -> bool>)
        .unwrap();
    drop(connection);
    let mut missing = BTreeMap::<usize, u32>::new();
    for copy in std::fs::read_dir(copies.path()).unwrap() {
        let (mut steps, copy) = (0, copy.unwrap().path());
        let mut note = |_| steps += 1;
        let opened = file::open(&copy, &Zeroizing::new(KEY), MIGRATIONS, Some(&mut note));
        let connection = opened.unwrap();
        let whole: String = connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(whole, "ok");
        let indexed: i64 = connection
            .query_row(
                "SELECT count(*) FROM messages_fts WHERE messages_fts MATCH 'strasse number'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(indexed, MESSAGES, "{steps}");
        let store = Store::over(connection);
        assert_eq!(found(&store, "STRASSE 137").len(), 1);
        *missing.entry(steps).or_default() += 1;
    }
    let last = MIGRATIONS.len() - 4;
    assert!(
        missing.get(&last).is_some_and(|copies| *copies > 20),
        "{missing:?}"
    );
}
