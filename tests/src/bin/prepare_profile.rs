//! Makes a profile with a long past: `prepare_profile FOLDER RELAY CHATS MESSAGES [odd]`.
//!
//! Called by tests of the window, where the keyring of the profile is.

use sotto_tests::history::make_profile_as_told;
use std::env;

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    make_profile_as_told(&words);
}
