//! Two people meet by a code on a screen, a link on the clipboard, a picture; and what the windows
//! say when a verified person's key changes or a history was put back.

use super::dialogs::{DIALOG, name_file};
use super::seat::{Seat, choose_until_relay, deliver, own_id_and_key, send};
use sotto_engine::qr;
use sotto_tests::cli::Person;
use sotto_tests::desktop::{Display, Key, OWN_TITLE, Window};
use sotto_tests::foreign::{GuideClient, Library};
use sotto_tests::relay::SottoRelay;
use sotto_tests::tap::Tap;
use sotto_tests::wait;
use std::fs;
use std::path::Path;

/// Goes through the first start up to the fifth screen, without choosing a way there.
fn start(window: &Window, name: &str, relay: &str) {
    choose_until_relay(window, name, relay);
    window.wait_for("onboarding-step-contact");
}

/// Opens the dialog that adds somebody, at one of its ways.
fn open_way(window: &Window, way: &str) {
    window.click("add-contact");
    window.wait_for("add-contact-dialog");
    window.click(way);
}

/// Reads the code on the screen as a camera does; the picture is kept under this name.
fn code_on_screen(window: &Window, picture: &str) -> String {
    window.wait_for("invite-code");
    window.settle();
    let picture = fs::read(window.picture(picture)).unwrap();
    qr::read_picture(&picture).expect("a code is on the screen")
}

/// Pastes what is on the clipboard into the field for a link.
fn paste(window: &Window) {
    window.click("link-field");
    window.chord(&[Key::Control, Key::Char('v')]);
}

/// What the newest message of the open chat that has this text was protected by.
fn protection(window: &Window, text: &str) -> String {
    let focus = "[...document.querySelectorAll('[data-testid=message]')]
        .filter((row) => row.innerText.includes(arguments[0])).at(-1).focus()";
    window.script(focus, &[text.into()]);
    window.press(&[Key::Enter]);
    window.click("message-info-open");
    window.wait_for_text("message-info", "Protection");
    let words = window.texts("message-info").join("\n");
    window.press(&[Key::Escape]);
    window.wait_until_gone("message-info");
    words
}

