//! The relay of this computer: one hosts, the others wait for its place.

use crate::common::{PATIENCE, Person, came, folders, options, profile};
use sotto_engine::EngineError;
use sotto_engine::address::RelayAddress;
use sotto_engine::api::{AddRelay, ErrorCode, RelayId, RelayTest, RemoveRelay};
use sotto_engine::driver::{LocalRelay, Options, test_relay};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

/// Somebody who chose another relay, with a part in that of the computer whose folders these are.
async fn elsewhere(seed: u8, name: &str, relay: &Arc<LocalRelay>) -> Person {
    let dir = tempfile::tempdir().unwrap();
    let opened = profile(dir.path(), seed, name, Some("ws://127.0.0.1:1/"));
    let options = Options {
        local_relay: Some(Arc::clone(relay)),
        ..options()
    };
    Person::open_with(dir, opened, options).await
}

async fn add_this_computer(person: &Person) -> Result<RelayId, EngineError> {
    let url = "sotto:this-computer".to_owned();
    person.client.request(AddRelay { url }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn this_computer_can_be_chosen_later_and_again() {
    let shared = tempfile::tempdir().unwrap();
    let folders = folders(shared.path());
    let part = || Arc::new(LocalRelay::idle(&folders, &Handle::current()));
    let (of_alice, of_bob) = (part(), part());
    let alice = elsewhere(1, "alice", &of_alice).await;
    let mut bob = elsewhere(2, "bob", &of_bob).await;
    assert_eq!(of_alice.address(), None, "nobody hosts before it is chosen");
    let first = add_this_computer(&alice).await.unwrap();
    let twice = add_this_computer(&alice).await;
    assert!(matches!(
        twice,
        Err(EngineError::Refused(ErrorCode::RelayExists))
    ));
    let removed = alice.client.request(RemoveRelay(first)).await;
    removed.unwrap();
    for person in [&alice, &bob] {
        add_this_computer(person).await.unwrap();
    }
    let to_bob = alice.add("bob", 2).await;
    bob.add("alice", 1).await;
    alice.send(to_bob, "on this computer").await;
    bob.sees(came("on this computer")).await;
    alice.stop().await;
    bob.stop().await;
    for relay in [of_alice, of_bob] {
        Arc::into_inner(relay).unwrap().stop().await;
    }
}

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
