//! What is in the way of starting: each case has its own screen, in the words of the design, and
//! nothing on the disk is changed before the person decides.

use super::seat::{Seat, add_contact, deliver, own_id_and_key, send};
use sotto_tests::desktop::{Display, KEYRING_PASSWORD, Keyring, Window};
use sotto_tests::places;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What every file of the profile holds, by path.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut contents = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            contents.extend(self::contents(&path));
        } else if entry.file_name() != "lock" {
            contents.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    contents
}

/// Checks that this problem is shown in these words, keeps a picture, finds nothing inaccessible.
fn problem_is_shown(window: &Window, problem: &str, title: &str) {
    wait::until(&format!("the screen for {problem}"), || {
        let script = "return document.querySelector('[data-problem]')?.dataset.problem ?? ''";
        (window.script(script, &[]) == problem).then_some(())
    });
    window.wait_for_text("problem-screen", title);
    window.picture(&format!("problem-{}", problem.replace('_', "-")));
    let found = window.axe();
    assert!(found.is_empty(), "axe on {problem}: {found:#?}");
}

/// Ada after her first start, with the app closed.
fn ada<'a>(display: &'a Display, relay: &SottoRelay) -> Seat<'a> {
    let (seat, window) = Seat::settled(display, "Ada", &relay.url());
    window.close();
    seat
}

#[test]
fn a_locked_keychain_is_said_to_be_locked_and_opens_once_unlocked() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let mut ada = ada(&display, &relay);
    let before = contents(&ada.profile());
    ada.log_in_anew(Keyring::start_locked);
    let window = ada.open();
    problem_is_shown(&window, "keychain_locked", "Your keychain is locked.");
    assert_eq!(contents(&ada.profile()), before, "nothing was changed");
    // Unlocked elsewhere: the window notices, at the latest when the person comes back to it.
    ada.keyring.unlock();
    window.script("window.dispatchEvent(new Event('focus'))", &[]);
    window.wait_for("main-window");
}

#[test]
fn unlock_brings_up_the_question_of_the_system() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = ada(&display, &relay);
    ada.keyring.lock();
    let window = ada.open();
    window.wait_for("problem-unlock");
    window.click("problem-unlock");
    answer(&display, &keyring_question(&display));
    window.wait_for("main-window");
}

/// The window in which the keyring asks for its password.
fn keyring_question(display: &Display) -> String {
    wait::until("the keyring asks for its password", || {
        display.windows_titled("[Uu]nlock").into_iter().next()
    })
}

fn answer(display: &Display, question: &str) {
    display.xdotool(&["windowfocus", "--sync", question]);
    display.xdotool(&["type", "--delay", "5", KEYRING_PASSWORD]);
    display.xdotool(&["key", "Return"]);
}

#[test]
fn a_question_of_the_system_that_is_cancelled_is_told_and_can_be_asked_again() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = ada(&display, &relay);
    let before = contents(&ada.profile());
    ada.keyring.lock();
    let window = ada.open();
    window.click("problem-unlock");
    let question = keyring_question(&display);
    display.xdotool(&["windowfocus", "--sync", &question]);
    display.xdotool(&["key", "Escape"]);
    window.wait_for_text("problem-failed", "Your keychain refused access.");
    problem_is_shown(&window, "keychain_locked", "Your keychain is locked.");
    window.picture("problem-keychain-question-cancelled");
    assert_eq!(contents(&ada.profile()), before, "nothing was changed");

    window.click("problem-unlock");
    answer(&display, &keyring_question(&display));
    window.wait_for("main-window");
}

#[test]
fn a_keychain_that_refuses_the_key_is_said_to_refuse_and_asked_again() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = ada(&display, &relay);
    let before = contents(&ada.profile());
    ada.keyring.forbid_reading();
    let window = ada.open();
    let title = "Your keychain did not give the key.";
    problem_is_shown(&window, "keychain_refused", title);
    window.click("problem-retry");
    problem_is_shown(&window, "keychain_refused", title);
    assert_eq!(contents(&ada.profile()), before, "nothing was changed");
    ada.keyring.allow_reading();
    window.click("problem-retry");
    window.wait_for("main-window");
}

