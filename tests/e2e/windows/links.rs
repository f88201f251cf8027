//! Links and pictures from outside the window: they reach it once, and nothing is done with them.

use super::dialogs::{DIALOG, name_file};
use super::seat::Seat;
use serde_json::{Value, json};
use sotto_engine::qr;
use sotto_tests::desktop::{Display, OWN_TITLE, Window};
use sotto_tests::wait;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;

const LINK: &str = "sotto:add#pwEBABggAQIDBAUGBwgJCgsMDQ4PEA";
const LATER: &str = "sotto:add#pwEBABggZZZZZZZZZZZZZZZZZZZZZZ";

/// Asks for what was opened, as the page does.
fn take(window: &Window) -> Value {
    answer(window, "take_opened_link", "{}")
}

/// What a command gives, or the code why not.
fn answer(window: &Window, command: &str, arguments: &str) -> Value {
    begin(window, command, arguments);
    wait::until(&format!("{command} answers"), || finished(window))
}

/// Calls a command without waiting for its answer.
fn begin(window: &Window, command: &str, arguments: &str) {
    let script = format!(
        "window.answer = undefined;
        window.__TAURI_INTERNALS__.invoke({command:?}, {arguments}).then(
            (given) => {{ window.answer = {{ given }}; }},
            (refused) => {{ window.answer = {{ given: refused }}; }});"
    );
    window.script(&script, &[]);
}

/// The answer, once it is there.
fn finished(window: &Window) -> Option<Value> {
    let answer = window.script("return window.answer ?? null", &[]);
    answer.as_object().map(|answer| answer["given"].clone())
}

/// Counts how often the page is told that there is a link.
fn listen(window: &Window) {
    let script = "const done = arguments[arguments.length - 1];
        const internals = window.__TAURI_INTERNALS__;
        window.told = 0;
        const handler = internals.transformCallback(() => { window.told += 1; });
        internals.invoke('plugin:event|listen',
            { event: 'link-opened', target: { kind: 'Any' }, handler }).then(() => done(true));";
    assert_eq!(window.script_async(script), json!(true));
}

fn wait_until_told(window: &Window, times: u64) {
    wait::until(&format!("the page is told {times} times"), || {
        (window.script("return window.told", &[]) == times).then_some(())
    });
}

#[test]
fn link_of_a_second_start_reaches_the_open_window_once() {
    let display = Display::start();
    let ada = Seat::new(&display, "ada");
    let window = ada.open();
    window.wait_for("onboarding-step-welcome");
    listen(&window);

    assert!(ada.start_again(&[LINK]).success());
    wait_until_told(&window, 1);
    assert_eq!(take(&window), LINK);
    assert_eq!(take(&window), Value::Null);

    // Of several that nobody took none is lost, and the same one is one.
    for link in [LINK, LATER, LINK] {
        assert!(ada.start_again(&[link]).success());
    }
    wait_until_told(&window, 4);
    assert_eq!(take(&window), LINK);
    assert_eq!(take(&window), LATER);

    // A second start without a link, or with what is none, only brings the window to the front.
    let too_long = format!("sotto:add#{}", "a".repeat(262));
    for arguments in [&[][..], &["https://example.org/"], &[&too_long]] {
        assert!(ada.start_again(arguments).success());
    }
    assert_eq!(take(&window), Value::Null);
    assert_eq!(window.script("return window.told", &[]), 4);
}

#[test]
fn link_given_at_the_start_waits_for_the_window() {
    let display = Display::start();
    let ada = Seat::new(&display, "ada");
    let window = ada.open_with(&[LINK]);
    window.wait_for("onboarding-step-welcome");
    assert_eq!(take(&window), LINK);
    assert_eq!(take(&window), Value::Null);
}

