//! How large the tests are whose size stands in the environment (CONTRIBUTING.md has the list).

use std::env;
use std::process::Command;

/// The full sizes: a variable of the environment, and its value.
const FULL: &[(&str, &str)] = &[
    ("SOTTO_SCHEDULES", "1000"),
    ("SOTTO_CASES", "1000"),
    ("SOTTO_EVERY", "1"),
    ("SOTTO_KILLS", "50"),
    ("SOTTO_MEGAPIXELS", "60"),
    ("SOTTO_MESSAGES", "1000"),
    ("SOTTO_PICTURES", "48"),
];

/// The usual size, or all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Size {
    /// As the tests choose themselves: what the CI has time for.
    #[default]
    Usual,
    /// `test --full`, by hand.
    Full,
}

impl Size {
    /// Tells tests their sizes. What the person has set stays.
    pub(crate) fn tell(self, command: &mut Command) {
        if self == Self::Full {
            let unset = FULL.iter().filter(|(name, _)| env::var_os(name).is_none());
            command.envs(unset.copied());
        }
    }
}
