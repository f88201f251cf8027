//! A disk that is full or fails while the window is open, or in the tray: it is said, what there is
//! is kept, and it goes on by itself when there is room again.
//!
//! The disk is a real file system of a few megabytes. Where nobody may mount one, these tests say
//! so on the terminal and end: `crates/store` and the engine show the same with a limit on the size
//! of files. In the CI they fail then.

use super::seat::{Seat, add_contact, choose_all, choose_until_relay, own_id_and_key, send};
use sotto_tests::desktop::{Asked, Display, SmallDisk, StagedNotifications, TrayHost, Window};
use sotto_tests::foreign::{GuideClient, Library, text};
use sotto_tests::frames::BoxKeys;
use sotto_tests::places;
use sotto_tests::process::Process;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;
use std::env;
use std::io::{self, Write};
use std::path::PathBuf;

/// Room for a history and some hundred long texts, bytes.
const DISK: u64 = 6 * 1024 * 1024;

/// What is said where there is no window.
const FULL: &str = "The disk is full. Receiving is paused; nothing is lost.";

/// The folder of everything that the app keeps, on a disk of its own.
fn small_disk(seat: &Seat<'_>) -> Option<SmallDisk> {
    let profiles: PathBuf = seat.profile().parent().unwrap().into();
    let disk = SmallDisk::at(profiles.parent().unwrap(), DISK);
    if disk.is_none() {
        let why = "nobody here may mount a disk (it takes root or sudo without a password)";
        assert!(env::var_os("CI").is_none(), "{why}");
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test");
        // Not `eprintln`, which is only shown when the test fails.
        writeln!(io::stderr(), "SKIPPED {test}: {why}").expect("somebody reads");
    }
    disk
}

/// Goes through the first start.
fn settle(window: &Window, relay: &SottoRelay) {
    choose_all(window, "Ada", &relay.url());
    window.click("onboarding-later");
    window.wait_for("main-window");
}

#[test]
fn a_full_disk_is_told_loses_nothing_and_it_goes_on_when_there_is_room() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = Seat::new(&display, "Ada");
    let Some(disk) = small_disk(&ada) else { return };
    let window = ada.open();
    settle(&window, &relay);
    let (id, _) = own_id_and_key(&window);
    let mut friend = GuideClient::start(Library::PyNacl, &relay.url(), "friend");
    friend.wait_to_see(&id);
    add_contact(&window, "friend", friend.public_key(), "Mara Lindqvist");
    send(&window, "before");
    assert!(text(&friend.next_message(), "text").starts_with("before"));

    disk.fill();
    // Long texts, until the pages that are there already can take no more. Ada leaves the relay
    // then, so that nothing is handed to her that cannot be kept: one at a time tells which came.
    let mut received: Vec<String> = Vec::new();
    while !window.is_shown("banner-disk-full") {
        let number = received.len() + 1;
        assert!(number < 100, "the disk is full and takes everything");
        let text = format!("number {number} {}", "word ".repeat(4_000));
        friend.send(&id, &text);
        let beginning = beginning(&text);
        received.push(text);
        wait::until("it is shown, or cannot be stored", || {
            let shown = window.texts("message").join(" ").contains(&beginning);
            (shown || window.is_shown("banner-disk-full")).then_some(())
        });
    }
    window.wait_for_text("banner-disk-full", "The disk is full.");
    window.wait_for_text("banner-disk-full", "Receiving is paused; nothing is lost.");
    let mine = format!("from Ada {}", "word ".repeat(4_000));
    window.paste_into("composer", &mine);
    window.click("send");
    wait::until("the text comes back into its field", || {
        (window.field_value("composer") == mine).then_some(())
    });
    let told = wait::until("the full disk is told", || alert(&window));
    assert!(
        told.contains("The disk is full. Nothing was lost."),
        "{told}"
    );
    window.picture("disk-full");
    let found = window.axe();
    assert!(found.is_empty(), "axe: {found:#?}");

    disk.free();
    window.wait_until_gone("banner-disk-full");
    for text in &received {
        window.wait_for_text("message", &beginning(text));
    }
    window.click("send");
    assert!(text(&friend.next_message(), "text").starts_with(&mine));
    let shown = window.texts("message");
    let order: Vec<&str> = shown.iter().filter_map(|text| number_of(text)).collect();
    let sent: Vec<String> = (1..=received.len())
        .map(|number| number.to_string())
        .collect();
    assert_eq!(order, sent, "each once");
    window.close();

    let window = ada.open();
    window.click("chat-row");
    window.wait_for_text("message", "from Ada word");
    window.close();
    told_in_the_tray(&ada, &id, &mut friend, &disk);
    drop(disk);
}

