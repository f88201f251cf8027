//! `listen`: every message once, and one process that owns the home.

use sotto_tests::cli::{PASSPHRASE, Person};
use sotto_tests::foreign::{GuideClient, Library, text};
use sotto_tests::hostile::HostileRelay;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;

/// Ada, her relay, and a guide client that can write to her while she is connected.
fn ada_and_guide() -> (SottoRelay, Person, GuideClient) {
    let relay = SottoRelay::start();
    let ada = Person::at("ada", &relay.url());
    let guide = GuideClient::start(Library::PyNacl, &relay.url(), "guide");
    ada.add("guide", guide.public_key());
    (relay, ada, guide)
}

/// Waits until the process that owns the home is registered: it sees who else is.
fn wait_until_connected(ada: &Person) {
    ada.wait_for_owner();
    wait::until("Ada sees the guide client", || {
        let people = ada.run(["people"]).rows();
        people
            .iter()
            .any(|person| person["userId"] == "guide")
            .then_some(())
    });
}

#[test]
fn each_message_is_printed_by_one_listen_only() {
    let (_relay, ada, mut guide) = ada_and_guide();
    let mut first = ada.listen();
    guide.wait_to_see("ada");
    guide.send("ada", "one");
    first.next_message();
    first.end();

    let mut second = ada.listen();
    wait_until_connected(&ada);
    guide.send("ada", "two");
    assert_eq!(text(&second.next_message(), "text"), "two");
    assert_eq!(second.texts(), ["two"]);
}

#[test]
fn messages_that_no_listen_has_printed_come_first() {
    let (_relay, ada, mut guide) = ada_and_guide();
    // A send that waits in vain is connected meanwhile, and receives.
    let waits = [
        "send",
        "--to",
        "guide",
        "x",
        "--wait",
        "sent",
        "--timeout",
        "60",
    ];
    ada.run(waits).one();
    let absent = sotto_tests::frames::BoxKeys::from_bytes([0x55; 32]).public_key();
    ada.add("absent", &absent);
    let mut owner = ada.start([
        "send",
        "--to",
        "absent",
        "y",
        "--wait",
        "sent",
        "--timeout",
        "600",
    ]);
    wait_until_connected(&ada);
    guide.wait_to_see("ada");
    guide.send("ada", "unheard");
    wait::until("it is in the history", || {
        (ada.texts("guide", "in") == ["unheard"]).then_some(())
    });
    owner.kill();

    let mut listen = ada.listen();
    assert_eq!(text(&listen.next_message(), "text"), "unheard");
    wait_until_connected(&ada);
    guide.send("ada", "heard");
    assert_eq!(text(&listen.next_message(), "text"), "heard");
    listen.end();
    let ended = ada.run(["listen", "--seconds", "1"]);
    assert!(
        ended.rows().iter().all(|event| event["event"] != "message"),
        "{}",
        ended.report()
    );
}

#[test]
fn the_first_process_owns_the_home_and_the_others_go_to_it() {
    let (_relay, mut ada, mut guide) = ada_and_guide();
    let passphrase = [PASSPHRASE, "six loud herons at noon"];
    ada.set("SOTTO_PASSPHRASE", passphrase[1]);
    assert_eq!(ada.run(["id"]).error(), "wrong_passphrase");
    ada.set("SOTTO_PASSPHRASE", passphrase[0]);
    let mut owner = ada.listen();
    guide.wait_to_see("ada");
    // With the wrong passphrase nobody can open the home; they need not, it is open.
    ada.set("SOTTO_PASSPHRASE", passphrase[1]);
    let id = ada.run(["id"]).one();
    assert_eq!(id["userId"], "ada");
    let sent = ada.send_and_wait("guide", "through the owner");
    assert_eq!(sent["state"], "sent");
    guide.next_message();
    // Its own state events come to the owner's listen.
    let state = owner.next("the state of the text", |event| {
        event["event"] == "state" && event["state"] == "sent"
    });
    assert_eq!(state["id"], sent["id"]);
    // A second listen hears the same live events.
    let mut second = ada.listen();
    guide.send("ada", "for whoever listens");
    wait::until("one of them prints it", || {
        let printed = owner.texts().len() + second.texts().len();
        (printed == 1).then_some(())
    });
    assert!(owner.process().is_running() && second.process().is_running());
}

#[cfg(unix)]
#[test]
fn the_socket_of_the_owner_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let (_relay, ada, _guide) = ada_and_guide();
    let _owner = ada.listen();
    ada.wait_for_owner();
    for socket in ada.home().sockets() {
        let mode = socket.symlink_metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", socket.display());
    }
}

#[test]
fn listen_ends_after_its_seconds_with_the_close_handshake() {
    let relay = HostileRelay::start();
    let ada = Person::at("ada", &relay.url());
    let mut listen = ada.start(["listen", "--seconds", "2"]);
    let connection = relay.next_connection();
    connection.wait_for("its registration", |frame| frame["type"] == "register");
    assert!(listen.wait().success());
    assert_eq!(connection.wait_for_end(), Some(1000), "{}", listen.report());
}
