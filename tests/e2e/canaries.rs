//! Nothing secret lies in clear: after a session, no planted key, text or name is found in any
//! file that the programs could write, in any form, nor in a log; and no core can be dumped.
//!
//! The window has its own part of this in `windows/`.

use data_encoding::BASE64;
use sotto_tests::canary::{Canary, look, search};
use sotto_tests::cli::{PASSPHRASE, Person};
use sotto_tests::desktop::Keyring;
use sotto_tests::foreign::{GuideClient, Library, text};
use sotto_tests::places;
use sotto_tests::process::Process;
use sotto_tests::relay::SottoRelay;
use sotto_tests::wait;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is said and who says it in the session; each is unlike anything else on a computer.
const SAID: [(&str, &str); 6] = [
    (
        "a text sent",
        "the heron waits at the third sluice, Wednesday",
    ),
    ("a text received", "bring the blue ledger — and nobody else"),
    (
        "a text that waits to be sent",
        "queued: the ferryman knows your face",
    ),
    (
        "a text of a stranger",
        "we have not met, yet I know about Lisbon",
    ),
    (
        "a longer text",
        "ورقة العبور في الكتاب الثالث، الصفحة الأخيرة",
    ),
    ("a text with emoji", "🦉🔑 midnight, the old observatory"),
];
const OWN_NAME: &str = "Wilhelmina Quastenberg";
const OWN_ID: &str = "quastenberg-w-7719";
const FRIEND_NAME: &str = "Theodoros Vlachopanagos";
const FRIEND_ID: &str = "vlacho-of-the-north";
const STRANGER_ID: &str = "umbrella-maker-of-graz";
const ABSENT_ID: &str = "absent-lighthouse-keeper";

/// Everything above and the keys of this session.
fn canaries(keyring: &Keyring, public_keys: &[(&str, String)]) -> Vec<Canary> {
    let mut canaries: Vec<Canary> = SAID
        .iter()
        .map(|(name, text)| Canary::text(name, text))
        .collect();
    let names = [
        OWN_NAME,
        OWN_ID,
        FRIEND_NAME,
        FRIEND_ID,
        STRANGER_ID,
        ABSENT_ID,
    ];
    canaries.extend(names.map(|name| Canary::text(name, name)));
    canaries.extend(
        public_keys
            .iter()
            .map(|(name, key)| Canary::bytes(name, &BASE64.decode(key.as_bytes()).unwrap())),
    );
    canaries.push(Canary::text("the passphrase", PASSPHRASE));
    canaries.extend(private_keys(keyring));
    canaries
}

/// The four private keys in the one item of the keyring (docs/protocol.md, P-20).
fn private_keys(keyring: &Keyring) -> Vec<Canary> {
    let secrets = keyring.secrets();
    let item = secrets.iter().find(|secret| secret.starts_with(b"SOTI"));
    let item = item.expect("the keyring has the item of the profile");
    let names = ["signing key", "box key", "agreement key", "database key"];
    let parts = item[7..].chunks_exact(32);
    names
        .into_iter()
        .zip(parts)
        .map(|(name, key)| Canary::bytes(name, key))
        .collect()
}

/// A program started by a shell that allows core dumps of any size.
fn with_cores_allowed(command: &Command) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", r#"ulimit -S -c unlimited && exec "$0" "$@""#])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// The soft and the hard limit on core dumps of a running program, as the kernel says it.
fn core_limits(process: &Process) -> (String, String) {
    let limits = fs::read_to_string(format!("/proc/{}/limits", process.id())).unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    let mut words = line.split_whitespace().skip(4);
    (
        words.next().unwrap().to_owned(),
        words.next().unwrap().to_owned(),
    )
}

/// Regular files that a program has open outside the folders that are searched.
fn files_elsewhere(process: &Process, searched: &[&Path]) -> Vec<PathBuf> {
    let read_only = ["/usr", "/lib", "/etc", "/proc", "/sys", "/dev"].map(Path::new);
    let open = fs::read_dir(format!("/proc/{}/fd", process.id()))
        .unwrap()
        .flatten();
    open.filter_map(|entry| fs::read_link(entry.path()).ok())
        .filter(|path| path.is_absolute() && !path.starts_with("/memfd:"))
        .filter(|path| {
            !read_only
                .iter()
                .chain(searched)
                .any(|known| path.starts_with(known))
        })
        .collect()
}

