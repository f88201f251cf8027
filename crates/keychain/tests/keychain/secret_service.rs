//! The keychain on Linux against a real gnome-keyring on a session bus of its own.
//!
//! Each test runs twice: first here, where it starts itself again inside `dbus-run-session` with
//! a home of its own; there the second run does the work. Needs `dbus-run-session` and
//! `gnome-keyring-daemon` (packages dbus and gnome-keyring).

use core::convert::Infallible;
use rand_core::{TryCryptoRng, TryRng};
use sotto_keychain::{
    KeyVault, KeychainState, OsKeychain, VaultError, keychain_name, probe, request_unlock,
    wait_for_unlock,
};
use sotto_protocol::SecretItem;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

/// Long enough for a busy machine, short enough to fail a run that hangs.
const PATIENCE: Duration = Duration::from_secs(30);
const PROFILE: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

#[test]
fn stored_item_is_read_replaced_and_deleted() {
    on_own_bus("stored_item_is_read_replaced_and_deleted", |home| {
        let _daemon = Keyring::start(home, Some("login password"));
        let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
        assert_eq!(probe(), KeychainState::Available);
        assert_eq!(keychain.state(), KeychainState::Available);
        assert_eq!(keychain.load().unwrap_err(), VaultError::Missing);

        for seed in [1, 2] {
            keychain.store(&item(seed)).unwrap();
            assert!(same(&keychain.load().unwrap(), &item(seed)));
        }
        let other = OsKeychain::open("another profile");
        assert_eq!(other.load().unwrap_err(), VaultError::Missing);

        keychain.delete().unwrap();
        assert_eq!(keychain.load().unwrap_err(), VaultError::Missing);
        assert_eq!(keychain.delete().unwrap_err(), VaultError::Missing);
    });
}

#[test]
fn item_outlives_the_daemon() {
    on_own_bus("item_outlives_the_daemon", |home| {
        let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
        let first = Keyring::start(home, Some("login password"));
        keychain.store(&item(1)).unwrap();
        drop(first);
        assert_eq!(keychain.load().unwrap_err(), VaultError::NoKeychain);
        let _second = Keyring::start(home, Some("login password"));
        assert!(same(&keychain.load().unwrap(), &item(1)));
    });
}

/// P-21.
#[test]
fn locked_keychain_is_never_called_empty() {
    on_own_bus("locked_keychain_is_never_called_empty", |home| {
        let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
        let unused = OsKeychain::open("a profile without an item").with_limit(PATIENCE);
        let first = Keyring::start(home, Some("login password"));
        keychain.store(&item(1)).unwrap();

        lock();
        assert_eq!(probe(), KeychainState::Locked);
        for keychain in [&keychain, &unused] {
            assert_eq!(keychain.state(), KeychainState::Locked);
            assert_eq!(keychain.load().unwrap_err(), VaultError::Locked);
            assert_eq!(keychain.store(&item(2)).unwrap_err(), VaultError::Locked);
            assert_eq!(keychain.delete().unwrap_err(), VaultError::Locked);
        }

        // The same after a login that did not give the password.
        drop(first);
        let _second = Keyring::start(home, None);
        assert_eq!(probe(), KeychainState::Locked);
        assert_eq!(keychain.load().unwrap_err(), VaultError::Locked);
        assert_eq!(unused.load().unwrap_err(), VaultError::Locked);

        unlock_with("login password");
        assert!(same(&keychain.load().unwrap(), &item(1)));
        assert_eq!(unused.load().unwrap_err(), VaultError::Missing);
    });
}

/// P-25.
#[test]
fn counter_is_read_replaced_and_outlives_the_daemon() {
    on_own_bus("counter_is_read_replaced_and_outlives_the_daemon", |home| {
        let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
        let counter = keychain.counter();
        let key = &item(1).database_key;
        let first = Keyring::start(home, Some("login password"));
        keychain.store(&item(1)).unwrap();
        assert_eq!(counter.read(key), Ok(None));
        for value in [1, 2] {
            counter.write(value, key).unwrap();
            assert_eq!(counter.read(key), Ok(Some(value)));
        }
        assert!(same(&keychain.load().unwrap(), &item(1)));
        let other = OsKeychain::open("another profile").with_limit(PATIENCE);
        assert_eq!(other.counter().read(key), Ok(None));
        let other_key = &item(2).database_key;
        assert_eq!(counter.read(other_key), Err(VaultError::Damaged));

        drop(first);
        let _second = Keyring::start(home, Some("login password"));
        assert_eq!(counter.read(key), Ok(Some(2)));
    });
}

