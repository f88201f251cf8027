//! How long the parts of a command took: a line when each has ended, and the table at the end.

use crate::failure::{Failure, Outcome};
use crate::workspace;
use std::fs;
use std::time::{Duration, Instant};

/// The parts that have ended, in that order.
#[derive(Default)]
pub(crate) struct Times(Vec<Part>);

struct Part {
    name: &'static str,
    took: Duration,
    is_good: bool,
}

impl Times {
    /// Does a part and prints how long it took.
    pub(crate) fn of<T>(
        &mut self,
        name: &'static str,
        part: impl FnOnce() -> Outcome<T>,
    ) -> Outcome<T> {
        let start = Instant::now();
        let outcome = part();
        self.add(name, start.elapsed(), &outcome);
        outcome
    }

    /// Takes in a part that has ended and prints how long it took.
    pub(crate) fn add<T>(&mut self, name: &'static str, took: Duration, outcome: &Outcome<T>) {
        if let Err(failure) = outcome {
            println!("    FAILED: {failure}");
        }
        println!("    {name}: {:.1} s", took.as_secs_f64());
        self.0.push(Part {
            name,
            took,
            is_good: outcome.is_ok(),
        });
    }

    /// The names of the parts that failed.
    pub(crate) fn failed(&self) -> Vec<&'static str> {
        let failed = self.0.iter().filter(|part| !part.is_good);
        failed.map(|part| part.name).collect()
    }

    /// A line for each part. Parts that ran beside each other make more than what passed.
    pub(crate) fn table(&self) -> String {
        let line = |part: &Part| {
            let word = if part.is_good { "ok" } else { "FAILED" };
            format!(
                "{word:6} {:7.1} s  {}\n",
                part.took.as_secs_f64(),
                part.name
            )
        };
        self.0.iter().map(line).collect()
    }

    /// Leaves the table for `.ci/run`.
    pub(crate) fn leave(&self, command: &str) -> Outcome {
        let folder = workspace::target().join("xtask");
        fs::create_dir_all(&folder).map_err(Failure::io(folder.display()))?;
        let file = folder.join(format!("{command}-times"));
        fs::write(&file, self.table()).map_err(Failure::io(file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_says_how_each_part_ended() {
        let mut times = Times::default();
        assert_eq!(times.of("quick", || Ok(5)).unwrap(), 5);
        let failed: Outcome = times.of("wrong", || Err(Failure::new("it is wrong")));
        assert!(failed.is_err());
        assert_eq!(times.failed(), ["wrong"]);
        let table = times.table();
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[0].starts_with("ok ") && lines[0].ends_with(" quick"));
        assert!(lines[1].starts_with("FAILED ") && lines[1].ends_with(" wrong"));
    }
}
