//! Sizes of tests that stand in the environment (CONTRIBUTING.md has the list).

use std::env;

/// The number in an environment variable, or the usual one.
///
/// # Panics
/// Where the variable is set to something else.
pub fn env_number(name: &str, usual: u64) -> u64 {
    match env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is {text:?}, not a number")),
        Err(_) => usual,
    }
}