/// Nothing that a session made leaves before the keychain has the counter beside the keys
/// (docs/protocol.md P-25).
#[test]
fn a_keychain_that_keeps_nothing_holds_secure_messages_until_it_does() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (ada, window) = Seat::settled(&display, "Ada", &relay.url());
    let (_bo, bo_window) = Seat::settled(&display, "Bo", &relay.url());
    let (id, key) = own_id_and_key(&bo_window);
    add_contact(&window, &id, &key, "Bo Berg");
    let (id, key) = own_id_and_key(&window);
    add_contact(&bo_window, &id, &key, "Ada Lind");
    deliver(&window, &bo_window, "before");
    window.close();

    ada.keyring.forbid_writing();
    let window = ada.open();
    window.click("chat-row");
    send(&window, "only once it is counted");
    let words = "Your keychain refuses to be written to, so secure messages wait.";
    window.wait_for_text("banner-sending-held", words);
    window.picture("sending-held");
    let found = window.axe();
    assert!(found.is_empty(), "axe: {found:#?}");
    // What comes is shown all the same; its receipt waits with the rest.
    send(&bo_window, "can you hear me?");
    window.wait_for_text("message", "can you hear me?");
    let states =
        "return [...document.querySelectorAll('[data-testid=message][data-direction=out]')]
        .map((row) => row.dataset.state).join()";
    assert_eq!(window.script(states, &[]), "delivered,queued");
    let has_left = bo_window.texts("message").join(" ").contains("counted");
    assert!(!has_left, "nothing has left");

    ada.keyring.allow_writing();
    window.wait_until_gone("banner-sending-held");
    bo_window.wait_for_text("message", "only once it is counted");
    for (window, all) in [(&window, "delivered,delivered"), (&bo_window, "delivered")] {
        wait::until("everything is delivered", || {
            (window.script(states, &[]) == all).then_some(())
        });
    }
}

#[test]
fn a_missing_keychain_is_said_to_be_missing() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let mut ada = ada(&display, &relay);
    let before = contents(&ada.profile());
    ada.log_in_anew(Keyring::absent);
    let window = ada.open();
    problem_is_shown(&window, "keychain_missing", "No keychain on this system.");
    window.click("problem-how-to");
    assert_eq!(contents(&ada.profile()), before, "nothing was changed");
    drop(window);
    ada.log_in_anew(Keyring::start);
    ada.open().wait_for("main-window");
}

#[test]
fn a_lost_key_is_no_first_start_and_new_keys_are_made_only_when_asked_for() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = ada(&display, &relay);
    let before = contents(&ada.profile());
    ada.keyring.delete_items();
    let window = ada.open();
    problem_is_shown(&window, "key_gone", "The key for your messages is missing.");
    assert_eq!(contents(&ada.profile()), before, "nothing was changed");
    assert!(ada.keyring.secrets().is_empty(), "no new keys were made");

    window.click("problem-start_new");
    window.wait_for("problem-start-new-dialog");
    window.picture("problem-start-new");
    window.click("confirm");
    window.wait_for("onboarding-step-welcome");
    let aside: Vec<_> = fs::read_dir(ada.profile().parent().unwrap())
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().join("history.db").exists())
        .collect();
    assert_eq!(aside.len(), 1, "the old folder was moved aside");
    let kept = fs::read(aside[0].path().join("history.db")).unwrap();
    assert_eq!(Some(&kept), before.get(&ada.profile().join("history.db")));
}

#[test]
fn a_damaged_history_is_said_to_be_damaged_and_left_alone() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = ada(&display, &relay);
    let history = ada.profile().join("history.db");
    let mut bytes = fs::read(&history).unwrap();
    let middle = bytes.len() / 2;
    for byte in &mut bytes[16..middle] {
        *byte ^= 0x55;
    }
    fs::write(&history, bytes).unwrap();
    let before = contents(&ada.profile());
    let window = ada.open();
    problem_is_shown(&window, "history_damaged", "Your message file is damaged.");
    assert_eq!(contents(&ada.profile()), before, "nothing was changed");
}