/// Ada and Bo, verified at Ada's by her code, each with the chat open.
pub(super) struct Friends<'a> {
    pub(super) ada: (Seat<'a>, Window),
    pub(super) bo: (Seat<'a>, Window),
    bo_id: String,
}

impl<'a> Friends<'a> {
    pub(super) fn meet(display: &'a Display, relay: &SottoRelay) -> Self {
        let ada = Seat::settled(display, "Ada", &relay.url());
        let bo = Seat::settled(display, "Bo", &relay.url());
        let (bo_id, _) = own_id_and_key(&bo.1);
        ada.1.click("add-contact");
        let link = code_on_screen(&ada.1, "invite-in-the-dialog");
        open_way(&bo.1, "add-way-link");
        bo.1.paste_into("link-field", &link);
        bo.1.click("link-continue");
        bo.1.click("link-add");
        bo.1.click("add-contact-open");
        ada.1.wait_for("invite-used");
        ada.1.click("invite-open-chat");
        for window in [&ada.1, &bo.1] {
            window.wait_until_gone("add-contact-dialog");
            window.wait_for_text("chat-header", "Post-quantum");
        }
        ada.1.wait_for_text("chat-header", "Verified");
        Self { ada, bo, bo_id }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_copied_link_adds_both_and_asks_each_which_way_it_went() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_ada, ada) = Seat::settled(&display, "Ada", &relay.url());
    let (_bo, bo) = Seat::settled(&display, "Bo", &relay.url());
    ada.click("add-contact");
    ada.click("invite-copy");
    // The relay of this test is on this computer.
    ada.click("confirm");
    // Said before the clipboard has it, which the toast is not.
    ada.wait_for_text("invite-proof", "The link left this screen");
    ada.wait_for_text("toast", "Link copied");
    ada.picture("invite-shared");

    open_way(&bo, "add-way-link");
    paste(&bo);
    wait::until("the link is pasted", || {
        bo.field_value("link-field")
            .starts_with("sotto:add#")
            .then_some(())
    });
    bo.clear("link-field");
    bo.click("link-paste");
    bo.wait_for_text("link-confirm", "An invite for one person");
    bo.type_into("link-name", "Ada at work");
    bo.click("link-add");
    bo.wait_for_text("add-contact-result", "verify when you can");
    bo.picture("added-by-link");
    bo.click("add-contact-open");
    ada.wait_for("invite-used");
    ada.click("invite-open-chat");
    for window in [&ada, &bo] {
        window.wait_for_text("chat-header", "Not verified");
        window.wait_for("link-banner");
    }
    ada.wait_for_text("link-banner", "Did you give your link directly to Bo");
    bo.wait_for_text("link-banner", "directly from Ada at work");
    ada.click("mark-yes");
    ada.wait_for_text("chat-header", "Verified");
    ada.wait_for_text("message", "You marked Bo as verified");
    bo.click("mark-later");
    bo.wait_until_gone("link-banner");
    bo.wait_for_text("chat-header", "Not verified");

    deliver(&bo, &ada, "Through the link");
    deliver(&ada, &bo, "And back");
    for (window, text) in [(&ada, "Through the link"), (&bo, "Through the link")] {
        let words = protection(window, text);
        assert!(words.contains("forward secrecy, post-quantum"), "{words}");
        assert!(words.contains("identity"), "{words}");
    }
}

#[test]
fn an_invite_that_was_taken_back_adds_nobody() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let tap = Tap::before(relay.address());
    let (_ada, ada) = Seat::settled(&display, "Ada", &tap.url());
    let (_bo, bo) = Seat::settled(&display, "Bo", &tap.url());
    let (bo_id, _) = own_id_and_key(&bo);
    ada.click("add-contact");
    let link = code_on_screen(&ada, "invite-to-be-revoked");
    ada.click("invites");
    ada.click("invite-revoke");
    ada.wait_for("revoke-dialog");
    ada.picture("invite-revoke");
    ada.click("confirm");
    ada.wait_for("invite-over");
    ada.wait_for_text("invite-row", "Revoked");
    ada.picture("invite-revoked");

    open_way(&bo, "add-way-link");
    bo.paste_into("link-field", &link);
    bo.click("link-continue");
    bo.click("link-add");
    bo.click("add-contact-open");
    wait::until("the relay has read what Bo asked", || {
        (!tap.answered_messages_from(&bo_id).is_empty()).then_some(())
    });
    // Somebody comes by another invite: all that reached Ada before, she has seen then.
    ada.click("invite-new");
    let link = code_on_screen(&ada, "invite-instead");
    let cleo = Person::at("cleo", &tap.url());
    let _listen = cleo.listen();
    cleo.run(["add", &link]).one();
    ada.wait_for("invite-used");
    ada.click("invite-open-chat");
    ada.wait_until_gone("add-contact-dialog");
    let chats = ada.texts("chat-row");
    assert_eq!(chats.len(), 1, "{chats:?}");
    assert!(chats[0].contains("cleo"), "{chats:?}");
    let header = bo.texts("chat-header").join("\n");
    assert!(!header.contains("Post-quantum"), "{header}");
}

#[test]
fn a_picture_of_a_card_is_chosen_dropped_and_pasted() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (_ada, ada) = Seat::settled(&display, "Ada", &relay.url());
    ada.click("add-contact");
    ada.click("contact-card");
    ada.wait_for("card-code");
    ada.picture("contact-card");
    let card = ada.data_value("card-link");
    let (seat, bo) = Seat::settled(&display, "Bo", &relay.url());
    let file = seat.home.path().join("card.png");
    fs::write(&file, qr::png(&card).unwrap()).unwrap();

    // Pasted.
    let holder = display.copy_picture(&file);
    open_way(&bo, "add-way-link");
    paste(&bo);
    bo.wait_for_text("link-confirm", "A contact card");
    bo.click("link-cancel");
    bo.click("link-paste");
    bo.wait_for_text("link-confirm", "A contact card");
    bo.click("link-cancel");
    drop(holder);

    // Chosen.
    bo.click("link-picture");
    let dialog = display.wait_for_window(DIALOG);
    name_file(&display, &dialog, &file, || {
        bo.is_shown("link-confirm").then_some(())
    });
    bo.wait_for_text("link-confirm", "A contact card");
    bo.picture("link-confirm-card");
    bo.click("link-add");
    bo.wait_for("add-contact-result");
    bo.click("add-contact-open");
    bo.wait_until_gone("add-contact-dialog");

    // Its maker is asked, because the card proves nothing.
    ada.press(&[Key::Escape]);
    send(&bo, "I found your card");
    ada.click("requests-row");
    ada.click("request-row");
    ada.picture("request-by-card");
    // Before that nothing is confirmed, so his words wait on his side.
    ada.click("request-accept");
    ada.click("request-accept-save");
    ada.wait_for_text("message", "I found your card");
    ada.wait_for_text("chat-header", "Post-quantum");

    // Dropped onto the window, wherever that is: who it is is known by now.
    ada.close();
    display.drag_file_to(&file, OWN_TITLE);
    bo.wait_for("link-known");
    // And once more: a drop leaves the window ready for the next one.
    bo.click("link-cancel");
    bo.wait_until_gone("link-known");
    display.drag_file_to(&file, OWN_TITLE);
    bo.wait_for("link-known");
}