/// Fills the disk of somebody whose program has no window, and frees it again.
fn told_in_the_tray(ada: &Seat<'_>, id: &str, friend: &mut GuideClient, disk: &SmallDisk) {
    let mut tray = TrayHost::start(&ada.home, &ada.keyring);
    let mut server = StagedNotifications::start(&ada.home, &ada.keyring, &["body"]);
    let before = joins(friend, id);
    let mut command = ada.command(places::app());
    let mut app = Process::start("sotto", command.arg("--hidden"));
    wait::until("Ada comes", || (joins(friend, id) > before).then_some(()));
    tray.wait_for_icon();
    disk.fill();
    let is_told = |asked: &Asked| matches!(asked, Asked::Show { body, .. } if body == FULL);
    let mut sent = 0;
    let full = (FULL.to_owned(), false);
    while !tray.menu().1.contains(&full) {
        sent += 1;
        assert!(sent < 100, "the disk is full and takes everything");
        friend.send(id, &format!("unseen {sent} {}", "word ".repeat(4_000)));
        let shown = (words_of_unread(sent), false);
        wait::until("it has come, or cannot be stored", || {
            let (_, items) = tray.menu();
            (items.contains(&shown) || items.contains(&full)).then_some(())
        });
    }
    disk.free();
    let told = server.next_that("the full disk", is_told);
    let Asked::Show { id: number, .. } = told else {
        panic!("{told:?}");
    };
    let last = format!("unseen {sent} ");
    server.wait_for_all("it goes, and the text that had no room comes", |all| {
        let came =
            |asked: &Asked| matches!(asked, Asked::Show { body, .. } if body.starts_with(&last));
        all.contains(&Asked::Withdraw { id: number }) && all.iter().any(came)
    });
    tray.wait_for_item(&words_of_unread(sent), false);
    assert_eq!(
        server.all().iter().filter(|asked| is_told(asked)).count(),
        1
    );
    tray.choose("Quit");
    assert!(app.wait().success());
}

fn words_of_unread(count: u32) -> String {
    match count {
        1 => "1 unread message".to_owned(),
        many => format!("{many} unread messages"),
    }
}

/// How often somebody has come to the relay, as the friend saw it.
fn joins(friend: &GuideClient, id: &str) -> usize {
    let events = friend.events();
    let came = events
        .iter()
        .filter(|line| line["event"] == "joined" && line["userId"] == id);
    came.count()
}

/// What tells one of the texts from the others.
fn beginning(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').take(3).collect();
    words.join(" ")
}

/// What the window tells urgently.
fn alert(window: &Window) -> Option<String> {
    let script = "return [...document.querySelectorAll('[role=alert]')]
        .map((alert) => alert.innerText).join(' ').trim()";
    let words = window.script(script, &[]).as_str()?.to_owned();
    (!words.is_empty()).then_some(words)
}

/// The number of a text of the friend.
fn number_of(shown: &str) -> Option<&str> {
    let (_, after) = shown.split_once("number ")?;
    after.split_whitespace().next()
}

#[test]
fn a_start_on_a_full_disk_opens_what_is_there() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = Seat::new(&display, "Ada");
    let Some(disk) = small_disk(&ada) else { return };
    let window = ada.open();
    settle(&window, &relay);
    let key = BoxKeys::from_bytes([1; 32]).public_key();
    add_contact(&window, "absent", &key, "Mara Lindqvist");
    send(&window, "written in time");
    window.close();
    disk.fill();
    let window = ada.open();
    window.click("chat-row");
    window.wait_for_text("message", "written in time");
    window.close();
    drop(disk);
}

#[test]
fn a_first_start_on_a_full_disk_is_told_and_goes_on_when_there_is_room() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = Seat::new(&display, "Ada");
    let Some(disk) = small_disk(&ada) else { return };
    disk.fill();
    let window = ada.open();
    choose_until_relay(&window, "Ada", &relay.url());
    let told = wait::until("the full disk is told", || alert(&window));
    assert!(
        told.contains("The disk is full. Nothing was lost."),
        "{told}"
    );
    window.picture("onboarding-disk-full");
    disk.free();
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-contact");
    assert_eq!(ada.keyring.keys().len(), 1, "one set of keys was made");
    window.click("onboarding-later");
    window.wait_for("main-window");
    window.close();
    drop(disk);
}

#[test]
fn a_folder_that_nobody_may_write_to_is_told_and_tried_again() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let ada = Seat::new(&display, "Ada");
    let Some(disk) = small_disk(&ada) else { return };
    let window = ada.open();
    settle(&window, &relay);
    window.close();
    disk.make_read_only();
    let window = ada.open();
    window.wait_for_text("problem-screen", "Sotto cannot use its data folder.");
    window.wait_for_text("problem-text", "Check who owns the folder");
    disk.make_writable();
    window.click("problem-retry");
    window.wait_for("main-window");
    window.close();
    drop(disk);
}
