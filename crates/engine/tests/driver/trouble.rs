//! A keychain that refuses the counter, and a history that cannot be written.

use crate::common::{PASSPHRASE, PATIENCE, Person, item, keys, profile};
use sotto_engine::api::{
    Body, ClearChat, ErrorCode, Event, HistoryTrouble, MessageState, Reach, RelayProblem,
    RelayState, SendText, TakeSnapshot,
};
use sotto_engine::counter::Counter;
use sotto_engine::home::{Home, OpenProfile};
use sotto_keychain::{CounterVault, KeyVault as _, PassphraseFile, VaultError};
use sotto_relay::{Config, Relay, RunningRelay};
use sotto_store::Growth;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::time::timeout;
use zeroize::Zeroizing;

async fn relay() -> (RunningRelay, String) {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let relay = Relay::bind(any, Config::default()).await.unwrap().spawn();
    let url = format!("ws://{}", relay.local_addr());
    (relay, url)
}

/// A keychain that takes the counter only while it is willing.
struct Moody {
    place: Box<dyn CounterVault>,
    willing: Arc<AtomicBool>,
}

impl CounterVault for Moody {
    fn read(&self, database_key: &[u8; 32]) -> Result<Option<u64>, VaultError> {
        self.place.read(database_key)
    }

    fn write(&self, counter: u64, database_key: &[u8; 32]) -> Result<(), VaultError> {
        if self.willing.load(Ordering::SeqCst) {
            self.place.write(counter, database_key)
        } else {
            Err(VaultError::Refused)
        }
    }
}

fn opened(dir: &Path) -> OpenProfile {
    let home = Home::at(dir.join("home"));
    home.open(home.lock().unwrap(), &keys()).unwrap()
}

/// Opens the profile with a keychain that refuses to raise the counter until it is told to.
fn opened_with_moody_keychain(dir: &Path, seed: u8) -> (OpenProfile, Arc<AtomicBool>) {
    let mut opened = opened(dir);
    let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
    let vault = PassphraseFile::new(dir.join("home/keys.sealed"), passphrase);
    let willing = Arc::new(AtomicBool::new(false));
    let moody = Moody {
        place: vault.counter(),
        willing: Arc::clone(&willing),
    };
    opened.counter = Counter::open(Box::new(moody), &item(seed).database_key).unwrap();
    (opened, willing)
}

fn came(text: &'static str) -> impl Fn(&Event) -> Option<()> {
    move |event| match event {
        Event::MessageAdded { message } if message.state.is_none() => {
            matches!(&message.body, Body::Text { text: found, .. } if found == text).then_some(())
        }
        _ => None,
    }
}

fn delivered(event: &Event) -> Option<()> {
    match event {
        Event::MessageChanged { message } => {
            (message.state == Some(MessageState::Delivered)).then_some(())
        }
        _ => None,
    }
}

fn held(wanted: bool) -> impl Fn(&Event) -> Option<()> {
    move |event| (*event == Event::SendingHeld { held: wanted }).then_some(())
}

fn trouble(wanted: Option<HistoryTrouble>) -> impl Fn(&Event) -> Option<()> {
    move |event| (*event == Event::HistoryTrouble { trouble: wanted }).then_some(())
}

