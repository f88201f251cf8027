//! The program without its window: in the tray, unseen, from login on; and the window coming back.

use super::looks::Look;
use super::seat::{Seat, add_contact, own_id_and_key};
use sotto_tests::desktop::{
    Asked, Display, Key, Keyring, StagedNotifications, TrayHost, Window, free_port,
};
use sotto_tests::foreign::{GuideClient, Library};
use sotto_tests::places;
use sotto_tests::process::Process;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;
use std::fs;
use std::net::{Ipv4Addr, TcpStream};

/// The app, started as a person starts it: a driver only takes hold of its page.
struct Running<'a> {
    process: Process,
    inspector: u16,
    display: &'a Display,
}

impl<'a> Running<'a> {
    fn start(seat: &Seat<'_>, display: &'a Display, arguments: &[&str]) -> Self {
        let inspector = free_port();
        let mut command = seat.command(places::app());
        command
            .args(arguments)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env(
                "WEBKIT_INSPECTOR_SERVER",
                format!("{}:{inspector}", Ipv4Addr::LOCALHOST),
            );
        Self {
            process: Process::start("sotto", &mut command),
            inspector,
            display,
        }
    }

    /// Waits until there is a window, and takes hold of it.
    fn window(&self) -> Window {
        self.display.wait_for_window("Sotto$");
        let window = wait::until("the window can be driven", || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.inspector)).ok()?;
            Window::attach("Ada", self.inspector).ok()
        });
        window.hold_page();
        window
    }

    /// Waits until there is no window, and no page either, while the program goes on.
    fn wait_until_unseen(&mut self) {
        wait::until("the window goes", || {
            let gone = self.display.windows_titled("Sotto$").is_empty();
            (gone && self.page_processes() == 0).then_some(())
        });
        assert!(self.process.is_running(), "{}", self.process.report());
    }

    fn page_processes(&self) -> usize {
        let parent = format!("PPid:\t{}", self.process.id());
        let entries = fs::read_dir("/proc").expect("a system with /proc");
        let statuses = entries
            .flatten()
            .filter_map(|entry| fs::read_to_string(entry.path().join("status")).ok());
        statuses
            .filter(|status| {
                let of_us = status.lines().any(|line| line == parent);
                of_us && status.contains("Name:\tWebKitWebProces") && !status.contains("State:\tZ")
            })
            .count()
    }
}

/// Ada, who has Mara as a contact, and Mara.
fn ada_and_mara<'a>(display: &'a Display, relay: &SottoRelay) -> (Seat<'a>, String, GuideClient) {
    let (seat, window) = Seat::settled(display, "Ada", &relay.url());
    let (id, _) = own_id_and_key(&window);
    let mut mara = GuideClient::start(Library::PyNacl, &relay.url(), "mara");
    mara.wait_to_see(&id);
    add_contact(&window, mara.name(), mara.public_key(), "Mara");
    window.quit_with(&[Key::Control, Key::Char('q')]);
    (seat, id, mara)
}

/// Waits until the dialog is seen: on a busy machine its first frame takes a while.
fn wait_until_drawn(window: &Window) {
    wait::until("the dialog is drawn", || {
        let script = "const dialog = document.querySelector('[data-testid=closing-dialog]');
            return getComputedStyle(dialog).opacity === '1'";
        (window.script(script, &[]) == true).then_some(())
    });
}

/// Waits until Ada comes to the relay once more.
fn wait_to_join(mara: &mut GuideClient, id: &str) {
    mara.next("that Ada comes", |line| {
        line["event"] == "joined" && line["userId"] == id
    });
}

fn says(asked: &Asked, text: &str) -> bool {
    matches!(asked, Asked::Show { body, .. } if body == text)
}

