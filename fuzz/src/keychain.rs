//! The file that keeps the keys under a passphrase.

use sotto_keychain::PassphraseFile;

/// A file that opens, sealed at the least cost that there is.
const GOOD: &[u8] = include_bytes!("keychain-good.sealed");
/// Its passphrase.
const PASSPHRASE: &str = "correct horse";
/// Where the three numbers of the cost begin: memory in KiB, passes, lanes, 4 bytes each.
const COST_AT: usize = 5;

/// First byte: the file as it is, or the good one with bytes changed, each by its place and by what
/// is added to it. Only the good one opens.
pub fn passphrase_file(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let file = match first % 2 {
        0 => rest.to_vec(),
        _ => changed(rest),
    };
    if costs_too_much(&file) {
        return;
    }
    let opened = PassphraseFile::open(&file, PASSPHRASE);
    assert_eq!(opened.is_ok(), file == GOOD);
    assert!(PassphraseFile::open(&file, "another").is_err());
}

fn changed(pairs: &[u8]) -> Vec<u8> {
    let mut file = GOOD.to_vec();
    for pair in pairs.chunks_exact(2) {
        let at = usize::from(pair[0]) % file.len();
        file[at] = file[at].wrapping_add(pair[1]);
    }
    file
}

/// Files whose numbers are allowed, but higher than the least: each would take a second or more.
fn costs_too_much(file: &[u8]) -> bool {
    let numbers = COST_AT..COST_AT + 12;
    let Some(cost) = file.get(numbers.clone()) else {
        return false;
    };
    let number =
        |at: usize| u32::from_be_bytes([cost[at], cost[at + 1], cost[at + 2], cost[at + 3]]);
    let is_allowed = (8 * 1024..=1024 * 1024).contains(&number(0))
        && (1..=16).contains(&number(4))
        && (1..=8).contains(&number(8));
    is_allowed && cost != &GOOD[numbers]
}
