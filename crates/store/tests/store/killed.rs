//! A process that is killed at any moment: each transaction is there whole or not at all, and
//! what was reported as committed is there.

use crate::common::{add_contact, box_key, chat, contact, create, exchange, nonce, open};
use sotto_store::messages::{Anchor, Direction};
use sotto_store::{PlainEntryId, RelayId, Store, messages, nonces, plain_outbox, settings};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const DIR: &str = "SOTTO_STORE_KILLED_DIR";
const ROUNDS: u64 = 12;

/// Writes transactions until it is killed and tells each one after its commit.
fn write_for_ever(dir: &Path) -> ! {
    let mut store = open(dir);
    let mut number = next(&store);
    // The last one may have been killed before it counted.
    count(&mut store, number);
    loop {
        exchange(&mut store, 1, number).unwrap();
        number += 1;
        count(&mut store, number);
        if number.is_multiple_of(7) {
            let to = contact(1);
            let oldest = plain_outbox::list(store.reader(), to, PlainEntryId(0), 1).unwrap();
            store
                .transaction(|tx| plain_outbox::handed(tx, oldest[0].message, to, 1, RelayId(1)))
                .unwrap();
        }
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "committed {number}").unwrap();
        stdout.flush().unwrap();
    }
}

fn count(store: &mut Store, exchanged: u64) {
    let exchanged = exchanged.to_string();
    store
        .transaction(|tx| settings::set(tx, "next", &exchanged))
        .unwrap();
}

fn next(store: &Store) -> u64 {
    // What was exchanged counts, not the setting: the kill may fall between the two.
    let page = messages::page(store.reader(), chat(1), Anchor::Newest, 1).unwrap();
    page.messages.last().map_or(0, |newest| {
        u64::from_be_bytes(newest.content.as_bytes()[..8].try_into().unwrap()) / 2 + 1
    })
}

/// Lets a child write for a while, kills it, and gives what it reported last.
fn run_and_kill(dir: &Path, after: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("killed::transactions_of_a_killed_process_are_whole")
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    let reported = std::thread::spawn(move || {
        lines
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("committed ")?.parse().ok())
            .last()
            .unwrap_or(0)
    });
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    reported.join().unwrap()
}

fn check(store: &Store, reported: u64) {
    let reader = store.reader();
    let mut all = Vec::new();
    messages::each(reader, chat(1), |message| {
        all.push(message);
        Ok::<_, sotto_store::StoreError>(())
    })
    .unwrap();
    assert!(
        all.len() as u64 >= 2 * reported,
        "{} lines, {reported} reported",
        all.len()
    );
    for (number, pair) in (0_u64..).zip(all.chunks(2)) {
        assert_eq!(
            [pair[0].direction, pair[1].direction],
            [Direction::In, Direction::Out]
        );
        assert!(nonces::contains(reader, &box_key(9), &nonce(number)).unwrap());
        let waits = plain_outbox::by_message(reader, pair[1].id, contact(1)).unwrap();
        let state = pair[1].delivery.as_ref().unwrap().state;
        assert_eq!(waits.is_some(), state == messages::State::Queued);
    }
    let counted: u64 = settings::value(reader, "next")
        .unwrap()
        .map_or(0, |value| value.parse().unwrap());
    let exchanged = all.len() as u64 / 2;
    assert!(counted == exchanged || counted + 1 == exchanged);
}

#[test]
fn transactions_of_a_killed_process_are_whole() {
    if let Some(dir) = std::env::var_os(DIR) {
        write_for_ever(dir.as_ref());
    }
    let dir = tempfile::tempdir().unwrap();
    let mut store = create(dir.path());
    add_contact(&mut store, 9);
    drop(store);
    let mut reported = 0;
    for round in 0..ROUNDS {
        // Between 30 and 230 ms: the moment of a kill is not what is waited for.
        let after = Duration::from_millis(30 + round * 67 % 200);
        reported = reported.max(run_and_kill(dir.path(), after));
        check(&open(dir.path()), reported);
    }
    assert!(reported > 0, "the child never got to a commit");
}