/// P-116: the database first, then the keychain, then the message.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_session_leaves_before_the_keychain_has_the_counter() {
    let (relay, url) = relay().await;
    let mut alice = Person::start(1, "alice", &url).await;
    let mut bob = Person::start(2, "bob", &url).await;
    let to_bob = alice.add("bob", 2).await;
    let to_alice = bob.add("alice", 1).await;
    alice.send(to_bob, "first").await;
    alice.sees(delivered).await;

    let dir = alice.stop().await;
    let (opened, willing) = opened_with_moody_keychain(dir.path(), 1);
    let mut alice = Person::open(dir, opened).await;
    alice.send(to_bob, "held").await;
    alice.sees(held(true)).await;
    // What comes is taken all the same, but not confirmed.
    bob.send(to_alice, "still heard").await;
    alice.sees(came("still heard")).await;
    alice.sees(held(true)).await;
    assert_eq!(bob.received(to_alice).await, ["first"]);

    willing.store(true, Ordering::SeqCst);
    alice.sees(held(false)).await;
    // In the order in which they were made.
    bob.sees(delivered).await;
    bob.sees(came("held")).await;
    assert_eq!(bob.received(to_alice).await, ["first", "held"]);
    assert_eq!(alice.received(to_bob).await, ["still heard"]);
    alice.client.stop().await;
    bob.client.stop().await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_that_refuses_does_not_hold_up_the_end() {
    let (relay, url) = relay().await;
    let dir = tempfile::tempdir().unwrap();
    drop(profile(dir.path(), 1, "alice", Some(&url)));
    let (opened, _unwilling) = opened_with_moody_keychain(dir.path(), 1);
    let mut alice = Person::open(dir, opened).await;
    alice.sees(held(true)).await;
    timeout(PATIENCE, alice.client.stop()).await.unwrap();
    relay.stop().await;
}

/// Whoever is not listed is sent nothing that could not be stored.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_the_connections_until_there_is_room() {
    let (relay, url) = relay().await;
    let text = "x".repeat(30_000);
    let alice = Person::start(1, "alice", &url).await;
    let to_carol = alice.add("carol", 3).await;
    for _ in 0..10 {
        alice.send(to_carol, &text).await;
    }
    let dir = alice.stop().await;
    let opened = opened(dir.path());
    opened.store.cap_growth(Growth::Stopped).unwrap();
    let mut alice = Person::open(dir, opened).await;
    let mut bob = Person::start(2, "bob", &url).await;
    let to_alice = bob.add("alice", 1).await;
    let full = loop {
        let (chat, text) = (to_carol, text.clone());
        let sent = alice.client.request(SendText { chat, text }).await;
        if let Err(error) = sent {
            break error;
        }
    };
    assert_eq!(full.code(), ErrorCode::DiskFull);

    let long = "long ".repeat(8_000);
    bob.send(to_alice, &long).await;
    alice.sees(trouble(Some(HistoryTrouble::DiskFull))).await;
    alice
        .sees(|event| match event {
            Event::RelayChanged { relay } => match relay.state {
                RelayState::Waiting { problem, .. } => {
                    (problem == RelayProblem::NoRoom).then_some(())
                }
                _ => None,
            },
            _ => None,
        })
        .await;
    bob.sees(|event| match event {
        Event::ChatChanged { chat } => (chat.contact().unwrap().reach == Reach::Away).then_some(()),
        _ => None,
    })
    .await;

    let cleared = alice.client.request(ClearChat(to_carol)).await;
    cleared.unwrap();
    // What could not be stored was kept.
    alice
        .sees(|event| match event {
            Event::RequestChanged { request } => (request.user_id == "bob").then_some(()),
            _ => None,
        })
        .await;
    alice.sees(trouble(None)).await;
    bob.sees(|event| match event {
        Event::ChatChanged { chat } => (chat.contact().unwrap().reach != Reach::Away).then_some(()),
        _ => None,
    })
    .await;
    alice.client.stop().await;
    bob.client.stop().await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_that_is_found_damaged_ends_the_client() {
    let (relay, url) = relay().await;
    let mut alice = Person::start(1, "alice", &url).await;
    let bob = Person::start(2, "bob", &url).await;
    let to_alice = bob.add("alice", 1).await;
    alice.spoil_history();
    bob.send(to_alice, "a stranger's").await;
    alice.sees(trouble(Some(HistoryTrouble::Damaged))).await;
    let ended = async { while alice.events.recv().await.is_some() {} };
    timeout(PATIENCE, ended).await.unwrap();
    assert!(alice.client.request(TakeSnapshot).await.is_err());
    bob.client.stop().await;
    relay.stop().await;
}
