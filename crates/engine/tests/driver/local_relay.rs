//! The relay of this computer: one hosts, the others wait for its place.

use crate::common::{PATIENCE, folders};
use sotto_engine::address::RelayAddress;
use sotto_engine::driver::{LocalRelay, test_relay};
use sotto_engine::view::RelayTest;
use std::fs;
use std::path::Path;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

/// Waits until the relay of this computer answers.
async fn answers(relay: &LocalRelay) -> RelayAddress {
    let wait = async {
        loop {
            if let Some(address) = relay.address()
                && matches!(test_relay(&address, None).await, RelayTest::Works { .. })
            {
                return address;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, wait).await.expect("nobody hosts")
}

fn says(dir: &Path, url: &str) {
    let runtime = folders(dir).runtime;
    fs::create_dir_all(&runtime).unwrap();
    let text = format!("{{\"url\":\"{url}\"}}");
    fs::write(runtime.join("relay.json"), text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_takes_over_when_the_first_stops() {
    let dir = tempfile::tempdir().unwrap();
    let folders = folders(dir.path());
    let first = LocalRelay::start(&folders, &Handle::current());
    let address = answers(&first).await;
    let second = LocalRelay::start(&folders, &Handle::current());
    assert_eq!(second.address(), Some(address), "one relay for both");
    first.stop().await;
    answers(&second).await;
    second.stop().await;
    assert!(!folders.runtime.join("relay.json").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_third_comes_when_the_second_never_hosted() {
    let dir = tempfile::tempdir().unwrap();
    let folders = folders(dir.path());
    let first = LocalRelay::start(&folders, &Handle::current());
    answers(&first).await;
    LocalRelay::start(&folders, &Handle::current()).stop().await;
    answers(&first).await;
    let third = LocalRelay::start(&folders, &Handle::current());
    first.stop().await;
    answers(&third).await;
    third.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_on_the_usual_port_is_no_trouble() {
    let dir = tempfile::tempdir().unwrap();
    // Whether it is free or not: from here on it is taken.
    let _taken = std::net::TcpListener::bind(("127.0.0.1", 8787));
    let relay = LocalRelay::start(&folders(dir.path()), &Handle::current());
    let address = answers(&relay).await;
    assert_ne!(address.port(), 8787);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_outside_of_this_computer_is_not_believed() {
    for url in [
        "ws://192.168.1.9:8787/",
        "wss://evil.example/",
        "ws://localhost:1/",
        "",
    ] {
        let dir = tempfile::tempdir().unwrap();
        // The lock is held elsewhere, so nothing is announced here.
        let first = LocalRelay::start(&folders(dir.path()), &Handle::current());
        answers(&first).await;
        says(dir.path(), url);
        assert_eq!(first.address(), None, "{url}");
        first.stop().await;
    }
}
