//! What is typed and read in the window lies in no file: not in the folders of the app, not in the
//! caches of the web view, not in a log; and the app cannot dump core.

use std::fs;

use data_encoding::BASE64;
use sotto_tests::canary::{Canary, look, search};
use sotto_tests::desktop::Display;
use sotto_tests::foreign::{GuideClient, Library, text};
use sotto_tests::relay::SottoRelay;

use crate::seat::{Seat, add_contact, own_id_and_key, send};

const NAME: &str = "Wilhelmina Quastenberg";
const CONTACT: &str = "Theodoros Vlachopanagos";
const CONTACT_ID: &str = "vlacho-of-the-north";
const STRANGER: &str = "umbrella-maker-of-graz";
const SENT: &str = "the heron waits at the third sluice";
const RECEIVED: &str = "bring the blue ledger and nobody else";
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
    window.type_into("search", SEARCHED);
    window.settle();
    window.clear("search");
    window.paste_into("composer", DRAFT);
    window.settle();

    let canaries = canaries(
        &seat,
        &id,
        &[&key, friend.public_key(), stranger.public_key()],
    );
    assert!(canaries.len() >= 16, "{} canaries", canaries.len());
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
    let log = window.report();
    let finds = look(log.as_bytes(), "log".as_ref(), &canaries);
    assert!(finds.is_empty(), "in the log: {finds:?}");
    window.kill();
    nothing_lies_in(&seat, &canaries, "after a kill");
    let window = seat.open();
    window.wait_for("main-window");
    window.close();
    nothing_lies_in(&seat, &canaries, "after an orderly end");
}

fn canaries(seat: &Seat<'_>, id: &str, public_keys: &[&str]) -> Vec<Canary> {
    let texts = [
        NAME, CONTACT, CONTACT_ID, STRANGER, SENT, RECEIVED, DRAFT, SEARCHED, REQUESTED, id,
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