/// The socket is open to every program of the person.
#[test]
fn door_hands_on_nothing_but_links() {
    let display = Display::start();
    let ada = Seat::new(&display, "ada");
    let window = ada.open();
    window.wait_for("onboarding-step-welcome");
    listen(&window);
    let knock = |request: &str| {
        let sockets = ada.home.sockets();
        let door = sockets.iter().find_map(|path| {
            // The bus and the keyring have sockets as well; ours is in our folder.
            let ours = path.parent()?.ends_with("chat.sotto.desktop");
            ours.then(|| UnixStream::connect(path).unwrap())
        });
        let mut door = door.expect("the app has a door");
        door.write_all(format!("{request}\n").as_bytes()).unwrap();
        let mut answer = String::new();
        BufReader::new(door).read_line(&mut answer).unwrap();
        answer
    };
    for link in [
        json!("https://example.org/"),
        json!("sotto:add#a\nb"),
        json!("sotto:add#<img src=x>"),
        json!(format!("sotto:{}", "a".repeat(10_000))),
        json!(["sotto:add#abc"]),
        json!(5),
    ] {
        let answer = knock(&json!({ "focus": true, "link": link }).to_string());
        assert!(answer.contains("focused"), "{link}: {answer}");
    }
    let refused = knock(&json!({ "focus": false, "link": LINK }).to_string());
    assert!(refused.contains("in_use"), "{refused}");
    assert_eq!(take(&window), Value::Null);
    assert_eq!(window.script("return window.told", &[]), 0);
}

#[test]
fn chosen_picture_gives_the_text_of_its_code() {
    let display = Display::start();
    let ada = Seat::new(&display, "ada");
    let window = ada.open();
    window.wait_for("onboarding-step-welcome");
    let (picture, other) = (ada.home.path().join("a.png"), ada.home.path().join("b.png"));
    std::fs::write(&picture, qr::png(LINK).unwrap()).unwrap();
    std::fs::write(&other, "no picture").unwrap();

    for (path, expected) in [
        (&picture, json!(LINK)),
        (&other, json!({ "code": "bad_picture" })),
    ] {
        begin(&window, "choose_code_picture", "{}");
        let dialog = display.wait_for_window(DIALOG);
        assert_eq!(finished(&window), None);
        let given = name_file(&display, &dialog, path, || finished(&window));
        assert_eq!(given, expected);
        display.wait_until_gone(DIALOG);
    }

    begin(&window, "choose_code_picture", "{}");
    let dialog = display.wait_for_window(DIALOG);
    display.xdotool(&["windowfocus", "--sync", &dialog]);
    display.xdotool(&["key", "Escape"]);
    let given = wait::until("no picture was chosen", || finished(&window));
    assert_eq!(given, Value::Null);
}

/// What makes readers of codes work for hours, whoever made it: nothing but corners of codes.
/// A BMP with one bit a pixel, a corner of 7 by 7 modules in every 9.
fn corners(side: u32, module: u32) -> Vec<u8> {
    const CORNER: [&[u8; 9]; 9] = [
        b"#######..",
        b"#.....#..",
        b"#.###.#..",
        b"#.###.#..",
        b"#.###.#..",
        b"#.....#..",
        b"#######..",
        b".........",
        b".........",
    ];
    let row_bytes = side.div_ceil(32) * 4;
    let mut file = Vec::from(*b"BM");
    for number in [62 + row_bytes * side, 0, 62, 40, side, side, 1 | 1 << 16, 0] {
        file.extend(number.to_le_bytes());
    }
    for number in [row_bytes * side, 2_835, 2_835, 2, 2, 0x00ff_ffff, 0] {
        file.extend(u32::to_le_bytes(number));
    }
    let module_at = |at: u32| (at / module % 9) as usize;
    for y in 0..side {
        file.extend((0..row_bytes).map(|byte| {
            (0..8).fold(0_u8, |bits, bit| {
                let black = CORNER[module_at(y)][module_at(byte * 8 + bit)] == b'#';
                bits << 1 | u8::from(black)
            })
        }));
    }
    file
}

