//! How many tests passed and failed, read from what the test programs report themselves.

use serde_json::Value;
use std::fmt;
use std::ops::AddAssign;

/// Results of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that ended well.
    pub(crate) passed: u64,
    /// Tests that did not.
    pub(crate) failed: u64,
    /// Of those that ended well, tests that did so only at the second try: each is a fault to be found.
    pub(crate) flaky: u64,
}

impl Tally {
    /// Takes in one line of `cargo test` or `cargo nextest`: only their summary lines count.
    pub(crate) fn read_line(&mut self, line: &str) {
        // Indented, it is what nextest shows of a test that failed, and is in its own summary already.
        let summary = line.strip_prefix("test result: ").or_else(|| {
            let summary = line.trim().strip_prefix("Summary [")?;
            summary.split_once("tests run: ").map(|(_, parts)| parts)
        });
        let Some(summary) = summary else {
            return;
        };
        if let Some((_, remarks)) = summary.split_once('(') {
            self.flaky += flaky_in(remarks);
        }
        for part in summary.split([';', '.', ',']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(word)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match word {
                "passed" => self.passed += number,
                // nextest counts apart what hung and what could not be started.
                "failed" | "timed" | "exec" => self.failed += number,
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
            flaky: 0,
        })
    }
}

/// How many were flaky, of what nextest remarks on those that passed: `1 slow, 2 flaky)`.
fn flaky_in(remarks: &str) -> u64 {
    let before = remarks.split_once(" flaky").map(|(before, _)| before);
    let number = before.and_then(|before| before.rsplit(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)?;
        match self.flaky {
            0 => Ok(()),
            flaky => write!(out, "; {flaky} passed only at the second try (FLAKY above)"),
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.flaky += other.flaky;
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
                failed: 2,
                flaky: 0
            }
        );
    }

    #[test]
    fn summary_of_nextest_is_added_up() {
        let mut tally = Tally::default();
        for line in [
            "        PASS [   0.010s] (1/7) sotto-wire a::passed",
            "     Summary [   9.123s] 5 tests run: 5 passed (1 slow), 3 skipped",
            "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 9 filtered out",
            "     Summary [  10.5s] 8/9 tests run: 4 passed (1 leaky), 2 failed, 1 timed out, 1 exec failed, 0 skipped",
        ] {
            tally.read_line(line);
        }
        assert_eq!(
            tally,
            Tally {
                passed: 9,
                failed: 4,
                flaky: 0
            }
        );
    }

    #[test]
    fn what_passed_at_the_second_try_is_said() {
        let mut tally = Tally::default();
        tally.read_line(
            "     Summary [   9.123s] 5 tests run: 5 passed (1 slow, 2 flaky), 3 skipped",
        );
        tally.read_line("     Summary [   9.123s] 5 tests run: 5 passed (1 flaky), 3 skipped");
        assert_eq!((tally.passed, tally.flaky), (10, 3));
        let said = tally.to_string();
        assert!(said.contains("3 passed only at the second try"), "{said}");
    }

    #[test]
    fn report_of_vitest_is_read() {
        let tally = Tally::from_vitest(r#"{"numPassedTests":12,"numFailedTests":1}"#);
        assert_eq!(
            tally,
            Some(Tally {
                passed: 12,
                failed: 1,
                flaky: 0
            })
        );
        assert_eq!(Tally::from_vitest("not json"), None);
    }
}
