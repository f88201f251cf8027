//! What is typed and read in the window lies in no file: not in the folders of the app, not in the
//! caches of the web view, not in a log; and the app cannot dump core.

use super::seat::{Seat, add_contact, choose_relay, own_id_and_key, send};
use data_encoding::BASE64;
use sotto_tests::canary::{Canary, look, search};
use sotto_tests::desktop::{Display, Key, Window};
use sotto_tests::foreign::{GuideClient, Library, text};
use sotto_tests::frames::BoxKeys;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;
use std::fs;

const NAME: &str = "Wilhelmina Quastenberg";
const SECOND_NAME: &str = "Ottoline Drachenfels";
const PASSPHRASE: &str = "seventeen copper kettles in the rain";
const CONTACT: &str = "Theodoros Vlachopanagos";
const RENAMED: &str = "Theo of the lighthouse";
const ABSENT: &str = "Bartholomea Sandoval";
const ABSENT_ID: &str = "sandoval-by-the-sea";
const CONTACT_ID: &str = "vlacho-of-the-north";
const STRANGER: &str = "umbrella-maker-of-graz";
const SENT: &str = "the heron waits at the third sluice";
const RECEIVED: &str = "bring the blue ledger and nobody else";
const WAITING: &str = "tell nobody that the barge is empty";
const CLEARED: &str = "burn this after the second reading";
const FOUND: &str = "mill wheel at daybreak";
const JUMPED: &str = "keeper of the salt house";
const RELAY: &str = "fog-signal-of-skagen.example";
const DRAFT: &str = "a draft that must never be read";
const SEARCHED: &str = "ferryman of the seventh bridge";
const REQUESTED: &str = "we have not met, yet I know Lisbon";

#[test]
fn a_session_of_the_window_leaves_nothing_in_clear() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (seat, window) = Seat::settled(&display, NAME, &relay.url());
    let (id, key) = own_id_and_key(&window);
    let mut friend = GuideClient::start(Library::PyNacl, &relay.url(), CONTACT_ID);
    let mut stranger = GuideClient::start(Library::PyNacl, &relay.url(), STRANGER);
    friend.wait_to_see(&id);
    stranger.wait_to_see(&id);
    add_contact(&window, CONTACT_ID, friend.public_key(), CONTACT);
    send(&window, SENT);
    assert!(text(&friend.next_message(), "text").starts_with(SENT));
    friend.send(&id, RECEIVED);
    window.wait_for_text("message", RECEIVED);
    stranger.send(&id, REQUESTED);
    window.wait_for("requests-row");
    window.click("chat-menu");
    window.click("menu-rename");
    window.clear("rename-field");
    window.type_into("rename-field", RENAMED);
    window.click("rename-save");
    window.wait_for_text("chat-header", RENAMED);
    let absent_key = BoxKeys::from_bytes([7; 32]).public_key();
    add_contact(&window, ABSENT_ID, &absent_key, ABSENT);
    send(&window, CLEARED);
    window.click("chat-menu");
    window.click("menu-clear");
    window.click("confirm");
    wait::until("the chat is empty", || {
        (!window.texts("message").join(" ").contains(CLEARED)).then_some(())
    });
    send(&window, WAITING);
    type_everywhere(&window);
    window.click_containing("chat-row", RENAMED);
    window.paste_into("composer", DRAFT);
    window.settle();
    let second = another_profile(&seat, &relay.url());

    let keys = [
        &key,
        friend.public_key(),
        stranger.public_key(),
        &absent_key,
    ];
    let canaries = canaries(&seat, &id, &keys);
    println!("{} canaries", canaries.len());
    assert!(canaries.len() >= 20, "{} canaries", canaries.len());
    let limits = fs::read_to_string(format!("/proc/{}/limits", window.app_id())).unwrap();
    let cores = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        cores.split_whitespace().skip(4).take(2).collect::<Vec<_>>(),
        ["0", "0"]
    );

    nothing_lies_in(&seat, &canaries, "while the window is open");
    nothing_was_printed(&window, &canaries);
    window.kill();
    nothing_was_printed(&second, &canaries);
    second.close();
    nothing_lies_in(&seat, &canaries, "after a kill");
    let window = seat.open();
    window.wait_for("main-window");
    nothing_was_printed(&window, &canaries);
    window.close();
    nothing_lies_in(&seat, &canaries, "after an orderly end");
}

