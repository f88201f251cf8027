//! Taking up a history with 10,000 contacts, without a session and with one for each: sessions are
//! read when they are needed, so the second takes as long as the first.
//!
//! `cargo bench -p sotto-engine --bench start`

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark"
)]

use sotto_engine::api::KeyStorage;
use sotto_engine::core::{About, Engine, Now};
use sotto_engine::rollback_guard::CounterState;
use sotto_protocol::{
    BoxPublicKey, CardHash, Features, Fingerprint, Identity, SecretItem, SessionId,
};
use sotto_store::contacts::{self, NewContact, Origin};
use sotto_store::peers::{self, Peer, Session};
use sotto_store::profile::{self, Profile};
use sotto_store::{OpenOptions, Store, StoreError};
use std::path::Path;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

const CONTACTS: u32 = 10_000;
const STARTS: usize = 21;
/// As long as a session's state with some skipped keys, bytes.
const STATE_LEN: usize = 2_500;
const NOW: Now = Now {
    wall: 1_800_000_000_000,
    mono: 0,
};

fn numbered(n: u32) -> [u8; 32] {
    let mut bytes = [1; 32];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    bytes
}

fn short(n: u32) -> [u8; 16] {
    let mut bytes = [1; 16];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    bytes
}

fn fill(dir: &Path, with_sessions: bool) {
    let mut store = Store::create(dir, &Zeroizing::new([7; 32])).unwrap();
    let filled = store.transaction(|tx| {
        let name = "me".to_owned();
        profile::create(
            tx,
            &Profile {
                name: name.clone(),
                user_id: name,
                created_at: NOW.wall,
            },
        )?;
        for n in 0..CONTACTS {
            let id = format!("contact {n}");
            contacts::add(
                tx,
                &NewContact {
                    public_id: &id,
                    user_id: &id,
                    name: "",
                    box_key: BoxPublicKey::from_bytes(numbered(n)).ok(),
                    fingerprint: Some(Fingerprint::from_bytes(numbered(n))),
                    added_at: NOW.wall,
                    origin: Origin::Invite,
                },
            )?;
            if with_sessions {
                peers::save(
                    tx,
                    &Peer {
                        fingerprint: Fingerprint::from_bytes(numbered(n)),
                        card: vec![0; 400],
                        card_hash: CardHash::from_bytes(short(n)),
                        mailbox: Some(vec![0; 1_350]),
                        knows_card: None,
                        knows_mailbox: None,
                        generation: 1,
                        features: Features::NONE,
                    },
                )?;
                let session = Session {
                    session: SessionId::from_bytes(short(n)),
                    fingerprint: Fingerprint::from_bytes(numbered(n)),
                    generation: 1,
                    confirmed_by_peer: true,
                    made_at: NOW.wall,
                    state: Zeroizing::new(vec![0; STATE_LEN]),
                };
                peers::save_session(tx, &session, 4)?;
            }
        }
        Ok::<_, StoreError>(())
    });
    filled.unwrap();
}

fn start(dir: &Path) -> Engine {
    let key = Zeroizing::new([7; 32]);
    let store = Store::open(dir, &key, OpenOptions::default()).unwrap();
    let item = SecretItem {
        identity: Identity::from_seeds(&[1; 32], &[2; 32], &[3; 32]),
        database_key: key,
    };
    let about = About {
        profile: String::new(),
        storage: KeyStorage::Passphrase,
        version: String::new(),
    };
    let random = Box::new(|out: &mut [u8]| getrandom::fill(out).unwrap());
    Engine::new(store, item, about, CounterState::Missing, NOW, random).unwrap()
}

/// The median of some starts; `cargo test` only sees whether one works.
fn main() {
    let measured = std::env::args().any(|word| word == "--bench");
    let starts = if measured { STARTS } else { 1 };
    for (name, with_sessions) in [("without sessions", false), ("with sessions", true)] {
        let dir = tempfile::tempdir().unwrap();
        fill(dir.path(), with_sessions);
        let mut times: Vec<Duration> = (0..starts)
            .map(|_| {
                let before = Instant::now();
                let engine = start(dir.path());
                let took = before.elapsed();
                drop(engine);
                took
            })
            .collect();
        times.sort_unstable();
        let median = times[starts / 2];
        println!("start with {CONTACTS} contacts {name}: median {median:.1?} of {starts}");
    }
}