#[test]
fn closed_window_leaves_the_program_in_the_tray_and_comes_back_with_the_draft() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (seat, id, mut mara) = ada_and_mara(&display, &relay);
    let mut tray = TrayHost::start(&seat.home, &seat.keyring);
    let mut server = StagedNotifications::start(&seat.home, &seat.keyring, &["body"]);
    let mut app = Running::start(&seat, &display, &[]);
    let window = app.window();
    tray.wait_for_icon();
    window.click("chat-row");
    window.type_into("composer", "half a thought");
    window.chord(&[Key::Control, Key::Char('w')]);
    window.wait_for_text("closing-dialog", "goes on in the tray");
    wait_until_drawn(&window);
    assert_eq!(window.axe(), Vec::<String>::new());
    window.picture("closing-tray");
    window.click("closing-background");
    app.wait_until_unseen();
    drop(window);

    wait_to_join(&mut mara, &id);
    mara.send(&id, "are you there?");
    let asked = server.next_that("a text in the tray", |asked| says(asked, "are you there?"));
    let Asked::Show { id: number, .. } = asked else {
        panic!("{asked:?}");
    };
    tray.wait_for_item("1 unread message", false);
    assert_eq!(tray.menu().0, "1");
    server.tell(&format!("click {number}"));
    let window = app.window();
    window.wait_for_text("chat-header", "Mara");
    window.wait_for_text("message", "are you there?");
    assert_eq!(window.field_value("composer"), "half a thought");
    tray.wait_for_item("No unread messages", false);

    // It has been asked once.
    window.chord_away(&[Key::Control, Key::Char('w')]);
    app.wait_until_unseen();
    drop(window);
    assert!(seat.start_again(&[]).success());
    let window = app.window();
    window.wait_for("main-window");
    tray.choose("Hide the window");
    app.wait_until_unseen();
    drop(window);

    tray.choose("Mute for 1 hour");
    tray.wait_for_item("Unmute", true);
    mara.send(&id, "unheard");
    tray.wait_for_item("1 unread message", false);
    tray.choose("Unmute");
    tray.wait_for_item("Unmute", false);
    mara.send(&id, "heard");
    server.next_that("a text after muting", |asked| says(asked, "heard"));
    assert!(!server.all().iter().any(|asked| says(asked, "unheard")));

    tray.choose("Open Sotto");
    app.window().wait_for("main-window");
    tray.choose("Quit");
    assert!(app.process.wait().success());
}

#[test]
fn without_a_tray_the_person_is_asked_and_a_hidden_start_is_unseen() {
    let (display, relay) = (Display::start(), SottoRelay::start());
    let (seat, id, mut mara) = ada_and_mara(&display, &relay);
    let mut app = Running::start(&seat, &display, &[]);
    let window = app.window();
    window.wait_for("main-window");
    window.chord(&[Key::Control, Key::Char('w')]);
    window.wait_for_text("closing-dialog", "has no tray");
    wait_until_drawn(&window);
    for theme in ["light", "dark"] {
        let script = "document.documentElement.dataset.theme = arguments[0]";
        window.script(script, &[theme.into()]);
        let mut look = Look::new(&window, theme);
        look.at("closing-no-tray");
        look.finish();
    }
    window.press(&[Key::Escape]);
    window.wait_until_gone("closing-dialog");
    // At login it starts unseen, once that is ticked.
    window.click("open-settings");
    window.click("settings-tab-general");
    window.click("settings-login-start");
    let entry = seat
        .home
        .path()
        .join("home/.config/autostart/Sotto.desktop");
    let entry = wait::until("it is among what starts at login", || {
        fs::read_to_string(&entry).ok()
    });
    let exec = format!("Exec=\"{}\" --hidden", places::app().display());
    assert!(entry.lines().any(|line| line == exec), "{entry}");
    assert_eq!(window.axe(), Vec::<String>::new());
    window.picture("settings-general");
    window.press(&[Key::Escape]);
    window.wait_until_gone("settings-dialog");
    window.chord(&[Key::Control, Key::Char('w')]);
    window.click("closing-quit");
    assert!(app.process.wait().success());
    drop(window);

    let mut server = StagedNotifications::start(&seat.home, &seat.keyring, &["body"]);
    let mut app = Running::start(&seat, &display, &["--hidden"]);
    // With the window before, and without one now.
    wait_to_join(&mut mara, &id);
    wait_to_join(&mut mara, &id);
    mara.send(&id, "good morning");
    server.next_that("a text before any window", |asked| {
        says(asked, "good morning")
    });
    app.wait_until_unseen();
    // Another start at login leaves it so.
    assert!(seat.start_again(&["--hidden"]).success());
    app.wait_until_unseen();
    assert!(seat.start_again(&[]).success());
    let window = app.window();
    window.wait_for_text("chat-row", "good morning");
    // Quitting is what was chosen.
    window.chord_away(&[Key::Control, Key::Char('w')]);
    assert!(app.process.wait().success());
}

#[test]
fn hidden_start_that_needs_a_person_shows_its_window() {
    let display = Display::start();
    let mut seat = Seat::new(&display, "Ada");
    let mut app = Running::start(&seat, &display, &["--hidden"]);
    app.window().wait_for("onboarding-step-welcome");
    app.process.kill();
    drop(app);

    let relay = SottoRelay::start();
    let (settled, window) = Seat::settled(&display, "Bo", &relay.url());
    window.quit_with(&[Key::Control, Key::Char('q')]);
    seat = settled;
    seat.log_in_anew(Keyring::start_locked);
    let app = Running::start(&seat, &display, &["--hidden"]);
    app.window().wait_for("problem-text");
}