/// Types into every field that keeps nothing: searches, the palette, an address that is given up.
fn type_everywhere(window: &Window) {
    window.click("search");
    window.wait_for("palette");
    window.type_into("palette-field", SEARCHED);
    window.settle();
    window.press(&[Key::Escape]);
    window.wait_until_gone("palette");
    for (key, part, field, words) in [
        ('f', "find-bar", "find-field", FOUND),
        ('k', "palette", "palette-field", JUMPED),
    ] {
        window.chord(&[Key::Control, Key::Char(key)]);
        window.wait_for(part);
        window.type_into(field, words);
        window.settle();
        window.press(&[Key::Escape]);
        window.wait_until_gone(part);
    }
    window.click("open-settings");
    window.click("settings-tab-relays");
    window.click("settings-relay-add");
    window.type_into("relay-address", &format!("wss://{RELAY}"));
    window.press(&[Key::Escape]);
    window.wait_until_gone("relay-address");
    window.press(&[Key::Escape]);
    window.wait_until_gone("settings-dialog");
}

/// A second person on this computer, whose keys lie under a passphrase.
fn another_profile(seat: &Seat<'_>, relay: &str) -> Window {
    let window = seat.open_with(&["--profile", "second"]);
    window.click("onboarding-continue");
    window.type_into("onboarding-name", SECOND_NAME);
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-keys");
    window.click("onboarding-passphrase-toggle");
    window.type_into("onboarding-passphrase", PASSPHRASE);
    window.type_into("onboarding-passphrase-again", PASSPHRASE);
    window.click("onboarding-continue");
    choose_relay(&window, relay);
    window.click("onboarding-later");
    window.wait_for("main-window");
    window
}

fn canaries(seat: &Seat<'_>, id: &str, public_keys: &[&str]) -> Vec<Canary> {
    let texts = [
        NAME,
        SECOND_NAME,
        PASSPHRASE,
        CONTACT,
        RENAMED,
        ABSENT,
        CONTACT_ID,
        ABSENT_ID,
        STRANGER,
        SENT,
        RECEIVED,
        WAITING,
        CLEARED,
        DRAFT,
        SEARCHED,
        FOUND,
        JUMPED,
        RELAY,
        REQUESTED,
        id,
    ];
    let mut canaries: Vec<Canary> = texts.map(|text| Canary::text(text, text)).into();
    canaries.extend(
        public_keys
            .iter()
            .map(|key| Canary::bytes(key, &BASE64.decode(key.as_bytes()).unwrap())),
    );
    let secrets = seat.keyring.secrets();
    let item = secrets
        .iter()
        .find(|secret| secret.starts_with(b"SOTI"))
        .unwrap();
    let names = ["signing key", "box key", "agreement key", "database key"];
    let parts = names.into_iter().zip(item[7..].chunks_exact(32));
    canaries.extend(parts.map(|(name, key)| Canary::bytes(name, key)));
    canaries
}

/// Looks through everything that the app has printed; the tests let it log more than usual.
fn nothing_was_printed(window: &Window, canaries: &[Canary]) {
    let finds = look(window.printed().as_bytes(), "log".as_ref(), canaries);
    assert!(finds.is_empty(), "in the log: {finds:?}");
}

fn nothing_lies_in(seat: &Seat<'_>, canaries: &[Canary], when: &str) {
    let found = search(seat.home.path(), canaries).unwrap();
    println!(
        "{when}: {} files, {} bytes",
        found.files.len(),
        found.files.values().sum::<u64>()
    );
    assert!(
        found.files.len() > 5,
        "the web view keeps files, too: {:?}",
        found.files
    );
    assert!(found.finds.is_empty(), "{when}: {:#?}", found.finds);
}