/// P-25: nothing is asked, and nothing is written elsewhere.
#[test]
fn counter_in_a_locked_keychain_is_locked_like_the_item() {
    on_own_bus(
        "counter_in_a_locked_keychain_is_locked_like_the_item",
        |home| {
            let _daemon = Keyring::start(home, Some("login password"));
            let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
            let counter = keychain.counter();
            let key = &item(1).database_key;
            keychain.store(&item(1)).unwrap();
            counter.write(7, key).unwrap();
            lock();
            assert_eq!(counter.read(key), Err(VaultError::Locked));
            assert_eq!(counter.write(8, key), Err(VaultError::Locked));
            unlock_with("login password");
            assert_eq!(counter.read(key), Ok(Some(7)));
        },
    );
}

/// P-25: what is open for the secret item is enough for the counter, although a search in a locked
/// collection may find nothing.
#[test]
fn locked_collection_elsewhere_does_not_hide_a_missing_counter() {
    on_own_bus(
        "locked_collection_elsewhere_does_not_hide_a_missing_counter",
        |home| {
            let _daemon = Keyring::start(home, Some("login password"));
            let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
            keychain.store(&item(1)).unwrap();
            let other = create_collection("other");
            lock_path(&other);
            let unused = OsKeychain::open("a profile without an item").with_limit(PATIENCE);
            assert_eq!(unused.load().unwrap_err(), VaultError::Locked);

            let key = &item(1).database_key;
            let counter = keychain.counter();
            assert_eq!(counter.read(key), Ok(None));
            counter.write(7, key).unwrap();
            assert_eq!(counter.read(key), Ok(Some(7)));
        },
    );
}

