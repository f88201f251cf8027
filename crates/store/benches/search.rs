//! How long the first results of a search take, with 200 chats and so many messages as
//! `SOTTO_BENCH_MESSAGES` says (100,000 unless told otherwise; 1,000,000 take some minutes to write).
//!
//! `cargo bench -p sotto-store --bench search`
//!
//! The texts are of a made-up language whose words are as unequally common as those of a real one. A
//! window that was just opened has nothing in its cache: the slowest time is usually the first.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    reason = "a benchmark"
)]

use sotto_protocol::{BoxPublicKey, ContentId};
use sotto_store::contacts::{self, Added, NewContact, Origin};
use sotto_store::messages::{self, Author, Received, Seen};
use sotto_store::search::{self, InChat, Query};
use sotto_store::{ChatId, OpenOptions, Store, StoreError};
use std::path::Path;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

const CHATS: u32 = 200;
const USUAL: u64 = 100_000;
const BATCH: u64 = 10_000;
/// How many different words there are.
const VOCABULARY: f64 = 50_000.0;
const ROUNDS: usize = 41;
/// As many as the window asks for.
const FIRST: u32 = 30;
/// One message in so many has it.
const RARE_EVERY: u64 = 50_000;
const SYLLABLES: [&str; 20] = [
    "ka", "ro", "mi", "ten", "sol", "ver", "da", "lun", "pe", "gri", "bo", "sta", "ne", "wa", "hi",
    "fu", "zor", "li", "cha", "um",
];

/// SplitMix64.
fn scatter(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// The word of this rank, a longer one the rarer it is; many begin alike.
fn word(rank: u64) -> String {
    let mut bits = scatter(rank);
    let syllables = 2 + (rank + 1).ilog10() / 2;
    let mut text = String::new();
    for _ in 0..syllables {
        text.push_str(SYLLABLES[(bits % 20) as usize]);
        bits /= 20;
    }
    text
}

/// Four to sixteen words, each as likely as it is common; the first of all ranks is in most texts.
fn text(number: u64) -> String {
    let mut seed = scatter(number);
    let mut next = || {
        seed = scatter(seed);
        seed
    };
    let count = 4 + next() % 13;
    let mut words: Vec<String> = (0..count)
        .map(|_| {
            let chance = next() as f64 / u64::MAX as f64;
            word(VOCABULARY.powf(chance) as u64)
        })
        .collect();
    if number.is_multiple_of(RARE_EVERY) {
        words.push("zaunkoenig".to_owned());
    }
    words.join(" ")
}

fn fill(dir: &Path, key: &Zeroizing<[u8; 32]>, count: u64) -> Vec<ChatId> {
    let mut store = Store::create(dir, key).unwrap();
    let mut chats = Vec::new();
    for number in 0..CHATS {
        let id = format!("contact {number}");
        let mut bytes = [1; 32];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        let contact = NewContact {
            public_id: &id,
            user_id: &id,
            name: &id,
            box_key: BoxPublicKey::from_bytes(bytes).ok(),
            fingerprint: None,
            added_at: 0,
            origin: Origin::Added,
        };
        let added = store.transaction(|tx| contacts::add(tx, &contact)).unwrap();
        if let Added::New { chat, .. } = added {
            chats.push(chat);
        }
    }
    let author = BoxPublicKey::from_bytes([1; 32]).unwrap();
    for batch in 0..count.div_ceil(BATCH) {
        let written = store.transaction(|tx| {
            for number in batch * BATCH..count.min((batch + 1) * BATCH) {
                let mut content = [0; 16];
                content[..8].copy_from_slice(&number.to_be_bytes());
                let message = Received {
                    chat: chats[(scatter(number) % u64::from(CHATS)) as usize],
                    content: ContentId::from_bytes(content),
                    author: Author::Box(author),
                    text: &text(number),
                    created_at: number.cast_signed(),
                    relay_at: None,
                    relay: None,
                    seen: Seen::Read,
                };
                messages::receive(tx, &message)?;
            }
            Ok::<_, StoreError>(())
        });
        written.unwrap();
    }
    store.close().unwrap();
    chats
}

/// Each time on a history opened anew.
fn measure(dir: &Path, key: &Zeroizing<[u8; 32]>, mut act: impl FnMut(&Store) -> String) -> String {
    let mut times: Vec<Duration> = Vec::new();
    let mut found = String::new();
    for _ in 0..ROUNDS {
        let store = Store::open(dir, key, OpenOptions::default()).unwrap();
        let begin = Instant::now();
        found = act(&store);
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    let (median, p95) = (times[ROUNDS / 2], times[ROUNDS * 95 / 100]);
    format!("median {median:>9.2?}, p95 {p95:>9.2?}; {found}")
}

fn main() {
    let count = std::env::var("SOTTO_BENCH_MESSAGES").map_or(USUAL, |told| told.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let key = Zeroizing::new([7; 32]);
    let begin = Instant::now();
    let chats = fill(dir.path(), &key, count);
    println!(
        "{count} messages in {CHATS} chats, written in {:.0?}",
        begin.elapsed()
    );
    let (common, second, often, seldom) = (word(1), word(2), word(3_000), word(3_001));
    let beginning = |letters: usize| common.chars().take(letters).collect::<String>();
    for (what, typed) in [
        ("a common word", common.clone()),
        ("a rare word", "zaunkoenig".to_owned()),
        ("an absent word", "nirgendwo".to_owned()),
        ("a prefix of one letter", beginning(1)),
        ("a prefix of three letters", beginning(3)),
        ("two common words", format!("{common} {second}")),
        ("a common and a rare word", format!("{common} zaunkoenig")),
        ("two words that seldom meet", format!("{often} {seldom}")),
        (
            "two common ones and an absent",
            format!("{common} {second} nirgendwo"),
        ),
    ] {
        let told = measure(dir.path(), &key, |store| {
            let query = Query {
                text: &typed,
                before: None,
                limit: FIRST,
            };
            let found = search::find(store.reader(), &query).unwrap();
            format!("{} of {} shown", found.hits.len(), found.total)
        });
        println!("{what:<30} {told}");
    }
    for (what, text, limit) in [
        ("a common word in one chat", common.as_str(), FIRST),
        ("all of them, to count", common.as_str(), 1_000),
        ("a rare word in one chat", "zaunkoenig", FIRST),
    ] {
        let told = measure(dir.path(), &key, |store| {
            let query = InChat {
                text,
                chat: chats[3],
                before: None,
                limit,
            };
            let places = search::places(store.reader(), &query).unwrap();
            format!("{} places", places.messages.len())
        });
        println!("{what:<30} {told}");
    }
}