#[test]
fn nothing_goes_to_a_verified_person_whose_key_changed_until_it_is_decided() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let Friends { ada, bo, bo_id } = Friends::meet(&display, &relay);
    let (bo_seat, bo_window) = bo;
    deliver(&ada.1, &bo_window, "Before");
    bo_window.close();

    let mallory = GuideClient::start(Library::PyNacl, &relay.url(), &bo_id);
    ada.1.wait_for("key-banner");
    ada.1.wait_for("key-choice");
    assert!(!ada.1.is_shown("composer"));
    ada.1.picture("key-of-a-verified");
    ada.1.click("key-ignore");
    ada.1.wait_until_gone("key-choice");
    send(&ada.1, "Only for Bo");
    mallory.leave();

    let bo_window = bo_seat.open();
    bo_window.click_containing("chat-row", "Ada");
    bo_window.wait_for_text("message", "Only for Bo");
    ada.1.wait_for_text("chat-header", "Verified");
    deliver(&bo_window, &ada.1, "After");
}

#[test]
fn a_history_that_was_put_back_says_so_and_goes_on() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let Friends { ada, bo, .. } = Friends::meet(&display, &relay);
    let (bo_seat, bo_window) = bo;
    deliver(&ada.1, &bo_window, "Before the copy");
    bo_window.close();
    let backup = bo_seat.home.path().join("backup");
    copy_folder(&bo_seat.profile(), &backup);

    let bo_window = bo_seat.open();
    bo_window.click_containing("chat-row", "Ada");
    deliver(&bo_window, &ada.1, "After the copy");
    deliver(&ada.1, &bo_window, "This will be gone");
    bo_window.close();
    fs::remove_dir_all(bo_seat.profile()).unwrap();
    copy_folder(&backup, &bo_seat.profile());

    let bo_window = bo_seat.open();
    bo_window.click_containing("chat-row", "Ada");
    bo_window.wait_for_text("message", "These messages were restored from a copy");
    deliver(&bo_window, &ada.1, "I am back");
    ada.1
        .wait_for_text("message", "app began a new secure session");
    deliver(&ada.1, &bo_window, "Welcome");
    bo_window.settle();
    bo_window.picture("restored-bo");
    ada.1.settle();
    ada.1.picture("restored-ada");
}

#[test]
fn a_code_on_the_screen_makes_two_people_contacts_and_verifies_at_the_inviter() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (ada, bo) = (Seat::new(&display, "ada"), Seat::new(&display, "bo"));
    let (ada_window, bo_window) = (ada.open(), bo.open());

    // Ada's code is on her screen; whoever sees the screen can read it.
    start(&ada_window, "Ada Adler", &relay.url());
    let link = code_on_screen(&ada_window, "invite-on-the-screen");
    assert!(link.starts_with("sotto:add#"), "{link}");

    // Bo pastes what he read, sees whose it is, and adds her.
    start(&bo_window, "Bo Berg", &relay.url());
    bo_window.click("add-way-link");
    bo_window.paste_into("link-field", &link);
    bo_window.click("link-continue");
    bo_window.wait_for("link-confirm");
    bo_window.picture("link-confirm");
    bo_window.click("onboarding-add");
    bo_window.wait_for("add-contact-result");
    bo_window.click("onboarding-done");
    bo_window.wait_for("main-window");

    // Both have each other, by the names that they chose; Ada's window says that he is verified,
    // because the code was only ever on her screen.
    ada_window.wait_for("invite-used");
    ada_window.click("onboarding-done");
    ada_window.wait_for("main-window");
    ada_window.click_containing("chat-row", "Bo Berg");
    ada_window.wait_for_text("chat-header", "Verified");
    ada_window.wait_for_text("chat-header", "Post-quantum");
    bo_window.click_containing("chat-row", "Ada Adler");
    bo_window.wait_for_text("chat-header", "Post-quantum");
    // He only knows of a link.
    bo_window.wait_for_text("chat-header", "Not verified");

    deliver(&bo_window, &ada_window, "By your code");
    for (window, name) in [(&ada_window, "ada"), (&bo_window, "bo")] {
        window.settle();
        window.picture(&format!("met-by-a-code-{name}"));
    }
}
