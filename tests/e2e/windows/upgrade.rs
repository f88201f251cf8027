//! Two homes of the first version, opened by this one: what was there is there, what waited goes
//! out, and the two come to a secure session, which their version did not have.

use super::seat::{Seat, send};
use data_encoding::HEXLOWER;
use sotto_keychain::{KeyVault, PassphraseFile};
use sotto_tests::cli::Person;
use sotto_tests::desktop::Display;
use sotto_tests::relay::SottoRelay;
use sotto_tests::{places, wait};
use std::fs;
use std::path::Path;
use zeroize::Zeroizing;

/// Under which the keys of both homes are sealed.
const PASSPHRASE: &str = "a history of the first version";
/// So many more messages that bringing them to this version's form is seen.
const MESSAGES: u32 = 150_000;

/// Puts somebody's old home into a folder, with another relay and so many messages in the chat with Cleo, if there is one.
fn move_in(who: &str, folder: &Path, relay: &str, messages: u32) {
    fs::create_dir_all(folder).unwrap();
    let old = places::root().join("tests/vectors/history-v1").join(who);
    for file in ["history.check", "history.db", "keys.sealed", "profile.json"] {
        fs::copy(old.join(file), folder.join(file)).unwrap();
    }
    let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
    let keys = PassphraseFile::new(folder.join("keys.sealed"), passphrase);
    let key = HEXLOWER.encode(keys.load().unwrap().database_key.as_slice());
    let history = rusqlite::Connection::open(folder.join("history.db")).unwrap();
    let statements = format!("PRAGMA key = \"x'{key}'\"; PRAGMA cipher_compatibility = 4;");
    history.execute_batch(&statements).unwrap();
    let version: u32 = history
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1);
    history
        .execute("UPDATE relays SET url = ?1", [relay])
        .unwrap();
    history
        .execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
             INSERT INTO messages (chat, public_id, direction, text, created_at, key, unread,
                                   printed)
             SELECT c.id, randomblob(16), 'in', 'message ' || n.i, c.added_at, c.box_key, 0, 1
             FROM n, contacts c WHERE c.user_id = 'cleo'",
            [messages],
        )
        .unwrap();
    history.close().unwrap();
}

#[test]
fn a_home_of_the_first_version_is_brought_to_this_one_and_goes_on() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = Seat::new(&display, "Ada");
    move_in("ada", &ada.profile(), &relay.url(), MESSAGES);
    let mut bo = Person::new("bo");
    bo.set("SOTTO_PASSPHRASE", PASSPHRASE);
    move_in("bo", &bo.data(), &relay.url(), 0);

    let window = ada.open();
    window.wait_for("passphrase-screen");
    window.type_into("passphrase-field", PASSPHRASE);
    // What passes too quickly for the eye is told to it all the same.
    window.script(
        "window.told = [];
         new MutationObserver(() => {
             const step = document.querySelector('[data-testid=starting-screen]')?.dataset.step;
             if (step && window.told.at(-1) !== step) window.told.push(step);
         }).observe(document, {subtree: true, childList: true, attributes: true});",
        &[],
    );
    window.click("passphrase-open");
    window.wait_for_text("starting-screen", "Bringing your messages up to date");
    window.picture("starting-migration");
    let found = window.axe();
    assert!(found.is_empty(), "axe: {found:#?}");
    window.wait_for("main-window");
    let told = window.script("return window.told.join()", &[]);
    assert_eq!(told, "passphrase,history,migration,history");

    window.click_containing("chat-row", "Cleo Clay");
    window.wait_for_text("message", &format!("message {MESSAGES}"));
    window.click_containing("chat-row", "Bo Berg");
    for text in [
        "text 1 of the first version",
        "answer 3",
        "still in the outbox",
    ] {
        window.wait_for_text("message", text);
    }
    assert_eq!(
        bo.texts("ada", "in"),
        [
            "text 1 of the first version",
            "text 2 of the first version",
            "text 3 of the first version"
        ]
    );
    let mut listener = bo.listen();
    assert_eq!(listener.next_message()["text"], "still in the outbox");
    send(&window, "in a session");
    assert_eq!(listener.next_message()["text"], "in a session");
    wait::until("the newest text is delivered", || {
        let state =
            "return [...document.querySelectorAll('[data-testid=message][data-direction=out]')]
            .at(-1).dataset.state";
        (window.script(state, &[]) == "delivered").then_some(())
    });
    listener.end();
}