#[test]
fn a_history_of_another_key_is_told_from_a_damaged_one() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (ada, bo) = (ada(&display, &relay), ada(&display, &relay));
    for file in ["history.db", "history.check"] {
        fs::copy(bo.profile().join(file), ada.profile().join(file)).unwrap();
    }
    let before = contents(&ada.profile());
    let window = ada.open();
    problem_is_shown(&window, "wrong_key", "This key does not fit your messages.");
    assert_eq!(contents(&ada.profile()), before, "nothing was changed");
}

#[test]
fn a_history_that_is_gone_can_be_begun_anew_with_the_same_keys() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = ada(&display, &relay);
    let keys = ada.keyring.keys();
    for file in ["history.db", "history.check"] {
        fs::remove_file(ada.profile().join(file)).unwrap();
    }
    let window = ada.open();
    problem_is_shown(&window, "history_gone", "Your messages are gone.");
    window.type_into("problem-name", "Ada Moss");
    window.click("problem-start_same_keys");
    window.wait_for("main-window");
    assert_eq!(ada.keyring.keys(), keys, "the keys are the same");
}

#[test]
fn a_history_of_a_newer_version_is_left_alone() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = ada(&display, &relay);
    write_future_version(&ada);
    let before = contents(&ada.profile());
    let window = ada.open();
    problem_is_shown(
        &window,
        "history_newer",
        "Your messages were written by a newer Sotto.",
    );
    assert_eq!(contents(&ada.profile()), before, "nothing was changed");
}

/// Makes the history one of a version that does not exist yet.
fn write_future_version(seat: &Seat<'_>) {
    let secrets = seat.keyring.secrets();
    let item = secrets
        .iter()
        .find(|secret| secret.starts_with(b"SOTI"))
        .unwrap();
    // The database key is the last of four in the item (docs/protocol.md, P-20).
    let key = data_encoding::HEXLOWER.encode(&item[103..135]);
    let history = rusqlite::Connection::open(seat.profile().join("history.db")).unwrap();
    let statements = format!(
        "PRAGMA key = \"x'{key}'\"; PRAGMA cipher_compatibility = 4; PRAGMA user_version = 4711;"
    );
    history.execute_batch(&statements).unwrap();
    history.close().unwrap();
}

#[test]
fn a_data_folder_that_is_none_is_told_and_tried_again() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = ada(&display, &relay);
    let before = contents(&ada.profile());
    let kept = ada.profile().with_file_name("kept");
    fs::rename(ada.profile(), &kept).unwrap();
    fs::write(ada.profile(), b"a file of somebody else").unwrap();
    let window = ada.open();
    let title = "Sotto cannot use its data folder.";
    problem_is_shown(&window, "folder_unusable", title);
    window.click("problem-retry");
    problem_is_shown(&window, "folder_unusable", title);
    let there = fs::read(ada.profile()).unwrap();
    assert_eq!(there, b"a file of somebody else", "nothing was changed");

    fs::remove_file(ada.profile()).unwrap();
    fs::rename(&kept, ada.profile()).unwrap();
    assert_eq!(contents(&ada.profile()), before);
    window.click("problem-retry");
    window.wait_for("main-window");
}

#[test]
fn a_first_start_with_a_file_in_the_place_of_the_data_folder_is_told() {
    let display = Display::start();
    let seat = Seat::new(&display, "ada");
    let profile = seat.profile();
    let data = profile.ancestors().nth(2).unwrap();
    fs::create_dir_all(data.parent().unwrap()).unwrap();
    fs::write(data, b"a file of somebody else").unwrap();
    let window = seat.open();
    let title = "Sotto cannot use its data folder.";
    problem_is_shown(&window, "folder_unusable", title);
    let there = fs::read(data).unwrap();
    assert_eq!(there, b"a file of somebody else", "nothing was changed");
}

#[test]
fn without_a_screen_one_sentence_is_said() {
    let display = Display::start();
    let seat = Seat::new(&display, "ada");
    let mut command = seat.command(places::app());
    for variable in ["DISPLAY", "WAYLAND_DISPLAY", "GDK_BACKEND", "SOTTO_LOG"] {
        command.env_remove(variable);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("no screen"), "{said}");
}