#[test]
fn picture_made_to_keep_the_reader_busy_is_given_up() {
    let display = Display::start();
    let ada = Seat::new(&display, "ada");
    let window = ada.open();
    window.wait_for("onboarding-step-welcome");
    let file = ada.home.path().join("corners.bmp");
    std::fs::write(&file, corners(1_900, 3)).unwrap();
    begin(&window, "choose_code_picture", "{}");
    let dialog = display.wait_for_window(DIALOG);
    let app = window.app_id();
    let reader = name_file(&display, &dialog, &file, || {
        std::fs::read_dir("/proc")
            .ok()?
            .flatten()
            .find_map(|entry| {
                let command = std::fs::read(entry.path().join("cmdline")).ok()?;
                let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
                let ours = command.ends_with(b"--read-picture\0")
                    && status.contains(&format!("\nPPid:\t{app}\n"));
                ours.then(|| entry.path())
            })
    });
    // It can open nothing: the limit of open files is 0.
    let limits = wait::until("the process has given up its rights", || {
        let limits = std::fs::read_to_string(reader.join("limits")).ok()?;
        let files = limits
            .lines()
            .find(|line| line.starts_with("Max open files"))?;
        (files.split_whitespace().nth(3) == Some("0")).then_some(limits)
    });
    assert!(limits.contains("Max cpu time              20"), "{limits}");
    // The window goes on meanwhile.
    window.click("onboarding-continue");
    window.wait_for("onboarding-step-name");
    assert_eq!(finished(&window), None);

    let given = wait::until("the picture is given up", || finished(&window));
    assert_eq!(given, json!({ "code": "no_code" }));
    wait::until("the process is ended", || (!reader.exists()).then_some(()));
}

#[test]
fn pasted_picture_gives_the_text_of_its_code() {
    let display = Display::start();
    let ada = Seat::new(&display, "ada");
    let window = ada.open();
    window.wait_for("onboarding-step-welcome");
    let bytes = |bytes: &[u8]| format!("new Uint8Array({})", json!(bytes));
    let picture = qr::png(LINK).unwrap();
    let read = |picture: &[u8]| answer(&window, "read_code_picture", &bytes(picture));
    assert_eq!(read(&picture), LINK);
    assert_eq!(read(&picture[..200]), json!({ "code": "bad_picture" }));
    let refused = answer(&window, "read_code_picture", "{ path: '/etc/passwd' }");
    assert_eq!(refused, json!({ "code": "bad_picture" }));
}

/// The window can ask for a picture, but it cannot name one, nor write a file.
#[test]
fn page_cannot_open_dialogs_of_its_own() {
    let display = Display::start();
    let ada = Seat::new(&display, "ada");
    let window = ada.open();
    window.wait_for("onboarding-step-welcome");
    for command in ["open", "save", "message"] {
        let refused = answer(
            &window,
            &format!("plugin:dialog|{command}"),
            "{ options: {} }",
        );
        let refused = refused.as_str().unwrap_or_default().to_owned();
        assert!(refused.contains("not allowed"), "{command}: {refused}");
    }
}

#[test]
fn dropped_picture_reaches_the_window_like_a_link() {
    let picture = qr::png(LINK).unwrap();
    assert_eq!(dropped(&picture), LINK);
}

#[test]
fn dropped_file_without_a_code_is_told() {
    assert_eq!(dropped(b"no picture"), json!({ "code": "bad_picture" }));
}

/// Drags a file with this content onto the window and gives what the page takes then.
fn dropped(content: &[u8]) -> Value {
    let display = Display::start();
    let ada = Seat::new(&display, "ada");
    let window = ada.open();
    window.wait_for("onboarding-step-welcome");
    listen(&window);
    let file = ada.home.path().join("code.png");
    std::fs::write(&file, content).unwrap();
    display.drag_file_to(&file, OWN_TITLE);
    wait_until_told(&window, 1);
    take(&window)
}