/// P-25.
#[test]
fn counter_lies_in_the_collection_of_the_secret_item() {
    on_own_bus(
        "counter_lies_in_the_collection_of_the_secret_item",
        |home| {
            let _daemon = Keyring::start(home, Some("login password"));
            let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
            keychain.store(&item(1)).unwrap();
            // The person makes another collection the one for new items, and locks it.
            let other = create_collection("other");
            let connection = Connection::session().unwrap();
            let service = service(&connection);
            let former = default_collection(&service);
            let () = service.call("SetAlias", &("default", &other)).unwrap();
            lock_path(&other);
            assert_eq!(probe(), KeychainState::Locked);

            let key = &item(1).database_key;
            keychain.counter().write(7, key).unwrap();
            assert_eq!(keychain.counter().read(key), Ok(Some(7)));
            let attributes = HashMap::from([("username", format!("{PROFILE}-counter"))]);
            let (found, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
                service.call("SearchItems", &attributes).unwrap();
            assert_eq!((found.len(), locked.len()), (1, 0));
            assert!(found[0].starts_with(former.as_str()));
        },
    );
}

#[test]
fn foreign_counter_is_damaged_until_the_next_write() {
    on_own_bus("foreign_counter_is_damaged_until_the_next_write", |home| {
        let _daemon = Keyring::start(home, Some("login password"));
        let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
        keychain.store(&item(1)).unwrap();
        let account = format!("{PROFILE}-counter");
        store_with_tool(&["service", "chat.sotto.desktop", "username", &account]);
        let key = &item(1).database_key;
        assert_eq!(keychain.counter().read(key), Err(VaultError::Damaged));
        keychain.counter().write(7, key).unwrap();
        assert_eq!(keychain.counter().read(key), Ok(Some(7)));
    });
}

#[test]
fn waiting_ends_when_the_keychain_is_unlocked() {
    on_own_bus("waiting_ends_when_the_keychain_is_unlocked", |home| {
        let _daemon = Keyring::start(home, Some("login password"));
        let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
        keychain.store(&item(1)).unwrap();
        lock();
        assert_eq!(
            keychain.wait_for_unlock(Duration::from_millis(200)),
            KeychainState::Locked
        );

        let waiting = thread::spawn(move || (keychain.wait_for_unlock(PATIENCE), Instant::now()));
        let also_waiting = thread::spawn(|| wait_for_unlock(PATIENCE));
        let unlocked_at = Instant::now();
        unlock_with("login password");
        let (state, ended_at) = waiting.join().unwrap();
        assert_eq!(state, KeychainState::Available);
        assert!(ended_at.duration_since(unlocked_at) < PATIENCE / 2);
        assert_eq!(also_waiting.join().unwrap(), KeychainState::Available);
    });
}

#[test]
fn waiting_ends_when_a_keychain_appears() {
    on_own_bus("waiting_ends_when_a_keychain_appears", |home| {
        let waiting = thread::spawn(|| wait_for_unlock(PATIENCE));
        let _daemon = Keyring::start(home, Some("login password"));
        assert_eq!(waiting.join().unwrap(), KeychainState::Available);
    });
}

#[test]
fn unlocking_without_anybody_to_ask_is_an_error_and_no_hang() {
    on_own_bus(
        "unlocking_without_anybody_to_ask_is_an_error_and_no_hang",
        |home| {
            let _daemon = Keyring::start(home, Some("login password"));
            let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
            keychain.store(&item(1)).unwrap();
            lock();
            let asked_at = Instant::now();
            // This bus has no program that could show a question.
            assert!(keychain.request_unlock(PATIENCE).is_err());
            assert!(request_unlock(PATIENCE).is_err());
            assert!(asked_at.elapsed() < 2 * PATIENCE);
            assert_eq!(keychain.load().unwrap_err(), VaultError::Locked);
        },
    );
}

#[test]
fn asking_to_unlock_an_open_keychain_succeeds_at_once() {
    on_own_bus(
        "asking_to_unlock_an_open_keychain_succeeds_at_once",
        |home| {
            let _daemon = Keyring::start(home, Some("login password"));
            assert_eq!(request_unlock(PATIENCE), Ok(()));
            let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
            assert_eq!(keychain.request_unlock(PATIENCE), Ok(()));
        },
    );
}

#[test]
fn daemon_without_any_keyring_is_empty_and_not_locked() {
    on_own_bus(
        "daemon_without_any_keyring_is_empty_and_not_locked",
        |home| {
            let _daemon = Keyring::start(home, None);
            let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
            assert_eq!(probe(), KeychainState::Empty);
            assert_eq!(
                keychain.store(&item(1)).unwrap_err(),
                VaultError::NoCollection
            );
            assert_eq!(keychain.load().unwrap_err(), VaultError::Missing);
        },
    );
}

#[test]
fn bus_without_a_keychain_says_so() {
    on_own_bus("bus_without_a_keychain_says_so", |_home| {
        let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
        assert_eq!(probe(), KeychainState::Missing);
        assert_eq!(keychain.state(), KeychainState::Missing);
        assert_eq!(keychain.load().unwrap_err(), VaultError::NoKeychain);
        assert_eq!(
            keychain.store(&item(1)).unwrap_err(),
            VaultError::NoKeychain
        );
        assert_eq!(keychain.delete().unwrap_err(), VaultError::NoKeychain);
        assert_eq!(request_unlock(PATIENCE), Err(VaultError::NoKeychain));
        assert_eq!(keychain_name(), "the system keychain");
    });
}

#[test]
fn without_a_bus_there_is_no_keychain() {
    let inner = "without_a_bus_there_is_no_keychain";
    if is_inner() {
        let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
        assert_eq!(probe(), KeychainState::Missing);
        assert_eq!(keychain.load().unwrap_err(), VaultError::NoKeychain);
        assert_eq!(
            keychain.store(&item(1)).unwrap_err(),
            VaultError::NoKeychain
        );
        assert_eq!(wait_for_unlock(PATIENCE), KeychainState::Missing);
        assert_eq!(keychain_name(), "the system keychain");
    } else {
        let home = tempfile::tempdir().unwrap();
        run(again(inner, home.path()).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"));
    }
}

#[test]
fn keychain_is_called_by_its_name() {
    on_own_bus("keychain_is_called_by_its_name", |home| {
        let _daemon = Keyring::start(home, Some("login password"));
        assert_eq!(keychain_name(), "GNOME Keyring");
    });
}

#[test]
fn two_items_for_one_profile_are_not_guessed_between() {
    on_own_bus(
        "two_items_for_one_profile_are_not_guessed_between",
        |home| {
            let _daemon = Keyring::start(home, Some("login password"));
            let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
            keychain.store(&item(1)).unwrap();
            store_with_tool(&[
                "service",
                "chat.sotto.desktop",
                "username",
                PROFILE,
                "more",
                "attributes",
            ]);
            assert_eq!(keychain.load().unwrap_err(), VaultError::Ambiguous);
            assert_eq!(keychain.store(&item(2)).unwrap_err(), VaultError::Ambiguous);
        },
    );
}

#[test]
fn copies_of_one_item_are_one_item_until_they_differ() {
    on_own_bus(
        "copies_of_one_item_are_one_item_until_they_differ",
        |home| {
            let _daemon = Keyring::start(home, Some("login password"));
            let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
            keychain.store(&item(1)).unwrap();
            // As somebody has it who imported a keyring twice.
            let other = create_collection("other");
            put(&other, &item(1).encode());
            assert_eq!(keychain.state(), KeychainState::Available);
            assert!(same(&keychain.load().unwrap(), &item(1)));
            // Both are written, so that they stay copies.
            keychain.store(&item(2)).unwrap();
            assert!(same(&keychain.load().unwrap(), &item(2)));
            // A copy that cannot be read changes nothing.
            lock_path(&other);
            assert!(same(&keychain.load().unwrap(), &item(2)));

            let another = create_collection("another");
            put(&another, &item(3).encode());
            assert_eq!(keychain.load().unwrap_err(), VaultError::Ambiguous);
            assert_eq!(keychain.store(&item(4)).unwrap_err(), VaultError::Ambiguous);
            assert_eq!(keychain.delete().unwrap_err(), VaultError::Ambiguous);
        },
    );
}

#[test]
fn foreign_content_under_our_name_is_damaged_and_left_alone() {
    on_own_bus(
        "foreign_content_under_our_name_is_damaged_and_left_alone",
        |home| {
            let _daemon = Keyring::start(home, Some("login password"));
            let keychain = OsKeychain::open(PROFILE).with_limit(PATIENCE);
            store_with_tool(&["service", "chat.sotto.desktop", "username", PROFILE]);
            assert_eq!(keychain.load().unwrap_err(), VaultError::Damaged);
            assert_eq!(keychain.load().unwrap_err(), VaultError::Damaged);
        },
    );
}

/// A gnome-keyring of its own, ended by its id.
struct Keyring(Child);

impl Keyring {
    /// Starts the daemon; with a password its login keyring is made or unlocked.
    fn start(home: &Path, password: Option<&str>) -> Self {
        let control = home.join("control");
        fs::create_dir_all(&control).unwrap();
        let mut command = Command::new("gnome-keyring-daemon");
        command
            .args(["--foreground", "--components=secrets"])
            .arg(format!("--control-directory={}", control.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if password.is_some() {
            command.arg("--unlock");
        }
        let watch = Connection::session().unwrap();
        let bus = zbus::blocking::fdo::DBusProxy::new(&watch).unwrap();
        let mut owners = bus
            .receive_name_owner_changed_with_args(&[(0, "org.freedesktop.secrets")])
            .unwrap();
        let mut daemon = command.spawn().expect("gnome-keyring-daemon is installed");
        let mut stdin = daemon.stdin.take().unwrap();
        if let Some(password) = password {
            stdin.write_all(password.as_bytes()).unwrap();
        }
        drop(stdin);
        let appeared = owners.find(|change| change.args().unwrap().new_owner().is_some());
        assert!(appeared.is_some());
        Self(daemon)
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn service(connection: &Connection) -> Proxy<'static> {
    Proxy::new(
        connection,
        "org.freedesktop.secrets",
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service",
    )
    .unwrap()
}

fn default_collection(service: &Proxy<'_>) -> OwnedObjectPath {
    service.call("ReadAlias", &"default").unwrap()
}

/// Locks the default collection, as the person can in the system's settings.
fn lock() {
    let connection = Connection::session().unwrap();
    lock_path(&default_collection(&service(&connection)));
}

fn lock_path(collection: &OwnedObjectPath) {
    let connection = Connection::session().unwrap();
    let (locked, _prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = service(&connection)
        .call("Lock", &vec![collection])
        .unwrap();
    assert_eq!(locked, std::slice::from_ref(collection));
}

/// Makes one more collection as gnome-keyring's own tools do, without a question on the screen.
fn create_collection(label: &str) -> OwnedObjectPath {
    let connection = Connection::session().unwrap();
    let (_, session): (OwnedValue, OwnedObjectPath) = service(&connection)
        .call("OpenSession", &("plain", Value::from("")))
        .unwrap();
    let properties = HashMap::from([(
        "org.freedesktop.Secret.Collection.Label",
        Value::from(label),
    )]);
    let secret = (
        session,
        Vec::<u8>::new(),
        b"its password".as_slice(),
        "text/plain",
    );
    internal(&connection)
        .call("CreateWithMasterPassword", &(properties, secret))
        .unwrap()
}

/// Puts an item of the profile into a collection, beside whatever there is.
fn put(collection: &OwnedObjectPath, content: &[u8]) {
    let connection = Connection::session().unwrap();
    let (_, session): (OwnedValue, OwnedObjectPath) = service(&connection)
        .call("OpenSession", &("plain", Value::from("")))
        .unwrap();
    let attributes = HashMap::from([("service", "chat.sotto.desktop"), ("username", PROFILE)]);
    let properties = HashMap::from([
        ("org.freedesktop.Secret.Item.Label", Value::from("a copy")),
        (
            "org.freedesktop.Secret.Item.Attributes",
            Value::from(attributes),
        ),
    ]);
    let kind = "application/octet-stream";
    let secret = (session, Vec::<u8>::new(), content, kind);
    let collection = Proxy::new(
        &connection,
        "org.freedesktop.secrets",
        collection.clone(),
        "org.freedesktop.Secret.Collection",
    );
    let (_item, _prompt): (OwnedObjectPath, OwnedObjectPath) = collection
        .unwrap()
        .call("CreateItem", &(properties, secret, false))
        .unwrap();
}

/// Puts an item of others into the keychain.
fn store_with_tool(attributes: &[&str]) {
    let mut tool = Command::new("secret-tool")
        .args(["store", "--label=not ours"])
        .args(attributes)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    tool.stdin.take().unwrap().write_all(b"not ours").unwrap();
    assert!(tool.wait().unwrap().success());
}

/// Unlocks the login keyring as gnome-keyring's own tools do, without a question on the screen.
fn unlock_with(password: &str) {
    let connection = Connection::session().unwrap();
    let secrets = service(&connection);
    let (_, session): (OwnedValue, OwnedObjectPath) = secrets
        .call("OpenSession", &("plain", Value::from("")))
        .unwrap();
    let aliased = default_collection(&secrets);
    let collection = if aliased.as_str() == "/" {
        OwnedObjectPath::try_from("/org/freedesktop/secrets/collection/login").unwrap()
    } else {
        aliased
    };
    let secret = (session, Vec::<u8>::new(), password.as_bytes(), "text/plain");
    let () = internal(&connection)
        .call("UnlockWithMasterPassword", &(collection, secret))
        .unwrap();
}

/// What gnome-keyring's own tools speak.
fn internal(connection: &Connection) -> Proxy<'static> {
    Proxy::new(
        connection,
        "org.freedesktop.secrets",
        "/org/freedesktop/secrets",
        "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
    )
    .unwrap()
}

/// Predictable keys: each seed its own.
struct Seeded(u8);

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from(self.0))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.0))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        dst.fill(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

fn item(seed: u8) -> SecretItem {
    SecretItem::generate(&mut Seeded(seed))
}

fn same(a: &SecretItem, b: &SecretItem) -> bool {
    a.encode() == b.encode()
}

/// Runs the body on a session bus and in a home that nobody else has.
fn on_own_bus(test: &str, body: impl FnOnce(&Path)) {
    if is_inner() {
        body(&PathBuf::from(env::var_os("HOME").unwrap()));
        return;
    }
    let home = tempfile::tempdir().unwrap();
    // No service folders: nothing starts by itself on this bus.
    let config = home.path().join("bus.conf");
    let listen = format!("unix:dir={}", home.path().display());
    fs::write(
        &config,
        format!(
            "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"
 \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">
<busconfig><type>session</type><listen>{listen}</listen><auth>EXTERNAL</auth>
<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>
<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>"
        ),
    )
    .unwrap();
    let test_run = again(test, home.path());
    let mut session = Command::new("dbus-run-session");
    session
        .arg(format!("--config-file={}", config.display()))
        .arg("--")
        .arg(test_run.get_program())
        .args(test_run.get_args());
    let environment: HashMap<_, _> = test_run.get_envs().collect();
    for (name, value) in environment {
        match value {
            Some(value) => session.env(name, value),
            None => session.env_remove(name),
        };
    }
    run(&mut session);
}

fn is_inner() -> bool {
    env::var_os("SOTTO_KEYCHAIN_TEST").is_some()
}

/// This program again, for one test, at home in `home`.
fn again(test: &str, home: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .arg(format!("secret_service::{test}"))
        .args(["--exact", "--nocapture", "--test-threads=1"])
        .env("SOTTO_KEYCHAIN_TEST", "1")
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_RUNTIME_DIR", home)
        .env_remove("GNOME_KEYRING_CONTROL")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    command
}

fn run(command: &mut Command) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("dbus-run-session is installed");
    let mut errors = child.stderr.take().unwrap();
    let reading = thread::spawn(move || {
        let mut text = String::new();
        errors.read_to_string(&mut text).map(|_| text)
    });
    let mut output = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut output)
        .unwrap();
    let status = child.wait().unwrap();
    let errors = reading.join().unwrap().unwrap();
    assert!(status.success(), "{output}\n{errors}");
    assert!(output.contains("1 passed"), "{output}\n{errors}");
}
