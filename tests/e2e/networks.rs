//! A network that goes and comes again, in a network namespace of the test's own.

use sotto_tests::cli::Person;
use sotto_tests::frames::{Bare, BoxKeys, register};
use sotto_tests::relay::SottoRelay;
use std::env;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Set where the test runs in its namespace.
const INSIDE: &str = "SOTTO_TEST_NETWORK";
/// How long the network is away: the wait that has grown by then is 8 to 16 s.
const AWAY: Duration = Duration::from_secs(16);

/// The system's command for its networks; it changes only those of the namespace.
fn ip(words: &[&str]) {
    let status = Command::new("ip").args(words).status();
    assert!(status.is_ok_and(|status| status.success()), "ip {words:?}");
}

#[test]
fn a_network_that_comes_back_ends_the_wait() {
    if env::var_os(INSIDE).is_some() {
        return in_the_namespace();
    }
    let name = thread::current().name().map(ToOwned::to_owned);
    let status = Command::new("unshare")
        .args(["--map-root-user", "--net"])
        .arg(env::current_exe().unwrap())
        .args(["--exact", &name.unwrap(), "--nocapture"])
        .env(INSIDE, "1")
        .status();
    assert!(status.is_ok_and(|status| status.success()), "see above");
}

fn in_the_namespace() {
    ip(&["link", "set", "lo", "up"]);
    let relay = SottoRelay::start();
    let ada = Person::new("ada");
    ada.init(&relay.url());
    ip(&["address", "del", "127.0.0.1/8", "dev", "lo"]);
    let _listening = ada.listen();
    // The time without a network is what is tried here.
    thread::sleep(AWAY);
    ip(&["address", "add", "127.0.0.1/8", "dev", "lo"]);
    let back = Instant::now();
    let mut other = Bare::connect(&relay.url());
    other.send(&register(
        "other",
        &BoxKeys::from_bytes([7; 32]).public_key(),
    ));
    other.wait_until_listed("ada");
    let took = back.elapsed();
    println!("connected {took:?} after the network came back");
    assert!(took < Duration::from_secs(4), "{took:?}");
}
