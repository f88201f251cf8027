//! Two people compare their keys: by the number, by a code on the other's screen, by a camera.

use super::invites::Friends;
use super::seat::Seat;
use serde_json::Value;
use sotto_engine::qr;
use sotto_tests::desktop::{Display, Key, Window};
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;
use std::fs;
use std::path::PathBuf;

/// Opens the screen in the open chat; its code is there.
fn open_screen(window: &Window) {
    window.click("verify");
    window.wait_for("verify-own-code");
    window.wait_for("verify-digits");
    window.settle();
}

/// Looks at the screen as it is: axe finds nothing, and a picture is kept.
fn look(window: &Window, picture: &str) -> PathBuf {
    window.settle();
    assert_eq!(window.axe(), Vec::<String>::new(), "{picture}");
    window.picture(picture)
}

/// Gives what the clipboard's picture says to the contact's screen, and where it came from.
fn paste_code(window: &Window, came_from: &str) {
    window.click("verify-paste");
    window.wait_for("verify-where");
    window.click(came_from);
    window.click("verify-where-go");
}

fn header(window: &Window, words: &str) {
    window.wait_for_text("chat-header", words);
}

#[test]
fn two_people_compare_numbers_and_codes_and_each_marks_what_they_saw() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let Friends { ada, bo, .. } = Friends::meet(&display, &relay);
    let (ada, bo) = (&ada.1, &bo.1);

    // Both see one number. Ada says that Bo's is another: her mark goes.
    open_screen(ada);
    open_screen(bo);
    let number = ada.data_value("verify-digits");
    assert_eq!(number.len(), 60);
    assert_eq!(bo.data_value("verify-digits"), number);
    look(bo, "verify-unverified");
    bo.click("verify-copy");
    ada.click("verify-differ");
    ada.wait_for_text("verify-differs", "Do not send anything secret");
    look(ada, "verify-differs");
    ada.click("verify-keep");
    ada.wait_until_gone("verify-dialog");
    header(ada, "Not verified");

    // This computer has no camera: that is said at once, beside the other ways.
    bo.click("verify-way-scan");
    bo.wait_for_text("camera-fault", "No camera was found");
    look(bo, "verify-no-camera");

    // One digit is another one.
    let other = if number.starts_with('0') { "1" } else { "0" };
    let wrong = format!("{other}{}", &number[1..]);
    bo.click("verify-type");
    bo.type_into("verify-field", &wrong);
    bo.press(&[Key::Enter]);
    bo.wait_for("verify-differs");
    bo.click("verify-try-again");

    // Ada's code is on her screen, and Bo has a picture of it.
    open_screen(ada);
    let picture = look(ada, "verify-own-code");
    let code = qr::read_picture(&fs::read(&picture).unwrap()).expect("a code is on the screen");
    assert!(code.starts_with("sotto:verify#"), "{code}");
    let holder = display.copy_picture(&picture);
    bo.click("verify-way-scan");
    paste_code(bo, "where-inside_sotto");
    bo.wait_for_text("verify-inside", "proves nothing");
    look(bo, "verify-inside");
    bo.click("verify-keep");
    bo.wait_until_gone("verify-dialog");
    header(bo, "Not verified");

    open_screen(bo);
    bo.click("verify-way-scan");
    paste_code(bo, "where-their_screen");
    bo.wait_for_text("verify-verified", "asks Ada now");
    look(bo, "verify-verified");
    // Ada's program has the proof, and asks her to look.
    ada.wait_for_text("verify-seen", "Look at the screen of Bo");
    look(ada, "verify-seen");
    wait::until("it can be answered", || {
        ada.is_enabled("verify-seen-yes").then_some(())
    });
    ada.click("verify-seen-yes");
    ada.wait_for("verify-verified");
    for window in [ada, bo] {
        window.click("verify-done");
        window.wait_until_gone("verify-dialog");
        header(window, "Verified");
    }
    ada.wait_for_text("message", "scanned your code");

    // The code was for one scan.
    open_screen(bo);
    bo.click("verify-way-scan");
    bo.click("verify-paste");
    bo.wait_for("verify-used");
    look(bo, "verify-used");
    drop(holder);
    bo.press(&[Key::Escape]);
    bo.wait_until_gone("verify-dialog");
}

/// What a page that looks for codes asks of the computer, and what it is given.
const WATCH: &str = "window.watched = { frames: 0, seen: [], tracks: [] };
    const { invoke } = window.__TAURI_INTERNALS__;
    window.__TAURI_INTERNALS__.invoke = async (command, ...rest) => {
        const answer = await invoke(command, ...rest);
        if (command === 'scan_frame') {
            window.watched.frames += 1;
            window.watched.seen.push(answer.kind);
        }
        return answer;
    };
    const give = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    window.giveCamera = give;
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await give(wanted);
        window.watched.tracks.push(...stream.getTracks());
        return stream;
    };";

/// How the page's question for devices ends.
fn asked_for(window: &Window, wanted: &str) -> Value {
    window.script_async(&format!(
        "const done = arguments[arguments.length - 1];
        window.giveCamera({wanted}).then(
            (stream) => {{ stream.getTracks().forEach((track) => track.stop()); done('given'); }},
            (error) => done(error.name),
        );"
    ))
}

#[test]
fn the_page_has_a_camera_while_a_code_is_looked_for_and_at_no_other_time() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let seat = Seat::new(&display, "Ada");
    let window = seat.open_with_staged_camera();
    super::seat::choose_all(&window, "Ada", &relay.url());
    window.click("onboarding-later");
    window.wait_for("main-window");
    window.script(WATCH, &[]);
    assert_eq!(asked_for(&window, "{ video: true }"), "NotAllowedError");

    window.click("add-contact");
    window.wait_for("add-contact-dialog");
    window.click("add-way-scan");
    window.wait_for_text("camera-words", "Hold the code before the camera");
    wait::until("frames are looked at", || {
        let frames = window.script("return window.watched.frames", &[]);
        (frames.as_u64()? >= 3).then_some(())
    });
    let seen = window.script("return window.watched.seen.slice(0, 3)", &[]);
    assert_eq!(seen, serde_json::json!(["nothing", "nothing", "nothing"]));
    look(&window, "scan-with-camera");
    // Nothing else is given on the way.
    assert_eq!(asked_for(&window, "{ audio: true }"), "NotAllowedError");
    assert_eq!(
        asked_for(&window, "{ audio: true, video: true }"),
        "NotAllowedError"
    );

    // The camera is off when the dialog goes, within a fifth of a second.
    let off = window.script_async(
        "const done = arguments[arguments.length - 1];
        const began = performance.now();
        document.querySelector('[data-testid=add-way-code]').click();
        const look = () => {
            const on = window.watched.tracks.some(({ readyState }) => readyState === 'live');
            if (on && performance.now() - began < 5000) setTimeout(look, 5);
            else done(performance.now() - began);
        };
        look();",
    );
    assert!(off.as_f64().is_some_and(|ms| ms < 200.0), "{off} ms");
    assert_eq!(asked_for(&window, "{ video: true }"), "NotAllowedError");
}
