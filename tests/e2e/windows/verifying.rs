//! Two people compare their keys: by the number, by a code on the other's screen, by a camera.

use super::invites::Friends;
use super::seat::{Seat, choose_all};
use sotto_engine::qr;
use sotto_tests::desktop::{Display, Key, OWN_TITLE, Window};
use sotto_tests::places;
use sotto_tests::process::Process;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

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

/// Somebody at a window, whose presses of the mouse are counted.
struct Hand<'a> {
    window: &'a Window,
    clicks: u32,
}

impl<'a> Hand<'a> {
    fn at(window: &'a Window) -> Self {
        Self { window, clicks: 0 }
    }

    fn click(&mut self, test_id: &str) {
        self.window.click(test_id);
        self.clicks += 1;
    }

    /// The first start up to the screen with one's code, with what is offered.
    fn start(&mut self, name: &str) {
        self.click("onboarding-continue");
        self.window.type_into("onboarding-name", name);
        self.window.press(&[Key::Enter]);
        self.window.wait_for("onboarding-step-keys");
        self.click("onboarding-continue");
        self.window.wait_for("onboarding-step-relay");
        self.click("onboarding-continue");
        self.window.wait_for("onboarding-step-contact");
    }
}

#[test]
fn from_first_start_to_both_verified_by_a_code_that_is_read_from_the_screen() {
    let display = Display::start();
    let seat = Seat::new(&display, "Ada and Bo");
    let (ada, bo) = (seat.open(), seat.open_with(&["--profile", "bo"]));
    display.put_side_by_side();
    let began = Instant::now();
    let (mut of_ada, mut of_bo) = (Hand::at(&ada), Hand::at(&bo));
    of_ada.start("Ada");
    ada.wait_for("invite-code");
    of_bo.start("Bo");
    of_bo.click("add-way-scan");
    bo.wait_for("scan-screen");
    look(&bo, "scan-without-camera");
    of_bo.click("scan-screen");
    bo.wait_for("link-confirm");
    // The field for a name has the keys; whoever leaves it as it is goes on.
    bo.press(&[Key::Enter]);
    bo.wait_for("add-contact-result");
    wait::until("the button that goes on has the keys", || {
        (bo.focused() == "onboarding-done").then_some(())
    });
    bo.press(&[Key::Enter]);
    // Only the camera is believed without a question.
    bo.wait_for_text("link-banner", "directly from");
    of_bo.click("mark-yes");
    header(&bo, "Verified");
    ada.wait_for_text("invite-used", "Bo used this code");
    of_ada.click("invite-open-chat");
    header(&ada, "Verified");
    eprintln!(
        "both verified after {:?}, {} and {} clicks",
        began.elapsed(),
        of_ada.clicks,
        of_bo.clicks
    );
    for hand in [of_ada, of_bo] {
        assert!(hand.clicks <= 6, "{} clicks", hand.clicks);
    }
}

/// What the program logs of a frame that its decoder has answered, where no code is in it.
const LOOKED: &str = "a frame of the camera was looked at seen=Ok(Nothing)";

/// Keeps hold of the tracks that the page is given.
const WATCH: &str = "window.watched = { tracks: [] };
    const give = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await give(wanted);
        window.watched.tracks.push(...stream.getTracks());
        return stream;
    };";

/// Leaves the camera by this script; it is off then, and the log of the test says how soon.
fn leave(window: &Window, script: &str) {
    let on = window.script_async(&format!(
        "const done = arguments[arguments.length - 1];
        const began = performance.now();
        {script};
        const look = () => {{
            const on = window.watched.tracks.some(({{ readyState }}) => readyState === 'live');
            if (on && performance.now() - began < 5000) setTimeout(look, 5);
            else done(on ? null : performance.now() - began);
        }};
        look();"
    ));
    let ms = on.as_f64().expect("the camera is off");
    eprintln!("the camera was on for {ms} ms after it was left");
}

#[test]
fn a_camera_shows_what_it_sees_to_the_decoder_and_is_off_when_it_is_left() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let seat = Seat::new(&display, "Ada");
    let window = seat.open_with_staged_camera();
    choose_all(&window, "Ada", &relay.url());
    window.click("onboarding-later");
    window.wait_for("main-window");
    window.script(WATCH, &[]);
    window.click("add-contact");
    window.wait_for("add-contact-dialog");
    window.click("add-way-scan");
    window.wait_for_text("camera-words", "Hold the code before the camera");
    wait::until("frames are looked at", || {
        (window.printed().matches(LOOKED).count() >= 3).then_some(())
    });
    look(&window, "scan-with-camera");
    let other_tab = "document.querySelector('[data-testid=add-way-code]').click()";
    leave(&window, other_tab);
    window.click("add-way-scan");
    window.wait_for_text("camera-words", "Hold the code before the camera");
    let escape = "document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))";
    leave(&window, escape);
    window.wait_until_gone("add-contact-dialog");
    window.close();

    // The driver answers for the person whether the page may have a camera. Without one the program
    // is asked, and says yes for as long as a code is looked for.
    let mut command = seat.command(places::app());
    command.env("SOTTO_STAGED_CAMERA", "1");
    let program = Process::start("sotto", &mut command);
    display.wait_for_window(OWN_TITLE);
    let errors = program.errors();
    let said = |within: Duration, words: &str| {
        let pick = |line: &str| line.contains(words).then_some(());
        errors.wait_for(0, within, pick).map(|_| ())
    };
    let asked = "the page asks for a part of the computer kind=Camera answer=Allow";
    wait::until("the program is asked for a camera", || {
        // To the camera from wherever the window has come to by now.
        display.xdotool(&["key", "Escape", "ctrl+n"]);
        display.xdotool(&["key", "Right", "Return"]);
        said(Duration::from_secs(2), asked)
    });
    let looked = said(wait::patience(), LOOKED);
    assert!(looked.is_some(), "{}", program.report());
}
