//! The inputs of the fuzz target of this crate, tried again on each run.
//!
//! With `SOTTO_BLESS=1` the first inputs are written anew.

#[path = "../../../../fuzz/src/corpus.rs"]
pub mod corpus;
#[path = "../../../../fuzz/src/keychain.rs"]
pub mod keychain;

const GOOD: &[u8] = include_bytes!("../../../../fuzz/src/keychain-good.sealed");

#[test]
fn corpus_begins_with_files_that_open_and_that_nearly_do() {
    let whole = [&[0], GOOD].concat();
    let seeds: [(&str, &[u8]); 8] = [
        ("whole", &whole),
        ("unchanged", &[1]),
        ("last-byte", &[1, 223, 1]),
        ("newer", &[1, 4, 1]),
        ("more-memory", &[1, 5, 255]),
        ("no-memory", &[1, 7, 224]),
        ("no-header", &[0, b'S', b'O', b'T', b'P']),
        ("no-sealed", &whole[..58]),
    ];
    for (name, input) in seeds {
        corpus::check_seed("passphrase_file", name, input);
    }
}

#[test]
fn every_input_of_the_corpus_is_opened_or_refused() {
    corpus::replay(&[("passphrase_file", keychain::passphrase_file)]);
}
