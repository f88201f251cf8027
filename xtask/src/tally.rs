//! How many tests passed and failed, read from what the test programs report themselves.

use std::fmt;
use std::ops::AddAssign;

use serde_json::Value;

/// Results of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that ended well.
    pub(crate) passed: u64,
    /// Tests that did not.
    pub(crate) failed: u64,
}

impl Tally {
    /// Takes in one line of `cargo test`: only its summary lines count.
    pub(crate) fn read_line(&mut self, line: &str) {
        let Some(summary) = line.trim().strip_prefix("test result: ") else {
            return;
        };
        for part in summary.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(word)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                _ => {}
            }
        }
    }

    /// Reads the JSON report of Vitest; `None` when it is not one.
    pub(crate) fn from_vitest(report: &str) -> Option<Self> {
        let report: Value = serde_json::from_str(report).ok()?;
        Some(Self {
            passed: report.get("numPassedTests")?.as_u64()?,
            failed: report.get("numFailedTests")?.as_u64()?,
        })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_lines_of_cargo_are_added_up() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test a::passed ... ok",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ] {
            tally.read_line(line);
        }
        assert_eq!(
            tally,
            Tally {
                passed: 7,
                failed: 2
            }
        );
    }

    #[test]
    fn report_of_vitest_is_read() {
        let tally = Tally::from_vitest(r#"{"numPassedTests":12,"numFailedTests":1}"#);
        assert_eq!(
            tally,
            Some(Tally {
                passed: 12,
                failed: 1
            })
        );
        assert_eq!(Tally::from_vitest("not json"), None);
    }
}