#[test]
fn a_session_of_the_command_line_leaves_nothing_in_clear() {
    let mut relay = SottoRelay::start_with(|command| {
        command.env("RUST_LOG", "trace").env("SOTTO_LOG", "trace");
    });
    let home = sotto_tests::home::Home::new();
    let keyring = Keyring::start(&home);
    let mut ada = Person::with_session_bus(OWN_ID, keyring.bus_address());
    ada.set("SOTTO_LOG", "trace");
    ada.run([
        "init",
        "--name",
        OWN_NAME,
        "--user-id",
        OWN_ID,
        "--relay",
        &relay.url(),
    ])
    .one();

    let mut friend = GuideClient::start(Library::PyNacl, &relay.url(), FRIEND_ID);
    let mut stranger = GuideClient::start(Library::PyNacl, &relay.url(), STRANGER_ID);
    let absent = BASE64.encode(&[0x2f; 32]);
    let friend_key = friend.public_key().to_owned();
    ada.run([
        "add",
        "--user-id",
        FRIEND_ID,
        "--public-key",
        &friend_key,
        "--name",
        FRIEND_NAME,
    ])
    .one();
    ada.add(ABSENT_ID, &absent);
    let public_keys = [
        ("own public key", ada.public_key()),
        ("public key of the friend", friend_key),
        (
            "public key of the stranger",
            stranger.public_key().to_owned(),
        ),
        ("public key of the absent one", absent),
    ];
    let canaries = canaries(&keyring, &public_keys);
    assert!(canaries.len() >= 20, "{} canaries", canaries.len());

    let mut listen = ada.listen();
    friend.wait_to_see(OWN_ID);
    stranger.wait_to_see(OWN_ID);
    for index in [0, 4, 5] {
        ada.send_and_wait(FRIEND_ID, SAID[index].1);
        friend.next_message();
    }
    friend.send(OWN_ID, SAID[1].1);
    listen.next_message();
    ada.send(ABSENT_ID, SAID[2].1);
    stranger.send(OWN_ID, SAID[3].1);
    listen.next("the request", |event| event["event"] == "request");

    let searched = [ada.home().path(), home.path(), relay.data()];
    let elsewhere = files_elsewhere(listen.process(), &searched);
    assert!(
        elsewhere.is_empty(),
        "files outside the searched folders: {elsewhere:?}"
    );

    // While it runs, after a kill at once, and after an orderly end.
    nothing_lies_in(&searched, &canaries, "while the session runs");
    let log_of_listen = listen.process().errors().lines();
    listen.process().kill();
    nothing_lies_in(&searched, &canaries, "after a kill");
    let ended = ada.run(["listen", "--seconds", "1"]);
    assert!(ended.is_ok(), "{}", ended.report());
    nothing_lies_in(&searched, &canaries, "after an orderly end");

    let log_of_relay = relay.process().errors().lines();
    for (whose, log) in [("listen", log_of_listen), ("the relay", log_of_relay)] {
        let finds = look(log.join("\n").as_bytes(), Path::new(whose), &canaries);
        assert!(finds.is_empty(), "in the log of {whose}: {finds:?}");
    }
    the_search_finds_what_is_planted(ada.home().path(), &canaries);
}

#[test]
fn a_home_under_a_passphrase_holds_neither_passphrase_nor_names_in_clear() {
    let relay = SottoRelay::start();
    let ada = Person::new(OWN_ID);
    ada.run([
        "init",
        "--name",
        OWN_NAME,
        "--user-id",
        OWN_ID,
        "--relay",
        &relay.url(),
    ])
    .one();
    let key = BASE64.encode(&[0x2f; 32]);
    ada.run([
        "add",
        "--user-id",
        FRIEND_ID,
        "--public-key",
        &key,
        "--name",
        FRIEND_NAME,
    ])
    .one();
    ada.send(FRIEND_ID, SAID[0].1);
    let mut canaries: Vec<Canary> = [
        PASSPHRASE,
        OWN_NAME,
        OWN_ID,
        FRIEND_ID,
        FRIEND_NAME,
        SAID[0].1,
    ]
    .map(|name| Canary::text(name, name))
    .into();
    canaries.push(Canary::bytes("a public key", &[0x2f; 32]));
    nothing_lies_in(&[ada.home().path()], &canaries, "after the session");
    the_search_finds_what_is_planted(ada.home().path(), &canaries);
}

fn nothing_lies_in(folders: &[&Path], canaries: &[Canary], when: &str) {
    for folder in folders {
        let found = search(folder, canaries).unwrap();
        assert!(found.finds.is_empty(), "{when}: {:#?}", found.finds);
        println!(
            "{when}: {} files, {} bytes",
            found.files.len(),
            found.files.values().sum::<u64>()
        );
    }
}

/// Without this, a search that looks at nothing would pass.
fn the_search_finds_what_is_planted(folder: &Path, canaries: &[Canary]) {
    let control = folder.join("home/.cache/control");
    let mut planted = 0;
    let mut content = Vec::new();
    for (_, form) in canaries.iter().flat_map(Canary::forms) {
        content.extend_from_slice(b"....");
        content.extend_from_slice(form);
        planted += 1;
    }
    fs::write(&control, content).unwrap();
    let found = search(folder, canaries).unwrap().finds;
    let in_control = found.iter().filter(|find| find.file == control).count();
    assert!(
        in_control >= planted,
        "{in_control} of {planted} planted forms were found"
    );
    fs::remove_file(control).unwrap();
}

#[test]
fn none_of_our_programs_can_dump_core() {
    // A program of somebody else's, started the same way, can.
    let mut control = Command::new("/bin/cat");
    control.env_clear();
    let control = Process::start("control", &mut with_cores_allowed(&control));
    wait::until("the shell has become the program", || {
        let name = fs::read_to_string(format!("/proc/{}/comm", control.id())).ok()?;
        (name.trim() == "cat").then_some(())
    });
    assert_eq!(core_limits(&control).0, "unlimited");

    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new(places::relay());
    command
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(data.path());
    let relay = Process::start("sotto-relay", &mut with_cores_allowed(&command));
    let url = relay.line("its address", |line| {
        line.strip_prefix("listening on ").map(ToOwned::to_owned)
    });
    assert_eq!(
        core_limits(&relay),
        ("0".to_owned(), "0".to_owned()),
        "sotto-relay"
    );

    let ada = Person::at("ada", &url);
    let mut watcher = GuideClient::start(Library::PyNacl, &url, "watcher");
    let listen = Process::start(
        "sotto-cli",
        &mut with_cores_allowed(&ada.command(["listen"])),
    );
    watcher.next("that Ada is connected", |event| {
        event["event"] == "joined" && text(event, "userId") == "ada"
    });
    assert_eq!(
        core_limits(&listen),
        ("0".to_owned(), "0".to_owned()),
        "sotto-cli"
    );
}
